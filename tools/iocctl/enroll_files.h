/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll_files: the files of an authority: each is there whole or not at all, belongs to the owner
 * of its directory, and has exactly the mode that it is written with.
 *
 * Blocks on the disk.  Single-threaded.
 */
#ifndef IOCCTL_ENROLL_FILES_H
#define IOCCTL_ENROLL_FILES_H

#include <sys/types.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"

#define ENROLL_SECRET 0600 /* mode of keys, passwords and what names them */
#define ENROLL_OPEN   0644 /* mode of what everybody may read */

/* Makes text a path: of name in directory.  Lends it, until text changes. */
const char *enroll_path(struct text *text, const char *directory, const char *name);

/* Makes a directory, or takes the one that is there, and gives it that mode; its parents must be
 * there.  0 or a fault. */
int enroll_make_directory(const char *path, mode_t mode) MUST_USE;

/* Gives a directory to the user of that name, where we may and there is one. */
void enroll_give_directory(const char *path, const char *user);

/* Puts content into name in directory, replacing what is there.  0 or a fault; then the old file
 * stands. */
int enroll_write(const char *directory, const char *name, const struct text *content,
		 mode_t mode) MUST_USE;

/* Reads name in directory into text, which is cleared before.  0 or a fault. */
int enroll_read(const char *directory, const char *name, struct text *ret) MUST_USE;

/* Copies the YAML files of a configuration: those in the directory itself but "iocd.yml" and
 * "users.yml", and those of its folders that end in ".d".  0 or a fault. */
int enroll_copy_pack(const char *from, const char *to) MUST_USE;

/* Overwrites and frees a text that held a secret. */
void enroll_wipe(struct text *text);
#define CLEANUP_SECRET __attribute__((cleanup(enroll_wipe)))

#endif
