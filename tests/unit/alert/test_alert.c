/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/alert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define DEPTH 6 /* judgements of one sequence */

/* ---- stories --------------------------------------------------------------------------------- */

struct step {
	int64_t at_ms;
	int judgement; /* or TICK */
	enum alert_news news;
	enum alert_state state;
	int64_t deadline_ms;
};

#define TICK  -1
#define NEVER ALERT_NO_DEADLINE

static const struct alert_policy usual = { .hold_ms = 100, .fade_ms = 50 };
static const struct alert_policy prompt = { .hold_ms = 0, .fade_ms = 0 };

static struct alert_machine play(const struct alert_policy *policy, const struct step *steps,
				 size_t n)
{
	struct alert_machine machine;

	alert_machine_init(&machine, 0);
	for (size_t i = 0; i < n; i++) {
		enum alert_news news =
			steps[i].judgement == TICK
				? alert_machine_tick(&machine, policy, steps[i].at_ms)
				: alert_machine_judge(&machine, policy,
						      (enum judgement)steps[i].judgement,
						      steps[i].at_ms);

		if (news != steps[i].news || machine.state != steps[i].state ||
		    alert_machine_deadline_ms(&machine, policy) != steps[i].deadline_ms)
			fail_msg("step %zu: %s, %s", i, alert_news_name(news),
				 alert_state_name(machine.state));
	}
	return machine;
}

#define PLAY(policy, ...)                                                                          \
	play((policy), (const struct step[]){ __VA_ARGS__ },                                       \
	     sizeof((const struct step[]){ __VA_ARGS__ }) / sizeof(struct step))

/* clang-format off */
static void a_machine_at_rest_waits_for_nothing(void **state)
{
	struct alert_machine machine = PLAY(&usual,
		{ 5, TICK,          NEWS_NOTHING, ALERT_QUIET, NEVER },
		{ 6, JUDGE_CLEAR,   NEWS_NOTHING, ALERT_QUIET, NEVER },
		{ 7, JUDGE_BETWEEN, NEWS_NOTHING, ALERT_QUIET, NEVER },
		{ 8, JUDGE_UNKNOWN, NEWS_NOTHING, ALERT_QUIET, NEVER });

	(void)state;
	assert_int_equal(machine.severity, SEVERITY_NONE);
	assert_int_equal(machine.judgement, JUDGE_BETWEEN);
	assert_true(machine.uncertain);
}

static void a_condition_is_told_when_its_hold_is_over(void **state)
{
	struct alert_machine machine = PLAY(&usual,
		{  10, JUDGE_WARNING, NEWS_NOTHING, ALERT_PENDING, 110 },
		{ 109, TICK,          NEWS_NOTHING, ALERT_PENDING, 110 },
		{ 110, TICK,          NEWS_RAISED,  ALERT_RAISED,  NEVER },
		{ 500, TICK,          NEWS_NOTHING, ALERT_RAISED,  NEVER });

	(void)state;
	assert_int_equal(machine.severity, SEVERITY_WARNING);
	assert_int_equal(machine.since_ms, 110);
	assert_false(machine.uncertain);
}

static void a_judgement_at_the_end_of_the_hold_tells_too(void **state)
{
	(void)state;
	(void)PLAY(&usual,
		{  10, JUDGE_WARNING, NEWS_NOTHING, ALERT_PENDING, 110 },
		{ 110, JUDGE_WARNING, NEWS_RAISED,  ALERT_RAISED,  NEVER });
}

static void a_spike_is_never_told(void **state)
{
	(void)state;
	(void)PLAY(&usual,
		{   0, JUDGE_CRITICAL, NEWS_NOTHING, ALERT_PENDING, 100 },
		{  99, JUDGE_CLEAR,    NEWS_NOTHING, ALERT_QUIET,   NEVER },
		{ 200, TICK,           NEWS_NOTHING, ALERT_QUIET,   NEVER },
		{ 300, JUDGE_WARNING,  NEWS_NOTHING, ALERT_PENDING, 400 },
		{ 399, JUDGE_BETWEEN,  NEWS_NOTHING, ALERT_QUIET,   NEVER },
		{ 400, JUDGE_WARNING,  NEWS_NOTHING, ALERT_PENDING, 500 });
}

static void what_grows_worse_while_pending_is_told_as_it_is_then(void **state)
{
	struct alert_machine machine = PLAY(&usual,
		{   0, JUDGE_WARNING,  NEWS_NOTHING, ALERT_PENDING, 100 },
		{  50, JUDGE_CRITICAL, NEWS_NOTHING, ALERT_PENDING, 100 },
		{ 100, TICK,           NEWS_RAISED,  ALERT_RAISED,  NEVER });

	(void)state;
	assert_int_equal(machine.severity, SEVERITY_CRITICAL);
}

