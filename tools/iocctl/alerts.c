/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl alerts: what is open; iocctl explain: why. */
#include <stdio.h>

#include "api.h"
#include "explain.h"
#include "iocd/base/clock.h"
#include "screen.h"
#include "show.h"

static const struct column columns[] = {
	{ "số", "no", COLUMN_RIGHT },
	{ "mức", "severity", COLUMN_TINTED },
	{ "tuổi", "age", COLUMN_RIGHT },
	{ "đơn vị", "unit", COLUMN_FLEXIBLE },
	{ "cảnh báo", "alert", COLUMN_FLEXIBLE },
	{ "lý do", "reason", COLUMN_FLEXIBLE },
};

static void add_row(const struct call *call, struct table *table, const json_t *alert,
		    int64_t number, int64_t now_ms)
{
	bool vi = call->vietnamese;
	const char *severity = show_string(alert, "severity");
	CLEANUP_TEXT struct text no = { 0 };
	CLEANUP_TEXT struct text age = { 0 };
	CLEANUP_TEXT struct text title = { 0 };

	text_add(&no, "%lld", (long long)number);
	show_age(&age, alert, "raised", now_ms);
	text_add(&title, "%s%s",
		 json_is_true(json_object_get(alert, "drill"))
			 ? SAY(call, "[DIỄN TẬP] ", "[DRILL] ")
			 : "",
		 show_words(json_object_get(alert, "rule"), "title", vi));
	table_row(table, show_severity_tint(severity),
		  (const char *const[]){
			  text_get(&no),
			  show_severity(severity, vi),
			  text_get(&age),
			  show_words(json_object_get(alert, "unit"), "name", vi),
			  text_get(&title),
			  show_words(alert, "reason", vi),
		  });
}

static void print(const struct call *call, const json_t *answer)
{
	CLEANUP(table_free) struct table *table = NULL;
	const json_t *counts = json_object_get(answer, "counts");
	const json_t *numbers = json_object_get(answer, "numbers");
	CLEANUP_TEXT struct text footing = { 0 };
	int64_t now_ms = clock_real_ms();
	const json_t *alert;
	size_t i;

	table = table_new(columns, COUNT(columns), call->vietnamese);
	json_array_foreach(json_object_get(answer, "alerts"), i, alert)
		add_row(call, table, alert, json_integer_value(json_array_get(numbers, i)), now_ms);
	text_add(&footing,
		 SAY(call, "%lld cảnh báo: %lld nghiêm trọng, %lld cảnh báo; hiện %zu",
		     "%lld alerts: %lld critical, %lld warning; %zu shown"),
		 (long long)show_integer(counts, "matching"),
		 (long long)show_integer(counts, "critical"),
		 (long long)show_integer(counts, "warning"), i);
	show_table(call, table, text_get(&footing));
}

int run_alerts(const struct call *call)
{
	const struct argument arguments[] = {
		{ "unit", call->given[OPTION_UNIT] },
		{ "severity", call->given[OPTION_SEVERITY] },
		{ "limit", call->given[OPTION_LIMIT] },
	};
	json_t *answer;
	int r = api_get(call, "alerts", arguments, COUNT(arguments), &answer);

	if (r)
		return r;

	if (call->json)
		api_print(answer);
	else
		print(call, answer);
	json_decref(answer);
	return STATUS_GOOD;
}

int run_explain(const struct call *call)
{
	const struct argument arguments[] = { { "alert", call->arguments[0] } };
	CLEANUP_TEXT struct text text = { 0 };
	json_t *answer;
	int r = api_get(call, "explain", arguments, COUNT(arguments), &answer);

	if (r)
		return r;

	if (call->json)
		api_print(answer);
	else
		explain_write(&text, answer, call->vietnamese, clock_real_ms());
	show_print(&text);
	json_decref(answer);
	return STATUS_GOOD;
}
