/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mirror: alerts of iocds below in the alert book of this one.
 *
 * A mirrored alert stands under the rule on OWN_MIRRORED, of the unit it is about, with the
 * origin's rule (and subject) as its subject; its detail holds the origin's words.  So it is
 * acknowledged, shelved, folded, told and logged like any other, and can never be mistaken for one
 * of ours.  Through any number of levels the origin is where the alert arose.
 *
 * The order of things is the origin's: its condition is judged there alone, and what the site does
 * not tell (shelved there, for one) is not told here.  An order of somebody here is carried out
 * here at once, and sent down (site.h); what comes back confirms or corrects it.  So the first
 * acknowledgement in the order of the origin wins at both ends, and the owner is the last in that
 * order.  People of the site are named "<person>@<unit of the site>".  While a site is lost its
 * alerts are uncertain: they neither end nor stay as if known.
 *
 * What a site forwards may be judged here by the same rule, too: an alert of it and one of ours of
 * the same rule, unit and subject are twins.  While both stand one inhibits the other: the graver,
 * or else the one that stood first.  Both are seen; receivers hear once, and so does the one above.
 *
 * Each transition says how its alert stands as a whole; one that was missed is made good by the
 * next.  What waited below for long is no news: it is carried and logged, but what it raises is
 * held back (SUPPRESSION_BACKLOG) until there is news of that alert, or the site has caught up.  So
 * after an outage receivers hear once of what stands still, of what began and ended meanwhile
 * nothing, and of what they had been told before only that it is over, or how it grew worse.
 *
 * Pure; no clock; allocates while it reads.  One thread at a time.
 */
#ifndef IOCD_MIRROR_H
#define IOCD_MIRROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/alertbook.h"
#include "iocd/base/defs.h"
#include "iocd/base/text.h"

enum mirror_outcome {
	MIRROR_BAD = 1,   /* it is no transition that can be read */
	MIRROR_ELSEWHERE, /* its unit is none of those at and below the site */
	MIRROR_OLDER,     /* a later transition of that alert was carried already */
	MIRROR_FULL,      /* the book has no room, or there is no rule on OWN_MIRRORED */
};

/* Who forwards: a site of the ledger (site.h), by what stays the same. */
struct mirror_site {
	uint32_t unit;
	const char *sender;
	/* Of the word that alertbook_mirror() carries: */
	bool is_old;     /* it waited for long, and is no news */
	uint64_t record; /* position of the journal record that it came in */
};

/* Carries one transition (transition_json()) of an alert at site; reader's units are those of the
 * book's rules.  A message {"standing":[...]} instead lists all that stand there, as
 * alertbook_write_standing() does: others of that site end here, and numbers may begin anew.  0 or
 * an outcome. */
int alertbook_mirror(struct alertbook *book, const struct units *units,
		     const struct mirror_site *site, const char *json, size_t size, int64_t now_ms,
		     uint64_t position) MUST_USE;

/* The site was lost, or found again: its alerts become uncertain, or certain. */
void alertbook_mirror_moved(struct alertbook *book, const struct mirror_site *site, bool is_lost,
			    int64_t now_ms, uint64_t position);

/* Nothing is waiting at site any more: tells what was held back of it and stands still. */
void alertbook_mirror_caught_up(struct alertbook *book, const struct mirror_site *site,
				int64_t now_ms, uint64_t position);

/* Of an order here that concerns exactly one mirrored alert: true, the site it came from (its name
 * lent until the book changes), and the command as the site knows it (its rule, unit, subject; by
 * with "@instance").  Ask before the order is carried out here; send it if it was DONE.  Shelving
 * and the like stay here, as does what somebody of that very site ordered. */
bool alertbook_order_below(const struct alertbook *book, const struct command *command,
			   const char *instance, struct mirror_site *ret_site, struct command *ret);

/* Whether transition is for the one above, who wants alerts of at least that severity: also that
 * one is not so bad any more, or is over; but not what always stands, or yields to its twin. */
bool alertbook_goes_up(const struct transition *transition, enum severity severity);

/* Appends {"standing":[...]} with "<unit>/<key>" of all alerts that stand or wait, of at least that
 * severity; if they do not fit into STANDING_BYTES_MAX, only some and "partial":true: then none end
 * above.  Behind it belongs each of them, as it stands, so that who hears of them first knows all:
 * calls each with a transition (lent during the call) of no news and of the last number. */
#define STANDING_BYTES_MAX 100000
void alertbook_write_standing(const struct alertbook *book, const struct units *units,
			      enum severity severity, struct text *json);
typedef void standing_each_fn(void *context, const struct transition *transition);
void alertbook_each_standing(const struct alertbook *book, enum severity severity,
			     standing_each_fn *each, void *context);

#endif
