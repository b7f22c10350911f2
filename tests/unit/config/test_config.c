/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#include <errno.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "iocd/base/disk.h"

static struct config *load_pack(const char *name)
{
	CLEANUP_TEXT struct text directory = { 0 };
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;
	int r;

	text_add(&directory, "%s/%s", PACKS, name);
	r = config_load(&config, text_get(&directory), NULL, &report);
	assert_string_equal(text_get(&report), "");
	assert_int_equal(r, 0);
	assert_string_equal(config_directory(config), text_get(&directory));
	return config;
}

static const struct rule *find_rule(const struct config *config, const char *id)
{
	uint32_t n;
	const struct rule *list = config_rules(config, &n);

	for (uint32_t i = 0; i < n; i++)
		if (strcmp(list[i].id, id) == 0)
			return &list[i];
	fail_msg("no rule %s", id);
	return NULL;
}

static uint32_t find_unit(const struct config *config, const char *id)
{
	return units_find(config_units(config), id, strlen(id));
}

static void the_minimal_pack_is_good(void **state)
{
	CLEANUP(config_free) struct config *config = load_pack("minimal");
	uint32_t n;

	(void)state;
	assert_int_equal(units_count(config_units(config)), 2);
	(void)config_indicators(config, &n);
	assert_int_equal(n, 2);
	(void)config_rules(config, &n);
	assert_int_equal(n, 1);
}

static void the_province_pack_is_good_and_has_every_unit(void **state)
{
	CLEANUP(config_free) struct config *config = load_pack("binh-duong");
	const struct units *units = config_units(config);
	uint32_t communes = 0;
	uint32_t n;

	(void)state;
	assert_int_equal(units_count(units), 120);
	for (uint32_t i = 0; i < 120; i++) {
		communes += strcmp(units_at(units, i)->level, "commune") == 0;
		assert_string_not_equal(units_at(units, i)->name_vi, units_at(units, i)->id);
		assert_string_not_equal(units_at(units, i)->name_en, units_at(units, i)->id);
	}
	assert_int_equal(communes, 91);
	assert_true(schema_n_feeds(config_schema(config)) >= 3);
	assert_true(schema_n_types(config_schema(config)) >= 11);
	(void)config_indicators(config, &n);
	assert_true(n >= 34);
}

static void every_figure_of_the_province_pack_has_titles_and_a_measure(void **state)
{
	CLEANUP(config_free) struct config *config = load_pack("binh-duong");
	const struct schema *schema = config_schema(config);
	const struct indicator *indicators;
	const struct rule *rules;
	uint32_t n;

	(void)state;
	indicators = config_indicators(config, &n);
	for (uint32_t i = 0; i < n; i++) {
		assert_string_not_equal(indicators[i].title_vi, indicators[i].id);
		assert_string_not_equal(indicators[i].title_vi, indicators[i].title_en);
		assert_string_not_equal(indicators[i].measure_vi, "");
		assert_string_not_equal(indicators[i].measure_en, "");
	}
	rules = config_rules(config, &n);
	for (uint32_t i = 0; i < n; i++) {
		assert_string_not_equal(rules[i].title_vi, rules[i].id);
		assert_string_not_equal(rules[i].title_vi, rules[i].title_en);
	}
	for (uint32_t i = 0; i < schema_n_types(schema); i++)
		for (uint32_t j = 0; j < schema_type(schema, i)->n_fields; j++)
			assert_string_not_equal(schema_type(schema, i)->fields[j].title_vi,
						schema_type(schema, i)->fields[j].name);
}

static void the_province_packs_overrides_stand_where_they_are_written(void **state)
{
	CLEANUP(config_free) struct config *config = load_pack("binh-duong");
	const struct rule *rule = find_rule(config, "one-stop-late");
	const struct limits *city = &rule->limits[find_unit(config, "di-an")];
	const struct limits *other = &rule->limits[find_unit(config, "thuan-an")];
	const struct limits *commune = &rule->limits[find_unit(config, "thu-dau-mot.chanh-my")];

	(void)state;
	assert_true(city->warning.value == 0.08);
	assert_string_equal(city->warning.place.file, "rules.d/one-stop.yml");
	assert_string_equal(city->warning.text, "> 8%");
	assert_true(city->critical.value == 0.1);
	assert_true(city->warning.place.line > city->critical.place.line);
	assert_int_equal(city->warning.place.column, 22);
	assert_true(city->clear.value == 0.06);
	assert_true(other->warning.value == 0.05 && other->clear.value == 0.04);
	assert_true(commune->critical.value == 0.1 && commune->warning.value == 0.05);
	assert_false(rule->applies[find_unit(config, "binh-duong")]);
}

