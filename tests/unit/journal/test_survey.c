/* SPDX-License-Identifier: Apache-2.0 */
/* What a survey says of files that are good, damaged, misplaced or still being written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "iocd/base/err.h"
#include "segment.h"
#include "test_tiny.h"

#define HEADER_BYTES 64u /* in use; the rest of the page is zero, and nobody reads it */

static void a_good_journal_is_told_file_by_file(void **state)
{
	struct tiny *tiny = *state;
	struct journal_survey *survey = tiny_survey(tiny);
	const struct journal_file *files;
	const struct journal_finding *findings;

	assert_int_equal(journal_survey_findings(survey, &findings), 0);
	assert_int_equal(journal_survey_files(survey, &files), TINY_FILES);
	for (int i = 0; i < TINY_FILES; i++) {
		assert_string_equal(files[i].name, strrchr(tiny->paths[i], '/') + 1);
		assert_int_equal(files[i].first, tiny->firsts[i]);
		assert_int_equal(files[i].end, tiny->firsts[i + 1]);
		assert_int_equal(files[i].bytes, tiny->sizes[i]);
		assert_true(files[i].has_mark);
		assert_int_equal(files[i].mark, tiny->firsts[i + 1]);
		assert_int_equal(files[i].harm, JOURNAL_GOOD);
		assert_int_equal(files[i].messages, 3);
		assert_int_equal(files[i].times, 1);
		assert_int_equal(files[i].holes + files[i].others, 0);
		assert_int_equal(files[i].first_arrival_ms, TINY_ARRIVAL(4 * i));
		assert_int_equal(files[i].last_arrival_ms, TINY_ARRIVAL(4 * i + 3));
	}
	assert_string_equal(journal_survey_id(survey), "03142536475869"
						       "7a8b9cadbecfe0f102");
	assert_int_equal(journal_survey_first(survey), tiny->positions[0]);
	assert_int_equal(journal_survey_end(survey), tiny->positions[TINY_RECORDS]);
	assert_int_equal(journal_survey_torn_bytes(survey), 0);
	(void)journal_survey_free(survey);
}

static void progress_ends_at_all(void *context, uint64_t done, uint64_t total)
{
	uint64_t *last = context;

	assert_true(done <= total);
	assert_true(done >= *last);
	*last = done;
}

static void progress_goes_up_to_all(void **state)
{
	struct tiny *tiny = *state;
	CLEANUP(journal_survey_free) struct journal_survey *survey = NULL;
	uint64_t done = 0;

	assert_int_equal(journal_survey_new(&survey, tiny->directory), 0);
	assert_int_equal(journal_survey_scan(survey, progress_ends_at_all, &done), 0);
	assert_int_equal(done, tiny->positions[TINY_RECORDS] - tiny->positions[0]);
}

static void no_journal_is_an_outcome_and_no_directory_a_fault(void **state)
{
	struct tiny *tiny = *state;
	struct journal_survey *survey = NULL;
	char path[64];

	for (int i = 0; i < TINY_FILES; i++)
		assert_int_equal(unlink(tiny->paths[i]), 0);
	assert_int_equal(journal_survey_new(&survey, tiny->directory), JOURNAL_NONE);
	(void)snprintf(path, sizeof(path), "%s/none", tiny->directory);
	assert_int_equal(journal_survey_new(&survey, path), -ENOENT);
	assert_null(survey);
}

static void a_damaged_record_is_told_with_its_neighbours(void **state)
{
	struct tiny *tiny = *state;
	struct journal_survey *survey;
	const struct journal_finding *finding;

	tiny_spoil(tiny, 1, tiny_offset(tiny, 5) + 16, 3);
	survey = tiny_survey(tiny);
	finding = tiny_finding(survey);
	assert_int_equal(finding->harm, JOURNAL_DAMAGED);
	assert_string_equal(finding->name, strrchr(tiny->paths[1], '/') + 1);
	assert_int_equal(finding->offset, tiny_offset(tiny, 5));
	assert_int_equal(finding->from, tiny->positions[5]);
	assert_int_equal(finding->to, tiny->positions[6]);
	assert_int_equal(finding->safe_bytes, finding->to - finding->from);
	assert_int_equal(finding->before_ms, TINY_ARRIVAL(4));
	assert_int_equal(finding->after_ms, TINY_ARRIVAL(6));
	assert_true(finding->is_mendable);
	(void)journal_survey_free(survey);
}

