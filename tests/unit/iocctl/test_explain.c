/* SPDX-License-Identifier: Apache-2.0 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "explain.h"

#define NOW_MS 1795309200000 /* 2026-11-22T08:00:00+07:00 */

/* clang-format off */
static const char answer_text[] =
	"{\"alert\":{\"id\":\"ward/late/7\",\"severity\":\"warning\",\"state\":\"fading\","
	"\"drill\":true,\"uncertain\":true,\"closed\":false,"
	"\"rule\":{\"title\":{\"vi\":\"Tr\\u1ec5\",\"en\":\"Late\"}},"
	"\"unit\":{\"name\":{\"vi\":\"Ph\\u01b0\\u1eddng\",\"en\":\"Ward\"}},"
	"\"reason\":{\"vi\":\"v\\u00ec\",\"en\":\"because\"}},"
	"\"rule\":{\"id\":\"late\",\"file\":\"rules.d/a.yml\",\"line\":3,\"column\":1,"
	"\"min_samples\":20,\"hold_s\":30,\"fade_s\":300},"
	"\"since\":\"2026-11-22T07:55:00+07:00\",\"next\":\"2026-11-22T08:05:00+07:00\","
	"\"limits\":{\"warning\":{\"text\":\"> 8%\",\"file\":\"rules.d/a.yml\",\"line\":9,"
	"\"column\":4,\"override\":true},\"critical\":null,"
	"\"clear\":{\"text\":\"< 4%\",\"file\":\"rules.d/a.yml\",\"line\":6,\"column\":4,"
	"\"override\":false}},"
	"\"now\":{\"title\":{\"vi\":\"a\",\"en\":\"Rate\"},\"window\":\"1h\",\"value\":0.1,"
	"\"percent\":true,\"measure\":{\"vi\":\"\",\"en\":\"\"},\"samples\":30,\"quality\":\"good\",\"file\":null,"
	"\"parts\":[{\"title\":{\"vi\":\"a\",\"en\":\"Late\"},\"window\":\"1h\",\"value\":3.0,"
	"\"percent\":false,\"measure\":{\"vi\":\"files\",\"en\":\"files\"},\"samples\":3,\"quality\":\"good\"}]},"
	"\"timeline\":[{\"time\":\"2026-11-22T07:50:00+07:00\",\"news\":\"raised\","
	"\"severity\":\"warning\",\"value\":0.1}],"
	"\"events\":[{\"position\":17,\"topic\":\"t\",\"payload\":\"{\\\"a\\\":\\n1}\"},"
	"{\"position\":18,\"topic\":null,\"payload\":null}]}";

static const char page_text[] =
	"▲ warning  [DRILL] Late – Ward\n"
	"id            ward/late/7\n"
	"why           because\n"
	"state         fading: over, if it stays so, since 07:55:00 (5m); moves on at 08:05:00;"
	" UNCERTAIN: there are no figures now\n"
	"rule          late  rules.d/a.yml:3:1  hold 30s, fade 5m, min-samples 20\n"
	"limits        warning  > 8%  rules.d/a.yml:9:4  (override)\n"
	"              clear    < 4%  rules.d/a.yml:6:4\n"
	"now           Rate [1h]: 10.0 %, 30 samples, good\n"
	"  made of     Late [1h]: 3 files, 3 samples, good\n"
	"history       07:50:00  raised   ▲ warning  10.0 %\n"
	"events        @17 t\n"
	"              {\"a\":·1}\n"
	"              @18 (not in the journal any more)\n";
/* clang-format on */

static void the_page_tells_all_that_is_known(void **state)
{
	CLEANUP_TEXT struct text text = { 0 };
	json_t *answer = json_loads(answer_text, 0, NULL);

	(void)state;
	assert_non_null(answer);
	explain_write(&text, answer, false, NOW_MS);
	assert_string_equal(text_get(&text), page_text);
	json_decref(answer);
}

static void the_page_is_in_vietnamese_as_well(void **state)
{
	CLEANUP_TEXT struct text text = { 0 };
	json_t *answer = json_loads(answer_text, 0, NULL);

	(void)state;
	explain_write(&text, answer, true, NOW_MS);
	assert_non_null(strstr(text_get(&text), "▲ cảnh báo  [DIỄN TẬP] Trễ – Phường\n"));
	assert_non_null(strstr(text_get(&text), "10,0 %, 30 mẫu"));
	assert_non_null(strstr(text_get(&text), "(ngưỡng riêng)"));
	json_decref(answer);
}

