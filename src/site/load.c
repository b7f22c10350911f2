/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "inside.h"
#include "saved.h"
#include "streams.h"

/* Reads text of less than max bytes without a zero in it. */
static void get_text(struct bytes_reader *reader, char *ret, size_t max)
{
	size_t n;
	const char *text = bytes_get_text(reader, &n);

	if (n >= max || memchr(text, '\0', n)) {
		bytes_reject(reader, "a site has a name that cannot be");
		return;
	}
	memset(ret, 0, max);
	memcpy(ret, text, n);
}

static int64_t get_time(struct bytes_reader *reader)
{
	int64_t ms = bytes_get_i64(reader);

	if (ms >= 0 && ms <= SITE_TIME_MAX)
		return ms;
	bytes_reject(reader, "a site has a time that cannot be");
	return 0;
}

static bool get_bool(struct bytes_reader *reader)
{
	uint8_t byte = bytes_get_u8(reader);

	if (byte > 1)
		bytes_reject(reader, "a site has a flag that is neither");
	return byte == 1;
}

static struct mark get_mark(struct bytes_reader *reader)
{
	struct mark mark = { .number = bytes_get_u64(reader) };

	mark.position = bytes_get_u64(reader);
	return mark;
}

/* ---- heartbeats ---- */

static void get_beat_stream(struct bytes_reader *reader, struct heartbeat_stream *ret)
{
	ret->is_kept = get_bool(reader);
	get_text(reader, ret->epoch, sizeof(ret->epoch));
	ret->first = get_mark(reader);
	ret->head = get_mark(reader);
	ret->backlog = bytes_get_u64(reader);
	ret->oldest_ms = get_time(reader);
	ret->given_up = bytes_get_u64(reader);
	ret->given_up_from_ms = get_time(reader);
	ret->given_up_to_ms = get_time(reader);
}

static void get_beat(struct bytes_reader *reader, struct heartbeat *ret)
{
	get_text(reader, ret->instance, sizeof(ret->instance));
	get_text(reader, ret->version, sizeof(ret->version));
	get_text(reader, ret->hash, sizeof(ret->hash));
	get_text(reader, ret->trouble, sizeof(ret->trouble));
	ret->time_ms = get_time(reader);
	ret->every_ms = get_time(reader);
	ret->started_ms = get_time(reader);
	ret->orders_done = bytes_get_u64(reader);
	ret->epoch_orders = bytes_get_u64(reader);
	ret->alerts_warning = bytes_get_u32(reader);
	ret->alerts_critical = bytes_get_u32(reader);
	for (int c = 0; c < N_FRAME_CLASSES; c++)
		get_beat_stream(reader, &ret->streams[c]);
}

/* ---- streams ---- */

/* Ranges are in order, apart, from first and before have. */
static void get_ranges(struct bytes_reader *reader, struct stream *stream)
{
	uint32_t n = bytes_get_count(reader, SAVED_RANGE);
	uint64_t least = stream->first.number;

	if (n > SITE_RANGES) {
		bytes_reject(reader, "a site misses more ranges than are kept");
		return;
	}
	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		struct frame_range range = { .from = get_mark(reader) };

		range.to = get_mark(reader);
		if (range.from.number < least || range.to.number <= range.from.number ||
		    range.to.number >= stream->have.number) {
			bytes_reject(reader, "what a site misses makes no sense");
			return;
		}
		least = range.to.number + 1;
		stream->ranges[stream->n_ranges++] = range;
	}
}

static void get_stream(struct bytes_reader *reader, struct stream *ret)
{
	get_text(reader, ret->epoch, sizeof(ret->epoch));
	for (int i = 0; i < SITE_EPOCHS; i++)
		get_text(reader, ret->former[i], sizeof(ret->former[i]));
	ret->first = get_mark(reader);
	ret->have = get_mark(reader);
	get_ranges(reader, ret);
	ret->is_beaten = get_bool(reader);
	ret->head = bytes_get_u64(reader);
	ret->said = bytes_get_u64(reader);
	ret->owed = bytes_get_u64(reader);
	ret->first_ms = get_time(reader);
	ret->recorded_ms = get_time(reader);
	ret->taken = bytes_get_u64(reader);
	ret->repeats = bytes_get_u64(reader);
	ret->resets = bytes_get_u64(reader);
	ret->given_up = bytes_get_u64(reader);
	ret->put_off = bytes_get_u64(reader);
	ret->loss.n = bytes_get_u64(reader);
	ret->loss.from_ms = get_time(reader);
	ret->loss.to_ms = get_time(reader);
	ret->loss.at_ms = get_time(reader);
	if (ret->first.number > ret->have.number || ret->have.number > ret->head ||
	    ret->said > ret->head || ret->owed > ret->head)
		bytes_reject(reader, "the marks of a site make no sense");
}

/* ---- gaps, orders, facts ---- */

