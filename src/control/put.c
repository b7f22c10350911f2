/* SPDX-License-Identifier: Apache-2.0 */
#include "put.h"

#include <inttypes.h>
#include <string.h>

#include "iocd/base/civil.h"

void put_name(struct text *text, const char *name)
{
	char last = text->size ? text->bytes[text->size - 1] : '{';

	if (last != '{' && last != '[' && last != ':')
		text_add_bytes(text, ",", 1);
	if (name)
		text_add(text, "\"%s\":", name);
}

void put_object(struct text *text, const char *name)
{
	put_name(text, name);
	text_add_bytes(text, "{", 1);
}

void put_object_end(struct text *text)
{
	text_add_bytes(text, "}", 1);
}

void put_array(struct text *text, const char *name)
{
	put_name(text, name);
	text_add_bytes(text, "[", 1);
}

void put_array_end(struct text *text)
{
	text_add_bytes(text, "]", 1);
}

void put_bytes(struct text *text, const char *name, const char *bytes, size_t n)
{
	put_name(text, name);
	text_add_json(text, bytes, n);
}

void put_string(struct text *text, const char *name, const char *value)
{
	if (value)
		put_bytes(text, name, value, strlen(value));
	else
		put_null(text, name);
}

void put_integer(struct text *text, const char *name, uint64_t value)
{
	put_name(text, name);
	text_add(text, "%" PRIu64, value);
}

void put_signed(struct text *text, const char *name, int64_t value)
{
	put_name(text, name);
	text_add(text, "%" PRId64, value);
}

void put_number(struct text *text, const char *name, double value)
{
	put_name(text, name);
	text_add_number(text, value);
}

void put_flag(struct text *text, const char *name, bool value)
{
	put_name(text, name);
	text_add(text, value ? "true" : "false");
}

void put_null(struct text *text, const char *name)
{
	put_name(text, name);
	text_add(text, "null");
}

void put_time(struct text *text, const char *name, int64_t time_ms, int offset_minutes)
{
	char stamp[CIVIL_TEXT_MAX];

	put_string(text, name, time_ms == 0 ? NULL : civil_format(stamp, time_ms, offset_minutes));
}

void put_languages(struct text *text, const char *name, const char *vi, const char *en)
{
	put_object(text, name);
	put_string(text, "vi", vi);
	put_string(text, "en", en);
	put_object_end(text);
}

void put_place(struct text *text, const struct place *place)
{
	put_string(text, "file", place->file);
	if (!place->file) {
		put_null(text, "line");
		put_null(text, "column");
		return;
	}
	put_integer(text, "line", place->line);
	put_integer(text, "column", place->column);
}
