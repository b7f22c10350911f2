/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/workload.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "inside.h"
#include "iocd/alert_json.h"
#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "iocd/base/map.h"

#define MINUTE_MS 60000

struct workload *workload_new(const struct workload_options *options)
{
	struct workload *workload = xcalloc(1, sizeof(*workload));

	workload->options = *options;
	workload->numbers = map_new();
	return workload;
}

struct workload *workload_free(struct workload *workload)
{
	if (!workload)
		return NULL;

	map_free(workload->numbers);
	for (uint32_t i = 0; i < workload->n_rules; i++)
		free(workload->rules[i]);
	free(workload->rules);
	free(workload);
	return NULL;
}

static struct rule_load *add_rule(struct workload *workload, const char *id, size_t n)
{
	struct rule_load *rule = xcalloc(1, sizeof(*rule));
	int r;

	if (workload->n_rules == workload->capacity) {
		workload->capacity = workload->capacity ? 2 * workload->capacity : 16;
		workload->rules =
			xrealloc(workload->rules, workload->capacity, sizeof(struct rule_load *));
	}
	memcpy(rule->id, id, n);
	rule->weeks[0].number = rule->weeks[1].number = -1;
	r = map_add(workload->numbers, rule->id, n, workload->n_rules);
	assert(r == 0); /* it was looked for before */
	workload->rules[workload->n_rules++] = rule;
	return rule;
}

struct rule_load *workload_rule(struct workload *workload, const char *id, size_t n)
{
	uint32_t number = map_find(workload->numbers, id, n);

	if (number != MAP_NONE)
		return workload->rules[number];
	if (workload->n_rules == WORKLOAD_RULES)
		return workload->rules[WORKLOAD_RULES - 1];
	return workload->n_rules + 1 == WORKLOAD_RULES ? add_rule(workload, "*", 1)
						       : add_rule(workload, id, n);
}

static int32_t week_of(const struct workload *workload, int64_t time_ms)
{
	return civil_week(time_ms, workload->options.offset_minutes);
}

static struct week *week_at(struct workload *workload, int64_t time_ms)
{
	int32_t number = week_of(workload, time_ms);
	struct week *week = &workload->weeks[number & 1];

	if (week->number != number)
		*week = (struct week){ .number = number };
	return week;
}

static struct rule_week *rule_week_at(struct workload *workload,
				      const struct transition *transition)
{
	struct slice id = alert_rule_id(&transition->alert);
	struct rule_load *rule = workload_rule(workload, id.bytes, id.size);
	int32_t number = week_of(workload, transition->time_ms);
	struct rule_week *week = &rule->weeks[number & 1];

	if (week->number != number)
		*week = (struct rule_week){ .number = number };
	return week;
}

/* Lets minutes and days go by. */
static void advance(struct workload *workload, int64_t time_ms)
{
	int64_t minute = time_ms / MINUTE_MS;
	int32_t day = civil_day(time_ms, workload->options.offset_minutes);

	if (minute - workload->minute >= HOUR_MIN)
		memset(workload->minutes, 0, sizeof(workload->minutes));
	else
		for (int64_t m = workload->minute + 1; m <= minute; m++)
			workload->minutes[m % HOUR_MIN] = 0;
	if (minute > workload->minute)
		workload->minute = minute;
	if (day > workload->day) {
		workload->day = day;
		workload->today = 0;
	}
}

static uint32_t count_minutes(const struct workload *workload, int n)
{
	uint32_t sum = 0;

	for (int64_t m = workload->minute; m > workload->minute - n && m >= 0; m--)
		sum += workload->minutes[m % HOUR_MIN];
	return sum;
}

static void watch_flood(struct workload *workload, int64_t time_ms)
{
	uint32_t operators = (uint32_t)workload->options.operators;
	uint32_t n = count_minutes(workload, WORKLOAD_SPAN_MIN);

	if (workload->flood_since_ms == 0 && n > WORKLOAD_FLOOD * operators) {
		workload->flood_since_ms = time_ms;
		workload->flood_alarms = n;
		week_at(workload, time_ms)->floods++;
	} else if (workload->flood_since_ms != 0 && n < WORKLOAD_CALM * operators) {
		workload->flood_since_ms = 0;
		workload->flood_alarms = 0;
	}
}

static void take_alarm(struct workload *workload, const struct transition *transition)
{
	struct week *week = week_at(workload, transition->time_ms);
	struct rule_week *rule = rule_week_at(workload, transition);
	enum severity severity = transition->alert.machine.severity;

	workload->minutes[workload->minute % HOUR_MIN]++;
	workload->today++;
	week->alarms++;
	week->severities[severity]++;
	rule->alarms++;
	rule->critical += severity == SEVERITY_CRITICAL;
	if (workload->flood_since_ms != 0)
		workload->flood_alarms++;
	watch_flood(workload, transition->time_ms);
}

/* Which quarter of an octave so many seconds lie in. */
static unsigned delay_of(int64_t ms)
{
	uint64_t s = ms > 0 ? (uint64_t)ms / 1000 + 1 : 1;
	unsigned octave = 63u - (unsigned)__builtin_clzll(s);
	unsigned quarter =
		octave >= 2 ? (unsigned)(s >> (octave - 2)) & 3 : (unsigned)(s << (2 - octave)) & 3;
	unsigned delay = 4 * octave + quarter;

	return delay < DELAYS ? delay : DELAYS - 1;
}