/* Damage that reaches over the border of two files is told once in each. */
static void two_stretches_are_two_findings(void **state)
{
	struct tiny *tiny = *state;
	const struct journal_finding *findings;
	struct journal_survey *survey;

	tiny_spoil(tiny, 0, tiny_offset(tiny, 2), 8 + tiny->positions[4] - tiny->positions[2]);
	tiny_spoil(tiny, 1, tiny_offset(tiny, 4), 8);
	survey = tiny_survey(tiny);
	assert_int_equal(journal_survey_findings(survey, &findings), 2);
	assert_int_equal(findings[0].from, tiny->positions[2]);
	assert_int_equal(findings[0].to, tiny->positions[4]);
	assert_int_equal(findings[0].before_ms, TINY_ARRIVAL(1));
	assert_int_equal(findings[1].from, tiny->positions[4]);
	assert_int_equal(findings[1].to, tiny->positions[5]);
	assert_int_equal(findings[1].before_ms, TINY_ARRIVAL(1));
	assert_int_equal(findings[1].after_ms, TINY_ARRIVAL(5));
	(void)journal_survey_free(survey);
}

static void a_missing_file_is_told(void **state)
{
	struct tiny *tiny = *state;
	struct journal_survey *survey;
	const struct journal_finding *finding;

	assert_int_equal(unlink(tiny->paths[1]), 0);
	survey = tiny_survey(tiny);
	finding = tiny_finding(survey);
	assert_int_equal(finding->harm, JOURNAL_MISSING);
	assert_string_equal(finding->name, strrchr(tiny->paths[1], '/') + 1);
	assert_int_equal(finding->from, tiny->firsts[1]);
	assert_int_equal(finding->to, tiny->firsts[2]);
	assert_int_equal(finding->before_ms, TINY_ARRIVAL(3));
	assert_int_equal(finding->after_ms, TINY_ARRIVAL(8));
	(void)journal_survey_free(survey);
}

static void set_mark(struct tiny *tiny, int file, uint64_t synced)
{
	char *bytes = xcalloc(1, tiny->sizes[file]);
	FILE *out = fopen(tiny->paths[file], "r+");

	assert_non_null(out);
	assert_int_equal(fread(bytes, 1, tiny->sizes[file], out), tiny->sizes[file]);
	segment_mark_write(tiny->seed, synced, bytes + SEGMENT_MARK);
	rewind(out);
	assert_int_equal(fwrite(bytes, 1, tiny->sizes[file], out), tiny->sizes[file]);
	(void)fclose(out);
	free(bytes);
}

/* As while iocd writes: what was not synced yet may be half there. */
static void an_end_that_was_never_safe_is_torn_and_no_finding(void **state)
{
	struct tiny *tiny = *state;
	const struct journal_finding *findings;
	const struct journal_file *files;
	struct journal_survey *survey;

	set_mark(tiny, 2, tiny->positions[10]);
	tiny_spoil(tiny, 2, tiny_offset(tiny, 10), 4);
	survey = tiny_survey(tiny);
	assert_int_equal(journal_survey_findings(survey, &findings), 0);
	assert_int_equal(journal_survey_end(survey), tiny->positions[10]);
	assert_int_equal(journal_survey_torn_bytes(survey) & ~UINT64_C(7),
			 (tiny->positions[12] - tiny->positions[10] - 1) & ~UINT64_C(7));
	assert_int_equal(journal_survey_files(survey, &files), TINY_FILES);
	assert_int_equal(files[2].harm, JOURNAL_TORN);
	(void)journal_survey_free(survey);
}

static void an_end_that_was_safe_once_is_a_finding(void **state)
{
	struct tiny *tiny = *state;
	struct journal_survey *survey;
	const struct journal_finding *finding;

	tiny_spoil(tiny, 2, tiny_offset(tiny, 11), 40);
	survey = tiny_survey(tiny);
	finding = tiny_finding(survey);
	assert_int_equal(finding->harm, JOURNAL_LOST);
	assert_int_equal(finding->from, tiny->positions[11]);
	assert_int_equal(finding->to, tiny->positions[12]);
	assert_int_equal(finding->safe_bytes, finding->to - finding->from);
	assert_int_equal(finding->before_ms, TINY_ARRIVAL(10));
	assert_int_equal(finding->after_ms, 0);
	assert_int_equal(journal_survey_end(survey), tiny->positions[11]);
	(void)journal_survey_free(survey);
}

