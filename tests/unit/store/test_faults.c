/* SPDX-License-Identifier: Apache-2.0 */
/* A Redis that goes back in time, hangs, loads, or stands under numbers that are not ours. */
#include "iocd/base/counter.h"
#include "picture.h"

/* ---- an older copy ---- */

/* What happens after the copy: of everything something, and the copy's alert is over. */
static void go_beyond(struct scene *scene)
{
	struct world *world = &scene->first;

	world_raise(world, 1, "b");
	world_pass(world, 11 * MINUTE);
	world_raise(world, 2, "c");
	world_send(world, 2, 0, 5);
	world_refuse(world, 2, "more rubbish");
	store_put_health(world->store, "mqtt", "waiting");
	WAIT_FOR(scene, is_settled(world));
	WAIT_ANSWER(scene, "waiting", "HGET t:health mqtt");
}

/* The id of the first entry of the log: it tells a log that goes on from one written anew. */
static void first_id(struct scene *scene, char id[64])
{
	snprintf(id, 64, "%.*s", 20, ASK(scene, "XRANGE t:alertlog - + COUNT 1"));
	assert_non_null(strchr(id, '-'));
	*strchr(id, ' ') = '\0';
}

static void nothing_was_heard(struct scene *scene, redisContext *ear)
{
	char numbers[256];

	ASK(scene, "PUBLISH t:alerts end");
	heard(ear, numbers, sizeof(numbers));
	redisFree(ear);
	assert_string_equal(numbers, "");
}

static redisContext *listen_to(struct scene *scene)
{
	redisContext *ear = redisConnectUnix(scene->server.socket);

	freeReplyObject(redisCommand(ear, "SUBSCRIBE t:alerts"));
	return ear;
}

static void an_older_copy_that_comes_back_is_brought_up_to_date(void **state)
{
	struct scene *scene = *state;
	char *before, *after;
	char id[64], same_id[64];
	redisContext *ear;

	begin_filled(scene);
	ASK(scene, "SAVE");
	first_id(scene, id);
	go_beyond(scene);
	before = picture(scene);
	server_kill(&scene->server);
	WAIT_FOR(scene, is_in(&scene->first, STORE_DOWN));

	server_start(&scene->server);
	assert_string_equal(logged(scene), "1");
	assert_string_equal(ASK(scene, "EXISTS t:alert:{d1}:flood/a"), "1");
	ear = listen_to(scene);
	WAIT_FOR(scene, is_settled(&scene->first));
	after = picture(scene);
	assert_string_equal(before, after);
	assert_string_equal(logged(scene), "1 2 3 4 5");
	assert_string_equal(ASK(scene, "EXISTS t:alert:{d1}:flood/a t:alert:{d1}:flood/b"), "0");
	first_id(scene, same_id);
	assert_string_equal(id, same_id);
	nothing_was_heard(scene, ear);
	free(before);
	free(after);
}

/* DEBUG RELOAD NOSAVE puts the copy in the place of the data while connections stand. */
static void an_older_copy_under_a_living_connection_is_noticed_by_the_next_write(void **state)
{
	struct scene *scene = *state;
	uint64_t n_losses = counter_get(COUNTER_redis_losses);
	uint64_t n_failures;
	char *before, *after;
	redisContext *ear;

	begin_filled(scene);
	ASK(scene, "SAVE");
	go_beyond(scene);
	before = picture(scene);
	ear = listen_to(scene);
	n_failures = counter_get(COUNTER_redis_failures);

	assert_string_equal(ASK(scene, "DEBUG RELOAD NOSAVE"), "OK");
	assert_string_equal(logged(scene), "1");
	store_put_health(scene->first.store, "mqtt", "waiting");
	WAIT_FOR(scene, is_in(&scene->first, STORE_REWRITING));
	assert_string_equal(scene_status(&scene->first).reason, "somebody else touched the cursor");
	WAIT_FOR(scene, is_settled(&scene->first));
	after = picture(scene);
	assert_string_equal(before, after);
	assert_string_equal(logged(scene), "1 2 3 4 5");
	assert_int_equal(counter_get(COUNTER_redis_losses), n_losses);
	assert_int_equal(counter_get(COUNTER_redis_failures), n_failures + 1);
	nothing_was_heard(scene, ear);
	free(before);
	free(after);
}

