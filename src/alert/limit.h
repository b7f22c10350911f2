/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limit: the threshold of an alert, for where pointers do not reach.
 *
 * A saved one says all that the rule's did.  Read back, it is lent by the rule if that still says
 * the very same, else kept here: what was told does not change when rules do.
 *
 * Pure.
 */
#ifndef IOCD_ALERT_LIMIT_H
#define IOCD_ALERT_LIMIT_H

#include <stdint.h>

#include "iocd/alertbook.h"

struct old_limit;

/* Limits that no rule says any more. */
struct old_limits {
	struct old_limit *table; /* owned, each on its own; uthash */
};

/* Frees what limits holds. */
void old_limits_fini(struct old_limits *limits);

/* Lends the limit of rule for unit that says the same as wanted, and at the same place; if there is
 * none, or rule does not apply to unit, a copy of wanted, for the life of limits. */
const struct threshold *limit_recall(struct old_limits *limits, const struct rule *rule,
				     uint32_t unit, const struct threshold *wanted);

#endif
