/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/counter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <pthread.h>
#include <string.h>

#define N_THREADS 4
#define N_ADDS    500000

static void a_counter_starts_at_zero_and_grows(void **state)
{
	(void)state;
	assert_int_equal(counter_get(COUNTER_events_seen), 0);
	counter_add(COUNTER_events_seen, 2);
	counter_add(COUNTER_events_seen, 3);
	assert_int_equal(counter_get(COUNTER_events_seen), 5);
	assert_int_equal(counter_get(COUNTER_events_accepted), 0);
}

static void *add_many(void *context)
{
	(void)context;
	for (int i = 0; i < N_ADDS; i++)
		counter_add(COUNTER_journal_syncs, 1);
	return NULL;
}

static void no_addition_of_any_thread_is_lost(void **state)
{
	pthread_t threads[N_THREADS];

	(void)state;
	for (int i = 0; i < N_THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, add_many, NULL), 0);
	for (int i = 0; i < N_THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(counter_get(COUNTER_journal_syncs), N_THREADS * N_ADDS);
}

static void every_counter_has_a_prometheus_name_and_a_meaning(void **state)
{
	(void)state;
	assert_string_equal(counter_name(COUNTER_events_accepted), "events_accepted");
	for (int i = 0; i < N_COUNTERS; i++) {
		const char *name = counter_name((enum counter)i);

		assert_true(islower((unsigned char)name[0]));
		for (size_t j = 0; name[j]; j++)
			assert_true(islower((unsigned char)name[j]) || name[j] == '_');
		assert_true(strlen(counter_text((enum counter)i)) > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_counter_starts_at_zero_and_grows),
		cmocka_unit_test(no_addition_of_any_thread_is_lost),
		cmocka_unit_test(every_counter_has_a_prometheus_name_and_a_meaning),
	};

	return cmocka_run_group_tests_name("counter", tests, NULL, NULL);
}
