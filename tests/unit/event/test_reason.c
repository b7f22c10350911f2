/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/reason.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_reason_has_a_name_of_its_own_and_a_sentence(void **state)
{
	(void)state;
	for (int i = 0; i < N_REASONS; i++) {
		const char *name = reason_name((enum reason)i);

		assert_true(strlen(name) > 2);
		assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz_"), strlen(name));
		assert_true(strlen(reason_text((enum reason)i)) > 10);
		assert_true(strlen(reason_text_vi((enum reason)i)) > 10);
		assert_string_not_equal(reason_text((enum reason)i),
					reason_text_vi((enum reason)i));
		for (int j = 0; j < i; j++)
			assert_string_not_equal(name, reason_name((enum reason)j));
	}
}

static void names_are_those_that_operators_search_for(void **state)
{
	(void)state;
	assert_string_equal(reason_name(REASON_NONE), "none");
	assert_string_equal(reason_name(REASON_json_syntax), "json_syntax");
	assert_string_equal(reason_name(REASON_unknown_unit), "unknown_unit");
	assert_string_equal(reason_name(REASON_internal), "internal");
	assert_non_null(strstr(reason_text(REASON_unknown_unit), "units.yml"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reason_has_a_name_of_its_own_and_a_sentence),
		cmocka_unit_test(names_are_those_that_operators_search_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
