/* SPDX-License-Identifier: Apache-2.0 */
#include "receivers.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "audience.h"
#include "message.h"
#include "progress.h"
#include "queue.h"
#include "signature.h"

#define FILE_LOG_MS 10000

struct receivers {
	char *path; /* owned, as the other strings */
	char *journal_id;
	char *instance;
	int64_t timeout_ms;
	struct web *web;     /* borrowed */
	struct timer *timer; /* owned; NULL: there is no loop, and so nobody is told */
	struct delivery_source source;
	bool is_started;

	struct audience audience;
	struct progress progress;
	struct log_limit file_limit;
};

/* ---- the file ---- */

static void note_file(struct receivers *receivers, int r)
{
	uint64_t dropped;

	if (r && log_may(&receivers->file_limit, clock_mono_ms(), FILE_LOG_MS, &dropped))
		log_warning("receivers.file", "path=%s error=%s", receivers->path, strerror(-r));
}

static void write_progress(struct receivers *receivers)
{
	for (uint32_t i = 0; i < receivers->audience.n; i++) {
		const struct queue *queue = &receivers->audience.queues[i];
		const struct progress_entry now = { queue->told, queue->missed };
		struct progress_entry then;

		if (!progress_find(&receivers->progress, queue->id, &then) ||
		    then.told != now.told || then.missed != now.missed)
			note_file(receivers, progress_write(&receivers->progress, queue->id, &now));
	}
}

/* ---- telling ---- */

static struct message message_for(const struct receivers *receivers, const struct queue *queue,
				  enum queue_next next)
{
	struct message message = { .receiver = queue->id,
				   .is_vietnamese = queue->is_vietnamese,
				   .instance = receivers->instance,
				   .journal_id = receivers->journal_id,
				   .number = queue->told };

	if (next == QUEUE_TRANSITION) {
		message.number = queue->told + 1;
		message.transition = alertbook_transition(receivers->source.book, message.number);
		assert(message.transition); /* else it is addressed to nobody */
	} else {
		message.missed = queue->missed;
	}
	return message;
}

static void on_answered(void *context, uint64_t token, int status, const char *why)
{
	struct receivers *receivers = context;

	for (uint32_t i = 0; i < receivers->audience.n; i++)
		if (receivers->audience.queues[i].token == token)
			queue_answered(&receivers->audience.queues[i], status, why, clock_mono_ms(),
				       clock_real_ms());
	timer_start(receivers->timer, 0, 0);
}

/* It is not told without its signature. */
static void fail_secret(struct queue *queue, const char *why, int64_t now_ms)
{
	CLEANUP_TEXT struct text said = { 0 };

	text_add(&said, "the secret cannot be had: %s", why);
	queue_failed(queue, text_get(&said), now_ms, clock_real_ms());
}

static void send_next(struct receivers *receivers, struct queue *queue, enum queue_next next,
		      int64_t now_ms)
{
	CLEANUP_TEXT struct text body = { 0 }, key = { 0 }, signature = { 0 };
	const struct message message = message_for(receivers, queue, next);
	const char *headers[3] = { "Content-Type: application/json" };
	struct web_request request = { .url = queue->url,
				       .headers = headers,
				       .n_headers = 2,
				       .timeout_ms = receivers->timeout_ms };
	char why[SECRET_WHY_MAX];
	int r;

	message_body(&body, &receivers->source.context, &message);
	text_add(&key, "Idempotency-Key: ");
	message_key(&key, &message);
	headers[1] = text_get(&key);
	if (queue->secret_file[0]) {
		text_add(&signature, "X-Iocd-Signature: ");
		r = signature_add_by_file(&signature, queue->secret_file, &body, why);
		if (r) {
			fail_secret(queue, why, now_ms);
			return;
		}
		headers[request.n_headers++] = text_get(&signature);
	}
	request.body = text_get(&body);
	request.body_size = body.size;
	queue_sent(queue, next, web_post(receivers->web, &request, on_answered, receivers));
}

static void arm(struct receivers *receivers, int64_t now_ms)
{
	int64_t least_ms = INT64_MAX;

	for (uint32_t i = 0; i < receivers->audience.n; i++) {
		const struct queue *queue = &receivers->audience.queues[i];

		if (!queue->token && queue->retry_ms > now_ms && queue->retry_ms < least_ms)
			least_ms = queue->retry_ms;
	}
	if (least_ms == INT64_MAX)
		timer_stop(receivers->timer);
	else
		timer_start(receivers->timer, least_ms - now_ms, 0);
}

