/* SPDX-License-Identifier: Apache-2.0 */
#include "sheet.h"

#include <string.h>

#include "screen.h"

static const char style[] =
	"@page{size:A4 landscape;margin:12mm}"
	"body{font:9.5pt/1.3 'DejaVu Sans',Arial,sans-serif;color:#000;margin:1.5em}"
	"@media print{body{margin:0;font-size:8.5pt}}"
	"h1{font-size:1.5em;margin:0 0 .2em}h2{font-size:1.1em;margin:.9em 0 .2em}p{margin:.3em 0}"
	"table{border-collapse:collapse;width:100%}"
	"th,td{border:.5pt solid #777;padding:2pt 4pt;text-align:left;vertical-align:top}"
	"th{background:#eee;font-weight:600;font-size:.9em}"
	"thead{display:table-header-group}tr{break-inside:avoid}.r{text-align:right}";

bool sheet_find_form(const char *name, enum sheet_form *ret)
{
	static const struct {
		const char *name;
		enum sheet_form form;
	} forms[] = { { "text", SHEET_TEXT },
		      { "table", SHEET_TEXT },
		      { "html", SHEET_HTML },
		      { "csv", SHEET_CSV } };

	for (size_t i = 0; i < COUNT(forms); i++) {
		if (strcmp(forms[i].name, name) == 0) {
			*ret = forms[i].form;
			return true;
		}
	}
	return false;
}

/* Of HTML. */
static void add_escaped(struct text *text, const char *value)
{
	CLEANUP_TEXT struct text clean = { 0 };

	screen_clean(&clean, value);
	for (const char *at = text_get(&clean); *at; at++) {
		if (*at == '&')
			text_add(text, "&amp;");
		else if (*at == '<')
			text_add(text, "&lt;");
		else if (*at == '>')
			text_add(text, "&gt;");
		else if (*at == '"')
			text_add(text, "&quot;");
		else
			text_add_bytes(text, at, 1);
	}
}

/* A formula would be carried out by a spreadsheet: who sends a name must not write one. */
static void add_field(struct text *text, const char *words)
{
	CLEANUP_TEXT struct text clean = { 0 };
	const char *field;

	screen_clean(&clean, words);
	field = text_get(&clean);
	if (*field && strchr("=+-@", *field) && field[1])
		text_add(text, "'");
	if (!strpbrk(field, ",\"")) {
		text_add(text, "%s", field);
		return;
	}
	text_add(text, "\"");
	for (; *field; field++)
		text_add_bytes(text, *field == '"' ? "\"\"" : field, *field == '"' ? 2 : 1);
	text_add(text, "\"");
}

static void add_element(struct text *text, const char *name, const char *words)
{
	text_add(text, "<%s>", name);
	add_escaped(text, words);
	text_add(text, "</%s>\n", name);
}

void sheet_begin(struct sheet *sheet, const char *title)
{
	struct text *text = sheet->text;

	if (sheet->form == SHEET_HTML) {
		text_add(text, "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">",
			 sheet->vietnamese ? "vi" : "en");
		add_element(text, "title", title);
		text_add(text, "<style>%s</style></head><body>\n", style);
		add_element(text, "h1", title);
	} else if (sheet->form == SHEET_TEXT) {
		screen_clean(text, title);
		text_add(text, "\n");
	}
}

void sheet_end(struct sheet *sheet)
{
	if (sheet->form == SHEET_HTML)
		text_add(sheet->text, "</body></html>\n");
}

void sheet_say(struct sheet *sheet, const char *words)
{
	if (!*words)
		return;
	if (sheet->form == SHEET_HTML) {
		add_element(sheet->text, "p", words);
	} else if (sheet->form == SHEET_TEXT) {
		screen_clean(sheet->text, words);
		text_add(sheet->text, "\n");
	} else {
		add_field(sheet->text, sheet->vietnamese ? "chung" : "general");
		text_add(sheet->text, ",");
		add_field(sheet->text, words);
		text_add(sheet->text, "\r\n");
	}
}

void sheet_part(struct sheet *sheet, const char *title, const struct column *columns, size_t n)
{
	sheet->title = title;
	sheet->columns = columns;
	sheet->n_columns = n;
	sheet->n_rows = 0;
	if (sheet->form == SHEET_TEXT) {
		text_add(sheet->text, "\n");
		screen_clean(sheet->text, title);
		text_add(sheet->text, "\n");
		sheet->table = table_new(columns, n, sheet->vietnamese);
	} else if (sheet->form == SHEET_HTML) {
		add_element(sheet->text, "h2", title);
	}
}

static const char *head_of(const struct sheet *sheet, size_t i)
{
	return sheet->vietnamese ? sheet->columns[i].vi : sheet->columns[i].en;
}

static void add_html_cells(struct sheet *sheet, const char *element, const char *const *cells)
{
	struct text *text = sheet->text;

	text_add(text, "<tr>");
	for (size_t i = 0; i < sheet->n_columns; i++) {
		bool is_right = sheet->columns[i].kind & COLUMN_RIGHT;

		text_add(text, "<%s%s>", element, is_right ? " class=\"r\"" : "");
		add_escaped(text, cells ? cells[i] : head_of(sheet, i));
		text_add(text, "</%s>", element);
	}
	text_add(text, "</tr>\n");
}

static void add_csv_cells(struct sheet *sheet, const char *const *cells)
{
	add_field(sheet->text, sheet->title);
	for (size_t i = 0; i < sheet->n_columns; i++) {
		text_add(sheet->text, ",");
		add_field(sheet->text, cells ? cells[i] : head_of(sheet, i));
	}
	text_add(sheet->text, "\r\n");
}

void sheet_row(struct sheet *sheet, enum tint tint, const char *const *cells)
{
	bool is_first = sheet->n_rows++ == 0;

	switch (sheet->form) {
	case SHEET_TEXT:
		table_row(sheet->table, tint, cells);
		break;
	case SHEET_HTML:
		if (is_first) {
			text_add(sheet->text, "<table><thead>");
			add_html_cells(sheet, "th", NULL);
			text_add(sheet->text, "</thead><tbody>\n");
		}
		add_html_cells(sheet, "td", cells);
		break;
	case SHEET_CSV:
		if (is_first)
			add_csv_cells(sheet, NULL);
		add_csv_cells(sheet, cells);
		break;
	}
}

void sheet_part_end(struct sheet *sheet)
{
	const char *nothing = sheet->vietnamese ? "không có" : "none";

	if (sheet->form == SHEET_TEXT) {
		if (sheet->n_rows > 0)
			table_write(sheet->table, sheet->text, sheet->width, sheet->colour);
		else
			text_add(sheet->text, "  %s\n", nothing);
		sheet->table = table_free(sheet->table);
	} else if (sheet->form == SHEET_HTML) {
		if (sheet->n_rows > 0)
			text_add(sheet->text, "</tbody></table>\n");
		else
			add_element(sheet->text, "p", nothing);
	}
}
