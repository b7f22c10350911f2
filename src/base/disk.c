/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/disk.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <xxhash.h>

#include "iocd/base/err.h"
#include "iocd/base/text.h"

#define FILE_MODE      0640
#define DIRECTORY_MODE 0750

static int open_file_as(int *ret, const char *path, int flags, mode_t mode)
{
	int file;

	do
		file = open(path, flags | O_CLOEXEC, mode);
	while (file < 0 && errno == EINTR);
	if (file < 0)
		return err_raise(-errno);

	*ret = file;
	return 0;
}

static int open_file(int *ret, const char *path, int flags)
{
	return open_file_as(ret, path, flags, FILE_MODE);
}

int disk_open(int *ret, const char *path)
{
	return open_file(ret, path, O_RDWR);
}

int disk_open_read(int *ret, const char *path)
{
	return open_file(ret, path, O_RDONLY);
}

int disk_create(int *ret, const char *path)
{
	return open_file(ret, path, O_RDWR | O_CREAT | O_EXCL);
}

void disk_close(int file)
{
	if (file >= 0)
		(void)close(file);
}

static int make_one(const char *path)
{
	struct stat status;

	if (mkdir(path, DIRECTORY_MODE) == 0)
		return 0;
	if (errno != EEXIST || stat(path, &status))
		return err_raise(-errno);
	return S_ISDIR(status.st_mode) ? 0 : err_raise(-ENOTDIR);
}

int disk_make_directory(const char *path)
{
	char *part = xstrdup(path);
	int r = 0;

	for (char *slash = strchr(part + (*part == '/'), '/'); slash && !r;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		r = make_one(part);
		*slash = '/';
	}
	if (!r)
		r = make_one(part);
	free(part);
	return r;
}

int disk_lock(int *ret, const char *path)
{
	int file, r;

	r = open_file(&file, path, O_RDWR | O_CREAT);
	if (r)
		return err_pass(r);

	do
		r = flock(file, LOCK_EX | LOCK_NB);
	while (r && errno == EINTR);
	if (r) {
		r = errno == EWOULDBLOCK ? DISK_HELD : err_raise(-errno);
		disk_close(file);
		return r;
	}

	*ret = file;
	return 0;
}

int disk_write(int file, const void *bytes, size_t n, uint64_t offset)
{
	const char *at = bytes;

	while (n > 0) {
		ssize_t done = pwrite(file, at, n, (off_t)offset);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return err_raise(done < 0 ? -errno : -EIO);
		at += done;
		n -= (size_t)done;
		offset += (uint64_t)done;
	}
	return 0;
}

int disk_read(int file, void *bytes, size_t n, uint64_t offset)
{
	char *at = bytes;

	while (n > 0) {
		ssize_t done = pread(file, at, n, (off_t)offset);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return err_raise(-errno);
		if (done == 0)
			return DISK_END;
		at += done;
		n -= (size_t)done;
		offset += (uint64_t)done;
	}
	return 0;
}

int disk_reserve(int file, uint64_t size)
{
	int r;

	if (size == 0)
		return 0;

	do
		r = posix_fallocate(file, 0, (off_t)size);
	while (r == EINTR);
	return r ? err_raise(-r) : 0;
}

int disk_truncate(int file, uint64_t size)
{
	int r;

	do
		r = ftruncate(file, (off_t)size);
	while (r && errno == EINTR);
	return r ? err_raise(-errno) : 0;
}

int disk_size(int file, uint64_t *ret)
{
	struct stat status;

	if (fstat(file, &status))
		return err_raise(-errno);

	*ret = (uint64_t)status.st_size;
	return 0;
}

int disk_sync(int file)
{
	int r;

	do
		r = fdatasync(file);
	while (r && errno == EINTR);
	return r ? err_raise(-errno) : 0;
}

int disk_sync_directory(const char *path)
{
	int directory, r;

	r = open_file(&directory, path, O_RDONLY | O_DIRECTORY);
	if (r)
		return err_pass(r);

	do
		r = fsync(directory);
	while (r && errno == EINTR);
	if (r)
		r = err_raise(-errno);
	disk_close(directory);
	return r;
}

int disk_rename(const char *from, const char *to)
{
	int r;

	do
		r = rename(from, to);
	while (r && errno == EINTR);
	return r ? err_raise(-errno) : 0;
}

int disk_remove(const char *path)
{
	int r;

	do
		r = unlink(path);
	while (r && errno == EINTR);
	return r ? err_raise(-errno) : 0;
}

struct names {
	char **items; /* owned, and so are the strings */
	size_t n;
	size_t capacity;
};

static void names_add(struct names *names, const char *name)
{
	if (names->n == names->capacity) {
		names->capacity = names->capacity ? names->capacity * 2 : 64;
		names->items = xrealloc(names->items, names->capacity, sizeof(*names->items));
	}
	names->items[names->n++] = xstrdup(name);
}

static void names_fini(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->items[i]);
	free(names->items);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int ends_in(const char *name, const char *suffix)
{
	size_t size = strlen(name);
	size_t suffix_size = strlen(suffix);

	return size >= suffix_size && strcmp(name + size - suffix_size, suffix) == 0;
}

