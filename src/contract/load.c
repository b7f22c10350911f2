/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines are read first, and merged where units became one; what the present contracts make of them,
 * who is due when, and all shares are worked out anew from the lines.
 */
#include "state.h"

#define LINE_BYTES   29
#define LINK_BYTES   25
#define CHANGE_BYTES 9
#define WATCH_BYTES  8

static int64_t get_time(struct bytes_reader *reader)
{
	int64_t time_ms = bytes_get_i64(reader);

	if (time_ms >= 0 && time_ms <= TIME_MAX_MS)
		return time_ms;
	bytes_reject(reader, "a time of contracts is out of range");
	return 0;
}

static struct line get_line(struct bytes_reader *reader)
{
	struct line line = { .state = bytes_get_u8(reader) };

	line.heard_ms = get_time(reader);
	line.base_ms = get_time(reader);
	line.since_ms = get_time(reader);
	if (line.state > CONTRACT_MISSING || line.state == CONTRACT_RESTING ||
	    (line.state == CONTRACT_KEPT && line.heard_ms == 0))
		bytes_reject(reader, "a state of contracts makes no sense");
	if (line.state != CONTRACT_WAITING)
		line.base_ms = 0;
	if (line.state != CONTRACT_MISSING)
		line.since_ms = 0;
	return line;
}

/* Of two units that became one, the better counts, and of equals the later. */
static int rank(const struct line *line)
{
	static const int ranks[] = {
		[CONTRACT_MISSING] = 1, [CONTRACT_WAITING] = 2, [CONTRACT_KEPT] = 3
	};

	return ranks[line->state];
}

static void merge(struct line *line, const struct line *old)
{
	int64_t heard_ms = line->heard_ms > old->heard_ms ? line->heard_ms : old->heard_ms;
	uint8_t n_read = line->n_read < 2 ? line->n_read + 1 : 2;

	if (rank(old) > rank(line) ||
	    (rank(old) == rank(line) &&
	     old->base_ms + old->since_ms > line->base_ms + line->since_ms))
		*line = *old;
	line->heard_ms = heard_ms;
	line->n_read = n_read;
}

static void load_watch(struct contracts *contracts, struct bytes_reader *reader,
		       const struct renumber *units, const struct renumber *feeds)
{
	uint32_t feed = renumber(feeds, bytes_get_u32(reader));
	uint32_t watch = feed < contracts->n_feeds ? contracts->by_feed[feed] : WATCH_NONE;
	uint32_t n = bytes_get_count(reader, LINE_BYTES);

	for (; n > 0 && !reader->is_bad; n--) {
		uint32_t unit = renumber(units, bytes_get_u32(reader));
		struct line line = get_line(reader);

		if (!reader->is_bad && watch != WATCH_NONE && unit < contracts->n_units)
			merge(&contracts->watches[watch].lines[unit], &line);
	}
}

/* Whether a says more than b of the same connection. */
static bool is_newer(const struct link *a, const struct link *b)
{
	if (a->since_ms != b->since_ms)
		return a->since_ms > b->since_ms;
	return a->session != b->session ? a->session > b->session : a->presence > b->presence;
}

static void load_link(struct contracts *contracts, struct bytes_reader *reader,
		      const struct renumber *units, const struct renumber *feeds)
{
	uint32_t old_feed = bytes_get_u32(reader);
	uint32_t feed = old_feed == TYPE_NONE ? TYPE_NONE : renumber(feeds, old_feed);
	uint32_t unit = renumber(units, bytes_get_u32(reader));
	struct link link = { .presence = bytes_get_u8(reader) };

	link.session = bytes_get_u64(reader);
	link.since_ms = get_time(reader);
	if (link.presence == PRESENCE_UNKNOWN || link.presence > PRESENCE_STOPPED)
		bytes_reject(reader, "a presence of contracts makes no sense");
	if (reader->is_bad || unit >= contracts->n_units ||
	    (old_feed != TYPE_NONE && feed >= contracts->n_feeds))
		return;
	if (is_newer(&link, contracts_link(contracts, feed, unit)))
		*contracts_link(contracts, feed, unit) = link;
}

