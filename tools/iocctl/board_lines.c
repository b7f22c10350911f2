/* SPDX-License-Identifier: Apache-2.0 */
/* What the board looks like. */
#include <stdlib.h>
#include <string.h>

#include "board_inside.h"
#include "iocd/base/err.h"
#include "load.h"
#include "screen.h"
#include "show.h"

#define SEVERITY_COLUMNS 14
#define AGE_COLUMNS      4
#define INDENT           20 /* of the second line of an alert; holds how it is handled */
#define HANDLING_COLUMNS 19
#define COUNT_COLUMNS    7 /* of how many alerts a group has */

#define WORD(view, vi, en) ((view)->vietnamese ? (vi) : (en))

/* Takes the bytes of text and empties it. */
static struct line *add_line(struct lines *lines, struct text *text, int width)
{
	CLEANUP_TEXT struct text cut = { 0 };
	struct line *line;

	screen_cut(&cut, text_get(text), width);
	text_clear(text);
	lines->list = xrealloc(lines->list, lines->n + 1, sizeof(*lines->list));
	line = &lines->list[lines->n++];
	*line = (struct line){ .text = xstrdup(text_get(&cut)) };
	return line;
}

void lines_fini(struct lines *lines)
{
	for (size_t i = 0; i < lines->n; i++)
		free(lines->list[i].text);
	free(lines->list);
	*lines = (struct lines){ .n = 0 };
}

void lines_wrap(struct lines *lines, const char *text, int width)
{
	CLEANUP_TEXT struct text line = { 0 };

	while (*text) {
		size_t whole = strcspn(text, "\n");
		CLEANUP_TEXT struct text rest = { 0 };
		size_t at = 0;

		text_add_bytes(&rest, text, whole);
		do {
			size_t size = screen_line(text_get(&rest) + at, width);

			text_add_bytes(&line, text_get(&rest) + at, size);
			(void)add_line(lines, &line, width);
			at += size;
			at += at < rest.size && rest.bytes[at] == ' ';
		} while (at < rest.size);
		text += whole + (text[whole] == '\n');
	}
}

/* ---- the head ---- */

static void add_lost(const struct board *board, const struct view *view, struct lines *lines)
{
	CLEANUP_TEXT struct text text = { 0 };
	CLEANUP_TEXT struct text padded = { 0 };
	CLEANUP_TEXT struct text since = { 0 };
	struct line *line;

	show_clock_ms(&since, view->lost_ms, view->now_ms, show_offset(board->status, "time"));
	text_add(&text, WORD(view, " KHÔNG CÓ DỮ LIỆU TRỰC TIẾP từ %s", " NO LIVE DATA since %s"),
		 text_get(&since));
	if (view->why && *view->why) {
		text_add(&text, ": ");
		screen_clean(&text, view->why);
	}
	screen_pad(&padded, text_get(&text), view->width);
	line = add_line(lines, &padded, view->width);
	line->tint = TINT_RED;
	line->is_loud = true;
}

static void add_title(const struct board *board, const struct view *view, struct lines *lines)
{
	const json_t *events = json_object_get(board->status, "events");
	const json_t *journal = json_object_get(board->status, "journal");
	CLEANUP_TEXT struct text clock = { 0 };
	CLEANUP_TEXT struct text left = { 0 };
	CLEANUP_TEXT struct text text = { 0 };

	screen_clean(&left, show_string(board->status, "instance"));
	text_add(&left, "  ");
	show_value(&left, show_real(events, "per_s"), false, "", view->vietnamese);
	text_add(&left, WORD(view, " sự kiện/s   chậm ", " events/s   lag "));
	show_bytes(&left, show_integer(journal, "end") - show_integer(journal, "folded"),
		   view->vietnamese);
	show_clock_ms(&clock, view->now_ms, view->now_ms, show_offset(board->status, "time"));
	screen_pad(&text, text_get(&left), view->width - screen_width(text_get(&clock)) - 1);
	text_add(&text, " %s", text_get(&clock));
	(void)add_line(lines, &text, view->width);
}

static void add_lights(const struct board *board, const struct view *view, struct lines *lines)
{
	CLEANUP_TEXT struct text text = { 0 };
	const json_t *part;
	size_t i;

	json_array_foreach(json_object_get(board->status, "parts"), i, part)
	{
		text_add(&text, "%s", i > 0 ? "   " : "");
		screen_clean(&text, show_string(part, "name"));
		text_add(&text, " %s",
			 view->lost_ms ? "?"
				       : show_light(show_string(part, "light"), view->vietnamese));
	}
	(void)add_line(lines, &text, view->width);
}

