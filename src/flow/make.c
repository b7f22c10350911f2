/* SPDX-License-Identifier: Apache-2.0 */
/* All parts of the fold: made from options, lent, freed. */
#include <stdlib.h>

#include "iocd/base/err.h"
#include "state.h"

static int make_indicators(struct flow *flow, const struct flow_options *options)
{
	const struct indicators_options wanted = {
		.units = options->units,
		.schema = options->schema,
		.list = options->indicators,
		.n_list = options->n_indicators,
		.offset_minutes = options->offset_minutes,
		.sketch_bytes = options->sketch_bytes,
		.contracts = flow->contracts,
		.rolled = options->rolled,
	};

	return indicators_new(&flow->indicators, &wanted);
}

static int make_dedup(struct flow *flow, const struct flow_options *options)
{
	const struct dedup_options wanted = {
		.schema = options->schema,
		.memory = options->memory,
		.sources = options->dedup_sources,
	};

	return dedup_new(&flow->dedup, &wanted);
}

static int make_trackers(struct flow *flow, const struct flow_options *options)
{
	const struct trackers_options wanted = {
		.units = options->units,
		.schema = options->schema,
		.list = options->tracks,
		.n_list = options->n_tracks,
		.records = options->records,
	};

	flow->tracks = options->tracks;
	flow->followups = followups_new(options->schema, options->tracks, options->n_tracks);
	return trackers_new(&flow->trackers, &wanted);
}

static struct contracts *make_contracts(const struct flow_options *options)
{
	return contracts_new(&(struct contracts_options){
		.units = options->units,
		.schema = options->schema,
		.list = options->contracts,
		.n_list = options->n_contracts,
	});
}

static int64_t *make_lateness(const struct flow_options *options)
{
	uint32_t n = schema_n_feeds(options->schema);
	int64_t *lateness_ms = xcalloc((size_t)n + 1, sizeof(*lateness_ms));

	for (uint32_t i = 0; i < n; i++) {
		int64_t own_ms = schema_feed(options->schema, i)->lateness_ms;

		lateness_ms[i] = own_ms > 0 ? own_ms : options->lateness_ms;
	}
	return lateness_ms;
}

static struct decoder *make_decoder(const struct flow_options *options)
{
	return decoder_new(&(struct decode_options){
		.prefix = options->prefix,
		.units = options->units,
		.schema = options->schema,
		.limits = options->limits,
	});
}

/* Tests of the fold alone say nothing of sites. */
static struct sites *make_sites(const struct flow_options *options)
{
	struct sites_options wanted = options->sites;

	wanted.units = options->units;
	wanted.version = wanted.version ? wanted.version : "";
	wanted.hash = wanted.hash ? wanted.hash : "";
	return sites_new(&wanted);
}

int flow_new(struct flow **ret, const struct flow_options *options, flow_tick_fn *fn, void *context)
{
	CLEANUP(flow_free) struct flow *flow = xcalloc(1, sizeof(*flow));
	int r;

	flow->units = options->units;
	flow->schema = options->schema;
	flow->offset_minutes = options->offset_minutes;
	flow->tick_fn = fn;
	flow->tick_context = context;
	flow->n_units = units_count(options->units);
	flow->n_indicators = options->n_indicators;
	flow->n_types = schema_n_types(options->schema);
	flow->indicator_list = options->indicators;
	flow->position = options->position;
	flow->read_rules = options->read_rules;
	flow->rules_context = options->rules_context;
	flow->instance = options->instance ? options->instance : "";
	flow->sender = options->sender;
	flow->event_fn = options->event_fn;
	flow->event_context = options->event_context;
	below_init(&flow->below);
	flow->sites = make_sites(options);

	flow->contracts = make_contracts(options);
	r = make_indicators(flow, options);
	if (!r)
		r = make_dedup(flow, options);
	if (!r)
		r = make_trackers(flow, options);
	if (!r)
		r = rules_make(flow, &options->book);
	if (r)
		return err_pass(r);

	flow->decoder = make_decoder(options);
	flow->clocks = clocks_new(options->limits.future_ms);
	flow->findings = findings_new(options->offset_minutes);
	flow->lateness_ms = make_lateness(options);
	flow->prefix = options->prefix;
	flow->rate = rate_new(flow->n_units, options->rate, options->burst);
	flow->book = alertbook_new(flow->rules);
	flow->senders = senders_new(flow->n_units, options->schema);
	flow->orders = orders_new();
	flow->workload = workload_new(&(struct workload_options){
		.operators = options->operators > 0 ? options->operators : 1,
		.offset_minutes = options->offset_minutes,
	});
	flow->rules_are_new = true; /* what iocd says of itself is judged at once */
	flow->ledger = ledger_new(flow->n_units, schema_n_feeds(options->schema));
	flow->deadletter = deadletter_new(flow->n_units);
	if (options->journal)
		flow->cursor = journal_cursor_new(options->journal, options->position);

	*ret = flow;
	flow = NULL;
	return 0;
}

