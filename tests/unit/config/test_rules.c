/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#define RULES(yaml)                                                                                \
	{                                                                                          \
		PART_RULES, "rules.d/z.yml", yaml                                                  \
	}
#define ON    "a: {indicator: desk.late-rate, window: 1h, "
#define LINES "a:\n  indicator: desk.late-rate\n  window: 1h\n"
#define EVENT "a: {event: desk/record.opened, "

/* clang-format off */
static const struct mistake mistakes[] = {
	{ RULES("desk-late: {indicator: desk.cost, window: 1h, warning: \"> 5\"}\n"), "1:1: error: rule 'desk-late' is declared already, at rules.d/desk.yml:1" },
	{ RULES("evt: {indicator: desk.cost, window: 1h, warning: \"> 5\"}\n"), "1:1: error: 'evt' cannot name a rule: it has a meaning in topics" },
	{ RULES("state: {indicator: desk.cost, window: 1h, warning: \"> 5\"}\n"), "1:1: error: 'state' cannot name a rule: it has a meaning in topics" },
	{ RULES("a.b: {indicator: desk.cost, window: 1h, warning: \"> 5\"}\n"), "1:1: error: 'a.b' cannot name a rule; use a to z, 0 to 9, '_' and '-', beginning with a letter or digit, at most 64" },
	{ RULES("a: {window: 1h, warning: \"> 5\"}\n"), "1:1: error: nothing says what the rule watches: indicator, change, baseline, behind, band, event, silence, sequence, deadline or own" },
	{ RULES("a: {event: desk/record.opened, indicator: desk.cost, window: 1h, warning: \"> 5\"}\n"), "1:1: error: 'indicator' and 'event': a rule watches one thing" },
	{ RULES("a: {indicator: desk.cots, window: 1h, warning: \"> 5\"}\n"), "1:16: error: unknown indicator 'desk.cots'; did you mean 'desk.cost'?" },
	{ RULES("a: {indicator: desk.cost, warning: \"> 5\"}\n"), "1:1: error: 'window' is missing" },
	{ RULES("a: {indicator: desk.cost, window: month, warning: \"> 5\"}\n"), "1:35: error: 'month' is too long for a rule on 'desk.cost'; its window is at most 24h, today or week" },
	{ RULES("a: {indicator: desk.cost, window: 48h, warning: \"> 5\"}\n"), "1:35: error: '48h' is not a window; write whole minutes or hours up to 24h, today, week, month or year" },
	{ RULES(ON "waring: \"> 5%\"}\n"), "1:44: error: unknown key 'waring'; did you mean 'warning'?" },
	{ RULES(ON "clear: \"> 5%\"}\n"), "1:1: error: neither 'warning' nor 'critical'" },
	{ RULES(ON "warning: 5%}\n"), "1:53: error: '5%' is not a limit; write >, >=, < or <= and a number or percentage, like \"> 5%\"" },
	{ RULES(ON "warning: \"= 5\"}\n"), "1:53: error: '= 5' is not a limit; write >, >=, < or <= and a number or percentage, like \"> 5%\"" },
	{ RULES(ON "warning: \"> five\"}\n"), "1:53: error: '> five' is not a limit; write >, >=, < or <= and a number or percentage, like \"> 5%\"" },
	{ RULES(ON "warning: [1]}\n"), "1:53: error: 'warning' must be a text, not a list" },
	{ RULES(LINES "  warning: \"> 5%\"\n  critical: \"> 4%\"\n"), "5:13: error: critical '> 4%' is reached before warning '> 5%'" },
	{ RULES(LINES "  warning: \"< 5%\"\n  critical: \"< 6%\"\n"), "5:13: error: critical '< 6%' is reached before warning '< 5%'" },
	{ RULES(LINES "  warning: \"> 5%\"\n  critical: \">= 5%\"\n"), "5:13: error: critical '>= 5%' is reached before warning '> 5%'" },
	{ RULES(LINES "  warning: \"> 5%\"\n  critical: \"< 1%\"\n"), "5:13: error: critical '< 1%' points the other way than warning '> 5%'" },
	{ RULES(LINES "  warning: \"> 5%\"\n  clear: \"> 6%\"\n"), "5:10: error: clear '> 6%' must point the other way than warning '> 5%'" },
	{ RULES(LINES "  warning: \"> 5%\"\n  clear: \"< 7%\"\n"), "5:10: error: clear '< 7%' overlaps with warning '> 5%'" },
	{ RULES(LINES "  warning: \">= 5%\"\n  clear: \"<= 5%\"\n"), "5:10: error: clear '<= 5%' overlaps with warning '>= 5%'" },
	{ RULES(LINES "  critical: \"< 5%\"\n  clear: \"> 4%\"\n"), "5:10: error: clear '> 4%' overlaps with critical '< 5%'" },
	{ RULES(ON "warning: \"> 5%\", hold: 5}\n"), "1:67: error: '5' is not a duration; write a number and ms, s, m, h or d: 90s, 10m" },
	{ RULES(ON "warning: \"> 5%\", fade: -5s}\n"), "1:67: error: '-5s' is not a duration; write a number and ms, s, m, h or d: 90s, 10m" },
	{ RULES(ON "warning: \"> 5%\", min-samples: -1}\n"), "1:74: error: '-1' is out of range; it must be from 0 to 1000000000" },
	{ RULES(ON "warning: \"> 5%\", min-samples: 1.5}\n"), "1:74: error: '1.5' is not a whole number" },
	{ RULES(ON "warning: \"> 5%\", severity: critical}\n"), "1:61: error: 'severity' is for rules on events; this one is on an indicator" },
	{ RULES(LINES "  warning: \"> 5%\"\n  units: {level: [distrct]}\n"), "5:19: error: no unit has the level 'distrct'; did you mean 'district'?" },
	{ RULES(LINES "  warning: \"> 5%\"\n  units: {levels: [district]}\n"), "5:11: error: unknown key 'levels'; did you mean 'level'?" },
	{ RULES(LINES "  warning: \"> 5%\"\n  units: [easst]\n"), "5:11: error: unknown unit 'easst'; did you mean 'east'?" },
	{ RULES(LINES "  warning: \"> 5%\"\n  units: []\n"), "5:10: error: the rule applies to no unit" },
	{ RULES(LINES "  warning: \"> 5%\"\n  units: {level: []}\n"), "5:10: error: the rule applies to no unit" },
	{ RULES(LINES "  warning: \"> 5%\"\n  override: {wset: {warning: \"> 8%\"}}\n"), "5:14: error: 'wset' is neither a unit nor a level; did you mean 'west'?" },
	{ RULES(LINES "  warning: \"> 5%\"\n  units: [east]\n  override: {west: {warning: \"> 8%\"}}\n"), "6:14: error: the rule does not apply to unit 'west'" },
	{ RULES(LINES "  warning: \"> 5%\"\n  units: [east]\n  override: {commune: {warning: \"> 8%\"}}\n"), "6:14: error: the rule applies to no unit of the level 'commune'" },
	{ RULES(LINES "  warning: \"> 5%\"\n  override: {east: {warning: \"> 8%\"}, old-east: {warning: \"> 9%\"}}\n"), "5:39: error: 'old-east' is another name of a unit that has an override here" },
	{ RULES(LINES "  warning: \"> 5%\"\n  override: {east: {hold: 5m}}\n"), "5:21: error: unknown key 'hold'" },
	{ RULES(LINES "  warning: \"> 5%\"\n  override: {east: {warning: 8}}\n"), "5:30: error: '8' is not a limit; write >, >=, < or <= and a number or percentage, like \"> 5%\"" },
	{ RULES(LINES "  warning: \"> 5%\"\n  critical: \"> 10%\"\n  override: {east: {warning: \"> 12%\"}}\n"), "6:30: error: critical '> 10%' is reached before warning '> 12%'" },
	{ RULES(LINES "  warning: \"> 5%\"\n  clear: \"< 4%\"\n  override: {district: {warning: \"> 3%\"}}\n"), "6:34: error: clear '< 4%' overlaps with warning '> 3%'" },
	{ RULES(LINES "  warning: \"> 5%\"\n  override: [east]\n"), "5:13: error: 'override' must be a map of keys and values, not a list" },
	{ RULES(EVENT "where: {channel: online}}\n"), "1:1: error: 'severity' is missing" },
	{ RULES("a: {indicator: desk.cost, window: year, warning: \"> 5\"}\n"), "1:35: error: 'year' is too long for a rule on 'desk.cost'; its window is at most 24h, today or week" },
	{ RULES(ON "warning: \"> 5%\", calendar: offce}\n"), "1:71: error: unknown calendar 'offce'" },
	{ RULES("a: {silence: desk, severity: warning}\n"), "1:14: error: feed 'desk' expects nobody to report; say in its 'expect' who must, and how often" },
	{ RULES("a: {silence: dsek, severity: warning}\n"), "1:14: error: unknown feed 'dsek'; did you mean 'desk'?" },
	{ RULES(EVENT "severity: high}\n"), "1:42: error: 'high' is not warning or critical" },
	{ RULES(EVENT "severity: critical, subject: due}\n"), "1:61: error: 'due' is a time; a subject is a text or a choice" },
	{ RULES(EVENT "severity: critical, subject: recrod}\n"), "1:61: error: event 'record.opened' has no field 'recrod'; did you mean 'record'?" },
	{ RULES(EVENT "severity: critical, window: 1h}\n"), "1:52: error: 'window' is for rules on indicators; this one is on an event" },
	{ RULES("a: {event: desk/record.opend, severity: critical}\n"), "1:12: error: feed 'desk' has no event 'record.opend'; did you mean 'record.opened'?" },
	{ RULES("a: [b]\n"), "1:4: error: 'a' must be a map of keys and values, not a list" },
};
/* clang-format on */

