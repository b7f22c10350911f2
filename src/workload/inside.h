/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inside: the members of struct workload, for workload.c, which counts, and save.c.
 *
 * Weeks and minutes are rings: what is older than they reach is forgotten.
 */
#ifndef IOCD_WORKLOAD_INSIDE_H
#define IOCD_WORKLOAD_INSIDE_H

#include "iocd/workload.h"

#define HOUR_MIN 60
#define DELAYS   88 /* a quarter of an octave each: up to 48 days */

/* Of one week; the week before stays. */
struct week {
	int32_t number; /* civil_week() */
	uint32_t alarms;
	uint32_t severities[SEVERITY_CRITICAL + 1];
	uint32_t floods;
	uint32_t acknowledged;
	uint32_t delays[DELAYS]; /* from telling to acknowledging */
};

struct rule_week {
	int32_t number;
	uint32_t alarms, critical, chatters, unseen;
};

struct rule_load {
	char id[65];
	struct rule_week weeks[2]; /* by the parity of their number */
};

struct workload {
	struct workload_options options;
	struct map *numbers;     /* owned; of rules by id */
	struct rule_load **rules; /* owned, each on its own: the map borrows their ids */
	uint32_t n_rules, capacity;
	uint64_t seen;  /* number of the last transition taken */
	int64_t now_ms; /* of the last tick */

	uint32_t minutes[HOUR_MIN]; /* alarms by minute, round and round */
	int64_t minute;             /* number of the newest; older ones are 0 beyond an hour */
	int32_t day;
	uint32_t today;
	struct week weeks[2]; /* by the parity of their number */

	int64_t flood_since_ms; /* 0: none */
	uint32_t flood_alarms;
};

/* workload.c: finds or adds the rule of that id of n bytes; the last one beyond WORKLOAD_RULES. */
struct rule_load *workload_rule(struct workload *workload, const char *id, size_t n);

#endif
