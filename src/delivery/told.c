/* SPDX-License-Identifier: Apache-2.0 */
#include "told.h"

#include <errno.h>
#include <string.h>
#include <xxhash.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"

static const char magic[8] = { 'I', 'O', 'C', 'D', 'T', 'O', 'L', '1' };

/* As it stands in the file, in the byte order of the machine: the file does not travel. */
struct told_record {
	char magic[8];
	char journal_id[32];
	uint64_t number;
	uint64_t unused;
	uint64_t checksum; /* XXH3-64 of all before it */
};

_Static_assert(sizeof(struct told_record) == 64, "the record has a fixed size");

static uint64_t checksum_of(const struct told_record *record)
{
	return XXH3_64bits(record, offsetof(struct told_record, checksum));
}

static struct told_record make_record(const struct told *told, uint64_t number)
{
	struct told_record record = { .number = number };

	memcpy(record.magic, magic, sizeof(record.magic));
	memcpy(record.journal_id, told->journal_id, sizeof(record.journal_id));
	record.checksum = checksum_of(&record);
	return record;
}

static int open_or_create(int *ret, const char *path)
{
	int r = disk_open(ret, path);

	return err_pass(r == -ENOENT ? disk_create(ret, path) : r);
}

int told_open(struct told *told, const char *path, const char *journal_id, uint64_t *ret)
{
	struct told_record record, expected;
	int r;

	*told = (struct told){ .file = -1 };
	memcpy(told->journal_id, journal_id, strnlen(journal_id, sizeof(told->journal_id)));
	r = open_or_create(&told->file, path);
	if (r) {
		told->file = -1;
		return err_pass(r);
	}

	r = disk_read(told->file, &record, sizeof(record), 0);
	if (r == DISK_END)
		return TOLD_NOTHING;
	if (r) {
		told_close(told);
		return err_pass(r);
	}

	expected = make_record(told, record.number);
	if (memcmp(&record, &expected, sizeof(record)) != 0)
		return TOLD_NOTHING;
	*ret = record.number;
	return 0;
}

int told_write(struct told *told, uint64_t number)
{
	struct told_record record = make_record(told, number);

	if (told->file < 0)
		return 0;
	return err_pass(disk_write(told->file, &record, sizeof(record), 0));
}

void told_close(struct told *told)
{
	if (told->file >= 0)
		disk_close(told->file);
	told->file = -1;
}
