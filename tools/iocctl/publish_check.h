/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publish_check: holds an event against a configuration, as the iocd above will.
 *
 * Reads the civil clock.  Single-threaded.
 */
#ifndef IOCCTL_PUBLISH_CHECK_H
#define IOCCTL_PUBLISH_CHECK_H

#include "iocd/config.h"
#include "publish_event.h"

struct publish_check;

/* Makes a check; config is borrowed for life.  Gives it; never NULL. */
struct publish_check *publish_check_new(const struct config *config) MUST_USE;
struct publish_check *publish_check_free(struct publish_check *check);
DEFINE_CLEANUP(struct publish_check, publish_check_free)

/* REASON_NONE; or why it would be refused, and *ret_what lends what that is about, or NULL. */
enum reason publish_check(struct publish_check *check, const struct publish_event *event,
			  const char **ret_what);

#endif
