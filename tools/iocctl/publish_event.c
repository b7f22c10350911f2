/* SPDX-License-Identifier: Apache-2.0 */
#include "publish_event.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "iocd/base/civil.h"
#include "iocd/base/random.h"
#include "iocd/frame.h"

#define ID_BYTES 16
#define UNIT     "/unit/"
#define BATCH    "batch" /* as the type of a topic: each event names its own */

/* ---- names ---- */

static bool is_name(const char *name, const char *more, size_t max)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	size_t n = 0;

	if (!*name || !strchr(first, *name))
		return false;
	while (name[n] && (strchr(first, name[n]) || strchr(more, name[n])))
		n++;
	return !name[n] && n <= max;
}

bool publish_is_level(const char *name)
{
	return is_name(name, "._-", PUBLISH_LEVEL_MAX);
}

bool publish_is_sender(const char *name)
{
	return is_name(name, "-", PUBLISH_SENDER_MAX);
}

/* ---- a CloudEvent ---- */

static const char *attribute(const json_t *json, const char *name)
{
	const char *value = json_string_value(json_object_get(json, name));

	return value ? value : "";
}

/* Whether an id or source is of a form that iocd takes. */
static bool is_fit(const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return false;
	return n <= PUBLISH_NAME_MAX;
}

static enum reason check_names(const json_t *json, const char **ret_what)
{
	static const char *const needed[] = { "id", "source", "type" };

	*ret_what = "specversion";
	if (strcmp(attribute(json, "specversion"), "1.0") != 0)
		return REASON_no_id;
	for (size_t i = 0; i < COUNT(needed); i++) {
		*ret_what = needed[i];
		if (!*attribute(json, needed[i]))
			return REASON_no_id;
		if (!is_fit(attribute(json, needed[i])))
			return REASON_bad_name;
	}
	return REASON_NONE;
}

/* A source that names a unit names that of the topic; so does the attribute of that name. */
static enum reason check_unit(const json_t *json, const char *unit, const char **ret_what)
{
	const char *source = attribute(json, "source");
	const json_t *named = json_object_get(json, "unit");
	size_t n = strlen(unit);

	*ret_what = "source";
	if (strncmp(source, UNIT, strlen(UNIT)) == 0) {
		source += strlen(UNIT);
		if (strncmp(source, unit, n) != 0 || (source[n] && source[n] != '/'))
			return REASON_unit_mismatch;
	}
	*ret_what = "unit";
	if (named && !json_is_null(named) && strcmp(attribute(json, "unit"), unit) != 0)
		return REASON_unit_mismatch;
	return REASON_NONE;
}

/* Bytes of a type without ".v" and digits at its end. */
static size_t size_without_version(const char *type)
{
	size_t n = strlen(type), digits = 0;

	while (digits < n && type[n - 1 - digits] >= '0' && type[n - 1 - digits] <= '9')
		digits++;
	if (digits == 0 || n < digits + 2 || strncmp(type + n - digits - 2, ".v", 2) != 0)
		return n;
	return n - digits - 2;
}

static bool ends_in(const char *type, size_t size, const char *wanted)
{
	size_t n = strlen(wanted);

	if (size < n || strncmp(type + size - n, wanted, n) != 0)
		return false;
	return size == n || type[size - n - 1] == '.';
}

static enum reason check_event(const struct publish_form *form, const json_t *json,
			       const char **ret_what)
{
	const char *type = attribute(json, "type"), *time = attribute(json, "time");
	enum reason reason = check_names(json, ret_what);
	int64_t time_ms;

	if (!reason && form->type && !ends_in(type, strlen(type), form->type) &&
	    !ends_in(type, size_without_version(type), form->type)) {
		*ret_what = "type";
		return REASON_unknown_type;
	}
	if (!reason)
		reason = check_unit(json, form->unit, ret_what);
	if (!reason && civil_parse(time, strlen(time), &time_ms)) {
		*ret_what = "time";
		return REASON_bad_time;
	}
	return reason;
}

/* ---- plain data ---- */

static void add_hex(struct text *text, const unsigned char bytes[ID_BYTES])
{
	for (int i = 0; i < ID_BYTES; i++)
		text_add(text, "%02x", bytes[i]);
}

