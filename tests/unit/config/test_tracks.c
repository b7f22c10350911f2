/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#include <math.h>

#define TRACK(yaml)                                                                                \
	{                                                                                          \
		PART_INDICATORS, "indicators.d/z.yml", yaml                                        \
	}
#define ON    "z.open: {track: record, open: desk/record.opened, close: desk/record.closed"
#define LINES "z.open:\n  track: record\n  open: desk/record.opened\n  close: desk/record.closed\n"

/* clang-format off */
static const struct mistake mistakes[] = {
	{ TRACK("z.open: {track: record, close: desk/record.closed}\n"), "1:1: error: 'open' is missing" },
	{ TRACK("z.open: {track: record, open: desk/record.opened}\n"), "1:1: error: 'close' is missing" },
	{ TRACK("z.open: {open: desk/record.opened, close: desk/record.closed}\n"), "1:1: error: nothing says what is computed: count, sum, mean, min, max, last, rate, distinct, quantile, stock, track, ratio, score, progress, behind, change, baseline or units" },
	{ TRACK(ON ", where: {record: x}}\n"), "1:78: error: 'where' has no meaning beside 'track'" },
	{ TRACK(ON ", calender: always}\n"), "1:78: error: unknown key 'calender'; did you mean 'calendar'?" },
	{ TRACK("z.open: {track: {record: yes}, open: desk/record.opened, close: desk/record.closed}\n"), "1:17: error: 'track' must be the field that identifies a record, or a list of at most 2" },
	{ TRACK("z.open: {track: [record, record], open: desk/record.opened, close: desk/record.closed}\n"), "1:26: error: 'record' is given twice" },
	{ TRACK("z.open: {track: [record, channel], open: desk/record.opened, close: desk/record.closed}\n"), "1:26: error: event 'record.closed' has no field 'channel'" },
	{ TRACK("z.open: {track: late, open: desk/record.closed, close: desk/record.moved}\n"), "1:17: error: field 'late' of event 'record.closed' is a flag; a record is identified by a text or a choice" },
	{ TRACK("z.open: {track: record, open: desk/record.openend, close: desk/record.closed}\n"), "1:31: error: feed 'desk' has no event 'record.openend'; did you mean 'record.opened'?" },
	{ TRACK("z.open: {track: record, open: desk/record.openend, close: desk/record.closed}\nz.a: {count: desk/open.closed}\n"), "1:31: error: feed 'desk' has no event 'record.openend'; did you mean 'record.opened'?" },
	{ TRACK("z.open: {track: record, open: desk/record.opened, close: desk/record.closde}\nz.a: {count: desk/open.closed, where: {how: record.closed}}\n"), "1:58: error: feed 'desk' has no event 'record.closde'; did you mean 'record.closed'?" },
	{ TRACK("z.open: {track: record, open: [], close: desk/record.closed}\n"), "1:31: error: 'open' must be an event or a list of events" },
	{ TRACK(ON ", void: desk/record.closed}\n"), "1:84: error: 'desk/record.closed' is given already: an event does one thing to a record" },
	{ TRACK(LINES "  pause: desk/record.moved\n"), "5:3: error: 'pause' has no meaning without 'resume'" },
	{ TRACK(LINES "  resume: desk/record.moved\n"), "5:3: error: 'resume' has no meaning without 'pause'" },
	{ TRACK(LINES "  transfer: desk/record.moved\n"), "5:3: error: 'transfer' has no meaning without 'to'" },
	{ TRACK(LINES "  to: to_unit\n"), "5:3: error: 'to' has no meaning without 'transfer'" },
	{ TRACK(LINES "  transfer: desk/record.moved\n  to: to_unti\n"), "6:7: error: event 'record.moved' has no field 'to_unti'; did you mean 'to_unit'?" },
	{ TRACK(LINES "  transfer: desk/record.moved\n  to: cost\n"), "6:7: error: field 'cost' of event 'record.moved' is a number; here stands a text" },
	{ TRACK(LINES "  due: record\n"), "5:8: error: field 'record' of event 'record.opened' is a text; here stands a time" },
	{ TRACK(LINES "  due: deu\n"), "5:8: error: event 'record.opened' has no field 'deu'; did you mean 'due'?" },
	{ TRACK(LINES "  unit: due\n"), "5:9: error: field 'due' of event 'record.opened' is a time; here stands a text" },
	{ TRACK(LINES "  allow: 5\n"), "5:10: error: '5' are no working days; write 1d to 1000d" },
	{ TRACK(LINES "  allow: 4h\n"), "5:10: error: '4h' are no working days; write 1d to 1000d" },
	{ TRACK(LINES "  allow: 0d\n"), "5:10: error: '0d' are no working days; write 1d to 1000d" },
	{ TRACK(LINES "  allow: 1001d\n"), "5:10: error: '1001d' are no working days; write 1d to 1000d" },
	{ TRACK(LINES "  due-soon: 2d\n"), "5:3: error: 'due-soon' has no meaning without 'due' or 'allow'" },
	{ TRACK(LINES "  due: due\n  due-soon: 0d\n"), "6:13: error: '0d' is no working time; write days or hours, like 2d or 4h" },
	{ TRACK(LINES "  due: due\n  due-soon: 30s\n"), "6:13: error: '30s' is no working time; write days or hours, like 2d or 4h" },
	{ TRACK(LINES "  due: due\n  due-soon: soon\n"), "6:13: error: 'soon' is no working time; write days or hours, like 2d or 4h" },
	{ TRACK(LINES "  calendar: office\n"), "5:13: error: unknown calendar 'office'" },
	{ TRACK(LINES "  calendars: {unti: {east: always}}\n"), "5:15: error: unknown key 'unti'; did you mean 'unit'?" },
	{ TRACK(LINES "  calendars: {unit: {esat: always}}\n"), "5:22: error: unknown unit 'esat'; did you mean 'east'?" },
	{ TRACK(LINES "  calendars: {unit: {east: always, old-east: always}}\n"), "5:36: error: 'old-east' is another name of a unit that has a calendar here" },
	{ TRACK(LINES "  calendars: {unit: {east: alway}}\n"), "5:28: error: unknown calendar 'alway'; did you mean 'always'?" },
	{ TRACK(LINES "  calendars: {unit: [east]}\n"), "5:21: error: 'unit' must be a map of keys and values, not a list" },
	{ TRACK(LINES "  calendars: {by: record}\n"), "5:3: error: 'by' has no meaning without 'kinds'" },
	{ TRACK(LINES "  calendars: {kinds: {x: always}}\n"), "5:3: error: 'kinds' has no meaning without 'by'" },
	{ TRACK(LINES "  calendars: {by: channel, kinds: {x: always}}\n"), "5:19: error: field 'channel' of event 'record.opened' is a choice; here stands a text" },
	{ TRACK(LINES "  calendars: always\n"), "5:14: error: 'calendars' must be a map of keys and values, not a text" },
	{ TRACK(LINES "z.open.paused: {count: desk/record.opened}\n"), "1:1: error: this makes indicator 'z.open.paused', which is declared already, at indicators.d/z.yml:5" },
	{ TRACK("z.record: {track: record, open: desk/record.opened, close: desk/record.closed}\n"), "1:1: error: this makes event 'record.closed' in feed 'desk', which declares it already" },
	{ TRACK("open: {track: record, open: desk/record.moved, close: desk/open.closed}\n"), "1:55: error: feed 'desk' has no event 'open.closed'" },
	{ TRACK(LINES "y.held: {track: record, open: desk/record.moved, close: desk/open.closed}\n"), "5:57: error: 'desk/open.closed' is made by a track; records are followed by events that are sent" },
	{ TRACK("z.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: {track: record, open: desk/record.opened, close: desk/record.closed}\n"),
	  "1:1: error: 'z.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.due-soon' cannot name a indicator; use a to z, 0 to 9, '.', '_' and '-', beginning with a letter or digit, at most 64" },
	{ TRACK(LINES "a: {count: desk/open.closed, where: {how: record.moved}}\n"), "5:43: error: 'record.moved' is not record.closed" },
	{ TRACK(LINES "a: {quantile: desk/open.closed.due, at: 0.5}\n"), "5:15: error: field 'due' is a time; it has no quantile" },
};
/* clang-format on */

