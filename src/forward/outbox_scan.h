/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outbox_scan: what a stream's journal holds, found out when it is opened: from the last place that
 * the hint knows, or from the beginning.
 *
 * Blocks.
 */
#ifndef IOCD_FORWARD_OUTBOX_SCAN_H
#define IOCD_FORWARD_OUTBOX_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/journal.h"
#include "marks.h"
#include "record.h"

struct outbox_scan {
	struct journal *journal; /* borrowed, as all of these; all of it is synced */
	const char *directory;
	const char *name;    /* short name of the journal whose keys count */
	struct marks *marks; /* empty; filled */
	struct text *note;   /* empty; becomes the last note */

	uint64_t n;      /* items up to the end; what was given anew is a number unused yet */
	bool has_key;    /* there are keys of that journal */
	struct key last; /* the last of them */
	int64_t last_ms; /* when the last item was recorded; 0: there is none */
	uint64_t note_position; /* of the last note; HINT_NO_NOTE */
	bool has_number;        /* n was found, not made up */
};

/* Fills the rest of scan.  0 or a fault (-EUCLEAN: what was on the disk once is damaged). */
int outbox_scan(struct outbox_scan *scan) MUST_USE;

#endif
