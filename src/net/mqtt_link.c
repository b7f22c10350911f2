/* SPDX-License-Identifier: Apache-2.0 */
#include "mqtt_link.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "mqtt_inside.h"

#define NUDGE_FIRST_MS    8
#define NUDGE_LAST_MS     500
#define DISCONNECT_MS     500
#define DISCONNECT_TRY_MS 20

/* ---- the link's thread ---- */

/* Why the broker would end the connection over publication, again after each reconnect; or 0. */
static int find_refusal(const struct publication *p, uint32_t packet_max)
{
	size_t topic_size = strlen(p->topic);
	const size_t overhead = 16; /* header, sizes, message id, no properties */

	if (topic_size == 0 || topic_size > UINT16_MAX || strpbrk(p->topic, "+#"))
		return MQTTREASONCODE_TOPIC_NAME_INVALID;
	if (p->payload_size > 256u << 20 || topic_size + p->payload_size + overhead > packet_max)
		return MQTTREASONCODE_PACKET_TOO_LARGE;
	return 0;
}

/* With the mutex held, which it gives up in between.  False if there is nothing to send. */
static bool send_next(struct link *link)
{
	struct publication *p;
	uint64_t number;
	bool is_answered;
	int refusal, r;

	if (!link->connected || link->queue.flying.n >= link->flight_max)
		return false;
	p = mqtt_queue_depart(&link->queue);
	if (!p)
		return false;

	link->n_moves++;
	number = p->flight;
	is_answered = p->qos > 0;
	refusal = find_refusal(p, link->packet_max);
	uv_mutex_unlock(&link->mutex);

	r = refusal ? MQTTASYNC_BAD_UTF8_STRING : paho_send(link, p, number);
	if (r == MQTTASYNC_BAD_UTF8_STRING)
		link_land(link, number, refusal ? refusal : MQTTREASONCODE_TOPIC_NAME_INVALID);
	else if (r == MQTTASYNC_SUCCESS && !is_answered)
		link_land(link, number, 0);

	uv_mutex_lock(&link->mutex);
	if (r != MQTTASYNC_SUCCESS && mqtt_queue_flies(&link->queue, number)) {
		link->connected = false; /* send nothing more before it was recalled */
		link_tell_broken(link, MQTTAsync_strerror(r));
	}
	return true;
}

/* With the mutex held.  Takes the most urgent request; a drop comes before the connect after it. */
static enum link_request take_request(struct link *link)
{
	static const enum link_request order[] = { LINK_DROP, LINK_CONNECT, LINK_SUBSCRIBE,
						   LINK_BEAT };

	for (size_t i = 0; i < COUNT(order); i++)
		if (link->requests & order[i]) {
			link->requests &= ~(unsigned)order[i];
			return order[i];
		}

	return 0;
}

/* With the mutex held, which it gives up in between.  False if nothing was asked. */
static bool serve_request(struct link *link)
{
	enum link_request request = take_request(link);
	bool beats_allowed = link->beats_allowed;

	if (!request)
		return false;

	uv_mutex_unlock(&link->mutex);
	switch (request) {
	case LINK_DROP:
		paho_drop(link);
		break;
	case LINK_CONNECT:
		paho_connect(link);
		break;
	case LINK_SUBSCRIBE:
		paho_subscribe(link);
		break;
	case LINK_BEAT:
		if (beats_allowed)
			paho_beat(link);
		break;
	}
	uv_mutex_lock(&link->mutex);
	return true;
}

/* With the mutex held.  Waits for something to do.
 *
 * Paho's sending thread can miss the signal that there is something to send and then sleeps for a
 * second.  So while a publication is unanswered, and nothing moves, a heartbeat nudges it: soon at
 * first, then at longer and longer intervals, because a slow broker looks the same. */
static void rest(struct link *link, int64_t *nudge_ms)
{
	uint64_t n_moves = link->n_moves;
	bool is_awaited = link->connected && link->queue.flying.n > 0;
	int r = 0;

	if (is_awaited)
		r = uv_cond_timedwait(&link->work, &link->mutex, (uint64_t)*nudge_ms * 1000000u);
	else
		uv_cond_wait(&link->work, &link->mutex);

	if (!is_awaited || link->n_moves != n_moves) {
		*nudge_ms = NUDGE_FIRST_MS;
	} else if (r == UV_ETIMEDOUT) {
		link->requests |= LINK_BEAT;
		*nudge_ms = *nudge_ms * 2 < NUDGE_LAST_MS ? *nudge_ms * 2 : NUDGE_LAST_MS;
	}
}

/* With the mutex held, which it gives up in between.  Asks again and again, see rest(). */
static void say_goodbye(struct link *link)
{
	for (int i = 0; link->connected && i < DISCONNECT_MS / DISCONNECT_TRY_MS; i++) {
		uv_mutex_unlock(&link->mutex);
		(void)paho_disconnect(link);
		uv_mutex_lock(&link->mutex);
		if (link->connected)
			(void)uv_cond_timedwait(&link->work, &link->mutex,
						DISCONNECT_TRY_MS * 1000000u);
	}
}

