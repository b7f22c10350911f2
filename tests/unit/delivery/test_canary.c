/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/canary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define FIRST UINT64_C(1795309200000)
#define CIVIL INT64_C(1795309200123)

/* A scripted mqtt, as connected and as full as the test says. */
static enum mqtt_state state_now;
static int outcome;
static int n_published;
static char last_topic[64];
static char last_payload[64];

void mqtt_get_status(const struct mqtt *mqtt, struct mqtt_status *ret)
{
	(void)mqtt;
	*ret = (struct mqtt_status){ .state = state_now };
}

int mqtt_publish(struct mqtt *mqtt, uint64_t token, const char *topic, const void *payload,
		 size_t payload_size, int qos, bool retain)
{
	(void)mqtt;
	assert_true(token == CANARY_TOKEN);
	assert_int_equal(qos, 1);
	assert_false(retain);
	n_published++;
	snprintf(last_topic, sizeof(last_topic), "%s", topic);
	snprintf(last_payload, sizeof(last_payload), "%.*s", (int)payload_size,
		 (const char *)payload);
	return outcome;
}

static struct canary *canary;

static int make(void **state)
{
	const struct canary_options options = { .prefix = "x/v1", .unit = "p", .first = FIRST };

	(void)state;
	state_now = MQTT_UP;
	outcome = 0;
	n_published = 0;
	canary = canary_new(&options);
	return 0;
}

static int unmake(void **state)
{
	(void)state;
	canary = canary_free(canary);
	return 0;
}

static void tick(int64_t now_ms)
{
	canary_tick(canary, NULL, now_ms, CIVIL + now_ms);
}

static void one_leaves_every_thirty_seconds(void **state)
{
	uint64_t n = 0;

	(void)state;
	tick(1000);
	assert_int_equal(n_published, 1);
	assert_string_equal(last_topic, "x/v1/p/iocd/canary");
	assert_string_equal(last_payload, "{\"sent\":1795309201123,\"n\":1795309200000}");
	assert_int_equal(canary_read(last_payload, strlen(last_payload), &n), 0);
	assert_true(n == FIRST);
	for (int64_t ms = 1000; ms < 31000; ms += 1000)
		tick(ms);
	assert_int_equal(n_published, 1);
	tick(31000);
	assert_int_equal(n_published, 2);
	assert_int_equal(canary_read(last_payload, strlen(last_payload), &n), 0);
	assert_true(n == FIRST + 1);
}

static void one_that_leaves_more_often_is_missed_sooner(void **state)
{
	const struct canary_options options = {
		.prefix = "x/v1", .unit = "p", .first = FIRST, .every_ms = 1000
	};

	(void)state;
	canary_free(canary);
	canary = canary_new(&options);
	for (int64_t ms = 0; ms < 3000; ms += 1000) {
		tick(ms);
		assert_int_equal(canary_state(canary, ms), CANARY_WELL);
	}
	assert_int_equal(n_published, 3);
	tick(3000);
	assert_int_equal(canary_state(canary, 3000), CANARY_CUT);
	for (int64_t ms = 4000; ms < 9000; ms += 1000)
		tick(ms);
	assert_int_equal(canary_late_ms(canary, 9000), 9000); /* those that it has forgotten too */
}

static void the_time_of_a_round_is_known(void **state)
{
	(void)state;
	assert_int_equal(canary_round_ms(canary), -1);
	tick(1000);
	assert_int_equal(canary_late_ms(canary, 1400), 400);
	canary_returned(canary, FIRST, 1700);
	assert_int_equal(canary_round_ms(canary), 700);
	assert_int_equal(canary_late_ms(canary, 20000), 700);
	assert_int_equal(canary_state(canary, 20000), CANARY_WELL);
}

static void more_than_five_seconds_are_amber(void **state)
{
	(void)state;
	tick(0);
	assert_int_equal(canary_state(canary, 5000), CANARY_WELL);
	assert_int_equal(canary_state(canary, 5001), CANARY_SLOW);
	canary_returned(canary, FIRST, 6000);
	assert_int_equal(canary_state(canary, 6000), CANARY_SLOW); /* it was slow */
	tick(30000);
	canary_returned(canary, FIRST + 1, 30100);
	assert_int_equal(canary_state(canary, 30100), CANARY_WELL);
	assert_string_equal(canary_light(CANARY_WELL), "green");
	assert_string_equal(canary_light(CANARY_SLOW), "amber");
}

