/* SPDX-License-Identifier: Apache-2.0 */
#include "rules_pack.h"

#define RECEIVERS(yaml)                                                                            \
	{                                                                                          \
		PART_RECEIVERS, "receivers.yml", yaml                                              \
	}
#define MAINTENANCE(yaml)                                                                          \
	{                                                                                          \
		PART_MAINTENANCE, "maintenance.yml", yaml                                          \
	}
#define R "a: {url: 'https://h', "
#define M "a: {by: An, "
#define A "a: {indicator: desk.cost, window: 1h, warning: '> 5', "

static const struct file told = RECEIVERS("duty: {url: 'https://host/hook'}\n"
					  "chief: {url: 'https://host/chief', hears: none}\n");

/* clang-format off */
static const struct mistake mistakes[] = {
	{ RECEIVERS("a: {title: A}\n"), "1:1: error: 'url' is missing" },
	{ RECEIVERS("a: {url: 'ftp://h'}\n"), "1:10: error: 'ftp://h' is no address; write it like https://host/path, at most 1024 bytes" },
	{ RECEIVERS("a: {url: 'https://'}\n"), "1:10: error: 'https://' is no address; write it like https://host/path, at most 1024 bytes" },
	{ RECEIVERS("a: {url: 'https:///x'}\n"), "1:10: error: 'https:///x' is no address; write it like https://host/path, at most 1024 bytes" },
	{ RECEIVERS("a: {url: 'https://h/a b'}\n"), "1:10: error: 'https://h/a b' is no address; write it like https://host/path, at most 1024 bytes" },
	{ RECEIVERS(R "language: fr}\n"), "1:33: error: 'fr' is not en or vi" },
	{ RECEIVERS(R "hears: nobody}\n"), "1:30: error: 'nobody' is not none or all" },
	{ RECEIVERS(R "hears: {rules: [desk-lat]}}\n"), "1:39: error: unknown rule 'desk-lat'; did you mean 'desk-late'?" },
	{ RECEIVERS(R "hears: {severity: high}}\n"), "1:41: error: 'high' is not warning or critical" },
	{ RECEIVERS(R "hears: {units: {level: distrct}}}\n"), "1:46: error: no unit has the level 'distrct'; did you mean 'district'?" },
	{ RECEIVERS(R "hears: {rule: [desk-late]}}\n"), "1:31: error: unknown key 'rule'; did you mean 'rules'?" },
	{ RECEIVERS(R "repeat: 5s}\n"), "1:31: error: '5s' is out of range; it must be from 1m to 31d" },
	{ RECEIVERS("unit: {url: 'https://h'}\n"), "1:1: error: 'unit' cannot name a receiver: it stands for a unit's own" },
	{ RECEIVERS("A: {url: 'https://h'}\n"), "1:1: error: 'A' cannot name a receiver; use a to z, 0 to 9, '_' and '-', beginning with a letter or digit, at most 64" },
	{ MAINTENANCE(M "from: 2026-03-01T22:00}\n"), "1:1: error: 'until' is missing" },
	{ MAINTENANCE(M "units: east}\n"), "1:1: error: 'from' is missing" },
	{ MAINTENANCE(M "from: 2026-03-01T22:00, until: 2026-03-01T22:00}\n"), "1:44: error: 'until' is not after 'from'" },
	{ MAINTENANCE(M "from: 2026-02-30T22:00, until: 2026-03-01T22:00}\n"), "1:19: error: '2026-02-30T22:00' is no local time; write it like 2026-03-01T22:00" },
	{ MAINTENANCE(M "from: 2026-03-01, until: 2026-03-01T22:00}\n"), "1:19: error: '2026-03-01' is no local time; write it like 2026-03-01T22:00" },
	{ MAINTENANCE(M "from: 2026-03-01T22:00, during: office}\n"), "1:37: error: 'during' beside 'from': it is once or by a calendar" },
	{ MAINTENANCE(M "during: offce}\n"), "1:21: error: unknown calendar 'offce'; did you mean 'office'?" },
	{ MAINTENANCE(M "during: office, rules: x}\n"), "1:36: error: unknown rule 'x'" },
	{ MAINTENANCE("a: {during: office}\n"), "1:1: error: 'by' is missing" },
	{ MAINTENANCE("a: {during: office, by: An, unit: east}\n"), "1:29: error: unknown key 'unit'; did you mean 'units'?" },
};

