/* SPDX-License-Identifier: Apache-2.0 */
/* One rule as JSON. */
#include "iocd/calendar.h"
#include "rules.h"

void rules_put_threshold(struct text *text, const char *name, const struct threshold *threshold)
{
	if (threshold->comparison == COMPARE_NONE) {
		put_null(text, name);
		return;
	}

	put_object(text, name);
	put_string(text, "text", threshold->text);
	put_string(text, "comparison", comparison_name(threshold->comparison));
	put_number(text, "value", threshold->value);
	put_place(text, &threshold->place);
	put_object_end(text);
}

void rules_put_origin(struct text *text, const struct unit *unit, const struct threshold *limit)
{
	static const char *const names[] = {
		[LIMIT_OF_RULE] = "rule", [LIMIT_OF_LEVEL] = "level", [LIMIT_OF_UNIT] = "unit"
	};

	put_string(text, "from", names[limit->origin]);
	put_string(text, "of",
		   limit->origin == LIMIT_OF_RULE    ? NULL
		   : limit->origin == LIMIT_OF_LEVEL ? unit->level
						     : unit->id);
}

static void put_figure(struct text *text, const struct rule *rule)
{
	put_string(text, "indicator", rule->figure->id);
	put_string(text, "window", rule->window.text);
	put_integer(text, "min_samples", rule->min_samples);
}

static const char *test_name(enum where_test test)
{
	switch (test) {
	case WHERE_NE:
		return "!=";
	case WHERE_LT:
		return "<";
	case WHERE_LE:
		return "<=";
	case WHERE_GT:
		return ">";
	case WHERE_GE:
		return ">=";
	case WHERE_CHOICE:
	case WHERE_FLAG:
	case WHERE_TEXT:
	case WHERE_EQ:
		break;
	}
	return "=";
}

static void put_condition(struct text *text, const struct field *field,
			  const struct condition *condition)
{
	put_object(text, NULL);
	put_string(text, "field", field->name);
	put_string(text, "test", test_name(condition->test));
	put_array(text, "values");
	if (condition->test == WHERE_CHOICE) {
		for (uint32_t i = 0; i < field->n_choices; i++)
			if (condition->choices >> i & 1)
				put_string(text, NULL, field->choices[i]);
	} else if (condition->test == WHERE_TEXT) {
		put_bytes(text, NULL, condition->text.bytes, condition->text.size);
	} else if (condition->test == WHERE_FLAG) {
		put_flag(text, NULL, condition->number != 0);
	} else {
		put_number(text, NULL, condition->number);
	}
	put_array_end(text);
	put_object_end(text);
}

void rules_put_where(struct text *text, const struct event_type *type, const struct where *where)
{
	put_array(text, "where");
	for (uint32_t i = 0; i < where->n_conditions; i++)
		put_condition(text, &type->fields[where->conditions[i].field],
			      &where->conditions[i]);
	put_array_end(text);
}

static void put_event(struct text *text, const struct rule *rule)
{
	const struct event_type *type = rule->event_type;

	put_string(text, "event", type->name);
	put_string(text, "severity", severity_name(rule->severity));
	put_string(text, "subject",
		   rule->subject_field == TYPE_NONE ? NULL
						    : type->fields[rule->subject_field].name);
	rules_put_where(text, type, &rule->where);
}

static void put_silence(struct text *text, const struct rule *rule)
{
	put_string(text, "feed", rule->silent_feed->id);
	put_string(text, "severity", severity_name(rule->severity));
}

static void put_each(struct text *text, const struct rule *rule)
{
	put_figure(text, rule);
	put_string(text, "each", rule->each);
	put_integer(text, "cap", rule->cap);
}

/* What a record is followed by: a severity that is not told is null. */
static void put_severity(struct text *text, const char *name, enum severity severity)
{
	put_string(text, name, severity == SEVERITY_NONE ? NULL : severity_name(severity));
}

static void put_deadline(struct text *text, const struct rule *rule)
{
	put_string(text, "deadline", rule->record->id);
	put_severity(text, "due_soon", rule->due_soon);
	put_severity(text, "overdue", rule->overdue);
	put_flag(text, "each_record", rule->is_each_record);
}

static void put_sequence(struct text *text, const struct rule *rule)
{
	put_string(text, "sequence", rule->record->id);
	put_string(text, "severity", severity_name(rule->severity));
	put_number(text, "within_s", (double)rule->record->allow_ms / 1000);
}

