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

#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "iocd/presence.h"
#include "judge.h"
#include "rate.h"
#include "state.h"

#define LATE_MS      60000                  /* older than this on arrival counts as late */
#define AWAY_MS      (5 * FLOW_IDLE_MS)     /* time without a record: we were not there to hear */
#define CLOCK_SET_MS INT64_C(1577836800000) /* 2020: earlier, nobody has set the clock yet */

void flow_refuse(struct flow *flow, const struct decode_input *input, uint32_t unit, uint32_t nth,
		 enum reason reason)
{
	counter_add(COUNTER_events_refused, 1);
	ledger_refuse(flow->ledger, unit, reason);
	senders_refuse(flow->senders, unit, reason, input->arrival_ms);
	deadletter_offer(flow->deadletter, input, unit, reason, nth);
}

/* Late events are what a broker kept while we or their sender were away: they come all at once, and
 * are not charged to their unit's rate, or an outage would turn into a loss. */
static bool is_late(const struct event *event)
{
	return event->arrival_ms - event->time_ms > LATE_MS;
}

/* Records that the event opens, closes, moves ... */
static void track(struct flow *flow, const struct event *event)
{
	const struct track_news *news;
	size_t n = trackers_add(flow->trackers, event, &news);

	followups_carry(flow, news, n, event);
}

static void follow_sequences(struct flow *flow, const struct track_news *news, size_t n,
			     const struct event *cause)
{
	for (size_t i = 0; i < n; i++)
		judge_record(flow, true, &news[i], cause);
}

static void track_sequence(struct flow *flow, const struct event *event)
{
	const struct track_news *news;
	size_t n = trackers_add(flow->sequences, event, &news);

	follow_sequences(flow, news, n, event);
}

static void accept(struct flow *flow, const struct event *event)
{
	counter_add(COUNTER_events_accepted, 1);
	if (is_late(event))
		counter_add(COUNTER_events_late, 1);

	ledger_accept(flow->ledger, event);
	if (!event->forwarded || !event->historical) /* who reports is not told by old backlogs */
		contracts_hear(flow->contracts, event->unit, event->feed, event->arrival_ms);
	indicators_add(flow->indicators, event);
	if (keyed_want(flow->keyed, event->type))
		keyed_add(flow->keyed, event);
	judge_news(flow, event, event->arrival_ms);
	if (trackers_want(flow->trackers, event->type))
		track(flow, event);
	if (trackers_want(flow->sequences, event->type))
		track_sequence(flow, event);
	if (flow->event_fn)
		flow->event_fn(flow->event_context, event);
}

/* Its sender's clock is off, or it comes too late to be news: then it is not as it was sent.  Who
 * it is, by which repeats are found, stays. */
static void accept_wayward(struct flow *flow, const struct event *sent)
{
	struct event event = *sent;

	clocks_correct(flow->clocks, &event);
	event.late = event.arrival_ms - event.time_ms > flow->lateness_ms[event.feed];
	event.historical |= event.late;
	accept(flow, &event);
}

static bool is_wayward(const struct flow *flow, const struct event *event)
{
	return clocks_concern(flow->clocks, event) ||
	       event->arrival_ms - event->time_ms > flow->lateness_ms[event->feed];
}

void flow_accept(struct flow *flow, const struct event *event)
{
	if (is_wayward(flow, event))
		accept_wayward(flow, event);
	else
		accept(flow, event);
}

static enum reason admit(struct flow *flow, const struct event *event)
{
	uint64_t before = dedup_missing(flow->dedup, event->feed), after;
	enum reason reason = dedup_admit(flow->dedup, event);

	after = dedup_missing(flow->dedup, event->feed);
	if (after != before)
		senders_note_gap(flow->senders, event, before, after);
	return reason;
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
		reason = admit(flow, &decoded->event);

	if (reason)
		flow_refuse(flow, input, decoded->event.unit, decoded->event.nth, reason);
	else
		flow_accept(flow, &decoded->event);
}

/* Records come due by the clock alone; of many at once, some in this tick and some in the next. */
static void let_come_due(struct flow *flow)
{
	const struct track_news *news;
	size_t n = trackers_tick(flow->trackers, flow->tick_ms, &news);

	followups_carry(flow, news, n, NULL);
	n = trackers_tick(flow->sequences, flow->tick_ms, &news);
	follow_sequences(flow, news, n, NULL);
}

