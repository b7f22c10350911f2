/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/password.h"

/* RFC 6238, appendix B: "12345678901234567890" */
#define SECRET "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

/* The appendix has eight digits; the last six are the code of six. */
static const struct {
	int64_t second;
	const char *code;
} rows[] = {
	{ 59, "287082" },         { 1111111109, "081804" }, { 1111111111, "050471" },
	{ 1234567890, "005924" }, { 2000000000, "279037" }, { INT64_C(20000000000), "353130" },
};

static void the_codes_of_the_rfc_are_right(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(totp_check(SECRET, rows[i].code, rows[i].second * 1000, 0),
				 rows[i].second / TOTP_STEP_S);
}

static void a_code_holds_one_step_before_and_behind_its_own(void **state)
{
	const int64_t step = 1234567890 / TOTP_STEP_S;

	(void)state;
	assert_int_equal(totp_check(SECRET, "005924", (step - 2) * 30000 + 29999, 0), 0);
	assert_int_equal(totp_check(SECRET, "005924", (step - 1) * 30000, 0), step);
	assert_int_equal(totp_check(SECRET, "005924", (step + 1) * 30000 + 29999, 0), step);
	assert_int_equal(totp_check(SECRET, "005924", (step + 2) * 30000, 0), 0);
}

static void a_code_counts_once(void **state)
{
	const int64_t step = 1234567890 / TOTP_STEP_S;

	(void)state;
	assert_int_equal(totp_check(SECRET, "005924", step * 30000, (uint64_t)step - 1), step);
	assert_int_equal(totp_check(SECRET, "005924", step * 30000, (uint64_t)step), 0);
	assert_int_equal(totp_check(SECRET, "005924", (step - 1) * 30000, (uint64_t)step + 1), 0);
}

static void whatever_is_no_code_is_wrong(void **state)
{
	static const char *const bad[] = { "",       "28708",  "2870820", "287083",      "28708a",
					   "-87082", "187082", "287082x", "\xff\xff\xff" };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(totp_check(SECRET, bad[i], 59000, 0), 0);
	assert_int_equal(totp_check("", "287082", 59000, 0), 0);
	assert_int_equal(totp_check("1!", "287082", 59000, 0), 0);
	assert_int_equal(totp_check(SECRET, "287082", -59000, 0), 0);
}

static void blanks_in_a_code_and_the_case_of_a_secret_do_not_count(void **state)
{
	(void)state;
	assert_int_equal(totp_check(SECRET, " 287 082", 59000, 0), 1);
	assert_int_equal(totp_check("gezdgnbvgy3tqojqgezdgnbvgy3tqojq", "287082", 59000, 0), 1);
}

static void a_secret_has_160_bits_and_differs_each_time(void **state)
{
	char one[ACCESS_SECRET_MAX], other[ACCESS_SECRET_MAX];

	(void)state;
	totp_draw(one);
	totp_draw(other);
	assert_int_equal(strlen(one), 32);
	assert_int_equal(strspn(one, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), 32);
	assert_string_not_equal(one, other);
	assert_null(totp_check_secret(one));
}

static void a_secret_that_is_short_or_no_base32_is_told(void **state)
{
	char secret[ACCESS_SECRET_MAX + 1];

	(void)state;
	assert_null(totp_check_secret(SECRET));
	assert_null(totp_check_secret("GEZDGNBVGY3TQOJQGEZDGNBVGY======"));
	assert_non_null(totp_check_secret(""));
	assert_non_null(totp_check_secret("GEZDGNBVGY3TQOJQ"));
	assert_non_null(totp_check_secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1"));
	assert_non_null(totp_check_secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3=QOJQ"));
	memset(secret, 'A', sizeof(secret));
	secret[ACCESS_SECRET_MAX] = '\0';
	assert_non_null(totp_check_secret(secret));
	secret[ACCESS_SECRET_MAX - 1] = '\0';
	assert_null(totp_check_secret(secret));
}

static void an_address_is_what_authenticators_read(void **state)
{
	CLEANUP_TEXT struct text text = { 0 };

	(void)state;
	totp_add_address(&text, SECRET, "iocd tỉnh", "lan");
	assert_string_equal(text_get(&text),
			    "otpauth://totp/iocd%20t%E1%BB%89nh:lan?secret=" SECRET
			    "&issuer=iocd%20t%E1%BB%89nh&algorithm=SHA1&digits=6&period=30");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_codes_of_the_rfc_are_right),
		cmocka_unit_test(a_code_holds_one_step_before_and_behind_its_own),
		cmocka_unit_test(a_code_counts_once),
		cmocka_unit_test(whatever_is_no_code_is_wrong),
		cmocka_unit_test(blanks_in_a_code_and_the_case_of_a_secret_do_not_count),
		cmocka_unit_test(a_secret_has_160_bits_and_differs_each_time),
		cmocka_unit_test(a_secret_that_is_short_or_no_base32_is_told),
		cmocka_unit_test(an_address_is_what_authenticators_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
