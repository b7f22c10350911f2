/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stock: what each unit said last that it has, for each key of a field or once, and the sum of that
 * up the tree.
 *
 * Newest by event time; what comes late changes nothing.  Former units, under whose ids something
 * may still come, have values of their own in their successor, and these add up; until it says
 * something itself, after the former one's last day: then that is all.  But a unit that stood above
 * the former one never speaks for it.  Values are found by the hash of their key, in a table of
 * STOCK_VALUES_MAX: when it is full new keys are refused and counted, known ones go on.  Sums are
 * kept in twice the usual precision, so that they do not depend on the order of events and do not
 * drift.
 *
 * No heap after stocks_init(), no clock, no lock.
 */
#ifndef IOCD_INDICATOR_STOCK_H
#define IOCD_INDICATOR_STOCK_H

#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/renumber.h"
#include "iocd/indicator.h"
#include "lists.h"

#define STOCK_VALUES_MAX ((uint32_t)1 << 20)

/* A sum in two parts: as a double, and what that leaves out. */
struct exact {
	double hi, lo;
};

/* One held value. */
struct stock_value {
	uint64_t key;    /* hash of the key's text */
	uint64_t sender; /* hash of the id of the former unit that said it; 0: unit itself */
	int64_t time_ms;
	double value;
	uint64_t position;
	uint32_t slot;
	uint32_t unit;
};

/* What is known of a unit of the register. */
struct former {
	uint64_t sender; /* as in a value */
	int64_t end_ms;  /* from then on its successor speaks for it; INT64_MAX: it never does */
	uint32_t successor;
};

/* A stock in a unit. */
struct stock {
	struct exact own;  /* of the unit itself */
	struct exact sum;  /* with all below */
	uint32_t n_own, n; /* values that make them up */
	int64_t last_ms;   /* event time of the newest, here or below */
	uint64_t position; /* journal record of the last */
};

struct stocks {
	const struct indicator *list; /* borrowed, as are the next two */
	const struct schema *schema;
	const uint32_t *parents; /* by unit */
	uint32_t n_units;
	uint32_t n;
	uint32_t *numbers;      /* owned; indexes in list of those that are stocks */
	uint32_t *slots;        /* owned; by index in list: place in numbers */
	uint64_t *keys;         /* owned; by slot: what it holds, whatever numbers that has */
	struct lists types;     /* by event type: slots */
	struct lists heirs;     /* by unit: former units that it speaks for */
	struct former *formers; /* owned; by number in the register */
	struct stock *sums;     /* owned; [slot * n_units + unit] */
	struct stock_value
		*values; /* a mapping, in order of first use; NULL: there are no stocks */
	uint32_t *table; /* a mapping: places in values, and one; 0: none */
	uint32_t n_values;
	uint64_t refusals; /* values lost to a full table */
};

/* Makes the stocks of a list, of which nothing is known.  0 or a fault of mmap. */
int stocks_init(struct stocks *stocks, const struct indicators_options *options) MUST_USE;
void stocks_fini(struct stocks *stocks);

/* Whether some stock looks at events of type. */
static inline bool stocks_want(const struct stocks *stocks, uint32_t type)
{
	return stocks->types.starts[type] != stocks->types.starts[type + 1];
}

/* Takes what event, which happened at time_ms, says to the stocks of its type.  Calls changed with
 * each (index in the list) that it changes, in the event's unit and so in all above. */
typedef void stock_changed_fn(void *context, uint32_t indicator, uint32_t unit);
void stocks_add(struct stocks *stocks, const struct event *event, int64_t time_ms,
		stock_changed_fn *changed, void *context);

/* What a site says that a unit itself has of a stock, in all. */
struct stock_told {
	uint32_t unit, former; /* as in an event */
	int64_t time_ms;       /* when that was so */
	double value;
	uint64_t position;
};

/* Takes that for a stock, by slot: what else there is of it in unit is taken off.  Newest counts.
 */
void stocks_tell(struct stocks *stocks, uint32_t slot, const struct stock_told *told,
		 stock_changed_fn *changed, void *context);

/* Lends stock, an index in the list, in unit. */
static inline const struct stock *stocks_at(const struct stocks *stocks, uint32_t stock,
					    uint32_t unit)
{
	return &stocks->sums[(size_t)stocks->slots[stock] * stocks->n_units + unit];
}

/* Calls each with what unit itself has of every stock that it has said anything of; key says what
 * the stock holds, whatever numbers that has. */
typedef void stock_each_fn(void *context, uint64_t key, uint32_t indicator, uint32_t unit,
			   double own);
void stocks_each_own(const struct stocks *stocks, stock_each_fn *each, void *context);

/* Put all held values into writer, by what they are; and read them back into fresh ones, where
 * those of units that have become one are added up.  Marks reader bad if the bytes make no sense.
 */
void stocks_save(const struct stocks *stocks, struct bytes_writer *writer);
void stocks_load(struct stocks *stocks, struct bytes_reader *reader, const struct renumber *units);

#endif
