/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file is eight bytes that say what it is, and then the entries as they are in memory, which
 * are sought by a table of their places.
 */
#include "publish_known.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/base/text.h"

#define NAME     "known"
#define NEW_NAME "known.new"
#define MAGIC    "IOCPUB1\n"
#define HEAD     8u /* bytes of MAGIC */
#define NOTHING  0u /* in the table; else a place and one more */

struct entry {
	uint64_t number; /* all three little-endian */
	uint64_t key[2];
};

struct publish_known {
	char *directory;
	int file;
	uint32_t keep;
	struct entry *list; /* when there are more than 2 * keep, the oldest go */
	uint32_t n;
	uint32_t n_written; /* of them, in the file */
	uint32_t *table;
	uint32_t mask; /* of its places */
};

static const char *path_of(struct text *text, const struct publish_known *known, const char *name)
{
	text_clear(text);
	text_add(text, "%s/%s", known->directory, name);
	return text_get(text);
}

/* ---- the table ---- */

static uint32_t *find(const struct publish_known *known, const uint64_t key[2])
{
	uint32_t at = (uint32_t)key[0] & known->mask;

	while (known->table[at] != NOTHING) {
		const struct entry *entry = &known->list[known->table[at] - 1];

		if (entry->key[0] == htole64(key[0]) && entry->key[1] == htole64(key[1]))
			break;
		at = (at + 1) & known->mask;
	}
	return &known->table[at];
}

static void enter(struct publish_known *known, uint32_t place)
{
	const struct entry *entry = &known->list[place];
	const uint64_t key[2] = { le64toh(entry->key[0]), le64toh(entry->key[1]) };

	*find(known, key) = place + 1;
}

static void fill_table(struct publish_known *known)
{
	memset(known->table, 0, ((size_t)known->mask + 1) * sizeof(*known->table));
	for (uint32_t i = 0; i < known->n; i++)
		enter(known, i);
}

/* ---- the file ---- */

static int write_from(struct publish_known *known, int file, uint32_t first)
{
	size_t n = (known->n - first) * sizeof(struct entry);
	int r = 0;

	if (n > 0)
		r = disk_write(file, known->list + first, n,
			       HEAD + (uint64_t)first * sizeof(struct entry));
	if (r == 0)
		r = disk_sync(file);
	return err_pass(r);
}

/* A new file with all that is in memory, in the place of the old one. */
static int write_anew(struct publish_known *known)
{
	CLEANUP_TEXT struct text new_path = { 0 };
	CLEANUP_TEXT struct text path = { 0 };
	int file, r;

	r = disk_remove(path_of(&new_path, known, NEW_NAME));
	if (r == 0 || r == -ENOENT)
		r = disk_create(&file, text_get(&new_path));
	if (r)
		return err_pass(r);
	r = disk_write(file, MAGIC, HEAD, 0);
	if (r == 0)
		r = write_from(known, file, 0);
	if (r == 0)
		r = disk_rename(text_get(&new_path), path_of(&path, known, NAME));
	if (r == 0)
		r = disk_sync_directory(known->directory);
	if (r) {
		disk_close(file);
		return err_pass(r);
	}

	if (known->file >= 0)
		disk_close(known->file);
	known->file = file;
	known->n_written = known->n;
	return 0;
}

/* What memory has room for of the newest; a torn entry at the end was never synced. */
static int read_list(struct publish_known *known)
{
	uint64_t size, n, skipped;
	char magic[HEAD];
	int r = disk_size(known->file, &size);

	if (r == 0)
		r = disk_read(known->file, magic, HEAD, 0);
	if (r == DISK_END || (r == 0 && memcmp(magic, MAGIC, HEAD) != 0))
		return err_raise(-EUCLEAN);
	if (r)
		return err_pass(r);

	n = (size - HEAD) / sizeof(struct entry);
	skipped = n > 2 * (uint64_t)known->keep ? n - 2 * (uint64_t)known->keep : 0;
	known->n = (uint32_t)(n - skipped);
	if (known->n > 0)
		r = disk_read(known->file, known->list, known->n * sizeof(struct entry),
			      HEAD + skipped * sizeof(struct entry));
	known->n_written = known->n;
	if (r)
		return r > 0 ? err_raise(-EUCLEAN) : err_pass(r);
	return skipped > 0 ? err_pass(write_anew(known)) : 0;
}

/* How many entries, from the first on, have rising numbers before head. */
static uint32_t count_before(const struct publish_known *known, uint64_t head)
{
	uint32_t n = 0;

	while (n < known->n && le64toh(known->list[n].number) < head &&
	       (n == 0 || le64toh(known->list[n].number) > le64toh(known->list[n - 1].number)))
		n++;
	return n;
}

int publish_known_cut(struct publish_known *known, uint64_t head)
{
	uint32_t n = count_before(known, head);
	int r = 0;

	known->n = n;
	fill_table(known);
	if (n < known->n_written) {
		known->n_written = n;
		r = disk_truncate(known->file, HEAD + (uint64_t)n * sizeof(struct entry));
		if (r == 0)
			r = disk_sync(known->file);
	}
	return err_pass(r);
}

static int open_file(struct publish_known *known)
{
	CLEANUP_TEXT struct text path = { 0 };
	int r = disk_open(&known->file, path_of(&path, known, NAME));

	if (r == -ENOENT) {
		known->file = -1;
		return err_pass(write_anew(known));
	}
	return r ? err_pass(r) : err_pass(read_list(known));
}

int publish_known_open(struct publish_known **ret, const char *directory, uint64_t head,
		       uint32_t keep)
{
	CLEANUP(publish_known_close) struct publish_known *known = xcalloc(1, sizeof(*known));
	uint32_t room = 2 * keep + PUBLISH_KNOWN_BATCH, places = 1;
	int r;

	while (places < 2 * room)
		places *= 2;
	known->directory = xstrdup(directory);
	known->file = -1;
	known->keep = keep;
	known->list = xcalloc(room, sizeof(*known->list));
	known->table = xcalloc(places, sizeof(*known->table));
	known->mask = places - 1;
	r = open_file(known);
	if (r == 0)
		r = publish_known_cut(known, head);
	if (r)
		return err_pass(r);

	*ret = known;
	known = NULL;
	return 0;
}

struct publish_known *publish_known_close(struct publish_known *known)
{
	if (!known)
		return NULL;

	if (known->file >= 0)
		disk_close(known->file);
	free(known->table);
	free(known->list);
	free(known->directory);
	free(known);
	return NULL;
}

/* ---- what is known ---- */

bool publish_known_has(const struct publish_known *known, const uint64_t key[2])
{
	return *find(known, key) != NOTHING;
}

uint32_t publish_known_count(const struct publish_known *known)
{
	return known->n;
}

void publish_known_note(struct publish_known *known, const uint64_t key[2], uint64_t number)
{
	assert(known->n < 2 * known->keep + PUBLISH_KNOWN_BATCH);

	known->list[known->n] = (struct entry){
		.number = htole64(number),
		.key = { htole64(key[0]), htole64(key[1]) },
	};
	enter(known, known->n++);
}

int publish_known_sync(struct publish_known *known)
{
	int r;

	if (known->n > 2 * known->keep) {
		memmove(known->list, known->list + known->n - known->keep,
			known->keep * sizeof(*known->list));
		known->n = known->keep;
		fill_table(known);
		return err_pass(write_anew(known));
	}
	if (known->n == known->n_written)
		return 0;
	r = write_from(known, known->file, known->n_written);
	if (r == 0)
		known->n_written = known->n;
	return err_pass(r);
}
