/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that hangs on the rulebook and is judged at a reload is made anew and takes over the state of
 * what runs; figures, contracts and records are looked at where they are.  Then deadlines pass in
 * the copy, one after the other.
 */
#include "future.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/renumber.h"

#define BUFFER    4096
#define STEPS_MAX 100000 /* deadlines that are followed */

struct copy {
	const struct flow *flow; /* borrowed */
	struct rules *rules;     /* owned, as all below */
	struct keyed *keyed;
	struct alertbook *book;
	uint64_t seen; /* number of the last transition that was noted */
	int64_t now_ms;
	struct future *future;
};

/* ---- copying ---- */

/* From what runs into the copy. */
static void carry_over(struct copy *copy)
{
	uint32_t n = rules_about(flow_rules(copy->flow))->n_units;
	uint32_t *same = xcalloc((size_t)n + 1, sizeof(*same));
	const struct renumber units = { .to = same, .n = n };
	CLEANUP_TEXT struct text luggage = { 0 };
	char buffer[BUFFER];
	struct bytes_writer writer;
	struct bytes_reader reader;
	int r;

	for (uint32_t i = 0; i < n; i++)
		same[i] = i;
	bytes_writer_init(&writer, bytes_into_text, &luggage, buffer, sizeof(buffer));
	alertbook_save(flow_book(copy->flow), &writer);
	keyed_save(flow_keyed(copy->flow), &writer);
	r = bytes_flush(&writer);
	assert(r == 0); /* memory does not fail */
	bytes_reader_init(&reader, text_get(&luggage), luggage.size);
	alertbook_load(copy->book, &reader, &units);
	keyed_load(copy->keyed, &reader, &units);
	keyed_mark_all(copy->keyed);
	assert(!reader.is_bad); /* we have just written it */
	free(same);
}

static struct rules *make_rules(const struct flow *flow, const struct rulebook *book)
{
	struct rules_options options = *rules_about(flow_rules(flow));

	options.list = book->rules;
	options.n_list = book->n_rules;
	options.receivers = book->receivers;
	options.n_receivers = book->n_receivers;
	options.unit_receivers = book->unit_receivers;
	options.maintenances = book->maintenances;
	options.n_maintenances = book->n_maintenances;
	return rules_new(&options);
}

static struct keyed *make_keyed(const struct flow *flow, const struct config *config,
				const struct rulebook *book)
{
	struct keyed_plan *plans = xcalloc((size_t)book->n_rules + 1, sizeof(*plans));
	struct keyed_options options = {
		.units = config_units(config),
		.schema = config_schema(config),
		.figures = flow_indicators(flow),
		.list = plans,
		.n_list = (uint32_t)rules_plans(book->rules, book->n_rules, plans),
	};
	struct keyed *keyed;

	options.indicators = config_indicators(config, &options.n_indicators);
	keyed = keyed_new(&options);
	free(plans);
	return keyed;
}

/* ---- noting ---- */

int standing_compare(const void *one, const void *other)
{
	const struct standing_alert *a = one, *b = other;
	int r = strcmp(a->rule, b->rule);

	if (r)
		return r;
	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	return strcmp(a->subject, b->subject);
}

static void add(struct future *future, const struct alert *alert, enum severity severity,
		int64_t moved_ms)
{
	struct standing_alert *added;

	future->list = xrealloc(future->list, future->n + 1, sizeof(*future->list));
	added = &future->list[future->n];
	*added = (struct standing_alert){
		.unit = alert->unit,
		.severity = severity,
		.moved_ms = moved_ms,
		.order = future->n,
	};
	future->n++;
	(void)snprintf(added->rule, sizeof(added->rule), "%s", alert->rule->id);
	(void)snprintf(added->subject, sizeof(added->subject), "%s", alert->subject);
}

static void on_standing(void *context, const struct alert *alert)
{
	add(context, alert, alert->machine.severity, 0);
}

static bool is_move(enum alert_news news)
{
	return news == NEWS_RAISED || news == NEWS_CHANGED || news == NEWS_CLEARED;
}

/* The book keeps only so many, so they are noted after each step. */
static void note_moves(struct copy *copy)
{
	while (copy->seen < alertbook_last(copy->book)) {
		const struct transition *told = alertbook_transition(copy->book, ++copy->seen);

		if (told && is_move(told->news))
			add(copy->future, &told->alert,
			    told->news == NEWS_CLEARED ? SEVERITY_NONE
						       : told->alert.machine.severity,
			    told->time_ms);
	}
}

/* Of what moved several times the last counts; what stands and did not move is there too. */
static int compare_moves(const void *one, const void *other)
{
	const struct standing_alert *a = one, *b = other;
	int r = standing_compare(a, b);

	if (!r)
		r = (a->moved_ms > b->moved_ms) - (a->moved_ms < b->moved_ms);
	return r ? r : (a->order > b->order) - (a->order < b->order);
}

