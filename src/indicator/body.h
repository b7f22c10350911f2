/* SPDX-License-Identifier: Apache-2.0 */
/*
 * body: what a cell says of each measure, as bytes.
 *
 *   the number of measures (a byte); of each its kind (a byte), its key, and
 *     SUM, MIN, MAX   a number
 *     LAST, STOCK     the time it was taken (ms) and the value
 *     DISTINCT        how many hashes, and these, rising; or VALUE_SET_REGISTERS and the registers
 *     QUANTILE        how many buckets; of each how far its number is above the one before, and its
 *                     count, both in groups of seven bits, lowest first, all but the last with the
 *                     eighth bit set
 *
 * The form of what lies in files of history.  Of no measure nothing need be written at all.
 * Pure.
 */
#ifndef IOCD_INDICATOR_BODY_H
#define IOCD_INDICATOR_BODY_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/text.h"
#include "iocd/cell.h"
#include "plan.h"

#define BODY_STOCK        (MEASURE_QUANTILE + 1) /* a kind besides those of measures */
#define BODY_MEASURES_MAX 255

/* One measure of a body. */
struct part {
	uint64_t key;
	const char *bytes; /* what follows kind and key; lent with the body */
	size_t size;
	uint8_t kind;
};

/* A value at a time: of LAST and STOCK. */
struct stamped {
	int64_t time_ms;
	double value;
};

/* The measures of a body, in order. */
struct parts {
	uint32_t n;
	struct part list[BODY_MEASURES_MAX];
};

/* Reads a body into parts, which lie in it: whether all of it is sound, and each measure is there
 * once. */
bool parts_read(struct parts *parts, const void *body, size_t size);

/* Lends the one of that kind and key, or NULL. */
const struct part *parts_find(const struct parts *parts, uint8_t kind, uint64_t key);

/* Begins to read a body and returns the number of its measures; reads the next one, whatever it
 * claims to be.  reader is marked bad if the bytes make no sense. */
uint32_t body_begin(struct bytes_reader *reader);
bool body_next(struct bytes_reader *reader, struct part *ret);

/* Finds a measure in a body that is known to be sound. */
bool body_find(const void *body, size_t size, uint8_t kind, uint64_t key, struct part *ret);

/* What is in a measure that was read. */
double part_number(const struct part *part);
struct stamped part_stamped(const struct part *part);
uint32_t part_set_size(const struct part *part); /* of a DISTINCT, as in a struct value_set */
double part_distinct(const struct part *part);
void part_gather(const struct part *part, uint64_t *counts); /* QUANTILE_BUCKETS of them */

/* A walk over the buckets of a QUANTILE. */
struct bucket_walk {
	struct bytes_reader reader;
	uint32_t left;
	uint64_t number, count; /* of the present one */
};

/* Begins one, before the first bucket; goes on to the next, if there is one. */
void part_walk(const struct part *part, struct bucket_walk *ret);
bool part_next_bucket(struct bucket_walk *walk);

/* Puts kind and key of a measure, then the buckets of a QUANTILE, then a STOCK whole. */
void body_put_head(struct bytes_writer *writer, uint8_t kind, uint64_t key);
void body_put_bucket(struct bytes_writer *writer, uint32_t step, uint64_t count);
void body_put_stock(struct bytes_writer *writer, uint64_t key, struct stamped stock);

/* A sink that appends to a struct text. */
int body_sink(void *text, const void *bytes, size_t n);

#endif
