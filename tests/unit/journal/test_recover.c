/* SPDX-License-Identifier: Apache-2.0 */
/* What opening makes of files that were mixed up or damaged, case by case; see also test_damage.c
 * and test_power.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/journal.h"
#include "segment.h"
#include "test_disk.h"

#define FIRST_FILE "0000000000000000.seg"

/* A small journal of one segment, as bytes. */
struct sample {
	char *path;
	char *bytes;
	size_t size;
	uint64_t n; /* records, of size payload bytes each */
	size_t payload_size;
	uint64_t positions[64]; /* of the records, and of the end */
};

static struct sample make_sample(const char *directory, uint64_t n, size_t payload_size)
{
	struct sample sample = { .n = n, .payload_size = payload_size };
	struct journal *journal = open_journal(directory, JOURNAL_INTERVAL, NULL);

	for (uint64_t i = 0; i < n; i++) {
		sample.positions[i] = journal_end(journal);
		assert_int_equal(append_numbered(journal, i, payload_size, 1), 0);
	}
	sample.positions[n] = journal_end(journal);
	(void)journal_free(journal);
	sample.path = path_of(directory, FIRST_FILE);
	sample.bytes = read_bytes(sample.path, &sample.size);
	return sample;
}

static void free_sample(struct sample *sample)
{
	free(sample->path);
	free(sample->bytes);
}

static void corruption_is_told_with_file_and_offset_and_the_file_is_left_alone(void **state)
{
	struct sample sample = make_sample(*state, 3, 21);
	struct journal_recovery recovery;
	struct journal *journal = NULL;
	char expected[64];
	char *after;
	size_t size;

	(void)snprintf(expected, sizeof(expected), FIRST_FILE ": offset %" PRIu64 ": ",
		       SEGMENT_START + sample.positions[1]);
	sample.bytes[SEGMENT_START + sample.positions[1] + 40] ^= 1;
	write_bytes(sample.path, sample.bytes, sample.size);
	assert_int_equal(try_journal(*state, &journal, &recovery), JOURNAL_CORRUPT);
	assert_memory_equal(recovery.where, expected, strlen(expected));
	after = read_bytes(sample.path, &size);
	assert_int_equal(size, sample.size);
	assert_memory_equal(after, sample.bytes, size);
	free(after);
	free_sample(&sample);
}

static void a_torn_tail_is_counted_and_zeroed(void **state)
{
	struct sample sample = make_sample(*state, 3, 21);
	struct journal_recovery recovery;
	struct journal *journal = NULL;
	char *after;
	size_t size;

	memset(sample.bytes + SEGMENT_START + sample.positions[3], 'x', 5000);
	write_bytes(sample.path, sample.bytes, sample.size);
	assert_int_equal(try_journal(*state, &journal, &recovery), 0);
	assert_int_equal(recovery.records, 3);
	assert_int_equal(recovery.cut_bytes, 5000);
	(void)journal_free(journal);
	after = read_bytes(sample.path, &size);
	memset(sample.bytes + SEGMENT_START + sample.positions[3], 0, 5000);
	assert_int_equal(size, sample.size);
	assert_memory_equal(after, sample.bytes, size);
	free(after);
	free_sample(&sample);
}

/* Appends records of a quarter MiB until there are n segments: three to a segment. */
static void make_segments(const char *directory, unsigned n)
{
	struct journal *journal = open_journal(directory, JOURNAL_INTERVAL, NULL);

	for (uint64_t i = 0; i < n * 3; i++)
		assert_int_equal(append_numbered(journal, i, MIB / 4, (int64_t)i), 0);
	assert_int_equal(journal_bytes(journal), n * MIB);
	(void)journal_free(journal);
}

static uint64_t first_of(unsigned segment)
{
	return segment * 3 * segment_record_size(strlen("t/0"), MIB / 4);
}

static char *path_of_segment(const char *directory, unsigned segment)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "%016" PRIx64 ".seg", first_of(segment));
	return path_of(directory, name);
}

static void assert_corrupt(const char *directory, const char *what)
{
	struct journal_recovery recovery;
	struct journal *journal = NULL;

	assert_int_equal(try_journal(directory, &journal, &recovery), JOURNAL_CORRUPT);
	if (!strstr(recovery.where, what))
		fail_msg("'%s' does not say '%s'", recovery.where, what);
}

