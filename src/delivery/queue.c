/* SPDX-License-Identifier: Apache-2.0 */
#include "queue.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/log.h"

#define RETRY_FIRST_MS 1000
#define RETRY_LAST_MS  60000

/* ---- to whom transitions go ---- */

void addressed_add(struct addressed *addressed, uint32_t bits)
{
	addressed->last++;
	addressed->bits[addressed->last % ADDRESSED_MAX] = bits;
	if (addressed->last - addressed->first >= ADDRESSED_MAX)
		addressed->first = addressed->last - ADDRESSED_MAX + 1;
}

bool addressed_has(const struct addressed *addressed, uint64_t number, uint32_t i)
{
	if (number < addressed->first || number > addressed->last)
		return true;
	return addressed->bits[number % ADDRESSED_MAX] >> i & 1;
}

/* ---- a queue ---- */

static void free_strings(struct queue *queue)
{
	free(queue->id);
	free(queue->url);
	free(queue->secret_file);
}

static void copy_strings(struct queue *queue, const struct receiver *receiver)
{
	queue->id = xstrdup(receiver->id);
	queue->url = xstrdup(receiver->url);
	queue->secret_file = xstrdup(receiver->secret_file ? receiver->secret_file : "");
	queue->is_vietnamese = receiver->is_vietnamese;
	queue->status.id = queue->id;
}

void queue_init(struct queue *queue, const struct receiver *receiver, uint32_t number,
		uint64_t told)
{
	*queue = (struct queue){ .number = number, .told = told };
	copy_strings(queue, receiver);
	backoff_init(&queue->backoff, RETRY_FIRST_MS, RETRY_LAST_MS, number + 1);
}

void queue_fini(struct queue *queue)
{
	free_strings(queue);
}

void queue_change(struct queue *queue, const struct receiver *receiver, uint32_t number)
{
	const char *secret_file = receiver->secret_file ? receiver->secret_file : "";
	bool has_moved = strcmp(queue->url, receiver->url) != 0 ||
			 strcmp(queue->secret_file, secret_file) != 0;

	free_strings(queue);
	copy_strings(queue, receiver);
	queue->number = number;
	if (!has_moved)
		return;
	queue->retry_ms = 0;
	backoff_succeeded(&queue->backoff);
	queue->is_astray = queue->token != 0;
}

void queue_cancelled(struct queue *queue)
{
	queue->token = 0;
	queue->is_astray = false;
}

uint64_t queue_skip(struct queue *queue, const struct addressed *addressed, uint64_t forgotten)
{
	uint64_t n = 0;

	for (; queue->told < forgotten; queue->told++) {
		uint64_t number = queue->told + 1;

		if (queue->token && number == queue->sending)
			continue; /* it may still arrive */
		n += addressed_has(addressed, number, queue->number);
	}
	queue->missed += n;
	queue->status.skipped += n;
	return n;
}

enum queue_next queue_look(struct queue *queue, const struct addressed *addressed, int64_t now_ms)
{
	bool is_waiting = queue->token || now_ms < queue->retry_ms;

	while (!queue->token && queue->told < addressed->last &&
	       !addressed_has(addressed, queue->told + 1, queue->number))
		queue->told++;
	if (is_waiting)
		return QUEUE_IDLE;
	if (queue->missed)
		return QUEUE_MISSED;
	return queue->told < addressed->last ? QUEUE_TRANSITION : QUEUE_IDLE;
}

void queue_sent(struct queue *queue, enum queue_next next, uint64_t token)
{
	queue->token = token;
	queue->sending = next == QUEUE_TRANSITION ? queue->told + 1 : 0;
	queue->sending_missed = queue->missed;
}

/* ---- how a post ended ---- */

static void note_error(struct queue *queue, const char *why, int64_t real_ms)
{
	if (!queue->status.failing_since_ms)
		queue->status.failing_since_ms = real_ms;
	snprintf(queue->status.error, sizeof(queue->status.error), "%s", why);
}

void queue_failed(struct queue *queue, const char *why, int64_t now_ms, int64_t real_ms)
{
	bool is_new = !queue->status.failing_since_ms;

	note_error(queue, why, real_ms);
	queue->retry_ms = now_ms + backoff_failed(&queue->backoff);
	if (is_new)
		log_warning("receiver.failing", "receiver=%s told=%" PRIu64 " error=\"%s\"",
			    queue->id, queue->told, why);
}

static void move_on(struct queue *queue)
{
	if (!queue->sending)
		queue->missed -= queue->sending_missed;
	else if (queue->told < queue->sending)
		queue->told = queue->sending;
	queue->retry_ms = 0;
	backoff_succeeded(&queue->backoff);
}

static void accepted(struct queue *queue)
{
	if (queue->status.failing_since_ms)
		log_info("receiver.back", "receiver=%s refused=%" PRIu64, queue->id,
			 queue->status.refused);
	queue->status.posted++;
	queue->status.failing_since_ms = 0;
	queue->status.error[0] = '\0';
	queue->is_refusing = false;
	move_on(queue);
}

static void refused(struct queue *queue, int status, int64_t real_ms)
{
	char why[64];

	snprintf(why, sizeof(why), "refused with HTTP status %d", status);
	if (!queue->is_refusing)
		log_warning("receiver.refused", "receiver=%s number=%" PRIu64 " status=%d",
			    queue->id, queue->sending, status);
	queue->is_refusing = true;
	queue->status.refused++;
	note_error(queue, why, real_ms);
	move_on(queue);
}

/* What comes of trying again: the server is not well, or wants to be left alone for a while. */
static bool is_passing(int status)
{
	return status == 0 || status == 408 || status == 425 || status == 429 || status >= 500;
}

static void lost(struct queue *queue, int status, const char *why, int64_t now_ms, int64_t real_ms)
{
	char text[64];

	if (queue->sending && queue->sending <= queue->told) { /* forgotten meanwhile */
		queue->missed++;
		queue->status.skipped++;
	}
	snprintf(text, sizeof(text), "HTTP status %d", status);
	queue_failed(queue, status ? text : why, now_ms, real_ms);
}

void queue_answered(struct queue *queue, int status, const char *why, int64_t now_ms,
		    int64_t real_ms)
{
	assert(queue->token);

	queue->token = 0;
	if (status >= 200 && status < 300)
		accepted(queue);
	else if (is_passing(status))
		lost(queue, status, why, now_ms, real_ms);
	else
		refused(queue, status, real_ms);
}
