/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publish_read: JSON objects out of a text that holds one, an array of them, or one in each line.
 *
 * In lines a broken one is told alone; anything else is broken as a whole.  Pure.
 */
#ifndef IOCCTL_PUBLISH_READ_H
#define IOCCTL_PUBLISH_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "iocd/base/defs.h"

#define PUBLISH_WHY_MAX 200

/* One object, or what is wrong where it should stand. */
struct publish_piece {
	const json_t *json;        /* lent until the next is read; NULL: it is broken */
	uint64_t nth;              /* of a line: its number, from 1; of an array: likewise */
	bool is_line;              /* nth counts lines */
	char why[PUBLISH_WHY_MAX]; /* of what is broken: "3:14: ..." (line, column), by jansson */
};

struct publish_reader;

/* Makes a reader of size bytes, which are borrowed.  Gives it; never NULL. */
struct publish_reader *publish_reader_new(const char *bytes, size_t size) MUST_USE;
struct publish_reader *publish_reader_free(struct publish_reader *reader);
DEFINE_CLEANUP(struct publish_reader, publish_reader_free)

/* Reads the next; false: that was all. */
bool publish_reader_next(struct publish_reader *reader, struct publish_piece *ret);

/* Reads line number nth, which is n bytes, alone.  Gives its JSON in *ret_json, or NULL with ret
 * saying why; false: it is blank. */
bool publish_read_line(const char *bytes, size_t n, uint64_t nth, struct publish_piece *ret,
		       json_t **ret_json);

#endif
