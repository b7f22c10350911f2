/* SPDX-License-Identifier: Apache-2.0 */
#include "rules_pack.h"

#include "iocd/keyed.h"

#define EACH "a: {indicator: links.up, window: 5m, warning: \"< 1\", "
#define SEQ  "a: {severity: warning, sequence: {first: links/link.seen, "
#define DUE  "a: {deadline: open, "

/* clang-format off */
static const struct mistake mistakes[] = {
	{ RULES(EACH "for-each: lnk}\n"), "1:64: error: event 'link.seen', which 'links.up' counts, has no text or choice 'lnk'; did you mean 'link'?" },
	{ RULES(EACH "for-each: up}\n"), "1:64: error: event 'link.seen', which 'links.up' counts, has no text or choice 'up'" },
	{ RULES(EACH "for-each: link, cap: 0}\n"), "1:75: error: '0' is out of range; it must be from 1 to 1000" },
	{ RULES(EACH "cap: 5}\n"), "1:54: error: 'cap' has no meaning without 'for-each'" },
	{ RULES("a: {indicator: links.up, window: 2h, for-each: link, warning: \"< 1\"}\n"), "1:34: error: '2h' is too long for a rule with 'for-each'; its window is at most 60m" },
	{ RULES("a: {indicator: links.up, window: today, for-each: link, warning: \"< 1\"}\n"), "1:34: error: 'today' is too long for a rule with 'for-each'; its window is at most 60m" },
	{ RULES("a: {indicator: links.score, window: 5m, for-each: link, warning: \"< 1\"}\n"), "1:51: error: 'links.score' is a 'score', which cannot be told apart by a field" },
	{ RULES("a: {indicator: links.both, window: 5m, for-each: link, warning: \"< 1\"}\n"), "1:50: error: event 'record.opened', which 'desk.opened' counts, has no text or choice 'link'" },
	{ RULES("a: {change: links.change, window: 5m, for-each: link, warning: \"< 1\"}\n"), "1:39: error: 'for-each' goes with 'indicator' only" },
	{ RULES("a: {change: links.up, window: 5m, warning: \"< 1\"}\n"), "1:13: error: 'links.up' is a 'last'; here stands a 'change'" },
	{ RULES("a: {baseline: links.change, window: 5m, warning: \"< 1\"}\n"), "1:15: error: 'links.change' is a 'change'; here stands a 'baseline'" },
	{ RULES("a: {behind: links.done, window: 5m, warning: \"< 1\"}\n"), "1:13: error: 'links.done' is a 'progress'; here stands a 'behind'" },
	{ RULES("a: {band: links.up, window: 5m, warning: below good}\n"), "1:11: error: 'links.up' has no bands" },
	{ RULES("a: {band: links.score, window: 5m, warning: below tpo}\n"), "1:45: error: 'links.score' has no band 'tpo'; did you mean 'top'?" },
	{ RULES("a: {band: links.score, window: 5m, warning: under top}\n"), "1:45: error: 'under top' is not a limit; write >, >=, < or <= and a number or percentage, like \"> 5%\"" },
	{ RULES("a: {band: links.score, window: 5m, warning: below fairly good, critical: below top}\n"), "1:74: error: critical 'below top' is reached before warning 'below fairly good'" },
	{ RULES("a: {band: links.score, window: 5m, warning: below top, override: {east: {warning: below best}}}\n"), "1:83: error: 'links.score' has no band 'best'" },
	{ RULES("a: {indicator: links.score, window: 5m, warning: below top}\n"), "1:50: error: 'below top' is not a limit; write >, >=, < or <= and a number or percentage, like \"> 5%\"" },
	{ RULES(SEQ "by: link, within: 5m}}\n"), "1:24: error: 'then' is missing" },
	{ RULES(SEQ "then: links/link.gone, within: 5m}}\n"), "1:24: error: 'by' is missing" },
	{ RULES(SEQ "then: links/link.gone, by: link}}\n"), "1:24: error: 'within' is missing" },
	{ RULES(SEQ "then: links/link.gone, by: kind, within: 5m}}\n"), "1:86: error: event 'link.gone' has no field 'kind'; did you mean 'link'?" },
	{ RULES(SEQ "then: links/link.seen, by: link, within: 5m}}\n"), "1:65: error: 'links/link.seen' is given already: an event does one thing to a record" },
	{ RULES(SEQ "then: links/link.gone, by: [link, link, link], within: 5m}}\n"), "1:86: error: 'by' must be the field that identifies a record, or a list of at most 2" },
	{ RULES(SEQ "then: links/link.gone, by: link, within: 1y}}\n"), "1:100: error: '1y' is not a duration; write a number and ms, s, m, h or d: 90s, 10m" },
	{ RULES(SEQ "then: links/link.gone, by: link, within: 5m, of: x}}\n"), "1:104: error: unknown key 'of'" },
	{ RULES("a: {sequence: {first: links/link.seen, then: links/link.gone, by: link, within: 5m}}\n"), "1:1: error: 'severity' is missing" },
	{ RULES("a: {severity: warning, hold: 5m, sequence: {first: links/link.seen, then: links/link.gone, by: link, within: 5m}}\n"), "1:24: error: 'hold' is for rules on indicators; this one is on a sequence of events" },
	{ RULES("a: {deadline: links.up}\n"), "1:15: error: 'links.up' follows no records; here stands an indicator with a 'track'" },
	{ RULES("a: {deadline: opn}\n"), "1:15: error: unknown indicator 'opn'; did you mean 'open'?" },
	{ RULES("a: {deadline: plain}\n"), "1:15: error: the records of 'plain' are never due; its track has neither 'due' nor 'allow'" },
	{ RULES(DUE "due-soon: none, overdue: none}\n"), "1:1: error: neither 'due-soon' nor 'overdue' is told" },
	{ RULES(DUE "overdue: bad}\n"), "1:30: error: 'bad' is not none, warning or critical" },
	{ RULES(DUE "for-each: unit}\n"), "1:31: error: 'unit' is not record" },
	{ RULES(DUE "severity: warning}\n"), "1:21: error: 'severity' is for rules on events; this one is on deadlines of records" },
	{ RULES(DUE "calendar: office}\n"), "1:21: error: 'calendar' is for rules on indicators, events and silence; this one is on deadlines of records" },
};
/* clang-format on */

