/* SPDX-License-Identifier: Apache-2.0 */
#include "audience.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/log.h"

#define NOBODY UINT8_MAX

void audience_fini(struct audience *audience)
{
	for (uint32_t i = 0; i < audience->n; i++)
		queue_fini(&audience->queues[i]);
	free(audience->own);
}

/* ---- who they are ---- */

static uint32_t find(const struct queue *queues, uint32_t n, const char *id)
{
	uint32_t i = 0;

	while (i < n && (!queues[i].id || strcmp(queues[i].id, id) != 0))
		i++;
	return i;
}

/* Takes the queue of that receiver out of old, or makes one. */
static void take_or_make(struct queue *queue, struct queue *old, uint32_t n_old,
			 const struct receiver *receiver, uint32_t number, uint64_t seen)
{
	uint32_t i = find(old, n_old, receiver->id);

	if (i == n_old) {
		queue_init(queue, receiver, number, seen);
		return;
	}
	*queue = old[i];
	old[i].id = NULL; /* it has moved */
	queue_change(queue, receiver, number);
}

static void replace_own(struct audience *audience, const struct rules_options *about)
{
	free(audience->own);
	audience->n_own = about->unit_receivers ? about->n_units : 0;
	audience->own = xcalloc(audience->n_own + 1, 1);
	for (uint32_t unit = 0; unit < audience->n_own; unit++) {
		const struct receiver *receiver = about->unit_receivers[unit];
		uint32_t i =
			receiver ? find(audience->queues, audience->n, receiver->id) : audience->n;

		audience->own[unit] = i < audience->n ? (uint8_t)i : NOBODY;
	}
}

uint32_t audience_replace(struct audience *audience, const struct rules_options *about,
			  uint64_t seen, struct queue gone[RECEIVERS_MAX])
{
	struct queue *old = xcalloc(RECEIVERS_MAX, sizeof(*old));
	uint32_t n_old = audience->n;
	uint32_t n_gone = 0;

	assert(about->n_receivers <= RECEIVERS_MAX);
	memcpy(old, audience->queues, sizeof(audience->queues));
	audience->n = about->n_receivers;
	for (uint32_t i = 0; i < audience->n; i++)
		take_or_make(&audience->queues[i], old, n_old, &about->receivers[i], i, seen);
	for (uint32_t i = 0; i < n_old; i++)
		if (old[i].id)
			gone[n_gone++] = old[i];
	free(old);
	replace_own(audience, about);
	return n_gone;
}

/* ---- to whom transitions go ---- */

static uint32_t bits_of(const struct audience *audience, const struct transition *transition)
{
	uint32_t bits = transition->tells & ((1u << audience->n) - 1);
	uint32_t unit = transition->alert.unit;

	if ((transition->tells & (1u << RECEIVER_UNIT)) && unit < audience->n_own &&
	    audience->own[unit] != NOBODY)
		bits |= 1u << audience->own[unit];
	return bits;
}

static void begin_behind(struct audience *audience, uint64_t number)
{
	audience->addressed.first = number + 1;
	audience->addressed.last = number;
}

void audience_note(struct audience *audience, const struct alertbook *book)
{
	uint64_t last = alertbook_last(book);
	uint64_t forgotten = alertbook_forgotten(book);

	if (audience->addressed.last < forgotten) /* it went by unseen */
		begin_behind(audience, forgotten);
	while (audience->addressed.last < last) {
		const struct transition *transition =
			alertbook_transition(book, audience->addressed.last + 1);

		addressed_add(&audience->addressed, transition ? bits_of(audience, transition) : 0);
	}
}

void audience_note_again(struct audience *audience, const struct alertbook *book)
{
	begin_behind(audience, alertbook_forgotten(book));
	audience_note(audience, book);
}

void audience_skip(struct audience *audience, const struct alertbook *book)
{
	uint64_t forgotten = alertbook_forgotten(book);

	for (uint32_t i = 0; i < audience->n; i++) {
		struct queue *queue = &audience->queues[i];
		bool is_first = queue->missed == 0;
		uint64_t n = queue_skip(queue, &audience->addressed, forgotten);

		if (n && is_first)
			log_warning("receiver.missed", "receiver=%s transitions=%" PRIu64,
				    queue->id, n);
	}
}

uint64_t audience_waiting(const struct audience *audience, uint32_t i, uint64_t *ret_first)
{
	uint64_t n = 0;

	*ret_first = 0;
	for (uint64_t number = audience->queues[i].told + 1; number <= audience->addressed.last;
	     number++) {
		if (!addressed_has(&audience->addressed, number, i))
			continue;
		if (n++ == 0)
			*ret_first = number;
	}
	return n;
}
