/* SPDX-License-Identifier: Apache-2.0 */
/* What heals by writing the whole view again, and how trouble is named until then. */
#include "iocd/base/counter.h"
#include "picture.h"

static void a_redis_that_comes_back_empty_is_filled_as_before(void **state)
{
	struct scene *scene = *state;
	uint64_t n_rewrites = counter_get(COUNTER_redis_rewrites);
	char *before, *after;

	begin_filled(scene);
	before = picture(scene);
	assert_int_equal(counter_get(COUNTER_redis_rewrites) - n_rewrites, 1);
	server_kill(&scene->server);
	WAIT_FOR(scene, is_in(&scene->first, STORE_DOWN));
	assert_true(*scene_status(&scene->first).reason != '\0');
	assert_true(scene_status(&scene->first).stale_ms > 0);

	server_start(&scene->server);
	WAIT_FOR(scene, is_in(&scene->first, STORE_LIVE));
	after = picture(scene);
	assert_string_equal(before, after);
	assert_int_equal(counter_get(COUNTER_redis_rewrites) - n_rewrites, 2);
	free(before);
	free(after);
}

static void a_redis_that_is_flushed_under_us_is_filled_again(void **state)
{
	struct scene *scene = *state;
	char *before, *after;

	begin_filled(scene);
	before = picture(scene);
	ASK(scene, "FLUSHALL");
	store_put_health(scene->first.store, "mqtt", "up"); /* any write notices it */
	WAIT_ANSWER(scene, "0", "HGET t:cursor rewriting");
	WAIT_FOR(scene, is_in(&scene->first, STORE_LIVE));
	after = picture(scene);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static void what_changed_while_redis_was_away_is_there_afterwards(void **state)
{
	struct scene *scene = *state;

	begin_filled(scene);
	server_kill(&scene->server);
	WAIT_FOR(scene, is_in(&scene->first, STORE_DOWN));
	world_send(&scene->first, 1, 0, 4);
	world_raise(&scene->first, 2, "b");
	server_start(&scene->server);
	WAIT_FOR(scene, is_settled(&scene->first));
	assert_string_equal(ASK(scene, "HGET t:live:{d1} all@1h"), "7");
	assert_string_equal(ASK(scene, "ZCARD t:alerts"), "2");
	assert_string_equal(ASK(scene, "XLEN t:alertlog"), "2");
}

/* A wrong type is noticed by the next write to its key, or by the next look. */
static void a_key_of_a_wrong_type_heals(void **state)
{
	/* clang-format off */
	static const struct {
		const char *key;
		const char *type;
		bool is_written; /* by ordinary commits */
	} keys[] = {
		{ "t:live:{d1}", "hash", true },
		{ "t:meta:{d1}", "hash", true },
		{ "t:alerts", "zset", true },
		{ "t:alertlog", "stream", true },
		{ "t:alert:{d1}:flood/a", "hash", false },
		{ "t:recent:{d1}:all", "stream", true },
		{ "t:deadletter", "stream", true },
		{ "t:health", "hash", true },
		{ "t:units", "set", false },
		{ "t:cursor", "hash", true },
	};
	/* clang-format on */
	struct scene *scene = *state;

	begin_filled(scene);
	for (size_t i = 0; i < COUNT(keys); i++) {
		ASK(scene, "DEL %s", keys[i].key);
		ASK(scene, "SET %s rubbish", keys[i].key);
		if (!keys[i].is_written)
			scene_cut(scene);
		fill(&scene->first);
		world_raise(&scene->first, 2, keys[i].key);
		WAIT_ANSWER(scene, keys[i].type, "TYPE %s", keys[i].key);
		WAIT_FOR(scene, is_settled(&scene->first));
	}
	assert_string_equal(ASK(scene, "HGET t:live:{d1} all@1h"), "33");
	assert_string_equal(ASK(scene, "HGET t:cursor rewriting"), "0");
	assert_string_equal(ASK(scene, "XLEN t:alertlog"), "11");
}

static void a_full_redis_is_named_and_filled_when_it_has_room(void **state)
{
	struct scene *scene = *state;
	uint64_t n_failures = counter_get(COUNTER_redis_failures);

	begin_filled(scene);
	ASK(scene, "CONFIG SET maxmemory 1");
	world_send(&scene->first, 1, 0, 5);
	world_raise(&scene->first, 2, "b");
	WAIT_FOR(scene, says(&scene->first, "OOM command not allowed"));
	assert_true(is_in(&scene->first, STORE_REWRITING));
	assert_true(scene_status(&scene->first).stale_ms > 0);
	assert_true(counter_get(COUNTER_redis_failures) > n_failures);

	ASK(scene, "CONFIG SET maxmemory 0");
	WAIT_FOR(scene, is_settled(&scene->first));
	assert_string_equal(scene_status(&scene->first).reason, "");
	assert_string_equal(ASK(scene, "HGET t:live:{d1} all@1h"), "8");
	assert_string_equal(ASK(scene, "XLEN t:alertlog"), "2");
}

static void a_replica_that_takes_no_writes_is_named(void **state)
{
	struct scene *scene = *state;

	begin_filled(scene);
	ASK(scene, "REPLICAOF 127.0.0.1 1");
	world_send(&scene->first, 1, 0, 5);
	WAIT_FOR(scene,
		 says(&scene->first, "READONLY You can't write against a read only replica."));
	assert_false(is_in(&scene->first, STORE_LIVE));
	ASK(scene, "REPLICAOF NO ONE");
	WAIT_ANSWER(scene, "8", "HGET t:live:{d1} all@1h");
	WAIT_FOR(scene, is_settled(&scene->first));
}

static void a_user_who_may_not_write_is_named(void **state)
{
	struct scene *scene = *state;

	begin_filled(scene);
	ASK(scene, "ACL SETUSER default -hset");
	world_send(&scene->first, 1, 0, 5);
	WAIT_FOR(scene, says(&scene->first, "NOPERM"));
	ASK(scene, "ACL SETUSER default +hset");
	WAIT_ANSWER(scene, "8", "HGET t:live:{d1} all@1h");
}

static void a_redis_that_would_evict_our_keys_is_not_trusted(void **state)
{
	struct scene *scene = *state;

	ASK(scene, "CONFIG SET maxmemory 100mb");
	ASK(scene, "CONFIG SET maxmemory-policy allkeys-lru");
	scene_open(scene, &scene->first, "province", "journal-1");
	WAIT_FOR(scene, says(&scene->first, "maxmemory-policy allkeys-lru"));
	assert_string_equal(ASK(scene, "DBSIZE"), "0");
	ASK(scene, "CONFIG SET maxmemory-policy noeviction");
	WAIT_FOR(scene, is_in(&scene->first, STORE_LIVE));
}

static void who_may_not_ask_about_memory_writes_all_the_same(void **state)
{
	struct scene *scene = *state;

	ASK(scene, "ACL SETUSER default -info");
	scene_begin(scene);
	world_send(&scene->first, 1, 0, 5);
	WAIT_ANSWER(scene, "5", "HGET t:live:{d1} all@1h");
}

#define SCENE_TEST(name) cmocka_unit_test_setup_teardown(name, scene_make, scene_unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE_TEST(a_redis_that_comes_back_empty_is_filled_as_before),
		SCENE_TEST(a_redis_that_is_flushed_under_us_is_filled_again),
		SCENE_TEST(what_changed_while_redis_was_away_is_there_afterwards),
		SCENE_TEST(a_key_of_a_wrong_type_heals),
		SCENE_TEST(a_full_redis_is_named_and_filled_when_it_has_room),
		SCENE_TEST(a_replica_that_takes_no_writes_is_named),
		SCENE_TEST(a_user_who_may_not_write_is_named),
		SCENE_TEST(a_redis_that_would_evict_our_keys_is_not_trusted),
		SCENE_TEST(who_may_not_ask_about_memory_writes_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
