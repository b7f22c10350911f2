/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tracked: the scene with records, which are due soon half a minute before they are due, and with a
 * contract for the districts.
 */
#ifndef TEST_FLOW_TRACKED_H
#define TEST_FLOW_TRACKED_H

#include "scene.h"

enum { TYPE_OPENED = TYPE_HIT + 1, TYPE_DONE, TYPE_ENDED, TYPE_DUE_SOON, TYPE_OVERDUE };
enum { OPEN = N_INDICATORS, OPEN_DUE_SOON, OPEN_OVERDUE, OPEN_PAUSED, ENDED_ON_TIME };
enum { RULE_DUE_SOON = N_RULES, RULE_MUTE };

struct tracked {
	struct scene *scene;
	struct calendar_week week;
	struct calendar *calendar;
	struct track track;
	struct contract contract;
	bool expected[N_UNITS];
	bool applies[N_UNITS];
};

static inline struct field field_of(const char *name, enum field_kind kind)
{
	return (struct field){ .name = name,
			       .kind = kind,
			       .optional = kind == FIELD_TIME || kind == FIELD_FLAG,
			       .min = -INFINITY,
			       .max = INFINITY };
}

static inline void declare_records(struct scene *scene)
{
	const struct field record = field_of("record", FIELD_TEXT);
	const struct field due = field_of("due", FIELD_TIME);
	const struct field opened = field_of("opened", FIELD_TIME);
	const struct event_type types[] = {
		{ .name = "opened", .fields = { record, due }, .n_fields = 2 },
		{ .name = "done", .fields = { record }, .n_fields = 1 },
		{ .name = "open.closed",
		  .fields = { record, field_of("on_time", FIELD_FLAG),
			      field_of("hours", FIELD_NUMBER), due, opened },
		  .n_fields = 5,
		  .is_internal = true },
		{ .name = "open.due-soon",
		  .fields = { record, due, opened },
		  .n_fields = 3,
		  .is_internal = true },
		{ .name = "open.overdue",
		  .fields = { record, due, opened },
		  .n_fields = 3,
		  .is_internal = true },
	};
	uint32_t number;

	for (size_t i = 0; i < COUNT(types); i++)
		assert_int_equal(schema_add_type(scene->schema, &types[i], &number), 0);
	assert_int_equal(number, TYPE_OVERDUE);
}

static inline void make_calendar(struct tracked *tracked)
{
	tracked->week.cut_off = 1440;
	for (int day = 0; day < 7; day++)
		tracked->week.weekdays[day] =
			(struct calendar_hours){ .spans = { { 0, 1440 } }, .n = 1 };
	tracked->calendar = calendar_new(&(struct calendar_options){
		.id = "always", .offset_minutes = OFFSET, .weeks = &tracked->week, .n_weeks = 1 });
}

static inline struct track_step step_of(uint32_t type, enum track_role role, uint32_t due_field)
{
	return (struct track_step){ .type = type,
				    .role = role,
				    .unit_field = TYPE_NONE,
				    .due_field = due_field,
				    .kind_field = TYPE_NONE };
}

static inline void make_track(struct tracked *tracked)
{
	tracked->track = (struct track){
		.id = "open",
		.steps = { step_of(TYPE_OPENED, TRACK_OPEN, 1),
			   step_of(TYPE_DONE, TRACK_CLOSE, TYPE_NONE) },
		.n_steps = 2,
		.n_key = 1,
		.calendar = tracked->calendar,
		.due_soon_ms = 30 * SECOND,
		.closed_type = TYPE_ENDED,
		.due_soon_type = TYPE_DUE_SOON,
		.overdue_type = TYPE_OVERDUE,
		.open_gauge = OPEN,
		.due_soon_gauge = OPEN_DUE_SOON,
		.overdue_gauge = OPEN_OVERDUE,
		.paused_gauge = OPEN_PAUSED,
	};
	tracked->scene->track = &tracked->track;
}

