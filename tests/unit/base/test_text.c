/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/random.h"

static void pieces_are_joined_and_always_terminated(void **state)
{
	CLEANUP(text_fini) struct text text = { .bytes = NULL };

	(void)state;
	assert_string_equal(text_get(&text), "");
	text_add(&text, "a=%d", 1);
	text_add_bytes(&text, " b", 2);
	text_add_bytes(&text, NULL, 0);
	assert_string_equal(text_get(&text), "a=1 b");
	assert_int_equal(text.size, 5);
	text_clear(&text);
	assert_string_equal(text_get(&text), "");
	assert_int_equal(text.size, 0);
}

static void a_text_grows_over_every_size(void **state)
{
	CLEANUP(text_fini) struct text text = { .bytes = NULL };
	char piece[301];

	(void)state;
	for (size_t n = 0; n <= 300; n++) {
		memset(piece, 'x', n);
		piece[n] = '\0';
		text_fini(&text);
		text_add(&text, "%s", piece);
		assert_string_equal(text_get(&text), piece);
		text_add(&text, "%s", piece);
		assert_int_equal(text.size, 2 * n);
		assert_int_equal(strlen(text_get(&text)), 2 * n);
	}
}

static void json_is_as(const char *bytes, size_t n, const char *expected)
{
	CLEANUP(text_fini) struct text text = { .bytes = NULL };

	text_add_json(&text, bytes, n);
	assert_string_equal(text_get(&text), expected);
}

static void a_json_string_is_escaped(void **state)
{
	(void)state;
	json_is_as("", 0, "\"\"");
	json_is_as("plain", 5, "\"plain\"");
	json_is_as("a\"b\\c", 5, "\"a\\\"b\\\\c\"");
	json_is_as("\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\"");
	json_is_as("\0\x1f\x7f", 3, "\"\\u0000\\u001f\x7f\"");
	json_is_as("một cửa", 11, "\"một cửa\"");
}

