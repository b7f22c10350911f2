/* SPDX-License-Identifier: Apache-2.0 */
#include "table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "deadlines.h"
#include "world.h"

static struct record_key key_of(uint64_t hash, const char *id, uint8_t track)
{
	struct record_key key = { .hash = hash, .track = track, .size = (uint8_t)strlen(id) };

	memcpy(key.id, id, key.size);
	return key;
}

/* Every id length, so that each way of cutting one into pieces is there. */
static void an_id_of_any_length_is_given_back_and_its_pieces_are_used_again(void **state)
{
	struct table table;
	struct record_key key = { .hash = 1 };
	uint32_t slots[RECORD_ID_MAX + 1];
	uint32_t n_pieces;

	(void)state;
	assert_int_equal(table_init(&table, RECORD_ID_MAX), 0);
	for (int i = 0; i < RECORD_ID_MAX; i++)
		key.id[i] = (char)('0' + i % 73);
	for (int round = 0; round < 3; round++) {
		for (uint8_t n = 1; n <= RECORD_ID_MAX; n++) {
			key.size = n;
			slots[n] = table_take(&table, &key, SLOT_OPEN);
			assert_int_not_equal(slots[n], SLOT_NONE);
		}
		assert_int_equal(table_take(&table, &key, SLOT_OPEN), SLOT_NONE);
		for (uint8_t n = 1; n <= RECORD_ID_MAX; n++) {
			struct record_key found = table_key(&table, slots[n]);

			key.size = n;
			assert_int_equal(table_find(&table, &key, false), slots[n]);
			assert_int_equal(found.size, n);
			assert_memory_equal(found.id, key.id, n);
		}
		if (round == 0)
			n_pieces = table.n_pieces;
		assert_int_equal(table.n_pieces, n_pieces);
		for (uint8_t n = 1; n <= RECORD_ID_MAX; n++)
			table_give_back(&table, slots[n]);
	}
	table_fini(&table);
}

/* A small index, so that places run over its end and gaps are shifted over. */
static void what_is_taken_and_given_back_at_random_is_found_and_nothing_else(void **state)
{
	enum { KEYS = 40, ROOM = 20 };
	struct table table;
	uint32_t slots[KEYS] = { 0 };
	uint32_t n = 0;
	uint64_t seed = 7;

	(void)state;
	assert_int_equal(table_init(&table, ROOM), 0);
	for (int step = 0; step < 20000; step++) {
		uint32_t k = (uint32_t)(next_random(&seed) % KEYS);
		char id[16];
		struct record_key key;

		/* Two keys share each hash; half of them are of another track, some are notes. */
		(void)snprintf(id, sizeof(id), "%u", k / 2 * 2);
		key = key_of((k / 4) * UINT64_C(0x9e3779b97f4a7c15), id, k % 2);
		if (slots[k]) {
			table_give_back(&table, slots[k]);
			slots[k] = SLOT_NONE;
			n--;
		} else if (n < ROOM) {
			slots[k] = table_take(&table, &key, k % 3 ? SLOT_OPEN : SLOT_NOTE);
			assert_int_not_equal(slots[k], SLOT_NONE);
			n++;
		}
		for (uint32_t i = 0; i < KEYS; i++) {
			(void)snprintf(id, sizeof(id), "%u", i / 2 * 2);
			key = key_of((i / 4) * UINT64_C(0x9e3779b97f4a7c15), id, i % 2);
			assert_int_equal(table_find(&table, &key, i % 3 == 0), slots[i]);
			assert_int_equal(table_find(&table, &key, i % 3 != 0), SLOT_NONE);
		}
		assert_int_equal(table.queues[SLOT_OPEN].n + table.queues[SLOT_NOTE].n, n);
	}
	table_fini(&table);
}

static void a_queue_keeps_its_order_whoever_leaves(void **state)
{
	struct table table;
	uint32_t slots[5];

	(void)state;
	assert_int_equal(table_init(&table, 5), 0);
	for (uint32_t i = 0; i < 5; i++) {
		struct record_key key = key_of(i, "R", 0);

		slots[i] = table_take(&table, &key, SLOT_OPEN);
	}
	table_move(&table, slots[2], SLOT_CLOSED);
	table_move(&table, slots[0], SLOT_CLOSED);
	table_give_back(&table, slots[4]);
	assert_int_equal(table.queues[SLOT_OPEN].first, slots[1]);
	assert_int_equal(table.records[slots[1]].next, slots[3]);
	assert_int_equal(table.queues[SLOT_OPEN].last, slots[3]);
	assert_int_equal(table.records[slots[3]].next, SLOT_NONE);
	assert_int_equal(table.records[slots[3]].previous, slots[1]);
	assert_int_equal(table.queues[SLOT_CLOSED].first, slots[2]);
	assert_int_equal(table.queues[SLOT_CLOSED].last, slots[0]);
	assert_int_equal(table.queues[SLOT_CLOSED].n, 2);
	assert_int_equal(slot_state(&table.cards[slots[0]]), SLOT_CLOSED);
	table_fini(&table);
}

/* Pages of the mapping that are there, by the word of the kernel. */
static size_t resident(const struct table *table)
{
	size_t pages = (table->size + 4095) / 4096, n = 0;
	unsigned char *there = xcalloc(pages, 1);

	assert_int_equal(mincore(table->base, table->size, there), 0);
	for (size_t i = 0; i < pages; i++)
		n += there[i] & 1;
	free(there);
	return n * 4096;
}

/* Every part of a table grows in step with its records: of a tenth of a million as of a million. */
static size_t bytes_each(uint32_t n, int id_size)
{
	struct table table;
	size_t bytes;
	char id[RECORD_ID_MAX + 1];

	assert_int_equal(table_init(&table, n), 0);
	(void)madvise(table.base, table.size, MADV_NOHUGEPAGE);
	for (uint32_t i = 0; i < n; i++) {
		struct record_key key;
		uint32_t slot;

		(void)snprintf(id, sizeof(id), "%0*u", id_size, i);
		key = key_of(i * UINT64_C(0x9e3779b97f4a7c15), id, 0);
		slot = table_take(&table, &key, SLOT_OPEN);
		assert_int_not_equal(slot, SLOT_NONE);
		deadlines_put(&table, slot, (int64_t)(n - i));
	}
	bytes = resident(&table);
	assert_true(table_bytes(&table) <= bytes);
	assert_true(table_bytes(&table) + 6 * 4096 >= bytes);
	table_fini(&table);
	return bytes;
}

static void an_open_record_takes_at_most_200_bytes_even_with_the_longest_id(void **state)
{
	enum { N = 100000 };

	(void)state;
	assert_in_range(bytes_each(N, RECORD_ID_MAX), 1, N * 200 + 6 * 4096);
	assert_in_range(bytes_each(N, 20), 1, N * 125 + 6 * 4096);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_of_any_length_is_given_back_and_its_pieces_are_used_again),
		cmocka_unit_test(a_queue_keeps_its_order_whoever_leaves),
		cmocka_unit_test(what_is_taken_and_given_back_at_random_is_found_and_nothing_else),
		cmocka_unit_test(an_open_record_takes_at_most_200_bytes_even_with_the_longest_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
