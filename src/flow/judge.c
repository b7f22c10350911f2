/* SPDX-License-Identifier: Apache-2.0 */
/* What rules make of what has happened, and the alert book of that: at once, or at a tick. */
#include "judge.h"

#include "state.h"

#define SECOND_MS 1000
#define MINUTE_MS 60000

static void enter(struct flow *flow, const struct verdict *verdicts, size_t n, int64_t now_ms)
{
	for (size_t i = 0; i < n; i++)
		alertbook_judge(flow->book, &verdicts[i], now_ms, flow->position);
}

static void find_late(struct flow *flow, const struct event *event)
{
	const struct verdict *verdicts;
	size_t n = rules_match_late(flow->rules, event, &verdicts);

	for (size_t i = 0; i < n; i++)
		findings_note(flow->findings, rules_at(flow->rules, verdicts[i].rule),
			      &verdicts[i]);
}

void judge_news(struct flow *flow, const struct event *event, int64_t now_ms)
{
	const struct verdict *verdicts;
	size_t n;

	if (event->historical) {
		find_late(flow, event);
		return;
	}
	n = rules_match(flow->rules, event, &verdicts);
	enter(flow, verdicts, n, now_ms);
}

/* What is no news raises nothing, but what it ends is over. */
void judge_record(struct flow *flow, bool is_sequence, const struct track_news *news,
		  const struct event *cause)
{
	int64_t now_ms = cause ? cause->arrival_ms : flow->tick_ms;
	const struct verdict *verdicts;
	size_t n = rules_match_track(flow->rules, is_sequence, news, now_ms, flow->position,
				     &verdicts);

	for (size_t i = 0; i < n; i++)
		if (!cause || !cause->historical || verdicts[i].judgement == JUDGE_CLEAR)
			alertbook_judge(flow->book, &verdicts[i], now_ms, flow->position);
}

static void judge_changes(struct flow *flow, const struct change *changes, size_t n)
{
	const struct verdict *verdicts;
	size_t n_done;

	for (; n > 0; changes += n_done, n -= n_done) {
		size_t n_verdicts =
			rules_judge(flow->rules, flow->indicators, changes, n, &n_done, &verdicts);

		enter(flow, verdicts, n_verdicts, flow->tick_ms);
	}
}

/* Values of fields of which the figures have changed. */
static void judge_keyed(struct flow *flow)
{
	const struct keyed_change *changes;
	const struct verdict *verdicts;
	size_t n, n_verdicts;

	while ((n = keyed_take_changes(flow->keyed, &changes)) > 0) {
		n_verdicts = rules_judge_keyed(flow->rules, flow->keyed, changes, n, &verdicts);
		enter(flow, verdicts, n_verdicts, flow->tick_ms);
	}
}

/* What other rules brought about at once is told as that; what comes later is not. */
static void end_review(struct flow *flow)
{
	alertbook_end_review(flow->book);
	flow->reviewer[0] = '\0';
}

/* Rules whose hours have begun, which they do with a minute: what changed before was not judged. */
static void judge_opened(struct flow *flow, int64_t before_ms)
{
	const uint32_t *rules;
	uint32_t n = rules_opened(flow->rules, before_ms, flow->tick_ms, &rules);

	for (uint32_t i = 0; i < n; i++)
		review_rule(flow, rules[i]);
}

/* Who fell silent or came back: for quality everywhere above, for rules on the unit itself. */
void judge_senders(struct flow *flow)
{
	const struct contract_change *changes;
	const struct verdict *verdicts;
	size_t n = contracts_take_changes(flow->contracts, &changes);
	size_t n_verdicts;

	for (size_t i = 0; i < n; i++)
		indicators_note_quality(flow->indicators, changes[i].feed, changes[i].unit);

	n_verdicts = rules_judge_contracts(flow->rules, flow->tick_ms, changes, n, &verdicts);
	enter(flow, verdicts, n_verdicts, flow->tick_ms);
}

void judge_tick(struct flow *flow, int64_t before_ms, const struct change *changes, size_t n)
{
	bool is_review = flow->rules_are_new;

	if (is_review)
		review_all(flow);
	else if (before_ms / MINUTE_MS != flow->tick_ms / MINUTE_MS)
		judge_opened(flow, before_ms);
	judge_changes(flow, changes, n);
	judge_keyed(flow);
	if (is_review || before_ms / SECOND_MS != flow->tick_ms / SECOND_MS)
		own_look(flow);
	if (flow->reviewer[0])
		end_review(flow);
}
