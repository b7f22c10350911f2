/* SPDX-License-Identifier: Apache-2.0 */
#include "name_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void every_name_is_found_at_its_place(void **state)
{
	/* Of all sizes that are hashed in their own way, and alike at both ends. */
	static const char *const list[NAMES_MAX] = {
		"a",
		"b",
		"ab",
		"abc",
		"abcd",
		"abcde",
		"abcdefg",
		"abcdefgh",
		"abcdefghi",
		"temperature_min_of_day",
		"temperature_max_of_day",
		"x1y",
		"x2y",
		"long-first-1-long-end-",
		"long-first-2-long-end-",
		"",
	};
	struct name_set names;

	(void)state;
	name_set_init(&names);
	for (uint32_t i = 0; i < NAMES_MAX; i++)
		name_set_add(&names, list[i]);
	for (uint32_t i = 0; i < NAMES_MAX; i++)
		assert_int_equal(name_set_find(&names, list[i], strlen(list[i])), i);
}

static void what_was_not_added_is_not_found(void **state)
{
	struct name_set names;
	char name[16];

	(void)state;
	name_set_init(&names);
	assert_int_equal(name_set_find(&names, "a", 1), NAMES_NONE);
	name_set_add(&names, "temperature");
	name_set_add(&names, "id");
	assert_int_equal(name_set_find(&names, "temperaturf", 11), NAMES_NONE);
	assert_int_equal(name_set_find(&names, "temperature", 10), NAMES_NONE);
	assert_int_equal(name_set_find(&names, "iD", 2), NAMES_NONE);
	assert_int_equal(name_set_find(&names, "", 0), NAMES_NONE);
	for (int i = 0; i < 1000; i++) {
		int n = snprintf(name, sizeof(name), "k%d", i);

		assert_int_equal(name_set_find(&names, name, (size_t)n), NAMES_NONE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_is_found_at_its_place),
		cmocka_unit_test(what_was_not_added_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
