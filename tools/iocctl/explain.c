/* SPDX-License-Identifier: Apache-2.0 */
#include "explain.h"

#include <string.h>

#include "explain_page.h"
#include "screen.h"
#include "show.h"

#define LABEL 14 /* columns of what a line is about */

void page_label(const struct page *page, const char *label)
{
	screen_pad(page->text, label, LABEL);
}

void page_place(const struct page *page, const json_t *object)
{
	const char *file = show_string(object, "file");

	if (!*file)
		return;
	text_add(page->text, "  ");
	screen_clean(page->text, file);
	text_add(page->text, ":%lld", (long long)show_integer(object, "line"));
	if (show_integer(object, "column"))
		text_add(page->text, ":%lld", (long long)show_integer(object, "column"));
}

static void add_head(const struct page *page, const json_t *alert)
{
	struct text *text = page->text;

	text_add(text, "%s  ", show_severity(show_string(alert, "severity"), page->vietnamese));
	if (json_is_true(json_object_get(alert, "drill")))
		text_add(text, "%s", WORD(page, "[DIỄN TẬP] ", "[DRILL] "));
	screen_clean(text, show_words(json_object_get(alert, "rule"), "title", page->vietnamese));
	text_add(text, " – ");
	screen_clean(text, show_words(json_object_get(alert, "unit"), "name", page->vietnamese));
	text_add(text, "\n");
	page_label(page, "id");
	screen_clean(text, show_string(alert, "id"));
	text_add(text, "\n");
	page_label(page, WORD(page, "lý do", "why"));
	screen_clean(text, show_words(alert, "reason", page->vietnamese));
	text_add(text, "\n");
}

static const char *state_word(const struct page *page, const char *state)
{
	if (strcmp(state, "raised") == 0)
		return WORD(page, "đang cảnh báo", "raised");
	if (strcmp(state, "fading") == 0)
		return WORD(page, "đang lắng", "fading: over, if it stays so");
	if (strcmp(state, "pending") == 0)
		return WORD(page, "đang chờ xác nhận", "pending: not told yet");
	return WORD(page, "đã hết", "over");
}

static void add_state(const struct page *page, const json_t *alert)
{
	struct text *text = page->text;
	const char *next = show_string(page->answer, "next");

	page_label(page, WORD(page, "tình trạng", "state"));
	text_add(text, "%s, %s ", state_word(page, show_string(alert, "state")),
		 WORD(page, "từ", "since"));
	show_clock(text, show_string(page->answer, "since"), page->now_ms);
	text_add(text, " (");
	show_age(text, page->answer, "since", page->now_ms);
	text_add(text, ")");
	if (*next) {
		text_add(text, WORD(page, "; đổi lúc ", "; moves on at "));
		show_clock(text, next, page->now_ms);
	}
	if (json_is_true(json_object_get(alert, "uncertain")))
		text_add(text, WORD(page, "; CHƯA CHẮC CHẮN: đang thiếu số liệu",
				    "; UNCERTAIN: there are no figures now"));
	if (json_is_true(json_object_get(alert, "closed")))
		text_add(text, WORD(page, "; đóng do đổi cấu hình", "; closed by a reload"));
	text_add(text, "\n");
}

static void add_rule(const struct page *page)
{
	const json_t *rule = json_object_get(page->answer, "rule");
	struct text *text = page->text;

	page_label(page, WORD(page, "quy tắc", "rule"));
	screen_clean(text, show_string(rule, "id"));
	page_place(page, rule);
	if (*show_string(rule, "version")) {
		text_add(text, "  v:");
		screen_clean(text, show_string(rule, "version"));
	}
	text_add(text, "  hold ");
	text_add_duration(text, (int64_t)(show_real(rule, "hold_s") * 1000));
	text_add(text, ", fade ");
	text_add_duration(text, (int64_t)(show_real(rule, "fade_s") * 1000));
	if (show_integer(rule, "min_samples"))
		text_add(text, ", min-samples %lld", (long long)show_integer(rule, "min_samples"));
	text_add(text, "\n");
}

/* Of an override: for whom it is, and what it stands above. */
static void add_origin(const struct page *page, const json_t *limit)
{
	const json_t *stated = json_object_get(limit, "instead_of");
	const char *of = show_string(limit, "of");

	if (!json_is_true(json_object_get(limit, "override")))
		return;
	text_add(page->text, "%s", WORD(page, "  (ngưỡng riêng", "  (override"));
	if (*of) {
		text_add(page->text, "%s", WORD(page, " của ", " of "));
		screen_clean(page->text, of);
	}
	if (json_is_object(stated)) {
		text_add(page->text, "%s", WORD(page, ", thay cho ", ", instead of "));
		screen_clean(page->text, show_string(stated, "text"));
		page_place(page, stated);
	}
	text_add(page->text, ")");
}

