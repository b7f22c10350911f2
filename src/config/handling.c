/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How alerts of a rule are handled: what must be done to end them, how often and whom they are
 * told.
 */
#include <string.h>

#include "iocd/base/err.h"
#include "receivers.h"
#include "rules.h"

#define CHATTER_TIMES        4
#define CHATTER_TIMES_MAX    16 /* that the alert book remembers */
#define CHATTER_WITHIN_MS    (10 * 60000LL)
#define CHATTER_WITHIN_LEAST 60000LL
#define CHATTER_WITHIN_MOST  (24 * 3600000LL)
#define REPEAT_LEAST_MS      60000LL
#define AFTER_LEAST_MS       1000LL
#define AFTER_MOST_MS        (7 * 24 * 3600000LL)

struct chatter_nodes {
	const struct node *times, *within;
};

static const struct slot chatter_slots[] = {
	{ "times", offsetof(struct chatter_nodes, times) },
	{ "within", offsetof(struct chatter_nodes, within) },
};

struct step_nodes {
	const struct node *after, *tell;
};

static const struct slot step_slots[] = {
	{ "after", offsetof(struct step_nodes, after) },
	{ "tell", offsetof(struct step_nodes, tell) },
};

static bool is_no(const struct node *node)
{
	return node->kind == NODE_TEXT &&
	       (strcmp(node->text, "no") == 0 || strcmp(node->text, "false") == 0);
}

static void read_chatter(struct load *load, const struct node *node, struct rule *rule)
{
	struct chatter_nodes nodes = { 0 };
	int64_t times = CHATTER_TIMES;

	if (is_no(node)) {
		rule->chatter_within_ms = 0;
		rule->chatter_times = 0;
		return;
	}
	(void)read_slots(load, node, chatter_slots, COUNT(chatter_slots), &nodes);
	if (nodes.times)
		(void)read_integer(load, nodes.times, 2, CHATTER_TIMES_MAX, &times);
	rule->chatter_times = (uint32_t)times;
	if (nodes.within)
		(void)read_duration(load, nodes.within, CHATTER_WITHIN_LEAST, CHATTER_WITHIN_MOST,
				    &rule->chatter_within_ms);
}

static bool read_step(struct load *load, const struct node *item, struct escalation *step)
{
	struct step_nodes nodes = { 0 };

	step->place = item->place;
	return read_slots(load, item, step_slots, COUNT(step_slots), &nodes) &&
	       read_present(load, item, nodes.after, "after") &&
	       read_present(load, item, nodes.tell, "tell") &&
	       read_duration(load, nodes.after, AFTER_LEAST_MS, AFTER_MOST_MS, &step->after_ms) &&
	       receivers_read_set(load, nodes.tell, &step->receivers);
}

static void read_steps(struct load *load, const struct node *list, struct rule *rule)
{
	if (!read_kind(load, list, NODE_LIST))
		return;
	if (list->n == 0 || list->n > ESCALATIONS_MAX) {
		report_error(load->report, list->place, "there are from 1 to %d steps",
			     ESCALATIONS_MAX);
		return;
	}
	for (const struct node *item = list->first; item; item = item->next) {
		struct escalation *step = &rule->steps[rule->n_steps];

		if (!read_step(load, item, step))
			continue;
		if (rule->n_steps > 0 && step->after_ms <= step[-1].after_ms)
			report_error(load->report, item->place,
				     "not later than the step before; write the soonest first");
		rule->n_steps++;
	}
}

void handling_set_defaults(struct rule *rule)
{
	rule->chatter_times = CHATTER_TIMES;
	rule->chatter_within_ms = CHATTER_WITHIN_MS;
}

void handling_read(struct load *load, const struct rule_nodes *nodes, struct rule *rule)
{
	handling_set_defaults(rule);
	if (nodes->latch)
		(void)read_flag(load, nodes->latch, &rule->is_latched);
	if (nodes->chatter)
		read_chatter(load, nodes->chatter, rule);
	if (nodes->repeat && is_no(nodes->repeat))
		rule->repeat_ms = 0;
	else if (nodes->repeat)
		(void)read_duration(load, nodes->repeat, REPEAT_LEAST_MS, PATIENCE_MAX_MS,
				    &rule->repeat_ms);
	if (nodes->tell)
		(void)receivers_read_set(load, nodes->tell, &rule->tell);
	if (nodes->escalate)
		read_steps(load, nodes->escalate, rule);
}
