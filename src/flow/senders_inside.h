/* SPDX-License-Identifier: Apache-2.0 */
/*
 * senders_inside: what senders.c remembers, for senders_save.c alone.
 *
 * One thread at a time.
 */
#ifndef IOCD_FLOW_SENDERS_INSIDE_H
#define IOCD_FLOW_SENDERS_INSIDE_H

#include "senders.h"

#define SENDER_COUNT_MAX  UINT16_MAX
#define SENDER_SOURCE_MAX 64 /* of a source's name, its end included */

/* Facts with a number that goes on: bits. */
#define SENDER_SOURCE (1u << 0)
#define SENDER_RATE   (1u << 1)
#define SENDER_GAP    (1u << 2)

/* Numbered events of a unit that are missing. */
struct gap {
	uint64_t missing;  /* skipped, and not come since */
	uint64_t from, to; /* the last that were skipped */
	int64_t grown_ms;  /* when that was; 0: none is missing, or that is no news any more */
	uint32_t feed;     /* and on which feed, from which source */
	char source[SENDER_SOURCE_MAX];
};

/* One unit; its refusals by minute, round and round. */
struct sender {
	uint16_t refused[SOURCE_SPAN_MIN]; /* but for excess of rate; stays at the most */
	int64_t minute;                    /* number of the newest; older ones are 0 */
	int64_t excess_minute;             /* in which the rate was last exceeded; 0: never */
	uint32_t excess;                   /* events above the rate since that began */
	uint8_t reason;                    /* the last */
	uint8_t source, rate, clock, lack; /* judgements as they were said last */
	uint8_t moved;                     /* bits: numbers that are others than were said */
	struct gap gap;
};

struct senders {
	struct sender *units; /* owned */
	const struct schema *schema;
	uint32_t n_units, n_feeds;
	int64_t looked_ms;  /* at clocks, and at numbers that go on */
	int64_t looked_min; /* number of the minute of the last look at all units */
	bool is_stirred;    /* something was refused or is missing since */
};

/* Lets minutes go by up to minute. */
void sender_advance(struct sender *sender, int64_t minute);

#endif
