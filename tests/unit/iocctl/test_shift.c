/* SPDX-License-Identifier: Apache-2.0 */
/* The sheets of a shift in both languages and all forms. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "handover.h"
#include "load.h"

/* clang-format off */
#define UNIT  "\"unit\":{\"id\":\"w\",\"name\":{\"vi\":\"Phường\",\"en\":\"Ward <1>\"}}"
#define RULE  "\"rule\":{\"id\":\"late\",\"title\":{\"vi\":\"Trễ hạn\",\"en\":\"Late, \\\"very\\\"\"}}"
#define WHY   "\"reason\":{\"vi\":\"vì\",\"en\":\"=because\"}"
#define ALERT(handling, owner)                                                                     \
	"{\"severity\":\"critical\",\"handling\":\"" handling "\",\"owner\":" owner ","              \
	"\"raised\":\"2026-11-22T05:00:00+07:00\"," UNIT "," RULE "," WHY "}"
#define EVENT(news, by, rest)                                                                      \
	"{\"time\":\"2026-11-22T07:30:00+07:00\",\"news\":\"" news "\",\"severity\":\"critical\","   \
	"\"by\":" by "," UNIT "," RULE "," WHY rest "}"
#define LOAD                                                                                       \
	"\"last_10_min\":11,\"last_hour\":30,\"today\":75,\"flood\":true,"                           \
	"\"flood_since\":\"2026-11-22T07:55:00+07:00\",\"flood_alarms\":230,"                        \
	"\"standing\":{\"all\":9,\"unacknowledged\":4,\"stale\":2,\"chattering\":1}"

static const char sheet_json[] =
	"{\"instance\":\"here\"," UNIT ",\"since\":\"2026-11-22T00:00:00+07:00\","
	"\"until\":\"2026-11-22T08:00:00+07:00\",\"cut\":false,\"load\":{" LOAD "},"
	"\"standing\":[" ALERT("acknowledged", "\"Chi\"") "," ALERT("unacknowledged", "null") "],"
	"\"n_standing\":2,\"over\":[],\"n_over\":0,"
	"\"suppressions\":[{\"kind\":\"shelved\",\"rule\":null,\"unit\":null,\"by\":\"An\","
	"\"note\":\"exercise\",\"until\":\"2026-11-22T09:00:00+07:00\"}],"
	"\"counts\":{\"raised\":5,\"cleared\":3,\"acknowledged\":1,\"escalated\":2},"
	"\"floods\":[{\"from\":\"2026-11-22T07:55:00+07:00\",\"to\":null,\"alarms\":230}],"
	"\"silent\":[{" UNIT ",\"feed\":{\"id\":\"f\",\"title\":{\"vi\":\"Nguồn\",\"en\":\"Desk\"}},"
	"\"presence\":\"lost\",\"since\":\"2026-11-22T06:00:00+07:00\"}],"
	"\"iocd\":{\"parts\":[{\"name\":\"redis\",\"light\":\"amber\",\"state\":\"rewriting\","
	"\"detail\":\"\",\"since\":\"2026-11-22T06:00:00+07:00\"}]},"
	"\"generations\":[{\"time\":\"2026-11-22T03:00:00+07:00\",\"generation\":\"abcd\",\"by\":\"Dung\"}],"
	"\"log\":[" EVENT("raised", "null", "") "," EVENT("raised", "null", "") ","
	EVENT("acknowledged", "\"Binh\"", ",\"note\":\"crew goes\"") ","
	EVENT("assigned", "\"Binh\"", ",\"owner\":\"Chi\"") "," EVENT("escalated", "null", "") "]}";

#define WORST "{\"rule\":\"late\",\"title\":{\"vi\":\"Trễ hạn\",\"en\":\"Late\"},\"alarms\":30,"     \
	"\"critical\":3,\"chatters\":2,\"unseen\":7}"
