/* SPDX-License-Identifier: Apache-2.0 */
/*
 * differ: one rule, receiver or maintenance held against another of the same id.
 *
 * Pure; no I/O, no clock.
 */
#ifndef IOCD_TRIAL_DIFFER_H
#define IOCD_TRIAL_DIFFER_H

#include "iocd/base/text.h"
#include "iocd/rule.h"

/* Appends, behind gap, what is otherwise, as a JSON object; nothing if they are the same.  Either
 * may be NULL: there is none.  Hidden ones only if they are written by somebody on one side. */
void differ_rule(struct text *json, const char *gap, const struct rule *before,
		 const struct rule *after, const struct units *units);

/* A digest over all that receiver or maintenance number says. */
uint64_t differ_receiver(const struct rulebook *book, uint32_t number, uint32_t n_units);
uint64_t differ_maintenance(const struct rulebook *book, uint32_t number, uint32_t n_units);

#endif
