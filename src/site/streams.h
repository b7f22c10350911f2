/* SPDX-License-Identifier: Apache-2.0 */
/*
 * streams: one stream of a site: streams.c (epochs, what comes and what is said of it), ranges.c
 * (what is missing) and gaps.c (what was).
 *
 * One thread at a time.
 */
#ifndef IOCD_SITE_STREAMS_H
#define IOCD_SITE_STREAMS_H

#include "inside.h"

/* ---- streams.c ---- */

/* Whether epoch is one that was replaced. */
bool stream_was(const struct stream *stream, const char *epoch);
/* Makes epoch, which was not before, the present one, from mark on; what was missing is lost. */
void stream_enter(struct site *site, enum frame_class class, const char *epoch, struct mark mark,
		  int64_t now_ms);
/* Whether there is room for what a frame of this epoch leaves missing. */
bool stream_has_room(struct site *site, const struct frame *frame);
/* Takes a frame of this epoch for which there is room. */
void stream_fill(struct site *site, const struct frame *frame, int64_t first_ms, int64_t last_ms,
		 int64_t now_ms);
/* Takes what a heartbeat says of it, before that becomes the site's. */
void stream_hear(struct site *site, enum frame_class class, const struct heartbeat *beat,
		 int64_t now_ms);
bool stream_is_incomplete(const struct stream *stream);

/* ---- ranges.c ---- */

/* Whether item number is not here. */
bool ranges_lack(const struct stream *stream, uint64_t number);
/* Items below have that are not here; and those from from to to that are not, wherever have is. */
uint64_t ranges_missing(const struct stream *stream);
uint64_t ranges_missing_in(const struct stream *stream, uint64_t from, uint64_t to);
/* How many ranges there would be after range was taken; takes it, and moves have. */
uint32_t ranges_after(const struct stream *stream, const struct frame_range *range);
void ranges_take(struct stream *stream, const struct frame_range *range);
/* What lies before mark is not missing any more, and have is not before it. */
void ranges_drop(struct stream *stream, struct mark mark);
/* What lies from mark, which is before first, to first is missing; false: no room. */
bool ranges_lower(struct stream *stream, struct mark mark);

/* ---- gaps.c ---- */

/* Lends the open gap of class that ends last; NULL: none is open. */
struct site_gap *gaps_last(struct site *site, enum frame_class class);
/* Whether one more could be remembered. */
bool gaps_have_room(const struct site *site);
/* Remembers a gap, which may be closed from the start; false: there is no room. */
bool gaps_add(struct site *site, const struct site_gap *gap);
/* The open gap that begins at item from, if there is one, now begins at to, before it. */
void gaps_lower(struct site *site, enum frame_class class, uint64_t from, uint64_t to);
/* After the stream of class has changed: closes those that are filled; given_up: what is not
 * missing any more was not filled but given up. */
void gaps_settle(struct site *site, enum frame_class class, bool given_up, int64_t now_ms);

#endif
