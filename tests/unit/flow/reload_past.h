/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reload_past: a history of records, made from a seed.
 */
#ifndef TEST_FLOW_RELOAD_PAST_H
#define TEST_FLOW_RELOAD_PAST_H

#include "tracked.h"

#define PAST_STEPS 90
#define PAST_QUIET (20 * SECOND) /* at its end; longer than any hold or fade */

struct entry {
	struct record record; /* lends the two below when it is carried */
	char topic[64];
	char payload[320];
};

struct past {
	struct entry entries[PAST_STEPS + 64];
	size_t n;
	uint64_t position; /* behind the last */
	int64_t now_ms;
	uint32_t seed;
	unsigned n_events, n_rules; /* rules: records that bring some */
};

/* A number below another. */
uint32_t past_draw(uint32_t *seed, uint32_t below);

/* Makes one.  Its first record says that the journal has the rules "base"; the record behind
 * reload_at others brings those that the payload reload says (NULL: it is only time), and one
 * somewhere behind that, if there is room, brings "base" again.  Of one seed all else is the same.
 */
void past_make(struct past *past, uint32_t seed, size_t reload_at, const char *reload);

/* Carries one entry through flow. */
void past_carry(struct flow *flow, struct entry *entry);

#endif
