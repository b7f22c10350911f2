/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#include <unistd.h>

#include "iocd/rule_test.h"
#include "iocd/site.h"

static int load_site(struct config **ret, const char *pack, const char *site, struct text *report)
{
	CLEANUP_TEXT struct text directory = { 0 };
	CLEANUP_TEXT struct text pair = { 0 };
	const char *pairs[1];
	const struct config_overrides overrides = { .pairs = pairs, .n_pairs = 1 };

	text_add(&directory, "%s/%s", PACKS, pack);
	text_add(&pair, "site=%s", site);
	pairs[0] = text_get(&pair);
	return config_load(ret, text_get(&directory), &overrides, report);
}

/* A warning of a cut tree would be one about units elsewhere. */
static void check_site(const char *pack, const char *site)
{
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP(rule_tests_free) struct rule_tests *tests = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	int r;

	r = load_site(&config, pack, site, &report);
	if (r || report.size)
		print_error("%s: site=%s\n%s", pack, site, text_get(&report));
	assert_int_equal(r, 0);
	assert_string_equal(text_get(&report), "");
	assert_string_equal(units_at(config_units(config), 0)->id, site);
	assert_int_equal(rule_tests_load(&tests, config, NULL, 0, &report), 0);
	assert_string_equal(text_get(&report), "");
}

static bool is_tried(const struct units *units, uint32_t unit)
{
	return units_at(units, unit)->depth < 2 || unit % 25 == 0;
}

static void every_pack_serves_every_district_and_some_communes(void **state)
{
	static const char *const packs[] = { "minimal", "binh-duong", "binh-phuoc" };

	(void)state;
	for (size_t i = 0; i < COUNT(packs); i++) {
		CLEANUP(config_free) struct config *whole = NULL;
		CLEANUP_TEXT struct text report = { 0 };
		const struct units *units;

		assert_int_equal(load_site(&whole, packs[i], "", &report), 0);
		units = config_units(whole);
		for (uint32_t j = 0; j < units_count(units); j++)
			if (is_tried(units, j))
				check_site(packs[i], units_at(units, j)->id);
	}
}

/* ---- the good pack, with more of everything ---- */

#define TREE                                                                                       \
	"units:\n"                                                                                 \
	"  home: {level: province, receiver: desk}\n"                                              \
	"  east: {level: district, parent: home, aliases: [old-east], forwards: yes}\n"            \
	"  west: {level: district, parent: home, aliases: [old-west], forwards: no}\n"             \
	"  east-1: {level: commune, parent: east, forwards: yes}\n"                                \
	"  east-2: {level: commune, parent: east, forwards: no, was: [{until: 2024-12-31, "        \
	"parent: west}]}\n"                                                                        \
	"  west-1: {level: commune, parent: west}\n"                                               \
	"  gone-1: {level: commune, parent: west-gone, until: 2024-12-31, merged-into: east-1}\n"  \
	"  gone-2: {level: commune, parent: east, until: 2024-12-31, merged-into: west-1}\n"       \
	"  west-gone: {level: district, parent: home, until: 2024-12-31, merged-into: west}\n"

#define SITE(id)                                                                                   \
	{                                                                                          \
		PART_SETTINGS, "iocd.yml", "site: " id "\n"                                        \
	}

static const struct file tree = { PART_UNITS, "units.yml", TREE };
static const struct file east = SITE("east");
static const struct file receivers = {
	PART_RECEIVERS, "receivers.yml",
	"desk: {url: \"http://localhost/\"}\n"
	"far: {url: \"http://localhost/\", hears: {units: west}}\n"
};

/* The good pack as the site of east has it, with files laid over it. */
static struct config *load_east(const struct file *files, size_t n)
{
	struct file all[8] = { east, tree, receivers };

	assert_true(n + 3 <= COUNT(all));
	for (size_t i = 0; i < n; i++)
		all[3 + i] = files[i];
	return expect_good(all, n + 3);
}

static uint32_t find_unit(const struct config *config, const char *id)
{
	return units_find(config_units(config), id, strlen(id));
}

