/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alertbook: all alerts that are not at rest, found by rule, unit and subject, and their deadlines.
 *
 * Takes verdicts and time; gives news.  Bounded: when ALERTBOOK_MAX alerts are open a new one is
 * not opened and COUNTER_alerts_dropped says so.  Event rules, which open an alert for every
 * subject, have less room, warnings less than critical ones: no flood of them shuts out the rest.
 * The last ALERTBOOK_LOG transitions are kept so that whoever tells them onward can resume where it
 * stopped; their numbers grow by one and a replay of the same journal gives the same numbers.
 *
 * Pure: no I/O, no clock, no log.  Allocates only when an alert opens or alerts are listed.
 * One thread at a time.  Time that goes back is taken as standing still.
 */
#ifndef IOCD_ALERTBOOK_H
#define IOCD_ALERTBOOK_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/alert.h"
#include "iocd/base/bytes.h"
#include "iocd/base/renumber.h"

#define ALERTBOOK_MAX     20000
#define ALERTBOOK_EVENTS  15000 /* open alerts beyond which no event opens another, */
#define ALERTBOOK_MINOR   10000 /* and none that is no more than a warning */
#define ALERTBOOK_LOG     4096
#define ALERT_SUBJECT_MAX 128 /* bytes kept of a subject, the ending zero included */
#define ALERT_SAMPLES     5   /* journal positions of sample events kept with an alert */

/* An alert that is not at rest. */
struct alert {
	const struct rule *rule; /* borrowed from the rules it stands under */
	uint32_t unit;
	char subject[ALERT_SUBJECT_MAX]; /* "" for threshold rules */
	struct alert_machine machine;
	struct reading reading;            /* the last that was judged (threshold rules) */
	const struct threshold *threshold; /* its verdict's; NULL for event rules */
	uint64_t events;                   /* matching events since it opened (event rules) */
	int64_t first_ms;                  /* when the condition began to hold */
	int64_t raised_ms;                 /* when it was told; 0 before */
	int64_t changed_ms;                /* of the last news */
	uint64_t raised_number; /* number of the transition that raised it: with its key, its id */
	uint64_t samples[ALERT_SAMPLES]; /* journal positions of the latest contributing events,
					    oldest first */
	uint32_t n_samples;
	bool drill;             /* every event so far was an exercise (event rules) */
	bool closed;            /* by a reload: the rule is gone or does not apply any more */
	enum presence presence; /* of the sender (silence rules) */
};

/* One thing that happened to an alert, as it was then. */
struct transition {
	uint64_t number;   /* from 1, without gaps */
	int64_t time_ms;   /* arrival time of what caused it */
	uint64_t position; /* journal position up to which it follows from */
	enum alert_news news;
	struct alert alert; /* a copy */
};

struct alertbook;

/* Makes an empty book under rules, borrowed until alertbook_replace_rules() or for life; the list
 * that they were made from is borrowed for the life of the book. */
struct alertbook *alertbook_new(const struct rules *rules) MUST_USE;
struct alertbook *alertbook_free(struct alertbook *book);
DEFINE_CLEANUP(struct alertbook, alertbook_free)

/* Enters a verdict of time now_ms that follows from the journal up to position, after letting time
 * pass as alertbook_tick() does.  A matching event raises its alert at once, or lets the one that
 * is raised last until fade_ms after it: without news, unless it is the first that is no
 * exercise. */
void alertbook_judge(struct alertbook *book, const struct verdict *verdict, int64_t now_ms,
		     uint64_t position);

/* Lets time pass to now_ms: alerts whose hold or fade is over move, in the order of their
 * deadlines, then of rule, unit and subject. */
void alertbook_tick(struct alertbook *book, int64_t now_ms, uint64_t position);

/* The earliest deadline, or ALERT_NO_DEADLINE. */
int64_t alertbook_deadline_ms(const struct alertbook *book);

/* Puts the book under other rules over the same units, keyed by rule id: alerts of rules that are
 * gone, are of another kind or no longer apply to their unit are cleared with closed set; the
 * others keep their state, and the caller judges them again.  The old struct rules may then go, but
 * not the list they were made from: transitions and readings still name its rules and limits. */
void alertbook_replace_rules(struct alertbook *book, const struct rules *rules, int64_t now_ms,
			     uint64_t position);

/* Put all open alerts and kept transitions into writer, without heap; and read them back into a
 * fresh book under the present rules, by rule id, unit and limit; reader is marked bad if they make
 * no sense, and book is then fit only for alertbook_free().  Open alerts whose rule is gone or no
 * longer applies are cleared as by a reload, in the name of a rule that has its id and nothing
 * else; transitions of such rules are kept in that way too.  What was of units that are gone is
 * not: its alerts end untold, and alertbook_transition() gives NULL for its numbers.  Of two alerts
 * that are alike because their units became one, the graver stands, then the older; the other is
 * cleared.  Not while a verdict is being entered. */
void alertbook_save(const struct alertbook *book, struct bytes_writer *writer);
void alertbook_load(struct alertbook *book, struct bytes_reader *reader,
		    const struct renumber *units);

/* Number of the last transition (0: none yet), and a loan of one of the last ALERTBOOK_LOG of them
 * until the next change of the book; NULL if it is not there yet, not kept any more, or of a unit
 * that was gone when the book was loaded. */
uint64_t alertbook_last(const struct alertbook *book);
const struct transition *alertbook_transition(const struct alertbook *book, uint64_t number);

/* Number of the last transition that is not kept any more; 0: none was forgotten. */
uint64_t alertbook_forgotten(const struct alertbook *book);

/* Calls each with every alert that is RAISED or FADING, most severe first, then oldest first. */
typedef void alert_each_fn(void *context, const struct alert *alert);
void alertbook_each_raised(const struct alertbook *book, alert_each_fn *each, void *context);

/* Lends, until the next change of the book, the alert of that rule, unit and subject if it is not
 * at rest, else NULL. */
const struct alert *alertbook_find(const struct alertbook *book, uint32_t rule, uint32_t unit,
				   const char *subject);

/* Alerts that are RAISED or FADING, of that severity (SEVERITY_NONE: of any). */
size_t alertbook_count(const struct alertbook *book, enum severity severity);

#endif
