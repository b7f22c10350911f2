/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sheet: something to hand to others, in parts with a heading and a table each, written as plain
 * text, as one page of HTML that prints well, or as CSV (RFC 4180: the heading is the first field
 * of each row).
 *
 * What it is given is copied and cleaned or escaped.  Reads no clock.
 */
#ifndef IOCCTL_SHEET_H
#define IOCCTL_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "iocd/base/text.h"
#include "table.h"

enum sheet_form { SHEET_TEXT, SHEET_HTML, SHEET_CSV };

struct sheet {
	struct text *text; /* to which all is appended; borrowed for life, as is title */
	enum sheet_form form;
	bool vietnamese;
	int width;   /* of plain text; 0: as wide as it is */
	bool colour; /* likewise */

	/* Of the part that is open. */
	const char *title;
	const struct column *columns;
	size_t n_columns, n_rows;
	struct table *table; /* owned; of plain text */
};

/* Finds a form by its name: "text" (or "table"), "html", "csv".  False: there is none. */
bool sheet_find_form(const char *name, enum sheet_form *ret);

/* Begin and end the whole. */
void sheet_begin(struct sheet *sheet, const char *title);
void sheet_end(struct sheet *sheet);

/* Adds a line of words, if there are any. */
void sheet_say(struct sheet *sheet, const char *words);

/* Begins a part of n columns, lent until its end; adds a row of as many cells; ends it: without a
 * row it says that there is nothing. */
void sheet_part(struct sheet *sheet, const char *title, const struct column *columns, size_t n);
void sheet_row(struct sheet *sheet, enum tint tint, const char *const *cells);
void sheet_part_end(struct sheet *sheet);

#endif