static const char load_json[] =
	"{\"instance\":\"here\",\"time\":\"2026-11-22T08:00:00+07:00\",\"operators\":2,\"week\":120,"
	"\"acknowledged\":4,\"acknowledged_p50_s\":60,\"acknowledged_p95_s\":1800," LOAD ","
	"\"targets\":[{\"name\":\"x\",\"title\":{\"vi\":\"tỷ lệ\",\"en\":\"share\"},\"target\":0.05,"
	"\"limit\":0.1,\"actual\":0.07,\"percent\":true,\"light\":\"amber\"},"
	"{\"name\":\"y\",\"title\":{\"vi\":\"số\",\"en\":\"number\"},\"target\":1,\"limit\":2,"
	"\"actual\":null,\"percent\":false,\"light\":\"green\"}],"
	"\"worst\":{\"this\":[" WORST "],\"last\":[]}}";
/* clang-format on */

typedef void write_fn(struct sheet *sheet, const json_t *answer);

static struct text make(write_fn *write, const char *json, enum sheet_form form, bool vietnamese)
{
	struct text text = { 0 };
	struct sheet sheet = { .text = &text, .form = form, .vietnamese = vietnamese };
	json_t *answer = json_loads(json, 0, NULL);

	assert_non_null(answer);
	write(&sheet, answer);
	json_decref(answer);
	return text;
}

static void expect_all(const struct text *text, const char *const *words)
{
	for (; *words; words++)
		if (!strstr(text_get(text), *words))
			fail_msg("no '%s' in\n%s", *words, text_get(text));
}

#define EXPECT(text, ...) expect_all((text), (const char *const[]){ __VA_ARGS__, NULL })

static void a_hand_over_tells_all_in_english(void **state)
{
	struct text text = make(handover_write, sheet_json, SHEET_TEXT, false);
	const char *first, *second;

	(void)state;
	EXPECT(&text, "Hand-over: Ward <1> (here), 2026-11-22 00:00:00 – 2026-11-22 08:00:00\n",
	       "Alarms: 11 in 10 minutes, 30 in an hour, 75 today; open 9, unacknowledged 4",
	       "FLOOD since 07:55:00 (230 alerts)\n",
	       "In this shift: 5 raised, 3 cleared, 1 acknowledged, 0 comments, 2 escalated",
	       "FLOOD from 07:55:00 to now: 230 alerts\n", "Open alerts: 2\n", "Chi", "3h",
	       "Over, and nobody acknowledged them: 0\n  none\n", "all rules", "all units",
	       "09:00:00", "exercise", "Raised most\n", "What was done, and escalated\n",
	       "crew goes", "assigned → Chi", "Desk", "lost", "! look", "rewriting", "Dung",
	       "abcd");
	/* Whoever takes over wants to see first what nobody has. */
	first = strstr(text_get(&text), "■ critical  NEW");
	second = strstr(text_get(&text), "■ critical  acknowledged");
	assert_non_null(first);
	assert_non_null(second);
	assert_true(first < second);
	text_fini(&text);
}

static void a_hand_over_tells_all_in_vietnamese(void **state)
{
	struct text text = make(handover_write, sheet_json, SHEET_TEXT, true);

	(void)state;
	EXPECT(&text, "Bàn giao ca: Phường (here)", "DỒN DẬP từ 07:55:00 (230 cảnh báo)",
	       "Trong ca: 5 phát sinh, 3 đã hết", "DỒN DẬP từ 07:55:00 đến bây giờ: 230 cảnh báo",
	       "Đang mở: 2", "CHƯA NHẬN", "Đã hết, chưa ai nhận: 0\n  không có\n", "gác lại",
	       "mọi quy tắc", "giao việc → Chi", "báo cấp trên", "Không gửi báo cáo", "! chú ý",
	       "Thay đổi quy tắc");
	text_fini(&text);
}