static void an_alert_is_cleared_when_its_fade_is_over(void **state)
{
	struct alert_machine machine = PLAY(&usual,
		{   0, JUDGE_CRITICAL, NEWS_NOTHING, ALERT_PENDING, 100 },
		{ 100, TICK,           NEWS_RAISED,  ALERT_RAISED,  NEVER },
		{ 200, JUDGE_CLEAR,    NEWS_NOTHING, ALERT_FADING,  250 },
		{ 230, JUDGE_CLEAR,    NEWS_NOTHING, ALERT_FADING,  250 },
		{ 250, TICK,           NEWS_CLEARED, ALERT_QUIET,   NEVER });

	(void)state;
	assert_int_equal(machine.severity, SEVERITY_CRITICAL);
}

static void a_value_that_hovers_is_told_once(void **state)
{
	(void)state;
	(void)PLAY(&usual,
		{   0, JUDGE_WARNING, NEWS_NOTHING, ALERT_PENDING, 100 },
		{ 100, TICK,          NEWS_RAISED,  ALERT_RAISED,  NEVER },
		{ 110, JUDGE_CLEAR,   NEWS_NOTHING, ALERT_FADING,  160 },
		{ 150, JUDGE_WARNING, NEWS_NOTHING, ALERT_RAISED,  NEVER },
		{ 160, JUDGE_CLEAR,   NEWS_NOTHING, ALERT_FADING,  210 },
		{ 200, JUDGE_BETWEEN, NEWS_NOTHING, ALERT_RAISED,  NEVER },
		{ 900, JUDGE_BETWEEN, NEWS_NOTHING, ALERT_RAISED,  NEVER });
}

static void a_change_of_severity_is_told_at_once_up_and_down(void **state)
{
	struct alert_machine machine = PLAY(&usual,
		{   0, JUDGE_WARNING,  NEWS_NOTHING, ALERT_PENDING, 100 },
		{ 100, TICK,           NEWS_RAISED,  ALERT_RAISED,  NEVER },
		{ 110, JUDGE_CRITICAL, NEWS_CHANGED, ALERT_RAISED,  NEVER },
		{ 120, JUDGE_CRITICAL, NEWS_NOTHING, ALERT_RAISED,  NEVER },
		{ 130, JUDGE_BETWEEN,  NEWS_NOTHING, ALERT_RAISED,  NEVER },
		{ 140, JUDGE_CRITICAL, NEWS_NOTHING, ALERT_RAISED,  NEVER },
		{ 150, JUDGE_WARNING,  NEWS_CHANGED, ALERT_RAISED,  NEVER },
		{ 160, JUDGE_CLEAR,    NEWS_NOTHING, ALERT_FADING,  210 },
		{ 170, JUDGE_CRITICAL, NEWS_CHANGED, ALERT_RAISED,  NEVER });

	(void)state;
	assert_int_equal(machine.severity, SEVERITY_CRITICAL);
}

static void a_hold_and_fade_of_nothing_tell_at_once(void **state)
{
	(void)state;
	(void)PLAY(&prompt,
		{ 1, JUDGE_WARNING,  NEWS_RAISED,  ALERT_RAISED, NEVER },
		{ 1, JUDGE_CLEAR,    NEWS_CLEARED, ALERT_QUIET,  NEVER },
		{ 1, JUDGE_CRITICAL, NEWS_RAISED,  ALERT_RAISED, NEVER });
}

static void the_unknown_suspends_a_hold_and_it_starts_anew(void **state)
{
	(void)state;
	(void)PLAY(&usual,
		{   0, JUDGE_WARNING, NEWS_NOTHING, ALERT_PENDING, 100 },
		{  90, JUDGE_UNKNOWN, NEWS_NOTHING, ALERT_PENDING, NEVER },
		{ 500, TICK,          NEWS_NOTHING, ALERT_PENDING, NEVER },
		{ 600, JUDGE_WARNING, NEWS_NOTHING, ALERT_PENDING, 700 },
		{ 700, TICK,          NEWS_RAISED,  ALERT_RAISED,  NEVER });
}

