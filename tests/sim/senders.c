/* SPDX-License-Identifier: Apache-2.0 */
#include "senders.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "iocd/base/text.h"
#include "memory.h"

#define N_SENDERS    4
#define BATCH_MAX    4
#define RUBBISH_MIN  200000u /* a few of them fill a segment */
#define RUBBISH_MAX  500000u
#define BEHIND_MS    20000 /* their clocks are behind: ours may be set back */
#define RUBBISH_HEAD "rubbish"

struct sender {
	uint32_t unit;
	bool has_sequence;
	unsigned session;
	unsigned sequence;
};

static char rubbish[RUBBISH_MAX + 1];

static uint64_t below(const struct senders *senders, uint64_t n)
{
	return random_below(senders->random, n);
}

void senders_init(struct senders *senders, struct random_stream *random)
{
	*senders = (struct senders){ .random = random };
	senders->list = own_alloc(N_SENDERS, sizeof(*senders->list));
	for (unsigned i = 0; i < N_SENDERS; i++)
		senders->list[i] = (struct sender){ .unit = i < 3 ? UNIT_D1 + i % 2 : UNIT_P,
						    .has_sequence = i % 2 };
	if (!*rubbish) {
		memset(rubbish, 'x', RUBBISH_MAX);
		memcpy(rubbish, RUBBISH_HEAD, strlen(RUBBISH_HEAD));
	}
}

void senders_fini(struct senders *senders)
{
	for (size_t i = 0; i < senders->n_messages; i++) {
		own_free(senders->messages[i].topic);
		own_free(senders->messages[i].payload);
	}
	own_free(senders->messages);
	own_free(senders->events);
	own_free(senders->list);
	*senders = (struct senders){ 0 };
}

/* ---- making ---- */

static void write_data(const struct senders *senders, struct text *payload, uint32_t type,
		       double weight)
{
	text_add(payload, "\"data\":{\"weight\":%.0f", weight);
	if (type == TYPE_CLOSED)
		text_add(payload, ",\"late\":%s", below(senders, 2) ? "true" : "false");
	else if (type == TYPE_LEVEL)
		text_add(payload, ",\"value\":%" PRIu64, below(senders, 12));
	else
		text_add(payload, ",\"host\":\"h%" PRIu64 "\"", below(senders, 5));
	text_add(payload, "}}");
}

static void write_event(struct senders *senders, struct sender *sender, struct text *payload,
			uint32_t type, int64_t now_ms)
{
	char time[CIVIL_TEXT_MAX];
	double weight = (double)(1 + below(senders, UINT32_MAX - 1));

	text_add(payload,
		 "{\"specversion\":\"1.0\",\"id\":\"e%zu\",\"source\":\"/sim/%td\",\"type\":\"%s\","
		 "\"time\":\"%s\",",
		 senders->n_events, sender - senders->list, world_type(type),
		 civil_format(time, now_ms - BEHIND_MS, WORLD_OFFSET));
	if (sender->has_sequence)
		text_add(payload, "\"session\":\"s%u\",\"sequence\":\"%u\",", sender->session,
			 ++sender->sequence);
	write_data(senders, payload, type, weight);
	senders->events =
		own_grow(senders->events, senders->n_events + 1, sizeof(*senders->events));
	senders->events[senders->n_events++] = (struct sent_event){
		.unit = sender->unit,
		.type = type,
		.weight = weight,
		.message = senders->n_messages - 1,
		.held_at = NEVER,
	};
}

static void write_message(struct senders *senders, struct sender *sender,
			  struct sent_message *message, int64_t now_ms)
{
	CLEANUP_TEXT struct text payload = { 0 };
	size_t n = below(senders, 4) ? 1 : 2 + below(senders, BATCH_MAX - 1);

	text_add(&payload, n > 1 ? "[" : "");
	for (size_t i = 0; i < n; i++) {
		uint32_t type = (uint32_t)below(senders, N_TYPES);

		text_add(&payload, i > 0 ? "," : "");
		write_event(senders, sender, &payload, type, now_ms);
	}
	text_add(&payload, n > 1 ? "]" : "");
	message->n_events = n;
	message->payload = own_copy(payload.bytes, payload.size);
	message->payload_size = payload.size;
}

