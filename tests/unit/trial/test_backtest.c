/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/backtest.h"

#include "ground.h"
#include "iocd/alert_json.h"
#include "iocd/base/random.h"
#include "iocd/flow_options.h"
#include "iocd/own.h"

/* ---- a journal that a fold has lived through ---- */

#define FEWER_RULES                                                                                \
	"late: {indicator: desk.late-rate, window: 1h, warning: \"> 30%\", min-samples: 4,\n"      \
	"  units: {level: district}}\n"                                                            \
	"costly: {indicator: desk.cost, window: 1h, warning: \"> 150\", units: {level: "           \
	"district}}\n"

struct log {
	char **lines; /* owned */
	size_t n;
	const struct config *config;
	struct config *second; /* owned: rules that came on the way */
	struct flow *flow;
	uint64_t told;
};

static void note(struct log *log, const struct transition *told)
{
	const struct alert_context context = { .units = config_units(log->config),
					       .offset_minutes = 420 };
	CLEANUP_TEXT struct text json = { 0 };

	transition_json(&json, &context, told);
	log->lines = xrealloc(log->lines, log->n + 1, sizeof(*log->lines));
	log->lines[log->n++] = xstrdup(text_get(&json));
}

static void log_fini(struct log *log)
{
	for (size_t i = 0; i < log->n; i++)
		free(log->lines[i]);
	free(log->lines);
	flow_free(log->flow);
	config_free(log->second);
}

static void take(struct log *log)
{
	while (log->told < alertbook_last(flow_book(log->flow)))
		note(log, alertbook_transition(flow_book(log->flow), ++log->told));
}

static void on_tick(void *context, const struct flow_tick *tick)
{
	(void)tick;
	take(context);
}

static int read_rules(void *context, const char *source, size_t size, struct rulebook *ret)
{
	struct log *log = context;
	CLEANUP_TEXT struct text report = { 0 };

	assert_null(log->second);
	assert_int_equal(config_with_rules(&log->second, log->config, source, size, &report), 0);
	config_rulebook(log->second, ret);
	return 0;
}

static void live(struct log *log, const struct config *config, const struct tape *tape)
{
	struct flow_options options;

	*log = (struct log){ .config = config };
	flow_options_from(&options, config);
	options.read_rules = read_rules;
	options.rules_context = log;
	assert_int_equal(flow_new(&log->flow, &options, on_tick, log), 0);
	for (size_t i = 0; i < tape->n; i++) {
		flow_carry(log->flow, &tape->list[i]);
		take(log);
	}
}

static void add_random_event(struct tape *tape, struct random_stream *random, int64_t at_ms)
{
	const char *unit = random_below(random, 2) ? "east" : "west";
	char data[96];

	if (random_below(random, 8) == 0) {
		(void)snprintf(data, sizeof(data), "{\"host\":\"h%d\",\"kind\":\"%s\"}",
			       (int)random_below(random, 4),
			       random_below(random, 2) ? "large" : "small");
		tape_event(tape, at_ms, unit, "broken", data);
		return;
	}
	(void)snprintf(data, sizeof(data), "{\"record\":\"r\",\"late\":%s,\"cost\":%d}",
		       random_below(random, 6) ? "false" : "true", (int)random_below(random, 200));
	tape_event(tape, at_ms, unit, "closed", data);
}

/* Three hours; with other rules in the middle if they are given. */
static void record(struct tape *tape, uint64_t seed, const struct config *second)
{
	struct random_stream random;
	int64_t at_ms = BEGIN_MS;

	random_seed(&random, seed);
	for (int i = 0; i < 600; i++) {
		at_ms += (int64_t)random_below(&random, 36000);
		if (random_below(&random, 3) == 0)
			tape_time(tape, at_ms);
		else
			add_random_event(tape, &random, at_ms);
		if (i == 300 && second) {
			CLEANUP_TEXT struct text payload = { 0 };
			struct rulebook book;

			config_rulebook(second, &book);
			text_add(&payload, "an\n");
			text_add_bytes(&payload, book.source, book.source_size);
			tape_add(tape, RECORD_OWN, at_ms, OWN_TOPIC_RULES, text_get(&payload),
				 payload.size);
		}
	}
}