static void tick(struct flow *flow, int64_t now_ms)
{
	struct flow_tick told = { .position = flow->position };
	int64_t before_ms = flow->tick_ms;

	flow->tick_ms = now_ms;
	flow->is_unsettled = false;
	let_come_due(flow);
	own_excuse(flow, now_ms);
	contracts_tick(flow->contracts, now_ms);
	judge_senders(flow);
	below_tick(flow);
	indicators_settle(flow->indicators);
	indicators_tick(flow->indicators, now_ms);
	keyed_tick(flow->keyed, now_ms);
	told.n_changes = indicators_take_changes(flow->indicators, &told.changes);

	judge_tick(flow, before_ms, told.changes, told.n_changes);
	alertbook_tick(flow->book, now_ms, flow->position);
	workload_follow(flow->workload, flow->book, now_ms);
	told.n_batches = indicators_take_batches(flow->indicators, &told.batches);
	told.n_rollups = indicators_take_rollups(flow->indicators, &told.rollups);
	flow->tick_fn(flow->tick_context, &told);
}

/* Runs every tick up to and including the one at or before now_ms.  None while the clock is not
 * set: when it is, decades of ticks would be due at once. */
static void pass_time(struct flow *flow, int64_t now_ms)
{
	if (now_ms < CLOCK_SET_MS)
		return;
	if (flow->tick_ms == 0)
		flow->tick_ms = now_ms - now_ms % FLOW_TICK_MS - FLOW_TICK_MS;

	if (now_ms - flow->tick_ms > AWAY_MS) {
		contracts_excuse(flow->contracts, now_ms);
		sites_excuse(flow->sites, now_ms);
	}
	while (flow->tick_ms + FLOW_TICK_MS <= now_ms)
		tick(flow, flow->tick_ms + FLOW_TICK_MS);
}

static void meet(struct flow *flow, const struct presence_message *message, int64_t now_ms)
{
	contracts_meet(flow->contracts, message->unit, message->feed, message->presence,
		       message->session, now_ms);
	if (message->feed == TYPE_NONE)
		sites_meet(flow->sites, message->unit, message->presence, now_ms);
}

/* What a sender says of its own connection. */
static void carry_presence(struct flow *flow, const struct decode_input *input)
{
	struct presence_message message;
	int reason = presence_read(input, flow->prefix, flow->units, flow->schema, &message);

	counter_add(COUNTER_presence_seen, 1);
	if (reason)
		flow_refuse(flow, input, UNIT_NONE, 0, (enum reason)reason);
	else
		meet(flow, &message, input->arrival_ms);
}

static void carry_events(struct flow *flow, const struct decode_input *input)
{
	const struct decoded *decoded;
	size_t n = decode(flow->decoder, input, &decoded);

	for (size_t i = 0; i < n; i++)
		carry(flow, input, &decoded[i]);
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

	if (own_carry_message(flow, &input))
		return;
	if (presence_is_topic(flow->prefix, input.topic, input.topic_size))
		carry_presence(flow, &input);
	else if (!below_carry(flow, &input))
		carry_events(flow, &input);
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
	case RECORD_OWN:
		own_carry(flow, record);
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

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t deadline_of(const struct flow *flow)
{
	return earlier(
		earlier(alertbook_deadline_ms(flow->book), sites_due_ms(flow->sites)),
		earlier(earlier(trackers_due_ms(flow->trackers), trackers_due_ms(flow->sequences)),
			contracts_due_ms(flow->contracts)));
}

int64_t flow_due_ms(const struct flow *flow)
{
	int64_t deadline_ms = tick_at_or_after(deadline_of(flow));
	int64_t idle_ms = flow->tick_ms + FLOW_IDLE_MS;

	if (flow->tick_ms == 0)
		return INT64_MAX;
	if (flow->is_unsettled || flow->rules_are_new)
		return flow->tick_ms + FLOW_TICK_MS;
	if (deadline_ms <= flow->tick_ms) /* more was due than one tick takes */
		return flow->tick_ms + FLOW_TICK_MS;
	return earlier(deadline_ms, idle_ms);
}
