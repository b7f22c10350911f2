/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quality: what a reading is worth: the quality that a feed lends to what is counted of it, and the
 * worst of several.
 */
#ifndef IOCD_INDICATOR_QUALITY_H
#define IOCD_INDICATOR_QUALITY_H

#include <stdbool.h>

#include "state.h"

/* A reading of nothing. */
struct reading reading_of_nothing(void);

/* Ends a reading: what has no value is not known, and the other way round. */
struct reading reading_finish(struct reading reading, double value);

/* Whether a value of that quality is one that rules and tallies go by. */
static inline bool quality_is_enough(enum quality quality)
{
	return quality == QUALITY_GOOD || quality == QUALITY_PARTIAL;
}

/* Fills in the quality that a feed lends to what is counted of it at and below a unit. */
void reading_judge_voice(struct reading *reading, const struct indicators *indicators,
			 struct voice voice);

/* What others said of a unit is known although it never spoke itself: a record that was asked of
 * it, or was handed over to it. */
void reading_vouch(struct reading *reading);

/* Gives reading the quality of part; or lowers it to that if it is worse, or as bad with a smaller
 * share that reports. */
void reading_copy_quality(struct reading *reading, const struct reading *part);
void reading_take_quality(struct reading *reading, const struct reading *part);

/* What is newest in part is newest in the whole. */
void reading_take_newest(struct reading *reading, const struct reading *part);

#endif
