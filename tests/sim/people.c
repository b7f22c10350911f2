/* SPDX-License-Identifier: Apache-2.0 */
#include "people.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/own.h"
#include "memory.h"

static bool wrong(struct people *people, const char *format, ...) PRINTF(2, 3);

static bool wrong(struct people *people, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vsnprintf(people->why, sizeof(people->why), format, args);
	va_end(args);
	return false;
}

void people_fini(struct people *people)
{
	own_free(people->list);
}

/* ---- commands ---- */

/* The number of the command's key, or PEOPLE_KEYS: there is none, or it is no command. */
static unsigned key_of(const struct record *record)
{
	struct command command;
	unsigned number;
	char why[256];

	if (record->kind != RECORD_OWN || record->topic_size != strlen(OWN_TOPIC_COMMAND) ||
	    memcmp(record->topic, OWN_TOPIC_COMMAND, record->topic_size) != 0 ||
	    command_read(record->payload, record->payload_size, &command, why) != 0)
		return PEOPLE_KEYS;
	number = (unsigned)strtoul(command.key + 1, NULL, 10);
	return number < PEOPLE_KEYS ? number : PEOPLE_KEYS;
}

static bool is_answered(struct people *people, const struct flow *flow, unsigned number)
{
	const struct carried_command *command = &people->commands[number];
	enum command_outcome outcome;
	char key[16];
	uint32_t n;

	(void)snprintf(key, sizeof(key), "k%u", number);
	if (!flow_find_command(flow, key, &outcome, &n))
		return wrong(people, "command %s was carried out and is not known", key);
	if (outcome != command->outcome || n != command->n)
		return wrong(people, "command %s: %s of %u, and was %s of %u", key,
			     command_outcome_name(outcome), n,
			     command_outcome_name(command->outcome), command->n);
	return true;
}

/* Whether the last transition follows from the record itself, not from time. */
static bool has_effect(const struct flow *flow, const struct record *record)
{
	uint64_t last = alertbook_last(flow_book(flow));

	return last > 0 && alertbook_transition(flow_book(flow), last)->position == record->next;
}

static bool follow_command(struct people *people, const struct flow *flow,
			   const struct record *record)
{
	unsigned number = key_of(record);
	struct carried_command *command = &people->commands[number];
	char key[16];

	if (number == PEOPLE_KEYS)
		return true;
	if (command->is_carried && has_effect(flow, record))
		return wrong(people, "command k%u was carried out twice", number);
	if (!command->is_carried) {
		command->is_carried = true;
		(void)snprintf(key, sizeof(key), "k%u", number);
		(void)flow_find_command(flow, key, &command->outcome, &command->n);
	}
	return is_answered(people, flow, number);
}

bool people_are_answered(struct people *people, const struct flow *flow)
{
	for (unsigned i = 0; i < PEOPLE_KEYS; i++)
		if (people->commands[i].is_carried && !is_answered(people, flow, i))
			return false;
	return true;
}

/* ---- who is told ---- */

static unsigned person_of(const struct receiver *receiver)
{
	for (uint32_t i = 0; receiver && i < N_PEOPLE; i++)
		if (strcmp(receiver->id, world_person(i)) == 0)
			return 1u << i;
	return 0;
}

static unsigned people_of(const struct rules_options *about, uint32_t unit, uint32_t receivers)
{
	unsigned who = 0;

	for (uint32_t i = 0; i < about->n_receivers; i++)
		if (receivers & (UINT32_C(1) << i))
			who |= person_of(&about->receivers[i]);
	if (receivers & (UINT32_C(1) << RECEIVER_UNIT))
		who |= person_of(about->unit_receivers[unit]);
	return who;
}

/* The rule as the rulebook in force has it, or NULL. */
static const struct rule *rule_of(const struct flow *flow, const struct alert *alert)
{
	uint32_t number = rules_find(flow_rules(flow), alert->rule->id, strlen(alert->rule->id));

	return number == UINT32_MAX ? NULL : rules_at(flow_rules(flow), number);
}

/* Who is told when it is raised. */
static unsigned listeners(const struct flow *flow, const struct alert *alert)
{
	const struct rules_options *about = rules_about(flow_rules(flow));
	const struct rule *rule = rule_of(flow, alert);
	unsigned who = rule ? people_of(about, alert->unit, rule->tell) : 0;

	for (uint32_t i = 0; i < about->n_receivers; i++)
		if (about->receivers[i].is_at_once &&
		    alert->machine.severity >= about->receivers[i].least)
			who |= person_of(&about->receivers[i]);
	return who;
}