static void a_synced_end_that_reads_as_zero_is_a_finding(void **state)
{
	struct tiny *tiny = *state;
	struct journal_survey *survey;

	assert_int_equal(truncate(tiny->paths[2], (off_t)tiny_offset(tiny, 10)), 0);
	assert_int_equal(truncate(tiny->paths[2], (off_t)tiny->sizes[2]), 0);
	survey = tiny_survey(tiny);
	assert_int_equal(tiny_finding(survey)->harm, JOURNAL_LOST);
	assert_int_equal(tiny_finding(survey)->from, tiny->positions[10]);
	assert_int_equal(tiny_finding(survey)->to, tiny->positions[12]);
	(void)journal_survey_free(survey);
}

static void a_file_that_was_cut_short_is_damaged_up_to_the_next(void **state)
{
	struct tiny *tiny = *state;
	struct journal_survey *survey;
	const struct journal_finding *finding;

	assert_int_equal(truncate(tiny->paths[1], (off_t)tiny_offset(tiny, 6) + 10), 0);
	survey = tiny_survey(tiny);
	finding = tiny_finding(survey);
	assert_int_equal(finding->harm, JOURNAL_DAMAGED);
	assert_int_equal(finding->from, tiny->positions[6]);
	assert_int_equal(finding->to, tiny->firsts[2]);
	(void)journal_survey_free(survey);
}

static void a_file_whose_first_pages_are_gone_still_gives_its_records(void **state)
{
	struct tiny *tiny = *state;
	struct journal_survey *survey;

	tiny_spoil(tiny, 1, 0, SEGMENT_MARK);
	survey = tiny_survey(tiny);
	assert_int_equal(tiny_finding(survey)->harm, JOURNAL_HEADER);
	assert_int_equal(tiny_finding(survey)->offset, 0);
	assert_int_equal(journal_survey_end(survey), tiny->positions[TINY_RECORDS]);
	(void)journal_survey_free(survey);
}

static void without_any_header_nothing_can_be_said(void **state)
{
	struct tiny *tiny = *state;
	struct journal_survey *survey = NULL;

	for (int i = 0; i < TINY_FILES; i++)
		tiny_spoil(tiny, i, 0, HEADER_BYTES);
	assert_int_equal(journal_survey_new(&survey, tiny->directory), JOURNAL_UNKNOWN);
	assert_null(survey);
}

static void one_wrong_bit_does_not_hide_which_journal_it_is(void **state)
{
	struct tiny *tiny = *state;
	struct journal_survey *survey;

	assert_int_equal(unlink(tiny->paths[1]), 0);
	assert_int_equal(unlink(tiny->paths[2]), 0);
	tiny_flip(tiny, 0, 8 * 20); /* in the journal's id */
	survey = tiny_survey(tiny);
	assert_int_equal(tiny_finding(survey)->harm, JOURNAL_HEADER);
	assert_int_equal(journal_survey_end(survey), tiny->positions[4]);
	(void)journal_survey_free(survey);
}

static char *name_in(const struct tiny *tiny, const char *name)
{
	char *path = xcalloc(1, 128);

	(void)snprintf(path, 128, "%s/%s", tiny->directory, name);
	return path;
}

static void a_header_is_believed_before_a_name(void **state)
{
	struct tiny *tiny = *state;
	char *path = name_in(tiny, "0000000000000001.seg");
	struct journal_survey *survey;

	assert_int_equal(rename(tiny->paths[2], path), 0);
	survey = tiny_survey(tiny);
	assert_int_equal(tiny_finding(survey)->harm, JOURNAL_NAME);
	assert_string_equal(tiny_finding(survey)->name, "0000000000000001.seg");
	assert_int_equal(journal_survey_end(survey), tiny->positions[TINY_RECORDS]);
	(void)journal_survey_free(survey);
	free(path);
}

static void what_is_of_no_journal_or_of_another_is_a_stray(void **state)
{
	struct tiny *tiny = *state;
	char *path = name_in(tiny, "notes.seg");
	FILE *file = fopen(path, "w");
	struct journal_survey *survey;

	assert_non_null(file);
	(void)fputs("anything", file);
	(void)fclose(file);
	survey = tiny_survey(tiny);
	assert_int_equal(tiny_finding(survey)->harm, JOURNAL_STRAY);
	assert_string_equal(tiny_finding(survey)->name, "notes.seg");
	(void)journal_survey_free(survey);
	free(path);
}

