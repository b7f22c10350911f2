/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Damage at every place: a small journal cut at every byte, a tiny one with every bit flipped. What
 * opening gives is exactly a prefix with everything that the mark vouches for, or JOURNAL_CORRUPT
 * with the place, and then the file is left as it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/journal.h"
#include "segment.h"
#include "test_disk.h"

#define N_SMALL     5
#define SMALL_BYTES 21
#define LARGE_BYTES (MIB - SEGMENT_START - RECORD_HEAD - 8) /* with its topic: a whole segment */
#define NOT_OPENED  (-1)

/* A journal whose newest file holds N_SMALL records; before it as many files of one large record as
 * a test wants. */
struct sample {
	const char *directory; /* borrowed */
	char *path;            /* of the newest file */
	char name[32];         /* of it */
	char *bytes;           /* of it, up to size: the last byte of the last record */
	size_t size;
	size_t at[N_SMALL + 1]; /* offsets in it, of the records and of the end */
	uint64_t first;         /* its first position */
	uint64_t n_before;      /* records in the files before it */
	int n_marked;           /* records in it that the mark vouches for */
};

static void append_small(struct sample *sample, struct journal *journal, int from, int to)
{
	for (int i = from; i < to; i++) {
		uint64_t n = sample->n_before + (uint64_t)i;

		assert_int_equal(append_numbered(journal, n, SMALL_BYTES, 1), 0);
		sample->at[i + 1] = SEGMENT_START + (journal_end(journal) - sample->first);
	}
}

/* The mark stands behind the first n_marked small records; the others were never synced. */
static struct sample make_sample(const char *directory, uint64_t n_before, int n_marked)
{
	struct sample sample = {
		.directory = directory,
		.n_before = n_before,
		.n_marked = n_marked,
		.at[0] = SEGMENT_START,
	};
	struct journal *journal = open_journal(directory, JOURNAL_INTERVAL, NULL);
	size_t size;

	for (uint64_t n = 0; n < n_before; n++)
		assert_int_equal(append_numbered(journal, n, LARGE_BYTES, 1), 0);
	sample.first = journal_end(journal);
	append_small(&sample, journal, 0, n_marked);
	sync_journal(journal);
	append_small(&sample, journal, n_marked, N_SMALL);
	disk_hooks.fail_sync = n_marked < N_SMALL ? -5 : 0;
	(void)journal_free(journal);

	(void)snprintf(sample.name, sizeof(sample.name), "%016" PRIx64 ".seg", sample.first);
	sample.path = path_of(directory, sample.name);
	sample.bytes = read_bytes(sample.path, &size);
	sample.size = sample.at[N_SMALL];
	disk_hooks.skip_sync = 1;
	return sample;
}

static void free_sample(struct sample *sample)
{
	free(sample->path);
	free(sample->bytes);
}

/* The journal is open: it holds exactly the first records of the sample; how many? */
static int count_small(const struct sample *sample, struct journal *journal)
{
	int n;

	n = (int)read_numbered(journal, sample->first, sample->n_before, SMALL_BYTES);
	assert_true(n <= N_SMALL);
	assert_int_equal(journal_end(journal), sample->first + sample->at[n] - SEGMENT_START);
	return n;
}

static void assert_refused(const struct sample *sample, const struct journal_recovery *recovery,
			   const char *bytes, size_t size)
{
	size_t after_size;
	char *after = read_bytes(sample->path, &after_size);

	assert_int_equal(after_size, size);
	assert_memory_equal(after, bytes, size);
	assert_int_equal(recovery->cut_bytes, 0);
	free(after);
}

/* Opens the journal with these bytes in its newest file: the number of small records that it gives,
 * or NOT_OPENED with the message in *ret_where. */
static int reopen(const struct sample *sample, const char *bytes, size_t size,
		  const char **ret_where)
{
	static struct journal_recovery recovery;
	struct journal *journal = NULL;
	int n, r;

	write_bytes(sample->path, bytes, size);
	r = try_journal(sample->directory, &journal, &recovery);
	*ret_where = recovery.where;
	if (r == JOURNAL_CORRUPT) {
		assert_refused(sample, &recovery, bytes, size);
		return NOT_OPENED;
	}
	assert_int_equal(r, 0);
	assert_string_equal(recovery.where, "");
	n = count_small(sample, journal);
	assert_int_equal(recovery.end, journal_end(journal));
	(void)journal_free(journal);
	return n;
}

