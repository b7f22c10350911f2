/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sites: what several views say of those who forward to us.
 *
 * Reads only; loop thread.
 */
#ifndef IOCD_CONTROL_SITES_H
#define IOCD_CONTROL_SITES_H

#include "iocd/site.h"
#include "views.h"

/* Sums over all streams of one site, or of several. */
struct sites_sum {
	uint64_t backlog; /* as it said last */
	uint64_t missing, given_up, repeats;
	int64_t oldest_ms; /* of the backlog; 0: there is none */
};

/* Adds what view says to sum. */
void sites_add_up(struct sites_sum *sum, const struct site_view *view);

/* Lends in one word how it is: "lost", "lagging", "never", "old", "live"; "occasional" of one that
 * comes and goes. */
const char *sites_state_name(const struct site_view *view);

/* Writes the members unit, sender and id of a site into the open object. */
void sites_put_name(struct text *text, const struct views *views, const struct site_view *view);

/* Writes the members state, lost, lagging, old, presence, heard and beat. */
void sites_put_state(struct text *text, const struct views *views, const struct site_view *view);

/* Lends the sender as it is a subject of alerts: "" for an iocd. */
const char *sites_subject(const struct site_view *view);

/* Finds the site that alerts of subject on unit are about; where that is "", one that goes by
 * another name will do.  False: there is none. */
bool sites_look_up(const struct views *views, uint32_t unit, const char *subject,
		   struct site_view *ret);

/* Spans of time of which something is still to come that sites forward: what history says of them
 * is provisional. */
struct sites_spans;

/* Makes a copy of them, as they are now.  Gives it; never NULL. */
struct sites_spans *sites_spans_new(const struct views *views) MUST_USE;
struct sites_spans *sites_spans_free(struct sites_spans *spans);

/* Whether one lies, at least partly, between from_ms and to_ms, of a site at or below unit. */
bool sites_spans_meet(const struct sites_spans *spans, uint32_t unit, int64_t from_ms,
		      int64_t to_ms);

#endif
