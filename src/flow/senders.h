/* SPDX-License-Identifier: Apache-2.0 */
/*
 * senders: what there is to say of those who send: rubbish, too much, by a wrong clock, with gaps.
 *
 * Refusals are counted by unit and minute, gaps by unit; both are looked at once a second where
 * there were any, and clocks once in ten seconds.  Each fact holds or does not, for a unit; the
 * owner judges what has changed.  What holds is said again every ten seconds if its numbers went
 * on.  What is refused from nobody knows whom is said of the first unit.  Pure; time is the fold's.
 *
 * The details that are said, for sentences in any language: of a clock "FEED SECONDS" (above 0: it
 * is fast), of a source "N REASON", of rate "N", of a gap "N FEED FROM-TO SOURCE".
 */
#ifndef IOCD_FLOW_SENDERS_H
#define IOCD_FLOW_SENDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/defs.h"
#include "iocd/base/renumber.h"
#include "iocd/event.h"
#include "iocd/ledger.h"
#include "iocd/reason.h"
#include "iocd/rule.h"

#define SOURCE_SPAN_MIN  10   /* minutes over which refusals are added up */
#define SOURCE_WARNING   10   /* refusals within them */
#define SOURCE_CRITICAL  1000 /* likewise: nothing of use comes from there */
#define RATE_CALM_MIN    1    /* minutes without an excess until it is over */
#define SKEW_WARNING_MS  5000 /* a clock that is off by so much */
#define SKEW_CRITICAL_MS 60000
#define SKEW_LATE_MS     600000  /* "behind" by more is a sender that keeps events, no clock */
#define GAP_CALM_MS      3600000 /* a gap that has not grown for so long is no news any more */

struct senders;

/* Makes them for so many units and feeds.  Gives them; never NULL. */
struct senders *senders_new(uint32_t n_units, const struct schema *schema) MUST_USE;
struct senders *senders_free(struct senders *senders);

/* An event of unit (or UNIT_NONE) was refused in the minute of now_ms.  Cheap. */
void senders_refuse(struct senders *senders, uint32_t unit, enum reason reason, int64_t now_ms);

/* Numbers are missing before event, or it is one that was: dedup_missing() of its feed was before,
 * and is now after.  Cheap. */
void senders_note_gap(struct senders *senders, const struct event *event, uint64_t before,
		      uint64_t after);

/* Says, with fn, what has changed since the last call, at now_ms; once a second is often enough. */
typedef void senders_fn(void *context, const struct own_state *state);
void senders_look(struct senders *senders, const struct ledger *ledger, int64_t now_ms,
		  senders_fn *fn, void *context);

/* Says all that holds now, as if it were new: other rules judge it. */
void senders_review(struct senders *senders);

/* Put all that is known into writer, without heap; and read it back into fresh ones. */
void senders_save(const struct senders *senders, struct bytes_writer *writer);
void senders_load(struct senders *senders, struct bytes_reader *reader,
		  const struct renumber *units, const struct renumber *feeds);

#endif
