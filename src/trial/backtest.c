/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two folds meet the same records; in the end their alerts are held against each other.  Both lists
 * are sorted by rule, unit and subject, and then walked along side by side: alerts of one such kind
 * follow each other in time and never overlap, so one look ahead is enough.
 */
#include "iocd/backtest.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/map.h"
#include "side.h"

#define DAY_MS (24 * 3600000LL)

struct backtest {
	struct backtest_options options;
	struct side sides[N_SIDES];
	struct backtest_row *rows; /* owned */
	uint32_t n_rows;
	struct map *by_id;     /* owned: rule id to row */
	uint32_t *other_units; /* owned: units of the second side by those of the first */
};

int backtest_new(struct backtest **ret, const struct backtest_options *options)
{
	CLEANUP(backtest_free) struct backtest *backtest = xcalloc(1, sizeof(*backtest));
	int r = 0;

	backtest->options = *options;
	for (int i = 0; i < N_SIDES && !r; i++)
		r = side_init(&backtest->sides[i], (enum backtest_side)i, options->configs[i]);
	if (r)
		return err_pass(r);
	*ret = backtest;
	backtest = NULL;
	return 0;
}

struct backtest *backtest_free(struct backtest *backtest)
{
	if (!backtest)
		return NULL;

	for (int i = 0; i < N_SIDES; i++)
		side_fini(&backtest->sides[i]);
	map_free(backtest->by_id);
	free(backtest->other_units);
	free(backtest->rows);
	free(backtest);
	return NULL;
}

void backtest_listen(struct backtest *backtest, backtest_told_fn *fn, void *context)
{
	for (int i = 0; i < N_SIDES; i++) {
		backtest->sides[i].fn = fn;
		backtest->sides[i].context = context;
	}
}

void backtest_carry(struct backtest *backtest, enum backtest_side number,
		    const struct record *record)
{
	struct side *side = &backtest->sides[number];

	if (side->records++ == 0)
		side->begin_ms = record->arrival_ms;
	side->end_ms = record->arrival_ms;
	side_carry(side, record);
}

/* ---- rows ---- */

static uint32_t row_of(struct backtest *backtest, const struct rule *rule, enum backtest_side side)
{
	uint32_t row = map_find(backtest->by_id, rule->id, strlen(rule->id));
	int r;

	if (row == MAP_NONE) {
		row = backtest->n_rows++;
		r = map_add(backtest->by_id, rule->id, strlen(rule->id), row);
		(void)r; /* it was not there */
		backtest->rows =
			xrealloc(backtest->rows, backtest->n_rows, sizeof(*backtest->rows));
		backtest->rows[row] = (struct backtest_row){ .missed = 0 };
	}
	backtest->rows[row].rules[side] = rule;
	return row;
}

static void make_rows(struct backtest *backtest)
{
	backtest->by_id = map_new();
	for (int i = N_SIDES - 1; i >= 0; i--) {
		uint32_t n;
		const struct rule *rules = config_rules(backtest->options.configs[i], &n);

		for (uint32_t j = 0; j < n; j++)
			(void)row_of(backtest, &rules[j], (enum backtest_side)i);
	}
	for (int i = 0; i < N_SIDES; i++)
		for (size_t j = 0; j < backtest->sides[i].n; j++) {
			struct backtest_alert *alert = &backtest->sides[i].list[j];

			alert->row = row_of(backtest, alert->rule, (enum backtest_side)i);
		}
}

/* ---- matching ---- */

static void match_units(struct backtest *backtest)
{
	const struct units *first = config_units(backtest->options.configs[SIDE_BEFORE]);
	const struct units *second = config_units(backtest->options.configs[SIDE_AFTER]);

	backtest->other_units =
		xcalloc((size_t)units_count(first) + 1, sizeof(*backtest->other_units));
	for (uint32_t i = 0; i < units_count(first); i++) {
		const char *id = units_at(first, i)->id;

		backtest->other_units[i] = units_find(second, id, strlen(id));
	}
}

/* An alert with its unit as the second side numbers it. */
struct matched {
	struct backtest_alert *alert;
	uint32_t unit;
};

static int compare_kinds(const struct matched *a, const struct matched *b)
{
	if (a->alert->row != b->alert->row)
		return a->alert->row < b->alert->row ? -1 : 1;
	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	return strcmp(a->alert->subject, b->alert->subject);
}

static int compare(const void *one, const void *other)
{
	const struct matched *a = one, *b = other;
	int r = compare_kinds(a, b);

	return r ? r
		 : (a->alert->number > b->alert->number) - (a->alert->number < b->alert->number);
}

static struct matched *sort(struct backtest *backtest, enum backtest_side side)
{
	size_t n = backtest->sides[side].n;
	struct matched *list = xcalloc(n + 1, sizeof(*list));

	for (size_t i = 0; i < n; i++) {
		list[i].alert = &backtest->sides[side].list[i];
		list[i].unit = side == SIDE_BEFORE ? backtest->other_units[list[i].alert->unit]
						   : list[i].alert->unit;
	}
	qsort(list, n, sizeof(*list), compare);
	return list;
}

static void match(struct backtest *backtest)
{
	struct matched *before = sort(backtest, SIDE_BEFORE), *after = sort(backtest, SIDE_AFTER);
	size_t n_before = backtest->sides[SIDE_BEFORE].n, n_after = backtest->sides[SIDE_AFTER].n;

	for (size_t i = 0, j = 0; i < n_before && j < n_after;) {
		struct backtest_alert *a = before[i].alert, *b = after[j].alert;
		int r = compare_kinds(&before[i], &after[j]);

		if (r == 0 && a->raised_ms <= b->cleared_ms && b->raised_ms <= a->cleared_ms)
			a->has_match = b->has_match = true;
		if (r == 0)
			r = a->cleared_ms <= b->cleared_ms ? -1 : 1;
		i += r < 0;
		j += r > 0;
	}
	free(before);
	free(after);
}

