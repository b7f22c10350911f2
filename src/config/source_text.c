/* SPDX-License-Identifier: Apache-2.0 */
#include "source_text.h"

#include <string.h>

#define MARK            "== "
#define SIZE_MAX_DIGITS 9

void source_text_write(const struct sources *sources, struct text *text)
{
	for (uint32_t i = 0; i < sources->n; i++) {
		const struct source *source = sources->list[i];

		if (!part_is_reloaded(source->part))
			continue;
		text_add(text, MARK "%s %zu\n", source->name, source->size);
		text_add_bytes(text, source->bytes, source->size);
		text_add(text, "\n");
	}
}

/* A number as it is written, and in no other way. */
static bool read_size(const char *text, size_t n, size_t *ret)
{
	int64_t size;

	if (n == 0 || n > SIZE_MAX_DIGITS || text[0] < '0' || text[0] > '9' ||
	    (text[0] == '0' && n > 1) || text_read_integer(text, n, &size))
		return false;
	*ret = (size_t)size;
	return true;
}

static bool is_printable(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return false;
	return true;
}

/* Whether a file of part and name comes after all that are there. */
static bool is_next(const struct sources *sources, enum part part, const char *name)
{
	const struct source *last = sources->n ? sources->list[sources->n - 1] : NULL;

	return !last || part > last->part || (part == last->part && strcmp(name, last->name) > 0);
}

/* Reads the file at *at, and moves behind it. */
static bool read_file(struct sources *sources, const char **at, const char *end)
{
	CLEANUP_TEXT struct text name = { 0 };
	const char *line_end = memchr(*at, '\n', (size_t)(end - *at));
	const char *blank;
	enum part part;
	size_t size;

	if (!line_end || (size_t)(line_end - *at) < strlen(MARK) ||
	    memcmp(*at, MARK, strlen(MARK)) != 0)
		return false;
	*at += strlen(MARK);
	blank = memrchr(*at, ' ', (size_t)(line_end - *at));
	if (!blank || !is_printable(*at, (size_t)(blank - *at)) ||
	    !read_size(blank + 1, (size_t)(line_end - blank - 1), &size) ||
	    size >= (size_t)(end - line_end - 1) || line_end[1 + size] != '\n')
		return false;

	text_add_bytes(&name, *at, (size_t)(blank - *at));
	part = part_of_name(text_get(&name));
	if (!part_is_reloaded(part) || !is_next(sources, part, text_get(&name)))
		return false;
	sources_add(sources, part, text_get(&name), line_end + 1, size);
	*at = line_end + 1 + size + 1;
	/* A byte order mark would be gone from what is written again. */
	return sources->list[sources->n - 1]->size == size;
}

bool source_text_read(struct sources *sources, const char *text, size_t size)
{
	const char *at = text;

	while (at < text + size)
		if (sources->n == SOURCES_MAX || !read_file(sources, &at, text + size))
			return false;
	return true;
}
