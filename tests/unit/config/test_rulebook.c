/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#include "source_text.h"

#define RULES(yaml)                                                                                \
	{                                                                                          \
		PART_RULES, "rules.d/z.yml", yaml                                                  \
	}
#define RECEIVERS(yaml)                                                                            \
	{                                                                                          \
		PART_RECEIVERS, "receivers.yml", yaml                                              \
	}

static const struct file rich[] = {
	{ PART_UNITS, "units.yml",
	  "units:\n"
	  "  home: {level: province, receiver: duty}\n"
	  "  east: {level: district, parent: home, aliases: [old-east]}\n"
	  "  west: {level: district, parent: home, until: 2025-06-30, merged-into: east}\n" },
	{ PART_CALENDAR, "calendar.yml",
	  "night: {weeks: [{mon-sun: \"22:00-06:00\"}]}\n"
	  "office: {weeks: [{mon-fri: \"08:00-17:00\"}]}\n" },
	{ PART_FEEDS, "feeds.d/beat.yml",
	  "beat: {expect: {from: east, every: 5m}, events: {beat: {name: text}}}\n" },
	{ PART_INDICATORS, "indicators.d/z.yml",
	  "open: {track: record, open: desk/record.opened, close: desk/record.closed, due: due}\n"
	  "score: {score: [{of: desk.late-rate, weight: 1, max: 1}], bands: [{from: 0, title: "
	  "Low}, "
	  "{from: 70, title: Good}]}\n" },
	RULES("a: {indicator: desk.cost, window: 1h, warning: '> 5', override: {district: "
	      "{warning: '> 6'}}, units: [home, old-east], calendar: office, tell: duty}\n"
	      "b: {sequence: {first: desk/record.opened, then: desk/record.closed, by: record, "
	      "within: 2d, calendar: office}, severity: warning}\n"
	      "c: {deadline: open, tell: unit}\n"
	      "d: {band: score, window: 1h, warning: below good}\n"
	      "e: {silence: beat, severity: warning, units: east}\n"
	      "f: {indicator: open, window: month, warning: '> 100'}\n"),
	RECEIVERS("# who is told\nduty: {url: 'https://host/hook'}\n"),
	{ PART_MAINTENANCE, "maintenance.yml", "nights: {during: night, by: An}\n" },
};

static struct config *load_rich(void)
{
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;
	int r = pack_load(&config, rich, COUNT(rich), &report);

	assert_string_equal(text_get(&report), "");
	assert_int_equal(r, 0);
	return config;
}

static void add_file(struct text *source, const char *name, const char *yaml)
{
	text_add(source, "== %s %zu\n%s\n", name, strlen(yaml), yaml);
}

static struct config *again(const struct config *base, const struct rulebook *book)
{
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;
	int r = config_with_rules(&config, base, book->source, book->source_size, &report);

	assert_string_equal(text_get(&report), "");
	assert_int_equal(r, 0);
	return config;
}

static void assert_same_rule(const struct rule *a, const struct rule *b, const struct units *units)
{
	assert_string_equal(a->id, b->id);
	assert_int_equal(a->kind, b->kind);
	assert_string_equal(a->version, b->version);
	assert_int_equal(strlen(a->version), 8);
	assert_ptr_equal(a->figure, b->figure);
	assert_ptr_equal(a->event_type, b->event_type);
	assert_ptr_equal(a->silent_feed, b->silent_feed);
	assert_ptr_equal(a->calendar, b->calendar);
	assert_int_equal(a->tell, b->tell);
	assert_int_equal(a->is_hidden, b->is_hidden);
	assert_memory_equal(a->applies, b->applies, units_count(units));
	assert_int_equal(a->place.line, b->place.line);
	if (a->place.file)
		assert_string_equal(a->place.file, b->place.file);
	for (uint32_t i = 0; a->limits && i < units_count(units); i++)
		assert_true(a->limits[i].warning.value == b->limits[i].warning.value);
}

static void a_rulebook_comes_back_from_its_source(void **state)
{
	CLEANUP(config_free) struct config *base = load_rich();
	CLEANUP(config_free) struct config *config = NULL;
	struct rulebook book, other;

	(void)state;
	config_rulebook(base, &book);
	config = again(base, &book);
	config_rulebook(config, &other);

	assert_int_equal(other.source_size, book.source_size);
	assert_memory_equal(other.source, book.source, book.source_size);
	assert_string_equal(other.generation, book.generation);
	assert_string_equal(config_fingerprint(config), config_fingerprint(base));
	assert_int_equal(other.n_rules, book.n_rules);
	for (uint32_t i = 0; i < book.n_rules; i++)
		assert_same_rule(&book.rules[i], &other.rules[i], config_units(base));
	assert_int_equal(other.n_sequences, 1);
	assert_ptr_equal(other.rules[3].record, config_tracks(base, &(uint32_t){ 0 }));
	assert_ptr_equal(other.rules[2].record, &other.sequences[0]);
	assert_int_equal(other.n_receivers, 1);
	assert_ptr_equal(other.unit_receivers[1], &other.receivers[0]);
	assert_int_equal(other.n_maintenances, 1);
	assert_ptr_equal(config_units(config), config_units(base));
}

