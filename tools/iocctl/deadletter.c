/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl deadletter: what was turned away. */
#include "api.h"
#include "iocd/base/clock.h"
#include "show.h"

static void add_sample(struct table *table, const json_t *sample, int64_t now_ms)
{
	const char *unit = show_string(sample, "unit");
	CLEANUP_TEXT struct text arrival = { 0 };
	CLEANUP_TEXT struct text position = { 0 };

	show_clock(&arrival, show_string(sample, "arrival"), now_ms);
	text_add(&position, "%lld", (long long)show_integer(sample, "position"));
	table_row(table, TINT_NONE,
		  (const char *const[]){
			  text_get(&arrival),
			  *unit ? unit : "?",
			  show_string(sample, "reason"),
			  text_get(&position),
			  show_string(sample, "topic"),
			  show_string(sample, "payload"),
		  });
}

static void print_samples(const struct call *call, const json_t *answer)
{
	static const struct column columns[] = {
		{ "lúc", "arrived", 0 },
		{ "đơn vị", "unit", 0 },
		{ "lý do", "reason", 0 },
		{ "vị trí", "position", COLUMN_RIGHT },
		{ "topic", "topic", COLUMN_FLEXIBLE },
		{ "nội dung", "payload", COLUMN_FLEXIBLE },
	};
	CLEANUP(table_free) struct table *table = NULL;
	int64_t now_ms = clock_real_ms();
	const json_t *sample;
	size_t i;

	table = table_new(columns, COUNT(columns), call->vietnamese);
	json_array_foreach(json_object_get(answer, "samples"), i, sample)
		add_sample(table, sample, now_ms);
	show_table(call, table, NULL);
}

int run_deadletter(const struct call *call)
{
	const struct argument arguments[] = {
		{ "unit", call->given[OPTION_UNIT] },
		{ "reason", call->given[OPTION_REASON] },
		{ "limit", call->given[OPTION_LIMIT] },
	};
	json_t *answer;
	int r = api_get(call, "deadletter", arguments, COUNT(arguments), &answer);

	if (r)
		return r;

	if (call->json)
		api_print(answer);
	else
		print_samples(call, answer);
	json_decref(answer);
	return STATUS_GOOD;
}
