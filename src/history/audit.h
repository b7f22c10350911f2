/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit: what people did on its way into the file, and out of it again.
 *
 * As log.h: a batch and a question belong either to the loop or to the thread of the file.  Entries
 * that come while the last batch still waits join it, so that many cost one write.
 */
#ifndef IOCD_HISTORY_AUDIT_ROWS_H
#define IOCD_HISTORY_AUDIT_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/history_audit.h"
#include "write.h"

struct audit_batch {
	struct history_audit *entries; /* texts of each are one block, owned */
	size_t n, capacity;
};

struct audit_question {
	int64_t since_ms, until_ms;
	bool *of_units; /* owned; NULL: all */
	bool *about;    /* owned; NULL: whatever */
	uint32_t n_units;
	char *who, *what, *self; /* owned; NULL: all, all, nobody */
	bool is_private;
	uint32_t limit;
	history_audit_fn *fn;
	void *context;

	struct audit_batch waiting; /* what was not in the file yet when it was asked */
	struct audit_batch found;   /* the newest first */
	bool is_cut;
};

/* Appends a copy and returns how many bytes it takes. */
size_t audit_batch_add(struct audit_batch *batch, const struct history_audit *entry);

/* Frees a batch with all in it, returns NULL, accepts NULL. */
struct audit_batch *audit_batch_free(struct audit_batch *batch);

/* Frees a question with all in it and returns NULL.  Accepts NULL. */
struct audit_question *audit_question_free(struct audit_question *question);

/* Adds what of a batch that is not in the file the question is about.  Any thread that owns it. */
void audit_question_take_along(struct audit_question *question, const struct audit_batch *batch,
			       const struct units *units);

/* Writes a batch.  0 once it is safe on the disk; FILE_DAMAGED or a fault: nothing of it is.
 * Thread, as below. */
int audit_put(struct writer *writer, const struct audit_batch *batch) MUST_USE;

/* Answers.  0, FILE_DAMAGED or a fault. */
int audit_run(struct audit_question *question, struct writer *writer) MUST_USE;

/* Forgets one day of what is older than it has to be kept.  0, FILE_DAMAGED or a fault. */
int audit_forget(struct writer *writer, bool *ret_more) MUST_USE;

/* Calls fn, with what was found or the reason.  Loop. */
void audit_question_tell(struct audit_question *question, const char *reason);

#endif
