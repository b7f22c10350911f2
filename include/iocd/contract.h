/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contract: who must report on a feed, how often or by what time of day, in which hours; who does;
 * and who is missing.
 *
 * A unit is late when nothing came within its interval of open time, or by its time of day on a day
 * that is open; outside of these hours it rests and nothing is expected.  Whether it is connected
 * is known from its presence (birth and will): connected but mute is another trouble than
 * disconnected, and the cure is with somebody else.  Counts are rolled up the tree.
 *
 * Deterministic: time is what contracts_tick() was told; no I/O, no clock, no log, no heap after
 * contracts_new().  One thread at a time.
 */
#ifndef IOCD_CONTRACT_H
#define IOCD_CONTRACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/defs.h"
#include "iocd/base/renumber.h"
#include "iocd/calendar.h"
#include "iocd/event.h"

/* What configuration says of one feed; borrowed for life. */
struct contract {
	uint32_t feed;
	const bool *expected;            /* by unit: must report */
	const struct calendar *calendar; /* whose open time counts; NULL (every_ms only): all */
	int64_t every_ms;  /* at least one event within so much open time; 0: by_minute */
	int32_t by_minute; /* or: one each open day, by this minute of it; -1: every_ms */
	int64_t grace_ms;  /* open time that is waited beyond */
	struct place place;
};

/* What is known of the connection of a sender. */
enum presence {
	PRESENCE_UNKNOWN, /* it never said */
	PRESENCE_ONLINE,
	PRESENCE_LOST,    /* its will was published */
	PRESENCE_STOPPED, /* it said good-bye */
};

enum contract_state {
	CONTRACT_NONE,    /* nothing is expected of this unit */
	CONTRACT_WAITING, /* since the start, or since it became expected: not late yet */
	CONTRACT_KEPT,
	CONTRACT_RESTING, /* outside of its hours; it kept it last */
	CONTRACT_MISSING, /* until it reports, also outside of its hours */
};

/* One unit on one feed. */
struct contract_view {
	enum contract_state state;
	enum presence presence;
	int64_t heard_ms; /* arrival of its newest event; 0: never */
	int64_t since_ms; /* when it became missing, or changed presence; 0: neither */
	int64_t due_ms;   /* when it becomes missing unless it reports; 0: not while it rests */
};

/* How many of those at and below a unit keep the contract; missing + kept = expected. */
struct contract_share {
	uint32_t expected; /* WAITING and RESTING ones count as kept if they were heard before,
			      else not at all */
	uint32_t kept;
};

/* A unit on a feed whose state, presence or share (its own or a parent's) has changed. */
struct contract_change {
	uint32_t feed;
	uint32_t unit;
	bool is_state; /* state or presence of the unit itself, not only a share */
};

struct contracts_options {
	const struct units *units; /* borrowed for life, as are the next two */
	const struct schema *schema;
	const struct contract *list; /* at most one for a feed */
	uint32_t n_list;
};

#define CONTRACT_SETTLE_MS 60000

struct contracts;

/* Makes contracts under which nobody was heard yet.  Gives them; never NULL. */
struct contracts *contracts_new(const struct contracts_options *options) MUST_USE;
struct contracts *contracts_free(struct contracts *contracts);
DEFINE_CLEANUP(struct contracts, contracts_free)

/* An event of unit on feed was accepted, which arrived at arrival_ms.  Cheap. */
void contracts_hear(struct contracts *contracts, uint32_t unit, uint32_t feed, int64_t arrival_ms);

/* Presence of unit on feed (TYPE_NONE: on all feeds) changed.  A will of an older session than the
 * last birth is passed over. */
void contracts_meet(struct contracts *contracts, uint32_t unit, uint32_t feed,
		    enum presence presence, uint64_t session, int64_t arrival_ms);

/* Says that nobody could be heard before now_ms, because iocd did not run: whose time ran out
 * meanwhile gets a new interval from now_ms, or CONTRACT_SETTLE_MS if it is due by a time of day.
 * Call it before time passes. */
void contracts_excuse(struct contracts *contracts, int64_t now_ms);

/* Lets time pass: who is due becomes missing, who opens or closes for the day waits or rests.
 * O(log n) for each that changes. */
void contracts_tick(struct contracts *contracts, int64_t now_ms);

/* Lends what changed since the last call, until the next call of any function but the const ones.
 */
size_t contracts_take_changes(struct contracts *contracts, const struct contract_change **ret);

/* What stands now, O(1).  A feed without a contract: CONTRACT_NONE, and a share of 0 of 0. */
struct contract_view contracts_view(const struct contracts *contracts, uint32_t feed,
				    uint32_t unit);
struct contract_share contracts_share(const struct contracts *contracts, uint32_t feed,
				      uint32_t unit);

/* Stores the units at and below unit that are missing on feed, at most max of them; returns how
 * many there are. */
uint32_t contracts_missing(const struct contracts *contracts, uint32_t feed, uint32_t unit,
			   uint32_t *ret, uint32_t max);

/* When time brings the next change; INT64_MAX: never. */
int64_t contracts_due_ms(const struct contracts *contracts);

/* Put all state into writer, without heap, the same state in the same bytes; and read it back into
 * fresh ones, where several units may have become one (which keeps the contract if one of them
 * did). Of a feed whose expected units are others now, every unit has changed.  Marks reader bad if
 * it makes no sense. */
void contracts_save(const struct contracts *contracts, struct bytes_writer *writer);
void contracts_load(struct contracts *contracts, struct bytes_reader *reader,
		    const struct renumber *units, const struct renumber *feeds);

/* Lend names: "missing"; "online". */
const char *contract_state_name(enum contract_state state);
const char *presence_name(enum presence presence);

#endif
