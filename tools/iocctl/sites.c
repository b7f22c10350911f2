/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl sites: who forwards to us, and how far each is. */
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "iocd/base/clock.h"
#include "show.h"

static const struct column columns[] = {
	{ "đơn vị", "unit", COLUMN_FLEXIBLE },      { "nơi gửi", "site", 0 },
	{ "tình trạng", "state", COLUMN_TINTED },   { "từ", "since", COLUMN_RIGHT },
	{ "nghe cách đây", "heard", COLUMN_RIGHT }, { "phiên bản", "version", COLUMN_FLEXIBLE },
	{ "còn chờ", "backlog", COLUMN_RIGHT },     { "cũ nhất", "oldest", COLUMN_RIGHT },
	{ "thiếu", "missing", COLUMN_RIGHT },       { "mất hẳn", "given up", COLUMN_RIGHT },
	{ "lệch giờ", "skew", COLUMN_RIGHT },       { "ghi chú", "note", COLUMN_FLEXIBLE },
};

/* ---- how it is ---- */

static bool is_state(const json_t *site, const char *state)
{
	return strcmp(show_string(site, "state"), state) == 0;
}

/* Lost, and said so itself or was cut off. */
static const char *lost_word(const struct call *call, const json_t *site)
{
	const char *presence = show_string(site, "presence");

	if (!*show_string(site, "heard"))
		return SAY(call, "CHƯA TỪNG BÁO", "NEVER HEARD");
	if (strcmp(presence, "online") == 0)
		return SAY(call, "CÒN KẾT NỐI, KHÔNG BÁO", "CONNECTED BUT MUTE");
	if (strcmp(presence, "stopped") == 0)
		return SAY(call, "ĐÃ DỪNG", "STOPPED");
	return SAY(call, "MẤT LIÊN LẠC", "LOST");
}

static const char *state_word(const struct call *call, const json_t *site)
{
	if (is_state(site, "lost"))
		return lost_word(call, site);
	if (is_state(site, "lagging"))
		return SAY(call, "CHẬM", "LAGGING");
	if (is_state(site, "never"))
		return SAY(call, "chưa báo", "not heard yet");
	if (is_state(site, "old"))
		return SAY(call, "khác bản", "out of date");
	if (is_state(site, "occasional"))
		return SAY(call, "gửi khi có việc", "occasional");
	return SAY(call, "tốt", "live");
}

static enum tint tint_of(const json_t *site)
{
	if (is_state(site, "lost"))
		return TINT_RED;
	return is_state(site, "live") || is_state(site, "occasional") ? TINT_NONE : TINT_YELLOW;
}

static void add_since(struct text *text, const json_t *site, int64_t now_ms)
{
	const json_t *trouble = json_object_get(site, show_string(site, "state"));
	const char *since = show_string(trouble, "since");

	if (*since)
		show_clock(text, since, now_ms);
}

/* "1.5s", "-3m": by so much its clock is ahead. */
static void add_skew(struct text *text, const json_t *site)
{
	int64_t ms = show_integer(site, "skew_ms");

	if (!json_is_integer(json_object_get(site, "skew_ms")))
		return;
	text_add(text, ms < 0 ? "-" : "");
	text_add_duration(text, llabs(ms) < 1000 ? llabs(ms) : llabs(ms) / 1000 * 1000);
}

static void add_note(const struct call *call, struct text *text, const json_t *site)
{
	const char *what = show_string(json_object_get(site, "old"), "what");
	int64_t orders = show_integer(site, "orders");

	text_add(text, "%s", show_string(site, "trouble"));
	if (*what)
		text_add(text, "%s%s", text->size > 0 ? "; " : "",
			 strcmp(what, "version") == 0
				 ? SAY(call, "phiên bản khác", "other version")
				 : SAY(call, "cấu hình khác", "other configuration"));
	if (orders > 0)
		text_add(text, SAY(call, "%s%lld lệnh chờ", "%s%lld orders wait"),
			 text->size > 0 ? "; " : "", (long long)orders);
}

static void add_row(const struct call *call, struct table *table, const json_t *site,
		    int64_t now_ms)
{
	static const char *const counted[] = { "backlog", "missing", "given_up" };
	struct text counts[COUNT(counted)] = { { .bytes = NULL } };
	CLEANUP_TEXT struct text since = { 0 };
	CLEANUP_TEXT struct text heard = { 0 };
	CLEANUP_TEXT struct text oldest = { 0 };
	CLEANUP_TEXT struct text skew = { 0 };
	CLEANUP_TEXT struct text note = { 0 };

	for (size_t i = 0; i < COUNT(counted); i++)
		show_count(&counts[i], show_integer(site, counted[i]), call->vietnamese);
	add_since(&since, site, now_ms);
	show_age(&heard, site, "heard", now_ms);
	show_age(&oldest, site, "oldest", now_ms);
	add_skew(&skew, site);
	add_note(call, &note, site);
	table_row(table, tint_of(site),
		  (const char *const[]){
			  show_words(json_object_get(site, "unit"), "name", call->vietnamese),
			  show_string(site, "id"),
			  state_word(call, site),
			  text_get(&since),
			  text_get(&heard),
			  show_string(site, "version"),
			  text_get(&counts[0]),
			  text_get(&oldest),
			  text_get(&counts[1]),
			  text_get(&counts[2]),
			  text_get(&skew),
			  text_get(&note),
		  });
	for (size_t i = 0; i < COUNT(counts); i++)
		text_fini(&counts[i]);
}

