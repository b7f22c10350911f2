/* SPDX-License-Identifier: Apache-2.0 */
/* Whole histories, against the reference; and the passing of time. */
#include "iocd/trackers.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "reference.h"

struct listing {
	struct reference *ref;
	uint64_t n;
};

static void check_shown(void *context, const struct track_record *shown)
{
	struct listing *listing = context;
	struct ref_record *record;
	int64_t due;
	char id[RECORD_ID_MAX + 1];

	(void)snprintf(id, sizeof(id), "%.*s", (int)shown->id.size, shown->id.bytes);
	record = ref_find(listing->ref, shown->track, id);
	assert_int_equal(record->state, REF_OPEN);
	assert_int_equal(shown->unit, record->unit);
	assert_int_equal(shown->opened_ms, record->opened);
	assert_int_equal(shown->is_paused, record->is_paused);
	assert_int_equal(shown->is_overdue, record->is_overdue);
	assert_int_equal(shown->is_due_soon,
			 record->is_soon && !record->is_overdue && !record->is_paused);
	due = record->is_paused ? ref_later(listing->ref, record, record->since, listing->ref->now)
				: record->due;
	assert_int_equal(shown->due_ms, due);
	listing->n++;
}

/* The reference has all there is: counts, records, gauges counted afresh, sums of closings. */
static void check_equal(const struct world *world, struct reference *ref)
{
	const struct trackers_query all = { .track = UINT32_MAX, .limit = RECORDS_SHOWN };
	struct trackers_counts counts = counts_of(world);
	struct listing listing = { .ref = ref };
	int gauges[N_TRACKS][N_UNITS][GAUGES] = { 0 };

	ref->counts.open = ref->counts.closed = ref->counts.waiting = 0;
	for (size_t i = 0; i < ref->n; i++) {
		const struct ref_record *record = &ref->records[i];
		int *gauge = gauges[record->track][record->unit];

		ref->counts.closed += record->state == REF_CLOSED;
		ref->counts.waiting += record->note.is_there;
		if (record->state != REF_OPEN)
			continue;
		ref->counts.open++;
		gauge[0]++;
		gauge[1] += record->is_soon && !record->is_overdue && !record->is_paused;
		gauge[2] += record->is_overdue;
		gauge[3] += record->is_paused;
	}
	assert_memory_equal(&counts, &ref->counts, sizeof(counts));
	assert_memory_equal(world->gauges, gauges, sizeof(gauges));
	assert_int_equal(world->closings, ref->closings);
	assert_int_equal(world->on_time, ref->on_time);
	assert_int_equal(world->elapsed_ms, ref->elapsed);
	assert_int_equal(trackers_each(world->trackers, &all, check_shown, &listing),
			 ref->counts.open);
	assert_int_equal(listing.n, ref->counts.open);
}

/* An event of who knows what; most of them a little late, some of them very. */
static struct say random_say(uint64_t *seed, int64_t now, char id[static 128])
{
	static const char *const names[] = { "so-a", "so-b", "so-c", "nobody" };
	int64_t lag = (int64_t)(next_random(seed) %
				(next_random(seed) % 8 ? (uint64_t)HOUR : (uint64_t)(3 * DAY)));
	struct say say = { .type = (uint32_t)(next_random(seed) % TYPE_OTHER),
			   .unit = (uint32_t)(next_random(seed) % N_UNITS),
			   .at = now - lag,
			   .arrival = now,
			   .group = (uint32_t)(next_random(seed) % 2),
			   .id = id };

	(void)snprintf(id, 128, "%.*s%u", (int)(next_random(seed) % 3) * 40,
		       "H09.23.05-a-number-that-is-as-long-as-a-number-may-be-and-then-some-more",
		       (unsigned)(next_random(seed) % 3));
	if (next_random(seed) % 3 == 0 || say.type == TYPE_TRANSFERRED)
		say.to = names[next_random(seed) % 8 ? next_random(seed) % 3 : 3];
	if (next_random(seed) % 2)
		say.due = say.at + (int64_t)(next_random(seed) % (uint64_t)(6 * DAY)) - DAY;
	if (next_random(seed) % 4 == 0)
		say.procedure = next_random(seed) % 2 ? "urgent" : "ordinary";
	return say;
}

