/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An alert is what one machine of alert.h makes of judgements; so a limit is tried by a machine of
 * its own for every unit.  What is judged is what the fold itself judges at its ticks: figures of
 * the rule's indicator that have changed, and all of them when its hours begin.
 *
 * Limits to try are quantiles of what was seen, close together where alerts are few: values are
 * counted in bins of two and a half digits, which lose less than a limit would be rounded by.
 */
#include "iocd/suggest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/alert.h"
#include "iocd/base/err.h"
#include "iocd/flow_options.h"

#define WEEK_MS   (7 * 24 * 3600000.0)
#define DIGITS    200                        /* bins of a power of ten */
#define DECADES   40                         /* from 10^-20 to 10^20 */
#define BINS      (2 * DIGITS * DECADES + 1) /* of negative ones, zero, positive ones */
#define MINUTE_MS 60000

struct suggest {
	const struct config *config; /* borrowed */
	const struct rule *rule;     /* of config */
	const struct threshold *present;
	bool is_warning; /* present is the rule's warning */
	struct flow *flow;
	uint32_t n_units;
	int64_t begin_ms, end_ms, before_ms;
	uint64_t *bins; /* owned: judged values, from the least */
	struct suggested found;
	bool is_second;
	struct alert_machine *machines; /* owned; by limit and unit */
};

/* ---- values and bins ---- */

static size_t bin_of(double value)
{
	double power = value == 0 ? 0 : (log10(fabs(value)) + DECADES / 2.0) * DIGITS;
	size_t bin;

	if (value == 0 || power < 0)
		return BINS / 2;
	bin = power >= DIGITS * DECADES - 1 ? DIGITS * DECADES - 1 : (size_t)power;
	return value > 0 ? BINS / 2 + 1 + bin : BINS / 2 - 1 - bin;
}

static double value_of(size_t bin)
{
	size_t distance = bin > BINS / 2 ? bin - BINS / 2 - 1 : BINS / 2 - 1 - bin;
	double value;

	if (bin == BINS / 2)
		return 0;
	value = pow(10, ((double)distance + 0.5) / DIGITS - DECADES / 2.0);
	return bin > BINS / 2 ? value : -value;
}

static void count_value(struct suggest *suggest, double value)
{
	struct suggested *found = &suggest->found;

	suggest->bins[bin_of(value)]++;
	found->least = found->n_values == 0 || value < found->least ? value : found->least;
	found->most = found->n_values == 0 || value > found->most ? value : found->most;
	found->n_values++;
}

/* The value below which that share of all lies. */
static double quantile(const struct suggest *suggest, double share)
{
	double wanted = share * (double)suggest->found.n_values;
	uint64_t n = 0;

	for (size_t i = 0; i < BINS; i++) {
		n += suggest->bins[i];
		if ((double)n >= wanted && n > 0)
			return value_of(i);
	}
	return suggest->found.most;
}

/* ---- limits ---- */

static bool is_upward(const struct threshold *threshold)
{
	return threshold->comparison == COMPARE_GT || threshold->comparison == COMPARE_GE;
}

static bool passes(const struct threshold *threshold, double limit, double value)
{
	switch (threshold->comparison) {
	case COMPARE_GT:
		return value > limit;
	case COMPARE_GE:
		return value >= limit;
	case COMPARE_LT:
		return value < limit;
	case COMPARE_LE:
		return value <= limit;
	case COMPARE_NONE:
		break;
	}
	return false;
}

/* Two digits, as people write limits; of shares in percent. */
static double round_limit(double value, bool percent)
{
	double scale, shown = percent ? value * 100 : value;

	if (shown == 0)
		return 0;
	scale = pow(10, 1 - floor(log10(fabs(shown))));
	shown = round(shown * scale) / scale;
	return percent ? shown / 100 : shown;
}

static bool is_tried(const struct suggest *suggest, double limit)
{
	for (uint32_t i = 0; i < suggest->found.n; i++)
		if (fabs(suggest->found.list[i].limit - limit) <= 1e-9 * fabs(limit) + 1e-12)
			return true;
	return false;
}

