/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "figures.h"

static void a_median_is_the_middle_of_what_was_measured(void **state)
{
	struct samples samples = { 0 };

	(void)state;
	samples_add(&samples, 9);
	samples_add(&samples, 1);
	samples_add(&samples, 5);
	assert_true(samples_median(&samples) == 5);
	samples_add(&samples, 6);
	assert_true(samples_median(&samples) == 5.5);
	assert_true(samples_min(&samples) == 1 && samples_max(&samples) == 9);
	assert_true(samples.values[0] == 9); /* in their order: rounds are compared one by one */
}

static void quantiles_are_values_that_were_measured(void **state)
{
	double values[200];

	(void)state;
	for (int i = 0; i < 200; i++)
		values[i] = 200 - i;
	sort_values(values, 200);
	assert_true(sorted_quantile(values, 200, 0.5) == 100);
	assert_true(sorted_quantile(values, 200, 0.99) == 198);
	assert_true(sorted_quantile(values, 200, 0.999) == 200);
	assert_true(sorted_quantile(values, 1, 0) == 1);
}

static void a_row_says_whether_its_target_was_met(void **state)
{
	CLEANUP_TEXT struct text table = { 0 };

	(void)state;
	assert_int_equal(at_most(1.0, 1.0), GRADE_MET);
	assert_int_equal(at_most(1.1, 1.0), GRADE_MISSED);
	assert_int_equal(at_least(0.9, 1.0), GRADE_MISSED);
	table_row(&table, "a", "b", "c", at_least(1.0, 1.0));
	assert_string_equal(text_get(&table), "| a | b | c | met |\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_median_is_the_middle_of_what_was_measured),
		cmocka_unit_test(quantiles_are_values_that_were_measured),
		cmocka_unit_test(a_row_says_whether_its_target_was_met),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
