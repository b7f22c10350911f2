/* SPDX-License-Identifier: Apache-2.0 */
#include "rules_pack.h"

#define COST "a: {indicator: desk.cost, window: 1h, "
#define OPEN "a: {indicator: desk.opened, window: 1h, "
#define UP   "a: {indicator: links.up, window: 1h, units: [east], "
#define R    "receivers.yml"

/* What is doubtful in one rule: exactly that is told, or nothing (NULL). */
struct doubt {
	const char *yaml;
	const char *told; /* "line:column: warning: message [code]" */
};

/* clang-format off */
static const struct doubt doubts[] = {
	{ COST "warning: '< 0'}\n", "1:48: warning: '< 0' is never reached: 'desk.cost' is never below 0 [rule-never-fires]" },
	{ COST "warning: '<= 0'}\n", NULL },
	{ COST "warning: '<= -1'}\n", "1:48: warning: '<= -1' is never reached: 'desk.cost' is never below 0 [rule-never-fires]" },
	{ COST "warning: '> 0'}\n", NULL },
	{ COST "warning: '>= 0'}\n", "1:48: warning: '>= 0' never ends: 'desk.cost' is never below 0 [rule-never-clears]" },
	{ COST "warning: '> 0', clear: '< 0'}\n", "1:62: warning: '< 0' is never reached: 'desk.cost' is never below 0 [rule-never-clears]" },
	{ UP "warning: '< 1'}\n", NULL },
	{ UP "warning: '> 1'}\n", "1:62: warning: '> 1' is never reached: 'links.up' is from 0 to 1 [rule-never-fires]" },
	{ UP "warning: '< 1', clear: '> 1'}\n", "1:76: warning: '> 1' is never reached: 'links.up' is from 0 to 1 [rule-never-clears]" },
	{ OPEN "warning: '< 5', min-samples: 5}\n", "1:50: warning: '< 5' is never reached: with fewer than 'min-samples' nothing is judged [rule-never-fires]" },
	{ OPEN "warning: '< 5', min-samples: 4}\n", NULL },
	{ OPEN "warning: '> 5', min-samples: 6}\n", "1:50: warning: '> 5' never ends: with fewer than 'min-samples' nothing is judged [rule-never-clears]" },
	{ OPEN "warning: '> 5', min-samples: 5}\n", NULL },
	{ OPEN "warning: '> 5', clear: '< 3', min-samples: 3}\n", "1:64: warning: '< 3' is never reached: with fewer than 'min-samples' nothing is judged [rule-never-clears]" },
	{ "a: {change: links.change, window: 1h, warning: '< -100%'}\n", "1:48: warning: '< -100%' is never reached: 'links.change' is never below -1 [rule-never-fires]" },
	{ "a: {behind: links.late, window: 1h, warning: '> 100%'}\n", "1:46: warning: '> 100%' is never reached: 'links.late' is never above 1 [rule-never-fires]" },
	{ "a: {baseline: links.usual, window: 1h, warning: '< 0%'}\n", "1:49: warning: '< 0%' is never reached: 'links.usual' is never below 0 [rule-never-fires]" },
	{ COST "warning: '> 5', override: {east: {warning: '> 5'}}}\n", "1:82: warning: '> 5' is what holds there without it [override-without-effect]" },
	{ COST "warning: '> 5', fade: 25h}\n", "1:1: warning: alerts of 'a' stand for another 1d 1h when all is well again [fade-long]" },
	{ COST "warning: '> 5', fade: 24h}\n", NULL },
	{ "a: {indicator: links.count, window: 1h, warning: '> 5', units: east-1}\n", "1:1: warning: no unit of 'a', and none below, is expected to report on feed 'links' [units-without-feed]" },
	{ "a: {indicator: links.count, window: 1h, warning: '> 5', units: home}\n", NULL },
	{ "a: {event: links/link.gone, severity: warning, units: east-1}\n", "1:1: warning: no unit of 'a', and none below, is expected to report on feed 'links' [units-without-feed]" },
	{ COST "warning: '> 5'}\nb: {indicator: desk.cost, window: 1h, warning: '>= 9', units: east}\n", "2:1: warning: 'b' tells the same as 'a', at rules.d/z.yml:1 [rule-twice]" },
	{ COST "warning: '> 5'}\nb: {indicator: desk.cost, window: 1h, warning: '< 2'}\n", NULL },
	{ COST "warning: '> 5', units: west}\nb: {indicator: desk.cost, window: 1h, warning: '> 9', units: east}\n", NULL },
	{ COST "warning: '> 5'}\nb: {indicator: desk.cost, window: 1h, critical: '> 9'}\n", NULL },
	{ COST "warning: '> 5'}\nb: {indicator: desk.cost, window: 1h, warning: '> 9', calendar: office}\n", NULL },
	{ "a: {event: links/link.seen, severity: warning, where: {kind: a}}\nb: {event: links/link.seen, severity: warning, where: {kind: [a]}}\n", "2:1: warning: 'b' tells the same as 'a', at rules.d/z.yml:1 [rule-twice]" },
	{ "a: {event: links/link.seen, severity: warning, where: {kind: a}}\nb: {event: links/link.seen, severity: warning, where: {kind: b}}\n", NULL },
	{ "a: {event: links/link.seen, severity: warning, subject: link}\nb: {event: links/link.seen, severity: warning}\n", NULL },
	{ "a: {deadline: open, overdue: warning}\nb: {deadline: open, overdue: warning, for-each: record}\n", NULL },
	{ "a: {deadline: open, overdue: none}\nb: {deadline: open, overdue: warning, due-soon: none}\n", NULL },
	{ "a: {deadline: open, overdue: warning}\nb: {deadline: open, overdue: warning, due-soon: none}\n", "2:1: warning: 'b' tells the same as 'a', at rules.d/z.yml:1 [rule-twice]" },
	{ COST "warning: '> 5', inhibits: {rules: b}}\nb: {indicator: desk.opened, window: 1h, warning: '> 5', inhibits: {rules: a}}\n", "1:1: warning: rules inhibit each other, and none of them may be told: a > b > a [inhibits-circle]" },
	{ COST "warning: '> 5', inhibits: {rules: b}}\nb: {indicator: desk.opened, window: 1h, warning: '> 5', inhibits: {rules: c}}\nc: {indicator: desk.closed, window: 1h, warning: '> 5', inhibits: {rules: [b]}}\n", "2:1: warning: rules inhibit each other, and none of them may be told: b > c > b [inhibits-circle]" },
	{ COST "warning: '> 5', units: east, inhibits: {rules: b, units: below}}\nb: {indicator: desk.opened, window: 1h, warning: '> 5', units: east-1, inhibits: {rules: desk-late}}\n", NULL },
	{ COST "warning: '> 5', units: east, inhibits: {rules: b}}\nb: {indicator: desk.opened, window: 1h, warning: '> 5', units: east-1}\n", "1:1: warning: no rule that 'a' inhibits applies where it does [inhibits-nothing]" },
};
/* clang-format on */

