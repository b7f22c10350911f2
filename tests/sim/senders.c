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

#define N_SENDERS     4
#define BATCH_MAX     4
#define RUBBISH_MIN   200000u /* a few of them fill a segment */
#define RUBBISH_MAX   500000u
#define BEHIND_MS     20000 /* their clocks are behind: ours may be set back */
#define RUBBISH_HEAD  "rubbish"
#define PRESENCE_HEAD "{\"state\":\""
#define N_RECORDS     14 /* more than can be tracked */
#define MINUTE_MS     60000

struct sender {
	uint32_t unit;
	bool has_sequence;
	int64_t ahead_ms; /* of its clock */
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
	if (below(senders, 3) == 0)
		senders->list[below(senders, N_SENDERS)].ahead_ms =
			(int64_t)(10 + below(senders, 26 * 60)) * MINUTE_MS;
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

static void write_due(const struct senders *senders, struct text *payload, int64_t now_ms)
{
	char time[CIVIL_TEXT_MAX];
	int64_t due_ms = now_ms - BEHIND_MS / 2 + (int64_t)below(senders, BEHIND_MS);

	if (below(senders, 8) > 0)
		text_add(payload, ",\"due\":\"%s\"", civil_format(time, due_ms, WORLD_OFFSET));
}

static void write_data(const struct senders *senders, struct text *payload, uint32_t type,
		       double weight, int64_t now_ms)
{
	if (type < N_WEIGHED)
		text_add(payload, "\"data\":{\"weight\":%.0f,", weight);
	else
		text_add(payload, "\"data\":{");
	if (type == TYPE_CLOSED)
		text_add(payload, "\"late\":%s", below(senders, 2) ? "true" : "false");
	if (type == TYPE_LEVEL || type == TYPE_BEDS)
		text_add(payload, "\"value\":%" PRIu64, below(senders, 12));
	if (type == TYPE_HIT || type == TYPE_BEDS)
		text_add(payload, "%s\"host\":\"h%" PRIu64 "\"", type == TYPE_BEDS ? "," : "",
			 below(senders, 5));
	if (type > TYPE_BEDS)
		text_add(payload, "\"record\":\"r%" PRIu64 "\"", below(senders, N_RECORDS));
	if (type == TYPE_OPENED)
		write_due(senders, payload, now_ms);
	text_add(payload, "}}");
}

/* When it happened, by its sender's clock; now and then hours ago, and sent as history or not. */
static void write_time(const struct senders *senders, const struct sender *sender,
		       struct text *payload, int64_t now_ms)
{
	bool is_late = below(senders, 12) == 0;
	int64_t time_ms = now_ms - BEHIND_MS + sender->ahead_ms;
	char time[CIVIL_TEXT_MAX];

	if (is_late)
		time_ms -= (int64_t)below(senders, 180) * MINUTE_MS;
	text_add(payload, "\"time\":\"%s\",%s", civil_format(time, time_ms, WORLD_OFFSET),
		 is_late && below(senders, 2) ? "\"historical\":true," : "");
}

/* Half of all are about records, or they would seldom meet. */
static uint32_t choose_type(const struct senders *senders)
{
	return (uint32_t)(below(senders, 2) ? below(senders, TYPE_OPENED)
					    : TYPE_OPENED + below(senders, N_TYPES - TYPE_OPENED));
}

static void write_event(struct senders *senders, struct sender *sender, struct text *payload,
			uint32_t type, int64_t now_ms)
{
	double weight = (double)(1 + below(senders, UINT32_MAX - 1));

	text_add(
		payload,
		"{\"specversion\":\"1.0\",\"id\":\"e%zu\",\"source\":\"/sim/%td\",\"type\":\"%s\",",
		senders->n_events, sender - senders->list, world_type(type));
	write_time(senders, sender, payload, now_ms);
	if (sender->has_sequence)
		text_add(payload, "\"session\":\"s%u\",\"sequence\":\"%u\",", sender->session,
			 ++sender->sequence);
	write_data(senders, payload, type, weight, now_ms);
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
		text_add(&payload, i > 0 ? "," : "");
		write_event(senders, sender, &payload, choose_type(senders), now_ms);
	}
	text_add(&payload, n > 1 ? "]" : "");
	message->n_events = n;
	message->payload = own_copy(payload.bytes, payload.size);
	message->payload_size = payload.size;
}

/* What a sender says of its own connection; the session tells the message. */
static void write_presence(struct senders *senders, struct sent_message *message)
{
	static const char *const states[] = { "online", "online", "lost", "stopped" };
	CLEANUP_TEXT struct text payload = { 0 };

	text_add(&payload, PRESENCE_HEAD "%s\",\"session\":%zu}", states[below(senders, 4)],
		 senders->n_messages - 1);
	message->payload = own_copy(payload.bytes, payload.size);
	message->payload_size = payload.size;
}

static void write_topic(struct sent_message *message, uint32_t unit, const char *rest)
{
	char topic[96];

	(void)snprintf(topic, sizeof(topic), WORLD_PREFIX "/%s/%s", world_unit(unit), rest);
	message->topic = own_copy(topic, strlen(topic));
}

void senders_make(struct senders *senders, int64_t now_ms)
{
	struct sender *sender = &senders->list[below(senders, N_SENDERS)];
	struct sent_message *message;
	uint64_t kind = below(senders, 15);

	if (below(senders, 40) == 0) { /* it was restarted */
		sender->session++;
		sender->sequence = 0;
	}
	senders->messages =
		own_grow(senders->messages, senders->n_messages + 1, sizeof(*senders->messages));
	message = &senders->messages[senders->n_messages++];
	*message = (struct sent_message){ .first_event = senders->n_events };
	if (kind == 0) {
		write_topic(message, sender->unit, below(senders, 2) ? "desk/state" : "iocd/state");
		write_presence(senders, message);
		return;
	}
	write_topic(message, sender->unit, "desk/evt/batch");
	if (kind < 4)
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

static size_t find_presence(const struct senders *senders, const struct record *record)
{
	static const char mark[] = "\"session\":";
	const char *found = memmem(record->payload, record->payload_size, mark, strlen(mark));
	size_t message = found ? strtoul(found + strlen(mark), NULL, 10) : NEVER;

	return message < senders->n_messages ? message : NEVER;
}

static bool begins(const struct record *record, const char *head)
{
	return record->payload_size >= strlen(head) &&
	       memcmp(record->payload, head, strlen(head)) == 0;
}

size_t senders_find(const struct senders *senders, const struct record *record)
{
	size_t found = begins(record, RUBBISH_HEAD)    ? find_rubbish(senders, record->payload_size)
		       : begins(record, PRESENCE_HEAD) ? find_presence(senders, record)
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