/* ---- sums ---- */

static bool is_counted(const struct backtest_sum *sum, const struct backtest_alert *alert)
{
	return alert->raised_ms >= sum->since_ms && alert->raised_ms < sum->until_ms;
}

static void add_up(struct backtest *backtest, enum backtest_side side, struct backtest_sum *sum)
{
	for (size_t i = 0; i < backtest->sides[side].n; i++) {
		const struct backtest_alert *alert = &backtest->sides[side].list[i];
		struct backtest_row *row = &backtest->rows[alert->row];

		if (!is_counted(sum, alert))
			continue;
		row->raised[side]++;
		row->critical[side] += alert->severity == SEVERITY_CRITICAL;
		row->missed += side == SIDE_BEFORE && !alert->has_match;
		row->added += side == SIDE_AFTER && !alert->has_match;
	}
}

/* The slots begin at since_ms. */
static void weigh(const struct backtest *backtest, enum backtest_side number,
		  struct backtest_sum *sum)
{
	const struct side *side = &backtest->sides[number];
	struct backtest_load *load = &sum->loads[number];
	double operators = config_settings(side->config)->operators;
	double n_slots = (double)(sum->until_ms - sum->since_ms) / BACKTEST_SLOT_MS;

	for (size_t i = 0, n; i < side->n_load; i += n) {
		int64_t slot = (side->load[i] - sum->since_ms) / BACKTEST_SLOT_MS;
		int64_t begin_ms = sum->since_ms + slot * BACKTEST_SLOT_MS;

		n = 1;
		if (side->load[i] < sum->since_ms || side->load[i] >= sum->until_ms)
			continue;
		while (i + n < side->n_load && side->load[i + n] < sum->until_ms &&
		       side->load[i + n] < begin_ms + BACKTEST_SLOT_MS)
			n++;
		load->told += n;
		load->n_floods += (double)n > BACKTEST_FLOOD * operators;
		if ((double)n / operators <= load->most)
			continue;
		load->most = (double)n / operators;
		load->most_ms = begin_ms;
	}
	load->mean = (double)load->told / (n_slots > 1 ? n_slots : 1) / operators;
}

static uint64_t count_events(const struct side *side)
{
	const struct account *account = ledger_all(flow_ledger(side->flow));
	uint64_t n = account->accepted;

	for (int i = 0; i < N_REASONS; i++)
		n += account->refused[i];
	return n;
}

const struct flow *backtest_flow(const struct backtest *backtest, enum backtest_side side)
{
	return backtest->sides[side].flow;
}

int64_t backtest_end_ms(const struct backtest *backtest)
{
	return backtest->sides[SIDE_BEFORE].end_ms;
}

void backtest_finish(struct backtest *backtest, int64_t since_ms, int64_t until_ms,
		     struct backtest_sum *ret)
{
	const struct side *first = &backtest->sides[SIDE_BEFORE];
	int64_t last_ms = first->end_ms + FLOW_TICK_MS + 1;

	for (int i = 0; i < N_SIDES; i++)
		side_finish(&backtest->sides[i]);
	*ret = (struct backtest_sum){
		.records = first->records,
		.events = count_events(&backtest->sides[SIDE_BEFORE]),
		.begin_ms = first->begin_ms,
		.end_ms = first->end_ms,
		.since_ms = since_ms > first->begin_ms ? since_ms : first->begin_ms,
		.until_ms = until_ms < last_ms ? until_ms : last_ms,
		.n_rulebooks = backtest->sides[SIDE_BEFORE].n_followed,
	};
	make_rows(backtest);
	match_units(backtest);
	match(backtest);
	for (int i = 0; i < N_SIDES; i++) {
		add_up(backtest, (enum backtest_side)i, ret);
		weigh(backtest, (enum backtest_side)i, ret);
	}
	for (uint32_t i = 0; i < backtest->n_rows; i++) {
		ret->missed += backtest->rows[i].missed;
		ret->added += backtest->rows[i].added;
	}
}

const struct backtest_row *backtest_rows(const struct backtest *backtest, uint32_t *ret_n)
{
	*ret_n = backtest->n_rows;
	return backtest->rows;
}

const struct backtest_alert *backtest_alerts(const struct backtest *backtest,
					     enum backtest_side side, size_t *ret_n)
{
	*ret_n = backtest->sides[side].n;
	return backtest->sides[side].list;
}

/* ---- how far back a rule looks ---- */

static int64_t window_ms(const struct window *window)
{
	switch (window->kind) {
	case WINDOW_MINUTES:
		return (int64_t)window->minutes * 60000;
	case WINDOW_TODAY:
		return DAY_MS;
	case WINDOW_WEEK:
		return 7 * DAY_MS;
	case WINDOW_MONTH:
		return 31 * DAY_MS;
	case WINDOW_YEAR:
		return 366 * DAY_MS;
	}
	return 0;
}

int64_t backtest_complete_ms(const struct rule *rule, int64_t begin_ms)
{
	const struct indicator *figure = rule->figure;
	int64_t ms;

	if (rule->kind != RULE_THRESHOLD && rule->kind != RULE_EACH)
		return begin_ms;
	ms = window_ms(&rule->window);
	if (figure->kind == INDICATOR_CHANGE)
		ms *= 2;
	if (figure->kind == INDICATOR_BASELINE)
		ms = (int64_t)(figure->weeks + 1) * 7 * DAY_MS;
	return begin_ms + ms;
}
