/* SPDX-License-Identifier: Apache-2.0 */
/* Against the test cases of RFC 4231. */
#include "signature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void check(const void *secret, size_t size, const char *bytes, const char *expected)
{
	struct text body = { 0 };
	struct text signature = { 0 };

	text_add_bytes(&body, bytes, strlen(bytes));
	text_add(&signature, "X: ");
	signature_add(&signature, secret, size, &body);
	assert_string_equal(text_get(&signature), expected);
	text_fini(&signature);
	text_fini(&body);
}

static void signatures_are_those_of_rfc_4231(void **state)
{
	char secret[131];

	(void)state;
	memset(secret, 0x0b, 20);
	check(secret, 20, "Hi There",
	      "X: sha256=b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	check("Jefe", 4, "what do ya want for nothing?",
	      "X: sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(secret, 0xaa, 131);
	check(secret, 131, "Test Using Larger Than Block-Size Key - Hash Key First",
	      "X: sha256=60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signatures_are_those_of_rfc_4231),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
