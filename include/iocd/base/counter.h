/* SPDX-License-Identifier: Apache-2.0 */
/*
 * counter: everything the daemon counts, each with its meaning, in one table (counters.tbl).
 *
 * Counters only grow and start at 0 with the process.  Adding is one relaxed atomic addition and is
 * safe from any thread.
 */
#ifndef IOCD_BASE_COUNTER_H
#define IOCD_BASE_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

enum counter {
#define COUNTER(name, text) COUNTER_##name,
#include "iocd/base/counters.tbl"
#undef COUNTER
	N_COUNTERS
};

/* Adds n to a counter. */
void counter_add(enum counter counter, uint64_t n);

/* What this thread adds from now on is passed over, or counts again: for trials within a daemon,
 * whose events are not its own.  Returns how it was. */
bool counter_mute(bool is_mute);

/* The present value. */
uint64_t counter_get(enum counter counter);

/* Lend the name (lower case, "events_accepted") and the sentence of meaning, for ever. */
const char *counter_name(enum counter counter);
const char *counter_text(enum counter counter);

#endif
