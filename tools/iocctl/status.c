/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl status: how iocd is. */
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "iocd/base/clock.h"
#include "load.h"
#include "screen.h"
#include "show.h"

#define LABEL            16   /* columns of what a line is about */
#define ANSWER_WITHIN_MS 5000 /* an iocd that is well answers at once */

static void add_label(struct text *text, const char *label)
{
	screen_pad(text, label, LABEL);
}

static void add_head(const struct call *call, struct text *text, const json_t *status)
{
	screen_clean(text, show_string(status, "instance"));
	text_add(text, "  iocd ");
	screen_clean(text, show_string(status, "version"));
	text_add(text, SAY(call, ", chạy được ", ", up "));
	text_add_duration(text, show_integer(status, "uptime_s") * 1000);
	text_add(text, SAY(call, ", cấu hình ", ", configuration "));
	screen_clean(text, show_string(status, "config"));
	text_add(text, "%s\n",
		 json_is_true(json_object_get(status, "ready"))
			 ? ""
			 : SAY(call, "\nĐANG ĐỌC LẠI NHẬT KÝ: số liệu chưa đầy đủ",
			       "\nREADING ITS JOURNAL AGAIN: figures are not complete yet"));
}

static void add_part(const struct call *call, struct text *text, const json_t *part, int64_t now_ms)
{
	enum tint tint = show_light_tint(show_string(part, "light"));

	add_label(text, show_string(part, "name"));
	text_add(text, "%s", tint_begin(tint, call->colour));
	screen_pad(text, show_light(show_string(part, "light"), call->vietnamese), 10);
	screen_clean(text, show_string(part, "state"));
	text_add(text, "%s", tint_end(tint, call->colour));
	text_add(text, "  ");
	show_age(text, part, "since", now_ms);
	text_add(text, "  ");
	screen_clean(text, show_string(part, "detail"));
	while (text->bytes[text->size - 1] == ' ')
		text->size--;
	text_add(text, "\n");
}

static void add_refused(const struct call *call, struct text *text, const json_t *refused)
{
	const char *separator = "";
	const json_t *n;
	const char *reason;

	add_label(text, SAY(call, "bị từ chối", "refused"));
	if (json_object_size(refused) == 0)
		text_add(text, "0");
	json_object_foreach((json_t *)refused, reason, n)
	{
		text_add(text, "%s", separator);
		screen_clean(text, reason);
		text_add(text, " ");
		show_count(text, json_integer_value(n), call->vietnamese);
		separator = ", ";
	}
	text_add(text, "\n");
}

static void add_count(const struct call *call, struct text *text, const json_t *object,
		      const char *name, const char *label)
{
	show_count(text, show_integer(object, name), call->vietnamese);
	text_add(text, " %s", label);
}

static void add_events(const struct call *call, struct text *text, const json_t *events)
{
	int64_t unaccounted = show_integer(events, "unaccounted");
	int64_t missing = show_integer(events, "missing");

	add_label(text, SAY(call, "sự kiện", "events"));
	add_count(call, text, events, "seen", SAY(call, "đã nhận, ", "seen, "));
	add_count(call, text, events, "accepted", SAY(call, "được tính, ", "accepted, "));
	add_count(call, text, events, "late", SAY(call, "đến trễ, ", "late, "));
	show_value(text, show_real(events, "per_s"), false, SAY(call, "mỗi giây", "a second"),
		   call->vietnamese);
	text_add(text, "\n");
	add_refused(call, text, json_object_get(events, "refused"));
	if (missing > 0) {
		add_label(text, SAY(call, "chưa đến", "missing"));
		show_count(text, missing, call->vietnamese);
		text_add(text, "%s\n",
			 SAY(call, " sự kiện có số thứ tự nhưng chưa đến: xem iocctl feeds",
			     " numbered events that never came: see iocctl feeds"));
	}
	if (unaccounted == 0)
		return;
	text_add(text, "%s", tint_begin(TINT_RED, call->colour));
	add_label(text, SAY(call, "THẤT LẠC", "UNACCOUNTED"));
	text_add(text,
		 SAY(call, "%lld sự kiện: hãy báo cho người phát triển",
		     "%lld events: please report this"),
		 (long long)unaccounted);
	text_add(text, "%s\n", tint_end(TINT_RED, call->colour));
}

static void add_journal(const struct call *call, struct text *text, const json_t *journal)
{
	int64_t end = show_integer(journal, "end");

	add_label(text, SAY(call, "nhật ký", "journal"));
	show_bytes(text, show_integer(journal, "bytes"), call->vietnamese);
	text_add(text, SAY(call, "; chưa tính ", "; not yet counted "));
	show_bytes(text, end - show_integer(journal, "folded"), call->vietnamese);
	text_add(text, SAY(call, ", chưa vào Redis ", ", not yet in Redis "));
	show_bytes(text, end - show_integer(journal, "stored"), call->vietnamese);
	text_add(text, "\n");
}

static void add_load(const struct call *call, struct text *text, const json_t *status)
{
	const json_t *load = json_object_get(status, "load");

	if (!json_is_object(load)) /* of an older iocd */
		return;
	add_label(text, SAY(call, "người trực", "load"));
	load_line(text, load, call->vietnamese, show_time_ms(status, "time"));
	text_add(text, "\n");
}