static void each_mistake_in_a_track_is_told_alone_at_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(mistakes); i++)
		if (mistakes[i].told)
			expect_mistake(&mistakes[i]);
}

static const struct indicator *find(const struct config *config, const char *id)
{
	uint32_t n;
	const struct indicator *list = config_indicators(config, &n);

	for (uint32_t i = 0; i < n; i++)
		if (strcmp(list[i].id, id) == 0)
			return &list[i];
	fail_msg("no indicator %s", id);
	return NULL;
}

static uint32_t number(const struct config *config, const char *id)
{
	uint32_t n;

	return (uint32_t)(find(config, id) - config_indicators(config, &n));
}

static const struct event_type *find_type(const struct config *config, const char *name)
{
	uint32_t type = schema_find_type(config_schema(config), 0, name, strlen(name));

	assert_int_not_equal(type, TYPE_NONE);
	return schema_type(config_schema(config), type);
}

static const struct file whole[] = {
	{ PART_CALENDAR, "calendar.yml",
	  "office: {weeks: [{mon-fri: \"08:00-17:00\"}]}\n"
	  "clinic: {weeks: [{mon-sun: \"07:00-19:00\"}]}\n" },
	{ PART_FEEDS, "feeds.d/z.yml",
	  "zed:\n"
	  "  events:\n"
	  "    asked: {record: text, whom: text, topic: text, due: {type: time, optional: yes}}\n"
	  "    answered: {record: text, whom: text}\n"
	  "    dropped: {record: text, whom: text}\n"
	  "    held: {record: text, whom: text}\n"
	  "    freed: {record: text, whom: text}\n"
	  "    passed: {record: text, whom: text, next: text}\n" },
	TRACK("z.rate: {ratio: [z.open.overdue, z.open]}\n"
	      "z.slow: {quantile: zed/open.closed.hours, at: 95%}\n"
	      "z.late: {count: zed/open.closed, where: {on_time: no, how: [answered, dropped]}}\n"
	      "z.open:\n"
	      "  title: {vi: Việc, en: Tasks}\n"
	      "  measure: {vi: việc, en: tasks}\n"
	      "  windows: [today]\n"
	      "  target: 5\n"
	      "  rank: {among: {level: district}}\n"
	      "  track: [record, whom]\n"
	      "  open: zed/asked\n"
	      "  close: [zed/answered, desk/record.gone]\n"
	      "  void: [zed/dropped]\n"
	      "  pause: zed/held\n"
	      "  resume: zed/freed\n"
	      "  transfer: zed/passed\n"
	      "  to: next\n"
	      "  unit: whom\n"
	      "  due: due\n"
	      "  allow: 5d\n"
	      "  due-soon: 2d\n"
	      "  calendar: office\n"
	      "  calendars: {unit: {old-east: clinic}, by: topic, kinds: {tax: office, birth: "
	      "clinic}}\n"),
	{ PART_FEEDS, "feeds.d/desk.yml",
	  "desk:\n"
	  "  events:\n"
	  "    record.opened: {record: text}\n"
	  "    record.closed: {record: text, late: flag, cost: number}\n"
	  "    record.gone: {whom: text, record: text}\n" },
	{ PART_RULES, "rules.d/z.yml",
	  "z: {event: zed/open.overdue, severity: warning, subject: record}\n"
	  "y: {indicator: z.open.overdue, window: month, warning: \"> 0\"}\n" },
};

