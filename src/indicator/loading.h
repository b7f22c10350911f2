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
	bool tree_has_changed;
	struct origin *origins; /* owned */
	uint32_t n_origins;
	struct series *spare; /* owned; room for a series of any of them */
	struct series *room;  /* owned; for a series of any present stream */
	uint64_t dropped;
};

/* Makes the series of whole units out of their own ones. */
void loading_roll_up(struct loading *loading);

/* Put the cells that have not left yet, and when they will, into writer; and read them back. */
void cells_save(const struct indicators *indicators, struct bytes_writer *writer);
void loading_get_cells(struct loading *loading);

#endif
