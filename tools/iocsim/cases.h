/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cases: what must become of records that are opened and closed: a second book of all tracks, in
 * the plainest way, over events that were accepted.
 *
 * Relies on the order in which the simulator tells of one record, so it knows nothing of what comes
 * too early or twice.  Part of the tally.  Pure; no I/O, no clock.
 */
#ifndef IOCSIM_CASES_H
#define IOCSIM_CASES_H

#include "fact.h"

/* A record that was closed. */
struct closing {
	uint32_t track;
	uint32_t step; /* of the track, that closed it */
	uint32_t unit; /* that is charged */
	bool is_void;  /* withdrawn: neither on time nor late */
	bool is_on_time;
};

struct cases;

/* Makes an empty book of world, borrowed for life.  Gives it; never NULL. */
struct cases *cases_new(const struct world *world) MUST_USE;
struct cases *cases_free(struct cases *cases);

/* Carries fact.  True if it closed a record of the track, told in *ret; call it for each track. */
bool cases_add(struct cases *cases, uint32_t track, const struct fact *fact, struct closing *ret);

/* Appends, as of now_ms, {track: {unit: {"open": 5, "paused": 1, "overdue": 0, "on_time": 7,
 * "late": 1, "withdrawn": 0}}}, with all units above. */
void cases_json(struct text *out, const struct cases *cases, int64_t now_ms);

#endif
