/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules are compared by what they say, in words: each attribute is written as text on both sides.
 * Limits are compared unit by unit, and units whose limits change alike are told together.
 */
#include "differ.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "iocd/base/err.h"
#include "iocd/calendar.h"
#include "iocd/indicator_kind.h"

/* ---- attributes ---- */

typedef void attribute_fn(struct text *text, const struct rule *rule);

static bool looks_at_figure(const struct rule *rule)
{
	return rule->kind == RULE_THRESHOLD || rule->kind == RULE_EACH;
}

static void say_kind(struct text *text, const struct rule *rule)
{
	text_add(text, "%s", rule_kind_name(rule->kind));
}

static void say_looked_at(struct text *text, const struct rule *rule)
{
	switch (rule->kind) {
	case RULE_THRESHOLD:
	case RULE_EACH:
		text_add(text, "%s", rule->figure->id);
		break;
	case RULE_EVENT:
		text_add(text, "%s", rule->event_type->name);
		break;
	case RULE_SILENCE:
		text_add(text, "%s", rule->silent_feed->id);
		break;
	case RULE_SEQUENCE:
	case RULE_DEADLINE:
		text_add(text, "%s", rule->record->id);
		break;
	case RULE_OWN:
		text_add(text, "%s", own_part_name(rule->own));
		break;
	}
}

static void say_each(struct text *text, const struct rule *rule)
{
	if (rule->kind == RULE_EACH)
		text_add(text, "%s", rule->each);
	else if (rule->kind == RULE_DEADLINE && rule->is_each_record)
		text_add(text, "record");
}

static void say_window(struct text *text, const struct rule *rule)
{
	if (looks_at_figure(rule))
		text_add(text, "%s", rule->window.text);
}

static void say_samples(struct text *text, const struct rule *rule)
{
	if (looks_at_figure(rule))
		text_add(text, "%" PRIu64, rule->min_samples);
}

static void say_severity(struct text *text, const struct rule *rule)
{
	if (rule->kind == RULE_DEADLINE)
		text_add(text, "due-soon %s, overdue %s", severity_name(rule->due_soon),
			 severity_name(rule->overdue));
	else if (!looks_at_figure(rule))
		text_add(text, "%s", severity_name(rule->severity));
}

static void say_calendar(struct text *text, const struct rule *rule)
{
	if (rule->calendar)
		text_add(text, "%s", calendar_about(rule->calendar)->id);
}

static void say_hold(struct text *text, const struct rule *rule)
{
	text_add_duration(text, rule->hold_ms);
}

static void say_fade(struct text *text, const struct rule *rule)
{
	text_add_duration(text, rule->fade_ms);
}

static void say_latch(struct text *text, const struct rule *rule)
{
	text_add(text, rule->is_latched ? "yes" : "no");
}

static void say_chatter(struct text *text, const struct rule *rule)
{
	if (rule->chatter_within_ms == 0) {
		text_add(text, "no");
		return;
	}
	text_add(text, "%" PRIu32 " in ", rule->chatter_times);
	text_add_duration(text, rule->chatter_within_ms);
}

static void say_repeat(struct text *text, const struct rule *rule)
{
	if (rule->repeat_ms > 0)
		text_add_duration(text, rule->repeat_ms);
}

static void say_steps(struct text *text, const struct rule *rule)
{
	for (uint32_t i = 0; i < rule->n_steps; i++) {
		text_add(text, i > 0 ? ", " : "");
		text_add_duration(text, rule->steps[i].after_ms);
	}
}

/* clang-format off */
static const struct {
	const char *name;
	attribute_fn *say;
} attributes[] = {
	{ "kind",        say_kind },
	{ "looks-at",    say_looked_at },
	{ "for-each",    say_each },
	{ "window",      say_window },
	{ "min-samples", say_samples },
	{ "severity",    say_severity },
	{ "calendar",    say_calendar },
	{ "hold",        say_hold },
	{ "fade",        say_fade },
	{ "latch",       say_latch },
	{ "chatter",     say_chatter },
	{ "repeat",      say_repeat },
	{ "escalate",    say_steps },
};
/* clang-format on */

