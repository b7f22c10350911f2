/* SPDX-License-Identifier: Apache-2.0 */
/* What holds an alert back, as a page for people. */
#include "explain.h"
#include "explain_page.h"
#include "screen.h"
#include "show.h"

static void add_head(const struct page *page)
{
	const json_t *rule = json_object_get(page->answer, "rule");
	const char *subject = show_string(page->answer, "subject");

	screen_clean(page->text, show_words(rule, "title", page->vietnamese));
	text_add(page->text, " – ");
	screen_clean(page->text,
		     show_words(json_object_get(page->answer, "unit"), "name", page->vietnamese));
	if (*subject) {
		text_add(page->text, " – ");
		screen_clean(page->text, subject);
	}
	text_add(page->text, "\n");
	page_label(page, WORD(page, "quy tắc", "rule"));
	screen_clean(page->text, show_string(rule, "id"));
	page_place(page, rule);
	text_add(page->text, "\n");
}

static void add_verdict(const struct page *page, bool stands)
{
	const json_t *alert = json_object_get(page->answer, "alert");
	bool is_held = json_array_size(json_object_get(page->answer, "reasons")) > 0;

	page_label(page, WORD(page, "kết luận", "verdict"));
	if (stands) {
		text_add(page->text, "%s",
			 WORD(page, "CÓ cảnh báo: xem 'iocctl explain ",
			      "the alert DOES stand: see 'iocctl explain "));
		screen_clean(page->text, show_string(alert, "id"));
		text_add(page->text, "'");
	} else if (is_held) {
		text_add(page->text, "%s",
			 WORD(page, "không có cảnh báo, vì mỗi lý do sau",
			      "there is no alert, for each of these reasons"));
	} else {
		text_add(page->text, "%s",
			 WORD(page, "không có gì giữ lại: thành cảnh báo ở lần đánh giá tới",
			      "nothing holds it back: it is raised when it is judged next"));
	}
	text_add(page->text, "\n");
}

static void add_figure(const struct page *page)
{
	const json_t *answer = page->answer;

	if (!*show_string(answer, "indicator"))
		return;
	page_label(page, WORD(page, "hiện nay", "now"));
	screen_clean(page->text, show_string(answer, "indicator"));
	text_add(page->text, " [");
	screen_clean(page->text, show_string(answer, "window"));
	text_add(page->text, "]: ");
	show_value(page->text, show_real(answer, "value"),
		   json_is_true(json_object_get(answer, "percent")), "", page->vietnamese);
	text_add(page->text, WORD(page, ", %lld mẫu, ", ", %lld samples, "),
		 (long long)show_integer(answer, "samples"));
	screen_clean(page->text, show_string(answer, "quality"));
	text_add(page->text, "\n");
}

bool explain_write_not(struct text *text, const json_t *answer, bool vietnamese, int64_t now_ms)
{
	const struct page page = {
		.text = text, .answer = answer, .vietnamese = vietnamese, .now_ms = now_ms
	};
	bool stands = json_is_true(json_object_get(answer, "stands"));

	add_head(&page);
	add_verdict(&page, stands);
	page_reasons(&page, answer, WORD(&page, "lý do", "reasons"));
	add_figure(&page);
	page_contract(&page);
	page_missing(&page);
	return stands;
}
