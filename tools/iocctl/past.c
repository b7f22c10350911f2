/* SPDX-License-Identifier: Apache-2.0 */
#include "past.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "show.h"

#define DATE_SIZE   10 /* of "2026-10-01T08:00:00+07:00" */
#define MONTH_SIZE  7
#define YEAR_SIZE   4
#define MINUTE_AT   11 /* where "08:00" begins */
#define MINUTE_SIZE 5

bool past_is_wanted(const struct call *call)
{
	static const enum filter signs[] = { OPTION_SINCE,  OPTION_UNTIL, OPTION_EVERY,
					     OPTION_AS_WAS, OPTION_BELOW, OPTION_FORMAT };

	for (size_t i = 0; i < COUNT(signs); i++)
		if (call->given[signs[i]])
			return true;

	return false;
}

/* ---- CSV: RFC 4180 ---- */

static void add_field(struct text *text, const char *field)
{
	if (!strpbrk(field, ",\"\r\n")) {
		text_add(text, "%s", field);
		return;
	}
	text_add(text, "\"");
	for (; *field; field++)
		text_add(text, *field == '"' ? "\"\"" : "%c", *field);
	text_add(text, "\"");
}

static void add_csv_row(struct text *text, const json_t *row)
{
	static const char *const names[] = { "unit", "indicator", "from", "to" };
	double value = show_real(row, "value");

	for (size_t i = 0; i < COUNT(names); i++) {
		add_field(text, show_string(row, names[i]));
		text_add(text, ",");
	}
	if (isfinite(value))
		text_add_number(text, value);
	text_add(text, ",%lld,", (long long)show_integer(row, "samples"));
	add_field(text, show_string(row, "quality"));
	text_add(text, ",%lld,%s\r\n", (long long)show_integer(row, "revision"),
		 json_is_true(json_object_get(row, "open")) ? "true" : "false");
}

static void print_csv(const json_t *answer)
{
	CLEANUP_TEXT struct text text = { 0 };
	const json_t *row;
	size_t i;

	text_add(&text, "unit,indicator,from,to,value,samples,quality,revision,open\r\n");
	json_array_foreach(json_object_get(answer, "rows"), i, row)
	{
		add_csv_row(&text, row);
		show_print(&text);
	}
	show_print(&text);
}

/* ---- table ---- */

/* Lends the one of a list with that id, or NULL. */
static const json_t *find(const json_t *answer, const char *list, const char *id)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(answer, list), i, one)
	{
		if (strcmp(show_string(one, "id"), id) == 0)
			return one;
	}
	return NULL;
}

static void add_time(struct text *text, const char *time)
{
	text_add(text, "%.*s %.*s", DATE_SIZE, time, MINUTE_SIZE,
		 strlen(time) > MINUTE_AT ? time + MINUTE_AT : "");
}

static void add_span(struct text *text, const json_t *row, const char *every)
{
	const char *from = show_string(row, "from");

	if (strcmp(every, "hour") == 0) {
		add_time(text, from);
	} else if (strcmp(every, "month") == 0) {
		text_add(text, "%.*s", MONTH_SIZE, from);
	} else if (strcmp(every, "year") == 0) {
		text_add(text, "%.*s", YEAR_SIZE, from);
	} else if (strcmp(every, "whole") == 0) {
		add_time(text, from);
		text_add(text, " - ");
		add_time(text, show_string(row, "to"));
	} else {
		text_add(text, "%.*s", DATE_SIZE, from);
	}
}

static void add_note(struct text *text, const struct call *call, const json_t *row)
{
	int64_t revision = show_integer(row, "revision");

	if (json_is_true(json_object_get(row, "open")))
		text_add(text, "%s", SAY(call, "chưa đóng", "open"));
	if (json_is_true(json_object_get(row, "provisional")))
		text_add(text, "%s%s", text->size ? ", " : "",
			 SAY(call, "tạm tính", "provisional"));
	if (revision > 1)
		text_add(text, SAY(call, "%sđã sửa lần %lld", "%srevision %lld"),
			 text->size ? ", " : "", (long long)revision);
}

