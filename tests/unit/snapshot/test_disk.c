/* SPDX-License-Identifier: Apache-2.0 */
#include "test_disk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/base/text.h"

struct disk_hooks *disk_hooks;

static pid_t test_process;

int __real_disk_create(int *ret, const char *path);
int __real_disk_write(int file, const void *bytes, size_t n, uint64_t offset);
int __real_disk_read(int file, void *bytes, size_t n, uint64_t offset);
int __real_disk_sync(int file);
int __real_disk_rename(const char *from, const char *to);
int __real_disk_sync_directory(const char *path);
int __real_disk_remove(const char *path);
void *__real_xcalloc(size_t n, size_t size);
void *__real_xrealloc(void *block, size_t n, size_t size);
pid_t __real_fork(void);
int __wrap_disk_create(int *ret, const char *path);
int __wrap_disk_write(int file, const void *bytes, size_t n, uint64_t offset);
int __wrap_disk_read(int file, void *bytes, size_t n, uint64_t offset);
int __wrap_disk_sync(int file);
int __wrap_disk_rename(const char *from, const char *to);
int __wrap_disk_sync_directory(const char *path);
int __wrap_disk_remove(const char *path);
void *__wrap_xcalloc(size_t n, size_t size);
void *__wrap_xrealloc(void *block, size_t n, size_t size);
pid_t __wrap_fork(void);

/* The fault that this call is to return, or 0. */
static int hit(enum disk_call call)
{
	static const char initials[] = " CWSRDX";

	if (call != DISK_READ && disk_hooks->n_calls < (int)sizeof(disk_hooks->calls) - 1)
		disk_hooks->calls[disk_hooks->n_calls++] = initials[call];
	if (disk_hooks->fail_call != call || --disk_hooks->fail_nth != 0)
		return 0;
	if (disk_hooks->fault == 0)
		(void)raise(SIGKILL);
	return disk_hooks->fault;
}

int __wrap_disk_create(int *ret, const char *path)
{
	int r = hit(DISK_CREATE);

	return r ? r : __real_disk_create(ret, path);
}

int __wrap_disk_write(int file, const void *bytes, size_t n, uint64_t offset)
{
	int r = hit(DISK_WRITE);

	if (r == 0)
		return __real_disk_write(file, bytes, n, offset);
	assert_int_equal(__real_disk_write(file, bytes, n / 2, offset), 0);
	return r;
}

int __wrap_disk_read(int file, void *bytes, size_t n, uint64_t offset)
{
	int r = hit(DISK_READ);

	return r ? r : __real_disk_read(file, bytes, n, offset);
}

int __wrap_disk_sync(int file)
{
	int r = hit(DISK_SYNC);

	return r ? r : __real_disk_sync(file);
}

int __wrap_disk_rename(const char *from, const char *to)
{
	int r = hit(DISK_RENAME);

	return r ? r : __real_disk_rename(from, to);
}

int __wrap_disk_sync_directory(const char *path)
{
	int r = hit(DISK_SYNC_DIRECTORY);

	return r ? r : __real_disk_sync_directory(path);
}

int __wrap_disk_remove(const char *path)
{
	int r = hit(DISK_REMOVE);

	return r ? r : __real_disk_remove(path);
}

void *__wrap_xcalloc(size_t n, size_t size)
{
	disk_hooks->n_heap += getpid() != test_process;
	return __real_xcalloc(n, size);
}

void *__wrap_xrealloc(void *block, size_t n, size_t size)
{
	disk_hooks->n_heap += getpid() != test_process;
	return __real_xrealloc(block, n, size);
}

pid_t __wrap_fork(void)
{
	if (!disk_hooks || !disk_hooks->fork_fails)
		return __real_fork();
	errno = EAGAIN;
	return -1;
}

void hooks_clear(void)
{
	memset(disk_hooks, 0, sizeof(*disk_hooks));
}

int test_begin(void **state)
{
	char path[] = "/tmp/iocd-snapshot-XXXXXX";

	if (!disk_hooks) {
		void *shared = mmap(NULL, sizeof(*disk_hooks), PROT_READ | PROT_WRITE,
				    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

		assert_ptr_not_equal(shared, MAP_FAILED);
		disk_hooks = shared;
	}
	test_process = getpid();
	hooks_clear();
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

char *path_of(const char *directory, const char *name)
{
	struct text path = { 0 };

	text_add(&path, "%s/%s", directory, name);
	return path.bytes;
}

char *read_bytes(const char *path, size_t *ret_size)
{
	char *bytes = NULL;

	assert_int_equal(disk_read_file(path, 1u << 30, &bytes, ret_size), 0);
	return bytes;
}

void write_bytes(const char *path, const char *bytes, size_t size)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);

	assert_true(file >= 0);
	assert_int_equal(write(file, bytes, size), size);
	(void)close(file);
}

static void add_name(void *context, const char *name)
{
	char *names = context;
	size_t n = strlen(names);

	assert_true(n + strlen(name) + 2 <= 1024);
	(void)stpcpy(stpcpy(names + n, name), " ");
}

const char *names_in(const char *directory)
{
	static char names[1024];

	names[0] = '\0';
	assert_int_equal(disk_list(directory, "", add_name, names), 0);
	return names;
}
