/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#define FEEDS(yaml)                                                                                \
	{                                                                                          \
		PART_FEEDS, "feeds.d/z.yml", yaml                                                  \
	}
#define EXPECT(yaml) FEEDS("zed:\n  events: {a: {}}\n  expect: " yaml "\n")

/* clang-format off */
static const struct mistake mistakes[] = {
	{ EXPECT("30m"), "3:11: error: 'expect' must be a map of keys and values, not a text" },
	{ EXPECT("{every: 30m}"), "3:3: error: 'from' is missing" },
	{ EXPECT("{form: east, every: 30m}"), "3:12: error: unknown key 'form'; did you mean 'from'?" },
	{ EXPECT("{from: esat, every: 30m}"), "3:18: error: unknown unit 'esat'; did you mean 'east'?" },
	{ EXPECT("{from: {level: [distrct]}, every: 30m}"), "3:27: error: no unit has the level 'distrct'; did you mean 'district'?" },
	{ EXPECT("{from: [], every: 30m}"), "3:18: error: nobody is expected to report" },
	{ EXPECT("{from: east}"), "3:3: error: neither 'every' nor 'by' says how often" },
	{ EXPECT("{from: east, every: 30m, by: \"09:00\"}"), "3:36: error: 'by' beside 'every': it is one of them" },
	{ EXPECT("{from: east, every: often}"), "3:31: error: 'often' is not a duration; write a number and ms, s, m, h or d: 90s, 10m" },
	{ EXPECT("{from: east, every: 999ms}"), "3:31: error: '999ms' is out of range; it must be from 1s to 31d" },
	{ EXPECT("{from: east, every: 32d}"), "3:31: error: '32d' is out of range; it must be from 1s to 31d" },
	{ EXPECT("{from: east, by: 9}"), "3:28: error: '9' is not a time of day; write it like 07:30, up to 24:00" },
	{ EXPECT("{from: east, by: \"24:01\"}"), "3:28: error: '24:01' is not a time of day; write it like 07:30, up to 24:00" },
	{ EXPECT("{from: east, by: \"09:60\"}"), "3:28: error: '09:60' is not a time of day; write it like 07:30, up to 24:00" },
	{ EXPECT("{from: east, every: 5m, within: office}"), "3:43: error: unknown calendar 'office'" },
	{ EXPECT("{from: east, every: 5m, grace: -5m}"), "3:42: error: '-5m' is not a duration; write a number and ms, s, m, h or d: 90s, 10m" },
	{ FEEDS("zed: {lateness: 59s, events: {a: {}}}\n"), "1:17: error: '59s' is out of range; it must be from 1m to 31d" },
	{ FEEDS("zed: {latenes: 5m, events: {a: {}}}\n"), "1:7: error: unknown key 'latenes'; did you mean 'lateness'?" },
};
/* clang-format on */

static void each_mistake_in_a_contract_is_told_alone_at_its_place(void **state)
{
	(void)state;
	expect_mistakes(mistakes, COUNT(mistakes));
}

static const struct contract *find(const struct config *config, const char *id)
{
	uint32_t feed = schema_find_feed(config_schema(config), id, strlen(id));
	const struct contract *list;
	uint32_t n;

	list = config_contracts(config, &n);
	for (uint32_t i = 0; i < n; i++)
		if (list[i].feed == feed)
			return &list[i];
	return NULL;
}

static void everything_that_is_expected_is_kept(void **state)
{
	const struct file files[] = {
		{ PART_CALENDAR, "calendar.yml",
		  "office: {weeks: [{mon-fri: \"08:00-17:00\"}]}\n" },
		FEEDS("hourly:\n"
		      "  lateness: 12h\n"
		      "  expect: {from: {level: district, id: home}, every: 1h, within: office, "
		      "grace: "
		      "5m}\n"
		      "  events: {a: {}}\n"
		      "daily: {expect: {from: old-east, by: \"09:30\"}, events: {a: {}}}\n"),
	};
	CLEANUP(config_free) struct config *config = expect_good(files, COUNT(files));
	uint32_t east = units_find(config_units(config), "east", 4);
	const struct contract *hourly = find(config, "hourly");
	const struct contract *daily = find(config, "daily");
	uint32_t n;

	(void)state;
	(void)config_contracts(config, &n);
	assert_int_equal(n, 2);
	assert_null(find(config, "desk"));
	assert_true(hourly->expected[0]);
	assert_true(hourly->expected[east]);
	assert_false(hourly->expected[units_find(config_units(config), "east-1", 6)]);
	assert_int_equal(hourly->every_ms, 3600000);
	assert_int_equal(hourly->by_minute, -1);
	assert_int_equal(hourly->grace_ms, 300000);
	assert_ptr_equal(hourly->calendar, config_find_calendar(config, "office"));
	assert_int_equal(hourly->place.line, 3);
	assert_int_equal(schema_feed(config_schema(config), hourly->feed)->lateness_ms,
			 12 * 3600000);

	assert_true(daily->expected[east]);
	assert_false(daily->expected[0]);
	assert_int_equal(daily->every_ms, 0);
	assert_int_equal(daily->by_minute, 570);
	assert_int_equal(daily->grace_ms, 0);
	assert_ptr_equal(daily->calendar, config_find_calendar(config, "always"));
	assert_int_equal(schema_feed(config_schema(config), daily->feed)->lateness_ms, 0);
}

static void a_broken_contract_is_not_told_again_where_silence_is_watched(void **state)
{
	const struct file files[] = {
		EXPECT("{from: east, every: often}"),
		{ PART_RULES, "rules.d/z.yml", "z: {silence: zed, severity: warning}\n" },
	};
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;

	(void)state;
	assert_int_equal(pack_load(&config, files, COUNT(files), &report), CONFIG_REFUSED);
	assert_non_null(strstr(text_get(&report), "\n1 error in 1 file;"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_that_is_expected_is_kept),
		cmocka_unit_test(each_mistake_in_a_contract_is_told_alone_at_its_place),
		cmocka_unit_test(a_broken_contract_is_not_told_again_where_silence_is_watched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