void senders_make(struct senders *senders, int64_t now_ms)
{
	struct sender *sender = &senders->list[below(senders, N_SENDERS)];
	struct sent_message *message;
	char topic[96];

	if (below(senders, 40) == 0) { /* it was restarted */
		sender->session++;
		sender->sequence = 0;
	}
	senders->messages =
		own_grow(senders->messages, senders->n_messages + 1, sizeof(*senders->messages));
	message = &senders->messages[senders->n_messages++];
	*message = (struct sent_message){ .first_event = senders->n_events };
	(void)snprintf(topic, sizeof(topic), WORLD_PREFIX "/%s/desk/evt/batch",
		       world_unit(sender->unit));
	message->topic = own_copy(topic, strlen(topic));
	if (below(senders, 5) == 0)
		message->payload_size = RUBBISH_MIN + below(senders, RUBBISH_MAX - RUBBISH_MIN);
	else
		write_message(senders, sender, message, now_ms);
}

/* ---- finding ---- */

void senders_read(const struct senders *senders, size_t message, const char **ret, size_t *ret_size)
{
	const struct sent_message *sent = &senders->messages[message];

	*ret = sent->payload ? sent->payload : rubbish;
	*ret_size = sent->payload_size;
}

/* Rubbish has no name: its size is one. */
static size_t find_rubbish(const struct senders *senders, size_t size)
{
	for (size_t i = 0; i < senders->n_messages; i++)
		if (!senders->messages[i].payload && senders->messages[i].payload_size == size)
			return i;
	return NEVER;
}

static size_t find_by_event(const struct senders *senders, const struct record *record)
{
	static const char mark[] = "\"id\":\"e";
	const char *found = memmem(record->payload, record->payload_size, mark, strlen(mark));
	size_t event = found ? strtoul(found + strlen(mark), NULL, 10) : NEVER;

	return event < senders->n_events ? senders->events[event].message : NEVER;
}

size_t senders_find(const struct senders *senders, const struct record *record)
{
	size_t head = strlen(RUBBISH_HEAD);
	bool is_rubbish = record->payload_size >= RUBBISH_MIN &&
			  memcmp(record->payload, RUBBISH_HEAD, head) == 0;
	size_t found = is_rubbish ? find_rubbish(senders, record->payload_size)
				  : find_by_event(senders, record);
	const char *payload;
	size_t size;

	if (found == NEVER)
		return NEVER;
	senders_read(senders, found, &payload, &size);
	if (size != record->payload_size || memcmp(payload, record->payload, size) != 0)
		return NEVER;
	return found;
}

static bool may_be_sent(const struct sent_message *message, bool again)
{
	return again ? message->is_acked : !message->is_acked && !message->is_awaited;
}

/* Mostly the oldest, as a broker would; at times any. */
size_t senders_choose(const struct senders *senders, bool again)
{
	size_t n = senders->n_messages;
	size_t from = n > 0 && (again || below(senders, 4) == 0) ? below(senders, n) : 0;

	for (size_t i = from; i < n; i++)
		if (may_be_sent(&senders->messages[i], again))
			return i;
	for (size_t i = 0; i < from; i++)
		if (may_be_sent(&senders->messages[i], again))
			return i;
	return NEVER;
}

/* ---- the ledger ---- */

void senders_appended(struct senders *senders, size_t number, uint64_t end, bool at_once)
{
	struct sent_message *message = &senders->messages[number];

	if (message->is_acked)
		return; /* was sent again for nothing */
	message->acked_end = end;
	message->is_acked = at_once;
	message->is_awaited = !at_once;
}

void senders_synced(struct senders *senders, uint64_t position)
{
	for (size_t i = 0; i < senders->n_messages; i++) {
		struct sent_message *message = &senders->messages[i];

		if (!message->is_awaited || message->acked_end > position)
			continue;
		message->is_awaited = false;
		message->is_acked = true;
	}
}

void senders_process_died(struct senders *senders)
{
	for (size_t i = 0; i < senders->n_messages; i++)
		senders->messages[i].is_awaited = false;
}

void senders_excuse(struct senders *senders, uint64_t synced)
{
	for (size_t i = 0; i < senders->n_messages; i++) {
		struct sent_message *message = &senders->messages[i];

		if (message->is_acked && message->acked_end > synced)
			message->is_excused = true;
	}
}