static void add_string(struct text *json, const struct text *text)
{
	text_add_json(json, text_get(text), text->size);
}

static void add_attributes(struct text *json, const struct rule *before, const struct rule *after)
{
	const char *gap = "";

	text_add(json, ",\"attributes\":[");
	for (size_t i = 0; before && after && i < COUNT(attributes); i++) {
		CLEANUP_TEXT struct text from = { 0 }, to = { 0 };

		attributes[i].say(&from, before);
		attributes[i].say(&to, after);
		if (strcmp(text_get(&from), text_get(&to)) == 0)
			continue;
		text_add(json, "%s{\"name\":\"%s\",\"from\":", gap, attributes[i].name);
		add_string(json, &from);
		text_add(json, ",\"to\":");
		add_string(json, &to);
		text_add(json, "}");
		gap = ",";
	}
	text_add(json, "]");
}

/* ---- limits ---- */

enum { LIMIT_WARNING, LIMIT_CRITICAL, LIMIT_CLEAR, N_LIMITS };

static const struct threshold *limit_of(const struct rule *rule, uint32_t unit, int which)
{
	const struct limits *limits;
	const struct threshold *threshold;

	if (!rule || !looks_at_figure(rule) || !rule->applies[unit])
		return NULL;
	limits = &rule->limits[unit];
	threshold = which == LIMIT_WARNING    ? &limits->warning
		    : which == LIMIT_CRITICAL ? &limits->critical
					      : &limits->clear;
	return threshold->comparison == COMPARE_NONE ? NULL : threshold;
}

static bool is_same_limit(const struct threshold *a, const struct threshold *b)
{
	if (!a || !b)
		return a == b;
	return a->comparison == b->comparison && a->value == b->value;
}

/* Written at the same place in the same way. */
static bool is_same_place(const struct threshold *a, const struct threshold *b)
{
	if (!a || !b)
		return a == b;
	return is_same_limit(a, b) && a->place.line == b->place.line &&
	       a->place.column == b->place.column && strcmp(a->text, b->text) == 0;
}

static void add_limit(struct text *json, const char *name, const struct threshold *limit)
{
	text_add(json, ",\"%s\":", name);
	if (!limit) {
		text_add(json, "null");
		return;
	}
	text_add(json, "{\"text\":");
	text_add_json(json, limit->text, strlen(limit->text));
	text_add(json, ",\"file\":");
	text_add_json(json, limit->place.file ? limit->place.file : "",
		      limit->place.file ? strlen(limit->place.file) : 0);
	text_add(json, ",\"line\":%" PRIu32 "}", limit->place.line);
}

/* The units from first on whose limit changes as that of first does; marks them as told. */
static void add_change(struct text *json, const struct rule *before, const struct rule *after,
		       const struct units *units, uint32_t first, int which, bool *told)
{
	static const char *const names[] = { "warning", "critical", "clear" };
	const struct threshold *from = limit_of(before, first, which);
	const struct threshold *to = limit_of(after, first, which);
	const char *gap = "";

	text_add(json, "{\"limit\":\"%s\"", names[which]);
	add_limit(json, "from", from);
	add_limit(json, "to", to);
	text_add(json, ",\"units\":[");
	for (uint32_t i = first; i < units_count(units); i++) {
		if (told[i] || !is_same_place(limit_of(before, i, which), from) ||
		    !is_same_place(limit_of(after, i, which), to))
			continue;
		told[i] = true;
		text_add(json, "%s\"%s\"", gap, units_at(units, i)->id);
		gap = ",";
	}
	text_add(json, "]}");
}

static void add_limits(struct text *json, const struct rule *before, const struct rule *after,
		       const struct units *units)
{
	uint32_t n = units_count(units);
	bool *told = xcalloc((size_t)n + 1, sizeof(*told));
	const char *gap = "";

	text_add(json, ",\"limits\":[");
	for (int which = 0; which < N_LIMITS; which++) {
		memset(told, 0, n);
		for (uint32_t i = 0; i < n; i++) {
			if (told[i] ||
			    is_same_limit(limit_of(before, i, which), limit_of(after, i, which)))
				continue;
			text_add(json, "%s", gap);
			add_change(json, before, after, units, i, which, told);
			gap = ",";
		}
	}
	text_add(json, "]");
	free(told);
}