/* ", 2 lost" where there are some. */
static void add_some(struct text *text, const json_t *counts, const char *name, const char *words)
{
	int64_t n = show_integer(counts, name);

	if (n > 0)
		text_add(text, ", %lld %s", (long long)n, words);
}

static void add_sites(const struct call *call, struct text *text, const json_t *status)
{
	const json_t *sites = json_object_get(status, "sites");
	int64_t missing = show_integer(sites, "missing");

	if (!json_is_object(sites))
		return;
	add_label(text, SAY(call, "cấp dưới", "sites"));
	text_add(text, "%lld", (long long)show_integer(sites, "sites"));
	add_some(text, sites, "lost", SAY(call, "MẤT LIÊN LẠC", "LOST"));
	add_some(text, sites, "lagging", SAY(call, "CHẬM", "LAGGING"));
	add_some(text, sites, "old", SAY(call, "khác bản", "out of date"));
	if (missing > 0) {
		text_add(text, "%s", SAY(call, ", thiếu ", ", missing "));
		show_count(text, missing, call->vietnamese);
		text_add(text, "%s", SAY(call, " mục", " items"));
	}
	text_add(text, "%s\n", SAY(call, ": xem iocctl sites", ": see iocctl sites"));
}

static void add_waiting(const struct call *call, struct text *text, const json_t *uplink,
			int64_t now_ms)
{
	int64_t given_up = show_integer(uplink, "given_up");

	text_add(text, "%s", SAY(call, "; còn chờ ", "; waiting "));
	show_count(text, show_integer(uplink, "backlog"), call->vietnamese);
	if (*show_string(uplink, "oldest")) {
		text_add(text, "%s", SAY(call, " mục, cũ nhất ", " items, the oldest "));
		show_age(text, uplink, "oldest", now_ms);
	}
	if (given_up == 0)
		return;
	text_add(text, "%s", SAY(call, "; đã bỏ ", "; given up "));
	show_count(text, given_up, call->vietnamese);
}

static void add_uplink(const struct call *call, struct text *text, const json_t *status,
		       int64_t now_ms)
{
	const json_t *uplink = json_object_get(status, "uplink");
	bool answers = json_is_true(json_object_get(uplink, "answered"));

	if (!json_is_object(uplink))
		return;
	text_add(text, "%s", tint_begin(answers ? TINT_NONE : TINT_YELLOW, call->colour));
	add_label(text, SAY(call, "cấp trên", "uplink"));
	screen_clean(text, show_string(uplink, "host"));
	text_add(text, " %s%s", show_string(uplink, "state"),
		 answers ? SAY(call, ", có trả lời", ", answers")
			 : SAY(call, ", KHÔNG TRẢ LỜI", ", DOES NOT ANSWER"));
	if (!answers && *show_string(uplink, "answered_at")) {
		text_add(text, "%s", SAY(call, " từ ", " since "));
		show_clock(text, show_string(uplink, "answered_at"), now_ms);
	}
	add_waiting(call, text, uplink, now_ms);
	text_add(text, "%s\n", tint_end(answers ? TINT_NONE : TINT_YELLOW, call->colour));
}

static void add_alerts(const struct call *call, struct text *text, const json_t *status)
{
	const json_t *alerts = json_object_get(status, "alerts");

	add_label(text, SAY(call, "cảnh báo", "alerts"));
	add_count(call, text, alerts, "open", SAY(call, "đang mở: ", "open: "));
	add_count(call, text, alerts, "critical", SAY(call, "nghiêm trọng, ", "critical, "));
	add_count(call, text, alerts, "warning", SAY(call, "cảnh báo\n", "warning\n"));
	add_label(text, SAY(call, "số liệu", "figures"));
	add_count(call, text, status, "indicators_live", SAY(call, "đang có; ", "live; "));
	text_add(text,
		 SAY(call, "vòng lặp chậm nhất %.1f ms\n", "slowest turn of the loop %.1f ms\n"),
		 (double)show_integer(status, "stall_us") / 1000);
}

static int judge(const json_t *status)
{
	const json_t *part;
	size_t i;

	json_array_foreach(json_object_get(status, "parts"), i,
			   part) if (strcmp(show_string(part, "light"), "red") ==
				     0) return STATUS_FINDING;

	return show_integer(json_object_get(status, "events"), "unaccounted") ? STATUS_FINDING
									      : STATUS_GOOD;
}

static void print(const struct call *call, const json_t *status)
{
	CLEANUP_TEXT struct text text = { 0 };
	int64_t now_ms = show_time_ms(status, "time");
	const json_t *part;
	size_t i;

	add_head(call, &text, status);
	json_array_foreach(json_object_get(status, "parts"), i, part)
		add_part(call, &text, part, now_ms ? now_ms : clock_real_ms());
	add_events(call, &text, json_object_get(status, "events"));
	add_journal(call, &text, json_object_get(status, "journal"));
	add_alerts(call, &text, status);
	add_load(call, &text, status);
	add_sites(call, &text, status);
	add_uplink(call, &text, status, now_ms ? now_ms : clock_real_ms());
	show_print(&text);
}

int run_status(const struct call *call)
{
	struct call impatient = *call;
	json_t *status;
	int r;

	impatient.timeout_ms = ANSWER_WITHIN_MS;
	r = api_get(&impatient, "status", NULL, 0, &status);

	if (r)
		return r;

	if (call->json)
		api_print(status);
	else
		print(call, status);
	r = judge(status);
	json_decref(status);
	return r;
}
