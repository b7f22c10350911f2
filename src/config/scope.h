/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scope: which units a rule applies to, and with which limits; and sets of units elsewhere.
 *
 * A set of units is a unit, a list of units, {id: ...} or {level: ...}, or both: then a unit that
 * is in either; nothing means every unit.  An override names a level or a unit; that of a unit goes
 * above that of its level, and holds for that unit alone, not for those below it.
 */
#ifndef IOCD_CONFIG_SCOPE_H
#define IOCD_CONFIG_SCOPE_H

#include "read.h"

/* Reads a set of units (NULL: every unit).  Lends an array by unit for the life of the
 * configuration, or NULL: a mistake was reported; that there is no unit in it, in the words of
 * nobody and at owner if the set is not given. */
bool *scope_read(struct load *load, const struct node *owner, const struct node *units,
		 const char *nobody);

/* Lays the overrides (NULL: none) over base, for every unit in applies.  Lends an array by unit as
 * above, or NULL.  banded: as in struct limit_nodes. */
const struct limits *scope_lay_limits(struct load *load, const struct node *override,
				      const bool *applies, const struct limits *base,
				      const struct indicator *banded);

#endif
