/* SPDX-License-Identifier: Apache-2.0 */
/*
 * places: at which units each kind of event happens.
 *
 * Follows from the tree alone, and from who must report on a feed.  Pure.
 */
#ifndef IOCSIM_PLACES_H
#define IOCSIM_PLACES_H

#include "kinds.h"

enum places_outcome {
	PLACES_UNKNOWN = 1, /* a unit that is named is not there */
};

/* Units where something happens. */
struct place_list {
	uint32_t *units; /* indexes */
	uint32_t n;
};

struct places;

/* Lays out the lists of world (borrowed for life) for the units that are chosen (by unit; borrowed
 * for life).  Gives them; never NULL. */
struct places *places_new(const struct world *world, const bool *is_chosen) MUST_USE;
struct places *places_free(struct places *places);

/* Lend the units of a place, and those where events of kind, of that feed, happen; never empty
 * ones if any unit is chosen. */
const struct place_list *places_of(const struct places *places, enum kind_place place);
const struct place_list *places_of_kind(const struct places *places, const struct kind *kind,
					uint32_t feed);

/* Whether unit has others below it. */
bool places_has_children(const struct places *places, uint32_t unit);

/* Marks the units of "a,b,c" in an array by unit.  0; or PLACES_UNKNOWN, told in report. */
int places_read(const struct world *world, const char *ids, bool *marks,
		struct text *report) MUST_USE;

#endif