static void serve(struct receivers *receivers)
{
	int64_t now_ms = clock_mono_ms();

	audience_note(&receivers->audience, receivers->source.book);
	audience_skip(&receivers->audience, receivers->source.book);
	for (uint32_t i = 0; i < receivers->audience.n; i++) {
		struct queue *queue = &receivers->audience.queues[i];
		enum queue_next next = queue_look(queue, &receivers->audience.addressed, now_ms);

		if (next != QUEUE_IDLE)
			send_next(receivers, queue, next, now_ms);
	}
	write_progress(receivers);
	arm(receivers, now_ms);
}

static void on_timer(void *context)
{
	serve(context);
}

/* ---- door ---- */

struct receivers *receivers_new(const struct delivery_options *options,
				const struct delivery_source *source)
{
	struct receivers *receivers = xcalloc(1, sizeof(*receivers));

	receivers->progress.file = -1;
	receivers->source = *source;
	if (!options->web)
		return receivers;

	receivers->path = xstrdup(options->receivers_file);
	receivers->journal_id = xstrdup(options->journal_id);
	receivers->instance = xstrdup(options->instance);
	receivers->timeout_ms = options->timeout_ms;
	receivers->web = options->web;
	receivers->timer = timer_new(options->loop, on_timer, receivers);
	return receivers;
}

static void give_up(struct receivers *receivers, struct queue *queue)
{
	if (queue->token)
		web_cancel(receivers->web, queue->token);
	queue_cancelled(queue);
}

static void drop(struct receivers *receivers, struct queue *queue)
{
	give_up(receivers, queue);
	note_file(receivers, progress_forget(&receivers->progress, queue->id));
	queue_fini(queue);
}

void receivers_replace(struct receivers *receivers, const struct rules_options *about)
{
	struct audience *audience = &receivers->audience;
	const struct alertbook *book = receivers->source.book;
	struct queue gone[RECEIVERS_MAX];
	uint32_t n_gone;

	if (!receivers->timer)
		return;

	if (receivers->is_started)
		audience_skip(audience, book);
	n_gone = audience_replace(
		audience, about,
		receivers->is_started ? audience->addressed.last : alertbook_last(book), gone);
	for (uint32_t i = 0; i < n_gone; i++)
		drop(receivers, &gone[i]);
	for (uint32_t i = 0; i < audience->n; i++)
		if (audience->queues[i].is_astray)
			give_up(receivers, &audience->queues[i]);
	/* The book has given the kept transitions the new numbers of the receivers. */
	audience_note_again(audience, book);
	if (receivers->is_started)
		serve(receivers);
}

/* Where the file says that a receiver was left, if it was one then. */
static void resume(struct receivers *receivers, struct queue *queue, uint64_t last)
{
	struct progress_entry entry = { .told = last };

	if (progress_find(&receivers->progress, queue->id, &entry) && entry.told > last) {
		log_warning("receiver.renumbered", "receiver=%s told=%" PRIu64 " last=%" PRIu64,
			    queue->id, entry.told, last);
		entry.told = last;
	}
	queue->told = entry.told;
	queue->missed = entry.missed;
}

void receivers_start(struct receivers *receivers)
{
	uint64_t last = alertbook_last(receivers->source.book);
	const char *ids[RECEIVERS_MAX];

	if (!receivers->timer)
		return;

	note_file(receivers,
		  progress_open(&receivers->progress, receivers->path, receivers->journal_id));
	for (uint32_t i = 0; i < receivers->audience.n; i++) {
		ids[i] = receivers->audience.queues[i].id;
		resume(receivers, &receivers->audience.queues[i], last);
	}
	note_file(receivers, progress_keep(&receivers->progress, ids, receivers->audience.n));
	receivers->is_started = true;
	audience_note_again(&receivers->audience, receivers->source.book);
	serve(receivers);
}

void receivers_post(struct receivers *receivers)
{
	if (receivers->is_started)
		serve(receivers);
}

size_t receivers_count(const struct receivers *receivers)
{
	return receivers->audience.n;
}

void receivers_get(const struct receivers *receivers, size_t i, struct delivery_receiver *ret)
{
	const struct queue *queue = &receivers->audience.queues[i];
	const struct transition *oldest;
	uint64_t first;

	assert(i < receivers->audience.n);
	*ret = queue->status;
	ret->told = queue->told;
	ret->waiting = audience_waiting(&receivers->audience, (uint32_t)i, &first);
	oldest = alertbook_transition(receivers->source.book, first);
	ret->waiting_since_ms = oldest ? oldest->time_ms : 0;
}

struct receivers *receivers_free(struct receivers *receivers)
{
	if (!receivers)
		return NULL;

	if (receivers->is_started)
		write_progress(receivers);
	for (uint32_t i = 0; i < receivers->audience.n; i++)
		give_up(receivers, &receivers->audience.queues[i]);
	audience_fini(&receivers->audience);
	progress_close(&receivers->progress);
	timer_close(receivers->timer);
	free(receivers->instance);
	free(receivers->journal_id);
	free(receivers->path);
	free(receivers);
	return NULL;
}
