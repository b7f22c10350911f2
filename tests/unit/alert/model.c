/* SPDX-License-Identifier: Apache-2.0 */
#include "model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

const char *const model_rules[MODEL_RULES] = { "level", "site",  "mute", "link",
					       "gate",  "valve", "own" };
const char *const model_subjects[MODEL_SUBJECTS] = { "", "a" };

static const char *const receivers[] = { "duty", "night", "chief", "local" };

static uint32_t index_of(const char *name, const char *const *names, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (strcmp(name, names[i]) == 0)
			return i;
	fail_msg("'%s' is not known", name);
	return 0;
}

static uint32_t key_of(uint32_t rule, uint32_t unit, uint32_t subject)
{
	return (rule * STAGE_UNITS + unit) * MODEL_SUBJECTS + subject;
}

static const struct rule *rule_at(const struct model *model, uint32_t key)
{
	return model->rules[key / MODEL_SUBJECTS / STAGE_UNITS];
}

static uint32_t unit_at(uint32_t key)
{
	return key / MODEL_SUBJECTS % STAGE_UNITS;
}

static const char *subject_at(uint32_t key)
{
	return model_subjects[key % MODEL_SUBJECTS];
}

static void find_alerts(struct model *model)
{
	for (uint32_t key = 0; key < MODEL_KEYS; key++)
		model->alerts[key] = rule_at(model, key)
					     ? stage_find(model->stage, rule_at(model, key)->id,
							  unit_at(key), subject_at(key))
					     : NULL;
}

/* Bits of the book as bits of ours. */
static uint32_t by_name(const struct model *model, uint32_t bits)
{
	uint32_t named = bits & UINT32_C(1) << RECEIVER_UNIT;

	for (uint32_t i = 0; i < model->options->n_receivers; i++)
		if (bits & UINT32_C(1) << i)
			named |= UINT32_C(1) << index_of(model->options->receivers[i].id, receivers,
							 COUNT(receivers));
	return named;
}

/* Without who is none now, and without the unit's own where that is nobody or somebody of them. */
static uint32_t reachable(const struct model *model, uint32_t key, uint32_t named)
{
	const struct receiver *own = model->options->unit_receivers
					     ? model->options->unit_receivers[unit_at(key)]
					     : NULL;
	uint32_t left = 0;

	for (uint32_t i = 0; i < model->options->n_receivers; i++)
		left |= named & UINT32_C(1) << index_of(model->options->receivers[i].id, receivers,
							COUNT(receivers));
	if (own && !(left & UINT32_C(1) << index_of(own->id, receivers, COUNT(receivers))))
		left |= named & UINT32_C(1) << RECEIVER_UNIT;
	return left;
}

static uint32_t listeners(const struct model *model, uint32_t key, enum severity severity)
{
	const struct rule *rule = rule_at(model, key);
	uint32_t named = by_name(model, rule->tell);

	for (uint32_t i = 0; i < model->options->n_receivers; i++) {
		const struct receiver *receiver = &model->options->receivers[i];

		if (receiver->is_at_once && severity >= receiver->least &&
		    (!receiver->units || receiver->units[unit_at(key)]))
			named |= by_name(model, UINT32_C(1) << i);
	}
	return named;
}

/* ---- reading the log ---- */

static void note_raise(struct model *model, uint32_t key)
{
	struct told *told = &model->told[key];
	const struct rule *rule = rule_at(model, key);
	uint32_t n = 0;

	told->raises[told->n_raises++ % MODEL_RAISES] = model->now_ms;
	for (uint32_t i = 0; i < told->n_raises && i < MODEL_RAISES; i++)
		n += model->now_ms - told->raises[i] < rule->chatter_within_ms;
	if (rule->kind != RULE_EVENT && rule->chatter_times > 0 && n >= rule->chatter_times)
		told->chatters = true;
}

static void raise_alert(struct model *model, uint32_t key)
{
	struct told *told = &model->told[key];

	if (told->stands)
		assert_true(rule_at(model, key)->is_latched);
	else
		told->told = 0;
	told->is_announced = told->stands && told->is_announced;
	told->stands = true;
	told->waits = false;
	told->is_acknowledged = false;
	told->steps = 0;
	note_raise(model, key);
}

static void clear_alert(struct model *model, const struct transition *transition, uint32_t key)
{
	struct told *told = &model->told[key];
	const struct rule *rule = rule_at(model, key);
	bool is_reset = transition->by[0] && transition->alert.closed == false &&
			strcmp(transition->note, "because") == 0;

	assert_true(told->stands);
	assert_int_equal(by_name(model, transition->tells), reachable(model, key, told->told));
	told->stands = false;
	told->waits = rule && !transition->alert.closed && !is_reset && !told->is_acknowledged &&
		      (rule->is_latched || transition->alert.machine.severity == SEVERITY_CRITICAL);
	told->is_acknowledged = false;
	told->is_announced = false;
}

