/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bytes: state written as a run of bytes, and read back: for what outlives the process.
 *
 * Numbers are little-endian, texts carry their length.  Writing goes through a buffer that the
 * caller lends into a sink, and touches no heap, so that a forked child may do it.  Both directions
 * remember the first failure instead of reporting each: look once, at the end.
 */
#ifndef IOCD_BASE_BYTES_H
#define IOCD_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"

/* Takes n bytes, in order.  0 or a fault. */
typedef int bytes_sink_fn(void *context, const void *bytes, size_t n);

struct bytes_writer {
	bytes_sink_fn *sink;
	void *context;    /* of sink; borrowed */
	char *buffer;     /* borrowed */
	size_t capacity;  /* of buffer */
	size_t used;      /* bytes in buffer */
	uint64_t written; /* bytes put so far */
	int fault;        /* the first of sink, or 0; afterwards nothing more is given to it */
};

/* Prepares writer; buffer of capacity bytes (at least 64) is lent for its life. */
void bytes_writer_init(struct bytes_writer *writer, bytes_sink_fn *sink, void *context,
		       char *buffer, size_t capacity);

/* A sink that appends to a struct text, its context.  0. */
int bytes_into_text(void *text, const void *bytes, size_t n);

/* Gives what is in the buffer to the sink.  0 or the first fault there was. */
int bytes_flush(struct bytes_writer *writer) MUST_USE;

/* Put n bytes as they are, a number, or a text: its length and its bytes. */
void bytes_put(struct bytes_writer *writer, const void *bytes, size_t n);
void bytes_put_u8(struct bytes_writer *writer, uint8_t number);
void bytes_put_u32(struct bytes_writer *writer, uint32_t number);
void bytes_put_u64(struct bytes_writer *writer, uint64_t number);
void bytes_put_i64(struct bytes_writer *writer, int64_t number);
void bytes_put_f64(struct bytes_writer *writer, double number);
void bytes_put_text(struct bytes_writer *writer, const char *text); /* NULL as "" */

/* Begins a part: its name (at most 8 characters) and the version of its form. */
void bytes_put_part(struct bytes_writer *writer, const char *name, uint32_t version);

/* Reads from memory that is lent for its life.  Once bad, every number read is 0, every text
 * empty, and bytes_get() NULL. */
struct bytes_reader {
	const char *at;
	const char *end;
	bool is_bad;
	const char *why; /* the first complaint; lent for ever */
};

/* Prepares reader for n bytes, which are lent for its life. */
void bytes_reader_init(struct bytes_reader *reader, const void *bytes, size_t n);

/* Lends the next n bytes; NULL if there are not so many (or n is 0). */
const void *bytes_get(struct bytes_reader *reader, size_t n);
uint8_t bytes_get_u8(struct bytes_reader *reader);
uint32_t bytes_get_u32(struct bytes_reader *reader);
uint64_t bytes_get_u64(struct bytes_reader *reader);
int64_t bytes_get_i64(struct bytes_reader *reader);
double bytes_get_f64(struct bytes_reader *reader);

/* Lends the next text, not zero-terminated; never NULL. */
const char *bytes_get_text(struct bytes_reader *reader, size_t *ret_n);

/* A number of things of at least bytes_each each: 0 and bad if they cannot all follow.  So nobody
 * reserves memory by the word of a damaged file. */
uint32_t bytes_get_count(struct bytes_reader *reader, size_t bytes_each);

/* Begins a part: bad unless it has this name and version. */
void bytes_get_part(struct bytes_reader *reader, const char *name, uint32_t version);

/* Marks reader bad because of what it held; why is lent for ever.  The first complaint stays. */
void bytes_reject(struct bytes_reader *reader, const char *why);

#endif
