/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figures: values of indicators on their way to Redis: p:live, p:meta and p:recent.
 *
 * Remembers which pairs of indicator and unit changed; values are read when they are written, so a
 * pair that changes a hundred times between two commits costs one field.  Loop thread.
 */
#ifndef IOCD_STORE_FIGURES_H
#define IOCD_STORE_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/indicator.h"
#include "iocd/store.h"
#include "pairs.h"
#include "transaction.h"

struct figures {
	const struct indicators *indicators;
	const struct alert_context *context;
	const char *prefix;
	uint32_t n_indicators;
	uint32_t n_units;

	struct pairs dirty; /* not yet in p:live */
	struct pairs fresh; /* changed since minute closed was closed */
	struct pairs due;   /* with closed minutes that may not be in p:recent yet */
	uint32_t closed;    /* the last minute that is over for good; 0: none yet */
	uint32_t *written;  /* owned, by pair: the last minute that p:recent was made for */

	/* Commands in the making. */
	struct redis_command live;
	struct redis_command gone;
	struct redis_command meta;
	uint32_t group[STORE_CHUNK];
};

/* Prepares for source's indicators, borrowed like prefix for life; gives the memory back.  0, or a
 * fault (-E2BIG: more pairs than can be numbered). */
int figures_init(struct figures *figures, const struct store_source *source,
		 const char *prefix) MUST_USE;
void figures_fini(struct figures *figures);

/* Notes changed pairs; forgets what is to be written, because everything is going to be. */
void figures_note(struct figures *figures, const struct change *changes, size_t n);
void figures_forget(struct figures *figures);

/* Looks whether another minute is over; after the first figures_forget(). */
void figures_close_minute(struct figures *figures);

/* Whether anything is noted. */
bool figures_wait(const struct figures *figures);

/* Write what is noted, as far as the transaction has room. */
void figures_write_changes(struct figures *figures, struct transaction *transaction);
void figures_write_minutes(struct figures *figures, struct transaction *transaction);

/* Write all of a unit anew, its values or its minutes, from indicator *from on (0: its old keys go
 * first) as far as there is room; move *from on, to n_indicators when the unit is done. */
void figures_write_unit(struct figures *figures, struct transaction *transaction, uint32_t unit,
			uint32_t *from);
void figures_write_unit_minutes(struct figures *figures, struct transaction *transaction,
				uint32_t unit, uint32_t *from);

#endif