static void keep_last(struct future *future)
{
	size_t n = 0;

	if (future->n > 1)
		qsort(future->list, future->n, sizeof(*future->list), compare_moves);
	for (size_t i = 0; i < future->n; i++) {
		bool is_last = i + 1 == future->n ||
			       standing_compare(&future->list[i], &future->list[i + 1]) != 0;

		if (is_last)
			future->list[n++] = future->list[i];
	}
	future->n = n;
}

/* ---- judging ---- */

static void enter(struct copy *copy, const struct verdict *verdicts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		alertbook_judge(copy->book, &verdicts[i], copy->now_ms, flow_position(copy->flow));
}

static void judge_rule(struct copy *copy, uint32_t number)
{
	const struct rule *rule = rules_at(copy->rules, number);

	if (!rule_is_judged_any_time(rule))
		return;
	for (uint32_t u = 0; u < rules_about(copy->rules)->n_units; u++) {
		struct verdict verdict;

		if (!rule->applies[u])
			continue;
		verdict = rules_judge_one(copy->rules, flow_indicators(copy->flow), number, u);
		enter(copy, &verdict, 1);
	}
}

static void judge_keyed(struct copy *copy)
{
	const struct keyed_change *changes;
	const struct verdict *verdicts;
	size_t n, n_verdicts;

	while ((n = keyed_take_changes(copy->keyed, &changes)) > 0) {
		n_verdicts = rules_judge_keyed(copy->rules, copy->keyed, changes, n, &verdicts);
		enter(copy, verdicts, n_verdicts);
	}
}

/* What iocd last said of itself and of senders. */
static void on_own(void *context, const struct alert *alert)
{
	struct copy *copy = context;
	const struct verdict *verdicts;
	size_t n;

	if (alert->rule->kind != RULE_OWN)
		return;
	n = rules_judge_own(copy->rules,
			    &(struct own_state){
				    .part = alert->rule->own,
				    .unit = alert->unit,
				    .subject = { alert->subject, strlen(alert->subject) },
				    .detail = { alert->detail, strlen(alert->detail) },
				    .judgement = alert->machine.judgement,
			    },
			    copy->now_ms, flow_position(copy->flow), &verdicts);
	enter(copy, verdicts, n);
}

static void judge_all(struct copy *copy)
{
	for (uint32_t i = 0; i < rules_count(copy->rules); i++) {
		judge_rule(copy, i);
		note_moves(copy);
	}
	judge_keyed(copy);
	alertbook_each_raised(flow_book(copy->flow), on_own, copy);
}

/* ---- time ---- */

static int64_t horizon_ms(const struct copy *copy)
{
	int64_t most_ms = 0;

	for (uint32_t i = 0; i < rules_count(copy->rules); i++) {
		const struct rule *rule = rules_at(copy->rules, i);

		most_ms = rule->hold_ms > most_ms ? rule->hold_ms : most_ms;
		most_ms = rule->fade_ms > most_ms ? rule->fade_ms : most_ms;
	}
	return copy->now_ms + most_ms + FLOW_TICK_MS;
}

static void let_pass(struct copy *copy)
{
	int64_t end_ms = horizon_ms(copy);

	for (int step = 0; step < STEPS_MAX; step++) {
		int64_t due_ms = alertbook_deadline_ms(copy->book);

		if (due_ms > end_ms)
			break;
		if (due_ms > copy->now_ms)
			copy->now_ms = due_ms;
		alertbook_tick(copy->book, copy->now_ms, flow_position(copy->flow));
		note_moves(copy);
	}
}

/* ---- all of it ---- */

void future_now(struct future *ret, const struct flow *flow)
{
	*ret = (struct future){ .n = 0 };
	alertbook_each_raised(flow_book(flow), on_standing, ret);
	keep_last(ret);
}

void future_under(struct future *ret, const struct flow *flow, const struct config *config,
		  const struct rulebook *book)
{
	struct copy copy = {
		.flow = flow,
		.rules = make_rules(flow, book),
		.keyed = make_keyed(flow, config, book),
		.book = alertbook_new(flow_rules(flow)),
		.now_ms = flow_tick_ms(flow),
		.future = ret,
	};

	*ret = (struct future){ .n = 0 };
	carry_over(&copy);
	copy.seen = alertbook_last(copy.book);
	alertbook_replace_rules(copy.book, copy.rules, "", copy.now_ms, flow_position(flow));
	note_moves(&copy);
	judge_all(&copy);
	note_moves(&copy);
	let_pass(&copy);
	alertbook_each_raised(copy.book, on_standing, ret);
	keep_last(ret);

	alertbook_free(copy.book);
	keyed_free(copy.keyed);
	rules_free(copy.rules);
}

void future_fini(struct future *future)
{
	free(future->list);
	*future = (struct future){ .n = 0 };
}

const struct standing_alert *future_find(const struct future *future,
					 const struct standing_alert *like)
{
	if (future->n == 0)
		return NULL;
	return bsearch(like, future->list, future->n, sizeof(*future->list), standing_compare);
}
