/* SPDX-License-Identifier: Apache-2.0 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "board.h"
#include "screen.h"
#include "show.h"

#define NOW_MS 1795309200000 /* 2026-11-22T08:00:00+07:00 */

/* clang-format off */
#define ALERT(unit, key, severity, raised)                                                         \
	"{\"id\":\"" unit "/" key "/1\",\"key\":\"" key "\",\"severity\":\"" severity "\","          \
	"\"raised\":\"2026-11-22T" raised "+07:00\",\"drill\":false,\"uncertain\":false,"            \
	"\"rule\":{\"id\":\"" key "\",\"title\":{\"vi\":\"Trễ " key "\",\"en\":\"Late " key "\"}},"  \
	"\"unit\":{\"id\":\"" unit "\",\"name\":{\"vi\":\"Phường " unit "\",\"en\":\"Ward " unit "\"}}," \
	"\"reason\":{\"vi\":\"vì " key "\",\"en\":\"because " key "\"}"
#define STATUS(open)                                                                               \
	"{\"instance\":\"here\",\"time\":\"2026-11-22T08:00:00+07:00\",\"ready\":true,"              \
	"\"parts\":[{\"name\":\"mqtt\",\"light\":\"green\",\"state\":\"up\",\"detail\":\"\"},"       \
	"{\"name\":\"redis\",\"light\":\"red\",\"state\":\"away\",\"detail\":\"stale \\u001b[m\"}]," \
	"\"events\":{\"per_s\":12.0,\"unaccounted\":0},\"journal\":{\"end\":9,\"folded\":9},"       \
	"\"alerts\":{\"open\":" #open ",\"critical\":2}}"
/* clang-format on */

static const char alerts_text[] =
	"{\"alerts\":[" ALERT("a", "r1", "warning", "07:00:00") "}," ALERT(
		"b", "r2", "critical",
		"07:59:00") "}," ALERT("c", "r3", "critical",
				       "07:58:00") "}],"
						   "\"counts\":{\"matching\":3}}";

static void set(struct board *board, void (*fn)(struct board *, json_t *), const char *text)
{
	json_t *json = json_loads(text, 0, NULL);

	assert_non_null(json);
	fn(board, json);
	json_decref(json);
}

static int set_up(void **state)
{
	struct board *board = board_new();

	set(board, board_set_status, STATUS(3));
	set(board, board_set_alerts, alerts_text);
	*state = board;
	return 0;
}

static int tear_down(void **state)
{
	board_free(*state);
	return 0;
}

static void assert_order(struct board *board, const char *filter, const char *expected)
{
	CLEANUP_TEXT struct text ids = { 0 };
	size_t n = board_select(board, filter, false);

	for (size_t i = 1; i <= n; i++)
		text_add(&ids, "%s ", show_string(board_at(board, i), "id"));
	assert_string_equal(text_get(&ids), expected);
	assert_null(board_at(board, 0));
	assert_null(board_at(board, n + 1));
}

static void severity_comes_before_age(void **state)
{
	assert_order(*state, "", "c/r3/1 b/r2/1 a/r1/1 ");
}

static void a_filter_looks_at_names_in_both_languages(void **state)
{
	assert_order(*state, "phuong b", "b/r2/1 ");
	assert_order(*state, "ward C", "c/r3/1 ");
	assert_order(*state, "warning", "a/r1/1 ");
	assert_order(*state, "because r1", "a/r1/1 ");
	assert_order(*state, "nothing like it", "");
}

static void a_transition_replaces_its_alert(void **state)
{
	struct board *board = *state;

	set(board, board_apply, ALERT("a", "r1", "critical", "07:00:00") ",\"news\":\"changed\"}");
	assert_order(board, "", "a/r1/1 c/r3/1 b/r2/1 ");
	/* The same key in another unit is another alert. */
	set(board, board_apply, ALERT("d", "r1", "warning", "07:00:00") ",\"news\":\"raised\"}");
	assert_order(board, "", "a/r1/1 c/r3/1 b/r2/1 d/r1/1 ");
}

static void what_is_cleared_goes_and_twice_does_no_harm(void **state)
{
	struct board *board = *state;
	static const char cleared[] =
		ALERT("b", "r2", "critical", "07:59:00") ",\"news\":\"cleared\"}";

	set(board, board_apply, cleared);
	set(board, board_apply, cleared);
	assert_order(board, "", "c/r3/1 a/r1/1 ");
}

/* Whoever acknowledges what is over lets it go; what is latched stands though nothing is the
 * matter. */