static struct known_alert *find(const struct people *people, const struct alert *alert)
{
	for (size_t i = 0; i < people->n; i++) {
		struct known_alert *known = &people->list[i];

		if (known->unit == alert->unit && strcmp(known->rule, alert->rule->id) == 0 &&
		    strcmp(known->subject, alert->subject) == 0)
			return known;
	}
	return NULL;
}

static struct known_alert *add(struct people *people, const struct alert *alert)
{
	struct known_alert *known;

	people->list = own_grow(people->list, people->n + 1, sizeof(*people->list));
	known = &people->list[people->n++];
	*known = (struct known_alert){ .unit = alert->unit };
	(void)snprintf(known->rule, sizeof(known->rule), "%s", alert->rule->id);
	(void)snprintf(known->subject, sizeof(known->subject), "%s", alert->subject);
	return known;
}

/* Whether exactly those may hear of it, of whom knew know already. */
static bool is_right(const struct flow *flow, const struct transition *transition, unsigned knew,
		     unsigned hear)
{
	const struct alert *alert = &transition->alert;
	unsigned all = listeners(flow, alert) | knew;
	const struct rule *rule = rule_of(flow, alert);
	bool is_kept = alert->machine.suppressed != 0;

	switch (transition->news) {
	case NEWS_RAISED:
		if (alert->raised_number != transition->number) /* it was only latched */
			return hear == 0 || (!is_kept && hear == all);
		return hear == (is_kept ? 0 : all);
	case NEWS_CHANGED:
		return hear == (is_kept ? 0 : all);
	case NEWS_ANNOUNCED:
		return !is_kept && hear == all;
	case NEWS_NORMAL:
		return hear == (is_kept ? 0 : knew);
	case NEWS_CLEARED:
		return hear == knew;
	case NEWS_ESCALATED:
		return !is_kept && rule &&
		       hear == people_of(rules_about(flow_rules(flow)), alert->unit,
					 rule->steps[alert->steps - 1].receivers);
	case NEWS_REPEATED:
		return !is_kept && !(hear & ~all);
	case NEWS_NOTHING:
	case NEWS_UNCERTAIN:
	case NEWS_CERTAIN:
	case NEWS_ACKNOWLEDGED:
	case NEWS_UNACKNOWLEDGED:
	case NEWS_ASSIGNED:
	case NEWS_COMMENTED:
	case NEWS_SUPPRESSED:
	case NEWS_RELEASED:
	case NEWS_FORGOTTEN:
		break;
	}
	return hear == 0;
}

static void note(struct people *people, struct known_alert *known,
		 const struct transition *transition, unsigned hear)
{
	if (transition->news == NEWS_CLEARED && known)
		*known = people->list[--people->n];
	else if (transition->news == NEWS_RAISED || known)
		(known ? known : add(people, &transition->alert))->who |= hear;
}

/* What happened before other rules came in the same record was judged by those before. */
static bool hear(struct people *people, const struct flow *flow,
		 const struct transition *transition, bool is_judged)
{
	const struct alert *alert = &transition->alert;
	struct known_alert *known = find(people, alert);
	unsigned knew = known ? known->who : 0;
	unsigned who = people_of(rules_about(flow_rules(flow)), alert->unit, transition->tells);

	if (known && transition->news == NEWS_RAISED && alert->raised_number == transition->number)
		return wrong(people, "transition %" PRIu64 ": %s is raised and stood already",
			     transition->number, known->rule);
	if (is_judged && !is_right(flow, transition, knew, who))
		return wrong(people,
			     "transition %" PRIu64
			     ": %s of %s is heard by %x; %x knew, suppressed %x",
			     transition->number, alert_news_name(transition->news), alert->rule->id,
			     who, knew, alert->machine.suppressed);
	note(people, known, transition, who);
	return true;
}

/* Who is in no rulebook any more is not told, and knows nothing when he comes back. */
static void forget_the_gone(struct people *people, const struct flow *flow)
{
	const struct rules_options *about = rules_about(flow_rules(flow));
	unsigned who = 0;

	for (uint32_t i = 0; i < about->n_receivers; i++)
		who |= person_of(&about->receivers[i]);
	for (size_t i = 0; i < people->n; i++)
		people->list[i].who &= who;
}

bool people_follow(struct people *people, const struct flow *flow, const struct record *record)
{
	const struct alertbook *book = flow_book(flow);
	bool has_changed = flow_rules_changes(flow) != people->rules_changes;

	if (has_changed)
		forget_the_gone(people, flow);
	people->rules_changes = flow_rules_changes(flow);
	while (people->n_heard < alertbook_last(book)) {
		const struct transition *transition = alertbook_transition(book, ++people->n_heard);

		if (!hear(people, flow, transition,
			  !has_changed || transition->position == record->next))
			return false;
	}
	return follow_command(people, flow, record);
}
