/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl watch: the watch's screen.  What it shows is made by board; this draws it and reads keys.
 */
#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "api.h"
#include "explain.h"
#include "iocd/base/clock.h"
#include "live.h"
#include "order.h"
#include "screen.h"
#include "show.h"
#include "typing.h"

#define WIDTH_ONCE 120 /* of the plain text, where there is no terminal */
#define TURN_MS    250
#define SHELVE_MS  3600000
#define KEY_REDRAW 12 /* Ctrl-L */

enum mode { MODE_LIST, MODE_EXPLAIN, MODE_FILTER, MODE_NOTE };

struct watch {
	struct call call; /* a copy: the language can be changed */
	struct board *board;
	struct live *live;
	enum mode mode;
	struct text filter;
	struct text shown;   /* id of the alert that was last drawn as selected */
	struct text target;  /* id of the alert that is to be shelved */
	struct text note;    /* why */
	struct text message; /* of what was done, until the next key */
	size_t selected;     /* number of an alert, from 1; 0: there are none */
	struct text id;      /* of the alert that is selected, to find it again */
	int top;             /* first line of the list, or of the explanation, on the screen */
	int page;            /* lines of the body */
	json_t *explanation; /* NULL: complaint says why not */
	struct text complaint;
	bool is_over;
	bool is_other_way; /* folded though it is no flood, or not although it is one */
};

/* In a flood alerts are folded to their causes. */
static bool is_folded(const struct watch *watch)
{
	return board_is_flood(watch->board) != watch->is_other_way;
}

/* ---- drawing ---- */

static attr_t attribute_of(enum tint tint)
{
	switch (tint) {
	case TINT_RED:
		return (attr_t)(A_BOLD | COLOR_PAIR(2));
	case TINT_YELLOW:
		return (attr_t)COLOR_PAIR(1);
	case TINT_DIM:
		return (attr_t)A_DIM;
	case TINT_NONE:
		break;
	}
	return (attr_t)A_NORMAL;
}

static void draw_line(int y, const struct line *line, bool is_selected)
{
	attr_t attribute = attribute_of(line->tint);
	attr_t rest = line->tinted > 0 ? (attr_t)A_NORMAL : attribute;
	size_t tinted = line->tinted < strlen(line->text) ? line->tinted : strlen(line->text);
	attr_t marks = (attr_t)(line->is_loud || is_selected ? A_REVERSE : A_NORMAL);

	attrset((int)((tinted > 0 ? attribute : rest) | marks));
	mvaddnstr(y, 0, line->text, (int)tinted);
	attrset((int)(rest | marks));
	addstr(line->text + tinted);
	attrset(A_NORMAL);
}

static void draw_body(const struct watch *watch, const struct lines *lines, int y)
{
	for (int i = 0; i < watch->page && (size_t)(watch->top + i) < lines->n; i++) {
		const struct line *line = &lines->list[watch->top + i];

		draw_line(y + i, line, line->alert > 0 && line->alert == watch->selected);
	}
}

static void draw_footer(const struct watch *watch)
{
	const struct call *call = &watch->call;
	CLEANUP_TEXT struct text text = { 0 };
	CLEANUP_TEXT struct text cut = { 0 };

	if (watch->mode == MODE_FILTER)
		text_add(&text, "/%s_", text_get(&watch->filter));
	else if (watch->mode == MODE_NOTE)
		text_add(&text,
			 SAY(call, "gác lại 1 giờ, vì: %s_", "shelve for an hour, because: %s_"),
			 text_get(&watch->note));
	else if (watch->message.size > 0)
		screen_clean(&text, text_get(&watch->message));
	else if (watch->mode == MODE_EXPLAIN)
		text_add(&text, "%s",
			 SAY(call, "e đóng   ↑↓ cuộn   l English   q thoát",
			     "e close   ↑↓ scroll   l Tiếng Việt   q quit"));
	else
		text_add(&text, "%s",
			 SAY(call,
			     "q thoát   ↑↓ chọn   e vì sao   a nhận   s gác lại   f gộp   / lọc   "
			     "l English",
			     "q quit   ↑↓ select   e explain   a acknowledge   s shelve   f fold   "
			     "/ filter  "
			     " l Tiếng Việt"));
	screen_pad(&cut, text_get(&text), COLS - 1);
	attrset(watch->mode == MODE_FILTER || watch->mode == MODE_NOTE || watch->message.size > 0
			? A_BOLD
			: A_DIM);
	mvaddstr(LINES - 1, 0, text_get(&cut));
	attrset(A_NORMAL);
}