/* A directory on the disk, made and removed by each test. */
struct directory {
	char path[32];
};

static void write_file(const struct directory *directory, const char *name, const char *yaml)
{
	CLEANUP_TEXT struct text path = { 0 };
	FILE *file;

	text_add(&path, "%s/%s", directory->path, name);
	*strrchr(path.bytes, '/') = '\0';
	assert_int_equal(disk_make_directory(path.bytes), 0);
	path.bytes[strlen(path.bytes)] = '/';
	file = fopen(path.bytes, "w");
	assert_non_null(file);
	fputs(yaml, file);
	fclose(file);
}

static void directory_init(struct directory *directory)
{
	strcpy(directory->path, "/tmp/test-config-XXXXXX");
	assert_non_null(mkdtemp(directory->path));
}

static void directory_fini(struct directory *directory)
{
	CLEANUP_TEXT struct text command = { 0 };

	text_add(&command, "rm -r '%s'", directory->path);
	assert_int_equal(system(text_get(&command)), 0);
}

static void write_good(const struct directory *directory)
{
	for (size_t i = 0; i < COUNT(good_pack); i++)
		write_file(directory, good_pack[i].name, good_pack[i].yaml);
}

static struct config *load_good(const struct directory *directory)
{
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;
	int r;

	r = config_load(&config, directory->path, NULL, &report);
	assert_string_equal(text_get(&report), "");
	assert_int_equal(r, 0);
	return config;
}

static void all_mistakes_of_all_files_are_told_in_one_go(void **state)
{
	struct directory directory;
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;

	(void)state;
	directory_init(&directory);
	write_good(&directory);
	write_file(&directory, "iocd.yml", "mqtt:\n  prot: 1884\nlimits: {rate: many}\n");
	write_file(&directory, "feeds.d/bad.yml", "bad: [1, 2\n");
	write_file(&directory, "feeds.d/other.yml", "Other: {events: {}}\n");
	write_file(&directory, "indicators.d/more.yml",
		   "m.one: {sum: nowhere/a.b}\nm.two: {count: desk/record.opend}\n");
	write_file(&directory, "rules.d/aa.yml",
		   "desk-late: {indicator: desk.cost, window: 1h, warning: \"> 5\", clear: \"< "
		   "6\"}\n");
	write_file(&directory, "rules.d/zz.yml",
		   "on-two: {indicator: m.two, window: 1y, warning: \"> 5\"}\n");
	assert_int_equal(config_load(&config, directory.path, NULL, &report), CONFIG_REFUSED);
	assert_string_equal(
		text_get(&report),
		"iocd.yml:2:3: error: unknown key 'mqtt.prot'; did you mean 'mqtt.port'?\n"
		"  prot: 1884\n"
		"  ^\n"
		"iocd.yml:3:16: error: 'many' is not a whole number\n"
		"limits: {rate: many}\n"
		"               ^\n"
		"feeds.d/bad.yml:1:6: error: flow sequence without a closing bracket\n"
		"bad: [1, 2\n"
		"     ^\n"
		"feeds.d/other.yml:1:1: error: 'Other' cannot name a feed; use a to z, 0 to 9, '_' "
		"and '-', beginning with a letter or digit, at most 32\n"
		"Other: {events: {}}\n"
		"^\n"
		"indicators.d/more.yml:2:16: error: feed 'desk' has no event 'record.opend'; did "
		"you "
		"mean 'record.opened'?\n"
		"m.two: {count: desk/record.opend}\n"
		"               ^\n"
		"rules.d/aa.yml:1:70: error: clear '< 6' overlaps with warning '> 5'\n"
		"desk-late: {indicator: desk.cost, window: 1h, warning: \"> 5\", clear: \"< 6\"}\n"
		"                                                                     ^\n"
		"rules.d/desk.yml:1:1: error: rule 'desk-late' is declared already, at "
		"rules.d/aa.yml:1\n"
		"desk-late: {indicator: desk.late-rate, window: 2h, warning: \"> 5%\"}\n"
		"^\n"
		"rules.d/zz.yml:1:36: error: '1y' is not a window; write whole minutes or hours up "
		"to 24h, today, week, month or year\n"
		"on-two: {indicator: m.two, window: 1y, warning: \"> 5\"}\n"
		"                                   ^\n"
		"8 errors in 7 files; nothing was loaded\n");
	assert_null(config);
	directory_fini(&directory);
}

