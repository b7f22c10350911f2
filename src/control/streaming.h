/* SPDX-License-Identifier: Apache-2.0 */
/*
 * streaming: the live stream: what is sent into it, and which of that each reader gets.
 *
 * A reader gets the transitions of the alerts that it may see and has asked for; who does not see
 * everything gets them without the names of other units.  Transitions that the book remembers of an
 * earlier life of the process are put into it at the start, so that a reader goes on where it was.
 *
 * Loop thread.
 */
#ifndef IOCD_CONTROL_STREAMING_H
#define IOCD_CONTROL_STREAMING_H

#include "views.h"

#define STREAMS_EACH 8 /* of one session, or token */

struct streaming;

/* Makes it; frees it, when http is closed, and returns NULL. */
struct streaming *streaming_new(void) MUST_USE;
struct streaming *streaming_free(struct streaming *streaming);

/* What http asks; context: the views. */
bool streaming_wants(void *views, void *subscription, uint64_t tag);
void streaming_unsubscribe(void *views, void *subscription);

/* Puts what the book remembers into the stream, once http has begun; then what is new in it. */
void streaming_post(const struct views *views);

/* Says that iocd lives, and to who asked for it how it is. */
void streaming_beat(const struct views *views);

/* Cuts the streams of callers who may not see them any more. */
void streaming_review(const struct views *views);

#endif
