/* SPDX-License-Identifier: Apache-2.0 */
/* The lists of indicators, units, feeds, rules and refused events. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "world.h"

static void a_unit_s_figures_are_shown_over_every_window(void **state)
{
	json_t *json = world_get(*state, "/api/v1/indicators?unit=ward", 200);

	assert_string_equal(world_string(json, "unit.id"), "ward");
	assert_string_equal(world_string(json, "unit.name.vi"), "Phường");
	assert_int_equal(json_array_size(world_at(json, "indicators")), 3);
	assert_string_equal(world_string(json, "indicators.0.id"), "desk.closed");
	assert_string_equal(world_string(json, "indicators.0.title.en"), "Closed");
	assert_string_equal(world_string(json, "indicators.0.measure.vi"), "hồ sơ");
	assert_true(json_is_false(world_at(json, "indicators.0.percent")));
	assert_true(json_is_null(world_at(json, "indicators.0.target")));
	assert_int_equal(world_number(json, "indicators.0.windows.0.value"), 30);
	assert_int_equal(world_number(json, "indicators.0.windows.0.samples"), 30);
	assert_string_equal(world_string(json, "indicators.0.last"), "2026-11-22T08:00:00+07:00");
	assert_true(json_is_true(world_at(json, "indicators.2.percent")));
	assert_true(world_number(json, "indicators.2.target") == 0.02);
	json_decref(json);
}

static void no_data_is_not_zero(void **state)
{
	json_t *json =
		world_get(*state, "/api/v1/indicators?unit=dock&indicator=desk.late-rate", 200);

	assert_int_equal(json_array_size(world_at(json, "indicators")), 1);
	assert_true(json_is_null(world_at(json, "indicators.0.windows.0.value")));
	assert_string_equal(world_string(json, "indicators.0.windows.0.quality"), "unknown");
	assert_true(json_is_null(world_at(json, "indicators.0.last")));
	json_decref(json);
}

static void without_a_unit_indicators_are_only_named(void **state)
{
	json_t *json = world_get(*state, "/api/v1/indicators", 200);

	assert_true(json_is_null(world_at(json, "unit")));
	assert_int_equal(json_array_size(world_at(json, "indicators")), 3);
	assert_null(world_at(json, "indicators.0.windows"));
	assert_string_equal(world_string(json, "indicators.2.id"), "desk.late-rate");
	assert_true(json_is_true(world_at(json, "indicators.2.ranked")));
	assert_true(json_is_false(world_at(json, "indicators.0.ranked")));
	json_decref(json);
	json_decref(world_get(*state, "/api/v1/indicators?unit=ward&indicator=desk", 404));
	json_decref(world_get(*state, "/api/v1/indicators?unit=", 404));
}

static void units_are_listed_with_their_parent_and_their_counts(void **state)
{
	json_t *json = world_get(*state, "/api/v1/units", 200);

	assert_int_equal(json_array_size(world_at(json, "units")), 3);
	assert_true(json_is_null(world_at(json, "units.0.parent")));
	assert_string_equal(world_string(json, "units.1.id"), "ward");
	assert_string_equal(world_string(json, "units.1.parent"), "city");
	assert_int_equal(world_number(json, "units.1.depth"), 1);
	assert_int_equal(world_number(json, "units.1.accepted"), 31);
	assert_int_equal(world_number(json, "units.1.refused"), 1);
	assert_int_equal(world_number(json, "units.0.alerts"), 1);
	assert_int_equal(world_number(json, "units.1.alerts"), 2);
	assert_int_equal(world_number(json, "units.2.alerts"), 0);
	json_decref(json);
}

static void a_unit_is_as_bad_as_the_worst_below_it(void **state)
{
	json_t *json = world_get(*state, "/api/v1/units", 200);

	assert_string_equal(world_string(json, "units.0.id"), "city");
	assert_int_equal(world_number(json, "units.0.children"), 2);
	assert_int_equal(world_number(json, "units.0.open.warning"), 1);
	assert_int_equal(world_number(json, "units.0.open.critical"), 0);
	assert_int_equal(world_number(json, "units.0.open_below.warning"), 2);
	assert_int_equal(world_number(json, "units.0.open_below.critical"), 1);
	assert_int_equal(world_number(json, "units.0.open_below.unacknowledged"), 3);
	assert_int_equal(world_number(json, "units.0.open_below.suppressed"), 0);
	assert_string_equal(world_string(json, "units.0.worst"), "critical");
	assert_string_equal(world_string(json, "units.1.worst"), "critical");
	assert_true(json_is_null(world_at(json, "units.2.worst")));
	assert_int_equal(world_number(json, "units.2.children"), 0);
	json_decref(json);
}

/* Ward reports, dock never did; only ward has a tile. */
static void a_unit_says_how_much_is_known_of_it_and_where_it_is_drawn(void **state)
{
	json_t *json = world_get(*state, "/api/v1/units", 200);

	assert_int_equal(world_number(json, "units.0.data.expected"), 2);
	assert_int_equal(world_number(json, "units.0.data.reporting"), 1);
	assert_string_equal(world_string(json, "units.0.data.quality"), "partial");
	assert_string_equal(world_string(json, "units.0.data.last_arrival"),
			    "2026-11-22T08:00:00+07:00");
	assert_string_equal(world_string(json, "units.1.data.quality"), "good");
	assert_string_equal(world_string(json, "units.2.data.quality"), "stale");
	assert_true(json_is_null(world_at(json, "units.2.data.last_arrival")));
	assert_true(json_is_null(world_at(json, "units.0.tile")));
	assert_int_equal(world_number(json, "units.1.tile.column"), 2);
	assert_int_equal(world_number(json, "units.1.tile.row"), 1);
	json_decref(json);
}

