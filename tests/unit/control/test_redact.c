/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "iocd/unit.h"
#include "redact.h"

static struct units *units;

static bool sees_first(const void *context, uint32_t unit)
{
	(void)context;
	return unit == 0;
}

static struct redaction redaction(void)
{
	return (struct redaction){ units, sees_first, NULL };
}

static int set_up(void **state)
{
	uint32_t number;

	(void)state;
	units = units_new();
	assert_int_equal(
		units_add(units, &(struct unit){ .id = "seen", .parent = UNIT_NONE }, &number), 0);
	assert_int_equal(
		units_add(units, &(struct unit){ .id = "other", .parent = UNIT_NONE }, &number), 0);
	return units_add_alias(units, 1, "former");
}

static int tear_down(void **state)
{
	(void)state;
	units = units_free(units);
	return 0;
}

static void only_alerts_of_units_that_are_seen_may_be_named(void **state)
{
	struct redaction own = redaction();

	(void)state;
	assert_true(redact_keeps(&own, ""));
	assert_true(redact_keeps(&own, "An"));
	assert_true(redact_keeps(&own, "seen/gate/x"));
	assert_false(redact_keeps(&own, "other/gate"));
	assert_false(redact_keeps(&own, "former/gate"));
	assert_false(redact_keeps(&own, "gone/gate")); /* who knows whose it was */
}

static void what_names_nobody_is_left_as_it_is(void **state)
{
	struct redaction own = redaction();
	const struct rule plain = { .kind = RULE_EVENT },
			  mirrored = { .kind = RULE_OWN, .own = OWN_MIRRORED };
	struct alert alert = { .rule = &plain };

	(void)state;
	assert_false(redact_is_needed(&own, &alert));
	snprintf(alert.suppressed_by[SUPPRESSION_INHIBITED], ALERT_BY_MAX, "other/gate");
	assert_false(redact_is_needed(&own, &alert)); /* it is over */
	alert.machine.suppressed = SUPPRESSION_BIT(SUPPRESSION_INHIBITED);
	assert_true(redact_is_needed(&own, &alert));
	snprintf(alert.suppressed_by[SUPPRESSION_INHIBITED], ALERT_BY_MAX, "seen/gate");
	assert_false(redact_is_needed(&own, &alert));
	alert.rule = &mirrored;
	assert_true(redact_is_needed(&own, &alert));
}

static void names_of_other_units_are_taken_out(void **state)
{
	struct redaction own = redaction();
	CLEANUP_TEXT struct text text = { 0 };

	(void)state;
	text_add(&text, "before,");
	text_add(&text,
		 "{\"id\":\"seen/gate/1\",\"value\":1.5,\"suppressed\":["
		 "{\"kind\":\"inhibited\",\"by\":\"other/gate\"},"
		 "{\"kind\":\"shelved\",\"by\":\"An\"},{\"kind\":\"shelved\",\"by\":null}],"
		 "\"origin\":{\"unit\":\"seen\",\"name\":{\"vi\":\"S\"},\"rule\":\"gate\","
		 "\"site\":{\"unit\":\"other\",\"name\":{\"vi\":\"O\"},\"sender\":\"iocd\"}},"
		 "\"last\":true}");
	redact_alert(&own, &text, strlen("before,"));
	assert_string_equal(
		text_get(&text),
		"before,{\"id\":\"seen/gate/1\",\"value\":1.5,\"suppressed\":["
		"{\"kind\":\"inhibited\",\"by\":null},"
		"{\"kind\":\"shelved\",\"by\":\"An\"},{\"kind\":\"shelved\",\"by\":null}],"
		"\"origin\":{\"unit\":\"seen\",\"name\":{\"vi\":\"S\"},\"rule\":\"gate\","
		"\"site\":{\"unit\":null,\"name\":null,\"sender\":\"iocd\"}},"
		"\"last\":true}");
}

static void what_has_no_origin_stays_so(void **state)
{
	struct redaction own = redaction();
	CLEANUP_TEXT struct text text = { 0 };

	(void)state;
	text_add(&text, "{\"suppressed\":[],\"origin\":null}");
	redact_alert(&own, &text, 0);
	assert_string_equal(text_get(&text), "{\"suppressed\":[],\"origin\":null}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_alerts_of_units_that_are_seen_may_be_named),
		cmocka_unit_test(what_names_nobody_is_left_as_it_is),
		cmocka_unit_test(names_of_other_units_are_taken_out),
		cmocka_unit_test(what_has_no_origin_stays_so),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
