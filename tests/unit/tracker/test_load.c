/* SPDX-License-Identifier: Apache-2.0 */
/* What is saved and read back; test_trackers.c does it in the midst of random histories. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "table.h"
#include "world.h"

#define NINE (MONDAY + 9 * HOUR)

/* A bit of everything: each state, each mark, both lengths of id. */
static void set_up(struct world *world)
{
	world_init(world, 16);
	tick(world, MONDAY);
	HAPPEN(world, TYPE_RECEIVED, 1, NINE, "R1", .due = NINE + DAY, .procedure = "urgent");
	HAPPEN(world, TYPE_RECEIVED, 2, NINE, "a-number-that-does-not-lie-in-the-record-itself");
	HAPPEN(world, TYPE_SUSPENDED, 2, NINE, "a-number-that-does-not-lie-in-the-record-itself");
	HAPPEN(world, TYPE_RECEIVED, 3, NINE, "R3", .due = NINE + HOUR);
	HAPPEN(world, TYPE_RESUMED, 3, NINE, "R3");
	HAPPEN(world, TYPE_ASKED, 1, NINE, "R4", .due = NINE + 3 * HOUR);
	HAPPEN(world, TYPE_RECEIVED, 1, NINE, "R5");
	HAPPEN(world, TYPE_RESOLVED, 1, NINE + HOUR, "R5");
	HAPPEN(world, TYPE_RECEIVED, 2, NINE, "R6");
	HAPPEN(world, TYPE_RESOLVED, 2, NINE + HOUR, "R6");
	HAPPEN(world, TYPE_RECEIVED, 2, NINE + 2 * HOUR, "R6");
	HAPPEN(world, TYPE_WITHDRAWN, 1, NINE, "R7");
	HAPPEN(world, TYPE_TRANSFERRED, 1, NINE, "R8", .to = "so-b");
	tick(world, NINE + 2 * HOUR);
}

static void assert_same(const struct saved *a, const struct saved *b)
{
	assert_int_equal(a->n, b->n);
	assert_memory_equal(a->bytes, b->bytes, a->n);
}

static void what_is_read_back_is_saved_in_the_same_bytes(void **state)
{
	struct world world;
	struct saved first, second;

	(void)state;
	set_up(&world);
	first = save_world(&world);
	assert_null(load_world(&world, &first, NULL));
	second = save_world(&world);
	assert_same(&first, &second);
	assert_int_equal(counts_of(&world).open, 5);
	assert_int_equal(counts_of(&world).closed, 1);
	assert_int_equal(counts_of(&world).waiting, 2);
	saved_fini(&first);
	saved_fini(&second);
	world_fini(&world);
}

/* One world reaches a state with slots, pieces and a heap that have been through more. */
static void where_records_stand_in_memory_is_not_in_the_bytes(void **state)
{
	struct world straight, winding;
	struct saved first, second;
	char id[64];

	(void)state;
	world_init(&straight, 64);
	world_init(&winding, 64);
	for (int i = 0; i < 20; i++) {
		(void)snprintf(id, sizeof(id), "gone-%040d", i);
		HAPPEN(&winding, TYPE_RECEIVED, 1, MONDAY - 30 * DAY, id);
		HAPPEN(&winding, TYPE_RESOLVED, 1, MONDAY - 30 * DAY + i, id);
	}
	tick(&winding, MONDAY);
	tick(&straight, MONDAY);
	assert_int_equal(counts_of(&winding).closed, 0);
	for (int i = 0; i < 20; i++) {
		(void)snprintf(id, sizeof(id), "%0*d", 1 + i * 3, i);
		HAPPEN(&straight, TYPE_RECEIVED, 1, NINE, id);
		HAPPEN(&winding, TYPE_RECEIVED, 1, NINE, id);
	}
	first = save_world(&straight);
	second = save_world(&winding);
	assert_same(&first, &second);
	saved_fini(&first);
	saved_fini(&second);
	world_fini(&straight);
	world_fini(&winding);
}

static void
units_that_became_one_share_their_records_and_a_unit_that_is_gone_takes_its_own(void **state)
{
	const uint32_t merged[N_UNITS] = { RENUMBER_GONE, 2, 2, RENUMBER_GONE };
	struct world world;
	struct saved saved;

	(void)state;
	set_up(&world);
	saved = save_world(&world);
	assert_null(load_world(&world, &saved, merged));
	assert_int_equal(counts_of(&world).open, 4);
	assert_int_equal(counts_of(&world).dropped, 1); /* R3 */
	assert_int_equal(counts_of(&world).waiting, 2); /* one of them is of no unit yet */
	memset(world.gauges, 1, sizeof(world.gauges));
	HAPPEN(&world, TYPE_RESOLVED, 2, NINE + DAY, "R1");
	assert_int_equal(world.news[0].unit, 2);
	saved_fini(&saved);
	world_fini(&world);
}

