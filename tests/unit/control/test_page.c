/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "page.h"
#include "world.h"

#define PLAIN  "plain text of the page"
#define PACKED "PACKED"

static const struct console_file fixed = {
	.path = "/assets/app-1.js",
	.content_type = "text/javascript; charset=utf-8",
	.tag = "\"abc\"",
	.bytes = (const unsigned char *)PLAIN,
	.size = sizeof(PLAIN) - 1,
	.packed = (const unsigned char *)PACKED,
	.packed_size = sizeof(PACKED) - 1,
	.is_fixed = true,
};

static void answer(void *context, const struct http_request *request,
		   struct http_response *response)
{
	struct console_file file = fixed;

	(void)context;
	file.is_fixed = strcmp(request->path, "/") != 0;
	if (strcmp(request->path, "/raw") == 0)
		file.packed = NULL;
	if (strcmp(request->path, "/absent") == 0)
		page_answer_absent(response);
	else
		page_answer(&file, request, response);
}

/* A server of its own on the loop of the world. */
static struct http *start(struct world *world)
{
	struct http_options options = { .socket = world->socket };
	struct http *http;

	snprintf(world->socket, sizeof(world->socket), "%s/p", world->directory);
	assert_int_equal(http_new(&http, world->loop, &options, answer, NULL), 0);
	return http;
}

static void stop(struct world *world, struct http *http)
{
	http_close(http);
	snprintf(world->socket, sizeof(world->socket), "%s/s", world->directory);
}

static bool has(const struct world *world, const char *words)
{
	return strstr(text_get(&((struct world *)world)->raw), words) != NULL;
}

static void a_browser_that_takes_it_gets_the_page_packed(void **state)
{
	static const struct {
		const char *header;
		bool is_packed;
	} rows[] = {
		{ "", false },
		{ "Accept-Encoding: gzip\r\n", true },
		{ "Accept-Encoding: br, GZIP;q=0.5\r\n", true },
		{ "Accept-Encoding: *\r\n", true },
		{ "Accept-Encoding: br\r\n", false },
		{ "Accept-Encoding: gzip;q=0\r\n", false },
		{ "Accept-Encoding: gzip;q=0.000, *\r\n", false },
		{ "Accept-Encoding: xgzip\r\n", false },
		{ "Accept-Encoding: ,,\r\n", false },
		{ "Accept-Encoding: *;q=0\r\n", false },
	};
	struct world *world = *state;
	struct http *http = start(world);

	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(world_ask(world, "GET", "/x", rows[i].header), 200);
		if (has(world, "Content-Encoding: gzip\r\n") != rows[i].is_packed)
			fail_msg("%s", rows[i].header);
		assert_string_equal(world->body, rows[i].is_packed ? PACKED : PLAIN);
		assert_true(has(world, "Vary: Accept-Encoding\r\n"));
		assert_true(has(world, "Content-Type: text/javascript; charset=utf-8\r\n"));
	}
	assert_int_equal(world_ask(world, "GET", "/raw", "Accept-Encoding: gzip\r\n"), 200);
	assert_string_equal(world->body, PLAIN);
	stop(world, http);
}

static void what_a_browser_has_is_not_sent_again(void **state)
{
	struct world *world = *state;
	struct http *http = start(world);

	assert_int_equal(world_ask(world, "GET", "/x", "If-None-Match: \"abc\"\r\n"), 304);
	assert_string_equal(world->body, "");
	assert_true(has(world, "ETag: \"abc\"\r\n"));
	assert_int_equal(world_ask(world, "GET", "/x", "If-None-Match: \"d\", W/\"abc\"\r\n"), 304);
	assert_int_equal(world_ask(world, "GET", "/x", "If-None-Match: *\r\n"), 304);
	assert_int_equal(world_ask(world, "GET", "/x", "If-None-Match: \"abcd\"\r\n"), 200);
	assert_int_equal(world_ask(world, "HEAD", "/x", ""), 200);
	assert_string_equal(world->body, "");
	stop(world, http);
}

static void a_file_is_kept_if_its_name_changes_with_it(void **state)
{
	struct world *world = *state;
	struct http *http = start(world);

	assert_int_equal(world_ask(world, "GET", "/x", ""), 200);
	assert_true(has(world, "Cache-Control: public, max-age=31536000, immutable\r\n"));
	assert_int_equal(world_ask(world, "GET", "/", ""), 200);
	assert_true(has(world, "Cache-Control: no-cache\r\n"));
	assert_int_equal(world_ask(world, "GET", "/absent", ""), 404);
	assert_true(has(world, "Content-Type: text/plain; charset=utf-8\r\n"));
	stop(world, http);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_browser_that_takes_it_gets_the_page_packed),
		cmocka_unit_test(what_a_browser_has_is_not_sent_again),
		cmocka_unit_test(a_file_is_kept_if_its_name_changes_with_it),
	};

	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
