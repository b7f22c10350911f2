/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ghost.h"
#include "iocd/alert_json.h"

static const struct alert_context context = { .offset_minutes = 420 };

static const struct indicator rate = { .title_vi = "Tỷ lệ quá hạn",
				       .title_en = "Overdue rate",
				       .measure_vi = "",
				       .measure_en = "",
				       .percent = true };
static const struct indicator level = {
	.title_vi = "Mực nước", .title_en = "Water level", .measure_vi = "m", .measure_en = "m"
};
static const struct threshold limit = {
	.comparison = COMPARE_GT, .value = 0.1, .text = "> 10%", .place = { "rules.d/a.yml", 12, 3 }
};
static const struct event_type alarm = { .name = "gate.alarm" };

static void assert_reason(const struct alert *alert, bool vietnamese, const char *expected)
{
	struct text text = { .bytes = NULL };

	text_add(&text, "* ");
	alert_reason(&text, &context, alert, vietnamese);
	assert_string_equal(text_get(&text) + 2, expected);
	text_fini(&text);
}

static void a_figure_is_told_with_limit_window_and_samples(void **state)
{
	const struct rule rule = { .kind = RULE_THRESHOLD,
				   .figure = &rate,
				   .window = { .kind = WINDOW_MINUTES, .minutes = 60 } };
	const struct alert alert = { .rule = &rule,
				     .threshold = &limit,
				     .reading = { .value = 0.12437, .samples = 250 } };

	(void)state;
	assert_reason(
		&alert, false,
		"Overdue rate: 12.4 % over 1 hour, limit > 10% (rules.d/a.yml:12), 250 samples");
	assert_reason(
		&alert, true,
		"Tỷ lệ quá hạn: 12,4 % trong 1 giờ, ngưỡng > 10% (rules.d/a.yml:12), 250 mẫu");
}

