/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inside: the members of struct rules, for the files of this room: rule.c judges figures of units,
 * each.c those of single values, match.c events, silence.c contracts, deadline.c records and how
 * many of them are due, own.c what iocd says of itself; why.c explains.
 */
#ifndef IOCD_RULE_INSIDE_H
#define IOCD_RULE_INSIDE_H

#include "index.h"
#include "iocd/base/civil.h"
#include "iocd/base/map.h"
#include "iocd/base/text.h"

#define SUBJECT_MAX CIVIL_TEXT_MAX /* longest form of a subject that is no text: a time */

struct rules {
	struct rules_options options;
	struct map *numbers;       /* owned; of ids */
	struct index by_indicator; /* threshold rules, and deadline rules by unit */
	struct index by_type;      /* event rules */
	struct index by_feed;      /* silence rules */
	struct index by_sequence;  /* sequence rules */
	struct index by_track;     /* deadline rules by record */
	struct index by_part;      /* own rules */
	uint32_t *each;            /* owned; by plan: rules on each value */
	uint32_t n_each;
	struct verdict *verdicts;      /* owned; room for a batch and one group */
	struct verdict *silences;      /* owned; room for every unit of every silence rule */
	size_t n_silences_max;         /* that room */
	char (*subjects)[SUBJECT_MAX]; /* owned; by verdict of rules_match(): those not lent by the
					  event itself */
	struct text number;            /* scratch; grown once, in rules_new() */
	uint32_t *hourly;              /* owned; rules with a calendar */
	uint32_t *opened;              /* owned; those that rules_opened() lends */
	uint32_t n_hourly;
};

/* Whether rule is judged at all at time_ms. */
static inline bool rule_is_open(const struct rule *rule, int64_t time_ms)
{
	return !rule->calendar || calendar_is_open(rule->calendar, time_ms);
}

/* What a severity is as a judgement. */
static inline enum judgement judgement_of(enum severity severity)
{
	switch (severity) {
	case SEVERITY_NONE:
		return JUDGE_CLEAR;
	case SEVERITY_WARNING:
		return JUDGE_WARNING;
	case SEVERITY_CRITICAL:
		break;
	}
	return JUDGE_CRITICAL;
}

/* rule.c: the verdict of a rule with limits on what was read of a unit, or of a value in it; and
 * whether value passes threshold. */
struct verdict judge_reading(const struct rules *rules, uint32_t number, uint32_t unit,
			     const struct reading *reading, int64_t now_ms);
bool reading_is_known(const struct reading *reading);
bool threshold_holds(const struct threshold *threshold, double value);

/* deadline.c: judges a deadline rule by unit on a unit. */
struct verdict deadline_judge(const struct rules *rules, const struct indicators *indicators,
			      uint32_t number, uint32_t unit);

/* silence.c: judges a silence rule on a unit as its contract stands. */
struct verdict silence_judge(const struct rules *rules, uint32_t number, uint32_t unit,
			     int64_t now_ms);

#endif