static void three_that_do_not_come_back_are_red(void **state)
{
	(void)state;
	for (int64_t ms = 0; ms < 90000; ms += 1000) {
		tick(ms);
		assert_int_equal(canary_state(canary, ms), ms > 5000 ? CANARY_SLOW : CANARY_WELL);
	}
	tick(90000);
	assert_int_equal(canary_state(canary, 90000), CANARY_CUT);
	assert_string_equal(canary_light(CANARY_CUT), "red");
	for (int64_t ms = 91000; ms <= 3600000; ms += 1000)
		tick(ms);
	assert_int_equal(canary_late_ms(canary, 3600000), 3600000);
	assert_int_equal(canary_state(canary, 3600000), CANARY_CUT);

	canary_returned(canary, FIRST + 120, 3600200); /* the last one: the path is back */
	assert_int_equal(canary_round_ms(canary), 200);
	assert_int_equal(canary_state(canary, 3600200), CANARY_WELL);
}

static void old_and_strange_ones_are_nothing(void **state)
{
	(void)state;
	canary_returned(canary, FIRST, 0); /* not sent yet */
	tick(0);
	tick(30000);
	canary_returned(canary, FIRST - 1, 30100); /* of an earlier process */
	canary_returned(canary, FIRST + 2, 30100);
	assert_int_equal(canary_round_ms(canary), -1);
	canary_returned(canary, FIRST + 1, 30200);
	canary_returned(canary, FIRST, 39000); /* overtaken, and again */
	canary_returned(canary, FIRST + 1, 39000);
	assert_int_equal(canary_round_ms(canary), 200);
}

static void one_that_comes_back_very_late_does_not_look_quick(void **state)
{
	(void)state;
	for (int64_t ms = 0; ms <= 300000; ms += 1000)
		tick(ms);
	canary_returned(canary, FIRST, 300000);
	assert_int_equal(canary_state(canary, 300000), CANARY_CUT); /* ten more are missing */
	assert_true(canary_round_ms(canary) >= 300000);
	canary_returned(canary, FIRST + 10, 300500);
	assert_int_equal(canary_state(canary, 300500), CANARY_WELL);
}

static void what_cannot_leave_is_missing(void **state)
{
	(void)state;
	state_now = MQTT_WAITING;
	tick(0);
	assert_int_equal(n_published, 0); /* it would only fill the queue */
	state_now = MQTT_UP;
	outcome = MQTT_FULL;
	tick(30000);
	tick(60000);
	assert_int_equal(n_published, 2);
	assert_int_equal(canary_state(canary, 89999), CANARY_SLOW);
	assert_int_equal(canary_state(canary, 90000), CANARY_CUT);
}

static void only_whole_canaries_are_read(void **state)
{
	static const char good[] = "{\"sent\":1,\"n\":25}";
	uint64_t n = 0;

	(void)state;
	for (size_t size = 0; size < strlen(good); size++)
		assert_int_equal(canary_read(good, size, &n), 1);
	assert_int_equal(canary_read(good, strlen(good), &n), 0);
	assert_true(n == 25);
	assert_int_equal(canary_read("{\"sent\":1,\"n\":25}}", 18, &n), 1);
	assert_int_equal(canary_read("{\"sent\":1,\"n\":-5}", 17, &n), 1);
	assert_int_equal(canary_read("{\"sent\":1,\"n\":99999999999999999999}", 35, &n), 1);
	assert_int_equal(canary_read("{\"sent\":,\"n\":1}", 15, &n), 1);
	assert_null(canary_free(NULL));
}

#define CANARY_TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CANARY_TEST(one_leaves_every_thirty_seconds),
		CANARY_TEST(one_that_leaves_more_often_is_missed_sooner),
		CANARY_TEST(the_time_of_a_round_is_known),
		CANARY_TEST(more_than_five_seconds_are_amber),
		CANARY_TEST(three_that_do_not_come_back_are_red),
		CANARY_TEST(old_and_strange_ones_are_nothing),
		CANARY_TEST(one_that_comes_back_very_late_does_not_look_quick),
		CANARY_TEST(what_cannot_leave_is_missing),
		CANARY_TEST(only_whole_canaries_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