static void what_was_made_so_needs_only_the_first(void **state)
{
	CLEANUP(config_free) struct config *base = load_rich();
	struct config *second = NULL;
	CLEANUP(config_free) struct config *third = NULL;
	struct rulebook book;

	(void)state;
	config_rulebook(base, &book);
	second = again(base, &book);
	third = again(second, &book);
	second = config_free(second);
	config_rulebook(third, &book);
	assert_string_equal(book.rules[0].title_vi, "desk-late");
	assert_string_equal(book.rules[0].place.file, "rules.d/desk.yml");
}

static void other_rules_are_over_the_same_parts(void **state)
{
	CLEANUP(config_free) struct config *base = expect_good(NULL, 0);
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	CLEANUP_TEXT struct text source = { 0 };
	const struct rule *rules;
	const char *what;
	uint32_t n;

	(void)state;
	add_file(&source, "rules.d/new.yml",
		 "n: {indicator: desk.cost, window: 1h, warning: '> 7'}\n");
	assert_int_equal(config_with_rules(&config, base, source.bytes, source.size, &report), 0);
	rules = config_rules(config, &n);
	assert_int_equal(n, 1);
	assert_string_equal(rules[0].id, "n");
	assert_true(rules[0].limits[0].warning.value == 7);
	assert_true(config_same_but_rules(base, config, &what));
	assert_true(config_same_but_rules(config, base, &what));
	assert_string_not_equal(config_fingerprint(config), config_fingerprint(base));
}

static void refuse(const struct config *base, const char *source, const char *told)
{
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;

	assert_int_equal(config_with_rules(&config, base, source, strlen(source), &report),
			 CONFIG_REFUSED);
	if (!strstr(text_get(&report), told))
		print_error("%s", text_get(&report));
	assert_non_null(strstr(text_get(&report), told));
	assert_null(config);
}

static void refuse_file(const struct config *base, const char *name, const char *yaml,
			const char *told)
{
	CLEANUP_TEXT struct text source = { 0 };

	add_file(&source, name, yaml);
	refuse(base, text_get(&source), told);
}

static void what_is_no_rulebook_is_refused(void **state)
{
	static const char *const sources[] = {
		"x",
		"== rules.d/a.yml 0\n",
		"== rules.d/a.yml 1\n\n",
		"== rules.d/a.yml 00\n\n",
		"== rules.d/a.yml -1\n\n",
		"== rules.d/a.yml 99999999999999999999\n\n",
		"== rules.d/a.yml\n\n",
		"== rules.d/a.yml 0\nx",
		"== rules.d/../a.yml 0\n\n",
		"== rules.d/.yml 0\n\n",
		"== rules.d/a\x01.yml 0\n\n",
		"== units.yml 0\n\n",
		"== rules.d/b.yml 0\n\n== rules.d/a.yml 0\n\n",
		"== rules.d/a.yml 0\n\n== rules.d/a.yml 0\n\n",
		"== maintenance.yml 0\n\n== receivers.yml 0\n\n",
		"== rules.d/a.yml 3\n\xef\xbb\xbf\n",
	};
	CLEANUP(config_free) struct config *base = expect_good(NULL, 0);

	(void)state;
	for (size_t i = 0; i < COUNT(sources); i++)
		refuse(base, sources[i], "not the files of a rulebook\n");
	refuse_file(base, "rules.d/a.yml", "a: [1\n",
		    "rules.d/a.yml:1:4: error: flow sequence without a closing bracket\n");
	refuse_file(base, "rules.d/a.yml", "a: {silence: dsek, severity: warning}\n",
		    "rules.d/a.yml:1:14: error: unknown feed 'dsek'; did you mean 'desk'?\n");
}

static void no_rules_at_all_are_a_rulebook_too(void **state)
{
	CLEANUP(config_free) struct config *base = expect_good(NULL, 0);
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	struct rulebook book;
	uint32_t n;

	(void)state;
	assert_int_equal(config_with_rules(&config, base, "", 0, &report), 0);
	(void)config_rules(config, &n);
	assert_int_equal(n, 0);
	config_rulebook(config, &book);
	assert_int_equal(book.n_rules, N_OWN_PARTS - 1); /* no watchdog */
	assert_string_equal(book.source, "");
}

/* A unit's receiver stands in units.yml, which a reload does not read. */
static void a_unit_must_not_lose_its_receiver(void **state)
{
	CLEANUP(config_free) struct config *base = load_rich();

	(void)state;
	refuse_file(base, "receivers.yml", "duti: {url: 'https://h/p'}\n",
		    "units.yml:2:37: error: unknown receiver 'duty'; did you mean 'duti'?\n");
}

