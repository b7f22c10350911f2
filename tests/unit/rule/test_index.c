/* SPDX-License-Identifier: Apache-2.0 */
#include "index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define N_UNITS      5
#define N_INDICATORS 12
#define N_RULES      400

/* What the test says an indicator reads; it takes the place of the indicators' own. */
struct indicators {
	struct reading readings[N_INDICATORS][N_UNITS][3]; /* the last: 1 is "10m", 2 no minutes */
	uint32_t n_reads;
};

static struct indicators figures;

static struct reading *figure(uint32_t indicator, uint32_t unit, const struct window *window)
{
	int which = window->kind != WINDOW_MINUTES ? 2 : window->minutes == 10;

	return &figures.readings[indicator][unit][which];
}

struct reading indicators_read(const struct indicators *indicators, uint32_t indicator,
			       uint32_t unit, const struct window *window)
{
	assert_ptr_equal(indicators, &figures);
	figures.n_reads++;
	return *figure(indicator, unit, window);
}

static const struct window hour = { .kind = WINDOW_MINUTES, .minutes = 60, .text = "1h" };
static const struct window ten = { .kind = WINDOW_MINUTES, .minutes = 10, .text = "10m" };
static const struct window today = { .kind = WINDOW_TODAY, .text = "today" };
static const bool everywhere[N_UNITS] = { true, true, true, true, true };

static struct rules *make_rules(const struct rule *list, uint32_t n)
{
	const struct rules_options options = {
		.list = list,
		.n_list = n,
		.n_units = N_UNITS,
		.n_indicators = N_INDICATORS,
		.n_types = 3,
	};

	return rules_new(&options);
}

static void set_figure(uint32_t indicator, uint32_t unit, double value)
{
	for (int i = 0; i < 3; i++)
		figures.readings[indicator][unit][i] = (struct reading){
			.quality = QUALITY_GOOD, .value = value, .samples = 100, .position = 9
		};
}

static const struct limits banded = {
	.warning = { .comparison = COMPARE_GT,
		     .value = 5,
		     .text = "> 5",
		     .place = { "rules.yml", 3, 2 } },
	.critical = { .comparison = COMPARE_GE,
		      .value = 10,
		      .text = ">= 10",
		      .place = { "rules.yml", 4, 2 } },
	.clear = { .comparison = COMPARE_LT,
		   .value = 4,
		   .text = "< 4",
		   .place = { "rules.yml", 5, 2 } },
};

static void a_group_lists_its_rules_in_order_and_numbers_their_windows(void **state)
{
	const struct rule list[] = {
		{ .kind = RULE_THRESHOLD, .indicator = 2, .window = ten },
		{ .kind = RULE_THRESHOLD, .indicator = 0, .window = hour },
		{ .kind = RULE_EVENT, .type = 2 },
		{ .kind = RULE_THRESHOLD, .indicator = 2, .window = today },
		{ .kind = RULE_THRESHOLD, .indicator = 2, .window = ten },
	};
	const struct rules_options options = {
		.list = list, .n_list = COUNT(list), .n_indicators = 4, .n_types = 3
	};
	const struct index_entry *entries;
	struct index index;
	uint32_t n;

	(void)state;
	index_init(&index, &options, INDEX_FIGURES);
	assert_int_equal(index.widest, 3);
	entries = index_group(&index, 2, &n);
	assert_int_equal(n, 3);
	assert_int_equal(entries[0].rule, 0);
	assert_int_equal(entries[1].rule, 3);
	assert_int_equal(entries[2].rule, 4);
	assert_int_equal(entries[0].slot, 0);
	assert_int_equal(entries[1].slot, 1);
	assert_int_equal(entries[2].slot, 0);
	assert_int_equal(index_group(&index, 0, &n)->rule, 1);
	assert_int_equal(n, 1);
	(void)index_group(&index, 3, &n);
	assert_int_equal(n, 0);
	index_fini(&index);

	index_init(&index, &options, INDEX_EVENTS);
	assert_int_equal(index_group(&index, 2, &n)->rule, 2);
	assert_int_equal(n, 1);
	index_fini(&index);
}