/* Half of the worlds are saved and loaded now and then, which nothing else may notice. */
static void play(uint64_t seed, uint32_t records, bool is_restarted)
{
	struct world world;
	struct reference ref = { .world = &world, .room = records };
	struct saved saved;
	int64_t now = MONDAY + 8 * HOUR;
	char id[128];

	world_init(&world, records);
	for (int step = 0; step < 250; step++) {
		struct say say = random_say(&seed, now, id);

		happen(&world, say);
		ref_happen(&ref, say);
		if (next_random(&seed) % 3 == 0) {
			now += (int64_t)(next_random(&seed) % (uint64_t)(9 * HOUR));
			tick(&world, now);
			ref_tick(&ref, now);
		}
		if (is_restarted && next_random(&seed) % 16 == 0) {
			saved = save_world(&world);
			assert_null(load_world(&world, &saved, NULL));
			saved_fini(&saved);
		}
		check_equal(&world, &ref);
	}
	world_fini(&world);
}

static void any_history_is_told_as_the_reference_tells_it(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 400; seed++)
		play(seed * 7919, 40, seed % 2);
}

static void any_history_without_room_is_told_as_the_reference_tells_it(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 250; seed++)
		play(seed * 104729, 5, seed % 2);
}

static void a_record_comes_due_soon_and_then_overdue_by_the_clock_alone(void **state)
{
	struct world world;

	(void)state;
	world_init(&world, 10);
	assert_int_equal(trackers_due_ms(world.trackers), INT64_MAX);
	HAPPEN(&world, TYPE_RECEIVED, 1, MONDAY + 8 * HOUR, "R1");
	/* Five working days: the end of work on the next Monday; two before it: Thursday's begin.
	 */
	assert_int_equal(world.news[0].due_ms, MONDAY + 7 * DAY + 17 * HOUR);
	assert_int_equal(trackers_due_ms(world.trackers), MONDAY + 3 * DAY + 15 * HOUR / 2);

	assert_int_equal(tick(&world, MONDAY + 3 * DAY + 15 * HOUR / 2 - 1), 0);
	assert_int_equal(tick(&world, MONDAY + 3 * DAY + 8 * HOUR), 1);
	assert_int_equal(world.news[0].kind, TRACK_DUE_SOON);
	assert_int_equal(world.news[0].time_ms, MONDAY + 3 * DAY + 15 * HOUR / 2);
	assert_int_equal(world.news[0].due_soon, 1);
	assert_int_equal(world.news[0].open, 0);
	assert_int_equal(tick(&world, MONDAY + 7 * DAY + 17 * HOUR - 1), 0);
	assert_int_equal(tick(&world, MONDAY + 7 * DAY + 17 * HOUR), 1);
	assert_int_equal(world.news[0].kind, TRACK_OVERDUE);
	assert_int_equal(world.news[0].time_ms, MONDAY + 7 * DAY + 17 * HOUR);
	assert_int_equal(world.news[0].due_soon, -1);
	assert_int_equal(world.news[0].overdue, 1);
	assert_int_equal(tick(&world, MONDAY + 60 * DAY), 0);
	world_fini(&world);
}

static void an_opening_whose_deadline_is_past_is_overdue_at_the_next_tick(void **state)
{
	struct world world;

	(void)state;
	world_init(&world, 10);
	tick(&world, MONDAY + 30 * DAY);
	assert_int_equal(HAPPEN(&world, TYPE_RECEIVED, 1, MONDAY, "R1", .due = MONDAY + DAY), 1);
	assert_int_equal(world.news[0].overdue, 0);
	assert_int_equal(tick(&world, 0), 1); /* whatever its time */
	assert_int_equal(world.news[0].kind, TRACK_OVERDUE);
	assert_int_equal(world.news[0].time_ms, MONDAY + DAY);
	assert_int_equal(world.news[0].due_soon, 0);
	/* It was closed in time long ago, which is heard only now. */
	HAPPEN(&world, TYPE_RESOLVED, 1, MONDAY + 12 * HOUR, "R1");
	assert_true(world.news[0].is_on_time);
	assert_int_equal(world.news[0].overdue, -1);
	world_fini(&world);
}

