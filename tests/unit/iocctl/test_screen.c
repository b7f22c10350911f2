/* SPDX-License-Identifier: Apache-2.0 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "screen.h"

static void assert_clean(const char *string, const char *expected)
{
	CLEANUP_TEXT struct text text = { 0 };

	screen_clean(&text, string);
	assert_string_equal(text_get(&text), expected);
}

static void what_could_steer_the_terminal_becomes_a_mark(void **state)
{
	(void)state;
	assert_clean("Dĩ An", "Dĩ An");
	assert_clean("\x1b[2J", "·[2J");
	assert_clean("a\r\n\tb\x7f", "a···b·");
	assert_clean("\xc2\x9b"
		     "31m",
		     "·31m"); /* CSI in one character */
	assert_clean("a\xe2\x80\xae"
		     "b",
		     "a·b"); /* writing turned round */
	assert_clean("a\xe2\x81\xa6"
		     "b",
		     "a·b");
	assert_clean("a\xef\xbb\xbf"
		     "b",
		     "a·b");
}

static void bytes_that_are_not_utf8_become_a_mark_each(void **state)
{
	(void)state;
	assert_clean("\xff\xfe", "··");
	assert_clean("\xc3", "·");
	assert_clean("a\xe1\xba", "a··");
	assert_clean("\xc0\xaf", "··");      /* overlong */
	assert_clean("\xed\xa0\x80", "···"); /* surrogate */
	assert_clean("\xf4\x90\x80\x80", "····");
	assert_clean("\xf0\x9f\x9a\xa8", "\xf0\x9f\x9a\xa8");
}

static void accents_take_no_column_and_han_take_two(void **state)
{
	(void)state;
	assert_int_equal(screen_width(""), 0);
	assert_int_equal(screen_width("Thủ Dầu Một"), 11);
	assert_int_equal(screen_width("Thu\xcc\x89"), 3); /* a combining hook */
	assert_int_equal(screen_width("漢字"), 4);
}

static void assert_padded(const char *string, int columns, const char *expected)
{
	CLEANUP_TEXT struct text text = { 0 };

	screen_pad(&text, string, columns);
	assert_string_equal(text_get(&text), expected);
}

static void a_cell_is_as_wide_as_its_column(void **state)
{
	CLEANUP_TEXT struct text text = { 0 };

	(void)state;
	assert_padded("ử", 3, "ử  ");
	assert_padded("abc", 3, "abc");
	assert_padded("abcd", 3, "ab…");
	assert_padded("漢字", 3, "漢…");
	assert_padded("漢字", 2, "… ");
	assert_padded("abc", 0, "");
	screen_pad_left(&text, "12", 4);
	screen_pad_left(&text, "12345", 4);
	assert_string_equal(text_get(&text), "  12123…");
}

static void a_cut_never_parts_a_letter_from_its_accent(void **state)
{
	int width;

	(void)state;
	assert_int_equal(screen_fit("u\xcc\x89x", 1, &width), 3);
	assert_int_equal(width, 1);
}

static void lines_break_at_blanks_where_there_are_any(void **state)
{
	(void)state;
	assert_int_equal(screen_line("ab cd ef", 5), 5);
	assert_int_equal(screen_line("ab cd ef", 4), 2);
	assert_int_equal(screen_line("abcdef", 4), 4);
	assert_int_equal(screen_line("abc", 4), 3);
	assert_int_equal(screen_line("漢字", 1), 3); /* or it would never end */
}

static void assert_age(int64_t ms, const char *expected)
{
	CLEANUP_TEXT struct text text = { 0 };

	screen_age(&text, ms);
	assert_string_equal(text_get(&text), expected);
}

static void an_age_has_one_number_and_one_unit(void **state)
{
	(void)state;
	assert_age(-5000, "now");
	assert_age(999, "now");
	assert_age(1000, "1s");
	assert_age(59999, "59s");
	assert_age(60000, "1m");
	assert_age(3599999, "59m");
	assert_age(3600000, "1h");
	assert_age(47 * 3600000LL, "47h");
	assert_age(48 * 3600000LL, "2d");
	assert_age(4000 * 86400000LL, "4000d");
}

static void words_are_found_without_their_marks(void **state)
{
	(void)state;
	assert_true(screen_contains("Thành phố Dĩ An", "di an"));
	assert_true(screen_contains("Thành phố Dĩ An", "DĨ"));
	assert_true(screen_contains("ĐƯỜNG", "duong"));
	assert_true(screen_contains("Thu\xcc\x89", "thu"));
	assert_true(screen_contains("anything", ""));
	assert_true(screen_contains("một cửa", "mot cua"));
	assert_true(screen_contains("Quỳnh Nhữ", "quynh nhu"));
	assert_false(screen_contains("Dĩ An", "ân x"));
	assert_false(screen_contains("", "a"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_could_steer_the_terminal_becomes_a_mark),
		cmocka_unit_test(bytes_that_are_not_utf8_become_a_mark_each),
		cmocka_unit_test(accents_take_no_column_and_han_take_two),
		cmocka_unit_test(a_cell_is_as_wide_as_its_column),
		cmocka_unit_test(a_cut_never_parts_a_letter_from_its_accent),
		cmocka_unit_test(lines_break_at_blanks_where_there_are_any),
		cmocka_unit_test(an_age_has_one_number_and_one_unit),
		cmocka_unit_test(words_are_found_without_their_marks),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
