/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle: what must hold after every recovery, whatever happened before.
 *
 * It remembers every record that was synced, as found in the journal, and carries each once through
 * a fold of its own that never crashes: the shadow.  A process that recovered must have the same
 * bytes as its state; what it tells must be what the shadow tells.  And what the process let leave
 * for history, with what it still holds, must be what the shadow did, and all events that were
 * counted, in their own units.  What the shadow makes of commands and whom it tells is recomputed
 * by people.h.
 */
#ifndef SIM_ORACLE_H
#define SIM_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "past.h"
#include "people.h"
#include "process.h"
#include "redis_server.h"
#include "senders.h"

/* A record that was found in the journal. */
struct known {
	uint64_t position;
	uint64_t next;
	int64_t arrival_ms;
	enum record_kind kind;
	size_t message; /* NEVER for other kinds */
};

/* State as it was saved. */
struct dump {
	char *bytes; /* owned */
	size_t size;
	size_t capacity;
};

struct oracle {
	struct senders *senders; /* borrowed */
	const struct world *world;
	struct redis_server *server;
	struct flow *shadow;
	struct past truth;       /* what left the shadow */
	struct people people;    /* who gave it commands, and whom it told */
	struct past *past;       /* borrowed: history's file */
	struct dump shadow_dump; /* at its last tick */
	struct dump dump;        /* of the process, at its last tick, while is_dumping */
	bool is_dumping;
	int64_t dump_from_ms; /* ticks before are not dumped */
	struct known *known;  /* owned */
	size_t n_known;
	struct journal_cursor *cursor; /* of the present process, which has its memory */
	uint64_t *told; /* owned: digest of transition number i + 1 as a process told it */
	size_t n_told;
	size_t n_confirmed;  /* of them, by the shadow */
	uint64_t *true_ones; /* owned: the same as the shadow tells it */
	size_t n_true;
	char why[1024]; /* what is wrong */
};

void oracle_init(struct oracle *oracle, struct senders *senders, const struct world *world,
		 struct redis_server *server, struct past *past);
void oracle_fini(struct oracle *oracle);

/* A process ended a tick.  False if it tells something else than one before told, or if history got
 * what cannot be. */
bool oracle_tick(struct oracle *oracle, const struct flow *flow);

/* A process is about to stop, or is dead. */
void oracle_process_stops(struct oracle *oracle);
void oracle_process_died(struct oracle *oracle);

/* Takes what was synced since; before any of it may be removed.  False if something is wrong. */
bool oracle_follow(struct oracle *oracle, struct process *process);

/* A process has recovered, and everything in its journal is synced and carried.  Lets the process
 * meet one tick more.  False if something is wrong. */
bool oracle_check(struct oracle *oracle, struct process *process);

/* All that was sent and not excused is counted. */
bool oracle_check_all_counted(struct oracle *oracle);

/* Appends the view that stands in Redis, without what depends on the moment it was written. */
void oracle_dump_view(const struct oracle *oracle, struct text *ret);

/* The alert log in Redis is all of the shadow's transitions, or what is wrong. */
bool oracle_check_alertlog(struct oracle *oracle, bool whole);

#endif
