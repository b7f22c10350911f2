/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl alerts: what is open. */
#include <stdio.h>

#include "api.h"
#include "iocd/base/clock.h"
#include "screen.h"
#include "show.h"

static const struct column columns[] = {
	{ "số", "no", COLUMN_RIGHT },
	{ "mức", "severity", COLUMN_TINTED },
	{ "tuổi", "age", COLUMN_RIGHT },
	{ "xử lý", "handling", 0 },
	{ "người xử lý", "owner", COLUMN_FLEXIBLE },
	{ "đơn vị", "unit", COLUMN_FLEXIBLE },
	{ "cảnh báo", "alert", COLUMN_FLEXIBLE },
	{ "lý do", "reason", COLUMN_FLEXIBLE },
};

static const struct column fold_columns[] = {
	{ "mức", "severity", COLUMN_TINTED },
	{ "cảnh báo", "alerts", COLUMN_RIGHT },
	{ "nghiêm trọng", "critical", COLUMN_RIGHT },
	{ "đã nhận", "acknowledged", COLUMN_RIGHT },
	{ "lâu nhất", "oldest", COLUMN_RIGHT },
	{ "mới nhất", "newest", COLUMN_RIGHT },
	{ "nguyên nhân", "cause", COLUMN_FLEXIBLE },
	{ "đơn vị", "unit", COLUMN_FLEXIBLE },
	{ "số", "no", COLUMN_FLEXIBLE },
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
	show_flags(&title, alert, vi);
	text_add(&title, "%s", show_words(json_object_get(alert, "rule"), "title", vi));
	table_row(table, show_severity_tint(severity),
		  (const char *const[]){
			  text_get(&no),
			  show_severity(severity, vi),
			  text_get(&age),
			  show_handling(alert, vi),
			  show_string(alert, "owner"),
			  show_words(json_object_get(alert, "unit"), "name", vi),
			  text_get(&title),
			  show_words(alert, "reason", vi),
		  });
}

static void add_counts(const struct call *call, struct text *text, const json_t *counts)
{
	text_add(text,
		 SAY(call, "%lld cảnh báo: %lld nghiêm trọng, %lld cảnh báo",
		     "%lld alerts: %lld critical, %lld warning"),
		 (long long)show_integer(counts, "matching"),
		 (long long)show_integer(counts, "critical"),
		 (long long)show_integer(counts, "warning"));
	if (show_integer(counts, "suppressed") > 0)
		text_add(text, SAY(call, "; %lld bị giữ lại", "; %lld suppressed"),
			 (long long)show_integer(counts, "suppressed"));
}

static void print(const struct call *call, const json_t *answer)
{
	CLEANUP(table_free) struct table *table = NULL;
	const json_t *numbers = json_object_get(answer, "numbers");
	CLEANUP_TEXT struct text footing = { 0 };
	int64_t now_ms = clock_real_ms();
	const json_t *alert;
	size_t i;

	table = table_new(columns, COUNT(columns), call->vietnamese);
	json_array_foreach(json_object_get(answer, "alerts"), i, alert)
		add_row(call, table, alert, json_integer_value(json_array_get(numbers, i)), now_ms);
	add_counts(call, &footing, json_object_get(answer, "counts"));
	text_add(&footing, SAY(call, "; hiện %zu", "; %zu shown"), i);
	show_table(call, table, text_get(&footing));
}

/* ---- folded ---- */

/* "1-3, 7": as they can be typed where alerts are named. */
static void add_numbers(struct text *text, const json_t *numbers)
{
	size_t n = json_array_size(numbers);

	for (size_t i = 0; i < n; i++) {
		long long first = json_integer_value(json_array_get(numbers, i)), last = first;

		while (i + 1 < n &&
		       json_integer_value(json_array_get(numbers, i + 1)) == last + 1) {
			last++;
			i++;
		}
		text_add(text, "%s%lld", text->size > 0 ? ", " : "", first);
		if (last > first)
			text_add(text, "-%lld", last);
	}
}

static void add_group(const struct call *call, struct table *table, const json_t *group,
		      int64_t now_ms)
{
	static const char *const counted[] = { "matching", "critical", "acknowledged" };
	const json_t *unit = json_object_get(group, "unit");
	const json_t *counts = json_object_get(group, "counts");
	const char *severity = show_string(group, "severity");
	struct text cells[6] = { { .bytes = NULL } };

	for (size_t i = 0; i < COUNT(counted); i++)
		show_count(&cells[i], show_integer(counts, counted[i]), call->vietnamese);
	show_age(&cells[3], group, "oldest", now_ms);
	show_age(&cells[4], group, "newest", now_ms);
	add_numbers(&cells[5], json_object_get(group, "numbers"));
	table_row(table, show_severity_tint(severity),
		  (const char *const[]){
			  show_severity(severity, call->vietnamese),
			  text_get(&cells[0]),
			  text_get(&cells[1]),
			  text_get(&cells[2]),
			  text_get(&cells[3]),
			  text_get(&cells[4]),
			  show_words(group, "title", call->vietnamese),
			  json_is_object(unit) ? show_words(unit, "name", call->vietnamese)
					       : SAY(call, "nhiều đơn vị", "several units"),
			  text_get(&cells[5]),
		  });
	for (size_t i = 0; i < COUNT(cells); i++)
		text_fini(&cells[i]);
}

static void print_folded(const struct call *call, const json_t *answer)
{
	CLEANUP(table_free) struct table *table = NULL;
	CLEANUP_TEXT struct text footing = { 0 };
	int64_t now_ms = clock_real_ms();
	const json_t *group;
	size_t i;

	table = table_new(fold_columns, COUNT(fold_columns), call->vietnamese);
	json_array_foreach(json_object_get(answer, "groups"), i, group)
		add_group(call, table, group, now_ms);
	add_counts(call, &footing, json_object_get(answer, "counts"));
	text_add(&footing, SAY(call, "; %lld nguyên nhân", "; %lld causes"),
		 (long long)show_integer(answer, "n_groups"));
	show_table(call, table, text_get(&footing));
}

int run_alerts(const struct call *call)
{
	bool is_folded = call->given[OPTION_FOLD] != NULL;
	const struct argument arguments[] = {
		{ "unit", call->given[OPTION_UNIT] },
		{ "severity", call->given[OPTION_SEVERITY] },
		{ "limit", call->given[OPTION_LIMIT] },
		{ "state", call->given[OPTION_ALL] ? "all" : NULL },
		{ "fold", is_folded ? "cause" : NULL },
	};
	json_t *answer;
	int r = api_get(call, "alerts", arguments, COUNT(arguments), &answer);

	if (r)
		return r;

	if (call->json)
		api_print(answer);
	else if (is_folded)
		print_folded(call, answer);
	else
		print(call, answer);
	json_decref(answer);
	return STATUS_GOOD;
}
