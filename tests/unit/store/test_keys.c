/* SPDX-License-Identifier: Apache-2.0 */
#include "keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static void keys_of_a_unit_carry_it_as_their_hash_tag(void **state)
{
	CLEANUP_TEXT struct text text = { 0 };

	(void)state;
	key_live(&text, "p", "d1");
	text_add(&text, " ");
	key_meta(&text, "p", "d1");
	text_add(&text, " ");
	key_recent(&text, "p", "d1", "a.b");
	text_add(&text, " ");
	key_alert(&text, "p", "d1", "flood/%C3%A1");
	assert_string_equal(text_get(&text),
			    "p:live:{d1} p:meta:{d1} p:recent:{d1}:a.b p:alert:{d1}:flood/%C3%A1");
}

static void the_key_of_an_alert_is_found_from_its_member(void **state)
{
	CLEANUP_TEXT struct text text = { 0 };

	(void)state;
	key_member(&text, "d1", "flood/x/y");
	assert_string_equal(text_get(&text), "d1/flood/x/y");
	text_clear(&text);
	key_alert_of_member(&text, "p", "d1/flood/x/y+", 12);
	assert_string_equal(text_get(&text), "p:alert:{d1}:flood/x/y");
	text_clear(&text);
	key_alert_of_member(&text, "p", "rubbish/", 7);
	assert_string_equal(text_get(&text), "");
}

static void single_keys_and_fields_are_spelt_as_documented(void **state)
{
	static void (*const keys[])(struct text *, const char *) = {
		key_alerts, key_alertlog, key_deadletter, key_health,
		key_units,  key_cursor,   key_ranks,
	};
	CLEANUP_TEXT struct text text = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		keys[i](&text, "p");
		text_add(&text, " ");
	}
	key_rank(&text, "p", "one-stop.rate");
	text_add(&text, " ");
	key_field(&text, "one-stop.open", "1h");
	assert_string_equal(text_get(&text), "p:alerts p:alertlog p:deadletter p:health p:units "
					     "p:cursor p:ranks p:rank:one-stop.rate "
					     "one-stop.open@1h");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_of_a_unit_carry_it_as_their_hash_tag),
		cmocka_unit_test(the_key_of_an_alert_is_found_from_its_member),
		cmocka_unit_test(single_keys_and_fields_are_spelt_as_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
