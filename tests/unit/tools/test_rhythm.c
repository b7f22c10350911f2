/* SPDX-License-Identifier: Apache-2.0 */
#include "rhythm.h"

#include "place.h"

#define HOUR_MS  INT64_C(3600000)
#define MONDAY   (NOON_MS - 12 * HOUR_MS) /* 2026-11-23 00:00 local */
#define SATURDAY (MONDAY - 48 * HOUR_MS)
#define TUESDAY  (MONDAY + 8 * 24 * HOUR_MS) /* 2026-12-01 */

static double share(enum rhythm rhythm, int64_t day_ms, int hour)
{
	return rhythm_share(rhythm, day_ms + hour * HOUR_MS, 420);
}

static void offices_have_two_peaks_and_rest_at_noon_and_at_weekends(void **state)
{
	(void)state;
	assert_true(share(IN_OFFICE, MONDAY, 9) == 1 && share(IN_OFFICE, MONDAY, 14) == 1);
	assert_true(share(IN_OFFICE, MONDAY, 12) < 0.3);
	assert_true(share(IN_OFFICE, MONDAY, 3) == 0);
	assert_true(share(IN_OFFICE, SATURDAY, 9) < 0.1);
}

static void citizens_come_in_the_evening_and_traffic_twice(void **state)
{
	(void)state;
	assert_true(share(AT_HOME, MONDAY, 20) > share(AT_HOME, MONDAY, 9));
	assert_true(share(ON_ROADS, MONDAY, 7) == 1 && share(ON_ROADS, MONDAY, 17) == 1);
	assert_true(share(ON_ROADS, MONDAY, 10) < 0.7);
	assert_true(share(IN_MORNING, MONDAY, 7) == 1 && share(IN_MORNING, MONDAY, 15) == 0);
	assert_true(share(IN_MORNING, SATURDAY, 7) == 0);
}

static void machines_know_no_hour(void **state)
{
	(void)state;
	for (int hour = 0; hour < 24; hour++)
		assert_true(share(EVENLY, SATURDAY, hour) == 1);
}

static void a_month_is_reported_in_its_first_days(void **state)
{
	(void)state;
	assert_true(share(MONTHLY, TUESDAY, 9) == 1);
	assert_true(share(MONTHLY, TUESDAY + 3 * 24 * HOUR_MS, 9) == 1);
	assert_true(share(MONTHLY, MONDAY, 9) < 0.1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offices_have_two_peaks_and_rest_at_noon_and_at_weekends),
		cmocka_unit_test(citizens_come_in_the_evening_and_traffic_twice),
		cmocka_unit_test(machines_know_no_hour),
		cmocka_unit_test(a_month_is_reported_in_its_first_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
