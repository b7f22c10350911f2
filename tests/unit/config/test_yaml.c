/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#define RULES(yaml)                                                                                \
	{                                                                                          \
		PART_RULES, "rules.d/z.yml", yaml                                                  \
	}

/* clang-format off */
static const struct mistake mistakes[] = {
	{ RULES("a:\n  b: \"unclosed\nc: 3\n"), "2:6: error: wrongly indented double-quoted scalar" },
	{ RULES("a:\n  - [1, 2\n"), "2:5: error: flow sequence without a closing bracket" },
	{ RULES("a:\n\tb: 1\n"), "2:1: error: lines are indented with spaces, not with tabs" },
	{ RULES("a: {indicator: desk.cost, window: &x 1h, warning: \"> 5\"}\n"), "1:35: error: anchors are not supported; write the value out where it is used" },
	{ RULES("a: &x {indicator: desk.cost, window: 1h, warning: \"> 5\"}\n"), "1:4: error: anchors are not supported; write the value out where it is used" },
	{ RULES("a: {<<: {b: 1}}\n"), "1:5: error: merge keys are not supported; write the values out" },
	{ RULES("a: {indicator: desk.cost, window: 1h, min-samples: !!int 5, warning: \"> 5\"}\n"), "1:52: error: tags are not supported; the key says what its value is" },
	{ RULES("? [a, b]\n: 1\n"), "1:3: error: a key must be a word, not a list or a map" },
	{ RULES("a: 1\n---\nb: 2\n"), "2:1: error: a file holds one document only" },
	{ RULES("a: [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]\n"), "1:19: error: nested too deeply" },
	{ RULES("a: \"x\\ny\"\n"), "1:4: error: a text must be one line without control characters" },
	{ RULES("a: \"x\\0y\"\n"), "1:4: error: a text must be one line without control characters" },
	{ RULES("a: x\001y\n"), "1:5: error: control character" },
	{ RULES("ế: x\xff\n"), "1:5: error: not UTF-8" },
	{ RULES("ế: x\xed\xa0\x80\n"), "1:5: error: not UTF-8" },
	{ RULES("- a\n- b\n"), "1:1: error: this item must be a map of keys and values, not a list" },
};
/* clang-format on */

static void each_fault_of_syntax_is_told_at_its_place(void **state)
{
	(void)state;
	expect_mistakes(mistakes, COUNT(mistakes));
}

static void an_alias_is_refused_together_with_its_anchor(void **state)
{
	const struct file file = RULES("a: &x {b: 1}\nc: *x\n");
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;

	(void)state;
	assert_int_equal(pack_load(&config, &file, 1, &report), CONFIG_REFUSED);
	assert_string_equal(
		text_get(&report),
		"rules.d/z.yml:1:4: error: anchors are not supported; write the value "
		"out where it is used\n"
		"a: &x {b: 1}\n"
		"   ^\n"
		"rules.d/z.yml:2:4: error: aliases are not supported; write the value out\n"
		"c: *x\n"
		"   ^\n"
		"2 errors in 1 file; nothing was loaded\n");
}

static void every_key_given_twice_is_told_with_its_first_line(void **state)
{
	const struct file file = RULES("a:\n  window: 1h\n  warning: \"> 1\"\n  window: 2h\n"
				       "  indicator: desk.cost\na: {}\n");
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;

	(void)state;
	assert_int_equal(pack_load(&config, &file, 1, &report), CONFIG_REFUSED);
	assert_string_equal(text_get(&report),
			    "rules.d/z.yml:4:3: error: 'window' is given twice; first in line 2\n"
			    "  window: 2h\n"
			    "  ^\n"
			    "rules.d/z.yml:6:1: error: 'a' is given twice; first in line 1\n"
			    "a: {}\n"
			    "^\n"
			    "2 errors in 1 file; nothing was loaded\n");
}

static void comments_spaces_and_a_byte_order_mark_mean_nothing(void **state)
{
	const struct file files[] = {
		{ PART_RULES, "rules.d/a.yml", "" },
		{ PART_RULES, "rules.d/b.yml", "# nothing\n" },
		{ PART_RULES, "rules.d/c.yml", "---\n" },
		{ PART_RULES, "rules.d/d.yml",
		  "\xef\xbb\xbf"
		  "x: {indicator: desk.cost, window: 1h, warning: '> 1'}\r\n" },
	};
	CLEANUP(config_free) struct config *config = expect_good(files, COUNT(files));
	const struct rule *rules;
	uint32_t n;

	(void)state;
	rules = config_rules(config, &n);
	assert_int_equal(n, 2);
	assert_string_equal(rules[1].id, "x");
	assert_int_equal(rules[1].place.column, 1);
	assert_string_equal(rules[1].limits[0].warning.text, "> 1");
	assert_int_equal(rules[1].limits[0].warning.place.column, 48);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comments_spaces_and_a_byte_order_mark_mean_nothing),
		cmocka_unit_test(each_fault_of_syntax_is_told_at_its_place),
		cmocka_unit_test(an_alias_is_refused_together_with_its_anchor),
		cmocka_unit_test(every_key_given_twice_is_told_with_its_first_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