static void each_mistake_in_a_kind_of_rule_is_told_alone_at_its_place(void **state)
{
	(void)state;
	expect_rule_mistakes(mistakes, COUNT(mistakes));
}

static void a_rule_for_each_value_of_a_field_has_a_cap(void **state)
{
	CLEANUP(config_free)
	struct config *config =
		expect_rules("a: {indicator: links.up, window: 5m, for-each: link, warning: '< 1', "
			     "hold: 1m}\n"
			     "b: {indicator: links.count, window: 60m, for-each: kind, cap: 7, "
			     "warning: '> 5'}\n");
	const struct rule *rule = find_rule(config, "a");

	(void)state;
	assert_int_equal(rule->kind, RULE_EACH);
	assert_string_equal(rule->each, "link");
	assert_int_equal(rule->cap, KEYED_CAP);
	assert_string_equal(rule->figure->id, "links.up");
	assert_int_equal(rule->window.minutes, 5);
	assert_true(rule->limits[0].warning.value == 1);
	assert_int_equal(rule->hold_ms, 60000);
	assert_int_equal(find_rule(config, "b")->cap, 7);
}

static void a_rule_says_at_what_kind_of_figure_it_looks(void **state)
{
	CLEANUP(config_free)
	struct config *config =
		expect_rules("a: {change: links.change, window: today, warning: '< -33%'}\n"
			     "b: {baseline: links.usual, window: 1h, warning: '> 300%'}\n"
			     "c: {behind: links.late, window: today, warning: '> 0%'}\n"
			     "d: {band: links.score, window: today, warning: below top, critical: "
			     "below fairly good, clear: '> 85'}\n"
			     "e: {indicator: links.usual, window: 2h, warning: '> 300%'}\n");
	const struct limits *limits = &find_rule(config, "d")->limits[0];

	(void)state;
	assert_int_equal(find_rule(config, "a")->look, LOOK_CHANGE);
	assert_int_equal(find_rule(config, "b")->look, LOOK_BASELINE);
	assert_int_equal(find_rule(config, "c")->look, LOOK_BEHIND);
	assert_int_equal(find_rule(config, "d")->look, LOOK_BAND);
	assert_int_equal(find_rule(config, "e")->look, LOOK_VALUE);
	assert_int_equal(find_rule(config, "a")->kind, RULE_THRESHOLD);
	assert_int_equal(find_rule(config, "d")->kind, RULE_THRESHOLD);
	assert_int_equal(limits->warning.comparison, COMPARE_LT);
	assert_true(limits->warning.value == 80);
	assert_string_equal(limits->warning.text, "below top");
	assert_true(limits->critical.value == 50);
	assert_true(limits->clear.value == 85);
}

static void a_band_may_be_another_in_a_unit(void **state)
{
	CLEANUP(config_free)
	struct config *config =
		expect_rules("a: {band: links.score, window: today, warning: below top, override: "
			     "{east: {warning: below fairly good}}}\n");
	const struct rule *rule = find_rule(config, "a");

	(void)state;
	assert_true(rule->limits[find_unit(config, "west")].warning.value == 80);
	assert_true(rule->limits[find_unit(config, "east")].warning.value == 50);
}

