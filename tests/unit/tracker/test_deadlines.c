/* SPDX-License-Identifier: Apache-2.0 */
#include "deadlines.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "world.h"

#define N 200u

static uint32_t add(struct table *table, uint64_t hash, const char *id)
{
	struct record_key key = { .hash = hash, .size = (uint8_t)strlen(id) };

	memcpy(key.id, id, key.size);
	return table_take(table, &key, SLOT_OPEN);
}

/* Few instants, so that many are equal; the first is looked for in a plain list. */
static void the_first_is_always_the_soonest_whatever_comes_goes_and_moves(void **state)
{
	struct table table;
	int64_t when[N + 1] = { 0 };
	uint64_t seed = 3;
	uint32_t n = 0;

	(void)state;
	assert_int_equal(table_init(&table, N), 0);
	for (uint32_t i = 1; i <= N; i++)
		assert_int_equal(add(&table, next_random(&seed) << 32, "R"), i);
	for (int step = 0; step < 4000; step++) {
		uint32_t slot = 1 + (uint32_t)(next_random(&seed) % N), best = 0;

		n -= when[slot] != 0;
		when[slot] = (int64_t)(next_random(&seed) % 4 ? next_random(&seed) % 30 + 1 : 0);
		n += when[slot] != 0;
		if (when[slot])
			deadlines_put(&table, slot, when[slot]);
		else
			deadlines_remove(&table, slot);
		for (uint32_t i = 1; i <= N; i++)
			if (when[i] && (!best || when[i] < when[best] ||
					(when[i] == when[best] &&
					 table.records[i].hash < table.records[best].hash)))
				best = i;
		assert_int_equal(table.n_heap, n);
		assert_int_equal(best ? deadlines_first(&table)->slot : 0, best);
		for (uint32_t i = 0; i < n; i++) {
			assert_true(table.heap[(i - (i > 0)) / 4].when_ms <= table.heap[i].when_ms);
			assert_int_equal(table.cards[table.heap[i].slot].heap_at, i + 1);
		}
	}
	table_fini(&table);
}

static void of_one_instant_the_order_is_that_of_what_identifies_them(void **state)
{
	static const char *const ids[] = { "b", "ab", "a", "abc" };
	static const char *const sorted[] = { "a", "ab", "abc", "b" };
	struct table table;
	char id[RECORD_ID_MAX];

	(void)state;
	assert_int_equal(table_init(&table, 4), 0);
	for (int i = 0; i < 4; i++)
		deadlines_put(&table, add(&table, 5, ids[i]), 1);
	for (int i = 0; i < 4; i++) {
		uint32_t first = deadlines_first(&table)->slot;

		assert_int_equal(table_id(&table, first, id), strlen(sorted[i]));
		assert_memory_equal(id, sorted[i], strlen(sorted[i]));
		deadlines_remove(&table, first);
		deadlines_remove(&table, first); /* it is out already */
	}
	assert_null(deadlines_first(&table));
	table_fini(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_one_instant_the_order_is_that_of_what_identifies_them),
		cmocka_unit_test(the_first_is_always_the_soonest_whatever_comes_goes_and_moves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