static void escalate(struct model *model, const struct transition *transition, uint32_t key)
{
	struct told *told = &model->told[key];
	const struct escalation *step = &rule_at(model, key)->steps[told->steps++];

	assert_true(told->steps <= rule_at(model, key)->n_steps);
	assert_true(model->now_ms >= told->told_ms + step->after_ms);
	assert_false(told->is_acknowledged);
	assert_int_equal(by_name(model, transition->tells),
			 reachable(model, key, by_name(model, step->receivers)));
	model->n_escalated++;
}

/* What people do must have been done by somebody; what ends, for a reason. */
static void check_author(const struct transition *transition)
{
	switch (transition->news) {
	case NEWS_ACKNOWLEDGED:
	case NEWS_UNACKNOWLEDGED:
	case NEWS_ASSIGNED:
	case NEWS_COMMENTED:
		assert_true(transition->by[0] != 0);
		break;
	case NEWS_SUPPRESSED:
	case NEWS_RELEASED:
	case NEWS_ANNOUNCED:
	case NEWS_ESCALATED:
	case NEWS_FORGOTTEN:
		assert_true(transition->note[0] != 0);
		break;
	case NEWS_NOTHING:
		fail();
		break;
	case NEWS_RAISED:
	case NEWS_CHANGED:
	case NEWS_CLEARED:
	case NEWS_NORMAL:
	case NEWS_UNCERTAIN:
	case NEWS_CERTAIN:
	case NEWS_REPEATED:
		break;
	}
}

/* Who hears of what is told at its begin, and that nobody does of what is suppressed. */
static void check_tells(struct model *model, const struct transition *transition, uint32_t key,
			bool stood)
{
	struct told *told = &model->told[key];
	const struct alert *alert = &transition->alert;
	bool begins =
		(transition->news == NEWS_RAISED && !stood) || transition->news == NEWS_ANNOUNCED;

	if (alert->machine.suppressed) {
		assert_int_equal(transition->tells, 0);
		return;
	}
	if (begins) {
		uint32_t named = told->told | listeners(model, key, alert->machine.severity);

		assert_int_equal(by_name(model, transition->tells), reachable(model, key, named));
		told->is_announced = true;
		told->told_ms = model->now_ms;
	}
	if (transition->tells) {
		assert_true(told->is_announced);
		told->heard_ms = model->now_ms;
		model->n_told++;
	}
	told->told |= by_name(model, transition->tells);
}

static void change(struct model *model, const struct transition *transition, uint32_t key)
{
	struct told *told = &model->told[key];
	bool is_critical = transition->alert.machine.severity == SEVERITY_CRITICAL;

	if (transition->news == NEWS_CHANGED && is_critical && !told->is_critical &&
	    told->is_acknowledged) {
		told->is_acknowledged = false;
		if (!transition->alert.machine.suppressed)
			told->told_ms = model->now_ms;
	}
	told->is_critical = is_critical;
}

static void read_transition(struct model *model, const struct transition *transition, uint32_t key)
{
	struct told *told = &model->told[key];
	bool stood = told->stands;

	check_author(transition);
	change(model, transition, key);
	if (transition->news == NEWS_RAISED) {
		raise_alert(model, key);
		if (stood && transition->tells)
			told->told_ms = model->now_ms;
	} else if (transition->news == NEWS_CLEARED) {
		clear_alert(model, transition, key);
		return;
	} else if (transition->news == NEWS_FORGOTTEN) {
		assert_true(told->waits);
		told->waits = false;
	} else if (transition->news == NEWS_ACKNOWLEDGED) {
		assert_true(told->stands || told->waits);
		told->is_acknowledged = told->stands;
		told->until_ms = model->command_until_ms;
		told->waits = false;
	} else if (transition->news == NEWS_UNACKNOWLEDGED) {
		assert_true(told->stands && told->is_acknowledged);
		told->is_acknowledged = false;
	} else if (transition->news == NEWS_ESCALATED) {
		escalate(model, transition, key);
	} else {
		assert_true(told->stands || told->waits);
		model->n_repeated += transition->news == NEWS_REPEATED;
	}
	check_tells(model, transition, key, stood);
}

static void read_log(struct model *model)
{
	while (model->seen < alertbook_last(model->stage->book)) {
		const struct transition *transition =
			alertbook_transition(model->stage->book, ++model->seen);
		const struct alert *alert = &transition->alert;

		assert_int_equal(transition->number, model->seen);
		read_transition(model, transition,
				key_of(index_of(alert->rule->id, model_rules, MODEL_RULES),
				       alert->unit,
				       index_of(alert->subject, model_subjects, MODEL_SUBJECTS)));
	}
}

