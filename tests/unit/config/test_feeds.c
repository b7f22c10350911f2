/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#include <math.h>

#define FEEDS(yaml)                                                                                \
	{                                                                                          \
		PART_FEEDS, "feeds.d/z.yml", yaml                                                  \
	}

/* clang-format off */
static const struct mistake mistakes[] = {
	{ FEEDS("desk: {events: {}}\n"), "1:1: error: feed 'desk' is declared already, at feeds.d/desk.yml:1" },
	{ FEEDS("Zed: {events: {}}\n"), "1:1: error: 'Zed' cannot name a feed; use a to z, 0 to 9, '_' and '-', beginning with a letter or digit, at most 32" },
	{ FEEDS("zed: {title: Z}\n"), "1:1: error: 'events' is missing" },
	{ FEEDS("zed: {event: {a: {}}}\n"), "1:7: error: unknown key 'event'; did you mean 'events'?" },
	{ FEEDS("zed: {silent-after: 15, events: {}}\n"), "1:21: error: '15' is not a duration; write a number and ms, s, m, h or d: 90s, 10m" },
	{ FEEDS("zed: {silent-after: 99d, events: {}}\n"), "1:21: error: '99d' is out of range; it must be from 1s to 31d" },
	{ FEEDS("zed: {memory: {ages: 48h}, events: {}}\n"), "1:16: error: unknown key 'ages'; did you mean 'age'?" },
	{ FEEDS("zed: {memroy: {age: 48h}, events: {}}\n"), "1:7: error: unknown key 'memroy'; did you mean 'memory'?" },
	{ FEEDS("zed: {memory: 48h, events: {}}\n"), "1:15: error: 'memory' must be a map of keys and values, not a text" },
	{ FEEDS("zed: {memory: {age: 59s}, events: {}}\n"), "1:21: error: '59s' is out of range; it must be from 1m to 31d" },
	{ FEEDS("zed: {memory: {age: 32d}, events: {}}\n"), "1:21: error: '32d' is out of range; it must be from 1m to 31d" },
	{ FEEDS("zed: {memory: {ids: 1023}, events: {}}\n"), "1:21: error: '1023' is out of range; it must be from 1024 to 67108864" },
	{ FEEDS("zed: {memory: {ids: 67108865}, events: {}}\n"), "1:21: error: '67108865' is out of range; it must be from 1024 to 67108864" },
	{ FEEDS("zed: {memory: {ids: 1M}, events: {}}\n"), "1:21: error: '1M' is not a whole number" },
	{ FEEDS("zed: {memory: {window: 63}, events: {}}\n"), "1:24: error: '63' is out of range; it must be from 64 to 65536" },
	{ FEEDS("zed: {memory: {window: 65537}, events: {}}\n"), "1:24: error: '65537' is out of range; it must be from 64 to 65536" },
	{ FEEDS("zed: {events: {batch: {}}}\n"), "1:16: error: 'batch' cannot name an event: in topics it stands for several" },
	{ FEEDS("zed: {events: {A: {}}}\n"), "1:16: error: 'A' cannot name a event; use a to z, 0 to 9, '.', '_' and '-', beginning with a letter or digit, at most 64" },
	{ FEEDS("zed: {events: {a: x}}\n"), "1:19: error: 'a' must be a map of keys and values, not a text" },
	{ FEEDS("zed: {events: {a: {b: txet}}}\n"), "1:23: error: 'txet' is not text, number, integer, flag or time; did you mean 'text'?" },
	{ FEEDS("zed: {events: {a: {b: {type: [x, y, x]}}}}\n"), "1:37: error: 'x' is given twice" },
	{ FEEDS("zed: {events: {a: {b: []}}}\n"), "1:23: error: a choice has from 1 to 64 words" },
	{ FEEDS("zed: {events: {a: {b.c: text}}}\n"), "1:20: error: 'b.c' cannot name a field; use letters, digits, '_' and '-', beginning with a letter, at most 64" },
	{ FEEDS("zed: {events: {a: {b: {optional: yes}}}}\n"), "1:20: error: 'type' is missing" },
	{ FEEDS("zed: {events: {a: {b: {type: text, optional: maybe}}}}\n"), "1:46: error: 'maybe' is neither yes nor no" },
	{ FEEDS("zed: {events: {a: {b: {type: text, min: 0}}}}\n"), "1:36: error: only a number or integer has a 'min'" },
	{ FEEDS("zed: {events: {a: {b: {type: number, min: 5, max: 4}}}}\n"), "1:51: error: 'max' is less than 'min'" },
	{ FEEDS("zed: {events: {a: {b: {type: number, min: 5x}}}}\n"), "1:43: error: '5x' is not a number" },
	{ FEEDS("zed: {events: {a: {b: {type: number, max: 1e999}}}}\n"), "1:43: error: '1e999' is too large" },
	{ FEEDS("zed: {events: {a: {a: text, b: text, c: text, d: text, e: text, f: text, g: text, h: text, i: text, j: text, k: text, l: text, m: text, n: text, o: text, p: text, q: text}}}\n"),
	  "1:164: error: an event has at most 16 fields" },
};
/* clang-format on */

static void each_mistake_in_a_feed_is_told_alone_at_its_place(void **state)
{
	(void)state;
	/* The last one's line is cut for the eye; its caret is shifted. */
	for (size_t i = 0; i + 1 < COUNT(mistakes); i++)
		expect_mistake(&mistakes[i]);
}

