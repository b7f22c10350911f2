/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger: what became of every event, by unit and reason, and when each unit last spoke on each
 * feed.
 *
 * Its sums are the proof that nothing goes missing: seen = accepted + refused, per unit and in all.
 * Pure: filled by the fold, so that a replay gives the same figures.  One thread at a time.
 */
#ifndef IOCD_LEDGER_H
#define IOCD_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/defs.h"
#include "iocd/base/renumber.h"
#include "iocd/event.h"
#include "iocd/reason.h"

struct ledger;

/* One line of the account. */
struct account {
	uint64_t accepted;
	uint64_t refused[N_REASONS]; /* [REASON_NONE] stays 0 */
};

#define LEDGER_SKEW_NONE INT32_MAX

/* What one unit sent on one feed; a cache line of it. */
struct feed_account {
	uint64_t accepted;
	int64_t last_time_ms;    /* watermark: of the newest event, corrected; 0: never */
	int64_t last_arrival_ms; /* of the last event, by ours; 0: never */
	int64_t last_late_ms;    /* of the last event that was late, by ours; 0: never */
	uint64_t late;           /* older than the feed's lateness */
	uint64_t historical;     /* marked so by their sender, and not late */
	uint32_t corrected;      /* sent by a clock that was ahead; stays at the most it can be */
	int32_t skew_ms[2]; /* least (arrival - time as sent) of the span of ten minutes in which
			       the last arrived, and of the span before; LEDGER_SKEW_NONE */
	uint32_t skew_span; /* number of the first, from 1970 */
};

/* Makes an empty ledger for that many units and feeds.  Gives it; never NULL. */
struct ledger *ledger_new(uint32_t n_units, uint32_t n_feeds) MUST_USE;
struct ledger *ledger_free(struct ledger *ledger);
DEFINE_CLEANUP(struct ledger, ledger_free)

/* Enter one event: accepted, after clocks_correct() and with its late told; or refused from unit
 * (UNIT_NONE: it could not be told) for reason. */
void ledger_accept(struct ledger *ledger, const struct event *event);
void ledger_refuse(struct ledger *ledger, uint32_t unit, enum reason reason);

/* Lend the account of a unit (UNIT_NONE: of unknown senders), of all together, and of a unit's
 * feed, for the life of the ledger. */
const struct account *ledger_unit(const struct ledger *ledger, uint32_t unit);
const struct account *ledger_all(const struct ledger *ledger);
const struct feed_account *ledger_feed(const struct ledger *ledger, uint32_t unit, uint32_t feed);

/* How far a sender's clock is behind ours, or, below 0, ahead: the least that its events took to
 * come, in the last 10 to 20 minutes in which any came that was no backfill.  So it holds the time
 * on their way too, and of a sender that only sends what it kept, how long it keeps it.  False if
 * there was none. */
bool ledger_skew(const struct feed_account *account, int64_t *ret_ms);

/* Put all accounts into writer, without heap; and read them back into a fresh ledger, where reasons
 * go by name, units that became one are added up, and what there is no more is dropped (its events
 * stay in the account of all). */
void ledger_save(const struct ledger *ledger, struct bytes_writer *writer);
void ledger_load(struct ledger *ledger, struct bytes_reader *reader, const struct renumber *units,
		 const struct renumber *feeds);

#endif
