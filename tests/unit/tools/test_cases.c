/* SPDX-License-Identifier: Apache-2.0 */
#include "cases.h"

#include "iocd/tracker.h"
#include "place.h"

/* Received opens a file, resolved closes it; three made-up types pause, resume and pass it on. */
enum { PAUSED = RESOLVED + 1, RESUMED, PASSED, WITHDRAWN };
enum { FIELD_DUE = FIELD_PAGES + 1, FIELD_TO = 1 };

#define HOUR_MS INT64_C(3600000)

struct desk {
	struct place_world place;
	struct calendar *always;
	struct track track;
	struct cases *cases;
};

static void add_type(struct desk *desk, const char *name, const char *more, enum field_kind kind)
{
	struct event_type type = { .name = name, .n_fields = 1 };
	uint32_t number;

	type.fields[0] = (struct field){ .name = "record", .kind = FIELD_TEXT };
	if (more)
		type.fields[type.n_fields++] = (struct field){ .name = more, .kind = kind };
	assert_int_equal(schema_add_type(desk->place.schema, &type, &number), 0);
}

static struct calendar *make_always(void)
{
	static struct calendar_week week = { .cut_off = 1440 }; /* lent to the calendar */
	const struct calendar_options options = {
		.id = "always", .offset_minutes = 420, .weeks = &week, .n_weeks = 1
	};

	for (size_t i = 0; i < COUNT(week.weekdays); i++)
		week.weekdays[i] = (struct calendar_hours){ .spans = { { 0, 1440 } }, .n = 1 };
	return calendar_new(&options);
}

static int open_desk(void **state)
{
	static struct desk desk;
	const struct track_step none = { .unit_field = TYPE_NONE,
					 .due_field = TYPE_NONE,
					 .kind_field = TYPE_NONE };
	static const struct {
		uint32_t type;
		enum track_role role;
	} steps[] = { { RECEIVED, TRACK_OPEN },   { RESOLVED, TRACK_CLOSE },
		      { PAUSED, TRACK_PAUSE },    { RESUMED, TRACK_RESUME },
		      { PASSED, TRACK_TRANSFER }, { WITHDRAWN, TRACK_CLOSE } };

	desk = (struct desk){ .always = make_always() };
	place_init(&desk.place);
	add_type(&desk, "paused", NULL, FIELD_TEXT);
	add_type(&desk, "resumed", NULL, FIELD_TEXT);
	add_type(&desk, "passed", "to", FIELD_TEXT);
	add_type(&desk, "withdrawn", NULL, FIELD_TEXT);
	desk.track = (struct track){ .id = "open", .n_key = 1, .calendar = desk.always };
	for (size_t i = 0; i < COUNT(steps); i++) {
		desk.track.steps[i] = none;
		desk.track.steps[i].type = steps[i].type;
		desk.track.steps[i].role = steps[i].role;
	}
	desk.track.n_steps = COUNT(steps);
	desk.track.steps[4].unit_field = FIELD_TO;
	desk.track.steps[5].is_void = true;
	desk.track.allow_days = 1;
	desk.place.world.tracks = &desk.track;
	desk.place.world.n_tracks = 1;
	desk.cases = cases_new(&desk.place.world);
	*state = &desk;
	return 0;
}

static int close_desk(void **state)
{
	struct desk *desk = *state;

	cases_free(desk->cases);
	calendar_free(desk->always);
	place_fini(&desk->place);
	return 0;
}

static bool tell(struct desk *desk, uint32_t unit, uint32_t type, const char *record, int hour,
		 struct closing *ret)
{
	struct fact fact;

	fact_init(&fact, unit, type, NOON_MS + hour * HOUR_MS);
	fact_text(&fact, &desk->place.world, "record", "%s", record);
	fact_text(&fact, &desk->place.world, "to", "south");
	return cases_add(desk->cases, 0, &fact, ret);
}

static void a_file_is_on_time_until_its_deadline_and_late_after_it(void **state)
{
	struct desk *desk = *state;
	struct closing closing;

	assert_false(tell(desk, NORTH, RECEIVED, "a", 0, &closing));
	assert_false(tell(desk, NORTH, RECEIVED, "b", 0, &closing));
	assert_true(tell(desk, NORTH, RESOLVED, "a", 35, &closing)); /* the end of the next day */
	assert_true(closing.is_on_time && !closing.is_void && closing.unit == NORTH);
	assert_true(tell(desk, NORTH, RESOLVED, "b", 37, &closing));
	assert_false(closing.is_on_time);
	assert_false(tell(desk, NORTH, RESOLVED, "b", 38, &closing)); /* not again */
	assert_false(tell(desk, NORTH, RESOLVED, "c", 38, &closing)); /* never opened */
}

static void a_file_that_rests_has_its_deadline_moved(void **state)
{
	struct desk *desk = *state;
	struct closing closing;

	assert_false(tell(desk, NORTH, RECEIVED, "a", 0, &closing));
	assert_false(tell(desk, NORTH, PAUSED, "a", 1, &closing));
	assert_false(tell(desk, NORTH, RESUMED, "a", 11, &closing));
	assert_true(tell(desk, NORTH, RESOLVED, "a", 45, &closing));
	assert_true(closing.is_on_time);
}

static void a_file_that_is_passed_on_is_charged_to_who_has_it(void **state)
{
	struct desk *desk = *state;
	CLEANUP_TEXT struct text json = { 0 };
	struct closing closing;

	assert_false(tell(desk, NORTH, RECEIVED, "a", 0, &closing));
	assert_false(tell(desk, NORTH, RECEIVED, "b", 0, &closing));
	assert_false(tell(desk, NORTH, RECEIVED, "c", 0, &closing));
	assert_false(tell(desk, NORTH, PAUSED, "c", 1, &closing));
	assert_false(tell(desk, NORTH, PASSED, "a", 1, &closing));
	assert_true(tell(desk, NORTH, WITHDRAWN, "b", 2, &closing));
	assert_true(closing.is_void && closing.step == 5);
	cases_json(&json, desk->cases, NOON_MS + 48 * HOUR_MS);
	assert_string_equal(text_get(&json),
			    "{\n\"open\":{"
			    "\n\"city\":{\"open\":2,\"paused\":1,\"overdue\":1,\"on_time\":0,"
			    "\"late\":0,\"withdrawn\":1},"
			    "\n\"north\":{\"open\":1,\"paused\":1,\"overdue\":0,\"on_time\":0,"
			    "\"late\":0,\"withdrawn\":1},"
			    "\n\"south\":{\"open\":1,\"paused\":0,\"overdue\":1,\"on_time\":0,"
			    "\"late\":0,\"withdrawn\":0}}}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_file_is_on_time_until_its_deadline_and_late_after_it, open_desk,
			close_desk),
		cmocka_unit_test_setup_teardown(a_file_that_rests_has_its_deadline_moved, open_desk,
						close_desk),
		cmocka_unit_test_setup_teardown(a_file_that_is_passed_on_is_charged_to_who_has_it,
						open_desk, close_desk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
