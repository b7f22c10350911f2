/* SPDX-License-Identifier: Apache-2.0 */
/*
 * users_file: the YAML file that users stand in, for its owner (and root's group) only.
 *
 *   users:
 *     lan:
 *       name: Nguyễn Thị Lan
 *       role: operator                      # viewer, operator or admin
 *       units: [one-unit]                   # and all below them; without: all
 *       password: $argon2id$v=19$...        # "iocctl user passwd lan" writes it
 *       totp: JBSWY3DPEHPK3PXP              # "iocctl user totp lan" writes it
 *       disabled: no
 *       tokens:
 *         wall: {digest: 64 hex digits, role: viewer, until: 2027-01-31}   # or without until
 *
 * All that is wrong is told at once, as config_load() does.  Blocks on files.  Any thread.
 */
#ifndef IOCD_USERS_FILE_H
#define IOCD_USERS_FILE_H

#include "iocd/access.h"
#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/unit.h"

enum users_file_outcome {
	USERS_FILE_REFUSED = 1, /* there are errors; the report has them */
	USERS_FILE_ABSENT,
};

/* Reads the file; units (NULL: not checked) are whom the ids in it must be of.  Gives the list in
 * *ret and returns 0; or an outcome; or a fault, told in report too (-EACCES: others may read it).
 * Nothing that is told has a secret in it, so that it may go to a log. */
int users_file_read(struct users **ret, const char *path, const struct units *units,
		    struct text *report) MUST_USE;

/* The same of what such a file holds, under a name for the report. */
int users_file_parse(struct users **ret, const char *name, const char *bytes, size_t size,
		     const struct units *units, struct text *report) MUST_USE;

/* Until when a token holds: "2027-01-31" is the end of that day (UTC), else a time as in RFC 3339.
 * 0 or USERS_FILE_REFUSED. */
int users_read_until(const char *text, int64_t *ret_ms) MUST_USE;

/* Puts another list in its place at once, synced, mode 0600 (the old one's mode, owner and group if
 * there is one).  0 or a fault (-EFBIG: larger than is read). */
int users_file_write(const char *path, const struct users *users) MUST_USE;

/* A number that differs when the file may have: of its time, size and inode; 0: it is not there. */
uint64_t users_file_mark(const char *path);

#endif
