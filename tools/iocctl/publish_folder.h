/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publish_folder: a folder whose files are taken one after the other, the oldest first.
 *
 * A file NAME.json is complete when it has not changed for a second; who wants to be sure writes
 * under another name and renames.  One that was taken goes to the folder "sent" in it; one that was
 * refused to "refused", with NAME.json.why beside it.
 * Blocks on the disk.  Single-threaded.
 */
#ifndef IOCCTL_PUBLISH_FOLDER_H
#define IOCCTL_PUBLISH_FOLDER_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"

#define PUBLISH_FILE_MAX   (64u << 20) /* bytes of a file; what is larger goes by --stdin */
#define PUBLISH_FOLDER_MAX 1024        /* files looked at in one scan; others wait */

enum publish_file_outcome {
	PUBLISH_NO_FILE = 1, /* none is complete by now */
};

/* A file that was read. */
struct publish_file {
	char *name;  /* owned; without its folder */
	char *bytes; /* owned; NULL: it is larger than PUBLISH_FILE_MAX */
	size_t size;
	int64_t written_ns; /* its modification time; -1: it is no ordinary file */
};

/* Reads the file at path.  0; or a fault (-EBUSY: it changed meanwhile), with its name in *ret. */
int publish_file_read(struct publish_file *ret, const char *path) MUST_USE;
void publish_file_fini(struct publish_file *file);

struct publish_folder;

/* Opens a folder, making "sent" and "refused" in it.  0 or a fault. */
int publish_folder_open(struct publish_folder **ret, const char *path) MUST_USE;
struct publish_folder *publish_folder_close(struct publish_folder *folder);
DEFINE_CLEANUP(struct publish_folder, publish_folder_close)

/* Lends the folder's absolute path. */
const char *publish_folder_path(const struct publish_folder *folder);

/* Looks into the folder; once a second is often enough.  0 or a fault. */
int publish_folder_scan(struct publish_folder *folder, int64_t mono_ms, int64_t real_ms) MUST_USE;

/* Reads the next file that the last scan found complete.  0; PUBLISH_NO_FILE; or a fault of that
 * file, whose name is in *ret nevertheless: it is left alone until it changes. */
int publish_folder_next(struct publish_folder *folder, struct publish_file *ret) MUST_USE;

/* Moves the file away: to "sent"; or, with a text that says why, to "refused".  Where one of that
 * name is there, "NAME-2.json" is taken, and so on.  0; or a fault: then it is left alone, as
 * above.
 */
int publish_folder_move(struct publish_folder *folder, const struct publish_file *file,
			const struct text *why) MUST_USE;

#endif
