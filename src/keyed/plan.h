/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan: what the keyed rules count, compiled: which events, by which field, and how the minutes of
 * one value lie in memory.
 *
 * A plan has one part, or of a ratio two: what is above the line and what is below.  Made once,
 * then only read.
 */
#ifndef IOCD_KEYED_PLAN_H
#define IOCD_KEYED_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/keyed.h"

#define PLAN_PARTS_MAX 2
#define AHEAD_MINUTES  5 /* as indicators: how far a sender's clock is believed */
#define RING_SLACK     8 /* minutes beyond the window, for clocks that are ahead and late ticks */

/* What is kept of each minute beside the number of events. */
enum measure {
	MEASURE_COUNT, /* nothing */
	MEASURE_SUM,
	MEASURE_MIN,
	MEASURE_MAX,
	MEASURE_LAST, /* and its time */
};

struct part {
	const struct indicator *counts; /* borrowed */
	const struct field *field;      /* lent by the schema: tells values apart */
	uint32_t field_number;          /* of that, in the type */
	enum measure measure;
	uint32_t numbers_at; /* where doubles, times and counts by minute start in a ring, bytes */
	uint32_t times_at;
	uint32_t counts_at;
};

struct plan {
	struct keyed_plan about;
	struct part parts[PLAN_PARTS_MAX];
	uint32_t n_parts;
	uint32_t minutes;     /* of the window */
	uint32_t ring;        /* minutes that are kept */
	uint32_t bytes;       /* of a ring */
	uint32_t number;      /* of the figure among the indicators, or INDICATOR_NONE */
	struct window window; /* the same as about has, to ask them by */
	uint64_t key;         /* what it counts, whatever numbers that has */
};

/* A part that looks at a type. */
struct use {
	uint32_t plan;
	uint32_t part;
};

struct plans {
	struct plan *list; /* owned, as are the next two */
	uint32_t *starts;  /* by type, and one behind the last: in uses */
	struct use *uses;
	uint32_t n;
	uint32_t widest; /* bytes of the largest ring */
};

/* Compiles the list of options, whose other members are borrowed for life. */
void plans_init(struct plans *plans, const struct keyed_options *options);
void plans_fini(struct plans *plans);

/* Whether an admitted event of its type counts for part, as it would for the indicator. */
bool part_counts(const struct part *part, const struct event *event);

/* Whether no event at all is a figure, 0. */
bool plan_starts_at_zero(const struct plan *plan);

#endif