/* The alert that was selected may stand elsewhere by now, or be gone. */
static void select_again(struct watch *watch)
{
	size_t n = board_select(watch->board, text_get(&watch->filter), is_folded(watch));

	for (size_t i = 1; i <= n; i++) {
		const json_t *alert = board_at(watch->board, i);

		if (watch->id.size > 0 &&
		    strcmp(show_string(alert, "id"), text_get(&watch->id)) == 0) {
			watch->selected = i;
			return;
		}
	}
	if (watch->selected > n)
		watch->selected = n;
	if (watch->selected == 0 && n > 0)
		watch->selected = 1;
}

static void remember(struct watch *watch)
{
	text_clear(&watch->id);
	text_add(&watch->id, "%s", show_string(board_at(watch->board, watch->selected), "id"));
}

/* Moves top so that all lines of the selected alert are on the screen. */
static void scroll_to_selected(struct watch *watch, const struct lines *lines)
{
	for (int i = 0; (size_t)i < lines->n; i++) {
		if (lines->list[i].alert != watch->selected)
			continue;
		if (i < watch->top)
			watch->top = i;
		if (i >= watch->top + watch->page)
			watch->top = i - watch->page + 1;
	}
}

static void keep_within(struct watch *watch, const struct lines *lines)
{
	if (watch->top > (int)lines->n - watch->page)
		watch->top = (int)lines->n - watch->page;
	if (watch->top < 0)
		watch->top = 0;
}

static void add_explanation(const struct watch *watch, const struct view *view, struct lines *lines)
{
	CLEANUP_TEXT struct text text = { 0 };

	if (watch->explanation)
		explain_write(&text, watch->explanation, view->vietnamese, view->now_ms);
	else
		screen_clean(&text, text_get(&watch->complaint));
	lines_wrap(lines, text_get(&text), view->width);
}

static void draw(struct watch *watch)
{
	const struct view view = {
		.vietnamese = watch->call.vietnamese,
		.width = COLS < 20 ? 20 : COLS,
		.filter = text_get(&watch->filter),
		.is_folded = is_folded(watch),
		.now_ms = clock_real_ms(),
		.lost_ms = live_lost_ms(watch->live),
		.why = live_why(watch->live),
	};
	struct lines head = { 0 };
	struct lines body = { 0 };

	select_again(watch);
	text_clear(&watch->shown);
	text_add(&watch->shown, "%s", show_string(board_at(watch->board, watch->selected), "id"));
	board_head(watch->board, &view, &head);
	watch->page = LINES - (int)head.n - 2;
	if (watch->mode == MODE_EXPLAIN) {
		add_explanation(watch, &view, &body);
	} else {
		board_list(watch->board, &view, &body);
		scroll_to_selected(watch, &body);
	}
	keep_within(watch, &body);

	erase();
	for (size_t i = 0; i < head.n && (int)i < LINES - 1; i++)
		draw_line((int)i, &head.list[i], false);
	draw_body(watch, &body, (int)head.n + 1);
	draw_footer(watch);
	refresh();
	lines_fini(&head);
	lines_fini(&body);
}

/* ---- keys ---- */

static void forget_explanation(struct watch *watch)
{
	json_decref(watch->explanation);
	watch->explanation = NULL;
	text_clear(&watch->complaint);
}

static void explain(struct watch *watch)
{
	const struct argument arguments[] = {
		{ "alert", show_string(board_at(watch->board, watch->selected), "id") }
	};

	if (!watch->selected)
		return;

	forget_explanation(watch);
	(void)api_ask(&watch->call, "explain", arguments, COUNT(arguments), &watch->explanation,
		      &watch->complaint);
	watch->mode = MODE_EXPLAIN;
	watch->top = 0;
}

static void close_explanation(struct watch *watch)
{
	forget_explanation(watch);
	watch->mode = MODE_LIST;
	watch->top = 0;
}

/* Moves by so many alerts, or lines of an explanation. */
static void move_by(struct watch *watch, int step)
{
	int64_t to = (int64_t)watch->selected + step;
	int64_t n = (int64_t)board_select(watch->board, text_get(&watch->filter), is_folded(watch));

	if (watch->mode == MODE_EXPLAIN) {
		watch->top += step;
		return;
	}
	watch->selected = (size_t)(to < 1 ? (n > 0) : to > n ? n : to);
	remember(watch);
}

