/* SPDX-License-Identifier: Apache-2.0 */
/* A journal that was damaged, repaired, and opened: what held is there, what did not is a hole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/base/text.h"
#include "segment.h"
#include "test_tiny.h"

static int repair(const struct tiny *tiny, struct journal_repair *ret, bool is_dry)
{
	CLEANUP(journal_survey_free) struct journal_survey *survey = NULL;

	return journal_repair(&survey, ret, tiny->directory, is_dry, NULL, NULL);
}

/* Dry first, which says the same and changes nothing.  A repaired journal has no finding. */
static struct journal_repair repair_both(const struct tiny *tiny)
{
	struct journal_repair sum, dry;
	const struct journal_finding *findings;
	struct journal_survey *survey;

	tiny_die_at(0);
	assert_int_equal(repair(tiny, &dry, true), 0);
	assert_int_equal(tiny_changes(), 0);
	assert_int_equal(repair(tiny, &sum, false), 0);
	assert_memory_equal(&sum, &dry, sizeof(sum));

	survey = tiny_survey(tiny);
	assert_int_equal(journal_survey_findings(survey, &findings), 0);
	(void)journal_survey_free(survey);
	return sum;
}

/* The quarantine holds n bytes under name, and they are those at offset of a damaged file. */
static void assert_quarantined(const struct tiny *tiny, const char *name, const char *bytes,
			       size_t n)
{
	char path[160];
	char *copy = NULL;
	size_t size;

	(void)snprintf(path, sizeof(path), "%s/" JOURNAL_QUARANTINE "/%s", tiny->directory, name);
	assert_int_equal(disk_read_file(path, 1u << 24, &copy, &size), 0);
	assert_int_equal(size, n);
	assert_memory_equal(copy, bytes, n);
	free(copy);
}

static char *stretch_name(char name[80], uint64_t from, uint64_t to, const char *end)
{
	(void)snprintf(name, 80, "%016" PRIx64 "-%016" PRIx64 "%s", from, to, end);
	return name;
}

static char *read_damaged(const struct tiny *tiny, int file)
{
	char *bytes = NULL;
	size_t size;

	assert_int_equal(disk_read_file(tiny->paths[file], 1u << 24, &bytes, &size), 0);
	return bytes;
}

static void a_good_journal_stays_as_it_is(void **state)
{
	struct tiny *tiny = *state;
	struct journal_repair sum = repair_both(tiny);

	assert_int_equal(sum.cut_bytes + sum.safe_bytes + sum.quarantined_bytes, 0);
	for (int i = 0; i < TINY_FILES; i++) {
		char *bytes = read_damaged(tiny, i);

		assert_memory_equal(bytes, tiny->bytes[i], tiny->sizes[i]);
		free(bytes);
	}
	tiny_assert_holds(tiny, 0, 0, tiny->positions[TINY_RECORDS]);
}

static void a_damaged_record_becomes_a_hole_and_its_bytes_are_kept(void **state)
{
	struct tiny *tiny = *state;
	struct journal_repair sum;
	char *damaged, name[80];

	for (int n = 0; n < TINY_RECORDS - 1; n++) {
		size_t size = tiny->positions[n + 1] - tiny->positions[n];

		tiny_restore(tiny);
		tiny_spoil(tiny, n / 4, tiny_offset(tiny, n), size);
		damaged = read_damaged(tiny, n / 4);
		sum = repair_both(tiny);
		assert_int_equal(sum.cut_bytes, size);
		assert_int_equal(sum.safe_bytes, size);
		assert_int_equal(sum.quarantined_files, 1);
		assert_int_equal(sum.quarantined_bytes, size);
		stretch_name(name, tiny->positions[n], tiny->positions[n + 1], ".bin");
		assert_quarantined(tiny, name, damaged + tiny_offset(tiny, n), size);
		tiny_assert_holds(tiny, tiny->positions[n], tiny->positions[n + 1],
				  tiny->positions[TINY_RECORDS]);
		free(damaged);
	}
}

