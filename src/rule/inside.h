/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inside: the members of struct rules, for the files of this room: rule.c judges figures, match.c
 * events, silence.c contracts.
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
	struct map *numbers;           /* owned; of ids */
	struct index by_indicator;     /* threshold rules */
	struct index by_type;          /* event rules */
	struct index by_feed;          /* silence rules */
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

/* silence.c: judges a silence rule on a unit as its contract stands. */
struct verdict silence_judge(const struct rules *rules, uint32_t number, uint32_t unit,
			     int64_t now_ms);

#endif
