/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "marks.h"

#define HOUR_MS 3600000

static void note(struct marks *marks, uint64_t number, uint64_t position, int64_t ms)
{
	const struct placed item = { { number, position }, ms };

	marks_note(marks, &item);
}

static void a_mark_stands_every_so_many_bytes_or_so_much_time(void **state)
{
	struct marks marks;

	(void)state;
	marks_init(&marks, HOUR_MS);
	note(&marks, 0, 0, 1000);
	note(&marks, 1, MARKS_STRIDE - 1, 1000); /* too near */
	note(&marks, 2, MARKS_STRIDE, 1000);
	note(&marks, 3, MARKS_STRIDE + 100, 999 + HOUR_MS); /* still */
	note(&marks, 4, MARKS_STRIDE + 200, 1000 + HOUR_MS);
	assert_int_equal(marks.n, 3);
	assert_int_equal(marks_before(&marks, 1)->mark.number, 0);
	assert_int_equal(marks_before(&marks, 2)->mark.number, 2);
	assert_int_equal(marks_before(&marks, UINT64_MAX)->mark.number, 4);
	assert_int_equal(marks_at(&marks, 1)->mark.number, 2);
	assert_int_equal(marks_at(&marks, MARKS_STRIDE)->mark.number, 2);
	assert_null(marks_at(&marks, MARKS_STRIDE + 201));
	assert_null(marks_older(&marks, 1000));
	assert_int_equal(marks_older(&marks, 1001)->mark.number, 2);
	assert_int_equal(marks_older(&marks, 1001 + HOUR_MS)->mark.number, 4);

	marks_drop(&marks, 1);
	assert_int_equal(marks.n, 2);
	assert_null(marks_before(&marks, 1));
	marks_fini(&marks);
}

static void when_it_is_full_every_second_one_goes(void **state)
{
	struct marks marks;

	(void)state;
	marks_init(&marks, HOUR_MS);
	for (uint64_t i = 0; i < 3 * MARKS_MAX; i++)
		note(&marks, i, i * MARKS_STRIDE, 0);
	assert_true(marks.n > MARKS_MAX / 2 && marks.n <= MARKS_MAX);
	assert_int_equal(marks.list[0].mark.number, 0);
	for (uint32_t i = 1; i < marks.n; i++)
		assert_true(marks.list[i].mark.number - marks.list[i - 1].mark.number <= 4);
	assert_true(3 * MARKS_MAX - marks.list[marks.n - 1].mark.number <= 4);
	marks_fini(&marks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mark_stands_every_so_many_bytes_or_so_much_time),
		cmocka_unit_test(when_it_is_full_every_second_one_goes),
	};

	return cmocka_run_group_tests_name("forward/marks", tests, NULL, NULL);
}
