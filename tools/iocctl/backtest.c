/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl backtest: what other rules would have told over a journal; iocd need not run. */
#include "backtest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "iocd/backtest.h"
#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "show.h"

#define SHOWN 20 /* alerts missed and added that are listed */
#define NAMED 5  /* rules that look back further than the journal */

/* ---- words ---- */

static void add_time(struct text *text, const struct backtesting *testing, int64_t time_ms)
{
	char time[CIVIL_TEXT_MAX];

	(void)civil_format(time, time_ms, testing->place.offset_minutes);
	text_add(text, "%.10s %.8s", time, time + 11);
}

static void add_span(struct text *text, const struct backtesting *testing,
		     const struct backtest_sum *sum)
{
	text_add(text,
		 SAY(testing->call, "%" PRIu64 " bản ghi, %" PRIu64 " sự kiện, từ ",
		     "%" PRIu64 " records, %" PRIu64 " events, from "),
		 sum->records, sum->events);
	add_time(text, testing, sum->begin_ms);
	text_add(text, SAY(testing->call, " đến ", " to "));
	add_time(text, testing, sum->end_ms);
	text_add(text, SAY(testing->call, "; tính từ ", "; counted from "));
	add_time(text, testing, sum->since_ms);
	text_add(text,
		 SAY(testing->call, "\n%.1f s, %.0f sự kiện/s\n", "\n%.1f s, %.0f events/s\n"),
		 testing->seconds, (double)sum->events / testing->seconds);
	if (testing->damaged)
		text_add(text,
			 SAY(testing->call, "%" PRIu64 " đoạn hỏng đã bỏ qua\n",
			     "%" PRIu64 " damaged stretches were stepped over\n"),
			 testing->damaged);
}

/* Rules whose figures began before the journal did, as far as it counts. */
static void add_incomplete(struct text *text, const struct backtesting *testing,
			   const struct backtest_sum *sum)
{
	uint32_t n, n_late = 0;
	const struct rule *rules = config_rules(testing->after, &n);
	int64_t latest_ms = 0;
	CLEANUP_TEXT struct text names = { 0 };

	if (journal_survey_first(testing->survey) == 0)
		return; /* nothing came before */
	for (uint32_t i = 0; i < n; i++) {
		int64_t from_ms = backtest_complete_ms(&rules[i], sum->begin_ms);

		if (from_ms <= sum->since_ms)
			continue;
		latest_ms = from_ms > latest_ms ? from_ms : latest_ms;
		if (n_late++ < NAMED)
			text_add(&names, "%s%s", n_late > 1 ? ", " : "", rules[i].id);
	}
	if (n_late == 0)
		return;
	text_add(text,
		 SAY(testing->call,
		     "nhật ký không đủ dài cho %u quy tắc (%s%s); số liệu đầy đủ từ ",
		     "the journal is too short for %u rules (%s%s); figures are complete from "),
		 n_late, text_get(&names), n_late > NAMED ? ", ..." : "");
	add_time(text, testing, latest_ms);
	text_add(text, "\n");
}

