/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_state: a small state that is saved and loaded, and short ways to do it.  What the tests of
 * the door share.
 */
#ifndef IOCD_TEST_SNAPSHOT_STATE_H
#define IOCD_TEST_SNAPSHOT_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/snapshot.h"
#include "test_disk.h"

#define ID       "0123456789abcdef0123456789abcdef"
#define NO_LIMIT UINT64_MAX

struct state {
	uint64_t number;
	uint64_t refused; /* the number that load() turns down; 0: none */
	int n_loads;
	bool stops;       /* the writer stands still before it writes */
	bool is_large;    /* more than a buffer */
	bool leaves_some; /* load() does not read it all */
};

/* Functions for the door; context is a struct state. */
void save(void *context, struct bytes_writer *writer);
void load(void *context, struct bytes_reader *reader);

/* Opens the snapshots of journal ID, or id, in the test's directory.  Give them. */
struct snapshots *open_here(void **directory);
struct snapshots *open_id(const char *directory, const char *id);

struct snapshot_status status_of(const struct snapshots *snapshots);

/* Begins to write a state whose number is the position. */
void begin(struct snapshots *snapshots, uint64_t position);

/* Waits until the writer has ended, without taking its result away. */
void wait_for_writer(void);

/* Begin, wait and poll; or write here and now, which must work. */
int fork_one(struct snapshots *snapshots, uint64_t position);
void write_one(struct snapshots *snapshots, uint64_t position);

/* Loads up to limit.  The position that was loaded, 0 if there was none; its state must be the one
 * of that position. */
uint64_t load_up_to(struct snapshots *snapshots, uint64_t limit, struct state *state,
		    struct text *report);

/* What a process that starts now would load; that many must be passed over. */
uint64_t load_anew(void **directory, int n_passed_over);

int n_lines(const struct text *report);

/* Path of the snapshot at position; to be freed. */
char *file_of(void **directory, uint64_t position);

/* Lets the nth call from now on fail with fault, or be the last of its process (0). */
void fail_at(enum disk_call call, int nth, int fault);

#endif