/* clang-format off */
static const struct mistake silence_mistakes[] = {
	{ RULES("a: {silence: beat}\n"), "1:1: error: 'severity' is missing" },
	{ RULES("a: {silence: beat, event: desk/record.opened, severity: warning}\n"), "1:1: error: 'event' and 'silence': a rule watches one thing" },
	{ RULES("a: {silence: beat, severity: warning, window: 1h}\n"), "1:39: error: 'window' is for rules on indicators; this one is on the silence of a feed" },
	{ RULES("a: {silence: beat, severity: warning, subject: x}\n"), "1:39: error: 'subject' is for rules on events; this one is on the silence of a feed" },
	{ RULES("a: {silence: beat, severity: warning, units: [home, west]}\n"), "1:46: error: none of these units is expected to report on feed 'beat'" },
};
/* clang-format on */

static const struct file beat = { PART_FEEDS, "feeds.d/beat.yml",
				  "beat: {expect: {from: east, every: 5m}, events: {beat: {}}}\n" };

static void each_mistake_in_a_rule_is_told_alone_at_its_place(void **state)
{
	(void)state;
	expect_mistakes(mistakes, COUNT(mistakes));
	for (size_t i = 0; i < COUNT(silence_mistakes); i++)
		expect_mistake_beside(&silence_mistakes[i], &beat);
}