/* ---- units that it applies to ---- */

static void add_units(struct text *json, const char *name, const struct rule *rule,
		      const struct rule * not, const struct units *units)
{
	const char *gap = "";

	text_add(json, ",\"%s\":[", name);
	for (uint32_t i = 0; rule && not &&i < units_count(units); i++) {
		if (!rule->applies[i] || not ->applies[i])
			continue;
		text_add(json, "%s\"%s\"", gap, units_at(units, i)->id);
		gap = ",";
	}
	text_add(json, "]");
}

static bool is_same(const struct rule *before, const struct rule *after)
{
	return before && after && strcmp(before->version, after->version) == 0;
}

void differ_rule(struct text *json, const char *gap, const struct rule *before,
		 const struct rule *after, const struct units *units)
{
	const struct rule *rule = after ? after : before;

	if (is_same(before, after) || (rule->is_hidden && (!before || !after)))
		return;
	text_add(json, "%s{\"rule\":", gap);
	text_add_json(json, rule->id, strlen(rule->id));
	text_add(json, ",\"title\":{\"vi\":");
	text_add_json(json, rule->title_vi, strlen(rule->title_vi));
	text_add(json, ",\"en\":");
	text_add_json(json, rule->title_en, strlen(rule->title_en));
	text_add(json, "},\"change\":\"%s\",\"file\":",
		 !before  ? "added"
		 : !after ? "removed"
			  : "changed");
	text_add_json(json, rule->place.file ? rule->place.file : "",
		      rule->place.file ? strlen(rule->place.file) : 0);
	text_add(json, ",\"line\":%" PRIu32, rule->place.line);
	add_attributes(json, before, after);
	add_limits(json, before && after ? before : NULL, before && after ? after : NULL, units);
	add_units(json, "units_added", after, before, units);
	add_units(json, "units_removed", before, after, units);
	text_add(json, "}");
}

/* ---- receivers, maintenances ---- */

static void add_ids(struct text *text, const bool *set, const struct rulebook *book)
{
	for (uint32_t i = 0; set && i < book->n_rules; i++)
		if (set[i])
			text_add(text, " %s", book->rules[i].id);
}

static void add_numbers(struct text *text, const bool *set, uint32_t n)
{
	for (uint32_t i = 0; set && i < n; i++)
		if (set[i])
			text_add(text, " %" PRIu32, i);
}

uint64_t differ_receiver(const struct rulebook *book, uint32_t number, uint32_t n_units)
{
	const struct receiver *receiver = &book->receivers[number];
	CLEANUP_TEXT struct text text = { 0 };

	text_add(&text, "%s\n%s\n%s\n%s\n%d %d %d %" PRId64 " %d %d\n", receiver->title_vi,
		 receiver->title_en, receiver->url, receiver->secret_file, receiver->is_vietnamese,
		 receiver->is_at_once, (int)receiver->least, receiver->repeat_ms,
		 receiver->rules != NULL, receiver->units != NULL);
	add_ids(&text, receiver->rules, book);
	add_numbers(&text, receiver->units, n_units);
	return XXH3_64bits(text.bytes, text.size);
}

uint64_t differ_maintenance(const struct rulebook *book, uint32_t number, uint32_t n_units)
{
	const struct maintenance *maintenance = &book->maintenances[number];
	CLEANUP_TEXT struct text text = { 0 };

	text_add(&text, "%s\n%s\n%s\n%s\n%" PRId64 " %" PRId64 " %d %d\n", maintenance->title_vi,
		 maintenance->title_en, maintenance->by,
		 maintenance->calendar ? calendar_about(maintenance->calendar)->id : "",
		 maintenance->from_ms, maintenance->until_ms, maintenance->rules != NULL,
		 maintenance->units != NULL);
	add_ids(&text, maintenance->rules, book);
	add_numbers(&text, maintenance->units, n_units);
	return XXH3_64bits(text.bytes, text.size);
}
