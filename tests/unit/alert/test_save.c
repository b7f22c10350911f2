/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "scene.h"

static void an_empty_book_is_read_back_empty(void **state)
{
	struct scene before = make_scene(list, N_RULES);
	struct saved saved = save(before.book);
	struct scene after = load_scene(&saved, list, N_RULES, &identity);

	(void)state;
	assert_int_equal(alertbook_last(after.book), 0);
	assert_true(alertbook_deadline_ms(after.book) == ALERT_NO_DEADLINE);
	check_same_bytes(before.book, after.book);
	judge(&after, "swift", 0, JUDGE_WARNING, 5);
	assert_int_equal(alertbook_transition(after.book, 1)->time_ms, 5);
	saved_fini(&saved);
	drop_scene(&after);
	drop_scene(&before);
}

static void alerts_in_every_state_are_read_back_the_same(void **state)
{
	struct scene before = make_busy();
	struct saved saved = save(before.book);
	struct scene after = load_scene(&saved, list, N_RULES, &identity);
	const struct alert *alert = find(&after, "swift", 3, "");

	(void)state;
	assert_ptr_equal(alert->rule, &list[SWIFT]);
	assert_ptr_equal(alert->threshold, &limits[3].critical);
	assert_int_equal(alert->machine.state, ALERT_RAISED);
	assert_int_equal(find(&after, "level", 1, "")->machine.state, ALERT_FADING);
	assert_int_equal(find(&after, "level", 2, "")->machine.state, ALERT_PENDING);
	assert_true(find(&after, "level", 0, "")->machine.uncertain);
	assert_int_equal(find(&after, "flood", 2, "gate 1")->events, 8);
	check_same_alert(find(&before, "flood", 2, "gate 1"), find(&after, "flood", 2, "gate 1"));
	check_same_alert(find(&before, "flood", 1, ""), find(&after, "flood", 1, ""));
	check_same_alert(find(&before, "swift", 3, ""), alert);
	assert_null(find(&after, "swift", 0, ""));

	assert_int_equal(alertbook_count(after.book, SEVERITY_WARNING), 0);
	assert_int_equal(alertbook_count(after.book, SEVERITY_CRITICAL), 4);
	assert_int_equal(alertbook_deadline_ms(after.book), 1020);
	check_same_log(before.book, after.book);
	check_same_bytes(before.book, after.book);
	saved_fini(&saved);
	drop_scene(&after);
	drop_scene(&before);
}

static uint32_t draw(uint64_t *seed, uint32_t n)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33) % n;
}

struct step {
	uint32_t what;
	uint32_t unit;
	enum judgement judgement;
	bool drill;
	int64_t now_ms;
};

static struct step draw_step(uint64_t *seed, int64_t now_ms)
{
	return (struct step){ .what = draw(seed, 40),
			      .unit = draw(seed, N_UNITS),
			      .judgement = (enum judgement)draw(seed, JUDGE_CRITICAL + 1),
			      .drill = draw(seed, 2),
			      .now_ms = now_ms + draw(seed, 25) };
}

static void take_step(struct scene *scene, const struct step *step)
{
	static const char *const subjects[] = { "", "a", "b" };

	if (step->what == 0)
		reload(scene, list, N_RULES, step->now_ms);
	else if (step->what == 1)
		reload(scene, reordered, N_RULES, step->now_ms);
	else if (step->what < 8)
		alertbook_tick(scene->book, step->now_ms, (uint64_t)step->now_ms + 1000);
	else if (step->what < 16)
		send_event(scene, step->unit, subjects[step->what % 3], step->drill, step->now_ms);
	else
		judge(scene, step->what % 2 ? "level" : "swift", step->unit, step->judgement,
		      step->now_ms);
}

static void restart(struct scene *scene, const struct rule *rules)
{
	struct saved saved = save(scene->book);
	struct scene next = load_scene(&saved, rules, N_RULES, &identity);

	check_same_bytes(scene->book, next.book);
	saved_fini(&saved);
	drop_scene(scene);
	*scene = next;
}