static void expect_doubt(const struct doubt *doubt)
{
	const struct file file = RULES(doubt->yaml);
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	CLEANUP_TEXT struct text told = { 0 };
	int r = load_rules_over(&config, &file, &report);

	if (doubt->told)
		text_add(&told, "rules.d/z.yml:%s\n", doubt->told);
	if (strncmp(text_get(&report), text_get(&told), told.size) != 0 ||
	    (!doubt->told && report.size))
		print_error("%s\nexpected: %stold: %s", doubt->yaml, text_get(&told),
			    text_get(&report));
	assert_int_equal(r, 0);
	if (!doubt->told) {
		assert_string_equal(text_get(&report), "");
		return;
	}
	assert_int_equal(strncmp(text_get(&report), text_get(&told), told.size), 0);
	assert_non_null(strstr(text_get(&report), "\n1 warning in 1 file\n"));
}

static void what_a_rule_hardly_means_is_told_with_a_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(doubts); i++)
		expect_doubt(&doubts[i]);
}

static void one_rule_in_twenty_may_be_critical(void **state)
{
	CLEANUP_TEXT struct text yaml = { 0 };
	CLEANUP_TEXT struct text report = { 0 };
	struct file file = RULES(NULL);
	struct config *config = NULL;

	(void)state;
	for (int i = 1; i <= 39; i++)
		text_add(&yaml, "r%d: {indicator: desk.cost, window: %dm, %s: '> 5'}\n", i, i,
			 i <= 2 ? "critical" : "warning");
	file.yaml = text_get(&yaml);
	config_free(expect_good(&file, 1)); /* 2 of 40 */

	text_add(&yaml, "s: {event: desk/record.opened, severity: critical}\n");
	file.yaml = text_get(&yaml);
	assert_int_equal(pack_load(&config, &file, 1, &report), 0);
	config_free(config);
	assert_string_equal(text_get(&report),
			    "warning: 3 of 41 rules can become critical, which is more than 5 %: "
			    "r1, r2, s [too-many-critical]\n1 warning\n");
}

