/* SPDX-License-Identifier: Apache-2.0 */
/*
 * update: what one event, or many, say to a measure whose updates cannot be merged like numbers:
 * the newest value, distinct values, a quantile.  They are applied one by one, in order of arrival,
 * to the series of a unit and of those above it.
 */
#ifndef IOCD_INDICATOR_UPDATE_H
#define IOCD_INDICATOR_UPDATE_H

#include <stdint.h>

#include "series.h"

struct update {
	uint32_t stream;
	uint32_t measure; /* of that stream */
	uint32_t slot;    /* the own one of its unit */
	uint32_t minute;
	int64_t time_ms;
	union {
		double value;  /* MEASURE_LAST */
		uint64_t hash; /* MEASURE_DISTINCT */
		struct {
			uint16_t number;
			uint32_t n;
		} bucket; /* MEASURE_QUANTILE */
	};
};

/* Fills in that n values were in a bucket; what value says to measure. */
void update_fill_bucket(struct update *update, uint16_t number, uint32_t n);
void update_fill(struct update *update, const struct measure *measure, const struct value *value);

/* Applies update, an event of moment, to series; returns how many of its sketches were refused
 * memory and lost it. */
uint32_t update_apply(const struct update *update, const struct stream *stream,
		      struct series *series, const struct moment *moment, struct pool *sketches);

#endif
