/* SPDX-License-Identifier: Apache-2.0 */
/* What an alert waits for, who is missing, its record or contract, and who was told. */
#include <string.h>

#include "explain_page.h"
#include "screen.h"
#include "show.h"

static void add_words(const struct page *page, const json_t *object)
{
	screen_clean(page->text, show_words(object, "text", page->vietnamese));
}

static void add_clock(const struct page *page, const char *words, const json_t *object,
		      const char *name)
{
	if (!*show_string(object, name))
		return;
	text_add(page->text, "%s", words);
	show_clock(page->text, show_string(object, name), page->now_ms);
}

static const char *site_word(const struct page *page, const char *state)
{
	if (strcmp(state, "lost") == 0)
		return WORD(page, "MẤT LIÊN LẠC", "LOST");
	if (strcmp(state, "lagging") == 0)
		return WORD(page, "CHẬM", "LAGGING");
	return WORD(page, "nghe được", "heard");
}

/* How the one is that tells of a mirrored alert. */
static void add_site(const struct page *page)
{
	const json_t *site = json_object_get(page->answer, "site");
	const char *state = show_string(site, "state");

	if (!json_is_object(site))
		return;
	text_add(page->text, "; ");
	screen_clean(page->text, show_string(site, "id"));
	text_add(page->text, ": %s", site_word(page, state));
	add_clock(page, WORD(page, ", lần cuối ", ", last at "), site, "heard");
}

void page_origin(const struct page *page)
{
	const json_t *alert = json_object_get(page->answer, "alert");
	const json_t *origin = json_object_get(alert, "origin");
	const char *subject = show_string(origin, "subject");

	if (!json_is_object(origin))
		return;
	page_label(page, WORD(page, "phát từ", "arose at"));
	screen_clean(page->text, show_origin(alert, page->vietnamese));
	text_add(page->text, WORD(page, ", quy tắc ", ", rule "));
	screen_clean(page->text, show_string(origin, "rule"));
	if (*subject) {
		text_add(page->text, " ");
		screen_clean(page->text, subject);
	}
	if (*show_string(origin, "threshold")) {
		text_add(page->text, "%s", WORD(page, ", ngưỡng ", ", limit "));
		screen_clean(page->text, show_string(origin, "threshold"));
	}
	add_clock(page, WORD(page, ", phát lúc ", ", raised there at "), origin, "raised");
	add_site(page);
	text_add(page->text, "\n");
}

void page_waits(const struct page *page)
{
	const json_t *wait;
	size_t i;

	json_array_foreach(json_object_get(page->answer, "waits"), i, wait)
	{
		page_label(page, i == 0 ? WORD(page, "đang chờ", "waits for") : "");
		add_words(page, wait);
		add_clock(page, ": ", wait, "until");
		text_add(page->text, "\n");
	}
}

static void add_missing_units(const struct page *page, const json_t *feed)
{
	const json_t *units = json_object_get(feed, "units");
	long long n = show_integer(feed, "missing");
	const json_t *unit;
	size_t i;

	json_array_foreach(units, i, unit)
	{
		text_add(page->text, i == 0 ? ": " : ", ");
		screen_clean(page->text, show_words(unit, "name", page->vietnamese));
	}
	if (n > (long long)json_array_size(units))
		text_add(page->text, WORD(page, " và %lld nữa", " and %lld more"),
			 n - (long long)json_array_size(units));
}

void page_missing(const struct page *page)
{
	const json_t *feed;
	size_t i;

	json_array_foreach(json_object_get(page->answer, "missing"), i, feed)
	{
		page_label(page, i == 0 ? WORD(page, "thiếu", "missing") : "");
		text_add(page->text,
			 WORD(page, "%lld trong %lld đơn vị không gửi ",
			      "%lld of %lld units do not send "),
			 (long long)show_integer(feed, "missing"),
			 (long long)show_integer(feed, "expected"));
		screen_clean(page->text, show_string(feed, "feed"));
		add_missing_units(page, feed);
		text_add(page->text, "\n");
	}
}