static const struct mistake rule_mistakes[] = {
	{ RULES(A "tell: duti}\n"), "1:61: error: unknown receiver 'duti'; did you mean 'duty'?" },
	{ RULES(A "tell: []}\n"), "1:61: error: nobody is named" },
	{ RULES(A "tell: {a: b}}\n"), "1:61: error: 'tell' must be a list, not a map of keys and values" },
	{ RULES(A "latch: maybe}\n"), "1:62: error: 'maybe' is neither yes nor no" },
	{ RULES(A "repeat: 30s}\n"), "1:63: error: '30s' is out of range; it must be from 1m to 31d" },
	{ RULES(A "chatter: {times: 1}}\n"), "1:72: error: '1' is out of range; it must be from 2 to 16" },
	{ RULES(A "chatter: {within: 2d}}\n"), "1:73: error: '2d' is out of range; it must be from 1m to 1d" },
	{ RULES(A "escalate: []}\n"), "1:65: error: there are from 1 to 4 steps" },
	{ RULES(A "escalate: [{after: 10m}]}\n"), "1:66: error: 'tell' is missing" },
	{ RULES(A "escalate: [{after: 10m, tell: cheif}]}\n"), "1:85: error: unknown receiver 'cheif'; did you mean 'chief'?" },
	{ RULES(A "escalate: [{after: 10m, tell: chief}, {after: 10m, tell: unit}]}\n"), "1:93: error: not later than the step before; write the soonest first" },
};
/* clang-format on */

static void each_mistake_is_told_alone_at_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(mistakes); i++)
		expect_mistake_beside(&mistakes[i], &hours);
	for (size_t i = 0; i < COUNT(rule_mistakes); i++)
		expect_mistake_beside(&rule_mistakes[i], &told);
}

/* Loads what is good; that a receiver is not used does not matter here. */
static struct config *expect_loaded(const struct file *file)
{
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;

	assert_int_equal(pack_load(&config, file, 1, &report), 0);
	return config;
}

static void files_that_say_nothing_are_good(void **state)
{
	const struct file files[] = {
		RECEIVERS("# duty: {url: 'https://host/hook'}\n"),
		MAINTENANCE(""),
	};
	CLEANUP(config_free) struct config *config = expect_good(files, COUNT(files));
	struct rulebook book;

	(void)state;
	config_rulebook(config, &book);
	assert_int_equal(book.n_receivers, 0);
	assert_null(book.unit_receivers);
	assert_int_equal(book.n_maintenances, 0);
}