static void a_file_that_is_gone_is_made_of_holes(void **state)
{
	struct tiny *tiny = *state;
	struct journal_repair sum;

	assert_int_equal(unlink(tiny->paths[1]), 0);
	sum = repair_both(tiny);
	assert_int_equal(sum.cut_bytes, tiny->firsts[2] - tiny->firsts[1]);
	assert_int_equal(sum.quarantined_bytes, 0);
	tiny_assert_holds(tiny, tiny->firsts[1], tiny->firsts[2], tiny->positions[TINY_RECORDS]);
}

static void a_file_is_gone_and_the_end_of_the_one_before_it_is_damaged(void **state)
{
	struct tiny *tiny = *state;

	assert_int_equal(unlink(tiny->paths[1]), 0);
	tiny_spoil(tiny, 0, tiny_offset(tiny, 3), 40);
	(void)repair_both(tiny);
	tiny_assert_holds(tiny, tiny->positions[3], tiny->firsts[2], tiny->positions[TINY_RECORDS]);
}

static void headers_and_marks_are_written_as_they_were(void **state)
{
	struct tiny *tiny = *state;

	for (int i = 0; i < TINY_FILES; i++) {
		char *bytes;

		tiny_restore(tiny);
		tiny_spoil(tiny, i, 0, 64);
		tiny_spoil(tiny, i, SEGMENT_MARK, SEGMENT_MARK_BYTES);
		(void)repair_both(tiny);
		bytes = read_damaged(tiny, i);
		assert_memory_equal(bytes, tiny->bytes[i], tiny->sizes[i]);
		free(bytes);
		tiny_assert_holds(tiny, 0, 0, tiny->positions[TINY_RECORDS]);
	}
}

static void a_file_of_which_nothing_is_left_becomes_holes(void **state)
{
	struct tiny *tiny = *state;
	struct journal_repair sum;

	tiny_spoil(tiny, 1, 0, tiny->sizes[1]);
	sum = repair_both(tiny);
	assert_int_equal(sum.quarantined_files, 2); /* header and records */
	tiny_assert_holds(tiny, tiny->firsts[1], tiny->firsts[2], tiny->positions[TINY_RECORDS]);
}

static void an_end_that_was_safe_is_cut_and_kept(void **state)
{
	struct tiny *tiny = *state;
	struct journal_repair sum;
	char *damaged, name[80];
	uint64_t n = tiny->positions[12] - tiny->positions[10];

	tiny_spoil(tiny, 2, tiny_offset(tiny, 10), n);
	damaged = read_damaged(tiny, 2);
	sum = repair_both(tiny);
	assert_int_equal(sum.cut_bytes, n);
	assert_int_equal(sum.safe_bytes, n);
	stretch_name(name, tiny->positions[10], tiny->positions[12], "-tail.bin");
	assert_quarantined(tiny, name, damaged + tiny_offset(tiny, 10), n);
	free(damaged);
	tiny_assert_holds(tiny, 0, 0, tiny->positions[10]);
}

static void a_whole_last_file_that_was_safe_is_put_away(void **state)
{
	struct tiny *tiny = *state;
	struct journal_repair sum;

	tiny_spoil(tiny, 1, tiny_offset(tiny, 7), 40);
	tiny_spoil(tiny, 2, SEGMENT_START, tiny->sizes[2] - SEGMENT_START);
	sum = repair_both(tiny);
	assert_int_equal(sum.safe_bytes, tiny->positions[12] - tiny->positions[7]);
	assert_int_equal(access(tiny->paths[2], F_OK), -1);
	tiny_assert_holds(tiny, 0, 0, tiny->positions[7]);
}

/* Nothing is left of the end but the name of the last file, and no mark says how far it went. */
static void an_end_of_which_only_a_name_is_left_is_cut(void **state)
{
	struct tiny *tiny = *state;
	struct journal_repair sum;

	assert_int_equal(truncate(tiny->paths[1], 0), 0);
	tiny_spoil(tiny, 2, SEGMENT_MARK, SEGMENT_MARK_BYTES);
	assert_int_equal(truncate(tiny->paths[2], SEGMENT_MARK + 500), 0);
	sum = repair_both(tiny);
	assert_int_equal(sum.safe_bytes, tiny->firsts[2] - tiny->firsts[1]);
	assert_int_equal(access(tiny->paths[2], F_OK), -1);
	tiny_assert_holds(tiny, 0, 0, tiny->firsts[1]);
}

