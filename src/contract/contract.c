/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/contract.h"

#include <assert.h>
#include <stdlib.h>

#include "iocd/base/err.h"
#include "state.h"

static void watch_init(struct contracts *contracts, uint32_t number)
{
	const struct contract *contract = &contracts->options.list[number];
	struct watch *watch = &contracts->watches[number];
	size_t first = (size_t)number * contracts->n_units;

	assert(contract->every_ms > 0 || (contract->calendar && contract->by_minute >= 0));
	assert(contract->feed < contracts->n_feeds);
	*watch = (struct watch){
		.contract = contract,
		.lines = contracts->lines + first,
		.shares = contracts->shares + first,
		.switch_ms = contract->calendar ? INT64_MIN : INT64_MAX,
		.is_open = true,
	};
	if (watch->switch_ms < contracts->switch_ms)
		contracts->switch_ms = watch->switch_ms;
	contracts->by_feed[contract->feed] = number;
	for (uint32_t i = 0; i < contracts->n_units; i++) {
		if (contract->expected[i]) {
			watch->lines[i].state = CONTRACT_WAITING;
			contracts->n_fresh++;
		}
	}
}

struct contracts *contracts_new(const struct contracts_options *options)
{
	struct contracts *contracts = xcalloc(1, sizeof(*contracts));
	uint32_t n_units = units_count(options->units);
	uint32_t n_feeds = schema_n_feeds(options->schema);
	size_t n_lines = (size_t)n_units * options->n_list;

	contracts->options = *options;
	contracts->n_units = n_units;
	contracts->n_feeds = n_feeds;
	contracts->n_watches = options->n_list;
	contracts->switch_ms = INT64_MAX;
	contracts->watches = xcalloc(options->n_list + 1, sizeof(*contracts->watches));
	contracts->by_feed = xcalloc(n_feeds + 1, sizeof(*contracts->by_feed));
	contracts->lines = xcalloc(n_lines + 1, sizeof(*contracts->lines));
	contracts->shares = xcalloc(n_lines + 1, sizeof(*contracts->shares));
	contracts->links = xcalloc((size_t)(n_feeds + 1) * n_units + 1, sizeof(*contracts->links));
	contracts->queue = xcalloc(n_lines + 1, sizeof(*contracts->queue));
	contracts->changes = xcalloc(n_lines + 1, sizeof(*contracts->changes));
	for (uint32_t i = 0; i < n_feeds; i++)
		contracts->by_feed[i] = WATCH_NONE;
	for (uint32_t i = 0; i < options->n_list; i++)
		watch_init(contracts, i);
	return contracts;
}

struct contracts *contracts_free(struct contracts *contracts)
{
	if (!contracts)
		return NULL;

	free(contracts->changes);
	free(contracts->queue);
	free(contracts->links);
	free(contracts->shares);
	free(contracts->lines);
	free(contracts->by_feed);
	free(contracts->watches);
	free(contracts);
	return NULL;
}

struct contract_share line_worth(const struct line *line)
{
	bool was_heard = line->state == CONTRACT_WAITING && line->heard_ms > 0;
	bool keeps = line->state == CONTRACT_KEPT || was_heard;

	return (struct contract_share){ .expected = keeps || line->state == CONTRACT_MISSING,
					.kept = keeps };
}

void contracts_note(struct contracts *contracts, uint32_t watch, uint32_t unit, bool is_state)
{
	struct line *line = &contracts->watches[watch].lines[unit];

	if (line->change > 0) {
		contracts->changes[line->change - 1].is_state |= is_state;
		return;
	}
	contracts->changes[contracts->n_changes++] = (struct contract_change){
		.feed = contracts->watches[watch].contract->feed,
		.unit = unit,
		.is_state = is_state,
	};
	line->change = contracts->n_changes;
}

/* Puts the difference of two worths onto unit and all above it. */
static void add_worth(struct contracts *contracts, uint32_t watch, uint32_t unit,
		      struct contract_share before, struct contract_share after)
{
	if (before.expected == after.expected && before.kept == after.kept)
		return;

	for (; unit != UNIT_NONE; unit = units_parent(contracts->options.units, unit)) {
		struct contract_share *share = &contracts->watches[watch].shares[unit];

		share->expected += after.expected - before.expected;
		share->kept += after.kept - before.kept;
		contracts_note(contracts, watch, unit, false);
	}
}

/* The one place where the state of a line changes. */
static void become(struct contracts *contracts, uint32_t watch, uint32_t unit,
		   enum contract_state state, int64_t at_ms)
{
	struct line *line = &contracts->watches[watch].lines[unit];
	struct contract_share before = line_worth(line);

