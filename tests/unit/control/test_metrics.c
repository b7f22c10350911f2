/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/base/counter.h"
#include "world.h"

static const char *scrape(void **state)
{
	struct world *world = *state;

	assert_int_equal(world_ask(world, "GET", "/metrics", ""), 200);
	return world->body;
}

static void the_format_says_its_version(void **state)
{
	(void)scrape(state);
	assert_non_null(strstr(text_get(&((struct world *)*state)->raw),
			       "Content-Type: text/plain; version=0.0.4"));
}

static void every_counter_is_there_with_its_meaning(void **state)
{
	const char *text = scrape(state);
	char line[512];

	for (int i = 0; i < N_COUNTERS; i++) {
		const char *name = counter_name((enum counter)i);

		snprintf(line, sizeof(line),
			 "# HELP iocd_%s_total %s\n# TYPE iocd_%s_total counter\niocd_%s_total ",
			 name, counter_text((enum counter)i), name, name);
		if (!strstr(text, line))
			fail_msg("not there: %s", line);
	}
	assert_non_null(strstr(text, "\niocd_events_seen_total 33\n"));
}

static void refusals_alerts_and_parts_bear_labels(void **state)
{
	const char *text = scrape(state);

	assert_non_null(strstr(text, "\niocd_refused_total{reason=\"out_of_range\"} 1\n"));
	assert_non_null(strstr(text, "\niocd_refused_total{reason=\"duplicate\"} 0\n"));
	assert_non_null(strstr(text, "\niocd_alerts_open{severity=\"critical\"} 1\n"));
	assert_non_null(strstr(text, "\niocd_alerts_open{severity=\"warning\"} 2\n"));
	assert_non_null(strstr(text, "\niocd_alerts{state=\"standing\",severity=\"warning\","
				     "handling=\"unacknowledged\"} 2\n"));
	assert_non_null(strstr(text, "\niocd_alerts{state=\"over\",severity=\"critical\","
				     "handling=\"cleared-unacknowledged\"} 0\n"));
	assert_non_null(strstr(text, "\niocd_alerts_suppressed{by=\"out-of-service\"} 0\n"));
	assert_non_null(strstr(text, "\niocd_part_light{part=\"mqtt\"} 0\n"));
	assert_non_null(strstr(text, "\niocd_part_light{part=\"redis\"} 1\n"));
}

static void health_is_in_base_units(void **state)
{
	const char *text = scrape(state);

	assert_non_null(strstr(text, "\niocd_ready 1\n"));
	assert_non_null(strstr(text, "\niocd_journal_bytes 1024\n"));
	assert_non_null(strstr(text, "\niocd_journal_unsynced_bytes 100\n"));
	assert_non_null(strstr(text, "\niocd_journal_behind_bytes 200\n"));
	assert_non_null(strstr(text, "\niocd_loop_stall_seconds 0.0015\n"));
	assert_non_null(strstr(text, "\niocd_events_per_second 12.5\n"));
	assert_non_null(strstr(text, "\niocd_start_time_seconds 1795309140\n"));
	assert_non_null(strstr(text, "\niocd_events_unaccounted 0\n"));
}

static void assert_sample(const char *line, size_t size)
{
	const char *value = memchr(line, ' ', size);
	const char *brace = memchr(line, '}', size);
	char *end;

	if (brace)
		value = brace + 1;
	assert_non_null(value);
	assert_memory_equal(line, "iocd_", 5);
	assert_int_equal(*value, ' ');
	(void)strtod(value + 1, &end);
	assert_ptr_equal(end, line + size);
}

/* Each name has its HELP and TYPE once, before its samples, and every other line is a sample. */
static void every_line_is_well_formed(void **state)
{
	const char *text = scrape(state);

	while (*text) {
		size_t size = strcspn(text, "\n");

		assert_int_equal(text[size], '\n');
		if (*text == '#')
			assert_true(memcmp(text, "# HELP iocd_", 12) == 0 ||
				    memcmp(text, "# TYPE iocd_", 12) == 0);
		else
			assert_sample(text, size);
		text += size + 1;
	}
}

static void a_name_from_outside_cannot_break_a_label(void **state)
{
	struct world *world = *state;

	world->health.parts[0].name = "a\"b\\c\nd";
	assert_non_null(strstr(scrape(state), "\niocd_part_light{part=\"a\\\"b\\\\c\\nd\"} 0\n"));
	world->health.parts[0].name = "mqtt";
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_format_says_its_version),
		cmocka_unit_test(every_counter_is_there_with_its_meaning),
		cmocka_unit_test(refusals_alerts_and_parts_bear_labels),
		cmocka_unit_test(health_is_in_base_units),
		cmocka_unit_test(every_line_is_well_formed),
		cmocka_unit_test(a_name_from_outside_cannot_break_a_label),
	};

	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
