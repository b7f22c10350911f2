/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#include "comparison.h"

static void a_comparison_is_an_operator_and_a_number_or_percentage(void **state)
{
	static const struct {
		const char *text;
		enum operator operator;
		double value;
		bool percent;
	} good[] = {
		{ "> 5%", OP_GT, 0.05, true },      { ">=5", OP_GE, 5, false },
		{ "<   -1.5", OP_LT, -1.5, false }, { "<= 1e3", OP_LE, 1000, false },
		{ "= 0", OP_EQ, 0, false },         { "!=2", OP_NE, 2, false },
		{ "> 5 %", OP_GT, 0.05, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct comparison_text result;

		assert_int_equal(comparison_read(good[i].text, &result), 0);
		assert_int_equal(result.operator, good[i].operator);
		assert_true(result.value == good[i].value);
		assert_int_equal(result.percent, good[i].percent);
	}
}

static void what_is_no_comparison_is_refused(void **state)
{
	static const char *const bad[] = { "",     "5",     ">",     "> ",    "> %",   ">> 5",
					   "=> 5", "> 5 x", "> 5%%", "> 0x5", "> nan", "! 5",
					   "=< 5", "> +5",  " > 5",  "> 5 ",  "> \t5" };
	struct comparison_text result;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (comparison_read(bad[i], &result) != TEXT_SYNTAX)
			fail_msg("'%s' was read", bad[i]);
	assert_int_equal(comparison_read("> 1e999", &result), TEXT_RANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_comparison_is_an_operator_and_a_number_or_percentage),
		cmocka_unit_test(what_is_no_comparison_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
