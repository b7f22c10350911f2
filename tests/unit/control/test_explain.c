/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "world.h"

static json_t *explain(void **state, const char *alert)
{
	char target[256];

	snprintf(target, sizeof(target), "/api/v1/explain?alert=%s", alert);
	return world_get(*state, target, 200);
}

static void an_alert_is_found_by_number_by_key_and_by_id(void **state)
{
	json_t *by_number = explain(state, "1");
	json_t *by_key = explain(state, "ward/gate/g%252F1");
	json_t *by_id;
	char escaped[64];

	assert_string_equal(world_string(by_number, "alert.key"), "gate/g%2F1");
	assert_true(json_equal(by_number, by_key));
	snprintf(escaped, sizeof(escaped), "ward/gate/g%%252F1/%d",
		 (int)alertbook_last(((struct world *)*state)->book));
	by_id = explain(state, escaped);
	assert_true(json_equal(by_number, by_id));
	json_decref(by_number);
	json_decref(by_key);
	json_decref(by_id);
}

static void the_limits_say_where_they_were_written(void **state)
{
	json_t *json = explain(state, "ward/late");

	assert_string_equal(world_string(json, "limits.warning.text"), "> 8%");
	assert_string_equal(world_string(json, "limits.warning.file"), "rules.d/desk.yml");
	assert_int_equal(world_number(json, "limits.warning.line"), 12);
	assert_true(json_is_true(world_at(json, "limits.warning.override")));
	assert_string_equal(world_string(json, "limits.warning.from"), "unit");
	assert_string_equal(world_string(json, "limits.warning.of"), "ward");
	assert_string_equal(world_string(json, "limits.warning.instead_of.text"), "> 5%");
	assert_int_equal(world_number(json, "limits.warning.instead_of.line"), 5);
	assert_string_equal(world_string(json, "limits.critical.from"), "rule");
	assert_true(json_is_null(world_at(json, "limits.critical.instead_of")));
	assert_string_equal(world_string(json, "threshold"), "warning");
	assert_string_equal(world_string(json, "limits.critical.text"), "> 50%");
	assert_int_equal(world_number(json, "limits.critical.line"), 6);
	assert_true(json_is_false(world_at(json, "limits.critical.override")));
	assert_string_equal(world_string(json, "limits.clear.comparison"), "<");
	assert_true(world_number(json, "limits.clear.value") == 0.04);
	json_decref(json);

	json = explain(state, "city/late");
	assert_string_equal(world_string(json, "limits.warning.text"), "> 5%");
	assert_true(json_is_false(world_at(json, "limits.warning.override")));
	json_decref(json);
}

static void how_a_figure_is_counted_is_told_with_it(void **state)
{
	json_t *json = explain(state, "ward/late");

	assert_string_equal(world_string(json, "now.kind"), "ratio");
	assert_string_equal(world_string(json, "now.from"), "2026-11-22T07:01:00+07:00");
	assert_string_equal(world_string(json, "now.parts.0.kind"), "count");
	assert_string_equal(world_string(json, "now.parts.0.event"), "desk/file.closed");
	assert_string_equal(world_string(json, "now.parts.0.where.0.field"), "late");
	assert_true(json_is_true(world_at(json, "now.parts.0.where.0.values.0")));
	assert_int_equal(json_array_size(world_at(json, "now.parts.1.where")), 0);
	assert_true(world_number(json, "judged.value") == 0.1);
	assert_int_equal(world_number(json, "judged.samples"), 30);
	assert_string_equal(world_string(json, "present.judgement"), "warning");
	assert_true(json_is_true(world_at(json, "present.stands")));
	assert_int_equal(json_array_size(world_at(json, "present.reasons")), 0);
	json_decref(json);
}

static void who_does_not_report_is_named(void **state)
{
	json_t *json = explain(state, "city/late");

	assert_int_equal(json_array_size(world_at(json, "missing")), 1);
	assert_string_equal(world_string(json, "missing.0.feed"), "desk");
	assert_int_equal(world_number(json, "missing.0.missing"), 1);
	assert_int_equal(world_number(json, "missing.0.expected"), 2);
	assert_string_equal(world_string(json, "missing.0.units.0.id"), "dock");
	assert_string_equal(world_string(json, "missing.0.units.0.presence"), "lost");
	json_decref(json);
	json = explain(state, "ward/late");
	assert_int_equal(json_array_size(world_at(json, "missing")), 0);
	json_decref(json);
}

static json_t *explain_not(void **state, const char *query)
{
	char target[256];

	snprintf(target, sizeof(target), "/api/v1/explain-not?%s", query);
	return world_get(*state, target, 200);
}

