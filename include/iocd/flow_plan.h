/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_plan: what the data path is made from: the parts of a configuration, as plain data.
 *
 * Only types.  flow_options.h fills them from a configuration.
 */
#ifndef IOCD_FLOW_PLAN_H
#define IOCD_FLOW_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/contract.h"
#include "iocd/decode.h"
#include "iocd/dedup.h"
#include "iocd/indicator.h"
#include "iocd/journal.h"
#include "iocd/rulebook.h"
#include "iocd/site.h"
#include "iocd/tracker.h"

/* Reads a rulebook from the source that the journal has; what it lends must last as long as the
 * flow.  0, or anything else: it makes no sense now (indicators it names are gone), and the rules
 * stay as they are. */
typedef int flow_rules_fn(void *context, const char *source, size_t size, struct rulebook *ret);

/* Told each event that counts, before the next is carried; lent during the call. */
typedef void flow_event_fn(void *context, const struct event *event);

struct flow_options {
	struct journal *journal; /* these are borrowed for life; NULL: only flow_carry() is used */
	uint64_t position;       /* where to begin in it */
	const struct units *units;
	const struct schema *schema;
	const struct indicator *indicators;
	uint32_t n_indicators;
	struct rulebook book; /* in force until the journal says otherwise; what it lends is
				 borrowed for life */
	flow_rules_fn *read_rules;
	void *rules_context;
	const struct track *tracks;
	uint32_t n_tracks;
	uint32_t records; /* that trackers may hold, open and lately closed */
	const struct contract *contracts;
	uint32_t n_contracts;
	const char *prefix; /* of topics */
	int offset_minutes; /* of local time */
	struct decode_limits limits;
	int64_t lateness_ms;  /* of feeds that do not say: older events are no news */
	int rate;             /* events per second and unit; 0: no limit */
	int burst;            /* events that may come at once beyond the rate */
	struct memory memory; /* against repeats, of feeds that do not say; no member is 0 */
	uint32_t dedup_sources;
	int operators; /* people on watch */
	struct sites_options sites;
	const char *instance;     /* ours: stands behind names of people in orders to sites */
	const char *sender;       /* our own name where we forward; NULL: we do not */
	const bool *rolled;       /* by feed: roll-ups leave; NULL: none */
	flow_event_fn *event_fn;  /* NULL: nobody */
	void *event_context;
	size_t sketch_bytes;
};

#endif
