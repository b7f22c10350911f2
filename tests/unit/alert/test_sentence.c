/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "ghost.h"
#include "iocd/alert_json.h"
#include "words.h"

/* The indicators' own is not linked. */
const struct score_band *indicator_band(const struct indicator *indicator, double value)
{
	return indicator->n_bands > 0 && value >= indicator->bands[0].from ? &indicator->bands[0]
									   : NULL;
}

static const struct alert_context context = { .offset_minutes = 420 };

static const struct indicator rate = { .title_vi = "Tỷ lệ quá hạn",
				       .title_en = "Overdue rate",
				       .measure_vi = "",
				       .measure_en = "",
				       .percent = true };
static const struct indicator level = {
	.title_vi = "Mực nước", .title_en = "Water level", .measure_vi = "m", .measure_en = "m"
};
static const struct threshold limit = {
	.comparison = COMPARE_GT, .value = 0.1, .text = "> 10%", .place = { "rules.d/a.yml", 12, 3 }
};
static const struct event_type alarm = { .name = "gate.alarm" };

static void assert_reason_in(const struct alert_context *in, const struct alert *alert,
			     bool vietnamese, const char *expected)
{
	struct text text = { .bytes = NULL };

	text_add(&text, "* ");
	alert_reason(&text, in, alert, vietnamese);
	assert_string_equal(text_get(&text) + 2, expected);
	text_fini(&text);
}

static void assert_reason(const struct alert *alert, bool vietnamese, const char *expected)
{
	assert_reason_in(&context, alert, vietnamese, expected);
}

static void a_figure_is_told_with_limit_window_and_samples(void **state)
{
	const struct rule rule = { .kind = RULE_THRESHOLD,
				   .figure = &rate,
				   .window = { .kind = WINDOW_MINUTES, .minutes = 60 } };
	const struct alert alert = { .rule = &rule,
				     .threshold = &limit,
				     .reading = { .value = 0.12437, .samples = 250 } };

	(void)state;
	assert_reason(
		&alert, false,
		"Overdue rate: 12.4 % over 1 hour, limit > 10% (rules.d/a.yml:12), 250 samples");
	assert_reason(
		&alert, true,
		"Tỷ lệ quá hạn: 12,4 % trong 1 giờ, ngưỡng > 10% (rules.d/a.yml:12), 250 mẫu");
}

