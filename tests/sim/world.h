/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world: a province p with the districts d1 and d2 and one feed, as configuration would say it;
 * made once, for all processes.
 *
 * Every event carries a weight of its own, and each type of event is counted and its weights are
 * summed over the month: the two sums together tell which events were counted, and how often.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "iocd/flow.h"

#define WORLD_START  INT64_C(1795309200000) /* 2026-11-22T08:00:00+07:00 */
#define WORLD_OFFSET 420
#define WORLD_PREFIX "ioc/v1"

enum { UNIT_P, UNIT_D1, UNIT_D2, N_UNITS };
enum { TYPE_CLOSED, TYPE_LEVEL, TYPE_HIT, N_TYPES };
enum {
	FIGURE_COUNT, /* one for each type */
	FIGURE_WEIGHT = FIGURE_COUNT + N_TYPES,
	FIGURE_LATE = FIGURE_WEIGHT + N_TYPES,
	FIGURE_LATE_RATE,
	FIGURE_LEVEL,
	FIGURE_HOSTS,
	N_FIGURES
};

struct world {
	struct units *units;
	struct schema *schema;
	struct indicator indicators[N_FIGURES];
	struct rule rules[3];
	struct limits limits[3][N_UNITS];
	bool applies[3][N_UNITS];
};

const char *world_unit(uint32_t unit);
const char *world_type(uint32_t type);

/* Makes it. */
void world_init(struct world *world);

/* What a flow over journal needs to know; world is lent for its life. */
void world_flow_options(const struct world *world, struct journal *journal, uint64_t position,
			struct flow_options *ret);

/* Events of type counted in unit, and the sum of their weights, this month. */
uint64_t world_count(const struct flow *flow, uint32_t unit, uint32_t type);
double world_weight(const struct flow *flow, uint32_t unit, uint32_t type);

#endif
