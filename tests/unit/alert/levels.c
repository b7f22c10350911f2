/* SPDX-License-Identifier: Apache-2.0 */
#include "levels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/alert_json.h"
#include "iocd/base/err.h"

/* The indicators' own are not linked; nothing here has a figure. */
const char *quality_name(enum quality quality)
{
	(void)quality;
	return "good";
}

const struct score_band *indicator_band(const struct indicator *indicator, double value)
{
	(void)indicator;
	(void)value;
	return NULL;
}

/* clang-format off */
static const struct feed gate = { .id = "gate", .title_vi = "Cổng", .title_en = "Gate" };
static const struct event_type alarm_type = { .name = "gate.alarm" };
static const struct rule list[] = {
	{ .id = "high", .title_vi = "Cao", .title_en = "High", .kind = RULE_OWN, .own = OWN_DISK,
	  .severity = SEVERITY_CRITICAL, .applies = stage_everywhere, .number = 0 },
	{ .id = "low", .title_vi = "Thấp", .title_en = "Low", .kind = RULE_OWN, .own = OWN_REDIS,
	  .severity = SEVERITY_CRITICAL, .applies = stage_everywhere, .number = 1, .hold_ms = 20,
	  .fade_ms = 30, .chatter_times = 3, .chatter_within_ms = 400 },
	{ .id = "held", .title_vi = "Giữ", .title_en = "Held", .kind = RULE_OWN, .own = OWN_BROKER,
	  .severity = SEVERITY_CRITICAL, .applies = stage_everywhere, .number = 2,
	  .is_latched = true },
	{ .id = "m", .title_vi = "Bên dưới", .title_en = "Below", .kind = RULE_OWN,
	  .own = OWN_MIRRORED, .severity = SEVERITY_CRITICAL, .applies = stage_everywhere,
	  .number = 3, .chatter_times = ALERTBOOK_RAISES, .chatter_within_ms = 10 },
	{ .id = "seen", .title_vi = "Thấy", .title_en = "Seen", .kind = RULE_SILENCE,
	  .silent_feed = &gate, .severity = SEVERITY_CRITICAL, .applies = stage_everywhere,
	  .number = 4, .hold_ms = 20 },
	{ .id = "hit", .title_vi = "Trúng", .title_en = "Hit", .kind = RULE_EVENT,
	  .event_type = &alarm_type, .severity = SEVERITY_CRITICAL, .applies = stage_everywhere,
	  .number = 5, .fade_ms = 1000 },
};
static const struct receiver receivers[] = {
	{ .id = "duty", .is_at_once = true, .least = SEVERITY_WARNING },
};
static const struct rules_options options = {
	.list = list, .n_list = COUNT(list), .receivers = receivers, .n_receivers = 1,
};
static const char *const instances[LEVELS] = { "tinh", "huyen", "xa" };
/* clang-format on */

struct levels levels_open(void)
{
	static const uint32_t units[LEVELS] = { 0, 1, 3 };
	struct levels levels = { .now_ms = 1000 };

	for (int i = 0; i < LEVELS; i++) {
		levels.at[i].stage = stage_open(&options);
		levels.at[i].site = (struct mirror_site){ .unit = units[i], .sender = "iocd" };
	}
	return levels;
}

void levels_close(struct levels *levels)
{
	for (int i = 0; i < LEVELS; i++) {
		struct level *level = &levels->at[i];

		stage_close(&level->stage);
		for (size_t k = 0; k < level->up.n; k++)
			free(level->up.items[k]);
		free(level->up.items);
		free(level->down);
	}
}

static void push(struct queue *queue, const struct text *json)
{
	queue->items = xrealloc(queue->items, queue->n + 1, sizeof(*queue->items));
	queue->items[queue->n++] = xstrndup(json->bytes, json->size);
}

static struct alert_context context_of(const struct level *level)
{
	return (struct alert_context){ .units = level->stage.units,
				       .offset_minutes = 420,
				       .book = level->stage.book };
}

static void push_transition(void *context, const struct transition *transition)
{
	CLEANUP_TEXT struct text json = { 0 };
	struct level *level = context;
	const struct alert_context names = context_of(level);

	transition_json(&json, &names, transition);
	push(&level->up, &json);
}

/* Puts what happened at level since the last time into up. */
static void put(struct level *level)
{
	while (level->put < alertbook_last(level->stage.book)) {
		const struct transition *transition =
			alertbook_transition(level->stage.book, ++level->put);

		if (alertbook_goes_up(transition, SEVERITY_WARNING))
			push_transition(level, transition);
	}
}

