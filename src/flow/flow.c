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
#include "rate.h"
#include "state.h"

#define LATE_MS      60000              /* older than this on arrival counts as late */
#define AWAY_MS      (5 * FLOW_IDLE_MS) /* time without a record: we were not there to hear */
#define MINUTE_MS    60000
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

static void find_late(struct flow *flow, const struct event *event)
{
	const struct verdict *verdicts;
	size_t n = rules_match_late(flow->rules, event, &verdicts);

	for (size_t i = 0; i < n; i++)
		findings_note(flow->findings, rules_at(flow->rules, verdicts[i].rule),
			      &verdicts[i]);
}

void flow_judge_event(struct flow *flow, const struct event *event, int64_t now_ms)
{
	const struct verdict *verdicts;
	size_t n;

	if (event->historical) {
		find_late(flow, event);
		return;
	}
	n = rules_match(flow->rules, event, &verdicts);
	for (size_t i = 0; i < n; i++)
		alertbook_judge(flow->book, &verdicts[i], now_ms, flow->position);
}

/* Records that the event opens, closes, moves ... */
static void track(struct flow *flow, const struct event *event)
{
	const struct track_news *news;
	size_t n = trackers_add(flow->trackers, event, &news);

	followups_carry(flow, news, n, event);
}

static void accept(struct flow *flow, const struct event *event)
{
	counter_add(COUNTER_events_accepted, 1);
	if (is_late(event))
		counter_add(COUNTER_events_late, 1);

	ledger_accept(flow->ledger, event);
	contracts_hear(flow->contracts, event->unit, event->feed, event->arrival_ms);
	indicators_add(flow->indicators, event);
	flow_judge_event(flow, event, event->arrival_ms);
	if (trackers_want(flow->trackers, event->type))
		track(flow, event);
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
	else if (is_wayward(flow, &decoded->event))
		accept_wayward(flow, &decoded->event);
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

static void judge_rule(struct flow *flow, uint32_t number)
{
	const struct rule *rule = rules_at(flow->rules, number);

	for (uint32_t u = 0; rule->kind != RULE_EVENT && u < flow->n_units; u++) {
		struct verdict verdict;

		if (!rule->applies[u])
			continue;
		verdict = rules_judge_one(flow->rules, flow->indicators, number, u);
		alertbook_judge(flow->book, &verdict, flow->tick_ms, flow->position);
	}
}

static void judge_all(struct flow *flow)
{
	for (uint32_t i = 0; i < rules_count(flow->rules); i++)
		judge_rule(flow, i);
	flow->rules_are_new = false;
}

/* Rules whose hours have begun, which they do with a minute: what changed before was not judged. */
static void judge_opened(struct flow *flow, int64_t before_ms)
{
	const uint32_t *rules;
	uint32_t n = rules_opened(flow->rules, before_ms, flow->tick_ms, &rules);

	for (uint32_t i = 0; i < n; i++)
		judge_rule(flow, rules[i]);
}

/* Who fell silent or came back: for quality everywhere above, for rules on the unit itself. */
static void judge_senders(struct flow *flow)
{
	const struct contract_change *changes;
	const struct verdict *verdicts;
	size_t n = contracts_take_changes(flow->contracts, &changes);
	size_t n_verdicts;

	for (size_t i = 0; i < n; i++)
		indicators_note_quality(flow->indicators, changes[i].feed, changes[i].unit);

	n_verdicts = rules_judge_contracts(flow->rules, flow->tick_ms, changes, n, &verdicts);
	for (size_t i = 0; i < n_verdicts; i++)
		alertbook_judge(flow->book, &verdicts[i], flow->tick_ms, flow->position);
}

/* Records come due by the clock alone; of many at once, some in this tick and some in the next. */
static void let_come_due(struct flow *flow)
{
	const struct track_news *news;
	size_t n = trackers_tick(flow->trackers, flow->tick_ms, &news);

	followups_carry(flow, news, n, NULL);
}

static void tick(struct flow *flow, int64_t now_ms)
{
	struct flow_tick told = { .position = flow->position };
	int64_t before_ms = flow->tick_ms;

	flow->tick_ms = now_ms;
	flow->is_unsettled = false;
	let_come_due(flow);
	contracts_tick(flow->contracts, now_ms);
	judge_senders(flow);
	indicators_settle(flow->indicators);
	indicators_tick(flow->indicators, now_ms);
	told.n_changes = indicators_take_changes(flow->indicators, &told.changes);

	if (flow->rules_are_new)
		judge_all(flow);
	else if (before_ms / MINUTE_MS != now_ms / MINUTE_MS)
		judge_opened(flow, before_ms);
	judge_changes(flow, told.changes, told.n_changes);
	alertbook_tick(flow->book, now_ms, flow->position);
	told.n_batches = indicators_take_batches(flow->indicators, &told.batches);
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

	if (now_ms - flow->tick_ms > AWAY_MS)
		contracts_excuse(flow->contracts, now_ms);
	while (flow->tick_ms + FLOW_TICK_MS <= now_ms)
		tick(flow, flow->tick_ms + FLOW_TICK_MS);
}

/* What a sender says of its own connection. */
static void carry_presence(struct flow *flow, const struct decode_input *input)
{
	struct presence_message message;
	int reason = presence_read(input, flow->prefix, flow->units, flow->schema, &message);

	counter_add(COUNTER_presence_seen, 1);
	if (reason)
		refuse(flow, input, UNIT_NONE, 0, (enum reason)reason);
	else
		contracts_meet(flow->contracts, message.unit, message.feed, message.presence,
			       message.session, input->arrival_ms);
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

	if (presence_is_topic(flow->prefix, input.topic, input.topic_size))
		carry_presence(flow, &input);
	else
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
	return earlier(alertbook_deadline_ms(flow->book),
		       earlier(trackers_due_ms(flow->trackers), contracts_due_ms(flow->contracts)));
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