/* What was recovered stays: opening again cuts nothing, and the journal goes on. */
static void assert_usable(const struct sample *sample, int n)
{
	struct journal_recovery recovery;
	struct journal *journal = open_journal(sample->directory, JOURNAL_INTERVAL, &recovery);
	uint64_t next = sample->n_before + (uint64_t)n;

	assert_int_equal(recovery.cut_bytes, 0);
	assert_int_equal(count_small(sample, journal), n);
	assert_int_equal(append_numbered(journal, next, SMALL_BYTES, 1), 0);
	sync_journal(journal);
	assert_int_equal(read_numbered(journal, sample->first, sample->n_before, SMALL_BYTES),
			 n + 1);
	(void)journal_free(journal);
}

static void assert_where(const struct sample *sample, const char *where, size_t offset,
			 const char *what)
{
	char expected[256];

	(void)snprintf(expected, sizeof(expected), "%s: offset %zu: %s", sample->name, offset,
		       what);
	assert_string_equal(where, expected);
}

static bool is_zero(const char *bytes, size_t from, size_t to)
{
	for (; from < to; from++)
		if (bytes[from] != 0)
			return false;
	return true;
}

/* A file that was cut in its header or mark.  Zeroes that are missing are the same as zeroes. */
static void check_cut_head(const struct sample *sample, size_t cut)
{
	const char *where;
	int n = reopen(sample, sample->bytes, cut, &where);

	if (cut > 0 && cut < 64 && !is_zero(sample->bytes, cut, 64)) {
		assert_int_equal(n, NOT_OPENED);
		assert_where(sample, where, 0, "the header is damaged");
	} else if (cut < SEGMENT_MARK + 16 &&
		   !is_zero(sample->bytes, cut, SEGMENT_MARK + SEGMENT_MARK_BYTES)) {
		assert_int_equal(n, 0); /* nothing vouches for what is gone */
	} else {
		assert_int_equal(n, NOT_OPENED);
		assert_where(sample, where, SEGMENT_START, "records that were synced are missing");
	}
}

static void check_cut_records(const struct sample *sample, size_t cut)
{
	int n_whole = 0;
	const char *where;
	int n = reopen(sample, sample->bytes, cut, &where);

	while (n_whole < N_SMALL && sample->at[n_whole + 1] <= cut)
		n_whole++;
	if (n_whole >= sample->n_marked) {
		assert_int_equal(n, n_whole);
		assert_usable(sample, n);
		return;
	}
	assert_int_equal(n, NOT_OPENED);
	assert_where(sample, where, sample->at[n_whole],
		     is_zero(sample->bytes, sample->at[n_whole], cut)
			     ? "records that were synced are missing"
			     : "a record that was synced is damaged");
}

static void a_journal_cut_at_any_byte_gives_the_prefix_or_says_what_is_gone(void **state)
{
	struct sample sample = make_sample(*state, 2, 3);

	for (size_t cut = 0; cut < SEGMENT_START; cut += cut % SEGMENT_MARK < 80 ? 1 : 3)
		check_cut_head(&sample, cut); /* the rest of a page is zeroes */
	for (size_t cut = SEGMENT_START; cut <= sample.size + 9; cut++)
		check_cut_records(&sample, cut);
	free_sample(&sample);
}

static void a_journal_without_its_newest_file_is_the_prefix_before_it(void **state)
{
	struct sample sample = make_sample(*state, 2, 3);
	struct journal_recovery recovery;
	struct journal *journal;

	assert_int_equal(disk_remove(sample.path), 0);
	journal = open_journal(*state, JOURNAL_INTERVAL, &recovery);
	assert_int_equal(recovery.end, sample.first);
	assert_int_equal(recovery.cut_bytes, 0);
	assert_int_equal(read_numbered(journal, 0, 0, LARGE_BYTES), 2);
	(void)journal_free(journal);
	free_sample(&sample);
}

/* Record i of the sample is bad now: what must come of that? */
static void check_bad_record(const struct sample *sample, int i, const char *bytes, size_t size)
{
	const char *where;
	int n = reopen(sample, bytes, size, &where);

	if (i >= sample->n_marked) {
		assert_int_equal(n, i);
		return;
	}
	assert_int_equal(n, NOT_OPENED);
	assert_where(sample, where, sample->at[i],
		     i + 1 < N_SMALL ? "a record is damaged, and records behind it are not"
				     : "a record that was synced is damaged");
}

static void check_bits_of_records(const struct sample *sample)
{
	char *bytes = xcalloc(1, sample->size);

	memcpy(bytes, sample->bytes, sample->size);
	for (int i = 0; i < N_SMALL; i++)
		for (size_t bit = sample->at[i] * 8; bit < sample->at[i + 1] * 8; bit++) {
			bytes[bit / 8] ^= (char)(1 << bit % 8);
			check_bad_record(sample, i, bytes, sample->size);
			bytes[bit / 8] ^= (char)(1 << bit % 8);
		}
	free(bytes);
}

