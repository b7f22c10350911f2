/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "survey.h"

#define COPY_BYTES (256u << 10)
#define COPYING    ".copy" /* not yet complete */
#define OPEN       ".open" /* complete, of a repair that is not */
#define CLOSED     ".bin"

void quarantine_init(struct quarantine *quarantine, const char *directory,
		     struct journal_repair *sum)
{
	struct text path = survey_path(directory, JOURNAL_QUARANTINE);

	*quarantine = (struct quarantine){
		.directory = directory,
		.path = xstrdup(text_get(&path)),
		.sum = sum,
	};
	text_fini(&path);
}

void quarantine_fini(struct quarantine *quarantine)
{
	free(quarantine->path);
}

/* Work on names that a listing gives. */
struct names {
	const struct quarantine *quarantine;
	const char *name; /* what is looked for */
	uint64_t from;
	uint64_t to;
	bool is_covered;
	bool is_taken;
	int fault;
};

static void remove_copy(void *context, const char *name)
{
	struct names *names = context;
	CLEANUP_TEXT struct text path = survey_path(names->quarantine->path, name);

	if (names->fault == 0)
		names->fault = disk_remove(text_get(&path));
}

int quarantine_begin(const struct quarantine *quarantine)
{
	struct names names = { .quarantine = quarantine };
	int r;

	r = disk_make_directory(quarantine->path);
	if (r == 0)
		r = disk_sync_directory(quarantine->directory);
	if (r == 0)
		r = disk_list(quarantine->path, COPYING, remove_copy, &names);
	if (r == 0)
		r = names.fault;
	return err_pass(r);
}

static bool parse_stretch(const char *name, const char *suffix, uint64_t *ret_from,
			  uint64_t *ret_to)
{
	char again[JOURNAL_NAME_MAX];

	if (sscanf(name, "%16" SCNx64 "-%16" SCNx64, ret_from, ret_to) != 2)
		return false;
	(void)snprintf(again, sizeof(again), "%016" PRIx64 "-%016" PRIx64 "%s", *ret_from, *ret_to,
		       suffix);
	return strcmp(name, again) == 0;
}

static void look_at_open(void *context, const char *name)
{
	struct names *names = context;
	size_t size = strlen(name) - strlen(OPEN);
	uint64_t from, to;

	if (parse_stretch(name, OPEN, &from, &to))
		names->is_covered |= from <= names->from && to >= names->to;
	else
		names->is_covered |=
			strlen(names->name) == size && memcmp(name, names->name, size) == 0;
}

/* Whether a killed repair has put a copy aside. */
static int look_for_open(const struct quarantine *quarantine, const char *name, bool *ret)
{
	struct names names = { .name = name, .from = 1 };
	int r;

	if (!parse_stretch(name, "", &names.from, &names.to))
		names.to = UINT64_MAX; /* no stretch covers it */
	r = disk_list(quarantine->path, OPEN, look_at_open, &names);
	*ret = names.is_covered;
	return r == -ENOENT ? 0 : err_pass(r);
}

static int copy_bytes(int from, int to, uint64_t offset, uint64_t n)
{
	char *bytes = xrealloc(NULL, 1, COPY_BYTES);
	int r = 0;

	for (uint64_t done = 0; r == 0 && done < n; done += COPY_BYTES) {
		size_t size = n - done < COPY_BYTES ? (size_t)(n - done) : COPY_BYTES;

		r = disk_read(from, bytes, size, offset + done);
		if (r == 0)
			r = disk_write(to, bytes, size, done);
	}
	free(bytes);
	return r < 0 ? err_pass(r) : err_fold(r);
}

static int copy_new(const struct quarantine *quarantine, const char *copying, const char *open,
		    int file, uint64_t offset, uint64_t n)
{
	int copy, r;

	r = disk_create(&copy, copying);
	if (r < 0)
		return err_pass(r);
	r = copy_bytes(file, copy, offset, n);
	if (r == 0)
		r = disk_sync(copy);
	disk_close(copy);
	if (r == 0)
		r = disk_rename(copying, open);
	if (r == 0)
		r = disk_sync_directory(quarantine->path);
	return err_pass(r);
}

int quarantine_copy(struct quarantine *quarantine, const char *name, int file, uint64_t offset,
		    uint64_t n)
{
	CLEANUP_TEXT struct text copying = survey_path(quarantine->path, name);
	CLEANUP_TEXT struct text open = survey_path(quarantine->path, name);
	bool is_covered;
	int r;

	if (n == 0)
		return 0;

	quarantine->sum->quarantined_files++;
	quarantine->sum->quarantined_bytes += n;
	quarantine->needed_bytes += n;
	r = look_for_open(quarantine, name, &is_covered);
	if (r < 0)
		return err_pass(r);
	if (quarantine->is_dry || is_covered)
		return 0;

	text_add(&copying, COPYING);
	text_add(&open, OPEN);
	return err_pass(copy_new(quarantine, text_get(&copying), text_get(&open), file, offset, n));
}

static void look_at_name(void *context, const char *name)
{
	struct names *names = context;

	names->is_taken |= strcmp(name, names->name) == 0;
}

/* Appends to path, stem of size bytes, suffix and, if a file of that name stands there already, a
 * number.  0 or a fault. */
static int find_free(const struct quarantine *quarantine, const char *stem, size_t size,
		     const char *suffix, struct text *path)
{
	int r = 0;

	for (int i = 1; r == 0; i++) {
		CLEANUP_TEXT struct text name = { .size = 0 };
		struct names names = { .is_taken = false };

		text_add_bytes(&name, stem, size);
		if (i > 1)
			text_add(&name, ".%d", i);
		text_add(&name, "%s", suffix);
		names.name = text_get(&name);
		r = disk_list(quarantine->path, suffix, look_at_name, &names);
		if (r == 0 && !names.is_taken) {
			text_add(path, "%s/%s", quarantine->path, names.name);
			return 0;
		}
	}
	return err_pass(r);
}

int quarantine_move(struct quarantine *quarantine, const char *name, uint64_t bytes)
{
	CLEANUP_TEXT struct text from = survey_path(quarantine->directory, name);
	CLEANUP_TEXT struct text to = { .size = 0 };
	int r;

	quarantine->sum->quarantined_files++;
	quarantine->sum->quarantined_bytes += bytes;
	if (quarantine->is_dry)
		return 0;

	r = find_free(quarantine, name, strlen(name), "", &to);
	if (r == 0)
		r = disk_rename(text_get(&from), text_get(&to));
	if (r == 0)
		r = disk_sync_directory(quarantine->path);
	if (r == 0)
		r = disk_sync_directory(quarantine->directory);
	return err_pass(r);
}

static void close_copy(void *context, const char *name)
{
	struct names *names = context;
	CLEANUP_TEXT struct text from = survey_path(names->quarantine->path, name);
	CLEANUP_TEXT struct text to = { .size = 0 };

	if (names->fault == 0)
		names->fault = find_free(names->quarantine, name, strlen(name) - strlen(OPEN),
					 CLOSED, &to);
	if (names->fault == 0)
		names->fault = disk_rename(text_get(&from), text_get(&to));
}

int quarantine_finish(const struct quarantine *quarantine)
{
	struct names names = { .quarantine = quarantine };
	int r;

	r = disk_list(quarantine->path, OPEN, close_copy, &names);
	if (r == 0)
		r = names.fault;
	if (r == 0)
		r = disk_sync_directory(quarantine->path);
	return err_pass(r);
}
