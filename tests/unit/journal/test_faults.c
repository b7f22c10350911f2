/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One story (open, append, sync, rotate, retain, read, close) told again and again, each time with
 * one system call that fails, is interrupted or does half of its work, until every call had its
 * turn.  Then the journal is opened once more, and all that was acknowledged must be there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/journal.h"
#include "journal_private.h"
#include "test_disk.h"

#define N_RECORDS 9u
#define RECORD    480000u /* bytes of payload: two to a segment */

enum kind { FAILS, IS_INTERRUPTED, IS_SHORT, IS_SHORT_THEN_FAILS };

/* The fault to make. */
static struct {
	bool is_armed;
	bool has_hit;
	enum kind kind;
	int error;   /* for those that fail */
	unsigned at; /* the call of those counted, from 1 */
	unsigned n;  /* calls so far */
} plan;

/* Whether the call that is made now, which can have these kinds of fault, is the one. */
static bool is_hit(unsigned kinds)
{
	if (!plan.is_armed || !(kinds & 1u << plan.kind))
		return false;
	if (++plan.n != plan.at)
		return false;
	plan.has_hit = true;
	errno = plan.kind == IS_INTERRUPTED ? EINTR : plan.error;
	return true;
}

#define CAN_FAIL       (1u << FAILS)
#define CAN_INTERRUPT  (CAN_FAIL | 1u << IS_INTERRUPTED)
#define CAN_BE_SHORT   (CAN_INTERRUPT | 1u << IS_SHORT)
#define CAN_STOP_SHORT (CAN_BE_SHORT | 1u << IS_SHORT_THEN_FAILS)

int __real_open64(const char *path, int flags, mode_t mode);
int __wrap_open64(const char *path, int flags, mode_t mode);
ssize_t __real_pwrite64(int file, const void *bytes, size_t n, off_t offset);
ssize_t __wrap_pwrite64(int file, const void *bytes, size_t n, off_t offset);
ssize_t __real_pread64(int file, void *bytes, size_t n, off_t offset);
ssize_t __wrap_pread64(int file, void *bytes, size_t n, off_t offset);
int __wrap_posix_fallocate64(int file, off_t offset, off_t n);
int __wrap_fdatasync(int file);
int __wrap_fsync(int file);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __real_unlink(const char *path);
int __wrap_unlink(const char *path);

int __wrap_open64(const char *path, int flags, mode_t mode)
{
	return is_hit(CAN_INTERRUPT) ? -1 : __real_open64(path, flags, mode);
}

ssize_t __wrap_pwrite64(int file, const void *bytes, size_t n, off_t offset)
{
	static bool is_next;

	if (is_next) {
		is_next = false;
		errno = plan.error;
		return -1;
	}
	if (!is_hit(CAN_STOP_SHORT))
		return __real_pwrite64(file, bytes, n, offset);
	if (plan.kind == FAILS || plan.kind == IS_INTERRUPTED)
		return -1;
	is_next = plan.kind == IS_SHORT_THEN_FAILS;
	return __real_pwrite64(file, bytes, (n + 1) / 2, offset);
}

ssize_t __wrap_pread64(int file, void *bytes, size_t n, off_t offset)
{
	if (!is_hit(CAN_BE_SHORT))
		return __real_pread64(file, bytes, n, offset);
	return plan.kind == IS_SHORT ? __real_pread64(file, bytes, (n + 1) / 2, offset) : -1;
}

/* Syncs and reservations are only counted: what they do is not looked at here. */
int __wrap_posix_fallocate64(int file, off_t offset, off_t n)
{
	if (is_hit(CAN_INTERRUPT))
		return errno;
	return disk_truncate(file, (uint64_t)(offset + n)) == 0 ? 0 : EIO;
}

int __wrap_fdatasync(int file)
{
	(void)file;
	return is_hit(CAN_INTERRUPT) ? -1 : 0;
}

int __wrap_fsync(int file)
{
	(void)file;
	return is_hit(CAN_INTERRUPT) ? -1 : 0;
}

int __wrap_rename(const char *from, const char *to)
{
	return is_hit(CAN_FAIL) ? -1 : __real_rename(from, to);
}

int __wrap_unlink(const char *path)
{
	return is_hit(CAN_FAIL) ? -1 : __real_unlink(path);
}

struct story {
	struct journal *journal; /* NULL: it did not open */
	struct journal_cursor *cursor;
	uint64_t at[N_RECORDS + 1]; /* positions of records, and of the end */
	uint64_t n;                 /* records appended */
	uint64_t n_synced;          /* of them, those that were said to be synced */
	uint64_t n_read;            /* of them, those that the cursor has seen */
	char *payload;
};

/* A fault is the one that was made, and it comes at most once. */
static void assert_fault(int r)
{
	assert_true(plan.has_hit);
	assert_int_equal(r, -plan.error);
	assert_true(plan.kind == FAILS || plan.kind == IS_SHORT_THEN_FAILS);
}

static int append_one(struct story *story)
{
	struct record record = {
		.kind = RECORD_MESSAGE,
		.topic = "topic",
		.topic_size = 5,
		.payload = story->payload,
		.payload_size = RECORD,
	};
	int r;

	memset(story->payload, (int)('a' + story->n), RECORD);
	r = journal_append(story->journal, &record, 1);
	if (r == 0)
		story->at[++story->n] = journal_end(story->journal);
	return r;
}