static void what_is_over_does_not_come_back(void **state)
{
	struct board *board = *state;

	set(board, board_apply,
	    ALERT("d", "r4", "critical",
		  "07:00:00") ",\"news\":\"acknowledged\",\"state\":\"quiet\",\"latched\":false}");
	set(board, board_apply,
	    ALERT("b", "r2", "critical",
		  "07:59:00") ",\"news\":\"forgotten\",\"state\":\"quiet\"}");
	assert_order(board, "", "c/r3/1 a/r1/1 ");
	set(board, board_apply,
	    ALERT("c", "r3", "critical",
		  "07:58:00") ",\"news\":\"normal\",\"state\":\"quiet\",\"latched\":true}");
	set(board, board_apply,
	    ALERT("a", "r1", "warning",
		  "07:00:00") ",\"news\":\"acknowledged\",\"state\":\"fading\"}");
	assert_order(board, "", "c/r3/1 a/r1/1 ");
}

static void a_line_says_who_has_it_and_what_keeps_it_quiet(void **state)
{
	struct board *board = *state;
	struct view view = { .width = 100, .filter = "", .now_ms = NOW_MS };
	struct lines lines = { 0 };

	set(board, board_apply,
	    ALERT("c", "r3", "critical",
		  "07:58:00") ",\"news\":\"suppressed\",\"latched\":true,"
			      "\"handling\":\"acknowledged\",\"owner\":\"An\","
			      "\"suppressed\":[{\"kind\":\"inhibited\"}]}");
	(void)board_select(board, "ward c", false);
	board_list(board, &view, &lines);
	assert_int_equal(lines.n, 2);
	assert_string_equal(lines.list[0].text,
			    "■ critical      2m  Ward c – [LATCHED] [CONSEQUENCE] Late r3 → An");
	assert_string_equal(lines.list[1].text, "acknowledged        because r3");
	lines_fini(&lines);
	view.width = BOARD_WIDE;
	board_list(board, &view, &lines);
	assert_non_null(strstr(lines.list[0].text, "2m  acknowledged       Ward c"));
	lines_fini(&lines);
}

static void a_board_that_missed_something_knows_it(void **state)
{
	struct board *board = *state;

	assert_false(board_is_behind(board));
	set(board, board_set_status, STATUS(4));
	assert_true(board_is_behind(board));
	set(board, board_apply, ALERT("d", "r1", "warning", "07:00:00") ",\"news\":\"raised\"}");
	assert_false(board_is_behind(board));
}

static void alerts_that_were_too_many_are_counted(void **state)
{
	struct board *board = *state;
	const struct view view = { .width = 80, .filter = "", .now_ms = NOW_MS };
	struct lines lines = { 0 };

	set(board, board_set_alerts,
	    "{\"alerts\":[" ALERT("a", "r1", "warning",
				  "07:00:00") "}],\"counts\":{\"matching\":3}}");
	assert_false(board_is_behind(board));
	board_head(board, &view, &lines);
	assert_string_equal(lines.list[lines.n - 1].text, "3 alerts open, 2 critical; 2 not shown");
	lines_fini(&lines);
}

static void the_head_names_what_is_wrong(void **state)
{
	const struct view view = { .width = 60, .filter = "", .now_ms = NOW_MS };
	struct lines lines = { 0 };

	board_head(*state, &view, &lines);
	assert_int_equal(lines.n, 4);
	assert_string_equal(lines.list[0].text,
			    "here  12 events/s   lag 0 B                         08:00:00");
	assert_string_equal(lines.list[1].text, "mqtt ● good   redis ✖ bad");
	assert_string_equal(lines.list[2].text, "redis: stale ·[m");
	assert_int_equal(lines.list[2].tint, TINT_RED);
	assert_string_equal(lines.list[3].text, "3 alerts open, 2 critical");
	assert_int_equal(lines.list[3].tint, TINT_RED);
	lines_fini(&lines);
}

static void lost_data_is_said_loudly_and_no_light_is_green(void **state)
{
	const struct view view = {
		.width = 60, .filter = "", .now_ms = NOW_MS, .lost_ms = NOW_MS - 5000, .why = "x\ty"
	};
	struct lines lines = { 0 };

	board_head(*state, &view, &lines);
	assert_memory_equal(lines.list[1].text, " NO LIVE DATA since 07:59:55: x·y ", 35);
	assert_int_equal(screen_width(lines.list[1].text), 60);
	assert_true(lines.list[1].is_loud);
	assert_int_equal(lines.list[1].tint, TINT_RED);
	assert_string_equal(lines.list[2].text, "mqtt ?   redis ?");
	lines_fini(&lines);
}

