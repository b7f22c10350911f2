/* SPDX-License-Identifier: Apache-2.0 */
#include "read.h"

#include <assert.h>
#include <string.h>

#include "iocd/base/err.h"

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool fits(const char *name, const struct naming *naming)
{
	size_t size = strlen(name);

	if (size == 0 || size > naming->max_size || !is_plain(name[0]))
		return false;
	for (size_t i = 1; i < size; i++)
		if (!is_plain(name[i]) && !strchr(naming->more, name[i]))
			return false;
	return true;
}

bool read_name(struct load *load, const char *name, struct place place, const struct naming *naming)
{
	CLEANUP_TEXT struct text more = { 0 };
	size_t n = strlen(naming->more);

	if (fits(name, naming))
		return true;

	for (size_t i = 0; i < n; i++)
		text_add(&more, "%s'%c'", i + 1 < n ? ", " : " and ", naming->more[i]);
	report_error_as(load->report, "bad-name", place,
			"'%s' cannot name a %s; use a to z, 0 to 9%s, beginning with a letter or "
			"digit, at most %zu",
			name, naming->what, text_get(&more), naming->max_size);
	return false;
}

/* Adds the entries of one map. */
static void collect_map(struct load *load, struct names *names, const struct node *map,
			const struct naming *naming)
{
	int r;

	for (const struct node *entry = map->first; entry; entry = entry->next) {
		uint32_t first = map_find(names->numbers, entry->key, strlen(entry->key));

		if (first != MAP_NONE) {
			const struct place *place = &names->list[first]->key_place;

			report_error_as(load->report, "declared-twice", entry->key_place,
					"%s '%s' is declared already, at %s:%u", names->what,
					entry->key, place->file, place->line);
			continue;
		}
		if (names->n == naming->max_n) {
			report_error_as(load->report, "too-many", entry->key_place,
					"more than %u %ss", naming->max_n, names->what);
			names->incomplete = true;
			return;
		}
		(void)read_name(load, entry->key, entry->key_place, naming);
		r = map_add(names->numbers, entry->key, strlen(entry->key), names->n);
		assert(r == 0);
		names->list[names->n++] = entry;
	}
}

/* The map that holds the entries of a file: its root, or of units.yml what stands under "units". */
static const struct node *entries_of(struct load *load, const struct node *root, enum part part)
{
	static const struct slot slots[] = { { "units", 0 } };
	static const struct node nothing = { .kind = NODE_MAP, .text = "" };
	const struct node *units = NULL;

	if (!read_kind(load, root, NODE_MAP))
		return NULL;
	if (part != PART_UNITS)
		return root;
	if (!read_slots(load, root, slots, COUNT(slots), &units))
		return NULL;
	if (!units || (units->kind == NODE_TEXT && !units->text[0]))
		return &nothing;
	return read_kind(load, units, NODE_MAP) ? units : NULL;
}

/* No fewer than there are. */
static uint32_t count_entries(const struct load *load, enum part part)
{
	const struct sources *sources = load->config->sources;
	uint32_t n = 0;

	for (uint32_t i = 0; i < sources->n; i++) {
		if (sources->list[i]->part != part || !load->roots[i])
			continue;
		n += load->roots[i]->n;
		for (const struct node *child = load->roots[i]->first; child; child = child->next)
			n += part == PART_UNITS ? child->n : 0;
	}
	return n;
}

void names_collect(struct load *load, struct names *names, enum part part,
		   const struct naming *naming)
{
	const struct sources *sources = load->config->sources;
	uint32_t capacity = count_entries(load, part);

	names->part = part;
	names->what = naming->what;
	names->numbers = map_new();
	names->capacity = capacity + 1;
	names->list = scratch_take(load->trees, names->capacity * sizeof(struct node *));

	for (uint32_t i = 0; i < sources->n; i++) {
		const struct node *map;

		if (sources->list[i]->part != part)
			continue;
		map = load->roots[i] ? entries_of(load, load->roots[i], part) : NULL;
		if (map)
			collect_map(load, names, map, naming);
		else
			names->incomplete = true;
	}
}

static void grow(struct load *load, struct names *names)
{
	const struct node **list;

	if (names->n < names->capacity)
		return;

	names->capacity *= 2;
	list = scratch_take(load->trees, names->capacity * sizeof(struct node *));
	memcpy(list, names->list, names->n * sizeof(struct node *));
	names->list = list;
}

bool names_add(struct load *load, struct names *names, const struct node *entry, const char *key,
	       const struct naming *naming)
{
	struct node *copy;

	if (names->n == naming->max_n) {
		report_error(load->report, entry->key_place, "more than %u %ss", naming->max_n,
			     names->what);
		return false;
	}
	if (!read_name(load, key, entry->key_place, naming))
		return false;
	if (map_add(names->numbers, key, strlen(key), names->n)) {
		uint32_t first = map_find(names->numbers, key, strlen(key));
		const struct place *place = &names->list[first]->key_place;

		report_error(load->report, entry->key_place,
			     "this makes %s '%s', which is declared already, at %s:%u", names->what,
			     key, place->file, place->line);
		return false;
	}
	grow(load, names);
	copy = scratch_take(load->trees, sizeof(*copy));
	*copy = *entry;
	copy->key = key;
	names->list[names->n++] = copy;
	return true;
}

bool names_find(struct load *load, const struct names *names, const char *word, struct place place,
		uint32_t *ret)
{
	uint32_t number = map_find(names->numbers, word, strlen(word));
	struct hint hint;

	if (number != MAP_NONE) {
		*ret = number;
		return true;
	}
	if (names->incomplete)
		return false;

	hint_begin(&hint, load, word);
	for (uint32_t i = 0; i < names->n; i++)
		hint_consider(&hint, names->list[i]->key);
	report_error_as(load->report, "unknown-name", place, "unknown %s '%s'%s", names->what, word,
			hint_end(&hint));
	return false;
}
