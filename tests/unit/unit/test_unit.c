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
	static char ids[UNIT_DEPTH_MAX + 1][8];
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
	static char ids[UNITS_MAX + 1][8];
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
