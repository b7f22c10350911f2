/* SPDX-License-Identifier: Apache-2.0 */
#include "pairs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void a_pair_is_in_the_set_once_and_comes_out_in_order(void **state)
{
	struct pairs pairs;

	(void)state;
	pairs_init(&pairs, 200);
	pairs_add(&pairs, 130);
	pairs_add(&pairs, 2);
	pairs_add(&pairs, 130);
	assert_int_equal(pairs.n, 2);
	assert_int_equal(pairs_take(&pairs), 130);
	pairs_add(&pairs, 130); /* it is out, so it may come in again */
	assert_int_equal(pairs_take(&pairs), 2);
	assert_int_equal(pairs_take(&pairs), 130);
	assert_int_equal(pairs.n, 0);
	pairs_fini(&pairs);
}

static void every_pair_fits_however_often_the_ring_goes_round(void **state)
{
	struct pairs pairs;

	(void)state;
	pairs_init(&pairs, 5);
	for (uint32_t round = 0; round < 7; round++) {
		for (uint32_t i = 0; i < 5; i++)
			pairs_add(&pairs, (i + round) % 5);
		assert_int_equal(pairs.n, 5);
		for (uint32_t i = 0; i < 5; i++)
			assert_int_equal(pairs_take(&pairs), (i + round) % 5);
	}
	pairs_fini(&pairs);
}

static void an_emptied_set_takes_the_same_pairs_again(void **state)
{
	struct pairs pairs;

	(void)state;
	pairs_init(&pairs, 70);
	pairs_add(&pairs, 69);
	pairs_add(&pairs, 0);
	pairs_clear(&pairs);
	assert_int_equal(pairs.n, 0);
	pairs_add(&pairs, 69);
	assert_int_equal(pairs.n, 1);
	assert_int_equal(pairs_take(&pairs), 69);
	pairs_fini(&pairs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pair_is_in_the_set_once_and_comes_out_in_order),
		cmocka_unit_test(every_pair_fits_however_often_the_ring_goes_round),
		cmocka_unit_test(an_emptied_set_takes_the_same_pairs_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
