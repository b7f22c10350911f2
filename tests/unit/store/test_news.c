/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts in Redis: each transition in the stream and on the channel once, whatever happens. */
#include "iocd/base/counter.h"
#include "picture.h"

static void a_raised_alert_stands_until_it_is_cleared(void **state)
{
	struct scene *scene = *state;

	scene_begin(scene);
	world_raise(&scene->first, 1, "s 1");
	world_raise(&scene->first, 2, "");
	WAIT_FOR(scene, is_settled(&scene->first));
	assert_string_equal(ASK(scene, "ZRANGE t:alerts 0 -1 WITHSCORES"),
			    "d1/flood/s%201 1795309200 d2/flood 1795309200");
	assert_string_equal(ASK(scene, "HMGET t:alert:{d1}:flood/s%%201 rule unit subject severity "
				       "raised drill"),
			    "flood d1 s 1 critical 2026-11-22T08:00:00+07:00 0");
	assert_non_null(strstr(ASK(scene, "HGET t:alert:{d2}:flood json"),
			       "\"key\":\"flood\",\"rule\":{\"id\":\"flood\""));
	assert_string_equal(logged(scene), "1 2");

	world_pass(&scene->first, 11 * MINUTE);
	WAIT_FOR(scene, is_settled(&scene->first));
	assert_string_equal(logged(scene), "1 2 3 4");
	assert_string_equal(
		ASK(scene, "EXISTS t:alerts t:alert:{d1}:flood/s%%201 t:alert:{d2}:flood"), "0");
	assert_non_null(strstr(ASK(scene, "XREVRANGE t:alertlog + - COUNT 1"),
			       "number 4 news cleared json {\"number\":4"));
}

static void raised_alerts_are_there_again_after_redis_forgot_everything(void **state)
{
	struct scene *scene = *state;

	scene_begin(scene);
	world_raise(&scene->first, 1, "a");
	world_pass(&scene->first, 11 * MINUTE); /* over before the others */
	world_raise(&scene->first, 1, "b");
	world_raise(&scene->first, 2, "c");
	WAIT_FOR(scene, is_settled(&scene->first));
	server_kill(&scene->server);
	WAIT_FOR(scene, is_in(&scene->first, STORE_DOWN));
	server_start(&scene->server);
	WAIT_FOR(scene, is_settled(&scene->first));
	assert_string_equal(ASK(scene, "ZRANGE t:alerts 0 -1"), "d1/flood/b d2/flood/c");
	assert_string_equal(ASK(scene, "EXISTS t:alert:{d1}:flood/a t:alert:{d1}:flood/b "
				       "t:alert:{d2}:flood/c"),
			    "2");
	assert_string_equal(logged(scene), "1 2 3 4");
}

static void a_transition_is_logged_once_over_reconnects(void **state)
{
	struct scene *scene = *state;
	char subject[16];

	scene_begin(scene);
	for (int i = 0; i < 12; i++) {
		snprintf(subject, sizeof(subject), "s%d", i);
		world_raise(&scene->first, 1, subject);
		if (i % 3 == 1)
			scene_cut(scene);
		if (i % 2 == 0)
			WAIT_FOR(scene, is_settled(&scene->first));
	}
	WAIT_FOR(scene, is_settled(&scene->first));
	assert_string_equal(logged(scene), "1 2 3 4 5 6 7 8 9 10 11 12");
	assert_string_equal(ASK(scene, "ZCARD t:alerts"), "12");
	assert_string_equal(ASK(scene, "HGET t:cursor alertlog"), "12");
}

static void a_restart_goes_on_where_the_log_ends(void **state)
{
	struct scene *scene = *state;

	scene_begin(scene);
	world_raise(&scene->first, 1, "a");
	WAIT_FOR(scene, is_settled(&scene->first));
	store_close(scene->first.store);
	scene->first.store = NULL;

	world_raise(&scene->first, 1, "b");
	scene_begin(scene);
	WAIT_FOR(scene, is_settled(&scene->first));
	assert_string_equal(logged(scene), "1 2");
	assert_string_equal(ASK(scene, "ZRANGE t:alerts 0 -1"), "d1/flood/a d1/flood/b");
}

static void the_log_of_another_journal_is_replaced(void **state)
{
	struct scene *scene = *state;

	ASK(scene, "XADD t:alertlog * number 77");
	ASK(scene, "HSET t:cursor instance province epoch 0 journal other alertlog 1");
	world_raise(&scene->first, 1, "a");
	world_raise(&scene->first, 1, "b");
	scene_begin(scene);
	WAIT_FOR(scene, is_settled(&scene->first));
	assert_string_equal(logged(scene), "1 2");
}

static void a_log_that_was_deleted_is_written_again(void **state)
{
	struct scene *scene = *state;

	scene_begin(scene);
	world_raise(&scene->first, 1, "a");
	WAIT_FOR(scene, is_settled(&scene->first));
	ASK(scene, "DEL t:alertlog");
	scene_cut(scene);
	WAIT_ANSWER(scene, "1", "XLEN t:alertlog");
	assert_string_equal(logged(scene), "1");
}

