/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key: what a stream counts, and what a measure keeps of it, as one number: a hash over the words
 * of the configuration.  It stays the same when feeds, types, fields or choices are numbered anew,
 * and when conditions are written in another order.
 *
 * Pure.  Part of the form of a save.
 */
#ifndef IOCD_INDICATOR_KEY_H
#define IOCD_INDICATOR_KEY_H

#include <stdint.h>

#include "plan.h"

/* Of the feed, type, filter and needed field of stream. */
uint64_t key_of_stream(const struct schema *schema, const struct stream *stream);

/* Of a measure of that kind of a field. */
uint64_t key_of_measure(enum measure_kind kind, const struct field *field);

/* Of the gauge with that id; of what was heard on a feed at all. */
uint64_t key_of_gauge(const char *id);
uint64_t key_of_feed(const char *id);

#endif
