/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alertbook: all alerts that are not at rest, found by rule, unit and subject, and their deadlines.
 *
 * Takes verdicts, commands and time; gives news, and says who is to hear of each.  Bounded: when
 * ALERTBOOK_MAX alerts are open a new one is not opened and COUNTER_alerts_dropped says so.  Those
 * of events and of subjects have less room, warnings less than critical ones: no flood of them
 * shuts out the rest.  What is over and waits to be acknowledged makes room, the oldest first.  The
 * last ALERTBOOK_LOG transitions are kept so that whoever tells them onward can resume where it
 * stopped; their numbers grow by one and a replay of the same journal gives the same numbers.
 *
 * Pure: no I/O, no clock, no log.  Allocates only when an alert opens, something is shelved, rules
 * are replaced or alerts are listed, and with the first ALERTBOOK_LOG transitions.  One thread at a
 * time.  Time that goes back is taken as standing still.
 */
#ifndef IOCD_ALERTBOOK_H
#define IOCD_ALERTBOOK_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/alert_record.h"
#include "iocd/base/bytes.h"
#include "iocd/base/renumber.h"
#include "iocd/command.h"

#define ALERTBOOK_MAX        20000
#define ALERTBOOK_EVENTS     15000 /* open alerts beyond which none of an event or subject opens, */
#define ALERTBOOK_MINOR      10000 /* and none of those that is no more than a warning */
#define ALERTBOOK_LOG        4096
#define ALERTBOOK_HINDRANCES 1000             /* ordered at once */
#define ALERTBOOK_RAISES     16               /* raises remembered: more do not count as chatter */
#define ALERT_FORGET_MS      (24 * 3600000LL) /* what is over waits so long for somebody to know */

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

/* Carries out what somebody wants (command.h), at now_ms, as alertbook_judge() does a verdict;
 * *ret_n is how many alerts it concerned.  Shelving, taking out of service and maintenance also
 * hold for alerts that come later, until their end; of the same scope anew they replace what was
 * ordered, and they are ended by that very scope. */
enum command_outcome alertbook_command(struct alertbook *book, const struct command *command,
				       int64_t now_ms, uint64_t position, uint32_t *ret_n);

/* Calls each with everything that keeps alerts from being told now, but chatter and other alerts:
 * shelvings, what is out of service, maintenance under way. */
typedef void hindrance_each_fn(void *context, const struct hindrance *hindrance);
void alertbook_each_hindrance(const struct alertbook *book, hindrance_each_fn *each, void *context);

/* What keeps, or would keep, an alert of that rule, unit and subject from being told now:
 * SUPPRESSION_BITs. */
unsigned alertbook_hindrances(const struct alertbook *book, uint32_t rule, uint32_t unit,
			      const char *subject);

/* Lets time pass to now_ms: alerts whose hold, fade, acknowledgement, patience or wait is over
 * move, in the order of their deadlines, then of rule, unit and subject; what keeps alerts from
 * being told begins and ends, before alerts of the same deadline. */
void alertbook_tick(struct alertbook *book, int64_t now_ms, uint64_t position);

/* The earliest deadline, or ALERT_NO_DEADLINE. */
int64_t alertbook_deadline_ms(const struct alertbook *book);

/* Puts the book under other rules over the same units, as by (lent during the call) has ordered:
 * alerts are known by rule id; those of rules that are gone, are of another kind or no longer apply
 * to their unit are cleared with closed set; the others keep their state, and the caller judges
 * them again.  Receivers are known by id; who is none any more hears nothing.  The old struct rules
 * may then go, but not the list they were made from: transitions and readings still name its rules
 * and limits. */
void alertbook_replace_rules(struct alertbook *book, const struct rules *rules, const char *by,
			     int64_t now_ms, uint64_t position);

/* Bracket the judging after that: what it brings about is by's (copied), "rule changed". */
void alertbook_begin_review(struct alertbook *book, const char *by);
void alertbook_end_review(struct alertbook *book);

/* Put all alerts, what keeps them from being told, and kept transitions into writer, without heap;
 * and read them back into a fresh book under the present rules, by rule id, unit, limit and
 * receiver; reader is marked bad if they make no sense, and book is then fit only for
 * alertbook_free().  Open alerts whose rule is gone or no longer applies are cleared as by a
 * reload, in the name of a rule that has its id and nothing else; transitions of such rules are
 * kept in that way too.  What was of units that are gone is not: its alerts end untold, and
 * alertbook_transition() gives NULL for its numbers.  Of two alerts that are alike because their
 * units became one, the one that stands remains, then the graver, then the older; the other is
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

/* Calls each with every alert that stands, most severe first, then oldest first; and with those
 * that are over and that nobody acknowledged, the newest first. */
typedef void alert_each_fn(void *context, const struct alert *alert);
void alertbook_each_raised(const struct alertbook *book, alert_each_fn *each, void *context);
void alertbook_each_over(const struct alertbook *book, alert_each_fn *each, void *context);

/* Calls each with what identifies every alert in the book, pending ones too, in the order of rule,
 * unit and subject; the book may be changed meanwhile. */
typedef void alert_key_fn(void *context, uint32_t rule, uint32_t unit, const char *subject);
void alertbook_each_key(const struct alertbook *book, alert_key_fn *each, void *context);

/* Lends, until the next change of the book, the alert of that rule, unit and subject if it is not
 * at rest, else NULL. */
const struct alert *alertbook_find(const struct alertbook *book, uint32_t rule, uint32_t unit,
				   const char *subject);

/* Alerts that stand, of that severity (SEVERITY_NONE: of any). */
size_t alertbook_count(const struct alertbook *book, enum severity severity);

#endif