static void a_wave_is_spread_over_ticks_in_an_order_that_history_does_not_change(void **state)
{
	enum { N = 20000 };
	struct world forth, back;
	uint32_t told = 0;
	size_t n;
	char id[16];

	(void)state;
	world_init(&forth, N);
	world_init(&back, N);
	for (int i = 0; i < N; i++) {
		(void)snprintf(id, sizeof(id), "R%d", i);
		HAPPEN(&forth, TYPE_ASKED, 1, MONDAY, id, .due = MONDAY + DAY);
		(void)snprintf(id, sizeof(id), "R%d", N - 1 - i);
		HAPPEN(&back, TYPE_ASKED, 1, MONDAY, id, .due = MONDAY + DAY);
	}
	while ((n = tick(&forth, MONDAY + 20 * HOUR)) > 0) {
		assert_int_equal(n, N - told < TRACKERS_BATCH ? N - told : TRACKERS_BATCH);
		assert_int_equal(tick(&back, MONDAY + 20 * HOUR), n);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(forth.news[i].kind, TRACK_DUE_SOON);
			assert_int_equal(forth.news[i].id.size, back.news[i].id.size);
			assert_memory_equal(forth.news[i].id.bytes, back.news[i].id.bytes,
					    forth.news[i].id.size);
		}
		told += (uint32_t)n;
		assert_true((trackers_due_ms(forth.trackers) <= MONDAY + 20 * HOUR) == (told < N));
	}
	assert_int_equal(told, N);
	assert_int_equal(forth.gauges[1][1][1], N);
	world_fini(&forth);
	world_fini(&back);
}

static void what_waits_is_forgotten_after_two_days_and_what_is_closed_after_a_week(void **state)
{
	struct world world;

	(void)state;
	world_init(&world, 10);
	tick(&world, MONDAY);
	HAPPEN(&world, TYPE_RESOLVED, 1, MONDAY, "R1");
	HAPPEN(&world, TYPE_SUSPENDED, 1, MONDAY, "R1");
	HAPPEN(&world, TYPE_RECEIVED, 1, MONDAY, "R2");
	HAPPEN(&world, TYPE_RESOLVED, 1, MONDAY + HOUR, "R2");
	tick(&world, MONDAY + 2 * DAY - 1);
	assert_int_equal(counts_of(&world).waiting, 1);
	assert_int_equal(counts_of(&world).unmatched, 0);
	tick(&world, MONDAY + 2 * DAY);
	assert_int_equal(counts_of(&world).waiting, 0);
	assert_int_equal(counts_of(&world).unmatched, 2);
	assert_int_equal(counts_of(&world).closed, 1);
	tick(&world, MONDAY + 7 * DAY - 1);
	assert_int_equal(counts_of(&world).closed, 1);
	tick(&world, MONDAY + 7 * DAY);
	assert_int_equal(counts_of(&world).closed, 0);
	/* Nobody remembers that it was ever closed. */
	HAPPEN(&world, TYPE_RECEIVED, 1, MONDAY, "R2");
	assert_int_equal(world.news[0].kind, TRACK_OPENED);
	world_fini(&world);
}

static void an_arrival_before_the_first_tick_dates_what_waits(void **state)
{
	struct world world;

	(void)state;
	world_init(&world, 10);
	HAPPEN(&world, TYPE_RESOLVED, 1, MONDAY, "R1", .arrival = MONDAY);
	tick(&world, MONDAY + HOUR);
	assert_int_equal(counts_of(&world).waiting, 1);
	world_fini(&world);
}

