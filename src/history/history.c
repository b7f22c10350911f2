/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/history.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "iocd/unit.h"
#include "inside.h"

#define WAITING_BYTES (256u << 20) /* of batches; further ones are dropped, and missing then */

void history_lock(struct history *history)
{
	(void)pthread_mutex_lock(&history->mutex);
}

void history_unlock(struct history *history)
{
	(void)pthread_mutex_unlock(&history->mutex);
}

/* ---- jobs ---- */

struct job *job_free(struct job *job)
{
	if (!job)
		return NULL;

	question_free(job->question);
	log_batch_free(job->log);
	audit_batch_free(job->audit);
	free((void *)job->batch.cells);
	free(job);
	return NULL;
}

/* One job more or less waits. */
static void count(struct history *history, const struct job *job, uint64_t one)
{
	struct history_status *status = &history->status;

	if (job->is_question)
		return;
	if (job->audit)
		history->audit_waiting += one * job->audit->n;
	else if (!job->log)
		status->waiting += one;
	else if (job->log->is_generation)
		status->generations_waiting += one;
	else
		status->log_waiting += one * job->log->n;
}

void history_append(struct history *history, struct job *job)
{
	*history->end = job;
	history->end = &job->next;
	history->waiting_bytes += job->bytes;
	count(history, job, 1);
	(void)pthread_cond_signal(&history->work);
}

struct job *history_take_out(struct history *history, struct job **at)
{
	struct job *job = *at;

	*at = job->next;
	if (!*at)
		history->end = at;
	job->next = NULL;
	if (job == history->open_audit)
		history->open_audit = NULL;
	history->waiting_bytes -= job->bytes;
	count(history, job, (uint64_t)-1);
	return job;
}

void history_push_answered(struct history *history, struct question *question)
{
	question->next = NULL;
	*history->answered_end = question;
	history->answered_end = &question->next;
}

static struct job *copy_batch(const struct cell_batch *batch)
{
	struct job *job = xcalloc(1, sizeof(*job));
	size_t bytes = batch->n * sizeof(*batch->cells);
	struct cell *cells;
	char *body;

	for (size_t i = 0; i < batch->n; i++)
		bytes += batch->cells[i].size;
	cells = xcalloc(1, bytes + 1);
	body = (char *)(cells + batch->n);
	for (size_t i = 0; i < batch->n; i++) {
		cells[i] = batch->cells[i];
		cells[i].body = body;
		if (cells[i].size > 0)
			memcpy(body, batch->cells[i].body, cells[i].size);
		body += cells[i].size;
	}
	job->batch = *batch;
	job->batch.cells = cells;
	job->bytes = bytes;
	return job;
}

/* ---- the loop ---- */

/* Takes the next question that was answered, or NULL. */
static struct question *take_answered(struct history *history)
{
	struct question *question;

	history_lock(history);
	question = history->answered;
	if (question) {
		history->answered = question->next;
		if (!history->answered)
			history->answered_end = &history->answered;
		history->n_questions--;
	}
	if (history->answered)
		wake_send(history->wake); /* one in a turn */
	history_unlock(history);
	return question;
}

static void on_wake(void *context)
{
	struct history *history = context;
	struct question *asking, *question;
	struct piece *piece;

	history_lock(history);
	asking = history->asking;
	piece = history->piece;
	history_unlock(history);
	if (piece) {
		question_take_piece(asking, piece);
		history_lock(history);
		history->piece = NULL;
		(void)pthread_cond_signal(&history->work);
		history_unlock(history);
	}

	question = take_answered(history);
	if (question)
		question_tell(question);
	question_free(question);
}

static int start_thread(struct history *history)
{
	pthread_condattr_t attributes;
	int r;

	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&history->work, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	r = pthread_create(&history->thread, NULL, history_work, history);
	return r ? err_raise(-r) : 0;
}

static void set_up(struct history *history, const struct history_options *options)
{
	history->options = *options;
	history->options.file = xstrdup(options->file);
	history->options.journal_id = xstrdup(options->journal_id);
	history->writer = (struct writer){
		.path = history->options.file,
		.journal_id = history->options.journal_id,
		.units = options->units,
		.offset_minutes = options->offset_minutes,
		.kept_days = { [GRAIN_HOUR] = options->hours_kept_days,
			       [GRAIN_DAY] = options->days_kept },
	};
	(void)pthread_mutex_init(&history->mutex, NULL);
	history->end = &history->first;
	history->answered_end = &history->answered;
}

