/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "inside.h"

static enum judgement judge(const struct rule *rule, enum contract_state state)
{
	switch (state) {
	case CONTRACT_MISSING:
		return rule->severity == SEVERITY_CRITICAL ? JUDGE_CRITICAL : JUDGE_WARNING;
	case CONTRACT_KEPT:
	case CONTRACT_RESTING:
		return JUDGE_CLEAR;
	case CONTRACT_NONE:
	case CONTRACT_WAITING:
		break;
	}
	return JUDGE_UNKNOWN;
}

struct verdict silence_judge(const struct rules *rules, uint32_t number, uint32_t unit,
			     int64_t now_ms)
{
	const struct rule *rule = &rules->options.list[number];
	struct verdict verdict = {
		.rule = number,
		.unit = unit,
		.judgement = JUDGE_UNKNOWN,
		.reading = { .value = NAN },
	};
	struct contract_view view;

	if (!rules->options.contracts)
		return verdict;

	view = contracts_view(rules->options.contracts, rule->feed, unit);
	verdict.presence = view.presence;
	verdict.reading.last_ms = view.heard_ms;
	if (rule_is_open(rule, now_ms))
		verdict.judgement = judge(rule, view.state);
	return verdict;
}

size_t rules_judge_contracts(struct rules *rules, int64_t now_ms,
			     const struct contract_change *changes, size_t n,
			     const struct verdict **ret)
{
	size_t n_verdicts = 0;

	for (size_t i = 0; i < n; i++) {
		const struct contract_change *change = &changes[i];
		const struct index_entry *entries;
		uint32_t n_entries;

		if (!change->is_state || change->feed >= rules->by_feed.n_groups)
			continue;
		entries = index_group(&rules->by_feed, change->feed, &n_entries);
		for (uint32_t k = 0; k < n_entries && n_verdicts < rules->n_silences_max; k++)
			if (entries[k].applies[change->unit])
				rules->silences[n_verdicts++] =
					silence_judge(rules, entries[k].rule, change->unit, now_ms);
	}
	*ret = rules->silences;
	return n_verdicts;
}
