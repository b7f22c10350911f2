/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SCHEMA CLEANUP(schema_free) struct schema *schema = schema_new()

static uint32_t add_feed(struct schema *schema, const char *id)
{
	const struct feed feed = { .id = id, .silent_after_ms = 5, .number = 99 };
	uint32_t number;

	assert_int_equal(schema_add_feed(schema, &feed, &number), 0);
	return number;
}

static void a_feed_is_found_by_its_id(void **state)
{
	SCHEMA;

	(void)state;
	assert_int_equal(schema_find_feed(schema, "air", 3), TYPE_NONE);
	assert_int_equal(add_feed(schema, "air"), 0);
	assert_int_equal(add_feed(schema, "water"), 1);
	assert_int_equal(schema_find_feed(schema, "water", 5), 1);
	assert_int_equal(schema_find_feed(schema, "wate", 4), TYPE_NONE);
	assert_int_equal(schema_n_feeds(schema), 2);
	assert_string_equal(schema_feed(schema, 1)->id, "water");
	assert_int_equal(schema_feed(schema, 1)->number, 1);
	assert_int_equal(schema_feed(schema, 1)->silent_after_ms, 5);
}

static void a_type_belongs_to_its_feed(void **state)
{
	struct event_type type = { .name = "level" };
	uint32_t first, second;
	SCHEMA;

	(void)state;
	type.feed = add_feed(schema, "air");
	assert_int_equal(schema_add_type(schema, &type, &first), 0);
	type.feed = add_feed(schema, "water");
	assert_int_equal(schema_find_type(schema, type.feed, "level", 5), TYPE_NONE);
	assert_int_equal(schema_add_type(schema, &type, &second), 0);

	assert_int_equal(schema_n_types(schema), 2);
	assert_int_equal(schema_find_type(schema, 0, "level", 5), first);
	assert_int_equal(schema_find_type(schema, 1, "level", 5), second);
	assert_int_equal(schema_type(schema, second)->feed, 1);
	assert_int_equal(schema_type(schema, second)->number, second);
}

static void nothing_is_declared_twice(void **state)
{
	const struct feed feed = { .id = "air" };
	struct event_type type = { .name = "level",
				   .n_fields = 3,
				   .fields = {
					   { .name = "a" }, { .name = "b" }, { .name = "a" } } };
	uint32_t number = 7;
	SCHEMA;

	(void)state;
	add_feed(schema, "air");
	assert_int_equal(schema_add_feed(schema, &feed, &number), SCHEMA_EXISTS);
	assert_int_equal(schema_add_type(schema, &type, &number), SCHEMA_EXISTS);
	assert_int_equal(schema_n_types(schema), 0);
	type.n_fields = 2;
	assert_int_equal(schema_add_type(schema, &type, &number), 0);
	number = 7;
	assert_int_equal(schema_add_type(schema, &type, &number), SCHEMA_EXISTS);
	assert_int_equal(number, 7);
	assert_int_equal(schema_n_feeds(schema), 1);
	assert_int_equal(schema_n_types(schema), 1);
}

static void a_field_is_found_by_its_name(void **state)
{
	const struct event_type type = { .n_fields = 2,
					 .fields = { { .name = "level" }, { .name = "levels" } } };

	(void)state;
	assert_int_equal(event_type_find_field(&type, "level", 5), 0);
	assert_int_equal(event_type_find_field(&type, "levels", 6), 1);
	assert_int_equal(event_type_find_field(&type, "leve", 4), TYPE_NONE);
	assert_int_equal(event_type_find_field(&type, "", 0), TYPE_NONE);
}

static void a_schema_has_its_greatest_numbers(void **state)
{
	static char ids[4096][16];
	struct event_type type = { .n_fields = EVENT_FIELDS_MAX + 1 };
	struct feed feed = { 0 };
	uint32_t number;
	SCHEMA;

	(void)state;
	for (int i = 0; i < 4096; i++)
		snprintf(ids[i], sizeof(ids[i]), "n%d", i);
	for (int i = 0; i < 256; i++)
		assert_int_equal(add_feed(schema, ids[i]), i);
	feed.id = "more";
	assert_int_equal(schema_add_feed(schema, &feed, &number), SCHEMA_TOO_MANY);
	assert_int_equal(schema_find_feed(schema, "more", 4), TYPE_NONE);

	type.name = "wide";
	assert_int_equal(schema_add_type(schema, &type, &number), SCHEMA_TOO_MANY);
	type.n_fields = 0;
	for (int i = 0; i < 4096; i++) {
		type.name = ids[i];
		assert_int_equal(schema_add_type(schema, &type, &number), 0);
	}
	type.name = "more";
	assert_int_equal(schema_add_type(schema, &type, &number), SCHEMA_TOO_MANY);
	assert_int_equal(schema_n_types(schema), 4096);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_feed_is_found_by_its_id),
		cmocka_unit_test(a_type_belongs_to_its_feed),
		cmocka_unit_test(nothing_is_declared_twice),
		cmocka_unit_test(a_field_is_found_by_its_name),
		cmocka_unit_test(a_schema_has_its_greatest_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
