/* SPDX-License-Identifier: Apache-2.0 */
#include "rules_pack.h"

#define E "a: {event: links/link.gone, severity: warning, "

/* clang-format off */
static const struct mistake mistakes[] = {
	{ RULES(E "inhibits: {units: below}}\n"), "1:48: error: neither 'rules' nor 'feeds' says what is inhibited" },
	{ RULES(E "inhibits: {rules: [desk-lat]}}\n"), "1:67: error: unknown rule 'desk-lat'; did you mean 'desk-late'?" },
	{ RULES(E "inhibits: {feeds: [lnks]}}\n"), "1:67: error: unknown feed 'lnks'; did you mean 'links'?" },
	{ RULES(E "inhibits: {rules: [a, desk-late]}}\n"), "1:66: error: the rule inhibits itself" },
	{ RULES(E "inhibits: {rules: all, units: above}}\n"), "1:78: error: 'above' is not same or below" },
	{ RULES(E "inhibits: {rule: all}}\n"), "1:59: error: unknown key 'rule'; did you mean 'rules'?" },
	{ RULES(E "inhibits: 5}\n"), "1:58: error: 'inhibits' must be a map of keys and values, not a text" },
};
/* clang-format on */

static void each_mistake_in_what_is_inhibited_is_told_alone_at_its_place(void **state)
{
	(void)state;
	expect_rule_mistakes(mistakes, COUNT(mistakes));
}

/* Rules of all kinds, of which f looks at the feed of silence only by way of others. */
#define MANY                                                                                       \
	"e: {event: links/link.gone, severity: warning}\n"                                         \
	"f: {indicator: links.late, window: 1h, warning: '> 0%'}\n"                                \
	"g: {severity: warning, sequence: {first: links/link.seen, then: links/link.gone, by: "    \
	"link, within: 5m}}\n"                                                                     \
	"h: {deadline: open, overdue: warning}\n"                                                  \
	"i: {indicator: desk.cost, window: 1h, warning: '> 5'}\n"                                  \
	"j: {own: gap}\n"

static void expect_inhibited(const struct config *config, const char *id, const char *ids)
{
	const struct rule *rule = find_rule(config, id);
	CLEANUP_TEXT struct text found = { 0 };
	struct rulebook book;

	config_rulebook(config, &book);
	for (uint32_t i = 0; rule->inhibits.rules && i < book.n_rules; i++)
		if (rule->inhibits.rules[i])
			text_add(&found, "%s ", book.rules[i].id);
	assert_string_equal(text_get(&found), ids);
}

static void silence_inhibits_all_that_looks_at_its_feed(void **state)
{
	CLEANUP(config_free)
	struct config *config =
		expect_rules("a: {silence: links, severity: warning, units: east}\n"
			     "b: {silence: links, severity: warning, units: west}\n" MANY);

	(void)state;
	expect_inhibited(config, "a", "e f g ");
	expect_inhibited(config, "b", "e f g ");
	expect_inhibited(config, "e", "");
	assert_false(find_rule(config, "a")->inhibits.is_below);
}

static void silence_may_inhibit_below_or_nothing_or_others(void **state)
{
	CLEANUP(config_free)
	struct config *config =
		expect_rules("a: {silence: links, severity: warning, units: east, inhibits: "
			     "{units: below}}\n" MANY);
	CLEANUP(config_free)
	struct config *none = expect_rules(
		"a: {silence: links, severity: warning, units: east, inhibits: no}\n" MANY);
	CLEANUP(config_free)
	struct config *others = expect_rules(
		"a: {silence: links, severity: warning, units: east, inhibits: {rules: i}}\n" MANY);

	(void)state;
	expect_inhibited(config, "a", "e f g ");
	assert_true(find_rule(config, "a")->inhibits.is_below);
	expect_inhibited(none, "a", "");
	expect_inhibited(others, "a", "i ");
}

static void a_rule_inhibits_rules_feeds_or_all_but_itself(void **state)
{
	CLEANUP(config_free)
	struct config *config = expect_rules(
		"a: {event: links/link.lost, severity: warning, inhibits: {rules: [i, j], feeds: "
		"[links]}}\n"
		"b: {event: links/link.seen, severity: warning, where: {kind: a}, inhibits: "
		"{rules: "
		"[desk-late], units: below}}\n" MANY);
	CLEANUP(config_free)
	struct config *all = expect_rules(
		"a: {event: links/link.lost, severity: warning, inhibits: all}\n" MANY);
	CLEANUP(config_free)
	struct config *all_below = expect_rules(
		"a: {event: links/link.lost, severity: warning, inhibits: {rules: all, units: "
		"below}}\n" MANY);

	(void)state;
	expect_inhibited(config, "a", "b e f g i j ");
	assert_false(find_rule(config, "a")->inhibits.is_below);
	expect_inhibited(config, "b", "desk-late ");
	assert_true(find_rule(config, "b")->inhibits.is_below);
	/* Not what iocd says of itself: that is never a consequence. */
	expect_inhibited(all, "a", "desk-late e f g h i ");
	expect_inhibited(all_below, "a", "desk-late e f g h i ");
	assert_true(find_rule(all_below, "a")->inhibits.is_below);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_inhibits_all_that_looks_at_its_feed),
		cmocka_unit_test(silence_may_inhibit_below_or_nothing_or_others),
		cmocka_unit_test(a_rule_inhibits_rules_feeds_or_all_but_itself),
		cmocka_unit_test(each_mistake_in_what_is_inhibited_is_told_alone_at_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