/* The directory bad/ has about seventy mistakes; bad.txt is what an administrator should read. */
static void a_directory_full_of_mistakes_reads_as_it_should(void **state)
{
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;
	char *expected;
	size_t size;

	(void)state;
	assert_int_equal(disk_read_file(BAD ".txt", 1 << 20, &expected, &size), 0);
	assert_int_equal(config_load(&config, BAD, NULL, &report), CONFIG_REFUSED);
	if (strcmp(text_get(&report), expected) != 0)
		print_error("%s", text_get(&report));
	assert_true(strcmp(text_get(&report), expected) == 0);
	free(expected);
}

static void a_directory_that_is_not_there_is_a_fault(void **state)
{
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;

	(void)state;
	assert_int_equal(config_load(&config, "/nonexistent", NULL, &report), -ENOENT);
	assert_string_equal(text_get(&report), "cannot read directory '/nonexistent': "
					       "No such file or directory\n");
}

static void files_that_nobody_reads_are_warned_of(void **state)
{
	struct directory directory;
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP_TEXT struct text report = { 0 };

	(void)state;
	directory_init(&directory);
	write_good(&directory);
	write_file(&directory, "rules.d/x.yaml", "");
	write_file(&directory, "rules.d/.hidden.yml", "[");
	write_file(&directory, "rules.d/notes.txt", "[");
	write_file(&directory, "rule.d/x.yml", "[");
	write_file(&directory, "unit.yml", "[");
	write_file(&directory, "calendars.yml", "[");
	write_file(&directory, "calendar.yml", "");
	write_file(&directory, "reports.d/.keep", "");
	assert_int_equal(config_load(&config, directory.path, NULL, &report), 0);
	assert_non_null(strstr(text_get(&report),
			       "rules.d/x.yaml: warning: not read; names end in .yml\n"));
	assert_non_null(
		strstr(text_get(&report), "rule.d: warning: not read; did you mean 'rules.d'?\n"));
	assert_non_null(strstr(text_get(&report),
			       "unit.yml: warning: not read; did you mean 'units.yml'?\n"));
	assert_non_null(strstr(text_get(&report),
			       "calendars.yml: warning: not read; did you mean 'calendar.yml'?\n"));
	assert_non_null(strstr(text_get(&report), "\n4 warnings in 4 files\n"));
	directory_fini(&directory);
}

static void a_file_too_large_is_refused_and_the_rest_is_read(void **state)
{
	struct directory directory;
	CLEANUP_TEXT struct text report = { 0 };
	CLEANUP_TEXT struct text large = { 0 };
	struct config *config = NULL;

	(void)state;
	directory_init(&directory);
	write_good(&directory);
	while (large.size <= SOURCE_BYTES_MAX)
		text_add(&large, "# ...................................................\n");
	write_file(&directory, "rules.d/large.yml", text_get(&large));
	write_file(&directory, "rules.d/bad.yml", "x: 5\n");
	assert_int_equal(config_load(&config, directory.path, NULL, &report), CONFIG_REFUSED);
	assert_non_null(
		strstr(text_get(&report), "rules.d/large.yml: error: larger than 1048576 bytes\n"));
	assert_non_null(strstr(text_get(&report), "rules.d/bad.yml:1:4: error: "));
	directory_fini(&directory);
}

static void a_directory_that_watches_nothing_is_warned_of(void **state)
{
	struct directory directory;
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP_TEXT struct text report = { 0 };

	(void)state;
	directory_init(&directory);
	write_file(&directory, "units.yml", "units: {a: {level: x}}\n");
	assert_int_equal(config_load(&config, directory.path, NULL, &report), 0);
	assert_string_equal(text_get(&report), "warning: no feed, no indicator and no rule is "
					       "declared; nothing is watched\n1 warning\n");
	directory_fini(&directory);
}

