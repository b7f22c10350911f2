/* SPDX-License-Identifier: Apache-2.0 */
#include "member.h"

#include <inttypes.h>
#include <string.h>

#include "iocd/base/civil.h"

void member_begin(struct text *text, const char *name)
{
	char last = text->bytes[text->size - 1];

	text_add(text, "%s\"%s\":", last == '{' ? "" : ",", name);
}

void member_string(struct text *text, const char *name, const char *value)
{
	member_begin(text, name);
	if (value)
		text_add_json(text, value, strlen(value));
	else
		text_add(text, "null");
}

void member_integer(struct text *text, const char *name, uint64_t value)
{
	member_begin(text, name);
	text_add(text, "%" PRIu64, value);
}

void member_flag(struct text *text, const char *name, bool value)
{
	member_begin(text, name);
	text_add(text, value ? "true" : "false");
}

void member_null(struct text *text, const char *name)
{
	member_begin(text, name);
	text_add(text, "null");
}

void member_time(struct text *text, const char *name, int64_t time_ms, int offset_minutes)
{
	char stamp[CIVIL_TEXT_MAX];

	if (time_ms == 0)
		member_null(text, name);
	else
		member_string(text, name, civil_format(stamp, time_ms, offset_minutes));
}

void member_languages(struct text *text, const char *name, const char *vi, const char *en)
{
	member_begin(text, name);
	text_add(text, "{");
	member_string(text, "vi", vi);
	member_string(text, "en", en);
	text_add(text, "}");
}
