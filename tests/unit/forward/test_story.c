/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Histories by chance: the link goes and comes, frames and receipts are lost, the sender is killed,
 * with or without its machine's power, and its fold offers again from an earlier place; in the end
 * each item was counted exactly once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "disk.h"
#include "iocd/base/random.h"
#include "world.h"

#define N_HISTORIES 12
#define N_STEPS     250

struct story {
	struct world *world;
	struct random_stream random;
	uint64_t folded[N_FRAME_CLASSES]; /* items that the fold has brought about */
	uint64_t saved[N_FRAME_CLASSES];  /* of them, those before its snapshot */
	uint64_t n_kills, n_cuts, n_snapshots;
};

static bool by_chance(struct story *story, uint64_t n)
{
	return random_below(&story->random, n) == 0;
}

static void fold(struct story *story)
{
	static const size_t sizes[] = { 0, 40, 400, 3000 };

	for (int class = 0; class < N_FRAME_CLASSES; class ++) {
		uint64_t n = random_below(&story->random, class == FRAME_EVENT ? 40 : 4);
		size_t size = sizes[random_below(&story->random, 4)];

		world_offer(story->world, (enum frame_class) class, story->folded[class],
			    story->folded[class] + n, size);
		story->folded[class] += n;
	}
}

static void snapshot(struct story *story)
{
	if (!forward_is_settled(story->world->forward))
		return;
	story->n_snapshots++;
	for (int class = 0; class < N_FRAME_CLASSES; class ++)
		story->saved[class] = story->folded[class];
}

/* It comes back, and its fold begins at the snapshot: all behind it is offered again. */
static void come_back(struct story *story)
{
	world_start(story->world);
	for (int class = 0; class < N_FRAME_CLASSES; class ++)
		world_offer(story->world, (enum frame_class) class, story->saved[class],
			    story->folded[class], 40);
}

static void die(struct story *story)
{
	bool is_power = by_chance(story, 2);

	story->n_kills++;
	if (by_chance(story, 4))
		world_stop(story->world);
	else
		world_kill(story->world, is_power);
	if (by_chance(story, 3))
		world_lose(story->world, WORLD_WAY_MAX);
	if (by_chance(story, 5)) {
		char path[300];

		(void)snprintf(path, sizeof(path), "%s/event/hint", story->world->directory);
		(void)remove(path);
	}
	come_back(story);
}

static void disturb(struct story *story)
{
	struct world *world = story->world;

	if (by_chance(story, 20)) {
		world->is_cut = !world->is_cut;
		story->n_cuts++;
	}
	if (by_chance(story, 15))
		world->is_deaf = !world->is_deaf;
	if (by_chance(story, 25))
		world->is_full = !world->is_full;
	if (by_chance(story, 40))
		world_tick(world, 31000);
	if (by_chance(story, 40))
		die(story);
}

static void step(struct story *story)
{
	struct world *world = story->world;

	if (by_chance(story, 2))
		fold(story);
	if (by_chance(story, 2))
		world_sync(world);
	world_tick(world, (int64_t)random_below(&story->random, 400));
	if (by_chance(story, 4))
		world_lose(world, (uint32_t)random_below(&story->random, 4));
	world_deliver(world, (uint32_t)random_below(&story->random, 10));
	if (by_chance(story, 5))
		snapshot(story);
	disturb(story);
}

static void end(struct story *story)
{
	struct world *world = story->world;
	struct site_view view;

	world->is_cut = world->is_deaf = world->is_full = false;
	world_run(world, 320);
	world_drain(world);
	sites_view(world->sites, 0, &view);
	for (int class = 0; class < N_FRAME_CLASSES; class ++) {
		world_assert_counted(world, (enum frame_class) class, 0, story->folded[class]);
		assert_int_equal(world->n_counted[class], story->folded[class]);
		assert_int_equal(view.streams[class].missing, 0);
		assert_int_equal(view.streams[class].given_up, 0);
		assert_int_equal(world_status(world, (enum frame_class) class).given_up, 0);
	}
	assert_int_equal(world->n_early, 0);
}

static uint64_t n_histories = N_HISTORIES; /* or as many as the command line says */

static void each_item_is_counted_once_whatever_happens(void **state)
{
	struct story totals = { 0 };

	(void)state;
	for (uint64_t seed = 1; seed <= n_histories; seed++) {
		struct story story = { 0 };
		void *scene;

		print_message("seed %llu\n", (unsigned long long)seed);
		assert_int_equal(world_begin(&scene), 0);
		story.world = scene;
		random_seed(&story.random, seed);
		world_start(story.world);
		for (int i = 0; i < N_STEPS; i++)
			step(&story);
		end(&story);
		totals.n_kills += story.n_kills;
		totals.n_cuts += story.n_cuts;
		totals.n_snapshots += story.n_snapshots;
		assert_int_equal(world_end(&scene), 0);
	}
	assert_true(totals.n_kills > 3 * n_histories); /* there was something to survive */
	assert_true(totals.n_cuts > 5 * n_histories);
	assert_true(totals.n_snapshots > 5 * n_histories);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_item_is_counted_once_whatever_happens),
	};

	if (argc > 1)
		n_histories = strtoull(argv[1], NULL, 10);
	return cmocka_run_group_tests_name("forward/story", tests, NULL, NULL);
}
