/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/journal.h"
#include "segment.h"
#include "test_disk.h"

static void a_cursor_sees_nothing_that_is_not_synced(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	struct journal_cursor *cursor = journal_cursor_new(journal, 0);
	struct record record;

	for (uint64_t n = 0; n < 100; n++) {
		assert_int_equal(append_numbered(journal, n, 20000, 1), 0);
		assert_int_equal(journal_next(cursor, &record), JOURNAL_END);
		sync_journal(journal);
		assert_int_equal(journal_next(cursor, &record), 0);
		assert_numbered(&record, n, 20000);
		assert_int_equal(journal_next(cursor, &record), JOURNAL_END);
		assert_int_equal(journal_cursor_position(cursor), record.next);
	}
	(void)journal_cursor_free(cursor);
	(void)journal_free(journal);
}

static void a_cursor_that_was_ahead_of_a_sync_reads_on_behind_it(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	struct journal_cursor *cursor = journal_cursor_new(journal, 0);
	struct record record;

	assert_int_equal(append_numbered(journal, 0, 100, 1), 0);
	sync_journal(journal);
	assert_int_equal(append_numbered(journal, 1, 100, 1), 0);
	assert_int_equal(journal_next(cursor, &record), 0);
	assert_int_equal(journal_next(cursor, &record), JOURNAL_END);
	sync_journal(journal);
	assert_int_equal(journal_next(cursor, &record), 0);
	assert_numbered(&record, 1, 100);
	(void)journal_cursor_free(cursor);
	(void)journal_free(journal);
}

static void a_cursor_seeks_to_any_record_in_any_segment(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	struct journal_cursor *cursor = journal_cursor_new(journal, 0);
	uint64_t positions[200];
	struct record record;

	for (uint64_t n = 0; n < 200; n++) {
		positions[n] = journal_end(journal);
		assert_int_equal(append_numbered(journal, n, 20000, 1), 0);
	}
	sync_journal(journal);
	for (uint64_t i = 0; i < 400; i++) {
		uint64_t n = i * 89 % 200;

		journal_cursor_seek(cursor, positions[n]);
		assert_int_equal(journal_cursor_position(cursor), positions[n]);
		assert_int_equal(journal_next(cursor, &record), 0);
		assert_int_equal(record.position, positions[n]);
		assert_numbered(&record, n, 20000);
	}
	journal_cursor_seek(cursor, journal_end(journal));
	assert_int_equal(journal_next(cursor, &record), JOURNAL_END);
	(void)journal_cursor_free(cursor);
	assert_null(journal_cursor_free(NULL));
	(void)journal_free(journal);
}

static void bytes_that_change_below_a_cursor_are_corrupt(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	struct journal_cursor *cursor = journal_cursor_new(journal, 0);
	char *path = path_of(*state, "0000000000000000.seg");
	struct record record;
	uint64_t position;
	char where[128];
	int file;

	assert_int_equal(append_numbered(journal, 0, 100, 1), 0);
	position = journal_end(journal);
	assert_int_equal(append_numbered(journal, 1, 100, 1), 0);
	sync_journal(journal);
	assert_int_equal(disk_open(&file, path), 0);
	assert_int_equal(disk_write(file, "?", 1, SEGMENT_START + position + 50), 0);
	disk_close(file);

	assert_int_equal(journal_next(cursor, &record), 0);
	assert_numbered(&record, 0, 100);
	assert_int_equal(journal_next(cursor, &record), JOURNAL_CORRUPT);
	assert_int_equal(journal_cursor_position(cursor), position);
	(void)snprintf(where, sizeof(where),
		       "0000000000000000.seg: offset %" PRIu64
		       ": a record that was synced is damaged",
		       SEGMENT_START + position);
	assert_string_equal(journal_cursor_where(cursor), where);
	(void)journal_cursor_free(cursor);
	(void)journal_free(journal);
	free(path);
}

static void a_file_that_was_cut_below_a_cursor_is_corrupt(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	struct journal_cursor *cursor = journal_cursor_new(journal, 0);
	char *path = path_of(*state, "0000000000000000.seg");
	struct record record;
	int file;

	assert_int_equal(append_numbered(journal, 0, 100, 1), 0);
	sync_journal(journal);
	assert_int_equal(disk_open(&file, path), 0);
	assert_int_equal(disk_truncate(file, SEGMENT_START + 10), 0);
	disk_close(file);
	assert_int_equal(journal_next(cursor, &record), JOURNAL_CORRUPT);
	(void)journal_cursor_free(cursor);
	(void)journal_free(journal);
	free(path);
}

static void a_hole_that_a_repair_left_is_read_as_a_record(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	const struct record hole = { .kind = RECORD_HOLE, .topic = "abc", .topic_size = 3 };
	char *path = path_of(*state, "0000000000000000.seg");
	struct journal_cursor *cursor;
	struct record record;
	char bytes[64];
	uint64_t seed = 0;
	int file;

	assert_int_equal(append_numbered(journal, 0, 0, 1), 0); /* as large as the hole */
	assert_int_equal(append_numbered(journal, 1, 100, 2), 0);
	for (size_t i = 16; i-- > 0;) {
		char digits[3] = { journal_id(journal)[2 * i], journal_id(journal)[2 * i + 1], 0 };

		bytes[i] = (char)strtoul(digits, NULL, 16);
	}
	seed = segment_seed((const uint8_t *)bytes);
	(void)journal_free(journal);
	segment_record_write(seed, 0, &hole, 1, bytes);
	assert_int_equal(disk_open(&file, path), 0);
	assert_int_equal(disk_write(file, bytes, segment_record_size(3, 0), SEGMENT_START), 0);
	disk_close(file);

	journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	cursor = journal_cursor_new(journal, 0);
	assert_int_equal(journal_next(cursor, &record), 0);
	assert_int_equal(record.kind, RECORD_HOLE);
	assert_int_equal(record.arrival_ms, 1);
	assert_int_equal(journal_next(cursor, &record), 0);
	assert_numbered(&record, 1, 100);
	assert_int_equal(journal_next(cursor, &record), JOURNAL_END);
	(void)journal_cursor_free(cursor);
	(void)journal_free(journal);
	free(path);
}

static void a_segment_that_is_gone_is_a_fault(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	struct journal_cursor *cursor = journal_cursor_new(journal, 0);
	char *path = path_of(*state, "0000000000000000.seg");
	struct record record;

	assert_int_equal(append_numbered(journal, 0, 100, 1), 0);
	sync_journal(journal);
	assert_int_equal(disk_remove(path), 0);
	assert_int_equal(journal_next(cursor, &record), -ENOENT);
	(void)journal_cursor_free(cursor);
	(void)journal_free(journal);
	free(path);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, test_begin, test_end)
	const struct CMUnitTest tests[] = {
		TEST(a_cursor_sees_nothing_that_is_not_synced),
		TEST(a_cursor_that_was_ahead_of_a_sync_reads_on_behind_it),
		TEST(a_cursor_seeks_to_any_record_in_any_segment),
		TEST(bytes_that_change_below_a_cursor_are_corrupt),
		TEST(a_file_that_was_cut_below_a_cursor_is_corrupt),
		TEST(a_hole_that_a_repair_left_is_read_as_a_record),
		TEST(a_segment_that_is_gone_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
