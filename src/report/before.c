/* SPDX-License-Identifier: Apache-2.0 */
#include "before.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "iocd/base/civil.h"

/* The row of a unit in what was written before, or NULL. */
static const json_t *find_row(const json_t *root, const char *unit)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(root, "rows"), i, row)
	{
		const char *id = json_string_value(json_object_get(row, "unit"));

		if (id && strcmp(id, unit) == 0)
			return row;
	}
	return NULL;
}

/* Written numbers read back as the same doubles, so that they can be compared as they are. */
static bool has_same_value(const struct report_figure *figure, const json_t *before)
{
	const json_t *value = json_object_get(before, "value");

	if (isnan(figure->reading.value) || !json_is_number(value))
		return isnan(figure->reading.value) && !json_is_number(value);
	return json_number_value(value) == figure->reading.value;
}

static bool has_same_samples(const struct report_figure *figure, const json_t *before)
{
	const json_t *samples = json_object_get(before, "samples");

	return (uint64_t)json_integer_value(samples) == figure->reading.samples;
}

/* Figures that an earlier revision corrected stay marked.  Returns whether row says the same. */
static bool compare_row(struct report_table *table, struct report_row *row, const json_t *before)
{
	const json_t *figures = json_object_get(before, "figures");
	bool same = row->place == (uint32_t)json_integer_value(json_object_get(before, "place"));

	for (uint32_t i = 0; i < table->report->n_lines; i++) {
		const char *id = table->indicators[table->report->lines[i]].id;
		const json_t *figure = json_object_get(figures, id);
		bool is_other = figure && !has_same_value(&row->figures[i], figure);

		/* a line that is new in the configuration corrects nothing */
		row->figures[i].is_revised =
			is_other || json_is_true(json_object_get(figure, "revised"));
		same = same && figure && !is_other && has_same_samples(&row->figures[i], figure);
	}
	return same;
}

static enum before_outcome compare(struct report_table *table, const json_t *root)
{
	uint32_t revision = (uint32_t)json_integer_value(json_object_get(root, "revision"));
	const char *made = json_string_value(json_object_get(root, "made"));
	bool same = true;
	int64_t made_ms;

	if (revision == 0 || !made || civil_parse(made, strlen(made), &made_ms))
		return BEFORE_NONE;

	for (uint32_t i = 0; i < table->n_rows; i++) {
		const json_t *row = find_row(root, units_at(table->units, table->rows[i].unit)->id);

		if (!row || !compare_row(table, &table->rows[i], row))
			same = false;
	}
	table->revision = same ? revision : revision + 1;
	if (same)
		table->made_ms = made_ms;
	return same ? BEFORE_SAME : BEFORE_OTHER;
}

enum before_outcome before_compare(struct report_table *table, const char *json, size_t size)
{
	enum before_outcome outcome = BEFORE_NONE;
	json_t *root;

	if (!json)
		return BEFORE_NONE;
	root = json_loadb(json, size, 0, NULL);
	if (root)
		outcome = compare(table, root);
	json_decref(root);
	return outcome;
}