static void a_small_sample_and_a_value_within_its_limit_hold_back(void **state)
{
	json_t *json = explain_not(state, "rule=busy&unit=ward");

	assert_true(json_is_false(world_at(json, "stands")));
	assert_true(json_is_null(world_at(json, "alert")));
	assert_string_equal(world_string(json, "judgement"), "clear");
	assert_int_equal(json_array_size(world_at(json, "reasons")), 1);
	assert_string_equal(world_string(json, "reasons.0.code"), "within");
	assert_int_equal(world_number(json, "reasons.0.data.distance"), 970);
	assert_int_equal(world_number(json, "reasons.0.data.value"), 30);
	assert_int_equal(world_number(json, "reasons.0.data.threshold.line"), 17);
	assert_string_equal(world_string(json, "reasons.0.text.en"),
			    "the value 30 does not pass the limit > 1000, by 970");
	assert_string_equal(world_string(json, "reasons.0.text.vi"),
			    "giá trị 30 chưa vượt ngưỡng > 1000, còn cách 970");
	json_decref(json);

	json = explain_not(state, "rule=busy&unit=dock");
	assert_string_equal(world_string(json, "reasons.0.code"), "elsewhere");
	assert_string_equal(world_string(json, "missing.0.units.0.id"), "dock");
	json_decref(json);
}

static void an_event_rule_tells_what_was_refused(void **state)
{
	json_t *json = explain_not(state, "rule=gate&unit=ward&subject=g9");

	assert_true(json_is_false(world_at(json, "stands")));
	assert_string_equal(world_string(json, "reasons.0.code"), "no_event");
	assert_int_equal(world_number(json, "reasons.0.data.accepted"), 31);
	assert_int_equal(json_array_size(world_at(json, "reasons.0.data.refused")), 1);
	assert_string_equal(world_string(json, "reasons.0.data.refused.0.reason"), "out_of_range");
	json_decref(json);

	json = explain_not(state, "rule=gate&unit=dock");
	assert_int_equal(json_array_size(world_at(json, "reasons.0.data.refused")), 0);
	json_decref(json);
}

static void an_alert_that_stands_is_named(void **state)
{
	json_t *json = explain_not(state, "rule=late&unit=ward");

	assert_true(json_is_true(world_at(json, "stands")));
	assert_string_equal(world_string(json, "alert.id"), "ward/late");
	json_decref(json);
	json = explain_not(state, "rule=gate&unit=ward"); /* whatever its subject */
	assert_true(json_is_true(world_at(json, "stands")));
	assert_string_equal(world_string(json, "alert.id"), "ward/gate/g%2F1");
	json_decref(json);
}

static void wrong_questions_of_what_is_not_are_refused(void **state)
{
	json_decref(world_get(*state, "/api/v1/explain-not", 400));
	json_decref(world_get(*state, "/api/v1/explain-not?rule=late", 400));
	json_decref(world_get(*state, "/api/v1/explain-not?rule=lade&unit=ward", 404));
	json_decref(world_get(*state, "/api/v1/explain-not?rule=late&unit=word", 404));
}

static void what_suppresses_is_told_with_who_and_until_when(void **state)
{
	struct world *world = *state;
	struct command command = { .verb = COMMAND_SHELVE,
				   .key = "k",
				   .by = "An",
				   .note = "sensor",
				   .rule = "busy",
				   .unit = "ward",
				   .until_ms = WORLD_NOW_MS + 3600000 };
	uint32_t n;
	json_t *json;

	assert_int_equal(alertbook_command(world->book, &command, world->now_ms, 1, &n),
			 OUTCOME_DONE);
	json = explain_not(state, "rule=busy&unit=ward");
	assert_int_equal(json_array_size(world_at(json, "reasons")), 2);
	assert_string_equal(world_string(json, "reasons.1.code"), "shelved");
	assert_string_equal(world_string(json, "reasons.1.data.by"), "An");
	assert_string_equal(world_string(json, "reasons.1.data.note"), "sensor");
	assert_string_equal(world_string(json, "reasons.1.data.until"),
			    "2026-11-22T09:00:00+07:00");
	json_decref(json);
	json = explain_not(state, "rule=late&unit=ward"); /* another rule */
	assert_int_equal(json_array_size(world_at(json, "reasons")), 0);
	json_decref(json);
	command.verb = COMMAND_UNSHELVE;
	assert_int_equal(alertbook_command(world->book, &command, world->now_ms, 1, &n),
			 OUTCOME_DONE);
}

static void the_rule_is_told_with_its_place_and_patience(void **state)
{
	json_t *json = explain(state, "ward/late");

	assert_string_equal(world_string(json, "rule.id"), "late");
	assert_string_equal(world_string(json, "rule.kind"), "threshold");
	assert_string_equal(world_string(json, "rule.file"), "rules.d/desk.yml");
	assert_int_equal(world_number(json, "rule.line"), 1);
	assert_string_equal(world_string(json, "rule.indicator"), "desk.late-rate");
	assert_int_equal(world_number(json, "rule.min_samples"), 20);
	assert_int_equal(world_number(json, "hold_s"), 0);
	assert_int_equal(world_number(json, "fade_s"), 300);
	assert_string_equal(world_string(json, "since"), "2026-11-22T08:00:00+07:00");
	assert_true(json_is_null(world_at(json, "next")));
	json_decref(json);
}

