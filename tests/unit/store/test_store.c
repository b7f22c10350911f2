/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in Redis while nothing goes wrong. */
#include <errno.h>

#include "iocd/base/counter.h"
#include "iocd/rollup.h"
#include "scene.h"

static void figures_appear_with_their_units_and_parents(void **state)
{
	struct scene *scene = *state;

	scene_begin(scene);
	assert_string_equal(ASK(scene, "HGETALL t:live:{d1}"), "");
	world_send(&scene->first, 1, 0, 3);
	world_send(&scene->first, 1, 1, 1);
	world_send(&scene->first, 2, 1, 4);
	WAIT_FOR(scene, is_settled(&scene->first));

	assert_string_equal(ASK(scene, "HMGET t:live:{d1} all@1h all@today online@1h share@1h"),
			    "4 4 1 0.25");
	assert_string_equal(ASK(scene, "HMGET t:live:{p} all@1h all@today online@1h share@1h"),
			    "8 8 5 0.625");
	assert_string_equal(ASK(scene, "HLEN t:live:{d2}"), "5");
	assert_string_equal(ASK(scene, "HGET t:meta:{d1} share"),
			    "good|2026-11-22T08:00:00+07:00|4");
	assert_string_equal(ASK(scene, "SORT t:units ALPHA"), "d1 d2 p");
}

static void a_figure_nobody_knows_has_no_field_but_says_so(void **state)
{
	struct scene *scene = *state;

	scene_begin(scene);
	assert_string_equal(ASK(scene, "HGET t:meta:{d1} share"), "unknown|-|0");
	world_send(&scene->first, 1, 1, 2);
	WAIT_ANSWER(scene, "1", "HGET t:live:{d1} share@1h");

	world_pass(&scene->first, 61 * MINUTE);
	WAIT_ANSWER(scene, "nil", "HGET t:live:{d1} share@1h");
	assert_string_equal(ASK(scene, "HMGET t:live:{d1} all@1h all@today"), "0 2");
	assert_string_equal(ASK(scene, "HGET t:meta:{d1} share"),
			    "unknown|2026-11-22T08:00:00+07:00|0");
}

static void a_figure_of_which_more_is_to_come_is_marked(void **state)
{
	struct scene *scene = *state;

	scene_begin(scene);
	world_send(&scene->first, 1, 0, 4);
	world_send(&scene->first, 2, 0, 1);
	WAIT_ANSWER(scene, "good|2026-11-22T08:00:00+07:00|5", "HGET t:meta:{p} all");
	indicators_note_complete(scene->first.indicators, 1, false);
	world_settle(&scene->first);
	WAIT_ANSWER(scene, "good|2026-11-22T08:00:00+07:00|4|provisional", "HGET t:meta:{d1} all");
	WAIT_ANSWER(scene, "good|2026-11-22T08:00:00+07:00|5|provisional", "HGET t:meta:{p} all");
	assert_string_equal(ASK(scene, "HGET t:meta:{d2} all"), "good|2026-11-22T08:00:00+07:00|1");
	indicators_note_complete(scene->first.indicators, 1, true);
	world_settle(&scene->first);
	WAIT_ANSWER(scene, "good|2026-11-22T08:00:00+07:00|4", "HGET t:meta:{d1} all");
	WAIT_ANSWER(scene, "good|2026-11-22T08:00:00+07:00|5", "HGET t:meta:{p} all");
}

static void the_cursor_says_what_the_view_includes_and_whose_it_is(void **state)
{
	struct scene *scene = *state;

	scene_begin(scene);
	world_send(&scene->first, 1, 0, 7);
	WAIT_FOR(scene, is_settled(&scene->first));
	assert_string_equal(ASK(scene, "HMGET t:cursor instance journal format position rewriting "
				       "alertlog deadletter"),
			    "province journal-1 1 7 0 0 0");
	assert_string_equal(ASK(scene, "HSTRLEN t:cursor epoch"), "32");
	assert_int_equal(scene_status(&scene->first).position, 7);
	assert_int_equal(scene_status(&scene->first).stale_ms, 0);
	assert_string_equal(scene_status(&scene->first).reason, "");
	assert_string_equal(store_state_name(STORE_LIVE), "live");
}

static void health_is_written_as_it_changes(void **state)
{
	struct scene *scene = *state;

	scene_open(scene, &scene->first, "province", "journal-1");
	store_put_health(scene->first.store, "mqtt", "up");
	store_put_health(scene->first.store, "disk", "fine");
	WAIT_ANSWER(scene, "up fine", "HMGET t:health mqtt disk");
	store_put_health(scene->first.store, "mqtt", "waiting");
	WAIT_ANSWER(scene, "waiting fine", "HMGET t:health mqtt disk");
	ASK(scene, "FLUSHALL");
	store_put_health(scene->first.store, "time", "now"); /* any write notices it */
	WAIT_ANSWER(scene, "waiting fine", "HMGET t:health mqtt disk");
}

