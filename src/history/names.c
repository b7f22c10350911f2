/* SPDX-License-Identifier: Apache-2.0 */
#include "names.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

#define NUMBER_MAX 1000000 /* units in one file, over all time */

void names_fini(struct names *names)
{
	free(names->number_of);
	free(names->unit_of);
	free(names->series);
	*names = (struct names){ .units = NULL };
}

/* A unit that configuration renamed is found by its former id, which is an alias now. */
static uint32_t find_unit(const struct units *units, const char *id)
{
	uint32_t unit = units_find_registered(units, id, strlen(id));

	return unit == UNIT_NONE ? units_find(units, id, strlen(id)) : unit;
}

static void note_unit(struct names *names, int64_t number, uint32_t unit)
{
	while (names->n_numbers <= (uint64_t)number) {
		names->unit_of = xrealloc(names->unit_of, (size_t)names->n_numbers + 1,
					  sizeof(*names->unit_of));
		names->unit_of[names->n_numbers++] = UNIT_NONE;
	}
	names->unit_of[number] = unit;
}

static uint32_t place_of(const struct names *names, uint64_t key)
{
	uint32_t low = 0, high = names->n_series;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (names->series[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void note_series(struct names *names, uint64_t key, int64_t number)
{
	uint32_t place = place_of(names, key);

	names->series =
		xrealloc(names->series, (size_t)names->n_series + 1, sizeof(*names->series));
	memmove(names->series + place + 1, names->series + place,
		(names->n_series - place) * sizeof(*names->series));
	names->series[place] = (struct named_series){ .key = key, .number = number };
	names->n_series++;
}

static int load_units(struct names *names, struct file *file)
{
	sqlite3_stmt *statement = file_statement(file, STATEMENT_UNITS);
	int r;

	while (file_next(file, statement, &r)) {
		int64_t number = sqlite3_column_int64(statement, 0);
		const char *id = (const char *)sqlite3_column_text(statement, 1);
		uint32_t unit;

		if (number < 1 || number > NUMBER_MAX || !id) {
			(void)sqlite3_reset(statement);
			return FILE_DAMAGED;
		}
		unit = find_unit(names->units, id);
		note_unit(names, number, unit);
		/* Of two ids of one unit the one that it bears now is written under. */
		if (unit != UNIT_NONE && (names->number_of[unit] == 0 ||
					  strcmp(units_at(names->units, unit)->id, id) == 0))
			names->number_of[unit] = number;
	}
	return r;
}

static int load_series(struct names *names, struct file *file)
{
	sqlite3_stmt *statement = file_statement(file, STATEMENT_SERIES);
	int r;

	while (file_next(file, statement, &r))
		note_series(names, (uint64_t)sqlite3_column_int64(statement, 1),
			    sqlite3_column_int64(statement, 0));
	return r;
}

int names_load(struct names *names, struct file *file, const struct units *units)
{
	int r;

	names_fini(names);
	names->units = units;
	names->number_of = xcalloc((size_t)units_registered(units) + 1, sizeof(*names->number_of));
	r = load_units(names, file);
	return r ? r : load_series(names, file);
}

int names_unit(struct names *names, struct file *file, uint32_t unit, int64_t *ret)
{
	sqlite3_stmt *statement = file_statement(file, STATEMENT_ADD_UNIT);
	int r;

	*ret = names->number_of[unit];
	if (*ret)
		return 0;

	(void)sqlite3_bind_text(statement, 1, units_at(names->units, unit)->id, -1, SQLITE_STATIC);
	r = file_run(file, statement);
	if (r)
		return r;
	*ret = sqlite3_last_insert_rowid(file->db);
	names->number_of[unit] = *ret;
	note_unit(names, *ret, unit);
	return 0;
}

int names_series(struct names *names, struct file *file, uint64_t key, int64_t *ret)
{
	sqlite3_stmt *statement = file_statement(file, STATEMENT_ADD_SERIES);
	int r;

	*ret = names_find_series(names, key);
	if (*ret)
		return 0;

	(void)sqlite3_bind_int64(statement, 1, (int64_t)key);
	r = file_run(file, statement);
	if (r)
		return r;
	*ret = sqlite3_last_insert_rowid(file->db);
	note_series(names, key, *ret);
	return 0;
}

int64_t names_find_series(const struct names *names, uint64_t key)
{
	uint32_t place = place_of(names, key);

	return place < names->n_series && names->series[place].key == key
		       ? names->series[place].number
		       : 0;
}

uint32_t names_find_unit(const struct names *names, int64_t number)
{
	return number >= 0 && number < names->n_numbers ? names->unit_of[number] : UNIT_NONE;
}