static const json_t *find(struct watch *watch, const char *id)
{
	size_t n = board_select(watch->board, "", false);
	const json_t *found = NULL;

	for (size_t i = 1; i <= n && !found; i++)
		if (strcmp(show_string(board_at(watch->board, i), "id"), id) == 0)
			found = board_at(watch->board, i);
	return found;
}

/* Does something to the alert of that id, wherever it stands by now, and says what came of it;
 * takes members. */
static void operate(struct watch *watch, const char *id, const char *verb, json_t *members,
		    const char *done)
{
	const json_t *alert = find(watch, id);
	CLEANUP_TEXT struct text why = { 0 };
	json_t *about, *answer;

	text_clear(&watch->message);
	if (!alert) {
		json_decref(members);
		text_add(&watch->message, "%s",
			 SAY(&watch->call, "cảnh báo đó đã hết", "that alert is over"));
		return;
	}
	about = order_about(alert);
	json_object_update_missing(members, about);
	json_decref(about);
	if (order_send(&watch->call, verb, members, &answer, &why) == STATUS_GOOD)
		text_add(&watch->message, "%s: ", done);
	else
		text_add(&watch->message, "%s: ", text_get(&why));
	order_name(&watch->message, alert, watch->call.vietnamese);
	json_decref(answer);
}

static void acknowledge(struct watch *watch)
{
	if (watch->selected)
		operate(watch, text_get(&watch->shown), "acknowledge", json_object(),
			SAY(&watch->call, "đã nhận", "acknowledged"));
}

static void shelve(struct watch *watch)
{
	json_t *members = json_pack("{s:s}", "note", text_get(&watch->note));

	if (watch->note.size == 0 || !members) {
		json_decref(members);
		return;
	}
	order_add_end(members, SHELVE_MS);
	operate(watch, text_get(&watch->target), "shelve", members,
		SAY(&watch->call, "đã gác 1 giờ", "shelved for an hour"));
}

static void begin_note(struct watch *watch)
{
	text_clear(&watch->note);
	text_clear(&watch->target);
	text_add(&watch->target, "%s", text_get(&watch->shown));
	watch->mode = watch->selected ? MODE_NOTE : MODE_LIST;
}

static void take_text_key(struct watch *watch, wint_t key, bool is_special)
{
	bool is_note = watch->mode == MODE_NOTE;

	if (!typing_take(is_note ? &watch->note : &watch->filter, key, is_special))
		return;
	watch->mode = MODE_LIST;
	if (is_note)
		shelve(watch);
}

static void take_special_key(struct watch *watch, wint_t key)
{
	switch (key) {
	case KEY_UP:
		move_by(watch, -1);
		return;
	case KEY_DOWN:
		move_by(watch, 1);
		return;
	case KEY_PPAGE:
		move_by(watch, -(watch->page / 2 + 1));
		return;
	case KEY_NPAGE:
		move_by(watch, watch->page / 2 + 1);
		return;
	case KEY_HOME:
		move_by(watch, -ALERTS_MAX);
		return;
	case KEY_END:
		move_by(watch, ALERTS_MAX);
		return;
	default: /* KEY_RESIZE too: curses has taken note of it */
		return;
	}
}

static void take_key(struct watch *watch, wint_t key)
{
	bool explains = watch->mode == MODE_EXPLAIN;

	if (key != KEY_REDRAW)
		text_clear(&watch->message);
	switch (key) {
	case 'q':
		watch->is_over = true;
		return;
	case KEY_REDRAW:
		(void)clearok(curscr, TRUE);
		return;
	case 'k':
		move_by(watch, -1);
		return;
	case 'j':
		move_by(watch, 1);
		return;
	case 'f':
		watch->is_other_way = !watch->is_other_way;
		return;
	case 'l':
		watch->call.vietnamese = !watch->call.vietnamese;
		return;
	case 'e':
	case '\n':
		if (explains)
			close_explanation(watch);
		else
			explain(watch);
		return;
	case 'a':
		acknowledge(watch);
		return;
	case 's':
		if (explains)
			close_explanation(watch);
		begin_note(watch);
		return;
	case '/':
		if (explains)
			close_explanation(watch);
		watch->mode = MODE_FILTER;
		return;
	case KEY_ESCAPE:
		if (explains)
			close_explanation(watch);
		else
			text_clear(&watch->filter);
		return;
	default:
		return;
	}
}

