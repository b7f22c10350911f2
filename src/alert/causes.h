/* SPDX-License-Identifier: Apache-2.0 */
/*
 * causes: alerts that inhibit others, by unit: while an alert of a rule that inhibits stands, or is
 * pending and not uncertain, those that follow from it are not told.
 *
 * What iocd says of itself follows from nothing, but a site that is lost while our broker is gone.
 * A cause inhibits whatever else inhibits it or suppresses it; an exercise is none.  Rules may
 * inhibit each other, directly or in a circle; of alerts of such rules on one unit only the older
 * inhibits the younger, so that one of them is always told.
 */
#ifndef IOCD_ALERT_CAUSES_H
#define IOCD_ALERT_CAUSES_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/rule.h"

struct alertbook;
struct author;
struct entry;

struct causes {
	struct entry **at; /* owned; by unit: list of loans, or NULL */
	uint32_t *circles; /* owned; by rule number: rules that inhibit each other have the same */
	uint32_t mirror_rule; /* number of the rule on OWN_MIRRORED; UINT32_MAX: there is none */
};

/* Prepares for rules, with no causes; frees. */
void causes_init(struct causes *causes, const struct rules *rules);
void causes_fini(struct causes *causes);

/* Puts entry among the causes, or takes it out, if it has become one or is none any more; without
 * looking at what follows from it. */
void causes_place(struct causes *causes, struct entry *entry);

/* The same, and looks once at all alerts that follow from it, and at its twin (twins.h). */
void causes_see(struct alertbook *book, struct entry *entry);

/* Lends the oldest alert that inhibits entry, its twin aside, or NULL. */
const struct entry *causes_find(const struct alertbook *book, const struct entry *entry);

/* Looks anew for what inhibits entry; author NULL: it is something that has just begun. */
void causes_look(struct alertbook *book, struct entry *entry, const struct author *author);

#endif
