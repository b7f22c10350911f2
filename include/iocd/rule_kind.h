/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule_kind: what configuration says of a rule: on what it looks, where its limits are, and in
 * which hours.
 * Thresholds are resolved for each unit, with the file and line each came from.  Only types;
 * strings and arrays are borrowed for the life of the configuration.
 */
#ifndef IOCD_RULE_KIND_H
#define IOCD_RULE_KIND_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/place.h"
#include "iocd/calendar.h"
#include "iocd/indicator_kind.h"
#include "iocd/threshold.h"
#include "iocd/tracker.h"

enum rule_kind {
	RULE_THRESHOLD, /* an indicator's value against limits */
	RULE_EVENT,     /* each matching event, at once */
	RULE_SILENCE,   /* each unit that breaks the contract of a feed */
	RULE_EACH,      /* an indicator's value against limits, for each value of a field */
	RULE_SEQUENCE,  /* each record whose first event another did not follow in time */
	RULE_DEADLINE,  /* open records that are due soon or overdue */
	RULE_OWN,       /* iocd itself: a part of it, or what it thinks of a sender */
};
#define N_RULE_KINDS (RULE_OWN + 1)
/* What a threshold rule looks at; changes only the words. */
enum rule_look { LOOK_VALUE, LOOK_CHANGE, LOOK_BASELINE, LOOK_BEHIND, LOOK_BAND };

/* clang-format off */
/* What own alerts are about, with a word for configuration and JSON. */
#define OWN_PARTS(X)                                                                        \
	X(BROKER, "broker")     /* no connection, or the broker lost our session          */ \
	X(REDIS, "redis")       /* the view does not follow                               */ \
	X(DISK, "disk")         /* journal not syncing, or too little room                */ \
	X(HISTORY, "history")   /* figures of the past cannot be kept                     */ \
	X(CONFIG, "config")     /* a configuration was refused; the old one runs          */ \
	X(CLOCK, "clock")       /* of a unit: its clock is off                            */ \
	X(SOURCE, "source")     /* of a unit: it sends what has to be refused             */ \
	X(RATE, "rate")         /* of a unit: it sends more than it may                   */ \
	X(GAP, "gap")           /* of a unit: numbered events are missing                 */ \
	X(DROPPED, "dropped")   /* the broker dropped messages                            */ \
	X(CANARY, "canary")     /* our own test event is late: the path of alerts is slow */ \
	X(DELIVERY, "delivery") /* a receiver cannot be reached                           */ \
	X(CERTIFICATE, "certificate") /* ours expires soon                                */ \
	X(UPLINK, "uplink")     /* the one above does not answer, or what goes there waits   */ \
	X(OUTBOX, "outbox")     /* what goes there was given up, or cannot be kept          */ \
	X(SITE_LOST, "site-lost") /* of a unit: its iocd is silent or cut off              */ \
	X(SITE_LAGGING, "site-lagging") /* of a unit: what it forwards waits for long       */ \
	X(SITE_OLD, "site-old") /* of a unit: its version or configuration is not ours     */ \
	X(SITE_GAP, "site-gap") /* of a unit: forwarded items are missing                  */ \
	X(GIVEN_UP, "given-up") /* of a unit: forwarded items that will never come         */ \
	X(MIRRORED, "mirrored") /* of a unit: an alert of an iocd below: mirror.h          */ \
	X(WATCHDOG, "watchdog") /* always stands, so that its silence can be noticed      */
/* clang-format on */

enum own_part {
#define X(name, word) OWN_##name,
	OWN_PARTS(X)
#undef X
		N_OWN_PARTS
};

/* What stands in the way of telling alerts: while an alert of the rule stands, those of other rules
 * on the same unit, or also on the units below it, are only its consequences. */
struct inhibition {
	const bool *rules; /* by rule number */
	bool is_below;     /* on units below as well */
};

#define ESCALATIONS_MAX 4

/* Whom to tell when nobody has acknowledged an alert for so long after it was told. */
struct escalation {
	int64_t after_ms;
	uint32_t receivers; /* bits, by number */
	struct place place;
};

/* What configuration says of a rule; strings and arrays are borrowed for life. */
struct rule {
	const char *id; /* [a-z0-9][a-z0-9_-]{0,63} */
	const char *title_vi;
	const char *title_en;
	enum rule_kind kind;
	uint32_t number; /* its index */

	/* RULE_THRESHOLD */
	uint32_t indicator;             /* its index */
	const struct indicator *figure; /* the same, to name it even after a reload */
	struct window window;
	uint64_t min_samples;        /* fewer: no judgement, neither raising nor clearing */
	const struct limits *limits; /* by unit index; not looked at where it does not apply */
	struct limits stated;        /* what the rule itself says, before its overrides */

	/* RULE_EVENT */
	uint32_t type;                       /* its index */
	const struct event_type *event_type; /* the same, to name it and its choices */
	struct where where;
	enum severity severity;
	uint32_t subject_field; /* field that tells alerts apart (absent: ""), or TYPE_NONE: the
				   event's subject */

	/* RULE_SILENCE; severity as above */
	uint32_t feed;                  /* its index */
	const struct feed *silent_feed; /* the same, to name it even after a reload */

	/* RULE_EACH; indicator, figure, window (of minutes), min_samples and limits as for
	 * RULE_THRESHOLD */
	const char *each; /* name of the field, in all event types that the figure counts */
	uint32_t cap; /* values of it that are told apart in a unit; the others count together */

	/* RULE_SEQUENCE, RULE_DEADLINE; severity as above is of a sequence that was not followed */
	uint32_t track;             /* its index: in rulebook.sequences, or in all tracks */
	const struct track *record; /* the same */
	enum severity due_soon, overdue; /* RULE_DEADLINE: SEVERITY_NONE: not told */
	bool is_each_record; /* RULE_DEADLINE: an alert for each record; else one for a unit, with
				their number */

	/* RULE_OWN; severity as above is the most that its alerts become */
	enum own_part own;

	/* RULE_THRESHOLD */
	enum rule_look look;

	const struct calendar *calendar; /* outside of its hours nothing is judged; NULL: always;
					    never of SEQUENCE, DEADLINE by record, and OWN */
	int64_t hold_ms;                 /* the condition must last so long before it is told */
	int64_t fade_ms; /* and be gone for so long; of an event alert: without a further event */
	const bool *applies; /* by unit index */

	bool is_latched;            /* what was told stands until somebody resets it */
	bool is_hidden;             /* not written by anybody: iocd's own */
	uint32_t chatter_times;     /* raised so many times ... */
	int64_t chatter_within_ms;  /* ... within this: it chatters, until it was not raised for as
				       long; 0: never */
	int64_t repeat_ms;          /* told again while it stands; 0: not */
	uint32_t tell;              /* receivers that the rule itself names, RECEIVER_UNIT among
				       them: bits by number */
	struct inhibition inhibits; /* rules NULL: none */
	struct escalation steps[ESCALATIONS_MAX]; /* soonest first */
	uint32_t n_steps;
	char version[9]; /* 8 hex digits over what the rule says; "" for ghosts */
	struct place place;
};

#endif
