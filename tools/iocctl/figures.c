/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl indicators, units, rules: what iocd measures, of whom, and against what. */
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "iocd/base/clock.h"
#include "past.h"
#include "screen.h"
#include "show.h"

typedef void print_fn(const struct call *call, const json_t *answer);

static int show(const struct call *call, const char *path, const struct argument *arguments,
		size_t n, print_fn *print)
{
	json_t *answer;
	int r = api_get(call, path, arguments, n, &answer);

	if (r)
		return r;

	if (call->json)
		api_print(answer);
	else
		print(call, answer);
	json_decref(answer);
	return STATUS_GOOD;
}

/* ---- indicators ---- */

static const struct column figures[] = {
	{ "chỉ số", "indicator", 0 },
	{ "tên", "title", COLUMN_FLEXIBLE },
	{ "cửa sổ", "window", 0 },
	{ "giá trị", "value", COLUMN_RIGHT },
	{ "mẫu", "samples", COLUMN_RIGHT },
	{ "chất lượng", "quality", COLUMN_TINTED },
	{ "mới nhất", "last", COLUMN_RIGHT },
};

static void add_window(const struct call *call, struct table *table, const json_t *indicator,
		       size_t nth, int64_t now_ms)
{
	const json_t *window = json_array_get(json_object_get(indicator, "windows"), nth);
	const char *quality = show_string(window, "quality");
	bool is_partial = strcmp(quality, "partial") == 0;
	bool is_provisional = json_is_true(json_object_get(window, "provisional"));
	CLEANUP_TEXT struct text worth = { 0 };
	CLEANUP_TEXT struct text value = { 0 };
	CLEANUP_TEXT struct text samples = { 0 };
	CLEANUP_TEXT struct text last = { 0 };

	show_value(&value, show_real(window, "value"),
		   json_is_true(json_object_get(indicator, "percent")),
		   show_words(indicator, "measure", call->vietnamese), call->vietnamese);
	show_count(&samples, show_integer(window, "samples"), call->vietnamese);
	text_add(&worth, "%s", quality);
	if (is_partial)
		text_add(&worth, " %lld/%lld", (long long)show_integer(window, "reporting"),
			 (long long)show_integer(window, "expected"));
	if (is_provisional)
		text_add(&worth, "%s", SAY(call, ", tạm tính", ", provisional"));
	show_age(&last, indicator, "last", now_ms);
	table_row(table,
		  is_partial || is_provisional || strcmp(quality, "stale") == 0 ? TINT_YELLOW
										: TINT_NONE,
		  (const char *const[]){
			  nth == 0 ? show_string(indicator, "id") : "",
			  nth == 0 ? show_words(indicator, "title", call->vietnamese) : "",
			  show_string(window, "window"),
			  text_get(&value),
			  text_get(&samples),
			  text_get(&worth),
			  nth == 0 ? text_get(&last) : "",
		  });
}

static void print_figures(const struct call *call, const json_t *answer)
{
	CLEANUP(table_free) struct table *table = NULL;
	CLEANUP_TEXT struct text head = { 0 };
	int64_t now_ms = clock_real_ms();
	const json_t *indicator;
	size_t i;

	screen_clean(&head, show_words(json_object_get(answer, "unit"), "name", call->vietnamese));
	text_add(&head, "\n");
	show_print(&head);

	table = table_new(figures, COUNT(figures), call->vietnamese);
	json_array_foreach(json_object_get(answer, "indicators"), i,
			   indicator) for (size_t j = 0;
					   j <
					   json_array_size(json_object_get(indicator, "windows"));
					   j++) add_window(call, table, indicator, j, now_ms);
	show_table(call, table, NULL);
}

static void print_catalogue(const struct call *call, const json_t *answer)
{
	static const struct column columns[] = {
		{ "chỉ số", "indicator", 0 },
		{ "tên", "title", COLUMN_FLEXIBLE },
		{ "đơn vị đo", "measure", 0 },
		{ "mục tiêu", "target", COLUMN_RIGHT },
	};
	CLEANUP(table_free) struct table *table = NULL;
	const json_t *indicator;
	size_t i;

	table = table_new(columns, COUNT(columns), call->vietnamese);
	json_array_foreach(json_object_get(answer, "indicators"), i, indicator)
	{
		CLEANUP_TEXT struct text target = { 0 };
		bool percent = json_is_true(json_object_get(indicator, "percent"));

		show_value(&target, show_real(indicator, "target"), percent, "", call->vietnamese);
		table_row(
			table, TINT_NONE,
			(const char *const[]){
				show_string(indicator, "id"),
				show_words(indicator, "title", call->vietnamese),
				percent ? "%" : show_words(indicator, "measure", call->vietnamese),
				text_get(&target),
			});
	}
	show_table(call, table, NULL);
}

static void print_indicators(const struct call *call, const json_t *answer)
{
	if (json_is_object(json_object_get(answer, "unit")))
		print_figures(call, answer);
	else
		print_catalogue(call, answer);
}

int run_indicators(const struct call *call)
{
	const struct argument arguments[] = {
		{ "unit", call->given[OPTION_UNIT] },
		{ "indicator", call->given[OPTION_INDICATOR] },
	};

	if (past_is_wanted(call))
		return past_show(call);
	if (call->n_arguments > 0) {
		fprintf(stderr,
			SAY(call,
			    "iocctl: '%s' cần --since, --until hoặc --every; hoặc --indicator\n",
			    "iocctl: '%s' needs --since, --until or --every; or --indicator\n"),
			call->arguments[0]);
		return STATUS_USAGE;
	}
	return show(call, "indicators", arguments, COUNT(arguments), print_indicators);
}

/* ---- units ---- */