static void a_caret_stands_below_its_character_in_vietnamese(void **state)
{
	const struct file file = RULES("a: {title: {vi: Tỷ lệ}, ế: 1, indicator: desk.cost, "
				       "window: 1h, warning: '> 1'}\n"
				       "b:\t{indicator: desk.cost, window: 1h, wrning: '> 1'}\n");
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;

	(void)state;
	assert_int_equal(pack_load(&config, &file, 1, &report), CONFIG_REFUSED);
	assert_string_equal(
		text_get(&report),
		"rules.d/z.yml:1:25: error: unknown key 'ế'\n"
		"a: {title: {vi: Tỷ lệ}, ế: 1, indicator: desk.cost, window: 1h, warning: '> 1'}\n"
		"                        ^\n"
		"rules.d/z.yml:2:39: error: unknown key 'wrning'; did you mean 'warning'?\n"
		"b:\t{indicator: desk.cost, window: 1h, wrning: '> 1'}\n"
		"  \t                                   ^\n"
		"2 errors in 1 file; nothing was loaded\n");
}

static const struct rule *find(const struct config *config, const char *id)
{
	uint32_t n;
	const struct rule *list = config_rules(config, &n);

	for (uint32_t i = 0; i < n; i++)
		if (strcmp(list[i].id, id) == 0)
			return &list[i];
	fail_msg("no rule %s", id);
	return NULL;
}

static uint32_t unit(const struct config *config, const char *id)
{
	return units_find(config_units(config), id, strlen(id));
}

