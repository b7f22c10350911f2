/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opening: what stocks and gauges were when the present day, week, month and year began, for those
 * that some CHANGE is worked out of.
 *
 * No heap after openings_init(), no clock.
 */
#ifndef IOCD_INDICATOR_OPENING_H
#define IOCD_INDICATOR_OPENING_H

#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/renumber.h"
#include "iocd/indicator.h"
#include "uses.h"

#define OPENINGS 4 /* day, week, month, year */

struct opening {
	double values[OPENINGS]; /* NaN: not known */
};

struct openings {
	const struct indicator *list; /* borrowed */
	uint32_t n_units;
	uint32_t n;
	uint32_t *numbers; /* owned; indexes in list of those that are remembered */
	uint32_t *slots;   /* owned; by index in list: place in numbers, and one; 0: it is not */
	struct opening *values; /* owned; [slot * n_units + unit] */
};

/* Makes openings of which nothing is known; frees what they hold. */
void openings_init(struct openings *openings, const struct indicators_options *options,
		   const struct uses *uses);
void openings_fini(struct openings *openings);

/* The value of indicator in unit when the present day (0) ... year (3) began, or NaN. */
double openings_read(const struct openings *openings, uint32_t indicator, uint32_t unit,
		     uint32_t period);

/* Remembers a value; of one that is remembered at all. */
void openings_note(struct openings *openings, uint32_t indicator, uint32_t unit, uint32_t period,
		   double value);

/* Put all into writer, by the id of the indicator; and read it back into fresh ones, where units
 * that have become one are added up.  Marks reader bad if the bytes make no sense. */
void openings_save(const struct openings *openings, struct bytes_writer *writer);
void openings_load(struct openings *openings, struct bytes_reader *reader,
		   const struct renumber *units);

#endif
