/* SPDX-License-Identifier: Apache-2.0 */
#include "publish_known.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEEP 8

static char directory[64];
static char path[80];

static int set_up(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/iocd-known-XXXXXX");
	if (!mkdtemp(directory))
		return -1;
	(void)snprintf(path, sizeof(path), "%s/known", directory);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(directory);
}

static struct publish_known *open_at(uint64_t head)
{
	struct publish_known *known;

	assert_int_equal(publish_known_open(&known, directory, head, KEEP), 0);
	return known;
}

/* Numbers are keys, too; a key differs from the next in its upper half alone. */
static bool has(const struct publish_known *known, uint64_t number)
{
	return publish_known_has(known, (const uint64_t[]){ number / 2, number });
}

static void note(struct publish_known *known, uint64_t number)
{
	publish_known_note(known, (const uint64_t[]){ number / 2, number }, number);
}

static void note_and_sync(struct publish_known *known, uint64_t from, uint64_t to)
{
	for (uint64_t i = from; i < to; i++)
		note(known, i);
	assert_int_equal(publish_known_sync(known), 0);
}

static void what_was_put_is_known_again(void **state)
{
	struct publish_known *known = open_at(0);

	(void)state;
	note_and_sync(known, 0, 3);
	note_and_sync(known, 3, 5);
	publish_known_close(known);
	known = open_at(5);
	for (uint64_t i = 0; i < 6; i++)
		assert_int_equal(has(known, i), i < 5);
	publish_known_close(known);
}

static void what_was_noted_and_never_put_is_forgotten(void **state)
{
	struct publish_known *known = open_at(0);

	(void)state;
	note_and_sync(known, 0, 6);
	publish_known_close(known);
	known = open_at(4);
	assert_true(has(known, 3));
	assert_false(has(known, 4));
	note_and_sync(known, 4, 5); /* another time that number is somebody's */
	publish_known_close(known);
	known = open_at(7);
	assert_int_equal(publish_known_count(known), 5);
	publish_known_close(known);
}

static void what_was_not_synced_is_not_in_the_file(void **state)
{
	struct publish_known *known = open_at(0);

	(void)state;
	note_and_sync(known, 0, 2);
	note(known, 2);
	assert_true(has(known, 2));
	publish_known_close(known);
	known = open_at(9);
	assert_int_equal(publish_known_count(known), 2);
	publish_known_close(known);
}

static void a_cut_forgets_at_once_and_for_ever(void **state)
{
	struct publish_known *known = open_at(0);

	(void)state;
	note_and_sync(known, 0, 4);
	note(known, 4);
	assert_int_equal(publish_known_cut(known, 3), 0);
	assert_true(has(known, 2));
	assert_false(has(known, 3));
	assert_false(has(known, 4));
	publish_known_close(known);
	known = open_at(9);
	assert_int_equal(publish_known_count(known), 3);
	publish_known_close(known);
}

static void of_too_many_the_newest_are_kept(void **state)
{
	struct publish_known *known = open_at(0);

	(void)state;
	note_and_sync(known, 0, 2 * KEEP);
	assert_int_equal(publish_known_count(known), 2 * KEEP);
	note_and_sync(known, 2 * KEEP, 2 * KEEP + 1);
	for (int turn = 0; turn < 2; turn++) {
		assert_int_equal(publish_known_count(known), KEEP);
		assert_true(has(known, KEEP + 1));
		assert_true(has(known, 2 * KEEP));
		assert_false(has(known, KEEP));
		publish_known_close(known);
		known = open_at(2 * KEEP + 1);
	}
	publish_known_close(known);
}

static void a_batch_fits_beside_all_that_is_kept(void **state)
{
	struct publish_known *known = open_at(0);

	(void)state;
	note_and_sync(known, 0, 2 * KEEP);
	note_and_sync(known, 2 * KEEP, 2 * KEEP + PUBLISH_KNOWN_BATCH);
	assert_int_equal(publish_known_count(known), KEEP);
	assert_true(has(known, 2 * KEEP + PUBLISH_KNOWN_BATCH - 1));
	publish_known_close(known);
}

static void a_torn_end_is_left_out_and_overwritten(void **state)
{
	struct publish_known *known = open_at(0);

	(void)state;
	note_and_sync(known, 0, 3);
	publish_known_close(known);
	assert_int_equal(truncate(path, 8 + 2 * 24 + 5), 0);
	known = open_at(9);
	assert_int_equal(publish_known_count(known), 2);
	note_and_sync(known, 2, 4);
	publish_known_close(known);
	known = open_at(9);
	assert_int_equal(publish_known_count(known), 4);
	publish_known_close(known);
}

static void another_file_is_left_alone(void **state)
{
	struct publish_known *known = NULL;
	FILE *file = fopen(path, "w");

	(void)state;
	fputs("something of somebody", file);
	fclose(file);
	assert_int_equal(publish_known_open(&known, directory, 0, KEEP), -EUCLEAN);
	assert_null(known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_put_is_known_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_was_noted_and_never_put_is_forgotten, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_was_not_synced_is_not_in_the_file, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_cut_forgets_at_once_and_for_ever, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(of_too_many_the_newest_are_kept, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_batch_fits_beside_all_that_is_kept, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_torn_end_is_left_out_and_overwritten, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(another_file_is_left_alone, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
