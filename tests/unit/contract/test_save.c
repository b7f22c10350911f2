/* SPDX-License-Identifier: Apache-2.0 */
/* State under another configuration, and state that makes no sense. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "world.h"

#define N_OLD N_WORLD

static int make(void **state)
{
	struct world *world = xcalloc(1, sizeof(*world));

	world_init(world);
	*state = world;
	return 0;
}

static int unmake(void **state)
{
	world_fini(*state);
	free(*state);
	return 0;
}

/* Commune 0 reports, commune 1 was heard and is missing, all others were never heard. */
static void live_a_little(struct world *world)
{
	contracts_tick(world->contracts, at("2026-03-02 08:00"));
	contracts_hear(world->contracts, COMMUNE(1), world->desk, at("2026-03-02 08:00"));
	contracts_hear(world->contracts, COMMUNE(0), world->desk, at("2026-03-02 08:25"));
	contracts_meet(world->contracts, COMMUNE(0), world->desk, PRESENCE_ONLINE, 7,
		       at("2026-03-02 08:12"));
	contracts_meet(world->contracts, COMMUNE(1), world->desk, PRESENCE_LOST, 8,
		       at("2026-03-02 08:10"));
	contracts_meet(world->contracts, COMMUNE(1), TYPE_NONE, PRESENCE_STOPPED, 8,
		       at("2026-03-02 08:10"));
	contracts_tick(world->contracts, at("2026-03-02 08:30"));
}

/* Loads under a map of units into fresh contracts; lends the complaint. */
static const char *load(struct world *world, const struct saved *saved, const uint32_t *units)
{
	static const uint32_t feeds[] = { 0, 1, 2 };
	uint32_t same[N_OLD];
	struct bytes_reader reader;

	for (uint32_t i = 0; i < N_OLD; i++)
		same[i] = i;
	world_renew(world);
	bytes_reader_init(&reader, saved->bytes, saved->n);
	contracts_load(world->contracts, &reader,
		       &(struct renumber){ .to = units ? units : same, .n = N_OLD },
		       &(struct renumber){ .to = feeds, .n = 3 });
	return reader.is_bad ? reader.why : NULL;
}

static size_t count_changes(struct world *world)
{
	const struct contract_change *changes;

	return contracts_take_changes(world->contracts, &changes);
}

static void changes_that_nobody_took_are_kept(void **state)
{
	struct world *world = *state;
	struct saved saved;
	size_t n;

	live_a_little(world);
	saved = world_save(world->contracts);
	n = count_changes(world);
	assert_true(n > 0);
	assert_null(load(world, &saved, NULL));
	assert_int_equal(count_changes(world), n);
	assert_int_equal(count_changes(world), 0);
	free(saved.bytes);
}

static void of_units_that_became_one_the_better_counts(void **state)
{
	struct world *world = *state;
	uint32_t units[N_OLD];
	struct contract_view view;
	struct saved saved;

	live_a_little(world);
	count_changes(world);
	saved = world_save(world->contracts);
	for (uint32_t i = 0; i < N_OLD; i++)
		units[i] = i;
	units[COMMUNE(0)] = COMMUNE(1);
	assert_null(load(world, &saved, units));
	view = contracts_view(world->contracts, world->desk, COMMUNE(1));
	assert_int_equal(view.state, CONTRACT_KEPT);
	assert_int_equal(view.heard_ms, at("2026-03-02 08:25"));
	assert_int_equal(view.due_ms, at("2026-03-02 08:55"));
	assert_int_equal(view.presence, PRESENCE_ONLINE); /* said last */
	/* Who was left behind has nothing to go on yet. */
	view = contracts_view(world->contracts, world->desk, COMMUNE(0));
	assert_int_equal(view.state, CONTRACT_WAITING);
	assert_int_equal(view.heard_ms, 0);
	assert_int_equal(contracts_share(world->contracts, world->desk, PROVINCE).kept, 1);
	assert_int_equal(contracts_share(world->contracts, world->desk, PROVINCE).expected, 90);
	/* All of that feed are told, for nobody knows who stood above those that went. */
	assert_int_equal(count_changes(world), 2 * N_WORLD);
	contracts_tick(world->contracts, at("2026-03-02 08:55"));
	assert_int_equal(contracts_view(world->contracts, world->desk, COMMUNE(1)).state,
			 CONTRACT_MISSING);
	free(saved.bytes);
}

static void of_two_that_are_missing_the_later_counts(void **state)
{
	struct world *world = *state;
	struct saved saved;

	live_a_little(world);
	contracts_hear(world->contracts, COMMUNE(2), world->desk, at("2026-03-02 08:31"));
	contracts_tick(world->contracts, at("2026-03-02 09:01")); /* commune 1 since 08:30 */
	saved = world_save(world->contracts);
	for (uint32_t i = 1; i < 3; i++) {
		uint32_t units[N_OLD];

		for (uint32_t old = 0; old < N_OLD; old++)
			units[old] = old;
		units[COMMUNE(i)] = COMMUNE(3 - i);
		assert_null(load(world, &saved, units));
		assert_int_equal(
			contracts_view(world->contracts, world->desk, COMMUNE(3 - i)).since_ms,
			at("2026-03-02 09:01"));
	}
	free(saved.bytes);
}

