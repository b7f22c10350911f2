/* SPDX-License-Identifier: Apache-2.0 */
#include "gaps.h"

#include <string.h>

#include "api.h"
#include "iocd/base/clock.h"
#include "show.h"

static const struct column columns[] = {
	{ "đơn vị", "unit", COLUMN_FLEXIBLE },
	{ "nơi gửi", "site", 0 },
	{ "luồng", "stream", 0 },
	{ "tình trạng", "state", COLUMN_TINTED },
	{ "ghi từ", "recorded from", COLUMN_RIGHT },
	{ "đến", "to", COLUMN_RIGHT },
	{ "số", "numbers", 0 },
	{ "mục", "count", COLUMN_RIGHT },
	{ "còn thiếu", "missing", COLUMN_RIGHT },
	{ "mất hẳn", "given up", COLUMN_RIGHT },
	{ "thấy lúc", "seen", COLUMN_RIGHT },
	{ "đủ lúc", "closed", COLUMN_RIGHT },
};

static bool is_state(const json_t *gap, const char *state)
{
	return strcmp(show_string(gap, "state"), state) == 0;
}

static const char *state_word(const struct call *call, const json_t *gap)
{
	if (is_state(gap, "open"))
		return SAY(call, "CÒN THIẾU", "OPEN");
	if (is_state(gap, "given-up"))
		return SAY(call, "MẤT HẲN", "GIVEN UP");
	return SAY(call, "đã đủ", "closed");
}

static enum tint tint_of(const json_t *gap)
{
	if (is_state(gap, "open"))
		return TINT_YELLOW;
	return is_state(gap, "given-up") ? TINT_RED : TINT_DIM;
}

static void add_row(const struct call *call, struct table *table, const json_t *gap, int64_t now_ms)
{
	static const char *const times[] = { "recorded_from", "recorded_to", "seen", "closed" };
	static const char *const counted[] = { "count", "missing", "given_up" };
	struct text clocks[COUNT(times)] = { { .bytes = NULL } };
	struct text counts[COUNT(counted)] = { { .bytes = NULL } };
	CLEANUP_TEXT struct text numbers = { 0 };

	for (size_t i = 0; i < COUNT(times); i++)
		show_clock(&clocks[i], show_string(gap, times[i]), now_ms);
	for (size_t i = 0; i < COUNT(counted); i++)
		show_count(&counts[i], show_integer(gap, counted[i]), call->vietnamese);
	text_add(&numbers, "%lld-%lld", (long long)show_integer(gap, "from"),
		 (long long)show_integer(gap, "to"));
	table_row(table, tint_of(gap),
		  (const char *const[]){
			  show_words(json_object_get(gap, "unit"), "name", call->vietnamese),
			  show_string(gap, "id"),
			  show_string(gap, "stream"),
			  state_word(call, gap),
			  text_get(&clocks[0]),
			  text_get(&clocks[1]),
			  text_get(&numbers),
			  text_get(&counts[0]),
			  text_get(&counts[1]),
			  text_get(&counts[2]),
			  text_get(&clocks[2]),
			  text_get(&clocks[3]),
		  });
	for (size_t i = 0; i < COUNT(clocks); i++)
		text_fini(&clocks[i]);
	for (size_t i = 0; i < COUNT(counts); i++)
		text_fini(&counts[i]);
}

static void add_footing(const struct call *call, struct text *text, const json_t *answer,
			size_t shown)
{
	long long matching = show_integer(answer, "matching");

	if (matching == 0) {
		text_add(text, "%s", SAY(call, "không thiếu gì", "nothing is missing"));
		return;
	}
	text_add(text,
		 SAY(call, "%lld khoảng thiếu, %lld còn mở; thiếu ",
		     "%lld gaps, %lld open; missing "),
		 matching, (long long)show_integer(answer, "open"));
	show_count(text, show_integer(answer, "missing"), call->vietnamese);
	text_add(text, "%s", SAY(call, " mục, mất hẳn ", " items, given up "));
	show_count(text, show_integer(answer, "given_up"), call->vietnamese);
	if ((long long)shown < matching)
		text_add(text, SAY(call, "; hiện %zu (--limit)", "; %zu shown (--limit)"), shown);
}

static void print(const struct call *call, const json_t *answer)
{
	CLEANUP(table_free) struct table *table = NULL;
	CLEANUP_TEXT struct text footing = { 0 };
	int64_t now_ms = clock_real_ms();
	const json_t *gap;
	size_t i;

	table = table_new(columns, COUNT(columns), call->vietnamese);
	json_array_foreach(json_object_get(answer, "gaps"), i, gap)
		add_row(call, table, gap, now_ms);
	add_footing(call, &footing, answer, i);
	show_table(call, table, text_get(&footing));
}

int run_feeds_gaps(const struct call *call)
{
	const struct argument arguments[] = {
		{ "unit", call->given[OPTION_UNIT] },
		{ "since", call->given[OPTION_SINCE] },
		{ "until", call->given[OPTION_UNTIL] },
		{ "open", call->given[OPTION_OPEN] ? "1" : NULL },
		{ "limit", call->given[OPTION_LIMIT] },
	};
	json_t *answer;
	int r = api_get(call, "gaps", arguments, COUNT(arguments), &answer);

	if (r)
		return r;

	if (call->json)
		api_print(answer);
	else
		print(call, answer);
	r = show_integer(answer, "open") > 0 ? STATUS_FINDING : STATUS_GOOD;
	json_decref(answer);
	return r;
}
