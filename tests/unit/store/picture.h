/* SPDX-License-Identifier: Apache-2.0 */
/*
 * picture: what stands in Redis and what was heard from it, in a form to compare.
 */
#ifndef TEST_STORE_PICTURE_H
#define TEST_STORE_PICTURE_H

#include "scene.h"

/* The numbers in the stream, with a space between. */
static inline const char *logged(struct scene *scene)
{
	static char numbers[4096];
	redisReply *reply = redisCommand(scene->server.link, "XRANGE t:alertlog - +");
	size_t n = 0;

	numbers[0] = '\0';
	for (size_t i = 0; i < reply->elements; i++) {
		const redisReply *fields = reply->element[i]->element[1];

		assert_string_equal(fields->element[0]->str, "number");
		n += (size_t)snprintf(numbers + n, sizeof(numbers) - n, "%s%s", i ? " " : "",
				      fields->element[1]->str);
	}
	freeReplyObject(reply);
	return numbers;
}

/* Reads what came on the channel up to "end", the numbers with a space between. */
static inline void heard(redisContext *ear, char *numbers, size_t size)
{
	size_t n = 0;

	numbers[0] = '\0';
	for (;;) {
		redisReply *reply;
		const char *text;

		assert_int_equal(redisGetReply(ear, (void **)&reply), REDIS_OK);
		assert_int_equal(reply->elements, 3);
		text = reply->element[2]->str;
		if (text && strcmp(text, "end") == 0) {
			freeReplyObject(reply);
			return;
		}
		if (text)
			n += (size_t)snprintf(numbers + n, size - n, "%d ",
					      atoi(strchr(text, ':') + 1));
		freeReplyObject(reply);
	}
}

/* Puts something of everything into the world. */
static inline void fill(struct world *world)
{
	world_send(world, 1, 0, 3);
	world_send(world, 2, 1, 1);
	world_raise(world, 1, "a");
	world_refuse(world, 1, "rubbish");
	world_pass(world, MINUTE + 6000);
	store_put_health(world->store, "mqtt", "up");
}

/* All keys of the view with what stands in them, but for ids of streams and times of writing. */
static inline char *picture(struct scene *scene)
{
	static const char *const reads[] = {
		"HGETALL t:live:{p}",
		"HGETALL t:live:{d1}",
		"HGETALL t:live:{d2}",
		"HGETALL t:meta:{p}",
		"HGETALL t:meta:{d1}",
		"HGETALL t:meta:{d2}",
		"XRANGE t:recent:{p}:all - +",
		"XRANGE t:recent:{d1}:all - +",
		"HMGET t:alert:{d1}:flood/a rule unit subject severity raised changed drill",
		"HLEN t:alert:{d1}:flood/a",
		"ZRANGE t:alerts 0 -1 WITHSCORES",
		"XLEN t:alertlog",
		"XLEN t:deadletter",
		"HGETALL t:health",
		"SORT t:units ALPHA",
		"HMGET t:cursor position alertlog deadletter rewriting",
	};
	char *all = calloc(1, 65536);

	for (size_t i = 0; i < COUNT(reads); i++) {
		strcat(all, ASK(scene, reads[i], NULL));
		strcat(all, "\n");
	}
	strcat(all, ASK(scene, "DBSIZE"));
	return all;
}

static inline void begin_filled(struct scene *scene)
{
	scene_begin(scene);
	fill(&scene->first);
	WAIT_ANSWER(scene, "up", "HGET t:health mqtt");
	WAIT_ANSWER(scene, "1", "XLEN t:recent:{p}:all");
	WAIT_FOR(scene, is_settled(&scene->first));
}

#endif
