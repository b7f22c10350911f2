/* SPDX-License-Identifier: Apache-2.0 */
/*
 * files: the journal's files by name, the spare that becomes the next segment, and the list of
 * segments.  Takes no lock: what changes the journal is called under its mutex, or while opening.
 */
#ifndef IOCD_JOURNAL_FILES_H
#define IOCD_JOURNAL_FILES_H

#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/journal.h"
#include "journal_private.h"

/* Writes what is wrong, and where: at offset of the file of the segment that starts at first. */
#define JOURNAL_WHERE sizeof(((struct journal_recovery *)NULL)->where)
void journal_write_where(char ret[JOURNAL_WHERE], uint64_t first, uint64_t offset,
			 const char *what);

/* Makes the path of name in the journal's directory, or of the segment that starts at first.  The
 * text is the caller's to fini. */
struct text journal_path(const struct journal *journal, const char *name);
struct text journal_segment_path(const struct journal *journal, uint64_t first);

/* Makes a file under the spare's name with size bytes reserved: 0 and a file number, or a fault and
 * no such file. */
int journal_make_spare(const struct journal *journal, uint64_t size, int *ret_file) MUST_USE;

/* Removes the file with the spare's name, if there is one.  0 or a fault. */
int journal_remove_spare(const struct journal *journal) MUST_USE;

/* Closes file, the spare, and removes it. */
void journal_discard_spare(const struct journal *journal, int file);

/* Makes file (taken, under the spare's name, of size bytes) the newest segment, starting at
 * journal_end(): writes its header, renames it.  Neither is on the disk after that, but for the
 * header of the first segment of all.  0, or a fault: closed, removed. */
int journal_adopt_spare(struct journal *journal, int file, uint64_t size) MUST_USE;

/* Adds a segment behind the others. */
void journal_add_segment(struct journal *journal, const struct segment *segment);

/* Lends the segment that holds position: the last that starts at or before it; NULL if it is older
 * than all.  Under the mutex, until it is let go. */
struct segment *journal_find(struct journal *journal, uint64_t position);

/* Position at which segment (of the journal's) ends: where the next starts, or journal_end(). */
uint64_t journal_segment_end(const struct journal *journal, const struct segment *segment);

#endif