/* Whatever is not well gets a line of its own. */
static void add_troubles(const struct board *board, const struct view *view, struct lines *lines)
{
	int64_t lost = show_integer(json_object_get(board->status, "events"), "unaccounted");
	CLEANUP_TEXT struct text text = { 0 };
	const json_t *part;
	size_t i;

	json_array_foreach(json_object_get(board->status, "parts"), i, part)
	{
		enum tint tint = show_light_tint(show_string(part, "light"));

		if (tint == TINT_NONE)
			continue;
		screen_clean(&text, show_string(part, "name"));
		text_add(&text, ": ");
		screen_clean(&text,
			     show_string(part, *show_string(part, "detail") ? "detail" : "state"));
		add_line(lines, &text, view->width)->tint = tint;
	}
	if (board->status && !json_is_true(json_object_get(board->status, "ready"))) {
		text_add(&text, "%s",
			 WORD(view, "đang đọc lại nhật ký: số liệu chưa đầy đủ",
			      "reading its journal again: figures are not complete yet"));
		add_line(lines, &text, view->width)->tint = TINT_YELLOW;
	}
	if (lost != 0) {
		text_add(&text, WORD(view, "%lld sự kiện thất lạc", "%lld events unaccounted for"),
			 (long long)lost);
		add_line(lines, &text, view->width)->tint = TINT_RED;
	}
}

/* iocd's own count, a second old at most, where the board has not all of them. */
static size_t count_critical(const struct board *board)
{
	size_t n = 0;

	if (board->n_untold > 0)
		return (size_t)show_integer(json_object_get(board->status, "alerts"), "critical");

	for (size_t i = 0; i < board->n_alerts; i++)
		n += strcmp(show_string(board->alerts[i], "severity"), "critical") == 0;
	return n;
}

/* That nothing is left out is to be seen. */
static void add_folded(const struct board *board, const struct view *view, struct text *text)
{
	size_t n = 0;

	if (!view->is_folded)
		return;
	for (size_t i = 0; i < board->n_groups; i++)
		n += board->groups[i].n;
	text_add(text,
		 WORD(view, "; gộp %zu/%zu cảnh báo theo %zu nguyên nhân",
		      "; %zu of %zu folded to %zu causes"),
		 n, board->n_matching, board->n_groups);
}

static void add_flood(const struct board *board, const struct view *view, struct lines *lines)
{
	CLEANUP_TEXT struct text text = { 0 };
	CLEANUP_TEXT struct text padded = { 0 };
	struct line *line;

	if (!board_is_flood(board))
		return;
	text_add(&text, " ");
	load_flood(&text, json_object_get(board->status, "load"), view->vietnamese, view->now_ms);
	screen_pad(&padded, text_get(&text), view->width);
	line = add_line(lines, &padded, view->width);
	line->tint = TINT_RED;
	line->is_loud = true;
}

static void add_counts(const struct board *board, const struct view *view, struct lines *lines)
{
	size_t n_critical = count_critical(board);
	CLEANUP_TEXT struct text text = { 0 };
	struct line *line;

	if (!board->status) {
		text_add(&text, "%s", WORD(view, "chưa biết gì", "nothing is known yet"));
		(void)add_line(lines, &text, view->width);
		return;
	}
	text_add(&text,
		 WORD(view, "%zu cảnh báo đang mở, %zu nghiêm trọng",
		      "%zu alerts open, %zu critical"),
		 board->n_alerts + board->n_untold, n_critical);
	if (board->n_untold > 0)
		text_add(&text, WORD(view, "; %zu không hiện", "; %zu not shown"), board->n_untold);
	if (*view->filter) {
		text_add(&text, WORD(view, "; lọc '", "; filter '"));
		screen_clean(&text, view->filter);
		text_add(&text, "': %zu", board->n_matching);
	}
	add_folded(board, view, &text);
	line = add_line(lines, &text, view->width);
	line->tint = n_critical > 0 ? TINT_RED : TINT_NONE;
}

void board_head(const struct board *board, const struct view *view, struct lines *lines)
{
	add_title(board, view, lines);
	if (view->lost_ms)
		add_lost(board, view, lines);
	add_lights(board, view, lines);
	add_troubles(board, view, lines);
	add_flood(board, view, lines);
	add_counts(board, view, lines);
}

/* ---- the list ---- */

