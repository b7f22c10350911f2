/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "map_world.h"
#include "pointer.h"

static const char *const topics[] = {
	"a/{unit}/c", "a/b/{unit}", "a/{unit}/{x}", "{unit}", "a/{unit}/c/d", "a/{other}/c",
};

static void maps_init(struct feed_map maps[COUNT(topics)])
{
	for (size_t i = 0; i < COUNT(topics); i++)
		maps[i] = (struct feed_map){
			.topic = topics[i],
			.unit = "d1",
			.type = { .from = MAP_CONSTANT, .text = "sample" },
		};
}

/* The number of the map that reads topic, or -1. */
static int find(const struct map_world *world, const char *topic)
{
	const struct feed_map *map = decoder_map(world->decoder, topic, strlen(topic));

	return map ? (int)map->number : -1;
}

static void levels_that_are_written_out_go_before_named_ones(void **state)
{
	CLEANUP(map_world_free) struct map_world *world = NULL;
	struct feed_map maps[COUNT(topics)];

	(void)state;
	maps_init(maps);
	world = map_world_new(maps, COUNT(maps));
	assert_int_equal(find(world, "a/x/c"), 0);
	assert_int_equal(find(world, "a/b/c"), 1);
	assert_int_equal(find(world, "a/b/x"), 1);
	assert_int_equal(find(world, "a/x/x"), 2);
	assert_int_equal(find(world, "z"), 3);
	assert_int_equal(find(world, "a/b/c/d"), 4); /* not by way of b */
	assert_int_equal(find(world, "a/x/c/d"), 4);
	assert_int_equal(find(world, "a/x/c/e"), -1);
	assert_int_equal(find(world, "a/x"), -1);
	assert_int_equal(find(world, ""), -1);
	assert_int_equal(find(world, "a//c"), -1);
	assert_int_equal(find(world, "/a/b/c"), -1);
	assert_int_equal(find(world, "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17"), -1);
}

static void a_filter_takes_every_named_level(void **state)
{
	static const char *const filters[] = { "a/+/c", "a/b/+", "a/+/+", "+", "a/+/c/d", "a/+/c" };
	struct feed_map maps[COUNT(topics)];

	(void)state;
	maps_init(maps);
	for (size_t i = 0; i < COUNT(maps); i++) {
		CLEANUP_TEXT struct text text = { 0 };

		map_add_filter(&maps[i], &text);
		assert_string_equal(text_get(&text), filters[i]);
	}
}

static void without_maps_no_topic_is_read(void **state)
{
	CLEANUP(map_world_free) struct map_world *world = map_world_new(&(struct feed_map){ 0 }, 0);

	(void)state;
	assert_int_equal(schema_n_maps(world->schema), 0);
	assert_int_equal(find(world, "a/b/c"), -1);
}

static void pointers_are_known_by_their_form(void **state)
{
	static const char *const good[] = {
		"", "/", "/a", "/a/b", "/~0~1", "//", "/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6"
	};
	static const char *const bad[] = { "a",   "a/b", "/~",
					   "/~2", "/a~", "/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7" };

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(map_pointer_is_good(good[i]));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(map_pointer_is_good(bad[i]));
}

/* The examples of RFC 6901, section 5. */
static void pointers_lead_where_the_standard_says(void **state)
{
	static const char text[] =
		"{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,"
		"\"g|h\":4,\"i\\\\j\":5,\"k\\\"l\":6,\" \":7,\"m~n\":8}";
	static const struct {
		const char *pointer;
		const char *json; /* NULL: nothing is there */
	} rows[] = {
		{ "", text },
		{ "/foo", "[\"bar\",\"baz\"]" },
		{ "/foo/0", "\"bar\"" },
		{ "/", "0" },
		{ "/a~1b", "1" },
		{ "/c%d", "2" },
		{ "/e^f", "3" },
		{ "/g|h", "4" },
		{ "/i\\j", "5" },
		{ "/k\"l", "6" },
		{ "/ ", "7" },
		{ "/m~0n", "8" },
		{ "/foo/2", NULL },
		{ "/foo/-", NULL },
		{ "/foo/00", NULL },
		{ "/foo/0x", NULL },
		{ "/foo/99999999999999999999", NULL },
		{ "/foo/0/0", NULL },
		{ "/foo/", NULL },
		{ "//", NULL },
	};
	json_t *document = json_loads(text, 0, NULL);

	(void)state;
	assert_non_null(document);
	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *wanted =
			rows[i].json ? json_loads(rows[i].json, JSON_DECODE_ANY, NULL) : NULL;
		struct pointer pointer;
		const json_t *found;

		pointer_init(&pointer, rows[i].pointer);
		found = pointer_find(&pointer, document);
		if (wanted ? !json_equal(found, wanted) : found != NULL)
			fail_msg("%s", rows[i].pointer);
		pointer_fini(&pointer);
		json_decref(wanted);
	}
	json_decref(document);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels_that_are_written_out_go_before_named_ones),
		cmocka_unit_test(a_filter_takes_every_named_level),
		cmocka_unit_test(without_maps_no_topic_is_read),
		cmocka_unit_test(pointers_are_known_by_their_form),
		cmocka_unit_test(pointers_lead_where_the_standard_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