/* An id of the event's place: the same whenever the file is read again. */
static void add_place(struct text *text, const struct publish_origin *origin)
{
	CLEANUP_TEXT struct text place = { 0 };
	XXH128_canonical_t id;

	text_add(&place, "%lld %llu %llu %s", (long long)origin->written_ns,
		 (unsigned long long)origin->size, (unsigned long long)origin->nth, origin->file);
	XXH128_canonicalFromHash(&id, XXH3_128bits(place.bytes, place.size));
	add_hex(text, id.digest);
}

static enum reason add_id(struct text *text, const struct publish_form *form,
			  const struct publish_origin *origin, const json_t *data)
{
	const json_t *value = form->id_field ? json_object_get(data, form->id_field) : NULL;
	unsigned char drawn[ID_BYTES];

	if (json_is_string(value) && *json_string_value(value))
		text_add(text, "%s:%s", form->type, json_string_value(value));
	else if (json_is_integer(value))
		text_add(text, "%s:%lld", form->type, (long long)json_integer_value(value));
	else if (form->id_field)
		return value ? REASON_bad_type : REASON_no_field;
	else if (origin->file)
		add_place(text, origin);
	else {
		random_bytes(drawn, sizeof(drawn));
		add_hex(text, drawn);
	}
	return REASON_NONE;
}

/* Gives the event that has json as its data, in *ret. */
static enum reason wrap(json_t **ret, const struct publish_form *form,
			const struct publish_origin *origin, const json_t *json,
			const char **ret_what)
{
	CLEANUP_TEXT struct text id = { 0 };
	CLEANUP_TEXT struct text source = { 0 };
	char time[CIVIL_TEXT_MAX];
	enum reason reason;

	*ret_what = "type";
	if (!form->type)
		return REASON_no_id;
	reason = add_id(&id, form, origin, json);
	*ret_what = form->id_field;
	if (reason)
		return reason;

	text_add(&source, UNIT "%s/%s", form->unit, form->feed);
	*ret = json_pack("{s:s, s:s, s:s, s:s, s:s, s:O}", "specversion", "1.0", "id",
			 text_get(&id), "source", text_get(&source), "type", form->type, "time",
			 civil_format(time, origin->time_ms, 0), "data", json);
	return REASON_NONE;
}

/* ---- both ---- */

static void make_key(const json_t *json, uint64_t ret[2])
{
	CLEANUP_TEXT struct text names = { 0 };
	const char *source = attribute(json, "source"), *id = attribute(json, "id");
	XXH128_hash_t hash;

	text_add_bytes(&names, source, strlen(source) + 1);
	text_add_bytes(&names, id, strlen(id));
	hash = XXH3_128bits(names.bytes, names.size);
	ret[0] = hash.low64;
	ret[1] = hash.high64;
}

static enum reason write_out(struct publish_event *ret, const struct publish_form *form,
			     const json_t *json, const char **ret_what)
{
	char *bytes = json_dumps(json, JSON_COMPACT);

	text_clear(&ret->about);
	text_clear(&ret->json);
	text_add(&ret->about, "%s/%s/%s", form->unit, form->feed, form->type ? form->type : BATCH);
	if (bytes)
		text_add_bytes(&ret->json, bytes, strlen(bytes));
	free(bytes);
	make_key(json, ret->key);
	*ret_what = NULL;
	return ret->json.size > FRAME_ITEM_MAX ? REASON_too_big : REASON_NONE;
}

enum reason publish_event_make(struct publish_event *ret, const struct publish_form *form,
			       const struct publish_origin *origin, const json_t *json,
			       const char **ret_what)
{
	json_t *wrapped = NULL;
	enum reason reason = REASON_NONE;

	*ret_what = NULL;
	if (!json_is_object(json))
		return REASON_json_syntax;
	if (!json_object_get(json, "specversion"))
		reason = wrap(&wrapped, form, origin, json, ret_what);
	if (!reason)
		reason = check_event(form, wrapped ? wrapped : json, ret_what);
	if (!reason)
		reason = write_out(ret, form, wrapped ? wrapped : json, ret_what);
	json_decref(wrapped);
	return reason;
}

void publish_event_fini(struct publish_event *event)
{
	text_fini(&event->about);
	text_fini(&event->json);
}
