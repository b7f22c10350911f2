/* SPDX-License-Identifier: Apache-2.0 */
#include "publish_input.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"

#define CHUNK     65536
#define NS_OF_MS  1000000
#define TOO_LONG  "the line is too long"
#define TOO_LARGE "the file is larger than 64 MiB: give it to --stdin"

/* ---- beginning and ending ---- */

void publish_input_arguments(struct publish_input *ret, char *const *arguments, int n)
{
	*ret = (struct publish_input){ .arguments = arguments, .n_arguments = n, .descriptor = -1 };
}

void publish_input_descriptor(struct publish_input *ret, int descriptor, const char *name)
{
	*ret = (struct publish_input){ .descriptor = descriptor, .name = name };
}

/* Begins on the file that is there. */
static void begin_file(struct publish_input *input)
{
	if (input->file.bytes)
		input->reader = publish_reader_new(input->file.bytes, input->file.size);
}

int publish_input_file(struct publish_input *ret, const char *path)
{
	int r;

	*ret = (struct publish_input){ .descriptor = -1, .name = path };
	r = publish_file_read(&ret->file, path);
	if (r)
		return err_pass(r);
	if (ret->file.written_ns >= 0)
		ret->place = realpath(path, NULL);
	begin_file(ret);
	return 0;
}

void publish_input_read(struct publish_input *ret, struct publish_file *file, const char *folder)
{
	CLEANUP_TEXT struct text place = { 0 };

	*ret = (struct publish_input){ .descriptor = -1, .file = *file };
	*file = (struct publish_file){ .name = NULL };
	ret->name = ret->file.name;
	text_add(&place, "%s/%s", folder, ret->file.name);
	ret->place = xstrdup(text_get(&place));
	begin_file(ret);
}

void publish_input_fini(struct publish_input *input)
{
	publish_reader_free(input->reader);
	publish_file_fini(&input->file);
	free(input->place);
	text_fini(&input->buffer);
	json_decref(input->line);
	*input = (struct publish_input){ .descriptor = -1 };
}

/* ---- lines of a descriptor ---- */

static int fetch(struct publish_input *input)
{
	struct pollfd wanted = { .fd = input->descriptor, .events = POLLIN };
	char chunk[CHUNK];
	ssize_t n;

	if (poll(&wanted, 1, 0) <= 0)
		return PUBLISH_LATER;
	n = read(input->descriptor, chunk, sizeof(chunk));
	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? PUBLISH_LATER : err_raise(-errno);
	if (n == 0)
		input->is_ended = true;
	text_add_bytes(&input->buffer, chunk, (size_t)n);
	return 0;
}

static void drop_read(struct publish_input *input)
{
	size_t rest = input->buffer.size - input->at;

	memmove(input->buffer.bytes, input->buffer.bytes + input->at, rest);
	input->buffer.size = rest;
	input->buffer.bytes[rest] = '\0';
	input->at = 0;
}

/* Lends the next line of n bytes; NULL: there is none yet. */
static const char *take_line(struct publish_input *input, size_t *ret_n)
{
	size_t rest = input->buffer.size - input->at;
	const char *line = rest > 0 ? input->buffer.bytes + input->at : NULL;
	const char *end = line ? memchr(line, '\n', rest) : NULL;

	if (!end && !(input->is_ended && rest > 0))
		return NULL;
	*ret_n = end ? (size_t)(end - line) : rest;
	input->at += end ? *ret_n + 1 : rest;
	input->nth++;
	return line;
}

/* Forgets the beginning of a line that is too long. */
static void bound(struct publish_input *input)
{
	if (input->at > 0)
		drop_read(input);
	if (input->buffer.size <= PUBLISH_LINE_MAX)
		return;
	text_clear(&input->buffer);
	input->is_skipping = true;
}

static bool refuse_long(struct publish_input *input, struct publish_piece *ret)
{
	*ret = (struct publish_piece){ .nth = input->nth, .is_line = true };
	(void)snprintf(ret->why, sizeof(ret->why), TOO_LONG);
	input->is_skipping = false;
	return true;
}

static int next_line(struct publish_input *input, struct publish_piece *ret)
{
	const char *line;
	size_t n;
	int r;

	for (;;) {
		while ((line = take_line(input, &n))) {
			json_decref(input->line);
			input->line = NULL;
			if (input->is_skipping
				    ? refuse_long(input, ret)
				    : publish_read_line(line, n, input->nth, ret, &input->line))
				return 0;
		}
		if (input->is_ended)
			return PUBLISH_OVER;
		bound(input);
		r = fetch(input);
		if (r)
			return r > 0 ? r : err_pass(r);
	}
}

/* ---- the rest ---- */

static int next_in_reader(struct publish_input *input, struct publish_piece *ret)
{
	if (input->reader && publish_reader_next(input->reader, ret))
		return 0;
	return PUBLISH_OVER;
}

static int next_argument(struct publish_input *input, struct publish_piece *ret)
{
	while (next_in_reader(input, ret)) {
		const char *argument;

		if (input->next_argument == input->n_arguments)
			return PUBLISH_OVER;
		argument = input->arguments[input->next_argument++];
		publish_reader_free(input->reader);
		input->reader = publish_reader_new(argument, strlen(argument));
	}
	return 0;
}

static int next_of_file(struct publish_input *input, struct publish_piece *ret)
{
	if (input->file.bytes)
		return next_in_reader(input, ret);
	if (input->is_ended)
		return PUBLISH_OVER;
	input->is_ended = true;
	*ret = (struct publish_piece){ .nth = 1 };
	(void)snprintf(ret->why, sizeof(ret->why), TOO_LARGE);
	return 0;
}

/* Data of a file are as old as the file. */
static void describe(const struct publish_input *input, const struct publish_piece *piece,
		     struct publish_origin *ret)
{
	int64_t now_ms = clock_real_ms(), written_ms = input->file.written_ns / NS_OF_MS;

	*ret = (struct publish_origin){ .file = input->place,
					.written_ns = input->file.written_ns,
					.size = input->file.size,
					.nth = piece->nth,
					.time_ms = now_ms };
	if (input->place && written_ms < now_ms)
		ret->time_ms = written_ms;
}

int publish_input_next(struct publish_input *input, struct publish_piece *ret,
		       struct publish_origin *ret_origin)
{
	int r;

	if (input->arguments)
		r = next_argument(input, ret);
	else if (input->descriptor >= 0)
		r = next_line(input, ret);
	else
		r = next_of_file(input, ret);
	if (r)
		return r > 0 ? r : err_pass(r);
	describe(input, ret, ret_origin);
	return 0;
}

void publish_input_add_place(struct text *text, const struct publish_input *input,
			     const struct publish_piece *piece)
{
	if (input->arguments)
		text_add(text, "%d", input->next_argument);
	else
		text_add(text, "%s", input->name);
	if (piece->is_line)
		text_add(text, ":%llu", (unsigned long long)piece->nth);
	else if (!piece->json)
		text_add(text, ":");
	else
		text_add(text, "[%llu]", (unsigned long long)piece->nth);
}
