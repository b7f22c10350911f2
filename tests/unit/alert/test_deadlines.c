/* SPDX-License-Identifier: Apache-2.0 */
#include "deadlines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include <cmocka.h>

#define N 200

static uint32_t draw(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % n;
}

/* The earliest of all that have a deadline, found by looking at each. */
static struct deadline *look_for_first(struct deadline *all, size_t n)
{
	struct deadline *first = NULL;

	for (size_t i = 0; i < n; i++)
		if (all[i].at_ms != ALERT_NO_DEADLINE &&
		    (!first || all[i].at_ms < first->at_ms ||
		     (all[i].at_ms == first->at_ms &&
		      open_key_compare(&all[i].key, &first->key) < 0)))
			first = &all[i];
	return first;
}

static void an_empty_heap_has_no_first(void **state)
{
	struct deadlines deadlines = { .heap = NULL };
	struct deadline deadline = { .key = { .rule = 1 } };

	(void)state;
	assert_null(deadlines_first(&deadlines));
	deadlines_set(&deadlines, &deadline, 5);
	assert_ptr_equal(deadlines_first(&deadlines), &deadline);
	deadlines_set(&deadlines, &deadline, ALERT_NO_DEADLINE);
	assert_null(deadlines_first(&deadlines));
	assert_int_equal(deadline.place, 0);
	deadlines_fini(&deadlines);
}

static void keys_are_ordered_by_rule_then_unit_then_subject(void **state)
{
	const struct open_key keys[] = {
		{ .rule = 1, .unit = 9, .subject = "z" },  { .rule = 2, .unit = 1, .subject = "b" },
		{ .rule = 2, .unit = 2, .subject = "" },   { .rule = 2, .unit = 2, .subject = "a" },
		{ .rule = 2, .unit = 2, .subject = "a1" },
	};

	(void)state;
	for (int i = 0; i < (int)COUNT(keys); i++)
		for (int k = 0; k < (int)COUNT(keys); k++) {
			int order = open_key_compare(&keys[i], &keys[k]);

			assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
		}
}

static void deadlines_set_moved_and_taken_out_stay_in_order(void **state)
{
	static struct deadline all[N];
	struct deadlines deadlines = { .heap = NULL };
	uint32_t seed = 7;

	(void)state;
	for (uint32_t i = 0; i < N; i++) {
		all[i] = (struct deadline){ .key = { .rule = i % 3, .unit = i / 3 } };
		all[i].at_ms = ALERT_NO_DEADLINE;
	}
	for (int i = 0; i < 20000; i++) {
		int64_t at_ms = draw(&seed, 3) == 0 ? ALERT_NO_DEADLINE : draw(&seed, 50);

		deadlines_set(&deadlines, &all[draw(&seed, N)], at_ms);
		assert_ptr_equal(deadlines_first(&deadlines), look_for_first(all, N));
	}
	for (struct deadline *first; (first = look_for_first(all, N));) {
		assert_ptr_equal(deadlines_first(&deadlines), first);
		deadlines_set(&deadlines, first, ALERT_NO_DEADLINE);
	}
	assert_null(deadlines_first(&deadlines));
	deadlines_fini(&deadlines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_heap_has_no_first),
		cmocka_unit_test(keys_are_ordered_by_rule_then_unit_then_subject),
		cmocka_unit_test(deadlines_set_moved_and_taken_out_stay_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
