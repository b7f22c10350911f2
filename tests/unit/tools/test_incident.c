/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "incident.h"

static void a_wish_is_read_with_its_defaults(void **state)
{
	struct incident_wish wish;

	(void)state;
	assert_int_equal(incident_read(&wish, "link-down"), 0);
	assert_int_equal(wish.kind, INCIDENT_LINK_DOWN);
	assert_string_equal(wish.unit, "");
	assert_int_equal(wish.start_ms, 5000);
	assert_true(wish.length_ms > 60000);
	assert_int_equal(incident_read(&wish, "intrusion@a.b:10s+2m"), 0);
	assert_int_equal(wish.kind, INCIDENT_INTRUSION);
	assert_string_equal(wish.unit, "a.b");
	assert_int_equal(wish.start_ms, 10000);
	assert_int_equal(wish.length_ms, 120000);
}

static void nonsense_is_no_wish(void **state)
{
	static const char *const texts[] = { "",
					     "flood",
					     "overdue:",
					     "overdue:5",
					     "overdue@",
					     "overdue:1s+",
					     "overdue:1s+0s",
					     "overdue@a-name-that-is-longer-than-units-may-have" };
	struct incident_wish wish;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		assert_int_equal(incident_read(&wish, texts[i]), TEXT_SYNTAX);
}

static void a_link_reports_down_again_and_again_and_up_once(void **state)
{
	struct incident incident = {
		.wish = { .kind = INCIDENT_LINK_DOWN, .start_ms = 1000, .length_ms = 10000 },
		.unit = 3
	};
	struct random_stream random;
	int n_down = 0, n_up = 0;

	(void)state;
	random_seed(&random, 1);
	for (int64_t ms = 0; ms < 20000; ms += 10) {
		enum incident_act act = incident_next(&incident, ms, &random);

		n_down += act == ACT_LINK_DOWN;
		n_up += act == ACT_LINK_UP;
		assert_int_equal(incident_holds_link(&incident, 3, ms), ms >= 1000 && ms < 11000);
		assert_false(incident_holds_link(&incident, 4, ms));
	}
	assert_int_equal(n_down, 5);
	assert_int_equal(n_up, 1);
}

static void an_intrusion_is_one_incident_and_a_storm_of_logins(void **state)
{
	struct incident incident = {
		.wish = { .kind = INCIDENT_INTRUSION, .start_ms = 0, .length_ms = 1000 }
	};
	struct random_stream random;
	int n_critical = 0, n_logins = 0;

	(void)state;
	random_seed(&random, 1);
	for (int64_t ms = 0; ms < 5000; ms++) {
		enum incident_act act = incident_next(&incident, ms, &random);

		n_critical += act == ACT_CRITICAL;
		n_logins += act == ACT_LOGIN;
	}
	assert_int_equal(n_critical, 1);
	assert_int_equal(n_logins, 500);
	assert_true(incident.is_over);
}

static void late_files_are_two_of_five_and_then_none(void **state)
{
	struct incident incident = {
		.wish = { .kind = INCIDENT_OVERDUE, .start_ms = 0, .length_ms = 50000 }
	};
	struct random_stream random;
	int n_late = 0, n_all = 0;

	(void)state;
	random_seed(&random, 1);
	for (int64_t ms = 0; ms < 50000; ms++) {
		enum incident_act act = incident_next(&incident, ms, &random);

		n_late += act == ACT_RESOLVE_LATE;
		n_all += act != ACT_NOTHING;
	}
	assert_in_range(n_all, 3500, 4500);
	assert_in_range(n_late * 100 / n_all, 35, 45);
	for (int64_t ms = 50000; ms < 100000; ms++)
		assert_int_not_equal(incident_next(&incident, ms, &random), ACT_RESOLVE_LATE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wish_is_read_with_its_defaults),
		cmocka_unit_test(nonsense_is_no_wish),
		cmocka_unit_test(a_link_reports_down_again_and_again_and_up_once),
		cmocka_unit_test(an_intrusion_is_one_incident_and_a_storm_of_logins),
		cmocka_unit_test(late_files_are_two_of_five_and_then_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
