/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refit: series out of a save, whose stream may have kept more measures or other minutes than it
 * does now.
 *
 * No heap, no clock.
 */
#ifndef IOCD_INDICATOR_REFIT_H
#define IOCD_INDICATOR_REFIT_H

#include <stdbool.h>

#include "iocd/base/pool.h"
#include "plan.h"
#include "series.h"

/* Claims what series owns in sketches, a pool that was loaded: whether all of it is sound. */
bool series_claim_sketches(const struct stream *stream, const struct series *series,
			   struct pool *sketches) MUST_USE;

/* Gives back what series owns. */
void series_clear_sketches(const struct stream *stream, struct series *series,
			   struct pool *sketches);

/* Whether a series of was has all that one of is needs, besides minutes. */
bool series_fits(const struct stream *was, const struct stream *is);

/* Whether series of both are laid out alike. */
bool series_is_alike(const struct stream *was, const struct stream *is);

/* Moves the figures of from, a series of was, to the empty series to of is, which they fit.  What
 * has no place there stays. */
void series_refit(const struct stream *was, struct series *from, const struct stream *is,
		  struct series *to);

#endif
