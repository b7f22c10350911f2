/* SPDX-License-Identifier: Apache-2.0 */
/* The report of 2026-11-21: ward closed files each hour, dock none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "views.h"
#include "world.h"

#define MIDNIGHT   ((int32_t)(WORLD_NOW_MS / HOUR_MS) - 8) /* of 2026-11-22, in local time */
#define ITS_REPORT "/api/v1/report?report=daily&period=2026-11-21"

/* n files that ward closed in each of some hours of the day before. */
static void close_in_history(struct world *world, uint64_t number, int n_hours, uint64_t n)
{
	struct cell cells[24];
	struct cell_batch batch = { .number = number,
				    .tick_ms = WORLD_NOW_MS - HOUR_MS,
				    .cells = cells };
	uint64_t series;

	assert_int_equal(indicators_series(world->indicators,
					   indicators_find(world->indicators, "desk.closed", 11),
					   &series, 1),
			 1);
	for (int i = 0; i < n_hours; i++)
		cells[batch.n++] = (struct cell){
			.series = series,
			.unit = units_find(config_units(world->config), "ward", 4),
			.hour = MIDNIGHT - 24 + i,
			.n = n,
			.body = "",
		};
	history_put(world->history, world->indicators, &batch, 1);
}

static void reports_are_listed(void **state)
{
	json_t *json = world_get(*state, "/api/v1/report", 200);

	assert_int_equal(json_array_size(world_at(json, "reports")), 2);
	assert_string_equal(world_string(json, "reports.0.id"), "daily");
	assert_string_equal(world_string(json, "reports.0.title.vi"), "Báo cáo ngày");
	assert_string_equal(world_string(json, "reports.0.every"), "day");
	assert_int_equal(strlen(world_string(json, "reports.0.last")), 10);
	assert_int_equal(world_number(json, "reports.0.lines"), 2);
	assert_string_equal(world_string(json, "reports.1.every"), "month");
	assert_int_equal(strlen(world_string(json, "reports.1.last")), 7);
	json_decref(json);
}

static void a_report_is_worked_out_of_history(void **state)
{
	struct world *world = *state;
	json_t *json;

	close_in_history(world, 1, 24, 2);
	json = world_get(world, ITS_REPORT, 200);
	assert_string_equal(world_string(json, "period"), "2026-11-21");
	assert_int_equal(world_number(json, "revision"), 1);
	assert_int_equal(world_number(json, "silent"), 1);
	assert_string_equal(world_string(json, "rows.0.unit"), "city");
	assert_string_equal(world_string(json, "rows.1.unit"), "ward");
	assert_int_equal(world_number(json, "rows.1.place"), 1);
	assert_int_equal(
		world_number(json_object_get(world_at(json, "rows.1.figures"), "desk.closed"),
			     "value"),
		48);
	assert_true(json_is_null(world_at(json, "rows.2.place")));
	assert_true(json_is_false(world_at(json, "rows.2.reported")));
	text_add(&world->written, "%s", world->body);
	json_decref(json);
}

static bool is_revised(const json_t *json, const char *figures, const char *line)
{
	return json_is_true(
		json_object_get(json_object_get(world_at(json, figures), line), "revised"));
}

static void what_differs_from_the_written_one_is_a_revision(void **state)
{
	struct world *world = *state;
	json_t *json = world_get(world, ITS_REPORT, 200);

	assert_int_equal(world_number(json, "revision"), 1);
	assert_false(is_revised(json, "rows.1.figures", "desk.closed"));
	json_decref(json);

	close_in_history(world, 2, 1, 5);
	json = world_get(world, ITS_REPORT, 200);
	assert_int_equal(world_number(json, "revision"), 2);
	assert_true(is_revised(json, "rows.0.figures", "desk.closed"));
	assert_true(is_revised(json, "rows.1.figures", "desk.closed"));
	assert_false(is_revised(json, "rows.1.figures", "desk.late-rate"));
	assert_false(is_revised(json, "rows.2.figures", "desk.closed"));
	json_decref(json);

	json = world_get(world, "/api/v1/report?report=daily&period=2026-11-20", 200);
	assert_int_equal(world_number(json, "revision"), 1);
	assert_int_equal(world_number(json, "silent"), 3);
	json_decref(json);
}

static void a_report_comes_as_csv(void **state)
{
	struct world *world = *state;

	assert_int_equal(world_ask(world, "GET", ITS_REPORT "&format=csv", ""), 200);
	assert_non_null(strstr(text_get(&world->raw), "Content-Type: text/csv; charset=utf-8\r\n"));
	assert_non_null(strstr(world->body, "unit,name_vi,name_en,place,desk.closed,desk.late-rate,"
					    "reported\r\n"));
	assert_non_null(strstr(world->body, "ward,Phường,Ward,1,53,0,yes\r\n"));
	assert_non_null(strstr(world->body, "dock,Bến,Dock,,,,no\r\n"));
}

static void a_report_comes_as_a_page_in_a_language(void **state)
{
	struct world *world = *state;

	assert_int_equal(world_ask(world, "GET", ITS_REPORT "&format=html&lang=en", ""), 200);
	assert_non_null(
		strstr(text_get(&world->raw), "Content-Type: text/html; charset=utf-8\r\n"));
	assert_non_null(strstr(world->body, "<html lang=\"en\">"));
	assert_non_null(strstr(world->body, "Daily report"));
	assert_int_equal(world_ask(world, "GET", ITS_REPORT "&format=html", ""), 200);
	assert_non_null(strstr(world->body, "<html lang=\"vi\">"));
	assert_non_null(strstr(world->body, "Báo cáo ngày"));
}

static void a_report_of_one_unit_has_one_row(void **state)
{
	json_t *json = world_get(*state, ITS_REPORT "&unit=ward", 200);

	assert_int_equal(json_array_size(world_at(json, "rows")), 1);
	assert_string_equal(world_string(json, "rows.0.unit"), "ward");
	assert_int_equal(world_number(json, "rows.0.place"), 1);
	json_decref(json);
}

static void what_makes_no_sense_is_told(void **state)
{
	static const struct {
		const char *query;
		int status;
		const char *words;
	} rows[] = {
		{ "report=weekly", 404, "there is no report 'weekly'" },
		{ "report=daily&period=2026-11", 400, "'2026-11' is no day" },
		{ "report=parts&period=2026-11-21", 400, "'2026-11-21' is no month" },
		{ "report=daily&period=2026-02-30", 400, "'2026-02-30' is no day" },
		{ "report=daily&format=xml", 400, "json, csv or html, not 'xml'" },
		{ "report=daily&unit=nowhere", 404, "there is no unit 'nowhere'" },
		{ "report=parts&unit=city", 404, "not in this report" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char target[128];
		json_t *json;

		snprintf(target, sizeof(target), "/api/v1/report?%s", rows[i].query);
		json = world_get(*state, target, rows[i].status);
		if (!strstr(world_string(json, "error.message"), rows[i].words))
			fail_msg("%s: %s", rows[i].query, world_string(json, "error.message"));
		json_decref(json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_are_listed),
		cmocka_unit_test(a_report_is_worked_out_of_history),
		cmocka_unit_test(what_differs_from_the_written_one_is_a_revision),
		cmocka_unit_test(a_report_comes_as_csv),
		cmocka_unit_test(a_report_comes_as_a_page_in_a_language),
		cmocka_unit_test(a_report_of_one_unit_has_one_row),
		cmocka_unit_test(what_makes_no_sense_is_told),
	};

	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