static const struct rule *find_rule(const struct config *config, const char *id)
{
	struct rulebook book;

	config_rulebook(config, &book);
	for (uint32_t i = 0; i < book.n_rules; i++)
		if (strcmp(book.rules[i].id, id) == 0)
			return &book.rules[i];
	fail_msg("no rule %s", id);
	return NULL;
}

static uint32_t count_units(const struct config *config, const bool *set)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < units_count(config_units(config)); i++)
		n += set[i];
	return n;
}

static void the_unit_of_a_site_is_the_root_of_its_tree(void **state)
{
	CLEANUP(config_free) struct config *config = load_east(NULL, 0);
	const struct units *units = config_units(config);

	(void)state;
	assert_int_equal(units_count(units), 3);
	assert_string_equal(units_at(units, 0)->id, "east");
	assert_int_equal(units_parent(units, 0), UNIT_NONE);
	assert_int_equal(units_at(units, 0)->depth, 0);
	assert_int_equal(find_unit(config, "old-east"), 0);
	assert_int_equal(units_parent(units, find_unit(config, "east-1")), 0);
	assert_int_equal(find_unit(config, "home"), UNIT_NONE);
	assert_int_equal(find_unit(config, "west-1"), UNIT_NONE);
	assert_int_equal(find_unit(config, "old-west"), UNIT_NONE);
}

/* Who stood below a unit elsewhere stood below none that is known here. */
static void of_former_units_those_stay_that_count_here(void **state)
{
	CLEANUP(config_free) struct config *config = load_east(NULL, 0);
	const struct units *units = config_units(config);
	uint32_t gone = units_find_registered(units, "gone-1", 6);

	(void)state;
	assert_int_equal(units_registered(units), 4);
	assert_int_equal(units_successor(units, gone), find_unit(config, "east-1"));
	assert_int_equal(units_find_registered(units, "gone-2", 6), UNIT_NONE);
	assert_int_equal(units_find_registered(units, "west-gone", 9), UNIT_NONE);
	assert_int_equal(units_parent_on(units, find_unit(config, "east-2"), 20000), UNIT_NONE);
	assert_int_equal(units_parent_on(units, find_unit(config, "east-2"), 21000), 0);
}

static void who_must_forward_is_known_by_unit_but_not_of_the_site_itself(void **state)
{
	const struct file whole[] = { tree, receivers };
	CLEANUP(config_free) struct config *config = load_east(NULL, 0);
	CLEANUP(config_free) struct config *above = expect_good(whole, 2);

	(void)state;
	assert_int_equal(config_sites(config)[0], SITE_MAY);
	assert_int_equal(config_sites(config)[find_unit(config, "east-1")], SITE_MUST);
	assert_int_equal(config_sites(config)[find_unit(config, "east-2")], SITE_NOT);
	assert_int_equal(config_sites(above)[0], SITE_MAY);
	assert_int_equal(config_sites(above)[find_unit(above, "east")], SITE_MUST);
	assert_int_equal(config_sites(above)[find_unit(above, "west")], SITE_NOT);
}

static void the_receiver_of_a_unit_above_is_not_that_of_a_site(void **state)
{
	const struct file whole[] = { tree, receivers };
	CLEANUP(config_free) struct config *config = load_east(NULL, 0);
	CLEANUP(config_free) struct config *above = expect_good(whole, 2);
	struct rulebook book;

	(void)state;
	config_rulebook(config, &book);
	assert_null(book.unit_receivers);
	config_rulebook(above, &book);
	assert_string_equal(book.unit_receivers[find_unit(above, "east")]->id, "desk");
}

