/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/password.h"
#include "world.h"

#define HOST    "Host: 127.0.0.1:8080\r\n"
#define MINE    "Origin: http://127.0.0.1:8080\r\n"
#define POST    "X-Iocd: 1\r\nContent-Type: application/json\r\n"
#define FOREIGN "Origin: https://evil.example\r\n"
#define COMMAND                                                                                    \
	"{\"verb\":\"comment\",\"note\":\"x\",\"rule\":\"late\",\"unit\":\"ward\","                \
	"\"key\":\"k\"}"

static char cookie[128]; /* of a session of the operator "lan" */

static int set_up(void **state)
{
	struct world *world;
	char token[TOKEN_MAX];
	uint64_t ended;

	if (world_set_up(state))
		return 1;
	world = *state;
	world->turn = WORLD_CARRIES;
	world_add_user(world, "lan", "operator", NULL);
	(void)session_begin(world->sessions, users_find(world->users, "lan"), "127.0.0.1",
			    clock_real_ms(), token, &ended);
	snprintf(cookie, sizeof(cookie), "Cookie: __Host-iocd=%s\r\n", token);
	return 0;
}

static int ask(struct world *world, const char *method, const char *target, const char *one,
	       const char *two, const char *three, const char *body)
{
	char headers[1024];

	snprintf(headers, sizeof(headers), "%s%s%s", one, two, three);
	return world_tcp(world, method, target, headers, body);
}

static void assert_code(struct world *world, const char *code)
{
	json_t *json = world_answer(world);

	assert_string_equal(world_string(json, "error.code"), code);
	json_decref(json);
}

static void only_a_host_that_is_ours_is_answered(void **state)
{
	static const struct {
		const char *host;
		int status;
	} rows[] = {
		{ "Host: 127.0.0.1\r\n", 200 },
		{ "Host: 127.0.0.1:8080\r\n", 200 },
		{ "Host: localhost\r\n", 200 },
		{ "Host: LOCALHOST:1\r\n", 200 },
		{ "Host: a.localhost\r\n", 200 },
		{ "Host: [::1]:8080\r\n", 200 },
		{ "Host: 10.1.2.3\r\n", 200 },
		{ "Host: evil.example\r\n", 421 },
		{ "Host: localhost.evil\r\n", 421 },
		{ "Host: evil-localhost\r\n", 421 },
		{ "Host: 127.0.0.1.evil.example\r\n", 421 },
		{ "Host: [::1\r\n", 421 },
		{ "Host: 127.0.0.1:80@evil\r\n", 421 },
		{ "Host: \r\n", 421 },
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (world_tcp(world, "GET", "/live", rows[i].host, "") != rows[i].status)
			fail_msg("%s: %d", rows[i].host, world->status);
		if (rows[i].status == 421)
			assert_code(world, "bad_host");
	}
}

static void nothing_is_told_to_who_is_not_logged_in(void **state)
{
	static const char *const open[] = { "/live", "/ready" };
	static const char *const closed[] = { "/health", "/metrics", "/api/v1/status",
					      "/api/v1/rules" };
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++)
		assert_int_equal(world_tcp(world, "GET", open[i], HOST, ""), 200);
	for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
		assert_int_equal(world_tcp(world, "GET", closed[i], HOST, ""), 401);
		assert_code(world, "not_logged_in");
		assert_int_equal(ask(world, "GET", closed[i], HOST, cookie, "", ""), 200);
	}
	assert_int_equal(ask(world, "GET", "/api/v1/session", HOST, "", "", ""), 401);
	assert_code(world, "not_logged_in");
}

static void a_foreign_page_may_not_even_read(void **state)
{
	struct world *world = *state;

	assert_int_equal(ask(world, "GET", "/api/v1/status", HOST, cookie, MINE, ""), 200);
	assert_int_equal(ask(world, "GET", "/api/v1/status", HOST, cookie, FOREIGN, ""), 403);
	assert_code(world, "bad_origin");
	assert_int_equal(ask(world, "GET", "/api/v1/status", HOST, cookie, "Origin: null\r\n", ""),
			 403);
	assert_int_equal(ask(world, "GET", "/live", HOST, FOREIGN, "", ""), 403);
	/* The same name under another scheme or port is another page. */
	assert_int_equal(ask(world, "GET", "/api/v1/status", HOST, cookie,
			     "Origin: https://127.0.0.1:8080\r\n", ""),
			 403);
	assert_int_equal(ask(world, "GET", "/api/v1/status", HOST, cookie,
			     "Origin: http://127.0.0.1:8081\r\n", ""),
			 403);
	/* A proxy on this machine says that it was encrypted. */
	assert_int_equal(ask(world, "GET", "/api/v1/status", HOST "X-Forwarded-Proto: https\r\n",
			     cookie, "Origin: https://127.0.0.1:8080\r\n", ""),
			 200);
	assert_non_null(strstr(text_get(&world->raw), "Strict-Transport-Security"));
}