static void load_changes(struct contracts *contracts, struct bytes_reader *reader,
			 const struct renumber *units, const struct renumber *feeds)
{
	uint32_t n = bytes_get_count(reader, CHANGE_BYTES);

	for (; n > 0 && !reader->is_bad; n--) {
		uint32_t feed = renumber(feeds, bytes_get_u32(reader));
		uint32_t unit = renumber(units, bytes_get_u32(reader));
		uint8_t is_state = bytes_get_u8(reader);

		if (is_state > 1)
			bytes_reject(reader, "a change of contracts makes no sense");
		else if (feed < contracts->n_feeds && unit < contracts->n_units &&
			 contracts->by_feed[feed] != WATCH_NONE)
			contracts_note(contracts, contracts->by_feed[feed], unit, is_state);
	}
}

static void forget(struct contracts *contracts)
{
	for (uint32_t i = 0; i < contracts->n_watches; i++)
		for (uint32_t unit = 0; unit < contracts->n_units; unit++)
			contracts->watches[i].lines[unit] = (struct line){ 0 };
	contracts->n_fresh = 0;
	contracts->n_queued = 0;
}

/* Makes of what was read what contract expects now; whether it is something else than it was. */
static bool settle(const struct contract *contract, uint32_t unit, struct line *line)
{
	bool was_expected = line->state != CONTRACT_NONE;
	bool is_same = line->n_read < 2 && was_expected == contract->expected[unit];

	line->n_read = 0;
	if (!contract->expected[unit])
		*line = (struct line){ .heard_ms = line->heard_ms, .change = line->change };
	else if (!was_expected)
		line->state = CONTRACT_WAITING;
	return !is_same;
}

static void add_up(struct contracts *contracts, struct watch *watch)
{
	for (uint32_t i = contracts->n_units; i-- > 0;) {
		struct contract_share worth = line_worth(&watch->lines[i]);
		uint32_t parent = units_parent(contracts->options.units, i);

		watch->shares[i].expected += worth.expected;
		watch->shares[i].kept += worth.kept;
		if (parent != UNIT_NONE) {
			watch->shares[parent].expected += watch->shares[i].expected;
			watch->shares[parent].kept += watch->shares[i].kept;
		}
	}
}

static void settle_watch(struct contracts *contracts, uint32_t number)
{
	struct watch *watch = &contracts->watches[number];
	bool is_other = false;

	for (uint32_t i = 0; i < contracts->n_units; i++) {
		struct line *line = &watch->lines[i];

		is_other |= settle(watch->contract, i, line);
		if (line->state == CONTRACT_WAITING && line->base_ms == 0)
			contracts->n_fresh++;
		else if (line->state == CONTRACT_WAITING || line->state == CONTRACT_KEPT)
			contracts_enqueue(contracts, number, i);
	}
	add_up(contracts, watch);
	if (contracts->now_ms > 0)
		watch_look(contracts, watch);
	for (uint32_t i = 0; is_other && i < contracts->n_units; i++)
		contracts_note(contracts, number, i, true);
}

void contracts_load(struct contracts *contracts, struct bytes_reader *reader,
		    const struct renumber *units, const struct renumber *feeds)
{
	uint32_t n;

	forget(contracts);
	bytes_get_part(reader, CONTRACT_PART, CONTRACT_VERSION);
	contracts->now_ms = get_time(reader);
	contracts->listening_ms = get_time(reader);
	for (n = bytes_get_count(reader, WATCH_BYTES); n > 0 && !reader->is_bad; n--)
		load_watch(contracts, reader, units, feeds);
	for (n = bytes_get_count(reader, LINK_BYTES); n > 0 && !reader->is_bad; n--)
		load_link(contracts, reader, units, feeds);
	load_changes(contracts, reader, units, feeds);
	if (contracts->now_ms > 0)
		contracts->switch_ms = INT64_MAX;
	for (uint32_t i = 0; i < contracts->n_watches; i++)
		settle_watch(contracts, i);
}
