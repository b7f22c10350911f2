/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define N_KEYS 5000

static int add(struct map *map, const char *key, uint32_t number)
{
	return map_add(map, key, strlen(key), number);
}

static uint32_t find(const struct map *map, const char *key)
{
	return map_find(map, key, strlen(key));
}

static void an_empty_map_finds_nothing(void **state)
{
	CLEANUP(map_free) struct map *map = map_new();

	(void)state;
	assert_int_equal(find(map, "a"), MAP_NONE);
	assert_int_equal(map_find(map, NULL, 0), MAP_NONE);
	assert_null(map_free(NULL));
}

static void a_key_is_found_by_all_of_its_bytes(void **state)
{
	CLEANUP(map_free) struct map *map = map_new();

	(void)state;
	assert_int_equal(add(map, "one-stop", 1), 0);
	assert_int_equal(add(map, "one-stop.received", 2), 0);
	assert_int_equal(add(map, "one-stop.resolved", 3), 0);
	assert_int_equal(map_add(map, "a", 2, 4), 0); /* with its zero */
	assert_int_equal(add(map, "a", 5), 0);
	assert_int_equal(map_add(map, NULL, 0, 6), 0);
	assert_int_equal(find(map, "one-stop"), 1);
	assert_int_equal(find(map, "one-stop.received"), 2);
	assert_int_equal(find(map, "one-stop.resolved"), 3);
	assert_int_equal(find(map, "one-stop.rejected"), MAP_NONE);
	assert_int_equal(find(map, "one-sto"), MAP_NONE);
	assert_int_equal(map_find(map, "a\0", 2), 4);
	assert_int_equal(find(map, "a"), 5);
	assert_int_equal(find(map, ""), 6);
}

static void a_key_added_twice_keeps_its_number(void **state)
{
	CLEANUP(map_free) struct map *map = map_new();

	(void)state;
	assert_int_equal(add(map, "key", 1), 0);
	assert_int_equal(add(map, "key", 2), MAP_EXISTS);
	assert_int_equal(find(map, "key"), 1);
}

static void a_key_is_not_found_by_one_with_a_zero_more(void **state)
{
	char key[16] = "";

	(void)state;
	for (int i = 0; i < 500; i++) { /* many small maps, so that slots coincide */
		CLEANUP(map_free) struct map *map = map_new();
		size_t n;

		n = (size_t)snprintf(key, sizeof(key), "%d", i);
		assert_int_equal(map_add(map, key, n, 1), 0);
		assert_int_equal(map_find(map, key, n + 1), MAP_NONE);
		assert_int_equal(map_find(map, key, n), 1);
	}
}

static void nothing_is_lost_while_the_map_grows(void **state)
{
	static char keys[2 * N_KEYS][24];
	CLEANUP(map_free) struct map *map = map_new();

	(void)state;
	for (uint32_t i = 0; i < 2 * N_KEYS; i++)
		(void)snprintf(keys[i], sizeof(keys[i]), i % 2 ? "unit-%u.level" : "%u", i / 2);
	for (uint32_t i = 0; i < N_KEYS; i++) {
		assert_int_equal(add(map, keys[i], i), 0);
		assert_int_equal(find(map, keys[i / 2]), i / 2);
	}
	for (uint32_t i = 0; i < N_KEYS; i++)
		assert_int_equal(find(map, keys[i]), i);
	for (uint32_t i = N_KEYS; i < 2 * N_KEYS; i++)
		assert_int_equal(find(map, keys[i]), MAP_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_map_finds_nothing),
		cmocka_unit_test(a_key_is_found_by_all_of_its_bytes),
		cmocka_unit_test(a_key_added_twice_keeps_its_number),
		cmocka_unit_test(a_key_is_not_found_by_one_with_a_zero_more),
		cmocka_unit_test(nothing_is_lost_while_the_map_grows),
	};

	return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
