/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "peer.h"

static void the_last_address_of_a_list_counts(void **state)
{
	static const char *const lists[][2] = {
		{ "192.0.2.7", "192.0.2.7" },
		{ " 192.0.2.7 ", "192.0.2.7" },
		{ "198.51.100.1, 192.0.2.7", "192.0.2.7" },
		{ "rubbish,\t2001:db8::7", "2001:db8::7" },
	};
	char address[HTTP_ADDRESS_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++) {
		assert_true(peer_read_last(address, lists[i][0]));
		assert_string_equal(address, lists[i][1]);
	}
}

static void what_is_no_address_is_not_believed(void **state)
{
	static const char *const lists[] = {
		"",
		",",
		"192.0.2.7,",
		"unknown",
		"192.0.2",
		"192.0.2.7:80",
		"192.0.2.7 192.0.2.8",
		"192.0.2.7\"><b>",
		"192.0.2.7192.0.2.7192.0.2.7192.0.2.7192.0.2.7192.0.2.7",
	};
	char address[HTTP_ADDRESS_MAX] = "as before";

	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++)
		assert_false(peer_read_last(address, lists[i]));
	assert_string_equal(address, "as before");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_address_of_a_list_counts),
		cmocka_unit_test(what_is_no_address_is_not_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
