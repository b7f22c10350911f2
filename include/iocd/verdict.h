/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict: what rules think of a unit, or of one thing in it.
 *
 * Only types.
 */
#ifndef IOCD_VERDICT_H
#define IOCD_VERDICT_H

#include <stdint.h>

#include "iocd/contract.h"
#include "iocd/event.h"
#include "iocd/indicator.h"
#include "iocd/rule_kind.h"

/* A rule's opinion of a unit. */
enum judgement {
	JUDGE_UNKNOWN, /* no value that is good or partial, too few samples, or outside of the
			  rule's hours: leave things as they are */
	JUDGE_CLEAR,   /* on the good side of clear */
	JUDGE_BETWEEN, /* no warning, but not yet clear: what is raised stays, nothing new rises */
	JUDGE_WARNING,
	JUDGE_CRITICAL,
};

struct verdict {
	uint32_t rule;
	uint32_t unit;
	enum judgement judgement;
	struct reading reading;            /* of a figure: what was judged; of DEADLINE by unit the
					      number of records that decided */
	const struct threshold *threshold; /* the limit that was passed, or that clearing needs;
					      lent by the rule; NULL for JUDGE_UNKNOWN and where
					      a rule has no limits */
	const struct event *event;         /* RULE_EVENT: lent with the event; else NULL */
	enum presence presence; /* RULE_SILENCE: what is known of the sender's connection */
	struct slice subject; /* RULE_EVENT, EACH, SEQUENCE, DEADLINE by record, OWN: lent with the
				 event and the verdict; else empty */
	struct slice detail;  /* RULE_OWN: what is wrong, in words; lent likewise */
	uint64_t position;    /* RULE_SEQUENCE, DEADLINE, OWN: journal record it follows from */
};

/* What iocd says of a part of itself (unit: the first of all), or of a sender; subject tells apart
 * what a part may say of several things. */
struct own_state {
	enum own_part part;
	uint32_t unit;
	struct slice subject;
	struct slice detail;
	enum judgement judgement; /* CLEAR, WARNING or CRITICAL */
};

#endif
