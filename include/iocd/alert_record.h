/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alert_record: one alert as the book keeps it, one thing that happened to it, and what keeps
 * alerts from being told.
 *
 * Only types.  Texts end with a zero; times are in milliseconds.
 */
#ifndef IOCD_ALERT_RECORD_H
#define IOCD_ALERT_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/alert.h"

#define ALERT_SUBJECT_MAX 128 /* bytes kept of a subject, the ending zero included; so below */
#define ALERT_SAMPLES     5   /* journal positions of sample events kept with an alert */
#define ALERT_NAME_MAX    64  /* of a person's name */
#define ALERT_NOTE_MAX    256 /* of what was said with it */
#define ALERT_DETAIL_MAX  640 /* of what an own alert is about */
#define ALERT_BY_MAX      160 /* of who suppresses it: cut if it is another alert of long names */

/* An alert that is not at rest. */
struct alert {
	const struct rule *rule; /* borrowed from the rules it stands under */
	uint32_t unit;
	char subject[ALERT_SUBJECT_MAX]; /* "" for threshold rules */
	struct alert_machine machine;
	struct reading reading;            /* the last that was judged (but event rules) */
	const struct threshold *threshold; /* its verdict's; NULL for event rules */
	uint64_t events;                   /* matching events since it opened (event rules) */
	int64_t first_ms;                  /* when the condition began to hold */
	int64_t raised_ms;                 /* when it was raised; 0 before */
	int64_t changed_ms;                /* of the last news */
	int64_t cleared_ms;      /* when it was over; 0: it was not, since it was raised */
	uint64_t raised_number;  /* of the transition that raised it: with its key, its id; stays
				    when it is raised again while it is latched */
	uint64_t cleared_number; /* of the transition that ended it; 0: as cleared_ms */
	uint64_t samples[ALERT_SAMPLES]; /* journal positions of the latest contributing events,
					    oldest first */
	uint32_t n_samples;
	bool drill;             /* every event so far was an exercise (event rules) */
	bool closed;            /* by a reload: the rule is gone or does not apply any more */
	enum presence presence; /* of the sender (silence rules) */
	char detail[ALERT_DETAIL_MAX]; /* RULE_OWN: what is wrong, in words; OWN_MIRRORED: what
					  its site says, packed (alert_json.h shows it) */
	uint32_t origin; /* OWN_MIRRORED: unit of the site that it comes from; else 0 */
	bool yields;     /* inhibited: the same stands there or here, and that is told (mirror.h) */

	char owner[ALERT_NAME_MAX];           /* "": nobody */
	char acknowledged_by[ALERT_NAME_MAX]; /* "": nobody */
	char acknowledged_note[ALERT_NOTE_MAX];
	int64_t acknowledged_ms;
	int64_t acknowledged_until_ms;                    /* 0: for good */
	int64_t suppressed_until_ms[N_SUPPRESSIONS];      /* when that ends by itself; 0: unknown */
	char suppressed_by[N_SUPPRESSIONS][ALERT_BY_MAX]; /* who: a person, a maintenance's id, or
							     "<unit>/<key>" of the alert it follows
							     from ("": iocd) */
	uint32_t told;   /* receivers who were told that it stands: bits by number */
	uint32_t steps;  /* of escalation that were taken */
	int64_t told_ms; /* when receivers were told of it, first or because it was raised, released
			    or grew worse anew; 0: not yet */
	uint32_t raises; /* how many times raised while it was in the book */
};

/* One thing that happened to an alert, as it was then. */
struct transition {
	uint64_t number;   /* from 1, without gaps */
	int64_t time_ms;   /* arrival time of what caused it */
	uint64_t position; /* journal position up to which it follows from */
	enum alert_news news;
	char by[ALERT_NAME_MAX];   /* who brought it about; "": iocd, by its rules */
	char note[ALERT_NOTE_MAX]; /* what he said with it, or why iocd did: "rule changed" */
	uint32_t tells;            /* receivers that are to hear of it: bits by number, as they
				      are numbered now; RECEIVER_UNIT only if the unit has one
				      that is none of the others */
	struct alert alert;        /* a copy */
};

/* What keeps alerts from being told, as somebody ordered it or configuration says. */
struct hindrance {
	enum suppression kind;
	char maintenance[65]; /* id of a configured one, whose scope configuration says: the next
				 five members are empty; "": ordered by a command */
	char rule[65];        /* id; "": all */
	uint32_t unit;        /* UNIT_NONE: all */
	bool is_below;        /* and the units below */
	bool has_subject;
	char subject[ALERT_SUBJECT_MAX];
	char by[ALERT_NAME_MAX];
	char note[ALERT_NOTE_MAX];
	int64_t from_ms, until_ms; /* from 0: unknown; until 0: until somebody ends it */
};

#endif
