/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grid: a configuration with as many series as one wants, and events that make all of them live.
 *
 * One feed with n_types types of events, an indicator for each, and n_units units below one root.
 * Each event touches one series of its unit and one of the root.
 */
#ifndef IOCBENCH_GRID_H
#define IOCBENCH_GRID_H

#include <stdint.h>

#include "cargo.h"

struct grid {
	uint32_t n_units;
	uint32_t n_types;
	const char *prefix; /* of topics; borrowed */
};

/* Writes the configuration into directory, which it makes.  0 or a fault. */
int grid_write(const struct grid *grid, const char *directory) MUST_USE;

/* Fills cargo with n_events events, one in a message.  The first n_units * n_types touch every
 * series once. */
void grid_load(const struct grid *grid, struct cargo *cargo, uint64_t n_events);

#endif
