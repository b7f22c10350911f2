/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clocks: how far the clock of each source is ahead of ours, and what an event's time really was.
 *
 * An event whose time lies further ahead than limits.future says that its sender's clock is fast.
 * It counts all the same, at the time that it really happened: its own less what that source was
 * found to be ahead.  Sources stand apart by unit, feed and CloudEvents source, so that a fast
 * clock of one moves nobody else's events.
 *
 * The rule.  The estimate of a source is the largest (time - arrival) of its events that were
 * ahead; three of them in a row that agree within 2 minutes make it, or replace it by one that is
 * larger by more, or, if a minute lies between them, smaller by more.  Until then an event that is
 * further ahead than the estimate counts when it arrived: one absurd stamp moves nothing else.
 * An event that is less ahead than the estimate, or not ahead at all, was kept and sent again, and
 * counts at its own time less the estimate.  But a source whose event came within 2 minutes of its
 * own time had its clock set right: from then on, until it is ahead again, what it sends counts as
 * stamped; and after 10 minutes of that it leaves the table.  (Of what a fast sender kept, the few
 * events that happen to come just as their stamp comes true are taken for right ones.)
 *
 * Who an event is, by which repeats are found, hangs on its time as sent: correct it afterwards.
 *
 * Pure; no I/O, no clock, no log, no heap after clocks_new().  One thread at a time.
 */
#ifndef IOCD_CLOCKS_H
#define IOCD_CLOCKS_H

#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/defs.h"
#include "iocd/base/renumber.h"
#include "iocd/event.h"

#define CLOCKS_MAX       4096 /* sources with a clock that is off, at once; the quietest goes */
#define CLOCKS_OF_SENDER 16   /* the same of one unit in one feed */
#define CLOCK_SOURCE_MAX 64   /* bytes kept of a source's name */

/* A source whose clock is, or was lately, ahead. */
struct clock_view {
	uint32_t unit, feed;
	const char *source;        /* lent until the next change */
	int64_t ahead_ms;          /* the estimate; 0: none yet */
	int64_t first_ms, last_ms; /* arrival of its first and newest event that was ahead */
	uint64_t corrected;        /* events */
};

struct clocks;

/* Makes clocks of which none is off.  future_ms: limits.future.  Gives them; never NULL. */
struct clocks *clocks_new(int64_t future_ms) MUST_USE;
struct clocks *clocks_free(struct clocks *clocks);
DEFINE_CLEANUP(struct clocks, clocks_free)

/* Whether clocks_correct() has something to do: the event is ahead, or its unit has a source in its
 * feed that is off.  One comparison, and one look into a table if any clock is off at all. */
bool clocks_concern(const struct clocks *clocks, const struct event *event);

/* Learns from event, sets its time_ms right and its ahead_ms to what was taken off.  Nothing
 * happens to one that is of no concern. */
void clocks_correct(struct clocks *clocks, struct event *event);

/* Calls each with every source that is off, of the longest ahead first (then the least unit, feed
 * and source); and how many there are.  Sorts: not for the hot path. */
typedef void clock_each_fn(void *context, const struct clock_view *view);
void clocks_each(const struct clocks *clocks, clock_each_fn *each, void *context);
uint32_t clocks_count(const struct clocks *clocks);

/* Put all of them into writer, without heap; and read them back into fresh ones.  Sources of units
 * and feeds that are gone are dropped; of two that became one the newer knowledge stays. */
void clocks_save(const struct clocks *clocks, struct bytes_writer *writer);
void clocks_load(struct clocks *clocks, struct bytes_reader *reader, const struct renumber *units,
		 const struct renumber *feeds);

#endif