static void add_mark(struct text *text, const struct view *view, const json_t *alert)
{
	CLEANUP_TEXT struct text age = { 0 };

	screen_pad(text, show_severity(show_string(alert, "severity"), view->vietnamese),
		   SEVERITY_COLUMNS);
	show_age(&age, alert, "raised", view->now_ms);
	screen_pad_left(text, text_get(&age), AGE_COLUMNS);
	text_add(text, "  ");
}

static void add_title_of(struct text *text, const struct view *view, const json_t *alert)
{
	const char *owner = show_string(alert, "owner");

	show_flags(text, alert, view->vietnamese);
	screen_clean(text, show_words(json_object_get(alert, "rule"), "title", view->vietnamese));
	if (*owner) {
		text_add(text, " → ");
		screen_clean(text, owner);
	}
}

static void finish(struct lines *lines, struct text *text, const struct view *view,
		   const json_t *alert, size_t number)
{
	struct line *line = add_line(lines, text, view->width);

	line->tint = show_severity_tint(show_string(alert, "severity"));
	line->tinted = strlen(show_severity(show_string(alert, "severity"), view->vietnamese));
	line->alert = number;
}

static void add_wide(const struct view *view, struct lines *lines, const json_t *alert,
		     size_t number)
{
	int rest = view->width - INDENT - HANDLING_COLUMNS - 4;
	CLEANUP_TEXT struct text text = { 0 };
	CLEANUP_TEXT struct text unit = { 0 };
	CLEANUP_TEXT struct text title = { 0 };

	add_mark(&text, view, alert);
	screen_pad(&text, show_handling(alert, view->vietnamese), HANDLING_COLUMNS);
	screen_clean(&unit, show_words(json_object_get(alert, "unit"), "name", view->vietnamese));
	add_title_of(&title, view, alert);
	screen_pad(&text, text_get(&unit), rest / 4);
	text_add(&text, "  ");
	screen_pad(&text, text_get(&title), rest / 3);
	text_add(&text, "  ");
	screen_clean(&text, show_words(alert, "reason", view->vietnamese));
	finish(lines, &text, view, alert, number);
}

static void add_narrow(const struct view *view, struct lines *lines, const json_t *alert,
		       size_t number)
{
	CLEANUP_TEXT struct text text = { 0 };

	add_mark(&text, view, alert);
	screen_clean(&text, show_words(json_object_get(alert, "unit"), "name", view->vietnamese));
	text_add(&text, " – ");
	add_title_of(&text, view, alert);
	finish(lines, &text, view, alert, number);

	screen_pad(&text, show_handling(alert, view->vietnamese), INDENT);
	screen_clean(&text, show_words(alert, "reason", view->vietnamese));
	add_line(lines, &text, view->width)->alert = number;
}

static void add_group(const struct view *view, struct lines *lines, const struct board_group *group,
		      size_t number)
{
	const json_t *unit = json_object_get(group->head, "unit");
	CLEANUP_TEXT struct text count = { 0 };
	CLEANUP_TEXT struct text text = { 0 };

	add_mark(&text, view, group->head);
	text_add(&count, "%zu × ", group->n);
	screen_pad_left(&text, text_get(&count), COUNT_COLUMNS);
	if (group->cause == BOARD_RULE)
		text_add(&text, "%s – ", WORD(view, "nhiều đơn vị", "several units"));
	else
		screen_clean(&text, show_words(unit, "name", view->vietnamese));
	if (group->cause == BOARD_UNIT) {
		text_add(&text, " – %s", WORD(view, "nhiều cảnh báo", "several alerts"));
	} else {
		text_add(&text, "%s", group->cause == BOARD_RULE ? "" : " – ");
		add_title_of(&text, view, group->head);
	}
	if (group->n_critical > 0 && group->n_critical < group->n)
		text_add(&text, WORD(view, " (%zu nghiêm trọng)", " (%zu critical)"),
			 group->n_critical);
	finish(lines, &text, view, group->head, number);
}

void board_list(const struct board *board, const struct view *view, struct lines *lines)
{
	for (size_t i = 0; i < board->n_groups; i++)
		add_group(view, lines, &board->groups[i], i + 1);
	if (board->n_groups > 0)
		return;
	for (size_t i = 0; i < board->n_selected; i++) {
		if (view->width >= BOARD_WIDE)
			add_wide(view, lines, board->selected[i], i + 1);
		else
			add_narrow(view, lines, board->selected[i], i + 1);
	}
}
