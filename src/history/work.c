/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch that cannot be written stays at the head and is tried again; questions pass it by and
 * take it along from memory.
 */
#include "inside.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "query.h"

#define RETRY_NS INT64_C(1000000000)

static void set_reason(struct history *history, int fault, const char *words)
{
	history_lock(history);
	history->status.fault = fault;
	(void)snprintf(history->status.reason, sizeof(history->status.reason), "%s", words);
	history_unlock(history);
}

/* Told once, until it is over. */
static void note_fault(struct history *history, int fault)
{
	CLEANUP_TEXT struct text words = { 0 };
	bool is_new = history->status.fault != fault; /* only this thread writes it */

	if (fault == 0) {
		if (is_new)
			log_info("history.writes_again", "file=%s", history->options.file);
		set_reason(history, 0, "");
		return;
	}
	text_add(&words, "'%s' cannot be written: %s", history->options.file, strerror(-fault));
	if (is_new)
		log_error("history.fault", "file=%s error=%s at=%s", history->options.file,
			  strerror(-fault), err_trace());
	set_reason(history, fault, text_get(&words));
}

int history_begin_anew(struct history *history)
{
	struct writer *writer = &history->writer;
	int r;

	writer_close(writer, false);
	r = file_put_aside(history->options.file);
	if (!r)
		r = writer_open(writer);
	if (r == FILE_DAMAGED)
		r = err_raise(-EIO);
	history_lock(history);
	history->status.put_aside++;
	history_unlock(history);
	log_error("history.damaged", "file=%s meaning=\"it was put aside and a new one begun\"",
		  history->options.file);
	return err_pass(r);
}

/* Opens the file if it is not open, and looks at all of it if it was not closed in order. */
static int make_ready(struct history *history)
{
	struct writer *writer = &history->writer;
	int r = 0;

	if (!writer->file.db)
		r = writer_open(writer);
	if (!r && writer->file.is_suspect)
		r = file_check(&writer->file);
	return r == FILE_DAMAGED ? err_pass(history_begin_anew(history)) : err_pass(r);
}

static int put(struct history *history, const struct job *job)
{
	struct writer *writer = &history->writer;

	if (job->audit)
		return audit_put(writer, job->audit);
	return job->log ? log_put(writer, job->log) : writer_put(writer, &job->batch);
}

static int put_job(struct history *history, const struct job *job)
{
	int r = make_ready(history);

	if (!r)
		r = put(history, job);
	if (r == FILE_DAMAGED) {
		r = history_begin_anew(history);
		if (!r)
			r = put(history, job);
	}
	if (r == FILE_DAMAGED)
		r = err_raise(-EIO);
	return r;
}

void history_note_status(struct history *history)
{
	uint64_t bytes = file_bytes(&history->writer.file);

	history_lock(history);
	history->status.committed = history->writer.last;
	history->status.missing = history->writer.missing;
	history->status.log_committed = history->writer.log_last;
	history->status.log_missing = history->writer.log_missing;
	history->status.bytes = bytes;
	history_unlock(history);
}

/* Waits until the loop has worked the piece out. */
static bool give_piece(void *context, struct question *question, struct piece *piece)
{
	struct history *history = context;
	bool is_wanted;

	history_lock(history);
	history->asking = question;
	history->piece = piece;
	wake_send(history->wake);
	while (history->piece && !history->is_stopping)
		(void)pthread_cond_wait(&history->work, &history->mutex);
	history->piece = NULL;
	history->asking = NULL;
	is_wanted = !history->is_stopping;
	history_unlock(history);
	return is_wanted;
}

static int run(struct history *history, struct question *question)
{
	if (question->audit)
		return audit_run(question->audit, &history->writer);
	if (question->log)
		return log_run(question->log, &history->writer);
	return query_run(question, &history->writer, give_piece, history);
}

static void answer(struct history *history, struct question *question)
{
	int r = make_ready(history);

	if (!r)
		r = run(history, question);
	if (r)
		(void)snprintf(question->reason, sizeof(question->reason),
			       "'%s' cannot be read: %s", history->options.file,
			       r < 0 ? strerror(-r) : "it is damaged");
	if (r == FILE_DAMAGED)
		note_fault(history, history_begin_anew(history));

	history_lock(history);
	history_push_answered(history, question);
	wake_send(history->wake);
	history_unlock(history);
}

/* Batches before a question that could not be written.  What had not left a fold that is behind the
 * file, because it replays, is in the file.  Under the mutex. */