/* The kernel may take pages for written that a failed sync has lost. */
static void what_a_failed_sync_left_is_written_again(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	size_t n_written;
	uint64_t end;

	for (uint64_t n = 0; n < 3; n++)
		assert_int_equal(append_numbered(journal, n, 1000, 1), 0);
	end = journal_end(journal);
	disk_hooks.fail_sync = -EIO;
	(void)journal_free(journal);

	n_written = disk_hooks.n_written;
	journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	assert_int_equal(disk_hooks.n_written - n_written, SEGMENT_MARK + end + SEGMENT_MARK_BYTES);
	assert_int_equal(read_numbered(journal, 0, 0, 1000), 3);
	(void)journal_free(journal);
}

static void synced_records_that_are_gone_are_corrupt(void **state)
{
	struct sample sample = make_sample(*state, 3, 21);
	size_t lost = sample.positions[3] - sample.positions[1];

	memset(sample.bytes + SEGMENT_START + sample.positions[1], 0, lost);
	write_bytes(sample.path, sample.bytes, sample.size);
	assert_corrupt(*state, "records that were synced are missing");
	free_sample(&sample);
}

static void a_missing_file_in_the_chain_is_corrupt(void **state)
{
	char *path = path_of_segment(*state, 1);

	make_segments(*state, 3);
	assert_int_equal(disk_remove(path), 0);
	assert_corrupt(*state, "the file before this one is missing");
	free(path);
}

static void a_missing_oldest_file_is_only_what_retention_does(void **state)
{
	char *path = path_of_segment(*state, 0);
	struct journal_recovery recovery;
	struct journal *journal;

	make_segments(*state, 3);
	assert_int_equal(disk_remove(path), 0);
	journal = open_journal(*state, JOURNAL_INTERVAL, &recovery);
	assert_int_equal(recovery.first, first_of(1));
	assert_int_equal(read_numbered(journal, first_of(1), 3, MIB / 4), 6);
	(void)journal_free(journal);
	free(path);
}

static void a_renamed_or_foreign_file_is_corrupt(void **state)
{
	char *path = path_of_segment(*state, 1);
	char *other = path_of(*state, "000000000fffffff.seg");
	char *odd = path_of(*state, "1.seg");

	make_segments(*state, 2);
	assert_int_equal(disk_rename(path, other), 0);
	assert_corrupt(*state, "the header names another position");
	assert_int_equal(disk_rename(other, odd), 0);
	assert_corrupt(*state, "1.seg: not the name of a segment");
	free(odd);
	free(other);
	free(path);
}

static void a_file_of_another_journal_is_corrupt(void **state)
{
	char *path = path_of_segment(*state, 1);
	struct segment_header header;
	char *bytes;
	size_t size;

	make_segments(*state, 2);
	bytes = read_bytes(path, &size);
	assert_int_equal(segment_header_read(&header, bytes), 0);
	header.id[0] ^= 1;
	segment_header_write(&header, bytes);
	write_bytes(path, bytes, size);
	free(bytes);
	/* Its mark is not ours either, so that it is no word for anything. */
	assert_corrupt(*state, "the file is of another journal");
	free(path);
}

static void damage_in_a_sealed_segment_is_found_by_the_cursor(void **state)
{
	struct journal *journal;
	struct journal_cursor *cursor;
	struct record record;
	char *path = path_of_segment(*state, 0);
	int file;

	make_segments(*state, 2);
	assert_int_equal(disk_open(&file, path), 0);
	assert_int_equal(disk_write(file, "?", 1, SEGMENT_START + 100), 0);
	disk_close(file);
	journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	cursor = journal_cursor_new(journal, 0);
	assert_int_equal(journal_next(cursor, &record), JOURNAL_CORRUPT);
	(void)journal_cursor_free(cursor);
	(void)journal_free(journal);
	free(path);
}