static void before_anything_was_heard_nothing_is_claimed(void **state)
{
	CLEANUP(board_free) struct board *board = board_new();
	const struct view view = { .width = 60, .filter = "", .now_ms = NOW_MS, .lost_ms = NOW_MS };
	struct lines lines = { 0 };

	(void)state;
	board_head(board, &view, &lines);
	assert_true(lines.list[1].is_loud);
	assert_string_equal(lines.list[lines.n - 1].text, "nothing is known yet");
	lines_fini(&lines);
}

static void an_alert_takes_two_lines_or_one_wide_one(void **state)
{
	struct board *board = *state;
	struct view view = { .width = 60, .filter = "", .now_ms = NOW_MS, .vietnamese = true };
	struct lines lines = { 0 };

	(void)board_select(board, "", false);
	board_list(board, &view, &lines);
	assert_int_equal(lines.n, 6);
	assert_string_equal(lines.list[0].text, "■ nghiêm trọng  2m  Phường c – Trễ r3");
	assert_string_equal(lines.list[1].text, "                    vì r3");
	assert_int_equal(lines.list[1].alert, 1);
	assert_int_equal(lines.list[0].tinted, strlen("■ nghiêm trọng"));
	assert_string_equal(lines.list[4].text, "▲ cảnh báo      1h  Phường a – Trễ r1");
	lines_fini(&lines);

	view.width = BOARD_WIDE;
	board_list(board, &view, &lines);
	assert_int_equal(lines.n, 3);
	assert_non_null(strstr(lines.list[2].text, "vì r1"));
	assert_int_equal(lines.list[2].alert, 3);
	lines_fini(&lines);
}

