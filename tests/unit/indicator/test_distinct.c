/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include "distinct.h"
#include "iocd/base/random.h"

#define NOW  29000000u /* a minute of 2025 */
#define KEEP DISTINCT_KEEP_MONTHS

static struct pool *pool_of(size_t bytes)
{
	struct pool *pool;

	assert_int_equal(pool_new(&pool, bytes), 0);
	return pool;
}

static uint64_t hash_of(uint64_t number)
{
	struct value value = { .present = true, .number = (double)number };

	return distinct_hash(FIELD_INTEGER, &value);
}

static void see(struct pool *pool, uint32_t *sketch, uint64_t number, uint32_t minute)
{
	assert_int_not_equal(distinct_add(pool, sketch, hash_of(number), minute, KEEP), DISTINCT_REFUSED);
}

static void assert_near(double estimate, double exact)
{
	if (fabs(estimate - exact) > 3 * DISTINCT_ERROR * exact)
		fail_msg("%g is not within three standard errors of %g", estimate, exact);
}

static void equal_values_have_equal_hashes_and_others_do_not(void **state)
{
	struct value zero = { .number = 0.0 }, minus_zero = { .number = -0.0 };
	struct value one = { .number = 1 };
	struct value a = { .text = { "ab", 2 } }, b = { .text = { "abc", 2 } };
	struct value c = { .text = { "abc", 3 } };
	struct value first = { .choice = 1 }, second = { .choice = 2 };
	struct value now = { .time_ms = START }, later = { .time_ms = START + 1 };

	(void)state;
	assert_true(distinct_hash(FIELD_NUMBER, &zero) == distinct_hash(FIELD_NUMBER, &minus_zero));
	assert_true(distinct_hash(FIELD_NUMBER, &zero) != distinct_hash(FIELD_NUMBER, &one));
	assert_true(distinct_hash(FIELD_TEXT, &a) == distinct_hash(FIELD_TEXT, &b));
	assert_true(distinct_hash(FIELD_TEXT, &a) != distinct_hash(FIELD_TEXT, &c));
	assert_true(distinct_hash(FIELD_CHOICE, &first) != distinct_hash(FIELD_CHOICE, &second));
	assert_true(distinct_hash(FIELD_TIME, &now) != distinct_hash(FIELD_TIME, &later));
}

static void up_to_1024_values_are_counted_exactly(void **state)
{
	struct pool *pool = pool_of(8 << 20);
	uint32_t sketch = POOL_NONE;

	(void)state;
	assert_true(distinct_read(pool, POOL_NONE, 0) == 0);
	for (uint32_t i = 1; i <= DISTINCT_EXACT_MAX; i++) {
		see(pool, &sketch, i, NOW);
		see(pool, &sketch, (i + 1) / 2, NOW); /* an old one */
		assert_true(distinct_read(pool, sketch, NOW) == i);
	}
	assert_true(distinct_read(pool, sketch, NOW + 1) == 0);
	pool_free(pool);
}

static void a_value_counts_from_the_latest_minute_it_was_seen(void **state)
{
	struct pool *pool = pool_of(1 << 20);
	uint32_t sketch = POOL_NONE;

	(void)state;
	see(pool, &sketch, 1, NOW - 10);
	see(pool, &sketch, 2, NOW - 5);
	see(pool, &sketch, 1, NOW);
	see(pool, &sketch, 2, NOW - 20); /* late; changes nothing */
	assert_true(distinct_read(pool, sketch, NOW - 20) == 2);
	assert_true(distinct_read(pool, sketch, NOW - 5) == 2);
	assert_true(distinct_read(pool, sketch, NOW - 4) == 1);
	pool_free(pool);
}

static void a_value_is_new_once_in_a_minute(void **state)
{
	struct pool *pool = pool_of(1 << 20);
	uint32_t sketch = POOL_NONE;

	(void)state;
	assert_int_equal(distinct_add(pool, &sketch, hash_of(1), NOW, KEEP), DISTINCT_NEW);
	assert_int_equal(distinct_add(pool, &sketch, hash_of(1), NOW, KEEP), 0);
	assert_int_equal(distinct_add(pool, &sketch, hash_of(1), NOW - 1, KEEP), 0);
	assert_int_equal(distinct_add(pool, &sketch, hash_of(1), NOW + 1, KEEP), DISTINCT_NEW);
	pool_free(pool);
}

static void the_hash_zero_is_a_value_too(void **state)
{
	struct pool *pool = pool_of(1 << 20);
	uint32_t sketch = POOL_NONE;

	(void)state;
	assert_int_equal(distinct_add(pool, &sketch, 0, NOW, KEEP), DISTINCT_NEW);
	assert_int_equal(distinct_add(pool, &sketch, 0, NOW, KEEP), 0);
	assert_true(distinct_read(pool, sketch, NOW) == 1);
	pool_free(pool);
}