static void assert_record(const struct record *record, uint64_t n)
{
	assert_int_equal(record->payload_size, RECORD);
	assert_int_equal(record->payload[0], 'a' + (int)n);
	assert_int_equal(record->payload[RECORD - 1], 'a' + (int)n);
}

static void read_all(struct story *story)
{
	struct record record;
	int r;

	while ((r = journal_next(story->cursor, &record)) != JOURNAL_END) {
		if (r < 0) {
			assert_fault(r);
			r = journal_next(story->cursor, &record);
			if (r == JOURNAL_END)
				break;
		}
		assert_int_equal(r, 0);
		assert_record(&record, story->n_read++);
	}
	assert_int_equal(story->at[story->n_read], journal_synced(story->journal));
}

/* 0, or the journal's fault: it has ended then. */
static int keep(struct story *story)
{
	int r;

	do
		r = journal_keep_step(story->journal);
	while (r > 0);
	while (story->at[story->n_synced] < journal_synced(story->journal))
		story->n_synced++;
	if (r < 0) {
		assert_fault(r);
		assert_int_equal(journal_fault(story->journal), r);
		assert_int_equal(append_one(story), r);
	}
	return r;
}

static void tell_on(struct story *story)
{
	while (story->n < N_RECORDS) {
		int r = append_one(story);

		if (r < 0) {
			assert_fault(r);
			if (journal_fault(story->journal) == 0)
				assert_int_equal(append_one(story), 0);
			else
				return;
		}
		if (story->n % 3 != 1 && keep(story) < 0)
			return;
		read_all(story);
		if (story->n == 7) /* the first three files may go */
			journal_retain(story->journal, story->at[6], 0, 0);
	}
	journal_retain(story->journal, story->at[6], 0, 0);
	if (keep(story) == 0) {
		assert_false(journal_is_tight(story->journal));
		assert_int_equal(journal_first(story->journal), story->at[6]);
	}
}

static void open_it(struct story *story, const char *directory)
{
	struct journal_recovery recovery;
	int r;

	r = try_journal(directory, &story->journal, &recovery);
	if (r < 0) {
		assert_fault(r);
		story->journal = NULL;
		return;
	}
	assert_int_equal(r, 0);
	story->cursor = journal_cursor_new(story->journal, journal_first(story->journal));
}

static void close_it(struct story *story)
{
	story->cursor = journal_cursor_free(story->cursor);
	story->journal = journal_free(story->journal);
}

/* What is there now is all that was appended, but for what was let go. */
static void check(struct story *story)
{
	uint64_t first = journal_first(story->journal);
	struct record record;
	uint64_t n = 0;

	while (story->at[n] < first)
		n++;
	assert_int_equal(story->at[n], first);
	assert_true(n <= 6);
	for (; journal_next(story->cursor, &record) == 0; n++)
		assert_record(&record, n);
	assert_true(n >= story->n_synced);
	assert_int_equal(n, story->n);
}

/* Tells the story once.  Says whether the fault found its call. */
static bool tell(const char *directory, enum kind kind, int error, unsigned at)
{
	struct story story = { .payload = xcalloc(1, RECORD) };

	memset(&plan, 0, sizeof(plan));
	plan.kind = kind;
	plan.error = error;
	plan.at = at;
	plan.is_armed = true;
	open_it(&story, directory);
	if (story.journal)
		tell_on(&story);
	close_it(&story);
	plan.is_armed = false;
	open_it(&story, directory);
	assert_non_null(story.journal);
	check(&story);
	close_it(&story);
	free(story.payload);
	return plan.has_hit;
}

static void tell_with_each_call(enum kind kind, int error, unsigned n_least)
{
	unsigned at = 0;
	bool has_hit;

	do {
		void *directory;

		at++;
		assert_int_equal(test_begin(&directory), 0);
		has_hit = tell(directory, kind, error, at);
		assert_int_equal(test_end(&directory), 0);
	} while (has_hit);
	assert_true(at > n_least);
}

static void an_error_at_any_call_loses_nothing_that_was_acknowledged(void **state)
{
	(void)state;
	tell_with_each_call(FAILS, EIO, 80);
}

static void a_full_disk_at_any_call_loses_nothing_that_was_acknowledged(void **state)
{
	(void)state;
	tell_with_each_call(FAILS, ENOSPC, 80);
}

static void an_interrupted_call_changes_nothing(void **state)
{
	(void)state;
	tell_with_each_call(IS_INTERRUPTED, 0, 70);
}

static void a_short_read_or_write_changes_nothing(void **state)
{
	(void)state;
	tell_with_each_call(IS_SHORT, 0, 28);
}

static void half_a_write_is_no_record(void **state)
{
	(void)state;
	tell_with_each_call(IS_SHORT_THEN_FAILS, ENOSPC, 20);
	tell_with_each_call(IS_SHORT_THEN_FAILS, EIO, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interrupted_call_changes_nothing),
		cmocka_unit_test(a_short_read_or_write_changes_nothing),
		cmocka_unit_test(half_a_write_is_no_record),
		cmocka_unit_test(an_error_at_any_call_loses_nothing_that_was_acknowledged),
		cmocka_unit_test(a_full_disk_at_any_call_loses_nothing_that_was_acknowledged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
