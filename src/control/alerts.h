/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alerts: a list of alerts as it was asked for, to be written one by one or folded by cause.
 *
 * Loop thread.
 */
#ifndef IOCD_CONTROL_ALERTS_H
#define IOCD_CONTROL_ALERTS_H

#include "views.h"

struct listed {
	const struct alert *alert; /* lent by the book */
	bool is_wanted;            /* passes what the caller asked for */
};

struct alerts {
	const struct views *views;
	struct listed *list; /* all that the caller sees, the standing first; owned */
	uint32_t n;
};

/* How many of some alerts are what. */
struct alerts_tally {
	uint64_t all, over, acknowledged, suppressed;
	uint64_t severities[SEVERITY_CRITICAL + 1];
};

/* Counts one more. */
void alerts_count(struct alerts_tally *tally, const struct alert *alert);

/* Writes the members of tally into the open object: all, critical, warning, over, acknowledged,
 * suppressed. */
void alerts_put_tally(struct text *text, const struct alerts_tally *tally);

/* Appends the array of groups, at most limit of them, gravest first, of the wanted alerts: each is
 * in one group, and in no other.  Returns how many groups there are. */
uint64_t alerts_fold(struct text *text, const struct alerts *alerts, uint64_t limit);

/* Whether alert arose at an iocd below (mirror.h).  Lends the id of the rule that it is of: of one
 * from below, of the rule there. */
bool alerts_is_mirrored(const struct alert *alert);
struct slice alerts_rule_id(const struct alert *alert);

#endif
