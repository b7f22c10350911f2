/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rate.h"

#define NOW INT64_C(1795309200000)

static int admit(struct rate *rate, uint32_t unit, int64_t now_ms, int n)
{
	int n_admitted = 0;

	for (int i = 0; i < n; i++)
		n_admitted += rate_admit(rate, unit, now_ms);
	return n_admitted;
}

static void without_a_limit_everything_is_admitted(void **state)
{
	struct rate *rate = rate_new(1, 0, 1);

	(void)state;
	assert_int_equal(admit(rate, 0, NOW, 100000), 100000);
	rate_free(rate);
}

static void a_burst_is_admitted_and_no_event_more(void **state)
{
	struct rate *rate = rate_new(1, 10, 25);

	(void)state;
	assert_int_equal(admit(rate, 0, NOW, 100), 25);
	rate_free(rate);
}

static void a_steady_sender_at_the_rate_is_never_refused(void **state)
{
	struct rate *rate = rate_new(1, 10, 1);

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_true(rate_admit(rate, 0, NOW + i * 100));
	rate_free(rate);
}

static void a_sender_at_twice_the_rate_keeps_half_of_what_follows_its_burst(void **state)
{
	struct rate *rate = rate_new(1, 10, 20);
	int n_admitted = 0;

	(void)state;
	for (int i = 0; i < 1000; i++)
		n_admitted += rate_admit(rate, 0, NOW + i * 50);
	assert_in_range(n_admitted, 519, 520); /* 10 a second for 50 s, and the burst */
	rate_free(rate);
}

static void what_was_used_up_comes_back_at_the_rate(void **state)
{
	struct rate *rate = rate_new(1, 10, 25);

	(void)state;
	assert_int_equal(admit(rate, 0, NOW, 100), 25);
	assert_int_equal(admit(rate, 0, NOW + 99, 100), 0);
	assert_int_equal(admit(rate, 0, NOW + 100, 100), 1);
	assert_int_equal(admit(rate, 0, NOW + 600, 100), 5);
	rate_free(rate);
}

static void rest_earns_no_more_than_a_burst(void **state)
{
	struct rate *rate = rate_new(1, 10, 25);

	(void)state;
	assert_int_equal(admit(rate, 0, NOW, 100), 25);
	assert_int_equal(admit(rate, 0, NOW + 3600000, 100), 25);
	rate_free(rate);
}

static void one_unit_does_not_spend_for_another(void **state)
{
	struct rate *rate = rate_new(3, 1, 2);

	(void)state;
	assert_int_equal(admit(rate, 0, NOW, 100), 2);
	assert_int_equal(admit(rate, 2, NOW, 100), 2);
	assert_int_equal(admit(rate, 1, NOW, 1), 1);
	rate_free(rate);
}

static void the_largest_settings_do_not_overflow(void **state)
{
	struct rate *slow = rate_new(1, 1, 100000000);
	struct rate *fast = rate_new(1, 10000000, 1);

	(void)state;
	assert_int_equal(admit(slow, 0, NOW, 1000), 1000);
	assert_int_equal(admit(fast, 0, NOW, 1000), 1);
	assert_int_equal(admit(fast, 0, NOW + 1, 1000), 1);
	rate_free(fast);
	rate_free(slow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_limit_everything_is_admitted),
		cmocka_unit_test(a_burst_is_admitted_and_no_event_more),
		cmocka_unit_test(a_steady_sender_at_the_rate_is_never_refused),
		cmocka_unit_test(a_sender_at_twice_the_rate_keeps_half_of_what_follows_its_burst),
		cmocka_unit_test(what_was_used_up_comes_back_at_the_rate),
		cmocka_unit_test(rest_earns_no_more_than_a_burst),
		cmocka_unit_test(one_unit_does_not_spend_for_another),
		cmocka_unit_test(the_largest_settings_do_not_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
