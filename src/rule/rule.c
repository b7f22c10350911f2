/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/rule.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index.h"
#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "iocd/base/map.h"
#include "iocd/base/text.h"

#define SUBJECT_MAX CIVIL_TEXT_MAX /* longest form of a subject that is no text: a time */

struct rules {
	struct rules_options options;
	struct map *numbers;           /* owned; of ids */
	struct index by_indicator;     /* threshold rules */
	struct index by_type;          /* event rules */
	struct verdict *verdicts;      /* owned; room for a batch and one group */
	char (*subjects)[SUBJECT_MAX]; /* owned; by verdict of rules_match(): those not lent by the
					  event itself */
	struct text number;            /* scratch; grown once, in rules_new() */
};

/* What was read of one indicator of one unit, by slot of the window. */
struct readings {
	struct reading slots[INDICATOR_WINDOWS_MAX];
	uint32_t have; /* bit i: slots[i] is filled */
};

static bool threshold_holds(const struct threshold *threshold, double value)
{
	switch (threshold->comparison) {
	case COMPARE_NONE:
		return false;
	case COMPARE_GT:
		return value > threshold->value;
	case COMPARE_GE:
		return value >= threshold->value;
	case COMPARE_LT:
		return value < threshold->value;
	case COMPARE_LE:
		return value <= threshold->value;
	}
	return false;
}

/* The limit that stands between value and clear. */
static const struct threshold *clear_limit(const struct limits *limits)
{
	if (limits->clear.comparison != COMPARE_NONE)
		return &limits->clear;
	if (limits->warning.comparison != COMPARE_NONE)
		return &limits->warning;
	return &limits->critical;
}

static bool reading_is_enough(const struct reading *reading, const struct rule *rule)
{
	return reading->quality == QUALITY_GOOD && !isnan(reading->value) &&
	       reading->samples >= rule->min_samples;
}

static enum judgement judge(const struct rule *rule, uint32_t unit, const struct reading *reading,
			    const struct threshold **ret)
{
	const struct limits *limits = &rule->limits[unit];

	*ret = NULL;
	if (!reading_is_enough(reading, rule))
		return JUDGE_UNKNOWN;

	*ret = &limits->critical;
	if (threshold_holds(*ret, reading->value))
		return JUDGE_CRITICAL;

	*ret = &limits->warning;
	if (threshold_holds(*ret, reading->value))
		return JUDGE_WARNING;

	*ret = clear_limit(limits);
	if (*ret == &limits->clear && !threshold_holds(*ret, reading->value))
		return JUDGE_BETWEEN;
	return JUDGE_CLEAR;
}

static struct verdict make_verdict(const struct rules *rules, uint32_t number, uint32_t unit,
				   const struct reading *reading)
{
	struct verdict verdict = { .rule = number, .unit = unit, .reading = *reading };

	verdict.judgement = judge(&rules->options.list[number], unit, reading, &verdict.threshold);
	return verdict;
}

/* Reads what entry's rule looks at, once for all rules of its group with the same window. */
static struct reading read_once(const struct rules *rules, struct readings *readings,
				const struct indicators *indicators, const struct change *change,
				const struct index_entry *entry)
{
	const struct window *window = &rules->options.list[entry->rule].window;

	if (entry->slot == SLOT_NONE)
		return indicators_read(indicators, change->indicator, change->unit, window);

	if (!(readings->have & 1u << entry->slot)) {
		readings->slots[entry->slot] =
			indicators_read(indicators, change->indicator, change->unit, window);
		readings->have |= 1u << entry->slot;
	}
	return readings->slots[entry->slot];
}

/* Judges one change; returns the number of verdicts written to verdicts. */
static size_t judge_change(const struct rules *rules, const struct indicators *indicators,
			   const struct change *change, struct verdict *verdicts)
{
	struct readings readings;
	size_t n_verdicts = 0;
	uint32_t n;
	const struct index_entry *entries =
		index_group(&rules->by_indicator, change->indicator, &n);

	assert(change->unit < rules->options.n_units);

	readings.have = 0;
	for (uint32_t i = 0; i < n; i++) {
		struct reading reading;

		if (!entries[i].applies[change->unit])
			continue;
		reading = read_once(rules, &readings, indicators, change, &entries[i]);
		verdicts[n_verdicts++] =
			make_verdict(rules, entries[i].rule, change->unit, &reading);
	}
	return n_verdicts;
}

/* Writes value, which is no text, in words into subject. */
static struct slice print_subject(struct rules *rules, char subject[SUBJECT_MAX],
				  const struct field *field, const struct value *value)
{
	if (field->kind == FIELD_TIME) {
		(void)civil_format(subject, value->time_ms, 0);
	} else if (field->kind == FIELD_FLAG) {
		(void)snprintf(subject, SUBJECT_MAX, "%s", value->number != 0 ? "true" : "false");
	} else {
		text_clear(&rules->number);
		text_add_number(&rules->number, value->number);
		(void)snprintf(subject, SUBJECT_MAX, "%s", text_get(&rules->number));
	}
	return (struct slice){ .bytes = subject, .size = strlen(subject) };
}

