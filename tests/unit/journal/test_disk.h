/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_disk: a directory of its own for each test, and hooks in the calls that change files.  What
 * all tests of this room share.
 */
#ifndef IOCD_TEST_JOURNAL_DISK_H
#define IOCD_TEST_JOURNAL_DISK_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/journal.h"

#define MIB (1u << 20)

/* Set by a test; cleared by test_begin(). */
struct disk_hooks {
	_Atomic int n_syncs;             /* calls of disk_sync() so far, of a segment */
	_Atomic int n_spares;            /* calls of disk_sync() so far, of the spare */
	_Atomic int n_directory_syncs;   /* calls of disk_sync_directory() so far */
	_Atomic int n_reserves;          /* calls of disk_reserve() so far */
	_Atomic size_t n_written;        /* bytes given to disk_write() so far */
	_Atomic int n_held;              /* so many calls of disk_lock() find the lock held */
	_Atomic int fail_sync;           /* fault for the next disk_sync() of a segment, once */
	_Atomic int fail_directory_sync; /* fault for the next disk_sync_directory(), once */
	_Atomic int fail_write;       /* fault for the next disk_write(), which writes half, once */
	_Atomic int fail_reserve;     /* fault for every disk_reserve() */
	_Atomic int skip_sync;        /* neither sync nor reserve really: only quicker */
	void (*on_sync)(int file);    /* called first in a segment's disk_sync(); may be NULL */
	void (*after_sync)(int file); /* called when any disk_sync() has worked; may be NULL */
	void (*after_directory_sync)(const char *path); /* likewise; may be NULL */
};

extern struct disk_hooks disk_hooks;

/* cmocka's setup and teardown: *state is the path of an empty directory, removed in the end. */
int test_begin(void **state);
int test_end(void **state);

/* Opens the journal in directory with segments of 1 MiB; the test fails if that does not work.
 * Gives it. */
struct journal *open_journal(const char *directory, enum journal_mode mode,
			     struct journal_recovery *ret);

/* The outcome of opening and, if it worked, the journal (given). */
int try_journal(const char *directory, struct journal **ret, struct journal_recovery *ret_recovery);

/* Appends the n-th test record, of size bytes of payload, stamped now_ms. */
int append_numbered(struct journal *journal, uint64_t n, size_t size, int64_t now_ms);

/* Fails the test unless record is what append_numbered() made of n and size. */
void assert_numbered(const struct record *record, uint64_t n, size_t size);

/* Syncs all of a journal whose thread was not started. */
void sync_journal(struct journal *journal);

/* Does all that the thread would do now of a journal whose thread was not started. */
void keep_all(struct journal *journal);

/* Reads all from position on, which must be numbered n, n + 1, ... of size bytes each.  Returns how
 * many there were. */
uint64_t read_numbered(struct journal *journal, uint64_t position, uint64_t n, size_t size);

/* Path of a file in directory; to be freed.  Reads or replaces all of a file. */
char *path_of(const char *directory, const char *name);
char *read_bytes(const char *path, size_t *ret_size);
void write_bytes(const char *path, const char *bytes, size_t size);

#endif