static void a_copy_from_before_our_start_is_taken_over_once_nobody_writes_it(void **state)
{
	struct scene *scene = *state;

	scene->fenced_ms = 100;
	begin_filled(scene);
	ASK(scene, "SAVE");
	store_close(scene->first.store);
	scene->first.store = NULL;
	scene_begin(scene);
	go_beyond(scene);

	ASK(scene, "DEBUG RELOAD NOSAVE");
	store_put_health(scene->first.store, "mqtt", "waiting");
	WAIT_FOR(scene, is_in(&scene->first, STORE_FENCED)); /* it could be a rival's */
	WAIT_FOR(scene, is_settled(&scene->first));
	assert_string_equal(logged(scene), "1 2 3 4 5");
	assert_string_equal(ASK(scene, "ZRANGE t:alerts 0 -1"), "d2/flood/c");
}

/* ---- Redis does not answer, or says "not now" ---- */

/* Sends a command on a connection of its own and does not wait for its answer. */
static redisContext *say_aside(struct scene *scene, const char *format, const char *arg)
{
	redisContext *link = redisConnectUnix(scene->server.socket);
	int is_done = 0;

	assert_int_equal(redisAppendCommand(link, format, arg), REDIS_OK);
	while (!is_done)
		assert_int_equal(redisBufferWrite(link, &is_done), REDIS_OK);
	return link;
}

static void add_ballast(struct scene *scene)
{
	static const char bytes[2000] = "";

	for (int i = 0; i < 25; i++)
		ASK(scene, "SET ballast:%d %b", i, bytes, sizeof(bytes));
	ASK(scene, "CONFIG SET rdbcompression no");
}

static void a_redis_that_loads_its_data_is_waited_for(void **state)
{
	struct scene *scene = *state;
	int log;

	begin_filled(scene);
	add_ballast(scene);
	ASK(scene, "SAVE");
	server_kill(&scene->server);
	WAIT_FOR(scene, is_in(&scene->first, STORE_DOWN));
	world_send(&scene->first, 1, 0, 4);

	scene->server.load_delay_us = "20000";
	log = server_launch(&scene->server);
	WAIT_FOR(scene, says(&scene->first, "LOADING"));
	assert_true(is_in(&scene->first, STORE_DOWN));
	assert_true(scene_status(&scene->first).stale_ms > 0);
	server_meet(&scene->server, log);
	WAIT_FOR(scene, is_settled(&scene->first));
	assert_string_equal(scene_status(&scene->first).reason, "");
	assert_string_equal(ASK(scene, "HGET t:live:{d1} all@1h"), "7");
	assert_string_equal(logged(scene), "1");
}

static void a_redis_that_loads_under_a_living_connection_is_named(void **state)
{
	struct scene *scene = *state;
	uint64_t n_losses = counter_get(COUNTER_redis_losses);
	redisContext *aside;

	begin_filled(scene);
	add_ballast(scene);
	ASK(scene, "CONFIG SET key-load-delay 20000");
	aside = say_aside(scene, "DEBUG %s", "RELOAD");
	WAIT_FOR(scene, (world_send(&scene->first, 1, 0, 1), says(&scene->first, "LOADING")));
	assert_true(is_in(&scene->first, STORE_REWRITING));
	WAIT_FOR(scene, is_settled(&scene->first));
	redisFree(aside);
	assert_int_equal(counter_get(COUNTER_redis_losses), n_losses);
	assert_string_equal(logged(scene), "1");
	assert_string_equal(ASK(scene, "ZCARD t:alerts"), "1");
}