static void get_gap(struct bytes_reader *reader, struct site *site)
{
	struct site_gap gap = { .class = (enum frame_class)bytes_get_u8(reader) };

	gap.from = bytes_get_u64(reader);
	gap.to = bytes_get_u64(reader);
	gap.given_up = bytes_get_u64(reader);
	gap.from_ms = get_time(reader);
	gap.to_ms = get_time(reader);
	gap.seen_ms = get_time(reader);
	gap.closed_ms = get_time(reader);
	if ((unsigned)gap.class >= N_FRAME_CLASSES || gap.from >= gap.to ||
	    gap.given_up > gap.to - gap.from) {
		bytes_reject(reader, "a gap makes no sense");
		return;
	}
	if (gap.closed_ms == 0) {
		const struct stream *stream = &site->streams[gap.class];

		gap.missing = ranges_missing_in(stream, gap.from, gap.to);
		if (gap.from < stream->first.number || gap.to > stream->head || gap.missing == 0 ||
		    gap.missing > gap.to - gap.from - gap.given_up)
			bytes_reject(reader, "a gap is open and makes no sense");
	}
	site->gaps[site->n_gaps++] = gap;
}

static void get_order(struct bytes_reader *reader, struct site *site, uint64_t least)
{
	uint64_t number = bytes_get_u64(reader);
	size_t n;
	const char *json = bytes_get_text(reader, &n);

	if (number < least || number > site->last_order || n == 0 || n >= ORDER_COMMAND_MAX ||
	    memchr(json, '\0', n)) {
		bytes_reject(reader, "an order makes no sense");
		return;
	}
	site->orders[site->n_orders++] = (struct order){ number, xstrndup(json, n) };
}

static void get_facts(struct bytes_reader *reader, struct site *site)
{
	for (int i = 0; i < SITE_FACTS; i++) {
		struct fact *fact = &site->facts[i];

		fact->judgement = bytes_get_u8(reader);
		fact->digest = bytes_get_u64(reader);
		fact->said_ms = get_time(reader);
		if (fact->judgement > JUDGE_CRITICAL)
			bytes_reject(reader, "a site is judged in a way that there is not");
	}
}

static void get_lists(struct bytes_reader *reader, struct site *site)
{
	uint32_t n = bytes_get_count(reader, SAVED_GAP);

	if (n > SITE_GAPS_MAX)
		bytes_reject(reader, "more gaps than are kept");
	for (uint32_t i = 0; i < n && !reader->is_bad; i++)
		get_gap(reader, site);
	site->last_order = bytes_get_u64(reader);
	n = bytes_get_count(reader, SAVED_ORDER);
	if (n > SITE_ORDERS_MAX)
		bytes_reject(reader, "more orders than are kept");
	for (uint32_t i = 0; i < n && !reader->is_bad; i++)
		get_order(reader, site, i == 0 ? 1 : site->orders[i - 1].number + 1);
	get_facts(reader, site);
}

/* ---- sites ---- */

/* Gives what could be read, sensible or not. */
static struct site *get_site(struct bytes_reader *reader)
{
	struct site *site = xcalloc(1, sizeof(*site));
	int64_t limit = 2 * SITE_TIME_MAX;

	site->unit = bytes_get_u32(reader);
	get_text(reader, site->sender, sizeof(site->sender));
	get_beat(reader, &site->beat);
	site->heard_ms = get_time(reader);
	site->beat_ms = get_time(reader);
	site->first_ms = get_time(reader);
	site->base_ms = get_time(reader);
	site->lost_ms = get_time(reader);
	site->skew_ms = bytes_get_i64(reader);
	site->is_lost = get_bool(reader);
	site->is_lagging = get_bool(reader);
	site->is_back = get_bool(reader);
	for (int c = 0; c < N_FRAME_CLASSES; c++)
		get_stream(reader, &site->streams[c]);
	get_lists(reader, site);
	if (!site->sender[0] || site->skew_ms < -limit || site->skew_ms > limit)
		bytes_reject(reader, "a site makes no sense");
	return site;
}

/* Under another numbering of ours they are numbered anew, or the site took them for old ones. */
static void renumber_orders(struct site *site)
{
	for (uint32_t i = 0; i < site->n_orders; i++)
		site->orders[i].number = i + 1;
	site->last_order = site->n_orders;
}