static const struct doubt told_doubts[] = {
	{ "duty: {url: 'https://h', hears: none}\n",
	  "1:1: warning: nothing is ever told to 'duty' [receiver-unused]" },
	{ "duty: {url: 'https://h', hears: {severity: critical, rules: desk-late}}\n",
	  "1:1: warning: nothing is ever told to 'duty' [receiver-unused]" },
	{ "duty: {url: 'https://h'}\n", NULL },
};

static void expect_told(const struct file *files, size_t n, const char *told)
{
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP_TEXT struct text report = { 0 };

	assert_int_equal(pack_load(&config, files, n, &report), 0);
	if (!told) {
		assert_string_equal(text_get(&report), "");
		return;
	}
	if (!strstr(text_get(&report), told))
		print_error("%s", text_get(&report));
	assert_non_null(strstr(text_get(&report), told));
	assert_non_null(strstr(text_get(&report), "\n1 warning in 1 file\n"));
}

static void a_receiver_that_hears_nothing_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(told_doubts); i++) {
		const struct file file = { PART_RECEIVERS, R, told_doubts[i].yaml };

		expect_told(&file, 1, told_doubts[i].told);
	}
}

static void a_receiver_of_a_unit_or_of_a_step_is_used(void **state)
{
	const struct file none = { PART_RECEIVERS, R, "duty: {url: 'https://h', hears: none}\n" };
	const struct file of_unit[] = {
		none,
		{ PART_UNITS, "units.yml", "units: {home: {level: province, receiver: duty}}\n" },
	};
	const struct file of_step[] = {
		none,
		RULES(COST "warning: '> 5', escalate: [{after: 10m, tell: duty}]}\n"),
	};

	(void)state;
	expect_told(of_unit, COUNT(of_unit), NULL);
	expect_told(of_step, COUNT(of_step), NULL);
}

static void a_step_that_tells_nobody_new_is_told(void **state)
{
	const struct file receivers = {
		PART_RECEIVERS, R,
		"duty: {url: 'https://h'}\n"
		"chief: {url: 'https://h', hears: {severity: critical}}\n"
	};
	const struct file heard[] = {
		receivers,
		RULES(COST "critical: '> 5', escalate: [{after: 10m, tell: duty}]}\n"),
	};
	const struct file twice[] = {
		receivers,
		RULES(COST "critical: '> 5', escalate: [{after: 10m, tell: chief}, {after: 20m, "
			   "tell: [chief, duty]}]}\n"),
	};
	const struct file fresh[] = {
		receivers,
		RULES(COST "critical: '> 5', escalate: [{after: 10m, tell: [duty, chief]}]}\n"),
	};

	(void)state;
	expect_told(heard, COUNT(heard),
		    "rules.d/z.yml:1:67: warning: all who are named here have been told before "
		    "[escalation-tells-nobody]\n");
	expect_told(twice, COUNT(twice), "rules.d/z.yml:1:94: warning: all who are named here");
	expect_told(fresh, COUNT(fresh), NULL);
}

