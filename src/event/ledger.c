/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/ledger.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "iocd/base/err.h"
#include "iocd/unit.h"
#include "reason_names.h"

#define LEDGER_PART    "ledger"
#define LEDGER_VERSION 2
#define ACCOUNT_BYTES  12 /* fewer never hold an account with its unit */
#define FEED_BYTES     72 /* of one feed's account with its unit */
#define CACHE_LINE     64
#define SPAN_MS        600000                   /* of the skew */
#define TIME_MAX       INT64_C(253402300799999) /* the year 9999 */

struct ledger {
	uint32_t n_units;
	uint32_t n_feeds;
	struct account all;
	struct account *units;      /* n_units + 1: the last is of unknown senders */
	struct feed_account *feeds; /* n_units rows of n_feeds, at the start of a cache line */
	void *feeds_block;          /* owned; where they are */
};

static struct account *account_of(const struct ledger *ledger, uint32_t unit)
{
	assert(unit == UNIT_NONE || unit < ledger->n_units);
	return &ledger->units[unit == UNIT_NONE ? ledger->n_units : unit];
}

static struct feed_account *feed_of(const struct ledger *ledger, uint32_t unit, uint32_t feed)
{
	assert(unit < ledger->n_units && feed < ledger->n_feeds);
	return &ledger->feeds[(size_t)unit * ledger->n_feeds + feed];
}

_Static_assert(sizeof(struct feed_account) == CACHE_LINE, "an account is one cache line");

static void make_feeds(struct ledger *ledger)
{
	size_t n = (size_t)ledger->n_units * ledger->n_feeds;
	size_t off;

	ledger->feeds_block = xcalloc(n + 1, sizeof(struct feed_account));
	off = (uintptr_t)ledger->feeds_block % CACHE_LINE;
	ledger->feeds = (struct feed_account *)((char *)ledger->feeds_block +
						(CACHE_LINE - off) % CACHE_LINE);
	for (size_t i = 0; i < n; i++)
		ledger->feeds[i].skew_ms[0] = ledger->feeds[i].skew_ms[1] = LEDGER_SKEW_NONE;
}

struct ledger *ledger_new(uint32_t n_units, uint32_t n_feeds)
{
	struct ledger *ledger = xcalloc(1, sizeof(*ledger));

	ledger->n_units = n_units;
	ledger->n_feeds = n_feeds;
	ledger->units = xcalloc((size_t)n_units + 1, sizeof(struct account));
	make_feeds(ledger);
	return ledger;
}

struct ledger *ledger_free(struct ledger *ledger)
{
	if (!ledger)
		return NULL;

	free(ledger->feeds_block);
	free(ledger->units);
	free(ledger);
	return NULL;
}

/* Turns account so that span is the present one of its two. */
static void turn_to_span(struct feed_account *account, uint32_t span)
{
	if (span == account->skew_span)
		return;
	account->skew_ms[1] =
		span == account->skew_span + 1 ? account->skew_ms[0] : LEDGER_SKEW_NONE;
	account->skew_ms[0] = LEDGER_SKEW_NONE;
	account->skew_span = span;
}

static void note_skew(struct feed_account *account, const struct event *event)
{
	int64_t skew_ms = event->arrival_ms - event->time_ms - event->ahead_ms;

	if (skew_ms >= LEDGER_SKEW_NONE || skew_ms <= -LEDGER_SKEW_NONE)
		return;
	turn_to_span(account, (uint32_t)(event->arrival_ms / SPAN_MS));
	if (account->skew_ms[0] > skew_ms)
		account->skew_ms[0] = (int32_t)skew_ms;
}

/* What is out of the ordinary about event. */
static void note_oddity(struct feed_account *account, const struct event *event)
{
	account->late += event->late;
	account->historical += event->historical && !event->late;
	account->corrected += event->ahead_ms != 0 && account->corrected < UINT32_MAX;
	if (event->late)
		account->last_late_ms = event->arrival_ms;
}

void ledger_accept(struct ledger *ledger, const struct event *event)
{
	struct feed_account *account = feed_of(ledger, event->unit, event->feed);

	ledger->all.accepted++;
	account_of(ledger, event->unit)->accepted++;
	account->accepted++;
	account->last_arrival_ms = event->arrival_ms;
	if (event->time_ms > account->last_time_ms)
		account->last_time_ms = event->time_ms;
	note_oddity(account, event);
	if (!event->historical)
		note_skew(account, event);
}