static uint64_t sum_of(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* Two that bear one name now: who was heard last goes on, with the totals and orders of both. */
static void merge(struct site **into, struct site *from)
{
	struct site *keep = from->heard_ms > (*into)->heard_ms ? from : *into;
	struct site *drop = keep == from ? *into : from;

	for (int c = 0; c < N_FRAME_CLASSES; c++) {
		struct stream *stream = &keep->streams[c];
		const struct stream *other = &drop->streams[c];

		stream->taken = sum_of(stream->taken, other->taken);
		stream->repeats = sum_of(stream->repeats, other->repeats);
		stream->resets = sum_of(stream->resets, other->resets);
		stream->given_up = sum_of(stream->given_up, other->given_up);
		stream->put_off = sum_of(stream->put_off, other->put_off);
	}
	for (uint32_t i = 0; i < drop->n_orders && keep->n_orders < SITE_ORDERS_MAX; i++) {
		keep->orders[keep->n_orders++] =
			(struct order){ ++keep->last_order, drop->orders[i].json };
		drop->orders[i].json = NULL;
	}
	for (int i = 0; i < SITE_FACTS; i++)
		keep->facts[i].judgement = JUDGE_UNKNOWN;
	keep->is_moved = (*into)->is_moved;
	site_free(drop);
	*into = keep;
}

/* One that may not forward any more is kept until nothing stands of it. */
static bool is_over(const struct sites *sites, const struct site *site)
{
	if (!site_is_refused(sites, site->unit))
		return false;
	for (int i = 0; i < SITE_FACTS; i++)
		if (site->facts[i].judgement != JUDGE_CLEAR)
			return false;
	return true;
}

/* Takes site into the list.  Returns its number there; SITE_NONE: it is gone. */
static uint32_t enlist(struct sites *sites, struct site *site, const struct renumber *units)
{
	uint32_t unit = renumber(units, site->unit);
	bool is_refused = unit < sites->n_units && site_is_refused(sites, unit);
	bool is_found = is_refused && site->is_lost;
	uint32_t number;

	site->unit = unit;
	if (is_refused) {
		sites_note_turned(sites, unit);
		site->is_lost = false;
		site->lost_ms = 0;
	}
	if (unit >= sites->n_units || is_over(sites, site)) {
		site_free(site);
		return SITE_NONE;
	}

	number = sites_find(sites, unit, site->sender);
	if (number == SITE_NONE) {
		number = sites->n++;
		sites->list[number] = site;
	} else {
		merge(&sites->list[number], site);
		sites_note_turned(sites, unit);
		is_found = true;
	}
	if (is_found)
		site_note_moved(sites, number);
	return number;
}

/* Of units that become one the last that is known counts. */
static void load_presences(struct sites *sites, struct bytes_reader *reader,
			   const struct renumber *units)
{
	uint32_t n = bytes_get_count(reader, SAVED_PRESENCE);

	for (; n > 0 && !reader->is_bad; n--) {
		uint32_t unit = renumber(units, bytes_get_u32(reader));
		uint8_t presence = bytes_get_u8(reader);

		if (presence == PRESENCE_UNKNOWN || presence > PRESENCE_STOPPED)
			bytes_reject(reader, "a presence of sites makes no sense");
		else if (unit < sites->n_units)
			sites->presences[unit] = presence;
	}
}

static void forget(struct sites *sites)
{
	while (sites->n > 0)
		site_free(sites->list[--sites->n]);
	while (sites->n_turned > 0)
		sites->is_turned[sites->turned[--sites->n_turned]] = false;
	memset(sites->presences, 0, sites->n_units * sizeof(*sites->presences));
	memset(sites->incomplete, 0, sites->n_units * sizeof(*sites->incomplete));
	sites->n_due = sites->n_moved = 0;
}

static void load_changes(struct sites *sites, struct bytes_reader *reader,
			 const struct renumber *units, const uint32_t *numbers, uint32_t n_numbers)
{
	uint32_t n;

	for (n = bytes_get_count(reader, sizeof(uint32_t)); n > 0 && !reader->is_bad; n--) {
		uint32_t old = bytes_get_u32(reader);

		if (old >= n_numbers)
			bytes_reject(reader, "a site moved that there is not");
		else if (numbers[old] != SITE_NONE)
			site_note_moved(sites, numbers[old]);
	}
	for (n = bytes_get_count(reader, sizeof(uint32_t)); n > 0 && !reader->is_bad; n--) {
		uint32_t unit = renumber(units, bytes_get_u32(reader));

		if (unit < sites->n_units)
			sites_note_turned(sites, unit);
	}
}

static void recount(struct sites *sites)
{
	for (uint32_t i = 0; i < sites->n; i++) {
		sites->list[i]->is_incomplete = site_is_incomplete(sites, sites->list[i]);
		sites->incomplete[sites->list[i]->unit] += sites->list[i]->is_incomplete;
	}
}

void sites_load(struct sites *sites, struct bytes_reader *reader, const struct renumber *units)
{
	uint32_t numbers[SITES_MAX], n;
	bool is_same_numbering;

	forget(sites);
	bytes_get_part(reader, SITES_PART, SITES_VERSION);
	is_same_numbering = bytes_get_u64(reader) == sites->options.orders;
	n = bytes_get_count(reader, SAVED_SITE);
	if (n > SITES_MAX)
		bytes_reject(reader, "more sites than are known at once");
	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		struct site *site = get_site(reader);

		if (reader->is_bad) {
			site_free(site);
			break;
		}
		if (!is_same_numbering)
			renumber_orders(site);
		numbers[i] = enlist(sites, site, units);
	}
	load_presences(sites, reader, units);
	load_changes(sites, reader, units, numbers, n);
	recount(sites);
	sites_expect(sites);
}
