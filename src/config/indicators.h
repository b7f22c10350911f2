/* SPDX-License-Identifier: Apache-2.0 */
/*
 * indicators: what the readers of indicators share.
 *
 * They come in turns: the keys of all are sorted out; tracks are read, as they declare indicators
 * and events of their own that others may refer to; then the rest; then circles are looked for.
 */
#ifndef IOCD_CONFIG_INDICATORS_H
#define IOCD_CONFIG_INDICATORS_H

#include "read.h"

#define N_INDICATOR_KINDS (INDICATOR_UNITS + 1)
#define KIND_BIT(kind)    (1u << (kind))
#define KINDS_ALL         (KIND_BIT(N_INDICATOR_KINDS) - 1)

extern const struct naming indicator_naming;

/* Keys of "track". */
struct track_nodes {
	const struct node *open, *close, *withdraw, *pause, *resume, *transfer;
	const struct node *to, *unit, *due, *allow, *calendar, *calendars, *due_soon;
};

/* One indicator's keys. */
struct indicator_nodes {
	const struct node *entry;
	const struct node *kinds[N_INDICATOR_KINDS]; /* the key that says what is computed, by enum;
							INDICATOR_GAUGE: "track" */
	const struct node *title, *measure, *show, *target, *windows, *bands, *rank;
	const struct node *where, *at, *per, *by;
	const struct node *goal, *from, *as, *weeks, *is, *among;
	struct track_nodes track;
};

/* Lends the key that stands for a kind: "count", "track". */
const char *indicator_kind_word(enum indicator_kind kind);

/* Reads title, measure, windows and all else that says how an indicator is shown. */
void looks_read(struct load *load, const struct indicator_nodes *nodes,
		struct indicator *indicator);

/* Reads a kind that is counted from events, or a stock.  False if it cannot be used for the checks
 * of what refers to it. */
bool counted_read(struct load *load, const struct node *kind, const struct indicator_nodes *nodes,
		  struct indicator *indicator);

/* Reads a kind that is worked out of others.  False if it cannot be used for the checks of what
 * refers to it. */
bool derived_read(struct load *load, const struct node *kind, const struct indicator_nodes *nodes,
		  struct indicator *indicator);

/* The indicators that one is worked out of: how many, which, and where that is written. */
uint32_t derived_count(const struct indicator *indicator);
uint32_t derived_part(const struct indicator *indicator, uint32_t i);
struct place derived_place(const struct indicator *indicator, const struct indicator_nodes *nodes,
			   uint32_t i);

/* Reports indicators that refer to themselves, are too far from events, or are made of kinds that
 * they cannot be made of; these become broken.  Fills load->standing. */
void circles_check(struct load *load, const struct indicator_nodes *nodes);

/* Declares and reads the track of indicator number: its gauges and events. */
void track_read(struct load *load, const struct indicator_nodes *nodes, uint32_t number);

/* Makes the gauges of all tracks, out of the looks of the indicators that declare them. */
void tracks_make_gauges(struct load *load);

#endif
