/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receivers: which number a receiver has under other rules, who is known by id.
 *
 * Pure; no heap.
 */
#ifndef IOCD_ALERT_RECEIVERS_H
#define IOCD_ALERT_RECEIVERS_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/rule.h"

#define RECEIVER_NUMBERS 32

struct receivers_map {
	uint32_t bits[RECEIVER_NUMBERS]; /* by old number: the new bit; 0: is none any more */
	uint32_t known;                  /* old numbers that there were: bits */
};

/* Begins a map in which there is only RECEIVER_UNIT, which is the same; and adds who had that old
 * number (below RECEIVERS_MAX) and an id of n bytes. */
void receivers_map_init(struct receivers_map *map);
void receivers_map_add(struct receivers_map *map, const struct rules_options *now, uint32_t number,
		       const char *id, size_t n);

/* The map from one set of receivers to another. */
void receivers_map_between(struct receivers_map *map, const struct rules_options *before,
			   const struct rules_options *now);

/* Old bits as new ones, without who is gone. */
uint32_t receivers_map_bits(const struct receivers_map *map, uint32_t bits);

#endif
