/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl feeds: who sends, who should and does not, and whose clock is off. */
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "feeds_try.h"
#include "gaps.h"
#include "iocd/base/clock.h"
#include "show.h"

static const struct column senders[] = {
	{ "nguồn tin", "feed", 0 },
	{ "đơn vị", "unit", COLUMN_FLEXIBLE },
	{ "id", "id", 0 },
	{ "tình trạng", "state", COLUMN_TINTED },
	{ "báo đủ", "reporting", COLUMN_RIGHT },
	{ "hạn báo", "due", COLUMN_RIGHT },
	{ "được tính", "accepted", COLUMN_RIGHT },
	{ "nhận cách đây", "received", COLUMN_RIGHT },
	{ "sự kiện mới nhất", "newest event", COLUMN_RIGHT },
};

static bool is_state(const json_t *unit, const char *state)
{
	return strcmp(show_string(unit, "state"), state) == 0;
}

static bool is_missing(const json_t *unit)
{
	return strcmp(show_string(unit, "contract"), "missing") == 0;
}

static bool has_contract(const json_t *unit)
{
	const char *contract = show_string(unit, "contract");

	return *contract && strcmp(contract, "none") != 0;
}

/* Connected but mute is another trouble than disconnected. */
static const char *missing_word(const struct call *call, const json_t *unit)
{
	const char *presence = show_string(unit, "presence");

	if (strcmp(presence, "online") == 0)
		return SAY(call, "CÒN KẾT NỐI, KHÔNG GỬI", "CONNECTED BUT MUTE");
	if (strcmp(presence, "lost") == 0)
		return SAY(call, "MẤT KẾT NỐI", "DISCONNECTED");
	if (strcmp(presence, "stopped") == 0)
		return SAY(call, "ĐÃ DỪNG", "STOPPED");
	return SAY(call, "THIẾU", "MISSING");
}

static const char *contract_word(const struct call *call, const json_t *unit)
{
	const char *contract = show_string(unit, "contract");

	if (is_missing(unit))
		return missing_word(call, unit);
	if (strcmp(contract, "kept") == 0)
		return SAY(call, "đang gửi", "live");
	if (strcmp(contract, "resting") == 0)
		return SAY(call, "nghỉ", "resting");
	return SAY(call, "chờ", "waiting");
}

static const char *state_word(const struct call *call, const json_t *unit)
{
	if (has_contract(unit))
		return contract_word(call, unit);
	if (is_state(unit, "silent"))
		return SAY(call, "IM LẶNG", "SILENT");
	if (is_state(unit, "never")) /* of those below it something is expected */
		return show_integer(unit, "expected") > 0 ? "-"
							  : SAY(call, "chưa từng gửi", "never");
	return SAY(call, "đang gửi", "live");
}

static enum tint tint_of(const json_t *unit)
{
	if (is_missing(unit) || (!has_contract(unit) && is_state(unit, "silent")))
		return TINT_RED;
	return show_integer(unit, "kept") < show_integer(unit, "expected") ? TINT_YELLOW
									   : TINT_NONE;
}

/* Appends how many of those at and below report; nothing where nobody is to. */
static void add_share(const struct call *call, struct text *text, const json_t *object)
{
	int64_t expected = show_integer(object, "expected");

	if (expected > 0)
		text_add(text, SAY(call, "%lld trên %lld", "%lld of %lld"),
			 (long long)show_integer(object, "kept"), (long long)expected);
}

static void add_sender(const struct call *call, struct table *table, const json_t *feed,
		       const json_t *unit, int64_t now_ms)
{
	CLEANUP_TEXT struct text share = { 0 };
	CLEANUP_TEXT struct text due = { 0 };
	CLEANUP_TEXT struct text accepted = { 0 };
	CLEANUP_TEXT struct text arrival = { 0 };
	CLEANUP_TEXT struct text newest = { 0 };

	add_share(call, &share, unit);
	/* Of one that is missing: since when. */
	show_clock(&due, show_string(unit, is_missing(unit) ? "since" : "due"), now_ms);
	show_count(&accepted, show_integer(unit, "accepted"), call->vietnamese);
	show_age(&arrival, unit, "last_arrival", now_ms);
	show_clock(&newest, show_string(unit, "last"), now_ms);
	table_row(table, tint_of(unit),
		  (const char *const[]){
			  show_string(feed, "id"),
			  show_words(unit, "name", call->vietnamese),
			  show_string(unit, "id"),
			  state_word(call, unit),
			  text_get(&share),
			  text_get(&due),
			  text_get(&accepted),
			  text_get(&arrival),
			  text_get(&newest),
		  });
}

/* Who never sent is of interest where something is expected of it or below it. */
static bool is_shown(const struct call *call, const json_t *unit)
{
	if (call->given[OPTION_MISSING])
		return is_missing(unit);
	return call->given[OPTION_ALL] || !is_state(unit, "never") ||
	       show_integer(unit, "expected") > 0;
}

/* Returns how many units were left out because they never sent. */
static size_t add_feed(const struct call *call, struct table *table, const json_t *feed,
		       int64_t now_ms)
{
	size_t n_never = 0;
	const json_t *unit;
	size_t i;

	json_array_foreach(json_object_get(feed, "units"), i, unit)
	{
		if (is_shown(call, unit))
			add_sender(call, table, feed, unit, now_ms);
		else
			n_never++;
	}
	return call->given[OPTION_MISSING] ? 0 : n_never;
}

