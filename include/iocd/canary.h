/* SPDX-License-Identifier: Apache-2.0 */
/*
 * canary: a message of our own, sent round the whole path now and then, so that we notice when the
 * path has become slow or is cut although every part of it looks well.
 *
 * It goes to <prefix>/<unit>/iocd/canary (QoS 1, not retained) as {"sent":<ms>,"n":<number>}, and
 * comes back by the subscription, through the journal and the fold.  Whoever makes it round says so
 * when all that followed from it has followed too.  A canary that was not sent because there was no
 * connection is missing like one that does not come back.
 *
 * Times are handed in: now_ms is monotonic.  No I/O but by mqtt, no log.  Loop thread.
 */
#ifndef IOCD_CANARY_H
#define IOCD_CANARY_H

#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/net/mqtt.h"

#define CANARY_EVERY_MS 30000 /* where nobody says otherwise */
#define CANARY_SLOW_MS  5000 /* longer than this to come round is slow */
#define CANARY_MISSES   3    /* so many in a row that did not come back: the path is cut */

/* Of its publications, for mqtt_done_fn: delivery_done() knows that it is none of its own. */
#define CANARY_TOKEN (UINT64_MAX - 1)

/* clang-format off */
#define CANARY_STATES(X)                                                             \
	X(WELL, "green") /* the last came round in time, or the first is on its way */ \
	X(SLOW, "amber") /* it was slow, or is late                                 */ \
	X(CUT, "red")    /* the last CANARY_MISSES did not come back                */
/* clang-format on */

enum canary_state {
#define X(name, light) CANARY_##name,
	CANARY_STATES(X)
#undef X
};

struct canary_options {
	const char *prefix; /* of all topics; copied */
	const char *unit;   /* id of the root unit; copied */
	uint64_t first;     /* number of the first canary; larger than any that an earlier process
			       sent: the civil time at the start */
	int64_t every_ms;   /* how often one is sent; 0: CANARY_EVERY_MS */
};

struct canary;

/* Makes one that sends its first canary at the first tick. */
struct canary *canary_new(const struct canary_options *options) MUST_USE;
struct canary *canary_free(struct canary *canary);
DEFINE_CLEANUP(struct canary, canary_free)

/* Sends a canary by mqtt if it is time for the next.  real_ms is civil time, which it carries. */
void canary_tick(struct canary *canary, struct mqtt *mqtt, int64_t now_ms, int64_t real_ms);

/* Canary n is round.  Others than those that are still on their way are taken as nothing: a replay
 * brings old ones. */
void canary_returned(struct canary *canary, uint64_t n, int64_t now_ms);

/* How long the path takes now: how long the oldest one that should be round is on its way if that
 * is more than the last round trip, else that; 0 before the first is round. */
int64_t canary_late_ms(const struct canary *canary, int64_t now_ms);

/* What to think of it; and the last round trip, -1 before there was one. */
enum canary_state canary_state(const struct canary *canary, int64_t now_ms);
int64_t canary_round_ms(const struct canary *canary);

/* Lends the light of a state: "green", "amber", "red". */
const char *canary_light(enum canary_state state);

/* Reads the number of a canary out of its payload.  0, or 1: it is none. */
int canary_read(const char *payload, size_t size, uint64_t *ret) MUST_USE;

#endif
