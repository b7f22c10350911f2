/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world: a sender with a real outbox, a way that a test may cut, and the one above, whose ledger is
 * the real one.  Time is the test's.
 *
 * Items are numbered by the test: item n of a class has the key (n, 0) and a body that says n.
 */
#ifndef IOCD_TESTS_FORWARD_WORLD_H
#define IOCD_TESTS_FORWARD_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "forward_private.h"
#include "iocd/base/text.h"
#include "iocd/forward.h"
#include "iocd/frame.h"
#include "iocd/site.h"

#define WORLD_ITEMS_MAX 20000
#define WORLD_WAY_MAX   64
#define WORLD_START_MS  INT64_C(1790000000000)

struct packet {
	char *bytes; /* owned */
	size_t size;
};

struct world {
	/* The one above. */
	struct units *units;
	struct sites *sites;
	struct frame_reader *reader;
	uint8_t *counts[N_FRAME_CLASSES]; /* by item: how often it was counted */
	uint64_t n_counted[N_FRAME_CLASSES];
	uint64_t last[N_FRAME_CLASSES]; /* the item that was counted last */
	uint64_t n_early;               /* alerts that came before an earlier one */
	uint64_t n_frames, n_beats, n_refused, n_repeats;
	struct heartbeat beat; /* the last */

	/* The way.  Up goes what was published, in order. */
	struct packet way[WORLD_WAY_MAX];
	uint32_t n_way;
	uint64_t n_published; /* packets */
	bool is_cut;          /* what is published is lost */
	bool is_deaf;         /* receipts are lost */
	bool is_full;         /* nothing can be published */

	/* The sender. */
	char directory[128];
	struct forward_options options;
	struct forward *forward; /* NULL: it does not run */
	int64_t mono_ms;
	int64_t real_ms;
	uint64_t n_receipted; /* calls of the hook */
	uint64_t n_orders;
	struct forward_standing standing;
};

/* Makes a world around directory; the sender does not run yet. */
struct world *world_new(const char *directory);
void world_free(struct world *world);

/* cmocka's setup and teardown, with a directory of its own. */
int world_begin(void **state);
int world_end(void **state);

/* Starts the sender; stops it in order; or kills it, with the machine's power if is_power. */
void world_start(struct world *world);
void world_stop(struct world *world);
void world_kill(struct world *world, bool is_power);

/* Offers items [from, to) of a class, each of size bytes and a few. */
void world_offer(struct world *world, enum frame_class class, uint64_t from, uint64_t to,
		 size_t size);

/* Does what the threads of the outbox's journals would do. */
void world_sync(struct world *world);

/* Lets ms pass at the sender. */
void world_tick(struct world *world, int64_t ms);

/* Delivers what the way holds, up to n packets; what the one above then says comes back. */
void world_deliver(struct world *world, uint32_t n);

/* The n oldest packets on the way, or all, are lost. */
void world_lose(struct world *world, uint32_t n);

/* The one above says what it has. */
void world_receipt(struct world *world);

/* Syncs, ticks by 100 ms, delivers all; n times. */
void world_run(struct world *world, int n);

/* Runs until nothing is missing above; the test fails if that takes too long.  Returns rounds. */
int world_drain(struct world *world);

struct forward_stream_status world_status(struct world *world, enum frame_class class);

/* Fails the test unless of [from, to) each was counted exactly once. */
void world_assert_counted(const struct world *world, enum frame_class class, uint64_t from,
			  uint64_t to);

#endif
