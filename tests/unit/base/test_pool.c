/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "../../saved.h"

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

/* ---- saving and loading ---------------------------------------------------------------------- */

static struct saved save(const struct pool *pool)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	pool_save(pool, &writer);
	saved_end(&writer);
	return saved;
}

/* Whether a fresh pool takes it. */
static bool load(struct pool **ret, const struct saved *saved, size_t max_bytes)
{
	struct bytes_reader reader;

	assert_int_equal(pool_new(ret, max_bytes), 0);
	bytes_reader_init(&reader, saved->bytes, saved->n);
	pool_load(*ret, &reader);
	assert_true(reader.is_bad || reader.at == reader.end);
	return !reader.is_bad;
}

#define N_BLOCKS 64u

struct block {
	uint32_t handle;
	size_t bytes;
};

/* Takes and gives back blocks of sizes out of a seed; each is filled with its number. */
static void churn(struct pool *pool, struct block blocks[N_BLOCKS], uint32_t *seed, int n)
{
	for (int i = 0; i < n; i++) {
		struct block *block = &blocks[(*seed = *seed * 1664525u + 1013904223u) >> 26];

		pool_give_back(pool, block->handle, block->bytes);
		block->bytes = 1 + (*seed >> 8) % (64u << (*seed >> 5) % 11);
		block->handle = pool_take(pool, block->bytes);
		if (block->handle != POOL_NONE)
			memset(pool_at(pool, block->handle), (int)(block - blocks), block->bytes);
	}
}

static void after_a_load_the_same_handles_are_given_as_without(void **state)
{
	for (uint32_t turn = 0; turn < 50; turn++) {
		CLEANUP(pool_free) struct pool *pool = NULL, *loaded = NULL;
		struct block blocks[N_BLOCKS] = { 0 }, copies[N_BLOCKS];
		uint32_t seed = turn, again;
		struct saved a, b;

		(void)state;
		assert_int_equal(pool_new(&pool, MIB), 0);
		churn(pool, blocks, &seed, (int)(turn * turn));
		a = save(pool);
		assert_true(load(&loaded, &a, MIB));
		for (uint32_t i = 0; i < N_BLOCKS; i++)
			if (blocks[i].handle != POOL_NONE)
				assert_true(pool_claim(loaded, blocks[i].handle, blocks[i].bytes));
		assert_true(pool_end_claims(loaded));
		assert_int_equal(pool_used(pool), pool_used(loaded));
		assert_int_equal(pool_refusals(pool), pool_refusals(loaded));

		memcpy(copies, blocks, sizeof(copies));
		again = seed;
		churn(pool, blocks, &seed, 500);
		churn(loaded, copies, &again, 500);
		assert_memory_equal(blocks, copies, sizeof(copies));
		saved_fini(&a);
		a = save(pool);
		b = save(loaded);
		assert_int_equal(a.n, b.n);
		assert_memory_equal(a.bytes, b.bytes, a.n);
		saved_fini(&a);
		saved_fini(&b);
	}
}

static void a_save_leaves_out_what_is_empty(void **state)
{
	CLEANUP(pool_free) struct pool *pool = NULL, *loaded = NULL;
	struct saved saved;
	uint32_t handle;

	(void)state;
	assert_int_equal(pool_new(&pool, 4 * MIB), 0);
	handle = pool_take(pool, MIB);
	memset((char *)pool_at(pool, handle) + MIB - 1, 7, 1);
	saved = save(pool);
	assert_true(saved.n < 2 * 4096);
	assert_true(load(&loaded, &saved, MIB));
	assert_true(is_zero(pool_at(loaded, handle), MIB - 1));
	assert_int_equal(((char *)pool_at(loaded, handle))[MIB - 1], 7);
	saved_fini(&saved);
}

static void what_a_block_held_is_not_saved_when_it_came_back(void **state)
{
	CLEANUP(pool_free) struct pool *one = NULL, *two = NULL;
	struct saved a, b;
	uint32_t handle;

	(void)state;
	assert_int_equal(pool_new(&one, MIB), 0);
	assert_int_equal(pool_new(&two, MIB), 0);
	handle = pool_take(one, 1000);
	memset(pool_at(one, handle), 0xaa, 1000);
	pool_give_back(one, handle, 1000);
	pool_give_back(two, pool_take(two, 1000), 1000);
	a = save(one);
	b = save(two);
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.bytes, b.bytes, a.n);
	saved_fini(&a);
	saved_fini(&b);
}