static void a_fingerprint_names_the_bytes_of_all_files(void **state)
{
	struct directory directory;
	CLEANUP(config_free) struct config *first = NULL;
	CLEANUP(config_free) struct config *same = NULL;
	CLEANUP(config_free) struct config *other = NULL;
	CLEANUP(config_free) struct config *another = NULL;

	(void)state;
	directory_init(&directory);
	write_good(&directory);
	first = load_good(&directory);
	same = load_good(&directory);
	write_file(&directory, "rules.d/more.yml", "# nothing\n");
	other = load_good(&directory);
	assert_int_equal(strlen(config_fingerprint(first)), 16);
	assert_string_equal(config_fingerprint(first), config_fingerprint(same));
	assert_string_not_equal(config_fingerprint(first), config_fingerprint(other));
	write_file(&directory, "rules.d/more.yml", "# NOTHING\n");
	another = load_good(&directory);
	assert_string_not_equal(config_fingerprint(other), config_fingerprint(another));
	directory_fini(&directory);
}

/* Loads the good pack as it is and with one file of it changed. */
static bool same_but_rules(const char *name, const char *yaml, const char **ret_what,
			   struct config **ret_other)
{
	const struct file file = { name[0] == 'r'   ? PART_RULES
				   : name[0] == 'u' ? PART_UNITS
				   : name[0] == 'c' ? PART_CALENDAR
						    : PART_INDICATORS,
				   name, yaml };
	CLEANUP(config_free) struct config *config = expect_good(NULL, 0);

	*ret_other = expect_good(&file, 1);
	return config_same_but_rules(*ret_other, config, ret_what) &&
	       config_same_but_rules(config, *ret_other, ret_what);
}

static void only_rules_may_differ_for_a_reload(void **state)
{
	CLEANUP(config_free) struct config *rules = NULL;
	CLEANUP(config_free) struct config *spaces = NULL;
	CLEANUP(config_free) struct config *units = NULL;
	CLEANUP(config_free) struct config *more = NULL;
	CLEANUP(config_free) struct config *calendar = NULL;
	CLEANUP_TEXT struct text comment = { 0 };
	CLEANUP_TEXT struct text unit = { 0 };
	const char *what = "";

	(void)state;
	assert_true(same_but_rules("rules.d/new.yml",
				   "x: {indicator: desk.cost, window: 1h, warning: '> 1'}\n", &what,
				   &rules));

	text_add(&comment, "# a comment\n%s", good_pack[1].yaml);
	assert_true(same_but_rules("units.yml", text_get(&comment), &what, &spaces));

	text_add(&unit, "%s  north: {level: district, parent: home}\n", good_pack[1].yaml);
	assert_false(same_but_rules("units.yml", text_get(&unit), &what, &units));
	assert_string_equal(what, "units.yml");

	assert_false(same_but_rules("indicators.d/z.yml", "z: {count: desk/record.opened}\n", &what,
				    &more));
	assert_string_equal(what, "indicators.d/z.yml");

	assert_false(same_but_rules("calendar.yml", "a: {weeks: [{mon: \"08:00-09:00\"}]}\n", &what,
				    &calendar));
	assert_string_equal(what, "calendar.yml");
}

static void another_name_for_the_same_values_is_a_difference(void **state)
{
	const struct file one = { PART_INDICATORS, "indicators.d/z.yml",
				  "z.one: {count: desk/record.opened}\n" };
	const struct file other = { PART_INDICATORS, "indicators.d/z.yml",
				    "z.two: {count: desk/record.opened}\n" };
	CLEANUP(config_free) struct config *a = expect_good(&one, 1);
	CLEANUP(config_free) struct config *b = expect_good(&other, 1);
	const char *what = "";

	(void)state;
	assert_false(config_same_but_rules(a, b, &what));
	assert_string_equal(what, "indicators.d/z.yml");
}

