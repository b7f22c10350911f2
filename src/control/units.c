/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of units: where each is drawn, how bad it is there and below, and how much is known. */
#include <stdlib.h>

#include "iocd/base/err.h"
#include "iocd/contract.h"
#include "iocd/unit.h"
#include "views.h"

/* Alerts that stand; one that is suppressed is not told, and counts as that alone. */
struct standing {
	uint64_t critical, warning, suppressed;
	uint64_t unacknowledged; /* of the first two */
};

/* What is added up for a unit. */
struct sum {
	uint64_t alerts;            /* of the unit itself, whichever */
	struct standing own, below; /* below: at and below it */
	uint32_t children;
	int64_t last_arrival_ms; /* at and below it */
};

static bool is_watchdog(const struct rule *rule)
{
	return rule->kind == RULE_OWN && rule->own == OWN_WATCHDOG;
}

static void add_alert(void *context, const struct alert *alert)
{
	struct sum *sum = &((struct sum *)context)[alert->unit];
	const struct alert_machine *machine = &alert->machine;

	sum->alerts++;
	if (is_watchdog(alert->rule)) /* it always stands */
		return;
	if (machine->suppressed) {
		sum->own.suppressed++;
		return;
	}
	sum->own.critical += machine->severity == SEVERITY_CRITICAL;
	sum->own.warning += machine->severity != SEVERITY_CRITICAL;
	sum->own.unacknowledged += machine->handling == HANDLING_UNACKNOWLEDGED;
}

static void add(struct standing *sum, const struct standing *more)
{
	sum->critical += more->critical;
	sum->warning += more->warning;
	sum->suppressed += more->suppressed;
	sum->unacknowledged += more->unacknowledged;
}

/* A parent's number is smaller than its children's. */
static void add_up(const struct views *views, struct sum *sums, uint32_t n)
{
	for (uint32_t i = n; i-- > 0;) {
		uint32_t parent = units_parent(views->source.context.units, i);
		struct sum *above = parent == UNIT_NONE ? NULL : &sums[parent];

		add(&sums[i].below, &sums[i].own);
		if (!above)
			continue;
		add(&above->below, &sums[i].below);
		above->children++;
		if (sums[i].last_arrival_ms > above->last_arrival_ms)
			above->last_arrival_ms = sums[i].last_arrival_ms;
	}
}

static int64_t last_arrival_of(const struct views *views, uint32_t unit)
{
	const struct schema *schema = config_schema(views->source.config);
	int64_t last_ms = 0;

	for (uint32_t feed = 0; feed < schema_n_feeds(schema); feed++) {
		int64_t ms = ledger_feed(views->source.ledger, unit, feed)->last_arrival_ms;

		last_ms = ms > last_ms ? ms : last_ms;
	}
	return last_ms;
}

static struct sum *sum_up(const struct views *views, uint32_t n)
{
	struct sum *sums = xcalloc((size_t)n + 1, sizeof(*sums));

	alertbook_each_raised(views->source.book, add_alert, sums);
	for (uint32_t i = 0; i < n; i++)
		sums[i].last_arrival_ms = last_arrival_of(views, i);
	add_up(views, sums, n);
	return sums;
}

/* ---- writing ---- */

static void put_tile(struct text *text, const struct unit *unit)
{
	if (unit->column == 0) {
		put_null(text, "tile");
		return;
	}
	put_object(text, "tile");
	put_integer(text, "column", unit->column);
	put_integer(text, "row", unit->row);
	put_object_end(text);
}

static void put_standing(struct text *text, const char *name, const struct standing *standing)
{
	put_object(text, name);
	put_integer(text, "critical", standing->critical);
	put_integer(text, "warning", standing->warning);
	put_integer(text, "suppressed", standing->suppressed);
	put_integer(text, "unacknowledged", standing->unacknowledged);
	put_object_end(text);
}

static const char *worst_of(const struct standing *standing)
{
	if (standing->critical > 0)
		return severity_name(SEVERITY_CRITICAL);
	return standing->warning > 0 ? severity_name(SEVERITY_WARNING) : NULL;
}

/* Of the senders at and below a unit, on all feeds together. */
static const char *quality_of(const struct contract_share *share)
{
	if (share->expected == 0)
		return NULL;
	return quality_name(share->kept == 0                ? QUALITY_STALE
			    : share->kept < share->expected ? QUALITY_PARTIAL
							    : QUALITY_GOOD);
}

static void put_data(struct text *text, const struct views *views, uint32_t unit,
		     const struct sum *sum)
{
	const struct schema *schema = config_schema(views->source.config);
	struct contract_share share = { 0 };

	for (uint32_t feed = 0; views->source.contracts && feed < schema_n_feeds(schema); feed++) {
		struct contract_share one = contracts_share(views->source.contracts, feed, unit);

		share.expected += one.expected;
		share.kept += one.kept;
	}
	put_object(text, "data");
	put_string(text, "quality", quality_of(&share));
	put_integer(text, "reporting", share.kept);
	put_integer(text, "expected", share.expected);
	put_time(text, "last_arrival", sum->last_arrival_ms, views->source.context.offset_minutes);
	put_object_end(text);
}

static void put_unit_row(struct text *text, const struct views *views, uint32_t number,
			 const struct sum *sum)
{
	const struct units *units = views->source.context.units;
	const struct unit *unit = units_at(units, number);
	const struct account *account = ledger_unit(views->source.ledger, number);

	put_object(text, NULL);
	views_put_unit(text, unit);
	put_string(text, "parent",
		   views_is_root(views, number) ? NULL : units_at(units, unit->parent)->id);
	put_integer(text, "depth", unit->depth);
	put_integer(text, "children", sum->children);
	put_tile(text, unit);
	put_integer(text, "accepted", account->accepted);
	put_integer(text, "refused", views_refused(account));
	put_integer(text, "alerts", sum->alerts);
	put_standing(text, "open", &sum->own);
	put_standing(text, "open_below", &sum->below);
	put_string(text, "worst", worst_of(&sum->below));
	put_data(text, views, number, sum);
	put_object_end(text);
}

void view_units(const struct views *views, const struct http_request *request,
		struct http_response *response)
{
	struct text *text = &response->body;
	uint32_t n_units = units_count(views->source.context.units);
	struct sum *sums = sum_up(views, n_units);

	(void)request;
	put_object(text, NULL);
	put_time(text, "time", indicators_now_ms(views->source.indicators),
		 views->source.context.offset_minutes);
	put_array(text, "units");
	for (uint32_t i = 0; i < n_units; i++)
		if (views_sees(views, i))
			put_unit_row(text, views, i, &sums[i]);
	put_array_end(text);
	put_object_end(text);
	free(sums);
}
