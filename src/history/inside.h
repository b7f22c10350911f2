/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inside: what the loop's half (history.c) and the thread's half (work.c) of history share.
 *
 * Two queues between them: work in the order in which it came, so that a question sees every batch
 * before it, and questions that were answered.  In between the thread hands sums back in pieces,
 * because only the loop may ask indicators what they mean.
 */
#ifndef IOCD_HISTORY_INSIDE_H
#define IOCD_HISTORY_INSIDE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit.h"
#include "iocd/history.h"
#include "log.h"
#include "question.h"
#include "write.h"

/* Work: a batch, something for the log or the audit, or a question. */
struct job {
	struct job *next; /* in history.first ... */
	bool is_question;
	struct question *question; /* owned */
	struct cell_batch batch;   /* its cells and their bodies are one block, owned */
	struct log_batch *log;     /* owned; NULL: it is the batch, or ... */
	struct audit_batch *audit; /* owned; NULL: it is not that either */
	size_t bytes;
};

struct history {
	struct history_options options; /* strings owned */
	struct writer writer;           /* of the thread, once it runs */
	pthread_t thread;
	struct wake *wake;

	/* Of the loop: transitions up to this one were looked at, and up to that one handed over.
	 */
	uint64_t log_seen, log_put;
	int64_t log_put_ms;

	pthread_mutex_t mutex; /* for all below */
	pthread_cond_t work;   /* something came for the thread; by the monotonic clock */
	struct job *first, **end;
	size_t waiting_bytes;
	struct job *open_audit;    /* waits, and takes more; NULL: none does */
	uint64_t audit_waiting;    /* entries */
	uint64_t audit_lost;
	uint32_t n_questions;      /* that were not told yet */
	struct question *answered; /* in order, by question.next */
	struct question **answered_end;
	struct question *asking; /* whose piece is with the loop */
	struct piece *piece;
	bool is_stopping;
	bool has_put; /* a batch that failed is tried again at once */
	struct history_status status;
};

/* Take and give back the mutex. */
void history_lock(struct history *history);
void history_unlock(struct history *history);

/* Takes the job at *at out of the queue and gives it.  Under the mutex. */
struct job *history_take_out(struct history *history, struct job **at) MUST_USE;
struct job *job_free(struct job *job);

/* Takes work into the queue.  Under the mutex. */
void history_append(struct history *history, struct job *job);

/* Takes work into the queue, if there is room for its bytes; else frees it. */
void history_put_job(struct history *history, struct job *job);

/* Takes a question into the queue, or refuses it if there are too many. */
void history_put_question(struct history *history, struct question *question);

/* Takes a question into the queue of those answered.  Under the mutex. */
void history_push_answered(struct history *history, struct question *question);

/* Puts a damaged file aside and begins a new one.  Thread, or before it runs.  0 or a fault. */
int history_begin_anew(struct history *history) MUST_USE;

/* Copies what the thread knows into status.  Thread, or before it runs. */
void history_note_status(struct history *history);

/* The thread.  Takes struct history, returns NULL when history is_stopping and all is written, or
 * cannot be. */
void *history_work(void *history);

#endif
