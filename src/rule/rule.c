/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/rule.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inside.h"
#include "iocd/base/err.h"

/* What was read of one indicator of one unit, by slot of the window. */
struct readings {
	struct reading slots[INDICATOR_WINDOWS_MAX];
	uint32_t have; /* bit i: slots[i] is filled */
};

bool threshold_holds(const struct threshold *threshold, double value)
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

bool reading_is_known(const struct reading *reading)
{
	return (reading->quality == QUALITY_GOOD || reading->quality == QUALITY_PARTIAL) &&
	       !isnan(reading->value);
}

static enum judgement judge(const struct rule *rule, uint32_t unit, const struct reading *reading,
			    const struct threshold **ret)
{
	const struct limits *limits = &rule->limits[unit];

	*ret = NULL;
	if (!reading_is_known(reading) || reading->samples < rule->min_samples)
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

struct verdict judge_reading(const struct rules *rules, uint32_t number, uint32_t unit,
			     const struct reading *reading, int64_t now_ms)
{
	const struct rule *rule = &rules->options.list[number];
	struct verdict verdict = { .rule = number, .unit = unit, .reading = *reading };

	if (rule_is_open(rule, now_ms))
		verdict.judgement = judge(rule, unit, reading, &verdict.threshold);
	return verdict;
}

/* Reads what entry's rule looks at, once for all rules of its group with the same window. */
static const struct reading *read_once(const struct rules *rules, struct readings *readings,
				       const struct indicators *indicators,
				       const struct change *change, const struct index_entry *entry)
{
	const struct window *window = &rules->options.list[entry->rule].window;

	if (!(readings->have & 1u << entry->slot)) {
		readings->slots[entry->slot] =
			indicators_read(indicators, change->indicator, change->unit, window);
		readings->have |= 1u << entry->slot;
	}
	return &readings->slots[entry->slot];
}

/* Judges by a rule that shares no reading with others. */
static struct verdict judge_alone(const struct rules *rules, const struct indicators *indicators,
				  uint32_t number, uint32_t unit)
{
	const struct rule *rule = &rules->options.list[number];
	struct reading reading;

	if (rule->kind == RULE_DEADLINE)
		return deadline_judge(rules, indicators, number, unit);
	reading = indicators_read(indicators, rule->indicator, unit, &rule->window);
	return judge_reading(rules, number, unit, &reading, indicators_now_ms(indicators));
}

/* Judges one change; returns the number of verdicts written to verdicts. */
static size_t judge_change(const struct rules *rules, const struct indicators *indicators,
			   const struct change *change, struct verdict *verdicts)
{
	int64_t now_ms = indicators_now_ms(indicators);
	struct readings readings;
	size_t n_verdicts = 0;
	uint32_t n;
	const struct index_entry *entries =
		index_group(&rules->by_indicator, change->indicator, &n);

	assert(change->unit < rules->options.n_units);

	readings.have = 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct index_entry *entry = &entries[i];

		if (!entry->applies[change->unit])
			continue;
		verdicts[n_verdicts++] =
			entry->slot < INDICATOR_WINDOWS_MAX
				? judge_reading(
					  rules, entry->rule, change->unit,
					  read_once(rules, &readings, indicators, change, entry),
					  now_ms)
				: judge_alone(rules, indicators, entry->rule, change->unit);
	}
	return n_verdicts;
}

static void find_hourly(struct rules *rules)
{
	uint32_t n = rules->options.n_list;

	rules->hourly = xcalloc((size_t)n + 1, sizeof(*rules->hourly));
	rules->opened = xcalloc((size_t)n + 1, sizeof(*rules->opened));
	for (uint32_t i = 0; i < n; i++)
		if (rules->options.list[i].calendar)
			rules->hourly[rules->n_hourly++] = i;
}

static void number_ids(struct rules *rules)
{
	rules->numbers = map_new();
	for (uint32_t i = 0; i < rules->options.n_list; i++) {
		const char *id = rules->options.list[i].id;
		int r = map_add(rules->numbers, id, strlen(id), i);

		assert(r == 0); /* configuration holds no id twice */
	}
}

