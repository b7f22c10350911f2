/* SPDX-License-Identifier: Apache-2.0 */
/*
 * provisional: units of which something that sites forward is still to come, and those above them.
 *
 * No heap after provisional_init().
 */
#ifndef IOCD_INDICATOR_PROVISIONAL_H
#define IOCD_INDICATOR_PROVISIONAL_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/renumber.h"

struct provisional {
	bool *misses; /* owned; by unit: something of its own sites */
	uint32_t *n;  /* owned; by unit: how many at and below it do */
	uint32_t n_units;
};

/* Makes it for so many units, nothing missing; frees what it holds. */
void provisional_init(struct provisional *provisional, uint32_t n_units);
void provisional_fini(struct provisional *provisional);

/* Whether something of unit, or of one below, is still to come. */
static inline bool provisional_is(const struct provisional *provisional, uint32_t unit)
{
	return provisional->n[unit] > 0;
}

/* Notes whether unit misses something; whether that is news. */
bool provisional_note(struct provisional *provisional, const uint32_t *parents, uint32_t unit,
		      bool misses);

/* Put it into writer; and read it back into a fresh one.  Marks reader bad if the bytes make no
 * sense. */
void provisional_save(const struct provisional *provisional, struct bytes_writer *writer);
void provisional_load(struct provisional *provisional, struct bytes_reader *reader,
		      const struct renumber *units, const uint32_t *parents);

#endif
