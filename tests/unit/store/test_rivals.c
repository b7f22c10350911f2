/* SPDX-License-Identifier: Apache-2.0 */
/* Whose the view is when two want it. */
#include "iocd/base/counter.h"
#include "picture.h"

/* The first world has 1 event, the second 2. */
static void open_second(struct scene *scene, const char *instance, const char *journal_id)
{
	world_init(&scene->second, 3);
	world_send(&scene->second, 1, 0, 2);
	scene_open(scene, &scene->second, instance, journal_id);
}

static void a_second_writer_shuts_out_the_first(void **state)
{
	struct scene *scene = *state;

	scene_begin(scene);
	world_send(&scene->first, 1, 0, 1);
	WAIT_ANSWER(scene, "1", "HGET t:live:{d1} all@1h");
	open_second(scene, "province", "journal-1");
	WAIT_FOR(scene, is_in(&scene->second, STORE_LIVE));
	assert_string_equal(ASK(scene, "HGET t:live:{d1} all@1h"), "2");

	world_send(&scene->first, 1, 0, 10);
	WAIT_FOR(scene, is_in(&scene->first, STORE_FENCED));
	assert_true(says(&scene->first, "a second iocd of the name 'province'"));
	assert_true(scene_status(&scene->first).stale_ms > 0);
	assert_string_equal(ASK(scene, "HGET t:live:{d1} all@1h"), "2");

	world_send(&scene->second, 1, 0, 1); /* who has it keeps it */
	WAIT_ANSWER(scene, "3", "HGET t:live:{d1} all@1h");
	assert_true(is_in(&scene->second, STORE_LIVE));
	assert_true(is_in(&scene->first, STORE_FENCED));
}

/* Ends the connection of the store that connected first. */
static void cut_first(struct scene *scene)
{
	const char *id = strstr(ASK(scene, "CLIENT LIST TYPE normal"), "id=");

	id = strstr(id + 1, "\nid="); /* the first line is the connection that asks */
	assert_non_null(id);
	assert_string_equal(ASK(scene, "CLIENT KILL ID %d", atoi(id + 4)), "1");
}

static void who_was_overtaken_while_away_stays_out(void **state)
{
	struct scene *scene = *state;

	scene_begin(scene);
	open_second(scene, "province", "journal-1");
	WAIT_FOR(scene, is_in(&scene->second, STORE_LIVE));
	cut_first(scene);
	WAIT_FOR(scene, !is_in(&scene->first, STORE_LIVE));
	WAIT_FOR(scene, is_in(&scene->first, STORE_FENCED));
	assert_true(says(&scene->first, "stop one of the two"));
	world_send(&scene->second, 1, 0, 1);
	WAIT_ANSWER(scene, "3", "HGET t:live:{d1} all@1h");
	assert_true(is_in(&scene->second, STORE_LIVE));
	assert_true(is_in(&scene->first, STORE_FENCED));
}

/* Whether the second is live, while the first's cursor moves after each failure, up to the next
 * attempt, but not during one. */
static bool is_live_beside_a_busy_rival(struct scene *scene, uint64_t *n_failures)
{
	uint64_t n = counter_get(COUNTER_redis_failures);

	if (n != *n_failures) {
		ASK(scene, "HINCRBY t:cursor position 1");
		ASK(scene, "ACL SETUSER default +unlink");
		*n_failures = n;
	}
	return is_in(&scene->second, STORE_LIVE);
}

static void a_writing_rival_delays_a_takeover_but_does_not_prevent_it(void **state)
{
	struct scene *scene = *state;
	uint64_t n_failures = counter_get(COUNTER_redis_failures);
	uint64_t n_before = n_failures;

	scene_begin(scene);
	ASK(scene, "ACL SETUSER default -unlink"); /* the first attempt fails */
	open_second(scene, "province", "journal-2");
	WAIT_FOR(scene, is_live_beside_a_busy_rival(scene, &n_failures));
	assert_true(n_failures > n_before);
	assert_string_equal(ASK(scene, "HGET t:live:{d1} all@1h"), "2");
	world_send(&scene->first, 1, 0, 1);
	WAIT_FOR(scene, is_in(&scene->first, STORE_FENCED));
	assert_true(is_in(&scene->second, STORE_LIVE));
}

