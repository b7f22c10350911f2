/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/alert_json.h"
#include "iocd/unit.h"

static const struct rule link_down = { .kind = RULE_EACH,
				       .each = "link",
				       .title_vi = "Mất kết nối liên thông",
				       .title_en = "Interconnect down" };

static void assert_headline(const struct transition *transition, bool vietnamese,
			    const char *expected)
{
	struct units *units = units_new();
	const struct alert_context in = { .units = units, .offset_minutes = 420 };
	const struct unit unit = { .id = "centre",
				   .level = "centre",
				   .name_vi = "Trung tâm",
				   .name_en = "Centre",
				   .parent = UNIT_NONE };
	struct text text = { .bytes = NULL };
	uint32_t number;

	assert_int_equal(units_add(units, &unit, &number), 0);
	alert_headline(&text, &in, transition, vietnamese);
	assert_string_equal(text_get(&text), expected);
	text_fini(&text);
	units_free(units);
}

static struct transition news_of(enum alert_news news, enum severity severity)
{
	return (struct transition){ .news = news,
				    .alert = { .rule = &link_down,
					       .machine = { .state = ALERT_RAISED,
							    .severity = severity },
					       .raises = 1 } };
}

static void a_headline_says_how_bad_where_and_what(void **state)
{
	struct transition raised = news_of(NEWS_RAISED, SEVERITY_CRITICAL);

	(void)state;
	assert_headline(&raised, true, "[NGHIÊM TRỌNG] Trung tâm: Mất kết nối liên thông");
	assert_headline(&raised, false, "[CRITICAL] Centre: Interconnect down");
	strcpy(raised.alert.subject, "db\t1");
	raised.alert.raises = 3;
	raised.alert.machine.severity = SEVERITY_WARNING;
	raised.alert.drill = true;
	assert_headline(&raised, true,
			"[DIỄN TẬP] [CẢNH BÁO] Trung tâm: Mất kết nối liên thông (link db 1), lần "
			"thứ 3");
	assert_headline(&raised, false,
			"[DRILL] [WARNING] Centre: Interconnect down (link db 1), time 3");
}

static void a_headline_says_what_became_of_it(void **state)
{
	static const struct {
		enum alert_news news;
		const char *en, *vi;
	} cases[] = {
		{ NEWS_CHANGED, ", now critical", ", nay ở mức nghiêm trọng" },
		{ NEWS_ESCALATED, ", nobody has acknowledged it", ", chưa ai xác nhận" },
		{ NEWS_REPEATED, ", still so", ", vẫn còn" },
		{ NEWS_ANNOUNCED, ", was held back until now", ", trước đó chưa được báo" },
		{ NEWS_COMMENTED, ", commented", ", commented" },
	};
	struct text expected = { .bytes = NULL };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct transition told = news_of(cases[i].news, SEVERITY_CRITICAL);

		text_clear(&expected);
		text_add(&expected, "[CRITICAL] Centre: Interconnect down%s", cases[i].en);
		assert_headline(&told, false, text_get(&expected));
		text_clear(&expected);
		text_add(&expected, "[NGHIÊM TRỌNG] Trung tâm: Mất kết nối liên thông%s",
			 cases[i].vi);
		assert_headline(&told, true, text_get(&expected));
	}
	text_fini(&expected);
}

static void a_headline_of_an_end_is_not_marked_as_bad(void **state)
{
	struct transition over = news_of(NEWS_CLEARED, SEVERITY_CRITICAL);

	(void)state;
	over.alert.machine.state = ALERT_QUIET;
	assert_headline(&over, false, "[CLEARED] Centre: Interconnect down");
	over.alert.closed = true;
	assert_headline(&over, true,
			"[ĐÃ HẾT] Trung tâm: Mất kết nối liên thông, đóng vì cấu hình thay đổi");

	over.alert.closed = false;
	over.news = NEWS_NORMAL;
	over.alert.machine.latched = true;
	assert_headline(&over, false, "[NORMAL] Centre: Interconnect down, to be reset");
	assert_headline(&over, true,
			"[TRỞ LẠI BÌNH THƯỜNG] Trung tâm: Mất kết nối liên thông, chờ đặt lại");
	over.news = NEWS_CLEARED; /* reset while it is pending again */
	over.alert.machine.latched = false;
	over.alert.machine.state = ALERT_PENDING;
	assert_headline(&over, false, "[CLEARED] Centre: Interconnect down");
}

static void an_announcement_says_why_it_comes_only_now(void **state)
{
	struct transition told = news_of(NEWS_ANNOUNCED, SEVERITY_CRITICAL);
	struct alert *alert = &told.alert;

	(void)state;
	strcpy(alert->suppressed_by[SUPPRESSION_SHELVED], "an");
	alert->suppressed_until_ms[SUPPRESSION_SHELVED] = 1795310100000;
	assert_headline(&told, false,
			"[CRITICAL] Centre: Interconnect down, was shelved by an until 2026-11-22 "
			"08:15:00");
	assert_headline(&told, true,
			"[NGHIÊM TRỌNG] Trung tâm: Mất kết nối liên thông, trước đó được tạm gác "
			"bởi an đến 08:15:00 22/11/2026");

	alert->suppressed_by[SUPPRESSION_SHELVED][0] = '\0';
	strcpy(alert->suppressed_by[SUPPRESSION_INHIBITED], "centre/silent");
	assert_headline(&told, false,
			"[CRITICAL] Centre: Interconnect down, was held to follow from "
			"centre/silent");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_headline_says_how_bad_where_and_what),
		cmocka_unit_test(a_headline_says_what_became_of_it),
		cmocka_unit_test(a_headline_of_an_end_is_not_marked_as_bad),
		cmocka_unit_test(an_announcement_says_why_it_comes_only_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
