/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/unit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TREE CLEANUP(units_free) struct units *units = units_new()

static int add(struct units *units, const char *id, uint32_t parent, uint32_t *ret)
{
	const struct unit unit = { .id = id,
				   .level = "ward",
				   .name_vi = "Phường",
				   .name_en = id,
				   .parent = parent,
				   .depth = 99,
				   .number = 99 };

	return units_add(units, &unit, ret);
}

static void a_unit_is_found_by_its_id_and_knows_its_place(void **state)
{
	uint32_t root, child, grandchild;
	TREE;

	(void)state;
	assert_int_equal(add(units, "p1", UNIT_NONE, &root), 0);
	assert_int_equal(add(units, "d1", root, &child), 0);
	assert_int_equal(add(units, "w1", child, &grandchild), 0);

	assert_int_equal(units_count(units), 3);
	assert_int_equal(units_find(units, "d1", 2), child);
	assert_int_equal(units_parent(units, root), UNIT_NONE);
	assert_int_equal(units_parent(units, grandchild), child);
	assert_int_equal(units_parents(units)[child], root);
	assert_int_equal(units_at(units, root)->depth, 0);
	assert_int_equal(units_at(units, grandchild)->depth, 2);
	assert_int_equal(units_at(units, grandchild)->number, grandchild);
	assert_string_equal(units_at(units, child)->level, "ward");
}

static void a_parent_has_a_smaller_index_than_its_children(void **state)
{
	uint32_t root, child;
	TREE;

	(void)state;
	assert_int_equal(add(units, "p1", UNIT_NONE, &root), 0);
	assert_int_equal(add(units, "d1", root, &child), 0);
	assert_true(root < child);
}

static void an_unknown_name_or_a_part_of_one_finds_nothing(void **state)
{
	uint32_t number;
	TREE;

	(void)state;
	assert_int_equal(units_find(units, "d1", 2), UNIT_NONE);
	assert_int_equal(add(units, "district", UNIT_NONE, &number), 0);
	assert_int_equal(units_find(units, "district", 7), UNIT_NONE);
	assert_int_equal(units_find(units, "", 0), UNIT_NONE);
	assert_int_equal(units_find(units, "districts", 9), UNIT_NONE);
}

static void an_id_is_given_once(void **state)
{
	uint32_t number = 7;
	TREE;

	(void)state;
	assert_int_equal(add(units, "p1", UNIT_NONE, &number), 0);
	number = 7;
	assert_int_equal(add(units, "p1", UNIT_NONE, &number), UNIT_EXISTS);
	assert_int_equal(number, 7);
	assert_int_equal(units_count(units), 1);
}

static void a_former_id_still_leads_to_its_unit(void **state)
{
	uint32_t p1, d1;
	TREE;

	(void)state;
	assert_int_equal(add(units, "p1", UNIT_NONE, &p1), 0);
	assert_int_equal(add(units, "d1", p1, &d1), 0);
	assert_int_equal(units_add_alias(units, d1, "d1-old"), 0);
	assert_int_equal(units_find(units, "d1-old", 6), d1);
	assert_string_equal(units_at(units, d1)->id, "d1");
	assert_int_equal(units_count(units), 2);
}

static void an_alias_cannot_take_a_name_that_is_in_use(void **state)
{
	uint32_t p1, d1;
	TREE;

	(void)state;
	assert_int_equal(add(units, "p1", UNIT_NONE, &p1), 0);
	assert_int_equal(add(units, "d1", p1, &d1), 0);
	assert_int_equal(units_add_alias(units, d1, "p1"), UNIT_EXISTS);
	assert_int_equal(units_find(units, "p1", 2), p1);
	assert_int_equal(units_add_alias(units, d1, "x"), 0);
	assert_int_equal(add(units, "x", p1, &d1), UNIT_EXISTS);
}