static void a_sequence_makes_a_track_of_its_own(void **state)
{
	CLEANUP(config_free)
	struct config *config =
		expect_rules("a: {severity: critical, fade: 1m, sequence: {first: links/link.seen, "
			     "then: [links/link.gone, links/link.lost], by: link, within: 30m}}\n"
			     "b: {severity: warning, sequence: {first: links/link.seen, then: "
			     "links/link.gone, by: link, within: 2d, calendar: office}}\n"
			     "c: {severity: warning, sequence: {first: links/link.seen, then: "
			     "links/link.gone, by: link, within: 2d}}\n"
			     "d: {severity: warning, sequence: {first: links/link.seen, then: "
			     "links/link.gone, by: link, within: 4h, calendar: office}}\n");
	const struct track *track;
	struct rulebook book;

	(void)state;
	(void)config;
	config_rulebook(config, &book);
	assert_int_equal(book.n_sequences, 4);
	assert_int_equal(find_rule(config, "a")->severity, SEVERITY_CRITICAL);
	assert_int_equal(find_rule(config, "a")->track, 0);
	track = find_rule(config, "a")->record;
	assert_ptr_equal(track, &book.sequences[0]);
	assert_string_equal(track->id, "a");
	assert_int_equal(track->n_key, 1);
	assert_int_equal(track->n_steps, 3);
	assert_int_equal(track->steps[0].role, TRACK_OPEN);
	assert_int_equal(track->steps[2].role, TRACK_CLOSE);
	assert_int_equal(track->allow_ms, 30 * 60000);
	assert_int_equal(track->allow_days, 0);
	assert_ptr_equal(track->calendar, config_find_calendar(config, "always"));
	assert_int_equal(track->open_gauge, INDICATOR_NONE);
	assert_int_equal(track->overdue_type, TYPE_NONE);
	/* Working days only by a calendar. */
	assert_int_equal(book.sequences[1].allow_days, 2);
	assert_int_equal(book.sequences[1].allow_ms, 0);
	assert_ptr_equal(book.sequences[1].calendar, config_find_calendar(config, "office"));
	assert_int_equal(book.sequences[2].allow_days, 0);
	assert_int_equal(book.sequences[2].allow_ms, 2 * 86400000);
	assert_int_equal(book.sequences[3].allow_ms, 4 * 3600000);
	assert_ptr_equal(book.sequences[3].calendar, config_find_calendar(config, "office"));
}

static void a_deadline_is_told_for_a_unit_or_for_each_record(void **state)
{
	CLEANUP(config_free)
	struct config *config = expect_rules(
		"a: {deadline: open}\n"
		"b: {deadline: open, for-each: record, due-soon: none, overdue: warning}\n");
	const struct rule *rule = find_rule(config, "a");
	uint32_t n;

	(void)state;
	assert_int_equal(rule->kind, RULE_DEADLINE);
	assert_int_equal(rule->due_soon, SEVERITY_WARNING);
	assert_int_equal(rule->overdue, SEVERITY_CRITICAL);
	assert_false(rule->is_each_record);
	assert_ptr_equal(rule->record, &config_tracks(config, &n)[0]);
	rule = find_rule(config, "b");
	assert_true(rule->is_each_record);
	assert_int_equal(rule->due_soon, SEVERITY_NONE);
	assert_int_equal(rule->overdue, SEVERITY_WARNING);
}

/* A mistake elsewhere is not told a second time at the rule. */
static void what_a_broken_indicator_means_for_a_rule_is_not_told(void **state)
{
	const struct file files[] = {
		links,
		{ PART_INDICATORS, "indicators.d/links.yml",
		  "x: {last: links/link.seen.upp}\n"
		  "y: {track: link, open: links/link.sen, close: links/link.gone, due: due}\n"
		  "z: {score: 5, bands: [{from: 0, title: Low}]}\n" },
		RULES("a: {indicator: x, window: 5m, for-each: nothing, warning: '< 1'}\n"
		      "b: {deadline: y}\n"
		      "c: {band: z, window: 5m, warning: below what}\n"
		      "d: {change: x, window: 5m, warning: '< 1'}\n"),
	};
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;

	(void)state;
	assert_int_equal(pack_load(&config, files, COUNT(files), &report), CONFIG_REFUSED);
	if (strstr(text_get(&report), "rules.d"))
		print_error("%s", text_get(&report));
	assert_null(strstr(text_get(&report), "rules.d"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_for_each_value_of_a_field_has_a_cap),
		cmocka_unit_test(a_rule_says_at_what_kind_of_figure_it_looks),
		cmocka_unit_test(a_band_may_be_another_in_a_unit),
		cmocka_unit_test(a_sequence_makes_a_track_of_its_own),
		cmocka_unit_test(a_deadline_is_told_for_a_unit_or_for_each_record),
		cmocka_unit_test(each_mistake_in_a_kind_of_rule_is_told_alone_at_its_place),
		cmocka_unit_test(what_a_broken_indicator_means_for_a_rule_is_not_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