static void bytes_that_are_not_utf8_become_a_replacement(void **state)
{
	(void)state;
	json_is_as("a\xff"
		   "b",
		   3, "\"a\\ufffdb\"");
	json_is_as("\xe1\xbb", 2, "\"\\ufffd\\ufffd\"");            /* cut short */
	json_is_as("\xc0\xaf", 2, "\"\\ufffd\\ufffd\"");            /* too long a form */
	json_is_as("\xed\xa0\x80", 3, "\"\\ufffd\\ufffd\\ufffd\""); /* a surrogate */
	json_is_as("\xf4\x90\x80\x80", 4, "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
	json_is_as("\xe0\x9f\xbf", 3, "\"\\ufffd\\ufffd\\ufffd\"");
	json_is_as("\xe1\xbb\x20", 3, "\"\\ufffd\\ufffd \"");
	json_is_as("\xe1\xbb\xad", 2, "\"\\ufffd\\ufffd\""); /* the rest is not ours */
	json_is_as("\xf0\x9f\x98\x80", 4, "\"\xf0\x9f\x98\x80\"");
}

static void number_is_as(double number, const char *expected)
{
	CLEANUP(text_fini) struct text text = { .bytes = NULL };

	text_add_number(&text, number);
	assert_string_equal(text_get(&text), expected);
}

static void a_number_is_written_short(void **state)
{
	(void)state;
	number_is_as(0, "0");
	number_is_as(-0.0, "-0");
	number_is_as(42, "42");
	number_is_as(-17, "-17");
	number_is_as(1e15, "1000000000000000");
	number_is_as(9007199254740991.0, "9007199254740991");
	number_is_as(-9007199254740991.0, "-9007199254740991");
	number_is_as(0.1, "0.1");
	number_is_as(93.9, "93.9"); /* 93.90000000000001 with a digit more */
	number_is_as(-4.75, "-4.75");
	number_is_as(0.1 + 0.2, "0.30000000000000004");
	number_is_as(1e300, "1e+300");
	number_is_as(NAN, "null");
	number_is_as(INFINITY, "null");
}

static void same_bits(double a, double b)
{
	assert_memory_equal(&a, &b, sizeof(a));
}

static void every_number_survives_writing_and_reading(void **state)
{
	CLEANUP(text_fini) struct text text = { .bytes = NULL };
	struct random_stream random;

	(void)state;
	random_seed(&random, 7);
	for (int i = 0; i < 50000; i++) {
		uint64_t bits = random_next(&random);
		double number, back;

		memcpy(&number, &bits, sizeof(number));
		if (!isfinite(number))
			continue;
		if (i % 2) /* a value as sensors give it */
			number = (double)(int64_t)random_below(&random, 100000000) / 1000;
		text_clear(&text);
		text_add_number(&text, number);
		assert_int_equal(text_read_number(text.bytes, text.size, &back), 0);
		same_bits(back, number);
	}
}

/* The fewest digits from 15 on that read back as the same number, by printf(3) and strtod(3). */
static void shortest_by_printf(char text[40], double number)
{
	for (int digits = 15; digits <= 17; digits++) {
		(void)snprintf(text, 40, "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			return;
	}
}

static void a_fraction_is_as_short_as_printf_can_make_it(void **state)
{
	struct random_stream random;
	char expected[40];

	(void)state;
	random_seed(&random, 11);
	for (int i = 0; i < 100000; i++) {
		double above = (double)random_below(&random, 10000000000);
		double below = (double)(1 + random_below(&random, 1000000));
		double number = i % 2 ? above / below : -nextafter(below / (above + 1), 0);

		if (number == trunc(number))
			continue;
		shortest_by_printf(expected, number);
		number_is_as(number, expected);
	}
}

/* Compiles a locale with a decimal comma into the directory and enters it; 0 if it can be done. */
static int enter_comma_locale(const char *directory)
{
	char command[120];

	(void)snprintf(command, sizeof(command),
		       "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 >%s.log 2>&1", directory,
		       directory);
	if (system(command))
		return -1;
	return setenv("LOCPATH", directory, 1) || !setlocale(LC_NUMERIC, "de_DE.UTF-8");
}

static void numbers_do_not_depend_on_the_locale(void **state)
{
	char directory[] = "/tmp/iocd-text-XXXXXX";
	char command[80], comma[8];
	double number = 0;
	int r;

	(void)state;
	assert_non_null(mkdtemp(directory));
	r = enter_comma_locale(directory);
	(void)snprintf(command, sizeof(command), "rm -rf %s %s.log", directory, directory);
	assert_int_equal(system(command), 0);
	assert_int_equal(r, 0); /* package locales has what it is made from */

	(void)snprintf(comma, sizeof(comma), "%.1f", 0.5);
	assert_string_equal(comma, "0,5");
	number_is_as(0.5, "0.5");
	assert_int_equal(text_read_number("0.12345678901234567", 19, &number), 0);
	(void)setlocale(LC_NUMERIC, "C");
	same_bits(number, 0.12345678901234567);
}

static void number_reads_as(const char *bytes, double expected)
{
	double number = 0;

	assert_int_equal(text_read_number(bytes, strlen(bytes), &number), 0);
	same_bits(number, expected);
}

static void a_number_is_read_exactly(void **state)
{
	(void)state;
	number_reads_as("0", 0);
	number_reads_as("-0", -0.0);
	number_reads_as("007.50", 7.5);
	number_reads_as("4.7", 4.7);
	number_reads_as("-12.5e-3", -0.0125);
	number_reads_as("1E+3", 1000);
	number_reads_as("1e22", 1e22);
	number_reads_as("1e23", 1e23);
	number_reads_as("0.000000000000000000000123", 1.23e-22);
	number_reads_as("123456789012345678", 123456789012345678.0);
	number_reads_as("9007199254740993", 9007199254740993.0);
	number_reads_as("1e-400", 0);
	number_reads_as("5e-324", 5e-324);
	number_reads_as("0e99999999999", 0);
	number_reads_as("1.7976931348623157e308", 1.7976931348623157e308);
}

static void reading_agrees_with_the_c_library(void **state)
{
	struct random_stream random;
	CLEANUP(text_fini) struct text text = { .bytes = NULL };

	(void)state;
	random_seed(&random, 11);
	for (int i = 0; i < 50000; i++) {
		uint64_t digits = random_next(&random) >> random_below(&random, 64);
		int exponent = (int)random_below(&random, 60) - 30;

		text_clear(&text);
		text_add(&text, "%s%llu.%llue%d", i % 2 ? "-" : "",
			 (unsigned long long)(digits / 1000), (unsigned long long)(digits % 1000),
			 exponent);
		number_reads_as(text.bytes, strtod(text.bytes, NULL));
	}
}

static void what_is_not_a_number_is_refused(void **state)
{
	static const char *const bad[] = { "",     "-",   "+1",    " 1",   "1 ",  "1.",      ".5",
					   "1e",   "1e+", "e5",    "0x10", "inf", "nan",     "1,5",
					   "1.5.", "--1", "1e5.0", "1_0",  "1-",  "infinity" };
	char longest[300];
	double number = 77;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (text_read_number(bad[i], strlen(bad[i]), &number) != TEXT_SYNTAX)
			fail_msg("'%s' was read", bad[i]);
	assert_int_equal(text_read_number("1\0002", 3, &number), TEXT_SYNTAX);
	assert_int_equal(text_read_number("1e309", 5, &number), TEXT_RANGE);
	assert_int_equal(text_read_number("-1e999999999999", 15, &number), TEXT_RANGE);
	memset(longest, '1', sizeof(longest));
	assert_int_equal(text_read_number(longest, sizeof(longest), &number), TEXT_RANGE);
	same_bits(number, 77);
}

typedef int read_fn(const char *bytes, size_t n, int64_t *ret);

static void reads(read_fn *read, const char *bytes, int64_t expected)
{
	int64_t number = -77;

	if (read(bytes, strlen(bytes), &number))
		fail_msg("'%s' was refused", bytes);
	assert_int_equal(number, expected);
}

static void refuses(read_fn *read, const char *bytes, int why)
{
	int64_t number = 77;

	if (read(bytes, strlen(bytes), &number) != why)
		fail_msg("'%s' was not refused as it should", bytes);
}

static void an_integer_is_read_whole_or_refused(void **state)
{
	(void)state;
	reads(text_read_integer, "0", 0);
	reads(text_read_integer, "-42", -42);
	reads(text_read_integer, "010", 10);
	reads(text_read_integer, "9223372036854775807", INT64_MAX);
	reads(text_read_integer, "-9223372036854775808", INT64_MIN);
	refuses(text_read_integer, "9223372036854775808", TEXT_RANGE);
	refuses(text_read_integer, "-9223372036854775809", TEXT_RANGE);
	refuses(text_read_integer, "", TEXT_SYNTAX);
	refuses(text_read_integer, "-", TEXT_SYNTAX);
	refuses(text_read_integer, "+1", TEXT_SYNTAX);
	refuses(text_read_integer, " 1", TEXT_SYNTAX);
	refuses(text_read_integer, "1 ", TEXT_SYNTAX);
	refuses(text_read_integer, "1.0", TEXT_SYNTAX);
	refuses(text_read_integer, "0x1", TEXT_SYNTAX);
}

static void a_duration_has_one_unit(void **state)
{
	(void)state;
	reads(text_read_duration, "0", 0);
	reads(text_read_duration, "0s", 0);
	reads(text_read_duration, "250ms", 250);
	reads(text_read_duration, "90s", 90000);
	reads(text_read_duration, "10m", 600000);
	reads(text_read_duration, "2h", 7200000);
	reads(text_read_duration, "7d", 604800000);
	refuses(text_read_duration, "10", TEXT_SYNTAX);
	refuses(text_read_duration, "", TEXT_SYNTAX);
	refuses(text_read_duration, "s", TEXT_SYNTAX);
	refuses(text_read_duration, "-1s", TEXT_SYNTAX);
	refuses(text_read_duration, "1 s", TEXT_SYNTAX);
	refuses(text_read_duration, "1.5h", TEXT_SYNTAX);
	refuses(text_read_duration, "1M", TEXT_SYNTAX);
	refuses(text_read_duration, "1h30m", TEXT_SYNTAX);
	refuses(text_read_duration, "99999999999999999999s", TEXT_RANGE);
	refuses(text_read_duration, "9223372036854775807d", TEXT_RANGE);
}

static void a_size_counts_in_powers_of_1024(void **state)
{
	int64_t bytes;

	(void)state;
	reads(text_read_size, "0", 0);
	reads(text_read_size, "4096", 4096);
	reads(text_read_size, "64K", 65536);
	reads(text_read_size, "8M", 8388608);
	reads(text_read_size, "2G", 2147483648);
	refuses(text_read_size, "", TEXT_SYNTAX);
	assert_int_equal(text_read_size("8M\0", 3, &bytes), TEXT_SYNTAX);
	refuses(text_read_size, "K", TEXT_SYNTAX);
	refuses(text_read_size, "8m", TEXT_SYNTAX);
	refuses(text_read_size, "8MB", TEXT_SYNTAX);
	refuses(text_read_size, "-8M", TEXT_SYNTAX);
	refuses(text_read_size, "9223372036854775807K", TEXT_RANGE);
}

static void duration_is_as(int64_t ms, const char *expected)
{
	CLEANUP(text_fini) struct text text = { .bytes = NULL };

	text_add_duration(&text, ms);
	assert_string_equal(text_get(&text), expected);
}

static void a_duration_is_written_for_people(void **state)
{
	(void)state;
	duration_is_as(0, "0s");
	duration_is_as(250, "250ms");
	duration_is_as(600000, "10m");
	duration_is_as(5400000, "1h 30m");
	duration_is_as(90061001, "1d 1h 1m 1s 1ms");
	duration_is_as(-90000, "-1m 30s");
	duration_is_as(INT64_MIN, "-106751991167d 7h 12m 55s 808ms");
}

static void a_slip_of_the_finger_is_one_edit(void **state)
{
	(void)state;
	assert_int_equal(text_distance("window", "window", 3), 0);
	assert_int_equal(text_distance("window", "windows", 3), 1);
	assert_int_equal(text_distance("window", "wndow", 3), 1);
	assert_int_equal(text_distance("window", "wimdow", 3), 1);
	assert_int_equal(text_distance("window", "widnow", 3), 1);
	assert_int_equal(text_distance("iwndow", "window", 1), 1);
	assert_int_equal(text_distance("kitten", "sitting", 5), 3);
	assert_int_equal(text_distance("ca", "abc", 5), 3);
	assert_int_equal(text_distance("", "abc", 5), 3);
	assert_int_equal(text_distance("abc", "", 5), 3);
	assert_int_equal(text_distance("", "", 5), 0);
}

static void a_distance_beyond_the_limit_is_not_told(void **state)
{
	(void)state;
	assert_int_equal(text_distance("kitten", "sitting", 2), 3);
	assert_int_equal(text_distance("kitten", "sitting", 1), 2);
	assert_int_equal(text_distance("abcdefgh", "zyxwvuts", 2), 3);
	assert_int_equal(text_distance("", "abcdef", 2), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_joined_and_always_terminated),
		cmocka_unit_test(a_text_grows_over_every_size),
		cmocka_unit_test(a_json_string_is_escaped),
		cmocka_unit_test(bytes_that_are_not_utf8_become_a_replacement),
		cmocka_unit_test(a_number_is_written_short),
		cmocka_unit_test(every_number_survives_writing_and_reading),
		cmocka_unit_test(a_fraction_is_as_short_as_printf_can_make_it),
		cmocka_unit_test(numbers_do_not_depend_on_the_locale),
		cmocka_unit_test(a_number_is_read_exactly),
		cmocka_unit_test(reading_agrees_with_the_c_library),
		cmocka_unit_test(what_is_not_a_number_is_refused),
		cmocka_unit_test(an_integer_is_read_whole_or_refused),
		cmocka_unit_test(a_duration_has_one_unit),
		cmocka_unit_test(a_size_counts_in_powers_of_1024),
		cmocka_unit_test(a_duration_is_written_for_people),
		cmocka_unit_test(a_slip_of_the_finger_is_one_edit),
		cmocka_unit_test(a_distance_beyond_the_limit_is_not_told),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
