/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The data path on one screen: flow_step() carries a record from the journal to the alert book, and
 * tick() does what can wait for a batch: rolling up, judging, letting deadlines pass.
 *
 * Everything that depends on time happens either at a record's arrival or at a tick, and ticks
 * stand at fixed multiples of FLOW_TICK_MS whether records come or not.  Hence a replay, which
 * meets the same records with the same arrivals, takes the same decisions.
 */
#include "iocd/flow.h"

#include <stdlib.h>

#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "rate.h"
#include "state.h"

#define LATE_MS      60000                  /* older than this on arrival counts as late */
#define CLOCK_SET_MS INT64_C(1577836800000) /* 2020: earlier, nobody has set the clock yet */

static void refuse(struct flow *flow, const struct decode_input *input, uint32_t unit, uint32_t nth,
		   enum reason reason)
{
	counter_add(COUNTER_events_refused, 1);
	ledger_refuse(flow->ledger, unit, reason);
	deadletter_offer(flow->deadletter, input, unit, reason, nth);
}

/* Late events are what a broker kept while we or their sender were away: they come all at once, and
 * are not charged to their unit's rate, or an outage would turn into a loss. */
static bool is_late(const struct event *event)
{
	return event->arrival_ms - event->time_ms > LATE_MS;
}

static void judge_event(struct flow *flow, const struct event *event)
{
	const struct verdict *verdicts;
	size_t n = rules_match(flow->rules, event, &verdicts);

	for (size_t i = 0; i < n; i++)
		alertbook_judge(flow->book, &verdicts[i], event->arrival_ms, flow->position);
}

static void accept(struct flow *flow, const struct event *event)
{
	counter_add(COUNTER_events_accepted, 1);
	if (is_late(event))
		counter_add(COUNTER_events_late, 1);

	ledger_accept(flow->ledger, event->unit, event->feed, event->time_ms, event->arrival_ms);
	indicators_add(flow->indicators, event);
	judge_event(flow, event);
}

static void carry(struct flow *flow, const struct decode_input *input,
		  const struct decoded *decoded)
{
	enum reason reason = decoded->reason;

	counter_add(COUNTER_events_seen, 1);
	if (!reason && !is_late(&decoded->event) &&
	    !rate_admit(flow->rate, decoded->event.unit, input->arrival_ms))
		reason = REASON_rate_limited;
	if (!reason) /* last: what it admits it remembers */
		reason = dedup_admit(flow->dedup, &decoded->event);

	if (reason)
		refuse(flow, input, decoded->event.unit, decoded->event.nth, reason);
	else
		accept(flow, &decoded->event);
}

static void judge_changes(struct flow *flow, const struct change *changes, size_t n)
{
	const struct verdict *verdicts;
	size_t n_done;

	for (; n > 0; changes += n_done, n -= n_done) {
		size_t n_verdicts =
			rules_judge(flow->rules, flow->indicators, changes, n, &n_done, &verdicts);

		for (size_t i = 0; i < n_verdicts; i++)
			alertbook_judge(flow->book, &verdicts[i], flow->tick_ms, flow->position);
	}
}

static void judge_all(struct flow *flow)
{
	for (uint32_t r = 0; r < rules_count(flow->rules); r++) {
		const struct rule *rule = rules_at(flow->rules, r);

		for (uint32_t u = 0; rule->kind == RULE_THRESHOLD && u < flow->n_units; u++) {
			struct verdict verdict;

			if (!rule->applies[u])
				continue;
			verdict = rules_judge_one(flow->rules, flow->indicators, r, u);
			alertbook_judge(flow->book, &verdict, flow->tick_ms, flow->position);
		}
	}
	flow->rules_are_new = false;
}

static void tick(struct flow *flow, int64_t now_ms)
{
	const struct change *changes;
	size_t n;

	flow->tick_ms = now_ms;
	flow->is_unsettled = false;
	indicators_settle(flow->indicators);
	indicators_tick(flow->indicators, now_ms);
	n = indicators_take_changes(flow->indicators, &changes);

	if (flow->rules_are_new)
		judge_all(flow);
	judge_changes(flow, changes, n);
	alertbook_tick(flow->book, now_ms, flow->position);
	flow->changes_fn(flow->changes_context, changes, n, flow->position);
}

/* Runs every tick up to and including the one at or before now_ms.  None while the clock is not
 * set: when it is, decades of ticks would be due at once. */
static void pass_time(struct flow *flow, int64_t now_ms)
{
	if (now_ms < CLOCK_SET_MS)
		return;
	if (flow->tick_ms == 0)
		flow->tick_ms = now_ms - now_ms % FLOW_TICK_MS - FLOW_TICK_MS;

	while (flow->tick_ms + FLOW_TICK_MS <= now_ms)
		tick(flow, flow->tick_ms + FLOW_TICK_MS);
}

static void carry_message(struct flow *flow, const struct record *record)
{
	const struct decode_input input = {
		.topic = record->topic,
		.topic_size = record->topic_size,
		.payload = record->payload,
		.payload_size = record->payload_size,
		.retained = record->flags & RECORD_RETAINED,
		.arrival_ms = record->arrival_ms,
		.position = record->position,
	};
	const struct decoded *decoded;
	size_t n = decode(flow->decoder, &input, &decoded);

	for (size_t i = 0; i < n; i++)
		carry(flow, &input, &decoded[i]);
	flow->is_unsettled = true;
}

void flow_carry(struct flow *flow, const struct record *record)
{
	pass_time(flow, record->arrival_ms);
	flow->position = record->next;
	counter_add(COUNTER_records_folded, 1);

	switch (record->kind) {
	case RECORD_MESSAGE:
		carry_message(flow, record);
		break;
	case RECORD_TIME:
		break;
	case RECORD_HOLE:
		counter_add(COUNTER_journal_holes, 1);
		break;
	}
}

