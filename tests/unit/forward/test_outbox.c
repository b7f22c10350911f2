/* SPDX-License-Identifier: Apache-2.0 */
/* One stream's journal: what is put comes back, numbered, whatever becomes of the process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk.h"
#include "iocd/base/err.h"
#include "journal_private.h"
#include "outbox.h"
#include "outbox_reader.h"

#define ABOUT ((struct slice){ "u1/desk/closed", 14 })

static struct outbox *open_as(const char *directory, const char *journal_id)
{
	const struct outbox_options options = { .directory = directory,
						.segment_bytes = 1 << 20,
						.journal_id = journal_id,
						.mark_ms = 3600000 };
	struct outbox *outbox;

	assert_int_equal(outbox_open(&outbox, &options), 0);
	return outbox;
}

static struct outbox *open_it(const char *directory)
{
	return open_as(directory, "aaaaaaaa");
}

/* Does what the journal's thread would do. */
static void work(struct outbox *outbox)
{
	while (journal_keep_step(outbox_journal(outbox)) > 0)
		continue;
	outbox_tick(outbox);
}

static struct slice body_of(char body[32], uint64_t n)
{
	return (struct slice){ body,
			       (size_t)snprintf(body, 32, "body %llu", (unsigned long long)n) };
}

static int put(struct outbox *outbox, uint64_t first, uint64_t second, uint64_t n)
{
	char body[32];

	return outbox_put(outbox, (struct key){ first, second }, ABOUT, body_of(body, n),
			  (int64_t)(1000 + n));
}

/* Puts items [from, to) with their numbers as first keys, each of size bytes at least. */
static void put_some(struct outbox *outbox, uint64_t from, uint64_t to, size_t size)
{
	char *body = xcalloc(1, size + 32);

	for (uint64_t n = from; n < to; n++) {
		struct slice slice = body_of(body, n);

		memset(body + slice.size, '.', size);
		slice.size += size;
		assert_int_equal(
			outbox_put(outbox, (struct key){ n, 0 }, ABOUT, slice, (int64_t)(1000 + n)),
			0);
	}
	free(body);
}

static void assert_item(struct outbox_reader *reader, uint64_t number)
{
	struct frame_item item;
	struct mark mark;
	char body[32];
	struct slice slice = body_of(body, number);

	assert_int_equal(outbox_reader_peek(reader, &item, &mark), 0);
	assert_int_equal(mark.number, number);
	assert_int_equal(outbox_reader_mark(reader).position, mark.position);
	assert_int_equal(item.recorded_ms, 1000 + number);
	assert_int_equal(item.about.size, ABOUT.size);
	assert_memory_equal(item.about.bytes, ABOUT.bytes, ABOUT.size);
	assert_true(item.body.size >= slice.size);
	assert_memory_equal(item.body.bytes, body, slice.size);
}

static void assert_items(struct outbox *outbox, uint64_t from, uint64_t to)
{
	struct outbox_reader *reader = outbox_reader_new(outbox);
	struct frame_item item;
	struct mark mark;

	outbox_reader_seek(reader, from);
	for (uint64_t n = from; n < to; n++) {
		assert_item(reader, n);
		outbox_reader_pass(reader);
	}
	assert_int_equal(outbox_reader_peek(reader, &item, &mark), OUTBOX_END);
	outbox_reader_free(reader);
}

static void what_is_put_is_read_when_it_is_on_the_disk(void **state)
{
	struct outbox *outbox = open_it(*state);
	struct outbox_reader *reader = outbox_reader_new(outbox);
	struct frame_item item;
	struct mark mark;

	assert_true(outbox_is_settled(outbox));
	put_some(outbox, 0, 3, 0);
	assert_false(outbox_is_settled(outbox));
	assert_int_equal(outbox_head(outbox).number, 3);
	assert_int_equal(outbox_safe_head(outbox).number, 0);
	outbox_reader_seek(reader, 1);
	assert_int_equal(outbox_reader_peek(reader, &item, &mark), OUTBOX_END);

	work(outbox);
	assert_true(outbox_is_settled(outbox));
	assert_int_equal(outbox_safe_head(outbox).number, 3);
	assert_item(reader, 1);
	outbox_reader_seek(reader, 0);
	assert_item(reader, 0);
	outbox_reader_seek(reader, 2);
	assert_item(reader, 2);
	assert_items(outbox, 0, 3);
	outbox_reader_free(reader);
	outbox_free(outbox);
}

