/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/console.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* As in a page's own head: where its script and its style are. */
static const char *attribute(const struct console_file *page, const char *name, char *ret,
			     size_t size)
{
	char mark[32];
	const char *at;
	size_t n;

	(void)snprintf(mark, sizeof(mark), "%s=\"/assets/", name);
	at = memmem(page->bytes, page->size, mark, strlen(mark));
	if (!at)
		return NULL;
	at += strlen(mark) - strlen("/assets/");
	n = strcspn(at, "\"");
	assert_true(n < size);
	memcpy(ret, at, n);
	ret[n] = '\0';
	return ret;
}

static uint32_t crc32_of(const unsigned char *bytes, size_t n)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < n; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320U : 0);
	}
	return ~crc;
}

static uint32_t little(const unsigned char *bytes)
{
	return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

/* The trailer of gzip says what it unpacks to. */
static void check_packed(const struct console_file *file)
{
	if (!file->packed)
		return;
	assert_true(file->packed_size < file->size);
	assert_true(file->packed_size > 18);
	assert_int_equal(file->packed[0], 0x1f);
	assert_int_equal(file->packed[1], 0x8b);
	assert_int_equal(little(file->packed + file->packed_size - 8),
			 crc32_of(file->bytes, file->size));
	assert_int_equal(little(file->packed + file->packed_size - 4), file->size);
}

static const struct console_file *need(const char *path)
{
	const struct console_file *file = console_find(path);

	if (!console_is_built())
		skip();
	assert_non_null(file);
	return file;
}

static void an_unknown_path_is_nothing(void **state)
{
	(void)state;
	assert_null(console_find("/nothing"));
	assert_null(console_find(""));
	assert_null(console_find("alerts"));
	assert_null(console_find("/alerts/1"));
	assert_null(console_find("/assets/"));
	assert_null(console_find("/index.html"));
	assert_null(console_find("/../index.html"));
}

static void without_the_page_there_is_no_file(void **state)
{
	(void)state;
	if (console_is_built())
		skip();
	assert_null(console_find("/"));
	assert_null(console_find("/alerts"));
}

static void every_view_is_the_page_itself(void **state)
{
	static const char *const views[] = { "/alerts", "/overview", "/indicator", "/feeds",
					     "/rules",  "/shift",    "/report",    "/audit" };
	const struct console_file *page = need("/");

	(void)state;
	for (size_t i = 0; i < sizeof(views) / sizeof(*views); i++)
		assert_ptr_equal(console_find(views[i]), page);
	assert_string_equal(page->path, "/");
	assert_string_equal(page->content_type, "text/html; charset=utf-8");
	assert_false(page->is_fixed);
}

static void what_the_page_names_is_there_and_fixed(void **state)
{
	const struct console_file *page = need("/"), *script, *style;
	char path[128];

	(void)state;
	assert_non_null(attribute(page, "src", path, sizeof(path)));
	script = need(path);
	assert_string_equal(script->content_type, "text/javascript; charset=utf-8");
	assert_true(script->is_fixed);
	assert_non_null(script->packed);

	assert_non_null(attribute(page, "href", path, sizeof(path)));
	style = need(path);
	assert_string_equal(style->content_type, "text/css; charset=utf-8");
	assert_true(style->is_fixed);
	assert_string_not_equal(script->tag, style->tag);
}

/* What the policy of the page (CSP) would refuse. */
static void nothing_stands_inline_in_the_page(void **state)
{
	const struct console_file *page = need("/");

	(void)state;
	assert_null(memmem(page->bytes, page->size, "<style", 6));
	assert_null(memmem(page->bytes, page->size, "style=", 6));
	assert_null(memmem(page->bytes, page->size, "onload", 6));
	assert_null(memmem(page->bytes, page->size, "http", 4));
	assert_null(memmem(page->bytes, page->size, "<script>", 8));
}

static void tags_have_their_marks(void **state)
{
	const struct console_file *page = need("/");
	size_t n = strlen(page->tag);

	(void)state;
	assert_int_equal(n, 18);
	assert_int_equal(page->tag[0], '"');
	assert_int_equal(page->tag[n - 1], '"');
}

static void packed_files_unpack_to_the_plain_ones(void **state)
{
	const struct console_file *page = need("/");
	char path[128];

	(void)state;
	check_packed(page);
	check_packed(need(attribute(page, "src", path, sizeof(path))));
	check_packed(need(attribute(page, "href", path, sizeof(path))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unknown_path_is_nothing),
		cmocka_unit_test(without_the_page_there_is_no_file),
		cmocka_unit_test(every_view_is_the_page_itself),
		cmocka_unit_test(what_the_page_names_is_there_and_fixed),
		cmocka_unit_test(nothing_stands_inline_in_the_page),
		cmocka_unit_test(tags_have_their_marks),
		cmocka_unit_test(packed_files_unpack_to_the_plain_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