bool ledger_skew(const struct feed_account *account, int64_t *ret_ms)
{
	const int32_t *skew_ms = account->skew_ms;

	*ret_ms = skew_ms[0] < skew_ms[1] ? skew_ms[0] : skew_ms[1];
	return *ret_ms != LEDGER_SKEW_NONE;
}

void ledger_refuse(struct ledger *ledger, uint32_t unit, enum reason reason)
{
	assert(reason > REASON_NONE && reason < N_REASONS);
	ledger->all.refused[reason]++;
	account_of(ledger, unit)->refused[reason]++;
}

const struct account *ledger_unit(const struct ledger *ledger, uint32_t unit)
{
	return account_of(ledger, unit);
}

const struct account *ledger_all(const struct ledger *ledger)
{
	return &ledger->all;
}

const struct feed_account *ledger_feed(const struct ledger *ledger, uint32_t unit, uint32_t feed)
{
	return feed_of(ledger, unit, feed);
}

static bool is_empty(const struct account *account)
{
	if (account->accepted > 0)
		return false;
	for (enum reason reason = REASON_NONE; reason < N_REASONS; reason++)
		if (account->refused[reason] > 0)
			return false;
	return true;
}

static bool feed_is_empty(const struct feed_account *account)
{
	return account->accepted == 0;
}

static void put_account(struct bytes_writer *writer, const struct account *account)
{
	bytes_put_u64(writer, account->accepted);
	for (enum reason reason = REASON_NONE + 1; reason < N_REASONS; reason++)
		bytes_put_u64(writer, account->refused[reason]);
}

static void save_units(const struct ledger *ledger, struct bytes_writer *writer)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i <= ledger->n_units; i++)
		n += !is_empty(&ledger->units[i]);
	bytes_put_u32(writer, n);
	for (uint32_t i = 0; i <= ledger->n_units; i++) {
		if (is_empty(&ledger->units[i]))
			continue;
		bytes_put_u32(writer, i == ledger->n_units ? UNIT_NONE : i);
		put_account(writer, &ledger->units[i]);
	}
}

static void put_feed(struct bytes_writer *writer, const struct feed_account *account)
{
	bytes_put_u64(writer, account->accepted);
	bytes_put_i64(writer, account->last_time_ms);
	bytes_put_i64(writer, account->last_arrival_ms);
	bytes_put_i64(writer, account->last_late_ms);
	bytes_put_u64(writer, account->late);
	bytes_put_u64(writer, account->historical);
	bytes_put_u32(writer, account->corrected);
	bytes_put_u32(writer, (uint32_t)account->skew_ms[0]);
	bytes_put_u32(writer, (uint32_t)account->skew_ms[1]);
	bytes_put_u32(writer, account->skew_span);
}

static void save_feeds(const struct ledger *ledger, struct bytes_writer *writer)
{
	size_t n_all = (size_t)ledger->n_units * ledger->n_feeds;
	uint32_t n = 0;

	for (size_t i = 0; i < n_all; i++)
		n += !feed_is_empty(&ledger->feeds[i]);
	bytes_put_u32(writer, n);
	for (size_t i = 0; i < n_all; i++) {
		const struct feed_account *account = &ledger->feeds[i];

		if (feed_is_empty(account))
			continue;
		bytes_put_u32(writer, (uint32_t)(i / ledger->n_feeds));
		bytes_put_u32(writer, (uint32_t)(i % ledger->n_feeds));
		put_feed(writer, account);
	}
}

void ledger_save(const struct ledger *ledger, struct bytes_writer *writer)
{
	bytes_put_part(writer, LEDGER_PART, LEDGER_VERSION);
	reason_names_save(writer);
	put_account(writer, &ledger->all);
	save_units(ledger, writer);
	save_feeds(ledger, writer);
}

static struct account get_account(struct bytes_reader *reader, const struct reason_names *reasons)
{
	struct account account = { .accepted = bytes_get_u64(reader) };