/* The second file was never begun, says its head; what stands behind it is of no use. */
static void a_damaged_file_behind_one_that_was_never_begun_is_put_away(void **state)
{
	struct tiny *tiny = *state;

	assert_int_equal(truncate(tiny->paths[1], 0), 0);
	assert_int_equal(truncate(tiny->paths[2], 0), 0);
	assert_int_equal(truncate(tiny->paths[2], SEGMENT_MARK), 0);
	tiny_spoil(tiny, 2, 0, 64);
	assert_int_equal(repair_both(tiny).quarantined_files, 1);
	tiny_assert_holds(tiny, 0, 0, tiny->firsts[1]);
}

static void a_torn_end_is_left_to_opening(void **state)
{
	struct tiny *tiny = *state;
	struct journal_repair sum;
	char *before, *after;

	tiny_spoil(tiny, 2, tiny->sizes[2] - TINY_SLACK + 16, 8);
	before = read_damaged(tiny, 2);
	sum = repair_both(tiny);
	after = read_damaged(tiny, 2);
	assert_memory_equal(before, after, tiny->sizes[2]);
	assert_int_equal(sum.cut_bytes, 0);
	tiny_assert_holds(tiny, 0, 0, tiny->positions[12]);
	free(before);
	free(after);
}

static void files_that_changed_their_names_get_them_back(void **state)
{
	struct tiny *tiny = *state;
	char *path = xcalloc(1, 128);

	(void)snprintf(path, 128, "%s/x.seg", tiny->directory);
	assert_int_equal(rename(tiny->paths[1], path), 0);
	assert_int_equal(rename(tiny->paths[2], tiny->paths[1]), 0);
	assert_int_equal(rename(path, tiny->paths[2]), 0);
	(void)repair_both(tiny);
	tiny_assert_holds(tiny, 0, 0, tiny->positions[TINY_RECORDS]);
	free(path);
}

static void strays_are_moved_away_under_names_that_are_free(void **state)
{
	struct tiny *tiny = *state;
	char path[128];

	for (int i = 0; i < 2; i++) {
		FILE *file;

		(void)snprintf(path, sizeof(path), "%s/stray.seg", tiny->directory);
		file = fopen(path, "w");
		assert_non_null(file);
		(void)fputs(i ? "two" : "one", file);
		(void)fclose(file);
		assert_int_equal(repair_both(tiny).quarantined_files, 1);
	}
	assert_quarantined(tiny, "stray.seg", "one", 3);
	assert_quarantined(tiny, "stray.seg.2", "two", 3);
	tiny_assert_holds(tiny, 0, 0, tiny->positions[TINY_RECORDS]);
}

static void a_journal_in_use_is_not_touched(void **state)
{
	struct tiny *tiny = *state;
	struct journal_repair sum;
	char path[64];
	int lock;

	(void)snprintf(path, sizeof(path), "%s/lock", tiny->directory);
	assert_int_equal(disk_lock(&lock, path), 0);
	tiny_spoil(tiny, 1, tiny_offset(tiny, 5), 8);
	tiny_die_at(0);
	assert_int_equal(repair(tiny, &sum, false), JOURNAL_HELD);
	assert_int_equal(repair(tiny, &sum, true), 0);
	assert_int_equal(tiny_changes(), 0);
	disk_close(lock);
}

static void no_journal_is_no_repair(void **state)
{
	struct tiny *tiny = *state;
	struct journal_repair sum;
	char path[64];

	for (int i = 0; i < TINY_FILES; i++)
		assert_int_equal(unlink(tiny->paths[i]), 0);
	assert_int_equal(repair(tiny, &sum, false), JOURNAL_NONE);
	(void)snprintf(path, sizeof(path), "%s/lock", tiny->directory);
	assert_int_equal(access(path, F_OK), -1);
}

