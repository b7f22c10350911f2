/* SPDX-License-Identifier: Apache-2.0 */
/* Rankings in Redis, and figures that not everybody has reported to. */
#include "scene.h"

static const bool below[] = { false, true, true };

/* Begins the view of a world that ranks the units below by "online" of today. */
static void begin_ranked(struct scene *scene)
{
	scene->first.list[ONLINE].ranking = (struct ranking){
		.units = below,
		.window = { WINDOW_TODAY, 0, "today" },
	};
	scene_begin(scene);
}

static void a_ranking_follows_its_figures(void **state)
{
	struct scene *scene = *state;
	struct world *world = &scene->first;

	begin_ranked(scene);
	assert_string_equal(ASK(scene, "SMEMBERS t:ranks"), "online");
	assert_string_equal(ASK(scene, "EXISTS t:rank:online"), "0");
	world_send(world, 1, 1, 3);
	world_send(world, 2, 1, 4);
	WAIT_ANSWER(scene, "d2 4 d1 3", "ZREVRANGE t:rank:online 0 -1 WITHSCORES");
	world_send(world, 1, 1, 2);
	WAIT_ANSWER(scene, "d1 5 d2 4", "ZREVRANGE t:rank:online 0 -1 WITHSCORES");
	assert_string_equal(ASK(scene, "EXISTS t:rank:all"), "0");
}

static void a_unit_without_enough_cases_has_no_place(void **state)
{
	struct scene *scene = *state;
	struct world *world = &scene->first;

	begin_ranked(scene);
	world->list[ONLINE].ranking.min_samples = 2;
	world_send(world, 1, 1, 3);
	world_send(world, 2, 1, 1);
	WAIT_ANSWER(scene, "d1 3", "ZREVRANGE t:rank:online 0 -1 WITHSCORES");
	world_send(world, 2, 1, 1);
	WAIT_ANSWER(scene, "d1 3 d2 2", "ZREVRANGE t:rank:online 0 -1 WITHSCORES");
}

static void a_ranking_heals_with_the_rest_of_the_view(void **state)
{
	struct scene *scene = *state;
	struct world *world = &scene->first;

	begin_ranked(scene);
	world_send(world, 1, 1, 3);
	WAIT_ANSWER(scene, "1", "ZCARD t:rank:online");
	ASK(scene, "FLUSHALL");
	store_put_health(world->store, "time", "now"); /* any write notices it */
	WAIT_ANSWER(scene, "d1 3", "ZREVRANGE t:rank:online 0 -1 WITHSCORES");
	WAIT_ANSWER(scene, "online", "SMEMBERS t:ranks");

	ASK(scene, "SET t:rank:online nonsense");
	world_send(world, 2, 1, 1);
	WAIT_ANSWER(scene, "2", "ZCARD t:rank:online");
}

static void a_ranking_that_is_no_more_goes(void **state)
{
	struct scene *scene = *state;

	ASK(scene, "ZADD t:rank:gone 5 d1");
	ASK(scene, "ZADD t:rank:all 5 d1");
	ASK(scene, "SADD t:ranks gone all");
	begin_ranked(scene);
	WAIT_FOR(scene, is_settled(&scene->first));
	assert_string_equal(ASK(scene, "EXISTS t:rank:gone t:rank:all"), "0");
	assert_string_equal(ASK(scene, "SMEMBERS t:ranks"), "online");
}

static void what_is_partial_says_how_many_report(void **state)
{
	const struct score_term terms[] = { { ALL, 1, 1 }, { ONLINE, 1, 1 } };
	struct scene *scene = *state;
	struct world *world = &scene->first;

	world->list[ONLINE].kind = INDICATOR_LAST; /* unknown while there is nothing online */
	world->list[SHARE].kind = INDICATOR_SCORE;
	world->list[SHARE].terms = terms;
	world->list[SHARE].n_terms = 2;
	scene_begin(scene);
	world_send(world, 1, 0, 3);
	WAIT_ANSWER(scene, "partial 1/2|2026-11-22T08:00:00+07:00|3", "HGET t:meta:{d1} share");
	assert_string_equal(ASK(scene, "HGET t:live:{d1} share@1h"), "300");
}

static void a_level_is_kept_as_it_was_when_a_minute_ended(void **state)
{
	const struct score_term terms[] = { { ALL, 1, 1 } };
	struct scene *scene = *state;
	struct world *world = &scene->first;

	world->list[SHARE].kind = INDICATOR_SCORE;
	world->list[SHARE].terms = terms;
	world->list[SHARE].n_terms = 1;
	scene_begin(scene);
	world_send(world, 1, 0, 3);
	world_pass(world, MINUTE + 6000);
	WAIT_ANSWER(scene, "1795309200000-0 v 300", "XRANGE t:recent:{d1}:share - +");
	assert_string_equal(ASK(scene, "XRANGE t:recent:{d1}:all - +"), "1795309200000-0 v 3");
}

#define SCENE_TEST(name) cmocka_unit_test_setup_teardown(name, scene_make, scene_unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE_TEST(a_ranking_follows_its_figures),
		SCENE_TEST(a_unit_without_enough_cases_has_no_place),
		SCENE_TEST(a_ranking_heals_with_the_rest_of_the_view),
		SCENE_TEST(a_ranking_that_is_no_more_goes),
		SCENE_TEST(what_is_partial_says_how_many_report),
		SCENE_TEST(a_level_is_kept_as_it_was_when_a_minute_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