static void the_unknown_suspends_a_fade_and_it_starts_anew(void **state)
{
	(void)state;
	(void)PLAY(&usual,
		{   0, JUDGE_WARNING, NEWS_NOTHING, ALERT_PENDING, 100 },
		{ 100, TICK,          NEWS_RAISED,  ALERT_RAISED,  NEVER },
		{ 110, JUDGE_UNKNOWN, NEWS_NOTHING, ALERT_RAISED,  NEVER },
		{ 120, JUDGE_CLEAR,   NEWS_NOTHING, ALERT_FADING,  170 },
		{ 130, JUDGE_UNKNOWN, NEWS_NOTHING, ALERT_FADING,  NEVER },
		{ 900, JUDGE_UNKNOWN, NEWS_NOTHING, ALERT_FADING,  NEVER },
		{ 910, JUDGE_CLEAR,   NEWS_NOTHING, ALERT_FADING,  960 },
		{ 960, TICK,          NEWS_CLEARED, ALERT_QUIET,   NEVER });
}
/* clang-format on */

static void closing_tells_only_what_had_been_told(void **state)
{
	struct alert_machine machine;

	(void)state;
	alert_machine_init(&machine, 0);
	assert_int_equal(alert_machine_close(&machine, 1), NEWS_NOTHING);

	assert_int_equal(alert_machine_judge(&machine, &usual, JUDGE_WARNING, 2), NEWS_NOTHING);
	assert_int_equal(alert_machine_close(&machine, 3), NEWS_NOTHING);
	assert_int_equal(machine.state, ALERT_QUIET);

	assert_int_equal(alert_machine_judge(&machine, &prompt, JUDGE_WARNING, 4), NEWS_RAISED);
	assert_int_equal(alert_machine_close(&machine, 5), NEWS_CLEARED);
	assert_int_equal(machine.state, ALERT_QUIET);
	assert_int_equal(machine.severity, SEVERITY_WARNING);
	assert_true(alert_machine_deadline_ms(&machine, &prompt) == NEVER);
}

static void an_endless_hold_has_no_deadline(void **state)
{
	const struct alert_policy endless = { .hold_ms = INT64_MAX, .fade_ms = 0 };
	struct alert_machine machine;

	(void)state;
	alert_machine_init(&machine, 1000);
	assert_int_equal(alert_machine_judge(&machine, &endless, JUDGE_WARNING, 1000),
			 NEWS_NOTHING);
	assert_true(alert_machine_deadline_ms(&machine, &endless) == NEVER);
}

static void states_and_news_have_names(void **state)
{
	(void)state;
	assert_string_equal(alert_state_name(ALERT_QUIET), "quiet");
	assert_string_equal(alert_state_name(ALERT_FADING), "fading");
	assert_string_equal(alert_news_name(NEWS_NOTHING), "nothing");
	assert_string_equal(alert_news_name(NEWS_CLEARED), "cleared");
	assert_false(alert_state_is_told(ALERT_PENDING));
	assert_true(alert_state_is_told(ALERT_FADING));
}

/* ---- every sequence -------------------------------------------------------------------------- */

/* The same behaviour, said otherwise: nothing but how long it has been known without a gap that the
 * condition holds, or is gone, and whether operators were told. */
struct model {
	int64_t holds_since_ms; /* -1: it does not, or that is not known */
	int64_t gone_since_ms;  /* the same */
	bool told;
	enum severity severity;
};

static bool holds(enum judgement judgement)
{
	return judgement == JUDGE_WARNING || judgement == JUDGE_CRITICAL;
}

static enum alert_news model_pass(struct model *model, const struct alert_policy *policy,
				  int64_t now_ms)
{
	if (!model->told && model->holds_since_ms >= 0 &&
	    now_ms - model->holds_since_ms >= policy->hold_ms) {
		model->told = true;
		return NEWS_RAISED;
	}
	if (model->told && model->gone_since_ms >= 0 &&
	    now_ms - model->gone_since_ms >= policy->fade_ms) {
		model->told = false;
		return NEWS_CLEARED;
	}
	return NEWS_NOTHING;
}

static enum alert_news model_judge(struct model *model, const struct alert_policy *policy,
				   enum judgement judgement, int64_t now_ms)
{
	enum severity severity = model->severity;

	if (!holds(judgement))
		model->holds_since_ms = -1;
	else if (model->holds_since_ms < 0)
		model->holds_since_ms = now_ms;
	if (judgement != JUDGE_CLEAR)
		model->gone_since_ms = -1;
	else if (model->gone_since_ms < 0)
		model->gone_since_ms = now_ms;

	if (judgement == JUDGE_WARNING)
		model->severity = SEVERITY_WARNING;
	if (judgement == JUDGE_CRITICAL)
		model->severity = SEVERITY_CRITICAL;

	if (model->told && severity != model->severity)
		return NEWS_CHANGED;
	return model_pass(model, policy, now_ms);
}

struct walk {
	struct alert_machine machine;
	struct model model;
	int64_t now_ms;
	bool was_raised; /* RAISED was the last of RAISED and CLEARED */
};

