/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#include "report.h"

/* One file with the given bytes, and a report about it. */
struct fixture {
	struct sources *sources;
	struct report *report;
	struct text text;
};

static void fixture_init(struct fixture *fixture, const char *bytes)
{
	*fixture = (struct fixture){ .sources = sources_new() };
	sources_add(fixture->sources, PART_RULES, "a.yml", bytes, strlen(bytes));
	sources_add(fixture->sources, PART_RULES, "b.yml", "b\n", 2);
	fixture->report = report_new(fixture->sources);
}

static void fixture_fini(struct fixture *fixture)
{
	report_free(fixture->report);
	sources_free(fixture->sources);
	text_fini(&fixture->text);
}

static const char *written(struct fixture *fixture)
{
	report_write(fixture->report, &fixture->text);
	return text_get(&fixture->text);
}

static struct place at(const struct fixture *fixture, uint32_t file, uint32_t line, uint32_t column)
{
	return (struct place){ .file = fixture->sources->list[file]->name,
			       .line = line,
			       .column = column };
}

static void nothing_found_is_nothing_written(void **state)
{
	struct fixture fixture;

	(void)state;
	fixture_init(&fixture, "x\n");
	assert_string_equal(written(&fixture), "");
	fixture_fini(&fixture);
}

static void findings_stand_in_the_order_of_files_and_lines(void **state)
{
	struct fixture fixture;

	(void)state;
	fixture_init(&fixture, "one\ntwo three\n");
	report_error(fixture.report, at(&fixture, 1, 1, 1), "last");
	report_warning(fixture.report, at(&fixture, 0, 2, 5), "third");
	report_error(fixture.report, at(&fixture, 0, 2, 1), "second");
	report_error(fixture.report, at(&fixture, 0, 1, 2), "first");
	assert_string_equal(written(&fixture),
			    "a.yml:1:2: error: first\none\n ^\n"
			    "a.yml:2:1: error: second\ntwo three\n^\n"
			    "a.yml:2:5: warning: third\ntwo three\n    ^\n"
			    "b.yml:1:1: error: last\nb\n^\n"
			    "3 errors, 1 warning in 2 files; nothing was loaded\n");
	fixture_fini(&fixture);
}

static void a_finding_may_have_no_line_or_no_file(void **state)
{
	const struct place nowhere = { .file = NULL };
	struct fixture fixture;

	(void)state;
	fixture_init(&fixture, "x\n");
	report_warning(fixture.report, nowhere, "nothing is watched");
	assert_string_equal(written(&fixture), "warning: nothing is watched\n1 warning\n");
	fixture_fini(&fixture);

	fixture_init(&fixture, "x\n");
	report_error(fixture.report, at(&fixture, 0, 0, 0), "cannot be read");
	assert_string_equal(written(&fixture), "a.yml: error: cannot be read\n"
					       "1 error in 1 file; nothing was loaded\n");
	fixture_fini(&fixture);
}

static void tabs_and_combining_marks_keep_the_caret_in_place(void **state)
{
	struct fixture fixture;

	(void)state;
	/* "ế" in three characters: e, circumflex, acute; column 6 is the x. */
	fixture_init(&fixture, "\te\xcc\x82\xcc\x81 x\n");
	report_error(fixture.report, at(&fixture, 0, 1, 6), "here");
	assert_string_equal(written(&fixture), "a.yml:1:6: error: here\n"
					       "\te\xcc\x82\xcc\x81 x\n"
					       "\t  ^\n"
					       "1 error in 1 file; nothing was loaded\n");
	fixture_fini(&fixture);
}

static void a_terminal_sees_no_control_characters(void **state)
{
	struct fixture fixture;

	(void)state;
	fixture_init(&fixture, "a\033[2J\xff\xc2\x9b\x7fz\n");
	report_error(fixture.report, at(&fixture, 0, 1, 1), "here");
	assert_non_null(strstr(written(&fixture), "\na?[2J???z\n^\n"));
	fixture_fini(&fixture);
}

static void a_long_line_is_cut_around_the_caret(void **state)
{
	char line[1001];
	struct fixture fixture;
	const char *excerpt;

	(void)state;
	for (size_t i = 0; i < 1000; i++)
		line[i] = (char)('a' + i % 26);
	line[1000] = '\0';
	fixture_init(&fixture, line);
	report_error(fixture.report, at(&fixture, 0, 1, 501), "here");
	excerpt = strchr(written(&fixture), '\n') + 1;
	assert_int_equal(strcspn(excerpt, "\n"), 3 + 160 + 3);
	assert_memory_equal(excerpt, "...", 3);
	/* What stands above the caret is character 501. */
	assert_int_equal(excerpt[strspn(strchr(excerpt, '\n') + 1, " ")], line[500]);
	fixture_fini(&fixture);
}

static void the_first_two_thousand_are_written_and_the_rest_counted(void **state)
{
	struct fixture fixture;
	const char *text;
	unsigned n = 0;

	(void)state;
	fixture_init(&fixture, "x\n");
	for (int i = 0; i < 2500; i++)
		report_error(fixture.report, at(&fixture, 0, 1, 1), "number %d", i);
	text = written(&fixture);
	for (const char *found = text; (found = strstr(found, "error: number")); found++)
		n++;
	assert_int_equal(n, 2000);
	assert_non_null(strstr(text, "error: number 1999\nx\n^\nand 500 more\n"
				     "2500 errors in 1 file; nothing was loaded\n"));
	fixture_fini(&fixture);
}

static void a_long_message_is_cut_at_a_whole_character(void **state)
{
	CLEANUP_TEXT struct text word = { 0 };
	struct fixture fixture;
	const char *text;
	size_t n;

	(void)state;
	for (int i = 0; i < 300; i++)
		text_add(&word, "ế");
	fixture_init(&fixture, "x\n");
	report_error(fixture.report, at(&fixture, 0, 1, 1), "%s", text_get(&word));
	text = strstr(written(&fixture), "error: ") + 7;
	n = strcspn(text, "\n");
	assert_true(n < 400);
	assert_memory_equal(text + n - 3, "...", 3);
	assert_int_equal((n - 3) % 3, 0); /* three bytes each */
	fixture_fini(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_found_is_nothing_written),
		cmocka_unit_test(findings_stand_in_the_order_of_files_and_lines),
		cmocka_unit_test(a_finding_may_have_no_line_or_no_file),
		cmocka_unit_test(tabs_and_combining_marks_keep_the_caret_in_place),
		cmocka_unit_test(a_terminal_sees_no_control_characters),
		cmocka_unit_test(a_long_line_is_cut_around_the_caret),
		cmocka_unit_test(a_long_message_is_cut_at_a_whole_character),
		cmocka_unit_test(the_first_two_thousand_are_written_and_the_rest_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
