/* SPDX-License-Identifier: Apache-2.0 */
#include "scene.h"

#define MADE 1793000000000

static int set_up(void **state)
{
	static struct scene scene;

	scene_init(&scene);
	*state = &scene;
	return 0;
}

static int tear_down(void **state)
{
	scene_fini(*state);
	return 0;
}

static void fill(struct scene *scene)
{
	scene_put(scene, PROVINCE, ON_TIME, 0.9, 300);
	scene_put(scene, ONE, ON_TIME, 0.95, 100);
	scene_put(scene, TWO, ON_TIME, 0.95, 200);
	scene_put(scene, ONE, RECEIVED, 110, 110);
}

static void ties_share_a_place_and_the_next_is_left_out(void **state)
{
	struct scene *scene = *state;

	fill(scene);
	scene_put(scene, THREE, ON_TIME, 0.5, 10);
	(void)scene_finish(scene, MADE);
	assert_int_equal(scene->table.rows[PROVINCE].place, 0); /* does not take part */
	assert_int_equal(scene->table.rows[ONE].place, 1);
	assert_int_equal(scene->table.rows[TWO].place, 1);
	assert_int_equal(scene->table.rows[THREE].place, 3);
}

static void a_unit_that_did_not_report_is_last_nowhere_and_first_nowhere(void **state)
{
	struct scene *scene = *state;

	fill(scene);
	(void)scene_finish(scene, MADE);
	assert_int_equal(scene->table.rows[THREE].place, 0);
	assert_true(scene->table.rows[THREE].is_silent);
	assert_int_equal(scene->table.n_silent, 1);
}

static void too_few_cases_are_not_ranked(void **state)
{
	struct scene *scene = *state;

	fill(scene);
	scene_put(scene, THREE, ON_TIME, 1, 9);
	(void)scene_finish(scene, MADE);
	assert_int_equal(scene->table.rows[THREE].place, 0);
	assert_false(scene->table.rows[THREE].is_silent);
	assert_int_equal(scene->table.rows[ONE].place, 1);
}

static void the_same_figures_are_no_revision(void **state)
{
	struct scene *scene = *state;

	fill(scene);
	assert_true(scene_finish(scene, MADE));
	assert_int_equal(scene->table.revision, 1);
	scene_write(scene);

	scene_table(scene);
	fill(scene);
	assert_false(scene_finish(scene, MADE + 1000));
	assert_int_equal(scene->table.revision, 1);
	assert_int_equal(scene->table.made_ms, MADE);
}

static void a_late_correction_is_a_revision_that_names_the_figure(void **state)
{
	struct scene *scene = *state;

	fill(scene);
	(void)scene_finish(scene, MADE);
	scene_write(scene);

	scene_table(scene);
	fill(scene);
	scene_put(scene, ONE, RECEIVED, 111, 111);
	assert_true(scene_finish(scene, MADE + 1000));
	assert_int_equal(scene->table.revision, 2);
	assert_true(scene->table.rows[ONE].figures[RECEIVED].is_revised);
	assert_false(scene->table.rows[ONE].figures[ON_TIME].is_revised);
	scene_write(scene);

	scene_table(scene);
	fill(scene);
	assert_true(scene_finish(scene, MADE + 2000)); /* back to what it was is a change, too */
	assert_int_equal(scene->table.revision, 3);
}

static void what_was_corrected_once_stays_marked(void **state)
{
	struct scene *scene = *state;

	fill(scene);
	(void)scene_finish(scene, MADE);
	scene_write(scene);

	for (int i = 0; i < 2; i++) { /* the second time it says the same as before */
		scene_table(scene);
		fill(scene);
		scene_put(scene, ONE, RECEIVED, 111, 111);
		assert_true(scene_finish(scene, MADE + 1000) == (i == 0));
		assert_int_equal(scene->table.revision, 2);
		assert_true(scene->table.rows[ONE].figures[RECEIVED].is_revised);
		assert_false(scene->table.rows[TWO].figures[RECEIVED].is_revised);
		scene_write(scene);
	}

	scene_table(scene);
	fill(scene);
	scene_put(scene, ONE, RECEIVED, 111, 111);
	scene_put(scene, TWO, RECEIVED, 222, 222);
	assert_true(scene_finish(scene, MADE + 2000));
	assert_int_equal(scene->table.revision, 3);
	assert_true(scene->table.rows[ONE].figures[RECEIVED].is_revised);
	assert_true(scene->table.rows[TWO].figures[RECEIVED].is_revised);
	assert_false(scene->table.rows[TWO].figures[ON_TIME].is_revised);
}

static void more_cases_of_the_same_value_are_a_revision_without_a_mark(void **state)
{
	struct scene *scene = *state;

	fill(scene);
	(void)scene_finish(scene, MADE);
	scene_write(scene);

	scene_table(scene);
	fill(scene);
	scene_put(scene, ONE, ON_TIME, scene->table.rows[ONE].figures[ON_TIME].reading.value,
		  scene->table.rows[ONE].figures[ON_TIME].reading.samples + 1);
	assert_true(scene_finish(scene, MADE + 1000));
	assert_int_equal(scene->table.revision, 2);
	assert_false(scene->table.rows[ONE].figures[ON_TIME].is_revised);
}

static void a_file_that_is_no_report_is_passed_over(void **state)
{
	static const char *const files[] = { "", "[]", "{\"revision\":-1}",
					     "{\"rows\":7,\"made\":1" };
	struct scene *scene = *state;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		scene_table(scene);
		fill(scene);
		assert_true(report_table_finish(&scene->table, files[i], strlen(files[i]), MADE));
		assert_int_equal(scene->table.revision, 1);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(ties_share_a_place_and_the_next_is_left_out),
		TEST(a_unit_that_did_not_report_is_last_nowhere_and_first_nowhere),
		TEST(too_few_cases_are_not_ranked),
		TEST(the_same_figures_are_no_revision),
		TEST(a_late_correction_is_a_revision_that_names_the_figure),
		TEST(what_was_corrected_once_stays_marked),
		TEST(more_cases_of_the_same_value_are_a_revision_without_a_mark),
		TEST(a_file_that_is_no_report_is_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
