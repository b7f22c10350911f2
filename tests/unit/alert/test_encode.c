/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "book.h"
#include "iocd/alert_json.h"

/* The indicators' own are not linked; nothing here reads a figure. */
const char *quality_name(enum quality quality)
{
	return quality == QUALITY_GOOD ? "good" : "stale";
}

int64_t indicators_now_ms(const struct indicators *indicators)
{
	(void)indicators;
	return 0;
}

struct reading indicators_read(const struct indicators *indicators, uint32_t indicator,
			       uint32_t unit, const struct window *window)
{
	(void)indicators;
	(void)indicator;
	(void)unit;
	(void)window;
	fail();
	return (struct reading){ .value = NAN };
}

const struct score_band *indicator_band(const struct indicator *indicator, double value)
{
	(void)indicator;
	(void)value;
	return NULL;
}

static const struct indicator rate = {
	.title_vi = "Tỷ lệ", .title_en = "Rate", .measure_vi = "", .measure_en = "", .percent = true
};
static const struct rule on_rate = {
	.id = "overdue",
	.title_vi = "Quá hạn",
	.title_en = "Overdue \"records\"",
	.kind = RULE_THRESHOLD,
	.figure = &rate,
	.window = { .kind = WINDOW_MINUTES, .minutes = 60, .text = "1h" },
	.place = { "rules.d/a.yml", 1, 1 },
	.version = "0a1b2c3d",
};
static const struct threshold limit = {
	.comparison = COMPARE_GT, .value = 0.1, .text = "> 10%", .place = { "rules.d/a.yml", 7, 12 }
};
static const struct event_type alarm = { .name = "gate.alarm" };
static const struct rule on_alarm = { .id = "gate",
				      .title_vi = "Cổng",
				      .title_en = "Gate",
				      .kind = RULE_EVENT,
				      .event_type = &alarm };

static const struct alert figure_alert = {
	.rule = &on_rate,
	.unit = 0,
	.machine = { .state = ALERT_RAISED, .severity = SEVERITY_CRITICAL },
	.reading = { .quality = QUALITY_GOOD, .value = 0.123456789, .samples = 250 },
	.threshold = &limit,
	.first_ms = 1795310100000,
	.raised_ms = 1795310700000,
	.changed_ms = 1795310700000,
	.raised_number = 41,
	.raises = 1,
	.samples = { 900, 901 },
	.n_samples = 2,
};

static const struct alert event_alert = {
	.rule = &on_alarm,
	.unit = 0,
	.subject = "cổng/1 \"a\"",
	.machine = { .state = ALERT_FADING, .severity = SEVERITY_WARNING, .uncertain = true },
	.events = 2,
	.first_ms = 1795310100125,
	.drill = true,
};

static const struct unit unit = { .id = "north",
				  .level = "district",
				  .name_vi = "Bắc",
				  .name_en = "North",
				  .parent = UNIT_NONE };

static int set_up(void **state)
{
	struct units *units = units_new();
	uint32_t number;

	*state = units;
	return units_add(units, &unit, &number);
}

static int tear_down(void **state)
{
	*state = units_free(*state);
	return 0;
}

/* clang-format off */
static const char figure_json[] =
	"\"id\":\"north/overdue/41\",\"key\":\"overdue\","
	"\"rule\":{\"id\":\"overdue\",\"title\":{\"vi\":\"Quá hạn\",\"en\":\"Overdue \\\"records\\\"\"},"
	"\"file\":\"rules.d/a.yml\",\"line\":1,\"version\":\"0a1b2c3d\",\"kind\":\"threshold\"},"
	"\"unit\":{\"id\":\"north\",\"level\":\"district\",\"name\":{\"vi\":\"Bắc\",\"en\":\"North\"}},"
	"\"subject\":\"\",\"condition\":\"raised\",\"state\":\"raised\",\"severity\":\"critical\","
	"\"uncertain\":false,\"drill\":false,\"closed\":false,"
	"\"value\":0.123456789,\"samples\":250,\"quality\":\"good\","
	"\"threshold\":{\"text\":\"> 10%\",\"value\":0.1,"
	"\"file\":\"rules.d/a.yml\",\"line\":7,\"column\":12},"
	"\"window\":\"1h\",\"presence\":null,\"due\":null,\"detail\":null,\"origin\":null,"
	"\"handling\":\"none\",\"acknowledged\":null,\"owner\":null,\"suppressed\":[],"
	"\"latched\":false,\"announced\":false,\"told\":[],\"escalations\":0,\"raises\":1,"
	"\"events\":0,\"positions\":[900,901],"
	"\"first\":\"2026-11-22T08:15:00+07:00\",\"raised\":\"2026-11-22T08:25:00+07:00\","
	"\"changed\":\"2026-11-22T08:25:00+07:00\","
	"\"reason\":{\"vi\":\"Tỷ lệ: 12,3 % trong 1 giờ, ngưỡng > 10% (rules.d/a.yml:7), 250 mẫu\","
	"\"en\":\"Rate: 12.3 % over 1 hour, limit > 10% (rules.d/a.yml:7), 250 samples\"}}";
