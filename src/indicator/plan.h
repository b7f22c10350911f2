/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan: what has to be kept so that every configured indicator can be read.
 *
 * A stream is the events of one type that pass one filter.  For each unit it keeps one series: how
 * many events there were, and the measures (sum, minimum, ...) that some indicator wants of them.
 * Indicators that look at the same events share a stream, those that want the same measure of them
 * share that too; a mean or a ratio keeps nothing of its own.  Stocks and gauges have no stream.
 *
 * Made once, then only read.
 */
#ifndef IOCD_INDICATOR_PLAN_H
#define IOCD_INDICATOR_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/indicator.h"
#include "uses.h"

#define PLAN_NONE  UINT32_MAX
#define RING_SLACK 8 /* cells for clocks that are ahead (AHEAD_MINUTES), and late ticks */

/* Numbers first: their deltas are merged before they are carried up. */
enum measure_kind {
	MEASURE_SUM,
	MEASURE_MIN,
	MEASURE_MAX,
	MEASURE_LAST, /* from here on, updates are applied one by one, in order of arrival */
	MEASURE_DISTINCT,
	MEASURE_QUANTILE,
};

struct measure {
	enum measure_kind kind;
	uint32_t field;             /* index in the event type */
	enum field_kind field_kind; /* of that field */
	uint32_t at;                /* where its cells start in a series, bytes */
	uint32_t cell_at;           /* where it stands in a cell for history, bytes */
	uint32_t keep_minutes;      /* DISTINCT: for how long a value is remembered */
	uint64_t key;               /* what it keeps, whatever numbers that has: key.h */
};

struct stream {
	const struct where *where; /* borrowed from the indicator that asked first */
	uint32_t type;
	uint32_t feed;
	uint32_t needs;     /* optional field that must be present, or PLAN_NONE */
	bool repeats_where; /* the stream before has the same type and filter */
	bool has_sketches;  /* cells own memory in the pool */
	bool rolls;         /* what it gains leaves for the iocd above: rolling.h */
	uint32_t n_numbers; /* measures[0 .. n_numbers) are SUM, MIN or MAX */
	uint32_t n_measures;
	struct measure *measures; /* owned */
	const uint32_t *readers;  /* lent by the plan; the indicators that follow this stream */
	uint32_t n_readers;
	uint32_t ring;       /* minute cells of a series */
	uint32_t periods_at; /* where a series keeps its periods, bytes */
	uint32_t counts_at;  /* and its counts by minute */
	uint32_t series_bytes;
	uint32_t cell_bytes; /* of a cell for history */
	uint64_t key;        /* what it counts, whatever numbers that has: key.h */
};

/* Streams [first, first + n). */
struct range {
	uint32_t first;
	uint32_t n;
};

/* Where the number of an indicator comes from. */
struct source {
	uint32_t stream;  /* or PLAN_NONE */
	uint32_t measure; /* of that stream, or PLAN_NONE: its count */
};

struct plan {
	struct stream *streams; /* owned; those of a feed, and in it those of a type, together */
	uint32_t n_streams;
	struct range *types;         /* owned; by event type */
	struct range *feeds;         /* owned; by feed */
	struct source (*sources)[2]; /* owned; by indicator; the second is the lower part of a
					RATIO; PLAN_NONE what is not counted from events */
	struct uses uses;
	struct lists readers; /* by stream */
};

/* Makes the plan for the options of indicators_new(); borrows what they point to. */
void plan_init(struct plan *plan, const struct indicators_options *options);
void plan_fini(struct plan *plan);

#endif
