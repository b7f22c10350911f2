/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Buckets in use stand sorted in one block that doubles when it is full.  Few do in a minute of one
 * unit, and hundreds at most in a month, so a binary search and a rare move are cheap.
 */
#include "quantile.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "iocd/indicator.h"

#define SMALLEST    1e-9
#define GAMMA       ((1 + QUANTILE_ERROR) / (1 - QUANTILE_ERROR))
#define BYTES_MIN   64u
#define ENTRY_BYTES (sizeof(uint32_t) + sizeof(uint16_t))

/* A block; the buckets' numbers (uint16_t, ascending) stand behind the capacity counts. */
struct buckets {
	uint16_t n;
	uint16_t bytes; /* of the block, in units of BYTES_MIN */
	uint32_t counts[];
};

static size_t block_bytes(const struct buckets *buckets)
{
	return buckets->bytes * (size_t)BYTES_MIN;
}

static uint32_t capacity_of(size_t bytes)
{
	return (uint32_t)((bytes - sizeof(struct buckets)) / ENTRY_BYTES);
}

static uint16_t *numbers_of(struct buckets *buckets)
{
	return (uint16_t *)(buckets->counts + capacity_of(block_bytes(buckets)));
}

/* The place of the first number that is not below bucket.  Numbers rise by one at least, so it lies
 * as far behind the first and before the last as they differ, at most: where buckets stand close
 * together little is left to search. */
static uint32_t find_place(const uint16_t *numbers, uint32_t n, uint16_t bucket)
{
	uint32_t first, end;

	if (n == 0 || numbers[n - 1] < bucket)
		return n;
	if (numbers[0] >= bucket)
		return 0;

	first = (uint32_t)(numbers[n - 1] - bucket);
	first = first < n ? n - 1 - first : 0;
	end = (uint32_t)(bucket - numbers[0]);
	end = end < n - 1 ? end : n - 1; /* the number there is not below */
	while (first < end) {
		uint32_t middle = first + (end - first) / 2;

		if (numbers[middle] < bucket)
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

/* A block of bytes with what is in old, which is given back; NULL: the pool is used up. */
static struct buckets *move_to(struct pool *pool, uint32_t *sketch, size_t bytes)
{
	uint32_t handle = pool_take(pool, bytes);
	struct buckets *buckets, *old;

	if (handle == POOL_NONE)
		return NULL;

	buckets = pool_at(pool, handle);
	buckets->bytes = (uint16_t)(bytes / BYTES_MIN);
	if (*sketch != POOL_NONE) {
		old = pool_at(pool, *sketch);
		buckets->n = old->n;
		memcpy(buckets->counts, old->counts, old->n * sizeof(*old->counts));
		memcpy(numbers_of(buckets), numbers_of(old), old->n * sizeof(uint16_t));
		quantile_clear(pool, sketch);
	}
	*sketch = handle;
	return buckets;
}

static void insert(struct buckets *buckets, uint32_t at, uint16_t bucket, uint32_t n)
{
	uint16_t *numbers = numbers_of(buckets);
	uint32_t n_behind = buckets->n - at;

	memmove(numbers + at + 1, numbers + at, n_behind * sizeof(*numbers));
	memmove(buckets->counts + at + 1, buckets->counts + at,
		n_behind * sizeof(*buckets->counts));
	numbers[at] = bucket;
	buckets->counts[at] = n;
	buckets->n++;
}

static bool is_sound(struct buckets *buckets)
{
	const uint16_t *numbers = numbers_of(buckets);

	if (buckets->n > capacity_of(block_bytes(buckets)))
		return false;
	for (uint32_t i = 1; i < buckets->n; i++)
		if (numbers[i - 1] >= numbers[i])
			return false;
	return buckets->n == 0 || numbers[buckets->n - 1] < QUANTILE_BUCKETS;
}

uint16_t quantile_bucket(double value)
{
	double bucket;

	if (!(value > SMALLEST))
		return 0;

	bucket = ceil(log(value / SMALLEST) * (1 / log(GAMMA)));
	if (bucket < 1)
		return 1;
	return bucket < QUANTILE_BUCKETS ? (uint16_t)bucket : QUANTILE_BUCKETS - 1;
}

int quantile_add(struct pool *pool, uint32_t *sketch, uint16_t bucket, uint32_t n)
{
	struct buckets *buckets;
	uint32_t at;

	buckets = *sketch == POOL_NONE ? move_to(pool, sketch, BYTES_MIN) : pool_at(pool, *sketch);
	if (!buckets)
		return QUANTILE_REFUSED;

	at = find_place(numbers_of(buckets), buckets->n, bucket);
	if (at < buckets->n && numbers_of(buckets)[at] == bucket) {
		buckets->counts[at] =
			n < UINT32_MAX - buckets->counts[at] ? buckets->counts[at] + n : UINT32_MAX;
		return 0;
	}

	if (buckets->n == capacity_of(block_bytes(buckets)))
		buckets = move_to(pool, sketch, 2 * block_bytes(buckets));
	if (!buckets)
		return QUANTILE_REFUSED;
	insert(buckets, at, bucket, n);
	return 0;
}

uint32_t quantile_entries(const struct pool *pool, uint32_t sketch, const uint16_t **ret_numbers,
			  const uint32_t **ret_counts)
{
	struct buckets *buckets;

	if (sketch == POOL_NONE)
		return 0;
	buckets = pool_at(pool, sketch);
	*ret_numbers = numbers_of(buckets);
	*ret_counts = buckets->counts;
	return buckets->n;
}

int quantile_merge(struct pool *pool, uint32_t *to, uint32_t from)
{
	const uint16_t *numbers;
	const uint32_t *counts;
	uint32_t n = quantile_entries(pool, from, &numbers, &counts);
	int r = 0;

	for (uint32_t i = 0; i < n && r == 0; i++)
		r = quantile_add(pool, to, numbers[i], counts[i]);
	return r;
}

void quantile_clear(struct pool *pool, uint32_t *sketch)
{
	if (*sketch == POOL_NONE)
		return;

	pool_give_back(pool, *sketch, block_bytes(pool_at(pool, *sketch)));
	*sketch = POOL_NONE;
}

bool quantile_claim(struct pool *pool, uint32_t sketch)
{
	struct buckets *buckets;

	if (sketch == POOL_NONE)
		return true;
	if (!pool_has(pool, sketch))
		return false;

	buckets = pool_at(pool, sketch);
	return (buckets->bytes & (buckets->bytes - 1)) == 0 &&
	       pool_claim(pool, sketch, block_bytes(buckets)) && is_sound(buckets);
}

void quantile_gather(const struct pool *pool, uint32_t sketch, uint64_t counts[QUANTILE_BUCKETS])
{
	const uint16_t *numbers;
	const uint32_t *own;
	uint32_t n = quantile_entries(pool, sketch, &numbers, &own);

	for (uint32_t i = 0; i < n; i++)
		counts[numbers[i]] += own[i];
}

double quantile_read(const uint64_t counts[QUANTILE_BUCKETS], double q)
{
	uint64_t n = 0, below = 0, rank;
	uint32_t bucket = 0;

	for (uint32_t i = 0; i < QUANTILE_BUCKETS; i++)
		n += counts[i];
	if (n == 0)
		return NAN;

	rank = (uint64_t)(q * (double)(n - 1));
	while ((below += counts[bucket]) <= rank)
		bucket++;

	/* The middle of the bucket in the sense that both its bounds are equally far off. */
	return bucket == 0 ? 0 : SMALLEST * pow(GAMMA, bucket) * 2 / (GAMMA + 1);
}
