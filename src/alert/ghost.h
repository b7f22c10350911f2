/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ghost: stands for a rule by which saved alerts were made and that configuration has no more, so
 * that they can still be told: above all, that they are over.
 *
 * It has the old rule's id, also for a title, and applies nowhere.  What else the rule said is not
 * known: it looks like a rule on events of a type without a name, which nobody sends.
 */
#ifndef IOCD_ALERT_GHOST_H
#define IOCD_ALERT_GHOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/rule.h"

#define GHOST_NUMBER UINT32_MAX /* rule.number of every ghost */

struct ghost;

struct ghosts {
	struct ghost *table; /* owned, each on its own; uthash */
	bool *nowhere;       /* owned: false for every unit */
};

/* Prepares ghosts of n_units units: before the first is asked for.  Once. */
void ghosts_init(struct ghosts *ghosts, uint32_t n_units);
void ghosts_fini(struct ghosts *ghosts);

/* Lends the ghost of the rule of that kind and id of n bytes, for the life of ghosts. */
const struct rule *ghosts_get(struct ghosts *ghosts, enum rule_kind kind, const char *id, size_t n);

/* The kind of rule, or of the one that it is the ghost of. */
enum rule_kind ghost_kind(const struct rule *rule);

#endif
