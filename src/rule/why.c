/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/why.h"

#include <assert.h>
#include <math.h>

#include "inside.h"

static void add(struct why_not *why, struct reason_why reason)
{
	assert(why->n < WHY_MAX);
	why->list[why->n++] = reason;
}

static void add_kind(struct why_not *why, enum hold_back kind)
{
	add(why, (struct reason_why){ .kind = kind });
}

/* The limit that is reached first. */
static const struct threshold *first_limit(const struct limits *limits)
{
	return limits->warning.comparison != COMPARE_NONE ? &limits->warning : &limits->critical;
}

/* What is wrong with a value itself; false: there is none. */
static bool explain_quality(struct why_not *why, const struct reading *reading)
{
	if (reading->quality == QUALITY_UNKNOWN || isnan(reading->value)) {
		add(why, (struct reason_why){ .kind = HOLD_BACK_UNKNOWN,
					      .have = reading->reporting,
					      .need = reading->expected });
		return false;
	}
	if (reading->quality == QUALITY_STALE)
		add(why, (struct reason_why){ .kind = HOLD_BACK_STALE,
					      .have = reading->reporting,
					      .need = reading->expected });
	why->is_partial = reading->quality == QUALITY_PARTIAL;
	return true;
}

/* How a value lies to the limits of its unit. */
static void explain_limits(struct why_not *why, const struct limits *limits, double value)
{
	const struct threshold *limit = first_limit(limits);

	if (limit->comparison == COMPARE_NONE) {
		add_kind(why, HOLD_BACK_NO_LIMIT);
		return;
	}
	if (threshold_holds(limit, value) || threshold_holds(&limits->critical, value))
		return;
	add(why, (struct reason_why){ .kind = HOLD_BACK_WITHIN,
				      .threshold = limit,
				      .distance = fabs(value - limit->value) });
	if (limits->clear.comparison != COMPARE_NONE && !threshold_holds(&limits->clear, value))
		add(why, (struct reason_why){ .kind = HOLD_BACK_BETWEEN,
					      .threshold = &limits->clear,
					      .distance = fabs(value - limits->clear.value) });
}

static void explain_figure(struct why_not *why, const struct rule *rule)
{
	const struct reading *reading = &why->verdict.reading;

	if (!explain_quality(why, reading))
		return;
	if (reading->samples < rule->min_samples)
		add(why, (struct reason_why){ .kind = HOLD_BACK_FEW,
					      .have = reading->samples,
					      .need = rule->min_samples });
	explain_limits(why, &rule->limits[why->verdict.unit], reading->value);
}

static void explain_each(struct why_not *why, const struct rules *rules, const struct rule *rule,
			 const struct why_question *question)
{
	uint32_t plan = rules_plan_of(rules, question->rule);

	if (!question->keyed ||
	    (keyed_find(question->keyed, plan, question->unit, question->subject) == UINT32_MAX &&
	     isnan(why->verdict.reading.value)))
		add_kind(why, HOLD_BACK_NO_VALUE);
	else
		explain_figure(why, rule);
}

static void explain_silence(struct why_not *why, const struct rules *rules, const struct rule *rule)
{
	struct contract_view view = { .state = CONTRACT_NONE };
	struct reason_why reason = { .kind = HOLD_BACK_NO_CONTRACT };

	if (rules->options.contracts)
		view = contracts_view(rules->options.contracts, rule->feed, why->verdict.unit);
	switch (view.state) {
	case CONTRACT_MISSING:
		return;
	case CONTRACT_KEPT:
		reason.kind = HOLD_BACK_KEPT;
		break;
	case CONTRACT_RESTING:
		reason.kind = HOLD_BACK_RESTING;
		break;
	case CONTRACT_WAITING:
		reason.kind = HOLD_BACK_WAITING;
		break;
	case CONTRACT_NONE:
		break;
	}
	reason.until_ms = view.due_ms;
	add(why, reason);
}

static void explain_deadline(struct why_not *why, const struct rule *rule)
{
	const struct reading *reading = &why->verdict.reading;

	if (rule->is_each_record)
		add_kind(why, HOLD_BACK_NO_RECORD);
	else if (explain_quality(why, reading) && reading->value <= 0)
		add_kind(why, HOLD_BACK_NONE_DUE);
}

static void explain_rule(struct why_not *why, const struct rules *rules, const struct rule *rule,
			 const struct why_question *question)
{
	switch (rule->kind) {
	case RULE_THRESHOLD:
		explain_figure(why, rule);
		break;
	case RULE_EVENT:
		add_kind(why, HOLD_BACK_NO_EVENT);
		break;
	case RULE_SILENCE:
		explain_silence(why, rules, rule);
		break;
	case RULE_EACH:
		explain_each(why, rules, rule, question);
		break;
	case RULE_SEQUENCE:
		add_kind(why, HOLD_BACK_NO_RECORD);
		break;
	case RULE_DEADLINE:
		explain_deadline(why, rule);
		break;
	case RULE_OWN:
		add_kind(why, HOLD_BACK_NO_TROUBLE);
		break;
	}
}

void rules_why_not(const struct rules *rules, const struct why_question *question,
		   struct why_not *ret)
{
	const struct rule *rule = rules_at(rules, question->rule);
	int64_t now_ms = indicators_now_ms(question->indicators);

	assert(question->unit < rules->options.n_units);

	*ret = (struct why_not){ .n = 0 };
	if (rule->kind == RULE_EACH && question->keyed)
		ret->verdict = rules_judge_each_one(rules, question->keyed, question->rule,
						    question->unit, question->subject);
	else
		ret->verdict = rules_judge_one(rules, question->indicators, question->rule,
					       question->unit);
	if (!rule->applies[question->unit]) {
		add_kind(ret, HOLD_BACK_ELSEWHERE);
		return;
	}
	if (!rule_is_open(rule, now_ms))
		add(ret, (struct reason_why){
				 .kind = HOLD_BACK_CLOSED,
				 .until_ms = calendar_next_change_ms(rule->calendar, now_ms) });
	explain_rule(ret, rules, rule, question);
}

const char *hold_back_name(enum hold_back kind)
{
	static const char *const names[] = {
#define X(name, text) [HOLD_BACK_##name] = text,
		HOLD_BACKS(X)
#undef X
	};

	return names[kind];
}
