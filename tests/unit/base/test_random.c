/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

/* The numbers were made with the authors' own C code (splitmix64.c, xoshiro256starstar.c). */
static void a_seed_gives_the_same_numbers_for_ever(void **state)
{
	struct random_stream stream;

	(void)state;
	random_seed(&stream, 0);
	assert_true(stream.s[0] == 0xe220a8397b1dcdafu);
	assert_true(stream.s[1] == 0x6e789e6aa1b965f4u);
	assert_true(stream.s[2] == 0x06c45d188009454fu);
	assert_true(stream.s[3] == 0xf88bb8a8724c81ecu);
	assert_true(random_next(&stream) == 0x99ec5f36cb75f2b4u);
	assert_true(random_next(&stream) == 0xbf6e1f784956452au);
	assert_true(random_next(&stream) == 0x1a5f849d4933e6e0u);
}

static void different_seeds_give_different_numbers(void **state)
{
	struct random_stream a, b;

	(void)state;
	random_seed(&a, 1);
	random_seed(&b, 2);
	assert_true(random_next(&a) != random_next(&b));
}

static void a_bounded_number_stays_below_and_is_even(void **state)
{
	struct random_stream stream;
	int seen[10] = { 0 };

	(void)state;
	random_seed(&stream, 5);
	for (int i = 0; i < 100000; i++)
		seen[random_below(&stream, 10)]++;
	for (int i = 0; i < 10; i++)
		assert_in_range(seen[i], 9500, 10500);
	assert_true(random_below(&stream, 1) == 0);
}

static void a_bound_that_does_not_divide_the_range_favours_nobody(void **state)
{
	const uint64_t n =
		3u * ((uint64_t)1 << 62); /* without rejection a third comes twice as often */
	struct random_stream stream;
	int low = 0;

	(void)state;
	random_seed(&stream, 6);
	for (int i = 0; i < 30000; i++)
		low += random_below(&stream, n) < n / 3;
	assert_in_range(low, 9500, 10500);
}

static void a_unit_number_lies_in_its_interval(void **state)
{
	struct random_stream stream;
	double sum = 0;

	(void)state;
	random_seed(&stream, 8);
	for (int i = 0; i < 100000; i++) {
		double x = random_unit(&stream);

		assert_true(x >= 0 && x < 1);
		sum += x;
	}
	assert_true(sum > 49500 && sum < 50500);
}

static void entropy_fills_all_bytes_and_no_more(void **state)
{
	unsigned char a[1002], b[1002];
	int zeros = 0;

	(void)state;
	memset(a, 0, sizeof(a));
	memset(b, 0, sizeof(b));
	random_bytes(a + 1, 1000);
	random_bytes(b + 1, 1000);
	random_bytes(a, 0);
	assert_memory_not_equal(a, b, sizeof(a));
	for (size_t i = 1; i <= 1000; i++)
		zeros += a[i] == 0;
	assert_true(zeros < 50);
	assert_int_equal(a[0], 0);
	assert_int_equal(a[1001], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_seed_gives_the_same_numbers_for_ever),
		cmocka_unit_test(different_seeds_give_different_numbers),
		cmocka_unit_test(a_bounded_number_stays_below_and_is_even),
		cmocka_unit_test(a_bound_that_does_not_divide_the_range_favours_nobody),
		cmocka_unit_test(a_unit_number_lies_in_its_interval),
		cmocka_unit_test(entropy_fills_all_bytes_and_no_more),
	};

	return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
