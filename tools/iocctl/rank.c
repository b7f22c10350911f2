/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl rank: which unit does best, and who cannot be compared. */
#include <string.h>

#include "api.h"
#include "screen.h"
#include "show.h"

static const struct column columns[] = {
	{ "hạng", "place", COLUMN_RIGHT },    { "đơn vị", "unit", COLUMN_FLEXIBLE },
	{ "giá trị", "value", COLUMN_RIGHT }, { "mức", "band", COLUMN_FLEXIBLE },
	{ "mẫu", "samples", COLUMN_RIGHT },   { "ghi chú", "note", COLUMN_TINTED },
};

/* Why a unit has no place, or how much of it reports. */
static void add_note(const struct call *call, struct text *text, const json_t *row)
{
	const char *state = show_string(row, "state");

	if (strcmp(state, "few") == 0)
		text_add(text, "%s", SAY(call, "quá ít mẫu", "too few samples"));
	else if (strcmp(state, "stale") == 0)
		text_add(text, "%s", SAY(call, "không còn báo cáo", "reports no more"));
	else if (strcmp(state, "unknown") == 0)
		text_add(text, "%s", SAY(call, "chưa có số liệu", "no figures"));
	else if (strcmp(show_string(row, "quality"), "partial") == 0)
		text_add(text, SAY(call, "%lld/%lld có báo cáo", "%lld of %lld report"),
			 (long long)show_integer(row, "reporting"),
			 (long long)show_integer(row, "expected"));
	if (json_is_true(json_object_get(row, "provisional")))
		text_add(text, "%s%s", text->size ? ", " : "",
			 SAY(call, "tạm tính", "provisional"));
}

static void add_row(const struct call *call, struct table *table, const json_t *answer,
		    const json_t *row)
{
	bool is_placed = json_is_integer(json_object_get(row, "place"));
	CLEANUP_TEXT struct text place = { 0 };
	CLEANUP_TEXT struct text value = { 0 };
	CLEANUP_TEXT struct text samples = { 0 };
	CLEANUP_TEXT struct text note = { 0 };

	if (is_placed)
		text_add(&place, "%lld", (long long)show_integer(row, "place"));
	else
		text_add(&place, "-");
	show_value(&value, show_real(row, "value"),
		   json_is_true(json_object_get(answer, "percent")),
		   show_words(answer, "measure", call->vietnamese), call->vietnamese);
	show_count(&samples, show_integer(row, "samples"), call->vietnamese);
	add_note(call, &note, row);
	table_row(table, note.size > 0 ? TINT_YELLOW : TINT_NONE,
		  (const char *const[]){
			  text_get(&place),
			  show_words(json_object_get(row, "unit"), "name", call->vietnamese),
			  text_get(&value),
			  show_words(row, "band", call->vietnamese),
			  text_get(&samples),
			  text_get(&note),
		  });
}

static void print(const struct call *call, const json_t *answer)
{
	CLEANUP(table_free) struct table *table = NULL;
	CLEANUP_TEXT struct text text = { 0 };
	const json_t *row;
	size_t i;

	screen_clean(&text, show_words(answer, "title", call->vietnamese));
	text_add(&text, " (");
	screen_clean(&text, show_string(answer, "window"));
	text_add(&text, ")\n");
	show_print(&text);

	table = table_new(columns, COUNT(columns), call->vietnamese);
	json_array_foreach(json_object_get(answer, "rows"), i, row)
		add_row(call, table, answer, row);
	text_add(&text,
		 SAY(call, "xếp hạng %lld trên %lld đơn vị", "%lld of %lld units are ranked"),
		 (long long)show_integer(answer, "placed"),
		 (long long)show_integer(answer, "among"));
	show_table(call, table, text_get(&text));
}

int run_rank(const struct call *call)
{
	const struct argument arguments[] = {
		{ "indicator", call->arguments[0] },
		{ "under", call->given[OPTION_UNIT] },
	};
	json_t *answer;
	int r = api_get(call, "rank", arguments, COUNT(arguments), &answer);

	if (r)
		return r;

	if (call->json)
		api_print(answer);
	else
		print(call, answer);
	json_decref(answer);
	return STATUS_GOOD;
}