/* A stretch is larger than a record may be: holes follow one another without a crumb. */
static void a_large_stretch_takes_several_holes(void **state)
{
	struct tiny *tiny = *state;
	const uint64_t most = RECORD_HEAD + JOURNAL_RECORD_MAX;
	const struct journal_file *files;
	struct journal_survey *survey;

	for (uint64_t more = 0; more <= 40; more += 8) {
		uint64_t first = tiny->firsts[2] - 2 * most - more;
		struct segment_header header = { .first = first, .previous = first };
		char page[SEGMENT_START] = { 0 };
		char path[64];
		FILE *file;

		tiny_restore(tiny);
		assert_int_equal(unlink(tiny->paths[0]), 0);
		assert_int_equal(unlink(tiny->paths[1]), 0);
		memcpy(header.id, tiny->bytes[0] + 16, sizeof(header.id));
		segment_header_write(&header, page);
		(void)snprintf(path, sizeof(path), "%s/%016" PRIx64 ".seg", tiny->directory, first);
		file = fopen(path, "w");
		assert_non_null(file);
		assert_int_equal(fwrite(page, 1, sizeof(page), file), sizeof(page));
		(void)fclose(file);
		tiny_spoil(tiny, 2, 0, 64); /* so that it cannot miss a file before it */
		assert_int_equal(repair_both(tiny).cut_bytes, 2 * most + more);
		survey = tiny_survey(tiny);
		assert_int_equal(journal_survey_files(survey, &files), 2);
		assert_int_equal(files[0].holes, more > 0 ? 3 : 2);
		assert_int_equal(files[1].messages, 3);
		(void)journal_survey_free(survey);
		assert_int_equal(unlink(path), 0);
	}
}

static void without_any_header_no_repair_is_tried(void **state)
{
	struct tiny *tiny = *state;
	struct journal_repair sum;

	for (int i = 0; i < TINY_FILES; i++)
		tiny_spoil(tiny, i, 0, 64);
	tiny_die_at(0);
	assert_int_equal(repair(tiny, &sum, false), JOURNAL_UNKNOWN);
	assert_int_equal(tiny_changes(), 0);
}

/* Everything that can be wrong at once. */
static void damage_all(struct tiny *tiny)
{
	tiny_restore(tiny);
	tiny_spoil(tiny, 0, tiny_offset(tiny, 1), 50);
	tiny_spoil(tiny, 0, SEGMENT_MARK, 4);
	tiny_spoil(tiny, 1, 0, 64);
	tiny_spoil(tiny, 1, tiny_offset(tiny, 6), 100);
	tiny_spoil(tiny, 2, tiny_offset(tiny, 11), 20);
}

static void damage_other(struct tiny *tiny)
{
	char path[64];

	tiny_restore(tiny);
	(void)snprintf(path, sizeof(path), "%s/odd.seg", tiny->directory);
	assert_int_equal(rename(tiny->paths[2], path), 0);
	assert_int_equal(unlink(tiny->paths[1]), 0);
	tiny_spoil(tiny, 0, tiny_offset(tiny, 3), 50);
}

static void damage_last(struct tiny *tiny)
{
	tiny_restore(tiny);
	tiny_spoil(tiny, 1, tiny_offset(tiny, 6), tiny->firsts[2] - tiny->positions[6] + 8);
	tiny_spoil(tiny, 2, SEGMENT_START, tiny->sizes[2] - SEGMENT_START);
}

