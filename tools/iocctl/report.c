/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl report: figures of a closed period, on the terminal or as a file to print and to send. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "shift.h"
#include "show.h"

/* Columns of figures that a terminal has room for beside the unit; CSV and HTML have all. */
#define FIGURES_MAX 8

static void list_reports(const struct call *call, const json_t *answer)
{
	static const struct column columns[] = {
		{ "báo cáo", "report", 0 },
		{ "tên", "title", COLUMN_FLEXIBLE },
		{ "kỳ", "every", 0 },
		{ "kỳ gần nhất", "last period", 0 },
	};
	CLEANUP(table_free)
	struct table *table = table_new(columns, COUNT(columns), call->vietnamese);
	const json_t *report;
	size_t i;

	json_array_foreach(json_object_get(answer, "reports"), i, report)
	{
		table_row(table, TINT_NONE,
			  (const char *const[]){
				  show_string(report, "id"),
				  show_words(report, "title", call->vietnamese),
				  show_string(report, "every"),
				  show_string(report, "last"),
			  });
	}
	show_table(call, table, NULL);
}

static void add_figure(const struct call *call, struct text *cell, const json_t *row,
		       const json_t *line)
{
	const json_t *figure =
		json_object_get(json_object_get(row, "figures"), show_string(line, "id"));

	show_value(cell, show_real(figure, "value"), json_is_true(json_object_get(line, "percent")),
		   "", call->vietnamese);
	if (json_is_true(json_object_get(figure, "revised")))
		text_add(cell, "*");
}

static void add_row(const struct call *call, struct table *table, const json_t *row,
		    const json_t *lines, size_t n)
{
	struct text cells[FIGURES_MAX] = { 0 };
	const char *shown[2 + FIGURES_MAX];
	CLEANUP_TEXT struct text place = { 0 };
	bool silent = json_is_false(json_object_get(row, "reported"));

	if (show_integer(row, "place") > 0)
		show_count(&place, show_integer(row, "place"), call->vietnamese);
	shown[0] = show_words(row, "name", call->vietnamese);
	shown[1] = place.size ? text_get(&place) : "-";
	for (size_t i = 0; i < n; i++) {
		add_figure(call, &cells[i], row, json_array_get(lines, i));
		shown[2 + i] = text_get(&cells[i]);
	}
	table_row(table, silent ? TINT_DIM : TINT_NONE, shown);
	for (size_t i = 0; i < n; i++)
		text_fini(&cells[i]);
}

static void add_footing(const struct call *call, struct text *footing, const json_t *answer,
			size_t n_lines, size_t n_shown)
{
	int64_t revision = show_integer(answer, "revision");

	text_add(footing, SAY(call, "%s, kỳ %s", "%s, period %s"),
		 show_words(answer, "title", call->vietnamese), show_string(answer, "period"));
	if (revision > 1)
		text_add(footing, SAY(call, ", bản đính chính lần %d (*)", ", revision %d (*)"),
			 (int)(call->vietnamese ? revision - 1 : revision));
	text_add(footing, SAY(call, "; %d đơn vị chưa có số liệu", "; %d units did not report"),
		 (int)show_integer(answer, "silent"));
	if (n_shown < n_lines)
		text_add(footing,
			 SAY(call, "\n%zu cột không vừa màn hình: --format csv hoặc html có đủ",
			     "\n%zu columns are left out here: --format csv or html has all"),
			 n_lines - n_shown);
}

static void print_report(const struct call *call, const json_t *answer)
{
	const json_t *lines = json_object_get(answer, "lines");
	struct column columns[2 + FIGURES_MAX] = { { "đơn vị", "unit", COLUMN_FLEXIBLE },
						   { "hạng", "rank", COLUMN_RIGHT } };
	size_t n = json_array_size(lines) < FIGURES_MAX ? json_array_size(lines) : FIGURES_MAX;
	CLEANUP_TEXT struct text footing = { 0 };
	CLEANUP(table_free) struct table *table = NULL;
	const json_t *row;
	size_t i;

	for (i = 0; i < n; i++) {
		const char *id = show_string(json_array_get(lines, i), "id");

		columns[2 + i] = (struct column){ id, id, COLUMN_RIGHT | COLUMN_FLEXIBLE };
	}
	table = table_new(columns, 2 + n, call->vietnamese);
	json_array_foreach(json_object_get(answer, "rows"), i, row)
		add_row(call, table, row, lines, n);
	add_footing(call, &footing, answer, json_array_size(lines), n);
	show_table(call, table, text_get(&footing));
}

int run_report(const struct call *call)
{
	const char *format = call->given[OPTION_FORMAT];
	const struct argument arguments[] = {
		{ "report", call->n_arguments > 0 ? call->arguments[0] : NULL },
		{ "period", call->given[OPTION_PERIOD] },
		{ "unit", call->given[OPTION_UNIT] },
		{ "format", format && strcmp(format, "table") != 0 ? format : NULL },
		{ "lang", call->vietnamese ? "vi" : "en" },
	};
	CLEANUP_TEXT struct text body = { 0 };
	json_t *answer;
	int status;

	if (call->n_arguments == 1 && strcmp(call->arguments[0], "handover") == 0)
		return shift_handover(call);
	if (call->n_arguments == 1 && strcmp(call->arguments[0], "worst") == 0)
		return shift_worst(call);
	if (call->n_arguments > 1) {
		fprintf(stderr, "iocctl: %s: '%s'\n",
			SAY(call, "thừa đối số", "an argument too many"), call->arguments[1]);
		return STATUS_USAGE;
	}
	if (format && strcmp(format, "table") != 0) {
		status = api_fetch(call, "report", arguments, COUNT(arguments), &body);
		show_print(&body);
		return status;
	}

	status = api_get(call, "report", arguments, COUNT(arguments), &answer);
	if (status)
		return status;
	if (call->json)
		api_print(answer);
	else if (call->n_arguments == 0)
		list_reports(call, answer);
	else
		print_report(call, answer);
	json_decref(answer);
	return STATUS_GOOD;
}
