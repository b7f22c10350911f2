/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records that are due: of a unit how many, from the gauges of their track; or each by itself, when
 * it becomes so.
 */
#include <math.h>

#include "inside.h"

/* A gauge is the same over every window. */
static const struct window any_window = { WINDOW_MINUTES, 1, "1m" };

static bool is_looked_at(enum severity severity, uint32_t gauge)
{
	return severity != SEVERITY_NONE && gauge != INDICATOR_NONE;
}

/* Judges by one of the two gauges; true: that decides. */
static bool judge_gauge(struct verdict *verdict, const struct indicators *indicators,
			enum severity severity, uint32_t gauge)
{
	if (!is_looked_at(severity, gauge))
		return false;

	verdict->reading = indicators_read(indicators, gauge, verdict->unit, &any_window);
	if (!reading_is_known(&verdict->reading))
		verdict->judgement = JUDGE_UNKNOWN;
	else
		verdict->judgement =
			verdict->reading.value > 0 ? judgement_of(severity) : JUDGE_CLEAR;
	return verdict->judgement != JUDGE_CLEAR;
}

struct verdict deadline_judge(const struct rules *rules, const struct indicators *indicators,
			      uint32_t number, uint32_t unit)
{
	const struct rule *rule = &rules->options.list[number];
	struct verdict verdict = { .rule = number, .unit = unit, .reading = { .value = NAN } };
	struct verdict overdue;

	if (!judge_gauge(&verdict, indicators, rule->overdue, rule->record->overdue_gauge)) {
		overdue = verdict;
		if (!judge_gauge(&verdict, indicators, rule->due_soon,
				 rule->record->due_soon_gauge) &&
		    is_looked_at(rule->overdue, rule->record->overdue_gauge))
			verdict = overdue;
	}
	if (!rule_is_open(rule, indicators_now_ms(indicators)))
		verdict.judgement = JUDGE_UNKNOWN;
	verdict.position = verdict.reading.position;
	return verdict;
}

/* Whether a record is due, or what has become of that: 1 it is, -1 it is no longer. */
struct due {
	int soon;
	int over;
};

/* What rule makes of it. */
static enum judgement judge_due(const struct rule *rule, struct due due)
{
	if (due.over > 0)
		return judgement_of(rule->kind == RULE_SEQUENCE ? rule->severity : rule->overdue);
	if (due.soon > 0 && rule->kind == RULE_DEADLINE)
		return judgement_of(rule->due_soon);
	return JUDGE_CLEAR;
}

/* Whether rule has anything to say of it. */
static bool concerns(const struct rule *rule, struct due due)
{
	return due.over != 0 || (due.soon != 0 && rule->kind == RULE_DEADLINE);
}

/* What a verdict on a record says beside that. */
struct about {
	uint32_t track;
	uint32_t unit;
	int64_t due_ms;
	uint64_t position;
	struct slice id;
};

static size_t judge_record(struct rules *rules, bool of_sequences, const struct about *about,
			   struct due due, bool is_news)
{
	const struct index *index = of_sequences ? &rules->by_sequence : &rules->by_track;
	const struct index_entry *entries;
	size_t n_verdicts = 0;
	uint32_t n;

	if (about->track >= index->n_groups)
		return 0;
	entries = index_group(index, about->track, &n);
	for (uint32_t i = 0; i < n; i++) {
		const struct rule *rule = &rules->options.list[entries[i].rule];

		if (!entries[i].applies[about->unit] || (is_news && !concerns(rule, due)))
			continue;
		rules->verdicts[n_verdicts++] = (struct verdict){
			.rule = entries[i].rule,
			.unit = about->unit,
			.judgement = judge_due(rule, due),
			.reading = { .quality = QUALITY_GOOD,
				     .value = NAN,
				     .last_ms = about->due_ms,
				     .position = about->position },
			.subject = about->id,
			.position = about->position,
		};
	}
	return n_verdicts;
}

size_t rules_match_track(struct rules *rules, bool of_sequences, const struct track_news *news,
			 int64_t now_ms, uint64_t position, const struct verdict **ret)
{
	const struct about about = { news->track, news->unit, news->due_ms, position, news->id };

	(void)now_ms;
	*ret = rules->verdicts;
	return judge_record(rules, of_sequences, &about,
			    (struct due){ news->due_soon, news->overdue }, true);
}

size_t rules_judge_record(struct rules *rules, bool of_sequences, const struct track_record *record,
			  uint64_t position, const struct verdict **ret)
{
	const struct about about = { record->track, record->unit, record->due_ms, position,
				     record->id };

	*ret = rules->verdicts;
	return judge_record(rules, of_sequences, &about,
			    (struct due){ record->is_due_soon, record->is_overdue }, false);
}