static void assert_threshold(const struct threshold *threshold, const char *text, double value,
			     uint32_t line, uint32_t column)
{
	assert_string_equal(threshold->text, text);
	assert_true(threshold->value == value);
	assert_string_equal(threshold->place.file, "rules.d/z.yml");
	assert_int_equal(threshold->place.line, line);
	assert_int_equal(threshold->place.column, column);
}

static void a_units_override_goes_above_its_levels_and_keeps_its_place(void **state)
{
	const struct file file = RULES("a:\n"
				       "  indicator: desk.late-rate\n"
				       "  window: 1h\n"
				       "  warning: \"> 5%\"\n"
				       "  critical: \">= 10%\"\n"
				       "  clear: \"< 4%\"\n"
				       "  units: {level: [district], id: home}\n"
				       "  override:\n"
				       "    old-east: {warning: \"> 8%\"}\n"
				       "    district: {warning: \"> 7%\", critical: \"> 20%\"}\n");
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);
	const struct rule *rule = find(config, "a");
	const struct limits *home = &rule->limits[unit(config, "home")];
	const struct limits *east = &rule->limits[unit(config, "east")];
	const struct limits *west = &rule->limits[unit(config, "west")];
	const struct limits *below = &rule->limits[unit(config, "east-1")];

	(void)state;
	assert_threshold(&home->warning, "> 5%", 0.05, 4, 12);
	assert_threshold(&home->critical, ">= 10%", 0.1, 5, 13);
	assert_int_equal(home->critical.comparison, COMPARE_GE);
	assert_threshold(&west->warning, "> 7%", 0.07, 10, 25);
	assert_threshold(&west->critical, "> 20%", 0.2, 10, 43);
	assert_threshold(&west->clear, "< 4%", 0.04, 6, 10);
	assert_threshold(&east->warning, "> 8%", 0.08, 9, 25);
	assert_threshold(&east->critical, "> 20%", 0.2, 10, 43);
	assert_int_equal(east->clear.comparison, COMPARE_LT);
	assert_int_equal(home->warning.origin, LIMIT_OF_RULE);
	assert_int_equal(west->warning.origin, LIMIT_OF_LEVEL);
	assert_int_equal(west->clear.origin, LIMIT_OF_RULE);
	assert_int_equal(east->warning.origin, LIMIT_OF_UNIT);
	assert_int_equal(east->critical.origin, LIMIT_OF_LEVEL);
	assert_threshold(&rule->stated.warning, "> 5%", 0.05, 4, 12);
	assert_int_equal(below->warning.comparison, COMPARE_NONE);
	assert_false(rule->applies[unit(config, "east-1")]);
	assert_true(rule->applies[unit(config, "home")]);
	assert_int_equal(rule->place.line, 1);
}

static void a_rule_without_units_applies_everywhere(void **state)
{
	const struct file file =
		RULES("a: {indicator: desk.cost, window: today, critical: \">= 1e3\","
		      " min-samples: 20, hold: 10m, fade: 5m}\n");
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);
	const struct rule *rule = find(config, "a");

	(void)state;
	for (uint32_t i = 0; i < units_count(config_units(config)); i++) {
		assert_true(rule->applies[i]);
		assert_true(rule->limits[i].critical.value == 1000);
		assert_int_equal(rule->limits[i].critical.comparison, COMPARE_GE);
		assert_int_equal(rule->limits[i].warning.comparison, COMPARE_NONE);
	}
	assert_int_equal(rule->window.kind, WINDOW_TODAY);
	assert_int_equal(rule->min_samples, 20);
	assert_int_equal(rule->hold_ms, 600000);
	assert_int_equal(rule->fade_ms, 300000);
	assert_int_equal(find(config, "desk-late")->hold_ms, 0);
	assert_int_equal(find(config, "desk-late")->number, 0);
}

