/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "iocd/net/backoff.h"

static void it_doubles_up_to_its_limit_with_a_quarter_of_jitter(void **state)
{
	const int64_t expected[] = { 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000 };

	(void)state;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		struct backoff backoff;

		backoff_init(&backoff, 500, 30000, seed);
		for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
			int64_t delay_ms = backoff_failed(&backoff);

			assert_in_range(delay_ms, expected[i] - expected[i] / 4,
					expected[i] + expected[i] / 4);
		}
	}
}

static void clients_of_one_server_do_not_return_together(void **state)
{
	int64_t least = INT64_MAX;
	int64_t most = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		struct backoff backoff;
		int64_t delay_ms;

		backoff_init(&backoff, 1000, 1000, seed);
		delay_ms = backoff_failed(&backoff);
		least = delay_ms < least ? delay_ms : least;
		most = delay_ms > most ? delay_ms : most;
	}
	assert_true(least < 800); /* both ends of 750 to 1250 are visited */
	assert_true(most > 1200);
}

static void a_success_starts_it_anew(void **state)
{
	struct backoff backoff;

	(void)state;
	backoff_init(&backoff, 500, 30000, 7);
	for (int i = 0; i < 5; i++)
		backoff_failed(&backoff);
	backoff_succeeded(&backoff);
	assert_in_range(backoff_failed(&backoff), 375, 625);
}

static void the_same_seed_gives_the_same_delays(void **state)
{
	struct backoff a, b;

	(void)state;
	backoff_init(&a, 500, 30000, 42);
	backoff_init(&b, 500, 30000, 42);
	for (int i = 0; i < 20; i++)
		assert_int_equal(backoff_failed(&a), backoff_failed(&b));
}

static void it_never_answers_zero(void **state)
{
	struct backoff backoff;

	(void)state;
	backoff_init(&backoff, 1, 2, 3);
	for (int i = 0; i < 100; i++)
		assert_in_range(backoff_failed(&backoff), 1, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_doubles_up_to_its_limit_with_a_quarter_of_jitter),
		cmocka_unit_test(clients_of_one_server_do_not_return_together),
		cmocka_unit_test(a_success_starts_it_anew),
		cmocka_unit_test(the_same_seed_gives_the_same_delays),
		cmocka_unit_test(it_never_answers_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
