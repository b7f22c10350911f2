/* SPDX-License-Identifier: Apache-2.0 */
/* What iocd itself has put into its journal: commands of people, rules, its own troubles. */
#include "iocd/own.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "iocd/base/counter.h"
#include "iocd/base/text.h"
#include "iocd/message.h"
#include "judge.h"
#include "state.h"

#define CANARY_TAIL "/iocd/canary"

static bool is_topic(const struct record *record, const char *topic)
{
	return record->topic_size == strlen(topic) &&
	       memcmp(record->topic, topic, record->topic_size) == 0;
}

/* Carries a command out; of an alert that arose below, the site there is told, too: both or none.
 */
static enum command_outcome give(struct flow *flow, const struct command *command, int64_t now_ms,
				 uint32_t *ret_n)
{
	struct below_order order;
	bool goes_below = below_translate(flow, command, &order); /* first: it may end the alert */
	enum command_outcome outcome;

	if (goes_below && !below_has_room(flow, &order))
		return OUTCOME_FULL;
	outcome = alertbook_command(flow->book, command, now_ms, flow->position, ret_n);
	if (goes_below && outcome == OUTCOME_DONE)
		below_send(flow, &order);
	return outcome;
}

static void carry_command(struct flow *flow, const char *json, size_t size, int64_t now_ms)
{
	struct command command;
	enum command_outcome outcome;
	char why[256];
	uint32_t n = 0;

	if (command_read(json, size, &command, why)) {
		counter_add(COUNTER_owns_refused, 1);
		return;
	}
	if (orders_find(flow->orders, command.key, &outcome, &n))
		return;

	outcome = give(flow, &command, now_ms, &n);
	orders_note(flow->orders, command.key, outcome, n);
	flow->is_unsettled = true;
}

/* An order comes again until we say that we have it. */
static void carry_order(struct flow *flow, const struct record *record)
{
	char buffer[ORDER_COMMAND_MAX];
	struct order_message order;
	const char *why;

	if (order_read(record->payload, record->payload_size, &order, buffer, &why)) {
		counter_add(COUNTER_owns_refused, 1);
		return;
	}
	if (order.orders == flow->orders_above && order.number <= flow->above)
		return;
	flow->orders_above = order.orders;
	flow->above = order.number;
	carry_command(flow, order.command.bytes, order.command.size, record->arrival_ms);
}

static void carry_rules(struct flow *flow, const struct record *record)
{
	const char *end = memchr(record->payload, '\n', record->payload_size);
	char by[ALERT_NAME_MAX];
	struct rulebook book;
	size_t size;
	bool differ;

	if (!end || !flow->read_rules) {
		counter_add(COUNTER_owns_refused, 1);
		return;
	}
	(void)snprintf(by, sizeof(by), "%.*s", (int)(end - record->payload), record->payload);
	size = record->payload_size - (size_t)(end + 1 - record->payload);
	if (flow->read_rules(flow->rules_context, end + 1, size, &book)) {
		counter_add(COUNTER_owns_refused, 1);
		return;
	}

	differ = strcmp(book.generation, flow->rulebook.generation) != 0;
	if (differ)
		rules_replace(flow, &book, by);
	if (!flow->rules_are_recorded || differ) {
		(void)snprintf(flow->rules_by, sizeof(flow->rules_by), "%s", by);
		flow->rules_ms = record->arrival_ms;
	}
	flow->rules_are_recorded = true;
}

void own_judge(void *context, const struct own_state *state)
{
	struct flow *flow = context;
	const struct verdict *verdicts;
	size_t n = rules_judge_own(flow->rules, state, flow->tick_ms, flow->position, &verdicts);

	for (size_t i = 0; i < n; i++)
		alertbook_judge(flow->book, &verdicts[i], flow->tick_ms, flow->position);
}

/* The same, of what was said before. */
static void review(void *context, const struct own_state *state)
{
	struct flow *flow = context;
	const struct verdict *verdicts;
	size_t n = rules_judge_own(flow->rules, state, flow->tick_ms, flow->position, &verdicts);

	for (size_t i = 0; i < n; i++)
		review_enter(flow, &verdicts[i]);
}

static void judge_word(struct flow *flow, enum own_part part, senders_fn *fn)
{
	const struct own_word *word = &flow->words[part];

	if (word->judgement != JUDGE_UNKNOWN)
		fn(flow, &(struct own_state){
				 .part = part,
				 .unit = 0,
				 .detail = { word->detail, strlen(word->detail) },
				 .judgement = word->judgement,
			 });
}

/* Takes a word of *at, which ends at end or behind a space. */
static struct slice take_word(const char **at, const char *end)
{
	const char *begin = *at;
	const char *space = memchr(begin, ' ', (size_t)(end - begin));
	struct slice word = { begin, (size_t)((space ? space : end) - begin) };