#define ELSEWHERE_RULES                                                                            \
	"of-west: {indicator: desk.opened, window: 1h, warning: \"> 5\", units: [west]}\n"         \
	"of-old: {indicator: desk.opened, window: 1h, warning: \"> 5\", units: old-west}\n"        \
	"of-province: {indicator: desk.opened, window: 1h, warning: \"> 5\", units: {level: "      \
	"province}, override: {home: {warning: \"> 6\"}, province: {warning: \"> 7\"}}}\n"         \
	"of-all: {indicator: desk.opened, window: 1h, warning: \"> 5\", override: {west: "         \
	"{warning: \"> 6\"}, province: {warning: \"> 7\"}, east: {warning: \"> 8\"}}}\n"           \
	"of-some: {indicator: desk.opened, window: 2h, warning: \"> 5\", units: [gone-2, west-1, " \
	"east-1]}\n"

static void rules_on_units_elsewhere_apply_to_nobody(void **state)
{
	const struct file rules = { PART_RULES, "rules.d/more.yml", ELSEWHERE_RULES };
	CLEANUP(config_free) struct config *config = load_east(&rules, 1);

	(void)state;
	assert_int_equal(count_units(config, find_rule(config, "of-west")->applies), 0);
	assert_int_equal(count_units(config, find_rule(config, "of-old")->applies), 0);
	assert_int_equal(count_units(config, find_rule(config, "of-province")->applies), 0);
	assert_int_equal(count_units(config, find_rule(config, "of-all")->applies), 3);
	assert_true(find_rule(config, "of-all")->limits[0].warning.value == 8);
	assert_true(find_rule(config, "of-all")->limits[1].warning.value == 5);
	assert_int_equal(count_units(config, find_rule(config, "of-some")->applies), 1);
	assert_true(find_rule(config, "of-some")->applies[find_unit(config, "east-1")]);
}

static void a_rulebook_read_alone_knows_units_elsewhere_too(void **state)
{
	const struct file rules = { PART_RULES, "rules.d/more.yml", ELSEWHERE_RULES };
	CLEANUP(config_free) struct config *config = load_east(&rules, 1);
	CLEANUP(config_free) struct config *again = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	struct rulebook book;

	(void)state;
	config_rulebook(config, &book);
	assert_int_equal(config_with_rules(&again, config, book.source, book.source_size, &report),
			 0);
	assert_string_equal(text_get(&report), "");
	assert_int_equal(count_units(again, find_rule(again, "of-province")->applies), 0);
	assert_string_equal(config_contract_hash(again), config_contract_hash(config));
	assert_ptr_equal(config_sites(again), config_sites(config));
	assert_ptr_equal(config_forwarded(again), config_forwarded(config));
	assert_ptr_equal(config_rolled(again), config_rolled(config));
}

static void what_else_names_units_elsewhere_is_empty_or_left_out(void **state)
{
	const struct file files[] = {
		{ PART_MAINTENANCE, "maintenance.yml",
		  "works: {units: [west], from: 2026-03-01T22:00, until: 2026-03-02T04:00, by: "
		  "x}\n" },
		{ PART_REPORTS, "reports.d/r.yml",
		  "of-west: {every: day, units: west, lines: [desk.opened]}\n"
		  "of-districts: {every: day, units: {level: district}, lines: [desk.opened], "
		  "rank: "
		  "{by: desk.opened, among: west}}\n" },
		{ PART_FEEDS, "feeds.d/links.yml",
		  "links:\n"
		  "  expect: {from: [west, home], every: 5m}\n"
		  "  events:\n"
		  "    seen: {count: number}\n"
		  "  map:\n"
		  "    - {topic: sensors/a, unit: west, event: seen, time: arrival, fields: "
		  "{count: "
		  "/c}}\n"
		  "    - {topic: sensors/b, unit: east, event: seen, time: arrival, fields: "
		  "{count: "
		  "/c}}\n" },
		{ PART_INDICATORS, "indicators.d/more.yml",
		  "open: {track: record, open: desk/record.opened, close: desk/record.closed, "
		  "calendars: {unit: {west: always, east-1: always}}}\n" },
	};
	CLEANUP(config_free) struct config *config = load_east(files, COUNT(files));
	const struct report_plan *plans;
	const struct contract *contracts;
	const struct track *tracks;
	struct rulebook book;
	uint32_t n;

	(void)state;
	config_rulebook(config, &book);
	assert_int_equal(count_units(config, book.maintenances[0].units), 0);
	assert_int_equal(count_units(config, book.receivers[1].units), 0);
	plans = config_reports(config, &n);
	assert_int_equal(n, 1);
	assert_string_equal(plans[0].id, "of-districts");
	assert_int_equal(count_units(config, plans[0].units), 1);
	assert_int_equal(count_units(config, plans[0].ranked), 0);
	contracts = config_contracts(config, &n);
	assert_int_equal(n, 1);
	assert_int_equal(count_units(config, contracts[0].expected), 0);
	assert_int_equal(schema_n_maps(config_schema(config)), 1);
	assert_string_equal(schema_map(config_schema(config), 0)->unit, "east");
	tracks = config_tracks(config, &n);
	assert_non_null(tracks[0].by_unit[find_unit(config, "east-1")]);
	assert_null(tracks[0].by_unit[0]);
}