static void find_each(struct rules *rules)
{
	uint32_t n = rules->options.n_list;

	rules->each = xcalloc((size_t)n + 1, sizeof(*rules->each));
	for (uint32_t i = 0; i < n; i++)
		if (rules->options.list[i].kind == RULE_EACH)
			rules->each[rules->n_each++] = i;
}

static void index_rules(struct rules *rules)
{
	const struct rules_options *options = &rules->options;

	index_init(&rules->by_indicator, options, INDEX_FIGURES);
	index_init(&rules->by_type, options, INDEX_EVENTS);
	index_init(&rules->by_feed, options, INDEX_SILENCES);
	index_init(&rules->by_sequence, options, INDEX_SEQUENCES);
	index_init(&rules->by_track, options, INDEX_RECORDS);
	index_init(&rules->by_part, options, INDEX_OWN);
	find_each(rules);
	find_hourly(rules);
}

/* A batch and one group behind it, or one group of another kind. */
static size_t most_verdicts(const struct rules *rules)
{
	const struct index *const others[] = { &rules->by_type, &rules->by_sequence,
					       &rules->by_track, &rules->by_part };
	size_t most = RULES_BATCH + rules->by_indicator.widest;

	for (size_t i = 0; i < COUNT(others); i++)
		if (most < others[i]->widest)
			most = others[i]->widest;
	return most;
}

struct rules *rules_new(const struct rules_options *options)
{
	struct rules *rules = xcalloc(1, sizeof(*rules));

	rules->options = *options;
	number_ids(rules);
	index_rules(rules);
	rules->verdicts = xcalloc(most_verdicts(rules), sizeof(*rules->verdicts));
	rules->subjects = xcalloc((size_t)rules->by_type.widest + 1, sizeof(*rules->subjects));
	rules->n_silences_max =
		(size_t)rules->by_feed.starts[rules->by_feed.n_groups] * options->n_units;
	rules->silences = xcalloc(rules->n_silences_max + 1, sizeof(*rules->silences));
	text_add_number(&rules->number, 0);
	return rules;
}

struct rules *rules_free(struct rules *rules)
{
	if (!rules)
		return NULL;

	text_fini(&rules->number);
	free(rules->opened);
	free(rules->hourly);
	free(rules->subjects);
	free(rules->silences);
	free(rules->verdicts);
	free(rules->each);
	index_fini(&rules->by_part);
	index_fini(&rules->by_track);
	index_fini(&rules->by_sequence);
	index_fini(&rules->by_feed);
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

uint32_t rules_opened(struct rules *rules, int64_t before_ms, int64_t now_ms, const uint32_t **ret)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < rules->n_hourly; i++) {
		const struct rule *rule = &rules->options.list[rules->hourly[i]];

		if ((rule->kind == RULE_EACH || rule_is_judged_any_time(rule)) &&
		    calendar_is_open(rule->calendar, now_ms) &&
		    !calendar_is_open(rule->calendar, before_ms))
			rules->opened[n++] = rules->hourly[i];
	}
	*ret = rules->opened;
	return n;
}

bool rule_is_judged_any_time(const struct rule *rule)
{
	return rule->kind == RULE_THRESHOLD || rule->kind == RULE_SILENCE ||
	       (rule->kind == RULE_DEADLINE && !rule->is_each_record);
}

struct verdict rules_judge_one(const struct rules *rules, const struct indicators *indicators,
			       uint32_t number, uint32_t unit)
{
	const struct rule *rule = rules_at(rules, number);

	assert(unit < rules->options.n_units);

	if (!rule_is_judged_any_time(rule) || !rule->applies[unit])
		return (struct verdict){ .rule = number,
					 .unit = unit,
					 .judgement = JUDGE_UNKNOWN,
					 .reading = { .value = NAN } };
	if (rule->kind == RULE_SILENCE)
		return silence_judge(rules, number, unit, indicators_now_ms(indicators));
	return judge_alone(rules, indicators, number, unit);
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

const struct rules_options *rules_about(const struct rules *rules)
{
	return &rules->options;
}
