/* SPDX-License-Identifier: Apache-2.0 */
/* Rules on each value of a field: plans of what is counted for them, and their judgement. */
#include <assert.h>
#include <math.h>

#include "inside.h"

#define MINUTE_MS 60000

size_t rules_plans(const struct rule *list, uint32_t n, struct keyed_plan *ret)
{
	size_t n_plans = 0;

	for (uint32_t i = 0; i < n; i++)
		if (list[i].kind == RULE_EACH)
			ret[n_plans++] = (struct keyed_plan){
				.id = list[i].id,
				.figure = list[i].figure,
				.field = list[i].each,
				.window_ms = (int64_t)list[i].window.minutes * MINUTE_MS,
				.cap = list[i].cap,
				.applies = list[i].applies,
			};
	return n_plans;
}

uint32_t rules_plan_of(const struct rules *rules, uint32_t rule)
{
	for (uint32_t i = 0; i < rules->n_each; i++)
		if (rules->each[i] == rule)
			return i;
	return UINT32_MAX;
}

size_t rules_judge_keyed(struct rules *rules, const struct keyed *keyed,
			 const struct keyed_change *changes, size_t n, const struct verdict **ret)
{
	int64_t now_ms = keyed_now_ms(keyed);

	assert(n <= RULES_BATCH);

	for (size_t i = 0; i < n; i++) {
		struct reading reading = keyed_read(keyed, changes[i].slot);

		assert(changes[i].plan < rules->n_each);
		rules->verdicts[i] = judge_reading(rules, rules->each[changes[i].plan],
						   changes[i].unit, &reading, now_ms);
		rules->verdicts[i].subject = changes[i].key;
	}
	*ret = rules->verdicts;
	return n;
}

struct verdict rules_judge_each_one(const struct rules *rules, const struct keyed *keyed,
				    uint32_t number, uint32_t unit, struct slice key)
{
	const struct rule *rule = rules_at(rules, number);
	struct verdict verdict = { .rule = number, .unit = unit, .reading = { .value = NAN } };

	assert(unit < rules->options.n_units);

	if (rule->kind == RULE_EACH && rule->applies[unit]) {
		struct reading reading =
			keyed_read_value(keyed, rules_plan_of(rules, number), unit, key);

		verdict = judge_reading(rules, number, unit, &reading, keyed_now_ms(keyed));
	}
	verdict.subject = key;
	return verdict;
}