static void what_is_offered_again_is_known_by_its_key(void **state)
{
	struct outbox *outbox = open_it(*state);

	assert_int_equal(put(outbox, 5, 0, 0), 0);
	assert_int_equal(put(outbox, 5, 1, 1), 0);
	assert_int_equal(put(outbox, 5, 1, 9), OUTBOX_KNOWN);
	assert_int_equal(put(outbox, 5, 0, 9), OUTBOX_KNOWN);
	assert_int_equal(put(outbox, 4, 7, 9), OUTBOX_KNOWN);
	assert_int_equal(put(outbox, 6, 0, 2), 0);
	outbox_free(outbox);

	outbox = open_it(*state);
	assert_int_equal(put(outbox, 6, 0, 9), OUTBOX_KNOWN);
	assert_int_equal(put(outbox, 6, 1, 3), 0);
	work(outbox);
	assert_items(outbox, 0, 4);
	outbox_free(outbox);
}

static void keys_of_another_journal_begin_anew(void **state)
{
	struct outbox *outbox = open_it(*state);

	assert_int_equal(put(outbox, 500, 0, 0), 0);
	assert_int_equal(outbox_note(outbox, (struct slice){ "n", 1 }), 0);
	outbox_free(outbox);

	outbox = open_as(*state, "bbbbbbbb and the rest");
	assert_int_equal(put(outbox, 1, 0, 1), 0);
	assert_int_equal(put(outbox, 1, 0, 9), OUTBOX_KNOWN);
	outbox_free(outbox);

	outbox = open_as(*state, "bbbbbbbb-another-rest");
	assert_int_equal(put(outbox, 1, 0, 9), OUTBOX_KNOWN);
	assert_int_equal(put(outbox, 2, 0, 2), 0);
	work(outbox);
	assert_items(outbox, 0, 3);
	outbox_free(outbox);
}

static void another_process_is_kept_out(void **state)
{
	const struct outbox_options options = { .directory = *state,
						.segment_bytes = 1 << 20,
						.journal_id = "a" };
	struct outbox *outbox = open_it(*state);
	struct outbox *other;

	assert_int_equal(outbox_open(&other, &options), -EBUSY);
	outbox_free(outbox);
}

static void the_last_note_is_found_with_or_without_the_hint(void **state)
{
	struct outbox *outbox = open_it(*state);
	struct slice note;

	put_some(outbox, 0, 10, 0);
	assert_int_equal(outbox_note(outbox, (struct slice){ "first", 5 }), 0);
	put_some(outbox, 10, 20, 200000);
	assert_int_equal(outbox_note(outbox, (struct slice){ "second", 6 }), 0);
	put_some(outbox, 20, 40, 200000);
	work(outbox);
	outbox_free(outbox);

	for (int round = 0; round < 4; round++) {
		outbox = open_it(*state);
		note = outbox_first_note(outbox);
		assert_int_equal(note.size, 6);
		assert_memory_equal(note.bytes, "second", 6);
		assert_int_equal(outbox_head(outbox).number, 40);
		assert_true(outbox_has(outbox, (struct key){ 39, 0 }));
		assert_false(outbox_has(outbox, (struct key){ 39, 1 }));
		assert_items(outbox, 0, 40);
		assert_items(outbox, 33, 40);
		outbox_free(outbox);
		if (round == 0)
			disk_forget(*state, "hint");
		else if (round == 1)
			disk_damage(*state, "hint", -20); /* a mark */
		else if (round == 2)
			disk_damage(*state, "hint", 30); /* the epoch */
	}
}

