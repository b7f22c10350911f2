/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records that should have been followed, or closed, by now.
 */
#include "reasons.h"
#include "words.h"

static void add_record(struct text *text, const struct alert *alert, bool vietnamese)
{
	text_add(text, vietnamese ? "hồ sơ " : "record ");
	words_plain(text, alert->subject);
	text_add(text, ": ");
}

/* Adds the events that open (or else close) records of track; "the next step" where their names are
 * not known. */
static void add_events(struct text *text, const struct alert_context *context,
		       const struct track *track, bool that_open, bool vietnamese)
{
	size_t start = text->size;

	for (uint32_t i = 0; context->schema && i < track->n_steps; i++) {
		const struct track_step *step = &track->steps[i];

		if (step->role != (that_open ? TRACK_OPEN : TRACK_CLOSE))
			continue;
		if (text->size > start)
			text_add(text, vietnamese ? " hoặc " : " or ");
		text_add(text, "%s", schema_type(context->schema, step->type)->name);
	}
	if (text->size > start)
		return;
	if (that_open)
		text_add(text, vietnamese ? "bước đầu" : "the first step");
	else
		text_add(text, vietnamese ? "bước tiếp theo" : "the next step");
}

static void add_within(struct text *text, const struct track *track, bool vietnamese)
{
	text_add(text, vietnamese ? " trong vòng " : " within ");
	if (track->allow_days > 0)
		words_plural(text, (uint64_t)track->allow_days, "working day",
			     vietnamese ? "ngày làm việc" : NULL);
	else
		words_duration(text, track->allow_ms, vietnamese);
}

void sequence_reason(struct text *text, const struct alert_context *context,
		     const struct alert *alert, bool vietnamese)
{
	const struct track *track = alert->rule->record;
	bool is_over = alert->machine.judgement == JUDGE_CLEAR;

	add_record(text, alert, vietnamese);
	if (is_over)
		text_add(text, vietnamese ? "không còn chờ " : "does not wait any more for ");
	add_events(text, context, track, false, vietnamese);
	if (!is_over)
		text_add(text, vietnamese ? " chưa diễn ra" : " has not followed");
	else if (!vietnamese)
		text_add(text, " to follow");
	text_add(text, vietnamese ? " sau " : " ");
	add_events(text, context, track, true, vietnamese);
	if (is_over)
		return;

	add_within(text, track, vietnamese);
	if (alert->reading.last_ms) {
		text_add(text, vietnamese ? ", hạn " : ", due ");
		words_time(text, alert->reading.last_ms, context->offset_minutes, vietnamese);
	}
}

/* Which of the two the alert tells of: its severity says so, unless both have the same. */
static const char *due_words(const struct alert *alert, bool vietnamese)
{
	const struct rule *rule = alert->rule;
	bool can_be_soon = rule->due_soon == alert->machine.severity;
	bool can_be_over = rule->overdue == alert->machine.severity;

	if (can_be_over && !can_be_soon)
		return vietnamese ? "quá hạn" : "overdue";
	if (can_be_soon && !can_be_over)
		return vietnamese ? "sắp đến hạn" : "due soon";
	return vietnamese ? "sắp đến hạn hoặc quá hạn" : "due soon or overdue";
}

static void add_number_due(struct text *text, const struct alert *alert, bool vietnamese)
{
	double n = alert->reading.value;

	if (alert->machine.judgement == JUDGE_CLEAR || !(n > 0)) {
		text_add(text, vietnamese ? "không còn hồ sơ nào %s" : "no record is %s any more",
			 due_words(alert, vietnamese));
		return;
	}
	words_plural(text, (uint64_t)n, "record", vietnamese ? "hồ sơ" : NULL);
	text_add(text, " %s", due_words(alert, vietnamese));
}

void deadline_reason(struct text *text, const struct alert *alert, int offset_minutes,
		     bool vietnamese)
{
	if (!alert->rule->is_each_record) {
		add_number_due(text, alert, vietnamese);
		return;
	}

	add_record(text, alert, vietnamese);
	if (alert->machine.judgement == JUDGE_CLEAR) {
		text_add(text, vietnamese ? "không còn %s" : "not %s any more",
			 due_words(alert, vietnamese));
		return;
	}
	text_add(text, "%s", due_words(alert, vietnamese));
	if (alert->reading.last_ms) {
		text_add(text, vietnamese ? ", hạn " : ", due ");
		words_time(text, alert->reading.last_ms, offset_minutes, vietnamese);
	}
}