static void a_redis_that_is_busy_with_a_script_is_named(void **state)
{
	struct scene *scene = *state;
	redisContext *aside;

	begin_filled(scene);
	ASK(scene, "CONFIG SET busy-reply-threshold 1");
	aside = say_aside(scene, "EVAL %s 0", "while true do end");
	world_send(&scene->first, 1, 0, 4);
	world_raise(&scene->first, 2, "b");
	WAIT_FOR(scene, says(&scene->first, "BUSY"));
	assert_true(is_in(&scene->first, STORE_REWRITING));
	ASK(scene, "SCRIPT KILL");
	WAIT_FOR(scene, is_settled(&scene->first));
	redisFree(aside);
	assert_string_equal(logged(scene), "1 2");
	assert_string_equal(ASK(scene, "HGET t:live:{d1} all@1h"), "7");
}

/* The commands of the transaction stand before a stopped Redis, which executes them when it goes
 * on, though nobody waits for the answer any more. */
static void a_transaction_that_was_not_answered_in_time_counts_once(void **state)
{
	struct scene *scene = *state;
	uint64_t n_failures = counter_get(COUNTER_redis_failures);
	char numbers[256];
	redisContext *ear;

	scene->timeout_ms = 300;
	begin_filled(scene);
	ear = listen_to(scene);
	assert_int_equal(kill(scene->server.pid, SIGSTOP), 0);
	world_raise(&scene->first, 2, "b");
	WAIT_FOR(scene, is_in(&scene->first, STORE_DOWN));
	assert_true(says(&scene->first, "no answer in time"));
	assert_int_equal(counter_get(COUNTER_redis_failures), n_failures + 1);
	world_raise(&scene->first, 2, "c");

	assert_int_equal(kill(scene->server.pid, SIGCONT), 0);
	WAIT_FOR(scene, is_settled(&scene->first));
	assert_string_equal(logged(scene), "1 2 3");
	assert_string_equal(ASK(scene, "ZCARD t:alerts"), "3");
	ASK(scene, "PUBLISH t:alerts end");
	heard(ear, numbers, sizeof(numbers));
	redisFree(ear);
	assert_string_equal(numbers, "2 3 ");
}

static void a_redis_that_cannot_be_reached_says_why(void **state)
{
	struct scene *scene = *state;

	ASK(scene, "CONFIG SET requirepass secret");
	scene_open(scene, &scene->first, "province", "journal-1");
	WAIT_FOR(scene, says(&scene->first, "NOAUTH"));
	assert_true(is_in(&scene->first, STORE_DOWN));
	ASK(scene, "CONFIG SET requirepass ''");
}

/* ---- what stands there is not what we think ---- */

static void wrong_types_under_all_keys_before_the_start_heal(void **state)
{
	static const char *const keys[] = {
		"t:live:{p}",
		"t:live:{d1}",
		"t:meta:{p}",
		"t:meta:{d1}",
		"t:recent:{p}:all",
		"t:recent:{d1}:all",
		"t:alert:{d1}:flood/a",
		"t:alerts",
		"t:alertlog",
		"t:deadletter",
		"t:health",
		"t:units",
		"t:cursor",
	};
	struct scene *scene = *state;
	char *before, *after;

	begin_filled(scene);
	before = picture(scene);
	store_close(scene->first.store);
	scene->first.store = NULL;
	for (size_t i = 0; i < COUNT(keys); i++) {
		ASK(scene, "DEL %s", keys[i]);
		ASK(scene, "RPUSH %s rubbish", keys[i]);
	}

	scene_open(scene, &scene->first, "province", "journal-1");
	world_settle(&scene->first);
	store_put_health(scene->first.store, "mqtt", "up");
	WAIT_FOR(scene, is_settled(&scene->first));
	after = picture(scene);
	assert_string_equal(before, after);
	assert_string_equal(logged(scene), "1");
	free(before);
	free(after);
}

