/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "iocd/report.h"

static void add_string(struct text *text, const char *name, const char *value)
{
	text_add(text, "\"%s\":", name);
	text_add_json(text, value, strlen(value));
}

static void add_time(struct text *text, const char *name, int64_t time_ms, int offset_minutes)
{
	char stamp[CIVIL_TEXT_MAX];

	add_string(text, name, civil_format(stamp, time_ms, offset_minutes));
}

static void add_languages(struct text *text, const char *name, const char *vi, const char *en)
{
	text_add(text, "\"%s\":{", name);
	add_string(text, "vi", vi);
	text_add(text, ",");
	add_string(text, "en", en);
	text_add(text, "}");
}

static void add_figure(struct text *text, const struct report_figure *figure)
{
	text_add(text, "{\"value\":");
	text_add_number(text, figure->reading.value);
	text_add(text, ",\"samples\":%" PRIu64, figure->reading.samples);
	text_add(text, ",");
	add_string(text, "quality", quality_name(figure->reading.quality));
	text_add(text, ",\"revision\":%" PRIu32 ",\"revised\":%s}", figure->revision,
		 figure->is_revised ? "true" : "false");
}

static void add_row(struct text *text, const struct report_table *table,
		    const struct report_row *row)
{
	const struct unit *unit = units_at(table->units, row->unit);

	text_add(text, "{");
	add_string(text, "unit", unit->id);
	text_add(text, ",");
	add_languages(text, "name", unit->name_vi, unit->name_en);
	text_add(text, ",\"place\":");
	if (row->place)
		text_add(text, "%" PRIu32, row->place);
	else
		text_add(text, "null");
	text_add(text, ",\"reported\":%s,\"figures\":{", row->is_silent ? "false" : "true");
	for (uint32_t i = 0; i < table->report->n_lines; i++) {
		const char *id = table->indicators[table->report->lines[i]].id;

		text_add(text, i ? "," : "");
		text_add_json(text, id, strlen(id));
		text_add(text, ":");
		add_figure(text, &row->figures[i]);
	}
	text_add(text, "}}");
}

static void add_lines(struct text *text, const struct report_table *table)
{
	text_add(text, "\"lines\":[");
	for (uint32_t i = 0; i < table->report->n_lines; i++) {
		const struct indicator *line = &table->indicators[table->report->lines[i]];

		text_add(text, i ? ",{" : "{");
		add_string(text, "id", line->id);
		text_add(text, ",");
		add_languages(text, "title", line->title_vi, line->title_en);
		text_add(text, ",");
		add_string(text, "measure", line->measure_en);
		text_add(text, ",\"percent\":%s,\"target\":", line->percent ? "true" : "false");
		text_add_number(text, line->target);
		text_add(text, ",\"lowest_first\":%s}",
			 line->ranking.lowest_first ? "true" : "false");
	}
	text_add(text, "]");
}

void report_json(struct text *text, const struct report_table *table, uint32_t only)
{
	bool first = true;

	text_add(text, "{");
	add_string(text, "report", table->report->id);
	text_add(text, ",");
	add_languages(text, "title", table->report->title_vi, table->report->title_en);
	text_add(text, ",");
	add_string(text, "period", table->period.name);
	text_add(text, ",");
	add_time(text, "from", table->period.from_ms, table->offset_minutes);
	text_add(text, ",");
	add_time(text, "to", table->period.to_ms, table->offset_minutes);
	text_add(text, ",");
	add_time(text, "made", table->made_ms, table->offset_minutes);
	text_add(text, ",\"revision\":%" PRIu32 ",\"units\":%" PRIu32 ",\"silent\":%" PRIu32 ",",
		 table->revision, table->n_rows, table->n_silent);
	add_lines(text, table);
	text_add(text, ",\"rows\":[");
	for (uint32_t i = 0; i < table->n_rows; i++) {
		if (only != UNIT_NONE && table->rows[i].unit != only)
			continue;
		text_add(text, first ? "" : ",");
		add_row(text, table, &table->rows[i]);
		first = false;
	}
	text_add(text, "]}\n");
}