static void any_bit_flipped_in_a_record_cuts_it_if_unsynced_and_is_corrupt_else(void **state)
{
	struct sample sample = make_sample(*state, 0, 3);

	check_bits_of_records(&sample);
	free_sample(&sample);
}

static void any_bit_flipped_in_a_record_is_corrupt_if_all_were_synced(void **state)
{
	struct sample sample = make_sample(*state, 0, N_SMALL);

	check_bits_of_records(&sample);
	free_sample(&sample);
}

/* Flips every step-th bit in [from, to). */
static void check_bits(const struct sample *sample, size_t from, size_t to, size_t step,
		       int expected)
{
	char *bytes = xcalloc(1, to > sample->size ? to : sample->size);
	size_t size = to > sample->size ? to : sample->size;
	const char *where;

	memcpy(bytes, sample->bytes, sample->size);
	for (size_t bit = from * 8; bit < to * 8; bit += step) {
		bytes[bit / 8] ^= (char)(1 << bit % 8);
		assert_int_equal(reopen(sample, bytes, size, &where), expected);
		if (expected == NOT_OPENED)
			assert_where(sample, where, 0, "the header is damaged");
		bytes[bit / 8] ^= (char)(1 << bit % 8);
	}
	free(bytes);
}

/* The unused rest of the first pages is only sampled here: test_segment.c flips all of it. */
static void any_bit_flipped_elsewhere_loses_nothing_or_says_that_it_is_the_header(void **state)
{
	struct sample sample = make_sample(*state, 0, 3);

	check_bits(&sample, 0, 64, 1, NOT_OPENED);
	check_bits(&sample, 64, SEGMENT_MARK, 65, N_SMALL);
	check_bits(&sample, SEGMENT_MARK, SEGMENT_MARK + SEGMENT_MARK_BYTES, 1, N_SMALL);
	check_bits(&sample, SEGMENT_MARK + SEGMENT_MARK_BYTES, SEGMENT_START, 65, N_SMALL);
	check_bits(&sample, sample.size, sample.size + 100, 1, N_SMALL);
	free_sample(&sample);
}

static void without_a_mark_a_bad_record_is_corrupt_unless_it_is_the_last(void **state)
{
	struct sample sample = make_sample(*state, 0, 3);
	const char *where;

	sample.bytes[SEGMENT_MARK] ^= 1;
	for (int i = 0; i < N_SMALL; i++)
		for (size_t at = sample.at[i]; at < sample.at[i + 1]; at++) {
			int n;

			sample.bytes[at] ^= 1;
			n = reopen(&sample, sample.bytes, sample.size, &where);
			assert_int_equal(n, i + 1 < N_SMALL ? NOT_OPENED : i);
			sample.bytes[at] ^= 1;
		}
	free_sample(&sample);
}

/* What stands at to is now a copy of what stands at from; zeroes if from is negative. */
static void check_copy(const struct sample *sample, int from, int to)
{
	size_t n = sample->at[1] - sample->at[0];
	char *bytes = xcalloc(1, sample->size);

	memcpy(bytes, sample->bytes, sample->size);
	if (from < 0)
		memset(bytes + sample->at[to], 0, n);
	else
		memcpy(bytes + sample->at[to], sample->bytes + sample->at[from], n);
	check_bad_record(sample, to, bytes, sample->size);
	free(bytes);
}

static void a_record_that_was_zeroed_or_put_elsewhere_is_a_bad_one(void **state)
{
	struct sample sample = make_sample(*state, 0, 3);

	for (int to = 0; to < N_SMALL; to++)
		for (int from = -1; from < N_SMALL; from++)
			if (from != to)
				check_copy(&sample, from, to);
	free_sample(&sample);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, test_begin, test_end)
	const struct CMUnitTest tests[] = {
		TEST(a_journal_without_its_newest_file_is_the_prefix_before_it),
		TEST(a_record_that_was_zeroed_or_put_elsewhere_is_a_bad_one),
		TEST(a_journal_cut_at_any_byte_gives_the_prefix_or_says_what_is_gone),
		TEST(any_bit_flipped_in_a_record_cuts_it_if_unsynced_and_is_corrupt_else),
		TEST(any_bit_flipped_in_a_record_is_corrupt_if_all_were_synced),
		TEST(any_bit_flipped_elsewhere_loses_nothing_or_says_that_it_is_the_header),
		TEST(without_a_mark_a_bad_record_is_corrupt_unless_it_is_the_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
