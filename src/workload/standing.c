/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/workload.h"

struct counting {
	struct workload_standing *to;
	int64_t now_ms;
};

static bool is_work(const struct alert *alert)
{
	return alert->rule->kind != RULE_OWN || alert->rule->own != OWN_WATCHDOG;
}

static void count_suppressed(struct workload_standing *to, unsigned suppressed)
{
	to->any_suppressed += suppressed != 0;
	to->chattering += (suppressed & SUPPRESSION_BIT(SUPPRESSION_CHATTER)) != 0;
	for (unsigned s = 0; s < N_SUPPRESSIONS; s++)
		to->suppressed[s] += suppressed >> s & 1;
}

static void count(void *context, const struct alert *alert)
{
	struct counting *counting = context;
	struct workload_standing *to = counting->to;

	if (!is_work(alert))
		return;
	to->standing++;
	to->critical += alert->machine.severity == SEVERITY_CRITICAL;
	to->acknowledged += alert->machine.handling == HANDLING_ACKNOWLEDGED;
	to->unacknowledged += alert->machine.handling == HANDLING_UNACKNOWLEDGED;
	to->owned += alert->owner[0] != '\0';
	to->stale += counting->now_ms - alert->raised_ms > WORKLOAD_STALE_MS;
	to->uncertain += alert->machine.uncertain;
	to->drill += alert->drill;
	if (to->oldest_ms == 0 || alert->raised_ms < to->oldest_ms)
		to->oldest_ms = alert->raised_ms;
	count_suppressed(to, alert->machine.suppressed);
}

static void count_over(void *context, const struct alert *alert)
{
	struct counting *counting = context;

	(void)alert;
	counting->to->over++;
}

void workload_count_standing(const struct alertbook *book, int64_t now_ms,
			     struct workload_standing *ret)
{
	struct counting counting = { .to = ret, .now_ms = now_ms };

	*ret = (struct workload_standing){ 0 };
	alertbook_each_raised(book, count, &counting);
	alertbook_each_over(book, count_over, &counting);
}