/* Also if the other one's file is the oldest. */
static void the_journal_is_the_one_that_most_files_name(void **state)
{
	struct tiny *tiny = *state;
	struct segment_header header;
	struct journal_survey *survey;
	char page[SEGMENT_MARK];
	FILE *file = fopen(tiny->paths[0], "r+");

	assert_non_null(file);
	assert_int_equal(segment_header_read(&header, tiny->bytes[0]), 0);
	header.id[3] ^= 1;
	segment_header_write(&header, page);
	assert_int_equal(fwrite(page, 1, sizeof(page), file), sizeof(page));
	(void)fclose(file);
	survey = tiny_survey(tiny);
	assert_int_equal(tiny_finding(survey)->harm, JOURNAL_STRAY);
	assert_string_equal(tiny_finding(survey)->name, strrchr(tiny->paths[0], '/') + 1);
	assert_int_equal(journal_survey_first(survey), tiny->firsts[1]);
	assert_int_equal(journal_survey_end(survey), tiny->firsts[3]);
	(void)journal_survey_free(survey);
}

static void a_reader_says_what_it_steps_over(void **state)
{
	struct tiny *tiny = *state;
	struct journal_survey *survey;
	struct journal_reader *reader;
	struct record record;
	uint64_t from, to;

	tiny_spoil(tiny, 1, tiny_offset(tiny, 4), 4);
	survey = tiny_survey(tiny);
	reader = journal_reader_new(survey, tiny->positions[3]);
	assert_int_equal(journal_reader_next(reader, &record), 0);
	tiny_assert_record(tiny, &record, 3);
	assert_int_equal(journal_reader_next(reader, &record), JOURNAL_CORRUPT);
	journal_reader_damage(reader, &from, &to);
	assert_int_equal(from, tiny->positions[4]);
	assert_int_equal(to, tiny->positions[5]);
	for (int n = 5; n < TINY_RECORDS; n++) {
		assert_int_equal(journal_reader_next(reader, &record), 0);
		tiny_assert_record(tiny, &record, n);
	}
	assert_int_equal(journal_reader_next(reader, &record), JOURNAL_END);
	assert_int_equal(journal_reader_position(reader), tiny->positions[TINY_RECORDS]);
	(void)journal_reader_free(reader);
	(void)journal_survey_free(survey);
}

static void a_reader_tells_a_lost_end_once(void **state)
{
	struct tiny *tiny = *state;
	struct journal_survey *survey;
	struct journal_reader *reader;
	struct record record;

	tiny_spoil(tiny, 2, tiny_offset(tiny, 11), 4);
	survey = tiny_survey(tiny);
	reader = journal_reader_new(survey, tiny->positions[11]);
	assert_int_equal(journal_reader_next(reader, &record), JOURNAL_CORRUPT);
	assert_int_equal(journal_reader_next(reader, &record), JOURNAL_END);
	assert_int_equal(journal_reader_position(reader), tiny->positions[11]);
	(void)journal_reader_free(reader);
	(void)journal_survey_free(survey);
}

/* The survey changes nothing: all files are as they were, and there is no other. */
static void assert_untouched(const struct tiny *tiny)
{
	char *path = name_in(tiny, "lock");

	assert_int_equal(access(path, F_OK), -1);
	free(path);
	assert_int_equal(tiny_changes(), 0);
}

/* Where nobody looks: the rest of the two pages at the beginning, and, in all files but the newest,
 * what stands behind the last record. */
static bool is_used(const struct tiny *tiny, int file, uint64_t offset)
{
	uint64_t end = SEGMENT_START + (tiny->firsts[file + 1] - tiny->firsts[file]);

	if (offset < SEGMENT_START)
		return offset < HEADER_BYTES ||
		       (offset >= SEGMENT_MARK && offset < SEGMENT_MARK + SEGMENT_MARK_BYTES);
	return offset < end || file == TINY_FILES - 1;
}

static void every_bit_that_is_used_is_missed(void **state)
{
	struct tiny *tiny = *state;
	const struct journal_finding *findings;

	for (int file = 0; file < TINY_FILES; file++)
		for (uint64_t bit = 0; bit < 8 * tiny->sizes[file]; bit++) {
			struct journal_survey *survey;
			size_t n;

			if (!is_used(tiny, file, bit / 8)) {
				bit += 8 * 61; /* a sample: there are many */
				if (bit >= 8 * tiny->sizes[file] || is_used(tiny, file, bit / 8))
					continue;
			}
			tiny_flip(tiny, file, bit);
			survey = tiny_survey(tiny);
			n = journal_survey_findings(survey, &findings) +
			    (journal_survey_torn_bytes(survey) > 0);
			if (n != is_used(tiny, file, bit / 8))
				fail_msg("file %d bit %" PRIu64 ": %zu findings", file, bit, n);
			(void)journal_survey_free(survey);
			tiny_flip(tiny, file, bit);
		}
	assert_untouched(tiny);
}

