/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disk: the only place that touches files, so that a simulation can put a disk behind it which
 * loses what was not synced.  Thin: one system call per function, EINTR and short counts handled.
 *
 * Every call may block.  Safe from any thread; one file may be written and synced from two.
 */
#ifndef IOCD_BASE_DISK_H
#define IOCD_BASE_DISK_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"

enum disk_outcome {
	DISK_END = 1, /* the file ends before the last byte asked for */
	DISK_HELD,    /* another process holds the lock */
};

/* Open an existing file for reading and writing, or for reading only; make a new one (it must not
 * exist).  A file number in *ret; 0 or a fault (-ENOENT, -EEXIST, -EACCES, ...). */
int disk_open(int *ret, const char *path) MUST_USE;
int disk_open_read(int *ret, const char *path) MUST_USE;
int disk_create(int *ret, const char *path) MUST_USE;
void disk_close(int file);

/* Makes directory path and its parents with mode 0750 where they are missing.  0 or a fault. */
int disk_make_directory(const char *path) MUST_USE;

/* Takes the lock on path, making the file; it is held until disk_close() or the process ends.
 * A file number in *ret; 0, DISK_HELD or a fault. */
int disk_lock(int *ret, const char *path) MUST_USE;

/* Writes or reads all of n bytes at offset.  0; DISK_END (read only); or a fault. */
int disk_write(int file, const void *bytes, size_t n, uint64_t offset) MUST_USE;
int disk_read(int file, void *bytes, size_t n, uint64_t offset) MUST_USE;

/* Makes sure that the first size bytes have blocks on the disk and read as zero if unwritten. */
int disk_reserve(int file, uint64_t size) MUST_USE;

/* Cuts the file to size bytes. */
int disk_truncate(int file, uint64_t size) MUST_USE;

/* Bytes in the file. */
int disk_size(int file, uint64_t *ret) MUST_USE;

/* Data that was written is on the device after disk_sync() (fdatasync); names are after
 * disk_sync_directory().  A fault is final: the caller must not try again on the same file. */
int disk_sync(int file) MUST_USE;
int disk_sync_directory(const char *path) MUST_USE;

/* Renames from to to (replacing it), or removes path; durable after disk_sync_directory(). */
int disk_rename(const char *from, const char *to) MUST_USE;
int disk_remove(const char *path) MUST_USE;

/* Calls each with every name in directory path that ends in suffix, in byte order. */
typedef void disk_name_fn(void *context, const char *name);
int disk_list(const char *path, const char *suffix, disk_name_fn *each, void *context) MUST_USE;

/* Bytes that an unprivileged process may still write below path. */
int disk_free_bytes(const char *path, uint64_t *ret) MUST_USE;

struct disk_access {
	unsigned owner; /* user ids: of the file, and that this process acts as */
	unsigned us;
	unsigned mode; /* permission bits */
};

/* Who may do what with the file at path. */
int disk_look(const char *path, struct disk_access *ret) MUST_USE;

/* Puts n bytes in the place of the file at path, at once and synced, its name too.  The new file
 * has the owner, group and mode of the one that was there, else that mode.  0 or a fault; then the
 * old one stands. */
int disk_replace(const char *path, const void *bytes, size_t n, unsigned mode) MUST_USE;

/* A number that differs once the file at path does: made of its times, size and inode.  0: it is
 * not there. */
uint64_t disk_mark(const char *path);

/* Reads a whole small file (at most max bytes, else -EFBIG); gives a zero-terminated copy. */
int disk_read_file(const char *path, size_t max, char **ret, size_t *ret_size) MUST_USE;

#endif