/* A warning that comes later than what is critical is none. */
static bool is_beyond_critical(const struct suggest *suggest, double limit)
{
	const struct threshold *critical = &suggest->rule->stated.critical;

	if (!suggest->is_warning || critical->comparison == COMPARE_NONE)
		return false;
	return is_upward(suggest->present) ? limit >= critical->value : limit <= critical->value;
}

static void try(struct suggest *suggest, double limit, bool is_present)
{
	struct suggestion *added = &suggest->found.list[suggest->found.n];
	bool percent = suggest->rule->figure->percent;

	if (suggest->found.n == SUGGEST_MAX || is_tried(suggest, limit) ||
	    (!is_present && is_beyond_critical(suggest, limit)))
		return;
	suggest->found.n++;
	*added = (struct suggestion){ .limit = limit, .is_present = is_present };
	if (is_present)
		(void)snprintf(added->text, sizeof(added->text), "%.31s", suggest->present->text);
	else
		(void)snprintf(added->text, sizeof(added->text), "%s %.6g%s",
			       comparison_name(suggest->present->comparison),
			       percent ? limit * 100 : limit, percent ? "%" : "");
}

/* From the one that tells most. */
static int compare_up(const void *one, const void *other)
{
	const struct suggestion *a = one, *b = other;

	return (a->limit > b->limit) - (a->limit < b->limit);
}

static int compare_down(const void *one, const void *other)
{
	return compare_up(other, one);
}

/* Evenly from the present limit to the last that can tell anything. */
static void fill_up(struct suggest *suggest, double last)
{
	const struct threshold *critical = &suggest->rule->stated.critical;
	double from = suggest->present->value;

	if (is_beyond_critical(suggest, last))
		last = critical->value;
	for (int i = 1; i < SUGGEST_MAX; i++)
		try(suggest,
		    round_limit(from + (last - from) * i / SUGGEST_MAX,
				suggest->rule->figure->percent),
		    false);
}

static void choose_limits(struct suggest *suggest)
{
	static const double shares[] = { 0.5, 0.9, 0.98, 0.995, 0.999, 0.9998, 0.99995, 0.99999 };
	bool upward = is_upward(suggest->present);
	double last = upward ? suggest->found.most : suggest->found.least;

	try(suggest, suggest->present->value, true);
	try(suggest, round_limit(last, suggest->rule->figure->percent), false);
	for (size_t i = COUNT(shares); i-- > 0;)
		try(suggest,
		    round_limit(quantile(suggest, upward ? shares[i] : 1 - shares[i]),
				suggest->rule->figure->percent),
		    false);
	fill_up(suggest, last);
	qsort(suggest->found.list, suggest->found.n, sizeof(*suggest->found.list),
	      upward ? compare_up : compare_down);
}

/* ---- judging ---- */

static bool is_own_limit(const struct suggest *suggest, uint32_t unit)
{
	const struct limits *limits = &suggest->rule->limits[unit];
	const struct threshold *own = suggest->is_warning ? &limits->warning : &limits->critical;

	return own->place.line != suggest->present->place.line ||
	       own->place.column != suggest->present->place.column ||
	       own->place.file != suggest->present->place.file;
}

/* Where the limit to clear at moves with the other: it stays as near, as a share of it. */
static double clear_for(const struct suggest *suggest, double clear, double limit)
{
	double present = suggest->present->value;

	return present != 0 ? clear * limit / present : clear + limit;
}

static enum judgement judge_by(const struct suggest *suggest, const struct verdict *verdict,
			       double limit)
{
	const struct limits *limits = &suggest->rule->limits[verdict->unit];
	double value = verdict->reading.value;

	if (verdict->judgement == JUDGE_UNKNOWN || is_own_limit(suggest, verdict->unit))
		return verdict->judgement;
	if (suggest->is_warning && passes(&limits->critical, limits->critical.value, value))
		return JUDGE_CRITICAL;
	if (passes(suggest->present, limit, value))
		return suggest->is_warning ? JUDGE_WARNING : JUDGE_CRITICAL;
	if (limits->clear.comparison != COMPARE_NONE &&
	    !passes(&limits->clear, clear_for(suggest, limits->clear.value, limit), value))
		return JUDGE_BETWEEN;
	return JUDGE_CLEAR;
}