static uint64_t n_news[NEWS_CLEARED + 1];

static void check_news(struct walk *walk, enum alert_news got, enum alert_news expected)
{
	if (got != expected)
		fail_msg("at %d: %s instead of %s", (int)walk->now_ms, alert_news_name(got),
			 alert_news_name(expected));
	n_news[got]++;

	if (got == NEWS_RAISED) {
		assert_false(walk->was_raised);
		walk->was_raised = true;
	} else if (got == NEWS_CLEARED) {
		assert_true(walk->was_raised);
		walk->was_raised = false;
	} else if (got == NEWS_CHANGED) {
		assert_true(walk->was_raised);
	}
	assert_int_equal(alert_state_is_told(walk->machine.state), walk->was_raised);
	if (walk->machine.state != ALERT_QUIET)
		assert_int_equal(walk->machine.severity, walk->model.severity);
}

/* Ticks every millisecond, whether there is a deadline or not. */
static void pass_time(struct walk *walk, const struct alert_policy *policy, int64_t ms)
{
	for (int64_t end = walk->now_ms + ms; walk->now_ms < end;) {
		int64_t deadline_ms = alert_machine_deadline_ms(&walk->machine, policy);
		enum alert_news news;

		walk->now_ms++;
		news = alert_machine_tick(&walk->machine, policy, walk->now_ms);
		assert_true((news != NEWS_NOTHING) == (deadline_ms == walk->now_ms));
		check_news(walk, news, model_pass(&walk->model, policy, walk->now_ms));
	}
}

static void walk_on(const struct walk *from, const struct alert_policy *policy, int depth)
{
	for (int judgement = JUDGE_UNKNOWN; judgement <= JUDGE_CRITICAL; judgement++)
		for (int long_wait = 0; long_wait <= 1; long_wait++) {
			struct walk walk = *from;
			enum alert_state before;
			enum alert_news news;

			pass_time(&walk, policy, long_wait ? 3 : depth % 2);
			before = walk.machine.state;
			news = alert_machine_judge(&walk.machine, policy, (enum judgement)judgement,
						   walk.now_ms);
			check_news(&walk, news,
				   model_judge(&walk.model, policy, (enum judgement)judgement,
					       walk.now_ms));
			if (judgement == JUDGE_UNKNOWN) {
				assert_int_equal(walk.machine.state, before);
				assert_true(alert_machine_deadline_ms(&walk.machine, policy) ==
					    NEVER);
			}
			if (depth > 1)
				walk_on(&walk, policy, depth - 1);
		}
}

static void every_sequence_agrees_with_a_plain_account_of_it(void **state)
{
	static const struct alert_policy policies[] = {
		{ .hold_ms = 3, .fade_ms = 2 },
		{ .hold_ms = 0, .fade_ms = 3 },
		{ .hold_ms = 2, .fade_ms = 0 },
		{ .hold_ms = 0, .fade_ms = 0 },
	};
	struct walk start = {
		.model = { .holds_since_ms = -1, .gone_since_ms = -1 },
	};

	(void)state;
	alert_machine_init(&start.machine, 0);
	for (size_t i = 0; i < COUNT(policies); i++) {
		for (size_t k = 0; k < COUNT(n_news); k++)
			n_news[k] = 0;
		walk_on(&start, &policies[i], i == 0 ? DEPTH : DEPTH - 1);
		for (size_t k = 0; k < COUNT(n_news); k++)
			assert_true(n_news[k] > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_at_rest_waits_for_nothing),
		cmocka_unit_test(a_condition_is_told_when_its_hold_is_over),
		cmocka_unit_test(a_judgement_at_the_end_of_the_hold_tells_too),
		cmocka_unit_test(a_spike_is_never_told),
		cmocka_unit_test(what_grows_worse_while_pending_is_told_as_it_is_then),
		cmocka_unit_test(an_alert_is_cleared_when_its_fade_is_over),
		cmocka_unit_test(a_value_that_hovers_is_told_once),
		cmocka_unit_test(a_change_of_severity_is_told_at_once_up_and_down),
		cmocka_unit_test(a_hold_and_fade_of_nothing_tell_at_once),
		cmocka_unit_test(the_unknown_suspends_a_hold_and_it_starts_anew),
		cmocka_unit_test(the_unknown_suspends_a_fade_and_it_starts_anew),
		cmocka_unit_test(closing_tells_only_what_had_been_told),
		cmocka_unit_test(an_endless_hold_has_no_deadline),
		cmocka_unit_test(states_and_news_have_names),
		cmocka_unit_test(every_sequence_agrees_with_a_plain_account_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