static void a_feed_shows_who_sends_and_who_never_did(void **state)
{
	json_t *json = world_get(*state, "/api/v1/feeds", 200);

	assert_int_equal(json_array_size(world_at(json, "feeds")), 1);
	assert_int_equal(world_number(json, "feeds.0.silent_after_s"), 600);
	assert_int_equal(world_number(json, "feeds.0.senders.live"), 1);
	assert_int_equal(world_number(json, "feeds.0.senders.silent"), 0);
	assert_int_equal(world_number(json, "feeds.0.senders.accepted"), 31);
	assert_string_equal(world_string(json, "feeds.0.senders.last_arrival"),
			    "2026-11-22T08:00:00+07:00");
	assert_string_equal(world_string(json, "feeds.0.units.1.id"), "ward");
	assert_string_equal(world_string(json, "feeds.0.units.1.state"), "live");
	assert_int_equal(world_number(json, "feeds.0.units.1.accepted"), 31);
	assert_string_equal(world_string(json, "feeds.0.units.2.state"), "never");
	assert_true(json_is_null(world_at(json, "feeds.0.units.2.last_arrival")));
	json_decref(json);
}

static void a_feed_names_who_breaks_its_contract(void **state)
{
	json_t *json = world_get(*state, "/api/v1/feeds", 200);

	assert_int_equal(world_number(json, "feeds.0.expect.every_s"), 600);
	assert_string_equal(world_string(json, "feeds.0.expect.within"), "always");
	assert_string_equal(world_string(json, "feeds.0.expect.file"), "feeds.d/desk.yml");
	assert_int_equal(world_number(json, "feeds.0.expect.expected"), 2);
	assert_int_equal(world_number(json, "feeds.0.expect.kept"), 1);
	assert_int_equal(json_array_size(world_at(json, "feeds.0.expect.missing_units")), 1);
	assert_string_equal(world_string(json, "feeds.0.expect.missing_units.0"), "dock");

	assert_string_equal(world_string(json, "feeds.0.units.0.contract"), "none");
	assert_int_equal(world_number(json, "feeds.0.units.0.expected"), 2);
	assert_int_equal(world_number(json, "feeds.0.units.0.kept"), 1);
	assert_string_equal(world_string(json, "feeds.0.units.1.contract"), "kept");
	assert_string_equal(world_string(json, "feeds.0.units.1.presence"), "online");
	assert_string_equal(world_string(json, "feeds.0.units.1.due"), "2026-11-22T08:09:59+07:00");
	assert_string_equal(world_string(json, "feeds.0.units.2.contract"), "missing");
	assert_string_equal(world_string(json, "feeds.0.units.2.presence"), "lost");
	assert_string_equal(world_string(json, "feeds.0.units.2.since"),
			    "2026-11-22T07:50:00+07:00");
	assert_true(json_is_null(world_at(json, "feeds.0.units.2.due")));
	json_decref(json);

	json = world_get(*state, "/api/v1/feeds?unit=ward", 200);
	assert_int_equal(world_number(json, "feeds.0.expect.expected"), 1);
	assert_int_equal(json_array_size(world_at(json, "feeds.0.expect.missing_units")), 0);
	json_decref(json);
}