/* ---- mistakes ---- */

static const struct mistake sites[] = {
	{ { PART_SETTINGS, "iocd.yml", "site: wst\n" },
	  "1:7: error: unknown unit 'wst'; did you mean 'west'?" },
	{ { PART_SETTINGS, "iocd.yml", "site: old-west\n" },
	  "1:7: error: unknown unit 'old-west'" },
	{ { PART_SETTINGS, "iocd.yml", "site: gone-1\n" },
	  "1:7: error: 'gone-1' is a unit that is no more" },
};

static const struct file plain_tree = {
	PART_UNITS, "units.yml",
	"units:\n"
	"  home: {level: province}\n"
	"  east: {level: district, parent: home}\n"
	"  west: {level: district, parent: home, aliases: [old-west]}\n"
	"  gone-1: {level: commune, parent: west, until: 2024-12-31}\n"
};

static void a_site_is_a_unit_that_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sites); i++)
		expect_mistake_beside(&sites[i], &plain_tree);
}

static const struct mistake mistakes[] = {
	{ { PART_RULES, "rules.d/z.yml",
	    "a: {indicator: desk.opened, window: 1h, warning: \"> 5\", units: [wst]}\n" },
	  "1:65: error: unknown unit 'wst'; did you mean 'west'?" },
	{ { PART_RULES, "rules.d/z.yml",
	    "a: {indicator: desk.opened, window: 1h, warning: \"> 5\", units: {level: comune}}\n" },
	  "1:72: error: no unit has the level 'comune'; did you mean 'commune'?" },
	{ { PART_RULES, "rules.d/z.yml",
	    "a: {indicator: desk.opened, window: 1h, warning: \"> 5\", override: {west: {warning: "
	    "x}}}\n" },
	  "1:84: error: 'x' is not a limit; write >, >=, < or <= and a number" },
};

/* As expect_mistake(), but of the site of east. */
static void what_was_never_a_unit_is_a_mistake_at_a_site_too(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(mistakes); i++) {
		const struct file files[] = { east, mistakes[i].file };
		CLEANUP_TEXT struct text report = { 0 };
		CLEANUP_TEXT struct text told = { 0 };
		struct config *config = NULL;

		assert_int_equal(pack_load(&config, files, 2, &report), CONFIG_REFUSED);
		text_add(&told, "%s:%s", mistakes[i].file.name, mistakes[i].told);
		if (strncmp(text_get(&report), told.bytes, told.size) != 0)
			print_error("%s", text_get(&report));
		assert_memory_equal(text_get(&report), told.bytes, told.size);
		assert_non_null(strstr(text_get(&report), "\n1 error in 1 file"));
	}
}

/* ---- tests of rules ---- */

#define HEAD "  date: 2026-03-02\n  steps:\n"

/* Loads tests of the site; how many are to be played. */
static uint32_t load_tests(const struct config *config, const char *yaml, uint32_t *ret_skipped,
			   struct text *report)
{
	char path[] = "/tmp/iocd-cut-XXXXXX";
	const char *const files[] = { path };
	CLEANUP(rule_tests_free) struct rule_tests *tests = NULL;
	int file = mkstemp(path);
	uint32_t n = 0;
	int r;