static void a_ratio_is_explained_by_its_two_figures(void **state)
{
	json_t *json = explain(state, "ward/late");

	assert_string_equal(world_string(json, "now.window"), "1h");
	assert_true(world_number(json, "now.value") == 0.1);
	assert_int_equal(world_number(json, "now.samples"), 30);
	assert_string_equal(world_string(json, "now.quality"), "good");
	assert_string_equal(world_string(json, "now.parts.0.id"), "desk.late");
	assert_int_equal(world_number(json, "now.parts.0.value"), 3);
	assert_string_equal(world_string(json, "now.parts.1.id"), "desk.closed");
	assert_int_equal(world_number(json, "now.parts.1.value"), 30);
	json_decref(json);
}

static void the_events_that_led_to_it_are_read_from_the_journal(void **state)
{
	struct world *world = *state;
	json_t *json = explain(state, "ward/gate/g%252F1");
	uint64_t position = (uint64_t)world_number(json, "events.0.position");
	char payload[32];

	snprintf(payload, sizeof(payload), "p%llu", (unsigned long long)position);
	assert_int_equal(json_array_size(world_at(json, "events")), 1);
	assert_string_equal(world_string(json, "events.0.topic"), WORLD_TOPIC);
	assert_string_equal(world_string(json, "events.0.payload"), payload);
	assert_true(json_is_null(world_at(json, "limits")));
	assert_true(json_is_null(world_at(json, "now")));
	assert_string_equal(world_string(json, "rule.where.0.values.0"), "high");
	json_decref(json);

	world->unreadable = position;
	json = explain(state, "ward/gate/g%252F1");
	assert_int_equal(world_number(json, "events.0.position"), position);
	assert_true(json_is_null(world_at(json, "events.0.payload")));
	json_decref(json);
}

static void an_alert_that_does_not_exist_is_not_found(void **state)
{
	json_t *json = world_get(*state, "/api/v1/explain?alert=ward/never", 404);

	assert_string_equal(world_string(json, "error.code"), "unknown_alert");
	json_decref(json);
	json_decref(world_get(*state, "/api/v1/explain?alert=4", 404));
	json_decref(world_get(*state, "/api/v1/explain?alert=0", 404));
	json_decref(world_get(*state, "/api/v1/explain?alert=dock/late", 404));
	json_decref(world_get(*state, "/api/v1/explain?alert=late", 404));
	json_decref(world_get(*state, "/api/v1/explain", 400));
	json_decref(world_get(*state, "/api/v1/explain?alert=", 400));
}

/* After the others: time passes. */
static void an_alert_that_is_over_is_explained_with_its_history(void **state)
{
	struct world *world = *state;
	json_t *json;

	json = explain(state, "ward/gate/g%252F1");
	assert_string_equal(world_string(json, "next"), "2026-11-22T08:10:00+07:00");
	json_decref(json);

	world_pass(world, 600000);
	json = world_get(world, "/api/v1/alerts?severity=critical", 200);
	assert_int_equal(json_array_size(world_at(json, "alerts")), 0);
	json_decref(json);
	json = explain(state, "ward/gate/g%252F1");
	assert_string_equal(world_string(json, "alert.state"), "quiet");
	assert_int_equal(json_array_size(world_at(json, "timeline")), 2);
	assert_string_equal(world_string(json, "timeline.0.news"), "cleared");
	assert_string_equal(world_string(json, "timeline.0.time"), "2026-11-22T08:10:00+07:00");
	assert_string_equal(world_string(json, "timeline.1.news"), "raised");
	assert_string_equal(world_string(json, "timeline.1.severity"), "critical");
	json_decref(json);
}

static void a_history_is_that_of_one_rule(void **state)
{
	json_t *json;

	world_close_files(*state, 1000, false);
	json = explain(state, "ward/busy");
	assert_int_equal(json_array_size(world_at(json, "timeline")), 1);
	json_decref(json);
	json = explain(state, "ward/late");
	assert_string_equal(world_string(json, "alert.state"), "fading");
	assert_int_equal(json_array_size(world_at(json, "timeline")), 1);
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_alert_is_found_by_number_by_key_and_by_id),
		cmocka_unit_test(the_limits_say_where_they_were_written),
		cmocka_unit_test(how_a_figure_is_counted_is_told_with_it),
		cmocka_unit_test(who_does_not_report_is_named),
		cmocka_unit_test(a_small_sample_and_a_value_within_its_limit_hold_back),
		cmocka_unit_test(an_event_rule_tells_what_was_refused),
		cmocka_unit_test(an_alert_that_stands_is_named),
		cmocka_unit_test(wrong_questions_of_what_is_not_are_refused),
		cmocka_unit_test(what_suppresses_is_told_with_who_and_until_when),
		cmocka_unit_test(the_rule_is_told_with_its_place_and_patience),
		cmocka_unit_test(a_ratio_is_explained_by_its_two_figures),
		cmocka_unit_test(the_events_that_led_to_it_are_read_from_the_journal),
		cmocka_unit_test(an_alert_that_does_not_exist_is_not_found),
		cmocka_unit_test(an_alert_that_is_over_is_explained_with_its_history),
		cmocka_unit_test(a_history_is_that_of_one_rule),
	};

	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