static void take_cells_along(struct history *history, const struct job *until)
{
	if (until->question->last_batch < history->writer.last)
		question_forget_cells(until->question);
	for (const struct job *job = history->first; job != until; job = job->next) {
		if (job->is_question || job->log || job->audit ||
		    writer_knows(&history->writer, &job->batch))
			continue;
		for (size_t i = 0; i < job->batch.n; i++)
			question_add_cell(until->question, &job->batch.cells[i]);
	}
}

/* Under the mutex. */
static void take_along(struct history *history, const struct job *until)
{
	struct log_question *log = until->question->log;
	struct audit_question *audit = until->question->audit;

	if (!log && !audit) {
		take_cells_along(history, until);
		return;
	}
	for (const struct job *job = history->first; job != until; job = job->next)
		if (log && job->log)
			log_question_take_along(log, job->log, history->options.units);
		else if (audit && job->audit)
			audit_question_take_along(audit, job->audit, history->options.units);
}

/* Lends the place of the batch whose turn it is, NULL: none.  At the end questions do not count any
 * more.  Under the mutex. */
static struct job **next_batch(struct history *history)
{
	struct job **at = &history->first;

	while (history->is_stopping && *at && (*at)->is_question)
		at = &(*at)->next;
	return *at && !(*at)->is_question ? at : NULL;
}

/* It stays in the queue until it is safe.  When to try again; 0: it is written.  With the mutex,
 * which is let go. */
static int64_t work_on_batch(struct history *history, struct job **at)
{
	const struct job *job = *at;
	int r;

	history->has_put = false;
	if (job == history->open_audit)
		history->open_audit = NULL;
	history_unlock(history);
	r = put_job(history, job);
	history_note_status(history);
	note_fault(history, r);
	history_lock(history);
	if (r)
		return clock_mono_ns() + RETRY_NS;
	job_free(history_take_out(history, at));
	return 0;
}

/* The first question in the queue.  With the mutex, which is let go. */
static bool work_on_question(struct history *history)
{
	struct job **at = &history->first;
	struct question *question;
	struct job *job;

	while (*at && !(*at)->is_question)
		at = &(*at)->next;
	if (!*at)
		return false;

	take_along(history, *at);
	job = history_take_out(history, at);
	question = job->question;
	job->question = NULL;
	job_free(job);
	history_unlock(history);
	answer(history, question);
	history_lock(history);
	return true;
}

/* When nothing else is to be done.  With the mutex, which is let go. */
static bool forget_some(struct history *history)
{
	bool more = false;
	int r;

	history_unlock(history);
	r = writer_forget(&history->writer, &more);
	if (r == FILE_DAMAGED)
		r = history_begin_anew(history);
	history_note_status(history);
	history_lock(history);
	return more && !r;
}

static void wait_for_work(struct history *history, int64_t until_ns)
{
	struct timespec until = { .tv_sec = until_ns / 1000000000,
				  .tv_nsec = until_ns % 1000000000 };

	if (until_ns == INT64_MAX)
		(void)pthread_cond_wait(&history->work, &history->mutex);
	else
		(void)pthread_cond_timedwait(&history->work, &history->mutex, &until);
}

/* One piece of work, or a wait for it; false: it is time to end.  retry_ns: when the batch that
 * could not be written is tried again, 0: there is none.  With the mutex. */
static bool step(struct history *history, int64_t *retry_ns, bool *may_forget)
{
	struct job **batch = next_batch(history);

	if (history->is_stopping && (!batch || *retry_ns > 0))
		return false;

	if (batch && (history->has_put || *retry_ns <= clock_mono_ns())) {
		*retry_ns = work_on_batch(history, batch);
		*may_forget = *retry_ns == 0;
	} else if (work_on_question(history)) {
		return true;
	} else if (*may_forget && history->writer.file.db) {
		*may_forget = forget_some(history);
	} else {
		wait_for_work(history, batch ? *retry_ns : INT64_MAX);
	}
	return true;
}

void *history_work(void *context)
{
	struct history *history = context;
	int64_t retry_ns = 0;
	bool may_forget = true;
	int r;

	/* Before there is work, so that damage is known early. */
	if (history->writer.file.is_suspect) {
		r = make_ready(history);
		note_fault(history, r);
		history_note_status(history);
	}
	history_lock(history);
	while (step(history, &retry_ns, &may_forget))
		continue;
	history_unlock(history);
	return NULL;
}
