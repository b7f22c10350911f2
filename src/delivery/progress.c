/* SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

#include <errno.h>
#include <string.h>
#include <xxhash.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"

static const char magic[8] = { 'I', 'O', 'C', 'D', 'R', 'C', 'V', '1' };

/* As it stands in the file, in the byte order of the machine: the file does not travel. */
struct record {
	char magic[8];
	char journal_id[32];
	char id[PROGRESS_ID_MAX]; /* all zero: a free slot */
	uint64_t told;
	uint64_t missed;
	uint64_t checksum; /* XXH3-64 of all before it */
};

_Static_assert(sizeof(struct record) == 128, "a record lies within one sector");

static struct record make_record(const struct progress *progress, const struct progress_slot *slot)
{
	struct record record = { .told = slot->entry.told, .missed = slot->entry.missed };

	memcpy(record.magic, magic, sizeof(record.magic));
	memcpy(record.journal_id, progress->journal_id, sizeof(record.journal_id));
	memcpy(record.id, slot->id, sizeof(record.id));
	record.checksum = XXH3_64bits(&record, offsetof(struct record, checksum));
	return record;
}

static int write_slot(struct progress *progress, size_t i)
{
	struct record record = make_record(progress, &progress->slots[i]);

	if (progress->file < 0)
		return 0;
	return err_pass(disk_write(progress->file, &record, sizeof(record), i * sizeof(record)));
}

/* 0, DISK_END or a fault. */
static int read_slot(struct progress *progress, size_t i)
{
	struct progress_slot *slot = &progress->slots[i];
	struct record record, expected;
	int r = disk_read(progress->file, &record, sizeof(record), i * sizeof(record));

	if (r)
		return r;

	memcpy(slot->id, record.id, sizeof(record.id));
	slot->entry = (struct progress_entry){ record.told, record.missed };
	expected = make_record(progress, slot);
	if (memcmp(&record, &expected, sizeof(record)) != 0)
		*slot = (struct progress_slot){ 0 };
	return 0;
}

/* The slot of id ("": one that is free), or PROGRESS_SLOTS. */
static size_t find_slot(const struct progress *progress, const char *id)
{
	size_t i = 0;

	while (i < PROGRESS_SLOTS && strncmp(progress->slots[i].id, id, PROGRESS_ID_MAX) != 0)
		i++;
	return i;
}

static int open_or_create(int *ret, const char *path)
{
	int r = disk_open(ret, path);

	return err_pass(r == -ENOENT ? disk_create(ret, path) : r);
}

int progress_open(struct progress *progress, const char *path, const char *journal_id)
{
	int r;

	*progress = (struct progress){ .file = -1 };
	memcpy(progress->journal_id, journal_id, strnlen(journal_id, sizeof(progress->journal_id)));
	r = open_or_create(&progress->file, path);
	if (r) {
		progress->file = -1;
		return err_pass(r);
	}

	for (size_t i = 0; i < PROGRESS_SLOTS && r == 0; i++)
		r = read_slot(progress, i);
	return r == DISK_END ? 0 : err_pass(r);
}

bool progress_find(const struct progress *progress, const char *id, struct progress_entry *ret)
{
	size_t i = find_slot(progress, id);

	if (i == PROGRESS_SLOTS)
		return false;
	*ret = progress->slots[i].entry;
	return true;
}

int progress_write(struct progress *progress, const char *id, const struct progress_entry *entry)
{
	size_t i = find_slot(progress, id);

	if (i == PROGRESS_SLOTS)
		i = find_slot(progress, "");
	assert(i < PROGRESS_SLOTS); /* there are more of them than receivers */
	memcpy(progress->slots[i].id, id, strnlen(id, PROGRESS_ID_MAX));
	progress->slots[i].entry = *entry;
	return err_pass(write_slot(progress, i));
}

static int free_slot(struct progress *progress, size_t i)
{
	progress->slots[i] = (struct progress_slot){ 0 };
	return err_pass(write_slot(progress, i));
}

int progress_forget(struct progress *progress, const char *id)
{
	size_t i = find_slot(progress, id);

	return i == PROGRESS_SLOTS ? 0 : err_pass(free_slot(progress, i));
}

static bool is_among(const char *id, const char *const *ids, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strncmp(ids[i], id, PROGRESS_ID_MAX) == 0)
			return true;
	return false;
}

int progress_keep(struct progress *progress, const char *const *ids, size_t n)
{
	int r = 0;

	for (size_t i = 0; i < PROGRESS_SLOTS && r == 0; i++) {
		const char *id = progress->slots[i].id;

		if (id[0] && !is_among(id, ids, n))
			r = free_slot(progress, i);
	}
	return err_pass(r);
}

void progress_close(struct progress *progress)
{
	if (progress->file >= 0)
		disk_close(progress->file);
	progress->file = -1;
}