static void a_hint_of_the_past_is_a_good_hint(void **state)
{
	struct outbox *outbox = open_it(*state);
	char old[300], path[300];

	put_some(outbox, 0, 20, 100000);
	work(outbox);
	outbox_free(outbox);
	(void)snprintf(path, sizeof(path), "%s/hint", (const char *)*state);
	(void)snprintf(old, sizeof(old), "%s/old", (const char *)*state);
	assert_int_equal(rename(path, old), 0);

	outbox = open_it(*state);
	put_some(outbox, 20, 50, 100000);
	assert_int_equal(outbox_note(outbox, (struct slice){ "n", 1 }), 0);
	outbox_free(outbox);
	assert_int_equal(rename(old, path), 0);

	outbox = open_it(*state);
	assert_int_equal(outbox_head(outbox).number, 50);
	assert_int_equal(outbox_first_note(outbox).size, 1);
	assert_items(outbox, 0, 50);
	outbox_free(outbox);
}

static void what_a_power_cut_takes_is_taken_again(void **state)
{
	struct outbox *outbox = open_it(*state);
	uint64_t synced;

	put_some(outbox, 0, 5, 0);
	work(outbox);
	put_some(outbox, 5, 9, 0);
	assert_int_equal(outbox_note(outbox, (struct slice){ "n", 1 }), 0);
	synced = journal_synced(outbox_journal(outbox));
	disk.is_dead = true;
	outbox_free(outbox);
	disk.is_dead = false;
	disk_lose(*state, synced);

	outbox = open_it(*state);
	assert_int_equal(outbox_head(outbox).number, 5);
	assert_int_equal(outbox_first_note(outbox).size, 0);
	assert_int_equal(put(outbox, 4, 0, 4), OUTBOX_KNOWN);
	put_some(outbox, 5, 9, 0);
	work(outbox);
	assert_items(outbox, 0, 9);
	outbox_free(outbox);
}

static void what_is_let_go_goes_file_by_file_and_numbers_go_on(void **state)
{
	struct outbox *outbox = open_it(*state);
	struct journal *journal = outbox_journal(outbox);
	const struct placed *mark;
	uint64_t number;

	put_some(outbox, 0, 60, 100000); /* ten to a file */
	work(outbox);
	mark = marks_before(outbox_marks(outbox), 35);
	number = mark->mark.number;
	assert_int_equal(outbox_note(outbox, (struct slice){ "note", 4 }), 0);
	outbox_trim(outbox, mark->mark.position);
	outbox_tick(outbox);
	assert_false(journal->retention.is_wanted); /* the note is not on the disk yet */
	work(outbox);
	work(outbox);
	assert_true(journal_first(journal) > 0);
	assert_items(outbox, number, 60);
	outbox_free(outbox);
	disk_forget(*state, "hint");

	outbox = open_it(*state);
	assert_int_equal(outbox_head(outbox).number, 60);
	assert_int_equal(outbox_first_note(outbox).size, 4);
	assert_items(outbox, number, 60);
	outbox_free(outbox);
}

/* Everything was let go, the note alone is left in the newest file, and items behind it were lost.
 */
static void numbers_go_on_where_no_item_is_left(void **state)
{
	struct outbox *outbox = open_it(*state);
	uint64_t synced;

	put_some(outbox, 0, 60, 100000);
	work(outbox);
	assert_int_equal(outbox_note(outbox, (struct slice){ "note", 4 }), 0);
	outbox_trim(outbox, outbox_head(outbox).position);
	work(outbox);
	work(outbox);
	synced = journal_synced(outbox_journal(outbox));
	put_some(outbox, 60, 75, 100000);
	disk.is_dead = true;
	outbox_free(outbox);
	disk.is_dead = false;
	disk_lose(*state, synced);

	outbox = open_it(*state);
	assert_int_equal(outbox_head(outbox).number, 60);
	assert_int_equal(put(outbox, 59, 0, 9), OUTBOX_KNOWN);
	put_some(outbox, 60, 61, 0);
	work(outbox);
	assert_items(outbox, 60, 61);
	outbox_free(outbox);
}

