/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "world.h"

#define NINE (MONDAY + 9 * HOUR)
#define ANY  UINT32_MAX

static void add_id(void *context, const struct track_record *record)
{
	char *ids = context;

	(void)snprintf(ids + strlen(ids), 256 - strlen(ids), "%.*s ", (int)record->id.size,
		       record->id.bytes);
}

#define assert_listed(world, n, ids, ...)                                                          \
	do {                                                                                       \
		char text_[256] = "";                                                              \
		const struct trackers_query query_ = { __VA_ARGS__ };                              \
		assert_int_equal(trackers_each((world)->trackers, &query_, add_id, text_), n);     \
		assert_string_equal(text_, ids);                                                   \
	} while (0)

/* R1 runs, R2 is due soon, R3 overdue, R4 paused, R5 overdue and paused, R6 closed, R7 waits. */
static void set_up(struct world *world)
{
	world_init(world, 16);
	HAPPEN(world, TYPE_RECEIVED, 1, NINE, "R1", .due = NINE + 9 * DAY);
	HAPPEN(world, TYPE_RECEIVED, 2, NINE, "R2", .due = NINE + DAY);
	HAPPEN(world, TYPE_RECEIVED, 1, NINE, "R3", .due = NINE + HOUR);
	HAPPEN(world, TYPE_RECEIVED, 2, NINE, "R4", .due = NINE + 2 * HOUR);
	HAPPEN(world, TYPE_SUSPENDED, 1, NINE, "R4");
	HAPPEN(world, TYPE_ASKED, 1, NINE, "R5", .due = NINE + HOUR / 2);
	HAPPEN(world, TYPE_RECEIVED, 1, NINE, "R6");
	HAPPEN(world, TYPE_RESOLVED, 1, NINE, "R6");
	HAPPEN(world, TYPE_RESOLVED, 1, NINE, "R7");
	tick(world, NINE + 2 * HOUR);
}

static void open_records_are_listed_by_deadline_and_those_that_stand_last(void **state)
{
	struct world world;

	(void)state;
	set_up(&world);
	assert_listed(&world, 5, "R5/x R3 R2 R1 R4 ", .track = ANY, .limit = 10);
	assert_listed(&world, 5, "R5/x R3 ", .track = ANY, .limit = 2);
	assert_listed(&world, 5, "", .track = ANY, .limit = 0);
	assert_listed(&world, 4, "R3 R2 R1 R4 ", .track = 0, .limit = 10);
	world_fini(&world);
}

static void a_listing_is_of_one_state_and_of_the_units_that_are_wanted(void **state)
{
	const bool wanted[N_UNITS] = { [2] = true };
	struct world world;

	(void)state;
	set_up(&world);
	assert_listed(&world, 1, "R2 ", .track = ANY, .limit = 9, .state = RECORD_DUE_SOON);
	assert_listed(&world, 2, "R5/x R3 ", .track = ANY, .limit = 9, .state = RECORD_OVERDUE);
	assert_listed(&world, 1, "R4 ", .track = ANY, .limit = 9, .state = RECORD_PAUSED);
	assert_listed(&world, 2, "R2 R4 ", .track = ANY, .limit = 9, .wanted = wanted);
	world_fini(&world);
}

static void what_has_no_deadline_comes_behind_what_has_one(void **state)
{
	struct world world;

	(void)state;
	set_up(&world);
	HAPPEN(&world, TYPE_ASKED, 1, NINE, "R8");
	assert_listed(&world, 6, "R5/x R3 R2 R1 R8/x R4 ", .track = ANY, .limit = 10);
	world_fini(&world);
}

static void add_one(void *context, const struct track_record *record)
{
	(void)record;
	++*(int *)context;
}

/* More than are shown, opened in an order that is neither up nor down. */
static void the_soonest_of_many_are_found(void **state)
{
	enum { MANY = 3000 };
	struct trackers_query query = { .track = ANY, .limit = 5 };
	struct world world;
	int shown = 0;
	char ids[256] = "", id[16];

	(void)state;
	world_init(&world, MANY);
	for (int i = 0; i < MANY; i++) {
		int n = i * 1009 % MANY;

		(void)snprintf(id, sizeof(id), "R%d", n);
		HAPPEN(&world, TYPE_RECEIVED, 1, NINE, id, .due = NINE + DAY + n);
	}
	assert_int_equal(trackers_each(world.trackers, &query, add_id, ids), MANY);
	assert_string_equal(ids, "R0 R1 R2 R3 R4 ");
	query.limit = RECORDS_SHOWN;
	assert_int_equal(trackers_each(world.trackers, &query, add_one, &shown), MANY);
	assert_int_equal(shown, RECORDS_SHOWN);
	shown = 0;
	query.limit = MANY;
	assert_int_equal(trackers_each(world.trackers, &query, add_one, &shown), MANY);
	assert_int_equal(shown, MANY);
	world_fini(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_records_are_listed_by_deadline_and_those_that_stand_last),
		cmocka_unit_test(a_listing_is_of_one_state_and_of_the_units_that_are_wanted),
		cmocka_unit_test(what_has_no_deadline_comes_behind_what_has_one),
		cmocka_unit_test(the_soonest_of_many_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
