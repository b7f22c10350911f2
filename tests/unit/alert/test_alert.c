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
static const struct alert_policy latching = { .hold_ms = 100, .fade_ms = 50, .is_latched = true };

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
		{ 110, JUDGE_UNKNOWN, NEWS_UNCERTAIN, ALERT_RAISED, NEVER },
		{ 120, JUDGE_CLEAR,   NEWS_CERTAIN, ALERT_FADING,  170 },
		{ 130, JUDGE_UNKNOWN, NEWS_UNCERTAIN, ALERT_FADING, NEVER },
		{ 900, JUDGE_UNKNOWN, NEWS_NOTHING, ALERT_FADING,  NEVER },
		{ 910, JUDGE_CLEAR,   NEWS_CERTAIN, ALERT_FADING,  960 },
		{ 960, TICK,          NEWS_CLEARED, ALERT_QUIET,   NEVER });
}

static void what_stands_says_once_that_it_is_uncertain_and_once_that_it_is_not(void **state)
{
	(void)state;
	(void)PLAY(&usual,
		{   0, JUDGE_UNKNOWN, NEWS_NOTHING,   ALERT_QUIET,   NEVER },
		{   1, JUDGE_WARNING, NEWS_NOTHING,   ALERT_PENDING, 101 },
		{   2, JUDGE_UNKNOWN, NEWS_NOTHING,   ALERT_PENDING, NEVER },
		{   3, JUDGE_WARNING, NEWS_NOTHING,   ALERT_PENDING, 103 },
		{ 103, TICK,          NEWS_RAISED,    ALERT_RAISED,  NEVER },
		{ 104, JUDGE_UNKNOWN, NEWS_UNCERTAIN, ALERT_RAISED,  NEVER },
		{ 105, JUDGE_UNKNOWN, NEWS_NOTHING,   ALERT_RAISED,  NEVER },
		{ 106, JUDGE_WARNING, NEWS_CERTAIN,   ALERT_RAISED,  NEVER },
		{ 107, JUDGE_WARNING, NEWS_NOTHING,   ALERT_RAISED,  NEVER });
}

static void other_news_says_that_it_is_certain_again_as_well(void **state)
{
	(void)state;
	(void)PLAY(&usual,
		{   0, JUDGE_WARNING,  NEWS_NOTHING,   ALERT_PENDING, 100 },
		{ 100, TICK,           NEWS_RAISED,    ALERT_RAISED,  NEVER },
		{ 101, JUDGE_UNKNOWN,  NEWS_UNCERTAIN, ALERT_RAISED,  NEVER },
		{ 102, JUDGE_CRITICAL, NEWS_CHANGED,   ALERT_RAISED,  NEVER });
	(void)PLAY(&prompt,
		{ 0, JUDGE_WARNING, NEWS_RAISED,    ALERT_RAISED, NEVER },
		{ 1, JUDGE_UNKNOWN, NEWS_UNCERTAIN, ALERT_RAISED, NEVER },
		{ 2, JUDGE_CLEAR,   NEWS_CLEARED,   ALERT_QUIET,  NEVER },
		{ 3, JUDGE_UNKNOWN, NEWS_NOTHING,   ALERT_QUIET,  NEVER },
		{ 4, JUDGE_WARNING, NEWS_RAISED,    ALERT_RAISED, NEVER });
}

static void what_is_latched_stands_when_its_condition_is_gone_until_it_is_reset(void **state)
{
	struct alert_machine machine = PLAY(&latching,
		{   0, JUDGE_CRITICAL, NEWS_NOTHING, ALERT_PENDING, 100 },
		{ 100, TICK,           NEWS_RAISED,  ALERT_RAISED,  NEVER },
		{ 200, JUDGE_CLEAR,    NEWS_NOTHING, ALERT_FADING,  250 },
		{ 250, TICK,           NEWS_NORMAL,  ALERT_QUIET,   NEVER },
		{ 900, JUDGE_CLEAR,    NEWS_NOTHING, ALERT_QUIET,   NEVER },
		{ 901, JUDGE_UNKNOWN,  NEWS_NOTHING, ALERT_QUIET,   NEVER });

	(void)state;
	assert_true(machine.latched);
	assert_true(alert_machine_stands(&machine));
	assert_false(alert_machine_is_over(&machine));
	assert_int_equal(machine.severity, SEVERITY_CRITICAL);
	assert_string_equal(alert_condition_name(&machine), "latched");

	assert_int_equal(alert_machine_reset(&machine), NEWS_CLEARED);
	assert_int_equal(alert_machine_reset(&machine), NEWS_NOTHING);
	assert_true(alert_machine_is_over(&machine));
	assert_string_equal(alert_condition_name(&machine), "cleared");
}

