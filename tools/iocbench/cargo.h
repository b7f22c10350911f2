/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cargo: messages that are encoded before the clock starts, so that making them costs nothing then.
 *
 * Events of all units, as iocsim makes them, with unique ids and present times.  Pure but for the
 * clock that dates them.
 */
#ifndef IOCBENCH_CARGO_H
#define IOCBENCH_CARGO_H

#include <stddef.h>
#include <stdint.h>

#include "fact.h"

struct packet {
	size_t start; /* in bytes */
	size_t size;
	size_t id_at; /* of its identifier, from its start */
};

struct cargo {
	struct text bytes;      /* owned; PUBLISH packets of QoS 1, one behind the other */
	struct packet *packets; /* owned */
	size_t n_packets;
	uint64_t n_events;
	uint64_t event_bytes; /* of all events together */
};

/* Fills cargo with n_events events of world, up to batch in a message (then of one unit and feed).
 */
void cargo_init(struct cargo *cargo, const struct world *world, uint64_t n_events, int batch);

/* Appends one message of n_events events to cargo, which begins as zeros. */
void cargo_add(struct cargo *cargo, const char *topic, const struct text *payload, int n_events);

void cargo_fini(struct cargo *cargo);

#endif
