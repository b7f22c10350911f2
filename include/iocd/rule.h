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
#include "iocd/base/place.h"
#include "iocd/indicator.h"

enum rule_kind {
	RULE_THRESHOLD, /* an indicator's value against limits */
	RULE_EVENT,     /* each matching event, at once */
};

enum severity {
	SEVERITY_NONE,
	SEVERITY_WARNING,
	SEVERITY_CRITICAL,
};

enum comparison { COMPARE_NONE, COMPARE_GT, COMPARE_GE, COMPARE_LT, COMPARE_LE };

/* "> 5%" as it was written, and where. */
struct threshold {
	enum comparison comparison; /* COMPARE_NONE: there is none */
	double value;
	const char *text; /* borrowed for life */
	struct place place;
};

/* The limits that hold for one unit after all overrides. */
struct limits {
	struct threshold warning;
	struct threshold critical;
	struct threshold clear; /* raised alerts fade only when this holds; COMPARE_NONE: when
				   neither of the others does */
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

	/* RULE_EVENT */
	uint32_t type;                       /* its index */
	const struct event_type *event_type; /* the same, to name it and its choices */
	struct where where;
	enum severity severity;
	uint32_t subject_field; /* field that tells alerts apart (absent: ""), or TYPE_NONE: the
				   event's subject */

	int64_t hold_ms; /* the condition must last so long before it is told */
	int64_t fade_ms; /* and be gone for so long; of an event alert: without a further event */
	const bool *applies; /* by unit index */
	struct place place;
};

/* A rule's opinion of a unit. */
enum judgement {
	JUDGE_UNKNOWN, /* no value or too few samples: leave things as they are */
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
	struct slice subject; /* RULE_EVENT: lent with the event and the verdict; else empty */
};

struct rules_options {
	const struct rule *list; /* borrowed for life */
	uint32_t n_list;
	uint32_t n_units;
	uint32_t n_indicators;
	uint32_t n_types;
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

/* Judges one threshold rule on one unit now, whatever changed: after a reload, or to explain.
 * JUDGE_UNKNOWN where the rule does not apply, and for event rules. */
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
