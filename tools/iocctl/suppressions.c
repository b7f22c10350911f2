/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl suppressions: what keeps alerts from being told. */
#include "api.h"
#include "iocd/base/clock.h"
#include "show.h"

static const struct column columns[] = {
	{ "loại", "kind", 0 },
	{ "quy tắc", "rule", COLUMN_FLEXIBLE },
	{ "đơn vị", "unit", COLUMN_FLEXIBLE },
	{ "đối tượng", "subject", COLUMN_FLEXIBLE },
	{ "đến", "until", COLUMN_RIGHT },
	{ "ai", "by", COLUMN_FLEXIBLE },
	{ "vì sao", "note", COLUMN_FLEXIBLE },
};

static void add_row(const struct call *call, struct table *table, const json_t *one, int64_t now_ms)
{
	const json_t *rule = json_object_get(one, "rule"), *unit = json_object_get(one, "unit");
	CLEANUP_TEXT struct text units = { 0 };
	CLEANUP_TEXT struct text until = { 0 };

	text_add(&units, "%s",
		 json_is_object(unit) ? show_words(unit, "name", call->vietnamese)
				      : SAY(call, "mọi đơn vị", "all units"));
	if (json_is_true(json_object_get(one, "below")))
		text_add(&units, "%s", SAY(call, " và cấp dưới", " and below"));
	show_clock(&until, show_string(one, "until"), now_ms);
	table_row(table, TINT_NONE,
		  (const char *const[]){
			  show_suppression(show_string(one, "kind"), call->vietnamese),
			  json_is_object(rule) ? show_words(rule, "title", call->vietnamese)
					       : SAY(call, "mọi quy tắc", "all rules"),
			  text_get(&units),
			  show_string(one, "subject"),
			  text_get(&until),
			  show_string(one, "by"),
			  show_string(one, "note"),
		  });
}

static void print(const struct call *call, const json_t *answer)
{
	CLEANUP(table_free) struct table *table = NULL;
	CLEANUP_TEXT struct text footing = { 0 };
	int64_t now_ms = clock_real_ms();
	const json_t *one;
	size_t i;

	table = table_new(columns, COUNT(columns), call->vietnamese);
	json_array_foreach(json_object_get(answer, "suppressions"), i, one)
		add_row(call, table, one, now_ms);
	if (i == 0)
		text_add(&footing, "%s",
			 SAY(call, "không có gì bị giữ lại", "nothing is kept from being told"));
	show_table(call, table, i == 0 ? text_get(&footing) : NULL);
}

int run_suppressions(const struct call *call)
{
	const struct argument arguments[] = { { "unit", call->given[OPTION_UNIT] } };
	json_t *answer;
	int r = api_get(call, "suppressions", arguments, COUNT(arguments), &answer);

	if (r)
		return r;

	if (call->json)
		api_print(answer);
	else
		print(call, answer);
	json_decref(answer);
	return STATUS_GOOD;
}
