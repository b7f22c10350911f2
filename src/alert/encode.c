/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/alert_json.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "iocd/unit.h"

/* The members of an object are written one after the other, each with its name; the caller opens
 * and closes the object.  Names are ours and need no escape. */

static void add_name(struct text *text, const char *name)
{
	char last = text->bytes[text->size - 1];

	text_add(text, "%s\"%s\":", last == '{' ? "" : ",", name);
}

static void add_string(struct text *text, const char *name, const char *value)
{
	add_name(text, name);
	if (value)
		text_add_json(text, value, strlen(value));
	else
		text_add(text, "null");
}

static void add_integer(struct text *text, const char *name, uint64_t value)
{
	add_name(text, name);
	text_add(text, "%" PRIu64, value);
}

static void add_flag(struct text *text, const char *name, bool value)
{
	add_name(text, name);
	text_add(text, value ? "true" : "false");
}

static void add_null(struct text *text, const char *name)
{
	add_name(text, name);
	text_add(text, "null");
}

static void add_time(struct text *text, const char *name, int64_t time_ms, int offset_minutes)
{
	char stamp[CIVIL_TEXT_MAX];

	if (time_ms == 0)
		add_null(text, name);
	else
		add_string(text, name, civil_format(stamp, time_ms, offset_minutes));
}

static void add_languages(struct text *text, const char *name, const char *vi, const char *en)
{
	add_name(text, name);
	text_add(text, "{");
	add_string(text, "vi", vi);
	add_string(text, "en", en);
	text_add(text, "}");
}

static void add_place(struct text *text, const struct place *place)
{
	add_string(text, "file", place->file);
	if (place->file)
		add_integer(text, "line", place->line);
	else
		add_null(text, "line");
}

static void add_id(struct text *text, const struct unit *unit, const struct alert *alert)
{
	char key[ALERT_KEY_MAX];
	CLEANUP(text_fini) struct text id = { .bytes = NULL };

	(void)alert_key(key, alert);
	text_add(&id, "%s/%s/%" PRIu64, unit->id, key, alert->raised_number);
	add_string(text, "id", text_get(&id));
	add_string(text, "key", key);
}

static void add_rule(struct text *text, const struct rule *rule)
{
	add_name(text, "rule");
	text_add(text, "{");
	add_string(text, "id", rule->id);
	add_languages(text, "title", rule->title_vi, rule->title_en);
	add_place(text, &rule->place);
	text_add(text, "}");
}

static void add_unit(struct text *text, const struct unit *unit)
{
	add_name(text, "unit");
	text_add(text, "{");
	add_string(text, "id", unit->id);
	add_string(text, "level", unit->level);
	add_languages(text, "name", unit->name_vi, unit->name_en);
	text_add(text, "}");
}

static void add_condition(struct text *text, const struct alert *alert)
{
	add_string(text, "state", alert_state_name(alert->machine.state));
	add_string(text, "severity", severity_name(alert->machine.severity));
	add_flag(text, "uncertain", alert->machine.uncertain);
	add_flag(text, "drill", alert->drill);
	add_flag(text, "closed", alert->closed);
}

static void add_threshold(struct text *text, const struct threshold *threshold)
{
	if (!threshold) {
		add_null(text, "threshold");
		return;
	}

	add_name(text, "threshold");
	text_add(text, "{");
	add_string(text, "text", threshold->text);
	add_name(text, "value");
	text_add_number(text, threshold->value);
	add_place(text, &threshold->place);
	if (threshold->place.file)
		add_integer(text, "column", threshold->place.column);
	else
		add_null(text, "column");
	text_add(text, "}");
}

/* What the alert was judged by; only figures have it. */
static void add_judged(struct text *text, const struct alert *alert)
{
	if (alert->rule->kind != RULE_THRESHOLD) {
		add_null(text, "value");
		add_null(text, "samples");
		add_null(text, "quality");
		add_null(text, "threshold");
		add_null(text, "window");
		return;
	}

	add_name(text, "value");
	text_add_number(text, alert->reading.value);
	add_integer(text, "samples", alert->reading.samples);
	add_string(text, "quality", quality_name(alert->reading.quality));
	add_threshold(text, alert->threshold);
	add_string(text, "window", alert->rule->window.text);
}

/* What is known of a silent sender's connection. */
static void add_sender(struct text *text, const struct alert *alert)
{
	if (alert->rule->kind == RULE_SILENCE)
		add_string(text, "presence", presence_name(alert->presence));
	else
		add_null(text, "presence");
}

static void add_history(struct text *text, const struct alert *alert, int offset_minutes)
{
	add_integer(text, "events", alert->events);
	add_name(text, "positions");
	for (uint32_t i = 0; i < alert->n_samples; i++)
		text_add(text, "%s%" PRIu64, i == 0 ? "[" : ",", alert->samples[i]);
	text_add(text, alert->n_samples == 0 ? "[]" : "]");
	add_time(text, "first", alert->first_ms, offset_minutes);
	add_time(text, "raised", alert->raised_ms, offset_minutes);
	add_time(text, "changed", alert->changed_ms, offset_minutes);
}

static void add_reason(struct text *text, const struct alert_context *context,
		       const struct alert *alert)
{
	CLEANUP(text_fini) struct text vi = { .bytes = NULL };
	CLEANUP(text_fini) struct text en = { .bytes = NULL };

	alert_reason(&vi, context, alert, true);
	alert_reason(&en, context, alert, false);
	add_languages(text, "reason", text_get(&vi), text_get(&en));
}

static void add_alert(struct text *text, const struct alert_context *context,
		      const struct alert *alert)
{
	const struct unit *unit = units_at(context->units, alert->unit);

	add_id(text, unit, alert);
	add_rule(text, alert->rule);
	add_unit(text, unit);
	add_string(text, "subject", alert->subject);
	add_condition(text, alert);
	add_judged(text, alert);
	add_sender(text, alert);
	add_history(text, alert, context->offset_minutes);
	add_reason(text, context, alert);
}

static bool key_takes(unsigned char c)
{
	return c > ' ' && c < 0x7f && !strchr("+#/*?[]%", c);
}

const char *alert_key(char key[ALERT_KEY_MAX], const struct alert *alert)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t size = strlen(alert->rule->id);

	assert(size + 1 + 3 * strlen(alert->subject) < ALERT_KEY_MAX);

	memcpy(key, alert->rule->id, size);
	if (alert->subject[0])
		key[size++] = '/';
	for (const char *at = alert->subject; *at; at++) {
		unsigned char c = (unsigned char)*at;

		if (key_takes(c)) {
			key[size++] = *at;
		} else {
			key[size++] = '%';
			key[size++] = digits[c >> 4];
			key[size++] = digits[c & 15];
		}
	}
	key[size] = '\0';
	return key;
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
	add_integer(text, "number", transition->number);
	add_string(text, "news", alert_news_name(transition->news));
	add_time(text, "time", transition->time_ms, context->offset_minutes);
	add_integer(text, "position", transition->position);
	add_alert(text, context, &transition->alert);
	text_add(text, "}");
}