static int read_names(struct names *names, const char *path, const char *suffix)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	int r;

	if (!directory)
		return err_raise(-errno);

	for (errno = 0; (entry = readdir(directory)); errno = 0)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    ends_in(entry->d_name, suffix))
			names_add(names, entry->d_name);
	r = errno ? err_raise(-errno) : 0;
	(void)closedir(directory);
	return r;
}

int disk_list(const char *path, const char *suffix, disk_name_fn *each, void *context)
{
	struct names names = { .n = 0 };
	int r;

	r = read_names(&names, path, suffix);
	if (!r && names.n > 0)
		qsort(names.items, names.n, sizeof(*names.items), compare_names);
	for (size_t i = 0; !r && i < names.n; i++)
		each(context, names.items[i]);
	names_fini(&names);
	return r ? err_pass(r) : 0;
}

int disk_free_bytes(const char *path, uint64_t *ret)
{
	struct statvfs status;

	if (statvfs(path, &status))
		return err_raise(-errno);

	*ret = (uint64_t)status.f_bavail * status.f_frsize;
	return 0;
}

/* Makes file belong to whom the one at path belongs, or gives it that mode; whatever the umask. */
static int take_place(int file, const char *path, mode_t mode)
{
	struct stat old, new;

	if (fstat(file, &new))
		return err_raise(-errno);
	if (stat(path, &old)) {
		if (errno != ENOENT)
			return err_raise(-errno);
		old = new;
		old.st_mode = mode;
	}
	if ((old.st_uid != new.st_uid || old.st_gid != new.st_gid) &&
	    fchown(file, old.st_uid, old.st_gid))
		return err_raise(-errno);
	return fchmod(file, old.st_mode & 07777) ? err_raise(-errno) : 0;
}

static int write_place(const char *draft, const char *path, const void *bytes, size_t n,
		       mode_t mode)
{
	int file;
	int r = open_file_as(&file, draft, O_RDWR | O_CREAT | O_EXCL, 0600);

	if (r)
		return err_pass(r);
	r = take_place(file, path, mode);
	if (!r)
		r = disk_write(file, bytes, n, 0);
	if (!r)
		r = disk_sync(file);
	disk_close(file);
	return err_pass(r);
}

int disk_replace(const char *path, const void *bytes, size_t n, unsigned mode)
{
	const char *slash = strrchr(path, '/');
	CLEANUP_TEXT struct text draft = { 0 };
	CLEANUP_TEXT struct text directory = { 0 };
	int r;

	text_add(&draft, "%s.new", path);
	text_add(&directory, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
	r = disk_remove(text_get(&draft)); /* of a process that was killed */
	if (!r || r == -ENOENT)
		r = write_place(text_get(&draft), path, bytes, n, mode);
	if (!r)
		r = disk_rename(text_get(&draft), path);
	if (!r)
		return err_pass(disk_sync_directory(text_get(&directory)));
	(void)unlink(text_get(&draft));
	return err_pass(r);
}

uint64_t disk_mark(const char *path)
{
	uint64_t parts[6], mark;
	struct stat status;

	if (stat(path, &status))
		return errno == ENOENT || errno == ENOTDIR ? 0 : (uint64_t)errno;
	parts[0] = (uint64_t)status.st_mtim.tv_sec;
	parts[1] = (uint64_t)status.st_mtim.tv_nsec;
	parts[2] = (uint64_t)status.st_ctim.tv_sec;
	parts[3] = (uint64_t)status.st_ctim.tv_nsec;
	parts[4] = (uint64_t)status.st_size;
	parts[5] = (uint64_t)status.st_ino;
	mark = XXH3_64bits(parts, sizeof(parts));
	return mark ? mark : 1;
}

/* Reads to the end, whatever size the file claims: those of the kernel claim none. */
static int read_all(int file, size_t max, char **bytes, size_t *size)
{
	size_t capacity = 0;

	for (;;) {
		ssize_t done;

		if (*size == capacity) {
			capacity = capacity ? capacity * 2 : 4096;
			*bytes = xrealloc(*bytes, capacity + 1, 1);
		}
		done = pread(file, *bytes + *size, capacity - *size, (off_t)*size);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return err_raise(-errno);
		if (done == 0)
			return 0;
		*size += (size_t)done;
		if (*size > max)
			return err_raise(-EFBIG);
	}
}

int disk_read_file(const char *path, size_t max, char **ret, size_t *ret_size)
{
	char *bytes = NULL;
	size_t size = 0;
	int file, r;

	r = open_file(&file, path, O_RDONLY);
	if (r)
		return err_pass(r);

	r = read_all(file, max, &bytes, &size);
	disk_close(file);
	if (r) {
		free(bytes);
		return err_pass(r);
	}

	bytes[size] = '\0';
	*ret = bytes;
	*ret_size = size;
	return 0;
}

int disk_look(const char *path, struct disk_access *ret)
{
	struct stat status;

	if (stat(path, &status))
		return err_raise(-errno);

	*ret = (struct disk_access){
		.owner = status.st_uid,
		.us = geteuid(),
		.mode = status.st_mode & 07777,
	};
	return 0;
}
