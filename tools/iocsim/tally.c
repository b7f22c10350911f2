/* SPDX-License-Identifier: Apache-2.0 */
#include "tally.h"

#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "holdings.h"
#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "iocd/base/map.h"
#include "iocd/base/scratch.h"
#include "iocd/tracker.h"

struct cell {
	uint64_t n; /* events */
	double sum;
	double min;
	double max;
	struct map *different; /* owned; distinct values; NULL: none yet */
	uint32_t n_different;
};

/* One local day or month. */
struct period {
	bool is_month;
	int32_t number;     /* as civil.h counts them */
	struct cell *cells; /* owned; n_units rows of n_indicators */
};

struct tally {
	const struct world *world;
	struct period *periods; /* owned */
	size_t n_periods;
	struct scratch *texts;     /* owned; keys of the maps */
	struct holdings *holdings; /* owned */
	struct cases *cases;       /* owned */
};

static struct cell *cell_of(const struct tally *tally, const struct period *period, uint32_t unit,
			    uint32_t indicator)
{
	return &period->cells[(size_t)unit * tally->world->n_indicators + indicator];
}

static struct period *period_of(struct tally *tally, bool is_month, int32_t number)
{
	const struct world *world = tally->world;
	struct period *period;

	for (size_t i = 0; i < tally->n_periods; i++)
		if (tally->periods[i].is_month == is_month && tally->periods[i].number == number)
			return &tally->periods[i];

	tally->periods = xrealloc(tally->periods, tally->n_periods + 1, sizeof(*tally->periods));
	period = &tally->periods[tally->n_periods++];
	*period = (struct period){
		.is_month = is_month,
		.number = number,
		.cells = xcalloc((size_t)units_count(world->units) * world->n_indicators + 1,
				 sizeof(struct cell)),
	};
	return period;
}

static bool is_so(const struct condition *condition, const struct fact_value *value)
{
	if (!value->present)
		return false;

	switch (condition->test) {
	case WHERE_CHOICE:
		return (condition->choices & UINT64_C(1) << value->choice) != 0;
	case WHERE_TEXT:
		return strlen(value->text) == condition->text.size &&
		       strncmp(value->text, condition->text.bytes, condition->text.size) == 0;
	case WHERE_FLAG:
		return (value->number != 0) == (condition->number != 0);
	case WHERE_EQ:
		return value->number == condition->number;
	case WHERE_NE:
		return value->number != condition->number;
	case WHERE_LT:
		return value->number < condition->number;
	case WHERE_LE:
		return value->number <= condition->number;
	case WHERE_GT:
		return value->number > condition->number;
	case WHERE_GE:
		return value->number >= condition->number;
	}
	return false;
}

static bool counts(const struct indicator *indicator, const struct fact *fact)
{
	/* behind the stock stand those that count no events */
	if (indicator->kind > INDICATOR_STOCK || indicator->type != fact->type)
		return false;
	for (uint32_t i = 0; i < indicator->where.n_conditions; i++) {
		const struct condition *condition = &indicator->where.conditions[i];

		if (!is_so(condition, &fact->values[condition->field]))
			return false;
	}
	if (indicator->kind == INDICATOR_COUNT || indicator->kind == INDICATOR_RATE)
		return true;
	return fact->values[indicator->field].present;
}

/* The value as text, to tell it from others. */
static void value_text(struct text *out, const struct field *field, const struct fact_value *value)
{
	switch (field->kind) {
	case FIELD_TEXT:
		text_add(out, "%s", value->text);
		break;
	case FIELD_NUMBER:
	case FIELD_INTEGER:
	case FIELD_FLAG:
		text_add_number(out, value->number);
		break;
	case FIELD_TIME:
		text_add_number(out, (double)value->time_ms);
		break;
	case FIELD_CHOICE:
		text_add(out, "%s", field->choices[value->choice]);
		break;
	}
}

static void note_different(struct tally *tally, struct cell *cell, const struct field *field,
			   const struct fact_value *value)
{
	CLEANUP_TEXT struct text key = { 0 };

	value_text(&key, field, value);
	if (!cell->different)
		cell->different = map_new();
	if (map_find(cell->different, text_get(&key), key.size) != MAP_NONE)
		return;
	if (map_add(cell->different, scratch_copy(tally->texts, text_get(&key), key.size), key.size,
		    cell->n_different) == 0)
		cell->n_different++;
}

static void cell_add(struct tally *tally, struct cell *cell, const struct indicator *indicator,
		     const struct fact *fact)
{
	const struct event_type *type = schema_type(tally->world->schema, fact->type);
	const struct fact_value *value;

	cell->n++;
	if (indicator->kind == INDICATOR_COUNT || indicator->kind == INDICATOR_RATE)
		return;

	value = &fact->values[indicator->field];
	if (indicator->kind == INDICATOR_DISTINCT) {
		note_different(tally, cell, &type->fields[indicator->field], value);
		return;
	}
	cell->sum += value->number;
	if (cell->n == 1 || value->number < cell->min)
		cell->min = value->number;
	if (cell->n == 1 || value->number > cell->max)
		cell->max = value->number;
}

static void add_to_period(struct tally *tally, const struct period *period, const struct fact *fact)
{
	const struct world *world = tally->world;

	for (uint32_t i = 0; i < world->n_indicators; i++) {
		if (world->indicators[i].kind == INDICATOR_STOCK ||
		    !counts(&world->indicators[i], fact))
			continue;
		for (uint32_t unit = fact->unit; unit != UNIT_NONE;
		     unit = units_parent(world->units, unit))
			cell_add(tally, cell_of(tally, period, unit, i), &world->indicators[i],
				 fact);
	}
}