static void each_window_has_its_words(void **state)
{
	static const struct {
		struct window window;
		const char *en, *vi;
	} cases[] = {
		{ { WINDOW_MINUTES, 10, "10m" }, "over 10 minutes", "trong 10 phút" },
		{ { WINDOW_MINUTES, 1, "1m" }, "over 1 minute", "trong 1 phút" },
		{ { WINDOW_MINUTES, 90, "90m" }, "over 90 minutes", "trong 90 phút" },
		{ { WINDOW_MINUTES, 1440, "24h" }, "over 24 hours", "trong 24 giờ" },
		{ { WINDOW_TODAY, 0, "today" }, "today", "trong hôm nay" },
		{ { WINDOW_MONTH, 0, "month" }, "this month", "trong tháng này" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct rule rule = { .kind = RULE_THRESHOLD,
					   .figure = &level,
					   .window = cases[i].window };
		const struct alert alert = { .rule = &rule,
					     .reading = { .value = 4.7, .samples = 1 } };
		struct text expected = { .bytes = NULL };

		text_add(&expected, "Water level: 4.7 m %s, 1 sample", cases[i].en);
		assert_reason(&alert, false, text_get(&expected));
		text_clear(&expected);
		text_add(&expected, "Mực nước: 4,7 m %s, 1 mẫu", cases[i].vi);
		assert_reason(&alert, true, text_get(&expected));
		text_fini(&expected);
	}
}

static void numbers_are_rounded_for_people(void **state)
{
	static const struct {
		double value;
		bool percent;
		const char *shown;
	} cases[] = {
		{ 0, false, "0" },
		{ 3.14159, false, "3.14" },
		{ -3.14159, false, "-3.14" },
		{ 99.96, false, "100" },
		{ 99.94, false, "99.9" },
		{ 999.5, false, "1000" },
		{ 1234.4, false, "1234" },
		{ 1234567, false, "1234567" },
		{ 0.0012345, false, "0.00123" },
		{ 0.5, true, "50 %" },
		{ 0.12449, true, "12.4 %" },
		{ 0.12451, true, "12.5 %" },
		{ 1.5, true, "150 %" },
		{ 0, true, "0 %" },
		{ 0.000412, true, "0.04 %" },
		{ NAN, false, "null" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct indicator figure = { .title_en = "Figure",
						  .measure_vi = "",
						  .measure_en = "",
						  .percent = cases[i].percent };
		const struct rule rule = { .kind = RULE_THRESHOLD,
					   .figure = &figure,
					   .window = { .kind = WINDOW_TODAY } };
		const struct alert alert = { .rule = &rule,
					     .reading = { .value = cases[i].value } };
		struct text expected = { .bytes = NULL };

		text_add(&expected, "Figure: %s today, 0 samples", cases[i].shown);
		assert_reason(&alert, false, text_get(&expected));
		text_fini(&expected);
	}
}

static void a_limit_without_a_file_names_none(void **state)
{
	const struct threshold built_in = { .text = "< 3" };
	const struct rule rule = { .kind = RULE_THRESHOLD,
				   .figure = &level,
				   .window = { .kind = WINDOW_TODAY } };
	const struct alert alert = { .rule = &rule,
				     .threshold = &built_in,
				     .reading = { .value = 2, .samples = 4 } };

	(void)state;
	assert_reason(&alert, false, "Water level: 2 m today, limit < 3, 4 samples");
}

static void an_event_is_told_with_subject_number_and_time(void **state)
{
	const struct rule rule = { .kind = RULE_EVENT, .event_type = &alarm };
	struct alert alert = {
		.rule = &rule, .subject = "cổng\n1\x7f", .events = 3, .first_ms = 1795310100125
	};

	(void)state;
	assert_reason(&alert, false, "gate.alarm from cổng 1 , 3 events since 2026-11-22 08:15:00");
	assert_reason(&alert, true, "gate.alarm từ cổng 1 , 3 sự kiện từ lúc 08:15:00 22/11/2026");

	alert.subject[0] = '\0';
	alert.events = 1;
	assert_reason(&alert, false, "gate.alarm, 1 event since 2026-11-22 08:15:00");
}

static void what_a_reload_closed_says_so(void **state)
{
	const struct rule rule = { .kind = RULE_EVENT, .event_type = &alarm };
	const struct alert alert = { .rule = &rule, .events = 1, .closed = true };

	(void)state;
	assert_reason(&alert, false,
		      "gate.alarm, 1 event since 1970-01-01 07:00:00, closed because the "
		      "configuration changed");
	assert_reason(
		&alert, true,
		"gate.alarm, 1 sự kiện từ lúc 07:00:00 01/01/1970, đóng vì cấu hình thay đổi");
}

static void a_rule_that_is_gone_is_named_by_its_id(void **state)
{
	struct ghosts ghosts = { .table = NULL };
	struct alert alert = { .events = 1, .closed = true };

	(void)state;
	ghosts_init(&ghosts, 1);
	alert.rule = ghosts_get(&ghosts, RULE_THRESHOLD, "overdue-2", 7); /* not all of it */
	assert_reason(&alert, false,
		      "rule overdue is no longer configured, closed because the configuration "
		      "changed");
	assert_reason(&alert, true,
		      "quy tắc overdue không còn trong cấu hình, đóng vì cấu hình thay đổi");

	assert_ptr_equal(ghosts_get(&ghosts, RULE_THRESHOLD, "overdue", 7), alert.rule);
	assert_int_equal(ghost_kind(alert.rule), RULE_THRESHOLD);
	assert_ptr_not_equal(ghosts_get(&ghosts, RULE_EVENT, "overdue", 7), alert.rule);
	assert_false(alert.rule->applies[0]);
	ghosts_fini(&ghosts);
}

/* ---- figures held against something ---- */

static void assert_figure(enum rule_look look, const struct indicator *figure, double value,
			  const char *en, const char *vi)
{
	const struct rule rule = { .kind = RULE_THRESHOLD,
				   .look = look,
				   .figure = figure,
				   .window = { .kind = WINDOW_TODAY } };
	const struct alert alert = { .rule = &rule, .reading = { .value = value, .samples = 9 } };

	assert_reason(&alert, false, en);
	assert_reason(&alert, true, vi);
}

static void a_change_is_told_as_up_or_down_on_the_period_before(void **state)
{
	const struct indicator relative = { .title_vi = "Hồ sơ mới",
					    .title_en = "New files",
					    .measure_vi = "",
					    .measure_en = "",
					    .kind = INDICATOR_CHANGE,
					    .is_relative = true };
	const struct indicator absolute = { .title_vi = "Hồ sơ mới",
					    .title_en = "New files",
					    .measure_vi = "hồ sơ",
					    .measure_en = "files",
					    .kind = INDICATOR_CHANGE };

	(void)state;
	assert_figure(LOOK_CHANGE, &relative, -0.3421,
		      "New files: down 34.2 % today against the period before, 9 samples",
		      "Hồ sơ mới: giảm 34,2 % trong hôm nay so với kỳ trước, 9 mẫu");
	assert_figure(LOOK_CHANGE, &absolute, 12,
		      "New files: up 12 files today against the period before, 9 samples",
		      "Hồ sơ mới: tăng 12 hồ sơ trong hôm nay so với kỳ trước, 9 mẫu");
	assert_figure(LOOK_CHANGE, &absolute, 0,
		      "New files: unchanged today against the period before, 9 samples",
		      "Hồ sơ mới: không đổi trong hôm nay so với kỳ trước, 9 mẫu");
}

static void a_baseline_is_told_in_times_of_what_is_usual(void **state)
{
	const struct indicator times = { .title_vi = "Cuộc gọi",
					 .title_en = "Calls",
					 .measure_vi = "",
					 .measure_en = "",
					 .kind = INDICATOR_BASELINE };
	struct indicator percent = times;

	(void)state;
	percent.percent = true;
	assert_figure(LOOK_BASELINE, &times, 3.2004,
		      "Calls: 3.2 times what is usual at this hour of the week, 9 samples",
		      "Cuộc gọi: bằng 3,2 lần mức thường lệ của giờ này trong tuần, 9 mẫu");
	assert_figure(LOOK_BASELINE, &percent, 3.2,
		      "Calls: 320 % of what is usual at this hour of the week, 9 samples",
		      "Cuộc gọi: 320 % so với mức thường lệ của giờ này trong tuần, 9 mẫu");
}

static void a_plan_is_told_as_behind_or_ahead(void **state)
{
	const struct indicator plan = { .title_vi = "Số hóa",
					.title_en = "Digitised",
					.measure_vi = "",
					.measure_en = "",
					.kind = INDICATOR_BEHIND };

	(void)state;
	assert_figure(LOOK_BEHIND, &plan, 0.12, "Digitised: 12 % behind plan, 9 samples",
		      "Số hóa: chậm 12 % so với kế hoạch, 9 mẫu");
	assert_figure(LOOK_BEHIND, &plan, -0.03, "Digitised: 3 % ahead of plan, 9 samples",
		      "Số hóa: vượt 3 % so với kế hoạch, 9 mẫu");
}

static void a_value_is_told_with_its_band(void **state)
{
	const struct score_band fair = { .from = 40, .title_vi = "Trung bình", .title_en = "Fair" };
	const struct indicator score = { .title_vi = "Chỉ số",
					 .title_en = "Index",
					 .measure_vi = "điểm",
					 .measure_en = "points",
					 .kind = INDICATOR_SCORE,
					 .bands = &fair,
					 .n_bands = 1 };

	(void)state;
	assert_figure(LOOK_BAND, &score, 45, "Index: 45 points today, band \"Fair\", 9 samples",
		      "Chỉ số: 45 điểm trong hôm nay, mức “Trung bình”, 9 mẫu");
	assert_figure(LOOK_BAND, &score, 12, "Index: 12 points today, 9 samples",
		      "Chỉ số: 12 điểm trong hôm nay, 9 mẫu");
	assert_figure(LOOK_VALUE, &score, 45, "Index: 45 points today, 9 samples",
		      "Chỉ số: 45 điểm trong hôm nay, 9 mẫu");
}

static void a_rule_on_each_value_names_the_value(void **state)
{
	const struct rule rule = { .kind = RULE_EACH,
				   .each = "link",
				   .figure = &level,
				   .window = { .kind = WINDOW_MINUTES, .minutes = 5 } };
	struct alert alert = { .rule = &rule, .subject = "db\n1", .reading = { .samples = 2 } };

	(void)state;
	assert_reason(&alert, false, "link db 1: Water level: 0 m over 5 minutes, 2 samples");
	assert_reason(&alert, true, "link db 1: Mực nước: 0 m trong 5 phút, 2 mẫu");
	strcpy(alert.subject, KEYED_OTHERS);
	assert_reason(&alert, false,
		      "link (all others): Water level: 0 m over 5 minutes, 2 samples");
	assert_reason(&alert, true,
		      "link (các giá trị còn lại): Mực nước: 0 m trong 5 phút, 2 mẫu");
}

/* ---- records ---- */

/* Gives a schema of a feed with events "sent", "delivered" and "refused". */
static struct schema *make_schema(void)
{
	static const char *const names[] = { "sent", "delivered", "refused" };
	struct schema *schema = schema_new();
	uint32_t number;

	assert_int_equal(schema_add_feed(schema, &(struct feed){ .id = "documents" }, &number), 0);
	for (size_t i = 0; i < COUNT(names); i++) {
		const struct event_type type = { .name = names[i] };

		assert_int_equal(schema_add_type(schema, &type, &number), 0);
		assert_int_equal(number, i);
	}
	return schema;
}

static void a_sequence_is_told_with_what_did_not_follow_within_what(void **state)
{
	struct schema *schema = make_schema();
	const struct alert_context named = { .offset_minutes = 420, .schema = schema };
	struct track track = { .steps = { { .type = 0, .role = TRACK_OPEN },
					  { .type = 1, .role = TRACK_CLOSE },
					  { .type = 2, .role = TRACK_CLOSE } },
			       .n_steps = 3,
			       .allow_ms = 1800000 };
	const struct rule rule = { .kind = RULE_SEQUENCE, .record = &track };
	struct alert alert = { .rule = &rule,
			       .subject = "D-17",
			       .machine = { .judgement = JUDGE_WARNING },
			       .reading = { .last_ms = 1795310100000 } };

	(void)state;
	assert_reason_in(&named, &alert, false,
			 "record D-17: delivered or refused has not followed sent within 30 "
			 "minutes, due 2026-11-22 08:15:00");
	assert_reason_in(&named, &alert, true,
			 "hồ sơ D-17: delivered hoặc refused chưa diễn ra sau sent trong vòng 30 "
			 "phút, hạn 08:15:00 22/11/2026");

	track.allow_days = 2;
	alert.reading.last_ms = 0;
	assert_reason(&alert, false,
		      "record D-17: the next step has not followed the first step within 2 working "
		      "days");
	assert_reason(&alert, true,
		      "hồ sơ D-17: bước tiếp theo chưa diễn ra sau bước đầu trong vòng 2 ngày làm "
		      "việc");

	alert.machine.judgement = JUDGE_CLEAR;
	assert_reason_in(&named, &alert, false,
			 "record D-17: does not wait any more for delivered or refused to follow "
			 "sent");
	assert_reason_in(&named, &alert, true,
			 "hồ sơ D-17: không còn chờ delivered hoặc refused sau sent");
	schema_free(schema);
}

static void durations_are_told_in_the_largest_whole_unit(void **state)
{
	static const struct {
		int64_t ms;
		const char *en, *vi;
	} cases[] = {
		{ 1000, "1 second", "1 giây" },  { 90000, "90 seconds", "90 giây" },
		{ 60000, "1 minute", "1 phút" }, { 5400000, "90 minutes", "90 phút" },
		{ 7200000, "2 hours", "2 giờ" }, { 172800000, "2 days", "2 ngày" },
		{ 0, "0 seconds", "0 giây" },
	};
	struct text text = { .bytes = NULL };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		text_clear(&text);
		words_duration(&text, cases[i].ms, false);
		assert_string_equal(text_get(&text), cases[i].en);
		text_clear(&text);
		words_duration(&text, cases[i].ms, true);
		assert_string_equal(text_get(&text), cases[i].vi);
	}
	text_fini(&text);
}

static void deadlines_of_a_unit_are_told_by_number(void **state)
{
	struct rule rule = { .kind = RULE_DEADLINE,
			     .due_soon = SEVERITY_WARNING,
			     .overdue = SEVERITY_CRITICAL };
	struct alert alert = { .rule = &rule,
			       .machine = { .severity = SEVERITY_CRITICAL,
					    .judgement = JUDGE_CRITICAL },
			       .reading = { .value = 3 } };

	(void)state;
	assert_reason(&alert, false, "3 records overdue");
	assert_reason(&alert, true, "3 hồ sơ quá hạn");
	alert.reading.value = 1;
	alert.machine.severity = SEVERITY_WARNING;
	assert_reason(&alert, false, "1 record due soon");
	assert_reason(&alert, true, "1 hồ sơ sắp đến hạn");
	rule.overdue = SEVERITY_WARNING;
	assert_reason(&alert, false, "1 record due soon or overdue");
	assert_reason(&alert, true, "1 hồ sơ sắp đến hạn hoặc quá hạn");
	rule.due_soon = SEVERITY_NONE;
	assert_reason(&alert, false, "1 record overdue");

	alert.machine.judgement = JUDGE_CLEAR;
	alert.reading.value = 0;
	assert_reason(&alert, false, "no record is overdue any more");
	assert_reason(&alert, true, "không còn hồ sơ nào quá hạn");
}

static void a_deadline_of_a_record_is_told_with_its_time(void **state)
{
	const struct rule rule = { .kind = RULE_DEADLINE,
				   .is_each_record = true,
				   .due_soon = SEVERITY_WARNING,
				   .overdue = SEVERITY_CRITICAL };
	struct alert alert = { .rule = &rule,
			       .subject = "H-1",
			       .machine = { .severity = SEVERITY_WARNING,
					    .judgement = JUDGE_WARNING },
			       .reading = { .last_ms = 1795310100000 } };

	(void)state;
	assert_reason(&alert, false, "record H-1: due soon, due 2026-11-22 08:15:00");
	assert_reason(&alert, true, "hồ sơ H-1: sắp đến hạn, hạn 08:15:00 22/11/2026");
	alert.machine.severity = SEVERITY_CRITICAL;
	assert_reason(&alert, false, "record H-1: overdue, due 2026-11-22 08:15:00");
	alert.machine.judgement = JUDGE_CLEAR;
	assert_reason(&alert, false, "record H-1: not overdue any more");
	assert_reason(&alert, true, "hồ sơ H-1: không còn quá hạn");
}

/* ---- iocd itself ---- */

static void each_own_part_says_what_is_wrong_in_both_languages(void **state)
{
	struct text vi = { .bytes = NULL }, en = { .bytes = NULL };
	struct rule rule = { .kind = RULE_OWN };
	const struct alert alert = { .rule = &rule, .machine = { .judgement = JUDGE_CRITICAL } };

	(void)state;
	for (enum own_part part = 0; part < N_OWN_PARTS; part++) {
		rule.own = part;
		text_clear(&vi);
		text_clear(&en);
		alert_reason(&vi, &context, &alert, true);
		alert_reason(&en, &context, &alert, false);
		assert_true(vi.size > 10 && en.size > 10);
		assert_string_not_equal(text_get(&vi), text_get(&en));
	}
	text_fini(&vi);
	text_fini(&en);
}

static void an_own_alert_says_of_what_and_the_detail_on_one_line(void **state)
{
	const struct rule rule = { .kind = RULE_OWN, .own = OWN_DELIVERY };
	struct alert alert = { .rule = &rule,
			       .subject = "duty",
			       .detail = "timeout\nafter 10s",
			       .machine = { .judgement = JUDGE_CRITICAL } };

	(void)state;
	assert_reason(&alert, false,
		      "a receiver of alerts cannot be reached (duty): timeout after 10s");
	assert_reason(&alert, true,
		      "không gửi được cảnh báo đến nơi nhận (duty): timeout after 10s");
	alert.machine.judgement = JUDGE_CLEAR;
	assert_reason(&alert, false, "well again (duty)");
	assert_reason(&alert, true, "đã bình thường trở lại (duty)");
}

static void what_senders_do_wrong_is_said_in_words(void **state)
{
	static const struct {
		enum own_part part;
		const char *detail, *english, *vietnamese;
	} cases[] = {
		{ OWN_CLOCK, "desk +90", "the sender's clock is 90 seconds fast (feed desk)",
		  "đồng hồ của nơi gửi nhanh 90 giây (nguồn tin desk)" },
		{ OWN_CLOCK, "desk -1", "the sender's clock is 1 second slow (feed desk)",
		  "đồng hồ của nơi gửi chậm 1 giây (nguồn tin desk)" },
		{ OWN_SOURCE, "12 unknown_unit",
		  "the sender sends invalid data, which is not counted: 12 events refused within "
		  "10 "
		  "minutes, the last because the unit of the topic is not in units.yml; see iocctl "
		  "deadletter",
		  "nơi gửi gửi dữ liệu không hợp lệ, không được tính: 12 sự kiện bị từ chối trong "
		  "10 phút, gần nhất vì đơn vị của topic không có trong units.yml; xem iocctl "
		  "deadletter" },
		{ OWN_SOURCE, "12 sunspots",
		  "the sender sends invalid data, which is not counted: 12 sunspots",
		  "nơi gửi gửi dữ liệu không hợp lệ, không được tính: 12 sunspots" },
		{ OWN_RATE, "1", "the sender sends more than it may (limits.rate): 1 event refused",
		  "nơi gửi gửi quá mức cho phép (limits.rate): 1 sự kiện bị từ chối" },
		{ OWN_GAP, "7 desk 2-8 /unit/a b",
		  "7 events of the sender are missing: feed desk, source /unit/a b, last numbers "
		  "2-8",
		  "thiếu 7 sự kiện của nơi gửi: nguồn tin desk, source /unit/a b, gần nhất là số "
		  "2-8" },
		{ OWN_GAP, "1 desk 5-5 s",
		  "1 event of the sender is missing: feed desk, source s, last numbers 5",
		  "thiếu 1 sự kiện của nơi gửi: nguồn tin desk, source s, gần nhất là số 5" },
		{ OWN_DROPPED, "30",
		  "the MQTT broker dropped messages: 30 messages; a subscriber was away or slow "
		  "for "
		  "too long",
		  "máy chủ MQTT đã bỏ mất tin: 30 tin; có nơi nhận vắng mặt hoặc chậm quá lâu" },
		{ OWN_DROPPED, "many", "the MQTT broker dropped messages: many",
		  "máy chủ MQTT đã bỏ mất tin: many" },
	};
	struct rule rule = { .kind = RULE_OWN };
	struct alert alert = { .rule = &rule, .machine = { .judgement = JUDGE_WARNING } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		rule.own = cases[i].part;
		strcpy(alert.detail, cases[i].detail);
		assert_reason(&alert, false, cases[i].english);
		assert_reason(&alert, true, cases[i].vietnamese);
	}
}

static void what_is_the_matter_with_a_site_is_said_in_words(void **state)
{
	static const struct {
		enum own_part part;
		const char *sender, *detail, *english, *vietnamese;
	} cases[] = {
		{ OWN_SITE_LOST, "", "1795310100000 12 lost",
		  "nothing is heard of the unit's iocd since 2026-11-22 08:15:00; disconnected; 12 "
		  "items were waiting there",
		  "không nghe thấy iocd của đơn vị từ lúc 08:15:00 22/11/2026; mất kết nối; lúc đó "
		  "còn 12 mục chờ gửi" },
		{ OWN_SITE_LOST, "desk", "0 0 unknown",
		  "nothing was ever heard of the unit's sender desk; not known whether it is "
		  "connected",
		  "chưa từng nghe thấy nơi gửi desk của đơn vị; không rõ còn kết nối hay không" },
		{ OWN_SITE_LOST, "", "1795310100000 1 dreaming",
		  "the unit's iocd cannot be heard: 1795310100000 1 dreaming",
		  "mất liên lạc với iocd của đơn vị: 1795310100000 1 dreaming" },
		{ OWN_SITE_LAGGING, "", "1795310100000 5000",
		  "what the unit's iocd forwards comes late: 5000 items wait, the oldest of "
		  "2026-11-22 08:15:00",
		  "dữ liệu do iocd của đơn vị chuyển lên đến chậm: 5000 mục đang chờ, cũ nhất từ "
		  "lúc 08:15:00 22/11/2026" },
		{ OWN_SITE_LAGGING, "", "1795310100000 1",
		  "what the unit's iocd forwards comes late: 1 item waits, of 2026-11-22 08:15:00",
		  "dữ liệu do iocd của đơn vị chuyển lên đến chậm: 1 mục đang chờ, cũ nhất từ lúc "
		  "08:15:00 22/11/2026" },
		{ OWN_SITE_OLD, "", "version 0.1.0 0.2.0",
		  "the unit's iocd is of version 0.1.0, ours of version 0.2.0",
		  "iocd của đơn vị chạy phiên bản 0.1.0, nơi này chạy phiên bản 0.2.0" },
		{ OWN_SITE_OLD, "", "config",
		  "the unit's iocd counts by another configuration than ours: units.yml, "
		  "calendar.yml, feeds.d or indicators.d differ",
		  "iocd của đơn vị tính theo cấu hình khác với nơi này: units.yml, calendar.yml, "
		  "feeds.d hoặc indicators.d khác nhau" },
		{ OWN_SITE_GAP, "", "20 event 100-140 1795310100000 1795310700000",
		  "20 events of the unit's iocd are missing, numbers 100-140, recorded between "
		  "2026-11-22 08:15:00 and 2026-11-22 08:25:00; asked for again",
		  "thiếu 20 sự kiện do iocd của đơn vị chuyển lên, số 100-140, ghi nhận từ "
		  "08:15:00 22/11/2026 đến 08:25:00 22/11/2026; đã yêu cầu gửi lại" },
		{ OWN_SITE_GAP, "desk", "1 rollup 0-1 0 1795310100000",
		  "1 roll-up of the unit's sender desk is missing, numbers 0-1, recorded before "
		  "2026-11-22 08:15:00; asked for again",
		  "thiếu 1 phần số liệu tổng hợp do nơi gửi desk của đơn vị chuyển lên, số 0-1, "
		  "ghi nhận trước 08:15:00 22/11/2026; đã yêu cầu gửi lại" },
		{ OWN_GIVEN_UP, "", "7 alert 1795310100000 1795310700000",
		  "7 alerts of the unit's iocd will never come, recorded between 2026-11-22 "
		  "08:15:00 and 2026-11-22 08:25:00: the outbox there did not keep them",
		  "7 cảnh báo của iocd của đơn vị sẽ không bao giờ đến, ghi nhận từ 08:15:00 "
		  "22/11/2026 đến 08:25:00 22/11/2026: hàng đợi gửi ở đó không giữ được" },
		{ OWN_GIVEN_UP, "", "7 thing 0 0",
		  "something of the unit will never come: 7 thing 0 0",
		  "có dữ liệu của đơn vị sẽ không bao giờ đến: 7 thing 0 0" },
		{ OWN_UPLINK, "", "no answer for 20s",
		  "nothing reaches the iocd above, it waits in the outbox: no answer for 20s",
		  "dữ liệu chưa lên được cấp trên, đang chờ trong hàng đợi gửi: no answer for "
		  "20s" },
		{ OWN_OUTBOX, "", "",
		  "something will never reach the iocd above: the outbox could not keep it",
		  "có dữ liệu sẽ không bao giờ lên được cấp trên: hàng đợi gửi không giữ được" },
	};
	struct rule rule = { .kind = RULE_OWN };
	struct alert alert = { .rule = &rule, .machine = { .judgement = JUDGE_WARNING } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		rule.own = cases[i].part;
		strcpy(alert.subject, cases[i].sender);
		strcpy(alert.detail, cases[i].detail);
		assert_reason(&alert, false, cases[i].english);
		assert_reason(&alert, true, cases[i].vietnamese);
	}
	alert.machine.judgement = JUDGE_CLEAR;
	assert_reason(&alert, false, "well again");
}

static void a_lost_session_is_another_trouble_than_no_connection(void **state)
{
	const struct rule rule = { .kind = RULE_OWN, .own = OWN_BROKER };
	struct alert alert = { .rule = &rule, .machine = { .judgement = JUDGE_CRITICAL } };

	(void)state;
	assert_reason(&alert, false,
		      "nothing comes in from any unit: no connection to the MQTT broker");
	alert.machine.judgement = JUDGE_WARNING;
	assert_reason(
		&alert, false,
		"connected again, but the broker has lost our session: what was sent meanwhile "
		"may be missing");
	assert_reason(
		&alert, true,
		"đã kết nối lại, nhưng máy chủ MQTT không còn giữ phiên: tin gửi trong lúc mất "
		"kết nối có thể thiếu");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_senders_do_wrong_is_said_in_words),
		cmocka_unit_test(what_is_the_matter_with_a_site_is_said_in_words),
		cmocka_unit_test(a_lost_session_is_another_trouble_than_no_connection),
		cmocka_unit_test(a_figure_is_told_with_limit_window_and_samples),
		cmocka_unit_test(each_window_has_its_words),
		cmocka_unit_test(numbers_are_rounded_for_people),
		cmocka_unit_test(a_limit_without_a_file_names_none),
		cmocka_unit_test(an_event_is_told_with_subject_number_and_time),
		cmocka_unit_test(what_a_reload_closed_says_so),
		cmocka_unit_test(a_rule_that_is_gone_is_named_by_its_id),
		cmocka_unit_test(a_change_is_told_as_up_or_down_on_the_period_before),
		cmocka_unit_test(a_baseline_is_told_in_times_of_what_is_usual),
		cmocka_unit_test(a_plan_is_told_as_behind_or_ahead),
		cmocka_unit_test(a_value_is_told_with_its_band),
		cmocka_unit_test(a_rule_on_each_value_names_the_value),
		cmocka_unit_test(a_sequence_is_told_with_what_did_not_follow_within_what),
		cmocka_unit_test(durations_are_told_in_the_largest_whole_unit),
		cmocka_unit_test(deadlines_of_a_unit_are_told_by_number),
		cmocka_unit_test(a_deadline_of_a_record_is_told_with_its_time),
		cmocka_unit_test(each_own_part_says_what_is_wrong_in_both_languages),
		cmocka_unit_test(an_own_alert_says_of_what_and_the_detail_on_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