/* What we may not read we must not take for empty: old alerts would stand for ever. */
static void who_may_not_read_what_is_left_writes_nothing(void **state)
{
	static const char *const commands[] = { "smembers", "zrange", "type",
						"hgetall",  "watch",  "unwatch" };
	struct scene *scene = *state;

	scene_open(scene, &scene->first, "province", "journal-1");
	for (size_t i = 0; i < COUNT(commands); i++) {
		WAIT_FOR(scene, is_in(&scene->first, STORE_LIVE));
		ASK(scene, "FLUSHALL");
		ASK(scene, "ACL SETUSER default -%s", commands[i]);
		scene_cut(scene);
		WAIT_FOR(scene, says(&scene->first, "NOPERM"));
		assert_string_equal(ASK(scene, "DBSIZE"), "0");
		ASK(scene, "ACL SETUSER default +%s", commands[i]);
	}
	WAIT_FOR(scene, is_in(&scene->first, STORE_LIVE));
}

static void a_log_that_is_ahead_of_us_is_written_anew(void **state)
{
	struct scene *scene = *state;
	redisContext *ear = listen_to(scene);
	char numbers[256];

	ASK(scene, "XADD t:alertlog * number 8 json {}");
	ASK(scene, "XADD t:alertlog * number 9 json {}");
	ASK(scene, "XADD t:deadletter * number 9");
	ASK(scene, "HSET t:cursor instance province epoch 0 journal journal-1 alertlog 9 "
		   "deadletter 9");
	world_raise(&scene->first, 1, "a");
	world_raise(&scene->first, 1, "b");
	world_refuse(&scene->first, 1, "rubbish");
	scene_begin(scene);
	WAIT_FOR(scene, is_settled(&scene->first));
	assert_string_equal(logged(scene), "1 2");
	assert_string_equal(ASK(scene, "XLEN t:deadletter"), "1");

	world_raise(&scene->first, 1, "c"); /* what was there before is no news, what comes is */
	WAIT_FOR(scene, is_settled(&scene->first));
	assert_string_equal(logged(scene), "1 2 3");
	ASK(scene, "PUBLISH t:alerts end");
	heard(ear, numbers, sizeof(numbers));
	redisFree(ear);
	assert_string_equal(numbers, "3 ");
}

static void numbers_that_mean_something_else_now_are_noticed(void **state)
{
	struct scene *scene = *state;

	ASK(scene, "XADD t:alertlog * number 1 json {}");
	ASK(scene, "XADD t:deadletter * number 1 payload old");
	ASK(scene, "HSET t:cursor instance province epoch 0 journal journal-1 alertlog 1 "
		   "alertlog_at 77 deadletter 1 deadletter_at 77");
	world_raise(&scene->first, 1, "a");
	world_raise(&scene->first, 1, "b");
	world_refuse(&scene->first, 1, "rubbish");
	scene_begin(scene);
	WAIT_FOR(scene, is_settled(&scene->first));
	assert_string_equal(logged(scene), "1 2");
	assert_non_null(strstr(ASK(scene, "XRANGE t:alertlog - +"), "number 1 news raised"));
	assert_string_equal(ASK(scene, "XLEN t:deadletter"), "1");
	assert_non_null(strstr(ASK(scene, "XRANGE t:deadletter - +"), "payload rubbish"));
	assert_string_equal(ASK(scene, "HMGET t:cursor alertlog alertlog_at published deadletter "
				       "deadletter_at"),
			    "2 2 2 1 3");
}

/* A Redis that was empty was being filled when iocd was killed. */
static void a_death_while_the_log_is_written_anew_repeats_nothing_on_the_channel(void **state)
{
	struct scene *scene = *state;
	redisContext *ear = listen_to(scene);

	ASK(scene, "HSET t:cursor instance province epoch 0 journal journal-1 rewriting 1 "
		   "alertlog 0 published 2");
	world_raise(&scene->first, 1, "a");
	world_raise(&scene->first, 1, "b");
	scene_begin(scene);
	WAIT_FOR(scene, is_settled(&scene->first));
	assert_string_equal(logged(scene), "1 2");
	nothing_was_heard(scene, ear);
}

/* ---- transitions that the book has lost in a restart ---- */

