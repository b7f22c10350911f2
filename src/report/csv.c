/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 4180: CRLF, quotes doubled; a byte order mark, without which spreadsheets take it for Latin.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "iocd/report.h"

static void add_cell(struct text *text, const char *value)
{
	bool quoted = strpbrk(value, ",\"\r\n") != NULL;

	text_add(text, quoted ? "\"" : "");
	for (const char *at = value; *at; at++)
		text_add_bytes(text, *at == '"' ? "\"\"" : at, *at == '"' ? 2 : 1);
	text_add(text, quoted ? "\"" : "");
}

static void add_row(struct text *text, const struct report_table *table,
		    const struct report_row *row)
{
	const struct unit *unit = units_at(table->units, row->unit);

	add_cell(text, unit->id);
	text_add(text, ",");
	add_cell(text, unit->name_vi);
	text_add(text, ",");
	add_cell(text, unit->name_en);
	text_add(text, ",");
	if (row->place)
		text_add(text, "%" PRIu32, row->place);
	for (uint32_t i = 0; i < table->report->n_lines; i++) {
		text_add(text, ",");
		if (!isnan(row->figures[i].reading.value))
			text_add_number(text, row->figures[i].reading.value);
	}
	text_add(text, ",%s\r\n", row->is_silent ? "no" : "yes");
}

void report_csv(struct text *text, const struct report_table *table, uint32_t only)
{
	text_add(text, "\xef\xbb\xbfunit,name_vi,name_en,place");
	for (uint32_t i = 0; i < table->report->n_lines; i++) {
		text_add(text, ",");
		add_cell(text, table->indicators[table->report->lines[i]].id);
	}
	text_add(text, ",reported\r\n");
	for (uint32_t i = 0; i < table->n_rows; i++)
		if (only == UNIT_NONE || table->rows[i].unit == only)
			add_row(text, table, &table->rows[i]);
}