static void add_row(const struct call *call, struct table *table, const json_t *answer,
		    const json_t *row)
{
	const json_t *indicator = find(answer, "indicators", show_string(row, "indicator"));
	const json_t *unit = find(answer, "units", show_string(row, "unit"));
	const char *name = show_words(unit, "name", call->vietnamese);
	CLEANUP_TEXT struct text span = { 0 };
	CLEANUP_TEXT struct text value = { 0 };
	CLEANUP_TEXT struct text samples = { 0 };
	CLEANUP_TEXT struct text note = { 0 };

	add_span(&span, row, show_string(answer, "every"));
	show_value(&value, show_real(row, "value"),
		   json_is_true(json_object_get(indicator, "percent")),
		   show_words(indicator, "measure", call->vietnamese), call->vietnamese);
	show_count(&samples, show_integer(row, "samples"), call->vietnamese);
	add_note(&note, call, row);
	table_row(table, json_is_true(json_object_get(row, "open")) ? TINT_DIM : TINT_NONE,
		  (const char *const[]){
			  *name ? name : show_string(row, "unit"),
			  show_string(row, "indicator"),
			  text_get(&span),
			  text_get(&value),
			  text_get(&samples),
			  show_string(row, "quality"),
			  text_get(&note),
		  });
}

static void print_table(const struct call *call, const json_t *answer)
{
	static const struct column columns[] = {
		{ "đơn vị", "unit", COLUMN_FLEXIBLE },
		{ "chỉ số", "indicator", 0 },
		{ "từ", "from", 0 },
		{ "giá trị", "value", COLUMN_RIGHT },
		{ "mẫu", "samples", COLUMN_RIGHT },
		{ "chất lượng", "quality", 0 },
		{ "ghi chú", "note", COLUMN_TINTED },
	};
	CLEANUP(table_free) struct table *table = NULL;
	CLEANUP_TEXT struct text footing = { 0 };
	const json_t *rows = json_object_get(answer, "rows");
	const json_t *row;
	size_t i;

	table = table_new(columns, COUNT(columns), call->vietnamese);
	json_array_foreach(rows, i, row) add_row(call, table, answer, row);
	if (json_array_size(rows) == 0)
		text_add(&footing, "%s",
			 SAY(call, "không có số liệu nào trong khoảng này",
			     "nothing is known of this time"));
	show_table(call, table, footing.size ? text_get(&footing) : NULL);
}

/* ---- asking ---- */

/* Names of indicators: those of --indicator, then the arguments. */
static struct text names_of(const struct call *call)
{
	const char *given = call->given[OPTION_INDICATOR];
	struct text names = { 0 };

	text_add(&names, "%s", given ? given : "");
	for (int i = 0; i < call->n_arguments; i++)
		text_add(&names, "%s%s", names.size ? "," : "", call->arguments[i]);
	return names;
}

static const char *format_of(const struct call *call)
{
	const char *format = call->given[OPTION_FORMAT];

	if (!format)
		return call->json ? "json" : "table";
	return strcmp(format, "table") == 0 || strcmp(format, "csv") == 0 ||
			       strcmp(format, "json") == 0
		       ? format
		       : NULL;
}

static void print_answer(const struct call *call, const char *format, const json_t *answer)
{
	if (*format == 'j')
		api_print(answer);
	else if (*format == 'c')
		print_csv(answer);
	else
		print_table(call, answer);
}

static int ask(const struct call *call, json_t **ret)
{
	CLEANUP_TEXT struct text names = names_of(call);
	const struct argument arguments[] = {
		{ "unit", call->given[OPTION_UNIT] },
		{ "indicator", names.size ? text_get(&names) : NULL },
		{ "since", call->given[OPTION_SINCE] },
		{ "until", call->given[OPTION_UNTIL] },
		{ "every", call->given[OPTION_EVERY] },
		{ "view", call->given[OPTION_AS_WAS] ? "as-was" : NULL },
		{ "below", call->given[OPTION_BELOW] ? "1" : NULL },
	};

	return api_get(call, "history", arguments, COUNT(arguments), ret);
}

int past_show(const struct call *call)
{
	const char *format = format_of(call);
	json_t *answer;
	int r;

	if (!format) {
		fprintf(stderr,
			SAY(call, "iocctl: --format là table, csv hoặc json, không phải '%s'\n",
			    "iocctl: --format is table, csv or json, not '%s'\n"),
			call->given[OPTION_FORMAT]);
		return STATUS_USAGE;
	}

	r = ask(call, &answer);
	if (r)
		return r;

	print_answer(call, format, answer);
	json_decref(answer);
	return STATUS_GOOD;
}