static void only_what_is_latched_can_be_reset(void **state)
{
	struct alert_machine machine = PLAY(&latching,
		{   0, JUDGE_CRITICAL, NEWS_NOTHING, ALERT_PENDING, 100 },
		{ 100, TICK,           NEWS_RAISED,  ALERT_RAISED,  NEVER },
		{ 200, JUDGE_CLEAR,    NEWS_NOTHING, ALERT_FADING,  250 });

	(void)state;
	assert_int_equal(alert_machine_reset(&machine), NEWS_NOTHING);
	assert_true(alert_machine_stands(&machine));
}

static void what_is_latched_is_raised_again_after_the_whole_hold_as_bad_as_it_is_then(void **state)
{
	struct alert_machine machine = PLAY(&latching,
		{   0, JUDGE_CRITICAL, NEWS_NOTHING, ALERT_PENDING, 100 },
		{ 100, TICK,           NEWS_RAISED,  ALERT_RAISED,  NEVER },
		{ 200, JUDGE_CLEAR,    NEWS_NOTHING, ALERT_FADING,  250 },
		{ 250, TICK,           NEWS_NORMAL,  ALERT_QUIET,   NEVER },
		{ 300, JUDGE_WARNING,  NEWS_NOTHING, ALERT_PENDING, 400 },
		{ 310, JUDGE_CLEAR,    NEWS_NOTHING, ALERT_QUIET,   NEVER },
		{ 320, JUDGE_WARNING,  NEWS_NOTHING, ALERT_PENDING, 420 });

	(void)state;
	assert_true(machine.latched);
	assert_int_equal(machine.severity, SEVERITY_CRITICAL);
	assert_string_equal(alert_condition_name(&machine), "latched");
	assert_int_equal(alert_machine_tick(&machine, &latching, 420), NEWS_RAISED);
	assert_false(machine.latched);
	assert_int_equal(machine.severity, SEVERITY_WARNING);
}

