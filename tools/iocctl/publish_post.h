/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publish_post: the outbox of iocctl publish, what it has known, and the way to the iocd above.
 *
 * An event is in the outbox once, however often it is given and whatever is killed.  Connects only
 * when there is something to send.
 * Loop thread.
 */
#ifndef IOCCTL_PUBLISH_POST_H
#define IOCCTL_PUBLISH_POST_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/forward.h"
#include "publish_event.h"
#include "publish_options.h"

#define PUBLISH_OUTBOX_BYTES (UINT64_C(1) << 30) /* what the outbox may hold */

enum publish_post_outcome {
	PUBLISH_KNOWN = 1, /* it was put before */
	PUBLISH_OTHERS,    /* the outbox is of another unit or sender */
	PUBLISH_FULL,      /* the outbox holds too much, or the disk has no room */
};

struct publish_post;

/* Opens the outbox; who else has it is waited for.  0, PUBLISH_OTHERS, or a fault (-EBUSY: it was
 * in vain).  options is borrowed. */
int publish_post_open(struct publish_post **ret, struct loop *loop,
		      const struct publish_options *options) MUST_USE;

/* Closes it; what was put is on the disk.  Accepts NULL; returns NULL. */
struct publish_post *publish_post_close(struct publish_post *post);
DEFINE_CLEANUP(struct publish_post, publish_post_close)

/* Takes the text of event.  0, PUBLISH_KNOWN, PUBLISH_FULL: it and all since the last
 * publish_post_flush() were not put, or a fault, likewise.  publish_post_flush() puts what was
 * taken. */
int publish_post_take(struct publish_post *post, struct publish_event *event) MUST_USE;
int publish_post_flush(struct publish_post *post) MUST_USE;

/* Sends, and looks after the disk; every few ms. */
void publish_post_tick(struct publish_post *post);

/* Whether all that was put is on the disk; whether publish_post_backlog() knows that too. */
bool publish_post_is_synced(const struct publish_post *post);
bool publish_post_is_settled(const struct publish_post *post);

/* Whether, besides, all in the outbox has a receipt. */
bool publish_post_is_empty(struct publish_post *post);

/* How many were put since it was opened; how many wait for a receipt. */
uint64_t publish_post_put(const struct publish_post *post);
uint64_t publish_post_backlog(struct publish_post *post);

/* Copies the present state of the way. */
void publish_post_status(struct publish_post *post, struct forward_status *ret);

#endif
