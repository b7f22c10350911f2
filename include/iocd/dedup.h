/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dedup: has this event been accepted before?
 *
 * Where a sender numbers its events (CloudEvents' sequence, within a session), the highest number
 * of each source and session is remembered, with a mark for each of the numbers in a window below
 * it: constant memory, and gaps show.  Units share the room for that fairly.  Else source and id
 * are remembered (as XXH3-128) with a digest of the content, in two generations of fixed size. Each
 * feed remembers by itself, as long and as much as it declares.  What falls outside of what is
 * remembered is refused rather than risked twice.
 *
 * Historical events (backfill) come long after memory.  One that is too old for the above is still
 * admitted if nothing was accepted of its unit's crowd (one of 256, by the unit's id) on its day,
 * so that nothing of that day can have been forgotten.  Such ones are remembered by source and id,
 * the last 2 * memory.ids of each feed without limit of time; when there were more, those are
 * refused that happened before the latest that was forgotten.  So backfill of days that nobody
 * reported is counted, once; what is missing of a day that is otherwise known can only come while
 * ids are remembered, or with a sequence number.
 *
 * Times are those of the sender, uncorrected (clocks.h).  Events that are ahead of their arrival by
 * more than five minutes are told apart by crowd, so that they never move the horizon of others.
 * What this leaves open: an event of a clock that was ahead, sent again after it was forgotten and
 * after its stamp came true, from a sender whose clock is right by then, is admitted twice if it is
 * not older than limits.age.
 *
 * Memory is reserved at the start; admitting uses no heap.  Pure: time comes from the events'
 * arrival.  One thread at a time.
 */
#ifndef IOCD_DEDUP_H
#define IOCD_DEDUP_H

#include "iocd/base/bytes.h"
#include "iocd/base/renumber.h"
#include "iocd/event.h"
#include "iocd/reason.h"

struct dedup_options {
	const struct schema *schema; /* its feeds say what differs; borrowed during the call */
	struct memory memory;        /* for the others; no member is 0, window at most 65536 */
	uint32_t sources;            /* sources and sessions remembered per feed, from 1 */
};

struct dedup;

/* Reserves address space for every feed (the kernel gives pages as they are touched).  0 or a
 * fault. */
int dedup_new(struct dedup **ret, const struct dedup_options *options) MUST_USE;
struct dedup *dedup_free(struct dedup *dedup);
DEFINE_CLEANUP(struct dedup, dedup_free)

/* Admits event and remembers it: REASON_NONE; or refuses it and changes nothing: REASON_duplicate,
 * REASON_id_conflict, REASON_seq_conflict (the number was another event's), REASON_seq_old (below
 * the window), REASON_ts_old (before the horizon). */
enum reason dedup_admit(struct dedup *dedup, const struct event *event);

/* Events of feed without a sequence that happened before this instant (ms) can no longer be told
 * from repeats.  INT64_MIN while nothing was forgotten. */
int64_t dedup_horizon_ms(const struct dedup *dedup, uint32_t feed);

/* Ids, and sources with their sessions, remembered now, of all feeds. */
uint64_t dedup_count(const struct dedup *dedup);

/* Numbers that the senders of a feed have skipped and that were not accepted since: events that
 * were lost before they came here, that are still under way, or that were refused; those that fell
 * out of a window included. */
uint64_t dedup_missing(const struct dedup *dedup, uint32_t feed);

/* Put all that is remembered into writer, without heap; and read it back into a fresh one, where
 * feeds that are gone are dropped.  Where a feed has less room now, ids are kept for their time all
 * the same, of sources those that were heard last.  After a reader that turned out bad it is only
 * good for dedup_free(). */
void dedup_save(const struct dedup *dedup, struct bytes_writer *writer);
void dedup_load(struct dedup *dedup, struct bytes_reader *reader, const struct renumber *feeds);

#endif