static void add_unit(const struct call *call, struct table *table, const json_t *unit)
{
	int64_t n_alerts = show_integer(unit, "alerts");
	CLEANUP_TEXT struct text name = { 0 };
	CLEANUP_TEXT struct text accepted = { 0 };
	CLEANUP_TEXT struct text refused = { 0 };
	CLEANUP_TEXT struct text alerts = { 0 };

	text_add(&name, "%*s%s", (int)(2 * show_integer(unit, "depth")), "",
		 show_words(unit, "name", call->vietnamese));
	show_count(&accepted, show_integer(unit, "accepted"), call->vietnamese);
	show_count(&refused, show_integer(unit, "refused"), call->vietnamese);
	show_count(&alerts, n_alerts, call->vietnamese);
	table_row(table, n_alerts > 0 ? TINT_YELLOW : TINT_NONE,
		  (const char *const[]){
			  text_get(&name),
			  show_string(unit, "id"),
			  show_string(unit, "level"),
			  text_get(&accepted),
			  text_get(&refused),
			  text_get(&alerts),
		  });
}

/* Units whose parent is parent, each followed by what is below it. */
static void add_below(const struct call *call, struct table *table, const json_t *units,
		      const char *parent)
{
	const json_t *unit;
	size_t i;

	json_array_foreach(units, i, unit)
	{
		if (strcmp(show_string(unit, "parent"), parent) != 0)
			continue;
		add_unit(call, table, unit);
		add_below(call, table, units, show_string(unit, "id"));
	}
}

static void print_units(const struct call *call, const json_t *answer)
{
	static const struct column columns[] = {
		{ "đơn vị", "unit", COLUMN_FLEXIBLE },
		{ "id", "id", 0 },
		{ "cấp", "level", 0 },
		{ "được tính", "accepted", COLUMN_RIGHT },
		{ "bị từ chối", "refused", COLUMN_RIGHT },
		{ "cảnh báo", "alerts", COLUMN_RIGHT | COLUMN_TINTED },
	};
	CLEANUP(table_free) struct table *table = NULL;

	table = table_new(columns, COUNT(columns), call->vietnamese);
	add_below(call, table, json_object_get(answer, "units"), "");
	show_table(call, table, NULL);
}

int run_units(const struct call *call)
{
	return show(call, "units", NULL, 0, print_units);
}

/* ---- rules ---- */

static void add_limits(struct text *text, const json_t *rule, const char *name)
{
	const json_t *limit;
	size_t i;

	json_array_foreach(json_object_get(rule, name), i, limit)
		text_add(text, "%s%s", i > 0 ? " | " : "", show_string(limit, "text"));
}

/* What a rule looks at: a figure, events of a type, records, iocd itself; else who reports on its
 * feed. */
static const char *watched_by(const json_t *rule)
{
	static const char *const members[] = { "event", "sequence",  "deadline",
					       "own",   "indicator", "feed" };

	for (size_t i = 0; i < COUNT(members); i++)
		if (*show_string(rule, members[i]))
			return show_string(rule, members[i]);

	return "";
}

static void add_receivers(struct text *text, const json_t *rule)
{
	const json_t *receiver;
	size_t i;

	json_array_foreach(json_object_get(rule, "receivers"), i, receiver)
		text_add(text, "%s%s", i > 0 ? ", " : "", json_string_value(receiver));
}

static void add_rule(const struct call *call, struct table *table, const json_t *rule)
{
	int64_t n_alerts = show_integer(rule, "alerts");
	const char *window = show_string(rule, "window");
	CLEANUP_TEXT struct text receivers = { 0 };
	CLEANUP_TEXT struct text warning = { 0 };
	CLEANUP_TEXT struct text critical = { 0 };
	CLEANUP_TEXT struct text alerts = { 0 };
	CLEANUP_TEXT struct text place = { 0 };

	add_limits(&warning, rule, "warning");
	add_limits(&critical, rule, "critical");
	add_receivers(&receivers, rule);
	show_count(&alerts, n_alerts, call->vietnamese);
	text_add(&place, "%s:%lld", show_string(rule, "file"),
		 (long long)show_integer(rule, "line"));
	table_row(table, n_alerts > 0 ? TINT_YELLOW : TINT_NONE,
		  (const char *const[]){
			  show_string(rule, "id"),
			  show_words(rule, "title", call->vietnamese),
			  watched_by(rule),
			  *window ? window : show_string(rule, "severity"),
			  text_get(&warning),
			  text_get(&critical),
			  text_get(&alerts),
			  text_get(&receivers),
			  text_get(&place),
		  });
}

static void print_rules(const struct call *call, const json_t *answer)
{
	static const struct column columns[] = {
		{ "quy tắc", "rule", 0 },
		{ "tên", "title", COLUMN_FLEXIBLE },
		{ "theo dõi", "watches", COLUMN_FLEXIBLE },
		{ "cửa sổ", "window", 0 },
		{ "cảnh báo khi", "warning", 0 },
		{ "nghiêm trọng khi", "critical", 0 },
		{ "đang mở", "open", COLUMN_RIGHT | COLUMN_TINTED },
		{ "báo cho", "tells", COLUMN_FLEXIBLE },
		{ "viết tại", "written at", 0 },
	};
	CLEANUP(table_free) struct table *table = NULL;
	const json_t *rule;
	size_t i;

	table = table_new(columns, COUNT(columns), call->vietnamese);
	json_array_foreach(json_object_get(answer, "rules"), i, rule)
	{
		/* Those of iocd itself only while they say something. */
		if (!json_is_true(json_object_get(rule, "hidden")) ||
		    show_integer(rule, "alerts") > 0)
			add_rule(call, table, rule);
	}
	show_table(call, table, NULL);
}

int run_rules(const struct call *call)
{
	return show(call, "rules", NULL, 0, print_rules);
}