	for (uint32_t i = 1; i < reasons->n; i++) {
		uint64_t n = bytes_get_u64(reader);

		if (reasons->to[i] != REASON_NONE)
			account.refused[reasons->to[i]] += n;
	}
	return account;
}

static void add_account(struct account *to, const struct account *account)
{
	to->accepted += account->accepted;
	for (enum reason reason = REASON_NONE; reason < N_REASONS; reason++)
		to->refused[reason] += account->refused[reason];
}

static void load_units(struct ledger *ledger, struct bytes_reader *reader,
		       const struct reason_names *reasons, const struct renumber *units)
{
	uint32_t n = bytes_get_count(reader, ACCOUNT_BYTES);

	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		uint32_t old = bytes_get_u32(reader);
		struct account account = get_account(reader, reasons);
		uint32_t unit = renumber(units, old);

		if (old != UNIT_NONE && old >= units->n)
			bytes_reject(reader, "an account is of a unit that never was");
		if (old == UNIT_NONE || unit != RENUMBER_GONE)
			add_account(account_of(ledger, unit), &account);
	}
}

static int64_t get_time(struct bytes_reader *reader)
{
	int64_t time_ms = bytes_get_i64(reader);

	if (time_ms >= 0 && time_ms <= TIME_MAX)
		return time_ms;
	bytes_reject(reader, "an account has a time that cannot be");
	return 0;
}

static struct feed_account get_feed(struct bytes_reader *reader)
{
	struct feed_account account = { .accepted = bytes_get_u64(reader) };

	account.last_time_ms = get_time(reader);
	account.last_arrival_ms = get_time(reader);
	account.last_late_ms = get_time(reader);
	account.late = bytes_get_u64(reader);
	account.historical = bytes_get_u64(reader);
	account.corrected = bytes_get_u32(reader);
	account.skew_ms[0] = (int32_t)bytes_get_u32(reader);
	account.skew_ms[1] = (int32_t)bytes_get_u32(reader);
	account.skew_span = bytes_get_u32(reader);
	return account;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The skew of the two together: of the spans that both have, the lesser. */
static void add_skew(struct feed_account *to, const struct feed_account *account)
{
	struct feed_account other = *account;

	if (to->skew_span < other.skew_span)
		turn_to_span(to, other.skew_span);
	else
		turn_to_span(&other, to->skew_span);
	for (size_t i = 0; i < COUNT(to->skew_ms); i++)
		if (to->skew_ms[i] > other.skew_ms[i])
			to->skew_ms[i] = other.skew_ms[i];
}

static void add_feed(struct feed_account *to, const struct feed_account *account)
{
	add_skew(to, account);
	to->accepted += account->accepted;
	to->last_time_ms = later(to->last_time_ms, account->last_time_ms);
	to->last_arrival_ms = later(to->last_arrival_ms, account->last_arrival_ms);
	to->last_late_ms = later(to->last_late_ms, account->last_late_ms);
	to->late += account->late;
	to->historical += account->historical;
	if (to->corrected > UINT32_MAX - account->corrected)
		to->corrected = UINT32_MAX;
	else
		to->corrected += account->corrected;
}

static void load_feeds(struct ledger *ledger, struct bytes_reader *reader,
		       const struct renumber *units, const struct renumber *feeds)
{
	uint32_t n = bytes_get_count(reader, FEED_BYTES);

	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		uint32_t old_unit = bytes_get_u32(reader), old_feed = bytes_get_u32(reader);
		uint32_t unit = renumber(units, old_unit), feed = renumber(feeds, old_feed);
		struct feed_account account = get_feed(reader);

		if (old_unit >= units->n || old_feed >= feeds->n)
			bytes_reject(reader, "an account is of a feed that never was");
		if (unit != RENUMBER_GONE && feed != RENUMBER_GONE)
			add_feed(feed_of(ledger, unit, feed), &account);
	}
}

void ledger_load(struct ledger *ledger, struct bytes_reader *reader, const struct renumber *units,
		 const struct renumber *feeds)
{
	struct reason_names reasons;

	bytes_get_part(reader, LEDGER_PART, LEDGER_VERSION);
	reason_names_load(&reasons, reader);
	ledger->all = get_account(reader, &reasons);
	load_units(ledger, reader, &reasons, units);
	load_feeds(ledger, reader, units, feeds);
}
