/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

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
	"\"file\":\"rules.d/a.yml\",\"line\":1},"
	"\"unit\":{\"id\":\"north\",\"level\":\"district\",\"name\":{\"vi\":\"Bắc\",\"en\":\"North\"}},"
	"\"subject\":\"\",\"state\":\"raised\",\"severity\":\"critical\","
	"\"uncertain\":false,\"drill\":false,\"closed\":false,"
	"\"value\":0.123456789,\"samples\":250,\"quality\":\"good\","
	"\"threshold\":{\"text\":\"> 10%\",\"value\":0.1,"
	"\"file\":\"rules.d/a.yml\",\"line\":7,\"column\":12},"
	"\"window\":\"1h\",\"presence\":null,\"events\":0,\"positions\":[900,901],"
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
	"\"file\":null,\"line\":null},"
	"\"unit\":{\"id\":\"north\",\"level\":\"district\",\"name\":{\"vi\":\"Bắc\",\"en\":\"North\"}},"
	"\"subject\":\"cổng/1 \\\"a\\\"\",\"state\":\"fading\",\"severity\":\"warning\","
	"\"uncertain\":true,\"drill\":true,\"closed\":false,"
	"\"value\":null,\"samples\":null,\"quality\":null,\"threshold\":null,\"window\":null,\"presence\":null,"
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
				     "\"time\":\"2026-11-22T08:25:00+07:00\",\"position\":77,";
	struct text text = { .bytes = NULL };

	transition_json(&text, &context, &transition);
	assert_memory_equal(text_get(&text), before, strlen(before));
	assert_string_equal(text_get(&text) + strlen(before), figure_json);
	json_decref(parse(&text));
	text_fini(&text);
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
		TEST(json_is_appended_to_what_is_there),
		TEST(any_subject_is_carried_in_valid_json),
		TEST(a_key_escapes_what_topics_and_redis_dislike),
		TEST(the_longest_key_has_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