static void generation(const struct file *files, size_t n, char *ret)
{
	CLEANUP(config_free) struct config *config = expect_good(files, n);
	struct rulebook book;

	config_rulebook(config, &book);
	strcpy(ret, book.generation);
}

static void a_generation_is_of_what_rules_mean_and_of_nothing_else(void **state)
{
	const struct file same[] = {
		{ PART_SETTINGS, "iocd.yml", "instance: other\n" },
		{ PART_RULES, "rules.d/desk.yml",
		  "# comment\ndesk-late:\n  indicator: desk.late-rate\n  window: 2h\n"
		  "  warning: '> 5%'\n" },
		RECEIVERS("# nobody yet\n"),
	};
	const struct file rule = RULES("a: {indicator: desk.cost, window: 1h, warning: '> 5'}\n");
	const struct file told = RECEIVERS("duty: {url: 'https://host/hook'}\n");
	char first[17], other[17];

	(void)state;
	generation(NULL, 0, first);
	assert_int_equal(strlen(first), 16);
	generation(same, COUNT(same), other);
	assert_string_equal(other, first);
	generation(&rule, 1, other);
	assert_string_not_equal(other, first);
	generation(&told, 1, other);
	assert_string_not_equal(other, first);
}

static void receivers_and_maintenance_may_differ_for_a_reload(void **state)
{
	const struct file files[] = {
		RECEIVERS("duty: {url: 'https://host/hook'}\n"),
		{ PART_MAINTENANCE, "maintenance.yml",
		  "m: {from: 2026-03-01T22:00, until: 2026-03-02T02:00, by: An}\n" },
	};
	CLEANUP(config_free) struct config *base = expect_good(NULL, 0);
	CLEANUP(config_free) struct config *config = expect_good(files, COUNT(files));
	const char *what;

	(void)state;
	assert_true(config_same_but_rules(base, config, &what));
}

static void a_rulebook_that_is_too_large_is_refused(void **state)
{
	CLEANUP_TEXT struct text yaml = { 0 };
	CLEANUP_TEXT struct text report = { 0 };
	struct file file = RULES(NULL);
	struct config *config = NULL;

	(void)state;
	while (yaml.size <= CONFIG_SOURCE_MAX)
		text_add(&yaml, "# ...................................................\n");
	file.yaml = text_get(&yaml);
	assert_int_equal(pack_load(&config, &file, 1, &report), CONFIG_REFUSED);
	assert_non_null(strstr(text_get(&report),
			       "rules.d: error: all rules, receivers and maintenance together are "
			       "larger than 524288 bytes\n"));
}

static const char *version_of(struct config *config)
{
	static char version[9];
	uint32_t n;

	strcpy(version, config_rules(config, &n)[n - 1].version);
	config_free(config);
	return version;
}

/* What a level comes to is part of what a rule says. */
static void a_version_is_of_the_rule_and_its_limits(void **state)
{
	const struct file files[] = {
		RULES("a: {indicator: desk.cost, window: 1h, warning: '> 5'}\n"),
		RULES("# spaced\na:   {indicator: desk.cost, window: 1h, warning: \"> 5\"}\n"),
		RULES("a: {indicator: desk.cost, window: 1h, warning: '> 6'}\n"),
		RULES("b: {indicator: desk.cost, window: 1h, warning: '> 5'}\n"),
	};
	const struct file moved[] = {
		{ PART_UNITS, "units.yml",
		  "units:\n  home: {level: province}\n  east: {level: commune, parent: home}\n" },
		files[0],
	};
	char first[9];

	(void)state;
	strcpy(first, version_of(expect_good(&files[0], 1)));
	assert_string_equal(version_of(expect_good(&files[1], 1)), first);
	assert_string_not_equal(version_of(expect_good(&files[2], 1)), first);
	assert_string_not_equal(version_of(expect_good(&files[3], 1)), first);
	assert_string_not_equal(version_of(expect_good(moved, COUNT(moved))), first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rulebook_comes_back_from_its_source),
		cmocka_unit_test(what_was_made_so_needs_only_the_first),
		cmocka_unit_test(other_rules_are_over_the_same_parts),
		cmocka_unit_test(no_rules_at_all_are_a_rulebook_too),
		cmocka_unit_test(what_is_no_rulebook_is_refused),
		cmocka_unit_test(a_unit_must_not_lose_its_receiver),
		cmocka_unit_test(a_generation_is_of_what_rules_mean_and_of_nothing_else),
		cmocka_unit_test(receivers_and_maintenance_may_differ_for_a_reload),
		cmocka_unit_test(a_rulebook_that_is_too_large_is_refused),
		cmocka_unit_test(a_version_is_of_the_rule_and_its_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
