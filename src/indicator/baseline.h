/* SPDX-License-Identifier: Apache-2.0 */
/*
 * baseline: what is usual at an hour of the week: for each BASELINE and unit the values of its part
 * in the full hours of the last weeks.
 *
 * An hour is recorded when it is over, by slices if there are many units; not if it was not lived
 * through to its end, and as a hole where the part was unknown or stale.  Late events do not change
 * it any more.  An hour of a DISTINCT also holds what came in the minute in which it is recorded.
 *
 * Memory is reserved at once and used by units that have values.  No heap after baselines_init(),
 * no clock.
 */
#ifndef IOCD_INDICATOR_BASELINE_H
#define IOCD_INDICATOR_BASELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/renumber.h"
#include "iocd/indicator.h"

#define WEEK_HOURS 168
#define WEEKS_MAX  8

/* What was recorded of a unit; zeroed: nothing. */
struct record {
	int32_t first; /* hours since 1970, local, of the first value; and of the last */
	int32_t last;  /* 0: there is none */
	uint32_t quality;
	uint32_t reporting, expected; /* these and the rest: of the last */
	uint32_t unused;
	uint64_t samples;
	int64_t last_ms;
	uint64_t position;
	float values[]; /* by hour, in a ring of whole weeks */
};

struct baselines {
	const struct indicator *list; /* borrowed */
	uint32_t n_list;
	uint32_t n_units;
	uint32_t *numbers; /* owned; indexes in list of those that are baselines */
	size_t *starts;    /* owned; by index in list: where its records start */
	uint32_t n;
	char *base;       /* the mapping; NULL: there are none */
	size_t size;      /* of it */
	int32_t hour;     /* being recorded */
	uint64_t next;    /* the pair of baseline and unit to be recorded next; */
	uint64_t n_pairs; /* all, if none is left */
};

/* Makes baselines that have no record.  0 or a fault of mmap. */
int baselines_init(struct baselines *baselines, const struct indicators_options *options) MUST_USE;
void baselines_fini(struct baselines *baselines);

/* Begins to record hour, which is over. */
void baselines_start(struct baselines *baselines, int32_t hour);

/* The next pair to record; false: there is none. */
bool baselines_next(struct baselines *baselines, uint32_t *ret_indicator, uint32_t *ret_unit);

/* Records what the part of a baseline read over the hour; false: there is nothing to remember. */
bool baselines_record(struct baselines *baselines, uint32_t indicator, uint32_t unit,
		      const struct reading *reading);

/* The reading of a baseline at present hour: the last full hour as a share of what is usual. */
struct reading baselines_read(const struct baselines *baselines, uint32_t indicator, uint32_t unit,
			      int32_t hour);

/* Put all into writer, by the id of the indicator; and read it back into fresh ones.  Of units that
 * have become one the records are added up where the indicator may_add, else that of the first
 * stays.  Marks reader bad if the bytes make no sense. */
void baselines_save(const struct baselines *baselines, struct bytes_writer *writer);
void baselines_load(struct baselines *baselines, struct bytes_reader *reader,
		    const struct renumber *units);

#endif