struct tally *tally_new(const struct world *world)
{
	struct tally *tally = xcalloc(1, sizeof(*tally));

	tally->world = world;
	tally->texts = scratch_new(65536);
	tally->holdings = holdings_new(world);
	tally->cases = cases_new(world);
	return tally;
}

struct tally *tally_free(struct tally *tally)
{
	size_t n;

	if (!tally)
		return NULL;

	n = (size_t)units_count(tally->world->units) * tally->world->n_indicators;
	for (size_t i = 0; i < tally->n_periods; i++) {
		for (size_t k = 0; k < n; k++)
			map_free(tally->periods[i].cells[k].different);
		free(tally->periods[i].cells);
	}
	cases_free(tally->cases);
	holdings_free(tally->holdings);
	scratch_free(tally->texts);
	free(tally->periods);
	free(tally);
	return NULL;
}

static void add_to_periods(struct tally *tally, const struct fact *fact)
{
	int offset = tally->world->settings->offset_minutes;

	add_to_period(tally, period_of(tally, false, civil_day(fact->time_ms, offset)), fact);
	add_to_period(tally, period_of(tally, true, civil_month(fact->time_ms, offset)), fact);
}

/* The event that iocd makes of a record that was closed. */
static void add_closing(struct tally *tally, const struct closing *closing, int64_t time_ms)
{
	const struct world *world = tally->world;
	const struct track *track = &world->tracks[closing->track];
	struct fact fact;

	if (track->closed_type == TYPE_NONE)
		return;
	fact_init(&fact, closing->unit, track->closed_type, time_ms);
	fact_text(&fact, world, "how", "%s",
		  schema_type(world->schema, track->steps[closing->step].type)->name);
	if (!closing->is_void)
		fact_number(&fact, world, "on_time", closing->is_on_time);
	add_to_periods(tally, &fact);
}

void tally_add(struct tally *tally, const struct fact *fact)
{
	const struct world *world = tally->world;
	struct closing closing;

	add_to_periods(tally, fact);
	for (uint32_t i = 0; i < world->n_indicators; i++)
		if (world->indicators[i].kind == INDICATOR_STOCK &&
		    counts(&world->indicators[i], fact))
			holdings_note(tally->holdings, i, fact);
	for (uint32_t i = 0; i < world->n_tracks; i++)
		if (cases_add(tally->cases, i, fact, &closing))
			add_closing(tally, &closing, fact->time_ms);
}

void tally_stocks_json(struct text *out, const struct tally *tally)
{
	holdings_json(out, tally->holdings);
}

void tally_records_json(struct text *out, const struct tally *tally, int64_t now_ms)
{
	cases_json(out, tally->cases, now_ms);
}

static void add_period_name(struct text *out, const struct period *period)
{
	char text[CIVIL_TEXT_MAX];

	if (period->is_month)
		text_add(out, "\"%04d-%02d\":", 1970 + period->number / 12,
			 1 + period->number % 12);
	else
		text_add(out,
			 "\"%.10s\":", civil_format(text, period->number * INT64_C(86400000), 0));
}

/* The figure of cell if it belongs into part. */
static bool figure_of(const struct cell *cell, enum indicator_kind kind, enum tally_part part,
		      double *ret)
{
	if (cell->n == 0)
		return false;
	if (part == TALLY_TOTALS && (kind == INDICATOR_COUNT || kind == INDICATOR_SUM)) {
		*ret = kind == INDICATOR_SUM ? cell->sum : (double)cell->n;
		return true;
	}
	if (part == TALLY_EXTREMES && (kind == INDICATOR_MIN || kind == INDICATOR_MAX)) {
		*ret = kind == INDICATOR_MIN ? cell->min : cell->max;
		return true;
	}
	*ret = cell->n_different;
	return part == TALLY_DISTINCT && kind == INDICATOR_DISTINCT;
}

/* Appends the figures of unit as an object, unless there are none. */
static bool add_unit(struct text *out, const struct tally *tally, const struct period *period,
		     uint32_t unit, enum tally_part part, const char *separator)
{
	const struct world *world = tally->world;
	bool any = false;
	double figure;

	for (uint32_t i = 0; i < world->n_indicators; i++) {
		if (!figure_of(cell_of(tally, period, unit, i), world->indicators[i].kind, part,
			       &figure))
			continue;
		if (!any)
			text_add(out, "%s\"%s\":{", separator, units_at(world->units, unit)->id);
		text_add(out, "%s\"%s\":", any ? "," : "", world->indicators[i].id);
		text_add_number(out, figure);
		any = true;
	}
	if (any)
		text_add(out, "}");
	return any;
}

void tally_json(struct text *out, const struct tally *tally, enum tally_part part, bool by_month)
{
	const char *between_periods = "";
	const char *between_units;

	text_add(out, "{");
	for (size_t i = 0; i < tally->n_periods; i++) {
		const struct period *period = &tally->periods[i];

		if (period->is_month != by_month)
			continue;
		text_add(out, "%s\n", between_periods);
		add_period_name(out, period);
		between_periods = ",";
		between_units = "{\n";
		for (uint32_t unit = 0; unit < units_count(tally->world->units); unit++)
			if (add_unit(out, tally, period, unit, part, between_units))
				between_units = ",\n";
		text_add(out, *between_units == '{' ? "{}" : "}");
	}
	text_add(out, "}");
}
