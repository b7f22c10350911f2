/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/ledger.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "iocd/base/err.h"
#include "iocd/unit.h"
#include "reason_names.h"

#define LEDGER_PART    "ledger"
#define LEDGER_VERSION 1
#define ACCOUNT_BYTES  12                       /* fewer never hold an account with its unit */
#define FEED_BYTES     32                       /* of one feed's account with its unit */
#define TIME_MAX       INT64_C(253402300799999) /* the year 9999 */

struct ledger {
	uint32_t n_units;
	uint32_t n_feeds;
	struct account all;
	struct account *units;      /* n_units + 1: the last is of unknown senders */
	struct feed_account *feeds; /* n_units rows of n_feeds */
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

struct ledger *ledger_new(uint32_t n_units, uint32_t n_feeds)
{
	struct ledger *ledger = xcalloc(1, sizeof(*ledger));

	ledger->n_units = n_units;
	ledger->n_feeds = n_feeds;
	ledger->units = xcalloc((size_t)n_units + 1, sizeof(struct account));
	ledger->feeds = xcalloc((size_t)n_units * n_feeds + 1, sizeof(struct feed_account));
	return ledger;
}

struct ledger *ledger_free(struct ledger *ledger)
{
	if (!ledger)
		return NULL;

	free(ledger->feeds);
	free(ledger->units);
	free(ledger);
	return NULL;
}

void ledger_accept(struct ledger *ledger, uint32_t unit, uint32_t feed, int64_t time_ms,
		   int64_t arrival_ms)
{
	struct feed_account *account = feed_of(ledger, unit, feed);

	ledger->all.accepted++;
	account_of(ledger, unit)->accepted++;
	account->accepted++;
	account->last_arrival_ms = arrival_ms;
	if (time_ms > account->last_time_ms)
		account->last_time_ms = time_ms;
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
		bytes_put_u64(writer, account->accepted);
		bytes_put_i64(writer, account->last_time_ms);
		bytes_put_i64(writer, account->last_arrival_ms);
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
			*account_of(ledger, unit) = account;
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

static void load_feeds(struct ledger *ledger, struct bytes_reader *reader,
		       const struct renumber *units, const struct renumber *feeds)
{
	uint32_t n = bytes_get_count(reader, FEED_BYTES);

	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		uint32_t old_unit = bytes_get_u32(reader), old_feed = bytes_get_u32(reader);
		uint32_t unit = renumber(units, old_unit), feed = renumber(feeds, old_feed);
		struct feed_account account = { .accepted = bytes_get_u64(reader) };

		account.last_time_ms = get_time(reader);
		account.last_arrival_ms = get_time(reader);
		if (old_unit >= units->n || old_feed >= feeds->n)
			bytes_reject(reader, "an account is of a feed that never was");
		if (unit != RENUMBER_GONE && feed != RENUMBER_GONE)
			*feed_of(ledger, unit, feed) = account;
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
