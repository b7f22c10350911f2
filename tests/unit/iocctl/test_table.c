/* SPDX-License-Identifier: Apache-2.0 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "table.h"

static const struct column columns[] = {
	{ "số", "no", COLUMN_RIGHT },
	{ "đơn vị", "unit", COLUMN_FLEXIBLE },
	{ "mức", "level", COLUMN_TINTED },
};

static struct table *make(bool vietnamese)
{
	struct table *table = table_new(columns, COUNT(columns), vietnamese);

	table_row(table, TINT_RED, (const char *const[]){ "1", "Thủ Dầu Một, Bến Cát", "x" });
	table_row(table, TINT_NONE, (const char *const[]){ "12", "a\x1b[m", "" });
	return table;
}

static void columns_stand_below_each_other(void **state)
{
	CLEANUP(table_free) struct table *table = make(true);
	CLEANUP_TEXT struct text text = { 0 };

	(void)state;
	table_write(table, &text, 0, false);
	assert_string_equal(text_get(&text), "số  đơn vị                mức\n"
					     " 1  Thủ Dầu Một, Bến Cát  x\n"
					     "12  a·[m\n");
}

static void a_narrow_terminal_cuts_the_flexible_column(void **state)
{
	CLEANUP(table_free) struct table *table = make(false);
	CLEANUP_TEXT struct text text = { 0 };

	(void)state;
	table_write(table, &text, 23, false);
	assert_string_equal(text_get(&text), "no  unit          level\n"
					     " 1  Thủ Dầu Một…  x\n"
					     "12  a·[m\n");
}

static void no_terminal_is_too_narrow_for_what_must_not_be_cut(void **state)
{
	CLEANUP(table_free) struct table *table = make(false);
	CLEANUP_TEXT struct text text = { 0 };

	(void)state;
	table_write(table, &text, 3, false);
	assert_string_equal(text_get(&text), "no  unit      level\n"
					     " 1  Thủ Dầu…  x\n"
					     "12  a·[m\n");
}

static void only_tinted_columns_have_the_row_s_colour(void **state)
{
	CLEANUP(table_free) struct table *table = make(false);
	CLEANUP_TEXT struct text text = { 0 };

	(void)state;
	table_write(table, &text, 0, true);
	assert_non_null(strstr(text_get(&text), "Bến Cát  \033[1;31mx    \033[0m\n"));
	assert_non_null(strstr(text_get(&text), "\n12  a·[m"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_stand_below_each_other),
		cmocka_unit_test(a_narrow_terminal_cuts_the_flexible_column),
		cmocka_unit_test(no_terminal_is_too_narrow_for_what_must_not_be_cut),
		cmocka_unit_test(only_tinted_columns_have_the_row_s_colour),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
