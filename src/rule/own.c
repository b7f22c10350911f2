/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "inside.h"

/* No worse than the rule may be. */
static enum judgement cap(const struct rule *rule, enum judgement judgement)
{
	if (judgement == JUDGE_CRITICAL && rule->severity == SEVERITY_WARNING)
		return JUDGE_WARNING;
	return judgement;
}

size_t rules_judge_own(struct rules *rules, const struct own_state *state, int64_t now_ms,
		       uint64_t position, const struct verdict **ret)
{
	size_t n_verdicts = 0;
	uint32_t n;
	const struct index_entry *entries;

	*ret = rules->verdicts;
	if ((uint32_t)state->part >= rules->by_part.n_groups)
		return 0;
	entries = index_group(&rules->by_part, state->part, &n);
	for (uint32_t i = 0; i < n; i++)
		if (entries[i].applies[state->unit])
			rules->verdicts[n_verdicts++] = (struct verdict){
				.rule = entries[i].rule,
				.unit = state->unit,
				.judgement = cap(&rules->options.list[entries[i].rule],
						 state->judgement),
				.reading = { .quality = QUALITY_GOOD,
					     .value = NAN,
					     .last_ms = now_ms,
					     .position = position },
				.subject = state->subject,
				.detail = state->detail,
				.position = position,
			};
	return n_verdicts;
}