static void without_room_on_the_disk_items_wait_in_memory(void **state)
{
	struct outbox *outbox = open_it(*state);

	put_some(outbox, 0, 2, 0);
	disk.is_full = true;
	put_some(outbox, 2, 5, 0);
	assert_int_equal(put(outbox, 4, 0, 9), OUTBOX_KNOWN);
	assert_int_equal(outbox_put_now(outbox, (struct key){ 9, 0 }, ABOUT, ABOUT, 1),
			 OUTBOX_TIGHT);
	assert_int_equal(outbox_note(outbox, (struct slice){ "n", 1 }), OUTBOX_TIGHT);
	work(outbox);
	assert_false(outbox_is_settled(outbox));
	assert_int_equal(outbox_fault(outbox), 0);
	assert_int_equal(outbox_head(outbox).number, 2);

	disk.is_full = false;
	put_some(outbox, 5, 6, 0); /* behind those that wait */
	work(outbox);
	work(outbox);
	assert_true(outbox_is_settled(outbox));
	assert_items(outbox, 0, 6);
	outbox_free(outbox);
}

static void without_room_in_memory_nothing_more_is_taken(void **state)
{
	struct outbox *outbox = open_it(*state);
	CLEANUP_TEXT struct text body = { 0 };
	uint64_t n = 0;
	int r = 0;

	for (size_t i = 0; i < 100000; i++)
		text_add(&body, "x");
	disk.is_full = true;
	while (r == 0 && n < 100)
		r = outbox_put(outbox, (struct key){ n++, 0 }, ABOUT,
			       (struct slice){ body.bytes, body.size }, 1);
	assert_int_equal(r, -ENOSPC);
	assert_true(n > 30);
	disk.is_full = false;
	work(outbox);
	assert_int_equal(outbox_fault(outbox), -ENOSPC);
	assert_false(outbox_is_settled(outbox));
	assert_int_equal(outbox_put(outbox, (struct key){ n, 0 }, ABOUT, ABOUT, 1), -ENOSPC);
	outbox_free(outbox);
}

static void damage_is_named_and_nothing_is_read_over_it(void **state)
{
	const struct outbox_options options = { .directory = *state,
						.segment_bytes = 1 << 20,
						.journal_id = "aaaaaaaa" };
	struct outbox *outbox = open_it(*state);

	put_some(outbox, 0, 40, 1000);
	work(outbox);
	outbox_free(outbox);
	disk_damage(*state, "0000000000000000.seg", 8192 + 5000);
	assert_int_equal(outbox_open(&outbox, &options), -EUCLEAN);
}

int main(void)
{
#define SCENE(name) cmocka_unit_test_setup_teardown(name, disk_begin, disk_end)
	const struct CMUnitTest tests[] = {
		SCENE(what_is_put_is_read_when_it_is_on_the_disk),
		SCENE(what_is_offered_again_is_known_by_its_key),
		SCENE(keys_of_another_journal_begin_anew),
		SCENE(another_process_is_kept_out),
		SCENE(the_last_note_is_found_with_or_without_the_hint),
		SCENE(a_hint_of_the_past_is_a_good_hint),
		SCENE(what_a_power_cut_takes_is_taken_again),
		SCENE(what_is_let_go_goes_file_by_file_and_numbers_go_on),
		SCENE(numbers_go_on_where_no_item_is_left),
		SCENE(without_room_on_the_disk_items_wait_in_memory),
		SCENE(without_room_in_memory_nothing_more_is_taken),
		SCENE(damage_is_named_and_nothing_is_read_over_it),
	};

	return cmocka_run_group_tests_name("forward/outbox", tests, NULL, NULL);
}