static void the_last_stamp_is_known_though_the_newest_segment_is_empty(void **state)
{
	char *path = path_of_segment(*state, 1);
	char *bytes = NULL;
	struct journal_recovery recovery;
	struct journal *journal;
	size_t size;

	make_segments(*state, 2);
	bytes = read_bytes(path, &size);
	write_bytes(path, bytes, SEGMENT_MARK);
	free(bytes);
	journal = open_journal(*state, JOURNAL_INTERVAL, &recovery);
	assert_int_equal(recovery.records, 0);
	assert_int_equal(recovery.end, first_of(1));
	assert_int_equal(recovery.last_arrival_ms, 2);
	assert_int_equal(append_numbered(journal, 3, MIB / 4, 0), 0);
	sync_journal(journal);
	assert_int_equal(read_numbered(journal, 0, 0, MIB / 4), 4);
	(void)journal_free(journal);
	free(path);
}

static void a_new_file_whose_header_never_reached_the_disk_is_dropped(void **state)
{
	char *path = path_of_segment(*state, 1);
	char *zeroes = xcalloc(1, MIB);
	struct journal_recovery recovery;
	struct journal *journal;

	make_segments(*state, 1);
	write_bytes(path, zeroes, MIB);
	journal = open_journal(*state, JOURNAL_INTERVAL, &recovery);
	assert_int_equal(recovery.records, 3);
	assert_int_equal(recovery.cut_bytes, 0);
	assert_int_not_equal(access(path, F_OK), 0);
	assert_int_equal(append_numbered(journal, 3, MIB / 4, 1), 0);
	sync_journal(journal);
	assert_int_equal(read_numbered(journal, 0, 0, MIB / 4), 4);
	(void)journal_free(journal);
	free(zeroes);
	free(path);
}

static void a_synced_file_whose_header_is_zeroed_is_corrupt(void **state)
{
	char *path = path_of_segment(*state, 1);
	char zeroes[64] = { 0 };
	int file;

	make_segments(*state, 2);
	assert_int_equal(disk_open(&file, path), 0);
	assert_int_equal(disk_write(file, zeroes, sizeof(zeroes), 0), 0);
	disk_close(file);
	assert_corrupt(*state, "the header is gone");
	free(path);
}

static void a_left_over_spare_is_removed(void **state)
{
	char *spare = path_of(*state, "spare.tmp");

	make_segments(*state, 1);
	write_bytes(spare, "half made", 9);
	(void)journal_free(open_journal(*state, JOURNAL_INTERVAL, NULL));
	assert_int_not_equal(access(spare, F_OK), 0);
	free(spare);
}

static void what_a_killed_process_left_is_synced_before_it_is_shown(void **state)
{
	struct sample sample = make_sample(*state, 3, 21);
	struct journal_recovery recovery;
	struct journal *journal = NULL;
	int n_syncs = disk_hooks.n_syncs;

	disk_hooks.fail_sync = -EIO;
	assert_int_equal(try_journal(*state, &journal, &recovery), -EIO);
	assert_null(journal);
	journal = open_journal(*state, JOURNAL_INTERVAL, &recovery);
	assert_int_equal(disk_hooks.n_syncs, n_syncs + 2);
	assert_int_equal(journal_synced(journal), sample.positions[3]);
	(void)journal_free(journal);
	free_sample(&sample);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, test_begin, test_end)
	const struct CMUnitTest tests[] = {
		TEST(a_torn_tail_is_counted_and_zeroed),
		TEST(synced_records_that_are_gone_are_corrupt),
		TEST(corruption_is_told_with_file_and_offset_and_the_file_is_left_alone),
		TEST(what_a_killed_process_left_is_synced_before_it_is_shown),
		TEST(what_a_failed_sync_left_is_written_again),
		TEST(the_last_stamp_is_known_though_the_newest_segment_is_empty),
		TEST(a_left_over_spare_is_removed),
		TEST(a_missing_file_in_the_chain_is_corrupt),
		TEST(a_missing_oldest_file_is_only_what_retention_does),
		TEST(a_renamed_or_foreign_file_is_corrupt),
		TEST(a_file_of_another_journal_is_corrupt),
		TEST(damage_in_a_sealed_segment_is_found_by_the_cursor),
		TEST(a_new_file_whose_header_never_reached_the_disk_is_dropped),
		TEST(a_synced_file_whose_header_is_zeroed_is_corrupt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
