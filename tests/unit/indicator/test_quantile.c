/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include "iocd/base/random.h"
#include "quantile.h"

#define N_VALUES 20000u

static int compare_doubles(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static struct pool *pool_of(size_t bytes)
{
	struct pool *pool;

	assert_int_equal(pool_new(&pool, bytes), 0);
	return pool;
}

static double read_one(const struct pool *pool, uint32_t sketch, double q)
{
	uint64_t counts[QUANTILE_BUCKETS] = { 0 };

	quantile_gather(pool, sketch, counts);
	return quantile_read(counts, q);
}

static void add(struct pool *pool, uint32_t *sketch, double value)
{
	assert_int_equal(quantile_add(pool, sketch, quantile_bucket(value), 1), 0);
}

static void an_empty_sketch_has_no_quantile(void **state)
{
	struct pool *pool = pool_of(1 << 20);

	(void)state;
	assert_true(isnan(read_one(pool, POOL_NONE, 0.5)));
	pool_free(pool);
}

static void one_value_is_every_quantile(void **state)
{
	static const double values[] = { 1e-8, 0.25, 1, 7, 1234.5, 9.9e17 };
	struct pool *pool = pool_of(1 << 20);

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		uint32_t sketch = POOL_NONE;

		add(pool, &sketch, values[i]);
		for (double q = 0; q <= 1; q += 0.25)
			assert_true(fabs(read_one(pool, sketch, q) / values[i] - 1) <=
				    QUANTILE_ERROR * 1.000001);
		quantile_clear(pool, &sketch);
		assert_int_equal(sketch, POOL_NONE);
	}
	assert_int_equal(pool_used(pool), 0);
	pool_free(pool);
}

static void what_is_not_positive_counts_as_zero(void **state)
{
	struct pool *pool = pool_of(1 << 20);
	uint32_t sketch = POOL_NONE;

	(void)state;
	add(pool, &sketch, -5);
	add(pool, &sketch, 0);
	add(pool, &sketch, 1e-10);
	add(pool, &sketch, 100);
	assert_true(read_one(pool, sketch, 0.5) == 0);
	assert_true(fabs(read_one(pool, sketch, 1) / 100 - 1) <= QUANTILE_ERROR);
	pool_free(pool);
}

static void huge_and_odd_values_stay_within_the_buckets(void **state)
{
	(void)state;
	assert_int_equal(quantile_bucket(INFINITY), QUANTILE_BUCKETS - 1);
	assert_int_equal(quantile_bucket(1e300), QUANTILE_BUCKETS - 1);
	assert_int_equal(quantile_bucket(NAN), 0);
	assert_int_equal(quantile_bucket(-INFINITY), 0);
	assert_in_range(quantile_bucket(nextafter(1e-9, 1)), 1, 2);
}

/* Two sketches, gathered together, are read like one of all values. */
static void every_quantile_of_merged_sketches_is_within_the_stated_error(void **state)
{
	static double values[N_VALUES];
	uint64_t counts[QUANTILE_BUCKETS] = { 0 };
	struct pool *pool = pool_of(8 << 20);
	uint32_t sketches[2] = { POOL_NONE, POOL_NONE };
	struct random_stream random;

	(void)state;
	random_seed(&random, 7);
	for (uint32_t i = 0; i < N_VALUES; i++) {
		values[i] = pow(10, random_unit(&random) * 12 - 4);
		add(pool, &sketches[i % 2], values[i]);
	}
	qsort(values, N_VALUES, sizeof(*values), compare_doubles);
	quantile_gather(pool, sketches[0], counts);
	quantile_gather(pool, sketches[1], counts);

	for (uint32_t i = 0; i <= 1000; i++) {
		double q = i / 1000.0;
		double exact = values[(uint32_t)(q * (N_VALUES - 1))];

		assert_true(fabs(quantile_read(counts, q) / exact - 1) <=
			    QUANTILE_ERROR * 1.000001);
	}
	quantile_clear(pool, &sketches[0]);
	quantile_clear(pool, &sketches[1]);
	assert_int_equal(pool_used(pool), 0);
	pool_free(pool);
}

static void a_full_pool_refuses_and_keeps_what_was_counted(void **state)
{
	struct pool *pool = pool_of(1 << 20);
	uint32_t sketch = POOL_NONE;
	uint32_t hoard = 0, counted = 0;
	uint64_t counts[QUANTILE_BUCKETS] = { 0 };

	(void)state;
	for (uint16_t bucket = 1; bucket <= 10; bucket++)
		assert_int_equal(quantile_add(pool, &sketch, bucket, 1), 0);
	while (pool_take(pool, 64) != POOL_NONE)
		hoard++;
	assert_true(hoard > 1000);

	assert_int_equal(quantile_add(pool, &sketch, 11, 1), QUANTILE_REFUSED);
	assert_int_equal(quantile_add(pool, &sketch, 10, 1), 0);
	quantile_gather(pool, sketch, counts);
	for (uint32_t i = 0; i < QUANTILE_BUCKETS; i++)
		counted += (uint32_t)counts[i];
	assert_int_equal(counted, 11);
	assert_int_equal(counts[10], 2);
	pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_sketch_has_no_quantile),
		cmocka_unit_test(one_value_is_every_quantile),
		cmocka_unit_test(what_is_not_positive_counts_as_zero),
		cmocka_unit_test(huge_and_odd_values_stay_within_the_buckets),
		cmocka_unit_test(every_quantile_of_merged_sketches_is_within_the_stated_error),
		cmocka_unit_test(a_full_pool_refuses_and_keeps_what_was_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
