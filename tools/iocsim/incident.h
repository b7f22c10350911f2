/* SPDX-License-Identifier: Apache-2.0 */
/*
 * incident: trouble on demand, made so that the shipped rules raise an alert, and clear it after
 * the end.
 *
 * overdue: a unit resolves two files of five late, then works off what is left on time.
 * link-down: a unit's link reports being down every two seconds, then up again.
 * intrusion: one critical security incident, and hundreds of failed logins.
 * Pure; time is handed in, in milliseconds since the start of the run.
 */
#ifndef IOCSIM_INCIDENT_H
#define IOCSIM_INCIDENT_H

#include "fact.h"

#define INCIDENTS_MAX 16

enum incident_kind { INCIDENT_OVERDUE, INCIDENT_LINK_DOWN, INCIDENT_INTRUSION };

/* "link-down@so-y-te:10s+70s" */
struct incident_wish {
	enum incident_kind kind;
	char unit[33]; /* "": any that fits */
	int64_t start_ms;
	int64_t length_ms;
};

/* What one call of incident_next() wants to be told. */
enum incident_act {
	ACT_NOTHING,
	ACT_RESOLVE_LATE,
	ACT_RESOLVE_ON_TIME,
	ACT_LINK_DOWN,
	ACT_LINK_UP,
	ACT_CRITICAL,
	ACT_LOGIN,
};

/* An incident under way; all but wish is incident.c's. */
struct incident {
	struct incident_wish wish;
	uint32_t unit;   /* index */
	uint32_t n_acts; /* told so far */
	bool is_over;    /* nothing more will come */
};

/* Reads KIND[@UNIT][:START[+LENGTH]] into *ret.  0, or TEXT_SYNTAX. */
int incident_read(struct incident_wish *ret, const char *text) MUST_USE;

/* Lends the name of a kind. */
const char *incident_name(enum incident_kind kind);

/* Says what incident adds at now_ms, once per event of the run. */
enum incident_act incident_next(struct incident *incident, int64_t now_ms,
				struct random_stream *random);

/* Whether incident has its unit's link down at now_ms. */
bool incident_holds_link(const struct incident *incident, uint32_t unit, int64_t now_ms);

#endif