static void assert_step(const struct config *config, const struct track_step *step,
			enum track_role role, const char *name, bool is_void)
{
	assert_int_equal(step->role, role);
	assert_string_equal(schema_type(config_schema(config), step->type)->name, name);
	assert_int_equal(step->is_void, is_void);
	if (role != TRACK_OPEN) {
		assert_int_equal(step->due_field, TYPE_NONE);
		assert_int_equal(step->kind_field, TYPE_NONE);
	}
	if (role != TRACK_OPEN && role != TRACK_TRANSFER)
		assert_int_equal(step->unit_field, TYPE_NONE);
}

static void everything_that_can_be_said_of_a_track_is_kept(void **state)
{
	CLEANUP(config_free) struct config *config = expect_good(whole, COUNT(whole));
	const struct calendar *office = config_find_calendar(config, "office");
	const struct calendar *clinic = config_find_calendar(config, "clinic");
	const struct track *track;
	uint32_t n, east;

	(void)state;
	track = config_tracks(config, &n);
	assert_int_equal(n, 1);
	assert_string_equal(track->id, "z.open");
	assert_int_equal(track->place.line, 4);
	assert_int_equal(track->n_key, 2);
	assert_int_equal(track->n_steps, 7);
	assert_step(config, &track->steps[0], TRACK_OPEN, "asked", false);
	assert_step(config, &track->steps[1], TRACK_CLOSE, "answered", false);
	assert_step(config, &track->steps[2], TRACK_CLOSE, "record.gone", false);
	assert_step(config, &track->steps[3], TRACK_CLOSE, "dropped", true);
	assert_step(config, &track->steps[4], TRACK_PAUSE, "held", false);
	assert_step(config, &track->steps[5], TRACK_RESUME, "freed", false);
	assert_step(config, &track->steps[6], TRACK_TRANSFER, "passed", false);
	assert_int_equal(track->steps[0].unit_field, 1);
	assert_int_equal(track->steps[0].kind_field, 2);
	assert_int_equal(track->steps[0].due_field, 3);
	assert_int_equal(track->steps[6].unit_field, 2);
	assert_int_equal(track->steps[0].key_fields[0], 0);
	assert_int_equal(track->steps[0].key_fields[1], 1);
	assert_int_equal(track->steps[2].key_fields[0], 1);
	assert_int_equal(track->steps[2].key_fields[1], 0);
	assert_int_equal(track->allow_days, 5);
	assert_int_equal(track->due_soon_days, 2);
	assert_int_equal(track->due_soon_ms, 0);

	east = units_find(config_units(config), "east", 4);
	assert_ptr_equal(track->calendar, office);
	assert_ptr_equal(track->by_unit[east], clinic);
	assert_null(track->by_unit[0]);
	assert_ptr_equal(track->by_kind[map_find(track->kinds, "tax", 3)], office);
	assert_ptr_equal(track->by_kind[map_find(track->kinds, "birth", 5)], clinic);
	assert_int_equal(map_find(track->kinds, "death", 5), MAP_NONE);
}