static void a_changed_setting_on_the_command_line_is_a_difference(void **state)
{
	static const char *const pair = "mqtt.port=1884";
	const struct config_overrides overrides = { .pairs = &pair, .n_pairs = 1 };
	CLEANUP(config_free) struct config *plain = expect_good(NULL, 0);
	CLEANUP(config_free) struct config *set = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	const char *what = "";

	(void)state;
	assert_int_equal(config_build(&set, "pack", pack_sources(NULL, 0), &overrides, &report), 0);
	assert_false(config_same_but_rules(plain, set, &what));
	assert_string_equal(what, "--set");
}

static void ten_thousand_lines_of_mistakes_are_told_without_delay(void **state)
{
	CLEANUP_TEXT struct text yaml = { 0 };
	CLEANUP_TEXT struct text report = { 0 };
	struct file file = { PART_RULES, "rules.d/z.yml", NULL };
	struct config *config = NULL;

	(void)state;
	/* Each rule looks for its nearest word among five thousand: bounded in all. */
	for (int i = 0; i < 5000; i++)
		text_add(&yaml,
			 "r%d:\n  {indicator: desk.lat-rate, window: 1h, warning: \"> 5%%\"}\n", i);
	file.yaml = text_get(&yaml);
	assert_int_equal(pack_load(&config, &file, 1, &report), CONFIG_REFUSED);
	assert_non_null(strstr(text_get(&report), "\nand 3000 more\n5000 errors in 1 file;"));
}

static void five_thousand_rules_are_loaded(void **state)
{
	CLEANUP_TEXT struct text yaml = { 0 };
	CLEANUP_TEXT struct text report = { 0 };
	CLEANUP(config_free) struct config *config = NULL;
	struct file file = { PART_RULES, "rules.d/z.yml", NULL };
	uint32_t n;

	(void)state;
	for (int i = 0; i < 5000; i++)
		text_add(&yaml,
			 "r%d:\n  {indicator: desk.late-rate, window: 1h, warning: \"> 5%%\"}\n",
			 i);
	file.yaml = text_get(&yaml);
	assert_int_equal(pack_load(&config, &file, 1, &report), 0);
	(void)config_rules(config, &n);
	assert_int_equal(n, 5001);
}

static void more_than_ten_thousand_rules_are_refused_once(void **state)
{
	CLEANUP_TEXT struct text yaml = { 0 };
	CLEANUP_TEXT struct text report = { 0 };
	struct file file = { PART_RULES, "rules.d/z.yml", NULL };
	struct config *config = NULL;

	(void)state;
	for (int i = 0; i < 10000; i++)
		text_add(&yaml, "r%d: {indicator: desk.cost, window: 1h, warning: \"> 5\"}\n", i);
	file.yaml = text_get(&yaml);
	assert_int_equal(pack_load(&config, &file, 1, &report), CONFIG_REFUSED);
	assert_non_null(strstr(text_get(&report), "z.yml:10000:1: error: more than 10000 rules\n"));
	assert_non_null(strstr(text_get(&report), "\n1 error in 1 file;"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_minimal_pack_is_good),
		cmocka_unit_test(the_province_pack_is_good_and_has_every_unit),
		cmocka_unit_test(every_figure_of_the_province_pack_has_titles_and_a_measure),
		cmocka_unit_test(the_province_packs_overrides_stand_where_they_are_written),
		cmocka_unit_test(a_directory_that_is_not_there_is_a_fault),
		cmocka_unit_test(a_directory_full_of_mistakes_reads_as_it_should),
		cmocka_unit_test(all_mistakes_of_all_files_are_told_in_one_go),
		cmocka_unit_test(files_that_nobody_reads_are_warned_of),
		cmocka_unit_test(a_file_too_large_is_refused_and_the_rest_is_read),
		cmocka_unit_test(a_directory_that_watches_nothing_is_warned_of),
		cmocka_unit_test(a_fingerprint_names_the_bytes_of_all_files),
		cmocka_unit_test(only_rules_may_differ_for_a_reload),
		cmocka_unit_test(another_name_for_the_same_values_is_a_difference),
		cmocka_unit_test(a_changed_setting_on_the_command_line_is_a_difference),
		cmocka_unit_test(ten_thousand_lines_of_mistakes_are_told_without_delay),
		cmocka_unit_test(five_thousand_rules_are_loaded),
		cmocka_unit_test(more_than_ten_thousand_rules_are_refused_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