static void tear_down(struct history *history)
{
	(void)pthread_mutex_destroy(&history->mutex);
	free((void *)history->options.file);
	free((void *)history->options.journal_id);
	free(history);
}

int history_new(struct history **ret, struct loop *loop, const struct history_options *options)
{
	struct history *history = xcalloc(1, sizeof(*history));
	bool is_broken;
	int r;

	set_up(history, options);
	r = writer_open(&history->writer);
	is_broken = r == FILE_DAMAGED;
	if (is_broken)
		r = history_begin_anew(history);
	if (r) {
		tear_down(history);
		return err_pass(r);
	}
	history_note_status(history);
	history->log_put = history->writer.log_last;
	history->log_put_ms = history->writer.log_last_ms;

	history->wake = wake_new(loop, on_wake, history);
	r = start_thread(history);
	if (r) {
		wake_close(history->wake);
		writer_close(&history->writer, false);
		tear_down(history);
		return err_pass(r);
	}
	*ret = history;
	return is_broken ? HISTORY_BROKEN : 0;
}

void history_put_job(struct history *history, struct job *job)
{
	history_lock(history);
	history->has_put = true;
	if (history->waiting_bytes + job->bytes <= WAITING_BYTES) {
		history_append(history, job);
		job = NULL;
	}
	history_unlock(history);
	job_free(job);
}

void history_put(struct history *history, const struct indicators *indicators,
		 const struct cell_batch *batches, size_t n)
{
	(void)indicators; /* cells say all in words that outlive it */
	for (size_t i = 0; i < n; i++)
		history_put_job(history, copy_batch(&batches[i]));
}

void history_put_question(struct history *history, struct question *question)
{
	struct job *job = xcalloc(1, sizeof(*job));
	bool is_too_many;

	history_lock(history);
	is_too_many = ++history->n_questions > HISTORY_QUESTIONS_MAX;
	if (is_too_many) {
		(void)snprintf(question->reason, sizeof(question->reason),
			       "too many questions at once");
		history_push_answered(history, question);
		wake_send(history->wake);
	} else {
		job->is_question = true;
		job->question = question;
		history_append(history, job);
	}
	history_unlock(history);
	if (is_too_many)
		free(job);
}

void history_ask(struct history *history, const struct history_query *query, history_answer_fn *fn,
		 void *context)
{
	struct question *question = question_new(query, &history->options, fn, context);

	for (uint32_t i = 0; i < question->n_units; i++)
		assert(question->units[i] < units_registered(history->options.units));
	history_put_question(history, question);
}

void history_get_status(const struct history *history, struct history_status *ret)
{
	struct history *mutable = (struct history *)history;

	history_lock(mutable);
	*ret = history->status;
	history_unlock(mutable);
}

/* Questions that nobody answered, or whose answer nobody heard. */
static void tell_the_end(struct history *history)
{
	struct question *question;

	while (history->first) {
		struct job *job = history_take_out(history, &history->first);

		question = job->question;
		job->question = NULL;
		job_free(job);
		if (!question)
			continue;
		history_push_answered(history, question);
	}
	while ((question = history->answered)) {
		history->answered = question->next;
		(void)snprintf(question->reason, sizeof(question->reason), "iocd ends");
		question_tell(question);
		question_free(question);
	}
}

void history_close(struct history *history)
{
	if (!history)
		return;

	history_lock(history);
	history->is_stopping = true;
	(void)pthread_cond_signal(&history->work);
	history_unlock(history);
	(void)pthread_join(history->thread, NULL);
	if (history->status.waiting + history->status.log_waiting > 0)
		log_warning("history.unwritten",
			    "batches=%" PRIu64 " transitions=%" PRIu64
			    " meaning=\"they come again after the next start\"",
			    history->status.waiting, history->status.log_waiting);
	if (history->audit_waiting > 0)
		log_error("history.audit_lost",
			  "entries=%" PRIu64 " meaning=\"who did what could not be written\"",
			  history->audit_waiting);
	tell_the_end(history);
	writer_close(&history->writer, true);
	wake_close(history->wake);
	(void)pthread_cond_destroy(&history->work);
	tear_down(history);
}
