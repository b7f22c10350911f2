/* SPDX-License-Identifier: Apache-2.0 */
/* Saves of what is not counted, damaged in every way that is one byte. */
#include "deriving.h"

static const bool everywhere[N_UNITS] = { true, true, true, true, true, true, true, true, true };

/* A gauge, a stock by key, their change, what is usual, and how many units are so. */
static void fill(struct world *world)
{
	uint32_t gauge = world_gauge(world, "open");
	uint32_t stock = world_stock(world, FIELD_AMOUNT, FIELD_WHO);
	uint32_t usual, many;

	world->list[stock].id = "beds";
	world_of(world, INDICATOR_CHANGE, gauge);
	world_of(world, INDICATOR_CHANGE, stock);
	usual = world_of(world, INDICATOR_BASELINE, gauge);
	world->list[usual].id = "usual";
	world->list[usual].weeks = 1;
	many = world_of(world, INDICATOR_UNITS, stock);
	world->list[many].among = everywhere;
	world_start(world);
	world_move(world, gauge, 3, 4);
	world_amount(world, 4, START, 7);
	world_time(world, START + 30 * MINUTE);
	world_time(world, START + HOUR);
	world_time(world, START + 17 * HOUR);
	world_move(world, gauge, 6, 2);
	world_forget_changes(world);
}

static void read_all(const struct world *world)
{
	for (uint32_t i = 0; i < world->n_list; i++)
		for (uint32_t u = 0; u < N_UNITS; u++)
			for (uint32_t w = 0; w < world->list[i].n_windows; w++) {
				struct reading reading =
					world_read(world, i, u, world->list[i].windows[w]);

				assert_true(isnan(reading.value) ==
					    (reading.quality == QUALITY_UNKNOWN));
			}
}

/* Loads into a tree where units 7 and 8 are part of 6; whether all of it was taken. */
static bool is_taken(struct world *world, const struct saved *saved)
{
	static const uint32_t merged[N_UNITS] = { 0, 1, 2, 3, 4, 5, 6, 6, 6 };
	const struct renumber units = { .to = merged, .n = N_UNITS },
			      feeds = { .to = merged, .n = 2 };
	struct bytes_reader reader;

	renew(world);
	bytes_reader_init(&reader, saved->bytes, saved->n);
	(void)indicators_load(world->indicators, &reader, &units, &feeds, true);
	return !reader.is_bad && reader.at == reader.end;
}

static void no_damage_of_one_byte_does_harm(void **state)
{
	struct world world = { 0 };
	struct saved saved;
	size_t n_taken = 0, first;

	(void)state;
	fill(&world);
	saved = save_state(&world);
	first = (size_t)((const char *)memmem(saved.bytes, saved.n, "gauges", 6) - saved.bytes);
	for (size_t i = first; i < saved.n; i++)
		for (uint32_t bit = 0; bit < 8; bit += 3) {
			saved.bytes[i] = (char)(saved.bytes[i] ^ 1 << bit);
			if (is_taken(&world, &saved)) {
				read_all(&world);
				n_taken++;
			}
			saved.bytes[i] = (char)(saved.bytes[i] ^ 1 << bit);
		}
	assert_in_range(n_taken, 1, 3 * (saved.n - first) - 1);
	assert_null(load_state(&world, &saved));
	saved_fini(&saved);
	world_end(&world);
}

static void no_end_that_is_too_early_is_taken(void **state)
{
	struct world world = { 0 };
	struct saved saved;
	size_t n;

	(void)state;
	fill(&world);
	saved = save_state(&world);
	n = saved.n;
	saved.n = (size_t)((const char *)memmem(saved.bytes, n, "gauges", 6) - saved.bytes);
	for (; saved.n < n; saved.n++)
		assert_false(is_taken(&world, &saved));
	assert_true(is_taken(&world, &saved));
	saved_fini(&saved);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_damage_of_one_byte_does_harm),
		cmocka_unit_test(no_end_that_is_too_early_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
