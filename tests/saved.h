/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saved: memory that a bytes_writer writes to, and that grows: for tests that save state, compare
 * it, damage it and read it back.
 *
 * Fuzzers use it too: it asserts by itself and needs no test framework.  Begin, let something save
 * itself with the writer, end:
 *
 *	struct saved saved = { 0 };
 *	struct bytes_writer writer;
 *
 *	saved_begin(&saved, &writer);
 *	ledger_save(ledger, &writer);
 *	saved_end(&writer);
 */
#ifndef TEST_SAVED_H
#define TEST_SAVED_H

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/bytes.h"
#include "iocd/base/err.h"

/* Empty when zero.  It may be copied when no writer is between begin and end. */
struct saved {
	char *bytes; /* owned */
	size_t n;
	size_t capacity;
	char buffer[256]; /* of the writer; small, so that it is full at every place */
};

/* The sink of the writer: copies n bytes behind those that are there.  0. */
static inline int saved_take(void *context, const void *bytes, size_t n)
{
	struct saved *saved = context;

	if (n > saved->capacity - saved->n) {
		saved->capacity = (saved->n + n) * 2;
		saved->bytes = xrealloc(saved->bytes, saved->capacity, 1);
	}
	memcpy(saved->bytes + saved->n, bytes, n);
	saved->n += n;
	return 0;
}

/* Prepares writer to write to saved, which is empty or had its end, and forgets what it holds.
 * Both are borrowed until the end, and must stay where they are. */
static inline void saved_begin(struct saved *saved, struct bytes_writer *writer)
{
	saved->n = 0;
	bytes_writer_init(writer, saved_take, saved, saved->buffer, sizeof(saved->buffer));
}

/* Ends what saved_begin() began: all that was put is in saved, whose memory is never NULL now and
 * ends where the bytes do, so that the sanitizer sees who reads too far. */
static inline void saved_end(struct bytes_writer *writer)
{
	struct saved *saved = writer->context;
	int r = bytes_flush(writer);

	assert(r == 0 && writer->written == saved->n);
	saved->bytes = xrealloc(saved->bytes, saved->n, 1);
	saved->capacity = saved->n;
}

/* Frees the bytes; saved is empty then, and may begin again. */
static inline void saved_fini(struct saved *saved)
{
	free(saved->bytes);
	*saved = (struct saved){ 0 };
}

#endif
