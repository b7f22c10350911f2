/* SPDX-License-Identifier: Apache-2.0 */
/* The state of the board; what it looks like is in board_lines.c. */
#include <stdlib.h>
#include <string.h>

#include "board_inside.h"
#include "iocd/base/err.h"
#include "screen.h"
#include "show.h"

struct board *board_new(void)
{
	return xcalloc(1, sizeof(struct board));
}

static void clear_alerts(struct board *board)
{
	for (size_t i = 0; i < board->n_alerts; i++)
		json_decref(board->alerts[i]);
	board->n_alerts = 0;
	board->n_selected = 0;
	board->n_groups = 0;
}

struct board *board_free(struct board *board)
{
	if (!board)
		return NULL;

	clear_alerts(board);
	free(board->alerts);
	free(board->selected);
	free(board->groups);
	json_decref(board->status);
	free(board);
	return NULL;
}

void board_set_status(struct board *board, json_t *status)
{
	json_decref(board->status);
	board->status = json_incref(status);
}

static void append(struct board *board, json_t *alert)
{
	board->alerts = xrealloc(board->alerts, board->n_alerts + 1, sizeof(*board->alerts));
	board->alerts[board->n_alerts++] = json_incref(alert);
}

void board_set_alerts(struct board *board, json_t *answer)
{
	json_t *alert;
	size_t i;

	clear_alerts(board);
	json_array_foreach(json_object_get(answer, "alerts"), i, alert) append(board, alert);
	board->n_untold = (size_t)show_integer(json_object_get(answer, "counts"), "matching") -
			  board->n_alerts;
}

static bool is_same(const json_t *a, const json_t *b)
{
	return strcmp(show_string(a, "key"), show_string(b, "key")) == 0 &&
	       strcmp(show_string(json_object_get(a, "unit"), "id"),
		      show_string(json_object_get(b, "unit"), "id")) == 0;
}

static void remove_same(struct board *board, const json_t *alert)
{
	size_t n = 0;

	for (size_t i = 0; i < board->n_alerts; i++) {
		if (is_same(board->alerts[i], alert))
			json_decref(board->alerts[i]);
		else
			board->alerts[n++] = board->alerts[i];
	}
	board->n_alerts = n;
	board->n_selected = 0;
	board->n_groups = 0;
}

/* One that is over, or is so now because somebody knows, is not on the board. */
static bool stands(const json_t *transition)
{
	static const char *const over[] = { "cleared", "forgotten" };
	static const char *const resting[] = { "quiet", "pending" };

	for (size_t i = 0; i < COUNT(over); i++)
		if (strcmp(show_string(transition, "news"), over[i]) == 0)
			return false;
	if (json_is_true(json_object_get(transition, "latched")))
		return true;
	for (size_t i = 0; i < COUNT(resting); i++)
		if (strcmp(show_string(transition, "state"), resting[i]) == 0)
			return false;

	return true;
}

void board_apply(struct board *board, json_t *transition)
{
	remove_same(board, transition);
	if (stands(transition))
		append(board, transition);
}

bool board_is_behind(const struct board *board)
{
	const json_t *alerts = json_object_get(board->status, "alerts");

	return json_is_object(alerts) &&
	       show_integer(alerts, "open") != (int64_t)(board->n_alerts + board->n_untold);
}

static bool has_words(const json_t *alert, const char *words)
{
	const json_t *unit = json_object_get(alert, "unit");
	const json_t *rule = json_object_get(alert, "rule");
	const char *const texts[] = {
		show_words(unit, "name", true),    show_words(unit, "name", false),
		show_string(unit, "id"),           show_string(unit, "level"),
		show_words(rule, "title", true),   show_words(rule, "title", false),
		show_words(alert, "reason", true), show_words(alert, "reason", false),
		show_string(alert, "key"),         show_string(alert, "subject"),
		show_string(alert, "severity"),    show_string(alert, "owner"),
	};

	for (size_t i = 0; i < COUNT(texts); i++)
		if (screen_contains(texts[i], words))
			return true;

	return false;
}

static int rank(const json_t *alert)
{
	return strcmp(show_string(alert, "severity"), "critical") == 0 ? 0 : 1;
}

static int compare(const void *left, const void *right)
{
	const json_t *a = *(json_t *const *)left;
	const json_t *b = *(json_t *const *)right;
	int64_t a_ms = show_time_ms(a, "raised");
	int64_t b_ms = show_time_ms(b, "raised");

	if (rank(a) != rank(b))
		return rank(a) - rank(b);
	if (a_ms != b_ms)
		return a_ms < b_ms ? -1 : 1;
	return strcmp(show_string(a, "id"), show_string(b, "id"));
}

bool board_is_flood(const struct board *board)
{
	return json_is_true(json_object_get(json_object_get(board->status, "load"), "flood"));
}

size_t board_select(struct board *board, const char *filter, bool is_folded)
{
	board->selected = xrealloc(board->selected, board->n_alerts + 1, sizeof(json_t *));
	board->n_selected = 0;
	for (size_t i = 0; i < board->n_alerts; i++)
		if (!*filter || has_words(board->alerts[i], filter))
			board->selected[board->n_selected++] = board->alerts[i];
	qsort(board->selected, board->n_selected, sizeof(json_t *), compare);
	board->n_matching = board->n_selected;
	board->n_groups = 0;
	if (is_folded)
		board_fold_selected(board);
	return board->n_selected;
}

const json_t *board_at(const struct board *board, size_t number)
{
	return number >= 1 && number <= board->n_selected ? board->selected[number - 1] : NULL;
}
