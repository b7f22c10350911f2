/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#define UNITS(yaml)                                                                                \
	{                                                                                          \
		PART_UNITS, "units.yml", yaml                                                      \
	}
#define HOME "units:\n  p: {level: x}\n"

/* clang-format off */
static const struct mistake mistakes[] = {
	{ UNITS(HOME "  a: {level: x, parent: p, from: 1.7.2025}\n"), "3:34: error: '1.7.2025' is not a day; write it like 2026-02-16" },
	{ UNITS(HOME "  a: {level: x, parent: p, until: 2025-06-31}\n"), "3:35: error: '2025-06-31' is not a day; write it like 2026-02-16" },
	{ UNITS(HOME "  a: {level: x, parent: p, from: 2025-07-01, until: 2025-06-30}\n"), "3:53: error: 'until' is before 'from'" },
	{ UNITS(HOME "  a: {level: x, until: 2025-06-30}\n"), "3:17: error: 'a' is no more and has no parent; say with 'merged-into' which unit counts for it now" },
	{ UNITS(HOME "  a: {level: x, parent: p, merged-into: p}\n"), "3:28: error: 'merged-into' needs 'until': the last day on which 'a' was" },
	{ UNITS(HOME "  ab: {level: x, parent: p, until: 2025-06-30, merged-into: bb}\n"), "3:61: error: unknown unit 'bb'; did you mean 'ab'?" },
	{ UNITS(HOME "  a: {level: x, parent: p, until: 2025-06-30, merged-into: a}\n"), "3:60: error: the unit is merged into itself: a > a" },
	{ UNITS(HOME "  z: {level: x, until: 2025-06-30, merged-into: a}\n  a: {level: x, until: 2025-06-30, merged-into: b}\n  b: {level: x, until: 2025-06-30, merged-into: c}\n  c: {level: x, until: 2025-06-30, merged-into: a}\n"),
	  "4:49: error: the unit is merged into itself: a > b > c > a" },
	{ UNITS(HOME "  d: {level: x, parent: p, until: 2025-06-30}\n  w: {level: x, parent: d}\n"), "4:25: error: 'd' is a unit that is no more; name another parent, like 'p', and keep this one under 'was'" },
	{ UNITS(HOME "  w: {level: x, parent: p, was: {until: 2025-06-30}}\n"), "3:33: error: 'was' must be a list, not a map of keys and values" },
	{ UNITS(HOME "  w: {level: x, parent: p, was: [{parent: p}]}\n"), "3:34: error: 'until' is missing" },
	{ UNITS(HOME "  w: {level: x, parent: p, was: [{untli: 2025-06-30, parent: p}]}\n"), "3:35: error: unknown key 'untli'; did you mean 'until'?" },
	{ UNITS(HOME "  w: {level: x, parent: p, was: [{until: 2025-06-30, parent: pp}]}\n"), "3:62: error: unknown unit 'pp'; did you mean 'p'?" },
	{ UNITS(HOME "  w: {level: x, parent: p, was: [{until: 2025-06-30, parent: w}]}\n"), "3:62: error: the unit is its own parent" },
	{ UNITS(HOME "  w: {level: x, parent: p, was: [{until: 2025-06-30}, {until: 2025-06-30, parent: p}]}\n"), "3:63: error: not after what stands before; write the oldest parent first" },
	{ UNITS(HOME "  w: {level: x, parent: p, from: 2025-07-01, was: [{until: 2025-06-30}]}\n"), "3:60: error: 'until' is before the unit's own 'from'" },
	{ UNITS(HOME "  w: {level: x, parent: p, until: 2025-06-30, was: [{until: 2025-06-30}]}\n"), "3:61: error: not before the unit's own 'until'; its last parent is its 'parent'" },
	{ UNITS(HOME "  d: {level: x, parent: p, until: 2025-06-30}\n  w: {level: x, parent: p, aliases: [d]}\n"), "4:38: error: 'd' is the id or a former id of another unit" },
};
/* clang-format on */

static void each_mistake_in_the_register_is_told_alone_at_its_place(void **state)
{
	(void)state;
	expect_mistakes(mistakes, COUNT(mistakes));
}