static void print_rows(const struct backtesting *testing, const struct backtest *backtest)
{
	static const struct column columns[] = {
		{ "QUY TẮC", "RULE", COLUMN_FLEXIBLE },
		{ "TRƯỚC", "BEFORE", COLUMN_RIGHT },
		{ "SAU", "AFTER", COLUMN_RIGHT },
		{ "NẶNG TRƯỚC", "CRITICAL BEFORE", COLUMN_RIGHT },
		{ "NẶNG SAU", "CRITICAL AFTER", COLUMN_RIGHT },
		{ "SẼ BỎ LỠ", "MISSED", COLUMN_RIGHT | COLUMN_TINTED },
		{ "SẼ THÊM", "ADDED", COLUMN_RIGHT | COLUMN_TINTED },
	};
	CLEANUP(table_free)
	struct table *table = table_new(columns, COUNT(columns), testing->call->vietnamese);
	uint32_t n;
	const struct backtest_row *rows = backtest_rows(backtest, &n);

	for (uint32_t i = 0; i < n; i++) {
		const struct backtest_row *row = &rows[i];
		const uint64_t numbers[] = { row->raised[0],   row->raised[1], row->critical[0],
					     row->critical[1], row->missed,    row->added };
		char cells[COUNT(numbers)][24];
		const char *shown[COUNT(columns)];

		if (row->raised[0] + row->raised[1] == 0)
			continue;
		shown[0] =
			(row->rules[SIDE_AFTER] ? row->rules[SIDE_AFTER] : row->rules[SIDE_BEFORE])
				->id;
		for (size_t j = 0; j < COUNT(numbers); j++) {
			(void)snprintf(cells[j], sizeof(cells[j]), "%" PRIu64, numbers[j]);
			shown[j + 1] = cells[j];
		}
		table_row(table, row->missed + row->added > 0 ? TINT_YELLOW : TINT_NONE, shown);
	}
	show_table(testing->call, table, NULL);
}

static void add_load(struct text *text, const struct backtesting *testing,
		     const struct backtest_sum *sum, enum backtest_side side)
{
	const struct backtest_load *load = &sum->loads[side];
	const char *name = side == SIDE_BEFORE ? SAY(testing->call, "trước", "before")
					       : SAY(testing->call, "sau", "after");

	text_add(text,
		 SAY(testing->call,
		     "%s: %" PRIu64 " cảnh báo, %.2f mỗi 10 phút và người trực, nhiều nhất %.4g",
		     "%s: %" PRIu64 " alerts, %.2f per 10 minutes and operator, at most %.4g"),
		 name, load->told, load->mean, load->most);
	if (load->told > 0) {
		text_add(text, SAY(testing->call, " (lúc ", " (at "));
		add_time(text, testing, load->most_ms);
		text_add(text, ")");
	}
	text_add(text, SAY(testing->call, ", %" PRIu64 " lần dồn dập\n", ", %" PRIu64 " floods\n"),
		 load->n_floods);
}

static bool is_counted(const struct backtest_sum *sum, const struct backtest_alert *alert)
{
	return !alert->has_match && alert->raised_ms >= sum->since_ms &&
	       alert->raised_ms < sum->until_ms;
}

static void add_alert(struct text *text, const struct backtesting *testing,
		      const struct units *units, const struct backtest_alert *alert)
{
	text_add(text, "  ");
	add_time(text, testing, alert->raised_ms);
	text_add(text, "  %-8s  %s/%s%s%s", severity_name(alert->severity),
		 units_at(units, alert->unit)->id, alert->rule->id, *alert->subject ? "/" : "",
		 alert->subject);
	if (alert->cleared_ms == INT64_MAX) {
		text_add(text, SAY(testing->call, "  (còn mở)", "  (stands)"));
	} else {
		text_add(text, "  (");
		text_add_duration(text, (alert->cleared_ms - alert->raised_ms) / 1000 * 1000);
		text_add(text, ")");
	}
	text_add(text, "\n");
}

/* What only one side told. */
static void add_list(struct text *text, const struct backtesting *testing,
		     const struct backtest *backtest, const struct backtest_sum *sum,
		     enum backtest_side side, uint64_t limit)
{
	const struct config *config =
		side == SIDE_BEFORE && testing->before ? testing->before : testing->after;
	uint64_t n = side == SIDE_BEFORE ? sum->missed : sum->added;
	size_t n_alerts;
	const struct backtest_alert *alerts = backtest_alerts(backtest, side, &n_alerts);
	uint64_t shown = 0;

	if (n == 0)
		return;
	text_add(text, "%s\n",
		 side == SIDE_BEFORE ? SAY(testing->call, "Sẽ bỏ lỡ:", "Would have been missed:")
				     : SAY(testing->call, "Sẽ thêm:", "Would have been added:"));
	for (size_t i = 0; i < n_alerts && shown < limit; i++) {
		if (!is_counted(sum, &alerts[i]))
			continue;
		add_alert(text, testing, config_units(config), &alerts[i]);
		shown++;
	}
	if (n > shown)
		text_add(text,
			 SAY(testing->call, "  và %" PRIu64 " nữa (--limit)\n",
			     "  and %" PRIu64 " more (--limit)\n"),
			 n - shown);
}