/* ---- its streams ---- */

static const struct column stream_columns[] = {
	{ "nơi gửi", "site", 0 },
	{ "luồng", "stream", 0 },
	{ "đã có", "have", COLUMN_RIGHT },
	{ "đã ghi", "head", COLUMN_RIGHT },
	{ "thiếu", "missing", COLUMN_RIGHT | COLUMN_TINTED },
	{ "khoảng", "ranges", COLUMN_RIGHT },
	{ "đã nhận", "taken", COLUMN_RIGHT },
	{ "lặp", "repeats", COLUMN_RIGHT },
	{ "làm lại", "resets", COLUMN_RIGHT },
	{ "mất hẳn", "given up", COLUMN_RIGHT },
	{ "mới nhất", "newest", COLUMN_RIGHT },
};

static void add_stream(const struct call *call, struct table *table, const json_t *site,
		       const json_t *stream, int64_t now_ms)
{
	static const char *const counted[] = { "have",  "head",    "missing", "ranges",
					       "taken", "repeats", "resets",  "given_up" };
	struct text counts[COUNT(counted)] = { { .bytes = NULL } };
	const char *cells[COUNT(stream_columns)] = { show_string(site, "id"),
						     show_string(stream, "stream") };
	CLEANUP_TEXT struct text newest = { 0 };

	for (size_t i = 0; i < COUNT(counted); i++) {
		show_count(&counts[i], show_integer(stream, counted[i]), call->vietnamese);
		cells[2 + i] = text_get(&counts[i]);
	}
	show_age(&newest, stream, "newest", now_ms);
	cells[2 + COUNT(counted)] = text_get(&newest);
	table_row(table, show_integer(stream, "missing") > 0 ? TINT_YELLOW : TINT_NONE, cells);
	for (size_t i = 0; i < COUNT(counts); i++)
		text_fini(&counts[i]);
}

static void print_streams(const struct call *call, const json_t *sites, int64_t now_ms)
{
	CLEANUP(table_free) struct table *table = NULL;
	const json_t *site, *stream;
	size_t i, j;

	table = table_new(stream_columns, COUNT(stream_columns), call->vietnamese);
	json_array_foreach(sites, i, site)
	{
		json_array_foreach(json_object_get(site, "streams"), j, stream)
			add_stream(call, table, site, stream, now_ms);
	}
	show_table(call, table, NULL);
}

/* ---- the answer ---- */

static void add_counts(const struct call *call, struct text *text, const json_t *counts)
{
	text_add(text,
		 SAY(call, "%lld nơi gửi: %lld mất liên lạc, %lld chậm, %lld khác bản",
		     "%lld sites: %lld lost, %lld lagging, %lld out of date"),
		 (long long)show_integer(counts, "sites"), (long long)show_integer(counts, "lost"),
		 (long long)show_integer(counts, "lagging"),
		 (long long)show_integer(counts, "old"));
	if (show_integer(counts, "missing") == 0)
		return;
	text_add(text, "%s", SAY(call, "; thiếu ", "; missing "));
	show_count(text, show_integer(counts, "missing"), call->vietnamese);
	text_add(text, "%s", SAY(call, " mục (iocctl feeds gaps)", " items (iocctl feeds gaps)"));
}

static void print(const struct call *call, const json_t *answer)
{
	CLEANUP(table_free) struct table *table = NULL;
	CLEANUP_TEXT struct text footing = { 0 };
	const json_t *sites = json_object_get(answer, "sites");
	int64_t now_ms = clock_real_ms();
	const json_t *site;
	size_t i;

	table = table_new(columns, COUNT(columns), call->vietnamese);
	json_array_foreach(sites, i, site) add_row(call, table, site, now_ms);
	add_counts(call, &footing, json_object_get(answer, "counts"));
	show_table(call, table, text_get(&footing));
	if (call->n_arguments > 0 && i > 0)
		print_streams(call, sites, now_ms);
}

int run_sites(const struct call *call)
{
	const struct argument arguments[] = {
		{ "unit", call->n_arguments > 0 ? call->arguments[0] : NULL },
	};
	const json_t *counts;
	json_t *answer;
	int r;

	if (call->n_arguments > 1) {
		fputs(SAY(call, "iocctl: cách dùng: iocctl sites [UNIT]\n",
			  "iocctl: usage: iocctl sites [UNIT]\n"),
		      stderr);
		return STATUS_USAGE;
	}
	r = api_get(call, "sites", arguments, COUNT(arguments), &answer);
	if (r)
		return r;

	if (call->json)
		api_print(answer);
	else
		print(call, answer);
	counts = json_object_get(answer, "counts");
	r = show_integer(counts, "lost") + show_integer(counts, "lagging") > 0 ? STATUS_FINDING
									       : STATUS_GOOD;
	json_decref(answer);
	return r;
}