void levels_judge(struct levels *levels, int level, const char *rule, uint32_t unit,
		  const char *subject, enum judgement judgement)
{
	stage_judge_subject(&levels->at[level].stage, rule, unit, subject, judgement,
			    levels->now_ms);
	put(&levels->at[level]);
}

struct command levels_order(enum command_verb verb, const char *by, const char *rule,
			    const char *unit, const char *subject)
{
	struct command command = { .verb = verb, .key = "key", .note = "because" };

	(void)snprintf(command.by, sizeof(command.by), "%s", by);
	(void)snprintf(command.rule, sizeof(command.rule), "%s", rule ? rule : "m");
	(void)snprintf(command.unit, sizeof(command.unit), "%s", unit);
	(void)snprintf(command.subject, sizeof(command.subject), "%s", subject);
	command.has_subject = true;
	return command;
}

static void queue_order(struct levels *levels, const struct mirror_site *site,
			const struct command *command)
{
	for (int i = 0; i < LEVELS; i++) {
		struct level *level = &levels->at[i];

		if (level->site.unit != site->unit)
			continue;
		assert_string_equal(level->site.sender, site->sender);
		level->down = xrealloc(level->down, level->n + 1, sizeof(*level->down));
		level->down[level->n++] = *command;
	}
}

enum command_outcome levels_give(struct levels *levels, int level, const struct command *command)
{
	struct stage *stage = &levels->at[level].stage;
	struct mirror_site site;
	struct command order;
	bool goes_down =
		alertbook_order_below(stage->book, command, instances[level], &site, &order);
	enum command_outcome outcome;

	if (goes_down)
		assert_string_equal(site.sender, "iocd"); /* lent by the alert, which may end now */
	site.sender = "iocd";
	outcome = stage_give(stage, command, levels->now_ms);
	if (goes_down && outcome == OUTCOME_DONE)
		queue_order(levels, &site, &order);
	put(&levels->at[level]);
	return outcome;
}

bool levels_carry_up(struct levels *levels, int level)
{
	struct level *below = &levels->at[level], *above = below - 1;
	const char *json;

	if (level == PROVINCE || below->up.first == below->up.n)
		return false;
	json = below->up.items[below->up.first++];
	assert_int_equal(alertbook_mirror(above->stage.book, above->stage.units, &below->site, json,
					  strlen(json), levels->now_ms, (uint64_t)levels->now_ms),
			 0);
	put(above);
	return true;
}

bool levels_carry_down(struct levels *levels, int level)
{
	struct level *below = &levels->at[level];
	struct command command;

	if (below->first == below->n)
		return false;
	command = below->down[below->first++];
	(void)levels_give(levels, level, &command);
	return true;
}

void levels_carry_all(struct levels *levels)
{
	bool has_moved = true;

	while (has_moved) {
		has_moved = false;
		for (int i = 0; i < LEVELS; i++) {
			while (levels_carry_down(levels, i))
				has_moved = true;
			while (levels_carry_up(levels, i))
				has_moved = true;
		}
	}
}

void levels_lose(struct levels *levels, int level, bool is_lost)
{
	struct level *above = &levels->at[level - 1];

	alertbook_mirror_moved(above->stage.book, &levels->at[level].site, is_lost, levels->now_ms,
			       (uint64_t)levels->now_ms);
	put(above);
}

void levels_tick(struct levels *levels, int64_t ms)
{
	levels->now_ms += ms;
	for (int i = 0; i < LEVELS; i++) {
		stage_tick(&levels->at[i].stage, levels->now_ms);
		put(&levels->at[i]);
	}
}

void levels_restart(struct levels *levels, int level)
{
	stage_restart(&levels->at[level].stage, &options);
}

void levels_list(struct levels *levels, int level)
{
	CLEANUP_TEXT struct text json = { 0 };
	struct level *at = &levels->at[level];

	alertbook_write_standing(at->stage.book, at->stage.units, SEVERITY_WARNING, &json);
	push(&at->up, &json);
	alertbook_each_standing(at->stage.book, SEVERITY_WARNING, push_transition, at);
}

char *levels_json(const struct levels *levels, int level)
{
	CLEANUP_TEXT struct text json = { 0 };
	const struct level *at = &levels->at[level];
	const struct alert_context names = context_of(at);

	transition_json(&json, &names,
			alertbook_transition(at->stage.book, alertbook_last(at->stage.book)));
	return xstrndup(json.bytes, json.size);
}
