/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything judged anew, because rules are new, or the hours of some have begun.
 *
 * Figures and contracts are there to be read.  Of values of a field and of records, only what has
 * an alert, or should have one now, is looked at.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/map.h"
#include "iocd/base/text.h"
#include "judge.h"
#include "state.h"

static void enter(struct flow *flow, const struct verdict *verdict)
{
	alertbook_judge(flow->book, verdict, flow->tick_ms, flow->position);
}

/* Lends the alert that verdict is about if there is one. */
static const struct alert *find_alert(const struct flow *flow, const struct verdict *verdict)
{
	char subject[ALERT_SUBJECT_MAX];

	(void)snprintf(subject, sizeof(subject), "%.*s", (int)verdict->subject.size,
		       verdict->subject.bytes ? verdict->subject.bytes : "");
	return alertbook_find(flow->book, verdict->rule, verdict->unit, subject);
}

void review_enter(struct flow *flow, const struct verdict *verdict)
{
	const struct alert *alert = find_alert(flow, verdict);
	struct verdict again = *verdict;

	if (alert && alert->n_samples > 0)
		again.position = alert->samples[alert->n_samples - 1];
	enter(flow, &again);
}

static void review_units(struct flow *flow, uint32_t number)
{
	const struct rule *rule = rules_at(flow->rules, number);

	for (uint32_t u = 0; u < flow->n_units; u++) {
		struct verdict verdict;

		if (!rule->applies[u])
			continue;
		verdict = rules_judge_one(flow->rules, flow->indicators, number, u);
		enter(flow, &verdict);
	}
}

/* Alerts on values of a field: of one rule, or of all (UINT32_MAX). */
struct values {
	struct flow *flow;
	uint32_t rule;
};

static void review_value(void *context, uint32_t number, uint32_t unit, const char *subject)
{
	const struct values *values = context;
	struct flow *flow = values->flow;
	struct verdict verdict;

	if ((values->rule != UINT32_MAX && values->rule != number) ||
	    rules_at(flow->rules, number)->kind != RULE_EACH)
		return;
	verdict = rules_judge_each_one(flow->rules, flow->keyed, number, unit,
				       (struct slice){ subject, strlen(subject) });
	enter(flow, &verdict);
}

static void review_values(struct flow *flow, uint32_t rule)
{
	struct values values = { flow, rule };

	alertbook_each_key(flow->book, review_value, &values);
}

/* Records that are due by some rule, by the keys of the alerts that they have. */
struct records {
	struct flow *flow;
	bool of_sequences;
	struct map *due;    /* owned */
	struct text *keys;  /* owned, as are they: the map borrows them */
	size_t n, capacity; /* of keys */
};

static void write_key(struct text *text, uint32_t rule, uint32_t unit, struct slice subject)
{
	text_add(text, "%u/%u/", rule, unit);
	text_add_bytes(text, subject.bytes, strnlen(subject.bytes, subject.size));
}

static void note_due(struct records *records, const struct verdict *verdict)
{
	struct text *key;
	int r;

	if (records->n == records->capacity)
		return;
	key = &records->keys[records->n];
	write_key(key, verdict->rule, verdict->unit, verdict->subject);
	r = map_add(records->due, text_get(key), key->size, (uint32_t)records->n);
	if (r == 0)
		records->n++;
}

static void review_record(void *context, const struct track_record *record)
{
	struct records *records = context;
	struct flow *flow = records->flow;
	const struct verdict *verdicts;
	size_t n = rules_judge_record(flow->rules, records->of_sequences, record, flow->position,
				      &verdicts);

	for (size_t i = 0; i < n; i++) {
		note_due(records, &verdicts[i]);
		review_enter(flow, &verdicts[i]);
	}
}

/* An alert of a record that is not due, or not any more by these rules, is over. */
static void end_record(void *context, uint32_t number, uint32_t unit, const char *subject)
{
	const struct records *records = context;
	const struct rule *rule = rules_at(records->flow->rules, number);
	const struct slice slice = { subject, strlen(subject) };
	CLEANUP_TEXT struct text key = { 0 };

	if (records->of_sequences ? rule->kind != RULE_SEQUENCE
				  : rule->kind != RULE_DEADLINE || !rule->is_each_record)
		return;
	write_key(&key, number, unit, slice);
	if (map_find(records->due, text_get(&key), key.size) == MAP_NONE)
		enter(records->flow, &(struct verdict){
					     .rule = number,
					     .unit = unit,
					     .judgement = JUDGE_CLEAR,
					     .subject = slice,
					     .position = records->flow->position,
				     });
}

static void review_records(struct flow *flow, bool of_sequences)
{
	static const enum record_state states[] = { RECORD_OVERDUE, RECORD_DUE_SOON };
	const struct trackers *trackers = of_sequences ? flow->sequences : flow->trackers;
	struct records records = { .flow = flow,
				   .of_sequences = of_sequences,
				   .due = map_new(),
				   .capacity = 4 * (size_t)RECORDS_MAX };
	uint64_t n = 0;

	records.keys = xcalloc(records.capacity, sizeof(*records.keys));
	for (size_t i = 0; i < COUNT(states); i++) {
		const struct trackers_query query = { .track = UINT32_MAX,
						      .state = states[i],
						      .limit = RECORDS_MAX };

		n += trackers_each(trackers, &query, review_record, &records);
	}
	if (n <= RECORDS_MAX) /* else some were not looked at */
		alertbook_each_key(flow->book, end_record, &records);

	for (size_t i = 0; i < records.capacity; i++)
		text_fini(&records.keys[i]);
	free(records.keys);
	map_free(records.due);
}

static bool has_record_rules(const struct flow *flow, bool of_sequences)
{
	for (uint32_t i = 0; i < rules_count(flow->rules); i++) {
		const struct rule *rule = rules_at(flow->rules, i);

		if (of_sequences ? rule->kind == RULE_SEQUENCE
				 : rule->kind == RULE_DEADLINE && rule->is_each_record)
			return true;
	}
	return false;
}

void review_rule(struct flow *flow, uint32_t number)
{
	const struct rule *rule = rules_at(flow->rules, number);

	if (rule_is_judged_any_time(rule))
		review_units(flow, number);
	else if (rule->kind == RULE_EACH)
		review_values(flow, number);
}

void review_all(struct flow *flow)
{
	if (flow->reviewer[0])
		alertbook_begin_review(flow->book, flow->reviewer);
	for (uint32_t i = 0; i < rules_count(flow->rules); i++)
		if (rule_is_judged_any_time(rules_at(flow->rules, i)))
			review_units(flow, i);
	review_values(flow, UINT32_MAX);
	keyed_mark_all(flow->keyed);
	for (int i = 0; i < 2; i++)
		if (has_record_rules(flow, i == 1))
			review_records(flow, i == 1);
	own_review(flow);
	flow->rules_are_new = false;
}
