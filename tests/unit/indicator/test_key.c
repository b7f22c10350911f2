/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include "key.h"

static uint64_t key_with(const struct schema *schema, uint32_t type, uint32_t needs,
			 const struct condition *conditions, uint32_t n)
{
	struct where where = { .n_conditions = n };
	struct stream stream = { .where = &where, .type = type, .needs = needs };

	memcpy(where.conditions, conditions, n * sizeof(*conditions));
	stream.feed = schema_type(schema, type)->feed;
	return key_of_stream(schema, &stream);
}

static void streams_that_count_different_events_have_different_keys(void **state)
{
	CLEANUP(schema_free) struct schema *schema = fixture_schema(0);
	const struct condition conditions[] = {
		{ .field = FIELD_CHANNEL, .choices = 1 },
		{ .field = FIELD_CHANNEL, .choices = 2 },
		{ .field = FIELD_CHANNEL, .choices = 3 },
		{ .field = FIELD_URGENT, .test = WHERE_FLAG, .number = 0 },
		{ .field = FIELD_URGENT, .test = WHERE_FLAG, .number = 1 },
		{ .field = FIELD_WHO, .test = WHERE_TEXT, .text = { "ab", 2 } },
		{ .field = FIELD_WHO, .test = WHERE_TEXT, .text = { "ab", 1 } },
		{ .field = FIELD_AMOUNT, .test = WHERE_LT, .number = 5 },
		{ .field = FIELD_AMOUNT, .test = WHERE_LE, .number = 5 },
		{ .field = FIELD_AMOUNT, .test = WHERE_LE, .number = 6 },
		{ .field = FIELD_STEPS, .test = WHERE_LE, .number = 6 },
	};
	const uint32_t n = sizeof(conditions) / sizeof(conditions[0]);
	uint64_t keys[32];
	uint32_t n_keys = 0;

	(void)state;
	for (uint32_t type = TYPE_MAIN; type <= TYPE_SIDE; type++)
		keys[n_keys++] = key_with(schema, type, PLAN_NONE, conditions, 0);
	for (uint32_t i = 0; i < n; i++)
		keys[n_keys++] = key_with(schema, TYPE_MAIN, PLAN_NONE, &conditions[i], 1);
	keys[n_keys++] = key_with(schema, TYPE_MAIN, FIELD_SCORE, conditions, 0);
	keys[n_keys++] = key_with(schema, TYPE_MAIN, FIELD_AMOUNT, conditions, 0);
	keys[n_keys++] = key_with(schema, TYPE_MAIN, PLAN_NONE, conditions + 2, 2);
	keys[n_keys++] = key_with(schema, TYPE_MAIN, PLAN_NONE, conditions + 2, 3);
	for (uint32_t i = 0; i < n_keys; i++)
		for (uint32_t k = 0; k < i; k++)
			assert_true(keys[i] != keys[k]);
}

static void the_order_of_conditions_makes_no_difference(void **state)
{
	CLEANUP(schema_free) struct schema *schema = fixture_schema(0);
	const struct condition conditions[] = {
		{ .field = FIELD_CHANNEL, .choices = 5 },
		{ .field = FIELD_AMOUNT, .test = WHERE_EQ, .number = 0 },
		{ .field = FIELD_CHANNEL, .choices = 5 },
		{ .field = FIELD_AMOUNT, .test = WHERE_EQ, .number = -0.0 },
	};

	(void)state;
	assert_true(key_with(schema, TYPE_MAIN, PLAN_NONE, conditions, 2) ==
		    key_with(schema, TYPE_MAIN, PLAN_NONE, conditions + 1, 2));
	assert_true(key_with(schema, TYPE_MAIN, PLAN_NONE, conditions, 2) ==
		    key_with(schema, TYPE_MAIN, PLAN_NONE, conditions + 2, 2));
}

static void measures_that_keep_different_things_have_different_keys(void **state)
{
	static const char *const swapped[] = { "counter", "online", "post" };
	struct field number = { .name = "amount", .kind = FIELD_NUMBER };
	struct field text = { .name = "amount", .kind = FIELD_TEXT };
	struct field other = { .name = "amounts", .kind = FIELD_NUMBER };
	struct field choice = {
		.name = "channel", .kind = FIELD_CHOICE, .choices = channels, .n_choices = 3
	};
	struct field renumbered = {
		.name = "channel", .kind = FIELD_CHOICE, .choices = swapped, .n_choices = 3
	};
	uint64_t key = key_of_measure(MEASURE_DISTINCT, &number);

	(void)state;
	assert_true(key == key_of_measure(MEASURE_DISTINCT, &number));
	assert_true(key != key_of_measure(MEASURE_SUM, &number));
	assert_true(key != key_of_measure(MEASURE_DISTINCT, &text));
	assert_true(key != key_of_measure(MEASURE_DISTINCT, &other));
	assert_true(key_of_measure(MEASURE_DISTINCT, &choice) !=
		    key_of_measure(MEASURE_DISTINCT, &renumbered));
}

/* They are written to disk: if one changes, so must the version of the form. */
static void keys_are_the_same_for_ever(void **state)
{
	CLEANUP(schema_free) struct schema *schema = fixture_schema(0);
	const struct condition conditions[] = {
		{ .field = FIELD_CHANNEL, .choices = 5 },
		{ .field = FIELD_WHO, .test = WHERE_TEXT, .text = { "ab", 2 } },
	};
	struct field field = { .name = "amount", .kind = FIELD_NUMBER };

	(void)state;
	assert_int_equal(key_with(schema, TYPE_MAIN, FIELD_SCORE, conditions, 2),
			 0x963eadf30e910f38u);
	assert_int_equal(key_of_measure(MEASURE_QUANTILE, &field), 0x9fabd25690d71898u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_that_count_different_events_have_different_keys),
		cmocka_unit_test(the_order_of_conditions_makes_no_difference),
		cmocka_unit_test(measures_that_keep_different_things_have_different_keys),
		cmocka_unit_test(keys_are_the_same_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