static uint32_t number(const struct units *units, const char *id)
{
	return units_find(units, id, strlen(id));
}

static uint32_t registered(const struct units *units, const char *id)
{
	uint32_t found = units_find_registered(units, id, strlen(id));

	assert_int_not_equal(found, UNIT_NONE);
	return found;
}

/* 2025-06-30 is day 20269. */
static void a_reform_is_an_edit(void **state)
{
	const struct file file = UNITS(
		"units:\n"
		"  c2: {level: commune, parent: d2, until: 2025-06-30, merged-into: c1}\n"
		"  d1: {level: district, parent: p, until: 2025-06-30, name: {vi: Huyện}}\n"
		"  d2: {level: district, parent: p, from: 1999-08-20, until: 2025-06-30, "
		"merged-into: d1, aliases: [d2-old]}\n"
		"  c1: {level: commune, parent: d1, until: 2025-06-30, merged-into: w}\n"
		"  x: {level: ward, parent: p, from: 2025-06-30, until: 2025-06-30}\n"
		"  w: {level: ward, parent: p, from: 2025-07-01}\n"
		"  v: {level: ward, parent: p, was: [{until: 2003-12-31}, {until: 2025-06-30, "
		"parent: d2}]}\n"
		"  p: {level: province}\n");
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);
	const struct units *units = config_units(config);

	(void)state;
	assert_int_equal(units_count(units), 3);
	assert_int_equal(units_registered(units), 8);
	assert_string_equal(units_at(units, 0)->id, "p");
	assert_int_equal(number(units, "d1"), number(units, "p"));
	assert_int_equal(number(units, "d2"), number(units, "p"));
	assert_int_equal(number(units, "d2-old"), number(units, "p"));
	assert_int_equal(number(units, "c1"), number(units, "w"));
	assert_int_equal(number(units, "c2"), number(units, "w"));
	assert_int_equal(units_successor(units, registered(units, "c2")), number(units, "w"));
	assert_string_equal(units_at(units, registered(units, "d1"))->name_vi, "Huyện");
	assert_int_equal(units_at(units, registered(units, "d1"))->until_day, 20269);
	assert_int_equal(units_at(units, registered(units, "d1"))->from_day, INT32_MIN);
	assert_int_equal(units_at(units, number(units, "w"))->from_day, 20270);
	assert_int_equal(units_at(units, number(units, "w"))->until_day, INT32_MAX);

	assert_int_equal(units_parent_on(units, registered(units, "c2"), 20269),
			 registered(units, "d2"));
	assert_int_equal(units_parent_on(units, registered(units, "d2"), 20269), 0);
	assert_int_equal(units_parent_on(units, registered(units, "d2"), 20270), UNIT_NONE);
	assert_int_equal(units_parent_on(units, number(units, "v"), 20270), 0);
	assert_int_equal(units_parent_on(units, number(units, "v"), 20269),
			 registered(units, "d2"));
	assert_int_equal(units_parent_on(units, number(units, "v"), 12417), UNIT_NONE);
}

static void the_level_of_former_units_is_no_level_any_more(void **state)
{
	const struct file files[] = {
		UNITS("units:\n"
		      "  home: {level: province}\n"
		      "  east: {level: district, parent: home, until: 2025-06-30}\n"),
		{ PART_RULES, "rules.d/z.yml",
		  "z: {indicator: desk.cost, window: 1h, warning: \"> 5\", units: [east]}\n"
		  "y: {indicator: desk.cost, window: 1h, warning: \"> 5\", units: {level: "
		  "district}}\n" },
	};
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;

	(void)state;
	assert_int_equal(pack_load(&config, files, COUNT(files), &report), CONFIG_REFUSED);
	assert_non_null(strstr(text_get(&report),
			       "rules.d/z.yml:2:70: error: no unit has the level 'district'"));
	assert_non_null(strstr(text_get(&report), "\n1 error in 1 file;"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reform_is_an_edit),
		cmocka_unit_test(each_mistake_in_the_register_is_told_alone_at_its_place),
		cmocka_unit_test(the_level_of_former_units_is_no_level_any_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
