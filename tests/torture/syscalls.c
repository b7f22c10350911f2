/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into iocd, it makes the disk fail: counts the calls of one kind on files below a
 * directory and spoils the nth.  Told by the environment:
 *
 *   IOCD_FAULT            KIND[.PART]:N:FAULT[:always], as "write.seg:12:ENOSPC"
 *                         KIND  open write sync reserve rename unlink truncate
 *                         PART  of the file's name; calls on other files are not counted
 *                         FAULT ENOSPC EIO EINTR EDQUOT EACCES, SHORT (half is written) or
 *                               KILL (half is written, then the process dies by SIGKILL)
 *                         always: the nth and all behind it
 *   IOCD_FAULT_DIRECTORY  where it counts
 *   IOCD_FAULT_NOTE       file that gets a line for each fault, and for each later sync of a file
 *                         whose sync was failed
 *   IOCD_FAULT_FREE       file with a number: the bytes that are free on the disk; a write beyond
 *                         what a file has already fails when they do not suffice
 *   IOCD_FAULT_HANG       while there is such a file, a sync does not end
 *
 * Counts in a page that forked children share.
 */
#undef _FILE_OFFSET_BITS /* it would make open() and open64() one name here */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NAME_MAX_BYTES 512
#define SHORT          1000
#define KILL           1001

enum kind { OPEN, WRITE, SYNC, RESERVE, RENAME, UNLINK, TRUNCATE, N_KINDS };

static const char *const kind_names[N_KINDS] = { "open",   "write",  "sync",    "reserve",
						 "rename", "unlink", "truncate" };

static const struct {
	const char *name;
	int code;
} fault_names[] = {
	{ "ENOSPC", ENOSPC }, { "EIO", EIO },     { "EINTR", EINTR }, { "EDQUOT", EDQUOT },
	{ "EACCES", EACCES }, { "SHORT", SHORT }, { "KILL", KILL },
};

/* What is to be done, read once. */
static struct {
	const char *directory;
	size_t directory_size;
	const char *note;
	const char *free; /* file */
	const char *hang; /* file */
	enum kind kind;   /* N_KINDS: nothing */
	char part[32];
	long nth;
	int fault;
	bool always;
} plan = { .kind = N_KINDS };

/* What was done, shared with children. */
static struct {
	atomic_long calls;
	char failed[NAME_MAX_BYTES]; /* the file whose sync was failed last */
} * done;

/* The next definitions behind this library's, found at the start: a forked child must not wait for
 * the linker's lock. */
static struct {
	const char *name;
	void *call;
} reals[] = {
	{ "open", NULL },      { "open64", NULL },          { "pwrite", NULL },
	{ "pwrite64", NULL },  { "posix_fallocate", NULL }, { "posix_fallocate64", NULL },
	{ "ftruncate", NULL }, { "ftruncate64", NULL },     { "fsync", NULL },
	{ "fdatasync", NULL }, { "rename", NULL },          { "unlink", NULL },
	{ "statvfs", NULL },
};

#define N_REALS (sizeof(reals) / sizeof(reals[0]))

static void *real(const char *name)
{
	size_t i = 0;

	while (i < N_REALS && strcmp(reals[i].name, name) != 0)
		i++;
	if (i == N_REALS)
		abort();
	return reals[i].call ? reals[i].call : dlsym(RTLD_NEXT, name);
}

static void read_plan(const char *text)
{
	char kind[16] = "", fault[16] = "", always[16] = "", words[96], *part;

	(void)snprintf(words, sizeof(words), "%s", text);
	for (char *at = words; *at; at++)
		if (*at == ':')
			*at = ' ';
	if (sscanf(words, "%15[a-z]", kind) != 1)
		abort();
	part = words + strlen(kind);
	if (*part == '.')
		(void)sscanf(part, ".%31[^ ]", plan.part);
	if (sscanf(strchr(words, ' '), " %ld %15s %15s", &plan.nth, fault, always) < 2)
		abort();

	plan.always = strcmp(always, "always") == 0;
	for (size_t i = 0; i < sizeof(fault_names) / sizeof(fault_names[0]); i++)
		if (strcmp(fault_names[i].name, fault) == 0)
			plan.fault = fault_names[i].code;
	for (int i = 0; i < N_KINDS; i++)
		if (strcmp(kind_names[i], kind) == 0)
			plan.kind = (enum kind)i;
	if (plan.kind == N_KINDS || plan.fault == 0)
		abort();
}

