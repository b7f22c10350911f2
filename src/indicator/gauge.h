/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gauge: numbers that are moved up and down in a unit, and in all units above it: open records and
 * the like.
 *
 * No heap after gauges_init(), no clock.
 */
#ifndef IOCD_INDICATOR_GAUGE_H
#define IOCD_INDICATOR_GAUGE_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/renumber.h"
#include "iocd/indicator.h"

#define GAUGE_MAX ((int64_t)1 << 40) /* of one unit; more was never moved */

struct gauge {
	int64_t own;       /* of the unit itself */
	int64_t sum;       /* with all below */
	int64_t last_ms;   /* event time of the newest move, here or below; 0: never moved */
	uint64_t position; /* journal record of the last */
	int64_t told_ms; /* when a site took what it said of the unit itself last; 0: it did not */
};

struct gauges {
	const struct indicator *list; /* borrowed */
	const uint32_t *parents;      /* borrowed; by unit */
	uint32_t n_list;
	uint32_t n_units;
	uint32_t *numbers; /* owned; indexes in list of those that are gauges */
	uint32_t *slots;   /* owned; by index in list: place in numbers */
	uint32_t n;
	struct gauge *values; /* owned; [slot * n_units + unit] */
};

/* Makes the gauges of a list, all at rest; frees what they hold. */
void gauges_init(struct gauges *gauges, const struct indicators_options *options);
void gauges_fini(struct gauges *gauges);

/* Lends the value of gauge, an index in the list, in unit. */
static inline struct gauge *gauges_at(const struct gauges *gauges, uint32_t gauge, uint32_t unit)
{
	return &gauges->values[(size_t)gauges->slots[gauge] * gauges->n_units + unit];
}

/* Moves gauge in unit and all above by delta. */
void gauges_move(struct gauges *gauges, uint32_t gauge, uint32_t unit, int64_t delta, int64_t at_ms,
		 uint64_t position);

/* Calls each with what unit itself has of every gauge that was ever moved there. */
typedef void gauge_each_fn(void *context, uint32_t gauge, uint32_t unit, int64_t own);
void gauges_each_own(const struct gauges *gauges, gauge_each_fn *each, void *context);

/* Put own values into writer, by the id of the indicator; and read them back into fresh ones, where
 * units that have become one are added up.  Marks reader bad if the bytes make no sense. */
void gauges_save(const struct gauges *gauges, struct bytes_writer *writer);
void gauges_load(struct gauges *gauges, struct bytes_reader *reader, const struct renumber *units);

#endif
