/* SPDX-License-Identifier: Apache-2.0 */
#include "journal_line.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "iocd/base/civil.h"

const char *journal_kind_name(enum record_kind kind)
{
	switch (kind) {
	case RECORD_MESSAGE:
		return "message";
	case RECORD_TIME:
		return "time";
	case RECORD_HOLE:
		return "hole";
	case RECORD_OWN:
		return "own";
	}
	return "other";
}

static bool is_json(const char *bytes, size_t n)
{
	json_t *json = json_loadb(bytes, n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	bool is = json != NULL;

	json_decref(json);
	return is;
}

/* Bytes that are UTF-8: then they are a JSON string for jansson. */
static bool is_text(const char *bytes, size_t n)
{
	json_t *json = json_stringn(bytes, n);
	bool is = json != NULL;

	json_decref(json);
	return is;
}

/* JSON as it stands, on one line. */
static void add_json(struct text *text, const char *bytes, size_t n)
{
	bool is_string = false;

	for (size_t i = 0; i < n; i++) {
		if (is_string && bytes[i] == '\\') {
			text_add_bytes(text, bytes + i++, 2); /* valid: there is another */
			continue;
		}
		if (bytes[i] == '"')
			is_string = !is_string;
		if (is_string || !memchr(" \t\r\n", bytes[i], 4))
			text_add_bytes(text, bytes + i, 1);
	}
}

static void add_base64(struct text *text, const char *bytes, size_t n)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	text_add(text, "\"");
	for (size_t i = 0; i < n; i += 3) {
		char four[4];
		uint32_t bits = 0;

		for (size_t j = 0; j < 3; j++)
			bits = bits << 8 | (i + j < n ? (uint8_t)bytes[i + j] : 0u);
		for (size_t j = 0; j < 4; j++)
			four[j] = i + j > n ? '=' : digits[bits >> (18 - 6 * j) & 63];
		text_add_bytes(text, four, sizeof(four));
	}
	text_add(text, "\"");
}

static void add_message(struct text *text, const struct record *record)
{
	text_add(text, ",\"topic\":");
	text_add_json(text, record->topic, record->topic_size);
	if (is_json(record->payload, record->payload_size)) {
		text_add(text, ",\"payload\":");
		add_json(text, record->payload, record->payload_size);
	} else if (is_text(record->payload, record->payload_size)) {
		text_add(text, ",\"text\":");
		text_add_json(text, record->payload, record->payload_size);
	} else {
		text_add(text, ",\"base64\":");
		add_base64(text, record->payload, record->payload_size);
	}
}

void journal_line(struct text *text, const struct record *record, int offset_minutes)
{
	char time[CIVIL_TEXT_MAX];

	text_add(text,
		 "{\"position\":%" PRIu64 ",\"arrival\":\"%s\",\"kind\":\"%s\",\"flags\":[%s]",
		 record->position, civil_format(time, record->arrival_ms, offset_minutes),
		 journal_kind_name(record->kind),
		 record->flags & RECORD_RETAINED ? "\"retained\"" : "");
	if (record->kind == RECORD_MESSAGE || record->kind == RECORD_OWN)
		add_message(text, record);
	else
		text_add(text, ",\"bytes\":%" PRIu64, record->next - record->position);
	text_add(text, "}");
}

bool topic_filter_is_valid(const char *filter)
{
	const char *at = filter;

	if (!*filter)
		return false;
	for (;;) {
		size_t n = strcspn(at, "/");

		if (n > 1 && (memchr(at, '+', n) || memchr(at, '#', n)))
			return false;
		if (n == 1 && *at == '#' && at[1])
			return false;
		if (!at[n])
			return true;
		at += n + 1;
	}
}

/* Bytes of the first level of a topic. */
static size_t level_of(const char *topic, size_t n)
{
	const char *slash = memchr(topic, '/', n);

	return slash ? (size_t)(slash - topic) : n;
}

bool topic_filter_matches(const char *filter, const char *topic, size_t n)
{
	if (n > 0 && *topic == '$' && (*filter == '+' || *filter == '#'))
		return false; /* the broker's own */

	for (;;) {
		size_t wanted = strcspn(filter, "/");
		size_t level = level_of(topic, n);

		if (*filter == '#')
			return true;
		if (*filter != '+' && (wanted != level || memcmp(filter, topic, level) != 0))
			return false;
		if (level == n) /* "a/#" matches "a" too */
			return !filter[wanted] || strcmp(filter + wanted, "/#") == 0;
		if (!filter[wanted])
			return false;
		filter += wanted + 1;
		topic += level + 1;
		n -= level + 1;
	}
}

int journal_bound_read(struct journal_bound *ret, const char *text)
{
	struct journal_bound bound = { .is_time = true };
	int64_t position;

	if (text_read_integer(text, strlen(text), &position) == 0 && position >= 0)
		bound = (struct journal_bound){ .is_position = true,
						.position = (uint64_t)position };
	else if (civil_parse(text, strlen(text), &bound.time_ms) != 0)
		return TEXT_SYNTAX;

	*ret = bound;
	return 0;
}

bool journal_bound_is_behind(const struct journal_bound *bound, const struct record *record)
{
	if (bound->is_position)
		return record->position < bound->position;
	return bound->is_time && record->arrival_ms < bound->time_ms;
}
