/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#define MIB ((size_t)1 << 20)

static int is_zero(const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bytes[i])
			return 0;
	return 1;
}

static void a_block_is_zeroed_aligned_and_counted_in_powers_of_two(void **state)
{
	CLEANUP(pool_free) struct pool *pool = NULL;
	uint32_t a, b;

	(void)state;
	assert_int_equal(pool_new(&pool, MIB), 0);
	a = pool_take(pool, 1);
	assert_int_not_equal(a, POOL_NONE);
	assert_int_equal(pool_used(pool), 64);
	b = pool_take(pool, 65);
	assert_int_equal(pool_used(pool), 64 + 128);
	assert_int_equal((uintptr_t)pool_at(pool, a) % 64, 0);
	assert_true(is_zero(pool_at(pool, b), 128));
	memset(pool_at(pool, a), 0xaa, 64);
	assert_true(is_zero(pool_at(pool, b), 128));
}

static void a_block_that_came_back_is_given_again_zeroed(void **state)
{
	CLEANUP(pool_free) struct pool *pool = NULL;
	uint32_t a, b;

	(void)state;
	assert_int_equal(pool_new(&pool, MIB), 0);
	a = pool_take(pool, 1000);
	b = pool_take(pool, 1000);
	memset(pool_at(pool, a), 0xaa, 1024);
	memset(pool_at(pool, b), 0xbb, 1024);
	pool_give_back(pool, a, 1000);
	pool_give_back(pool, b, 1000);
	pool_give_back(pool, POOL_NONE, 1000);
	assert_int_equal(pool_used(pool), 0);
	assert_int_equal(pool_take(pool, 513), b);
	assert_int_equal(pool_take(pool, 1024), a);
	assert_true(is_zero(pool_at(pool, a), 1024));
	assert_true(is_zero(pool_at(pool, b), 1024));
	assert_int_equal(pool_used(pool), 2048);
}

static void a_pool_that_is_used_up_refuses_and_counts(void **state)
{
	CLEANUP(pool_free) struct pool *pool = NULL;
	uint32_t last = POOL_NONE;

	(void)state;
	assert_int_equal(pool_new(&pool, 1), 0); /* rounded up to one largest block */
	for (size_t i = 0; i < MIB / 4096; i++) {
		last = pool_take(pool, 4096);
		assert_int_not_equal(last, POOL_NONE);
		memset(pool_at(pool, last), 0xcc, 4096);
	}
	assert_int_equal(pool_used(pool), MIB);
	assert_int_equal(pool_refusals(pool), 0);
	assert_int_equal(pool_take(pool, 64), POOL_NONE);
	assert_int_equal(pool_take(pool, MIB), POOL_NONE);
	assert_int_equal(pool_refusals(pool), 2);
	pool_give_back(pool, last, 4096);
	assert_int_equal(pool_take(pool, 4096), last);
	assert_int_equal(pool_refusals(pool), 2);
}

static void a_large_block_that_came_back_serves_small_ones(void **state)
{
	CLEANUP(pool_free) struct pool *pool = NULL;
	uint32_t large;

	(void)state;
	assert_int_equal(pool_new(&pool, MIB), 0);
	large = pool_take(pool, MIB);
	assert_int_not_equal(large, POOL_NONE);
	memset(pool_at(pool, large), 0xdd, MIB);
	pool_give_back(pool, large, MIB);

	for (size_t i = 0; i < MIB / 64; i++) {
		uint32_t small = pool_take(pool, 64);

		assert_int_not_equal(small, POOL_NONE);
		assert_true(is_zero(pool_at(pool, small), 64));
		memset(pool_at(pool, small), 0xee, 64); /* would show in a block that overlaps */
	}
	assert_int_equal(pool_take(pool, 64), POOL_NONE);
	assert_int_equal(pool_used(pool), MIB);
}

static void a_reservation_beyond_the_largest_is_a_fault(void **state)
{
	struct pool *pool = NULL;

	(void)state;
	assert_int_equal(pool_new(&pool, ((size_t)64 << 30) + 1), -EINVAL);
	assert_null(pool);
	assert_null(pool_free(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_block_is_zeroed_aligned_and_counted_in_powers_of_two),
		cmocka_unit_test(a_block_that_came_back_is_given_again_zeroed),
		cmocka_unit_test(a_pool_that_is_used_up_refuses_and_counts),
		cmocka_unit_test(a_large_block_that_came_back_serves_small_ones),
		cmocka_unit_test(a_reservation_beyond_the_largest_is_a_fault),
	};

	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