static uint64_t limit_of(const struct call *call)
{
	int64_t limit = SHOWN;
	const char *given = call->given[OPTION_LIMIT];

	if (given && (text_read_integer(given, strlen(given), &limit) || limit < 0))
		limit = SHOWN;
	return (uint64_t)limit;
}

static void print_text(const struct backtesting *testing, const struct backtest *backtest,
		       const struct backtest_sum *sum)
{
	CLEANUP_TEXT struct text text = { 0 };

	add_span(&text, testing, sum);
	add_incomplete(&text, testing, sum);
	text_add(&text, "\n");
	show_print(&text);
	print_rows(testing, backtest);
	text_add(&text, "\n");
	for (int side = 0; side < N_SIDES; side++)
		add_load(&text, testing, sum, (enum backtest_side)side);
	for (int side = 0; side < N_SIDES; side++)
		add_list(&text, testing, backtest, sum, (enum backtest_side)side,
			 limit_of(testing->call));
	if (sum->missed + sum->added == 0)
		text_add(&text, "%s\n",
			 SAY(testing->call, "Không có gì khác.",
			     "Nothing would have been otherwise."));
	show_print(&text);
}

/* ---- JSON ---- */

static json_t *alerts_json(const struct backtesting *testing, const struct backtest *backtest,
			   const struct backtest_sum *sum, enum backtest_side side)
{
	const struct config *config =
		side == SIDE_BEFORE && testing->before ? testing->before : testing->after;
	json_t *list = json_array();
	size_t n;
	const struct backtest_alert *alerts = backtest_alerts(backtest, side, &n);

	for (size_t i = 0; i < n; i++) {
		const struct backtest_alert *alert = &alerts[i];

		if (!is_counted(sum, alert))
			continue;
		json_array_append_new(
			list,
			json_pack("{s:s, s:s, s:s, s:s, s:b, s:o, s:o}", "rule", alert->rule->id,
				  "unit", units_at(config_units(config), alert->unit)->id,
				  "subject", alert->subject, "severity",
				  severity_name(alert->severity), "suppressed",
				  alert->is_suppressed, "raised",
				  journal_json_time(&testing->place, alert->raised_ms), "cleared",
				  alert->cleared_ms == INT64_MAX
					  ? json_null()
					  : journal_json_time(&testing->place, alert->cleared_ms)));
	}
	return list;
}

static json_t *rows_json(const struct backtest *backtest)
{
	json_t *list = json_array();
	uint32_t n;
	const struct backtest_row *rows = backtest_rows(backtest, &n);

	for (uint32_t i = 0; i < n; i++) {
		const struct backtest_row *row = &rows[i];
		const struct rule *rule =
			row->rules[SIDE_AFTER] ? row->rules[SIDE_AFTER] : row->rules[SIDE_BEFORE];

		json_array_append_new(
			list,
			json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "rule", rule->id, "before",
				  (json_int_t)row->raised[0], "after", (json_int_t)row->raised[1],
				  "critical_before", (json_int_t)row->critical[0], "critical_after",
				  (json_int_t)row->critical[1], "missed", (json_int_t)row->missed,
				  "added", (json_int_t)row->added));
	}
	return list;
}

static json_t *load_json(const struct backtesting *testing, const struct backtest_load *load)
{
	return json_pack("{s:I, s:f, s:f, s:o, s:I}", "alerts", (json_int_t)load->told,
			 "per_10_minutes", load->mean, "most", load->most, "most_at",
			 journal_json_time(&testing->place, load->most_ms), "floods",
			 (json_int_t)load->n_floods);
}