/* ---- what must hold of every alert ---- */

static bool is_at(uint32_t unit, uint32_t scope, bool is_below)
{
	static const uint32_t above[STAGE_UNITS] = { UNIT_NONE, 0, 0, 1 };

	if (scope == UNIT_NONE || unit == scope)
		return true;
	while (is_below && unit != UNIT_NONE && unit != scope)
		unit = above[unit];
	return unit == scope;
}

static unsigned ordered_bits(const struct model *model, uint32_t key)
{
	unsigned bits = 0;

	for (uint32_t i = 0; i < model->n_orders; i++) {
		const struct order *order = &model->orders[i];

		if (order->until_ms != 0 && order->until_ms <= model->now_ms)
			continue;
		if ((order->rule[0] && strcmp(order->rule, rule_at(model, key)->id) != 0) ||
		    (order->has_subject && strcmp(order->subject, subject_at(key)) != 0) ||
		    !is_at(unit_at(key), order->unit, order->is_below))
			continue;
		bits |= SUPPRESSION_BIT(order->kind);
	}
	return bits;
}

static unsigned planned_bits(const struct model *model, uint32_t key)
{
	for (uint32_t i = 0; i < model->options->n_maintenances; i++) {
		const struct maintenance *plan = &model->options->maintenances[i];
		bool is_open = plan->calendar ? calendar_is_open(plan->calendar, model->now_ms)
					      : plan->from_ms <= model->now_ms &&
							model->now_ms < plan->until_ms;

		if (is_open && (!plan->units || plan->units[unit_at(key)]) &&
		    (!plan->rules || plan->rules[rule_at(model, key)->number]))
			return SUPPRESSION_BIT(SUPPRESSION_MAINTENANCE);
	}
	return 0;
}

/* Whether the alert of one key is a cause of the other's. "mute" and "link" inhibit each other. */
static bool inhibits(const struct model *model, uint32_t cause, uint32_t key)
{
	const struct rule *rule = rule_at(model, cause), *other = rule_at(model, key);
	const struct alert *alert = model->alerts[cause];
	bool is_mutual;

	if (!alert || !rule->inhibits.rules || cause == key || alert->drill ||
	    other->kind == RULE_OWN || !rule->inhibits.rules[other->number])
		return false;
	if (!model->told[cause].stands &&
	    (alert->machine.state != ALERT_PENDING || alert->machine.uncertain))
		return false;
	if (unit_at(cause) != unit_at(key))
		return rule->inhibits.is_below && is_at(unit_at(key), unit_at(cause), true);
	is_mutual = other->inhibits.rules && other->inhibits.rules[rule->number];
	return rule != other && (!is_mutual || model->told[cause].order < model->told[key].order);
}

static unsigned expected_bits(struct model *model, uint32_t key)
{
	struct told *told = &model->told[key];
	const struct rule *rule = rule_at(model, key);
	unsigned bits = ordered_bits(model, key) | planned_bits(model, key);
	int64_t last_ms = told->n_raises ? told->raises[(told->n_raises - 1) % MODEL_RAISES] : 0;

	if (rule->chatter_times == 0 || model->now_ms >= last_ms + rule->chatter_within_ms)
		told->chatters = false;
	if (told->chatters)
		bits |= SUPPRESSION_BIT(SUPPRESSION_CHATTER);
	for (uint32_t cause = 0; cause < MODEL_KEYS; cause++)
		if (inhibits(model, cause, key))
			bits |= SUPPRESSION_BIT(SUPPRESSION_INHIBITED);
	return bits;
}

static void look_at(struct model *model, uint32_t key)
{
	struct told *told = &model->told[key];
	const struct alert *alert = model->alerts[key];
	const struct rule *rule = rule_at(model, key);

	if (!alert || (alert->machine.state == ALERT_QUIET && !alert->machine.latched))
		return;
	if (alert->machine.suppressed != expected_bits(model, key))
		fail_msg("%s %u %s: suppressed by %u, not by %u", rule->id, unit_at(key),
			 subject_at(key), alert->machine.suppressed, expected_bits(model, key));
	model->n_inhibited += alert->machine.suppressed != 0;
	if (!told->stands)
		return;
	if (told->is_acknowledged)
		assert_true(told->until_ms == 0 || told->until_ms > model->now_ms);
	if (alert->machine.suppressed)
		return;
	assert_true(told->is_announced); /* nobody was forgotten */
	if (told->is_acknowledged)
		return;
	if (told->steps < rule->n_steps)
		assert_true(told->told_ms + rule->steps[told->steps].after_ms > model->now_ms);
	if (rule->repeat_ms > 0 && told->told)
		assert_true(model->now_ms - told->heard_ms < rule->repeat_ms);
}