static void the_predecessors_view_from_an_older_copy_is_taken_over_at_once(void **state)
{
	struct scene *scene = *state;

	ASK(scene, "HSET t:cursor instance province epoch 0 journal journal-0");
	ASK(scene, "SADD t:units gone");
	ASK(scene, "HSET t:live:{gone} old@1h 1");
	ASK(scene, "SAVE");
	scene_begin(scene);
	server_kill(&scene->server);
	WAIT_FOR(scene, is_in(&scene->first, STORE_DOWN));

	server_start(&scene->server);
	WAIT_FOR(scene,
		 !is_in(&scene->first, STORE_DOWN) && !is_in(&scene->first, STORE_TAKING_OVER));
	assert_false(is_in(&scene->first, STORE_FENCED));
	WAIT_FOR(scene, is_in(&scene->first, STORE_LIVE));
	assert_string_equal(ASK(scene, "EXISTS t:live:{gone}"), "0");
}

static void a_restarted_iocd_takes_its_view_over(void **state)
{
	struct scene *scene = *state;

	scene_begin(scene);
	world_send(&scene->first, 1, 0, 1);
	WAIT_FOR(scene, is_settled(&scene->first));
	store_close(scene->first.store);
	scene->first.store = NULL;

	open_second(scene, "province", "journal-2");
	WAIT_FOR(scene, is_in(&scene->second, STORE_LIVE));
	assert_string_equal(ASK(scene, "HMGET t:live:{d1} all@1h"), "2");
	assert_string_equal(ASK(scene, "HGET t:cursor journal"), "journal-2");
}

static void the_view_of_another_instance_is_left_alone(void **state)
{
	struct scene *scene = *state;

	scene_begin(scene);
	world_send(&scene->first, 1, 0, 1);
	WAIT_FOR(scene, is_settled(&scene->first));
	open_second(scene, "elsewhere", "journal-2");
	WAIT_FOR(scene, is_in(&scene->second, STORE_FENCED));
	assert_string_equal(scene_status(&scene->second).reason,
			    "the live view belongs to instance 'province'; choose another "
			    "redis.prefix or delete t:cursor");
	assert_string_equal(ASK(scene, "HGET t:live:{d1} all@1h"), "1");
	world_send(&scene->first, 1, 0, 1);
	WAIT_ANSWER(scene, "2", "HGET t:live:{d1} all@1h");

	store_close(scene->first.store); /* and the operator says who may have it */
	scene->first.store = NULL;
	ASK(scene, "DEL t:cursor");
	scene_cut(scene);
	WAIT_FOR(scene, is_in(&scene->second, STORE_LIVE));
	assert_string_equal(ASK(scene, "HGET t:cursor instance"), "elsewhere");
}

static void what_an_older_view_left_behind_goes(void **state)
{
	struct scene *scene = *state;

	ASK(scene, "SADD t:units gone d1");
	ASK(scene, "HSET t:live:{gone} old@1h 1");
	ASK(scene, "HSET t:meta:{gone} old good");
	ASK(scene, "HSET t:live:{d1} old@1h 1");
	ASK(scene, "HSET t:alert:{d1}:ghost json x");
	ASK(scene, "ZADD t:alerts 1 d1/ghost");
	ASK(scene, "HSET t:cursor instance province epoch 0 journal journal-0 alertlog 5");
	scene_begin(scene);
	assert_string_equal(ASK(scene, "EXISTS t:live:{gone} t:meta:{gone} t:live:{d1} "
				       "t:alert:{d1}:ghost t:alerts t:alertlog"),
			    "0");
	assert_string_equal(ASK(scene, "SORT t:units ALPHA"), "d1 d2 p");
}