static void tracks_go_by_id_and_calendars_too(void **state)
{
	struct world world;
	struct saved saved;
	struct track track;

	(void)state;
	set_up(&world);
	saved = save_world(&world);
	/* The two tracks change places, and the steps of the one; calendars are met otherwise. */
	track = world.tracks[0];
	world.tracks[0] = world.tracks[1];
	world.tracks[1] = track;
	world.tracks[1].steps[1] = track.steps[2];
	world.tracks[1].steps[2] = track.steps[1];
	assert_null(load_world(&world, &saved, NULL));
	assert_int_equal(counts_of(&world).open, 5);
	assert_int_equal(counts_of(&world).dropped, 0);
	memset(world.gauges, 1, sizeof(world.gauges));
	HAPPEN(&world, TYPE_ANSWERED, 1, NINE + HOUR, "R4");
	assert_int_equal(world.n_news, 1);
	assert_int_equal(world.news[0].track, 0);
	/* Around the clock, as its kind was. */
	HAPPEN(&world, TYPE_RESOLVED, 1, NINE + DAY, "R1");
	assert_int_equal(world.news[0].elapsed_ms, DAY);
	/* The close that waited is still a withdrawal. */
	HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R7");
	assert_int_equal(world.news[1].kind, TRACK_WITHDRAWN);
	saved_fini(&saved);
	world_fini(&world);
}

static void records_of_a_track_or_a_close_that_is_gone_are_dropped_and_counted(void **state)
{
	struct world world;
	struct saved saved;

	(void)state;
	set_up(&world);
	saved = save_world(&world);
	world.tracks[1].id = "another.open";
	world.tracks[0].steps[2].type = TYPE_OTHER;
	assert_null(load_world(&world, &saved, NULL));
	assert_int_equal(counts_of(&world).open, 4);
	assert_int_equal(counts_of(&world).waiting, 1);
	assert_int_equal(counts_of(&world).dropped, 2);
	saved_fini(&saved);
	world_fini(&world);
}

static void what_finds_no_room_is_dropped_and_counted(void **state)
{
	struct world world;
	struct saved saved;

	(void)state;
	set_up(&world);
	saved = save_world(&world);
	world.records = 6;
	assert_null(load_world(&world, &saved, NULL));
	assert_int_equal(counts_of(&world).open, 5);
	assert_int_equal(counts_of(&world).closed, 1);
	assert_int_equal(counts_of(&world).waiting, 0);
	assert_int_equal(counts_of(&world).dropped, 2);
	saved_fini(&saved);
	world_fini(&world);
}

static void any_byte_that_is_changed_is_refused_or_does_no_harm(void **state)
{
	struct world world;
	struct saved saved, again;
	uint32_t refused = 0;

	(void)state;
	set_up(&world);
	saved = save_world(&world);
	for (size_t i = 0; i < saved.n; i++) {
		saved.bytes[i] ^= (char)0x84;
		if (load_world(&world, &saved, NULL)) {
			refused++;
		} else {
			memset(world.gauges, 1, sizeof(world.gauges));
			(void)tick(&world, NINE + 400 * DAY);
			again = save_world(&world);
			assert_null(load_world(&world, &again, NULL));
			saved_fini(&again);
		}
		saved.bytes[i] ^= (char)0x84;
	}
	assert_true(refused > saved.n / 4);
	saved_fini(&saved);
	world_fini(&world);
}

static void what_is_cut_short_is_refused(void **state)
{
	struct world world;
	struct saved saved;
	size_t n;

	(void)state;
	set_up(&world);
	saved = save_world(&world);
	for (n = saved.n; n > 0; n--) {
		struct saved part = saved;

		part.n = n - 1;
		assert_non_null(load_world(&world, &part, NULL));
	}
	saved_fini(&saved);
	world_fini(&world);
}

/* Writes the head of a save with one track and no calendar, up to the open records. */
static void put_head(struct bytes_writer *writer, const char *track)
{
	bytes_put_part(writer, "tracker", 1);
	bytes_put_i64(writer, NINE);
	bytes_put_i64(writer, NINE);
	for (int i = 0; i < 8; i++)
		bytes_put_u64(writer, 0);
	bytes_put_u32(writer, 1);
	bytes_put_text(writer, track);
	bytes_put_u32(writer, 0);
}