/* Names and bytes of all files of the journal, one after the other; and of its quarantine. */
static char *dump(const char *directory, const char *suffix, size_t *ret_size)
{
	CLEANUP_TEXT struct text all = { .size = 0 };
	struct dirent **names;
	int n = scandir(directory, &names, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		char path[320];
		char *bytes = NULL;
		size_t size;

		(void)snprintf(path, sizeof(path), "%s/%s", directory, names[i]->d_name);
		if (names[i]->d_name[0] != '.' && strstr(names[i]->d_name, suffix)) {
			assert_int_equal(disk_read_file(path, 1u << 24, &bytes, &size), 0);
			text_add(&all, "%s", names[i]->d_name);
			text_add_bytes(&all, bytes, size);
		}
		free(bytes);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	text_add(&all, "\n");
	*ret_size = all.size;
	return memcpy(xcalloc(1, all.size), all.bytes, all.size);
}

/* The bytes of every copy that an undisturbed repair makes are in the quarantine. */
static void assert_copies(const char *directory, const char *expected, size_t size)
{
	size_t present_size;
	char *present = dump(directory, "", &present_size);

	assert_int_equal(present_size, size);
	assert_memory_equal(present, expected, size);
	free(present);
}

/* After death at any change of the disk, a second repair comes to the same end, copies included. */
static void die_everywhere(struct tiny *tiny, void (*damage)(struct tiny *tiny))
{
	char quarantine[64];
	struct journal_repair sum;
	size_t size, again_size, copies_size;
	char *expected, *again, *copies;
	unsigned n;

	(void)snprintf(quarantine, sizeof(quarantine), "%s/" JOURNAL_QUARANTINE, tiny->directory);
	damage(tiny);
	tiny_die_at(0);
	assert_int_equal(repair(tiny, &sum, false), 0);
	n = tiny_changes();
	assert_true(n > 10);
	expected = dump(tiny->directory, ".seg", &size);
	copies = dump(quarantine, "", &copies_size);

	for (unsigned fatal = 1; fatal <= n; fatal++) {
		damage(tiny);
		tiny_die_at(fatal);
		assert_int_equal(repair(tiny, &sum, false), -EIO);
		tiny_die_at(0);
		assert_int_equal(repair(tiny, &sum, false), 0);
		again = dump(tiny->directory, ".seg", &again_size);
		assert_int_equal(again_size, size);
		assert_memory_equal(again, expected, size);
		free(again);
		assert_copies(quarantine, copies, copies_size);
	}
	free(expected);
	free(copies);
}

static void a_killed_repair_is_run_again_after_any_damage(void **state)
{
	die_everywhere(*state, damage_all);
	die_everywhere(*state, damage_other);
	die_everywhere(*state, damage_last);
}

/* From where a single wrong bit takes records away, and up to where. */
static void find_harm(const struct tiny *tiny, int file, uint64_t offset, uint64_t *ret_from,
		      uint64_t *ret_to)
{
	*ret_from = *ret_to = 0;
	for (int n = 4 * file; n < 4 * file + 4; n++)
		if (offset >= tiny_offset(tiny, n) &&
		    offset < tiny_offset(tiny, n) + (tiny->positions[n + 1] - tiny->positions[n])) {
			*ret_from = tiny->positions[n];
			*ret_to = tiny->positions[n + 1];
		}
}

/* Of all bits that are used, one of each byte; every bit is looked at by test_survey. */
static void any_wrong_bit_is_mended(void **state)
{
	struct tiny *tiny = *state;
	struct journal_repair sum;

	for (int file = 0; file < TINY_FILES; file++)
		for (uint64_t offset = 0; offset < tiny->sizes[file]; offset++) {
			uint64_t end = tiny->positions[TINY_RECORDS];
			uint64_t from, to;

			if (offset == 64)
				offset = SEGMENT_MARK;
			if (offset == SEGMENT_MARK + SEGMENT_MARK_BYTES)
				offset = SEGMENT_START;
			tiny_restore(tiny);
			tiny_flip(tiny, file, 8 * offset + offset % 8);
			find_harm(tiny, file, offset, &from, &to);
			tiny_die_at(0);
			assert_int_equal(repair(tiny, &sum, false), 0);
			assert_int_equal(sum.cut_bytes, to - from);
			if (to == end) { /* the last one: cut */
				end = from;
				from = to = 0;
			}
			tiny_assert_holds(tiny, from, to, end);
		}
}

#define HEAPS 400

static uint32_t draw(uint64_t *seed, uint64_t below)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((*seed >> 33) % below);
}

static void blank(const struct tiny *tiny, int file, uint64_t offset)
{
	assert_int_equal(truncate(tiny->paths[file], (off_t)offset), 0);
	assert_int_equal(truncate(tiny->paths[file], (off_t)tiny->sizes[file]), 0);
}