static void a_deadline_rule_stands_with_both_gauges_that_it_looks_at(void **state)
{
	const struct track track = { .due_soon_gauge = 1, .overdue_gauge = 3 };
	const struct rule list[] = {
		{ .kind = RULE_THRESHOLD, .indicator = 3, .window = ten },
		{ .kind = RULE_DEADLINE,
		  .record = &track,
		  .due_soon = SEVERITY_WARNING,
		  .overdue = SEVERITY_CRITICAL },
		{ .kind = RULE_DEADLINE, .record = &track, .overdue = SEVERITY_WARNING },
		{ .kind = RULE_DEADLINE, .record = &track, .track = 2, .is_each_record = true },
		{ .kind = RULE_THRESHOLD, .indicator = 3, .window = ten },
		{ .kind = RULE_SEQUENCE, .track = 2 },
		{ .kind = RULE_OWN, .own = OWN_DISK },
	};
	const struct rules_options options = {
		.list = list, .n_list = COUNT(list), .n_indicators = 4, .n_types = 3
	};
	const struct index_entry *entries;
	struct index index;
	uint32_t n;

	(void)state;
	index_init(&index, &options, INDEX_FIGURES);
	entries = index_group(&index, 1, &n);
	assert_int_equal(n, 1);
	assert_int_equal(entries[0].rule, 1);
	assert_int_equal(entries[0].slot, SLOT_DEADLINE);
	entries = index_group(&index, 3, &n);
	assert_int_equal(n, 4);
	assert_int_equal(entries[0].slot, 0);
	assert_int_equal(entries[1].rule, 1);
	assert_int_equal(entries[1].slot, SLOT_DEADLINE);
	assert_int_equal(entries[2].rule, 2);
	assert_int_equal(entries[3].rule, 4);
	assert_int_equal(entries[3].slot, 0);
	index_fini(&index);

	index_init(&index, &options, INDEX_RECORDS);
	assert_int_equal(index.n_groups, 3);
	assert_int_equal(index_group(&index, 2, &n)->rule, 3);
	assert_int_equal(n, 1);
	index_fini(&index);

	index_init(&index, &options, INDEX_SEQUENCES);
	assert_int_equal(index_group(&index, 2, &n)->rule, 5);
	index_fini(&index);

	index_init(&index, &options, INDEX_OWN);
	assert_int_equal(index_group(&index, OWN_DISK, &n)->rule, 6);
	assert_int_equal(n, 1);
	index_fini(&index);
}

static uint32_t draw(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % n;
}

/* Many rules, drawn: id, indicator, window, where it applies, its limits. */
struct many {
	struct rule list[N_RULES];
	char ids[N_RULES][8];
	bool applies[N_RULES][N_UNITS];
	struct limits limits[N_RULES][N_UNITS];
};

static void draw_rule(struct many *many, uint32_t i, uint32_t *seed)
{
	static const struct window *const windows[] = { &hour, &ten, &today };

	(void)snprintf(many->ids[i], sizeof(many->ids[i]), "r%u", i);
	for (uint32_t unit = 0; unit < N_UNITS; unit++) {
		many->applies[i][unit] = draw(seed, 3) > 0;
		many->limits[i][unit].warning =
			(struct threshold){ .comparison = COMPARE_GT, .value = draw(seed, 50) };
	}
	many->list[i] = (struct rule){
		.id = many->ids[i],
		.kind = draw(seed, 5) == 0 ? RULE_EVENT : RULE_THRESHOLD,
		.number = i,
		.indicator = draw(seed, N_INDICATORS),
		.type = draw(seed, 3),
		.window = *windows[draw(seed, 3)],
		.applies = many->applies[i],
		.limits = many->limits[i],
		.subject_field = TYPE_NONE,
		.severity = SEVERITY_WARNING,
	};
}

static struct many *draw_rules(uint32_t seed)
{
	struct many *many = calloc(1, sizeof(*many));

	assert_non_null(many);
	for (uint32_t i = 0; i < N_RULES; i++)
		draw_rule(many, i, &seed);
	for (uint32_t i = 0; i < N_INDICATORS; i++)
		for (uint32_t unit = 0; unit < N_UNITS; unit++)
			for (int k = 0; k < 3; k++)
				figures.readings[i][unit][k] =
					(struct reading){ .quality = QUALITY_GOOD,
							  .value = draw(&seed, 50) };
	return many;
}