static void put_watched(struct text *text, const struct rule *rule)
{
	switch (rule->kind) {
	case RULE_THRESHOLD:
		put_figure(text, rule);
		return;
	case RULE_EVENT:
		put_event(text, rule);
		return;
	case RULE_SILENCE:
		put_silence(text, rule);
		return;
	case RULE_EACH:
		put_each(text, rule);
		return;
	case RULE_SEQUENCE:
		put_sequence(text, rule);
		return;
	case RULE_DEADLINE:
		put_deadline(text, rule);
		return;
	case RULE_OWN:
		put_string(text, "own", own_part_name(rule->own));
		return;
	}
}

/* ---- who hears of it ---- */

static void put_receivers(struct text *text, const struct views *views, uint32_t bits)
{
	const struct rules_options *about = rules_about(views->source.rules);

	put_array(text, "receivers");
	for (uint32_t i = 0; i < about->n_receivers; i++)
		if (bits >> i & 1 && views_sees_receiver(views, &about->receivers[i]))
			put_string(text, NULL, about->receivers[i].id);
	if (bits >> RECEIVER_UNIT & 1)
		put_string(text, NULL, "unit"); /* the unit's own, whichever that is */
	put_array_end(text);
}

/* Those who are told at once, of some unit at least. */
static uint32_t hearers_of(const struct rules_options *about, const struct rule *rule)
{
	uint32_t bits = 0;

	for (uint32_t i = 0; i < about->n_receivers; i++) {
		const struct receiver *receiver = &about->receivers[i];

		if (receiver->is_at_once && (!receiver->rules || receiver->rules[rule->number]))
			bits |= 1u << i;
	}
	return bits;
}

static void put_inhibits(struct text *text, const struct rules_options *about,
			 const struct rule *rule)
{
	if (!rule->inhibits.rules) {
		put_null(text, "inhibits");
		return;
	}
	put_object(text, "inhibits");
	put_array(text, "rules");
	for (uint32_t i = 0; i < about->n_list; i++)
		if (rule->inhibits.rules[i])
			put_string(text, NULL, about->list[i].id);
	put_array_end(text);
	put_flag(text, "below", rule->inhibits.is_below);
	put_object_end(text);
}

/* Only of a rule that is in force: in others, numbers of rules and receivers mean something else.
 */
static void put_telling(struct text *text, const struct views *views, const struct rule *rule)
{
	const struct rules_options *about = rules_about(views->source.rules);

	put_receivers(text, views, hearers_of(about, rule));
	put_array(text, "escalations");
	for (uint32_t i = 0; i < rule->n_steps; i++) {
		put_object(text, NULL);
		put_number(text, "after_s", (double)rule->steps[i].after_ms / 1000);
		put_receivers(text, views, rule->steps[i].receivers);
		put_object_end(text);
	}
	put_array_end(text);
	put_inhibits(text, about, rule);
}

static void put_life(struct text *text, const struct rule *rule)
{
	put_number(text, "hold_s", (double)rule->hold_ms / 1000);
	put_number(text, "fade_s", (double)rule->fade_ms / 1000);
	put_flag(text, "latched", rule->is_latched);
	put_number(text, "repeat_s", (double)rule->repeat_ms / 1000);
	if (rule->chatter_times == 0) {
		put_null(text, "chatter");
		return;
	}
	put_object(text, "chatter");
	put_integer(text, "times", rule->chatter_times);
	put_number(text, "within_s", (double)rule->chatter_within_ms / 1000);
	put_object_end(text);
}

void rules_put(struct text *text, const struct views *views, const struct rule *rule)
{
	const struct rules *rules = views->source.rules;

	put_string(text, "id", rule->id);
	put_languages(text, "title", rule->title_vi, rule->title_en);
	put_string(text, "kind", rule_kind_name(rule->kind));
	put_string(text, "version", rule->version);
	put_flag(text, "hidden", rule->is_hidden);
	put_place(text, &rule->place);
	put_watched(text, rule);
	put_string(text, "calendar", rule->calendar ? calendar_about(rule->calendar)->id : NULL);
	put_life(text, rule);
	if (rule->number < rules_count(rules) && rules_at(rules, rule->number) == rule)
		put_telling(text, views, rule);
}
