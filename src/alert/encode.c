/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/alert_json.h"

#include <inttypes.h>
#include <string.h>

#include "encode_handling.h"
#include "encode_origin.h"
#include "ghost.h"
#include "iocd/unit.h"
#include "member.h"
#include "mirrored.h"

static void add_place(struct text *text, const struct place *place)
{
	member_string(text, "file", place->file);
	if (place->file)
		member_integer(text, "line", place->line);
	else
		member_null(text, "line");
}

static void add_id(struct text *text, const struct unit *unit, const struct alert *alert)
{
	char key[ALERT_KEY_MAX];
	CLEANUP(text_fini) struct text id = { .bytes = NULL };

	(void)alert_key(key, alert);
	text_add(&id, "%s/%s/%" PRIu64, unit->id, key, alert->raised_number);
	member_string(text, "id", text_get(&id));
	member_string(text, "key", key);
}

static void add_rule(struct text *text, const struct alert *alert)
{
	const struct rule *rule = alert->rule;

	member_begin(text, "rule");
	text_add(text, "{");
	member_string(text, "id", rule->id);
	if (alert_is_mirrored(alert))
		origin_title(text, alert);
	else
		member_languages(text, "title", rule->title_vi, rule->title_en);
	add_place(text, &rule->place);
	member_string(text, "version", rule->version[0] ? rule->version : NULL);
	member_string(text, "kind", rule_kind_name(ghost_kind(rule)));
	text_add(text, "}");
}

static void add_unit(struct text *text, const struct unit *unit)
{
	member_begin(text, "unit");
	text_add(text, "{");
	member_string(text, "id", unit->id);
	member_string(text, "level", unit->level);
	member_languages(text, "name", unit->name_vi, unit->name_en);
	text_add(text, "}");
}

static void add_condition(struct text *text, const struct alert *alert)
{
	member_string(text, "condition", alert_condition_name(&alert->machine));
	member_string(text, "state", alert_state_name(alert->machine.state));
	member_string(text, "severity", severity_name(alert->machine.severity));
	member_flag(text, "uncertain", alert->machine.uncertain);
	member_flag(text, "drill", alert->drill);
	member_flag(text, "closed", alert->closed);
}

static void add_threshold(struct text *text, const struct threshold *threshold)
{
	if (!threshold) {
		member_null(text, "threshold");
		return;
	}

	member_begin(text, "threshold");
	text_add(text, "{");
	member_string(text, "text", threshold->text);
	member_begin(text, "value");
	text_add_number(text, threshold->value);
	add_place(text, &threshold->place);
	if (threshold->place.file)
		member_integer(text, "column", threshold->place.column);
	else
		member_null(text, "column");
	text_add(text, "}");
}

static void add_figure(struct text *text, const struct alert *alert)
{
	member_begin(text, "value");
	text_add_number(text, alert->reading.value);
	member_integer(text, "samples", alert->reading.samples);
	member_string(text, "quality", quality_name(alert->reading.quality));
	add_threshold(text, alert->threshold);
	member_string(text, "window", alert->rule->window.text);
}

/* What the alert was judged by: a figure, or a number of records, or neither. */
static void add_judged(struct text *text, const struct alert *alert)
{
	const struct rule *rule = alert->rule;

	if (rule->kind == RULE_THRESHOLD || rule->kind == RULE_EACH) {
		add_figure(text, alert);
		return;
	}

	if (rule->kind == RULE_DEADLINE && !rule->is_each_record) {
		member_begin(text, "value");
		text_add_number(text, alert->reading.value);
	} else {
		member_null(text, "value");
	}
	member_null(text, "samples");
	member_null(text, "quality");
	member_null(text, "threshold");
	member_null(text, "window");
}

static void add_record(struct text *text, const struct alert *alert, int offset_minutes)
{
	const struct rule *rule = alert->rule;

	if (rule->kind == RULE_SEQUENCE || (rule->kind == RULE_DEADLINE && rule->is_each_record))
		member_time(text, "due", alert->reading.last_ms, offset_minutes);
	else
		member_null(text, "due");
}

/* What is known of a silent sender's connection. */
static void add_sender(struct text *text, const struct alert *alert)
{
	if (alert->rule->kind == RULE_SILENCE)
		member_string(text, "presence", presence_name(alert->presence));
	else
		member_null(text, "presence");
}

static void add_history(struct text *text, const struct alert *alert, int offset_minutes)
{
	member_integer(text, "events", alert->events);
	member_begin(text, "positions");
	for (uint32_t i = 0; i < alert->n_samples; i++)
		text_add(text, "%s%" PRIu64, i == 0 ? "[" : ",", alert->samples[i]);
	text_add(text, alert->n_samples == 0 ? "[]" : "]");
	member_time(text, "first", alert->first_ms, offset_minutes);
	member_time(text, "raised", alert->raised_ms, offset_minutes);
	member_time(text, "changed", alert->changed_ms, offset_minutes);
}

static void add_reason(struct text *text, const struct alert_context *context,
		       const struct alert *alert)
{
	CLEANUP(text_fini) struct text vi = { .bytes = NULL };
	CLEANUP(text_fini) struct text en = { .bytes = NULL };

	alert_reason(&vi, context, alert, true);
	alert_reason(&en, context, alert, false);
	member_languages(text, "reason", text_get(&vi), text_get(&en));
}

/* Of a mirrored one the origin says it. */
static void add_detail(struct text *text, const struct alert *alert)
{
	bool has_words = alert->detail[0] && !alert_is_mirrored(alert);

	member_string(text, "detail", has_words ? alert->detail : NULL);
}

static void add_alert(struct text *text, const struct alert_context *context,
		      const struct alert *alert)
{
	const struct unit *unit = units_at(context->units, alert->unit);

	add_id(text, unit, alert);
	add_rule(text, alert);
	add_unit(text, unit);
	member_string(text, "subject", alert->subject);
	add_condition(text, alert);
	add_judged(text, alert);
	add_sender(text, alert);
	add_record(text, alert, context->offset_minutes);
	add_detail(text, alert);
	origin_member(text, context, alert);
	handling_members(text, context, alert);
	add_history(text, alert, context->offset_minutes);
	add_reason(text, context, alert);
}

void alert_json(struct text *text, const struct alert_context *context, const struct alert *alert)
{
	text_add(text, "{");
	add_alert(text, context, alert);
	text_add(text, "}");
}

void transition_json(struct text *text, const struct alert_context *context,
		     const struct transition *transition)
{
	text_add(text, "{");
	member_integer(text, "number", transition->number);
	member_string(text, "news", alert_news_name(transition->news));
	member_time(text, "time", transition->time_ms, context->offset_minutes);
	member_integer(text, "position", transition->position);
	member_string(text, "by", transition->by[0] ? transition->by : NULL);
	member_string(text, "note", transition->note[0] ? transition->note : NULL);
	receivers_member(text, "tells", context, transition->tells);
	add_alert(text, context, &transition->alert);
	text_add(text, "}");
}