#define LIVE_RECORDS 4000

struct writing {
	struct journal *journal;
	_Atomic bool is_over;
};

/* Some of them large, so that files come, and go again. */
static void *write_records(void *context)
{
	struct writing *writing = context;
	struct journal *journal = writing->journal;
	char *payload = xcalloc(1, 30000);
	struct record record = { .kind = RECORD_MESSAGE, .payload = payload };

	for (int i = 0; i < LIVE_RECORDS; i++) {
		record.payload_size = i % 7 == 0 ? 30000 : 100;
		if (journal_append(journal, &record, TINY_ARRIVAL(i)))
			break;
		if (i % 100 == 0)
			journal_retain(journal, UINT64_MAX, 4u << 20, 0);
	}
	free(payload);
	writing->is_over = true;
	return NULL;
}

static void assert_no_finding(const struct tiny *tiny)
{
	CLEANUP(journal_survey_free) struct journal_survey *survey = NULL;
	const struct journal_finding *findings;
	const struct journal_file *files;
	size_t n;
	int r;

	assert_int_equal(journal_survey_new(&survey, tiny->directory), 0);
	r = journal_survey_scan(survey, NULL, NULL);
	if (r == -ENOENT) /* the writer was quicker: none of these files is kept */
		return;
	assert_int_equal(r, 0);
	n = journal_survey_findings(survey, &findings);
	if (n > 0)
		fail_msg("%s: offset %" PRIu64 ": harm %d", findings[0].name, findings[0].offset,
			 findings[0].harm);
	n = journal_survey_files(survey, &files);
	assert_true(n > 0);
	assert_true(journal_survey_end(survey) >= files[n - 1].mark);
}

/* What was promised before the survey began is there, and nothing that comes meanwhile is damage.
 */
static void a_journal_that_is_being_written_is_good(void **state)
{
	struct tiny *tiny = *state;
	const struct journal_options options = {
		.directory = tiny->directory,
		.segment_bytes = 1u << 20,
		.mode = JOURNAL_INTERVAL,
	};
	struct journal_recovery recovery;
	struct writing writing = { .is_over = false };
	pthread_t writer;

	for (int i = 0; i < TINY_FILES; i++)
		assert_int_equal(unlink(tiny->paths[i]), 0);
	assert_int_equal(journal_open(&writing.journal, &options, &recovery), 0);
	assert_int_equal(journal_start(writing.journal, NULL, NULL), 0);
	assert_int_equal(pthread_create(&writer, NULL, write_records, &writing), 0);
	while (!writing.is_over)
		assert_no_finding(tiny);
	assert_int_equal(pthread_join(writer, NULL), 0);
	assert_no_finding(tiny);
	(void)journal_free(writing.journal);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tiny_begin, tiny_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_good_journal_is_told_file_by_file),
		TEST(progress_goes_up_to_all),
		TEST(no_journal_is_an_outcome_and_no_directory_a_fault),
		TEST(a_damaged_record_is_told_with_its_neighbours),
		TEST(two_stretches_are_two_findings),
		TEST(a_missing_file_is_told),
		TEST(an_end_that_was_never_safe_is_torn_and_no_finding),
		TEST(an_end_that_was_safe_once_is_a_finding),
		TEST(a_synced_end_that_reads_as_zero_is_a_finding),
		TEST(a_file_that_was_cut_short_is_damaged_up_to_the_next),
		TEST(a_file_whose_first_pages_are_gone_still_gives_its_records),
		TEST(without_any_header_nothing_can_be_said),
		TEST(one_wrong_bit_does_not_hide_which_journal_it_is),
		TEST(a_header_is_believed_before_a_name),
		TEST(what_is_of_no_journal_or_of_another_is_a_stray),
		TEST(the_journal_is_the_one_that_most_files_name),
		TEST(a_reader_says_what_it_steps_over),
		TEST(a_reader_tells_a_lost_end_once),
		TEST(a_journal_that_is_being_written_is_good),
		TEST(every_bit_that_is_used_is_missed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
