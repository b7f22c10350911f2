/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feeder: gets events to the broker, each one or many to a message, and none lost.
 *
 * Messages of one unit and feed leave in the order in which their events were given.  When the
 * connection breaks it connects again and sends what was not acknowledged; it gives up after half a
 * minute, unless it is to persist.  Blocks while the broker's window is full.  One thread.
 */
#ifndef IOCSIM_FEEDER_H
#define IOCSIM_FEEDER_H

#include "fact.h"
#include "mqtt_load.h"

struct feeder_options {
	const struct world *world; /* borrowed for life, as are the strings */
	const char *username;      /* NULL: none */
	const char *password;      /* NULL: none */
	int batch;                 /* events of one message at most */
	bool persist;              /* never gives a broker up */
	mqtt_load_taken_fn *taken; /* is told what the broker has acknowledged; NULL: nobody */
	void *context;             /* for taken */
};

struct feeder;

/* Connects.  0 or a fault. */
int feeder_new(struct feeder **ret, const struct feeder_options *options) MUST_USE;
struct feeder *feeder_free(struct feeder *feeder);
DEFINE_CLEANUP(struct feeder, feeder_free)

/* Sends json, an event of that unit and type, or keeps a copy until its message is full; now if it
 * is prompt.  0 or a fault. */
int feeder_give(struct feeder *feeder, const struct fact *fact, const struct text *json,
		bool prompt) MUST_USE;

/* Sends a message of its own.  0 or a fault. */
int feeder_send(struct feeder *feeder, const struct text *topic,
		const struct text *payload) MUST_USE;

/* The same, retained by the broker. */
int feeder_say(struct feeder *feeder, const struct text *topic,
	       const struct text *payload) MUST_USE;

/* Lets the network work for up to wait_ms, and sends messages that have waited too long to be full.
 * 0 or a fault. */
int feeder_turn(struct feeder *feeder, int wait_ms) MUST_USE;

/* Sends all that is kept and waits until everything is acknowledged.  0 or a fault. */
int feeder_finish(struct feeder *feeder) MUST_USE;

/* Lends the counts of messages. */
const struct mqtt_load_counts *feeder_counts(const struct feeder *feeder);

#endif
