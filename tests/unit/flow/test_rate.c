/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../saved.h"
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

static struct saved save(const struct rate *rate)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	rate_save(rate, &writer);
	saved_end(&writer);
	return saved;
}

/* A rate of the first n bytes of saved, or NULL if they make none. */
static struct rate *load(const struct saved *saved, size_t n, const struct renumber *units,
			 int per_second, int burst)
{
	struct rate *rate = rate_new(3, per_second, burst);
	struct bytes_reader reader;

	bytes_reader_init(&reader, saved->bytes, n);
	rate_load(rate, &reader, units);
	return reader.is_bad ? rate_free(rate) : rate;
}

static const uint32_t same[] = { 0, 1, 2 };
static const struct renumber same_units = { .to = same, .n = 3 };

static void a_burst_is_remembered_when_it_is_saved(void **state)
{
	struct rate *before = rate_new(3, 10, 25), *after;
	struct saved first, second;

	(void)state;
	assert_int_equal(admit(before, 0, NOW, 100), 25);
	assert_int_equal(admit(before, 2, NOW, 20), 20);
	first = save(before);
	after = load(&first, first.n, &same_units, 10, 25);
	assert_non_null(after);
	second = save(after);
	assert_int_equal(first.n, second.n);
	assert_memory_equal(first.bytes, second.bytes, first.n);
	assert_int_equal(admit(after, 0, NOW, 100), 0);
	assert_int_equal(admit(after, 1, NOW, 100), 25);
	assert_int_equal(admit(after, 2, NOW + 100, 100), 6);
	saved_fini(&second);
	saved_fini(&first);
	rate_free(after);
	rate_free(before);
}

static void units_with_other_numbers_keep_what_they_used_up(void **state)
{
	static const uint32_t to[] = { 2, RENUMBER_GONE, 0 };
	const struct renumber units = { .to = to, .n = 3 };
	struct rate *before = rate_new(3, 10, 25), *after;
	struct saved saved;

	(void)state;
	assert_int_equal(admit(before, 0, NOW, 25), 25);
	assert_int_equal(admit(before, 1, NOW, 25), 25);
	saved = save(before);
	after = load(&saved, saved.n, &units, 10, 25);
	assert_non_null(after);
	assert_int_equal(admit(after, 2, NOW, 100), 0);
	assert_int_equal(admit(after, 1, NOW, 100), 25);
	saved_fini(&saved);
	rate_free(after);
	rate_free(before);
}

static void what_ran_up_under_a_larger_burst_does_not_lock_a_unit_out(void **state)
{
	struct rate *before = rate_new(3, 1, 100000), *after;
	struct saved saved;

	(void)state;
	assert_int_equal(admit(before, 0, NOW, 100000), 100000);
	saved = save(before);
	after = load(&saved, saved.n, &same_units, 1, 5);
	assert_non_null(after);
	assert_int_equal(admit(after, 0, NOW, 10), 0);
	assert_int_equal(admit(after, 0, NOW + 5000, 10), 5);
	saved_fini(&saved);
	rate_free(after);
	rate_free(before);
}

static void damaged_rates_are_refused_or_harmless(void **state)
{
	const struct renumber fewer = { .to = same, .n = 2 };
	struct rate *before = rate_new(3, 10, 25), *after;
	struct saved saved;

	(void)state;
	assert_int_equal(admit(before, 2, NOW, 25), 25);
	saved = save(before);
	assert_null(load(&saved, saved.n, &fewer, 10, 25));
	for (size_t n = 0; n < saved.n; n++)
		assert_null(load(&saved, n, &same_units, 10, 25));
	for (size_t i = 0; i < 8 * saved.n; i++) {
		saved.bytes[i / 8] ^= (char)(1u << i % 8);
		after = load(&saved, saved.n, &same_units, 10, 25);
		if (i < 16 * 8) /* name, version and number of units */
			assert_null(after);
		for (uint32_t unit = 0; after && unit < 3; unit++)
			(void)admit(after, unit, NOW, 3);
		rate_free(after);
		saved.bytes[i / 8] ^= (char)(1u << i % 8);
	}
	saved.bytes[saved.n - 1] = 0x40; /* some hundred years ahead */
	assert_null(load(&saved, saved.n, &same_units, 10, 25));
	saved_fini(&saved);
	rate_free(before);
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
		cmocka_unit_test(a_burst_is_remembered_when_it_is_saved),
		cmocka_unit_test(units_with_other_numbers_keep_what_they_used_up),
		cmocka_unit_test(what_ran_up_under_a_larger_burst_does_not_lock_a_unit_out),
		cmocka_unit_test(damaged_rates_are_refused_or_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
