/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl records: what is open, and by when it must be done. */
#include <string.h>

#include "api.h"
#include "iocd/base/clock.h"
#include "show.h"

static const struct column columns[] = {
	{ "hồ sơ", "record", 0 },
	{ "loại", "track", COLUMN_FLEXIBLE },
	{ "đơn vị", "unit", COLUMN_FLEXIBLE },
	{ "tình trạng", "state", COLUMN_TINTED },
	{ "mở lúc", "opened", COLUMN_RIGHT },
	{ "hạn", "due", COLUMN_RIGHT },
};

static const char *state_word(const struct call *call, const json_t *record)
{
	const char *state = show_string(record, "state");

	if (strcmp(state, "overdue") == 0)
		return SAY(call, "QUÁ HẠN", "OVERDUE");
	if (strcmp(state, "due-soon") == 0)
		return SAY(call, "sắp đến hạn", "due soon");
	if (strcmp(state, "paused") != 0)
		return SAY(call, "đang mở", "open");
	return json_is_true(json_object_get(record, "overdue"))
		       ? SAY(call, "tạm dừng, QUÁ HẠN", "paused, OVERDUE")
		       : SAY(call, "tạm dừng", "paused");
}

static enum tint tint_of(const json_t *record)
{
	if (json_is_true(json_object_get(record, "overdue")))
		return TINT_RED;
	return strcmp(show_string(record, "state"), "due-soon") == 0 ? TINT_YELLOW : TINT_NONE;
}

static void add_row(const struct call *call, struct table *table, const json_t *record,
		    int64_t now_ms)
{
	CLEANUP_TEXT struct text opened = { 0 };
	CLEANUP_TEXT struct text due = { 0 };

	show_clock(&opened, show_string(record, "opened"), now_ms);
	show_clock(&due, show_string(record, "due"), now_ms);
	table_row(table, tint_of(record),
		  (const char *const[]){
			  show_string(record, "record"),
			  show_words(record, "title", call->vietnamese),
			  show_words(json_object_get(record, "unit"), "name", call->vietnamese),
			  state_word(call, record),
			  text_get(&opened),
			  text_get(&due),
		  });
}

static void print(const struct call *call, const json_t *answer)
{
	CLEANUP(table_free) struct table *table = NULL;
	CLEANUP_TEXT struct text footing = { 0 };
	int64_t now_ms = clock_real_ms();
	const json_t *record;
	size_t i;

	table = table_new(columns, COUNT(columns), call->vietnamese);
	json_array_foreach(json_object_get(answer, "records"), i, record)
		add_row(call, table, record, now_ms);
	show_count(&footing, show_integer(answer, "matching"), call->vietnamese);
	text_add(&footing, SAY(call, " hồ sơ; hiện %zu", " records; %zu shown"), i);
	show_table(call, table, text_get(&footing));
}

int run_records(const struct call *call)
{
	const struct argument arguments[] = {
		{ "unit", call->given[OPTION_UNIT] },
		{ "track", call->given[OPTION_TRACK] },
		{ "state", call->given[OPTION_STATE] },
		{ "limit", call->given[OPTION_LIMIT] },
	};
	json_t *answer;
	int r = api_get(call, "records", arguments, COUNT(arguments), &answer);

	if (r)
		return r;

	if (call->json)
		api_print(answer);
	else
		print(call, answer);
	json_decref(answer);
	return STATUS_GOOD;
}