static void a_command_comes_from_the_page_or_not_at_all(void **state)
{
	static const struct {
		const char *headers;
		int status;
		const char *code;
	} rows[] = {
		{ MINE "Content-Type: application/json\r\n", 403, "forbidden" },
		{ POST, 403, "bad_origin" },
		{ FOREIGN POST, 403, "bad_origin" },
		{ "Origin: null\r\n" POST, 403, "bad_origin" },
		{ MINE "X-Iocd: 1\r\n", 415, "bad_content_type" },
		{ MINE "X-Iocd: 1\r\nContent-Type: text/plain\r\n", 415, "bad_content_type" },
		{ MINE "X-Iocd: 1\r\nContent-Type: application/jsonp\r\n", 415,
		  "bad_content_type" },
	};
	struct world *world = *state;

	world->n_orders = world->n_carried = 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (ask(world, "POST", "/api/v1/commands", HOST, cookie, rows[i].headers,
			COMMAND) != rows[i].status)
			fail_msg("%zu: %d", i, world->status);
		assert_code(world, rows[i].code);
	}
	assert_int_equal(world->n_orders, 0);
	assert_int_equal(ask(world, "POST", "/api/v1/commands", HOST, cookie, MINE POST, COMMAND),
			 200);
	assert_int_equal(world->n_orders, 1);
	assert_string_equal(world->orders[0].by, "lan");
	assert_int_equal(ask(world, "POST", "/api/v1/commands",
			     HOST MINE "X-Iocd: 1\r\nContent-Type: application/json; "
				       "charset=utf-8\r\n",
			     cookie, "", COMMAND),
			 200);
}

static void nobody_gives_a_command_in_the_name_of_another(void **state)
{
	struct world *world = *state;

	world->n_orders = world->n_carried = 0;
	assert_int_equal(ask(world, "POST", "/api/v1/commands", HOST, cookie, MINE POST,
			     "{\"verb\":\"comment\",\"note\":\"x\",\"rule\":\"late\","
			     "\"unit\":\"ward\",\"by\":\"minh\"}"),
			 403);
	assert_code(world, "forbidden");
	assert_int_equal(world->n_orders, 0);
	assert_int_equal(ask(world, "POST", "/api/v1/commands", HOST, cookie, MINE POST,
			     "{\"verb\":\"comment\",\"note\":\"x\",\"rule\":\"late\","
			     "\"unit\":\"ward\",\"by\":\"lan\"}"),
			 200);
	assert_int_equal(ask(world, "POST", "/api/v1/commands", HOST, cookie, MINE POST, "[1]"),
			 400);
	assert_code(world, "bad_command");
}

static void a_session_gives_so_many_commands_and_no_more(void **state)
{
	struct world *world = *state;
	char body[256];
	int status = 200;
	int n;

	for (n = 0; n <= COMMANDS_MAX && status == 200; n++) {
		world->n_orders = world->n_carried = 0;
		snprintf(body, sizeof(body),
			 "{\"verb\":\"comment\",\"note\":\"x\",\"rule\":\"late\",\"unit\":\"ward\","
			 "\"key\":\"n%d\"}",
			 n);
		status = ask(world, "POST", "/api/v1/commands", HOST, cookie, MINE POST, body);
	}
	assert_int_equal(status, 429);
	assert_code(world, "wait");
	assert_non_null(strstr(text_get(&world->raw), "Retry-After: "));
	assert_in_range(n, COMMANDS_MAX - 10, COMMANDS_MAX + 1);
	/* Reading goes on. */
	assert_int_equal(ask(world, "GET", "/api/v1/status", HOST, cookie, "", ""), 200);
}

static void every_answer_has_the_rules_of_the_page(void **state)
{
	static const char *const targets[] = { "/live", "/api/v1/status", "/api/v1/nothing",
					       "/nothing" };
	static const char *const headers[] = {
		"Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
		"img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; report-uri "
		"/api/v1/csp\r\n",
		"X-Content-Type-Options: nosniff\r\n",
		"Referrer-Policy: no-referrer\r\n",
		"Cross-Origin-Opener-Policy: same-origin\r\n",
		"Cross-Origin-Resource-Policy: same-origin\r\n",
		"Cache-Control: no-store\r\n",
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		(void)ask(world, "GET", targets[i], HOST, cookie, "", "");
		for (size_t k = 0; k < sizeof(headers) / sizeof(headers[0]); k++)
			if (!strstr(text_get(&world->raw), headers[k]))
				fail_msg("%s: no %s", targets[i], headers[k]);
		assert_null(strstr(text_get(&world->raw), "Strict-Transport-Security"));
	}
}

static void reports_of_browsers_are_counted(void **state)
{
	struct world *world = *state;
	uint64_t n = counter_get(COUNTER_csp_reports);

	assert_int_equal(world_tcp(world, "POST", "/api/v1/csp",
				   "Host: evil.example\r\nContent-Type: application/csp-report\r\n",
				   "{\"csp-report\":{}}"),
			 204);
	assert_int_equal(counter_get(COUNTER_csp_reports), n + 1);
}

static void refusals_fill_the_audit_only_so_far(void **state)
{
	struct world *world = *state;
	uint64_t n = counter_get(COUNTER_denials_unaudited);

	for (int i = 0; i < 130; i++)
		assert_int_equal(ask(world, "GET", "/live", HOST, FOREIGN, "", ""), 403);
	assert_true(counter_get(COUNTER_denials_unaudited) >= n + 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_a_host_that_is_ours_is_answered),
		cmocka_unit_test(nothing_is_told_to_who_is_not_logged_in),
		cmocka_unit_test(a_foreign_page_may_not_even_read),
		cmocka_unit_test(a_command_comes_from_the_page_or_not_at_all),
		cmocka_unit_test(nobody_gives_a_command_in_the_name_of_another),
		cmocka_unit_test(every_answer_has_the_rules_of_the_page),
		cmocka_unit_test(reports_of_browsers_are_counted),
		cmocka_unit_test(a_session_gives_so_many_commands_and_no_more),
		cmocka_unit_test(refusals_fill_the_audit_only_so_far),
	};

	return cmocka_run_group_tests(tests, set_up, world_tear_down);
}
