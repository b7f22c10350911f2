/* SPDX-License-Identifier: Apache-2.0 */
/*
 * senders: units with troubles of their own, between the run and the feeder: one that is offline
 * for a while, stores what it has and sends it in order when it is back; one whose clock is fast;
 * and what all say of their connections.
 *
 * One thread.
 */
#ifndef IOCSIM_SENDERS_H
#define IOCSIM_SENDERS_H

#include "feeder.h"
#include "options.h"

enum senders_outcome {
	SENDERS_UNKNOWN = 1, /* a unit that is named is not there */
};

struct senders;

/* Makes them; options, world and feeder are borrowed for life.  0; or SENDERS_UNKNOWN, told in
 * report. */
int senders_new(struct senders **ret, const struct options *options, const struct world *world,
		struct feeder *feeder, struct text *report) MUST_USE;
struct senders *senders_free(struct senders *senders);
DEFINE_CLEANUP(struct senders, senders_free)

/* How far the clock of unit is ahead, ms. */
int64_t senders_ahead_ms(const struct senders *senders, uint32_t unit);

/* Says that all units are there, if they are to say so.  0 or a fault. */
int senders_begin(struct senders *senders) MUST_USE;

/* Gives json, an event that is like fact, to the feeder, or keeps a copy while its unit is offline,
 * run_ms after the start.  0 or a fault. */
int senders_give(struct senders *senders, const struct fact *fact, const struct text *json,
		 int64_t run_ms) MUST_USE;

/* Sends what was kept by units that are back at run_ms.  0 or a fault. */
int senders_turn(struct senders *senders, int64_t run_ms) MUST_USE;

/* Sends all that is kept, and says good-bye.  0 or a fault. */
int senders_finish(struct senders *senders) MUST_USE;

#endif
