/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "before.h"
#include "iocd/base/err.h"
#include "iocd/report.h"

void report_table_init(struct report_table *table, const struct report_plan *report,
		       const struct units *units, const struct indicator *indicators,
		       const struct report_period *period, int offset_minutes)
{
	*table = (struct report_table){
		.report = report,
		.units = units,
		.indicators = indicators,
		.period = *period,
		.offset_minutes = offset_minutes,
		.revision = 1,
	};
	table->rows = xcalloc((size_t)units_count(units) + 1, sizeof(*table->rows));
	for (uint32_t i = 0; i < units_count(units); i++) {
		struct report_row *row = &table->rows[table->n_rows];

		if (!report->units[i])
			continue;
		row->unit = i;
		for (uint32_t line = 0; line < report->n_lines; line++)
			row->figures[line].reading = (struct reading){ .value = NAN };
		table->n_rows++;
	}
}

void report_table_fini(struct report_table *table)
{
	free(table->rows);
	*table = (struct report_table){ 0 };
}

static struct report_row *find_row(struct report_table *table, uint32_t unit)
{
	uint32_t first = 0, end = table->n_rows; /* rows are in the order of units */

	while (first < end) {
		uint32_t middle = first + (end - first) / 2;

		if (table->rows[middle].unit < unit)
			first = middle + 1;
		else
			end = middle;
	}
	return first < table->n_rows && table->rows[first].unit == unit ? &table->rows[first]
									: NULL;
}

void report_table_put(struct report_table *table, uint32_t unit, uint32_t indicator,
		      const struct reading *reading, uint32_t revision)
{
	struct report_row *row = find_row(table, unit);

	for (uint32_t i = 0; row && i < table->report->n_lines; i++)
		if (table->report->lines[i] == indicator)
			row->figures[i] =
				(struct report_figure){ .reading = *reading, .revision = revision };
}

static bool has_figure(const struct report_figure *figure)
{
	return figure->reading.quality != QUALITY_UNKNOWN && !isnan(figure->reading.value);
}

static void count_silent(struct report_table *table)
{
	table->n_silent = 0;
	for (uint32_t i = 0; i < table->n_rows; i++) {
		struct report_row *row = &table->rows[i];

		row->is_silent = true;
		for (uint32_t line = 0; line < table->report->n_lines; line++)
			if (has_figure(&row->figures[line]))
				row->is_silent = false;
		table->n_silent += row->is_silent;
	}
}

/* Too few cases say nothing: whoever had them is not ranked. */
static bool is_ranked(const struct report_table *table, const struct report_row *row)
{
	const struct report_plan *report = table->report;
	const struct report_figure *figure = &row->figures[report->rank_line];
	const struct indicator *indicator = &table->indicators[report->lines[report->rank_line]];

	return report->ranked[row->unit] && has_figure(figure) &&
	       figure->reading.samples >= indicator->ranking.min_samples;
}

static bool is_better(const struct report_table *table, const struct report_row *row,
		      const struct report_row *than)
{
	const struct report_plan *report = table->report;
	double a = row->figures[report->rank_line].reading.value;
	double b = than->figures[report->rank_line].reading.value;

	return table->indicators[report->lines[report->rank_line]].ranking.lowest_first ? a < b
											: a > b;
}

/* A place is one more than there are better ones, so that ties share it.  Rows are few hundreds. */
static void rank(struct report_table *table)
{
	if (table->report->rank_line == UINT32_MAX)
		return;

	assert(table->report->rank_line < table->report->n_lines);
	for (uint32_t i = 0; i < table->n_rows; i++) {
		struct report_row *row = &table->rows[i];

		row->place = is_ranked(table, row);
		for (uint32_t k = 0; row->place && k < table->n_rows; k++)
			if (is_ranked(table, &table->rows[k]) &&
			    is_better(table, &table->rows[k], row))
				row->place++;
	}
}

bool report_table_finish(struct report_table *table, const char *before, size_t size,
			 int64_t made_ms)
{
	enum before_outcome outcome;

	count_silent(table);
	rank(table);
	table->made_ms = made_ms;
	outcome = before_compare(table, before, size);
	return outcome != BEFORE_SAME;
}