static void a_track_makes_gauges_that_look_like_it(void **state)
{
	CLEANUP(config_free) struct config *config = expect_good(whole, COUNT(whole));
	const struct indicator *open = find(config, "z.open");
	const struct indicator *soon = find(config, "z.open.due-soon");
	const struct track *track;
	uint32_t n;

	(void)state;
	track = config_tracks(config, &n);
	assert_int_equal(open->kind, INDICATOR_GAUGE);
	assert_int_equal(track->open_gauge, number(config, "z.open"));
	assert_int_equal(track->due_soon_gauge, number(config, "z.open.due-soon"));
	assert_int_equal(track->overdue_gauge, number(config, "z.open.overdue"));
	assert_int_equal(track->paused_gauge, number(config, "z.open.paused"));
	assert_string_equal(open->title_vi, "Việc");
	assert_true(open->target == 5);
	assert_non_null(open->ranking.units);

	assert_int_equal(soon->kind, INDICATOR_GAUGE);
	assert_string_equal(soon->title_vi, "Việc - sắp đến hạn");
	assert_string_equal(soon->title_en, "Tasks - due soon");
	assert_string_equal(soon->measure_vi, "việc");
	assert_int_equal(soon->n_windows, 1);
	assert_true(isnan(soon->target));
	assert_null(soon->ranking.units);
	/* the feed that opens them says how complete the gauges are */
	assert_string_equal(schema_type(config_schema(config), soon->type)->name, "asked");
	assert_string_equal(find(config, "z.open.overdue")->title_vi, "Việc - quá hạn");
	assert_string_equal(find(config, "z.open.overdue")->title_en, "Tasks - overdue");
	assert_string_equal(find(config, "z.open.paused")->title_vi, "Việc - tạm dừng");
	assert_string_equal(find(config, "z.open.paused")->title_en, "Tasks - paused");
	assert_int_equal(find(config, "z.rate")->parts[0], track->overdue_gauge);
}

static void assert_field(const struct event_type *type, uint32_t i, const char *name,
			 enum field_kind kind, bool optional)
{
	assert_string_equal(type->fields[i].name, name);
	assert_int_equal(type->fields[i].kind, kind);
	assert_int_equal(type->fields[i].optional, optional);
	assert_string_not_equal(type->fields[i].title_vi, type->fields[i].title_en);
}