static void add_refusals(const struct call *call, struct table *table, const json_t *unit)
{
	const json_t *refused = json_object_get(unit, "refused");
	const char *reason;
	json_t *n;

	json_object_foreach((json_t *)refused, reason, n)
	{
		CLEANUP_TEXT struct text count = { 0 };
		const char *name = show_words(unit, "name", call->vietnamese);

		show_count(&count, json_integer_value(n), call->vietnamese);
		table_row(table, TINT_NONE,
			  (const char *const[]){
				  *name ? name : SAY(call, "(không rõ)", "(unknown)"),
				  reason,
				  text_get(&count),
			  });
	}
}

static void print_refused(const struct call *call, const json_t *refused)
{
	static const struct column columns[] = {
		{ "bị từ chối từ", "refused from", COLUMN_FLEXIBLE },
		{ "lý do", "reason", 0 },
		{ "số", "number", COLUMN_RIGHT },
	};
	CLEANUP(table_free) struct table *table = NULL;
	const json_t *unit;
	size_t i;

	if (json_array_size(refused) == 0)
		return;

	table = table_new(columns, COUNT(columns), call->vietnamese);
	json_array_foreach(refused, i, unit) add_refusals(call, table, unit);
	putchar('\n');
	show_table(call, table, NULL);
}

/* Begins a new line of the footing. */
static struct text *add_line(struct text *footing)
{
	if (footing->size > 0)
		text_add(footing, "\n");
	return footing;
}

static void add_missing(const struct call *call, struct text *footing, const json_t *feed)
{
	int64_t n = show_integer(feed, "missing");

	if (n > 0)
		text_add(add_line(footing),
			 SAY(call, "%s: %lld sự kiện có số thứ tự nhưng chưa đến",
			     "%s: %lld numbered events never came"),
			 show_string(feed, "id"), (long long)n);
}

/* How many keep the contract of a feed; nothing if it has none. */
static void add_expect(const struct call *call, struct text *footing, const json_t *feed)
{
	const json_t *expect = json_object_get(feed, "expect");

	if (show_integer(expect, "expected") == 0)
		return;
	text_add(add_line(footing), "%s: ", show_string(feed, "id"));
	add_share(call, footing, expect);
	text_add(footing, SAY(call, " đơn vị báo đủ", " units report"));
}

static void add_clock(const struct call *call, struct table *table, const json_t *clock,
		      int64_t now_ms)
{
	CLEANUP_TEXT struct text ahead = { 0 };
	CLEANUP_TEXT struct text last = { 0 };
	CLEANUP_TEXT struct text corrected = { 0 };
	double ahead_s = show_real(clock, "ahead_s");

	show_value(&ahead, ahead_s, false, SAY(call, "giây", "s"), call->vietnamese);
	show_clock(&last, show_string(clock, "last"), now_ms);
	show_count(&corrected, show_integer(clock, "corrected"), call->vietnamese);
	table_row(table, TINT_YELLOW,
		  (const char *const[]){
			  show_words(clock, "name", call->vietnamese),
			  show_string(clock, "feed"),
			  show_string(clock, "source"),
			  text_get(&ahead),
			  text_get(&last),
			  text_get(&corrected),
		  });
}

static void print_clocks(const struct call *call, const json_t *clocks)
{
	static const struct column columns[] = {
		{ "đồng hồ sai của", "clock off at", COLUMN_FLEXIBLE },
		{ "nguồn tin", "feed", 0 },
		{ "nguồn", "source", COLUMN_FLEXIBLE },
		{ "nhanh", "ahead", COLUMN_RIGHT | COLUMN_TINTED },
		{ "gần nhất", "last", COLUMN_RIGHT },
		{ "đã sửa", "corrected", COLUMN_RIGHT },
	};
	CLEANUP(table_free) struct table *table = NULL;
	int64_t now_ms = clock_real_ms();
	const json_t *clock;
	size_t i;

	if (json_array_size(clocks) == 0)
		return;

	table = table_new(columns, COUNT(columns), call->vietnamese);
	json_array_foreach(clocks, i, clock) add_clock(call, table, clock, now_ms);
	putchar('\n');
	show_table(call, table, NULL);
}

static void print_feeds(const struct call *call, const json_t *answer)
{
	CLEANUP(table_free) struct table *table = NULL;
	CLEANUP_TEXT struct text footing = { 0 };
	int64_t now_ms = clock_real_ms();
	const json_t *feed;
	size_t i;

	table = table_new(senders, COUNT(senders), call->vietnamese);
	json_array_foreach(json_object_get(answer, "feeds"), i, feed)
	{
		size_t n_never = add_feed(call, table, feed, now_ms);

		if (n_never > 0)
			text_add(add_line(&footing),
				 SAY(call, "%s: %zu đơn vị chưa từng gửi (--all)",
				     "%s: %zu units never sent (--all)"),
				 show_string(feed, "id"), n_never);
		add_expect(call, &footing, feed);
		add_missing(call, &footing, feed);
	}
	show_table(call, table, footing.size > 0 ? text_get(&footing) : NULL);
	if (call->given[OPTION_MISSING])
		return;
	print_clocks(call, json_object_get(answer, "clocks"));
	print_refused(call, json_object_get(answer, "refused"));
}

int run_feeds(const struct call *call)
{
	const struct argument arguments[] = { { "unit", call->given[OPTION_UNIT] } };
	json_t *answer;
	int r;

	if (call->n_arguments == 1 && strcmp(call->arguments[0], "gaps") == 0)
		return run_feeds_gaps(call);
	if (call->n_arguments > 0)
		return run_feeds_try(call);
	r = api_get(call, "feeds", arguments, COUNT(arguments), &answer);
	if (r)
		return r;

	if (call->json)
		api_print(answer);
	else
		print_feeds(call, answer);
	json_decref(answer);
	return STATUS_GOOD;
}