__attribute__((constructor)) static void begin(void)
{
	const char *fault = getenv("IOCD_FAULT");
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		abort();
	for (size_t i = 0; i < N_REALS; i++)
		reals[i].call = dlsym(RTLD_NEXT, reals[i].name);
	done = page;
	plan.note = getenv("IOCD_FAULT_NOTE");
	plan.free = getenv("IOCD_FAULT_FREE");
	plan.hang = getenv("IOCD_FAULT_HANG");
	plan.directory = getenv("IOCD_FAULT_DIRECTORY");
	plan.directory_size = plan.directory ? strlen(plan.directory) : 0;
	if (fault && plan.directory)
		read_plan(fault);
}

static void note(const char *what, const char *path)
{
	char line[NAME_MAX_BYTES + 64];
	long file;
	int n;

	if (!plan.note)
		return;
	n = snprintf(line, sizeof(line), "%s %s\n", what, path);
	file = syscall(SYS_openat, AT_FDCWD, plan.note, O_WRONLY | O_APPEND | O_CREAT, 0644);
	if (file < 0)
		return;
	(void)!syscall(SYS_write, file, line, n);
	(void)syscall(SYS_close, file);
}

static bool is_below(const char *path)
{
	return done && plan.directory && strncmp(path, plan.directory, plan.directory_size) == 0;
}

/* The path of an open file; false if it is not one of ours. */
static bool path_of(int file, char path[NAME_MAX_BYTES])
{
	char link[64];
	ssize_t n;

	if (!done || !plan.directory)
		return false;
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
	n = readlink(link, path, NAME_MAX_BYTES - 1);
	if (n < 0)
		return false;
	path[n] = '\0';
	return is_below(path);
}

/* Counts a call; what is to be done to it, or 0. */
static int count(enum kind kind, const char *path)
{
	long n;

	if (kind == SYNC && done->failed[0] && strcmp(done->failed, path) == 0)
		note("again", path);
	if (kind != plan.kind || !strstr(path + plan.directory_size, plan.part))
		return 0;
	n = atomic_fetch_add(&done->calls, 1) + 1;
	if (n != plan.nth && !(plan.always && n > plan.nth))
		return 0;

	note("fault", path);
	if (kind == SYNC && plan.fault != EINTR)
		(void)snprintf(done->failed, sizeof(done->failed), "%s", path);
	return plan.fault;
}

static void die(void)
{
	(void)kill(getpid(), SIGKILL);
}

/* For calls that are done or not: the error to be told, or 0. */
static int spoil(enum kind kind, const char *path)
{
	int fault = count(kind, path);

	if (fault == KILL)
		die();
	return fault == SHORT ? 0 : fault;
}

static int spoil_file(enum kind kind, int file)
{
	char path[NAME_MAX_BYTES];

	return path_of(file, path) ? spoil(kind, path) : 0;
}

/* ---- a disk with little room ---- */

static bool read_free(uint64_t *ret)
{
	char text[32] = "";
	long file;

	if (!plan.free)
		return false;
	file = syscall(SYS_openat, AT_FDCWD, plan.free, O_RDONLY);
	if (file < 0)
		return false;
	(void)!syscall(SYS_read, file, text, sizeof(text) - 1);
	(void)syscall(SYS_close, file);
	*ret = strtoull(text, NULL, 10);
	return true;
}

/* Whether a file that is to reach to end needs more than there is. */
static bool lacks_room(int file, uint64_t end)
{
	char path[NAME_MAX_BYTES];
	struct stat status;
	uint64_t room, has;

	if (!plan.free || !path_of(file, path) || !read_free(&room) || fstat(file, &status))
		return false;
	has = (uint64_t)status.st_blocks * 512;
	return end > has && end - has > room;
}

/* ---- the calls ---- */

typedef int open_fn(const char *path, int flags, ...);
typedef ssize_t pwrite_fn(int file, const void *bytes, size_t n, off_t offset);
typedef int file_fn(int file);
typedef int reserve_fn(int file, off_t offset, off_t size);
typedef int truncate_fn(int file, off_t size);
typedef int rename_fn(const char *from, const char *to);
typedef int path_fn(const char *path);
typedef int statvfs_fn(const char *path, struct statvfs *ret);

#define TELL(error)                                                                                \
	do {                                                                                       \
		errno = (error);                                                                   \
		return -1;                                                                         \
	} while (0)

static int open_spoilt(const char *name, const char *path, int flags, int mode)
{
	int error = is_below(path) ? spoil(OPEN, path) : 0;

	if (error)
		TELL(error);
	return ((open_fn *)real(name))(path, flags, mode);
}