static void a_seventeenth_field_is_refused(void **state)
{
	const struct mistake *mistake = &mistakes[COUNT(mistakes) - 1];
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;

	(void)state;
	assert_int_equal(pack_load(&config, &mistake->file, 1, &report), CONFIG_REFUSED);
	assert_non_null(strstr(text_get(&report), mistake->told));
}

static void fields_are_declared_in_short_and_in_full(void **state)
{
	const struct file file =
		FEEDS("zed:\n"
		      "  title: {vi: Dét, en: Zed}\n"
		      "  silent-after: 15m\n"
		      "  events:\n"
		      "    a.b:\n"
		      "      t: text\n"
		      "      c: [x, y]\n"
		      "      n: {type: number, optional: yes, min: -1, max: 1e9, measure: VND,\n"
		      "          title: {vi: Số, en: Number}}\n"
		      "    empty:\n");
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);
	const struct schema *schema = config_schema(config);
	const struct event_type *type;
	uint32_t feed = schema_find_feed(schema, "zed", 3);

	(void)state;
	assert_string_equal(schema_feed(schema, feed)->title_vi, "Dét");
	assert_int_equal(schema_feed(schema, feed)->silent_after_ms, 900000);
	type = schema_type(schema, schema_find_type(schema, feed, "a.b", 3));
	assert_int_equal(type->n_fields, 3);
	assert_int_equal(type->place.line, 5);
	assert_int_equal(type->fields[0].kind, FIELD_TEXT);
	assert_string_equal(type->fields[0].title_en, "t");
	assert_string_equal(type->fields[0].measure_en, "");
	assert_int_equal(type->fields[1].kind, FIELD_CHOICE);
	assert_int_equal(type->fields[1].n_choices, 2);
	assert_string_equal(type->fields[1].choices[1], "y");
	assert_int_equal(type->fields[2].kind, FIELD_NUMBER);
	assert_true(type->fields[2].optional);
	assert_true(type->fields[2].min == -1 && type->fields[2].max == 1e9);
	assert_string_equal(type->fields[2].measure_en, "VND");
	assert_string_equal(type->fields[2].title_vi, "Số");
	assert_true(isinf(type->fields[0].max) && isinf(type->fields[0].min));
	assert_int_not_equal(schema_find_type(schema, feed, "empty", 5), TYPE_NONE);
}

static void a_feed_may_say_how_its_events_are_remembered(void **state)
{
	const struct file file =
		FEEDS("zed: {memory: {age: 48h, ids: 500000, window: 4096}, events: {a: {}}}\n"
		      "part: {memory: {window: 64}, events: {a: {}}}\n"
		      "edge: {memory: {age: 31d, ids: 67108864, window: 65536}, events: {a: {}}}\n"
		      "none: {events: {a: {}}}\n");
	static const struct {
		const char *id;
		struct memory memory;
	} cases[] = {
		{ "zed", { .ms = 48 * 3600000, .ids = 500000, .window = 4096 } },
		{ "part", { .window = 64 } },
		{ "edge", { .ms = 31 * INT64_C(86400000), .ids = 67108864, .window = 65536 } },
		{ "none", { 0 } },
	};
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);
	const struct schema *schema = config_schema(config);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint32_t number = schema_find_feed(schema, cases[i].id, strlen(cases[i].id));
		const struct memory *memory = &schema_feed(schema, number)->memory;

		assert_int_equal(memory->ms, cases[i].memory.ms);
		assert_int_equal(memory->ids, cases[i].memory.ids);
		assert_int_equal(memory->window, cases[i].memory.window);
	}
}

static void a_memory_shorter_than_the_age_of_events_is_warned_of(void **state)
{
	const struct file shorter = FEEDS("zed: {memory: {age: 23h}, events: {a: {}}}\n");
	const struct file equal = FEEDS("zed: {memory: {age: 24h}, events: {a: {}}}\n");

	(void)state;
	expect_warning(&shorter, "feeds.d/z.yml:1:21: warning: 'age' is shorter than 'limits.age'");
	config_free(expect_good(&equal, 1));
}

static void what_depends_on_a_broken_feed_is_not_told_as_well(void **state)
{
	/* In the good pack indicators and a rule need this file. */
	const struct mistake broken[] = {
		{ { PART_FEEDS, "feeds.d/desk.yml", "desk: {events: }\n" },
		  "1:8: error: 'events' has no value; it must be a map of keys and values" },
		{ { PART_FEEDS, "feeds.d/desk.yml",
		    "desk:\n  events:\n    record.opened: {}\n    record.closed: {late: flga, "
		    "cost: number}\n" },
		  "4:27: error: 'flga' is not text, number, integer, flag or time; did you mean "
		  "'flag'?" },
	};
	const struct file syntax = { PART_FEEDS, "feeds.d/desk.yml", "desk: {events: {\n" };
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;

	(void)state;
	expect_mistakes(broken, COUNT(broken));
	assert_int_equal(pack_load(&config, &syntax, 1, &report), CONFIG_REFUSED);
	assert_non_null(strstr(text_get(&report), "\n1 error in 1 file;"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_declared_in_short_and_in_full),
		cmocka_unit_test(a_feed_may_say_how_its_events_are_remembered),
		cmocka_unit_test(a_memory_shorter_than_the_age_of_events_is_warned_of),
		cmocka_unit_test(each_mistake_in_a_feed_is_told_alone_at_its_place),
		cmocka_unit_test(a_seventeenth_field_is_refused),
		cmocka_unit_test(what_depends_on_a_broken_feed_is_not_told_as_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