static int sink(void *context, const void *bytes, size_t n)
{
	(void)fwrite(bytes, 1, n, context);
	return 0;
}

/* The second world gets the book of the first, as after a start without unit d2. */
static void inherit_book(struct scene *scene)
{
	static const uint32_t to[] = { 0, 1, RENUMBER_GONE };
	const struct renumber units = { .to = to, .n = COUNT(to) };
	struct bytes_writer writer;
	struct bytes_reader reader;
	static char buffer[4096];
	char *bytes;
	size_t n;
	FILE *file = open_memstream(&bytes, &n);

	bytes_writer_init(&writer, sink, file, buffer, sizeof(buffer));
	alertbook_save(scene->first.book, &writer);
	assert_int_equal(bytes_flush(&writer), 0);
	fclose(file);
	world_init(&scene->second, 2);
	bytes_reader_init(&reader, bytes, n);
	alertbook_load(scene->second.book, &reader, &units);
	assert_false(reader.is_bad);
	free(bytes);
}

static void transitions_of_units_that_are_gone_are_passed_over(void **state)
{
	struct scene *scene = *state;
	struct world *world = &scene->second;
	redisContext *ear;
	char numbers[256];

	scene_begin(scene);
	world_raise(&scene->first, 1, "a");
	WAIT_FOR(scene, is_settled(&scene->first));
	store_close(scene->first.store);
	scene->first.store = NULL;
	world_raise(&scene->first, 2, "gone");
	world_raise(&scene->first, 1, "b");
	world_raise(&scene->first, 2, "gone, too");
	inherit_book(scene);
	assert_int_equal(alertbook_last(world->book), 4);
	assert_null(alertbook_transition(world->book, 4));

	ear = listen_to(scene);
	scene_open(scene, world, "province", "journal-1");
	WAIT_FOR(scene, is_settled(world));
	assert_string_equal(logged(scene), "1 3");
	assert_string_equal(ASK(scene, "HGET t:cursor alertlog"), "3");
	scene_cut(scene); /* and none of it again */
	WAIT_FOR(scene, !is_in(world, STORE_LIVE));
	WAIT_FOR(scene, is_settled(world));
	world->position = scene->first.position;
	world_raise(world, 1, "c");
	WAIT_FOR(scene, is_settled(world));
	assert_string_equal(logged(scene), "1 3 5");
	assert_string_equal(ASK(scene, "ZRANGE t:alerts 0 -1"), "d1/flood/a d1/flood/b d1/flood/c");
	ASK(scene, "PUBLISH t:alerts end");
	heard(ear, numbers, sizeof(numbers));
	redisFree(ear);
	assert_string_equal(numbers, "3 5 ");
}

#define SCENE_TEST(name) cmocka_unit_test_setup_teardown(name, scene_make, scene_unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE_TEST(an_older_copy_that_comes_back_is_brought_up_to_date),
		SCENE_TEST(an_older_copy_under_a_living_connection_is_noticed_by_the_next_write),
		SCENE_TEST(a_copy_from_before_our_start_is_taken_over_once_nobody_writes_it),
		SCENE_TEST(a_redis_that_loads_its_data_is_waited_for),
		SCENE_TEST(a_redis_that_loads_under_a_living_connection_is_named),
		SCENE_TEST(a_redis_that_is_busy_with_a_script_is_named),
		SCENE_TEST(a_transaction_that_was_not_answered_in_time_counts_once),
		SCENE_TEST(a_redis_that_cannot_be_reached_says_why),
		SCENE_TEST(wrong_types_under_all_keys_before_the_start_heal),
		SCENE_TEST(who_may_not_read_what_is_left_writes_nothing),
		SCENE_TEST(a_log_that_is_ahead_of_us_is_written_anew),
		SCENE_TEST(numbers_that_mean_something_else_now_are_noticed),
		SCENE_TEST(a_death_while_the_log_is_written_anew_repeats_nothing_on_the_channel),
		SCENE_TEST(transitions_of_units_that_are_gone_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
