/* SPDX-License-Identifier: Apache-2.0 */
/*
 * survey: what the files share that look at a journal from outside: heads.c (what the files say of
 * themselves), survey.c (what is wrong), reader.c (walking the records), and those of a
 * repair, see mend.h.
 */
#ifndef IOCD_JOURNAL_SURVEY_H
#define IOCD_JOURNAL_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/journal_file.h"
#include "segment.h"

#define NO_MARK  0u
#define BAD_MARK UINT64_MAX

enum head_state {
	HEAD_GOOD,
	HEAD_GUESSED, /* damaged, but one bit makes it good: what it said is known */
	HEAD_BLANK,
	HEAD_BAD,
};

/* What is behind a struct journal_file of the same index. */
struct place {
	enum head_state head;
	bool is_named; /* the name is one of a segment, of position name_first */
	uint64_t name_first;
	struct segment_header header; /* if HEAD_GOOD or HEAD_GUESSED */
	char mark_bytes[SEGMENT_MARK_BYTES];
	uint64_t mark; /* or NO_MARK, BAD_MARK */
	/* Where the file behind this one started, which is gone; 0: none is. */
	uint64_t gap;
	uint64_t stop; /* position: records of this file end at or before it */
};

struct journal_survey {
	char *directory;
	uint8_t id[SEGMENT_ID_BYTES];
	char id_text[2 * SEGMENT_ID_BYTES + 1];
	uint64_t seed;
	struct journal_file *files; /* owned, like the others; oldest first */
	struct place *places;
	size_t n_files;
	size_t n_begun;  /* the files behind these were never begun: no header, no mark */
	uint64_t marked; /* all before it was synced once; BAD_MARK: unknown */
	struct journal_finding *findings;
	size_t n_findings;
	/* Since it was scanned. */
	bool is_scanned;
	size_t last; /* the file in which the records end */
	uint64_t end;
	uint64_t torn_bytes;
};

struct journal_reader {
	const struct journal_survey *survey;
	size_t index;           /* of the file; the last record read stands there */
	uint64_t position;      /* of what comes next */
	int file;               /* that of index, or -1 */
	bool is_over;           /* nothing comes next */
	enum journal_harm harm; /* of the stretch from .. to */
	uint64_t from;
	uint64_t to;
	struct window window; /* over file */
};

/* Makes the path of name in directory, or of the segment that starts at first.  To be ended. */
struct text survey_path(const char *directory, const char *name);

/* Writes the name of the segment that starts at first. */
void survey_name(char name[JOURNAL_NAME_MAX], uint64_t first);

/* Fills files, places, n_begun, marked, id and seed of survey, which has its directory, and the
 * findings that names, headers and marks give.  0, JOURNAL_NONE, JOURNAL_UNKNOWN or a fault. */
int survey_read_heads(struct journal_survey *survey) MUST_USE;

/* Appends a finding (copied), and makes file index as bad as that. */
void survey_add(struct journal_survey *survey, size_t index, const struct journal_finding *finding);

/* Offset behind the last byte of file index that is not zero, from offset on.  0 or a fault. */
int survey_find_used(const struct journal_survey *survey, size_t index, uint64_t offset,
		     uint64_t *ret) MUST_USE;

/* Opens file index to read it, or to write it too.  0 or a fault. */
int survey_open(const struct journal_survey *survey, size_t index, int *ret) MUST_USE;
int survey_open_write(const struct journal_survey *survey, size_t index, int *ret) MUST_USE;

/* Bytes of the hole that stands first in a stretch of left bytes; 0 if no holes fill it. */
size_t hole_size(uint64_t left);

/* The quarantine of a journal, during one repair.  What is copied there stands under a name that
 * ends in ".open" until the repair is done, so that a repair after a killed one knows what it need
 * not copy again: bytes that are half overwritten by now. */
struct quarantine {
	const char *directory;      /* of the journal; borrowed */
	char *path;                 /* owned */
	struct journal_repair *sum; /* borrowed */
	uint64_t needed_bytes;      /* on the disk, for the copies */
	bool is_dry;
};

/* Prepares quarantine for the journal in directory; both are borrowed for its life.  Frees what it
 * owns. */
void quarantine_init(struct quarantine *quarantine, const char *directory,
		     struct journal_repair *sum);
void quarantine_fini(struct quarantine *quarantine);

/* Makes its directory and removes what a killed repair left half copied.  0 or a fault. */
int quarantine_begin(const struct quarantine *quarantine) MUST_USE;

/* Puts n bytes at offset of file under name, on the disk, unless an open copy covers them. With
 * is_dry, like the next: only counts. */
int quarantine_copy(struct quarantine *quarantine, const char *name, int file, uint64_t offset,
		    uint64_t n) MUST_USE;

/* Moves the journal's file name, of so many bytes, there.  0 or a fault. */
int quarantine_move(struct quarantine *quarantine, const char *name, uint64_t bytes) MUST_USE;

/* Gives every open copy its last name.  0 or a fault. */
int quarantine_finish(const struct quarantine *quarantine) MUST_USE;

#endif