	assert_true(file >= 0);
	assert_int_equal(write(file, yaml, strlen(yaml)), strlen(yaml));
	assert_int_equal(close(file), 0);
	r = rule_tests_load(&tests, config, files, 1, report);
	assert_int_equal(unlink(path), 0);
	*ret_skipped = 0;
	if (r)
		return UINT32_MAX;
	*ret_skipped = rule_tests_skipped(tests);
	(void)rule_tests_list(tests, &n);
	return n;
}

static void tests_about_units_elsewhere_are_skipped(void **state)
{
	static const char *const skipped[] = {
		"{send: desk/record.moved, from: west, data: {record: a, to_unit: b, cost: 1, "
		"late: "
		"c}, expect: nothing}",
		"{send: desk/record.moved, from: [east, old-west], data: "
		"{record: a, to_unit: b, cost: 1, late: c}, expect: {desk-late: nothing}}",
		"{send: desk/record.moved, from: {level: district}, data: "
		"{record: a, to_unit: b, cost: 1, late: c}, expect: nothing}",
		"{send: desk/record.moved, from: {level: commune, but: [west-1]}, data: "
		"{record: a, to_unit: b, cost: 1, late: c}, expect: nothing}",
		"{topic: ioc/v1/west/desk/evt/record.moved, payload: \"{}\", expect: nothing}",
		"{at: 08:00, expect: {desk-late: {home: warning}}}",
		"{acknowledge: west/desk-late, by: x, expect: nothing}",
	};
	static const char here[] = "here:\n" HEAD "    - {at: 08:00, expect: {desk-late: {east: "
				   "nothing, others: any}}}\n";
	CLEANUP(config_free) struct config *config = load_east(NULL, 0);
	uint32_t n_skipped;

	(void)state;
	for (size_t i = 0; i < COUNT(skipped); i++) {
		CLEANUP_TEXT struct text report = { 0 };
		CLEANUP_TEXT struct text yaml = { 0 };
		uint32_t n;

		text_add(&yaml, "%saway:\n" HEAD "    - {at: 08:00, expect: nothing}\n    - %s\n",
			 here, skipped[i]);
		n = load_tests(config, text_get(&yaml), &n_skipped, &report);
		if (n != 1)
			print_error("%s%s", skipped[i], text_get(&report));
		assert_int_equal(n, 1);
		assert_int_equal(n_skipped, 1);
		assert_string_equal(text_get(&report), "");
	}
}

static void a_test_of_a_unit_that_never_was_is_a_mistake(void **state)
{
	CLEANUP(config_free) struct config *config = load_east(NULL, 0);
	CLEANUP_TEXT struct text report = { 0 };
	uint32_t n_skipped;

	(void)state;
	assert_int_equal(load_tests(config,
				    "x:\n" HEAD "    - {at: 08:00, expect: {desk-late: {wst: "
				    "warning}}}\n",
				    &n_skipped, &report),
			 UINT32_MAX);
	assert_non_null(strstr(text_get(&report), "unknown unit 'wst'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pack_serves_every_district_and_some_communes),
		cmocka_unit_test(the_unit_of_a_site_is_the_root_of_its_tree),
		cmocka_unit_test(of_former_units_those_stay_that_count_here),
		cmocka_unit_test(who_must_forward_is_known_by_unit_but_not_of_the_site_itself),
		cmocka_unit_test(the_receiver_of_a_unit_above_is_not_that_of_a_site),
		cmocka_unit_test(rules_on_units_elsewhere_apply_to_nobody),
		cmocka_unit_test(a_rulebook_read_alone_knows_units_elsewhere_too),
		cmocka_unit_test(what_else_names_units_elsewhere_is_empty_or_left_out),
		cmocka_unit_test(a_site_is_a_unit_that_is),
		cmocka_unit_test(what_was_never_a_unit_is_a_mistake_at_a_site_too),
		cmocka_unit_test(tests_about_units_elsewhere_are_skipped),
		cmocka_unit_test(a_test_of_a_unit_that_never_was_is_a_mistake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