void page_record(const struct page *page)
{
	const json_t *record = json_object_get(page->answer, "record");

	if (!json_is_object(record))
		return;
	page_label(page, WORD(page, "hồ sơ", "record"));
	screen_clean(page->text, show_string(record, "id"));
	text_add(page->text, " (");
	screen_clean(page->text, show_string(record, "track"));
	text_add(page->text, ")");
	if (!json_is_true(json_object_get(record, "open")))
		text_add(page->text, "%s", WORD(page, ", không còn mở", ", not open any more"));
	if (json_is_true(json_object_get(record, "paused")))
		text_add(page->text, "%s", WORD(page, ", đang tạm dừng", ", paused"));
	add_clock(page, WORD(page, ", mở lúc ", ", opened at "), record, "opened");
	add_clock(page, WORD(page, ", hạn ", ", due at "), record, "due");
	text_add(page->text, "\n");
}

void page_contract(const struct page *page)
{
	const json_t *contract = json_object_get(page->answer, "contract");

	if (!json_is_object(contract))
		return;
	page_label(page, WORD(page, "phải gửi", "contract"));
	screen_clean(page->text, show_string(contract, "feed"));
	if (show_real(contract, "every_s") > 0) {
		text_add(page->text, "%s", WORD(page, ", mỗi ", ", every "));
		text_add_duration(page->text, (int64_t)(show_real(contract, "every_s") * 1000));
	} else {
		text_add(page->text, WORD(page, ", trước %02lld:%02lld", ", by %02lld:%02lld"),
			 (long long)show_integer(contract, "by_minute") / 60,
			 (long long)show_integer(contract, "by_minute") % 60);
	}
	add_clock(page, WORD(page, "; nghe lần cuối ", "; heard last at "), contract, "heard");
	add_clock(page, WORD(page, "; thiếu từ ", "; missing since "), contract, "since");
	add_clock(page, WORD(page, "; hạn ", "; due at "), contract, "due");
	page_place(page, contract);
	text_add(page->text, "\n");
}

void page_receivers(const struct page *page)
{
	const json_t *receiver;
	size_t i;

	json_array_foreach(json_object_get(page->answer, "receivers"), i, receiver)
	{
		page_label(page, i == 0 ? WORD(page, "người nhận", "receivers") : "");
		screen_clean(page->text, show_string(receiver, "id"));
		text_add(page->text, ": ");
		if (json_is_true(json_object_get(receiver, "told"))) {
			text_add(page->text, "%s", WORD(page, "đã báo", "told"));
			add_clock(page, WORD(page, " lúc ", " at "), receiver, "at");
		} else {
			text_add(page->text, "%s", WORD(page, "không: ", "not: "));
			add_words(page, receiver);
		}
		text_add(page->text, "\n");
	}
}

static void add_refused(const struct page *page, const json_t *reason)
{
	const json_t *list = json_object_get(json_object_get(reason, "data"), "refused");
	const json_t *sample;
	size_t i;

	json_array_foreach(list, i, sample)
	{
		page_label(page, "");
		add_clock(page, "  ", sample, "arrival");
		text_add(page->text, WORD(page, "  bị từ chối @%lld: ", "  refused @%lld: "),
			 (long long)show_integer(sample, "position"));
		add_words(page, sample);
		text_add(page->text, "\n");
	}
}

void page_reasons(const struct page *page, const json_t *object, const char *label)
{
	const json_t *reason;
	size_t i;

	json_array_foreach(json_object_get(object, "reasons"), i, reason)
	{
		const json_t *limit = json_object_get(json_object_get(reason, "data"), "threshold");

		page_label(page, i == 0 ? label : "");
		add_words(page, reason);
		page_place(page, limit);
		text_add(page->text, "\n");
		add_refused(page, reason);
	}
}