static void a_rule_on_events_has_severity_subject_and_filter(void **state)
{
	const struct file file =
		RULES("a: {event: desk/record.opened, where: {channel: counter}, "
		      "severity: critical, subject: channel, units: [east]}\n"
		      "b: {event: desk/record.closed, severity: warning, fade: 1m}\n");
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);
	const struct rule *rule = find(config, "a");

	(void)state;
	assert_int_equal(rule->kind, RULE_EVENT);
	assert_int_equal(rule->severity, SEVERITY_CRITICAL);
	assert_int_equal(rule->subject_field, 1);
	assert_int_equal(rule->where.conditions[0].choices, 2);
	assert_int_equal(rule->fade_ms, 30 * 60000);
	assert_true(rule->applies[unit(config, "east")]);
	assert_false(rule->applies[unit(config, "west")]);
	rule = find(config, "b");
	assert_int_equal(rule->severity, SEVERITY_WARNING);
	assert_int_equal(rule->subject_field, TYPE_NONE);
	assert_int_equal(rule->where.n_conditions, 0);
	assert_int_equal(rule->fade_ms, 60000);
}

static void a_rule_on_silence_applies_to_who_is_expected_to_report(void **state)
{
	const struct file files[] = {
		beat,
		RULES("a: {silence: beat, severity: critical, hold: 5m, fade: 1m}\n"),
	};
	const struct file others[] = {
		beat,
		RULES("b: {silence: beat, severity: warning, units: {level: [district, "
		      "commune]}}\n"),
	};
	CLEANUP(config_free) struct config *config = expect_good(files, COUNT(files));
	CLEANUP(config_free) struct config *other = expect_good(others, COUNT(others));
	const struct rule *rule = find(config, "a");

	(void)state;
	assert_int_equal(rule->kind, RULE_SILENCE);
	assert_int_equal(rule->feed, schema_find_feed(config_schema(config), "beat", 4));
	assert_ptr_equal(rule->silent_feed, schema_feed(config_schema(config), rule->feed));
	assert_int_equal(rule->severity, SEVERITY_CRITICAL);
	assert_int_equal(rule->indicator, INDICATOR_NONE);
	assert_int_equal(rule->type, TYPE_NONE);
	assert_int_equal(rule->hold_ms, 300000);
	assert_int_equal(rule->fade_ms, 60000);
	assert_null(rule->calendar);
	for (uint32_t i = 0; i < units_count(config_units(config)); i++)
		assert_int_equal(rule->applies[i], i == unit(config, "east"));
	rule = find(other, "b");
	assert_int_equal(rule->hold_ms, 0);
	assert_true(rule->applies[unit(config, "east")]);
	assert_false(rule->applies[unit(config, "east-1")]);
}

static void a_rule_may_have_hours(void **state)
{
	const struct file files[] = {
		{ PART_CALENDAR, "calendar.yml",
		  "office: {weeks: [{mon-fri: \"08:00-17:00\"}]}\n" },
		RULES(ON "warning: \"> 5%\", calendar: office}\n"),
	};
	CLEANUP(config_free) struct config *config = expect_good(files, COUNT(files));

	(void)state;
	assert_ptr_equal(find(config, "a")->calendar, config_find_calendar(config, "office"));
	assert_null(find(config, "desk-late")->calendar);
}

/* What is the same over every window may be judged over a long one; a week is never too long. */
static void only_what_stands_is_judged_over_a_month(void **state)
{
	const struct file files[] = {
		{ PART_INDICATORS, "indicators.d/z.yml",
		  "used: {stock: desk/record.closed.cost}\n"
		  "all: {stock: desk/record.moved.cost}\n"
		  "full: {ratio: [used, all]}\n"
		  "done: {progress: full, goal: 1}\n"
		  "mixed: {ratio: [used, desk.opened]}\n"
		  "mixed-too: {ratio: [desk.opened, used]}\n"
		  "open: {track: record, open: desk/record.opened, close: desk/record.closed}\n" },
		RULES("a: {indicator: used, window: month, warning: \"> 5\"}\n"
		      "b: {indicator: done, window: year, warning: \"> 5\"}\n"
		      "c: {indicator: open.overdue, window: year, warning: \"> 5\"}\n"
		      "d: {indicator: desk.cost, window: week, warning: \"> 5\"}\n"
		      "e: {indicator: mixed, window: month, warning: \"> 5\"}\n"
		      "f: {indicator: mixed-too, window: year, warning: \"> 5\"}\n"),
	};
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;

	(void)state;
	assert_int_equal(pack_load(&config, files, COUNT(files), &report), CONFIG_REFUSED);
	assert_non_null(
		strstr(text_get(&report),
		       "rules.d/z.yml:5:31: error: 'month' is too long for a rule on 'mixed'"));
	assert_non_null(strstr(text_get(&report), "rules.d/z.yml:6:35: error: 'year' is too long"));
	assert_non_null(strstr(text_get(&report), "\n2 errors in 1 file;"));
}

