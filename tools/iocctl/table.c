/* SPDX-License-Identifier: Apache-2.0 */
#include "table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "screen.h"

#define GAP   2 /* columns between columns */
#define LEAST 8 /* a flexible column keeps so much */

struct row {
	enum tint tint;
	char *cells[TABLE_COLUMNS_MAX];
};

struct table {
	const struct column *columns;
	size_t n_columns;
	bool vietnamese;
	struct row *rows;
	size_t n_rows;
};

const char *tint_begin(enum tint tint, bool colour)
{
	static const char *const codes[] = {
		[TINT_NONE] = "",
		[TINT_DIM] = "\033[2m",
		[TINT_YELLOW] = "\033[33m",
		[TINT_RED] = "\033[1;31m",
	};

	return colour ? codes[tint] : "";
}

const char *tint_end(enum tint tint, bool colour)
{
	return colour && tint != TINT_NONE ? "\033[0m" : "";
}

struct table *table_new(const struct column *columns, size_t n, bool vietnamese)
{
	struct table *table = xcalloc(1, sizeof(*table));

	assert(n > 0 && n <= TABLE_COLUMNS_MAX);
	table->columns = columns;
	table->n_columns = n;
	table->vietnamese = vietnamese;
	return table;
}

struct table *table_free(struct table *table)
{
	if (!table)
		return NULL;

	for (size_t i = 0; i < table->n_rows; i++)
		for (size_t j = 0; j < table->n_columns; j++)
			free(table->rows[i].cells[j]);
	free(table->rows);
	free(table);
	return NULL;
}

void table_row(struct table *table, enum tint tint, const char *const *cells)
{
	struct row *row;

	table->rows = xrealloc(table->rows, table->n_rows + 1, sizeof(*table->rows));
	row = &table->rows[table->n_rows++];
	row->tint = tint;
	for (size_t i = 0; i < table->n_columns; i++) {
		CLEANUP_TEXT struct text clean = { 0 };

		screen_clean(&clean, cells[i]);
		row->cells[i] = xstrdup(text_get(&clean));
	}
}

static const char *head_of(const struct table *table, size_t number)
{
	const struct column *column = &table->columns[number];

	return table->vietnamese ? column->vi : column->en;
}

static int total(const int *widths, size_t n)
{
	int sum = GAP * (int)(n - 1);

	for (size_t i = 0; i < n; i++)
		sum += widths[i];
	return sum;
}

/* Takes one column at a time from the widest flexible one. */
static void squeeze(const struct table *table, int *widths, int width)
{
	int over = total(widths, table->n_columns) - width;

	for (; over > 0; over--) {
		size_t widest = table->n_columns;

		for (size_t i = 0; i < table->n_columns; i++)
			if ((table->columns[i].kind & COLUMN_FLEXIBLE) && widths[i] > LEAST &&
			    (widest == table->n_columns || widths[i] > widths[widest]))
				widest = i;
		if (widest == table->n_columns)
			return;
		widths[widest]--;
	}
}

static void measure(const struct table *table, int *widths, int width)
{
	for (size_t i = 0; i < table->n_columns; i++) {
		widths[i] = screen_width(head_of(table, i));
		for (size_t j = 0; j < table->n_rows; j++) {
			int cell = screen_width(table->rows[j].cells[i]);

			if (cell > widths[i])
				widths[i] = cell;
		}
	}
	if (width > 0)
		squeeze(table, widths, width);
}

static void end_line(struct text *text)
{
	while (text->size > 0 && text->bytes[text->size - 1] == ' ')
		text->bytes[--text->size] = '\0';
	text_add(text, "\n");
}

static void write_cell(struct text *text, const struct column *column, const char *cell, int width)
{
	if (column->kind & COLUMN_RIGHT)
		screen_pad_left(text, cell, width);
	else
		screen_pad(text, cell, width);
}

static void write_row(const struct table *table, struct text *text, const int *widths,
		      const struct row *row, bool colour)
{
	for (size_t i = 0; i < table->n_columns; i++) {
		const struct column *column = &table->columns[i];
		enum tint tint = column->kind & COLUMN_TINTED ? row->tint : TINT_NONE;

		text_add(text, "%*s%s", i > 0 ? GAP : 0, "", tint_begin(tint, colour));
		write_cell(text, column, row->cells[i], widths[i]);
		text_add(text, "%s", tint_end(tint, colour));
	}
	end_line(text);
}

void table_write(const struct table *table, struct text *text, int width, bool colour)
{
	int widths[TABLE_COLUMNS_MAX];

	measure(table, widths, width);
	text_add(text, "%s", tint_begin(TINT_DIM, colour));
	for (size_t i = 0; i < table->n_columns; i++) {
		text_add(text, "%*s", i > 0 ? GAP : 0, "");
		write_cell(text, &table->columns[i], head_of(table, i), widths[i]);
	}
	text_add(text, "%s", tint_end(TINT_DIM, colour));
	end_line(text);
	for (size_t i = 0; i < table->n_rows; i++)
		write_row(table, text, widths, &table->rows[i], colour);
}