static void note_begin(struct model *model, uint32_t key)
{
	struct told *told = &model->told[key];
	const struct alert *alert = model->alerts[key];
	bool rests = !alert || (alert->machine.state == ALERT_QUIET && !alert->machine.latched);

	if (!rests && (told->rests || alert->first_ms != told->first_ms))
		told->order = ++model->last_order;
	told->rests = rests;
	told->first_ms = alert ? alert->first_ms : 0;
}

void model_check(struct model *model, int64_t now_ms)
{
	size_t n_stands = 0;

	model->now_ms = now_ms;
	read_log(model);
	find_alerts(model);
	for (uint32_t key = 0; key < MODEL_KEYS; key++)
		note_begin(model, key);
	for (uint32_t key = 0; key < MODEL_KEYS; key++) {
		const struct alert *alert = model->alerts[key];

		n_stands += model->told[key].stands;
		assert_int_equal(model->told[key].stands,
				 alert && alert_machine_stands(&alert->machine));
		assert_int_equal(model->told[key].waits,
				 alert && alert->machine.handling ==
						  HANDLING_CLEARED_UNACKNOWLEDGED);
		look_at(model, key);
	}
	assert_int_equal(n_stands, alertbook_count(model->stage->book, SEVERITY_NONE));
	assert_true(alertbook_deadline_ms(model->stage->book) > now_ms);
}

/* ---- what changes the rest ---- */

static void find_rules(struct model *model, const struct rules_options *options)
{
	model->options = options;
	memset(model->rules, 0, sizeof(model->rules));
	for (uint32_t i = 0; i < options->n_list; i++)
		model->rules[index_of(options->list[i].id, model_rules, MODEL_RULES)] =
			&options->list[i];
}

void model_init(struct model *model, struct stage *stage, const struct rules_options *options)
{
	*model = (struct model){ .stage = stage };
	find_rules(model, options);
	for (uint32_t key = 0; key < MODEL_KEYS; key++)
		model->told[key].rests = true;
}

void model_reload(struct model *model, const struct rules_options *options)
{
	find_rules(model, options);
	for (uint32_t key = 0; key < MODEL_KEYS; key++) {
		struct told *told = &model->told[key];
		uint32_t left = told->told & UINT32_C(1) << RECEIVER_UNIT;

		for (uint32_t i = 0; i < options->n_receivers; i++)
			left |= told->told & UINT32_C(1) << index_of(options->receivers[i].id,
								     receivers, COUNT(receivers));
		told->told = left;
		if (!rule_at(model, key)) { /* its raises are forgotten with it */
			told->n_raises = 0;
			told->chatters = false;
		}
	}
}

static bool is_scope(const struct order *a, const struct order *b)
{
	return a->kind == b->kind && strcmp(a->rule, b->rule) == 0 && a->unit == b->unit &&
	       a->is_below == b->is_below && a->has_subject == b->has_subject &&
	       strcmp(a->subject, b->subject) == 0;
}

void model_order(struct model *model, const struct command *command)
{
	static const enum suppression kinds[N_COMMAND_VERBS] = {
		[COMMAND_DISABLE] = SUPPRESSION_OUT_OF_SERVICE,
		[COMMAND_ENABLE] = SUPPRESSION_OUT_OF_SERVICE,
		[COMMAND_MAINTAIN] = SUPPRESSION_MAINTENANCE,
		[COMMAND_END_MAINTENANCE] = SUPPRESSION_MAINTENANCE,
	};
	struct order order = { .kind = kinds[command->verb],
			       .unit = UNIT_NONE,
			       .is_below = command->is_below && command->unit[0],
			       .has_subject = command->has_subject,
			       .until_ms = command->until_ms };
	uint32_t n = 0;

	(void)snprintf(order.rule, sizeof(order.rule), "%.15s", command->rule);
	if (command->has_subject)
		(void)snprintf(order.subject, sizeof(order.subject), "%.7s", command->subject);
	if (command->unit[0])
		order.unit = (uint32_t)(command->unit[1] - '0');

	for (uint32_t i = 0; i < model->n_orders; i++)
		if (!is_scope(&model->orders[i], &order) &&
		    (model->orders[i].until_ms == 0 || model->orders[i].until_ms > model->now_ms))
			model->orders[n++] = model->orders[i];
	model->n_orders = n;
	if (command->verb == COMMAND_SHELVE || command->verb == COMMAND_DISABLE ||
	    command->verb == COMMAND_MAINTAIN) {
		assert_true(n < MODEL_ORDERS);
		model->orders[model->n_orders++] = order;
	}
}
