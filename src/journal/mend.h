/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mend: the steps of a repair, each of which leaves a journal that can be repaired again.
 *
 * With repair->is_dry they change nothing, and only add up what they would need and do.
 */
#ifndef IOCD_JOURNAL_MEND_H
#define IOCD_JOURNAL_MEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/journal_file.h"
#include "survey.h"

struct repair {
	struct journal_survey *survey;
	struct quarantine quarantine;
	struct journal_repair sum;
	size_t n_kept;      /* files behind these are moved away */
	char *zeroes;       /* owned: JOURNAL_RECORD_MAX: what is in a hole */
	char *bytes;        /* owned: RECORD_SIZE_MAX: a hole */
	uint64_t new_bytes; /* that files need beside the quarantine */
	uint64_t previous;  /* first position of the file before the one that is being made */
	bool is_dry;
};

/* Makes the path of name in the journal's directory.  The text is the caller's to end. */
struct text repair_path(const struct repair *repair, const char *name);

/* Makes names of the journal's directory durable.  0 or a fault, as for all below. */
int repair_sync_directory(const struct repair *repair) MUST_USE;

/* Writes the header of file.  Syncs nothing. */
int repair_write_header(const struct repair *repair, int file, uint64_t first, uint64_t previous,
			int64_t last_arrival_ms) MUST_USE;

/* mend_records.c: puts holes where records are damaged or their file is gone, and blanks the end
 * that is lost. */
int mend_records(struct repair *repair) MUST_USE;

/* mend_files.c: moves files away that are not of the journal, or stand behind a lost end, the
 * newest first; gives the others their names. */
int mend_strays(struct repair *repair) MUST_USE;
int mend_behind(struct repair *repair) MUST_USE;
int mend_names(struct repair *repair) MUST_USE;

/* mend_files.c: writes headers, and marks, which promise that the file's records are synced. */
int mend_headers(struct repair *repair) MUST_USE;
int mend_marks(struct repair *repair) MUST_USE;

#endif