static struct alert_policy policy_of(const struct rule *rule)
{
	return (struct alert_policy){ .hold_ms = rule->hold_ms, .fade_ms = rule->fade_ms };
}

static void count(struct suggest *suggest, uint32_t limit, enum alert_news news, int64_t at_ms)
{
	if (news == NEWS_RAISED && at_ms >= suggest->found.since_ms &&
	    at_ms < suggest->found.until_ms)
		suggest->found.list[limit].raised++;
}

/* The moment at which a hold was over, though nothing was judged then. */
static void let_pass(struct suggest *suggest, uint32_t limit, struct alert_machine *machine,
		     int64_t now_ms)
{
	const struct alert_policy policy = policy_of(suggest->rule);
	int64_t due_ms = alert_machine_deadline_ms(machine, &policy);

	if (due_ms <= now_ms)
		count(suggest, limit, alert_machine_tick(machine, &policy, due_ms), due_ms);
}

static void judge_unit(struct suggest *suggest, uint32_t unit)
{
	const struct alert_policy policy = policy_of(suggest->rule);
	int64_t now_ms = flow_tick_ms(suggest->flow);
	struct verdict verdict;

	if (!suggest->rule->applies[unit])
		return;
	verdict = rules_judge_one(flow_rules(suggest->flow), flow_indicators(suggest->flow),
				  suggest->rule->number, unit);
	if (!suggest->is_second) {
		if (verdict.judgement != JUDGE_UNKNOWN && !is_own_limit(suggest, unit))
			count_value(suggest, verdict.reading.value);
		return;
	}
	for (uint32_t i = 0; i < suggest->found.n; i++) {
		struct alert_machine *machine =
			&suggest->machines[(size_t)i * suggest->n_units + unit];
		enum judgement judgement =
			judge_by(suggest, &verdict, suggest->found.list[i].limit);

		let_pass(suggest, i, machine, now_ms);
		count(suggest, i, alert_machine_judge(machine, &policy, judgement, now_ms), now_ms);
	}
}

static bool has_opened(const struct suggest *suggest, int64_t now_ms)
{
	const struct calendar *calendar = suggest->rule->calendar;

	return calendar && now_ms / MINUTE_MS != suggest->before_ms / MINUTE_MS &&
	       calendar_is_open(calendar, now_ms) &&
	       !calendar_is_open(calendar, suggest->before_ms);
}

static void on_tick(void *context, const struct flow_tick *tick)
{
	struct suggest *suggest = context;
	int64_t now_ms = flow_tick_ms(suggest->flow);

	for (size_t i = 0; i < tick->n_changes; i++)
		if (tick->changes[i].indicator == suggest->rule->indicator)
			judge_unit(suggest, tick->changes[i].unit);
	if (has_opened(suggest, now_ms))
		for (uint32_t i = 0; i < suggest->n_units; i++)
			judge_unit(suggest, i);
	suggest->before_ms = now_ms;
}

/* ---- the two passes ---- */

static int begin(struct suggest *suggest)
{
	struct flow_options options;

	flow_options_from(&options, suggest->config);
	suggest->flow = flow_free(suggest->flow);
	suggest->before_ms = 0;
	return err_pass(flow_new(&suggest->flow, &options, on_tick, suggest));
}

