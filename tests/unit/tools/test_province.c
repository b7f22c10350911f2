/* SPDX-License-Identifier: Apache-2.0 */
#include "place.h"

#include <stdlib.h>

#include "province.h"

static struct province *make(const struct place_world *place, const char *units)
{
	const struct province_options options = { .world = &place->world, .only_units = units };
	CLEANUP_TEXT struct text report = { 0 };
	struct province *province = NULL;

	assert_int_equal(province_new(&province, &options, &report), 0);
	assert_non_null(strstr(text_get(&report), "no interconnect/link.state")); /* left out */
	return province;
}

static void the_same_seed_makes_the_same_events(void **state)
{
	struct place_world place;
	struct province *one, *two;

	(void)state;
	place_init(&place);
	one = make(&place, NULL);
	two = make(&place, NULL);
	for (int i = 0; i < 500; i++) {
		struct fact a, b;

		province_next(one, NOON_MS + i, i, &a);
		province_next(two, NOON_MS + i, i, &b);
		assert_memory_equal(&a, &b, sizeof(a));
		assert_int_equal(a.serial, i + 1);
	}
	province_free(one);
	province_free(two);
	place_fini(&place);
}

static void no_file_is_resolved_that_was_not_received(void **state)
{
	static bool received[3][4096];
	struct place_world place;
	struct province *province;
	int n_resolved = 0;

	(void)state;
	place_init(&place);
	province = make(&place, NULL);
	for (int i = 0; i < 3000; i++) {
		unsigned file;
		struct fact fact;

		province_next(province, NOON_MS + i, i, &fact);
		assert_int_not_equal(fact.unit, CITY); /* roots handle no files */
		file = (unsigned)strtoul(strrchr(fact.subject, '-') + 1, NULL, 10);
		assert_string_equal(fact.subject, fact.values[FIELD_RECORD].text);
		assert_int_equal(received[fact.unit][file], fact.type == RESOLVED);
		received[fact.unit][file] = fact.type == RECEIVED;
		n_resolved += fact.type == RESOLVED;
	}
	assert_in_range(n_resolved, 900, 1500);
	province_free(province);
	place_fini(&place);
}

static void only_the_units_that_were_named_send(void **state)
{
	struct place_world place;
	struct province *province;

	(void)state;
	place_init(&place);
	province = make(&place, "south");
	for (int i = 0; i < 100; i++) {
		struct fact fact;

		province_next(province, NOON_MS, i, &fact);
		assert_int_equal(fact.unit, SOUTH);
	}
	province_free(province);
	place_fini(&place);
}

static void a_unit_that_is_not_there_is_told(void **state)
{
	struct place_world place;
	struct province_options options = { .only_units = "south,west" };
	CLEANUP_TEXT struct text report = { 0 };
	struct province *province = NULL;

	(void)state;
	place_init(&place);
	options.world = &place.world;
	assert_int_equal(province_new(&province, &options, &report), PROVINCE_UNKNOWN);
	assert_non_null(strstr(text_get(&report), "'west'"));
	place_fini(&place);
}

static void people_rest_at_night_and_at_weekends(void **state)
{
	const int64_t hour_ms = 3600000;
	const int64_t monday_9 = NOON_MS - 3 * hour_ms;

	(void)state;
	assert_true(province_rhythm(monday_9, 420) == 1);
	assert_true(province_rhythm(monday_9 - 7 * hour_ms, 420) <= 0.1);
	assert_true(province_rhythm(monday_9 - 24 * hour_ms, 420) < 0.5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_seed_makes_the_same_events),
		cmocka_unit_test(no_file_is_resolved_that_was_not_received),
		cmocka_unit_test(only_the_units_that_were_named_send),
		cmocka_unit_test(a_unit_that_is_not_there_is_told),
		cmocka_unit_test(people_rest_at_night_and_at_weekends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