/* Holds n verdicts against a look at every rule, for change; returns how many are its own. */
static size_t check_change(const struct many *many, const struct change *change,
			   const struct verdict *verdicts, size_t n)
{
	size_t own = 0;

	for (uint32_t i = 0; i < N_RULES; i++) {
		const struct rule *rule = &many->list[i];
		const struct reading *reading =
			figure(change->indicator, change->unit, &rule->window);
		bool passed = reading->value > many->limits[i][change->unit].warning.value;

		if (rule->kind != RULE_THRESHOLD || rule->indicator != change->indicator ||
		    !rule->applies[change->unit])
			continue;
		assert_true(own < n);
		assert_int_equal(verdicts[own].rule, i);
		assert_int_equal(verdicts[own].unit, change->unit);
		assert_int_equal(verdicts[own].judgement, passed ? JUDGE_WARNING : JUDGE_CLEAR);
		assert_true(verdicts[own].reading.value == reading->value);
		own++;
	}
	return own;
}

static void the_index_finds_what_a_look_at_every_rule_finds(void **state)
{
	struct many *many = draw_rules(3);
	struct rules *rules = make_rules(many->list, N_RULES);
	struct change changes[300];
	size_t start = 0, n_calls = 0;
	uint32_t seed = 5;

	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++)
		changes[i] = (struct change){ .indicator = draw(&seed, N_INDICATORS),
					      .unit = draw(&seed, N_UNITS) };

	while (start < COUNT(changes)) {
		const struct verdict *verdicts;
		size_t done;
		size_t n = rules_judge(rules, &figures, changes + start, COUNT(changes) - start,
				       &done, &verdicts);

		assert_true(done > 0);
		assert_true(n >= RULES_BATCH || start + done == COUNT(changes));
		for (size_t end = start + done; start < end; start++) {
			size_t own = check_change(many, &changes[start], verdicts, n);

			verdicts += own;
			n -= own;
		}
		assert_int_equal(n, 0);
		n_calls++;
	}
	assert_true(n_calls > 1);
	rules_free(rules);
	free(many);
}

static void the_index_finds_the_rules_on_an_event_type(void **state)
{
	struct many *many = draw_rules(11);
	struct rules *rules = make_rules(many->list, N_RULES);

	(void)state;
	for (uint32_t type = 0; type < 3; type++)
		for (uint32_t unit = 0; unit < N_UNITS; unit++) {
			const struct event event = { .type = type, .unit = unit };
			const struct verdict *verdicts;
			size_t n = rules_match(rules, &event, &verdicts);
			size_t k = 0;

			for (uint32_t i = 0; i < N_RULES; i++)
				if (many->list[i].kind == RULE_EVENT &&
				    many->list[i].type == type && many->applies[i][unit]) {
					assert_true(k < n);
					assert_int_equal(verdicts[k].rule, i);
					assert_int_equal(verdicts[k].unit, unit);
					k++;
				}
			assert_int_equal(k, n);
		}
	rules_free(rules);
	free(many);
}

/* Rules on other figures have neither limits nor units: to look at one would crash. */
static void a_change_looks_at_no_rule_on_another_figure(void **state)
{
	static struct rule list[5000];
	static char ids[5000][8];
	const struct limits by_unit[N_UNITS] = { banded };
	const struct change change = { .indicator = 7, .unit = 0 };
	const struct event event = { .type = 1 };
	const struct verdict *verdicts;
	struct rules *rules;
	size_t done;

	(void)state;
	for (uint32_t i = 0; i < COUNT(list); i++) {
		(void)snprintf(ids[i], sizeof(ids[i]), "r%u", i);
		list[i] = (struct rule){ .id = ids[i],
					 .kind = i % 2 ? RULE_EVENT : RULE_THRESHOLD,
					 .indicator = i % 7,
					 .type = 2 };
	}
	list[3000] = (struct rule){ .id = "it",
				    .kind = RULE_THRESHOLD,
				    .indicator = 7,
				    .window = ten,
				    .applies = everywhere,
				    .limits = by_unit };
	rules = make_rules(list, COUNT(list));

	set_figure(7, 0, 8);
	figures.n_reads = 0;
	assert_int_equal(rules_judge(rules, &figures, &change, 1, &done, &verdicts), 1);
	assert_int_equal(verdicts[0].rule, 3000);
	assert_int_equal(figures.n_reads, 1);
	assert_int_equal(rules_match(rules, &event, &verdicts), 0);
	rules_free(rules);
}

