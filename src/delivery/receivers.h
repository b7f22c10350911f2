/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receivers: tells alerts to whoever configuration names, by signed HTTP posts.
 *
 * Each receiver has a queue of its own and one post under way at most, so that it hears in order
 * and waits for nobody else.  Faults of the network and of the server are tried again after 1 s to
 * 60 s; what the server refuses is counted and left.  Logs the beginning and end of troubles.  Loop
 * thread.
 */
#ifndef IOCD_DELIVERY_RECEIVERS_H
#define IOCD_DELIVERY_RECEIVERS_H

#include "iocd/base/defs.h"
#include "iocd/delivery.h"
#include "iocd/rule.h"

struct receivers;

/* Makes an empty set; as delivery_new(), of which it takes what is about receivers. */
struct receivers *receivers_new(const struct delivery_options *options,
				const struct delivery_source *source) MUST_USE;

/* Whom to tell from now on; copied.  Those whose id stays keep their place; those that are new hear
 * from the next transition on. */
void receivers_replace(struct receivers *receivers, const struct rules_options *about);

/* Begins to tell, from where the file says it ended. */
void receivers_start(struct receivers *receivers);

/* Tells what is new in the book. */
void receivers_post(struct receivers *receivers);

/* How many there are; copies the state of number i of them. */
size_t receivers_count(const struct receivers *receivers);
void receivers_get(const struct receivers *receivers, size_t i, struct delivery_receiver *ret);

/* Writes the file a last time and frees.  Accepts NULL; returns NULL. */
struct receivers *receivers_free(struct receivers *receivers);

#endif
