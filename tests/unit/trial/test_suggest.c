/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/suggest.h"

#include <math.h>

#include "ground.h"
#include "iocd/backtest.h"
#include "iocd/base/random.h"

#define MINUTES 480
#define DAYS    (1440.0 / MINUTES) /* as many times in a day */

/* Hours of figures that go up and down by chance. */
static void record(struct tape *tape)
{
	struct random_stream random;
	double cost = 600;
	char data[96];

	random_seed(&random, 7);
	for (int minute = 0; minute < MINUTES; minute++) {
		int64_t at_ms = BEGIN_MS + minute * (int64_t)MINUTE;

		cost = 0.9 * cost + 120 * random_unit(&random);
		(void)snprintf(data, sizeof(data), "{\"record\":\"r\",\"late\":%s,\"cost\":%.3f}",
			       random_below(&random, 5) ? "false" : "true", cost);
		tape_event(tape, at_ms, minute % 3 ? "east" : "west", "closed", data);
		if (random_below(&random, 4) == 0)
			tape_time(tape, at_ms + 40000);
	}
}

static uint32_t number_of(const struct config *config, const char *id)
{
	uint32_t n;
	const struct rule *rules = config_rules(config, &n);

	for (uint32_t i = 0; i < n; i++)
		if (strcmp(rules[i].id, id) == 0)
			return i;
	fail_msg("no rule %s", id);
	return 0;
}

static void suggest(const char *rules, const char *id, const struct tape *tape, double per_week,
		    struct suggested *ret, struct ground *ground)
{
	CLEANUP(suggest_free) struct suggest *suggest = NULL;

	ground_init(ground, rules);
	assert_int_equal(suggest_new(&suggest, ground->config, number_of(ground->config, id)), 0);
	for (size_t i = 0; i < tape->n; i++)
		suggest_carry(suggest, &tape->list[i]);
	assert_int_equal(suggest_again(suggest, 0, INT64_MAX), 0);
	for (size_t i = 0; i < tape->n; i++)
		suggest_carry(suggest, &tape->list[i]);
	suggest_finish(suggest, per_week, ret);
}

/* A rule on costs with that limit; clear "": it has none. */
static void add_rule(struct text *rules, const char *limit, const char *clear, const char *rest)
{
	text_add(rules, ": {indicator: desk.cost, window: 1h, warning: \"%s\", ", limit);
	if (*clear)
		text_add(rules, "clear: \"%s\", ", clear);
	text_add(rules, "%s}\n", rest);
}

/* The same by a back-test of as many rules as there are limits.  sign of clear, "": none. */
static void check_raised(const struct suggested *found, const char *sign, double clear_share,
			 const char *rest, const struct tape *tape)
{
	CLEANUP(backtest_free) struct backtest *backtest = NULL;
	CLEANUP_TEXT struct text rules = { 0 };
	struct backtest_sum sum;
	struct ground ground;
	const struct backtest_row *rows;
	uint32_t n;

	for (uint32_t i = 0; i < found->n; i++) {
		char clear[32];

		(void)snprintf(clear, sizeof(clear), "%s %.9g", sign,
			       found->list[i].limit * clear_share);
		text_add(&rules, "r%u", i);
		add_rule(&rules, found->list[i].text, *sign ? clear : "", rest);
	}
	ground_init(&ground, text_get(&rules));
	assert_int_equal(backtest_new(&backtest, &(struct backtest_options){ { ground.config,
									       ground.config } }),
			 0);
	for (int side = 0; side < N_SIDES; side++)
		for (size_t i = 0; i < tape->n; i++)
			backtest_carry(backtest, (enum backtest_side)side, &tape->list[i]);
	backtest_finish(backtest, 0, INT64_MAX, &sum);
	rows = backtest_rows(backtest, &n);
	for (uint32_t i = 0; i < found->n; i++)
		assert_int_equal(rows[i].raised[SIDE_AFTER], found->list[i].raised);
	backtest = backtest_free(backtest);
	ground_fini(&ground);
}