static void what_somebody_wrote_is_no_html(void **state)
{
	struct text text = make(handover_write, sheet_json, SHEET_HTML, false);

	(void)state;
	EXPECT(&text, "<!DOCTYPE html>\n<html lang=\"en\">", "<h1>Hand-over: Ward &lt;1&gt; (here)",
	       "<td>Late, &quot;very&quot;</td>", "<th class=\"r\">raised</th>", "<p>none</p>",
	       "</tbody></table>\n<h2>", "</body></html>\n");
	assert_null(strstr(text_get(&text), "Ward <1>"));
	text_fini(&text);
}

static void csv_has_the_heading_in_front_and_no_formula(void **state)
{
	struct text text = make(handover_write, sheet_json, SHEET_CSV, false);

	(void)state;
	EXPECT(&text, "Open alerts: 2,severity,handling,owner,age,unit,alert,why\r\n",
	       "Open alerts: 2,■ critical,NEW,,3h,Ward <1>,\"Late, \"\"very\"\"\",'=because\r\n",
	       "Raised most,\"Late, \"\"very\"\"\",2,2\r\n");
	text_fini(&text);
}

static void a_list_that_was_cut_says_so(void **state)
{
	struct text text = make(handover_write,
				"{\"until\":\"2026-11-22T08:00:00+07:00\",\"n_standing\":900,"
				"\"standing\":[" ALERT("unacknowledged", "null") "],\"cut\":true}",
				SHEET_TEXT, false);

	(void)state;
	EXPECT(&text, "Open alerts: 900 (1 are named)", "only the newest part is counted");
	text_fini(&text);
}

static void the_load_is_shown_against_its_targets(void **state)
{
	struct text text = make(load_write, load_json, SHEET_TEXT, false);

	(void)state;
	EXPECT(&text, "Load of alarms: here, 2026-11-22 08:00:00\n", "FLOOD since 07:55:00",
	       "2 on watch; 4 alarms acknowledged this week, half of them within 1m, 95 % within "
	       "30m",
	       "share    7.0 %   5.0 %  10.0 %  ! look",
	       "number       -       1       2  ● good", "The ten worst rules of this week\n",
	       "1  Late  late      30  25.0 %         3          2           7\n");
	text_fini(&text);

	text = make(load_write, load_json, SHEET_TEXT, true);
	EXPECT(&text, "Tải cảnh báo: here", "2 người trực; đã nhận 4 cảnh báo tuần này",
	       "Mười quy tắc báo nhiều nhất tuần này", "7,0 %", "Trễ hạn");
	text_fini(&text);
}

static void write_last(struct sheet *sheet, const json_t *answer)
{
	load_write_worst(sheet, answer, "last");
}

static void a_week_without_alarms_has_no_worst(void **state)
{
	struct text text = make(write_last, load_json, SHEET_TEXT, false);

	(void)state;
	EXPECT(&text, "The ten worst rules of last week\n  none\n");
	assert_null(strstr(text_get(&text), "share"));
	text_fini(&text);
}

static void forms_are_known_by_name(void **state)
{
	enum sheet_form form;

	(void)state;
	assert_true(sheet_find_form("text", &form));
	assert_int_equal(form, SHEET_TEXT);
	assert_true(sheet_find_form("html", &form));
	assert_int_equal(form, SHEET_HTML);
	assert_true(sheet_find_form("csv", &form));
	assert_int_equal(form, SHEET_CSV);
	assert_false(sheet_find_form("pdf", &form));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hand_over_tells_all_in_english),
		cmocka_unit_test(a_hand_over_tells_all_in_vietnamese),
		cmocka_unit_test(what_somebody_wrote_is_no_html),
		cmocka_unit_test(csv_has_the_heading_in_front_and_no_formula),
		cmocka_unit_test(a_list_that_was_cut_says_so),
		cmocka_unit_test(the_load_is_shown_against_its_targets),
		cmocka_unit_test(a_week_without_alarms_has_no_worst),
		cmocka_unit_test(forms_are_known_by_name),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