static void print_json(const struct backtesting *testing, const struct backtest *backtest,
		       const struct backtest_sum *sum)
{
	json_t *json = json_pack(
		"{s:I, s:I, s:I, s:I, s:f, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"records", (json_int_t)sum->records, "events", (json_int_t)sum->events, "damaged",
		(json_int_t)testing->damaged, "rulebooks", (json_int_t)sum->n_rulebooks, "seconds",
		testing->seconds, "events_per_s", (double)sum->events / testing->seconds, "begin",
		journal_json_time(&testing->place, sum->begin_ms), "end",
		journal_json_time(&testing->place, sum->end_ms), "since",
		journal_json_time(&testing->place, sum->since_ms), "until",
		journal_json_time(&testing->place, sum->until_ms), "before",
		load_json(testing, &sum->loads[SIDE_BEFORE]), "after",
		load_json(testing, &sum->loads[SIDE_AFTER]), "rules", rows_json(backtest), "missed",
		alerts_json(testing, backtest, sum, SIDE_BEFORE), "added",
		alerts_json(testing, backtest, sum, SIDE_AFTER));

	api_print(json);
	json_decref(json);
}

/* ---- the command ---- */

static void on_record(void *context, enum backtest_side side, const struct record *record)
{
	backtest_carry(context, side, record);
}

static int compare(struct backtesting *testing)
{
	const struct backtest_options options = {
		.configs = { testing->before ? testing->before : testing->after, testing->after },
	};
	CLEANUP(backtest_free) struct backtest *backtest = NULL;
	struct backtest_sum sum;
	int64_t since_ms, until_ms;
	int status;

	if (backtest_new(&backtest, &options)) {
		fprintf(stderr, "iocctl: %s\n", err_trace());
		return STATUS_UNREACHABLE;
	}
	status = backtest_span(testing->call, 0, 0, &since_ms, &until_ms);
	if (status == STATUS_GOOD)
		status = backtest_read_both(testing, on_record, backtest);
	if (status)
		return status;
	(void)backtest_span(testing->call, backtest_end_ms(backtest), testing->place.offset_minutes,
			    &since_ms, &until_ms);
	backtest_finish(backtest, since_ms, until_ms, &sum);
	if (testing->call->json)
		print_json(testing, backtest, &sum);
	else
		print_text(testing, backtest, &sum);
	return STATUS_GOOD;
}

static int load_config(const struct call *call, const char *directory, struct config **ret)
{
	CLEANUP_TEXT struct text report = { 0 };

	if (config_load(ret, directory, NULL, &report) == 0)
		return STATUS_GOOD;
	if (!call->json) {
		fputs(text_get(&report), stderr);
	} else {
		json_t *json = json_pack("{s:s, s:s, s:s}", "error", "refused", "directory",
					 directory, "report", text_get(&report));

		api_print(json);
		json_decref(json);
	}
	return STATUS_FINDING;
}

static int prepare(struct backtesting *testing)
{
	const struct call *call = testing->call;
	int status = load_config(call, call->arguments[0], &testing->after);

	if (status == STATUS_GOOD && call->given[OPTION_CONFIG])
		status = load_config(call, call->given[OPTION_CONFIG], &testing->before);
	if (status)
		return status;
	testing->place = (struct journal_place){
		.directory = call->given[OPTION_JOURNAL],
		.offset_minutes = config_settings(testing->after)->offset_minutes,
	};
	if (!testing->place.directory)
		testing->place.directory =
			config_settings(testing->before ? testing->before : testing->after)
				->journal.directory;
	return journal_survey(call, &testing->place, &testing->survey);
}

int run_backtest(const struct call *call)
{
	struct backtesting testing = { .call = call };
	int status = prepare(&testing);

	if (status == STATUS_GOOD)
		status = call->given[OPTION_SUGGEST] ? backtest_suggest(&testing)
			 : call->given[OPTION_LOG]   ? backtest_log(&testing)
						     : compare(&testing);
	journal_survey_free(testing.survey);
	config_free(testing.before);
	config_free(testing.after);
	return status;
}
