/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log: what happened to alerts on its way into the file, and out of it again.
 *
 * A log_batch is made on the loop and written by the thread of the file; a log_question is made on
 * the loop, answered by the thread and told on the loop.  Each belongs to one of the two at a time.
 */
#ifndef IOCD_HISTORY_LOG_ROWS_H
#define IOCD_HISTORY_LOG_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/history_log.h"
#include "write.h"

/* Transitions that came at once, or one generation. */
struct log_batch {
	struct history_transition *rows; /* each owns its texts: log_row_fini() */
	size_t n, capacity;
	bool is_generation;
	struct history_generation generation; /* texts owned */
	size_t bytes;                         /* of all texts */
};

struct log_question {
	int64_t since_ms, until_ms;
	bool *of_units; /* owned; NULL: all */
	uint32_t n_units;
	char *rule; /* owned; NULL: all */
	uint32_t limit;
	history_log_fn *fn;
	void *context;

	struct log_batch waiting; /* what was not in the file yet when it was asked */
	struct history_generation *waiting_generations; /* likewise; owned */
	size_t n_waiting_generations;
	struct log_batch found; /* the newest first */
	struct history_generation *generations;
	size_t n_generations;
	bool is_cut;
	int64_t first_ms;
};

/* Frees a batch with all in it, returns NULL, accepts NULL; empties one that is part of another. */
struct log_batch *log_batch_free(struct log_batch *batch);
void log_batch_fini(struct log_batch *batch);

/* Appends a copy of row. */
void log_batch_add(struct log_batch *batch, const struct history_transition *row);

/* Appends a transition as it is to be written. */
void log_batch_take(struct log_batch *batch, const struct transition *transition,
		    const struct alert_context *context);

/* Appends a copy to a list that is owned. */
void log_add_generation(struct history_generation **list, size_t *n,
			const struct history_generation *generation);
void log_free_generations(struct history_generation *list, size_t n);

/* Frees a question with all in it and returns NULL.  Accepts NULL. */
struct log_question *log_question_free(struct log_question *question);

/* Adds what of a batch that is not in the file the question is about.  Any thread that owns it. */
void log_question_take_along(struct log_question *question, const struct log_batch *batch,
			     const struct units *units);

/* Whether the file has transition number of that time; a number that is not new with a time that
 * is new: the state was lost, and the book numbers anew. */
static inline bool log_is_known(uint64_t number, int64_t time_ms, uint64_t last, int64_t last_ms)
{
	return number <= last && time_ms <= last_ms;
}

/* Reads where the log of this journal stands.  0, FILE_DAMAGED or a fault; thread, as below. */
int log_read_state(struct writer *writer) MUST_USE;

/* Writes what of a batch is new.  0 once it is safe on the disk; FILE_DAMAGED or a fault: nothing
 * of it is. */
int log_put(struct writer *writer, const struct log_batch *batch) MUST_USE;

/* Answers.  0, FILE_DAMAGED or a fault. */
int log_run(struct log_question *question, struct writer *writer) MUST_USE;

/* Forgets one day of what is older than it has to be kept.  0, FILE_DAMAGED or a fault. */
int log_forget(struct writer *writer, bool *ret_more) MUST_USE;

/* Calls fn, with what was found or the reason.  Loop. */
void log_question_tell(struct log_question *question, const char *reason);

#endif
