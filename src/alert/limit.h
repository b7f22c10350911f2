/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limit: which of its rule's limits an alert's threshold is, for where pointers do not reach.
 *
 * Pure; no heap.
 */
#ifndef IOCD_ALERT_LIMIT_H
#define IOCD_ALERT_LIMIT_H

#include <stdint.h>

#include "iocd/alertbook.h"

enum limit { LIMIT_NONE, LIMIT_WARNING, LIMIT_CRITICAL, LIMIT_CLEAR, N_LIMITS };

/* Which limit of alert's rule its threshold is; if it was lent by a rule before a reload, which one
 * says the same. */
enum limit limit_of(const struct alert *alert);

/* Lends that limit of rule for unit if it says comparison and value, else another that does; NULL
 * if none does, or rule does not apply to unit. */
const struct threshold *limit_recall(const struct rule *rule, uint32_t unit, enum limit limit,
				     enum comparison comparison, double value);

#endif
