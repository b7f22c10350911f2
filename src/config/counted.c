/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Indicators that are counted from events, and stocks.
 */
#include "indicators.h"
#include "reference.h"

#define PER_MAX_MS (24 * 3600000LL)

/* What each kind can be computed of. */
static bool suits(enum indicator_kind kind, enum field_kind field)
{
	bool number = field == FIELD_NUMBER || field == FIELD_INTEGER;

	if (kind == INDICATOR_DISTINCT)
		return field == FIELD_TEXT || field == FIELD_CHOICE || field == FIELD_INTEGER;
	if (kind == INDICATOR_QUANTILE)
		return number;
	return number || field == FIELD_FLAG;
}

static bool read_field(struct load *load, const struct node *node, struct indicator *indicator)
{
	const struct field *field;

	if (!reference_read_field(load, node, &indicator->type, &indicator->field))
		return false;
	if (load->broken_types[indicator->type])
		return true;

	field = &schema_type(load->config->schema, indicator->type)->fields[indicator->field];
	if (suits(indicator->kind, field->kind))
		return true;
	report_error(load->report, node->place, "field '%s' is %s; it has no %s", field->name,
		     field_kind_name(field->kind), node->key);
	return false;
}

static void read_quantile(struct load *load, const struct node *kind,
			  const struct indicator_nodes *nodes, struct indicator *indicator)
{
	double at;

	if (!nodes->at) {
		report_error(load->report, kind->key_place,
			     "'at' is missing: the share of values below the quantile, like 0.95");
		return;
	}
	if (!read_quantity(load, nodes->at, &at))
		return;
	if (at > 0 && at < 1)
		indicator->quantile = at;
	else
		report_error(load->report, nodes->at->place,
			     "'%s' is out of range; it must be between 0 and 1", nodes->at->text);
}

/* The field that tells things apart in a stock. */
static void read_by(struct load *load, const struct node *node, struct indicator *indicator)
{
	const struct field *field;
	const char *name;

	if (!read_text(load, node, &name) ||
	    !reference_find_field(load, indicator->type, name, node->place, &indicator->by_field) ||
	    load->broken_types[indicator->type])
		return;
	field = &schema_type(load->config->schema, indicator->type)->fields[indicator->by_field];
	if (field->kind != FIELD_TEXT && field->kind != FIELD_CHOICE)
		report_error(load->report, node->place,
			     "'%s' is %s; things are told apart by a text or a choice", name,
			     field_kind_name(field->kind));
}

bool counted_read(struct load *load, const struct node *kind, const struct indicator_nodes *nodes,
		  struct indicator *indicator)
{
	bool good;

	if (indicator->kind == INDICATOR_QUANTILE)
		read_quantile(load, kind, nodes, indicator);
	indicator->per_ms = 60000;
	if (indicator->kind == INDICATOR_RATE && nodes->per)
		(void)read_duration(load, nodes->per, 1000, PER_MAX_MS, &indicator->per_ms);

	if (indicator->kind == INDICATOR_COUNT || indicator->kind == INDICATOR_RATE)
		good = reference_read_type(load, kind, &indicator->type);
	else
		good = read_field(load, kind, indicator);
	if (!good)
		return false;
	if (nodes->where)
		good = reference_read_where(load, nodes->where, indicator->type, &indicator->where);
	if (indicator->kind == INDICATOR_STOCK && nodes->by)
		read_by(load, nodes->by, indicator);
	return good;
}
