/* SPDX-License-Identifier: Apache-2.0 */
/*
 * why_not: everything that keeps a rule from having an alert of a unit now, in words and figures.
 *
 * What the rule itself says comes from why.h; to that comes what the alert book holds back.  Reads
 * only; loop thread.
 */
#ifndef IOCD_CONTROL_WHY_NOT_H
#define IOCD_CONTROL_WHY_NOT_H

#include "iocd/why.h"
#include "views.h"

struct why_about {
	uint32_t rule; /* in force */
	uint32_t unit;
	const char *subject;
	bool has_subject; /* else any, where a rule has some */
};

/* What the book says, behind what rules say. */
enum held_back {
	HELD_NOT_DUE = N_HOLD_BACKS, /* the record is open, and due later */
	HELD_HOLD,                   /* the condition holds, for too short a time */
	HELD_SUPPRESSED,             /* by held.kind */
	HELD_FULL,                   /* the book has no room for more of its sort */
};

/* One reason. */
struct held {
	int code; /* enum hold_back or enum held_back */
	const struct rule *rule;
	const struct reading *reading; /* of the rule's figure */
	struct reason_why why;         /* of an enum hold_back */
	int64_t until_ms, since_ms;    /* 0: unknown */
	enum suppression kind;
	char by[ALERT_BY_MAX]; /* "": iocd */
	char note[ALERT_NOTE_MAX];
	struct track_record record; /* NOT_DUE */
	uint64_t n_open;            /* records of the unit */

	/* NO_TROUBLE of who forwards from the unit. */
	bool has_site;
	int64_t heard_ms, oldest_ms; /* 0: never, none */
	uint64_t backlog;
};

#define HELD_MAX (WHY_MAX + 24)

/* All reasons, the most decisive first; what the rule thinks; and the alert that stands, or is
 * pending, if there is one. */
struct why_list {
	struct why_not rule;
	struct held list[HELD_MAX];
	size_t n;
	const struct alert *alert;
};

/* Fills ret. */
void why_not_find(const struct views *views, const struct why_about *about, struct why_list *ret);

/* Writes the answer's members into the open object: judgement, stands, alert, value, ... reasons.
 */
void why_not_put(struct text *text, const struct views *views, const struct why_about *about);

/* Lends the code of a reason. */
const char *held_code(const struct held *held);

/* Notes what is known of the site that a rule of iocd itself is about; says what that rule sees:
 * false, if it has no words of its own. */
void why_own_add(struct held *held, const struct views *views, const struct why_about *about);
bool why_own_say(struct text *text, const struct held *held, int offset_minutes, bool vietnamese);

/* Appends a reason in words. */
void held_say(struct text *text, const struct held *held, int offset_minutes, bool vietnamese);

#endif