static void a_tree_has_a_greatest_depth(void **state)
{
	static char ids[UNIT_DEPTH_MAX + 1][16];
	uint32_t parent = UNIT_NONE;
	TREE;

	(void)state;
	for (int i = 0; i <= UNIT_DEPTH_MAX; i++)
		snprintf(ids[i], sizeof(ids[i]), "u%d", i);
	for (int i = 0; i < UNIT_DEPTH_MAX; i++)
		assert_int_equal(add(units, ids[i], parent, &parent), 0);

	assert_int_equal(add(units, ids[UNIT_DEPTH_MAX], parent, &parent), UNIT_TOO_MANY);
	assert_int_equal(units_count(units), UNIT_DEPTH_MAX);
	assert_int_equal(units_find(units, ids[UNIT_DEPTH_MAX], 3), UNIT_NONE);
}

static void a_tree_has_a_greatest_size_and_its_units_do_not_move(void **state)
{
	static char ids[UNITS_MAX + 1][16];
	const struct unit *first;
	uint32_t number;
	TREE;

	(void)state;
	snprintf(ids[0], sizeof(ids[0]), "u0");
	assert_int_equal(add(units, ids[0], UNIT_NONE, &number), 0);
	first = units_at(units, 0);
	for (uint32_t i = 1; i < UNITS_MAX; i++) {
		snprintf(ids[i], sizeof(ids[i]), "u%u", i);
		assert_int_equal(add(units, ids[i], 0, &number), 0);
		assert_int_equal(number, i);
	}
	assert_int_equal(add(units, "one-more", 0, &number), UNIT_TOO_MANY);
	assert_ptr_equal(units_at(units, 0), first);
	assert_int_equal(units_find(units, ids[40000], strlen(ids[40000])), 40000);
	assert_int_equal(units_parents(units)[UNITS_MAX - 1], 0);
}

static int add_former(struct units *units, const char *id, uint32_t parent, uint32_t successor,
		      uint32_t *ret)
{
	const struct unit unit = { .id = id,
				   .level = "district",
				   .name_vi = id,
				   .name_en = id,
				   .parent = parent,
				   .depth = 99,
				   .number = 99,
				   .from_day = 100,
				   .until_day = 199 };

	return units_add_former(units, &unit, successor, ret);
}

static int add_since(struct units *units, const char *id, uint32_t parent, int32_t from_day)
{
	const struct unit unit = { .id = id,
				   .level = "ward",
				   .name_vi = id,
				   .name_en = id,
				   .parent = parent,
				   .from_day = from_day,
				   .until_day = INT32_MAX };
	uint32_t ignored;

	return units_add(units, &unit, &ignored);
}

/* p0 with the wards w1 and w2; until day 199 there was the district d3 between, with the ward w4.
 */
static void add_reform(struct units *units)
{
	uint32_t number;

	assert_int_equal(add_since(units, "p0", UNIT_NONE, INT32_MIN), 0);
	assert_int_equal(add_since(units, "w1", 0, INT32_MIN), 0);
	assert_int_equal(add_since(units, "w2", 0, 200), 0);
	assert_int_equal(add_former(units, "d3", 0, 0, &number), 0);
	assert_int_equal(number, 3);
	assert_int_equal(add_former(units, "w4", 3, 1, &number), 0);
	assert_int_equal(number, 4);
	units_add_past_parent(units, 1, 199, 3);
	units_add_past_parent(units, 1, 99, UNIT_NONE);
	units_add_past_parent(units, 4, 149, 0);
}

static void a_former_unit_is_remembered_but_not_in_the_tree(void **state)
{
	TREE;

	(void)state;
	add_reform(units);
	assert_int_equal(units_count(units), 3);
	assert_int_equal(units_registered(units), 5);
	assert_int_equal(units_find(units, "d3", 2), 0);
	assert_int_equal(units_find(units, "w4", 2), 1);
	assert_int_equal(units_find_sender(units, "d3", 2), 3);
	assert_int_equal(units_find_sender(units, "w4", 2), 4);
	assert_int_equal(units_find_sender(units, "w2", 2), 2);
	assert_int_equal(units_find_sender(units, "w9", 2), UNIT_NONE);
	assert_int_equal(units_find_registered(units, "d3", 2), 3);
	assert_int_equal(units_find_registered(units, "w2", 2), 2);
	assert_int_equal(units_successor(units, 4), 1);
	assert_int_equal(units_successor(units, 2), 2);
	assert_string_equal(units_at(units, 4)->id, "w4");
	assert_int_equal(units_at(units, 4)->number, 4);
	assert_int_equal(units_at(units, 4)->depth, 2);
}