static void a_critical_rule_of_which_nobody_hears_is_told(void **state)
{
	const struct file receivers = { PART_RECEIVERS, R,
					"duty: {url: 'https://h', hears: {units: west}}\n" };
	const struct file files[] = { receivers, RULES(COST "critical: '> 5', units: east}\n") };
	const struct file told[] = { receivers,
				     RULES(COST "critical: '> 5', units: east, tell: unit}\n") };

	(void)state;
	expect_told(files, COUNT(files),
		    "rules.d/z.yml:1:1: warning: 'a' can become critical, and no receiver hears of "
		    "it [critical-untold]\n");
	expect_told(told, COUNT(told), NULL);
	expect_told(&files[1], 1, NULL);
}

/* What a listener was told last, and how often. */
struct heard {
	uint32_t n;
	struct config_finding last;
	char text[256];
};

static void on_finding(void *context, const struct config_finding *finding)
{
	struct heard *heard = context;

	heard->n++;
	heard->last = *finding;
	(void)snprintf(heard->text, sizeof(heard->text), "%s|%s|%s|%s|%s", finding->file,
		       finding->code, finding->message, finding->source, finding->suggestion);
}

static void check(struct heard *heard, const struct file *file, int64_t now_ms)
{
	const struct config_check check = {
		.directory = "pack", .now_ms = now_ms, .each = on_finding, .context = heard
	};
	struct config *config = NULL;

	*heard = (struct heard){ .n = 0 };
	if (config_build_checked(&config, pack_sources(file, 1), &check) == 0)
		config_free(config);
}

static void maintenance_that_is_over_is_told_to_who_knows_the_time(void **state)
{
	const struct file file = {
		PART_MAINTENANCE, "maintenance.yml",
		"m: {from: 2026-03-01T22:00, until: 2026-03-02T02:00, by: An}\n"
	};
	struct heard heard;

	(void)state;
	check(&heard, &file, 0);
	assert_int_equal(heard.n, 0);
	check(&heard, &file, INT64_C(1772391599999)); /* 2026-03-02T01:59:59.999+07:00 */
	assert_int_equal(heard.n, 0);
	check(&heard, &file, INT64_C(1772391600000));
	assert_int_equal(heard.n, 1);
	assert_string_equal(heard.last.code, "maintenance-over");
}

static void a_finding_is_given_in_parts(void **state)
{
	const struct file file = RULES("# Tỷ lệ\n"
				       "a: {indicator: desk.cots, window: 1h, warning: '> 5'}\n");
	const struct file quoted =
		RULES("a: {indicator: desk.cost, window: 1h, warning: \"five\" }\n");
	const struct file alone =
		RULES("a:\n  indicator: desk.cost\n  windw: 1h\n  warning: '> 5'\n");
	struct heard heard;

	(void)state;
	check(&heard, &file, 0);
	assert_int_equal(heard.n, 1);
	assert_true(heard.last.is_error);
	assert_int_equal(heard.last.line, 2);
	assert_int_equal(heard.last.column, 16);
	assert_int_equal(heard.last.end_column, 25);
	assert_string_equal(heard.text,
			    "rules.d/z.yml|unknown-name|unknown indicator 'desk.cots'; did you "
			    "mean 'desk.cost'?|a: {indicator: desk.cots, window: 1h, warning: '> "
			    "5'}|desk.cost");
	check(&heard, &quoted, 0);
	assert_int_equal(heard.last.column, 48);
	assert_int_equal(heard.last.end_column, 54);
	assert_string_equal(heard.last.code, "rule-wrong");
	check(&heard, &alone, 0);
	assert_int_equal(heard.last.line, 3);
	assert_int_equal(heard.last.column, 3);
	assert_int_equal(heard.last.end_column, 8);
	assert_string_equal(heard.last.code, "unknown-key");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_rule_hardly_means_is_told_with_a_code),
		cmocka_unit_test(one_rule_in_twenty_may_be_critical),
		cmocka_unit_test(a_receiver_that_hears_nothing_is_told),
		cmocka_unit_test(a_receiver_of_a_unit_or_of_a_step_is_used),
		cmocka_unit_test(a_step_that_tells_nobody_new_is_told),
		cmocka_unit_test(a_critical_rule_of_which_nobody_hears_is_told),
		cmocka_unit_test(maintenance_that_is_over_is_told_to_who_knows_the_time),
		cmocka_unit_test(a_finding_is_given_in_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
