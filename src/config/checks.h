/* SPDX-License-Identifier: Apache-2.0 */
/*
 * checks: what a configuration without mistakes may say, and hardly means.
 *
 * Rules that can never fire or never clear, too many critical ones, circles of inhibition,
 * receivers that nobody uses.  Each is a warning with a code, at the place that has to change.
 * Where only a part of the units is served (cut.h), nothing is said of what may well be meant for
 * the others.
 */
#ifndef IOCD_CONFIG_CHECKS_H
#define IOCD_CONFIG_CHECKS_H

#include "load.h"

/* Checks all of it; now_ms 0: not what hangs on the time. */
void checks_run(struct load *load, int64_t now_ms);

/* Checks whether the limits of rules can be passed, and be passed back. */
void checks_limits(struct load *load);

/* Checks rules against each other. */
void checks_pairs(struct load *load);

/* Checks who is told of what. */
void checks_receivers(struct load *load);

/* Whether alerts of rule can become critical. */
bool can_be_critical(const struct load *load, const struct rule *rule);

/* Whether both sets of units (NULL: all) have one in common. */
bool units_meet(const struct load *load, const bool *a, const bool *b);

#endif
