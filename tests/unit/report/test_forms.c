/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>

#include "scene.h"

static int set_up(void **state)
{
	static struct scene scene;

	scene_init(&scene);
	scene_put(&scene, ONE, ON_TIME, 0.953, 1000);
	scene_put(&scene, ONE, RECEIVED, 1234567, 1234567);
	scene_put(&scene, TWO, RECEIVED, 2.5, 2);
	(void)scene_finish(&scene, 1793000000000);
	*state = &scene;
	return 0;
}

static int tear_down(void **state)
{
	scene_fini(*state);
	return 0;
}

static void csv_is_quoted_where_it_must_be(void **state)
{
	struct scene *scene = *state;
	CLEANUP_TEXT struct text text = { 0 };

	report_csv(&text, &scene->table, UNIT_NONE);
	assert_string_equal(text_get(&text),
			    "\xef\xbb\xbfunit,name_vi,name_en,place,on-time,received,reported\r\n"
			    "tinh,Tỉnh,tinh,,,,no\r\n"
			    "xa-1,\"Xã, \"\"một\"\"\",xa-1,1,0.953,1234567,yes\r\n"
			    "xa-2,\"Xã, \"\"một\"\"\",xa-2,,,2.5,yes\r\n"
			    "xa-3,\"Xã, \"\"một\"\"\",xa-3,,,,no\r\n");
}

static void csv_of_one_unit_has_one_row(void **state)
{
	struct scene *scene = *state;
	CLEANUP_TEXT struct text text = { 0 };

	report_csv(&text, &scene->table, TWO);
	assert_non_null(strstr(text_get(&text), "xa-2"));
	assert_null(strstr(text_get(&text), "xa-1"));
}

static void json_says_all_and_can_be_read(void **state)
{
	struct scene *scene = *state;
	CLEANUP_TEXT struct text text = { 0 };
	json_t *root, *row;

	report_json(&text, &scene->table, UNIT_NONE);
	root = json_loadb(text.bytes, text.size, 0, NULL);
	assert_non_null(root);
	assert_int_equal(json_integer_value(json_object_get(root, "silent")), 2);
	assert_string_equal(json_string_value(json_object_get(root, "from")),
			    "2026-10-01T00:00:00+07:00");
	row = json_array_get(json_object_get(root, "rows"), ONE);
	assert_int_equal(json_integer_value(json_object_get(row, "place")), 1);
	assert_string_equal(json_string_value(json_object_get(json_object_get(row, "name"), "vi")),
			    "Xã, \"một\"");
	row = json_object_get(json_object_get(row, "figures"), "on-time");
	assert_true(json_number_value(json_object_get(row, "value")) == 0.953);
	json_decref(root);
}

/* As the page marks what misses its target. */
static void json_says_of_which_lines_less_is_better(void **state)
{
	const struct indicator waits[] = {
		[ON_TIME] = { .id = "waited",
			      .title_vi = "Chờ",
			      .title_en = "Wait",
			      .measure_en = "min",
			      .target = 0.97,
			      .ranking = { .lowest_first = true } },
		[RECEIVED] = figures[RECEIVED],
	};
	struct scene *scene = *state;
	CLEANUP_TEXT struct text text = { 0 };
	json_t *root, *lines;

	scene->table.indicators = waits;
	report_json(&text, &scene->table, UNIT_NONE);
	root = json_loadb(text.bytes, text.size, 0, NULL);
	assert_non_null(root);
	lines = json_object_get(root, "lines");
	assert_true(json_is_true(json_object_get(json_array_get(lines, 0), "lowest_first")));
	assert_true(json_is_false(json_object_get(json_array_get(lines, 1), "lowest_first")));
	json_decref(root);
}

static void a_page_is_written_in_its_language(void **state)
{
	struct scene *scene = *state;
	CLEANUP_TEXT struct text vi = { 0 };
	CLEANUP_TEXT struct text en = { 0 };

	report_html(&vi, &scene->table, UNIT_NONE, true);
	report_html(&en, &scene->table, UNIT_NONE, false);
	assert_non_null(strstr(text_get(&vi), "01/10/2026 – 31/10/2026"));
	assert_non_null(strstr(text_get(&vi), "1.234.567"));
	assert_non_null(strstr(text_get(&vi), "95,3&nbsp;%"));
	assert_non_null(strstr(text_get(&vi), "Đơn vị chưa có số liệu (2)"));
	assert_non_null(strstr(text_get(&vi), "quá ít trường hợp. <b><u>Gạch chân</u></b>"));
	assert_non_null(strstr(text_get(&vi), "<td class=\"n d0\">Tỉnh</td>"));
	assert_non_null(strstr(text_get(&vi), "<td class=\"n d1\">Xã"));
	assert_non_null(strstr(text_get(&en), "2026-10-01 – 2026-10-31"));
	assert_non_null(strstr(text_get(&en), "1,234,567"));
	assert_non_null(strstr(text_get(&en), "did not report (2)"));
}

static void a_page_escapes_what_titles_hold_and_marks_a_missed_target(void **state)
{
	struct scene *scene = *state;
	CLEANUP_TEXT struct text text = { 0 };

	report_html(&text, &scene->table, UNIT_NONE, false);
	assert_non_null(strstr(text_get(&text), "On time &lt;&amp;&gt;"));
	assert_null(strstr(text_get(&text), "On time <"));
	assert_non_null(strstr(text_get(&text), "<td class=\"bad\">95.3&nbsp;%</td>"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(csv_is_quoted_where_it_must_be),
		TEST(csv_of_one_unit_has_one_row),
		TEST(json_says_all_and_can_be_read),
		TEST(json_says_of_which_lines_less_is_better),
		TEST(a_page_is_written_in_its_language),
		TEST(a_page_escapes_what_titles_hold_and_marks_a_missed_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
