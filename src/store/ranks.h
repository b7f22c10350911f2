/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ranks: rankings on their way to Redis: p:rank and p:ranks.
 *
 * Remembers which rankings may have changed; each is read and written as a whole, once for all
 * changes since the last commit.  Units without a place are left out.  Loop thread.
 */
#ifndef IOCD_STORE_RANKS_H
#define IOCD_STORE_RANKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/rank.h"
#include "iocd/store.h"
#include "transaction.h"

struct ranks {
	const struct indicators *indicators;
	const struct units *units;
	const char *prefix;
	uint32_t n_indicators;
	uint32_t n_ranked; /* indicators that have a ranking */
	bool *is_dirty;    /* owned; by indicator: not yet in p:rank */
	uint32_t n_dirty;
	struct rank_row *rows; /* owned; room for every unit; NULL: there are no rankings */
	struct redis_command command;
};

/* Prepares for source's indicators, borrowed like prefix for life; gives the memory back. */
void ranks_init(struct ranks *ranks, const struct store_source *source, const char *prefix);
void ranks_fini(struct ranks *ranks);

/* Notes changed figures; all rankings, because everything is going to be written. */
void ranks_note(struct ranks *ranks, const struct change *changes, size_t n);
void ranks_note_all(struct ranks *ranks);

/* Writes noted rankings as far as there is room; true if none is left. */
bool ranks_write(struct ranks *ranks, struct transaction *transaction);

#endif
