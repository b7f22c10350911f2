/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scene: a redis-server, two worlds, and a store for each that is started.
 */
#ifndef TEST_STORE_SCENE_H
#define TEST_STORE_SCENE_H

#include "server.h"
#include "world.h"

#define PATIENCE_MS 30000

struct scene {
	struct server server;
	struct loop *loop;
	struct timer *look;
	struct timer *limit;
	bool is_late;
	int64_t timeout_ms; /* of the stores' commands */
	int64_t fenced_ms;  /* of the stores; 0: as ever */
	struct world first;
	struct world second;
};

static inline void scene_look(void *context)
{
	loop_stop(((struct scene *)context)->loop);
}

static inline void scene_give_up(void *context)
{
	((struct scene *)context)->is_late = true;
	loop_stop(((struct scene *)context)->loop);
}

/* Turns the loop until the condition holds. */
#define WAIT_FOR(scene, condition)                                                                 \
	do {                                                                                       \
		timer_start((scene)->look, 0, 2);                                                  \
		timer_start((scene)->limit, PATIENCE_MS, 0);                                       \
		while (!(condition)) {                                                             \
			loop_run((scene)->loop);                                                   \
			assert_false((scene)->is_late);                                            \
		}                                                                                  \
		timer_stop((scene)->look);                                                         \
		timer_stop((scene)->limit);                                                        \
	} while (0)

#define ASK(scene, ...) server_ask(&(scene)->server, __VA_ARGS__)

/* Waits for an answer, and says what came instead if it does not come. */
#define WAIT_ANSWER(scene, expected, ...)                                                          \
	WAIT_FOR(scene, strcmp(ASK(scene, __VA_ARGS__), expected) == 0)

static inline int scene_make(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	assert_non_null(scene);
	server_init(&scene->server);
	scene->timeout_ms = 2000;
	assert_int_equal(loop_new(&scene->loop), 0);
	scene->look = timer_new(scene->loop, scene_look, scene);
	scene->limit = timer_new(scene->loop, scene_give_up, scene);
	world_init(&scene->first, 3);
	*state = scene;
	return 0;
}

static inline int scene_unmake(void **state)
{
	struct scene *scene = *state;

	store_close(scene->first.store);
	store_close(scene->second.store);
	timer_close(scene->look);
	timer_close(scene->limit);
	loop_free(scene->loop);
	world_fini(&scene->first);
	world_fini(&scene->second);
	server_fini(&scene->server);
	free(scene);
	return 0;
}

/* Starts a store that shows world under the name instance. */
static inline void scene_open(struct scene *scene, struct world *world, const char *instance,
			      const char *journal_id)
{
	const struct store_source source = world_source(world);
	const struct store_options options = {
		.redis = { .socket = scene->server.socket, .timeout_ms = scene->timeout_ms },
		.prefix = "t",
		.instance = instance,
		.journal_id = journal_id,
		.commit_every_ms = 20,
		.fenced_ms = scene->fenced_ms,
	};

	assert_int_equal(store_new(&world->store, scene->loop, &options, &source), 0);
	store_start(world->store);
}

static inline struct store_status scene_status(const struct world *world)
{
	struct store_status status;

	store_get_status(world->store, &status);
	return status;
}

static inline bool is_in(const struct world *world, enum store_state state)
{
	return scene_status(world).state == state;
}

static inline bool says(const struct world *world, const char *word)
{
	return strstr(scene_status(world).reason, word) != NULL;
}

/* Everything was written. */
static inline bool is_settled(const struct world *world)
{
	return is_in(world, STORE_LIVE) && scene_status(world).dirty == 0;
}

/* Opens the first world's store in the ordinary way and waits until its view is live. */
static inline void scene_begin(struct scene *scene)
{
	scene_open(scene, &scene->first, "province", "journal-1");
	WAIT_FOR(scene, is_in(&scene->first, STORE_LIVE));
}

/* Ends every connection to the server but the one that asks. */
static inline void scene_cut(struct scene *scene)
{
	ASK(scene, "CLIENT KILL TYPE normal SKIPME yes");
}

#endif