int suggest_new(struct suggest **ret, const struct config *config, uint32_t number)
{
	CLEANUP(suggest_free) struct suggest *suggest = NULL;
	uint32_t n;
	const struct rule *rule = &config_rules(config, &n)[number];
	int r;

	if (rule->kind != RULE_THRESHOLD)
		return SUGGEST_WRONG_KIND;
	suggest = xcalloc(1, sizeof(*suggest));
	suggest->config = config;
	suggest->rule = rule;
	suggest->n_units = units_count(config_units(config));
	suggest->is_warning = rule->stated.warning.comparison != COMPARE_NONE;
	suggest->present = suggest->is_warning ? &rule->stated.warning : &rule->stated.critical;
	if (suggest->present->comparison == COMPARE_NONE)
		return SUGGEST_WRONG_KIND; /* all of its limits are overrides */
	for (uint32_t i = 0; i < suggest->n_units; i++)
		suggest->found.n_overridden += rule->applies[i] && is_own_limit(suggest, i);
	suggest->found.key = suggest->is_warning ? "warning" : "critical";
	suggest->found.present = suggest->present;
	suggest->bins = xcalloc(BINS, sizeof(*suggest->bins));
	r = begin(suggest);
	if (r)
		return err_pass(r);
	*ret = suggest;
	suggest = NULL;
	return 0;
}

struct suggest *suggest_free(struct suggest *suggest)
{
	if (!suggest)
		return NULL;

	flow_free(suggest->flow);
	free(suggest->machines);
	free(suggest->bins);
	free(suggest);
	return NULL;
}

void suggest_carry(struct suggest *suggest, const struct record *record)
{
	struct record passed = *record;

	if (!suggest->is_second && !suggest->begin_ms)
		suggest->begin_ms = record->arrival_ms;
	suggest->end_ms = record->arrival_ms;
	if (record->kind == RECORD_OWN) { /* no rules but ours; what people did does not matter */
		passed.kind = RECORD_TIME;
		passed.topic_size = passed.payload_size = 0;
	}
	flow_carry(suggest->flow, &passed);
}

int64_t suggest_begin_ms(const struct suggest *suggest)
{
	return suggest->begin_ms;
}

int64_t suggest_end_ms(const struct suggest *suggest)
{
	return suggest->end_ms;
}

int suggest_again(struct suggest *suggest, int64_t since_ms, int64_t until_ms)
{
	struct suggested *found = &suggest->found;
	size_t n_machines;

	if (found->n_values == 0)
		return SUGGEST_NO_VALUES;
	choose_limits(suggest);
	found->since_ms = since_ms > suggest->begin_ms ? since_ms : suggest->begin_ms;
	found->until_ms = until_ms <= suggest->end_ms ? until_ms : suggest->end_ms + 1;
	n_machines = (size_t)found->n * suggest->n_units;
	suggest->machines = xcalloc(n_machines + 1, sizeof(*suggest->machines));
	for (size_t i = 0; i < n_machines; i++)
		alert_machine_init(&suggest->machines[i], 0);
	suggest->is_second = true;
	return err_pass(begin(suggest));
}

/* What stands beside the best limit: where the alert ends. */
static void add_clear(const struct suggest *suggest, struct suggested *ret)
{
	const struct threshold *clear = &suggest->rule->stated.clear;
	bool percent = suggest->rule->figure->percent;
	double value;

	ret->clear = clear->comparison == COMPARE_NONE ? NULL : clear;
	if (!ret->clear)
		return;
	value = clear_for(suggest, clear->value, ret->list[ret->best].limit);
	(void)snprintf(ret->clear_text, sizeof(ret->clear_text), "%s %.6g%s",
		       comparison_name(clear->comparison), percent ? value * 100 : value,
		       percent ? "%" : "");
}

void suggest_finish(struct suggest *suggest, double per_week, struct suggested *ret)
{
	struct suggested *found = &suggest->found;
	double weeks = (double)(found->until_ms - found->since_ms) / WEEK_MS;

	for (uint32_t i = 0; i < found->n; i++) {
		struct suggestion *one = &found->list[i];

		for (uint32_t unit = 0; unit < suggest->n_units; unit++)
			let_pass(suggest, i,
				 &suggest->machines[(size_t)i * suggest->n_units + unit],
				 flow_tick_ms(suggest->flow));
		one->per_week = weeks > 0 ? (double)one->raised / weeks : 0;
		if (fabs(one->per_week - per_week) <=
		    fabs(found->list[found->best].per_week - per_week))
			found->best = i;
	}
	*ret = *found;
	add_clear(suggest, ret);
}
