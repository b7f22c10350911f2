/* SPDX-License-Identifier: Apache-2.0 */
#include "mqtt_queue.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/net/mqtt.h"

static void append(struct publication_list *list, struct publication *publication)
{
	publication->next = NULL;
	if (list->first)
		list->last->next = publication;
	else
		list->first = publication;
	list->last = publication;
	list->n++;
}

static struct publication *take_first(struct publication_list *list)
{
	struct publication *publication = list->first;

	if (!publication)
		return NULL;

	list->first = publication->next;
	list->n--;
	publication->next = NULL;
	return publication;
}

/* Linear, but acknowledgements come in order and at most a hundred fly. */
static struct publication *take_flight(struct publication_list *list, uint64_t flight)
{
	struct publication *before = NULL;
	struct publication *p = list->first;

	while (p && p->flight != flight) {
		before = p;
		p = p->next;
	}
	if (!p)
		return NULL;
	if (!before)
		return take_first(list);

	before->next = p->next;
	if (list->last == p)
		list->last = before;
	list->n--;
	return p;
}

struct publication *publication_new(uint64_t token, const char *topic, const void *payload,
				    size_t payload_size)
{
	struct publication *publication = xcalloc(1, sizeof(*publication));

	publication->token = token;
	publication->topic = xstrdup(topic);
	publication->payload = xcalloc(1, payload_size + 1);
	if (payload_size)
		memcpy(publication->payload, payload, payload_size);
	publication->payload_size = payload_size;
	return publication;
}

struct publication *publication_free(struct publication *publication)
{
	if (!publication)
		return NULL;

	free(publication->topic);
	free(publication->payload);
	free(publication);
	return NULL;
}

static void free_all(struct publication_list *list)
{
	struct publication *p;

	while ((p = take_first(list)))
		publication_free(p);
}

void mqtt_queue_fini(struct mqtt_queue *queue)
{
	free_all(&queue->waiting);
	free_all(&queue->flying);
	free_all(&queue->landed);
}

size_t mqtt_queue_size(const struct mqtt_queue *queue)
{
	return queue->waiting.n + queue->flying.n;
}

void mqtt_queue_put(struct mqtt_queue *queue, struct publication *publication)
{
	assert(mqtt_queue_size(queue) < MQTT_QUEUE_MAX);

	append(&queue->waiting, publication);
}

struct publication *mqtt_queue_depart(struct mqtt_queue *queue)
{
	struct publication *publication = take_first(&queue->waiting);

	if (!publication)
		return NULL;

	publication->flight = ++queue->n_flights;
	append(&queue->flying, publication);
	return publication;
}

bool mqtt_queue_flies(const struct mqtt_queue *queue, uint64_t flight)
{
	for (const struct publication *p = queue->flying.first; p; p = p->next)
		if (p->flight == flight)
			return true;

	return false;
}

bool mqtt_queue_land(struct mqtt_queue *queue, uint64_t flight, int reason)
{
	struct publication *publication = take_flight(&queue->flying, flight);

	if (!publication)
		return false;

	publication->reason = reason;
	append(&queue->landed, publication);
	return true;
}

void mqtt_queue_recall(struct mqtt_queue *queue)
{
	if (!queue->flying.first)
		return;

	for (struct publication *p = queue->flying.first; p; p = p->next)
		p->flight = 0;
	queue->flying.last->next = queue->waiting.first;
	if (!queue->waiting.first)
		queue->waiting.last = queue->flying.last;
	queue->waiting.first = queue->flying.first;
	queue->waiting.n += queue->flying.n;
	queue->flying = (struct publication_list){ 0 };
}

void mqtt_queue_abandon(struct mqtt_queue *queue, int reason)
{
	struct publication *publication;

	mqtt_queue_recall(queue);
	while ((publication = take_first(&queue->waiting))) {
		publication->reason = reason;
		append(&queue->landed, publication);
	}
}

struct publication *mqtt_queue_take_landed(struct mqtt_queue *queue)
{
	return take_first(&queue->landed);
}
