/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "world.h"

static void assert_error(struct world *world, const char *method, const char *target, int status,
			 const char *code)
{
	json_t *json;

	assert_int_equal(world_ask(world, method, target, ""), status);
	json = json_loads(world->body, 0, NULL);
	assert_string_equal(world_string(json, "error.code"), code);
	assert_true(strlen(world_string(json, "error.message")) > 0);
	json_decref(json);
}

static void what_is_not_there_is_not_found(void **state)
{
	assert_error(*state, "GET", "/", 404, "not_found");
	assert_error(*state, "GET", "/api/v1/", 404, "not_found");
	assert_error(*state, "GET", "/api/v1/status/", 404, "not_found");
	assert_error(*state, "GET", "/api/v1/%22%0a", 404, "not_found");
}

static void a_route_takes_its_own_method_only(void **state)
{
	struct world *world = *state;

	assert_error(world, "POST", "/api/v1/status", 405, "method_not_allowed");
	assert_error(world, "GET", "/api/v1/reload", 405, "method_not_allowed");
	assert_error(world, "POST", "/metrics", 405, "method_not_allowed");
	assert_int_equal(world->n_reloads, 0);
	assert_int_equal(world_ask(world, "HEAD", "/api/v1/status", ""), 200);
	assert_string_equal(world->body, "");
}

static void a_reload_needs_the_header_that_no_foreign_page_can_send(void **state)
{
	struct world *world = *state;

	assert_error(world, "POST", "/api/v1/reload", 403, "forbidden");
	assert_int_equal(world->n_reloads, 0);
	assert_int_equal(world_ask(world, "POST", "/api/v1/reload", "X-Iocd: 1\r\n"), 200);
	assert_int_equal(world->n_reloads, 1);
	assert_non_null(strstr(world->body, "\"applied\":true"));
}

static void a_directory_that_is_to_be_compared_is_named_in_full(void **state)
{
	struct world *world = *state;

	assert_error(world, "GET", "/api/v1/diff", 400, "bad_request");
	assert_error(world, "GET", "/api/v1/diff?directory=rules", 400, "bad_request");
	assert_error(world, "GET", "/api/v1/diff?directory=/none", 503, "unavailable");
	assert_int_equal(world_ask(world, "GET", "/api/v1/diff?directory=/etc/new", ""), 200);
	assert_non_null(strstr(world->body, "/etc/new"));
}

static void a_refused_reload_says_why(void **state)
{
	struct world *world = *state;
	json_t *json;

	world->reload_result = 1;
	assert_int_equal(world_ask(world, "POST", "/api/v1/reload", "X-Iocd: 1\r\n"), 409);
	json = json_loads(world->body, 0, NULL);
	assert_string_equal(world_string(json, "error.code"), "refused");
	assert_string_equal(world_string(json, "report"), "rules.d/desk.yml:4:3: no\n");
	json_decref(json);
	world->reload_result = 0;
}

static void the_stream_tells_status_and_each_transition_once(void **state)
{
	struct world *world = *state;
	uint64_t last = alertbook_last(world->book);
	char number[32];

	world_stream_of(world, "/api/v1/stream?status=1", "",
			"event: status\ndata: {\"instance\":\"test\"");
	/* What happened before the reader came is in the list of alerts, not in the stream. */
	assert_null(strstr(text_get(&world->raw), "event: alert"));
	assert_non_null(strstr(text_get(&world->raw), "Content-Type: text/event-stream"));

	world_alarm(world, "g/2");
	assert_int_equal(alertbook_last(world->book), last + 1);
	control_post(world->control);
	control_post(world->control);
	snprintf(number, sizeof(number), "{\"number\":%d,", (int)last + 1);
	world_follow(world, number);
	world_follow(world, "event: status");
	assert_null(strstr(text_get(&world->raw), number));
	world_hang_up(world);
}

static void another_configuration_shows_in_the_answers(void **state)
{
	struct world *world = *state;
	const struct rules_options none = { .n_units = 3, .n_indicators = 3, .n_types = 2 };
	struct rules *rules = rules_new(&none);
	json_t *json;

	control_replace_config(world->control, world->config, rules, NULL, NULL);
	json = world_get(world, "/api/v1/rules", 200);
	assert_int_equal(json_array_size(world_at(json, "rules")), 0);
	json_decref(json);
	control_replace_config(world->control, world->config, world->rules, NULL, NULL);
	json = world_get(world, "/api/v1/rules", 200);
	assert_int_equal(json_array_size(world_at(json, "rules")), 3);
	json_decref(json);
	rules_free(rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_there_is_not_found),
		cmocka_unit_test(a_route_takes_its_own_method_only),
		cmocka_unit_test(a_reload_needs_the_header_that_no_foreign_page_can_send),
		cmocka_unit_test(a_directory_that_is_to_be_compared_is_named_in_full),
		cmocka_unit_test(a_refused_reload_says_why),
		cmocka_unit_test(the_stream_tells_status_and_each_transition_once),
		cmocka_unit_test(another_configuration_shows_in_the_answers),
	};

	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