static void each_window_has_its_words(void **state)
{
	static const struct {
		struct window window;
		const char *en, *vi;
	} cases[] = {
		{ { WINDOW_MINUTES, 10, "10m" }, "over 10 minutes", "trong 10 phút" },
		{ { WINDOW_MINUTES, 1, "1m" }, "over 1 minute", "trong 1 phút" },
		{ { WINDOW_MINUTES, 90, "90m" }, "over 90 minutes", "trong 90 phút" },
		{ { WINDOW_MINUTES, 1440, "24h" }, "over 24 hours", "trong 24 giờ" },
		{ { WINDOW_TODAY, 0, "today" }, "today", "trong hôm nay" },
		{ { WINDOW_MONTH, 0, "month" }, "this month", "trong tháng này" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct rule rule = { .kind = RULE_THRESHOLD,
					   .figure = &level,
					   .window = cases[i].window };
		const struct alert alert = { .rule = &rule,
					     .reading = { .value = 4.7, .samples = 1 } };
		struct text expected = { .bytes = NULL };

		text_add(&expected, "Water level: 4.7 m %s, 1 sample", cases[i].en);
		assert_reason(&alert, false, text_get(&expected));
		text_clear(&expected);
		text_add(&expected, "Mực nước: 4,7 m %s, 1 mẫu", cases[i].vi);
		assert_reason(&alert, true, text_get(&expected));
		text_fini(&expected);
	}
}

static void numbers_are_rounded_for_people(void **state)
{
	static const struct {
		double value;
		bool percent;
		const char *shown;
	} cases[] = {
		{ 0, false, "0" },
		{ 3.14159, false, "3.14" },
		{ -3.14159, false, "-3.14" },
		{ 99.96, false, "100" },
		{ 99.94, false, "99.9" },
		{ 999.5, false, "1000" },
		{ 1234.4, false, "1234" },
		{ 1234567, false, "1234567" },
		{ 0.0012345, false, "0.00123" },
		{ 0.5, true, "50 %" },
		{ 0.12449, true, "12.4 %" },
		{ 0.12451, true, "12.5 %" },
		{ 1.5, true, "150 %" },
		{ 0, true, "0 %" },
		{ 0.000412, true, "0.04 %" },
		{ NAN, false, "null" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct indicator figure = { .title_en = "Figure",
						  .measure_vi = "",
						  .measure_en = "",
						  .percent = cases[i].percent };
		const struct rule rule = { .kind = RULE_THRESHOLD,
					   .figure = &figure,
					   .window = { .kind = WINDOW_TODAY } };
		const struct alert alert = { .rule = &rule,
					     .reading = { .value = cases[i].value } };
		struct text expected = { .bytes = NULL };

		text_add(&expected, "Figure: %s today, 0 samples", cases[i].shown);
		assert_reason(&alert, false, text_get(&expected));
		text_fini(&expected);
	}
}

static void a_limit_without_a_file_names_none(void **state)
{
	const struct threshold built_in = { .text = "< 3" };
	const struct rule rule = { .kind = RULE_THRESHOLD,
				   .figure = &level,
				   .window = { .kind = WINDOW_TODAY } };
	const struct alert alert = { .rule = &rule,
				     .threshold = &built_in,
				     .reading = { .value = 2, .samples = 4 } };

	(void)state;
	assert_reason(&alert, false, "Water level: 2 m today, limit < 3, 4 samples");
}

static void an_event_is_told_with_subject_number_and_time(void **state)
{
	const struct rule rule = { .kind = RULE_EVENT, .event_type = &alarm };
	struct alert alert = {
		.rule = &rule, .subject = "cổng\n1\x7f", .events = 3, .first_ms = 1795310100125
	};

	(void)state;
	assert_reason(&alert, false, "gate.alarm from cổng 1 , 3 events since 2026-11-22 08:15:00");
	assert_reason(&alert, true, "gate.alarm từ cổng 1 , 3 sự kiện từ lúc 08:15:00 22/11/2026");

	alert.subject[0] = '\0';
	alert.events = 1;
	assert_reason(&alert, false, "gate.alarm, 1 event since 2026-11-22 08:15:00");
}

static void what_a_reload_closed_says_so(void **state)
{
	const struct rule rule = { .kind = RULE_EVENT, .event_type = &alarm };
	const struct alert alert = { .rule = &rule, .events = 1, .closed = true };

	(void)state;
	assert_reason(&alert, false,
		      "gate.alarm, 1 event since 1970-01-01 07:00:00, closed because the "
		      "configuration changed");
	assert_reason(
		&alert, true,
		"gate.alarm, 1 sự kiện từ lúc 07:00:00 01/01/1970, đóng vì cấu hình thay đổi");
}

static void a_rule_that_is_gone_is_named_by_its_id(void **state)
{
	struct ghosts ghosts = { .table = NULL };
	struct alert alert = { .events = 1, .closed = true };

	(void)state;
	ghosts_init(&ghosts, 1);
	alert.rule = ghosts_get(&ghosts, RULE_THRESHOLD, "overdue-2", 7); /* not all of it */
	assert_reason(&alert, false,
		      "rule overdue is no longer configured, closed because the configuration "
		      "changed");
	assert_reason(&alert, true,
		      "quy tắc overdue không còn trong cấu hình, đóng vì cấu hình thay đổi");

	assert_ptr_equal(ghosts_get(&ghosts, RULE_THRESHOLD, "overdue", 7), alert.rule);
	assert_int_equal(ghost_kind(alert.rule), RULE_THRESHOLD);
	assert_ptr_not_equal(ghosts_get(&ghosts, RULE_EVENT, "overdue", 7), alert.rule);
	assert_false(alert.rule->applies[0]);
	ghosts_fini(&ghosts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_figure_is_told_with_limit_window_and_samples),
		cmocka_unit_test(each_window_has_its_words),
		cmocka_unit_test(numbers_are_rounded_for_people),
		cmocka_unit_test(a_limit_without_a_file_names_none),
		cmocka_unit_test(an_event_is_told_with_subject_number_and_time),
		cmocka_unit_test(what_a_reload_closed_says_so),
		cmocka_unit_test(a_rule_that_is_gone_is_named_by_its_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