static void run(struct backtest **ret, const struct config *before, const struct config *after,
		const struct tape *tape, struct log *log, backtest_told_fn *fn)
{
	const struct backtest_options options = { .configs = { before, after } };

	assert_int_equal(backtest_new(ret, &options), 0);
	backtest_listen(*ret, fn, log);
	for (int side = 0; side < N_SIDES; side++)
		for (size_t i = 0; i < tape->n; i++)
			backtest_carry(*ret, (enum backtest_side)side, &tape->list[i]);
}

static void on_told(void *context, enum backtest_side side, const struct transition *transition)
{
	if (side == SIDE_BEFORE)
		note(context, transition);
}

static void rules_in_force_tell_again_exactly_what_they_told(void **state)
{
	struct ground first, second;

	(void)state;
	ground_init(&first, NULL);
	ground_init(&second, FEWER_RULES);
	for (uint64_t seed = 1; seed <= 6; seed++) {
		CLEANUP(backtest_free) struct backtest *backtest = NULL;
		struct log lived, again = { .config = first.config };
		struct tape tape = { 0 };

		record(&tape, seed, seed % 2 ? second.config : NULL);
		live(&lived, first.config, &tape);
		run(&backtest, first.config, second.config, &tape, &again, on_told);
		assert_true(lived.n > 20);
		assert_int_equal(again.n, lived.n);
		for (size_t i = 0; i < lived.n; i++)
			assert_string_equal(again.lines[i], lived.lines[i]);
		log_fini(&lived);
		log_fini(&again);
		tape_fini(&tape);
	}
	ground_fini(&second);
	ground_fini(&first);
}

/* ---- comparing ---- */

static const struct backtest_row *find_row(const struct backtest *backtest, const char *id)
{
	uint32_t n;
	const struct backtest_row *rows = backtest_rows(backtest, &n);

	for (uint32_t i = 0; i < n; i++)
		if (strcmp((rows[i].rules[1] ? rows[i].rules[1] : rows[i].rules[0])->id, id) == 0)
			return &rows[i];
	fail_msg("no row %s", id);
	return NULL;
}

static void cost(struct tape *tape, int minute, const char *unit, int cost)
{
	char data[64];

	(void)snprintf(data, sizeof(data), "{\"record\":\"r\",\"late\":false,\"cost\":%d}", cost);
	tape_event(tape, BEGIN_MS + minute * MINUTE, unit, "closed", data);
	tape_time(tape, BEGIN_MS + minute * MINUTE + 1000);
}

/* 120 twice and 200 once at the one, 90 at the other. */
static void make_costs(struct tape *tape)
{
	cost(tape, 0, "east", 10);
	cost(tape, 1, "east", 120);
	cost(tape, 5, "east", 10);
	cost(tape, 9, "east", 200);
	cost(tape, 14, "east", 10);
	cost(tape, 20, "east", 120);
	cost(tape, 21, "west", 90);
	cost(tape, 40, "west", 10);
}

static void compare_costs(const char *rules, int64_t since_ms, int64_t until_ms,
			  struct backtest_row *ret, struct backtest_sum *ret_sum)
{
	CLEANUP(backtest_free) struct backtest *backtest = NULL;
	struct ground before, after;
	struct tape tape = { 0 };

	ground_init(&before, NULL);
	ground_init(&after, rules);
	make_costs(&tape);
	run(&backtest, before.config, after.config, &tape, NULL, NULL);
	backtest_finish(backtest, since_ms, until_ms, ret_sum);
	*ret = *find_row(backtest, "costly");
	backtest = backtest_free(backtest);
	tape_fini(&tape);
	ground_fini(&after);
	ground_fini(&before);
}

#define COSTLY(limit)                                                                              \
	"costly: {indicator: desk.cost, window: 1h, warning: \"" limit                             \
	"\", units: {level: district}}\n"

static void a_higher_limit_misses_what_was_told(void **state)
{
	struct backtest_row row;
	struct backtest_sum sum;

	(void)state;
	compare_costs(COSTLY("> 150"), 0, INT64_MAX, &row, &sum);
	assert_int_equal(row.raised[SIDE_BEFORE], 3);
	assert_int_equal(row.raised[SIDE_AFTER], 1);
	assert_int_equal(row.missed, 2);
	assert_int_equal(row.added, 0);
	assert_int_equal(sum.missed, 2);
	assert_int_equal(sum.events, 8);
}

