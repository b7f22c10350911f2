/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk that loses what was not synced when its power is cut.  Every sync keeps a copy of the
 * file, and each sector of it is afterwards as it was then or as it was written last, by chance.
 * Every rename or removal whose directory was not synced has happened or not, by chance.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/base/random.h"
#include "iocd/journal.h"
#include "journal_private.h"
#include "test_disk.h"

#define N_FILES   64
#define N_RECORDS 4096
#define N_ROUNDS  100
#define SECTOR    512u
#define RECORD    150011u /* bytes of payload: six to a segment */

/* A file, by the name that it has or had. */
struct lossy_file {
	char name[32];
	char *synced; /* MIB bytes */
};

/* A change of names that may not be on the disk yet. */
struct change {
	bool is_removal; /* else the spare became name */
	char name[32];
};

static struct lossy_file files[N_FILES];
static struct change changes[16];
static size_t n_changes;
static struct random_stream stream;
static unsigned n_undone;

int __real_disk_rename(const char *from, const char *to);
int __real_disk_remove(const char *path);
int __wrap_disk_rename(const char *from, const char *to);
int __wrap_disk_remove(const char *path);

static const char *name_of(const char *path)
{
	return strrchr(path, '/') + 1;
}

static struct lossy_file *look_up(const char *name)
{
	for (size_t i = 0; i < N_FILES; i++)
		if (files[i].synced && strcmp(files[i].name, name) == 0)
			return &files[i];
	return NULL;
}

static struct lossy_file *find_file(const char *name)
{
	struct lossy_file *file = look_up(name);

	if (file)
		return file;
	for (file = files; file->synced; file++)
		assert_true(file < files + N_FILES - 1);
	(void)snprintf(file->name, sizeof(file->name), "%s", name);
	file->synced = xcalloc(1, MIB);
	return file;
}

static void forget_file(const char *name)
{
	struct lossy_file *file = find_file(name);

	free(file->synced);
	file->synced = NULL;
}

static void keep_copy(int file)
{
	char link[64], path[256] = "";

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
	assert_true(readlink(link, path, sizeof(path) - 1) > 0);
	assert_int_equal(disk_read(file, find_file(name_of(path))->synced, MIB, 0), 0);
}

static void add_change(bool is_removal, const char *path)
{
	assert_true(n_changes < sizeof(changes) / sizeof(changes[0]));
	changes[n_changes].is_removal = is_removal;
	(void)snprintf(changes[n_changes].name, sizeof(changes[0].name), "%s", name_of(path));
	n_changes++;
}

int __wrap_disk_rename(const char *from, const char *to)
{
	struct lossy_file *spare = find_file(JOURNAL_SPARE);

	memcpy(find_file(name_of(to))->synced, spare->synced, MIB);
	memset(spare->synced, 0, MIB);
	add_change(false, to);
	return __real_disk_rename(from, to);
}

static char *gone(const char *path)
{
	char *result = xcalloc(1, strlen(path) + sizeof(".gone"));

	(void)sprintf(result, "%s.gone", path);
	return result;
}

int __wrap_disk_remove(const char *path)
{
	char *kept = gone(path);
	int r;

	if (strstr(path, ".seg")) {
		add_change(true, path);
		r = __real_disk_rename(path, kept);
	} else {
		memset(find_file(name_of(path))->synced, 0, MIB);
		r = __real_disk_remove(path);
	}
	free(kept);
	return r;
}

static void end_change(const char *directory, const struct change *change, bool is_undone)
{
	char *path = path_of(directory, change->name);
	char *kept = gone(path);

	if (change->is_removal && is_undone)
		assert_int_equal(__real_disk_rename(kept, path), 0);
	else if (change->is_removal || is_undone)
		assert_int_equal(__real_disk_remove(is_undone ? path : kept), 0);
	if (change->is_removal != is_undone)
		forget_file(change->name);
	n_undone += is_undone;
	free(kept);
	free(path);
}

static void settle_names(const char *directory)
{
	for (size_t i = 0; i < n_changes; i++)
		end_change(directory, &changes[i], false);
	n_changes = 0;
}