static void a_brief_answer_has_only_the_senders_with_which_something_is_amiss(void **state)
{
	struct world *world = *state;
	json_t *json = world_get(world, "/api/v1/feeds?brief=1", 200);

	assert_int_equal(json_array_size(world_at(json, "feeds.0.amiss")), 1);
	assert_string_equal(world_string(json, "feeds.0.amiss.0.id"), "dock");
	assert_string_equal(world_string(json, "feeds.0.amiss.0.state"), "missing");
	assert_string_equal(world_string(json, "feeds.0.amiss.0.since"),
			    "2026-11-22T07:50:00+07:00");
	assert_int_equal(world_number(json, "feeds.0.expect.expected"), 2);
	assert_int_equal(world_number(json, "feeds.0.expect.kept"), 1);
	assert_int_equal(world_number(json, "feeds.0.senders.live"), 1);
	assert_null(world_at(json, "feeds.0.units"));
	assert_null(world_at(json, "clocks"));
	assert_null(world_at(json, "refused"));
	json_decref(json);
	json = world_get(world, "/api/v1/feeds?brief=1&unit=ward", 200);
	assert_int_equal(json_array_size(world_at(json, "feeds.0.amiss")), 0);
	assert_int_equal(world_number(json, "feeds.0.expect.expected"), 1);
	json_decref(json);
	json_decref(world_get(world, "/api/v1/feeds?brief=yes", 400));
}

static void a_clock_that_is_fast_is_named_with_its_source(void **state)
{
	json_t *json = world_get(*state, "/api/v1/feeds", 200);

	assert_int_equal(json_array_size(world_at(json, "clocks")), 1);
	assert_string_equal(world_string(json, "clocks.0.id"), "ward");
	assert_string_equal(world_string(json, "clocks.0.feed"), "desk");
	assert_string_equal(world_string(json, "clocks.0.source"), "gate-7");
	assert_int_equal(world_number(json, "clocks.0.ahead_s"), 180);
	assert_int_equal(world_number(json, "clocks.0.corrected"), 10);
	json_decref(json);
	json = world_get(*state, "/api/v1/feeds?unit=dock", 200);
	assert_int_equal(json_array_size(world_at(json, "clocks")), 0);
	json_decref(json);
}

static void refusals_are_told_by_sender_and_reason(void **state)
{
	json_t *json = world_get(*state, "/api/v1/feeds", 200);

	assert_int_equal(json_array_size(world_at(json, "refused")), 2);
	assert_string_equal(world_string(json, "refused.0.id"), "ward");
	assert_int_equal(world_number(json, "refused.0.refused.out_of_range"), 1);
	assert_true(json_is_null(world_at(json, "refused.1.id")));
	assert_int_equal(world_number(json, "refused.1.refused.unknown_unit"), 1);
	json_decref(json);
	json = world_get(*state, "/api/v1/feeds?unit=dock", 200);
	assert_int_equal(json_array_size(world_at(json, "refused")), 0);
	assert_int_equal(json_array_size(world_at(json, "feeds.0.units")), 1);
	json_decref(json);
}

