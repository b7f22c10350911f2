/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loading: what the parts of a load share.
 *
 * Under the tree that it was saved under, every series is read into its place.  Under another one,
 * only those of what came from units themselves are kept, those of units that have become one are
 * merged, and all others are made of them anew.
 */
#ifndef IOCD_INDICATOR_LOADING_H
#define IOCD_INDICATOR_LOADING_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/renumber.h"
#include "state.h"

/* A stream as it was saved. */
struct origin {
	struct stream was; /* its key, ring, measures (owned; kind and key) and layout */
	uint32_t number;   /* of the present stream that takes its series over, or PLAN_NONE */
	bool is_alike;     /* its series are laid out as that one's */
};

struct loading {
	struct indicators *indicators;
	struct bytes_reader *reader;
	const struct renumber *units;
	const struct renumber *feeds;
	bool tree_has_changed;
	struct origin *origins; /* owned */
	uint32_t n_origins;
	struct series *spare; /* owned; room for a series of any of them */
	struct series *room;  /* owned; for a series of any present stream */
	uint64_t dropped;
};

/* Makes the series of whole units out of their own ones. */
void loading_roll_up(struct loading *loading);

/* A saved cell without its body: where it belongs now. */
struct growing_head {
	struct series *series;
	uint32_t unit, stream;
	int32_t time;
	uint64_t n;
};

#define SAVED_CELL_BYTES_MIN (3 * sizeof(uint32_t) + sizeof(uint64_t) + 1)

/* Puts a cell of a stream and unit, whole. */
void loading_put_cell(const struct indicators *indicators, const struct growths *growths,
		      const struct due *of, const struct growing *cell,
		      struct bytes_writer *writer);

/* Reads the head of a cell; false: what it was of is gone, or the bytes make no sense.  Then reads
 * its body, into a cell at the front of its series; or passes it over. */
bool loading_get_head(struct loading *loading, struct growing_head *ret);
void loading_get_cell(struct loading *loading, struct growths *growths,
		      const struct growing_head *head);
void loading_skip_body(struct bytes_reader *reader);

/* Put what has not left for the iocd above, and what is still to come from below; and read it
 * back. */
void rolling_save(const struct indicators *indicators, struct bytes_writer *writer);
void loading_get_rolling(struct loading *loading);

/* Put the cells that have not left yet, and when they will, into writer; and read them back. */
void cells_save(const struct indicators *indicators, struct bytes_writer *writer);
void loading_get_cells(struct loading *loading);

#endif
