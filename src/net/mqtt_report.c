/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "mqtt_inside.h"

/* With the mutex held. */
static void notify(struct link *link)
{
	uv_cond_signal(&link->work);
	uv_cond_signal(&link->news);
	if (link->wake)
		wake_send(link->wake);
}

/* With the mutex held. */
static struct link_event *add_event(struct link *link, enum link_event_kind kind)
{
	struct link_event *event = xcalloc(1, sizeof(*event));

	event->kind = kind;
	event->reason = LINK_NO_REASON;
	if (link->first_event)
		link->last_event->next = event;
	else
		link->first_event = event;
	link->last_event = event;
	return event;
}

void link_tell_gone(struct link *link, enum link_event_kind kind, int reason, const char *text)
{
	struct link_event *event;

	uv_mutex_lock(&link->mutex);
	link->connected = false;
	link->beats_allowed = false;
	mqtt_queue_recall(&link->queue);
	event = add_event(link, kind);
	event->reason = reason;
	snprintf(event->text, sizeof(event->text), "%s%s%s", text, *link->tls_text ? ": " : "",
		 link->tls_text);
	notify(link);
	uv_mutex_unlock(&link->mutex);
}

void link_tell_connected(struct link *link, bool session_present, size_t flight_max,
			 uint32_t packet_max)
{
	uv_mutex_lock(&link->mutex);
	link->connected = true;
	link->flight_max = flight_max;
	link->packet_max = packet_max;
	add_event(link, LINK_CONNECTED)->session_present = session_present;
	notify(link);
	uv_mutex_unlock(&link->mutex);
}

void link_tell_subscribed(const struct subscription *subscription, int reason, const char *text)
{
	struct link *link = subscription->link;
	struct link_event *event;

	uv_mutex_lock(&link->mutex);
	event = add_event(link, LINK_SUBSCRIBED);
	event->index = subscription->index;
	event->reason = reason;
	snprintf(event->text, sizeof(event->text), "%s", text);
	notify(link);
	uv_mutex_unlock(&link->mutex);
}

/* With the mutex held. */
void link_tell_broken(struct link *link, const char *text)
{
	struct link_event *event = add_event(link, LINK_BROKEN);

	snprintf(event->text, sizeof(event->text), "%s", text);
	notify(link);
}

void link_land(struct link *link, uint64_t flight, int reason)
{
	uv_mutex_lock(&link->mutex);
	if (mqtt_queue_land(&link->queue, flight, reason)) {
		link->n_moves++;
		notify(link);
	}
	uv_mutex_unlock(&link->mutex);
}

int link_next_event(struct link *link, struct link_event *ret)
{
	struct link_event *event;

	uv_mutex_lock(&link->mutex);
	event = link->first_event;
	if (event)
		link->first_event = event->next;
	uv_mutex_unlock(&link->mutex);
	if (!event)
		return LINK_NOTHING;

	*ret = *event;
	ret->next = NULL;
	free(event);
	return 0;
}

struct publication *link_take_landed(struct link *link)
{
	struct publication *publication;

	uv_mutex_lock(&link->mutex);
	publication = mqtt_queue_take_landed(&link->queue);
	uv_mutex_unlock(&link->mutex);
	return publication;
}
