/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lineage: which of the units asked for a unit counts for, along the tree as it is or as it was.
 *
 * Pure; reads a register of units that does not change.
 */
#ifndef IOCD_HISTORY_LINEAGE_H
#define IOCD_HISTORY_LINEAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/history.h"
#include "iocd/unit.h"

#define LINEAGE_MAX (UNIT_DEPTH_MAX + 1)

struct lineage {
	const struct units *units; /* borrowed */
	enum history_view view;
	uint32_t *slots; /* by registered unit: its place among those asked for, or UNIT_NONE */
};

/* Prepares it for n units, each once. */
void lineage_init(struct lineage *lineage, const struct units *units, enum history_view view,
		  const uint32_t *asked, uint32_t n);
void lineage_fini(struct lineage *lineage);

/* The places, among those asked for, of all that a registered unit counted for on a local day;
 * returns how many. */
uint32_t lineage_of(const struct lineage *lineage, uint32_t unit, int32_t day,
		    uint32_t ret[LINEAGE_MAX]);

#endif