struct flow *flow_free(struct flow *flow)
{
	if (!flow)
		return NULL;

	journal_cursor_free(flow->cursor);
	free(flow->lateness_ms);
	free(flow->followups);
	sites_free(flow->sites);
	below_fini(&flow->below);
	findings_free(flow->findings);
	clocks_free(flow->clocks);
	deadletter_free(flow->deadletter);
	ledger_free(flow->ledger);
	workload_free(flow->workload);
	orders_free(flow->orders);
	senders_free(flow->senders);
	alertbook_free(flow->book);
	rules_unmake(flow);
	rate_free(flow->rate);
	dedup_free(flow->dedup);
	trackers_free(flow->trackers);
	indicators_free(flow->indicators);
	contracts_free(flow->contracts);
	decoder_free(flow->decoder);
	free(flow);
	return NULL;
}

uint64_t flow_position(const struct flow *flow)
{
	return flow->position;
}

int64_t flow_tick_ms(const struct flow *flow)
{
	return flow->tick_ms;
}

const struct indicators *flow_indicators(const struct flow *flow)
{
	return flow->indicators;
}

const struct rules *flow_rules(const struct flow *flow)
{
	return flow->rules;
}

const struct alertbook *flow_book(const struct flow *flow)
{
	return flow->book;
}

const struct ledger *flow_ledger(const struct flow *flow)
{
	return flow->ledger;
}

const struct deadletter *flow_deadletter(const struct flow *flow)
{
	return flow->deadletter;
}

const struct dedup *flow_dedup(const struct flow *flow)
{
	return flow->dedup;
}

const struct trackers *flow_trackers(const struct flow *flow)
{
	return flow->trackers;
}

const struct contracts *flow_contracts(const struct flow *flow)
{
	return flow->contracts;
}

const struct clocks *flow_clocks(const struct flow *flow)
{
	return flow->clocks;
}

const struct findings *flow_findings(const struct flow *flow)
{
	return flow->findings;
}

const struct workload *flow_workload(const struct flow *flow)
{
	return flow->workload;
}

const struct keyed *flow_keyed(const struct flow *flow)
{
	return flow->keyed;
}

const struct trackers *flow_sequences(const struct flow *flow)
{
	return flow->sequences;
}

const char *flow_generation(const struct flow *flow)
{
	return flow->rulebook.generation;
}

uint64_t flow_rules_changes(const struct flow *flow)
{
	return flow->rules_changes;
}

const char *flow_rules_by(const struct flow *flow, int64_t *ret_ms)
{
	*ret_ms = flow->rules_ms;
	return flow->rules_by;
}

bool flow_rules_are_recorded(const struct flow *flow)
{
	return flow->rules_are_recorded;
}

const char *flow_canary(const struct flow *flow, uint64_t *ret_n)
{
	*ret_n = flow->n_canaries;
	return flow->canary;
}

bool flow_find_command(const struct flow *flow, const char *key, enum command_outcome *ret,
		       uint32_t *ret_n)
{
	return orders_find(flow->orders, key, ret, ret_n);
}

const struct sites *flow_sites(const struct flow *flow)
{
	return flow->sites;
}

struct sites *flow_sites_due(struct flow *flow)
{
	return flow->sites;
}

uint64_t flow_above(const struct flow *flow, uint64_t *ret_orders)
{
	*ret_orders = flow->orders_above;
	return flow->above;
}
