/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Epochs and marks of one stream: what frames bring, what heartbeats say that there is, and what
 * will never come.
 *
 * A gap is remembered from when it is seen: as a hole, when something behind it is here; or, when a
 * site comes back that was lost, by the heartbeat that says how much there is.  A hole that begins
 * within a gap of the second sort is the same gap, and stretches it.
 */
#include <string.h>

#include "streams.h"

/* Between which two instants something was recorded; 0: not known. */
struct span {
	int64_t from_ms, to_ms;
};

bool stream_was(const struct stream *stream, const char *epoch)
{
	for (int i = 0; i < SITE_EPOCHS; i++)
		if (stream->former[i][0] && strcmp(stream->former[i], epoch) == 0)
			return true;
	return false;
}

bool stream_is_incomplete(const struct stream *stream)
{
	return stream->n_ranges > 0 || stream->have.number < stream->owed;
}

static uint64_t sum_of(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* ---- what never comes ---- */

static void note_loss(struct stream *stream, uint64_t n, struct span span, int64_t now_ms)
{
	struct loss *loss = &stream->loss;

	stream->given_up = sum_of(stream->given_up, n);
	if (loss->n == 0 || span.from_ms < loss->from_ms)
		loss->from_ms = span.from_ms;
	if (loss->n == 0 || span.to_ms > loss->to_ms)
		loss->to_ms = span.to_ms;
	loss->n = sum_of(loss->n, n);
	loss->at_ms = now_ms;
}

/* A gap of which nobody knew before it was given up. */
static void remember_loss(struct site *site, enum frame_class class, uint64_t from, uint64_t to,
			  struct span span, int64_t now_ms)
{
	if (from >= to)
		return;
	/* Without room it is in the totals alone. */
	(void)gaps_add(site, &(struct site_gap){
				     .class = class,
				     .from = from,
				     .to = to,
				     .given_up = to - from,
				     .from_ms = span.from_ms,
				     .to_ms = span.to_ms,
				     .seen_ms = now_ms,
				     .closed_ms = now_ms,
			     });
}

/* What is not here and lies before mark never comes.  Returns how much. */
static uint64_t lose(struct site *site, enum frame_class class, struct mark mark, struct span span,
		     int64_t now_ms)
{
	struct stream *stream = &site->streams[class];
	uint64_t n = ranges_missing_in(stream, 0, mark.number);
	const struct site_gap *last = gaps_last(site, class);
	uint64_t known = later(stream->have.number, last ? last->to : 0);

	if (n == 0)
		return 0;

	remember_loss(site, class, known, mark.number,
		      (struct span){ stream->recorded_ms ? stream->recorded_ms : span.from_ms,
				     span.to_ms },
		      now_ms);
	ranges_drop(stream, mark);
	gaps_settle(site, class, true, now_ms);
	stream->head = later(stream->head, stream->have.number);
	note_loss(stream, n, span, now_ms);
	return n;
}

/* ---- epochs ---- */

/* All of the present epoch that has not come is lost with it. */
static void leave(struct site *site, enum frame_class class, int64_t now_ms)
{
	struct stream *stream = &site->streams[class];
	struct mark end = { stream->head, stream->have.position };
	struct span span = { stream->recorded_ms, site->beat.time_ms };

	for (uint32_t i = 0; i < site->n_gaps; i++) {
		const struct site_gap *gap = &site->gaps[i];

		if (gap->class == class && gap->closed_ms == 0 && gap->from_ms < span.from_ms)
			span.from_ms = gap->from_ms;
	}
	if (span.to_ms < stream->recorded_ms)
		span.to_ms = stream->recorded_ms;
	(void)lose(site, class, end, span, now_ms);
	memmove(stream->former + 1, stream->former, sizeof(stream->former) - FRAME_EPOCH_MAX);
	memcpy(stream->former[0], stream->epoch, FRAME_EPOCH_MAX);
	stream->resets++;
}

void stream_enter(struct site *site, enum frame_class class, const char *epoch, struct mark mark,
		  int64_t now_ms)
{
	struct stream *stream = &site->streams[class];

	if (stream->epoch[0])
		leave(site, class, now_ms);
	memset(stream->epoch, 0, sizeof(stream->epoch));
	memcpy(stream->epoch, epoch, strnlen(epoch, FRAME_EPOCH_MAX - 1));
	stream->first = stream->have = mark;
	stream->n_ranges = 0;
	stream->is_beaten = false;
	stream->head = stream->said = stream->owed = mark.number;
	stream->first_ms = stream->recorded_ms = 0;
}

/* ---- frames ---- */

/* Lends the open gap in which everything from have on is missing; NULL: there is none. */
static struct site_gap *gap_at_end(struct site *site, enum frame_class class)
{
	struct site_gap *last = gaps_last(site, class);

	return last && last->to > site->streams[class].have.number ? last : NULL;
}

bool stream_has_room(struct site *site, const struct frame *frame)
{
	const struct stream *stream = &site->streams[frame->class];

	if (ranges_after(stream, &frame->range) > SITE_RANGES)
		return false;
	return frame->range.from.number <= stream->have.number || gap_at_end(site, frame->class) ||
	       gaps_have_room(site);
}

/* All from have to before a frame is missing. */
static void open_hole(struct site *site, enum frame_class class, uint64_t to, int64_t to_ms,
		      int64_t now_ms)
{
	const struct stream *stream = &site->streams[class];
	struct site_gap *gap = gap_at_end(site, class);

	if (!gap) {
		(void)gaps_add(site, &(struct site_gap){
					     .class = class,
					     .from = stream->have.number,
					     .to = to,
					     .missing = to - stream->have.number,
					     .from_ms = stream->recorded_ms,
					     .to_ms = to_ms,
					     .seen_ms = now_ms,
				     });
	} else if (to > gap->to) {
		gap->missing += to - gap->to;
		gap->to = to;
		gap->to_ms = to_ms;
	}
}

void stream_fill(struct site *site, const struct frame *frame, int64_t first_ms, int64_t last_ms,
		 int64_t now_ms)
{
	struct stream *stream = &site->streams[frame->class];
	uint64_t from = frame->range.from.number, to = frame->range.to.number;
	uint64_t n = ranges_missing_in(stream, from, to);
	bool is_newest = to > stream->have.number;

	if (from > stream->have.number)
		open_hole(site, frame->class, from, first_ms ? first_ms : now_ms, now_ms);
	ranges_take(stream, &frame->range);
	gaps_settle(site, frame->class, false, now_ms);
	stream->head = later(stream->head, stream->have.number);
	stream->taken = sum_of(stream->taken, n);
	stream->repeats = sum_of(stream->repeats, to - from - n);
	if (stream->first_ms == 0)
		stream->first_ms = first_ms;
	if (is_newest && last_ms > 0)
		stream->recorded_ms = last_ms;
}

/* ---- heartbeats ---- */

/* The sender has items from before the first that we had heard of.  False: no room for that; the
 * next heartbeat says it again. */
static bool lower(struct site *site, enum frame_class class, struct mark mark, int64_t now_ms)
{
	struct stream *stream = &site->streams[class];
	struct site_gap gap = {
		.class = class,
		.from = mark.number,
		.to = stream->first.number,
		.missing = stream->first.number - mark.number,
		.to_ms = stream->first_ms,
		.seen_ms = now_ms,
	};
	bool is_empty = stream->first.number == stream->have.number;

	if (!is_empty && !gaps_have_room(site))
		return false;
	if (!ranges_lower(stream, mark))
		return false;
	if (!is_empty)
		return gaps_add(site, &gap);
	gaps_lower(site, class, gap.to, mark.number);
	return true;
}

/* It was lost, and is back: what it kept meanwhile is a gap, though nothing behind is here. */
static void open_backlog(struct site *site, enum frame_class class, uint64_t head, int64_t beat_ms,
			 int64_t now_ms)
{
	const struct stream *stream = &site->streams[class];
	const struct site_gap *before = gap_at_end(site, class);
	uint64_t from = before ? before->to : stream->have.number;
	struct site_gap gap = {
		.class = class,
		.from = from,
		.to = head,
		.missing = head - from,
		.from_ms = before ? before->to_ms : stream->recorded_ms,
		.to_ms = beat_ms,
		.seen_ms = now_ms,
	};

	if (head > from) /* without room it is owed all the same */
		(void)gaps_add(site, &gap);
}

/* What was given up before we heard of this epoch. */
static void lose_before(struct site *site, enum frame_class class, uint64_t n, struct span span,
			int64_t now_ms)
{
	struct stream *stream = &site->streams[class];
	uint64_t to = stream->first.number;

	if (n == 0)
		return;
	remember_loss(site, class, to > n ? to - n : 0, to, span, now_ms);
	note_loss(stream, n, span, now_ms);
}

void stream_hear(struct site *site, enum frame_class class, const struct heartbeat *beat,
		 int64_t now_ms)
{
	const struct heartbeat_stream *told = &beat->streams[class];
	struct span span = { told->given_up_from_ms, told->given_up_to_ms };
	struct stream *stream = &site->streams[class];
	bool is_fresh = strcmp(stream->epoch, told->epoch) != 0;
	bool is_back = site->is_back && !is_fresh;
	uint64_t lost;

	if (!told->is_kept || !told->epoch[0])
		return;
	if (span.to_ms == 0)
		span = (struct span){ stream->recorded_ms, beat->time_ms };
	if (is_fresh)
		stream_enter(site, class, told->epoch, told->first, now_ms);
	if (told->first.number < stream->first.number && !lower(site, class, told->first, now_ms))
		return;
	if (is_back)
		open_backlog(site, class, told->head.number, beat->time_ms, now_ms);
	lost = lose(site, class, told->first, span, now_ms);
	if (!stream->is_beaten && told->given_up > lost)
		lose_before(site, class, told->given_up - lost, span, now_ms);

	stream->head = later(stream->head, told->head.number);
	stream->owed = stream->is_beaten && !is_back ? stream->said : stream->head;
	stream->said = stream->head;
	stream->is_beaten = true;
}
