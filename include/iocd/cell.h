/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cell: what one series of one unit gained in one hour: the form in which figures leave the fold
 * for history, and from which figures of any span and any set of units are worked out again.
 *
 * A cell holds what came from the unit itself, not from units below it, so that history can be
 * added up along the tree as it was or as it is.  Cells are increments: those of the same series,
 * unit and hour are merged into one.  They come in numbered batches; a replay of the same journal
 * gives the same batches, so a number that was seen before is passed over.  Within a batch cells
 * stand by unit, series and hour; one of the same three may come twice.
 *
 * A body is a run of bytes, complete in itself: for each measure its key and kind, and a sum,
 * smallest, largest or newest value, a sketch of distinct values or of a distribution, or a stock.
 *
 * Pure; no I/O, no clock, no log.  The functions on cells of several threads do not meet.
 */
#ifndef IOCD_CELL_H
#define IOCD_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/indicator.h"

#define HOUR_MS       3600000
#define CELL_BODY_MAX 65536 /* bytes of one body */

/* One cell; body is lent by whoever lends the cell. */
struct cell {
	uint64_t series; /* what was counted, whatever numbers that has: src/indicator/key.h */
	uint32_t unit;   /* index in the tree in force */
	int32_t hour;    /* hours since 1970-01-01T00:00Z of event time */
	uint64_t n;      /* events */
	const void *body;
	size_t size; /* of body */
};

/* Cells that leave together. */
struct cell_batch {
	uint64_t number; /* from 1, without gaps */
	int64_t tick_ms; /* of the fold, when they left */
	const struct cell *cells;
	size_t n;
};

/* Lends the batches that have become due since the last call (usually none: they leave two minutes
 * after each hour, and every ten minutes what came late for hours before; stocks and gauges at the
 * full hour; a bounded number with each tick); until the next call of a function that is not const.
 * After each indicators_tick(). */
size_t indicators_take_batches(struct indicators *indicators, const struct cell_batch **ret);

/* Number of the last batch that has left, 0: none. */
uint64_t indicators_last_batch(const struct indicators *indicators);

/* Calls each with the cells that have not left yet; lent during the call. */
typedef void cell_each_fn(void *context, const struct cell *cell);
void indicators_each_pending(const struct indicators *indicators, cell_each_fn *each,
			     void *context);

/* A cell in the making: merged of others. */
struct cell_sum {
	uint64_t n;
	struct text body; /* text_fini() it */
};

enum cell_axis {
	CELL_OVER_TIME,  /* of one unit: of a stock, the newest counts */
	CELL_OVER_UNITS, /* of one span: stocks are added up */
};

/* Merges a body of n events into sum.  0, or -EBADMSG: it makes no sense, and sum is as before. */
int cell_merge(struct cell_sum *sum, const void *body, size_t size, uint64_t n,
	       enum cell_axis axis) MUST_USE;

/* Whether a body that makes sense is of a stock; then when that was taken in *ret_ms. */
bool cell_is_stock(const void *body, size_t size, int64_t *ret_ms);

/* The series that an indicator is worked out of, at most max; returns how many there are.  Kinds
 * that only make sense now (CHANGE, BASELINE, UNITS) have none. */
uint32_t indicators_series(const struct indicators *indicators, uint32_t indicator, uint64_t *ret,
			   uint32_t max);

/* The value of indicator out of sums[i] of series[i], over a span of length_ms that ends at end_ms.
 * quality is GOOD or UNKNOWN. */
struct reading indicators_work_out(const struct indicators *indicators, uint32_t indicator,
				   const uint64_t *series, const struct cell_sum *sums, uint32_t n,
				   int64_t length_ms, int64_t end_ms);

#endif