static void who_was_shut_out_comes_back_when_the_other_is_gone(void **state)
{
	struct scene *scene = *state;
	struct world *first = &scene->first, *second = &scene->second;
	uint64_t n_commits;

	scene->fenced_ms = 400;
	scene_begin(scene);
	world_raise(first, 1, "a");
	WAIT_FOR(scene, is_settled(first));
	open_second(scene, "province", "journal-2");
	WAIT_FOR(scene, is_in(second, STORE_LIVE));
	assert_string_equal(logged(scene), "");
	world_send(first, 1, 0, 10);
	WAIT_FOR(scene, is_in(first, STORE_FENCED));
	assert_true(says(first, "stop one of the two"));

	n_commits = counter_get(COUNTER_redis_commits); /* over several looks of the first */
	WAIT_FOR(scene, (world_send(second, 1, 0, 1),
			 counter_get(COUNTER_redis_commits) > n_commits + 60));
	assert_true(is_in(first, STORE_FENCED));
	assert_true(is_in(second, STORE_LIVE));

	store_close(second->store);
	second->store = NULL;
	WAIT_FOR(scene, is_settled(first));
	assert_string_equal(ASK(scene, "HGET t:live:{d1} all@1h"), "10");
	assert_string_equal(ASK(scene, "HGET t:cursor journal"), "journal-1");
	assert_string_equal(logged(scene), "1");
}

/* Or both would take the view from each other whenever Redis is restarted. */
static void who_was_shut_out_stays_out_over_a_restart_of_redis(void **state)
{
	struct scene *scene = *state;

	scene_begin(scene);
	open_second(scene, "province", "journal-1");
	WAIT_FOR(scene, is_in(&scene->second, STORE_LIVE));
	world_send(&scene->first, 1, 0, 10);
	WAIT_FOR(scene, is_in(&scene->first, STORE_FENCED));
	ASK(scene, "SAVE");
	server_kill(&scene->server);
	WAIT_FOR(scene, is_in(&scene->first, STORE_DOWN) && is_in(&scene->second, STORE_DOWN));

	server_start(&scene->server);
	WAIT_FOR(scene, is_in(&scene->first, STORE_FENCED) && is_in(&scene->second, STORE_LIVE));
	world_send(&scene->second, 1, 0, 1);
	WAIT_ANSWER(scene, "3", "HGET t:live:{d1} all@1h");
	assert_true(is_in(&scene->first, STORE_FENCED));
}

/* Since CONFIG RESETSTAT. */
static int count_looks(struct scene *scene)
{
	const char *stat = strstr(ASK(scene, "INFO commandstats"), "cmdstat_watch:calls=");

	return stat ? atoi(strchr(stat, '=') + 1) : 0;
}

static void another_instance_stays_out_however_long_the_owner_is_silent(void **state)
{
	struct scene *scene = *state;

	scene->fenced_ms = 50;
	scene_begin(scene);
	store_close(scene->first.store);
	scene->first.store = NULL;
	open_second(scene, "elsewhere", "journal-2");
	WAIT_FOR(scene, is_in(&scene->second, STORE_FENCED));
	ASK(scene, "CONFIG RESETSTAT");
	WAIT_FOR(scene, count_looks(scene) >= 4);
	assert_true(is_in(&scene->second, STORE_FENCED));
	assert_string_equal(ASK(scene, "HGET t:cursor instance"), "province");
}

#define SCENE_TEST(name) cmocka_unit_test_setup_teardown(name, scene_make, scene_unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE_TEST(a_second_writer_shuts_out_the_first),
		SCENE_TEST(who_was_overtaken_while_away_stays_out),
		SCENE_TEST(a_writing_rival_delays_a_takeover_but_does_not_prevent_it),
		SCENE_TEST(the_predecessors_view_from_an_older_copy_is_taken_over_at_once),
		SCENE_TEST(a_restarted_iocd_takes_its_view_over),
		SCENE_TEST(the_view_of_another_instance_is_left_alone),
		SCENE_TEST(what_an_older_view_left_behind_goes),
		SCENE_TEST(who_was_shut_out_comes_back_when_the_other_is_gone),
		SCENE_TEST(who_was_shut_out_stays_out_over_a_restart_of_redis),
		SCENE_TEST(another_instance_stays_out_however_long_the_owner_is_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