static void a_page_is_broken_into_lines_that_fit(void **state)
{
	struct lines lines = { 0 };

	(void)state;
	lines_wrap(&lines, "ab cd ef\n\nghijkl\n", 5);
	assert_int_equal(lines.n, 5);
	assert_string_equal(lines.list[0].text, "ab cd");
	assert_string_equal(lines.list[1].text, "ef");
	assert_string_equal(lines.list[2].text, "");
	assert_string_equal(lines.list[3].text, "ghijk");
	assert_string_equal(lines.list[4].text, "l");
	lines_fini(&lines);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* ---- floods ---- */

#define N_FLOOD 300

/* 300 alerts: 100 that follow from one link, 150 of one rule, 40 on one unit, and the rest alone.
 */
static void add_flood(struct board *board)
{
	json_t *answer = json_pack("{s:[], s:{s:i}}", "alerts", "counts", "matching", N_FLOOD);
	json_t *alerts = json_object_get(answer, "alerts");

	for (int i = 0; i < N_FLOOD; i++) {
		CLEANUP_TEXT struct text rule = { 0 };
		CLEANUP_TEXT struct text unit = { 0 };
		CLEANUP_TEXT struct text id = { 0 };
		json_t *alert;

		text_add(&rule, i > 0 && i <= 250 && i > 100 ? "same" : "r%d", i);
		text_add(&unit, i > 250 && i <= 290 ? "place" : "u%d", i);
		text_add(&id, "%s/%s/1", text_get(&unit), text_get(&rule));
		alert = json_pack(
			"{s:s, s:s, s:s, s:s, s:{s:s, s:{s:s, s:s}}, s:{s:s, s:{s:s, s:s}}}", "id",
			text_get(&id), "key", text_get(&rule), "severity",
			i % 10 ? "warning" : "critical", "raised", "2026-11-22T07:55:00+07:00",
			"rule", "id", text_get(&rule), "title", "vi", "Tên", "en", "Title", "unit",
			"id", text_get(&unit), "name", "vi", "Chỗ", "en", "Place");
		assert_non_null(alert);
		if (i > 0 && i <= 100)
			json_object_set_new(alert, "suppressed",
					    json_pack("[{s:s, s:s}]", "kind", "inhibited", "by",
						      i <= 50 ? "u0/r0" : "u50/r50"));
		json_array_append_new(alerts, alert);
	}
	board_set_alerts(board, answer);
	json_decref(answer);
	set(board, board_set_status,
	    "{\"instance\":\"here\",\"time\":\"2026-11-22T08:00:00+07:00\",\"ready\":true,"
	    "\"load\":{\"flood\":true,\"flood_since\":\"2026-11-22T07:55:00+07:00\","
	    "\"flood_alarms\":300},\"alerts\":{\"open\":300,\"critical\":30}}");
}

static void draw_folded(struct board *board, bool vietnamese, struct text *ret)
{
	const struct view view = { .vietnamese = vietnamese,
				   .width = 120,
				   .filter = "",
				   .is_folded = true,
				   .now_ms = NOW_MS };
	struct lines lines = { 0 };

	(void)board_select(board, "", true);
	board_head(board, &view, &lines);
	board_list(board, &view, &lines);
	for (size_t i = 0; i < lines.n; i++)
		text_add(ret, "%s\n", lines.list[i].text);
	lines_fini(&lines);
}

static void a_flood_is_folded_to_causes_and_all_are_accounted_for(void **state)
{
	struct board *board = *state;
	CLEANUP_TEXT struct text text = { 0 };
	const char *at;
	int n, sum = 0;

	assert_false(board_is_flood(board));
	add_flood(board);
	assert_true(board_is_flood(board));
	/* The link, a rule, a place, and nine that stand alone. */
	assert_int_equal(board_select(board, "", true), 12);
	assert_string_equal(show_string(board_at(board, 2), "id"), "u0/r0/1");

	draw_folded(board, false, &text);
	assert_non_null(strstr(text_get(&text), " FLOOD since 07:55:00 (300 alerts)"));
	assert_non_null(strstr(text_get(&text), "300 alerts open, 30 critical; 300 of 300 folded "
						"to 12 causes\n"));
	assert_non_null(strstr(text_get(&text), "150 × several units – Title (15 critical)"));
	assert_non_null(strstr(text_get(&text), "101 × Place – Title (11 critical)"));
	assert_non_null(strstr(text_get(&text), "40 × Place – several alerts"));
	for (at = text_get(&text); (at = strstr(at, " × ")); at++) {
		const char *digits = at;

		while (digits[-1] >= '0' && digits[-1] <= '9')
			digits--;
		assert_int_equal(sscanf(digits, "%d", &n), 1);
		sum += n;
	}
	assert_int_equal(sum, N_FLOOD);

	text_clear(&text);
	draw_folded(board, true, &text);
	assert_non_null(strstr(text_get(&text), " DỒN DẬP từ 07:55:00 (300 cảnh báo)"));
	assert_non_null(strstr(text_get(&text), "gộp 300/300 cảnh báo theo 12 nguyên nhân"));
}

static void alerts_from_below_are_folded_by_the_rule_there(void **state)
{
	struct board *board = *state;

	set(board, board_apply,
	    ALERT("d", "m", "warning", "07:00:00") ",\"news\":\"raised\",\"origin\":{"
						   "\"unit\":\"d\",\"rule\":\"r1\"}}");
	set(board, board_apply,
	    ALERT("e", "m", "warning", "07:01:00") ",\"news\":\"raised\",\"origin\":{"
						   "\"unit\":\"e\",\"rule\":\"r4\"}}");
	assert_int_equal(board_select(board, "", false), 5);
	assert_int_equal(board_select(board, "", true), 4); /* r1 there goes with r1 here */
}

static void what_follows_in_a_circle_or_from_what_is_gone_is_not_lost(void **state)
{
	struct board *board = *state;

	set(board, board_apply,
	    ALERT("a", "r1", "warning", "07:00:00") ",\"news\":\"changed\",\"suppressed\":["
						    "{\"kind\":\"inhibited\",\"by\":\"b/r2\"}]}");
	set(board, board_apply,
	    ALERT("b", "r2", "critical", "07:59:00") ",\"news\":\"changed\",\"suppressed\":["
						     "{\"kind\":\"inhibited\",\"by\":\"a/r1\"}]}");
	set(board, board_apply,
	    ALERT("c", "r3", "critical", "07:58:00") ",\"news\":\"changed\",\"suppressed\":["
						     "{\"kind\":\"inhibited\",\"by\":\"x/y\"}]}");
	assert_int_equal(board_select(board, "", true), 3);
	assert_int_equal(board_select(board, "ward c", true), 1);
	assert_int_equal(board_select(board, "", false), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(severity_comes_before_age),
		TEST(a_filter_looks_at_names_in_both_languages),
		TEST(a_transition_replaces_its_alert),
		TEST(what_is_cleared_goes_and_twice_does_no_harm),
		TEST(what_is_over_does_not_come_back),
		TEST(a_line_says_who_has_it_and_what_keeps_it_quiet),
		TEST(a_board_that_missed_something_knows_it),
		TEST(alerts_that_were_too_many_are_counted),
		TEST(the_head_names_what_is_wrong),
		TEST(lost_data_is_said_loudly_and_no_light_is_green),
		TEST(before_anything_was_heard_nothing_is_claimed),
		TEST(an_alert_takes_two_lines_or_one_wide_one),
		TEST(a_page_is_broken_into_lines_that_fit),
		TEST(a_flood_is_folded_to_causes_and_all_are_accounted_for),
		TEST(alerts_from_below_are_folded_by_the_rule_there),
		TEST(what_follows_in_a_circle_or_from_what_is_gone_is_not_lost),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