static void a_time_to_answer_in_hours_is_working_time(void **state)
{
	struct world world;

	(void)state;
	world_init(&world, 10);
	world.tracks[1].allow_ms = 10 * HOUR;
	world.tracks[1].due_soon_ms = 0;
	renew(&world);
	HAPPEN(&world, TYPE_ASKED, 1, MONDAY + 9 * HOUR, "q");
	assert_int_equal(world.news[0].due_ms, MONDAY + 19 * HOUR);
	assert_int_equal(tick(&world, MONDAY + 19 * HOUR - 1), 0);
	assert_int_equal(tick(&world, MONDAY + 19 * HOUR), 1);
	assert_int_equal(world.news[0].kind, TRACK_OVERDUE);

	/* From 9:00, and 7.5 hours a day: until 11:30 on Tuesday. */
	world.tracks[1].calendar = world.office;
	HAPPEN(&world, TYPE_ASKED, 1, MONDAY + 9 * HOUR, "r");
	assert_int_equal(world.news[0].due_ms, MONDAY + DAY + 11 * HOUR + HOUR / 2);

	/* What the event says goes above it. */
	HAPPEN(&world, TYPE_ASKED, 1, MONDAY + 9 * HOUR, "s", .due = MONDAY + 20 * HOUR);
	assert_int_equal(world.news[0].due_ms, MONDAY + 20 * HOUR);
	world_fini(&world);
}

static void only_types_of_some_track_are_wanted(void **state)
{
	struct world world;

	(void)state;
	world_init(&world, 10);
	for (uint32_t type = 0; type < TYPE_OTHER; type++)
		assert_true(trackers_want(world.trackers, type));
	assert_false(trackers_want(world.trackers, TYPE_OTHER));
	assert_int_equal(HAPPEN(&world, TYPE_OTHER, 1, MONDAY, "R1"), 0);
	world_fini(&world);
}

static void without_room_the_oldest_closed_record_gives_way_and_open_ones_never(void **state)
{
	struct world world;

	(void)state;
	world_init(&world, 3);
	HAPPEN(&world, TYPE_RECEIVED, 1, MONDAY, "R1");
	HAPPEN(&world, TYPE_RECEIVED, 1, MONDAY, "R2");
	HAPPEN(&world, TYPE_RESOLVED, 1, MONDAY + HOUR, "R2");
	HAPPEN(&world, TYPE_RESUMED, 1, MONDAY, "R3");
	assert_int_equal(HAPPEN(&world, TYPE_RECEIVED, 1, MONDAY, "R4"), 1);
	assert_int_equal(counts_of(&world).closed, 0);
	assert_int_equal(counts_of(&world).waiting, 1);
	assert_int_equal(HAPPEN(&world, TYPE_RECEIVED, 1, MONDAY, "R5"), 1);
	assert_int_equal(counts_of(&world).waiting, 0);
	assert_int_equal(counts_of(&world).forgotten, 2);
	assert_int_equal(counts_of(&world).unmatched, 1);
	assert_int_equal(HAPPEN(&world, TYPE_RECEIVED, 1, MONDAY, "R6"), 0);
	assert_int_equal(counts_of(&world).refused_full, 1);
	assert_int_equal(counts_of(&world).open, 3);
	world_fini(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_comes_due_soon_and_then_overdue_by_the_clock_alone),
		cmocka_unit_test(an_opening_whose_deadline_is_past_is_overdue_at_the_next_tick),
		cmocka_unit_test(an_arrival_before_the_first_tick_dates_what_waits),
		cmocka_unit_test(
			what_waits_is_forgotten_after_two_days_and_what_is_closed_after_a_week),
		cmocka_unit_test(a_time_to_answer_in_hours_is_working_time),
		cmocka_unit_test(only_types_of_some_track_are_wanted),
		cmocka_unit_test(
			without_room_the_oldest_closed_record_gives_way_and_open_ones_never),
		cmocka_unit_test(
			a_wave_is_spread_over_ticks_in_an_order_that_history_does_not_change),
		cmocka_unit_test(any_history_is_told_as_the_reference_tells_it),
		cmocka_unit_test(any_history_without_room_is_told_as_the_reference_tells_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