static void samples_of_what_was_refused_come_newest_first(void **state)
{
	json_t *json = world_get(*state, "/api/v1/deadletter", 200);

	assert_int_equal(json_array_size(world_at(json, "samples")), 2);
	assert_true(json_is_null(world_at(json, "samples.0.unit")));
	assert_string_equal(world_string(json, "samples.1.unit"), "ward");
	assert_string_equal(world_string(json, "samples.1.reason"), "out_of_range");
	assert_string_equal(world_string(json, "samples.1.topic"), WORLD_TOPIC);
	assert_string_equal(world_string(json, "samples.1.payload"), "{\"level\":\"\x1b[2J\"}");
	json_decref(json);
}

static void samples_are_found_by_reason_unit_and_number(void **state)
{
	json_t *json = world_get(*state, "/api/v1/deadletter?reason=out_of_range", 200);

	assert_int_equal(json_array_size(world_at(json, "samples")), 1);
	json_decref(json);
	json = world_get(*state, "/api/v1/deadletter?unit=ward", 200);
	assert_int_equal(json_array_size(world_at(json, "samples")), 1);
	assert_string_equal(world_string(json, "samples.0.unit"), "ward");
	json_decref(json);
	json = world_get(*state, "/api/v1/deadletter?limit=1", 200);
	assert_int_equal(json_array_size(world_at(json, "samples")), 1);
	assert_string_equal(world_string(json, "samples.0.reason"), "unknown_unit");
	json_decref(json);
	json_decref(world_get(*state, "/api/v1/deadletter?reason=whim", 404));
}

static void a_rule_shows_each_limit_with_its_place(void **state)
{
	json_t *json = world_get(*state, "/api/v1/rules", 200);

	assert_string_equal(world_string(json, "rules.0.id"), "late");
	assert_int_equal(world_number(json, "rules.0.units"), 2);
	assert_int_equal(world_number(json, "rules.0.alerts"), 2);
	assert_int_equal(json_array_size(world_at(json, "rules.0.warning")), 2);
	assert_string_equal(world_string(json, "rules.0.warning.0.text"), "> 5%");
	assert_int_equal(world_number(json, "rules.0.warning.0.units"), 1);
	assert_string_equal(world_string(json, "rules.0.warning.1.text"), "> 8%");
	assert_int_equal(json_array_size(world_at(json, "rules.0.critical")), 1);
	assert_int_equal(world_number(json, "rules.0.critical.0.units"), 2);
	assert_string_equal(world_string(json, "rules.2.kind"), "event");
	assert_string_equal(world_string(json, "rules.2.event"), "gate.alarm");
	assert_string_equal(world_string(json, "rules.2.subject"), "gate");
	assert_string_equal(world_string(json, "rules.2.where.0.field"), "level");
	assert_int_equal(world_number(json, "rules.2.alerts"), 1);
	json_decref(json);
}

static void a_rule_says_of_which_feed_it_is(void **state)
{
	json_t *json = world_get(*state, "/api/v1/rules", 200);

	assert_string_equal(world_string(json, "rules.0.indicator"), "desk.late-rate");
	assert_string_equal(world_string(json, "rules.0.feed"), "desk"); /* of both of its parts */
	assert_string_equal(world_string(json, "rules.1.feed"), "desk");
	assert_string_equal(world_string(json, "rules.2.event"), "gate.alarm");
	assert_string_equal(world_string(json, "rules.2.feed"), "desk");
	json_decref(json);
}