static void run_thread(void *context)
{
	struct link *link = context;
	int64_t nudge_ms = NUDGE_FIRST_MS;

	uv_mutex_lock(&link->mutex);
	while (!link->closing)
		if (!serve_request(link) && !send_next(link) && !link->closing)
			rest(link, &nudge_ms);
	say_goodbye(link);
	link->stopped = true;
	uv_cond_signal(&link->news);
	uv_mutex_unlock(&link->mutex);
}

/* ---- doors, for the loop thread ---- */

static void init_threading(struct link *link)
{
	int r = uv_mutex_init(&link->mutex);

	assert(r == 0);
	r = uv_cond_init(&link->work);
	assert(r == 0);
	r = uv_cond_init(&link->news);
	assert(r == 0);
}

int link_new(struct link **ret, const struct mqtt_options *options, const struct mqtt_hooks *hooks,
	     struct wake *wake)
{
	struct link *link = xcalloc(1, sizeof(*link));
	int r;

	link->settings = mqtt_settings_new(options);
	link->subscriptions = xcalloc(options->n_filters + 1, sizeof(*link->subscriptions));
	for (size_t i = 0; i <= options->n_filters; i++)
		link->subscriptions[i] = (struct subscription){ .link = link, .index = i };
	link->message = hooks->message;
	link->context = hooks->context;
	link->wake = wake;
	init_threading(link);
	r = paho_create(link);
	if (!r)
		r = uv_thread_create(&link->thread, run_thread, link);
	if (r) {
		/* The rest stays: Paho knows the link, and its handle cannot be destroyed safely.
		 */
		return err_pass(r);
	}

	*ret = link;
	return 0;
}

void link_ask(struct link *link, enum link_request request)
{
	uv_mutex_lock(&link->mutex);
	link->requests |= request;
	uv_cond_signal(&link->work);
	uv_mutex_unlock(&link->mutex);
}

void link_allow_beats(struct link *link)
{
	uv_mutex_lock(&link->mutex);
	link->beats_allowed = link->connected;
	uv_mutex_unlock(&link->mutex);
}

int link_publish(struct link *link, struct publication *publication)
{
	bool has_room;

	uv_mutex_lock(&link->mutex);
	has_room = mqtt_queue_size(&link->queue) < MQTT_QUEUE_MAX;
	if (has_room) {
		mqtt_queue_put(&link->queue, publication);
		uv_cond_signal(&link->work);
	}
	uv_mutex_unlock(&link->mutex);
	return has_room ? 0 : LINK_FULL;
}

size_t link_queued(struct link *link)
{
	size_t n;

	uv_mutex_lock(&link->mutex);
	n = mqtt_queue_size(&link->queue);
	uv_mutex_unlock(&link->mutex);
	return n;
}

bool link_is_silent(struct link *link, int64_t patience_ms)
{
	/* While the message function runs nothing can come, and that is not the broker's doing. */
	return atomic_load(&link->beat_came_back) && !atomic_load(&link->in_message) &&
	       clock_mono_ms() - atomic_load(&link->heard_ms) > patience_ms;
}

/* With the mutex held.  One turn of waiting for news; false when deadline_ms has passed. */
static bool wait_for_news(struct link *link, int64_t deadline_ms)
{
	int64_t left_ms = deadline_ms - clock_mono_ms();

	if (left_ms <= 0)
		return false;
	(void)uv_cond_timedwait(&link->news, &link->mutex, (uint64_t)left_ms * 1000000u);
	return true;
}

/* With the mutex held.  The link's thread hangs in Paho and may yet read what it was to send. */
static void keep_flying_bytes(struct link *link)
{
	for (struct publication *p = link->queue.flying.first; p; p = p->next) {
		p->topic = NULL;
		p->payload = NULL;
	}
}

void link_close(struct link *link, int64_t wait_ms)
{
	int64_t deadline_ms = clock_mono_ms() + wait_ms;
	bool stopped;

	uv_mutex_lock(&link->mutex);
	while (link->connected && mqtt_queue_size(&link->queue) > 0)
		if (!wait_for_news(link, deadline_ms))
			break;
	link->closing = true;
	uv_cond_signal(&link->work);
	deadline_ms = clock_mono_ms() + DISCONNECT_MS + DISCONNECT_TRY_MS;
	while (!link->stopped)
		if (!wait_for_news(link, deadline_ms))
			break;
	stopped = link->stopped;
	atomic_store(&link->muted, true);
	deadline_ms = clock_mono_ms() + DISCONNECT_MS;
	while (atomic_load(&link->in_message))
		if (!wait_for_news(link, deadline_ms))
			break;
	link->wake = NULL; /* from here on nobody may send it */
	if (!stopped)
		keep_flying_bytes(link);
	mqtt_queue_abandon(&link->queue, MQTT_REASON_LOST);
	uv_mutex_unlock(&link->mutex);

	if (stopped)
		uv_thread_join(&link->thread);
	/* The handle and the link stay for ever: Paho's threads use a handle after its destruction
	 * (eclipse/paho.mqtt.c#1669), and no call tells when they have let go of the link. */
}
