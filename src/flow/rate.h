/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rate: how much one unit may send, so that a runaway sender harms nobody else.
 *
 * A token bucket per unit in the form of the generic cell rate algorithm (ITU-T I.371): one number
 * each. Time is the arrival, so a replay admits the same events.  Pure.
 */
#ifndef IOCD_FLOW_RATE_H
#define IOCD_FLOW_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/defs.h"
#include "iocd/base/renumber.h"

struct rate;

/* Makes buckets for n_units units: per_second events each (0: no limit) and burst at once (at least
 * 1).  Gives them; never NULL. */
struct rate *rate_new(uint32_t n_units, int per_second, int burst) MUST_USE;
struct rate *rate_free(struct rate *rate);

/* Put all accounts into writer, without heap; and read them back into a fresh one. */
void rate_save(const struct rate *rate, struct bytes_writer *writer);
void rate_load(struct rate *rate, struct bytes_reader *reader, const struct renumber *units);

/* Whether unit may send one more event at now_ms; counts it if so. */
bool rate_admit(struct rate *rate, uint32_t unit, int64_t now_ms);

#endif