static void a_latch_that_the_rule_has_no_more_ends_with_the_next_step(void **state)
{
	struct alert_machine machine = PLAY(&latching,
		{   0, JUDGE_WARNING, NEWS_NOTHING, ALERT_PENDING, 100 },
		{ 100, TICK,          NEWS_RAISED,  ALERT_RAISED,  NEVER },
		{ 200, JUDGE_CLEAR,   NEWS_NOTHING, ALERT_FADING,  250 },
		{ 250, TICK,          NEWS_NORMAL,  ALERT_QUIET,   NEVER });
	struct alert_machine judged = machine;

	(void)state;
	assert_true(alert_machine_deadline_ms(&machine, &usual) <= 300);
	assert_int_equal(alert_machine_tick(&machine, &usual, 300), NEWS_CLEARED);
	assert_true(alert_machine_is_over(&machine));
	assert_true(alert_machine_deadline_ms(&machine, &usual) == NEVER);

	/* What holds then is another alert, with a hold of its own. */
	assert_int_equal(alert_machine_judge(&judged, &usual, JUDGE_WARNING, 300), NEWS_CLEARED);
	assert_int_equal(alert_machine_tick(&judged, &usual, 300), NEWS_NOTHING);
	assert_int_equal(judged.state, ALERT_PENDING);
	assert_true(alert_machine_deadline_ms(&judged, &usual) == 400);
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

static void closing_ends_a_latch_and_a_wait_for_somebody_to_know(void **state)
{
	const struct alert_policy latched = { .is_latched = true };
	const struct alert_policy awaited = { .is_awaited = true };
	struct alert_machine machine;

	(void)state;
	alert_machine_init(&machine, 0);
	assert_int_equal(alert_machine_judge(&machine, &latched, JUDGE_WARNING, 1), NEWS_RAISED);
	assert_int_equal(alert_machine_judge(&machine, &latched, JUDGE_CLEAR, 2), NEWS_NORMAL);
	assert_int_equal(alert_machine_close(&machine, 3), NEWS_CLEARED);
	assert_true(alert_machine_is_over(&machine));

	assert_int_equal(alert_machine_judge(&machine, &awaited, JUDGE_WARNING, 4), NEWS_RAISED);
	assert_int_equal(alert_machine_close(&machine, 5), NEWS_CLEARED);
	assert_true(alert_machine_is_over(&machine));

	assert_int_equal(alert_machine_judge(&machine, &awaited, JUDGE_WARNING, 6), NEWS_RAISED);
	assert_int_equal(alert_machine_judge(&machine, &awaited, JUDGE_CLEAR, 7), NEWS_CLEARED);
	assert_false(alert_machine_is_over(&machine));
	assert_int_equal(alert_machine_close(&machine, 8), NEWS_FORGOTTEN);
	assert_true(alert_machine_is_over(&machine));
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

static void conditions_have_the_names_that_people_see(void **state)
{
	struct alert_machine machine = { .state = ALERT_PENDING, .uncertain = true };

	(void)state;
	assert_string_equal(alert_condition_name(&machine), "pending");
	machine.state = ALERT_RAISED;
	assert_string_equal(alert_condition_name(&machine), "uncertain");
	machine.state = ALERT_FADING;
	assert_string_equal(alert_condition_name(&machine), "uncertain");
	machine.uncertain = false;
	assert_string_equal(alert_condition_name(&machine), "fading");
	machine.state = ALERT_RAISED;
	assert_string_equal(alert_condition_name(&machine), "raised");
	machine.state = ALERT_QUIET;
	assert_string_equal(alert_condition_name(&machine), "cleared");
}

/* ---- every sequence -------------------------------------------------------------------------- */

/* The same behaviour, said otherwise: nothing but how long it has been known without a gap that the
 * condition holds, or is gone, and whether operators were told. */
struct model {
	int64_t holds_since_ms; /* -1: it does not, or that is not known */
	int64_t gone_since_ms;  /* the same */
	bool told;
	bool known; /* the last judgement was not JUDGE_UNKNOWN */
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
	bool was_known = model->known;
	enum alert_news news;
	bool was_told;

	model->known = judgement != JUDGE_UNKNOWN;
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
	if (model->told && was_known && !model->known)
		return NEWS_UNCERTAIN;
	was_told = model->told;
	news = model_pass(model, policy, now_ms);
	return news == NEWS_NOTHING && was_told && !was_known && model->known ? NEWS_CERTAIN : news;
}

struct walk {
	struct alert_machine machine;
	struct model model;
	int64_t now_ms;
	bool was_raised; /* RAISED was the last of RAISED and CLEARED */
};

static uint64_t n_news[NEWS_CERTAIN + 1];

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
			assert_true((n_news[k] > 0) == (k != NEWS_NORMAL));
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
		cmocka_unit_test(
			what_stands_says_once_that_it_is_uncertain_and_once_that_it_is_not),
		cmocka_unit_test(other_news_says_that_it_is_certain_again_as_well),
		cmocka_unit_test(
			what_is_latched_stands_when_its_condition_is_gone_until_it_is_reset),
		cmocka_unit_test(only_what_is_latched_can_be_reset),
		cmocka_unit_test(
			what_is_latched_is_raised_again_after_the_whole_hold_as_bad_as_it_is_then),
		cmocka_unit_test(a_latch_that_the_rule_has_no_more_ends_with_the_next_step),
		cmocka_unit_test(closing_tells_only_what_had_been_told),
		cmocka_unit_test(closing_ends_a_latch_and_a_wait_for_somebody_to_know),
		cmocka_unit_test(an_endless_hold_has_no_deadline),
		cmocka_unit_test(states_and_news_have_names),
		cmocka_unit_test(conditions_have_the_names_that_people_see),
		cmocka_unit_test(every_sequence_agrees_with_a_plain_account_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