static void a_limit_says_who_says_it_and_where(void **state)
{
	json_t *json = world_get(*state, "/api/v1/rules", 200);

	assert_string_equal(world_string(json, "rules.0.warning.0.from"), "rule");
	assert_true(json_is_null(world_at(json, "rules.0.warning.0.of")));
	assert_string_equal(world_string(json, "rules.0.warning.1.from"), "unit");
	assert_string_equal(world_string(json, "rules.0.warning.1.of"), "ward");
	assert_string_equal(world_string(json, "rules.0.warning.1.file"), "rules.d/desk.yml");
	assert_int_equal(world_number(json, "rules.0.warning.1.line"), 12);
	assert_string_equal(world_string(json, "rules.0.warning.1.comparison"), ">");
	json_decref(json);
}

static void a_rule_says_when_it_fired_last_and_what_stands(void **state)
{
	json_t *json = world_get(*state, "/api/v1/rules", 200);

	assert_int_equal(world_number(json, "rules.0.standing.warning"), 2);
	assert_int_equal(world_number(json, "rules.0.standing.critical"), 0);
	assert_int_equal(world_number(json, "rules.2.standing.critical"), 1);
	assert_string_equal(world_string(json, "rules.0.last_fired"), "2026-11-22T08:00:00+07:00");
	assert_string_equal(world_string(json, "rules.1.id"), "busy");
	assert_true(json_is_null(world_at(json, "rules.1.last_fired")));
	assert_true(json_is_null(world_at(json, "fired_since"))); /* all raises are known */
	assert_true(json_is_null(world_at(json, "rules.0.backtest")));
	json_decref(json);
}

/* After the others: time passes. */
static void a_unit_that_stops_sending_is_silent(void **state)
{
	struct world *world = *state;
	json_t *json;

	world_pass(world, 600000);
	json = world_get(world, "/api/v1/feeds?unit=ward", 200);
	assert_string_equal(world_string(json, "feeds.0.units.0.state"), "live");
	json_decref(json);
	world_pass(world, 1);
	json = world_get(world, "/api/v1/feeds?unit=ward", 200);
	assert_string_equal(world_string(json, "feeds.0.units.0.state"), "silent");
	json_decref(json);
	json = world_get(world, "/api/v1/feeds?unit=ward&brief=1", 200);
	assert_string_equal(world_string(json, "feeds.0.amiss.0.id"), "ward");
	assert_string_equal(world_string(json, "feeds.0.amiss.0.state"), "silent");
	assert_string_equal(world_string(json, "feeds.0.amiss.0.since"),
			    "2026-11-22T08:00:00+07:00");
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_unit_s_figures_are_shown_over_every_window),
		cmocka_unit_test(no_data_is_not_zero),
		cmocka_unit_test(without_a_unit_indicators_are_only_named),
		cmocka_unit_test(units_are_listed_with_their_parent_and_their_counts),
		cmocka_unit_test(a_unit_is_as_bad_as_the_worst_below_it),
		cmocka_unit_test(a_unit_says_how_much_is_known_of_it_and_where_it_is_drawn),
		cmocka_unit_test(a_feed_shows_who_sends_and_who_never_did),
		cmocka_unit_test(a_limit_says_who_says_it_and_where),
		cmocka_unit_test(a_rule_says_of_which_feed_it_is),
		cmocka_unit_test(a_rule_says_when_it_fired_last_and_what_stands),
		cmocka_unit_test(a_feed_names_who_breaks_its_contract),
		cmocka_unit_test(a_brief_answer_has_only_the_senders_with_which_something_is_amiss),
		cmocka_unit_test(a_clock_that_is_fast_is_named_with_its_source),
		cmocka_unit_test(refusals_are_told_by_sender_and_reason),
		cmocka_unit_test(samples_of_what_was_refused_come_newest_first),
		cmocka_unit_test(samples_are_found_by_reason_unit_and_number),
		cmocka_unit_test(a_rule_shows_each_limit_with_its_place),
		cmocka_unit_test(a_unit_that_stops_sending_is_silent),
	};

	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
