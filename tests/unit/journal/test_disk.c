/* SPDX-License-Identifier: Apache-2.0 */
#include "test_disk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "journal_private.h"

struct disk_hooks disk_hooks;

int __real_disk_sync(int file);
int __real_disk_write(int file, const void *bytes, size_t n, uint64_t offset);
int __real_disk_reserve(int file, uint64_t size);
int __real_disk_sync_directory(const char *path);
int __real_disk_lock(int *ret, const char *path);
int __wrap_disk_lock(int *ret, const char *path);
int __wrap_disk_sync(int file);
int __wrap_disk_sync_directory(const char *path);
int __wrap_disk_write(int file, const void *bytes, size_t n, uint64_t offset);
int __wrap_disk_reserve(int file, uint64_t size);

static bool is_spare(int file)
{
	char link[64], path[256] = "";

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
	assert_true(readlink(link, path, sizeof(path) - 1) > 0);
	return strcmp(strrchr(path, '/') + 1, JOURNAL_SPARE) == 0;
}

int __wrap_disk_sync(int file)
{
	int r;

	if (is_spare(file)) {
		disk_hooks.n_spares++;
		if (disk_hooks.after_sync)
			disk_hooks.after_sync(file);
		return disk_hooks.skip_sync ? 0 : __real_disk_sync(file);
	}
	r = atomic_exchange(&disk_hooks.fail_sync, 0);
	disk_hooks.n_syncs++;
	if (disk_hooks.on_sync)
		disk_hooks.on_sync(file);
	if (r == 0 && !disk_hooks.skip_sync)
		r = __real_disk_sync(file);
	if (r == 0 && disk_hooks.after_sync)
		disk_hooks.after_sync(file);
	return r;
}

int __wrap_disk_sync_directory(const char *path)
{
	int r = atomic_exchange(&disk_hooks.fail_directory_sync, 0);

	disk_hooks.n_directory_syncs++;
	if (r == 0 && !disk_hooks.skip_sync)
		r = __real_disk_sync_directory(path);
	if (r == 0 && disk_hooks.after_directory_sync)
		disk_hooks.after_directory_sync(path);
	return r;
}

int __wrap_disk_lock(int *ret, const char *path)
{
	if (disk_hooks.n_held > 0) {
		disk_hooks.n_held--;
		return DISK_HELD;
	}
	return __real_disk_lock(ret, path);
}

int __wrap_disk_write(int file, const void *bytes, size_t n, uint64_t offset)
{
	int r = atomic_exchange(&disk_hooks.fail_write, 0);

	disk_hooks.n_written += n;
	if (r == 0)
		return __real_disk_write(file, bytes, n, offset);
	assert_int_equal(__real_disk_write(file, bytes, n / 2, offset), 0);
	return r;
}

int __wrap_disk_reserve(int file, uint64_t size)
{
	uint64_t present;

	disk_hooks.n_reserves++;
	if (disk_hooks.fail_reserve != 0)
		return disk_hooks.fail_reserve;
	if (disk_hooks.skip_sync) {
		assert_int_equal(disk_size(file, &present), 0);
		return present < size ? disk_truncate(file, size) : 0;
	}
	return __real_disk_reserve(file, size);
}

int test_begin(void **state)
{
	char path[] = "/tmp/iocd-journal-XXXXXX";

	memset(&disk_hooks, 0, sizeof(disk_hooks));
	assert_non_null(mkdtemp(path));
	*state = xstrdup(path);
	return 0;
}