/* Returns whether there was any. */
static bool take_keys(struct watch *watch)
{
	bool any = false;
	wint_t key;
	int kind;

	while ((kind = get_wch(&key)) != ERR) {
		any = true;
		if (watch->mode == MODE_FILTER || watch->mode == MODE_NOTE)
			take_text_key(watch, key, kind == KEY_CODE_YES);
		else if (kind == KEY_CODE_YES)
			take_special_key(watch, key);
		else
			take_key(watch, key);
	}
	return any;
}

/* ---- the screen ---- */

static void start_screen(const struct call *call)
{
	initscr();
	set_escdelay(25);
	cbreak();
	noecho();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	(void)curs_set(0);
	if (!call->colour || !has_colors())
		return;
	start_color();
	use_default_colors();
	init_pair(1, COLOR_YELLOW, -1);
	init_pair(2, COLOR_RED, -1);
}

static void turn(struct watch *watch)
{
	int64_t second = 0;
	bool has_changed = true;

	while (!watch->is_over) {
		if (clock_real_ms() / 1000 != second)
			has_changed = true;
		if (has_changed)
			draw(watch);
		second = clock_real_ms() / 1000;
		has_changed = live_wait(watch->live, STDIN_FILENO, TURN_MS);
		has_changed = take_keys(watch) || has_changed;
	}
}

static int watch_live(struct watch *watch)
{
	watch->live = live_new(&watch->call, watch->board);
	if (!watch->live) {
		fputs("iocctl: curl cannot be used\n", stderr);
		return STATUS_UNREACHABLE;
	}
	start_screen(&watch->call);
	turn(watch);
	endwin();
	watch->live = live_free(watch->live);
	return STATUS_GOOD;
}

static void print_lines(const struct call *call, const struct lines *lines)
{
	for (size_t i = 0; i < lines->n; i++) {
		const struct line *line = &lines->list[i];
		size_t tinted = line->tinted > 0 ? line->tinted : strlen(line->text);

		if (tinted > strlen(line->text))
			tinted = strlen(line->text);
		printf("%s%.*s%s%s\n", tint_begin(line->tint, call->colour), (int)tinted,
		       line->text, tint_end(line->tint, call->colour), line->text + tinted);
	}
}

static void print_once(struct watch *watch)
{
	const struct view view = {
		.vietnamese = watch->call.vietnamese,
		.width = watch->call.width >= 20 ? watch->call.width : WIDTH_ONCE,
		.filter = text_get(&watch->filter),
		.is_folded = is_folded(watch),
		.now_ms = clock_real_ms(),
	};
	struct lines lines = { 0 };

	(void)board_select(watch->board, view.filter, view.is_folded);
	board_head(watch->board, &view, &lines);
	board_list(watch->board, &view, &lines);
	print_lines(&watch->call, &lines);
	lines_fini(&lines);
}

static int watch_once(struct watch *watch)
{
	const struct argument all[] = { { "limit", ALERTS_LIMIT } };
	json_t *alerts = NULL;
	json_t *status;
	int r = api_get(&watch->call, "status", NULL, 0, &status);

	if (!r)
		r = api_get(&watch->call, "alerts", all, COUNT(all), &alerts);
	if (!r && watch->call.json) {
		json_t *both = json_pack("{s:O, s:O}", "status", status, "alerts", alerts);

		api_print(both);
		json_decref(both);
	} else if (!r) {
		board_set_status(watch->board, status);
		board_set_alerts(watch->board, alerts);
		print_once(watch);
	}
	json_decref(status);
	json_decref(alerts);
	return r;
}

int run_watch(const struct call *call)
{
	struct watch watch = { .call = *call };
	bool is_once = call->given[OPTION_ONCE] != NULL;
	int r;

	if (!is_once && (call->json || !isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO))) {
		fputs(SAY(call, "iocctl: đây không phải màn hình; dùng --once\n",
			  "iocctl: this is no terminal; use --once\n"),
		      stderr);
		return STATUS_USAGE;
	}

	watch.board = board_new();
	watch.call.timeout_ms = is_once ? 0 : LIVE_RETRY_MS;
	if (call->given[OPTION_FILTER])
		text_add(&watch.filter, "%s", call->given[OPTION_FILTER]);
	r = is_once ? watch_once(&watch) : watch_live(&watch);

	forget_explanation(&watch);
	board_free(watch.board);
	text_fini(&watch.filter);
	text_fini(&watch.shown);
	text_fini(&watch.target);
	text_fini(&watch.note);
	text_fini(&watch.message);
	text_fini(&watch.id);
	text_fini(&watch.complaint);
	return r;
}
