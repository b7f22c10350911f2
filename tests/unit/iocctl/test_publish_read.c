/* SPDX-License-Identifier: Apache-2.0 */
#include "publish_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/text.h"

/* All pieces in a line: "1:{} " of one that was read, "2!3:7 " of a broken one, with where it is;
 * "#" before the number of a line. */
static void reads(const char *bytes, const char *wanted)
{
	CLEANUP(publish_reader_free)
	struct publish_reader *reader = publish_reader_new(bytes, strlen(bytes));
	CLEANUP_TEXT struct text text = { 0 };
	struct publish_piece piece;

	while (publish_reader_next(reader, &piece)) {
		char *json =
			piece.json ? json_dumps(piece.json, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

		text_add(&text, "%s%d", piece.is_line ? "#" : "", (int)piece.nth);
		if (json)
			text_add(&text, ":%s ", json);
		else
			text_add(&text, "!%.*s ", (int)(strstr(piece.why, ": ") - piece.why),
				 piece.why);
		free(json);
	}
	assert_false(publish_reader_next(reader, &piece));
	assert_string_equal(text_get(&text), wanted);
}

static void one_object_may_stand_in_many_lines(void **state)
{
	(void)state;
	reads("{\"a\":1}", "1:{\"a\":1} ");
	reads("\n {\n\"a\":\n1}\n\n", "1:{\"a\":1} ");
}

static void an_array_gives_its_elements_in_order(void **state)
{
	(void)state;
	reads("[{\"a\":1},\n 5, {}]", "1:{\"a\":1} 2:5 3:{} ");
	reads("[]", "");
}

static void lines_are_numbered_as_in_the_file(void **state)
{
	(void)state;
	reads("{\"a\":1}\n\n  {\"a\":2}\r\n{\"a\":3}", "#1:{\"a\":1} #3:{\"a\":2} #4:{\"a\":3} ");
}

static void a_broken_line_is_told_alone(void **state)
{
	(void)state;
	reads("{\"a\":\n{\"a\":2}\nnothing\n{\"a\":3,\"a\":4}\n",
	      "#1!1:5 #2:{\"a\":2} #3!3:7 #4!4:10 ");
}

static void what_is_no_list_of_lines_is_broken_as_a_whole(void **state)
{
	(void)state;
	reads("{\n\"a\": 1,\n\"b\"\n}\n", "1!4:1 ");
	reads("[\n{\"a\":1},\n{\"a\":2\n]\n", "1!4:1 ");
	reads("nothing", "1!1:7 ");
}

static void blank_is_nothing(void **state)
{
	(void)state;
	reads("", "");
	reads(" \n\t\r\n", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_object_may_stand_in_many_lines),
		cmocka_unit_test(an_array_gives_its_elements_in_order),
		cmocka_unit_test(lines_are_numbered_as_in_the_file),
		cmocka_unit_test(a_broken_line_is_told_alone),
		cmocka_unit_test(what_is_no_list_of_lines_is_broken_as_a_whole),
		cmocka_unit_test(blank_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
