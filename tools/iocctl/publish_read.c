/* SPDX-License-Identifier: Apache-2.0 */
#include "publish_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

#define FLAGS JSON_REJECT_DUPLICATES

struct publish_reader {
	const char *bytes; /* borrowed */
	size_t size;
	size_t at;     /* where the next line begins */
	uint64_t nth;  /* of the piece that was read last */
	json_t *whole; /* owned; all of it, if that is one value */
	json_t *line;  /* owned; the piece that was read last, of lines */
	bool is_lines;
	bool is_done;
	char why[PUBLISH_WHY_MAX]; /* why the whole cannot be read */
};

static bool is_blank(const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strchr(" \t\r\n", bytes[i]) || !bytes[i])
			return false;
	return true;
}

/* Tells where and what, for people. */
static void explain(char why[PUBLISH_WHY_MAX], const json_error_t *error)
{
	(void)snprintf(why, PUBLISH_WHY_MAX, "%d:%d: %.160s", error->line, error->column,
		       error->text);
}

bool publish_read_line(const char *bytes, size_t n, uint64_t nth, struct publish_piece *ret,
		       json_t **ret_json)
{
	json_error_t error;

	*ret = (struct publish_piece){ .nth = nth, .is_line = true };
	*ret_json = NULL;
	if (is_blank(bytes, n))
		return false;

	*ret_json = json_loadb(bytes, n, FLAGS, &error);
	ret->json = *ret_json;
	if (!ret->json) {
		error.line = (int)nth;
		explain(ret->why, &error);
	}
	return true;
}

/* The line at `at`, without its end; moves behind it. */
static size_t take_line(const struct publish_reader *reader, size_t *at)
{
	const char *line = reader->bytes + *at;
	const char *end = memchr(line, '\n', reader->size - *at);
	size_t n = end ? (size_t)(end - line) : reader->size - *at;

	*at += end ? n + 1 : n;
	return n;
}

/* Whether any line is an object by itself. */
static bool has_object_line(const struct publish_reader *reader)
{
	size_t at = 0;

	while (at < reader->size) {
		const char *line = reader->bytes + at;
		size_t n = take_line(reader, &at);
		json_t *json = json_loadb(line, n, FLAGS, NULL);
		bool is_object = json_is_object(json);

		json_decref(json);
		if (is_object)
			return true;
	}
	return false;
}

struct publish_reader *publish_reader_new(const char *bytes, size_t size)
{
	struct publish_reader *reader = xcalloc(1, sizeof(*reader));
	size_t first = 0;
	json_error_t error;

	reader->bytes = bytes;
	reader->size = size;
	reader->is_done = is_blank(bytes, size);
	if (reader->is_done)
		return reader;

	while (strchr(" \t\r\n", bytes[first]) && bytes[first])
		first++;
	reader->whole = json_loadb(bytes, size, FLAGS, &error);
	if (!reader->whole) {
		explain(reader->why, &error);
		reader->is_lines = bytes[first] != '[' && has_object_line(reader);
	}
	return reader;
}

struct publish_reader *publish_reader_free(struct publish_reader *reader)
{
	if (!reader)
		return NULL;

	json_decref(reader->whole);
	json_decref(reader->line);
	free(reader);
	return NULL;
}

static bool next_line(struct publish_reader *reader, struct publish_piece *ret)
{
	while (reader->at < reader->size) {
		const char *line = reader->bytes + reader->at;
		size_t n = take_line(reader, &reader->at);

		reader->nth++;
		json_decref(reader->line);
		if (publish_read_line(line, n, reader->nth, ret, &reader->line))
			return true;
	}
	return false;
}

static bool next_element(struct publish_reader *reader, struct publish_piece *ret)
{
	if (reader->nth == json_array_size(reader->whole))
		return false;

	ret->json = json_array_get(reader->whole, reader->nth++);
	ret->nth = reader->nth;
	return true;
}

bool publish_reader_next(struct publish_reader *reader, struct publish_piece *ret)
{
	*ret = (struct publish_piece){ .nth = 1 };
	if (reader->is_done)
		return false;
	if (reader->is_lines)
		return next_line(reader, ret);
	if (json_is_array(reader->whole))
		return next_element(reader, ret);

	reader->is_done = true;
	ret->json = reader->whole;
	memcpy(ret->why, reader->why, sizeof(ret->why));
	return true;
}
