/* SPDX-License-Identifier: Apache-2.0 */
/*
 * future: what the alert book would come to under a rulebook if nothing arrived any more.
 *
 * Reads no clock, no file.
 */
#ifndef IOCD_TRIAL_FUTURE_H
#define IOCD_TRIAL_FUTURE_H

#include "iocd/config.h"
#include "iocd/flow.h"

/* An alert that stands, or stood. */
struct standing_alert {
	char rule[65]; /* id */
	uint32_t unit;
	char subject[ALERT_SUBJECT_MAX];
	enum severity severity; /* SEVERITY_NONE: it stands no more */
	int64_t moved_ms;       /* when it last did so on the way; 0: it did not */
	size_t order;           /* in which that was noted */
};

struct future {
	struct standing_alert *list; /* owned; sorted by rule, unit and subject */
	size_t n;
};

/* What stands now; and what will, under book, once every hold and fade is over.  book was made for
 * the units, indicators and types of flow, as config was. */
void future_now(struct future *ret, const struct flow *flow);
void future_under(struct future *ret, const struct flow *flow, const struct config *config,
		  const struct rulebook *book);
void future_fini(struct future *future);

/* Lends the one of the same rule, unit and subject, or NULL. */
const struct standing_alert *future_find(const struct future *future,
					 const struct standing_alert *like);

/* The order of the list. */
int standing_compare(const void *a, const void *b);

#endif