static void a_receiver_hears_what_it_says(void **state)
{
	const struct file file = RECEIVERS(
		"duty: {title: {vi: Trực, en: Duty}, url: 'https://host/hook', secret-file: key, "
		"language: en, repeat: 1h, hears: {severity: critical, rules: [desk-late, "
		"iocd-watchdog], units: {level: district}}}\n"
		"chief: {url: 'http://10.0.0.1:8080/x?y', hears: none}\n"
		"all: {url: 'https://[::1]/'}\n");
	CLEANUP(config_free) struct config *config = expect_loaded(&file);
	const struct receiver *receiver;
	struct rulebook book;

	(void)state;
	config_rulebook(config, &book);
	assert_int_equal(book.n_receivers, 3);
	receiver = &book.receivers[0];
	assert_string_equal(receiver->id, "duty");
	assert_string_equal(receiver->title_vi, "Trực");
	assert_string_equal(receiver->url, "https://host/hook");
	assert_string_equal(receiver->secret_file, "key");
	assert_false(receiver->is_vietnamese);
	assert_true(receiver->is_at_once);
	assert_int_equal(receiver->repeat_ms, 3600000);
	assert_int_equal(receiver->least, SEVERITY_CRITICAL);
	assert_true(receiver->rules[find_rule(config, "desk-late")->number]);
	assert_true(receiver->rules[find_rule(config, "iocd-watchdog")->number]);
	assert_false(receiver->rules[find_rule(config, "iocd-redis")->number]);
	assert_true(receiver->units[find_unit(config, "east")]);
	assert_false(receiver->units[find_unit(config, "home")]);

	receiver = &book.receivers[1];
	assert_false(receiver->is_at_once);
	assert_true(receiver->is_vietnamese);
	assert_string_equal(receiver->secret_file, "");
	receiver = &book.receivers[2];
	assert_int_equal(receiver->least, SEVERITY_WARNING);
	assert_null(receiver->units);
	assert_int_equal(receiver->repeat_ms, 0);
}

/* It speaks every minute, for a dead-man's switch and not for people. */
static void the_watchdog_is_heard_only_by_who_names_it(void **state)
{
	CLEANUP(config_free) struct config *config = expect_loaded(&told);
	struct rulebook book;

	(void)state;
	config_rulebook(config, &book);
	for (uint32_t i = 0; i < book.n_rules; i++)
		assert_int_equal(book.receivers[0].rules[i],
				 strcmp(book.rules[i].id, "iocd-watchdog") != 0);
}

static void a_unit_without_a_receiver_has_that_of_the_one_above(void **state)
{
	const struct file files[] = {
		told,
		{ PART_UNITS, "units.yml",
		  "units:\n"
		  "  east-1: {level: commune, parent: east}\n"
		  "  east: {level: district, parent: home, receiver: duty}\n"
		  "  home: {level: province}\n"
		  "  west: {level: district, parent: home, receiver: chief}\n" },
	};
	CLEANUP(config_free) struct config *config = expect_good(files, COUNT(files));
	struct rulebook book;

	(void)state;
	config_rulebook(config, &book);
	assert_null(book.unit_receivers[find_unit(config, "home")]);
	assert_ptr_equal(book.unit_receivers[find_unit(config, "east")], &book.receivers[0]);
	assert_ptr_equal(book.unit_receivers[find_unit(config, "east-1")], &book.receivers[0]);
	assert_ptr_equal(book.unit_receivers[find_unit(config, "west")], &book.receivers[1]);
}

static void a_unit_that_is_no_more_has_no_receiver(void **state)
{
	const struct mistake mistake = {
		{ PART_UNITS, "units.yml",
		  "units:\n"
		  "  home: {level: province}\n"
		  "  east: {level: district, parent: home, until: 2025-06-30, receiver: duty}\n" },
		"3:60: error: 'east' is no more; nobody is told for it",
	};

	(void)state;
	expect_mistake_beside(&mistake, &told);
}