	contracts->n_fresh -= line->state == CONTRACT_WAITING && line->base_ms == 0;
	line->state = (uint8_t)state;
	line->base_ms = 0;
	line->since_ms = state == CONTRACT_MISSING ? at_ms : 0;
	if (state == CONTRACT_KEPT)
		line->heard_ms = at_ms;
	contracts_note(contracts, watch, unit, true);
	add_worth(contracts, watch, unit, before, line_worth(line));
}

void contracts_hear(struct contracts *contracts, uint32_t unit, uint32_t feed, int64_t arrival_ms)
{
	uint32_t watch = contracts->by_feed[feed];
	struct line *line;

	if (watch == WATCH_NONE || arrival_ms <= 0 || arrival_ms > TIME_MAX_MS)
		return;

	line = &contracts->watches[watch].lines[unit];
	if (arrival_ms < line->heard_ms)
		arrival_ms = line->heard_ms;
	if (line->state == CONTRACT_KEPT || line->state == CONTRACT_NONE) {
		line->heard_ms = arrival_ms;
		return;
	}
	become(contracts, watch, unit, CONTRACT_KEPT, arrival_ms);
	contracts_enqueue(contracts, watch, unit);
}

struct link *contracts_link(const struct contracts *contracts, uint32_t feed, uint32_t unit)
{
	uint32_t row = feed == TYPE_NONE ? contracts->n_feeds : feed;

	return &contracts->links[(size_t)row * contracts->n_units + unit];
}

/* What a feed says itself goes before what speaks for all. */
static const struct link *link_of(const struct contracts *contracts, uint32_t feed, uint32_t unit)
{
	const struct link *own = contracts_link(contracts, feed, unit);

	return own->presence != PRESENCE_UNKNOWN ? own : contracts_link(contracts, TYPE_NONE, unit);
}

void contracts_meet(struct contracts *contracts, uint32_t unit, uint32_t feed,
		    enum presence presence, uint64_t session, int64_t arrival_ms)
{
	struct link *link = contracts_link(contracts, feed, unit);
	bool is_old = presence != PRESENCE_ONLINE && session < link->session;
	uint8_t before;

	if (arrival_ms <= 0 || arrival_ms > TIME_MAX_MS || presence == PRESENCE_UNKNOWN || is_old)
		return;

	link->session = session;
	if (link->presence == (uint8_t)presence)
		return;
	before = link->presence != PRESENCE_UNKNOWN
			 ? link->presence
			 : contracts_link(contracts, TYPE_NONE, unit)->presence;
	link->presence = (uint8_t)presence;
	link->since_ms = arrival_ms;
	for (uint32_t i = 0; i < contracts->n_watches && before != link->presence; i++)
		if (link_of(contracts, contracts->watches[i].contract->feed, unit) == link)
			contracts_note(contracts, i, unit, true);
}

void contracts_excuse(struct contracts *contracts, int64_t now_ms)
{
	if (now_ms > contracts->listening_ms && now_ms <= TIME_MAX_MS)
		contracts->listening_ms = now_ms;
}

/* Who waits since the next tick waits since this one. */
static void arm(struct contracts *contracts)
{
	for (uint32_t i = 0; i < contracts->n_watches && contracts->n_fresh > 0; i++) {
		struct line *lines = contracts->watches[i].lines;

		for (uint32_t unit = 0; unit < contracts->n_units; unit++) {
			if (lines[unit].state != CONTRACT_WAITING || lines[unit].base_ms != 0)
				continue;
			lines[unit].base_ms = contracts->now_ms;
			contracts->n_fresh--;
			contracts_enqueue(contracts, i, unit);
		}
	}
}

void watch_look(struct contracts *contracts, struct watch *watch)
{
	const struct calendar *calendar = watch->contract->calendar;

	if (calendar) {
		watch->is_open = calendar_is_open(calendar, contracts->now_ms);
		watch->switch_ms = calendar_next_change_ms(calendar, contracts->now_ms);
	}
	if (watch->switch_ms < contracts->switch_ms)
		contracts->switch_ms = watch->switch_ms;
}

/* Opens and closes what is to be. */
static void look_at_all(struct contracts *contracts)
{
	contracts->switch_ms = INT64_MAX;
	for (uint32_t i = 0; i < contracts->n_watches; i++) {
		struct watch *watch = &contracts->watches[i];
		bool was_open = watch->is_open;

		watch_look(contracts, watch);
		for (uint32_t unit = 0; watch->is_open != was_open && unit < contracts->n_units;
		     unit++)
			if (watch->lines[unit].state == CONTRACT_KEPT)
				contracts_note(contracts, i, unit, true);
	}
}