static void an_alias_is_no_unit_of_the_register(void **state)
{
	uint32_t number = 9;
	TREE;

	(void)state;
	add_reform(units);
	assert_int_equal(units_add_alias(units, 2, "w2-old"), 0);
	assert_int_equal(units_find_registered(units, "w2-old", 6), UNIT_NONE);
	assert_int_equal(units_find_sender(units, "w2-old", 6), 2);
	assert_int_equal(units_add_alias(units, 2, "d3"), UNIT_EXISTS);
	assert_int_equal(add_former(units, "w2", 0, 0, &number), UNIT_EXISTS);
	assert_int_equal(add_former(units, "w2-old", 0, 0, &number), UNIT_EXISTS);
	assert_int_equal(number, 9);
	assert_int_equal(units_registered(units), 5);
}

static void former_units_are_no_deeper_than_others(void **state)
{
	static char ids[UNIT_DEPTH_MAX + 1][16];
	uint32_t parent = 0;
	TREE;

	(void)state;
	assert_int_equal(add(units, "p1", UNIT_NONE, &parent), 0);
	for (int i = 1; i <= UNIT_DEPTH_MAX; i++)
		snprintf(ids[i], sizeof(ids[i]), "f%d", i);
	for (int i = 1; i < UNIT_DEPTH_MAX; i++)
		assert_int_equal(add_former(units, ids[i], parent, 0, &parent), 0);
	assert_int_equal(add_former(units, ids[UNIT_DEPTH_MAX], parent, 0, &parent), UNIT_TOO_MANY);
	assert_int_equal(units_registered(units), UNIT_DEPTH_MAX);
	assert_int_equal(units_find(units, ids[UNIT_DEPTH_MAX], 3), UNIT_NONE);
}

static void the_register_knows_who_stood_above_whom_on_a_day(void **state)
{
	TREE;

	(void)state;
	add_reform(units);
	assert_int_equal(units_parent_on(units, 1, 99), UNIT_NONE);
	assert_int_equal(units_parent_on(units, 1, 100), 3);
	assert_int_equal(units_parent_on(units, 1, 199), 3);
	assert_int_equal(units_parent_on(units, 1, 200), 0);
	assert_int_equal(units_parent(units, 1), 0);
	assert_int_equal(units_parent_on(units, 2, 199), UNIT_NONE);
	assert_int_equal(units_parent_on(units, 2, 200), 0);
	assert_int_equal(units_parent_on(units, 4, 99), UNIT_NONE);
	assert_int_equal(units_parent_on(units, 4, 149), 0);
	assert_int_equal(units_parent_on(units, 4, 150), 3);
	assert_int_equal(units_parent_on(units, 4, 200), UNIT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_unit_is_found_by_its_id_and_knows_its_place),
		cmocka_unit_test(a_parent_has_a_smaller_index_than_its_children),
		cmocka_unit_test(an_unknown_name_or_a_part_of_one_finds_nothing),
		cmocka_unit_test(an_id_is_given_once),
		cmocka_unit_test(a_former_id_still_leads_to_its_unit),
		cmocka_unit_test(an_alias_cannot_take_a_name_that_is_in_use),
		cmocka_unit_test(a_tree_has_a_greatest_depth),
		cmocka_unit_test(a_tree_has_a_greatest_size_and_its_units_do_not_move),
		cmocka_unit_test(a_former_unit_is_remembered_but_not_in_the_tree),
		cmocka_unit_test(an_alias_is_no_unit_of_the_register),
		cmocka_unit_test(former_units_are_no_deeper_than_others),
		cmocka_unit_test(the_register_knows_who_stood_above_whom_on_a_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
