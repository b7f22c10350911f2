/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#define UNITS(yaml)                                                                                \
	{                                                                                          \
		PART_UNITS, "units.yml", yaml                                                      \
	}

/* clang-format off */
static const struct mistake mistakes[] = {
	{ UNITS("units:\n"), "1:1: error: no unit is declared" },
	{ UNITS("unit:\n  a: {level: x}\n"), "1:1: error: unknown key 'unit'; did you mean 'units'?" },
	{ UNITS("units:\n  a: {level: x}\n  b: {level: x, parent: aa}\n  aab: {level: x}\n"), "3:25: error: unknown unit 'aa'; did you mean 'a'?" },
	{ UNITS("units:\n  A: {level: x}\n"), "2:3: error: 'A' cannot name a unit; use a to z, 0 to 9, '.', '_' and '-', beginning with a letter or digit, at most 64" },
	{ UNITS("units:\n  a: {level: X}\n"), "2:14: error: 'X' cannot name a level; use a to z, 0 to 9, '_' and '-', beginning with a letter or digit, at most 32" },
	{ UNITS("units:\n  a: {name: A}\n"), "2:3: error: 'level' is missing" },
	{ UNITS("units:\n  a: {levl: x}\n"), "2:7: error: unknown key 'levl'; did you mean 'level'?" },
	{ UNITS("units:\n  a: {level: }\n"), "2:7: error: 'level' has no value" },
	{ UNITS("units:\n  a: [level, x]\n"), "2:6: error: 'a' must be a map of keys and values, not a list" },
	{ UNITS("units:\n  a: {level: x, parent: a}\n"), "2:25: error: the unit is its own ancestor: a > a" },
	{ UNITS("units:\n  r: {level: x}\n  a: {level: x, parent: c}\n  b: {level: x, parent: a}\n  c: {level: x, parent: b}\n  d: {level: x, parent: c}\n"),
	  "3:25: error: the unit is its own ancestor: a > c > b > a" },
	{ UNITS("units:\n  a: {level: x}\n  b: {level: x, aliases: [a]}\n"), "3:27: error: 'a' is the id or a former id of another unit" },
	{ UNITS("units:\n  a: {level: x, aliases: {b: c}}\n"), "2:26: error: 'aliases' must be a list, not a map of keys and values" },
	{ UNITS("units:\n  a: {level: x, name: {vn: A}}\n"), "2:24: error: unknown key 'vn'; did you mean 'vi'?" },
	{ UNITS("units: [a, b]\n"), "1:8: error: 'units' must be a map of keys and values, not a list" },
	{ UNITS("units:\n  a: {level: x, forwards: often}\n"), "2:27: error: 'often' is neither yes nor no" },
	{ UNITS("units:\n  a: {level: x}\n  b: {level: x, until: 2025-06-30, merged-into: a, forwards: yes}\n"), "3:52: error: 'b' is no more; nothing is forwarded for it" },
	{ UNITS("units:\n  a: {level: x, tile: 3}\n"), "2:23: error: 'tile' must be a list, not a text" },
	{ UNITS("units:\n  a: {level: x, tile: [3]}\n"), "2:23: error: a tile is [column, row], each from 1 to 64" },
	{ UNITS("units:\n  a: {level: x, tile: [3, 4, 5]}\n"), "2:23: error: a tile is [column, row], each from 1 to 64" },
	{ UNITS("units:\n  a: {level: x, tile: [0, 4]}\n"), "2:24: error: '0' is out of range; it must be from 1 to 64" },
	{ UNITS("units:\n  a: {level: x, tile: [4, 65]}\n"), "2:27: error: '65' is out of range; it must be from 1 to 64" },
	{ UNITS("units:\n  a: {level: x}\n  b: {level: x, parent: a, tile: [1, 2]}\n  c: {level: x, parent: a, tile: [1, 2]}\n"), "4:34: error: 'b' has that tile" },
};
/* clang-format on */

/* Rules name units of the good pack, which are not there: only what is wrong is told. */
static void each_mistake_in_the_tree_is_told_alone_at_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(mistakes); i++)
		expect_mistake(&mistakes[i]);
}

static void a_missing_tree_is_an_error(void **state)
{
	const struct file file = { PART_UNITS, "units.yml", NULL };
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;

	(void)state;
	assert_int_equal(pack_load(&config, &file, 1, &report), CONFIG_REFUSED);
	assert_string_equal(text_get(&report),
			    "units.yml:1:1: error: the file is missing; it declares the units\n"
			    "1 error in 1 file; nothing was loaded\n");
}