static void limits_may_touch_without_overlapping(void **state)
{
	const struct file file =
		RULES("a: {indicator: desk.cost, window: 1h, warning: \"> 5\", clear: \"<= 5\"}\n"
		      "b: {indicator: desk.cost, window: 2h, warning: \">= 5\", clear: \"< 5\"}\n"
		      "c: {indicator: desk.cost, window: 4h, warning: \"< 5\", clear: \">= 5\"}\n"
		      "d: {indicator: desk.cost, window: 3h, warning: \">= 5\", critical: \"> 5\", "
		      "units: home}\n");

	(void)state;
	config_free(expect_good(&file, 1));
}

static void a_share_above_one_is_warned_of(void **state)
{
	const struct file share = RULES(ON "warning: \"> 100%\"}\n");
	const struct file reached = RULES(ON "warning: \">= 100%\"}\n");
	const struct file unit_limit =
		RULES(ON "warning: \"> 5%\", override: {east: {warning: \"> 500%\"}}}\n");
	const struct file sum =
		RULES("a: {indicator: desk.cost, window: 1h, warning: \"> 500%\"}\n");

	(void)state;
	expect_warning(&share, "rules.d/z.yml:1:53: warning: '> 100%' is never reached: the ratio "
			       "is a share and at most 100% [rule-never-fires]\n");
	expect_warning(&unit_limit, "rules.d/z.yml:1:88: warning: '> 500%' is never reached");
	config_free(expect_good(&reached, 1));
	config_free(expect_good(&sum, 1));
}

static void an_override_does_not_repeat_the_warnings_of_its_rule(void **state)
{
	const struct file file =
		RULES(ON "warning: \"> 100%\", critical: \"> 100%\", clear: \"< 4%\", "
			 "override: {east: {clear: \"< 5%\"}, west: {clear: \"< 6%\"}}}\n");
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP_TEXT struct text report = { 0 };

	(void)state;
	assert_int_equal(pack_load(&config, &file, 1, &report), 0);
	assert_non_null(strstr(text_get(&report), "\n3 warnings in 1 file\n"));
}

static void a_warning_that_nobody_sees_is_warned_of(void **state)
{
	const struct file file = RULES(ON "warning: \"> 5%\", critical: \"> 5%\"}\n");

	(void)state;
	expect_warning(&file, "rules.d/z.yml:1:71: warning: critical and warning are the same "
			      "limit; nobody will see the warning [warning-never-seen]\n");
}

static void an_override_of_what_is_both_unit_and_level_is_refused(void **state)
{
	const struct file files[] = {
		{ PART_UNITS, "units.yml", "units:\n  home: {level: home}\n" },
		RULES(ON "warning: \"> 5%\", override: {home: {warning: \"> 6%\"}}}\n"),
	};
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;

	(void)state;
	assert_int_equal(pack_load(&config, files, COUNT(files), &report), CONFIG_REFUSED);
	assert_non_null(strstr(text_get(&report),
			       "rules.d/z.yml:1:72: error: 'home' is both a unit and a level"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_without_units_applies_everywhere),
		cmocka_unit_test(a_units_override_goes_above_its_levels_and_keeps_its_place),
		cmocka_unit_test(a_rule_on_events_has_severity_subject_and_filter),
		cmocka_unit_test(a_rule_on_silence_applies_to_who_is_expected_to_report),
		cmocka_unit_test(a_rule_may_have_hours),
		cmocka_unit_test(only_what_stands_is_judged_over_a_month),
		cmocka_unit_test(limits_may_touch_without_overlapping),
		cmocka_unit_test(a_share_above_one_is_warned_of),
		cmocka_unit_test(an_override_does_not_repeat_the_warnings_of_its_rule),
		cmocka_unit_test(a_warning_that_nobody_sees_is_warned_of),
		cmocka_unit_test(an_override_of_what_is_both_unit_and_level_is_refused),
		cmocka_unit_test(each_mistake_in_a_rule_is_told_alone_at_its_place),
		cmocka_unit_test(a_caret_stands_below_its_character_in_vietnamese),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
