/* SPDX-License-Identifier: Apache-2.0 */
/*
 * live: a board that is kept up to date by iocd's live stream, and that knows when it is not.
 *
 * Opens the stream, then asks for status and alerts, then applies what the stream says.  iocd sends
 * something each second: silence is a loss within LIVE_SILENCE_MS, and a new attempt follows each
 * LIVE_RETRY_MS.  Hides curl.  Single-threaded.
 */
#ifndef IOCCTL_LIVE_H
#define IOCCTL_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "board.h"
#include "call.h"

#define LIVE_SILENCE_MS 2500
#define LIVE_RETRY_MS   1000

/* Alerts that are asked for; the rest is only counted. */
#define ALERTS_MAX   2000
#define ALERTS_LIMIT "2000"

struct live;

/* Begins to connect, as call says; both are borrowed for life.  Gives it; NULL: curl is unusable.
 */
struct live *live_new(const struct call *call, struct board *board) MUST_USE;
struct live *live_free(struct live *live);
DEFINE_CLEANUP(struct live, live_free)

/* Waits for at most timeout_ms for the stream or for input on descriptor fd, and carries what came.
 * Returns true if the board or the state of the connection changed. */
bool live_wait(struct live *live, int fd, int timeout_ms);

/* Since when (civil time) there has been no live data, 0 if there is; and lends why. */
int64_t live_lost_ms(const struct live *live);
const char *live_why(const struct live *live);

#endif