static void parents_may_stand_below_their_children(void **state)
{
	const struct file file = UNITS("units:\n"
				       "  c: {level: z, parent: b, aliases: [c-old]}\n"
				       "  b: {level: y, parent: a, name: {vi: Bê}}\n"
				       "  a: {level: x, name: {en: Ay, vi: A}}\n"
				       "  d: {level: y, parent: a, name: Dê}\n");
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);
	const struct units *units = config_units(config);
	static const char *const ids[] = { "a", "b", "c", "d" };

	(void)state;
	assert_int_equal(units_count(units), 4);
	for (uint32_t i = 0; i < 4; i++)
		assert_string_equal(units_at(units, i)->id, ids[i]);
	assert_int_equal(units_at(units, 2)->parent, 1);
	assert_int_equal(units_at(units, 2)->depth, 2);
	assert_int_equal(units_at(units, 3)->parent, 0);
	assert_int_equal(units_find(units, "c-old", 5), 2);
	assert_string_equal(units_at(units, 0)->name_vi, "A");
	assert_string_equal(units_at(units, 0)->name_en, "Ay");
	assert_string_equal(units_at(units, 1)->name_en, "Bê");
	assert_string_equal(units_at(units, 2)->name_vi, "c");
	assert_string_equal(units_at(units, 3)->name_vi, "Dê");
	assert_int_equal(units_at(units, 2)->place.line, 2);
}

static void a_tree_too_deep_is_refused_once(void **state)
{
	CLEANUP_TEXT struct text yaml = { 0 };
	struct mistake mistake = { UNITS(NULL), "18:3: error: 'u16' is more than 16 levels deep" };

	(void)state;
	text_add(&yaml, "units:\n  u0: {level: x}\n");
	for (int i = 1; i < 19; i++)
		text_add(&yaml, "  u%d: {level: x, parent: u%d}\n", i, i - 1);
	mistake.file.yaml = text_get(&yaml);
	expect_mistake(&mistake);
}

static void a_tree_without_end_is_read_in_one_pass(void **state)
{
	CLEANUP_TEXT struct text yaml = { 0 };
	CLEANUP_TEXT struct text report = { 0 };
	struct file file = UNITS(NULL);
	struct config *config = NULL;

	(void)state;
	text_add(&yaml, "units:\n");
	for (int i = 0; i < 30000; i++)
		text_add(&yaml, "  u%d: {level: x, parent: u%d}\n", i, i + 1);
	text_add(&yaml, "  u30000: {level: x}\n");
	file.yaml = text_get(&yaml);
	assert_int_equal(pack_load(&config, &file, 1, &report), CONFIG_REFUSED);
	assert_non_null(strstr(text_get(&report), "error: 'u29984' is more than 16 levels deep\n"));
	assert_non_null(strstr(text_get(&report), "\n1 error in 1 file; nothing was loaded\n"));
}

static void siblings_have_tiles_of_their_own(void **state)
{
	const struct file file = UNITS("units:\n"
				       "  a: {level: x}\n"
				       "  b: {level: y, parent: a, tile: [2, 1]}\n"
				       "  c: {level: y, parent: a, tile: [1, 2]}\n"
				       "  d: {level: y, parent: a}\n"
				       "  e: {level: z, parent: b, tile: [2, 1]}\n"
				       "  f: {level: y, until: 2025-06-30, merged-into: b, tile: [2, 1]}\n");
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);
	const struct units *units = config_units(config);

	(void)state;
	assert_int_equal(units_at(units, units_find(units, "b", 1))->column, 2);
	assert_int_equal(units_at(units, units_find(units, "b", 1))->row, 1);
	assert_int_equal(units_at(units, units_find(units, "c", 1))->column, 1);
	assert_int_equal(units_at(units, units_find(units, "c", 1))->row, 2);
	assert_int_equal(units_at(units, units_find(units, "d", 1))->column, 0);
	assert_int_equal(units_at(units, units_find(units, "d", 1))->row, 0);
	assert_int_equal(units_at(units, units_find(units, "e", 1))->column, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parents_may_stand_below_their_children),
		cmocka_unit_test(a_missing_tree_is_an_error),
		cmocka_unit_test(each_mistake_in_the_tree_is_told_alone_at_its_place),
		cmocka_unit_test(a_tree_too_deep_is_refused_once),
		cmocka_unit_test(a_tree_without_end_is_read_in_one_pass),
		cmocka_unit_test(siblings_have_tiles_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
