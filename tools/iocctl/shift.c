/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl log, load, and the reports of a shift: what happened to alerts and how much it was. */
#include "shift.h"

#include <stdio.h>
#include <string.h>

#include "api.h"
#include "handover.h"
#include "load.h"
#include "show.h"

/* ---- forms ---- */

/* A sheet of the form that was asked for.  False: there is none, and that was said. */
static bool make_sheet(const struct call *call, struct text *text, struct sheet *ret)
{
	const char *format = call->given[OPTION_FORMAT];

	*ret = (struct sheet){ .text = text,
			       .vietnamese = call->vietnamese,
			       .width = call->width,
			       .colour = call->colour };
	if (!format || sheet_find_form(format, &ret->form))
		return true;
	fprintf(stderr,
		SAY(call, "iocctl: --format là text, html, csv hoặc json, không phải '%s'\n",
		    "iocctl: --format is text, html, csv or json, not '%s'\n"),
		format);
	return false;
}

static bool wants_json(const struct call *call)
{
	const char *format = call->given[OPTION_FORMAT];

	return call->json || (format && strcmp(format, "json") == 0);
}

typedef void write_fn(struct sheet *sheet, const json_t *answer);

/* Asks for path and prints the answer as a sheet. */
static int show(const struct call *call, const char *path, const struct argument *arguments,
		size_t n, write_fn *write)
{
	CLEANUP_TEXT struct text text = { 0 };
	struct sheet sheet;
	json_t *answer;
	int r;

	if (!wants_json(call) && !make_sheet(call, &text, &sheet))
		return STATUS_USAGE;
	r = api_get(call, path, arguments, n, &answer);
	if (r)
		return r;
	if (wants_json(call)) {
		api_print(answer);
	} else {
		write(&sheet, answer);
		show_print(&text);
	}
	json_decref(answer);
	return STATUS_GOOD;
}

/* ---- reports ---- */

int shift_handover(const struct call *call)
{
	const struct argument arguments[] = { { "since", call->given[OPTION_SINCE] },
					      { "unit", call->given[OPTION_UNIT] } };

	return show(call, "handover", arguments, COUNT(arguments), handover_write);
}

static void write_this_week(struct sheet *sheet, const json_t *answer)
{
	load_write_worst(sheet, answer, "this");
}

static void write_last_week(struct sheet *sheet, const json_t *answer)
{
	load_write_worst(sheet, answer, "last");
}

int shift_worst(const struct call *call)
{
	const char *week = call->given[OPTION_WEEK] ? call->given[OPTION_WEEK] : "last";

	if (strcmp(week, "this") == 0)
		return show(call, "workload", NULL, 0, write_this_week);
	if (strcmp(week, "last") == 0)
		return show(call, "workload", NULL, 0, write_last_week);
	fprintf(stderr,
		SAY(call, "iocctl: --week là this hoặc last, không phải '%s'\n",
		    "iocctl: --week is this or last, not '%s'\n"),
		week);
	return STATUS_USAGE;
}

int run_load(const struct call *call)
{
	return show(call, "workload", NULL, 0, load_write);
}

/* ---- the log ---- */

static void add_row(const struct call *call, struct table *table, const json_t *row, int64_t now_ms)
{
	const char *severity = show_string(row, "severity");
	CLEANUP_TEXT struct text time = { 0 };
	CLEANUP_TEXT struct text note = { 0 };

	show_clock(&time, show_string(row, "time"), now_ms);
	text_add(&note, "%s",
		 *show_string(row, "note") ? show_string(row, "note")
					   : show_words(row, "reason", call->vietnamese));
	table_row(table, show_severity_tint(severity),
		  (const char *const[]){
			  text_get(&time),
			  show_severity(severity, call->vietnamese),
			  show_news(show_string(row, "news"), call->vietnamese),
			  show_words(json_object_get(row, "unit"), "name", call->vietnamese),
			  show_words(json_object_get(row, "rule"), "title", call->vietnamese),
			  show_string(row, "by"),
			  text_get(&note),
		  });
}

static void print_log(const struct call *call, const json_t *answer)
{
	static const struct column columns[] = {
		{ "lúc", "time", 0 },
		{ "mức độ", "severity", COLUMN_TINTED },
		{ "việc", "what", 0 },
		{ "đơn vị", "unit", COLUMN_FLEXIBLE },
		{ "cảnh báo", "alert", COLUMN_FLEXIBLE },
		{ "ai", "by", 0 },
		{ "ghi chú, vì sao", "note, why", COLUMN_FLEXIBLE },
	};
	CLEANUP(table_free) struct table *table = NULL;
	CLEANUP_TEXT struct text footing = { 0 };
	int64_t now_ms = show_time_ms(answer, "until");
	const json_t *row;
	size_t i;

	table = table_new(columns, COUNT(columns), call->vietnamese);
	json_array_foreach(json_object_get(answer, "log"), i, row)
		add_row(call, table, row, now_ms);
	text_add(&footing, SAY(call, "%zu dòng từ ", "%zu entries since "), i);
	show_clock(&footing, show_string(answer, "since"), now_ms);
	if (json_is_true(json_object_get(answer, "cut")))
		text_add(&footing, "%s",
			 SAY(call, "; còn nữa, cũ hơn: --limit lớn hơn hoặc --since gần hơn",
			     "; there are more, older ones: a larger --limit, or a later --since"));
	show_table(call, table, text_get(&footing));
}

int run_log(const struct call *call)
{
	const struct argument arguments[] = {
		{ "since", call->given[OPTION_SINCE] }, { "until", call->given[OPTION_UNTIL] },
		{ "unit", call->given[OPTION_UNIT] },   { "rule", call->given[OPTION_RULE] },
		{ "limit", call->given[OPTION_LIMIT] },
	};
	json_t *answer;
	int r = api_get(call, "alert-log", arguments, COUNT(arguments), &answer);

	if (r)
		return r;
	if (call->json)
		api_print(answer);
	else
		print_log(call, answer);
	json_decref(answer);
	return STATUS_GOOD;
}