static void every_limit_tells_what_a_back_test_tells(const char *limit, const char *clear,
						     double clear_share, const char *rest)
{
	const char sign[2] = { clear[0], '\0' };
	CLEANUP_TEXT struct text rules = { 0 };
	struct tape tape = { 0 };
	struct suggested found;
	struct ground ground;
	uint64_t n = 0;

	record(&tape);
	text_add(&rules, "costly");
	add_rule(&rules, limit, clear, rest);
	suggest(text_get(&rules), "costly", &tape, 100, &found, &ground);
	assert_true(found.n >= 8);
	check_raised(&found, sign, clear_share, rest, &tape);
	for (uint32_t i = 0; i < found.n; i++) {
		const struct suggestion *one = &found.list[i];

		n += one->raised;
		assert_true(fabs(one->per_week - 7.0 * DAYS * (double)one->raised) <=
			    0.01 * one->per_week);
		assert_true(fabs(one->per_week - 100) >=
			    fabs(found.list[found.best].per_week - 100));
	}
	assert_true(n > 20);
	assert_string_equal(found.key, "warning");
	ground_fini(&ground);
	tape_fini(&tape);
}

static void limits_upward(void **state)
{
	(void)state;
	every_limit_tells_what_a_back_test_tells("> 600", "< 540", 0.9,
						 "hold: 2m, fade: 1m, units: {level: district}");
}

static void limits_downward(void **state)
{
	(void)state;
	every_limit_tells_what_a_back_test_tells("< 560", "> 700", 1.25,
						 "units: {level: district}");
}

static void a_unit_with_a_limit_of_its_own_keeps_it(void **state)
{
	struct tape tape = { 0 };
	struct suggested found;
	struct ground ground;

	(void)state;
	record(&tape);
	suggest("costly: {indicator: desk.cost, window: 1h, warning: \"> 600\",\n"
		"  units: {level: district}, override: {west: {warning: \"> 5000\"}}}\n",
		"costly", &tape, 10, &found, &ground);
	assert_int_equal(found.n_overridden, 1);
	assert_string_equal(found.present->text, "> 600");
	assert_int_equal(found.present->place.line, 1);
	check_raised(&found, "", 1, "units: [east]", &tape);
	ground_fini(&ground);
	tape_fini(&tape);
}

static void no_warning_is_tried_beyond_what_is_critical(void **state)
{
	struct tape tape = { 0 };
	struct suggested found;
	struct ground ground;

	(void)state;
	record(&tape);
	suggest(NULL, "late", &tape, 10, &found, &ground);
	assert_true(found.n >= 4);
	for (uint32_t i = 0; i < found.n; i++)
		assert_true(found.list[i].limit < 0.5);
	assert_true(strchr(found.list[0].text, '%') != NULL);
	ground_fini(&ground);
	tape_fini(&tape);
}

static void what_has_no_limit_cannot_be_suggested(void **state)
{
	CLEANUP(suggest_free) struct suggest *suggest = NULL;
	struct ground ground;

	(void)state;
	ground_init(&ground, NULL);
	assert_int_equal(suggest_new(&suggest, ground.config, number_of(ground.config, "broken")),
			 SUGGEST_WRONG_KIND);
	assert_int_equal(suggest_new(&suggest, ground.config, number_of(ground.config, "late")), 0);
	assert_int_equal(suggest_again(suggest, 0, INT64_MAX), SUGGEST_NO_VALUES);
	suggest = suggest_free(suggest);
	ground_fini(&ground);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_upward),
		cmocka_unit_test(limits_downward),
		cmocka_unit_test(a_unit_with_a_limit_of_its_own_keeps_it),
		cmocka_unit_test(no_warning_is_tried_beyond_what_is_critical),
		cmocka_unit_test(what_has_no_limit_cannot_be_suggested),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
