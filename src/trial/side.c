/* SPDX-License-Identifier: Apache-2.0 */
#include "side.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/flow_options.h"
#include "iocd/own.h"

/* ---- what is told ---- */

/* The alert that the transition of that number raised, or NULL. */
static struct backtest_alert *find(const struct side *side, uint64_t number)
{
	size_t first = 0, end = side->n;

	while (end - first > 0) {
		size_t middle = first + (end - first) / 2;

		if (side->list[middle].number == number)
			return &side->list[middle];
		if (side->list[middle].number < number)
			first = middle + 1;
		else
			end = middle;
	}
	return NULL;
}

static void add(struct side *side, const struct transition *told)
{
	const struct alert *alert = &told->alert;

	if (side->n == side->capacity) {
		side->capacity = side->capacity * 2 + 64;
		side->list = xrealloc(side->list, side->capacity, sizeof(*side->list));
	}
	side->list[side->n++] = (struct backtest_alert){
		.rule = alert->rule,
		.unit = alert->unit,
		.subject = xstrdup(alert->subject),
		.severity = alert->machine.severity,
		.is_suppressed = alert->machine.suppressed != 0,
		.number = told->number,
		.raised_ms = told->time_ms,
		.cleared_ms = INT64_MAX,
	};
}

static void count_load(struct side *side, const struct transition *told)
{
	if (side->n_load == side->load_capacity) {
		side->load_capacity = side->load_capacity * 2 + 64;
		side->load = xrealloc(side->load, side->load_capacity, sizeof(*side->load));
	}
	side->load[side->n_load++] = told->time_ms;
}

static void note(struct side *side, const struct transition *told)
{
	struct backtest_alert *alert;

	if (told->alert.rule->kind == RULE_OWN && told->alert.rule->own == OWN_WATCHDOG)
		return; /* it always stands, so that its silence can be noticed */
	if (told->news == NEWS_RAISED)
		add(side, told);
	if ((told->news == NEWS_RAISED && !told->alert.machine.suppressed) ||
	    told->news == NEWS_ANNOUNCED)
		count_load(side, told);

	alert = find(side, told->alert.raised_number);
	if (!alert)
		return;
	if (told->alert.machine.severity > alert->severity)
		alert->severity = told->alert.machine.severity;
	if (told->news == NEWS_CLEARED)
		alert->cleared_ms = told->time_ms;
}

static void take_news(struct side *side)
{
	const struct alertbook *book = flow_book(side->flow);

	while (side->told < alertbook_last(book)) {
		const struct transition *told = alertbook_transition(book, ++side->told);

		if (!told)
			continue;
		if (side->fn)
			side->fn(side->context, side->number, told);
		note(side, told);
	}
}

/* The book keeps only so many. */
static void on_tick(void *context, const struct flow_tick *tick)
{
	(void)tick;
	take_news(context);
}

/* ---- rules that come on the way ---- */

static int read_rules(void *context, const char *source, size_t size, struct rulebook *ret)
{
	struct side *side = context;
	CLEANUP_TEXT struct text ignored = { 0 };
	struct config *config;

	if (config_with_rules(&config, side->config, source, size, &ignored))
		return 1;
	side->followed = xrealloc(side->followed, side->n_followed + 1, sizeof(*side->followed));
	side->followed[side->n_followed++] = config;
	config_rulebook(config, ret);
	return 0;
}

static bool is_rules(const struct record *record)
{
	return record->kind == RECORD_OWN && record->topic_size == strlen(OWN_TOPIC_RULES) &&
	       memcmp(record->topic, OWN_TOPIC_RULES, record->topic_size) == 0;
}

void side_carry(struct side *side, const struct record *record)
{
	struct record passed = *record;

	if (!side->is_following && is_rules(record)) {
		passed.kind = RECORD_TIME;
		passed.topic_size = passed.payload_size = 0;
	}
	flow_carry(side->flow, &passed);
	take_news(side);
}

void side_finish(struct side *side)
{
	const struct record time = {
		.kind = RECORD_TIME,
		.topic = "",
		.payload = "",
		.arrival_ms = flow_tick_ms(side->flow) + FLOW_TICK_MS,
		.position = flow_position(side->flow),
		.next = flow_position(side->flow),
	};

	if (flow_tick_ms(side->flow) > 0)
		side_carry(side, &time);
}

int side_init(struct side *side, enum backtest_side number, const struct config *config)
{
	struct flow_options options;

	*side = (struct side){
		.number = number,
		.config = config,
		.is_following = number == SIDE_BEFORE,
	};
	flow_options_from(&options, config);
	options.read_rules = read_rules;
	options.rules_context = side;
	return err_pass(flow_new(&side->flow, &options, on_tick, side));
}

void side_fini(struct side *side)
{
	for (size_t i = 0; i < side->n; i++)
		free((char *)side->list[i].subject);
	free(side->list);
	free(side->load);
	flow_free(side->flow);
	for (uint32_t i = 0; i < side->n_followed; i++)
		config_free(side->followed[i]);
	free(side->followed);
	*side = (struct side){ .n = 0 };
}
