/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disk: a directory for each test, and hooks in the calls that change files: a process that was
 * killed changes nothing any more, and a power cut also takes what was not synced.
 */
#ifndef IOCD_TESTS_FORWARD_DISK_H
#define IOCD_TESTS_FORWARD_DISK_H

#include <stdbool.h>
#include <stdint.h>

struct disk {
	bool is_dead; /* every change fails: the process was killed */
	bool is_full; /* writing and reserving fail */
};

extern struct disk disk;

/* cmocka's setup and teardown: *state is the path of an empty directory, removed in the end. */
int disk_begin(void **state);
int disk_end(void **state);

/* Takes from the journal in directory, which nobody has open, all from position synced on: as if it
 * had not been written. */
void disk_lose(const char *directory, uint64_t synced);

/* Replaces byte at of a file in directory (from the end if negative), or removes the file. */
void disk_damage(const char *directory, const char *name, long at);
void disk_forget(const char *directory, const char *name);

#endif
