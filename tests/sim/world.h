/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world: a province p with the districts d1 and d2 and one feed, as configuration would say it;
 * made once, for all processes.
 *
 * Each type of event is counted over the month.  Events of the first three carry a weight of their
 * own, which is summed: the two sums together tell which events were counted, and how often.  The
 * others open, pause and close records, or tell of a stock.  Both districts must report.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "iocd/flow.h"

#define WORLD_START  INT64_C(1795309200000) /* 2026-11-22T08:00:00+07:00 */
#define WORLD_OFFSET 420
#define WORLD_PREFIX "ioc/v1"

#define WORLD_LATENESS INT64_C(300000) /* older events are no news */
#define WORLD_RECORDS  8               /* that are tracked: fewer than senders know */

enum { UNIT_P, UNIT_D1, UNIT_D2, N_UNITS };
/* Senders send those before N_TYPES; the rest is made of records.  Of the first N_WEIGHED the
 * weights are summed. */
enum {
	TYPE_CLOSED,
	TYPE_LEVEL,
	TYPE_HIT,
	N_WEIGHED,
	TYPE_BEDS = N_WEIGHED,
	TYPE_OPENED,
	TYPE_DONE,
	TYPE_PAUSED,
	TYPE_RESUMED,
	N_TYPES,
	TYPE_ENDED = N_TYPES,
	TYPE_DUE_SOON,
	TYPE_OVERDUE,
	N_ALL_TYPES
};
enum {
	FIGURE_COUNT, /* one for each type that is sent */
	FIGURE_WEIGHT = FIGURE_COUNT + N_TYPES,
	FIGURE_LATE = FIGURE_WEIGHT + N_WEIGHED,
	FIGURE_LATE_RATE,
	FIGURE_LEVEL,
	FIGURE_HOSTS,
	FIGURE_BEDS,
	FIGURE_OPEN,
	FIGURE_DUE_SOON,
	FIGURE_OVERDUE,
	FIGURE_PAUSED,
	FIGURE_OVERDUE_RATE,
	FIGURE_HOURS,
	N_FIGURES
};
enum {
	RULE_LATE,
	RULE_LEVEL,
	RULE_HIT,
	RULE_OVERDUE,
	RULE_MUTE,
	RULE_HOST,
	RULE_SLOW,
	RULE_DUE,
	RULE_STALE,
	N_RULES
};
enum { DUTY, CHIEF, WATCH, OFFICE, N_PEOPLE }; /* who is told alerts; OFFICE: of its unit only */

struct world {
	struct units *units;
	struct schema *schema;
	struct calendar_week week;
	struct calendar *calendar;
	struct track track;
	struct contract contract;
	bool expected[N_UNITS];
	struct indicator indicators[N_FIGURES];
	struct rule rules[N_RULES];
	struct limits limits[N_RULES][N_UNITS];
	struct rule strict[N_RULES]; /* another rulebook, with lower limits */
	struct limits strict_limits[N_RULES][N_UNITS];
	bool applies[N_RULES][N_UNITS];
	bool follows[N_RULES]; /* what follows from silence */
	struct track sequence, strict_sequence;
	struct receiver people[N_PEOPLE];
	struct receiver strict_people[N_PEOPLE - 1]; /* one less, and in another order */
	const struct receiver *own[N_UNITS];
	const struct receiver *strict_own[N_UNITS];
	struct maintenance works; /* one book knows of them */
	bool is_worked_on[N_UNITS];
};

const char *world_unit(uint32_t unit);
const char *world_type(uint32_t type);

/* Lends the id of one of the people. */
const char *world_person(uint32_t person);

/* Make it, and free it. */
void world_init(struct world *world);
void world_fini(struct world *world);

/* What a flow over journal needs to know; world is lent for its life. */
void world_flow_options(const struct world *world, struct journal *journal, uint64_t position,
			struct flow_options *ret);

/* Events of a type that is sent counted in unit, and the sum of weights of one that has them, this
 * month. */
uint64_t world_count(const struct flow *flow, uint32_t unit, uint32_t type);
double world_weight(const struct flow *flow, uint32_t unit, uint32_t type);

#endif