#define DEFINE_OPEN(name)                                                                          \
	int name(const char *path, int flags, ...);                                                \
	int name(const char *path, int flags, ...)                                                 \
	{                                                                                          \
		va_list arguments;                                                                 \
		int mode = 0;                                                                      \
                                                                                                   \
		va_start(arguments, flags);                                                        \
		if (flags & (O_CREAT | __O_TMPFILE))                                               \
			mode = va_arg(arguments, int);                                             \
		va_end(arguments);                                                                 \
		return open_spoilt(#name, path, flags, mode);                                      \
	}

static ssize_t pwrite_spoilt(const char *name, int file, const void *bytes, size_t n, off_t offset)
{
	pwrite_fn *really = (pwrite_fn *)real(name);
	char path[NAME_MAX_BYTES];
	int fault = path_of(file, path) ? count(WRITE, path) : 0;

	if (fault == SHORT || fault == KILL)
		n = n > 1 ? n / 2 : n;
	else if (fault)
		TELL(fault);
	if (lacks_room(file, (uint64_t)offset + n))
		TELL(ENOSPC);
	if (fault == KILL) {
		(void)!really(file, bytes, n, offset);
		die();
	}
	return really(file, bytes, n, offset);
}

#define DEFINE_PWRITE(name)                                                                        \
	ssize_t name(int file, const void *bytes, size_t n, off_t offset);                         \
	ssize_t name(int file, const void *bytes, size_t n, off_t offset)                          \
	{                                                                                          \
		return pwrite_spoilt(#name, file, bytes, n, offset);                               \
	}

#define DEFINE_RESERVE(name)                                                                       \
	int name(int file, off_t offset, off_t size);                                              \
	int name(int file, off_t offset, off_t size)                                               \
	{                                                                                          \
		int error = spoil_file(RESERVE, file);                                             \
                                                                                                   \
		if (!error && lacks_room(file, (uint64_t)(offset + size)))                         \
			error = ENOSPC;                                                            \
		return error ? error : ((reserve_fn *)real(#name))(file, offset, size);            \
	}

#define DEFINE_TRUNCATE(name)                                                                      \
	int name(int file, off_t size);                                                            \
	int name(int file, off_t size)                                                             \
	{                                                                                          \
		int error = spoil_file(TRUNCATE, file);                                            \
                                                                                                   \
		if (error)                                                                         \
			TELL(error);                                                               \
		return ((truncate_fn *)real(#name))(file, size);                                   \
	}

/* A disk that does not answer. */
static void hang(int file)
{
	char path[NAME_MAX_BYTES];

	if (!plan.hang || !path_of(file, path))
		return;
	while (syscall(SYS_faccessat, AT_FDCWD, plan.hang, F_OK) == 0)
		(void)usleep(10000);
}

#define DEFINE_SYNC(name)                                                                          \
	int name(int file);                                                                        \
	int name(int file)                                                                         \
	{                                                                                          \
		int error = spoil_file(SYNC, file);                                                \
                                                                                                   \
		hang(file);                                                                        \
		if (error)                                                                         \
			TELL(error);                                                               \
		return ((file_fn *)real(#name))(file);                                             \
	}

#define DEFINE_STATVFS(name)                                                                       \
	int name(const char *path, struct statvfs *ret);                                           \
	int name(const char *path, struct statvfs *ret)                                            \
	{                                                                                          \
		int r = ((statvfs_fn *)real(#name))(path, ret);                                    \
		uint64_t room;                                                                     \
                                                                                                   \
		if (r == 0 && is_below(path) && read_free(&room))                                  \
			ret->f_bavail = ret->f_bfree = room / ret->f_frsize;                       \
		return r;                                                                          \
	}

/* A program is compiled for one or the other of each two. */
DEFINE_OPEN(open)
DEFINE_OPEN(open64)
DEFINE_PWRITE(pwrite)
DEFINE_PWRITE(pwrite64)
DEFINE_RESERVE(posix_fallocate)
DEFINE_RESERVE(posix_fallocate64)
DEFINE_TRUNCATE(ftruncate)
DEFINE_TRUNCATE(ftruncate64)
DEFINE_SYNC(fsync)
DEFINE_SYNC(fdatasync)
DEFINE_STATVFS(statvfs)

int statvfs64(const char *path, struct statvfs64 *ret)
{
	return statvfs(path, (struct statvfs *)ret); /* one and the same on 64 bits */
}

int rename(const char *from, const char *to)
{
	int error = is_below(to) ? spoil(RENAME, to) : 0;

	if (error)
		TELL(error);
	return ((rename_fn *)real("rename"))(from, to);
}

int unlink(const char *path)
{
	int error = is_below(path) ? spoil(UNLINK, path) : 0;

	if (error)
		TELL(error);
	return ((path_fn *)real("unlink"))(path);
}
