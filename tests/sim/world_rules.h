/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world_rules: the two rulebooks of the world, "sim" and "strict", which replace each other: every
 * kind of rule, people who are told, and a time of maintenance.
 */
#ifndef SIM_WORLD_RULES_H
#define SIM_WORLD_RULES_H

#include "world.h"

/* Makes both, in a world that has all else. */
void world_rules_init(struct world *world);

/* Gives the one that is in force at first; it lends what the world has. */
struct rulebook world_rulebook(const struct world *world);

/* Of a world: flow_rules_fn.  A rulebook's name says it all. */
int world_read_rules(void *context, const char *source, size_t size, struct rulebook *ret);

#endif
