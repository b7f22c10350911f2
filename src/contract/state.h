/* SPDX-License-Identifier: Apache-2.0 */
/*
 * state: what contracts remember, between contract.c, which changes it, due.c, which knows when
 * time does, and save.c and load.c.
 */
#ifndef IOCD_CONTRACT_STATE_H
#define IOCD_CONTRACT_STATE_H

#include "iocd/contract.h"

#define CONTRACT_PART    "contract"
#define CONTRACT_VERSION 1
#define TIME_MAX_MS      ((int64_t)1 << 53) /* no instant is later */
#define WATCH_NONE       UINT32_MAX

/* One unit under one contract. */
struct line {
	int64_t heard_ms; /* 0: never */
	int64_t base_ms;  /* while WAITING: since when; 0: the next tick says */
	int64_t since_ms; /* while MISSING: since when */
	uint32_t change;  /* 1 + its place in the list of changes; 0: it has none */
	uint8_t state;    /* never RESTING: that is KEPT while the watch is not open */
	bool is_queued;   /* it has its entry in the heap */
	uint8_t n_read;   /* of the units that became this one, while loading */
};

/* One contract as it is kept. */
struct watch {
	const struct contract *contract;
	struct line *lines;            /* by unit */
	struct contract_share *shares; /* by unit */
	int64_t switch_ms; /* when it opens or closes next; INT64_MIN: the next tick says */
	bool is_open;
};

/* What a unit said of one of its connections. */
struct link {
	uint64_t session;
	int64_t since_ms;
	uint8_t presence;
};

/* When to look at a line again: at or before it is due, for whoever is heard only moves on. */
struct entry {
	int64_t due_ms;
	uint32_t watch, unit;
};

struct contracts {
	struct contracts_options options;
	uint32_t n_units, n_feeds, n_watches;
	struct watch *watches;
	uint32_t *by_feed;  /* index of its watch, or WATCH_NONE */
	struct line *lines; /* of all watches */
	struct contract_share *shares;
	struct link *links;  /* by feed, then unit; behind them those that speak for all feeds */
	struct entry *queue; /* a heap, the earliest first */
	uint32_t n_queued;
	uint32_t n_fresh; /* lines that wait since the next tick */
	struct contract_change *changes;
	uint32_t n_changes;
	int64_t now_ms;       /* of the last tick; 0: none yet */
	int64_t listening_ms; /* since when there was anybody to hear */
	int64_t switch_ms;    /* the earliest of all watches */
};

/* What a line adds to the share of its unit and those above. */
struct contract_share line_worth(const struct line *line);

/* Enters unit into the list of changes, once. */
void contracts_note(struct contracts *contracts, uint32_t watch, uint32_t unit, bool is_state);

/* Lends the link of unit on feed; TYPE_NONE: on all. */
struct link *contracts_link(const struct contracts *contracts, uint32_t feed, uint32_t unit);

/* When the line of unit becomes MISSING if nothing comes; INT64_MAX: never. */
int64_t contracts_line_due(const struct contracts *contracts, uint32_t watch, uint32_t unit);

/* Puts the line of unit into the queue, unless it is there. */
void contracts_enqueue(struct contracts *contracts, uint32_t watch, uint32_t unit);

/* Takes the line that is due first, and not after now_ms, out of the queue, and stores it.  False:
 * there is none. */
bool contracts_next_due(struct contracts *contracts, int64_t now_ms, struct entry *ret);

/* Looks whether a watch is open at the last tick, and when that changes. */
void watch_look(struct contracts *contracts, struct watch *watch);

#endif
