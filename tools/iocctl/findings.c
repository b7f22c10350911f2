/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl findings: what would have been an alert had it come in time. */
#include "api.h"
#include "iocd/base/clock.h"
#include "show.h"

static const struct column columns[] = {
	{ "mức", "severity", COLUMN_TINTED },        { "xảy ra", "happened", COLUMN_RIGHT },
	{ "đơn vị", "unit", COLUMN_FLEXIBLE },       { "cảnh báo", "alert", COLUMN_FLEXIBLE },
	{ "đối tượng", "subject", COLUMN_FLEXIBLE }, { "sự kiện", "events", COLUMN_RIGHT },
	{ "nhận được", "found", COLUMN_RIGHT },
};

static void add_row(const struct call *call, struct table *table, const json_t *finding,
		    int64_t now_ms)
{
	bool vi = call->vietnamese;
	const char *severity = show_string(finding, "severity");
	CLEANUP_TEXT struct text happened = { 0 };
	CLEANUP_TEXT struct text events = { 0 };
	CLEANUP_TEXT struct text found = { 0 };

	show_clock(&happened, show_string(finding, "first"), now_ms);
	show_count(&events, show_integer(finding, "events"), vi);
	show_clock(&found, show_string(finding, "found"), now_ms);
	table_row(table, show_severity_tint(severity),
		  (const char *const[]){
			  show_severity(severity, vi),
			  text_get(&happened),
			  show_words(json_object_get(finding, "unit"), "name", vi),
			  show_words(json_object_get(finding, "rule"), "title", vi),
			  show_string(finding, "subject"),
			  text_get(&events),
			  text_get(&found),
		  });
}

static void print(const struct call *call, const json_t *answer)
{
	CLEANUP(table_free) struct table *table = NULL;
	CLEANUP_TEXT struct text footing = { 0 };
	int64_t now_ms = clock_real_ms();
	const json_t *finding;
	size_t i;

	table = table_new(columns, COUNT(columns), call->vietnamese);
	json_array_foreach(json_object_get(answer, "findings"), i, finding)
		add_row(call, table, finding, now_ms);
	show_count(&footing, show_integer(answer, "matching"), call->vietnamese);
	text_add(&footing,
		 SAY(call, " phát hiện muộn, không thành cảnh báo; hiện %zu",
		     " late findings, which raised no alert; %zu shown"),
		 i);
	show_table(call, table, text_get(&footing));
}

int run_findings(const struct call *call)
{
	const struct argument arguments[] = {
		{ "unit", call->given[OPTION_UNIT] },
		{ "limit", call->given[OPTION_LIMIT] },
	};
	json_t *answer;
	int r = api_get(call, "findings", arguments, COUNT(arguments), &answer);

	if (r)
		return r;

	if (call->json)
		api_print(answer);
	else
		print(call, answer);
	json_decref(answer);
	return STATUS_GOOD;
}