/* Any of the things that happen to files, to a file that is there. */
static void harm(struct tiny *tiny, uint64_t *seed)
{
	int file = (int)draw(seed, TINY_FILES);
	uint64_t offset = draw(seed, 3)
				  ? SEGMENT_START + draw(seed, tiny->sizes[file] - SEGMENT_START)
				  : draw(seed, 2) * SEGMENT_MARK;
	char path[64];

	if (access(tiny->paths[file], F_OK) != 0)
		return;
	switch (draw(seed, 8)) {
	case 0:
		assert_int_equal(unlink(tiny->paths[file]), 0);
		return;
	case 1:
		assert_int_equal(truncate(tiny->paths[file], (off_t)offset), 0);
		return;
	case 2:
		blank(tiny, file, offset);
		return;
	case 3:
		(void)snprintf(path, sizeof(path), "%s/%x.seg", tiny->directory, draw(seed, 99));
		assert_int_equal(rename(tiny->paths[file], path), 0);
		return;
	default:
		tiny_spoil(tiny, file, offset, 1 + draw(seed, tiny->sizes[file] - offset));
	}
}

/* Whatever the heap: repaired, or refused with a reason; and what was repaired has no finding, and
 * opens. */
static void any_heap_of_damage_is_mended_or_refused(void **state)
{
	struct tiny *tiny = *state;
	unsigned n_mended = 0;

	for (uint64_t n = 0; n < HEAPS; n++) {
		const struct journal_options options = { .directory = tiny->directory,
							 .segment_bytes = 1u << 20 };
		const struct journal_finding *findings;
		struct journal_recovery recovery;
		struct journal *journal = NULL;
		struct journal_survey *survey;
		struct journal_repair sum;
		uint64_t seed = n;
		int r;

		tiny_restore(tiny);
		for (uint32_t i = draw(&seed, 4) + 1; i > 0; i--)
			harm(tiny, &seed);
		tiny_die_at(0);
		r = repair(tiny, &sum, false);
		if (r == JOURNAL_UNKNOWN || r == JOURNAL_NONE || r == JOURNAL_UNMENDABLE)
			continue;
		if (r != 0)
			fail_msg("heap %" PRIu64 ": %d at %s", n, r, err_trace());
		survey = tiny_survey(tiny);
		if (journal_survey_findings(survey, &findings) > 0)
			fail_msg("heap %" PRIu64 ": %s: offset %" PRIu64 ": harm %d", n,
				 findings[0].name, findings[0].offset, findings[0].harm);
		r = journal_open(&journal, &options, &recovery);
		if (r != 0)
			fail_msg("heap %" PRIu64 ": %s", n, recovery.where);
		assert_int_equal(recovery.end, journal_survey_end(survey));
		(void)journal_free(journal);
		(void)journal_survey_free(survey);
		n_mended++;
	}
	assert_true(n_mended > HEAPS / 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tiny_begin, tiny_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_good_journal_stays_as_it_is),
		TEST(a_damaged_record_becomes_a_hole_and_its_bytes_are_kept),
		TEST(a_file_that_is_gone_is_made_of_holes),
		TEST(a_file_is_gone_and_the_end_of_the_one_before_it_is_damaged),
		TEST(headers_and_marks_are_written_as_they_were),
		TEST(a_file_of_which_nothing_is_left_becomes_holes),
		TEST(an_end_that_was_safe_is_cut_and_kept),
		TEST(a_whole_last_file_that_was_safe_is_put_away),
		TEST(an_end_of_which_only_a_name_is_left_is_cut),
		TEST(a_damaged_file_behind_one_that_was_never_begun_is_put_away),
		TEST(a_torn_end_is_left_to_opening),
		TEST(files_that_changed_their_names_get_them_back),
		TEST(strays_are_moved_away_under_names_that_are_free),
		TEST(a_journal_in_use_is_not_touched),
		TEST(no_journal_is_no_repair),
		TEST(a_large_stretch_takes_several_holes),
		TEST(without_any_header_no_repair_is_tried),
		TEST(a_killed_repair_is_run_again_after_any_damage),
		TEST(any_wrong_bit_is_mended),
		TEST(any_heap_of_damage_is_mended_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
