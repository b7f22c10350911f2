/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/password.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "nobody.h"

#define GOOD "đèn đỏ ngã tư 7"

static void a_password_is_right_and_any_other_wrong(void **state)
{
	char hash[ACCESS_HASH_MAX];

	(void)state;
	assert_int_equal(password_hash(hash, GOOD), 0);
	assert_non_null(strstr(hash, "$argon2id$v=19$m=32768,t=3,p=1$"));
	assert_null(password_check_hash(hash));
	assert_true(password_is(hash, GOOD));
	assert_false(password_is(hash, GOOD " "));
}

static void nobody_has_a_password_and_costs_as_much_to_try(void **state)
{
	(void)state;
	assert_false(password_is("", ""));
	assert_false(password_is("", GOOD));
	assert_null(password_check_hash(password_of_nobody));
	assert_non_null(strstr(password_of_nobody, "$argon2id$v=19$m=32768,t=3,p=1$"));
}

static void the_same_password_has_another_hash_each_time(void **state)
{
	char one[ACCESS_HASH_MAX], other[ACCESS_HASH_MAX];

	(void)state;
	assert_int_equal(password_hash(one, GOOD), 0);
	assert_int_equal(password_hash(other, GOOD), 0);
	assert_string_not_equal(one, other);
}

static void what_is_longer_than_a_password_may_be_is_none(void **state)
{
	char hash[ACCESS_HASH_MAX];
	char password[PASSWORD_MAX + 2];

	(void)state;
	memset(password, 'x', sizeof(password));
	password[PASSWORD_MAX] = '\0';
	assert_int_equal(password_hash(hash, password), 0);
	password[PASSWORD_MAX] = 'x';
	password[PASSWORD_MAX + 1] = '\0';
	assert_false(password_is(hash, password));
}

static void a_hash_of_another_kind_damaged_or_dear_is_told(void **state)
{
	static const char *const bad[] = {
		"",
		"plain text",
		"$2b$12$abcdefghijklmnopqrstuuvwxyzabcdefghijklmnopqrstuvwxyzab",
		"$argon2i$v=19$m=32768,t=3,p=1$bm9ib2R5LWxvZ3MtaW4tYQ$"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=32768,t=3,p=1$bm9ib2R5LWxvZ3MtaW4tYQ$AAA!",
		"$argon2id$v=19$m=32768,t=3,p=1",
		"$argon2id$v=19$m=4194304,t=3,p=1$bm9ib2R5LWxvZ3MtaW4tYQ$"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=32768,t=300,p=1$bm9ib2R5LWxvZ3MtaW4tYQ$"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_non_null(password_check_hash(bad[i]));
}

static void a_new_password_is_long_enough_and_no_longer(void **state)
{
	char password[PASSWORD_MAX + 2];

	(void)state;
	assert_int_equal(password_check("xanh la 10", "lan"), 0);
	assert_int_equal(password_check("xanh la 9", "lan"), PASSWORD_SHORT);
	assert_int_equal(password_check("đèn đỏ ng", "lan"),
			 PASSWORD_SHORT); /* characters count, not bytes */
	assert_int_equal(password_check("", "lan"), PASSWORD_SHORT);
	for (size_t i = 0; i < sizeof(password); i++)
		password[i] = (char)('a' + i * 7 % 26);
	password[PASSWORD_MAX + 1] = '\0';
	assert_int_equal(password_check(password, "lan"), PASSWORD_LONG);
	password[PASSWORD_MAX] = '\0';
	assert_int_equal(password_check(password, "lan"), 0);
}

static void what_is_guessed_first_is_no_password(void **state)
{
	static const char *const bad[] = {
		"password123",  "PassWord123", "qwertyuiop",      "matkhau123",
		"1234567890",   "0123456789",  "9876543210",      "aaaaaaaaaa",
		"abcdefghijkl", "zyxwvutsrq",  "123456789012345",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(password_check(bad[i], "lan"), PASSWORD_COMMON);
	assert_int_equal(password_check("Nguyen.Van.An", "nguyen.van.an"), PASSWORD_NAME);
	assert_int_equal(password_check("abcdefghi\xff", "lan"), PASSWORD_NO_TEXT);
}

static void a_token_is_random_and_known_by_its_digest(void **state)
{
	char one[TOKEN_MAX], other[TOKEN_MAX];
	uint8_t digest[ACCESS_DIGEST], again[ACCESS_DIGEST];

	(void)state;
	token_draw(one, digest);
	token_draw(other, again);
	assert_int_equal(strlen(one), 48); /* 5 and 43: 256 bits at 6 a character */
	assert_memory_equal(one, "iocd_", 5);
	assert_int_equal(strspn(one, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789-_"),
			 48);
	assert_string_not_equal(one, other);
	assert_memory_not_equal(digest, again, ACCESS_DIGEST);
	token_digest(again, one);
	assert_memory_equal(digest, again, ACCESS_DIGEST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_is_right_and_any_other_wrong),
		cmocka_unit_test(nobody_has_a_password_and_costs_as_much_to_try),
		cmocka_unit_test(the_same_password_has_another_hash_each_time),
		cmocka_unit_test(what_is_longer_than_a_password_may_be_is_none),
		cmocka_unit_test(a_hash_of_another_kind_damaged_or_dear_is_told),
		cmocka_unit_test(a_new_password_is_long_enough_and_no_longer),
		cmocka_unit_test(what_is_guessed_first_is_no_password),
		cmocka_unit_test(a_token_is_random_and_known_by_its_digest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
