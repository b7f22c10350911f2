/* SPDX-License-Identifier: Apache-2.0 */
/*
 * samples: what was refused, on its way to the stream p:deadletter.
 *
 * A sample that is not kept any more when its turn comes is left out: the counts in the ledger do
 * not depend on it.  Loop thread.
 */
#ifndef IOCD_STORE_SAMPLES_H
#define IOCD_STORE_SAMPLES_H

#include <stdbool.h>
#include <stdint.h>

#include "cursor.h"
#include "iocd/store.h"
#include "transaction.h"

struct samples {
	const struct deadletter *deadletter;
	const struct alert_context *context;
	const char *prefix;
	uint64_t written;    /* number of the last sample in the stream */
	uint64_t written_at; /* its journal position; 0: none, or not known */
	struct redis_command command;
};

/* Prepares; source and prefix are borrowed for life.  Gives the memory back. */
void samples_init(struct samples *samples, const struct store_source *source, const char *prefix);
void samples_fini(struct samples *samples);

/* Stands where cursor says, if there is a stream.  True if that must be written anew as a whole: as
 * news_resume(). */
bool samples_resume(struct samples *samples, const struct cursor *cursor, bool has_stream);

/* Samples not yet written. */
uint64_t samples_waiting(const struct samples *samples);

/* Puts how far the stream is into marks. */
void samples_mark(const struct samples *samples, struct cursor_marks *marks);

/* Writes samples as far as there is room. */
void samples_write(struct samples *samples, struct transaction *transaction);

#endif
