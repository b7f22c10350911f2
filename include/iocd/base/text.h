/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text: a growing string, and strict readers for numbers, durations and sizes.
 *
 * The readers take the whole of their input or refuse it: no leading blanks, no trailing rubbish,
 * no locale, no octal.  No lock; a struct text belongs to one thread at a time.
 */
#ifndef IOCD_BASE_TEXT_H
#define IOCD_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"

struct text {
	char *bytes;     /* owned; always zero-terminated once anything was added; NULL before */
	size_t size;     /* bytes in use, without the zero */
	size_t capacity; /* bytes allocated */
};

enum text_outcome {
	TEXT_SYNTAX = 1, /* not of that form */
	TEXT_RANGE,      /* of that form, but outside what the result can hold */
};

/* Empties text and keeps its memory; text_fini() gives the memory back. */
void text_clear(struct text *text);
void text_fini(struct text *text);
#define CLEANUP_TEXT __attribute__((cleanup(cleanup_text_fini)))
static inline void cleanup_text_fini(struct text *text)
{
	text_fini(text);
}

/* Append formatted text, n bytes, or n bytes as a JSON string with its quotes, in
 * which a byte that is not UTF-8 becomes U+FFFD. */
void text_add(struct text *text, const char *format, ...) PRINTF(2, 3);
void text_add_bytes(struct text *text, const char *bytes, size_t n);
void text_add_json(struct text *text, const char *bytes, size_t n);

/* Appends a finite number in the shortest form that reads back as the same double; any other as
 * "null". */
void text_add_number(struct text *text, double number);

/* Lends the string, "" if nothing was added, until the next change. */
const char *text_get(const struct text *text);

/* Read a decimal integer; a finite decimal number; a duration ("90s", "10m", "2h", "7d", "250ms",
 * a bare 0) in milliseconds; a size ("64K", "8M", "2G", a bare number of bytes; powers of 1024).
 * Durations and sizes are never negative.  0, TEXT_SYNTAX or TEXT_RANGE. */
int text_read_integer(const char *bytes, size_t n, int64_t *ret) MUST_USE;
int text_read_number(const char *bytes, size_t n, double *ret) MUST_USE;
int text_read_duration(const char *bytes, size_t n, int64_t *ret_ms) MUST_USE;
int text_read_size(const char *bytes, size_t n, int64_t *ret_bytes) MUST_USE;

/* Appends a duration for people: "10m", "1h 30m", "250ms", "0s". */
void text_add_duration(struct text *text, int64_t ms);

/* Edit distance (insert, delete, replace, swap of neighbours) of two words, at most limit + 1.
 * For "did you mean".  Damerau's optimal string alignment. */
int text_distance(const char *a, const char *b, int limit);

#endif
