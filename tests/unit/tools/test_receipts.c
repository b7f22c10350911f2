/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "iocd/base/disk.h"
#include "receipts.h"

static char path[] = "/tmp/iocd-receipts-XXXXXX";

static int make_file(void **state)
{
	int file = mkstemp(path);

	(void)state;
	return file < 0 ? -1 : close(file);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static struct slice packet_of(const char *text)
{
	return (struct slice){ text, strlen(text) };
}

static void assert_ledger(const char *expected)
{
	char *text;
	size_t size;

	assert_int_equal(disk_read_file(path, 4096, &text, &size), 0);
	assert_string_equal(text, expected);
	free(text);
}

static void every_event_of_a_message_has_a_line(void **state)
{
	CLEANUP(receipts_free) struct receipts *receipts = NULL;

	(void)state;
	assert_int_equal(receipts_new(&receipts, path), 0);
	receipts_take(receipts, packet_of("topic{\"id\":\"a-1\",\"data\":{\"pid\":\"x\"}}"));
	receipts_take(receipts, packet_of("topic[{\"id\":\"a-2\"},{\"id\":\"a-3\"}]"));
	assert_int_equal(receipts_finish(receipts), 0);
	assert_ledger("a-1\na-2\na-3\n");
}

static void an_event_that_is_cut_short_has_no_line(void **state)
{
	CLEANUP(receipts_free) struct receipts *receipts = NULL;

	(void)state;
	assert_int_equal(receipts_new(&receipts, path), 0);
	receipts_take(receipts, packet_of("topic[{\"id\":\"b-1\"},{\"id\":\"b-2"));
	receipts_take(receipts, packet_of("\"id\":\""));
	receipts_take(receipts, packet_of(""));
	assert_int_equal(receipts_finish(receipts), 0);
	assert_ledger("b-1\n");
}

static void a_ledger_that_cannot_be_written_is_told(void **state)
{
	CLEANUP(receipts_free) struct receipts *receipts = NULL;

	(void)state;
	assert_int_equal(receipts_new(&receipts, "/no/such/place"), -ENOENT);
	assert_int_equal(receipts_new(&receipts, "/dev/full"), 0);
	receipts_take(receipts, packet_of("{\"id\":\"c-1\"}"));
	assert_int_equal(receipts_finish(receipts), -ENOSPC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_event_of_a_message_has_a_line),
		cmocka_unit_test(an_event_that_is_cut_short_has_no_line),
		cmocka_unit_test(a_ledger_that_cannot_be_written_is_told),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