static void put_record(struct bytes_writer *writer, uint8_t flags, int64_t due, const char *id)
{
	bytes_put_u8(writer, flags);
	bytes_put_u8(writer, 0);
	bytes_put_u8(writer, 0);
	bytes_put_u32(writer, 1);
	bytes_put_u64(writer, 77);
	bytes_put_i64(writer, due);
	for (int i = 0; i < 4; i++)
		bytes_put_i64(writer, i == 2 ? 0 : NINE);
	bytes_put_text(writer, "");
	bytes_put_u8(writer, (uint8_t)strlen(id));
	bytes_put(writer, id, strlen(id));
}

/* A save with one or two records (the second a bit sooner due, or heard of) in the queue of state;
 * lends the complaint. */
static const char *load_queue(struct world *world, uint32_t state, uint8_t marks, int64_t due,
			      const char *id, const char *second)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;
	const char *why;

	saved_begin(&saved, &writer);
	put_head(&writer, "one-stop.open");
	for (uint32_t queue = 1; queue <= 3; queue++) {
		bytes_put_u32(&writer, queue != state ? 0 : second ? 2 : 1);
		if (queue == state)
			put_record(&writer, (uint8_t)(state | marks), due, id);
		if (queue == state && second)
			put_record(&writer, (uint8_t)(state | marks), due - 1, second);
	}
	saved_end(&writer);
	why = load_world(world, &saved, NULL);
	saved_fini(&saved);
	return why;
}

static void a_record_that_cannot_be_is_refused_by_its_cause(void **state)
{
	static const char *const impossible = "a record in a state that cannot be";
	struct world world;

	(void)state;
	world_init(&world, 8);
	assert_null(load_queue(&world, SLOT_OPEN, 0, NINE, "R1", "R2"));
	assert_int_equal(counts_of(&world).open, 2);
	assert_string_equal(load_queue(&world, SLOT_OPEN, 0, NINE, "R1", "R1"), "a record twice");
	assert_string_equal(load_queue(&world, SLOT_OPEN, 0, NINE, "", NULL),
			    "a record without an id");
	assert_string_equal(load_queue(&world, SLOT_OPEN, 0, INT64_MAX, "R1", NULL),
			    "a time that cannot be");
	assert_string_equal(
		load_queue(&world, SLOT_OPEN, MARK_PAUSED | MARK_LOOSE, NINE, "R1", NULL),
		impossible);
	assert_string_equal(load_queue(&world, SLOT_OPEN, MARK_OVERDUE, 0, "R1", NULL), impossible);
	assert_string_equal(load_queue(&world, SLOT_OPEN, 0x80, NINE, "R1", NULL), impossible);
	assert_string_equal(load_queue(&world, SLOT_OPEN, 2, NINE, "R1", NULL), impossible);
	world_fini(&world);
}

static void a_closed_record_or_a_note_that_cannot_be_is_refused(void **state)
{
	static const char *const impossible = "a record in a state that cannot be";
	struct world world;

	(void)state;
	world_init(&world, 8);
	assert_null(load_queue(&world, SLOT_CLOSED, 0, NINE, "R1", NULL));
	assert_string_equal(load_queue(&world, SLOT_CLOSED, 0, NINE + 1, "R1", NULL), impossible);
	assert_string_equal(load_queue(&world, SLOT_CLOSED, 0, NINE, "R1", "R2"), impossible);
	assert_string_equal(load_queue(&world, SLOT_CLOSED, MARK_PAUSED, NINE, "R1", NULL),
			    impossible);
	assert_null(load_queue(&world, SLOT_NOTE, NOTE_PAUSE, NINE, "R1", NULL));
	assert_string_equal(load_queue(&world, SLOT_NOTE, 0, NINE, "R1", NULL), impossible);
	assert_string_equal(load_queue(&world, SLOT_NOTE, NOTE_PAUSE | 0x40, NINE, "R1", NULL),
			    impossible);
	world_fini(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_read_back_is_saved_in_the_same_bytes),
		cmocka_unit_test(where_records_stand_in_memory_is_not_in_the_bytes),
		cmocka_unit_test(
			units_that_became_one_share_their_records_and_a_unit_that_is_gone_takes_its_own),
		cmocka_unit_test(tracks_go_by_id_and_calendars_too),
		cmocka_unit_test(
			records_of_a_track_or_a_close_that_is_gone_are_dropped_and_counted),
		cmocka_unit_test(what_finds_no_room_is_dropped_and_counted),
		cmocka_unit_test(what_is_cut_short_is_refused),
		cmocka_unit_test(any_byte_that_is_changed_is_refused_or_does_no_harm),
		cmocka_unit_test(a_record_that_cannot_be_is_refused_by_its_cause),
		cmocka_unit_test(a_closed_record_or_a_note_that_cannot_be_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
