/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redis_options: checks and copies the options of a Redis client.
 *
 * Knows nothing of hiredis.  Loop thread.
 */
#ifndef IOCD_NET_REDIS_OPTIONS_H
#define IOCD_NET_REDIS_OPTIONS_H

#include <stddef.h>

#include "iocd/base/defs.h"
#include "iocd/net/redis.h"

/* 0, or -EINVAL or -ENAMETOOLONG for what hiredis would silently cut, or wait for in the loop. */
int redis_options_check(const struct redis_options *options) MUST_USE;

/* Copies options with their strings. */
void redis_options_copy(struct redis_options *ret, const struct redis_options *options);

/* Frees the strings of a copy; the password is wiped first. */
void redis_options_fini(struct redis_options *options);

/* Writes the server's address for the log into name, cut to size. */
void redis_options_name(const struct redis_options *options, char *name, size_t size);

#endif
