/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_disk: a directory of its own for each test, and hooks in the calls that change files, in a
 * memory that a forked child shares.  What all tests of this room share.
 */
#ifndef IOCD_TEST_SNAPSHOT_DISK_H
#define IOCD_TEST_SNAPSHOT_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum disk_call {
	DISK_CREATE = 1,
	DISK_WRITE,
	DISK_SYNC,
	DISK_RENAME,
	DISK_SYNC_DIRECTORY,
	DISK_REMOVE,
	DISK_READ,
};

/* Set by a test; cleared by test_begin(). */
struct disk_hooks {
	enum disk_call fail_call; /* which call is hit; 0: none */
	int fail_nth;             /* which of them, from 1 */
	int fault;                /* that it returns; 0: the process is killed there */
	bool fork_fails;

	int n_calls;     /* that changed something, so far */
	char calls[256]; /* their initials, in order: C W S R D X */
	int n_heap;      /* takings from the heap in a child */
};

extern struct disk_hooks *disk_hooks; /* shared memory */

/* Begins a new count, and clears what was set. */
void hooks_clear(void);

/* cmocka's setup and teardown: *state is the path of an empty directory, removed in the end. */
int test_begin(void **state);
int test_end(void **state);

/* Path of a file in directory; to be freed.  Reads or replaces all of a file. */
char *path_of(const char *directory, const char *name);
char *read_bytes(const char *path, size_t *ret_size);
void write_bytes(const char *path, const char *bytes, size_t size);

/* Lends the names in directory, in order, each followed by a blank; until the next call. */
const char *names_in(const char *directory);

#endif