static inline void make_contract(struct tracked *tracked)
{
	tracked->expected[UNIT_D1] = tracked->expected[UNIT_D2] = true;
	tracked->contract = (struct contract){ .expected = tracked->expected,
					       .every_ms = 20 * SECOND,
					       .by_minute = -1 };
	tracked->scene->contract = &tracked->contract;
}

static inline void add_figures(struct scene *scene)
{
	static const char *const ids[] = { "open", "open.due-soon", "open.overdue", "open.paused",
					   "on-time" };

	for (uint32_t i = 0; i < COUNT(ids); i++) {
		struct indicator *figure = &scene->indicators[OPEN + i];

		*figure = scene->indicators[CLOSED];
		figure->id = ids[i];
		figure->kind = INDICATOR_GAUGE;
		figure->type = TYPE_OPENED;
	}
	scene->indicators[ENDED_ON_TIME].kind = INDICATOR_COUNT;
	scene->indicators[ENDED_ON_TIME].type = TYPE_ENDED;
	scene->indicators[ENDED_ON_TIME].where = (struct where){
		.conditions = { { .field = 1, .test = WHERE_FLAG, .number = 1 } },
		.n_conditions = 1,
	};
	scene->n_indicators = N_INDICATORS + COUNT(ids);
}

static inline void add_rules(struct tracked *tracked)
{
	struct scene *scene = tracked->scene;
	struct rule *rules = scene->rules;

	tracked->applies[UNIT_D1] = tracked->applies[UNIT_D2] = true;
	for (uint32_t i = RULE_DUE_SOON; i <= RULE_MUTE; i++)
		rules[i] = (struct rule){ .title_vi = "",
					  .title_en = "",
					  .number = i,
					  .severity = SEVERITY_WARNING,
					  .subject_field = 0,
					  .applies = tracked->applies };
	rules[RULE_DUE_SOON].id = "due-soon";
	rules[RULE_DUE_SOON].kind = RULE_EVENT;
	rules[RULE_DUE_SOON].type = TYPE_DUE_SOON;
	rules[RULE_DUE_SOON].event_type = schema_type(scene->schema, TYPE_DUE_SOON);
	rules[RULE_DUE_SOON].fade_ms = HOUR;
	rules[RULE_MUTE].id = "mute";
	rules[RULE_MUTE].kind = RULE_SILENCE;
	rules[RULE_MUTE].silent_feed = schema_feed(scene->schema, 0);
	scene->n_rules = N_RULES + 2;
}

static inline int track(void **state)
{
	struct tracked *tracked = xcalloc(1, sizeof(*tracked));

	assert_int_equal(scene_make(state), 0);
	tracked->scene = *state;
	declare_records(tracked->scene);
	make_calendar(tracked);
	make_track(tracked);
	make_contract(tracked);
	add_figures(tracked->scene);
	add_rules(tracked);
	*state = tracked;
	return 0;
}

static inline int untrack(void **state)
{
	struct tracked *tracked = *state;
	void *scene = tracked->scene;

	calendar_free(tracked->calendar);
	free(tracked);
	return scene_unmake(&scene);
}

/* The data of an opening. */
static inline void write_opening(struct text *data, const char *record, int64_t due_ms)
{
	char time[CIVIL_TEXT_MAX];

	text_add(data, "{\"record\":\"%s\",\"due\":\"%s\"}", record,
		 civil_format(time, due_ms, OFFSET));
}

static inline void open_record(struct scene *scene, int64_t now_ms, const char *record,
			       int64_t due_ms)
{
	CLEANUP_TEXT struct text data = { 0 };

	write_opening(&data, record, due_ms);
	send(scene, now_ms, "d1", "opened", text_get(&data));
}

/* With a record every second: else it counts as time in which nobody could be heard. */
static inline void pass_idly(struct scene *scene, int64_t from_ms, int64_t until_ms)
{
	const struct record record = { .kind = RECORD_TIME };

	for (; from_ms < until_ms; from_ms += SECOND)
		assert_int_equal(journal_append(scene->journal, &record, from_ms), 0);
	assert_int_equal(journal_append(scene->journal, &record, until_ms), 0);
	while (journal_synced(scene->journal) < journal_end(scene->journal))
		(void)sched_yield();
}

#endif