static void a_book_that_is_saved_and_read_on_the_way_tells_the_same(void **state)
{
	(void)state;
	for (uint64_t first = 1; first <= 40; first++) {
		struct scene whole = make_scene(list, N_RULES);
		struct scene broken = make_scene(list, N_RULES);
		const struct rule *rules = list;
		uint64_t seed = first;
		int64_t now_ms = 1;

		for (int i = 0; i < 400; i++) {
			struct step step = draw_step(&seed, now_ms);

			now_ms = step.now_ms;
			if (step.what < 2)
				rules = step.what == 0 ? list : reordered;
			take_step(&whole, &step);
			take_step(&broken, &step);
			assert_int_equal(alertbook_last(whole.book), alertbook_last(broken.book));
			if (draw(&seed, 10) == 0)
				restart(&broken, rules);
		}
		assert_true(alertbook_last(whole.book) > 50);
		check_same_log(whole.book, broken.book);
		check_same_bytes(whole.book, broken.book);
		drop_scene(&broken);
		drop_scene(&whole);
	}
}

static void a_limit_from_before_a_reload_is_the_one_that_says_the_same(void **state)
{
	struct scene before = make_scene(list, N_RULES), after;
	struct saved saved;

	(void)state;
	judge(&before, "swift", 0, JUDGE_WARNING, 1);
	reload(&before, reordered, N_RULES, 2);
	assert_ptr_equal(find(&before, "swift", 0, "")->threshold, &limits[0].warning);
	saved = save(before.book);
	after = load_scene(&saved, reordered, N_RULES, &identity);
	assert_ptr_equal(find(&after, "swift", 0, "")->threshold, &same_limits[0].warning);
	check_same_bytes(before.book, after.book);
	saved_fini(&saved);
	drop_scene(&after);
	drop_scene(&before);
}

static void the_log_goes_on_where_it_was(void **state)
{
	const uint64_t last = ALERTBOOK_LOG + 10;
	struct scene before = make_scene(list, N_RULES), after;
	struct saved saved;

	(void)state;
	for (uint64_t i = 1; i <= last; i++)
		judge(&before, "swift", 0, i % 2 ? JUDGE_WARNING : JUDGE_CLEAR, (int64_t)i);
	saved = save(before.book);
	after = load_scene(&saved, list, N_RULES, &identity);
	assert_null(alertbook_transition(after.book, last - ALERTBOOK_LOG));
	assert_non_null(alertbook_transition(after.book, last - ALERTBOOK_LOG + 1));
	check_same_log(before.book, after.book);
	judge(&after, "swift", 0, JUDGE_WARNING, (int64_t)last + 1);
	assert_int_equal(alertbook_last(after.book), last + 1);
	assert_null(alertbook_transition(after.book, last - ALERTBOOK_LOG + 1));
	saved_fini(&saved);
	drop_scene(&after);
	drop_scene(&before);
}

static void a_book_full_of_events_is_read_back_full(void **state)
{
	struct scene before = make_scene(list, N_RULES), after;
	struct saved saved;
	char subject[16];

	(void)state;
	for (int i = 0; i < ALERTBOOK_EVENTS; i++) {
		(void)snprintf(subject, sizeof(subject), "%d", i);
		send_event(&before, 1, subject, false, 1);
	}
	saved = save(before.book);
	after = load_scene(&saved, list, N_RULES, &identity);
	assert_int_equal(alertbook_count(after.book, SEVERITY_CRITICAL), ALERTBOOK_EVENTS);
	check_same_bytes(before.book, after.book);
	alertbook_tick(before.book, 61, 0);
	alertbook_tick(after.book, 61, 0);
	assert_int_equal(alertbook_count(after.book, SEVERITY_NONE), 0);
	check_same_log(before.book, after.book);
	saved_fini(&saved);
	drop_scene(&after);
	drop_scene(&before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_book_is_read_back_empty),
		cmocka_unit_test(alerts_in_every_state_are_read_back_the_same),
		cmocka_unit_test(a_book_that_is_saved_and_read_on_the_way_tells_the_same),
		cmocka_unit_test(a_limit_from_before_a_reload_is_the_one_that_says_the_same),
		cmocka_unit_test(the_log_goes_on_where_it_was),
		cmocka_unit_test(a_book_full_of_events_is_read_back_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
