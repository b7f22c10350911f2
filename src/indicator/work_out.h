/* SPDX-License-Identifier: Apache-2.0 */
/*
 * work_out: values out of merged cells, for kinds that are worked out of others part by part.
 *
 * Pure.
 */
#ifndef IOCD_INDICATOR_WORK_OUT_H
#define IOCD_INDICATOR_WORK_OUT_H

#include "iocd/cell.h"
#include "state.h"

/* What a value is worked out of. */
struct work {
	const struct indicators *indicators;
	const uint64_t *series;
	const struct cell_sum *sums; /* by place in series */
	uint32_t n;
	int64_t length_ms; /* of the span */
	int64_t end_ms;
};

/* A value, or none if it is NaN, and the events behind it. */
struct worth {
	double value;
	uint64_t samples;
};

/* The worth of indicator number. */
struct worth work_out(const struct work *work, uint32_t number);

#endif