static void add_limits(const struct page *page)
{
	static const char *const names[] = { "warning", "critical", "clear" };
	const json_t *limits = json_object_get(page->answer, "limits");
	const char *label = WORD(page, "ngưỡng", "limits");
	struct text *text = page->text;

	for (size_t i = 0; i < COUNT(names); i++) {
		const json_t *limit = json_object_get(limits, names[i]);

		if (!json_is_object(limit))
			continue;
		page_label(page, label);
		label = "";
		screen_pad(text, names[i], 9);
		screen_clean(text, show_string(limit, "text"));
		page_place(page, limit);
		add_origin(page, limit);
		text_add(text, "\n");
	}
}

static void add_reading(const struct page *page, const char *label, const json_t *reading)
{
	struct text *text = page->text;

	page_label(page, label);
	screen_clean(text, show_words(reading, "title", page->vietnamese));
	text_add(text, " [");
	screen_clean(text, show_string(reading, "window"));
	text_add(text, "]: ");
	show_value(text, show_real(reading, "value"),
		   json_is_true(json_object_get(reading, "percent")),
		   show_words(reading, "measure", page->vietnamese), page->vietnamese);
	text_add(text, WORD(page, ", %lld mẫu, ", ", %lld samples, "),
		 (long long)show_integer(reading, "samples"));
	screen_clean(text, show_string(reading, "quality"));
	page_place(page, reading);
	text_add(text, "\n");
}

static void add_now(const struct page *page)
{
	const json_t *now = json_object_get(page->answer, "now");
	const json_t *part;
	size_t i;

	if (!json_is_object(now))
		return;
	add_reading(page, WORD(page, "hiện nay", "now"), now);
	json_array_foreach(json_object_get(now, "parts"), i, part)
		add_reading(page, i == 0 ? WORD(page, "  gồm", "  made of") : "", part);
}

/* Who brought it about, why, and who was told. */
static void add_author(const struct page *page, const json_t *step)
{
	const json_t *tells = json_object_get(step, "tells");
	const char *by = show_string(step, "by"), *note = show_string(step, "note");
	struct text *text = page->text;
	const json_t *id;
	size_t i;

	if (*by) {
		text_add(text, "  %s ", WORD(page, "bởi", "by"));
		screen_clean(text, by);
	}
	if (*note) {
		text_add(text, "  (");
		screen_clean(text, note);
		text_add(text, ")");
	}
	json_array_foreach(tells, i, id)
	{
		text_add(text, "%s", i == 0 ? "  → " : ", ");
		screen_clean(text, json_string_value(id) ? json_string_value(id) : "");
	}
}

static void add_timeline(const struct page *page)
{
	const json_t *timeline = json_object_get(page->answer, "timeline");
	struct text *text = page->text;
	const json_t *step;
	size_t i;

	json_array_foreach(timeline, i, step)
	{
		page_label(page, i == 0 ? WORD(page, "diễn biến", "history") : "");
		show_clock(text, show_string(step, "time"), page->now_ms);
		text_add(text, "  ");
		screen_pad(text, show_string(step, "news"), 8);
		text_add(text, " ");
		text_add(text, "%s",
			 show_severity(show_string(step, "severity"), page->vietnamese));
		if (json_is_number(json_object_get(step, "value"))) {
			text_add(text, "  ");
			show_value(text, show_real(step, "value"),
				   json_is_true(json_object_get(
					   json_object_get(page->answer, "now"), "percent")),
				   "", page->vietnamese);
		}
		add_author(page, step);
		text_add(text, "\n");
	}
}

static void add_events(const struct page *page)
{
	struct text *text = page->text;
	const json_t *event;
	size_t i;

	json_array_foreach(json_object_get(page->answer, "events"), i, event)
	{
		page_label(page, i == 0 ? WORD(page, "sự kiện", "events") : "");
		text_add(text, "@%lld ", (long long)show_integer(event, "position"));
		if (!json_is_string(json_object_get(event, "topic"))) {
			text_add(text, WORD(page, "(không còn trong nhật ký)\n",
					    "(not in the journal any more)\n"));
			continue;
		}
		screen_clean(text, show_string(event, "topic"));
		text_add(text, "\n");
		page_label(page, "");
		screen_clean(text, show_string(event, "payload"));
		text_add(text, "\n");
	}
}

void explain_write(struct text *text, const json_t *answer, bool vietnamese, int64_t now_ms)
{
	const struct page page = {
		.text = text, .answer = answer, .vietnamese = vietnamese, .now_ms = now_ms
	};
	const json_t *alert = json_object_get(answer, "alert");

	add_head(&page, alert);
	page_origin(&page);
	add_state(&page, alert);
	page_waits(&page);
	add_rule(&page);
	add_limits(&page);
	add_now(&page);
	page_reasons(&page, json_object_get(answer, "present"),
		     WORD(&page, "nay không vì", "not now, as"));
	page_record(&page);
	page_contract(&page);
	page_missing(&page);
	page_receivers(&page);
	add_timeline(&page);
	add_events(&page);
}