int flow_step(struct flow *flow)
{
	struct record record;
	int r;

	r = journal_next(flow->cursor, &record);
	if (r == JOURNAL_END)
		return FLOW_IDLE;
	if (r == JOURNAL_CORRUPT)
		return FLOW_CORRUPT;
	if (r)
		return r > 0 ? err_fold(r) : err_pass(r);

	flow_carry(flow, &record);
	return 0;
}

const char *flow_where(const struct flow *flow)
{
	return journal_cursor_where(flow->cursor);
}

/* Deadlines fall between ticks, and are met at the next one. */
static int64_t tick_at_or_after(int64_t ms)
{
	return ms > INT64_MAX - FLOW_TICK_MS
		       ? ms
		       : ms + (FLOW_TICK_MS - ms % FLOW_TICK_MS) % FLOW_TICK_MS;
}

int64_t flow_due_ms(const struct flow *flow)
{
	int64_t deadline_ms = tick_at_or_after(alertbook_deadline_ms(flow->book));
	int64_t idle_ms = flow->tick_ms + FLOW_IDLE_MS;

	if (flow->tick_ms == 0)
		return INT64_MAX;
	if (flow->is_unsettled || flow->rules_are_new)
		return flow->tick_ms + FLOW_TICK_MS;
	return deadline_ms < idle_ms ? deadline_ms : idle_ms;
}

static struct rules *make_rules(const struct flow *flow, const struct rule *list, uint32_t n)
{
	return rules_new(&(struct rules_options){
		.list = list,
		.n_list = n,
		.n_units = flow->n_units,
		.n_indicators = flow->n_indicators,
		.n_types = flow->n_types,
	});
}

static void name_generation(struct flow *flow, const char *generation)
{
	free(flow->generation);
	flow->generation = xstrdup(generation);
}

void flow_replace_rules(struct flow *flow, const struct rule *rules, uint32_t n_rules,
			const char *generation)
{
	struct rules *made = make_rules(flow, rules, n_rules);

	alertbook_replace_rules(flow->book, made, flow->tick_ms, flow->position);
	rules_free(flow->rules);
	flow->rules = made;
	flow->rules_are_new = true;
	name_generation(flow, generation);
}

static int make_indicators(struct flow *flow, const struct flow_options *options)
{
	const struct indicators_options wanted = {
		.units = options->units,
		.schema = options->schema,
		.list = options->indicators,
		.n_list = options->n_indicators,
		.offset_minutes = options->offset_minutes,
		.sketch_bytes = options->sketch_bytes,
	};

	return indicators_new(&flow->indicators, &wanted);
}

static int make_dedup(struct flow *flow, const struct flow_options *options)
{
	const struct dedup_options wanted = {
		.schema = options->schema,
		.memory = options->memory,
		.sources = options->dedup_sources,
	};

	return dedup_new(&flow->dedup, &wanted);
}

static struct decoder *make_decoder(const struct flow_options *options)
{
	return decoder_new(&(struct decode_options){
		.prefix = options->prefix,
		.units = options->units,
		.schema = options->schema,
		.limits = options->limits,
	});
}

int flow_new(struct flow **ret, const struct flow_options *options, flow_changes_fn *fn,
	     void *context)
{
	CLEANUP(flow_free) struct flow *flow = xcalloc(1, sizeof(*flow));
	int r;

	flow->units = options->units;
	flow->schema = options->schema;
	flow->offset_minutes = options->offset_minutes;
	name_generation(flow, options->generation);
	flow->changes_fn = fn;
	flow->changes_context = context;
	flow->n_units = units_count(options->units);
	flow->n_indicators = options->n_indicators;
	flow->n_types = schema_n_types(options->schema);
	flow->position = options->position;

	r = make_indicators(flow, options);
	if (!r)
		r = make_dedup(flow, options);
	if (r)
		return err_pass(r);

	flow->decoder = make_decoder(options);
	flow->rate = rate_new(flow->n_units, options->rate, options->burst);
	flow->rules = make_rules(flow, options->rules, options->n_rules);
	flow->book = alertbook_new(flow->rules);
	flow->ledger = ledger_new(flow->n_units, schema_n_feeds(options->schema));
	flow->deadletter = deadletter_new(flow->n_units);
	if (options->journal)
		flow->cursor = journal_cursor_new(options->journal, options->position);

	*ret = flow;
	flow = NULL;
	return 0;
}

struct flow *flow_free(struct flow *flow)
{
	if (!flow)
		return NULL;

	journal_cursor_free(flow->cursor);
	deadletter_free(flow->deadletter);
	ledger_free(flow->ledger);
	alertbook_free(flow->book);
	rules_free(flow->rules);
	rate_free(flow->rate);
	dedup_free(flow->dedup);
	indicators_free(flow->indicators);
	decoder_free(flow->decoder);
	free(flow->generation);
	free(flow);
	return NULL;
}

uint64_t flow_position(const struct flow *flow)
{
	return flow->position;
}

int64_t flow_tick_ms(const struct flow *flow)
{
	return flow->tick_ms;
}

const struct indicators *flow_indicators(const struct flow *flow)
{
	return flow->indicators;
}

const struct rules *flow_rules(const struct flow *flow)
{
	return flow->rules;
}

const struct alertbook *flow_book(const struct flow *flow)
{
	return flow->book;
}

const struct ledger *flow_ledger(const struct flow *flow)
{
	return flow->ledger;
}

const struct deadletter *flow_deadletter(const struct flow *flow)
{
	return flow->deadletter;
}

const struct dedup *flow_dedup(const struct flow *flow)
{
	return flow->dedup;
}
