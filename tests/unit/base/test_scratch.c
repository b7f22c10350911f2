/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "iocd/base/random.h"

static void what_was_taken_is_aligned_and_apart(void **state)
{
	CLEANUP(scratch_free) struct scratch *scratch = scratch_new(4096);
	unsigned char *taken[2000];

	(void)state;
	for (size_t i = 0; i < COUNT(taken); i++) {
		size_t bytes = i % 37 + 1;

		taken[i] = scratch_take(scratch, bytes);
		assert_int_equal((uintptr_t)taken[i] % 16, 0);
		memset(taken[i], (int)(i % 251), bytes);
	}
	for (size_t i = 0; i < COUNT(taken); i++)
		for (size_t j = 0; j < i % 37 + 1; j++)
			assert_int_equal(taken[i][j], i % 251);
}

static void a_copy_is_terminated(void **state)
{
	CLEANUP(scratch_free) struct scratch *scratch = scratch_new(4096);
	char *copy = scratch_copy(scratch, "abcdef", 3);

	(void)state;
	assert_string_equal(copy, "abc");
	assert_string_equal(scratch_copy(scratch, NULL, 0), "");
	assert_string_equal(copy, "abc");
}

static void a_piece_larger_than_a_block_is_taken_whole(void **state)
{
	CLEANUP(scratch_free) struct scratch *scratch = scratch_new(4096);
	char *large, *small;

	(void)state;
	small = scratch_copy(scratch, "before", 6);
	large = scratch_take(scratch, 100000);
	memset(large, 'x', 100000);
	assert_string_equal(small, "before");
	assert_true(scratch_held(scratch) >= 104096);
}

static void the_same_step_twice_takes_nothing_from_the_heap(void **state)
{
	CLEANUP(scratch_free) struct scratch *scratch = scratch_new(4096);
	size_t held = 0;

	(void)state;
	for (int step = 0; step < 10; step++) {
		scratch_reset(scratch);
		for (size_t i = 0; i < 50; i++)
			memset(scratch_take(scratch, i * 200), 'x', i * 200);
		if (step == 0)
			held = scratch_held(scratch);
		assert_int_equal(scratch_held(scratch), held);
	}
}

static void steps_of_changing_shape_do_not_pile_up_blocks(void **state)
{
	CLEANUP(scratch_free) struct scratch *scratch = scratch_new(4096);
	struct random_stream random;

	(void)state;
	random_seed(&random, 3);
	for (int step = 0; step < 1000; step++) {
		size_t large = random_below(&random, 20);

		scratch_reset(scratch);
		for (size_t i = 0; i < 20; i++)
			memset(scratch_take(scratch, i == large ? 64500 + (size_t)step : 300), 'x',
			       300);
	}
	assert_true(scratch_held(scratch) <= 65536 + 3 * 4096);
}

static void memory_is_used_again_after_a_reset(void **state)
{
	CLEANUP(scratch_free) struct scratch *scratch = scratch_new(1);
	void *first = scratch_take(scratch, 100);

	(void)state;
	assert_int_equal(scratch_held(scratch), 4096);
	assert_ptr_not_equal(scratch_take(scratch, 100), first);
	scratch_reset(scratch);
	assert_ptr_equal(scratch_take(scratch, 100), first);
	assert_null(scratch_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_taken_is_aligned_and_apart),
		cmocka_unit_test(a_copy_is_terminated),
		cmocka_unit_test(a_piece_larger_than_a_block_is_taken_whole),
		cmocka_unit_test(the_same_step_twice_takes_nothing_from_the_heap),
		cmocka_unit_test(steps_of_changing_shape_do_not_pile_up_blocks),
		cmocka_unit_test(memory_is_used_again_after_a_reset),
	};

	return cmocka_run_group_tests_name("scratch", tests, NULL, NULL);
}
