/* SPDX-License-Identifier: Apache-2.0 */
#include "publish_input.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The next piece as "PLACE JSON", or "PLACE !"; else the outcome. */
static void expect(struct publish_input *input, int outcome, const char *wanted)
{
	CLEANUP_TEXT struct text text = { 0 };
	struct publish_origin origin;
	struct publish_piece piece;
	char *json;

	assert_int_equal(publish_input_next(input, &piece, &origin), outcome);
	if (outcome)
		return;
	publish_input_add_place(&text, input, &piece);
	json = piece.json ? json_dumps(piece.json, JSON_COMPACT) : strdup("!");
	text_add(&text, " %s", json);
	free(json);
	assert_string_equal(text_get(&text), wanted);
	assert_true(origin.time_ms > 0);
}

static void each_argument_is_read_by_itself(void **state)
{
	char one[] = "{\"a\":1}", two[] = "[{\"a\":2},{\"a\":3}]", three[] = "{";
	char *arguments[] = { one, two, three };
	struct publish_input input;

	(void)state;
	publish_input_arguments(&input, arguments, 3);
	expect(&input, 0, "1[1] {\"a\":1}");
	expect(&input, 0, "2[1] {\"a\":2}");
	expect(&input, 0, "2[2] {\"a\":3}");
	expect(&input, 0, "3: !");
	expect(&input, PUBLISH_OVER, NULL);
	publish_input_fini(&input);
}

static void say(int to, const char *bytes)
{
	assert_int_equal(write(to, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
}

static void lines_are_taken_when_they_are_whole(void **state)
{
	struct publish_input input;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	publish_input_descriptor(&input, ends[0], "stdin");
	expect(&input, PUBLISH_LATER, NULL);
	say(ends[1], "{\"a\":1}\n\n{\"a\"");
	expect(&input, 0, "stdin:1 {\"a\":1}");
	expect(&input, PUBLISH_LATER, NULL);
	say(ends[1], ":2}\nwrong\n{\"a\":3}");
	expect(&input, 0, "stdin:3 {\"a\":2}");
	expect(&input, 0, "stdin:4 !");
	expect(&input, PUBLISH_LATER, NULL);
	close(ends[1]);
	expect(&input, 0, "stdin:5 {\"a\":3}");
	expect(&input, PUBLISH_OVER, NULL);
	close(ends[0]);
	publish_input_fini(&input);
}

static void a_line_without_end_is_not_kept(void **state)
{
	char *chunk = malloc(32769);
	struct publish_input input;
	int ends[2];

	(void)state;
	memset(chunk, 'x', 32768);
	chunk[32768] = '\0';
	assert_int_equal(pipe(ends), 0);
	publish_input_descriptor(&input, ends[0], "stdin");
	for (unsigned i = 0; i < 2 * PUBLISH_LINE_MAX / 32768; i++) {
		say(ends[1], chunk);
		expect(&input, PUBLISH_LATER, NULL);
		assert_true(input.buffer.size <= PUBLISH_LINE_MAX + 65536);
	}
	say(ends[1], "\n{}\n");
	expect(&input, 0, "stdin:1 !");
	expect(&input, 0, "stdin:2 {}");
	close(ends[1]);
	expect(&input, PUBLISH_OVER, NULL);
	close(ends[0]);
	publish_input_fini(&input);
	free(chunk);
}

static void a_file_of_a_folder_says_where_and_when_it_was(void **state)
{
	struct publish_file file = { .name = strdup("a.json"),
				     .bytes = strdup("{}\n{}"),
				     .size = 5,
				     .written_ns = 7000000 };
	struct publish_origin origin;
	struct publish_piece piece;
	struct publish_input input;

	(void)state;
	publish_input_read(&input, &file, "/srv/out");
	assert_int_equal(publish_input_next(&input, &piece, &origin), 0);
	assert_int_equal(publish_input_next(&input, &piece, &origin), 0);
	assert_string_equal(origin.file, "/srv/out/a.json");
	assert_int_equal(origin.nth, 2);
	assert_int_equal(origin.size, 5);
	assert_int_equal(origin.written_ns, 7000000);
	assert_int_equal(origin.time_ms, 7);
	publish_input_fini(&input);
}

static void a_file_too_large_is_one_broken_piece(void **state)
{
	struct publish_file file = { .name = strdup("a.json"), .written_ns = 7000000 };
	struct publish_input input;

	(void)state;
	publish_input_read(&input, &file, "/srv/out");
	expect(&input, 0, "a.json: !");
	expect(&input, PUBLISH_OVER, NULL);
	publish_input_fini(&input);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_argument_is_read_by_itself),
		cmocka_unit_test(lines_are_taken_when_they_are_whole),
		cmocka_unit_test(a_line_without_end_is_not_kept),
		cmocka_unit_test(a_file_of_a_folder_says_where_and_when_it_was),
		cmocka_unit_test(a_file_too_large_is_one_broken_piece),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