int test_end(void **state)
{
	DIR *directory = opendir(*state);
	struct dirent *entry;

	assert_non_null(directory);
	while ((entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			assert_int_equal(unlinkat(dirfd(directory), entry->d_name, 0), 0);
	(void)closedir(directory);
	assert_int_equal(rmdir(*state), 0);
	free(*state);
	return 0;
}

int try_journal(const char *directory, struct journal **ret, struct journal_recovery *ret_recovery)
{
	struct journal_options options = {
		.directory = directory,
		.segment_bytes = MIB,
		.mode = JOURNAL_INTERVAL,
	};

	return journal_open(ret, &options, ret_recovery);
}

struct journal *open_journal(const char *directory, enum journal_mode mode,
			     struct journal_recovery *ret)
{
	struct journal_options options = {
		.directory = directory,
		.segment_bytes = MIB,
		.mode = mode,
	};
	struct journal *journal = NULL;
	struct journal_recovery recovery;

	assert_int_equal(journal_open(&journal, &options, ret ? ret : &recovery), 0);
	return journal;
}

static char byte_of(uint64_t n, size_t i)
{
	return (char)(n * 131 + i * 7 + (i >> 8));
}

int append_numbered(struct journal *journal, uint64_t n, size_t size, int64_t now_ms)
{
	char *payload = xcalloc(1, size + 1);
	char topic[32];
	struct record record = { .kind = RECORD_MESSAGE, .topic = topic, .payload = payload };
	int r;

	record.topic_size = (size_t)snprintf(topic, sizeof(topic), "t/%lu", (unsigned long)n);
	record.payload_size = size;
	record.flags = n % 3 == 0 ? RECORD_RETAINED : 0;
	for (size_t i = 0; i < size; i++)
		payload[i] = byte_of(n, i);
	r = journal_append(journal, &record, now_ms);
	free(payload);
	return r;
}

void assert_numbered(const struct record *record, uint64_t n, size_t size)
{
	char topic[32];
	int topic_size = snprintf(topic, sizeof(topic), "t/%lu", (unsigned long)n);

	assert_int_equal(record->kind, RECORD_MESSAGE);
	assert_int_equal(record->flags, n % 3 == 0 ? RECORD_RETAINED : 0);
	assert_int_equal(record->topic_size, topic_size);
	assert_memory_equal(record->topic, topic, topic_size);
	assert_int_equal(record->payload_size, size);
	for (size_t i = 0; i < size; i++)
		if (record->payload[i] != byte_of(n, i))
			fail_msg("byte %zu of record %lu is wrong", i, (unsigned long)n);
}

void sync_journal(struct journal *journal)
{
	(void)pthread_mutex_lock(&journal->mutex);
	while (journal_synced(journal) < journal_end(journal))
		assert_int_equal(journal_sync_oldest(journal), 0);
	(void)pthread_mutex_unlock(&journal->mutex);
}

void keep_all(struct journal *journal)
{
	int r;

	while ((r = journal_keep_step(journal)) > 0)
		;
	assert_int_equal(r, 0);
}

uint64_t read_numbered(struct journal *journal, uint64_t position, uint64_t n, size_t size)
{
	struct journal_cursor *cursor = journal_cursor_new(journal, position);
	struct record record;
	uint64_t count = 0;
	int r;

	while ((r = journal_next(cursor, &record)) == 0) {
		assert_int_equal(record.position, position);
		assert_numbered(&record, n + count, size);
		position = record.next;
		count++;
	}
	assert_int_equal(r, JOURNAL_END);
	assert_int_equal(position, journal_synced(journal));
	(void)journal_cursor_free(cursor);
	return count;
}

char *path_of(const char *directory, const char *name)
{
	char *path = xcalloc(1, strlen(directory) + strlen(name) + 2);

	(void)sprintf(path, "%s/%s", directory, name);
	return path;
}

char *read_bytes(const char *path, size_t *ret_size)
{
	char *bytes = NULL;

	assert_int_equal(disk_read_file(path, 1u << 30, &bytes, ret_size), 0);
	return bytes;
}

void write_bytes(const char *path, const char *bytes, size_t size)
{
	int file = open(path, O_WRONLY | O_CREAT, 0600);

	assert_true(file >= 0);
	assert_int_equal(__real_disk_write(file, bytes, size, 0), 0);
	assert_int_equal(disk_truncate(file, size), 0); /* O_TRUNC would make some disks wait */
	(void)close(file);
}
