/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "world.h"

static void the_most_severe_alert_comes_first(void **state)
{
	json_t *json = world_get(*state, "/api/v1/alerts", 200);

	assert_int_equal(json_array_size(world_at(json, "alerts")), 3);
	assert_string_equal(world_string(json, "alerts.0.severity"), "critical");
	assert_string_equal(world_string(json, "alerts.0.key"), "gate/g%2F1");
	assert_string_equal(world_string(json, "alerts.1.rule.id"), "late");
	assert_int_equal(world_number(json, "numbers.0"), 1);
	assert_int_equal(world_number(json, "numbers.2"), 3);
	assert_int_equal(world_number(json, "counts.open"), 3);
	assert_int_equal(world_number(json, "counts.matching"), 3);
	assert_int_equal(world_number(json, "counts.critical"), 1);
	assert_int_equal(world_number(json, "counts.warning"), 2);
	json_decref(json);
}

static void a_unit_stands_for_those_below_it(void **state)
{
	json_t *json = world_get(*state, "/api/v1/alerts?unit=city", 200);

	assert_int_equal(json_array_size(world_at(json, "alerts")), 3);
	json_decref(json);
	json = world_get(*state, "/api/v1/alerts?unit=quarter", 200); /* an alias of ward */
	assert_int_equal(json_array_size(world_at(json, "alerts")), 2);
	assert_string_equal(world_string(json, "alerts.0.unit.id"), "ward");
	assert_string_equal(world_string(json, "alerts.1.unit.id"), "ward");
	json_decref(json);
	json = world_get(*state, "/api/v1/alerts?unit=dock", 200);
	assert_int_equal(json_array_size(world_at(json, "alerts")), 0);
	assert_int_equal(world_number(json, "counts.open"), 3);
	json_decref(json);
}

static void numbers_stay_those_of_the_whole_list(void **state)
{
	json_t *json = world_get(*state, "/api/v1/alerts?severity=warning", 200);

	assert_int_equal(json_array_size(world_at(json, "alerts")), 2);
	assert_int_equal(world_number(json, "numbers.0"), 2);
	assert_int_equal(world_number(json, "counts.critical"), 0);
	json_decref(json);
}

static void a_limit_hides_nothing_from_the_counts(void **state)
{
	json_t *json = world_get(*state, "/api/v1/alerts?limit=1", 200);

	assert_int_equal(json_array_size(world_at(json, "alerts")), 1);
	assert_int_equal(json_array_size(world_at(json, "numbers")), 1);
	assert_int_equal(world_number(json, "counts.matching"), 3);
	json_decref(json);
}

static void one_alert_is_found_as_people_name_it(void **state)
{
	static const char *const names[] = { "1", "ward/gate/g%252F1", "ward/gate/g%252F1/3" };
	char target[128];
	json_t *json;

	for (size_t i = 0; i < COUNT(names); i++) {
		(void)snprintf(target, sizeof(target), "/api/v1/alerts?state=all&alert=%s",
			       names[i]);
		json = world_get(*state, target, 200);
		assert_int_equal(json_array_size(world_at(json, "alerts")), 1);
		assert_string_equal(world_string(json, "alerts.0.rule.id"), "gate");
		assert_string_equal(world_string(json, "alerts.0.subject"), "g/1");
		assert_int_equal(world_number(json, "counts.matching"), 1);
		json_decref(json);
	}
	json_decref(world_get(*state, "/api/v1/alerts?alert=17", 404));
	json_decref(world_get(*state, "/api/v1/alerts?alert=ward/none", 404));
}

static void the_list_folds_to_causes(void **state)
{
	json_t *json = world_get(*state, "/api/v1/alerts?fold=cause", 200);

	assert_int_equal(world_number(json, "n_groups"), 2);
	assert_string_equal(world_string(json, "groups.0.cause"), "alert");
	assert_string_equal(world_string(json, "groups.0.unit.id"), "ward");
	assert_string_equal(world_string(json, "groups.1.cause"), "rule");
	assert_string_equal(world_string(json, "groups.1.id"), "late");
	assert_int_equal(json_array_size(world_at(json, "groups.1.members")), 2);
	assert_int_equal(world_number(json, "counts.matching"), 3);
	assert_null(world_at(json, "alerts"));
	json_decref(json);
	json = world_get(*state, "/api/v1/alerts?fold=cause&unit=ward", 200);
	assert_int_equal(world_number(json, "counts.matching"), 2);
	assert_int_equal(world_number(json, "n_groups"), 2);
	json_decref(json);
}

static void a_wrong_question_is_told_so(void **state)
{
	json_t *json = world_get(*state, "/api/v1/alerts?unit=moon", 404);

	assert_string_equal(world_string(json, "error.code"), "unknown_unit");
	json_decref(json);
	json_decref(world_get(*state, "/api/v1/alerts?severity=bad", 400));
	json_decref(world_get(*state, "/api/v1/alerts?state=open", 400));
	json_decref(world_get(*state, "/api/v1/alerts?handling=mine", 400));
	json_decref(world_get(*state, "/api/v1/alerts?suppressed=maybe", 400));
	json_decref(world_get(*state, "/api/v1/alerts?fold=rule", 400));
	json_decref(world_get(*state, "/api/v1/alerts?limit=0", 400));
	json_decref(world_get(*state, "/api/v1/alerts?limit=1e3", 400));
	json_decref(world_get(*state, "/api/v1/alerts?limit=99999999999999999999", 400));
}

/* The last test: the alarm at the gate is over afterwards. */
static void what_is_over_and_nobody_knows_is_shown_when_asked_for(void **state)
{
	json_t *json;

	world_pass(*state, 3600000);
	json = world_get(*state, "/api/v1/alerts?severity=critical", 200);
	assert_int_equal(world_number(json, "counts.matching"), 0);
	json_decref(json);
	json = world_get(*state, "/api/v1/alerts?state=over", 200);
	assert_int_equal(world_number(json, "counts.matching"), 1);
	assert_int_equal(world_number(json, "counts.over"), 1);
	assert_string_equal(world_string(json, "alerts.0.rule.id"), "gate");
	assert_string_equal(world_string(json, "alerts.0.handling"), "cleared-unacknowledged");
	assert_int_equal(world_number(json, "numbers.0"), world_number(json, "counts.open") + 1);
	json_decref(json);
	json = world_get(*state, "/api/v1/alerts?state=all&handling=cleared-unacknowledged", 200);
	assert_int_equal(world_number(json, "counts.matching"), 1);
	json_decref(json);
	assert_int_equal(world_ask(*state, "GET", "/metrics", ""), 200);
	assert_non_null(
		strstr(((struct world *)*state)->body,
		       "\niocd_alerts{state=\"over\",severity=\"critical\",handling=\"cleared-"
		       "unacknowledged\"} 1\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_most_severe_alert_comes_first),
		cmocka_unit_test(a_unit_stands_for_those_below_it),
		cmocka_unit_test(numbers_stay_those_of_the_whole_list),
		cmocka_unit_test(a_limit_hides_nothing_from_the_counts),
		cmocka_unit_test(one_alert_is_found_as_people_name_it),
		cmocka_unit_test(the_list_folds_to_causes),
		cmocka_unit_test(a_wrong_question_is_told_so),
		cmocka_unit_test(what_is_over_and_nobody_knows_is_shown_when_asked_for),
	};

	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
