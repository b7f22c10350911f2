/* SPDX-License-Identifier: Apache-2.0 */
/*
 * downlink: tells those who forward to us what we have, and what somebody here orders of them.
 *
 * A receipt goes out at most every DOWNLINK_EVERY_MS to each site that has been heard since, at QoS
 * 0: the next one stands for one that is lost.  The ledger knows only what was carried by the fold,
 * and the fold only what is synced: so a receipt is a promise.  An order is sent again with each
 * heartbeat of the site until that says that it was journaled.
 * Loop thread.
 */
#ifndef IOCD_DOWNLINK_H
#define IOCD_DOWNLINK_H

#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/net/mqtt.h"
#include "iocd/site.h"

#define DOWNLINK_EVERY_MS 50

struct downlink;

/* Makes one; prefix is copied, units borrowed for life.  Gives it; never NULL. */
struct downlink *downlink_new(const char *prefix, const struct units *units) MUST_USE;
struct downlink *downlink_free(struct downlink *downlink);
DEFINE_CLEANUP(struct downlink, downlink_free)

/* Takes what is due from sites and publishes what may go out by now.  Returns in how many ms it
 * wants to be called again, though nothing is carried; -1: not by itself. */
int64_t downlink_post(struct downlink *downlink, struct sites *sites, struct mqtt *mqtt,
		      int64_t mono_ms);

#endif
