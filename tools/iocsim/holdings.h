/* SPDX-License-Identifier: Apache-2.0 */
/*
 * holdings: what stocks must be: of each unit and thing the newest value, added up at the end.
 *
 * Part of the tally, as plain as it.  Pure; no I/O, no clock.
 */
#ifndef IOCSIM_HOLDINGS_H
#define IOCSIM_HOLDINGS_H

#include "fact.h"

struct holdings;

/* Makes empty holdings of world, borrowed for life.  Gives them; never NULL. */
struct holdings *holdings_new(const struct world *world) MUST_USE;
struct holdings *holdings_free(struct holdings *holdings);

/* Notes fact under indicator, a stock that it counts for. */
void holdings_note(struct holdings *holdings, uint32_t indicator, const struct fact *fact);

/* Appends {indicator: {unit: number}}, with all units above. */
void holdings_json(struct text *out, const struct holdings *holdings);

#endif