void contracts_tick(struct contracts *contracts, int64_t now_ms)
{
	struct entry entry;

	if (now_ms <= 0 || now_ms > TIME_MAX_MS)
		return;
	if (now_ms > contracts->now_ms)
		contracts->now_ms = now_ms;

	if (contracts->n_fresh > 0)
		arm(contracts);
	while (contracts_next_due(contracts, contracts->now_ms, &entry))
		become(contracts, entry.watch, entry.unit, CONTRACT_MISSING, entry.due_ms);
	if (contracts->switch_ms <= contracts->now_ms)
		look_at_all(contracts);
}

size_t contracts_take_changes(struct contracts *contracts, const struct contract_change **ret)
{
	size_t n = contracts->n_changes;

	for (size_t i = 0; i < n; i++) {
		const struct contract_change *change = &contracts->changes[i];
		uint32_t watch = contracts->by_feed[change->feed];

		contracts->watches[watch].lines[change->unit].change = 0;
	}
	contracts->n_changes = 0;
	*ret = contracts->changes;
	return n;
}

static int64_t view_due(const struct contracts *contracts, uint32_t watch, uint32_t unit)
{
	const struct line *line = &contracts->watches[watch].lines[unit];
	int64_t due_ms;

	if (!line->is_queued || !contracts->watches[watch].is_open)
		return 0;
	due_ms = contracts_line_due(contracts, watch, unit);
	return due_ms == INT64_MAX ? 0 : due_ms;
}

struct contract_view contracts_view(const struct contracts *contracts, uint32_t feed, uint32_t unit)
{
	const struct link *link = link_of(contracts, feed, unit);
	struct contract_view view = { .presence = link->presence, .since_ms = link->since_ms };
	uint32_t watch = contracts->by_feed[feed];
	const struct line *line;

	if (watch == WATCH_NONE)
		return view;

	line = &contracts->watches[watch].lines[unit];
	view.state = line->state;
	view.heard_ms = line->heard_ms;
	view.due_ms = view_due(contracts, watch, unit);
	if (line->state == CONTRACT_MISSING)
		view.since_ms = line->since_ms;
	if (line->state == CONTRACT_KEPT && !contracts->watches[watch].is_open)
		view.state = CONTRACT_RESTING;
	return view;
}

struct contract_share contracts_share(const struct contracts *contracts, uint32_t feed,
				      uint32_t unit)
{
	uint32_t watch = contracts->by_feed[feed];

	return watch == WATCH_NONE ? (struct contract_share){ 0 }
				   : contracts->watches[watch].shares[unit];
}

static bool is_within(const struct units *units, uint32_t unit, uint32_t top)
{
	while (unit != UNIT_NONE && unit > top)
		unit = units_parent(units, unit);
	return unit == top;
}

uint32_t contracts_missing(const struct contracts *contracts, uint32_t feed, uint32_t unit,
			   uint32_t *ret, uint32_t max)
{
	struct contract_share share = contracts_share(contracts, feed, unit);
	uint32_t n_missing = share.expected - share.kept;
	uint32_t n = 0;

	/* A unit's number is greater than its parent's. */
	for (uint32_t i = unit; n < max && n < n_missing; i++) {
		const struct line *line = &contracts->watches[contracts->by_feed[feed]].lines[i];

		if (line->state == CONTRACT_MISSING && is_within(contracts->options.units, i, unit))
			ret[n++] = i;
	}
	return n_missing;
}

int64_t contracts_due_ms(const struct contracts *contracts)
{
	int64_t due_ms = contracts->n_queued > 0 ? contracts->queue[0].due_ms : INT64_MAX;

	if (contracts->switch_ms < due_ms)
		due_ms = contracts->switch_ms;
	return contracts->n_fresh > 0 || due_ms < 0 ? 0 : due_ms;
}

const char *contract_state_name(enum contract_state state)
{
	static const char *const names[] = {
		[CONTRACT_NONE] = "none",       [CONTRACT_WAITING] = "waiting",
		[CONTRACT_KEPT] = "kept",       [CONTRACT_RESTING] = "resting",
		[CONTRACT_MISSING] = "missing",
	};

	return names[state];
}

const char *presence_name(enum presence presence)
{
	static const char *const names[] = {
		[PRESENCE_UNKNOWN] = "unknown",
		[PRESENCE_ONLINE] = "online",
		[PRESENCE_LOST] = "lost",
		[PRESENCE_STOPPED] = "stopped",
	};

	return names[presence];
}