/* clang-format on */

/* clang-format off */
static const char event_json[] =
	"{\"id\":\"north/gate/c%E1%BB%95ng%2F1%20\\\"a\\\"/0\","
	"\"key\":\"gate/c%E1%BB%95ng%2F1%20\\\"a\\\"\","
	"\"rule\":{\"id\":\"gate\",\"title\":{\"vi\":\"Cổng\",\"en\":\"Gate\"},"
	"\"file\":null,\"line\":null,\"version\":null,\"kind\":\"event\"},"
	"\"unit\":{\"id\":\"north\",\"level\":\"district\",\"name\":{\"vi\":\"Bắc\",\"en\":\"North\"}},"
	"\"subject\":\"cổng/1 \\\"a\\\"\",\"condition\":\"uncertain\",\"state\":\"fading\",\"severity\":\"warning\","
	"\"uncertain\":true,\"drill\":true,\"closed\":false,"
	"\"value\":null,\"samples\":null,\"quality\":null,\"threshold\":null,\"window\":null,"
	"\"presence\":null,\"due\":null,\"detail\":null,\"origin\":null,"
	"\"handling\":\"none\",\"acknowledged\":null,\"owner\":null,\"suppressed\":[],"
	"\"latched\":false,\"announced\":false,\"told\":[],\"escalations\":0,\"raises\":0,"
	"\"events\":2,\"positions\":[],"
	"\"first\":\"2026-11-22T08:15:00.125+07:00\",\"raised\":null,\"changed\":null,"
	"\"reason\":{\"vi\":\"gate.alarm từ cổng/1 \\\"a\\\", 2 sự kiện từ lúc 08:15:00 22/11/2026\","
	"\"en\":\"gate.alarm from cổng/1 \\\"a\\\", 2 events since 2026-11-22 08:15:00\"}}";
/* clang-format on */

/* Checks that text is JSON without a name that comes twice. */
static json_t *parse(const struct text *text)
{
	json_error_t error;
	json_t *json = json_loads(text_get(text), JSON_REJECT_DUPLICATES, &error);

	if (!json)
		fail_msg("%s at %d: %s", error.text, error.position, text_get(text));
	return json;
}

static void an_alert_on_a_figure_is_written_whole(void **state)
{
	const struct alert_context context = { .units = *state, .offset_minutes = 420 };
	struct text text = { .bytes = NULL };

	alert_json(&text, &context, &figure_alert);
	assert_int_equal(text_get(&text)[0], '{');
	assert_string_equal(text_get(&text) + 1, figure_json);
	json_decref(parse(&text));
	text_fini(&text);
}

static void an_alert_on_events_is_written_whole(void **state)
{
	const struct alert_context context = { .units = *state, .offset_minutes = 420 };
	struct text text = { .bytes = NULL };

	alert_json(&text, &context, &event_alert);
	assert_string_equal(text_get(&text), event_json);
	json_decref(parse(&text));
	text_fini(&text);
}

static void a_transition_is_its_alert_and_more(void **state)
{
	const struct alert_context context = { .units = *state, .offset_minutes = 420 };
	const struct transition transition = { .number = 41,
					       .time_ms = 1795310700000,
					       .position = 77,
					       .news = NEWS_RAISED,
					       .alert = figure_alert };
	static const char before[] = "{\"number\":41,\"news\":\"raised\","
				     "\"time\":\"2026-11-22T08:25:00+07:00\",\"position\":77,"
				     "\"by\":null,\"note\":null,\"tells\":[],";
	struct text text = { .bytes = NULL };

	transition_json(&text, &context, &transition);
	assert_memory_equal(text_get(&text), before, strlen(before));
	assert_string_equal(text_get(&text) + strlen(before), figure_json);
	json_decref(parse(&text));
	text_fini(&text);
}

/* Parses the alert, written under context. */
static json_t *written(const struct alert_context *context, const struct alert *alert)
{
	struct text text = { .bytes = NULL };
	json_t *json;

	alert_json(&text, context, alert);
	json = parse(&text);
	text_fini(&text);
	return json;
}