static void that_units_became_one_is_told(void **state)
{
	struct world *world = *state;
	uint32_t units[N_OLD];
	struct saved saved;

	contracts_tick(world->contracts, at("2026-03-02 08:00"));
	count_changes(world);
	saved = world_save(world->contracts);
	for (uint32_t i = 0; i < N_OLD; i++)
		units[i] = i;
	units[COMMUNE(0)] = COMMUNE(1);
	world->expected[0][COMMUNE(0)] = world->expected[1][COMMUNE(0)] = false;
	assert_null(load(world, &saved, units));
	assert_int_equal(count_changes(world), 2 * N_WORLD);
	assert_int_equal(contracts_due_ms(world->contracts), at("2026-03-02 08:30"));
	free(saved.bytes);
}

static void who_is_not_expected_any_more_is_none_and_who_is_anew_waits(void **state)
{
	struct world *world = *state;
	struct contract_view view;
	struct saved saved;

	live_a_little(world);
	contracts_hear(world->contracts, 2, world->desk, at("2026-03-02 08:29")); /* a district */
	saved = world_save(world->contracts);
	world->expected[0][COMMUNE(1)] = false;
	world->expected[0][2] = true;
	assert_null(load(world, &saved, NULL));
	assert_int_equal(contracts_view(world->contracts, world->desk, COMMUNE(1)).state,
			 CONTRACT_NONE);
	view = contracts_view(world->contracts, world->desk, 2);
	assert_int_equal(view.state, CONTRACT_WAITING);
	assert_int_equal(view.heard_ms, at("2026-03-02 08:29"));
	contracts_tick(world->contracts, at("2026-03-02 09:00"));
	assert_int_equal(contracts_view(world->contracts, world->desk, 2).state, CONTRACT_WAITING);
	contracts_tick(world->contracts, at("2026-03-02 09:30"));
	assert_int_equal(contracts_view(world->contracts, world->desk, 2).state, CONTRACT_MISSING);
	free(saved.bytes);
}

static void what_is_of_no_use_any_more_is_dropped(void **state)
{
	struct world *world = *state;
	uint32_t units[N_OLD];
	struct saved saved;

	live_a_little(world);
	count_changes(world);
	saved = world_save(world->contracts);
	for (uint32_t i = 0; i < N_OLD; i++)
		units[i] = RENUMBER_GONE;
	assert_null(load(world, &saved, units));
	for (uint32_t i = 0; i < N_COMMUNES; i++)
		assert_int_equal(contracts_view(world->contracts, world->desk, COMMUNE(i)).state,
				 CONTRACT_WAITING);
	assert_int_equal(contracts_view(world->contracts, world->desk, COMMUNE(0)).presence,
			 PRESENCE_UNKNOWN);
	free(saved.bytes);
}

static void every_cut_of_a_save_is_refused_and_survived(void **state)
{
	struct world *world = *state;
	struct saved saved;

	live_a_little(world);
	saved = world_save(world->contracts);
	for (size_t n = 0; n < saved.n; n += n < 200 ? 1 : 97) {
		struct saved cut = { .bytes = saved.bytes, .n = n };

		assert_non_null(load(world, &cut, NULL));
		contracts_tick(world->contracts, at("2026-03-02 10:00"));
	}
	free(saved.bytes);
}

/* Where the state of the first line stands: part, times, watches, feed, lines, unit. */
static size_t first_state(const struct saved *saved)
{
	for (size_t i = 16; i + 4 < saved->n; i++)
		if (saved->bytes[i] == COMMUNE(0) && saved->bytes[i + 4] == CONTRACT_KEPT)
			return i + 4;
	fail();
	return 0;
}

static void states_that_cannot_be_are_refused(void **state)
{
	struct world *world = *state;
	struct saved saved;
	size_t i;

	live_a_little(world);
	saved = world_save(world->contracts);
	i = first_state(&saved);
	saved.bytes[i] = CONTRACT_RESTING; /* it is never kept as such */
	assert_string_equal(load(world, &saved, NULL), "a state of contracts makes no sense");
	saved.bytes[i] = CONTRACT_MISSING + 1;
	assert_string_equal(load(world, &saved, NULL), "a state of contracts makes no sense");
	saved.bytes[i] = CONTRACT_KEPT;
	assert_null(load(world, &saved, NULL));
	memset(saved.bytes + i + 1, 0, 8); /* kept, and never heard */
	assert_string_equal(load(world, &saved, NULL), "a state of contracts makes no sense");
	memset(saved.bytes + i + 1, 0xff, 8);
	assert_string_equal(load(world, &saved, NULL), "a time of contracts is out of range");
	free(saved.bytes);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make, unmake)
	const struct CMUnitTest tests[] = {
		CASE(changes_that_nobody_took_are_kept),
		CASE(of_units_that_became_one_the_better_counts),
		CASE(of_two_that_are_missing_the_later_counts),
		CASE(that_units_became_one_is_told),
		CASE(who_is_not_expected_any_more_is_none_and_who_is_anew_waits),
		CASE(what_is_of_no_use_any_more_is_dropped),
		CASE(every_cut_of_a_save_is_refused_and_survived),
		CASE(states_that_cannot_be_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