static void a_rule_says_whom_it_tells_and_when(void **state)
{
	const struct file files[] = {
		told,
		RULES(A
		      "latch: yes, repeat: 1h, tell: [duty, unit], chatter: {times: 7}, "
		      "escalate: [{after: 10m, tell: [chief, unit]}, {after: 30m, tell: chief}], "
		      "units: home}\n"
		      "b: {event: desk/record.opened, severity: warning, chatter: no, tell: unit}\n"
		      "c: {event: desk/record.closed, severity: warning, chatter: {within: 1h}}\n"),
	};
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	const struct rule *rule;

	(void)state;
	assert_int_equal(pack_load(&config, files, COUNT(files), &report), 0);
	rule = find_rule(config, "a");
	assert_true(rule->is_latched);
	assert_int_equal(rule->repeat_ms, 3600000);
	assert_int_equal(rule->tell, 1u | 1u << RECEIVER_UNIT);
	assert_int_equal(rule->chatter_times, 7);
	assert_int_equal(rule->chatter_within_ms, 600000);
	assert_int_equal(rule->n_steps, 2);
	assert_int_equal(rule->steps[0].after_ms, 600000);
	assert_int_equal(rule->steps[0].receivers, 2u | 1u << RECEIVER_UNIT);
	assert_int_equal(rule->steps[1].after_ms, 1800000);
	assert_int_equal(rule->steps[1].receivers, 2u);
	rule = find_rule(config, "b");
	assert_false(rule->is_latched);
	assert_int_equal(rule->chatter_within_ms, 0);
	assert_int_equal(rule->tell, 1u << RECEIVER_UNIT);
	rule = find_rule(config, "c");
	assert_int_equal(rule->chatter_times, 4);
	assert_int_equal(rule->chatter_within_ms, 3600000);
	assert_int_equal(rule->tell, RECEIVERS_NONE);
	rule = find_rule(config, "iocd-redis");
	assert_int_equal(rule->chatter_times, 4);
}

static void there_are_at_most_thirty_one_receivers(void **state)
{
	CLEANUP_TEXT struct text yaml = { 0 };
	struct file file = RECEIVERS(NULL);
	struct mistake mistake = { .told = "32:1: error: more than 31 receivers" };

	(void)state;
	for (int i = 0; i < 31; i++)
		text_add(&yaml, "r%d: {url: 'https://h/%d'}\n", i, i);
	file.yaml = text_get(&yaml);
	config_free(expect_good(&file, 1));
	text_add(&yaml, "one-more: {url: 'https://h'}\n");
	file.yaml = text_get(&yaml);
	mistake.file = file;
	expect_mistake(&mistake);
}

static void maintenance_is_once_or_by_a_calendar(void **state)
{
	const struct file files[] = {
		hours,
		MAINTENANCE("m: {title: {vi: Bảo trì, en: Work}, units: [east], rules: desk-late, "
			    "from: 2026-03-01T22:00, until: 2026-03-02 02:30, by: An}\n"
			    "n: {during: office, by: Binh}\n"),
	};
	CLEANUP(config_free) struct config *config = expect_good(files, COUNT(files));
	const struct maintenance *maintenance;
	struct rulebook book;

	(void)state;
	config_rulebook(config, &book);
	assert_int_equal(book.n_maintenances, 2);
	maintenance = &book.maintenances[0];
	assert_string_equal(maintenance->id, "m");
	assert_string_equal(maintenance->title_en, "Work");
	assert_string_equal(maintenance->by, "An");
	/* 15:00 UTC */
	assert_int_equal(maintenance->from_ms, INT64_C(1772377200000));
	assert_int_equal(maintenance->until_ms - maintenance->from_ms, 270 * 60000);
	assert_true(maintenance->units[find_unit(config, "east")]);
	assert_false(maintenance->units[find_unit(config, "home")]);
	assert_true(maintenance->rules[find_rule(config, "desk-late")->number]);
	assert_null(maintenance->calendar);
	maintenance = &book.maintenances[1];
	assert_null(maintenance->units);
	assert_null(maintenance->rules);
	assert_ptr_equal(maintenance->calendar, config_find_calendar(config, "office"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_that_say_nothing_are_good),
		cmocka_unit_test(a_receiver_hears_what_it_says),
		cmocka_unit_test(the_watchdog_is_heard_only_by_who_names_it),
		cmocka_unit_test(a_unit_without_a_receiver_has_that_of_the_one_above),
		cmocka_unit_test(a_unit_that_is_no_more_has_no_receiver),
		cmocka_unit_test(a_rule_says_whom_it_tells_and_when),
		cmocka_unit_test(there_are_at_most_thirty_one_receivers),
		cmocka_unit_test(maintenance_is_once_or_by_a_calendar),
		cmocka_unit_test(each_mistake_is_told_alone_at_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
