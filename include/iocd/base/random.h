/* SPDX-License-Identifier: Apache-2.0 */
/*
 * random: the only place that asks the machine for entropy (tests replace it), and a small seeded
 * generator for repeatable runs.
 */
#ifndef IOCD_BASE_RANDOM_H
#define IOCD_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Fills n bytes with the kernel's entropy; aborts if the kernel has none.  Any thread. */
void random_bytes(void *bytes, size_t n);

/* State of the seeded generator: xoshiro256** of Blackman and Vigna (2018). */
struct random_stream {
	uint64_t s[4];
};

/* Seeds stream: the same seed gives the same numbers for ever, on every machine. */
void random_seed(struct random_stream *stream, uint64_t seed);

/* The next 64 bits; a number in [0, n) (n > 0); a double in [0, 1). */
uint64_t random_next(struct random_stream *stream);
uint64_t random_below(struct random_stream *stream, uint64_t n);
double random_unit(struct random_stream *stream);

#endif
