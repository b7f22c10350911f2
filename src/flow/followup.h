/* SPDX-License-Identifier: Apache-2.0 */
/*
 * followup: what follows when an open record moves: gauges, and an event of our own making.
 *
 * A record that is closed, comes due soon or is overdue becomes an internal event of its unit, so
 * that counts, quantiles and rules treat it like any other.  One thread at a time.
 */
#ifndef IOCD_FLOW_FOLLOWUP_H
#define IOCD_FLOW_FOLLOWUP_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/trackers.h"

/* Where the fields of a track's internal events are; TYPE_NONE: there is none of that name. */
struct followup_fields {
	uint32_t record, how, on_time, hours, due, opened;
};

/* What is looked up once for a track. */
struct followup {
	struct followup_fields closed, due_soon, overdue;
	uint32_t how[TRACK_STEPS_MAX]; /* by step: its choice in the field "how" */
};

struct flow;

/* Gives what the tracks of a schema need; never NULL. */
struct followup *followups_new(const struct schema *schema, const struct track *tracks, uint32_t n);

/* Carries news of records that follow from an event (NULL: from time alone). */
void followups_carry(struct flow *flow, const struct track_news *news, size_t n,
		     const struct event *cause);

#endif