static void the_channel_carries_each_transition_once(void **state)
{
	struct scene *scene = *state;
	redisContext *ear = redisConnectUnix(scene->server.socket);
	char numbers[256];

	freeReplyObject(redisCommand(ear, "SUBSCRIBE t:alerts"));
	world_raise(&scene->first, 1, "before"); /* old news when the store starts */
	scene_begin(scene);
	world_raise(&scene->first, 1, "a");
	WAIT_FOR(scene, is_settled(&scene->first));
	ASK(scene, "FLUSHALL"); /* the stream is written again, the news is old */
	world_raise(&scene->first, 1, "b");
	WAIT_ANSWER(scene, "3", "XLEN t:alertlog");
	world_raise(&scene->first, 2, "c");
	WAIT_ANSWER(scene, "4", "XLEN t:alertlog");
	ASK(scene, "PUBLISH t:alerts end");
	heard(ear, numbers, sizeof(numbers));
	redisFree(ear);
	assert_string_equal(numbers, "2 3 4 ");
}

static void what_happened_while_iocd_was_down_is_still_news(void **state)
{
	struct scene *scene = *state;
	redisContext *ear = redisConnectUnix(scene->server.socket);
	char numbers[256];

	freeReplyObject(redisCommand(ear, "SUBSCRIBE t:alerts"));
	scene_begin(scene);
	world_raise(&scene->first, 1, "a");
	WAIT_FOR(scene, is_settled(&scene->first));
	store_close(scene->first.store);
	scene->first.store = NULL;
	world_raise(&scene->first, 1, "b");
	scene_begin(scene);
	WAIT_FOR(scene, is_settled(&scene->first));
	ASK(scene, "PUBLISH t:alerts end");
	heard(ear, numbers, sizeof(numbers));
	redisFree(ear);
	assert_string_equal(numbers, "1 2 ");
}

static void transitions_that_are_no_longer_kept_cost_the_view_nothing(void **state)
{
	struct scene *scene = *state;
	uint64_t n_rewrites;
	char subject[16];

	for (int i = 0; i < ALERTBOOK_LOG + 10; i++) {
		snprintf(subject, sizeof(subject), "s%d", i);
		world_raise(&scene->first, 1, subject);
	}
	scene_begin(scene);
	assert_string_equal(ASK(scene, "XLEN t:alertlog"), "4096");
	assert_string_equal(ASK(scene, "ZCARD t:alerts"), "4106");
	world_raise(&scene->first, 2, "more");
	WAIT_ANSWER(scene, "4097", "XLEN t:alertlog");
	assert_string_equal(ASK(scene, "ZCARD t:alerts"), "4107");

	store_close(scene->first.store);
	scene->first.store = NULL;
	scene_begin(scene);
	n_rewrites = counter_get(COUNTER_redis_rewrites);
	world_raise(&scene->first, 2, "again");
	WAIT_ANSWER(scene, "4108", "ZCARD t:alerts");
	assert_int_equal(counter_get(COUNTER_redis_rewrites), n_rewrites);
}

static void many_alerts_take_several_transactions(void **state)
{
	struct scene *scene = *state;
	char subject[16];

	scene_begin(scene);
	for (int i = 0; i < 300; i++) {
		snprintf(subject, sizeof(subject), "s%03d", i);
		world_raise(&scene->first, (uint32_t)i % 3, subject);
	}
	WAIT_FOR(scene, is_settled(&scene->first));
	assert_string_equal(ASK(scene, "XLEN t:alertlog"), "300");
	assert_string_equal(ASK(scene, "ZCARD t:alerts"), "300");
	ASK(scene, "FLUSHALL");
	store_put_health(scene->first.store, "time", "now");
	WAIT_ANSWER(scene, "300", "XLEN t:alertlog");
	WAIT_FOR(scene, is_settled(&scene->first));
	assert_string_equal(ASK(scene, "ZCARD t:alerts"), "300");
	assert_string_equal(ASK(scene, "HGET t:alert:{d2}:flood/s299 subject"), "s299");
}

#define SCENE_TEST(name) cmocka_unit_test_setup_teardown(name, scene_make, scene_unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE_TEST(a_raised_alert_stands_until_it_is_cleared),
		SCENE_TEST(raised_alerts_are_there_again_after_redis_forgot_everything),
		SCENE_TEST(a_transition_is_logged_once_over_reconnects),
		SCENE_TEST(a_restart_goes_on_where_the_log_ends),
		SCENE_TEST(the_log_of_another_journal_is_replaced),
		SCENE_TEST(a_log_that_was_deleted_is_written_again),
		SCENE_TEST(the_channel_carries_each_transition_once),
		SCENE_TEST(what_happened_while_iocd_was_down_is_still_news),
		SCENE_TEST(transitions_that_are_no_longer_kept_cost_the_view_nothing),
		SCENE_TEST(many_alerts_take_several_transactions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