static void many_values_are_estimated_within_three_standard_errors(void **state)
{
	struct pool *pool = pool_of(8 << 20);
	uint32_t sketch = POOL_NONE;
	uint32_t next = 1100;

	(void)state;
	for (uint32_t i = 1; i <= 300000; i++) {
		see(pool, &sketch, i, NOW);
		if (i != next)
			continue;
		assert_near(distinct_read(pool, sketch, NOW), i);
		next = next * 5 / 4;
	}
	assert_true(distinct_read(pool, sketch, NOW + 1) == 0);
	pool_free(pool);
}

static void among_many_a_value_is_new_once_in_a_minute_and_never_gets_older(void **state)
{
	struct pool *pool = pool_of(8 << 20);
	uint32_t sketch = POOL_NONE;
	double n;

	(void)state;
	for (uint32_t i = 0; i < 5000; i++)
		see(pool, &sketch, i, NOW);
	n = distinct_read(pool, sketch, NOW);
	for (uint32_t i = 0; i < 5000; i++) {
		assert_int_equal(distinct_add(pool, &sketch, hash_of(i), NOW, KEEP), 0);
		assert_int_equal(distinct_add(pool, &sketch, hash_of(i), NOW - 1, KEEP), 0);
	}
	assert_true(distinct_read(pool, sketch, NOW) == n);
	assert_int_equal(distinct_add(pool, &sketch, hash_of(1), NOW + 1, KEEP), DISTINCT_NEW);
	pool_free(pool);
}

/* 500 values a minute, none twice: what fades out of the window is forgotten. */
static void an_estimate_slides_with_its_window(void **state)
{
	struct pool *pool = pool_of(8 << 20);
	uint32_t sketch = POOL_NONE;
	uint64_t value = 0;

	(void)state;
	for (uint32_t minute = NOW; minute < NOW + 240; minute++)
		for (uint32_t i = 0; i < 500; i++)
			see(pool, &sketch, value++, minute);

	for (uint32_t minutes = 1; minutes <= 240; minutes += 7)
		assert_near(distinct_read(pool, sketch, NOW + 240 - minutes), 500.0 * minutes);
	pool_free(pool);
}

static void values_older_than_two_months_make_room(void **state)
{
	const uint32_t two_months = 62 * 1440;
	struct pool *pool = pool_of(8 << 20);
	uint32_t sketch = POOL_NONE;

	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		see(pool, &sketch, i, NOW);
	for (uint32_t i = 0; i < 1000; i++)
		see(pool, &sketch, 5000 + i, NOW + two_months + 1);
	assert_true(distinct_read(pool, sketch, NOW + 1) == 1000); /* still exact */
	assert_true(pool_used(pool) <= 16384);
	pool_free(pool);
}

static void a_full_pool_refuses_new_values_and_still_knows_the_old(void **state)
{
	struct pool *pool = pool_of(1 << 20);
	uint32_t sketch = POOL_NONE;
	uint32_t refused = 0;
	double n;

	(void)state;
	for (uint32_t i = 0; i < 10; i++)
		see(pool, &sketch, i, NOW);
	while (pool_take(pool, 64) != POOL_NONE)
		continue;

	for (uint32_t i = 0; i < 100; i++)
		refused += distinct_add(pool, &sketch, hash_of(100 + i), NOW, KEEP) == DISTINCT_REFUSED;
	n = distinct_read(pool, sketch, NOW);
	assert_true(refused > 0 && n == 110 - refused);
	for (uint32_t i = 0; i < 10; i++)
		assert_int_equal(distinct_add(pool, &sketch, hash_of(i), NOW + 1, KEEP), DISTINCT_NEW);
	assert_true(distinct_read(pool, sketch, NOW + 1) == 10);
	pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_values_have_equal_hashes_and_others_do_not),
		cmocka_unit_test(up_to_1024_values_are_counted_exactly),
		cmocka_unit_test(a_value_counts_from_the_latest_minute_it_was_seen),
		cmocka_unit_test(a_value_is_new_once_in_a_minute),
		cmocka_unit_test(the_hash_zero_is_a_value_too),
		cmocka_unit_test(many_values_are_estimated_within_three_standard_errors),
		cmocka_unit_test(among_many_a_value_is_new_once_in_a_minute_and_never_gets_older),
		cmocka_unit_test(an_estimate_slides_with_its_window),
		cmocka_unit_test(values_older_than_two_months_make_room),
		cmocka_unit_test(a_full_pool_refuses_new_values_and_still_knows_the_old),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
