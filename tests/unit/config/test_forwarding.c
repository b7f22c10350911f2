/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#define SETTINGS(yaml)                                                                             \
	{                                                                                          \
		PART_SETTINGS, "iocd.yml", yaml                                                    \
	}

/* A second and a third feed beside "desk". */
static const struct file more = { PART_FEEDS, "feeds.d/more.yml",
				  "links: {events: {seen: {link: text}}}\n"
				  "water: {events: {seen: {link: text}}}\n" };

/* clang-format off */
static const struct mistake mistakes[] = {
	{ SETTINGS("forward: {events: dask}\n"), "1:19: error: unknown feed 'dask'; did you mean 'desk'?" },
	{ SETTINGS("forward: {rollups: \"desk, wter\"}\n"), "1:20: error: unknown feed 'wter'; did you mean 'water'?" },
	{ SETTINGS("forward: {events: \"links,desk\", rollups: \"desk\"}\n"), "1:42: error: feed 'desk' is in 'forward.events' too; it would be counted twice above" },
	{ SETTINGS("forward: {events: all, rollups: all}\n"), "1:33: error: 'forward.events' has all feeds already; what is counted above from events must not come as roll-ups too" },
	{ SETTINGS("forward: {events: \", \"}\n"), "1:19: error: nothing is named; write none, all, or ids of feeds" },
	{ SETTINGS("forward: {rollups: \"\"}\n"), "1:20: error: nothing is named; write none, all, or ids of feeds" },
};

/* Which feeds go up, in the order of desk, links, water: 'e' as events, 'r' as roll-ups. */
static const struct {
	const char *yaml;
	const char *goes;
} choices[] = {
	{ "forward: {host: localhost}\n",                                          "rrr" },
	{ "forward: {events: desk}\n",                                             "---" },
	{ "forward: {host: localhost, events: all}\n",                             "eee" },
	{ "forward: {host: localhost, events: desk}\n",                            "err" },
	{ "forward: {host: localhost, events: \"desk, water\", rollups: all}\n",   "ere" },
	{ "forward: {host: localhost, events: \"water,desk,\", rollups: none}\n",  "e-e" },
	{ "forward: {host: localhost, events: all, rollups: links}\n",             "ere" },
	{ "forward: {host: localhost, rollups: links}\n",                          "-r-" },
	{ "forward: {host: localhost, events: links, rollups: water}\n",           "-er" },
	{ "forward: {host: localhost, rollups: none}\n",                           "---" },
};
/* clang-format on */

static void each_mistake_in_what_goes_up_is_told_alone_at_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(mistakes); i++)
		expect_mistake_beside(&mistakes[i], &more);
}

static void a_feed_goes_up_as_events_or_as_rollups_or_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(choices); i++) {
		const struct file files[] = { SETTINGS(choices[i].yaml), more };
		CLEANUP(config_free) struct config *config = expect_good(files, 2);
		char goes[4] = "---";

		assert_int_equal(schema_n_feeds(config_schema(config)), 3);
		for (uint32_t feed = 0; feed < 3; feed++) {
			assert_false(config_forwarded(config)[feed] && config_rolled(config)[feed]);
			if (config_forwarded(config)[feed])
				goes[feed] = 'e';
			if (config_rolled(config)[feed])
				goes[feed] = 'r';
		}
		if (strcmp(goes, choices[i].goes) != 0)
			print_error("%s", choices[i].yaml);
		assert_string_equal(goes, choices[i].goes);
	}
}

/* What goes up is of one unit and those below it. */
static void of_several_trees_one_goes_up(void **state)
{
	const struct file two = { PART_UNITS, "units.yml",
				  "units:\n  home: {level: province}\n  east: {level: x}\n" };
	const struct mistake mistake = {
		SETTINGS("forward: {host: localhost}\n"),
		"1:17: error: units.yml has 2 trees, and one of them goes up: say with 'site' which"
	};
	const struct file files[] = { SETTINGS("site: east\nforward: {host: localhost}\n"), two };

	(void)state;
	expect_mistake_beside(&mistake, &two);
	config_free(expect_good(files, 2));
}

/* ---- what those above and below must agree on ---- */

/* Whether the hash is that of the good pack when one file is as given. */
static bool is_same_with(enum part part, const char *name, const char *yaml)
{
	const struct file file = { part, name, yaml };
	CLEANUP(config_free) struct config *plain = expect_good(NULL, 0);
	CLEANUP(config_free) struct config *other = expect_good(&file, 1);

	assert_int_equal(strlen(config_contract_hash(plain)), 16);
	return strcmp(config_contract_hash(plain), config_contract_hash(other)) == 0;
}

/* A file of the good pack with something else before it and behind it. */
static bool is_same_around(size_t number, const char *before, const char *behind)
{
	CLEANUP_TEXT struct text yaml = { 0 };

	text_add(&yaml, "%s%s%s", before, good_pack[number].yaml, behind);
	return is_same_with(good_pack[number].part, good_pack[number].name, text_get(&yaml));
}

static void what_does_not_change_what_is_counted_does_not_change_the_hash(void **state)
{
	(void)state;
	for (size_t i = 1; i < COUNT(good_pack); i++)
		assert_true(is_same_around(i, "# as ever\n\n", "\n\n# nothing else\n"));
	assert_true(is_same_with(PART_INDICATORS, "indicators.d/none.yml", "# none yet\n"));
	assert_true(is_same_with(PART_SETTINGS, "iocd.yml",
				 "instance: other\nsite: east\nforward: {host: localhost}\n"));
	assert_true(is_same_with(PART_RULES, "rules.d/desk.yml",
				 "desk-late: {indicator: desk.late-rate, window: 2h, warning: \"> "
				 "6%\"}\n"));
	assert_true(is_same_with(PART_REPORTS, "reports.d/r.yml",
				 "r: {every: day, units: home, lines: [desk.opened]}\n"));
}

static void what_changes_what_is_counted_changes_the_hash(void **state)
{
	(void)state;
	assert_false(is_same_around(1, "", "  north: {level: district, parent: home}\n"));
	assert_false(is_same_around(2, "", "    record.lost: {record: text}\n"));
	assert_false(is_same_around(3, "", "desk.moved: {count: desk/record.moved}\n"));
	assert_false(is_same_with(PART_CALENDAR, "calendar.yml",
				  "office: {weeks: [{mon-fri: \"08:00-17:00\"}]}\n"));
	assert_false(is_same_with(PART_SETTINGS, "iocd.yml", "timezone: \"+08:00\"\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_in_what_goes_up_is_told_alone_at_its_place),
		cmocka_unit_test(a_feed_goes_up_as_events_or_as_rollups_or_not),
		cmocka_unit_test(of_several_trees_one_goes_up),
		cmocka_unit_test(what_does_not_change_what_is_counted_does_not_change_the_hash),
		cmocka_unit_test(what_changes_what_is_counted_changes_the_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