static void a_lower_limit_adds_and_what_overlaps_is_the_same(void **state)
{
	struct backtest_row row;
	struct backtest_sum sum;

	(void)state;
	compare_costs(COSTLY("> 80"), 0, INT64_MAX, &row, &sum);
	assert_int_equal(row.raised[SIDE_AFTER], 4);
	assert_int_equal(row.missed, 0);
	assert_int_equal(row.added, 1);
	compare_costs(COSTLY("> 5"), 0, INT64_MAX, &row, &sum);
	assert_int_equal(row.raised[SIDE_AFTER], 2); /* they stand all the time */
	assert_int_equal(row.missed, 0);
	assert_int_equal(row.added, 1);
}

static void only_what_was_raised_within_the_span_counts(void **state)
{
	struct backtest_row row;
	struct backtest_sum sum;

	(void)state;
	compare_costs(COSTLY("> 150"), BEGIN_MS + 8 * MINUTE, BEGIN_MS + 15 * MINUTE, &row, &sum);
	assert_int_equal(row.raised[SIDE_BEFORE], 1);
	assert_int_equal(row.missed, 0);
	assert_int_equal(sum.since_ms, BEGIN_MS + 8 * MINUTE);
	assert_int_equal(sum.until_ms, BEGIN_MS + 15 * MINUTE);
	compare_costs(COSTLY("> 150"), BEGIN_MS + 15 * MINUTE, INT64_MAX, &row, &sum);
	assert_int_equal(row.raised[SIDE_BEFORE], 1);
	assert_int_equal(row.missed, 1);
}

static void a_rule_that_is_gone_has_missed_all(void **state)
{
	struct backtest_row row;
	struct backtest_sum sum;

	(void)state;
	compare_costs("dear: {indicator: desk.cost, window: 1h, warning: \"> 100\"}\n"
		      "costly: {event: desk/broken, severity: warning}\n",
		      0, INT64_MAX, &row, &sum);
	assert_int_equal(row.missed, 3);
	assert_int_equal(row.raised[SIDE_AFTER], 0);
	assert_true(sum.added >= 3);
}

static void a_flood_is_more_than_ten_in_ten_minutes(void **state)
{
	for (int n = 10; n <= 11; n++) {
		CLEANUP(backtest_free) struct backtest *backtest = NULL;
		struct backtest_sum sum;
		struct ground ground;
		struct tape tape = { 0 };
		char data[64];

		(void)state;
		ground_init(&ground, NULL);
		tape_time(&tape, BEGIN_MS);
		for (int i = 0; i < n; i++) {
			(void)snprintf(data, sizeof(data), "{\"host\":\"h%d\",\"kind\":\"large\"}",
				       i);
			tape_event(&tape, BEGIN_MS + 5 * MINUTE + i * 1000, "east", "broken", data);
		}
		tape_time(&tape, BEGIN_MS + 40 * MINUTE);
		run(&backtest, ground.config, ground.config, &tape, NULL, NULL);
		backtest_finish(backtest, 0, INT64_MAX, &sum);
		assert_int_equal(sum.loads[SIDE_BEFORE].told, n);
		assert_int_equal(sum.loads[SIDE_AFTER].n_floods, n > 10);
		assert_int_equal(sum.loads[SIDE_AFTER].most_ms, BEGIN_MS);
		assert_true(sum.loads[SIDE_AFTER].most == n);
		assert_true(sum.loads[SIDE_AFTER].mean > n / 4.01 &&
			    sum.loads[SIDE_AFTER].mean < n / 3.99);
		assert_int_equal(sum.missed + sum.added, 0);
		backtest = backtest_free(backtest);
		tape_fini(&tape);
		ground_fini(&ground);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_in_force_tell_again_exactly_what_they_told),
		cmocka_unit_test(a_higher_limit_misses_what_was_told),
		cmocka_unit_test(a_lower_limit_adds_and_what_overlaps_is_the_same),
		cmocka_unit_test(only_what_was_raised_within_the_span_counts),
		cmocka_unit_test(a_rule_that_is_gone_has_missed_all),
		cmocka_unit_test(a_flood_is_more_than_ten_in_ten_minutes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
