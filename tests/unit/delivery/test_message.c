/* SPDX-License-Identifier: Apache-2.0 */
#include "message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char *const ids[] = { "p", "d1" };
static const struct event_type type = { .name = "flood" };
static const struct rule rule = { .id = "flood",
				  .title_vi = "Lũ \"lớn\"",
				  .title_en = "Flood",
				  .kind = RULE_EVENT,
				  .event_type = &type };

struct scene {
	struct alert_context context;
	struct units *units;
	struct transition transition;
	struct text text;
	struct text reason;
};

static int make(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	uint32_t number;

	assert_non_null(scene);
	scene->units = units_new();
	for (uint32_t i = 0; i < 2; i++) {
		const struct unit unit = { .id = ids[i],
					   .level = "level",
					   .name_vi = "Phường Một",
					   .name_en = "Ward One",
					   .parent = i ? 0 : UNIT_NONE };

		assert_int_equal(units_add(scene->units, &unit, &number), 0);
	}
	scene->context.units = scene->units;
	scene->transition = (struct transition){ .number = 7,
						 .news = NEWS_RAISED,
						 .alert = { .rule = &rule, .unit = 1 } };
	scene->transition.alert.machine.severity = SEVERITY_CRITICAL;
	*state = scene;
	return 0;
}

static int unmake(void **state)
{
	struct scene *scene = *state;

	text_fini(&scene->text);
	text_fini(&scene->reason);
	units_free(scene->units);
	free(scene);
	return 0;
}

static void expect(struct scene *scene, const char *format, bool is_vietnamese)
{
	struct text headline = { 0 }, expected = { 0 };

	alert_headline(&headline, &scene->context, &scene->transition, is_vietnamese);
	text_add_json(&expected, text_get(&headline), headline.size);
	text_clear(&headline);
	text_add(&headline, "%s%s", format, text_get(&expected));
	assert_non_null(strstr(text_get(&scene->text), text_get(&headline)));
	text_fini(&headline);
	text_fini(&expected);
}

static void a_body_says_it_in_the_receivers_language_and_in_both(void **state)
{
	struct scene *scene = *state;
	struct message message = { .receiver = "duty",
				   .instance = "iocd",
				   .journal_id = "j",
				   .transition = &scene->transition,
				   .number = 7 };

	for (int vietnamese = 0; vietnamese < 2; vietnamese++) {
		message.is_vietnamese = vietnamese;
		text_clear(&scene->text);
		message_body(&scene->text, &scene->context, &message);
		expect(scene, ",\"headline\":", vietnamese);
		expect(scene, ",\"headlines\":{\"vi\":", true);
		expect(scene, ",\"en\":", false);
		text_clear(&scene->reason);
		text_add(&scene->reason, ",\"reason\":\"");
		alert_reason(&scene->reason, &scene->context, &scene->transition.alert, vietnamese);
		assert_non_null(strstr(text_get(&scene->text), text_get(&scene->reason)));
		assert_non_null(strstr(text_get(&scene->text),
				       vietnamese ? "\"language\":\"vi\"" : "\"language\":\"en\""));
	}
}

static void a_body_is_one_json_object_whatever_people_wrote(void **state)
{
	struct scene *scene = *state;
	const struct message message = { .receiver = "duty",
					 .instance = "iocd",
					 .journal_id = "j",
					 .transition = &scene->transition,
					 .number = 7 };
	const char *body;

	strcpy(scene->transition.note, "a \"b\"\n\x01\xff");
	message_body(&scene->text, &scene->context, &message);
	body = text_get(&scene->text);
	assert_memory_equal(body, "{\"version\":1,\"id\":\"iocd-j-7-duty\",", 34);
	assert_non_null(strstr(body, "Lũ \\\"lớn\\\""));
	assert_non_null(strstr(body, ",\"missed\":0,\"transition\":{\"number\":7,"));
	assert_string_equal(body + strlen(body) - 2, "}}");
	for (; *body; body++)
		assert_true((unsigned char)*body >= ' ');
}

static void those_missed_are_told_as_a_number(void **state)
{
	struct scene *scene = *state;
	const struct message message = { .receiver = "duty",
					 .instance = "iocd",
					 .journal_id = "j",
					 .missed = 12,
					 .number = 90 };

	message_body(&scene->text, &scene->context, &message);
	assert_non_null(strstr(text_get(&scene->text), "\"id\":\"iocd-j-missed-90-duty\","));
	assert_non_null(strstr(text_get(&scene->text), "\"headline\":\"12 messages about alerts "));
	assert_non_null(strstr(text_get(&scene->text), "{\"vi\":\"12 thông báo "));
	assert_non_null(strstr(text_get(&scene->text), ",\"missed\":12,\"transition\":null}"));
}

#define MESSAGE_TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MESSAGE_TEST(a_body_says_it_in_the_receivers_language_and_in_both),
		MESSAGE_TEST(a_body_is_one_json_object_whatever_people_wrote),
		MESSAGE_TEST(those_missed_are_told_as_a_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
