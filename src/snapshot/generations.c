/* SPDX-License-Identifier: Apache-2.0 */
#include "generations.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"

#define SUFFIX      ".snap"
#define N_DIGITS    16
#define NAME_LENGTH (N_DIGITS + sizeof(SUFFIX) - 1)

void generations_init(struct generations *generations, const char *directory,
		      const char *journal_id)
{
	*generations = (struct generations){
		.directory = xstrdup(directory),
		.journal_id = xstrdup(journal_id),
	};
}

void generations_fini(struct generations *generations)
{
	free(generations->items);
	free(generations->journal_id);
	free(generations->directory);
	*generations = (struct generations){ 0 };
}

void generations_add_path(const struct generations *generations, uint64_t position,
			  struct text *path)
{
	text_add(path, "%s/%016" PRIx64 SUFFIX, generations->directory, position);
}

/* The item at position or, if there is none, the one that it would stand before. */
static size_t place_of(const struct generations *generations, uint64_t position)
{
	size_t i = 0;

	while (i < generations->n_items && generations->items[i].position < position)
		i++;
	return i;
}

static bool is_listed(const struct generations *generations, uint64_t position, size_t i)
{
	return i < generations->n_items && generations->items[i].position == position;
}

static void put(struct generations *generations, const struct generation *generation)
{
	size_t i = place_of(generations, generation->position);

	if (!is_listed(generations, generation->position, i)) {
		generations->items = xrealloc(generations->items, generations->n_items + 1,
					      sizeof(*generations->items));
		memmove(generations->items + i + 1, generations->items + i,
			(generations->n_items - i) * sizeof(*generations->items));
		generations->n_items++;
	}
	generations->items[i] = *generation;
}

static struct generation look(const struct generations *generations, uint64_t position)
{
	CLEANUP_TEXT struct text path = { 0 };
	struct image image;
	const char *why;

	generations_add_path(generations, position, &path);
	image_init(&image, generations->journal_id, position);
	why = image_look(&image, text_get(&path));
	return (struct generation){
		.position = position,
		.bytes = image.bytes,
		.is_good = why == NULL,
	};
}

static bool read_name(const char *name, uint64_t *ret)
{
	char again[NAME_LENGTH + 1];

	if (strlen(name) != NAME_LENGTH)
		return false;
	*ret = strtoull(name, NULL, 16);
	(void)snprintf(again, sizeof(again), "%016" PRIx64 SUFFIX, *ret);
	return strcmp(name, again) == 0;
}

static void on_name(void *context, const char *name)
{
	struct generations *generations = context;
	struct generation generation;
	uint64_t position;

	if (!read_name(name, &position))
		return;
	generation = look(generations, position);
	put(generations, &generation);
}

int generations_scan(struct generations *generations)
{
	generations->n_items = 0;
	return err_pass(disk_list(generations->directory, SUFFIX, on_name, generations));
}

bool generations_take(struct generations *generations, uint64_t position)
{
	struct generation generation = look(generations, position);

	if (generation.is_good)
		put(generations, &generation);
	return generation.is_good;
}

void generations_doubt(struct generations *generations, uint64_t position)
{
	struct generation generation = look(generations, position);

	if (!generation.is_good ||
	    is_listed(generations, position, place_of(generations, position)))
		return;
	generation.is_good = false;
	put(generations, &generation);
}

bool generations_is_surplus(const struct generations *generations, uint64_t position, size_t i)
{
	size_t n_newer = 1; /* the one at position */

	if (generations->items[i].position == position)
		return false;
	for (size_t j = i + 1; j < generations->n_items; j++)
		n_newer +=
			generations->items[j].is_good && generations->items[j].position != position;
	return !generations->items[i].is_good || n_newer >= SNAPSHOT_KEPT;
}

void generations_strike_surplus(struct generations *generations, uint64_t position)
{
	size_t n = 0;

	for (size_t i = 0; i < generations->n_items; i++)
		if (!generations_is_surplus(generations, position, i))
			generations->items[n++] = generations->items[i];
	generations->n_items = n;
}

void generations_distrust(struct generations *generations, uint64_t position)
{
	size_t i = place_of(generations, position);

	if (is_listed(generations, position, i))
		generations->items[i].is_good = false;
}

const struct generation *generations_newest(const struct generations *generations)
{
	for (size_t i = generations->n_items; i-- > 0;)
		if (generations->items[i].is_good)
			return &generations->items[i];
	return NULL;
}

const struct generation *generations_oldest(const struct generations *generations)
{
	for (size_t i = 0; i < generations->n_items; i++)
		if (generations->items[i].is_good)
			return &generations->items[i];
	return NULL;
}

size_t generations_n_good(const struct generations *generations)
{
	size_t n = 0;

	for (size_t i = 0; i < generations->n_items; i++)
		n += generations->items[i].is_good;
	return n;
}