/* clang-format off */
static const char told_text[] =
	"{\"waits\":[{\"code\":\"hold\",\"until\":\"2026-11-22T08:05:00+07:00\","
	"\"text\":{\"vi\":\"c\",\"en\":\"must last\"}}],"
	"\"limits\":{\"warning\":{\"text\":\"> 8%\",\"file\":\"a.yml\",\"line\":9,\"column\":4,"
	"\"override\":true,\"of\":\"ward\",\"instead_of\":{\"text\":\"> 5%\",\"file\":\"a.yml\","
	"\"line\":3,\"column\":2}}},"
	"\"missing\":[{\"feed\":\"desk\",\"missing\":3,\"expected\":5,\"units\":[{\"name\":{\"vi\":\"b\","
	"\"en\":\"Dock\"}}]}],"
	"\"receivers\":[{\"id\":\"duty\",\"told\":true,\"at\":\"2026-11-22T07:50:00+07:00\"},"
	"{\"id\":\"chief\",\"told\":false,\"text\":{\"vi\":\"x\",\"en\":\"hears critical\"}}],"
	"\"timeline\":[{\"time\":\"2026-11-22T07:50:00+07:00\",\"news\":\"raised\",\"by\":\"an\","
	"\"note\":\"rule changed\",\"severity\":\"warning\",\"tells\":[\"duty\",\"unit\"]}]}";
/* clang-format on */

static void what_it_waits_for_and_who_was_told_is_on_the_page(void **state)
{
	static const char *const lines[] = {
		"waits for     must last: 08:05:00\n",
		"  (override of ward, instead of > 5%  a.yml:3:2)\n",
		"missing       3 of 5 units do not send desk: Dock and 2 more\n",
		"receivers     duty: told at 07:50:00\n              chief: not: hears critical\n",
		"by an  (rule changed)  → duty, unit\n",
	};
	CLEANUP_TEXT struct text text = { 0 };
	json_t *answer = json_loads(told_text, 0, NULL);

	(void)state;
	assert_non_null(answer);
	explain_write(&text, answer, false, NOW_MS);
	for (size_t i = 0; i < COUNT(lines); i++)
		if (!strstr(text_get(&text), lines[i]))
			fail_msg("'%s' is not in\n%s", lines[i], text_get(&text));
	json_decref(answer);
}

static void what_holds_back_is_a_page_of_its_own(void **state)
{
	static const char wanted[] = "Late – Ward – g1\n"
				     "rule          late  a.yml:3:1\n"
				     "verdict       there is no alert, for each of these reasons\n"
				     "reasons       too little\n"
				     "              within  a.yml:4:2\n"
				     "now           desk.rate [1h]: 10.0 %, 3 samples, good\n";
	CLEANUP_TEXT struct text text = { 0 };
	json_t *answer = json_loads(
		"{\"rule\":{\"id\":\"late\",\"title\":{\"en\":\"Late\"},\"file\":\"a.yml\","
		"\"line\":3,"
		"\"column\":1},\"unit\":{\"name\":{\"en\":\"Ward\"}},\"subject\":\"g1\",\"stands\":"
		"false,"
		"\"indicator\":\"desk.rate\",\"window\":\"1h\",\"percent\":true,\"value\":0.1,"
		"\"samples\":3,\"quality\":\"good\",\"reasons\":[{\"text\":{\"en\":\"too "
		"little\"}},"
		"{\"text\":{\"en\":\"within\"},\"data\":{\"threshold\":{\"file\":\"a.yml\","
		"\"line\":4,"
		"\"column\":2}}}]}",
		0, NULL);

	(void)state;
	assert_non_null(answer);
	assert_false(explain_write_not(&text, answer, false, NOW_MS));
	assert_string_equal(text_get(&text), wanted);

	text_clear(&text);
	json_object_set_new(answer, "stands", json_true());
	json_object_set_new(answer, "alert", json_pack("{s:s}", "id", "ward/late/g1"));
	assert_true(explain_write_not(&text, answer, true, NOW_MS));
	assert_non_null(strstr(text_get(&text), "CÓ cảnh báo: xem 'iocctl explain ward/late/g1'"));
	json_decref(answer);
}

static void an_answer_without_anything_is_no_crash(void **state)
{
	CLEANUP_TEXT struct text text = { 0 };
	json_t *answer = json_object();

	(void)state;
	explain_write(&text, answer, false, NOW_MS);
	assert_non_null(strstr(text_get(&text), "state "));
	assert_false(explain_write_not(&text, answer, false, NOW_MS));
	assert_non_null(strstr(text_get(&text), "nothing holds it back"));
	json_decref(answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_tells_all_that_is_known),
		cmocka_unit_test(the_page_is_in_vietnamese_as_well),
		cmocka_unit_test(what_it_waits_for_and_who_was_told_is_on_the_page),
		cmocka_unit_test(what_holds_back_is_a_page_of_its_own),
		cmocka_unit_test(an_answer_without_anything_is_no_crash),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