/* The middle of that quarter, ms. */
static int64_t delay_ms(unsigned delay)
{
	double from = (double)(1ull << delay / 4) * (4 + delay % 4) / 4;
	double to = from + (double)(1ull << delay / 4) / 4;

	return (int64_t)(((from + to) / 2 - 1) * 1000);
}

static void take_acknowledgement(struct workload *workload, const struct transition *transition)
{
	struct week *week = week_at(workload, transition->time_ms);
	int64_t told_ms =
		transition->alert.told_ms ? transition->alert.told_ms : transition->alert.raised_ms;

	week->acknowledged++;
	week->delays[delay_of(transition->time_ms - told_ms)]++;
}

static bool is_alarm(const struct transition *transition)
{
	if (transition->news == NEWS_RAISED)
		return transition->alert.machine.suppressed == 0;
	return transition->news == NEWS_ANNOUNCED;
}

static bool begins_to_chatter(const struct transition *transition)
{
	return transition->news == NEWS_SUPPRESSED && !transition->by[0] &&
	       transition->alert.machine.suppressed & SUPPRESSION_BIT(SUPPRESSION_CHATTER);
}

/* Who did so while nobody here was told, because it came long after, had no work with it here. */
static bool is_acknowledgement(const struct transition *transition)
{
	return transition->news == NEWS_ACKNOWLEDGED &&
	       !(transition->alert.machine.suppressed & SUPPRESSION_BIT(SUPPRESSION_BACKLOG));
}

/* It was told, and is over by itself before anybody said that he knows. */
static bool is_unseen(const struct transition *transition)
{
	const struct alert *alert = &transition->alert;

	return transition->news == NEWS_CLEARED && alert->told_ms != 0 &&
	       !alert->acknowledged_by[0] && !transition->by[0];
}

static void take(struct workload *workload, const struct transition *transition)
{
	const struct rule *rule = transition->alert.rule;

	if (rule->kind == RULE_OWN && rule->own == OWN_WATCHDOG)
		return; /* it always stands: nobody's work */

	advance(workload, transition->time_ms);
	if (is_alarm(transition))
		take_alarm(workload, transition);
	else if (is_acknowledgement(transition))
		take_acknowledgement(workload, transition);
	else if (begins_to_chatter(transition))
		rule_week_at(workload, transition)->chatters++;
	else if (is_unseen(transition))
		rule_week_at(workload, transition)->unseen++;
}

void workload_follow(struct workload *workload, const struct alertbook *book, int64_t now_ms)
{
	uint64_t last = alertbook_last(book);

	if (workload->seen < alertbook_forgotten(book))
		workload->seen = alertbook_forgotten(book);
	while (workload->seen < last) {
		const struct transition *transition = alertbook_transition(book, ++workload->seen);

		if (transition)
			take(workload, transition);
	}
	workload->now_ms = now_ms;
	advance(workload, now_ms);
	watch_flood(workload, now_ms);
}

static int64_t quantile(const struct week *week, double share)
{
	double rank = share * week->acknowledged, sum = 0;

	if (week->acknowledged == 0)
		return 0;
	for (unsigned i = 0; i < DELAYS; i++) {
		sum += week->delays[i];
		if (sum >= rank)
			return delay_ms(i);
	}
	return delay_ms(DELAYS - 1);
}

void workload_get(const struct workload *workload, struct workload_view *ret)
{
	static const struct week none;
	int32_t number = week_of(workload, workload->now_ms);
	const struct week *week = &workload->weeks[number & 1];

	if (week->number != number)
		week = &none;
	*ret = (struct workload_view){
		.operators = workload->options.operators,
		.last_10_min = count_minutes(workload, WORKLOAD_SPAN_MIN),
		.last_hour = count_minutes(workload, HOUR_MIN),
		.today = workload->today,
		.week = week->alarms,
		.is_flood = workload->flood_since_ms != 0,
		.flood_since_ms = workload->flood_since_ms,
		.flood_alarms = workload->flood_alarms,
		.floods = week->floods,
		.acknowledged = week->acknowledged,
		.acknowledged_p50_ms = quantile(week, 0.5),
		.acknowledged_p95_ms = quantile(week, 0.95),
	};
	memcpy(ret->severities, week->severities, sizeof(ret->severities));
}

/* For qsort: most alarms first, then by id. */
static int compare_rules(const void *a, const void *b)
{
	const struct workload_rule *x = a, *y = b;

	if (x->alarms != y->alarms)
		return x->alarms > y->alarms ? -1 : 1;
	return strcmp(x->id, y->id);
}

uint32_t workload_worst(const struct workload *workload, int weeks_ago, struct workload_rule *ret,
			uint32_t n)
{
	int32_t number = week_of(workload, workload->now_ms) - weeks_ago;
	struct workload_rule *all = xcalloc((size_t)workload->n_rules + 1, sizeof(*all));
	uint32_t n_all = 0;

	for (uint32_t i = 0; i < workload->n_rules; i++) {
		const struct rule_week *week = &workload->rules[i]->weeks[number & 1];

		if (week->number == number && week->alarms > 0)
			all[n_all++] = (struct workload_rule){
				.id = workload->rules[i]->id,
				.alarms = week->alarms,
				.critical = week->critical,
				.chatters = week->chatters,
				.unseen = week->unseen,
			};
	}
	qsort(all, n_all, sizeof(*all), compare_rules);
	if (n_all < n)
		n = n_all;
	if (n > 0)
		memcpy(ret, all, n * sizeof(*all));
	free(all);
	return n;
}