static void lose_names(const char *directory)
{
	while (n_changes > 0)
		end_change(directory, &changes[--n_changes], random_below(&stream, 2) == 0);
}

static void lose_sectors(void *context, const char *name)
{
	char *path = path_of(context, name);
	struct lossy_file *file = find_file(name);
	size_t size;
	char *bytes = read_bytes(path, &size);

	assert_int_equal(size, MIB);
	for (size_t offset = 0; offset < MIB; offset += SECTOR)
		if (random_below(&stream, 2) == 0)
			memcpy(bytes + offset, file->synced + offset, SECTOR);
	write_bytes(path, bytes, MIB);
	memcpy(file->synced, bytes, MIB);
	free(bytes);
	free(path);
}

/* What the world knows of the journal. */
struct history {
	uint64_t at[N_RECORDS]; /* positions of records, and of the end */
	uint64_t n;             /* records appended */
	uint64_t n_synced;      /* of them, those that were said to be synced */
	uint64_t n_let_go;      /* of them, those that may be removed */
};

static void append_one(struct history *history, struct journal *journal)
{
	assert_int_equal(append_numbered(journal, history->n, RECORD, 1), 0);
	history->n++;
	history->at[history->n] = journal_end(journal);
}

static void let_some_go(struct history *history, struct journal *journal)
{
	history->n_let_go += random_below(&stream, history->n_synced - history->n_let_go + 1);
	journal_retain(journal, history->at[history->n_let_go], 0, 0);
}

/* Works by chance, then stops without a last sync, as a cut of power does. */
static void work_until_the_cut(struct history *history, struct journal *journal)
{
	for (uint64_t steps = random_below(&stream, 50); steps > 0; steps--) {
		uint64_t die = random_below(&stream, 16);

		if (die < 8)
			append_one(history, journal);
		else if (die == 8)
			let_some_go(history, journal);
		else
			assert_true(journal_keep_step(journal) >= 0);
		while (history->at[history->n_synced] < journal_synced(journal))
			history->n_synced++;
	}
	disk_hooks.fail_sync = -EIO;
	(void)journal_free(journal);
	disk_hooks.fail_sync = 0;
}

/* The journal must hold all that it promised, and nothing else. */
static void check(struct history *history, struct journal *journal)
{
	uint64_t n_first = 0;

	while (history->at[n_first] < journal_first(journal))
		n_first++;
	assert_int_equal(history->at[n_first], journal_first(journal));
	assert_true(n_first <= history->n_let_go);
	history->n = n_first + read_numbered(journal, journal_first(journal), n_first, RECORD);
	assert_int_equal(history->at[history->n], journal_end(journal));
	assert_true(history->n >= history->n_synced);
	history->n_synced = history->n;
}

static void a_power_cut_loses_nothing_synced_and_the_journal_opens(void **state)
{
	struct history *history = xcalloc(1, sizeof(*history));
	struct journal_recovery recovery;
	struct journal *journal;
	unsigned n_torn = 0;

	random_seed(&stream, 1);
	disk_hooks.skip_sync = 1;
	disk_hooks.after_sync = keep_copy;
	disk_hooks.after_directory_sync = settle_names;
	for (int round = 0; round < N_ROUNDS; round++) {
		if (try_journal(*state, &journal, &recovery) != 0)
			fail_msg("round %d: %s", round, recovery.where);
		n_torn += recovery.cut_bytes > 0;
		check(history, journal);
		work_until_the_cut(history, journal);
		lose_names(*state);
		assert_int_equal(disk_list(*state, ".seg", lose_sectors, *state), 0);
	}
	assert_true(n_torn > N_ROUNDS / 5);
	assert_true(n_undone > N_ROUNDS / 10);
	assert_true(history->n_let_go > 100);
	for (size_t i = 0; i < N_FILES; i++) {
		free(files[i].synced);
		files[i].synced = NULL;
	}
	free(history);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, test_begin, test_end)
	const struct CMUnitTest tests[] = {
		TEST(a_power_cut_loses_nothing_synced_and_the_journal_opens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
