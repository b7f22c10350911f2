/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site: the completeness ledger: who forwards to us, what of it we have, what we miss and since
 * when, what was given up; whether the sender lives, lags or is out of date; and the orders that
 * wait for it.
 *
 * A site is a unit and a sender's name (frame.h).  Of each of its streams the ledger knows the mark
 * up to which all is here, and the ranges missing below it; a frame may come in any order, twice,
 * or in part anew, and each item counts once.  A gap is what is missing while later things are
 * here, or while a heartbeat says that there is more; it is remembered after it was closed.  When a
 * sender begins a new epoch, what was missing of the old one is lost and said so.
 *
 * Deterministic: time is what it is told; no I/O, no clock, no log.  Bounded; allocates when a site
 * is heard for the first time.  One thread at a time.
 */
#ifndef IOCD_SITE_H
#define IOCD_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/renumber.h"
#include "iocd/command.h"
#include "iocd/contract.h"
#include "iocd/frame.h"
#include "iocd/message.h"
#include "iocd/reason.h"
#include "iocd/site_view.h"
#include "iocd/unit.h"
#include "iocd/verdict.h"

#define SITES_MAX       512
#define SITE_GAPS_MAX   64      /* gaps remembered of a site; the oldest closed ones go first */
#define SITE_ORDERS_MAX 64      /* orders that wait for one site; further ones are refused */
#define SITE_MISSES     3       /* heartbeats that may fail to come before a site is lost */
#define SITE_LAG_MS     300000  /* a backlog older than this lags */
#define SITE_CALM_MS    3600000 /* a gap that was given up so long ago is no news any more */

/* Whether a unit forwards: by configuration (units.yml, `site`). */
enum site_wanted {
	SITE_MAY,  /* nothing is said: it is known from when it is heard first */
	SITE_MUST, /* it must be heard, from the start */
	SITE_NOT,  /* what it forwards is refused */
};

struct sites_options {
	const struct units *units; /* borrowed for life, as the rest */
	const uint8_t *wanted;     /* by unit: enum site_wanted; NULL: all may */
	const char *version;       /* of this iocd; a site with an older one is out of date */
	const char *hash;          /* of what we count; a site with another is out of date */
	uint64_t orders;           /* names our numbering of orders: of our journal */
};

struct sites;

/* Makes the ledger.  Gives it; never NULL. */
struct sites *sites_new(const struct sites_options *options) MUST_USE;
struct sites *sites_free(struct sites *sites);
DEFINE_CLEANUP(struct sites, sites_free)

/* A frame came from sender of unit: which of its items are new is asked next, for each in order,
 * and sites_end() notes that all of it is here.  0 and the site's number in *ret; or a reason:
 * bad_topic (no name of a sender), bad_frame, not_authorized (SITE_NOT), site_limit (too many
 * sites; or more gaps than can be remembered, or than one receipt can name: the sender will send it
 * again), epoch_old (an outbox that was replaced speaks again). */
enum reason sites_begin(struct sites *sites, uint32_t unit, struct slice sender,
			const struct frame *frame, int64_t now_ms, uint32_t *ret);
bool sites_is_new(const struct sites *sites, uint32_t site, uint64_t number);
void sites_note_recorded(struct sites *sites, uint32_t site, uint64_t number, int64_t recorded_ms);
void sites_end(struct sites *sites, uint32_t site, const struct frame *frame, int64_t now_ms);

/* A heartbeat came.  0 and the site's number in *ret; or a reason as above. */
enum reason sites_hear(struct sites *sites, uint32_t unit, struct slice sender,
		       const struct heartbeat *heartbeat, int64_t now_ms, uint32_t *ret);

/* The presence of a unit's iocd (feed "iocd", presence.h) changed: of its sender "iocd", and of all
 * that send heartbeats steadily.  A will loses them at once; a birth is a sign of life. */
void sites_meet(struct sites *sites, uint32_t unit, enum presence presence, int64_t now_ms);

/* Says that nobody could be heard before now_ms, because iocd did not run. */
void sites_excuse(struct sites *sites, int64_t now_ms);

/* The number of the site of that unit and name; UINT32_MAX: there is none. */
uint32_t sites_find(const struct sites *sites, uint32_t unit, const char *sender);

/* Queues command for site.  False: too many orders wait for it, or it is longer than
 * ORDER_COMMAND_MAX. */
bool sites_order(struct sites *sites, uint32_t site, const struct command *command);

/* Says, with fn, what has changed since the last call, of parts SITE_LOST, SITE_LAGGING, SITE_OLD,
 * SITE_GAP and GIVEN_UP, each of the site's unit and with the sender as subject ("" for "iocd");
 * once a second is often enough.  Details, for sentences in any language: of SITE_LOST "HEARD_MS
 * BACKLOG PRESENCE", of SITE_LAGGING "OLDEST_MS BACKLOG", of SITE_OLD "version THEIRS OURS" or
 * "config", of SITE_GAP "N CLASS FROM-TO FROM_MS TO_MS" (numbers of the first and the last item;
 * all gaps of the first class that has any), of GIVEN_UP "N CLASS FROM_MS TO_MS" (likewise; of the
 * last SITE_CALM_MS).  SITE_LOST and GIVEN_UP are critical, the rest warnings. */
typedef void site_fn(void *context, const struct own_state *state);
void sites_look(struct sites *sites, int64_t now_ms, site_fn *fn, void *context);

/* Says all that holds now, as if it were new: other rules judge it. */
void sites_review(struct sites *sites);

/* Lend what changed since the last call, until the next call that is not const: sites that want a
 * receipt; sites that were lost or found (site_view.is_lost); units that became complete or
 * incomplete (sites_is_complete()). */
size_t sites_take_due(struct sites *sites, const uint32_t **ret);
size_t sites_take_moved(struct sites *sites, const uint32_t **ret);
size_t sites_take_units(struct sites *sites, const uint32_t **ret);

/* Whether nothing is missing of what the sites of this very unit have forwarded: no holes, and all
 * is here that was there one heartbeat before the last, or at the last if that was the first, or
 * the first after it was lost.  False also while one is lost. */
bool sites_is_complete(const struct sites *sites, uint32_t unit);

/* What is to be told a site: what we have of it, and its oldest order from number on (false: none).
 * Nothing of a stream before its heartbeat has said where it begins: the sender forgets what lies
 * before `have`. */
void sites_receipt(const struct sites *sites, uint32_t site, struct receipt *ret);
bool sites_next_order(const struct sites *sites, uint32_t site, uint64_t number,
		      struct order_message *ret);

/* How many there are; what is known of one; calls each with its gaps that lie, as recorded, at
 * least partly between from_ms and to_ms, the oldest first. */
uint32_t sites_count(const struct sites *sites);
void sites_view(const struct sites *sites, uint32_t site, struct site_view *ret);
typedef void site_gap_fn(void *context, const struct site_gap *gap);
void sites_each_gap(const struct sites *sites, uint32_t site, int64_t from_ms, int64_t to_ms,
		    site_gap_fn *each, void *context);

/* When time brings the next change; INT64_MAX: never. */
int64_t sites_due_ms(const struct sites *sites);

/* Put all state into writer, without heap, the same state in the same bytes; and read it back into
 * fresh ones, where units go by renumbering (a site of a unit that is gone goes).  Marks reader bad
 * if it makes no sense. */
void sites_save(const struct sites *sites, struct bytes_writer *writer);
void sites_load(struct sites *sites, struct bytes_reader *reader, const struct renumber *units);

#endif