static void a_track_makes_events_of_its_own(void **state)
{
	CLEANUP(config_free) struct config *config = expect_good(whole, COUNT(whole));
	const struct event_type *closed, *overdue;
	const struct track *track;
	uint32_t zed, n;

	(void)state;
	track = config_tracks(config, &n);
	zed = schema_find_feed(config_schema(config), "zed", 3);
	closed = schema_type(config_schema(config), track->closed_type);
	assert_string_equal(closed->name, "open.closed");
	assert_int_equal(closed->feed, zed);
	assert_true(closed->is_internal);
	assert_int_equal(closed->n_fields, 6);
	assert_field(closed, 0, "record", FIELD_TEXT, false);
	assert_field(closed, 1, "how", FIELD_CHOICE, false);
	assert_field(closed, 2, "on_time", FIELD_FLAG, true);
	assert_field(closed, 3, "hours", FIELD_NUMBER, false);
	assert_field(closed, 4, "due", FIELD_TIME, true);
	assert_field(closed, 5, "opened", FIELD_TIME, false);
	assert_int_equal(closed->fields[1].n_choices, 3);
	assert_string_equal(closed->fields[1].choices[0], "answered");
	assert_string_equal(closed->fields[1].choices[1], "record.gone");
	assert_string_equal(closed->fields[1].choices[2], "dropped");
	assert_string_equal(closed->fields[3].measure_en, "working hours");

	overdue = schema_type(config_schema(config), track->overdue_type);
	assert_string_equal(overdue->name, "open.overdue");
	assert_true(overdue->is_internal);
	assert_int_equal(overdue->n_fields, 3);
	assert_field(overdue, 0, "record", FIELD_TEXT, false);
	assert_field(overdue, 1, "due", FIELD_TIME, true);
	assert_field(overdue, 2, "opened", FIELD_TIME, false);
	assert_string_equal(schema_type(config_schema(config), track->due_soon_type)->name,
			    "open.due-soon");
	assert_false(find_type(config, "record.closed")->is_internal);
	assert_int_equal(find(config, "z.slow")->type, track->closed_type);
	assert_int_equal(find(config, "z.late")->where.conditions[1].choices, 5);
}

static void a_track_without_more_has_no_deadline_and_counts_all_time(void **state)
{
	const struct file files[] = { TRACK(
		"open: {track: record, open: desk/record.opened, close: desk/record.closed}\n"
		"moves: {track: record, open: desk/record.moved, close: desk/record.closed, "
		"due-soon: "
		"4h, allow: 1d}\n") };
	CLEANUP(config_free) struct config *config = expect_good(files, 1);
	const struct track *track;
	uint32_t n;

	(void)state;
	track = config_tracks(config, &n);
	assert_int_equal(n, 2);
	assert_ptr_equal(track->calendar, config_find_calendar(config, "always"));
	assert_null(track->by_unit);
	assert_null(track->kinds);
	assert_int_equal(track->allow_days, 0);
	assert_int_equal(track->due_soon_days, 0);
	assert_int_equal(track->due_soon_ms, 0);
	assert_int_equal(track->steps[0].due_field, TYPE_NONE);
	assert_string_equal(schema_type(config_schema(config), track->closed_type)->name,
			    "open.closed");
	assert_int_equal(track[1].due_soon_ms, 4 * 3600000);
	assert_int_equal(track[1].due_soon_days, 0);
}

static void more_tracks_than_there_can_be_are_refused_once(void **state)
{
	CLEANUP_TEXT struct text yaml = { 0 };
	struct mistake mistake = { TRACK(NULL), "65:1: error: more than 64 tracks" };

	(void)state;
	for (int i = 0; i < TRACKS_MAX + 1; i++)
		text_add(&yaml,
			 "t%d: {track: record, open: desk/record.opened, close: "
			 "desk/record.closed}\n",
			 i);
	mistake.file.yaml = text_get(&yaml);
	expect_mistake(&mistake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_that_can_be_said_of_a_track_is_kept),
		cmocka_unit_test(a_track_makes_gauges_that_look_like_it),
		cmocka_unit_test(a_track_makes_events_of_its_own),
		cmocka_unit_test(a_track_without_more_has_no_deadline_and_counts_all_time),
		cmocka_unit_test(each_mistake_in_a_track_is_told_alone_at_its_place),
		cmocka_unit_test(more_tracks_than_there_can_be_are_refused_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
