/* SPDX-License-Identifier: Apache-2.0 */
#include "disk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "segment.h"

struct disk disk;

int __real_disk_write(int file, const void *bytes, size_t n, uint64_t offset);
int __real_disk_rename(const char *from, const char *to);
int __real_disk_create(int *ret, const char *path);
int __wrap_disk_sync(int file);
int __wrap_disk_sync_directory(const char *path);
int __wrap_disk_write(int file, const void *bytes, size_t n, uint64_t offset);
int __wrap_disk_reserve(int file, uint64_t size);
int __wrap_disk_rename(const char *from, const char *to);
int __wrap_disk_create(int *ret, const char *path);

static int fault(void)
{
	return disk.is_dead ? err_raise(-EIO) : disk.is_full ? err_raise(-ENOSPC) : 0;
}

int __wrap_disk_sync(int file)
{
	(void)file;
	return disk.is_dead ? err_raise(-EIO) : 0;
}

int __wrap_disk_sync_directory(const char *path)
{
	(void)path;
	return disk.is_dead ? err_raise(-EIO) : 0;
}

int __wrap_disk_write(int file, const void *bytes, size_t n, uint64_t offset)
{
	int r = fault();

	return r ? r : __real_disk_write(file, bytes, n, offset);
}

int __wrap_disk_reserve(int file, uint64_t size)
{
	uint64_t present;
	int r = fault();

	if (r)
		return r;
	assert_int_equal(disk_size(file, &present), 0);
	return present < size ? disk_truncate(file, size) : 0;
}

int __wrap_disk_rename(const char *from, const char *to)
{
	return disk.is_dead ? err_raise(-EIO) : __real_disk_rename(from, to);
}

int __wrap_disk_create(int *ret, const char *path)
{
	return disk.is_dead ? err_raise(-EIO) : __real_disk_create(ret, path);
}

int disk_begin(void **state)
{
	char path[] = "/tmp/iocd-forward-XXXXXX";

	disk = (struct disk){ false, false };
	assert_non_null(mkdtemp(path));
	*state = xstrdup(path);
	return 0;
}

static int remove_path(const char *path, const struct stat *status, int flag, struct FTW *place)
{
	(void)status, (void)flag, (void)place;
	return remove(path);
}

int disk_end(void **state)
{
	assert_int_equal(nftw(*state, remove_path, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(*state);
	return 0;
}

static void path_of(char path[256], const char *directory, const char *name)
{
	assert_true(snprintf(path, 256, "%s/%s", directory, name) < 256);
}

static void blank(const char *path, uint64_t offset)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(truncate(path, (off_t)offset), 0);
	assert_int_equal(truncate(path, status.st_size), 0);
}

void disk_lose(const char *directory, uint64_t synced)
{
	DIR *list = opendir(directory);
	struct dirent *entry;
	char path[256];
	uint64_t first;

	assert_non_null(list);
	while ((entry = readdir(list))) {
		if (!strstr(entry->d_name, ".seg"))
			continue;
		assert_int_equal(sscanf(entry->d_name, "%16" SCNx64, &first), 1);
		path_of(path, directory, entry->d_name);
		if (first > synced || (first == synced && first > 0))
			assert_int_equal(remove(path), 0);
		else
			blank(path, SEGMENT_START + (synced - first));
	}
	closedir(list);
}

void disk_damage(const char *directory, const char *name, long at)
{
	char path[256];
	FILE *file;
	int byte;

	path_of(path, directory, name);
	file = fopen(path, "r+");
	assert_non_null(file);
	assert_int_equal(fseek(file, at, at < 0 ? SEEK_END : SEEK_SET), 0);
	byte = fgetc(file);
	assert_true(byte >= 0);
	assert_int_equal(fseek(file, -1, SEEK_CUR), 0);
	assert_true(fputc(byte ^ 0x41, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

void disk_forget(const char *directory, const char *name)
{
	char path[256];

	path_of(path, directory, name);
	assert_int_equal(remove(path), 0);
}
