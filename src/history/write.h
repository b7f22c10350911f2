/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write: batches into rows, each batch whole or not at all; and forgetting what is old.  What
 * happened to alerts is written by log.h.
 *
 * Belongs to the thread of the file.
 */
#ifndef IOCD_HISTORY_WRITE_H
#define IOCD_HISTORY_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "file.h"
#include "iocd/base/text.h"
#include "iocd/cell.h"
#include "names.h"

/* Rounds in which cells left the fold (span_round()), 0: none. */
struct rounds {
	int64_t present; /* of the batch that was written last */
	int64_t before;  /* the one before it */
};

struct writer {
	struct file file;
	struct names names;
	const char *path; /* lent for life, as are the next two */
	const char *journal_id;
	const struct units *units;
	int offset_minutes;
	int kept_days[N_GRAINS];
	uint64_t last; /* batch of this journal that was written; 0: none */
	int64_t last_tick_ms;

	uint64_t log_last; /* transition of this journal that was written; 0: none */
	int64_t log_last_ms;
	bool has_log;           /* the file has something of this journal's */
	struct text generation; /* that was written last */
	int64_t generation_ms;
	uint64_t log_missing; /* transitions that were left out */

	struct rounds rounds;
	uint64_t missing;   /* numbers that were left out */
	uint64_t senseless; /* cells and rows that could not be read */
};

/* Opens the file and reads where it stands.  0, FILE_DAMAGED or a fault; then nothing is open. */
int writer_open(struct writer *writer) MUST_USE;
void writer_close(struct writer *writer, bool in_order);

/* Whether a batch is in the file, so far as its number and tick say. */
bool writer_knows(const struct writer *writer, const struct cell_batch *batch);

/* Writes a batch, unless it was written before.  0 once it is safe on the disk; FILE_DAMAGED or a
 * fault: nothing of it is, and perhaps the file is closed. */
int writer_put(struct writer *writer, const struct cell_batch *batch) MUST_USE;

/* After a fault that why says: gives up what was written of a transaction, and reads again what is
 * known of the file.  why, or FILE_DAMAGED. */
int writer_roll_back(struct writer *writer, int why) MUST_USE;

/* Forgets one hour, one day and one day of transitions that are older than they have to be kept;
 * *ret_more if there may be more.  0, FILE_DAMAGED or a fault. */
int writer_forget(struct writer *writer, bool *ret_more) MUST_USE;

#endif