/* Checks a member of json, which is one string, number, flag, list ...: written as expected. */
static void assert_member(const json_t *json, const char *name, const char *expected)
{
	char *member = json_dumps(json_object_get(json, name),
				  JSON_ENCODE_ANY | JSON_COMPACT | JSON_PRESERVE_ORDER);

	assert_non_null(member);
	assert_string_equal(member, expected);
	free(member);
}

static void how_people_handle_an_alert_is_written(void **state)
{
	const struct alert_context context = { .units = *state, .offset_minutes = 420 };
	struct alert alert = figure_alert;
	json_t *json;

	alert.machine.handling = HANDLING_ACKNOWLEDGED;
	alert.machine.latched = true;
	alert.machine.announced = true;
	strcpy(alert.owner, "binh");
	strcpy(alert.acknowledged_by, "an");
	alert.acknowledged_ms = 1795310700000;
	alert.steps = 2;
	alert.raises = 3;
	json = written(&context, &alert);
	assert_member(json, "handling", "\"acknowledged\"");
	assert_member(json, "latched", "true");
	assert_member(json, "announced", "true");
	assert_member(json, "owner", "\"binh\"");
	assert_member(json, "acknowledged",
		      "{\"by\":\"an\",\"note\":null,\"at\":\"2026-11-22T08:25:00+07:00\","
		      "\"until\":null}");
	assert_member(json, "escalations", "2");
	assert_member(json, "raises", "3");
	json_decref(json);

	strcpy(alert.acknowledged_note, "gọi điện rồi");
	alert.acknowledged_until_ms = 1795314300000;
	json = written(&context, &alert);
	assert_member(json, "acknowledged",
		      "{\"by\":\"an\",\"note\":\"gọi điện rồi\","
		      "\"at\":\"2026-11-22T08:25:00+07:00\","
		      "\"until\":\"2026-11-22T09:25:00+07:00\"}");
	json_decref(json);
}

static void all_that_suppresses_an_alert_is_written_and_nothing_else(void **state)
{
	const struct alert_context context = { .units = *state, .offset_minutes = 420 };
	struct alert alert = figure_alert;
	json_t *json;

	alert.machine.suppressed =
		SUPPRESSION_BIT(SUPPRESSION_SHELVED) | SUPPRESSION_BIT(SUPPRESSION_CHATTER);
	strcpy(alert.suppressed_by[SUPPRESSION_SHELVED], "an");
	alert.suppressed_until_ms[SUPPRESSION_SHELVED] = 1795314300000;
	strcpy(alert.suppressed_by[SUPPRESSION_MAINTENANCE], "over");
	json = written(&context, &alert);
	assert_member(json, "suppressed",
		      "[{\"kind\":\"shelved\",\"by\":\"an\","
		      "\"until\":\"2026-11-22T09:25:00+07:00\"},"
		      "{\"kind\":\"chatter\",\"by\":null,\"until\":null}]");
	json_decref(json);
}

static void receivers_are_named_by_the_book_that_told_them(void **state)
{
	const struct receiver receivers[] = { { .id = "duty" }, { .id = "chief" } };
	struct rules *rules = rules_new(&(struct rules_options){ .n_units = 1,
								 .n_indicators = 1,
								 .n_types = 1,
								 .receivers = receivers,
								 .n_receivers = COUNT(receivers) });
	const struct alertbook book = { .rules = rules };
	struct alert_context context = { .units = *state, .book = &book };
	struct transition transition = { .number = 1,
					 .news = NEWS_ESCALATED,
					 .alert = figure_alert,
					 .by = "an",
					 .note = "vì sao" };
	struct text text = { .bytes = NULL };
	json_t *json;

	transition.tells = 1u << 1 | 1u << 9; /* the last is none any more */
	transition.alert.told = 3u | 1u << RECEIVER_UNIT;
	transition_json(&text, &context, &transition);
	json = parse(&text);
	assert_member(json, "tells", "[\"chief\"]");
	assert_member(json, "told", "[\"duty\",\"chief\",\"unit\"]");
	assert_member(json, "by", "\"an\"");
	assert_member(json, "note", "\"vì sao\"");
	json_decref(json);

	context.book = NULL;
	json = written(&context, &transition.alert);
	assert_member(json, "told", "[\"unit\"]");
	json_decref(json);
	text_fini(&text);
	rules_free(rules);
}