	*at = space ? space + 1 : end;
	return word;
}

static bool is_word(struct slice slice, const char *word)
{
	return strlen(word) == slice.size && memcmp(word, slice.bytes, slice.size) == 0;
}

/* While our own broker is gone nobody can be heard, and nobody is blamed for it. */
void own_excuse(struct flow *flow, int64_t now_ms)
{
	if (flow->words[OWN_BROKER].judgement != JUDGE_CRITICAL)
		return;
	contracts_excuse(flow->contracts, now_ms);
	sites_excuse(flow->sites, now_ms);
}

static void carry_state(struct flow *flow, const struct record *record)
{
	static const char *const lights[] = { "green", "amber", "red" };
	static const enum judgement judgements[] = { JUDGE_CLEAR, JUDGE_WARNING, JUDGE_CRITICAL };
	const char *at = record->payload, *end = at + record->payload_size;
	struct slice part = take_word(&at, end);
	struct slice light = take_word(&at, end);

	for (int p = 0; p < N_OWN_PARTS; p++)
		for (size_t i = 0; i < COUNT(lights); i++)
			if (is_word(part, own_part_name((enum own_part)p)) &&
			    is_word(light, lights[i])) {
				struct own_word *word = &flow->words[p];

				word->judgement = judgements[i];
				(void)snprintf(word->detail, sizeof(word->detail), "%.*s",
					       (int)(end - at), at);
				judge_word(flow, (enum own_part)p, own_judge);
				flow->is_unsettled = true;
				return;
			}
	counter_add(COUNTER_owns_refused, 1);
}

void own_carry(struct flow *flow, const struct record *record)
{
	if (is_topic(record, OWN_TOPIC_COMMAND))
		carry_command(flow, record->payload, record->payload_size, record->arrival_ms);
	else if (is_topic(record, OWN_TOPIC_ABOVE))
		carry_order(flow, record);
	else if (is_topic(record, OWN_TOPIC_RULES))
		carry_rules(flow, record);
	else if (is_topic(record, OWN_TOPIC_STATE))
		carry_state(flow, record);
	else
		counter_add(COUNTER_owns_refused, 1);
}

static bool ends_with(const struct decode_input *input, const char *tail)
{
	size_t n = strlen(tail);

	return input->topic_size >= n && memcmp(input->topic + input->topic_size - n, tail, n) == 0;
}

/* Its count begins anew with the broker. */
static void carry_dropped(struct flow *flow, const struct decode_input *input)
{
	struct own_word *word = &flow->words[OWN_DROPPED];
	int64_t count, before;

	if (text_read_integer(input->payload, input->payload_size, &count) || count < 0)
		return;
	if ((uint64_t)count > flow->dropped) {
		flow->dropped_ms = input->arrival_ms;
		if (word->judgement != JUDGE_WARNING ||
		    text_read_integer(word->detail, strlen(word->detail), &before))
			before = 0;
		word->judgement = JUDGE_WARNING;
		(void)snprintf(word->detail, sizeof(word->detail), "%" PRIu64,
			       (uint64_t)before + (uint64_t)count - flow->dropped);
		judge_word(flow, OWN_DROPPED, own_judge);
	}
	flow->dropped = (uint64_t)count;
	flow->is_unsettled = true;
}

bool own_carry_message(struct flow *flow, const struct decode_input *input)
{
	if (ends_with(input, CANARY_TAIL)) {
		(void)snprintf(flow->canary, sizeof(flow->canary), "%.*s", (int)input->payload_size,
			       input->payload);
		flow->n_canaries++;
		return true;
	}
	if (input->topic_size == strlen(OWN_DROPPED_TOPIC) && ends_with(input, OWN_DROPPED_TOPIC)) {
		carry_dropped(flow, input);
		return true;
	}
	return false;
}

/* Messages that were dropped long ago are no news any more. */
static void forget_dropped(struct flow *flow)
{
	if (flow->dropped_ms == 0 || flow->tick_ms - flow->dropped_ms < GAP_CALM_MS)
		return;
	flow->dropped_ms = 0;
	flow->words[OWN_DROPPED].judgement = JUDGE_CLEAR;
	judge_word(flow, OWN_DROPPED, own_judge);
}

void own_review(struct flow *flow)
{
	flow->words[OWN_WATCHDOG].judgement = JUDGE_WARNING;
	for (int p = 0; p < N_OWN_PARTS; p++)
		judge_word(flow, (enum own_part)p, review);
	senders_review(flow->senders);
	sites_review(flow->sites);
}

void own_look(struct flow *flow)
{
	forget_dropped(flow);
	senders_look(flow->senders, flow->ledger, flow->tick_ms, own_judge, flow);
	below_look(flow);
}
