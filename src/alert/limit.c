/* SPDX-License-Identifier: Apache-2.0 */
#include "limit.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/text.h"

#define uthash_malloc(size) xcalloc(1, (size))
#include <uthash.h>

struct old_limit {
	struct threshold threshold;
	char *key; /* owned: all that it says */
	size_t key_size;
	UT_hash_handle hh; /* in old_limits.table */
};

static bool is_same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_same(const struct threshold *a, const struct threshold *b)
{
	return a->comparison == b->comparison &&
	       memcmp(&a->value, &b->value, sizeof(a->value)) == 0 && a->origin == b->origin &&
	       is_same_text(a->text, b->text) && is_same_text(a->place.file, b->place.file) &&
	       a->place.line == b->place.line && a->place.column == b->place.column;
}

static const struct threshold *find(const struct rule *rule, uint32_t unit,
				    const struct threshold *wanted)
{
	const struct limits *limits;

	if (!rule->limits || !rule->applies[unit])
		return NULL;
	limits = &rule->limits[unit];
	if (is_same(&limits->warning, wanted))
		return &limits->warning;
	if (is_same(&limits->critical, wanted))
		return &limits->critical;
	return is_same(&limits->clear, wanted) ? &limits->clear : NULL;
}

static void add_word(struct text *key, const char *word)
{
	text_add(key, "%s%s", word ? "=" : "-", word ? word : "");
	text_add_bytes(key, "", 1);
}

static void write_key(struct text *key, const struct threshold *threshold)
{
	text_add(key, "%d %d %u %u ", (int)threshold->comparison, (int)threshold->origin,
		 threshold->place.line, threshold->place.column);
	text_add_bytes(key, (const char *)&threshold->value, sizeof(threshold->value));
	add_word(key, threshold->text);
	add_word(key, threshold->place.file);
}

static struct old_limit *make(const struct threshold *threshold, const struct text *key)
{
	struct old_limit *limit = xcalloc(1, sizeof(*limit));

	limit->threshold = *threshold;
	if (threshold->text)
		limit->threshold.text = xstrndup(threshold->text, strlen(threshold->text));
	if (threshold->place.file)
		limit->threshold.place.file =
			xstrndup(threshold->place.file, strlen(threshold->place.file));
	limit->key_size = key->size;
	limit->key = xcalloc(1, key->size);
	memcpy(limit->key, key->bytes, key->size);
	return limit;
}

static const struct threshold *keep(struct old_limits *limits, const struct threshold *wanted)
{
	CLEANUP_TEXT struct text key = { 0 };
	struct old_limit *limit;

	write_key(&key, wanted);
	HASH_FIND(hh, limits->table, key.bytes, key.size, limit);
	if (!limit) {
		limit = make(wanted, &key);
		HASH_ADD_KEYPTR(hh, limits->table, limit->key, limit->key_size, limit);
	}
	return &limit->threshold;
}

const struct threshold *limit_recall(struct old_limits *limits, const struct rule *rule,
				     uint32_t unit, const struct threshold *wanted)
{
	const struct threshold *found = find(rule, unit, wanted);

	return found ? found : keep(limits, wanted);
}

void old_limits_fini(struct old_limits *limits)
{
	struct old_limit *limit, *next;

	HASH_ITER (hh, limits->table, limit, next) {
		HASH_DELETE(hh, limits->table, limit);
		free((char *)limit->threshold.text);
		free((char *)limit->threshold.place.file);
		free(limit->key);
		free(limit);
	}
}