static void each_kind_of_rule_has_its_own_members(void **state)
{
	const struct alert_context context = { .units = *state, .offset_minutes = 420 };
	const struct track track = { .id = "files", .allow_ms = 60000 };
	struct rule rule = on_rate;
	struct alert alert = figure_alert;
	json_t *json;

	alert.rule = &rule;
	rule.kind = RULE_EACH;
	rule.each = "link";
	strcpy(alert.subject, "db-1");
	json = written(&context, &alert);
	assert_member(json, "samples", "250");
	assert_member(json, "window", "\"1h\"");
	assert_member(json, "due", "null");
	json_decref(json);

	rule.kind = RULE_SEQUENCE;
	rule.record = &track;
	alert.reading.last_ms = 1795310700000;
	json = written(&context, &alert);
	assert_member(json, "value", "null");
	assert_member(json, "due", "\"2026-11-22T08:25:00+07:00\"");
	json_decref(json);

	rule.kind = RULE_DEADLINE;
	alert.reading.value = 3;
	json = written(&context, &alert);
	assert_member(json, "value", "3");
	assert_member(json, "samples", "null");
	assert_member(json, "due", "null");
	json_decref(json);
	rule.is_each_record = true;
	json = written(&context, &alert);
	assert_member(json, "value", "null");
	assert_member(json, "due", "\"2026-11-22T08:25:00+07:00\"");
	json_decref(json);

	rule.kind = RULE_OWN;
	rule.own = OWN_REDIS;
	strcpy(alert.detail, "no answer for 20s");
	json = written(&context, &alert);
	assert_member(json, "detail", "\"no answer for 20s\"");
	assert_member(json, "window", "null");
	json_decref(json);
}

static void json_is_appended_to_what_is_there(void **state)
{
	const struct alert_context context = { .units = *state };
	struct text text = { .bytes = NULL };
	json_t *json;

	text_add(&text, "[");
	alert_json(&text, &context, &event_alert);
	text_add(&text, ",");
	alert_json(&text, &context, &figure_alert);
	text_add(&text, "]");
	json = parse(&text);
	assert_int_equal(json_array_size(json), 2);
	json_decref(json);
	text_fini(&text);
}

/* A subject of every byte but 0, some of it no UTF-8. */
static void any_subject_is_carried_in_valid_json(void **state)
{
	const struct alert_context context = { .units = *state };
	struct alert alert = event_alert;
	struct text text = { .bytes = NULL };
	char key[ALERT_KEY_MAX];
	json_t *json;

	for (int start = 1; start <= 129; start += 128) {
		for (int i = 0; i < ALERT_SUBJECT_MAX - 1; i++)
			alert.subject[i] = (char)(start + i);
		alert.subject[ALERT_SUBJECT_MAX - 1] = '\0';

		text_clear(&text);
		alert_json(&text, &context, &alert);
		json = parse(&text);
		assert_string_equal(json_string_value(json_object_get(json, "key")),
				    alert_key(key, &alert));
		json_decref(json);
	}
	assert_int_equal(strlen(key), strlen("gate/") + 3 * (ALERT_SUBJECT_MAX - 1));
	text_fini(&text);
}

static void a_key_escapes_what_topics_and_redis_dislike(void **state)
{
	struct alert alert = { .rule = &on_alarm };
	char key[ALERT_KEY_MAX];

	(void)state;
	assert_string_equal(alert_key(key, &alert), "gate");
	strcpy(alert.subject, "a+#/*?[]%\t\x7f z~A.-_:{}");
	assert_string_equal(alert_key(key, &alert),
			    "gate/a%2B%23%2F%2A%3F%5B%5D%25%09%7F%20z~A.-_:{}");
}

static void the_longest_key_has_room(void **state)
{
	struct alert alert = { .unit = 0 };
	struct rule rule = on_alarm;
	char id[65];
	char key[ALERT_KEY_MAX];

	(void)state;
	memset(id, 'r', sizeof(id));
	id[64] = '\0';
	rule.id = id;
	alert.rule = &rule;
	memset(alert.subject, ' ', ALERT_SUBJECT_MAX - 1);
	assert_int_equal(strlen(alert_key(key, &alert)), 64 + 1 + 3 * (ALERT_SUBJECT_MAX - 1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_alert_on_a_figure_is_written_whole),
		TEST(an_alert_on_events_is_written_whole),
		TEST(a_transition_is_its_alert_and_more),
		TEST(how_people_handle_an_alert_is_written),
		TEST(all_that_suppresses_an_alert_is_written_and_nothing_else),
		TEST(receivers_are_named_by_the_book_that_told_them),
		TEST(each_kind_of_rule_has_its_own_members),
		TEST(json_is_appended_to_what_is_there),
		TEST(any_subject_is_carried_in_valid_json),
		TEST(a_key_escapes_what_topics_and_redis_dislike),
		TEST(the_longest_key_has_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