static void a_figure_is_read_once_for_each_window(void **state)
{
	static const struct window *const windows[] = { &hour, &ten, &hour, &today, &ten, &today };
	const struct limits by_unit[N_UNITS] = { banded, banded };
	const struct change changes[] = { { 0, 0 }, { 0, 1 } };
	struct rule list[COUNT(windows)];
	const struct verdict *verdicts;
	static char ids[COUNT(windows)][4];
	struct rules *rules;
	size_t done;

	(void)state;
	for (uint32_t i = 0; i < COUNT(windows); i++) {
		(void)snprintf(ids[i], sizeof(ids[i]), "%u", i);
		list[i] = (struct rule){ .id = ids[i],
					 .kind = RULE_THRESHOLD,
					 .window = *windows[i],
					 .applies = everywhere,
					 .limits = by_unit };
	}
	rules = make_rules(list, COUNT(windows));
	for (uint32_t unit = 0; unit < 2; unit++)
		for (int k = 0; k < 3; k++)
			figures.readings[0][unit][k] =
				(struct reading){ .quality = QUALITY_GOOD, .value = unit * 10 + k };

	figures.n_reads = 0;
	assert_int_equal(rules_judge(rules, &figures, changes, 2, &done, &verdicts),
			 2 * COUNT(windows));
	assert_int_equal(figures.n_reads, 6);
	for (uint32_t i = 0; i < 2 * COUNT(windows); i++)
		assert_true(verdicts[i].reading.value ==
			    figure(0, verdicts[i].unit, windows[i % COUNT(windows)])->value);
	rules_free(rules);
}

static void more_windows_than_an_indicator_may_have_are_read_all_the_same(void **state)
{
	const struct limits by_unit[N_UNITS] = { banded };
	const struct change change = { 0, 0 };
	struct rule list[INDICATOR_WINDOWS_MAX + 2];
	static char ids[INDICATOR_WINDOWS_MAX + 2][4];
	const struct verdict *verdicts;
	struct rules *rules;
	size_t done;

	(void)state;
	for (uint32_t i = 0; i < COUNT(list); i++) {
		(void)snprintf(ids[i], sizeof(ids[i]), "%u", i);
		list[i] = (struct rule){ .id = ids[i],
					 .kind = RULE_THRESHOLD,
					 .window = { .kind = WINDOW_MINUTES, .minutes = 2 + i },
					 .applies = everywhere,
					 .limits = by_unit };
	}
	list[COUNT(list) - 1].window.minutes = 10; /* which reads otherwise */
	list[COUNT(list) - 2].window.minutes = 20;
	rules = make_rules(list, COUNT(list));
	set_figure(0, 0, 1);
	figure(0, 0, &ten)->value = 6;

	assert_int_equal(rules_judge(rules, &figures, &change, 1, &done, &verdicts), COUNT(list));
	assert_int_equal(verdicts[0].judgement, JUDGE_CLEAR);
	assert_int_equal(verdicts[COUNT(list) - 2].judgement, JUDGE_CLEAR);
	assert_int_equal(verdicts[COUNT(list) - 1].judgement, JUDGE_WARNING);
	rules_free(rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_group_lists_its_rules_in_order_and_numbers_their_windows),
		cmocka_unit_test(a_deadline_rule_stands_with_both_gauges_that_it_looks_at),
		cmocka_unit_test(the_index_finds_what_a_look_at_every_rule_finds),
		cmocka_unit_test(the_index_finds_the_rules_on_an_event_type),
		cmocka_unit_test(a_change_looks_at_no_rule_on_another_figure),
		cmocka_unit_test(a_figure_is_read_once_for_each_window),
		cmocka_unit_test(more_windows_than_an_indicator_may_have_are_read_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