static void a_claim_holds_only_for_what_is_out_and_once(void **state)
{
	CLEANUP(pool_free) struct pool *pool = NULL, *loaded = NULL;
	struct saved saved;
	uint32_t out, back;

	(void)state;
	assert_int_equal(pool_new(&pool, MIB), 0);
	out = pool_take(pool, 256);
	back = pool_take(pool, 128);
	pool_give_back(pool, back, 128);
	saved = save(pool);
	assert_true(load(&loaded, &saved, MIB));
	assert_true(pool_has(loaded, out));
	assert_false(pool_has(loaded, POOL_NONE));
	assert_false(pool_has(loaded, back + 2));
	assert_false(pool_claim(loaded, POOL_NONE, 64));
	assert_false(pool_claim(loaded, back, 64));
	assert_false(pool_claim(loaded, out, 0));
	assert_false(pool_claim(loaded, out, MIB));
	assert_false(pool_claim(loaded, UINT32_MAX, 64));
	assert_true(pool_claim(loaded, out, 128));
	assert_false(pool_claim(loaded, out, 64));
	assert_false(pool_end_claims(loaded)); /* half of the block is nobody's */
	saved_fini(&saved);
}

/* Offsets in a save: 12 bytes of name and version, 8 of refusals, then the lists and the size. */
#define LISTS_AT 20u
#define UNITS_AT (LISTS_AT + 15 * 4)

static void lists_that_make_no_sense_are_rejected(void **state)
{
	static const struct {
		size_t at;
		uint32_t number;
	} changes[] = {
		{ UNITS_AT, 0 },              /* not even the first unit */
		{ UNITS_AT, UINT32_MAX },     /* more than there is memory */
		{ UNITS_AT, 2 },              /* less than what follows */
		{ LISTS_AT, 1000 },           /* a block beyond the end */
		{ LISTS_AT + 4 * 14, 1 },     /* a block that reaches beyond the end */
		{ LISTS_AT + 4 * 1, 1 },      /* a block in two lists */
		{ UNITS_AT + 4 + 1, 1 },      /* a list that goes round */
		{ UNITS_AT + 4 + 1 + 8, 77 }, /* something in a block that is to be empty */
	};
	CLEANUP(pool_free) struct pool *pool = NULL;
	struct saved saved;
	uint32_t handle;

	(void)state;
	assert_int_equal(pool_new(&pool, MIB), 0);
	handle = pool_take(pool, 64);
	assert_int_equal(handle, 1);
	memset(pool_at(pool, pool_take(pool, 128)), 1, 128);
	pool_give_back(pool, handle, 64);
	saved = save(pool);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		CLEANUP(pool_free) struct pool *loaded = NULL;
		unsigned char before[4];
		struct bytes_reader reader;

		memcpy(before, saved.bytes + changes[i].at, 4);
		memcpy(saved.bytes + changes[i].at, &changes[i].number, 4);
		assert_int_equal(pool_new(&loaded, MIB), 0);
		bytes_reader_init(&reader, saved.bytes, saved.n);
		pool_load(loaded, &reader);
		assert_true(reader.is_bad || reader.at != reader.end);
		memcpy(saved.bytes + changes[i].at, before, 4);
	}
	saved_fini(&saved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_block_is_zeroed_aligned_and_counted_in_powers_of_two),
		cmocka_unit_test(a_block_that_came_back_is_given_again_zeroed),
		cmocka_unit_test(a_pool_that_is_used_up_refuses_and_counts),
		cmocka_unit_test(a_large_block_that_came_back_serves_small_ones),
		cmocka_unit_test(a_reservation_beyond_the_largest_is_a_fault),
		cmocka_unit_test(after_a_load_the_same_handles_are_given_as_without),
		cmocka_unit_test(a_save_leaves_out_what_is_empty),
		cmocka_unit_test(what_a_block_held_is_not_saved_when_it_came_back),
		cmocka_unit_test(a_claim_holds_only_for_what_is_out_and_once),
		cmocka_unit_test(lists_that_make_no_sense_are_rejected),
	};

	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
