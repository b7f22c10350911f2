/* SPDX-License-Identifier: Apache-2.0 */
/* The description names what there is, and nothing else. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "routes.h"
#include "world.h"

static json_t *document; /* given by the first test */

static const json_t *operation_of(const char *path, const char *method)
{
	char name[8] = "";

	for (size_t i = 0; method[i]; i++)
		name[i] = (char)tolower((unsigned char)method[i]);
	return json_object_get(json_object_get(json_object_get(document, "paths"), path), name);
}

static void every_route_is_described(void **state)
{
	const char *path, *method;

	document = world_get(*state, "/api/v1/openapi.json", 200);
	assert_string_equal(world_string(document, "openapi"), "3.1.0");
	for (size_t i = 0; (path = routes_at(i, &method)); i++) {
		const json_t *operation = operation_of(path, method);

		if (!operation)
			fail_msg("%s %s is not described", method, path);
		assert_non_null(json_object_get(operation, "summary"));
		assert_true(json_object_size(json_object_get(operation, "responses")) > 0);
	}
}

static bool is_route(const char *path, const char *method)
{
	const char *other, *its;

	for (size_t i = 0; (other = routes_at(i, &its)); i++)
		if (strcmp(path, other) == 0 && strcasecmp(method, its) == 0)
			return true;
	return false;
}

static void nothing_is_described_that_is_no_route(void **state)
{
	const char *path, *method;
	json_t *methods, *operation;

	(void)state;
	json_object_foreach(json_object_get(document, "paths"), path, methods)
		json_object_foreach(methods, method, operation) if (!is_route(path, method))
			fail_msg("%s %s is described, and is no route", method, path);
	json_decref(document);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_route_is_described),
		cmocka_unit_test(nothing_is_described_that_is_no_route),
	};

	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
