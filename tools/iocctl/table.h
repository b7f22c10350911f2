/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table: rows in aligned columns, fitted to the width of the terminal.
 *
 * Cells are cleaned of control characters.  When the rows are wider than there is room, columns
 * marked as flexible give way, the widest first; the others are never cut.
 */
#ifndef IOCCTL_TABLE_H
#define IOCCTL_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"

#define TABLE_COLUMNS_MAX 12

enum tint {
	TINT_NONE,
	TINT_DIM,
	TINT_YELLOW,
	TINT_RED,
};

/* Kinds of columns, to be combined. */
enum {
	COLUMN_RIGHT = 1,    /* flush with the right edge: numbers */
	COLUMN_FLEXIBLE = 2, /* may be cut */
	COLUMN_TINTED = 4,   /* shows the row's tint */
};

struct column {
	const char *vi; /* its head, in two languages */
	const char *en;
	unsigned kind;
};

struct table;

/* Makes a table of n columns, lent for life, with heads in that language.  Gives it; never NULL. */
struct table *table_new(const struct column *columns, size_t n, bool vietnamese) MUST_USE;
struct table *table_free(struct table *table);
DEFINE_CLEANUP(struct table, table_free)

/* Appends a row of as many cells, copied. */
void table_row(struct table *table, enum tint tint, const char *const *cells);

/* Appends the table to text, at most width columns wide (0: as wide as it is), with colours if
 * asked; blanks at the end of lines are left out. */
void table_write(const struct table *table, struct text *text, int width, bool colour);

/* Lend the sequences that begin a tint and end it; "" without colour. */
const char *tint_begin(enum tint tint, bool colour);
const char *tint_end(enum tint tint, bool colour);

#endif
