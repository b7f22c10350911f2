/* SPDX-License-Identifier: Apache-2.0 */
#include "junit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "iocd/base/defs.h"

static void escapes(const char *bytes, size_t n, const char *wanted)
{
	CLEANUP_TEXT struct text xml = { 0 };

	junit_escape(&xml, bytes, n);
	assert_string_equal(text_get(&xml), wanted);
}

static void what_means_something_in_xml_is_escaped(void **state)
{
	(void)state;
	escapes("a<b>&\"c\"", 8, "a&#60;b&#62;&#38;&#34;c&#34;");
	escapes("a\nb\tc", 5, "a&#10;b&#9;c");
	escapes("Sở Y tế", strlen("Sở Y tế"), "Sở Y tế");
	escapes("\xf0\x9f\x94\xa5", 4, "\xf0\x9f\x94\xa5");
}

static void what_xml_does_not_allow_becomes_a_mark(void **state)
{
	(void)state;
	escapes("a\0b", 3,
		"a\xef\xbf\xbd"
		"b");
	escapes("\x1b[31m", 5, "\xef\xbf\xbd[31m");
	escapes("\xc0\x80", 2, "\xef\xbf\xbd\xef\xbf\xbd");                 /* overlong */
	escapes("\xed\xa0\x80", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* a surrogate */
	escapes("\xef\xbf\xbe", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* U+FFFE */
	escapes("x\xe1\xbb", 3, "x\xef\xbf\xbd\xef\xbf\xbd");               /* cut */
	escapes("\xf4\x90\x80\x80", 4,
		"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* beyond U+10FFFF */
}

static void tests_of_a_file_are_a_suite_and_failures_stand_in_it(void **state)
{
	static const struct junit_case cases[] = {
		{ "tests.d/a.yml", 3, "one", 0.25, 0, "" },
		{ "tests.d/a.yml", 9, "\"two\"", 0.5, 2, "a.yml:9: wrong\n    why\nb\n" },
		{ "tests.d/b.yml", 1, "three", 0.125, 0, "" },
	};
	CLEANUP_TEXT struct text xml = { 0 };

	(void)state;
	junit_write(&xml, cases, COUNT(cases));
	assert_string_equal(
		text_get(&xml),
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites tests=\"3\" failures=\"1\" errors=\"0\" time=\"0.875\">\n"
		"  <testsuite name=\"tests.d/a.yml\" tests=\"2\" failures=\"1\" errors=\"0\" "
		"time=\"0.750\">\n"
		"    <testcase classname=\"tests.d/a.yml\" name=\"one\" file=\"tests.d/a.yml\" "
		"line=\"3\" time=\"0.250\"/>\n"
		"    <testcase classname=\"tests.d/a.yml\" name=\"&#34;two&#34;\" "
		"file=\"tests.d/a.yml\" line=\"9\" time=\"0.500\">\n"
		"      <failure message=\"a.yml:9: wrong\">a.yml:9: wrong&#10;    why&#10;b&#10;"
		"</failure>\n"
		"    </testcase>\n"
		"  </testsuite>\n"
		"  <testsuite name=\"tests.d/b.yml\" tests=\"1\" failures=\"0\" errors=\"0\" "
		"time=\"0.125\">\n"
		"    <testcase classname=\"tests.d/b.yml\" name=\"three\" file=\"tests.d/b.yml\" "
		"line=\"1\" time=\"0.125\"/>\n"
		"  </testsuite>\n"
		"</testsuites>\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_means_something_in_xml_is_escaped),
		cmocka_unit_test(what_xml_does_not_allow_becomes_a_mark),
		cmocka_unit_test(tests_of_a_file_are_a_suite_and_failures_stand_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
