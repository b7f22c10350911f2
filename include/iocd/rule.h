/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule: what administrators wrote about figures and events, compiled, and the judgement of it.
 *
 * A rule says only whether its condition holds, and how badly; the alert book decides whether
 * anyone must hear of it.  Thresholds are resolved for each unit when rules are loaded, with the
 * file and line each came from.  Judging a change touches only the rules on that indicator.
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
	struct reading reading;            /* RULE_THRESHOLD: what was judged */
	const struct threshold *threshold; /* the limit that was passed, or that clearing needs;
					      lent by the rule; NULL for events and JUDGE_UNKNOWN */
	const struct event *event;         /* RULE_EVENT: lent with the event; else NULL */
	enum presence presence; /* RULE_SILENCE: what is known of the sender's connection */
	struct slice subject; /* RULE_EVENT: lent with the event and the verdict; else empty */
};

struct rules_options {
	const struct rule *list; /* borrowed for life */
	uint32_t n_list;
	uint32_t n_units;
	uint32_t n_indicators;
	uint32_t n_types;
	const struct contracts *contracts; /* borrowed for life; NULL: no silence rule is judged */
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
size_t rules_match_late(struct rules *rules, const struct event *event,
			const struct verdict **ret);

/* Judges by the silence rules the units whose state or presence has changed; lends the verdicts in
 * *ret until the next call.  reading.last_ms of such a verdict is when the unit was heard last. */
size_t rules_judge_contracts(struct rules *rules, int64_t now_ms,
			     const struct contract_change *changes, size_t n,
			     const struct verdict **ret);

/* Lends the threshold and silence rules whose calendar opened after before_ms and by now_ms, until
 * the next call; returns their number.  What changed while they rested was not judged: call
 * rules_judge_one() for each of their units. */
uint32_t rules_opened(struct rules *rules, int64_t before_ms, int64_t now_ms, const uint32_t **ret);

/* Judges one threshold or silence rule on one unit now, whatever changed: after a reload, or to
 * explain.  JUDGE_UNKNOWN where the rule does not apply, outside of its hours, and for event rules.
 */
struct verdict rules_judge_one(const struct rules *rules, const struct indicators *indicators,
			       uint32_t rule, uint32_t unit);

/* Finds a rule by its id of n bytes, or UINT32_MAX; lends one, for the life of the list it was made
 * from; counts them. */
uint32_t rules_find(const struct rules *rules, const char *id, size_t n);
const struct rule *rules_at(const struct rules *rules, uint32_t number);
uint32_t rules_count(const struct rules *rules);

/* Lend names: "warning"; ">". */
const char *severity_name(enum severity severity);
const char *comparison_name(enum comparison comparison);

#endif
