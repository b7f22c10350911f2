/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site_view: what is known of one who forwards to us, and of one gap in what it sent.
 *
 * Only types.  Strings are lent by the ledger until it changes.
 */
#ifndef IOCD_SITE_VIEW_H
#define IOCD_SITE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/contract.h"
#include "iocd/frame.h"
#include "iocd/message.h"

/* One stream of a site, in its present epoch but for the totals. */
struct site_stream {
	bool is_known;
	const char *epoch;
	uint64_t first;      /* number of the first item that we knew of */
	uint64_t have;       /* all before it are here or given up, but what is missing */
	uint64_t head;       /* behind the newest that is known to exist; at least have */
	uint64_t missing;    /* items below have that are not here */
	uint32_t n_ranges;   /* that they stand in */
	uint64_t taken;      /* items that came, in all epochs; likewise the next four */
	uint64_t repeats;    /* that came once more */
	uint64_t resets;     /* new epochs after the first */
	uint64_t given_up;   /* that never come: dropped by the sender, or lost with an epoch */
	uint64_t put_off;    /* frames for whose gap there was no room */
	int64_t recorded_ms; /* newest item, by the sender's clock; 0: none */
};

struct site_view {
	uint32_t unit;
	const char *sender;
	struct heartbeat beat;  /* the last one; time_ms 0: none yet */
	int64_t heard_ms;       /* of the last frame or heartbeat; 0: never */
	int64_t beat_ms;        /* of the last heartbeat, by our clock; 0: never */
	int64_t first_ms;       /* when it was heard first, or expected */
	enum presence presence; /* of the unit's iocd */
	bool is_expected;       /* it should be heard all the time: else it comes and goes */
	bool is_lost;           /* it is expected and silent, or its will was published */
	bool is_lagging;        /* its backlog is older than SITE_LAG_MS */
	bool is_old;            /* version or hash are not as ours */
	int64_t lost_ms;        /* since when it is lost: last heard; 0: it is not */
	int64_t skew_ms; /* its clock less ours at the last heartbeat; travel time included */
	uint64_t orders; /* that wait for it */
	struct site_stream streams[N_FRAME_CLASSES];
};

struct site_gap {
	enum frame_class class;
	uint64_t from, to;      /* numbers from the first that was missing to behind the last */
	uint64_t missing;       /* of these still */
	uint64_t given_up;      /* of these that never come */
	int64_t from_ms, to_ms; /* recorded: the item before it (0: none), and the one behind it,
				   or the heartbeat that told of it */
	int64_t seen_ms, closed_ms; /* by our clock; closed 0: it is open */
};

#endif
