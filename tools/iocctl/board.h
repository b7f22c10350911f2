/* SPDX-License-Identifier: Apache-2.0 */
/*
 * board: what the watch's screen shows: status and open alerts as they were last heard, as lines.
 *
 * Knows no terminal and no connection, and reads no clock: `iocctl watch` draws its lines, `iocctl
 * watch --once` prints them.
 */
#ifndef IOCCTL_BOARD_H
#define IOCCTL_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "table.h"

#define BOARD_WIDE 190 /* columns from which an alert takes one line */

/* How to show it. */
struct view {
	bool vietnamese;
	int width;          /* columns; at least 20 */
	const char *filter; /* only alerts with these words; "": all */
	bool is_folded;     /* as board_select() was told */
	int64_t now_ms;     /* civil time */
	int64_t lost_ms;    /* since when there is no live data; 0: there is */
	const char *why;    /* there is none */
};

struct line {
	char *text; /* owned; clean and not wider than the view */
	enum tint tint;
	size_t tinted; /* bytes at the start that are tinted; 0: all */
	bool is_loud;  /* shown reversed */
	size_t alert;  /* which alert it belongs to, from 1; 0: none */
};

struct lines {
	struct line *list;
	size_t n;
};

struct board;

/* Makes an empty board.  Gives it; never NULL. */
struct board *board_new(void) MUST_USE;
struct board *board_free(struct board *board);
DEFINE_CLEANUP(struct board, board_free)

/* Borrow an answer of GET status, or of GET alerts that replaces all alerts. */
void board_set_status(struct board *board, json_t *status);
void board_set_alerts(struct board *board, json_t *answer);

/* Borrows a transition of the stream, and does to the alerts what it says. */
void board_apply(struct board *board, json_t *transition);

/* Whether status counts other alerts than the board has: something was missed. */
bool board_is_behind(const struct board *board);

/* Whether status says that more alerts come than people can follow. */
bool board_is_flood(const struct board *board);

/* Puts the alerts that filter lets through in order, most severe first, then oldest first; folded:
 * those of one cause together, by their first.  Returns how many there are to be named.  Lends the
 * one of that number, from 1, until the board changes. */
size_t board_select(struct board *board, const char *filter, bool is_folded);
const json_t *board_at(const struct board *board, size_t number);

/* Append the head (time, lights, what is wrong, counts), and the selected alerts. */
void board_head(const struct board *board, const struct view *view, struct lines *lines);
void board_list(const struct board *board, const struct view *view, struct lines *lines);

/* Appends lines of text, broken to the width of view. */
void lines_wrap(struct lines *lines, const char *text, int width);

/* Empties lines and gives back their memory. */
void lines_fini(struct lines *lines);

#endif
