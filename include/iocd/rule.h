/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule: what administrators wrote about figures and events, compiled, and the judgement of it.
 *
 * A rule says only whether its condition holds, and how badly; the alert book decides whether
 * anyone must hear of it.  Thresholds are resolved for each unit when rules are loaded, with the
 * file and line each came from.  Judging a change touches only the rules on that indicator.
 *
 * Who carries events asks at each event rules_match(), and for each news of a record
 * rules_match_track(); at each tick, when figures are settled, rules_judge_contracts(),
 * rules_judge() and rules_judge_keyed(), in a new minute also what rules_opened(); when rules are
 * new, all that can be judged any time, each alert of rules on values or records, and
 * keyed_mark_all().  What one call lends the next that judges takes back.
 *
 * Pure; no I/O, no clock, no log, no heap after rules_new().  One thread at a time.
 */
#ifndef IOCD_RULE_H
#define IOCD_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/indicator.h"
#include "iocd/keyed.h"
#include "iocd/rulebook.h"
#include "iocd/trackers.h"
#include "iocd/verdict.h"

struct rules_options {
	const struct rule *list; /* borrowed for life */
	uint32_t n_list;
	uint32_t n_units;
	uint32_t n_indicators;
	uint32_t n_types;
	const struct contracts *contracts; /* borrowed for life; NULL: no silence rule is judged */
	const struct units *units;         /* borrowed for life; NULL: nothing is inhibited below */
	/* As in struct rulebook; borrowed for life; may be absent. */
	const struct receiver *receivers;
	uint32_t n_receivers;
	const struct receiver *const *unit_receivers;
	const struct maintenance *maintenances;
	uint32_t n_maintenances;
};

struct rules;

/* Indexes rules by indicator and unit, and by event type.  Gives them; never NULL. */
struct rules *rules_new(const struct rules_options *options) MUST_USE;
struct rules *rules_free(struct rules *rules);
DEFINE_CLEANUP(struct rules, rules_free)

/* Judges what changed, in the order of changes and then of rules.  Lends the verdicts (those of
 * threshold rules only) in *ret until the next call that judges; returns their number.  Takes whole
 * changes, their number in *ret_done, until there are RULES_BATCH verdicts or a few more: call
 * again with the rest. */
#define RULES_BATCH 1024
size_t rules_judge(struct rules *rules, const struct indicators *indicators,
		   const struct change *changes, size_t n, size_t *ret_done,
		   const struct verdict **ret);

/* Judges one admitted event by the event rules on its type; a historical one matches none.  Lends
 * as above the verdicts of the rules that it matches. */
size_t rules_match(struct rules *rules, const struct event *event, const struct verdict **ret);

/* The same for an event that is no news any more, historical or not: for late findings. */
size_t rules_match_late(struct rules *rules, const struct event *event, const struct verdict **ret);

/* Judges by the silence rules the units whose state or presence has changed; lends the verdicts in
 * *ret until the next call.  reading.last_ms of such a verdict is when the unit was heard last. */
size_t rules_judge_contracts(struct rules *rules, int64_t now_ms,
			     const struct contract_change *changes, size_t n,
			     const struct verdict **ret);

/* Judges, by the rules on values of a field, the values whose figures have changed, at most
 * RULES_BATCH; the number of a keyed change's plan is that of the rule's: see rules_plans().  The
 * subject is the value.  Lends as rules_match(). */
size_t rules_judge_keyed(struct rules *rules, const struct keyed *keyed,
			 const struct keyed_change *changes, size_t n, const struct verdict **ret);

/* Judges, by the sequence rules (of: sequences) or the deadline rules by record, what happened to a
 * record, if that made it due soon or overdue, or no longer.  The subject is its id;
 * reading.last_ms of such a verdict is when it is due.  These rules have no hours: what came due is
 * told at once.  Lends as rules_match(). */
size_t rules_match_track(struct rules *rules, bool of_sequences, const struct track_news *news,
			 int64_t now_ms, uint64_t position, const struct verdict **ret);

/* The same for an open record as it stands, whatever happened to it: when rules are new. */
size_t rules_judge_record(struct rules *rules, bool of_sequences, const struct track_record *record,
			  uint64_t position, const struct verdict **ret);

/* Judges it by the own rules of that part which apply to the unit.  A rule whose severity is
 * warning makes a critical one a warning.  These rules have no hours.  Lends as rules_match(). */
size_t rules_judge_own(struct rules *rules, const struct own_state *state, int64_t now_ms,
		       uint64_t position, const struct verdict **ret);

/* Lends the rules that are judged at any time, or for each value, and whose calendar opened after
 * before_ms and by now_ms, until the next call; returns their number.  What changed while they
 * rested was not judged: call rules_judge_one() for each of their units, or rules_judge_each_one()
 * for each alert there is (the values themselves are judged in the first seconds of a minute). */
uint32_t rules_opened(struct rules *rules, int64_t before_ms, int64_t now_ms, const uint32_t **ret);

/* Whether a rule can be judged whenever one likes: on figures of units, on silence, and on
 * deadlines by unit. */
bool rule_is_judged_any_time(const struct rule *rule);

/* Judges one such rule on one unit now, whatever changed: after a reload, or to explain.
 * JUDGE_UNKNOWN where the rule does not apply, outside of its hours, and for all other rules. */
struct verdict rules_judge_one(const struct rules *rules, const struct indicators *indicators,
			       uint32_t rule, uint32_t unit);

/* The same for a rule on each value of a field, and one value; subject is lent by key. */
struct verdict rules_judge_each_one(const struct rules *rules, const struct keyed *keyed,
				    uint32_t rule, uint32_t unit, struct slice key);

/* Fills ret, which has room for as many as there are rules, with what has to be counted for the
 * rules on values of a field, in their order; returns their number. */
size_t rules_plans(const struct rule *list, uint32_t n, struct keyed_plan *ret);

/* The number of a rule's plan; UINT32_MAX: it has none. */
uint32_t rules_plan_of(const struct rules *rules, uint32_t rule);

/* Finds a rule by its id of n bytes, or UINT32_MAX; lends one, for the life of the list it was made
 * from; counts them. */
uint32_t rules_find(const struct rules *rules, const char *id, size_t n);
const struct rule *rules_at(const struct rules *rules, uint32_t number);
uint32_t rules_count(const struct rules *rules);

/* Lends what rules_new() was given. */
const struct rules_options *rules_about(const struct rules *rules);

/* Lend names: "warning"; ">"; "sequence"; "broker". */
const char *rule_kind_name(enum rule_kind kind);
const char *own_part_name(enum own_part part);
const char *severity_name(enum severity severity);
const char *comparison_name(enum comparison comparison);

#endif
