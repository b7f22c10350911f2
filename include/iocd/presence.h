/* SPDX-License-Identifier: Apache-2.0 */
/*
 * presence: what a sender says of its own connection: <prefix>/<unit>/<feed>/state, retained.
 *
 * At its birth a client publishes {"state":"online","session":17}, when it stops in order
 * {"state":"stopped","session":17}, and its will is {"state":"lost","session":17}.  The feed "iocd"
 * speaks for all feeds of the unit.  Design: a will is fixed at connect, so it carries no time.
 *
 * Pure; allocates while it reads (a message per connection, not per event).  One thread at a time.
 */
#ifndef IOCD_PRESENCE_H
#define IOCD_PRESENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/contract.h"
#include "iocd/decode.h"

struct presence_message {
	uint32_t unit;
	uint32_t feed; /* TYPE_NONE: all of the unit */
	enum presence presence;
	uint64_t session;
};

/* Whether a topic is one of presence, whatever it says: ends in "/state" behind unit and feed. */
bool presence_is_topic(const char *prefix, const char *topic, size_t n);

/* Reads a message on such a topic.  0; or the reason why it cannot be used. */
int presence_read(const struct decode_input *input, const char *prefix, const struct units *units,
		  const struct schema *schema, struct presence_message *ret) MUST_USE;

#endif
