/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include "iocd/where.h"

static bool holds(struct condition condition, struct value value)
{
	struct where where = { .conditions = { condition }, .n_conditions = 1 };
	struct event event = { 0 };

	condition.field = 3;
	where.conditions[0].field = 3;
	value.present = true;
	event.values[3] = value;
	return where_holds(&where, &event);
}

static bool compares(enum where_test test, double number, double limit)
{
	return holds((struct condition){ .test = test, .number = limit },
		     (struct value){ .number = number });
}

static void no_condition_matches_every_event(void **state)
{
	const struct where where = { 0 };
	const struct event event = { 0 };

	(void)state;
	assert_true(where_holds(&where, &event));
}

static void a_choice_matches_when_its_bit_is_set(void **state)
{
	struct condition condition = { .test = WHERE_CHOICE, .choices = UINT64_C(1) << 63 | 2 };

	(void)state;
	assert_false(holds(condition, (struct value){ .choice = 0 }));
	assert_true(holds(condition, (struct value){ .choice = 1 }));
	assert_false(holds(condition, (struct value){ .choice = 31 }));
	assert_true(holds(condition, (struct value){ .choice = 63 }));
}

static void a_flag_matches_its_own_state(void **state)
{
	(void)state;
	assert_true(compares(WHERE_FLAG, 1, 1));
	assert_true(compares(WHERE_FLAG, 0, 0));
	assert_false(compares(WHERE_FLAG, 0, 1));
	assert_false(compares(WHERE_FLAG, 1, 0));
}

static void a_text_matches_byte_for_byte_and_length(void **state)
{
	struct condition condition = { .test = WHERE_TEXT, .text = { "abc", 3 } };

	(void)state;
	assert_true(holds(condition, (struct value){ .text = { "abcd", 3 } }));
	assert_false(holds(condition, (struct value){ .text = { "abcd", 4 } }));
	assert_false(holds(condition, (struct value){ .text = { "ab", 2 } }));
	assert_false(holds(condition, (struct value){ .text = { "abd", 3 } }));
	assert_false(holds(condition, (struct value){ .text = { "Abc", 3 } }));
}

static void a_number_compares_below_at_and_above_its_limit(void **state)
{
	/* clang-format off */
	static const struct {
		enum where_test test;
		bool below, at, above;
	} rows[] = {
		{ WHERE_EQ, false, true,  false },
		{ WHERE_NE, true,  false, true },
		{ WHERE_LT, true,  false, false },
		{ WHERE_LE, true,  true,  false },
		{ WHERE_GT, false, false, true },
		{ WHERE_GE, false, true,  true },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(compares(rows[i].test, 4.5, 5), rows[i].below);
		assert_int_equal(compares(rows[i].test, 5, 5), rows[i].at);
		assert_int_equal(compares(rows[i].test, 5.5, 5), rows[i].above);
	}
}

static void an_absent_field_never_matches(void **state)
{
	static const enum where_test tests[] = { WHERE_CHOICE, WHERE_FLAG, WHERE_TEXT,
						 WHERE_EQ,     WHERE_NE,   WHERE_LT,
						 WHERE_LE,     WHERE_GT,   WHERE_GE };
	const struct event event = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(tests); i++) {
		struct where where = { .n_conditions = 1 };

		where.conditions[0] =
			(struct condition){ .test = tests[i], .choices = ~UINT64_C(0) };
		assert_false(where_holds(&where, &event));
	}
}

static void all_conditions_must_hold(void **state)
{
	struct where where = {
		.conditions = {
			{ .field = 0, .test = WHERE_GE, .number = 10 },
			{ .field = 0, .test = WHERE_LT, .number = 20 },
			{ .field = 1, .test = WHERE_CHOICE, .choices = 4 },
			{ .field = 2, .test = WHERE_FLAG, .number = 1 },
		},
		.n_conditions = 4,
	};
	struct event event = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 3; i++)
		event.values[i].present = true;
	event.values[0].number = 10;
	event.values[1].choice = 2;
	event.values[2].number = 1;
	assert_true(where_holds(&where, &event));

	event.values[0].number = 20;
	assert_false(where_holds(&where, &event));
	event.values[0].number = 9;
	assert_false(where_holds(&where, &event));
	event.values[0].number = 15;
	event.values[2].number = 0; /* the last one fails */
	assert_false(where_holds(&where, &event));
	where.n_conditions = 3;
	assert_true(where_holds(&where, &event));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_condition_matches_every_event),
		cmocka_unit_test(a_choice_matches_when_its_bit_is_set),
		cmocka_unit_test(a_flag_matches_its_own_state),
		cmocka_unit_test(a_text_matches_byte_for_byte_and_length),
		cmocka_unit_test(a_number_compares_below_at_and_above_its_limit),
		cmocka_unit_test(an_absent_field_never_matches),
		cmocka_unit_test(all_conditions_must_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