static void closed_minutes_are_kept_for_curves(void **state)
{
	struct scene *scene = *state;
	struct world *world = &scene->first;

	scene_begin(scene);
	world_send(world, 1, 0, 3);
	world_pass(world, MINUTE + 4000);
	world_send(world, 1, 0, 5); /* of the second minute, before the first is closed */
	WAIT_FOR(scene, is_settled(world));
	assert_string_equal(ASK(scene, "EXISTS t:recent:{d1}:all"), "0");

	world_pass(world, 2000);
	WAIT_ANSWER(scene, "1795309200000-0 v 3", "XRANGE t:recent:{d1}:all - +");
	assert_string_equal(ASK(scene, "XRANGE t:recent:{d1}:share - +"), "1795309200000-0 v 0");
	assert_string_equal(ASK(scene, "EXISTS t:recent:{d2}:all"), "0");
	assert_string_equal(ASK(scene, "TTL t:recent:{d1}:all"), "90000");

	world_pass(world, 4 * MINUTE);
	WAIT_ANSWER(scene, "1795309200000-0 v 3 1795309260000-0 v 5",
		    "XRANGE t:recent:{d1}:all - +");
	ASK(scene, "FLUSHALL");
	store_put_health(world->store, "time", "now"); /* all is written again without a gap */
	WAIT_ANSWER(scene, "1795309200000-0 v 3 1795309260000-0 v 5",
		    "XRANGE t:recent:{p}:all - +");
}

static void refused_events_can_be_looked_at(void **state)
{
	struct scene *scene = *state;

	scene_begin(scene);
	world_refuse(&scene->first, 1, "{\"a\":");
	world_refuse(&scene->first, UNIT_NONE, "rubbish");
	WAIT_ANSWER(scene, "2", "XLEN t:deadletter");
	assert_non_null(strstr(ASK(scene, "XRANGE t:deadletter - + COUNT 1"),
			       " number 1 time 2026-11-22T08:00:00+07:00 unit d1 reason "
			       "json_syntax nth 0 position 1 size 5 topic ioc/v1/d1/feed/evt/done "
			       "payload {\"a\":"));
	assert_non_null(strstr(ASK(scene, "XREVRANGE t:deadletter + - COUNT 1"), " unit - "));
	scene_cut(scene);
	WAIT_FOR(scene, !is_in(&scene->first, STORE_LIVE));
	world_refuse(&scene->first, 2, "more");
	WAIT_ANSWER(scene, "3", "XLEN t:deadletter");
}

static void a_large_view_is_written_in_several_transactions(void **state)
{
	struct scene *scene = *state;
	struct world *world = &scene->second;
	uint64_t n_commits = counter_get(COUNTER_redis_commits);
	uint64_t n_fields = counter_get(COUNTER_redis_fields);

	world_init(world, 1000);
	for (uint32_t unit = 1; unit < 1000; unit++)
		world_send(world, unit, unit % 2, 1);
	scene_open(scene, world, "province", "journal-1");
	WAIT_FOR(scene, is_in(world, STORE_LIVE));
	assert_in_range(counter_get(COUNTER_redis_commits) - n_commits, 6, 25);
	assert_int_equal(counter_get(COUNTER_redis_fields) - n_fields, 8 * 1000);
	assert_string_equal(ASK(scene, "HGET t:live:{d999} share@1h"), "1");
	assert_string_equal(ASK(scene, "HGET t:live:{p} all@1h"), "999");
	assert_string_equal(ASK(scene, "SCARD t:units"), "1000");
	assert_string_equal(ASK(scene, "HGET t:cursor rewriting"), "0");

	n_commits = counter_get(COUNTER_redis_commits); /* and so are many changes at once */
	for (uint32_t unit = 1; unit < 1000; unit++)
		world_send(world, unit, 0, 1);
	WAIT_FOR(scene, is_settled(world));
	assert_string_equal(ASK(scene, "HGET t:live:{d1} all@1h"), "2");
	assert_string_equal(ASK(scene, "HGET t:live:{d999} all@1h"), "2");
	assert_string_equal(ASK(scene, "HGET t:live:{p} all@1h"), "1998");
	assert_true(counter_get(COUNTER_redis_commits) - n_commits >= 4);
}

static void closing_twice_or_before_the_start_does_no_harm(void **state)
{
	struct scene *scene = *state;
	const struct store_source source = world_source(&scene->first);
	struct store_options options = {
		.redis = { .socket = scene->server.socket, .timeout_ms = 0 },
		.prefix = "t",
		.instance = "province",
		.journal_id = "journal-1",
		.commit_every_ms = 20,
	};
	struct store *store = NULL;

	assert_int_equal(store_new(&store, scene->loop, &options, &source), -EINVAL);
	assert_null(store);
	store_close(NULL);
	options.redis.timeout_ms = 2000;
	assert_int_equal(store_new(&store, scene->loop, &options, &source), 0);
	store_close(store);
}

#define SCENE_TEST(name) cmocka_unit_test_setup_teardown(name, scene_make, scene_unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE_TEST(closing_twice_or_before_the_start_does_no_harm),
		SCENE_TEST(figures_appear_with_their_units_and_parents),
		SCENE_TEST(a_figure_nobody_knows_has_no_field_but_says_so),
		SCENE_TEST(a_figure_of_which_more_is_to_come_is_marked),
		SCENE_TEST(the_cursor_says_what_the_view_includes_and_whose_it_is),
		SCENE_TEST(health_is_written_as_it_changes),
		SCENE_TEST(closed_minutes_are_kept_for_curves),
		SCENE_TEST(refused_events_can_be_looked_at),
		SCENE_TEST(a_large_view_is_written_in_several_transactions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
