/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "iocd/rule.h"
#include "iocd/why.h"

struct reading indicators_read(const struct indicators *indicators, uint32_t indicator,
			       uint32_t unit, const struct window *window)
{
	(void)indicators;
	(void)indicator;
	(void)unit;
	(void)window;
	return (struct reading){ .value = 0 };
}

static void severities_and_comparisons_have_names(void **state)
{
	(void)state;
	assert_string_equal(severity_name(SEVERITY_NONE), "none");
	assert_string_equal(severity_name(SEVERITY_WARNING), "warning");
	assert_string_equal(severity_name(SEVERITY_CRITICAL), "critical");
	assert_string_equal(comparison_name(COMPARE_NONE), "");
	assert_string_equal(comparison_name(COMPARE_GT), ">");
	assert_string_equal(comparison_name(COMPARE_GE), ">=");
	assert_string_equal(comparison_name(COMPARE_LT), "<");
	assert_string_equal(comparison_name(COMPARE_LE), "<=");
}

static void kinds_and_parts_have_names_that_are_their_own(void **state)
{
	(void)state;
	assert_string_equal(rule_kind_name(RULE_THRESHOLD), "threshold");
	assert_string_equal(rule_kind_name(RULE_EVENT), "event");
	assert_string_equal(rule_kind_name(RULE_SILENCE), "silence");
	assert_string_equal(rule_kind_name(RULE_EACH), "each");
	assert_string_equal(rule_kind_name(RULE_SEQUENCE), "sequence");
	assert_string_equal(rule_kind_name(RULE_DEADLINE), "deadline");
	assert_string_equal(rule_kind_name(RULE_OWN), "own");
	assert_string_equal(own_part_name(OWN_BROKER), "broker");
	assert_string_equal(own_part_name(OWN_WATCHDOG), "watchdog");
	for (int i = 0; i < N_OWN_PARTS; i++)
		for (int k = 0; k < i; k++)
			assert_string_not_equal(own_part_name((enum own_part)i),
						own_part_name((enum own_part)k));
	assert_string_equal(hold_back_name(HOLD_BACK_ELSEWHERE), "elsewhere");
	assert_string_equal(hold_back_name(HOLD_BACK_NO_TROUBLE), "no_trouble");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(severities_and_comparisons_have_names),
		cmocka_unit_test(kinds_and_parts_have_names_that_are_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
