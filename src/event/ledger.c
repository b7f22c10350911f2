/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/ledger.h"

#include <assert.h>
#include <stdlib.h>

#include "iocd/base/err.h"
#include "iocd/unit.h"

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