/* What tells the alert of event by rule apart from others of the rule and unit. */
static struct slice find_subject(struct rules *rules, const struct rule *rule,
				 const struct event *event, char subject[SUBJECT_MAX])
{
	const struct field *field;
	const struct value *value;

	if (rule->subject_field == TYPE_NONE)
		return event->subject;

	field = &rule->event_type->fields[rule->subject_field];
	value = &event->values[rule->subject_field];
	if (!value->present)
		return (struct slice){ .bytes = "", .size = 0 };
	if (field->kind == FIELD_TEXT)
		return value->text;
	if (field->kind == FIELD_CHOICE)
		return (struct slice){ .bytes = field->choices[value->choice],
				       .size = strlen(field->choices[value->choice]) };
	return print_subject(rules, subject, field, value);
}

struct rules *rules_new(const struct rules_options *options)
{
	struct rules *rules = xcalloc(1, sizeof(*rules));
	size_t room;

	rules->options = *options;
	rules->numbers = map_new();
	for (uint32_t i = 0; i < options->n_list; i++) {
		const char *id = options->list[i].id;
		int r = map_add(rules->numbers, id, strlen(id), i);

		assert(r == 0); /* configuration holds no id twice */
	}

	index_init(&rules->by_indicator, options, RULE_THRESHOLD);
	index_init(&rules->by_type, options, RULE_EVENT);

	room = RULES_BATCH + rules->by_indicator.widest;
	if (room < rules->by_type.widest)
		room = rules->by_type.widest;
	rules->verdicts = xcalloc(room, sizeof(*rules->verdicts));
	rules->subjects = xcalloc((size_t)rules->by_type.widest + 1, sizeof(*rules->subjects));
	text_add_number(&rules->number, 0);
	return rules;
}

struct rules *rules_free(struct rules *rules)
{
	if (!rules)
		return NULL;

	text_fini(&rules->number);
	free(rules->subjects);
	free(rules->verdicts);
	index_fini(&rules->by_type);
	index_fini(&rules->by_indicator);
	map_free(rules->numbers);
	free(rules);
	return NULL;
}

size_t rules_judge(struct rules *rules, const struct indicators *indicators,
		   const struct change *changes, size_t n, size_t *ret_done,
		   const struct verdict **ret)
{
	size_t n_verdicts = 0;
	size_t done = 0;

	while (done < n && n_verdicts < RULES_BATCH)
		n_verdicts += judge_change(rules, indicators, &changes[done++],
					   rules->verdicts + n_verdicts);

	*ret_done = done;
	*ret = rules->verdicts;
	return n_verdicts;
}

size_t rules_match(struct rules *rules, const struct event *event, const struct verdict **ret)
{
	const struct index_entry *entries;
	size_t n_verdicts = 0;
	uint32_t n;

	assert(event->unit < rules->options.n_units);

	*ret = rules->verdicts;
	if (event->historical)
		return 0;

	entries = index_group(&rules->by_type, event->type, &n);
	for (uint32_t i = 0; i < n; i++) {
		const struct rule *rule = &rules->options.list[entries[i].rule];

		if (!entries[i].applies[event->unit] || !where_holds(&rule->where, event))
			continue;
		rules->verdicts[n_verdicts] = (struct verdict){
			.rule = entries[i].rule,
			.unit = event->unit,
			.judgement = rule->severity == SEVERITY_CRITICAL ? JUDGE_CRITICAL
									 : JUDGE_WARNING,
			.event = event,
			.subject = find_subject(rules, rule, event, rules->subjects[n_verdicts]),
		};
		n_verdicts++;
	}
	return n_verdicts;
}

struct verdict rules_judge_one(const struct rules *rules, const struct indicators *indicators,
			       uint32_t number, uint32_t unit)
{
	const struct rule *rule = rules_at(rules, number);
	struct reading reading;

	assert(unit < rules->options.n_units);

	if (rule->kind != RULE_THRESHOLD || !rule->applies[unit])
		return (struct verdict){ .rule = number,
					 .unit = unit,
					 .judgement = JUDGE_UNKNOWN,
					 .reading = { .value = NAN } };

	reading = indicators_read(indicators, rule->indicator, unit, &rule->window);
	return make_verdict(rules, number, unit, &reading);
}

uint32_t rules_find(const struct rules *rules, const char *id, size_t n)
{
	uint32_t number = map_find(rules->numbers, id, n);

	return number == MAP_NONE ? UINT32_MAX : number;
}

const struct rule *rules_at(const struct rules *rules, uint32_t number)
{
	assert(number < rules->options.n_list);

	return &rules->options.list[number];
}

uint32_t rules_count(const struct rules *rules)
{
	return rules->options.n_list;
}

const char *severity_name(enum severity severity)
{
	static const char *const names[] = {
		[SEVERITY_NONE] = "none",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_CRITICAL] = "critical",
	};

	return names[severity];
}

const char *comparison_name(enum comparison comparison)
{
	static const char *const names[] = {
		[COMPARE_NONE] = "", [COMPARE_GT] = ">",  [COMPARE_GE] = ">=",
		[COMPARE_LT] = "<",  [COMPARE_LE] = "<=",
	};

	return names[comparison];
}
