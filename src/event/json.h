/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json: a cursor that reads RFC 8259 text forwards, one value at a time, building nothing.
 *
 * Its functions are true when they have read what they are for and moved the cursor behind it.
 * False means "not sure": the text may be wrong, beyond a limit, or merely unusual; the cursor is
 * then of no more use, and somebody else must tell which.  No heap beyond the scratch; one thread
 * at a time.
 */
#ifndef IOCD_EVENT_JSON_H
#define IOCD_EVENT_JSON_H

#include <stdbool.h>

#include "iocd/base/scratch.h"
#include "iocd/decode.h"

#include "decoder.h"

#define JSON_DEPTH_MAX 16 /* deeper, or with more keys, is unusual */
#define JSON_KEYS_MAX  64

struct json {
	const char *at;
	const char *end;
	const struct decode_limits *limits; /* depth, keys, batch, string */
	struct scratch *scratch;            /* for strings with escapes */
};

/* An object while its keys are read. */
struct json_object {
	int n_keys;
	int n_noted;
	struct slice noted[JSON_KEYS_MAX];
};

enum json_step { JSON_KEY, JSON_END, JSON_UNSURE };

/* Bytes of the UTF-8 character that starts the n (> 0) bytes, or 0 if they do not start with one.
 */
size_t json_utf8_size(const char *bytes, size_t n);

/* The number that four hexadecimal digits make, or -1. */
int json_hex4(const char *bytes, size_t n);

/* Skips white space. */
static inline void json_blank(struct json *json)
{
	while (json->at < json->end &&
	       (*json->at == ' ' || *json->at == '\n' || *json->at == '\r' || *json->at == '\t'))
		json->at++;
}

/* Skips byte and the white space behind it, if the cursor stands before it. */
static inline bool json_take(struct json *json, char byte)
{
	if (json->at == json->end || *json->at != byte)
		return false;

	json->at++;
	json_blank(json);
	return true;
}

/* Read any value, whole: of an object or an array only its kind is told.  depth is how many objects
 * and arrays are open around it. */
bool json_value(struct json *json, int depth, struct raw *ret) MUST_USE;

/* Starts an object that depth others are open around; the cursor stands before its brace. */
bool json_object_start(struct json *json, int depth, struct json_object *object) MUST_USE;

/* Reads the next key of object and its colon, or the end of object. */
enum json_step json_object_next(struct json *json, struct json_object *object,
				struct slice *ret_key) MUST_USE;

/* Notes a key; false if it was noted before. */
bool json_object_note(struct json_object *object, const struct slice *key) MUST_USE;

#endif
