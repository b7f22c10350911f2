/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl feeds: who sends; iocctl deadletter: what was turned away. */
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "iocd/base/clock.h"
#include "show.h"

static const struct column senders[] = {
	{ "nguồn tin", "feed", 0 },
	{ "đơn vị", "unit", COLUMN_FLEXIBLE },
	{ "id", "id", 0 },
	{ "tình trạng", "state", COLUMN_TINTED },
	{ "được tính", "accepted", COLUMN_RIGHT },
	{ "nhận cách đây", "received", COLUMN_RIGHT },
	{ "sự kiện mới nhất", "newest event", COLUMN_RIGHT },
};

static const char *state_word(const struct call *call, const char *state)
{
	if (strcmp(state, "silent") == 0)
		return SAY(call, "IM LẶNG", "SILENT");
	if (strcmp(state, "never") == 0)
		return SAY(call, "chưa từng gửi", "never");
	return SAY(call, "đang gửi", "live");
}

static void add_sender(const struct call *call, struct table *table, const json_t *feed,
		       const json_t *unit, int64_t now_ms)
{
	const char *state = show_string(unit, "state");
	CLEANUP_TEXT struct text accepted = { 0 };
	CLEANUP_TEXT struct text arrival = { 0 };
	CLEANUP_TEXT struct text newest = { 0 };

	show_count(&accepted, show_integer(unit, "accepted"), call->vietnamese);
	show_age(&arrival, unit, "last_arrival", now_ms);
	show_clock(&newest, show_string(unit, "last"), now_ms);
	table_row(table, strcmp(state, "silent") == 0 ? TINT_RED : TINT_NONE,
		  (const char *const[]){
			  show_string(feed, "id"),
			  show_words(unit, "name", call->vietnamese),
			  show_string(unit, "id"),
			  state_word(call, state),
			  text_get(&accepted),
			  text_get(&arrival),
			  text_get(&newest),
		  });
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
		if (strcmp(show_string(unit, "state"), "never") == 0 && !call->given[OPTION_ALL])
			n_never++;
		else
			add_sender(call, table, feed, unit, now_ms);
	}
	return n_never;
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
		add_missing(call, &footing, feed);
	}
	show_table(call, table, footing.size > 0 ? text_get(&footing) : NULL);
	print_refused(call, json_object_get(answer, "refused"));
}

int run_feeds(const struct call *call)
{
	const struct argument arguments[] = { { "unit", call->given[OPTION_UNIT] } };
	json_t *answer;
	int r = api_get(call, "feeds", arguments, COUNT(arguments), &answer);

	if (r)
		return r;

	if (call->json)
		api_print(answer);
	else
		print_feeds(call, answer);
	json_decref(answer);
	return STATUS_GOOD;
}

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
