/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which frame goes next.  Alerts go one frame after the other, so that they arrive in order.  Of
 * the others LANE_LIVE goes on from the head that there was when somebody began to answer, and
 * LANE_FILL goes through all before that which is missing above and does not fly.  What a lost
 * frame held is missing again, and so is LANE_FILL's.  That lane's window follows how long its
 * frames take: on a slow way few of them may stand before what is live.
 */
#include <string.h>

#include "forward_private.h"

#define BEHIND_FRAMES 4     /* so many frames of backlog, ... */
#define BEHIND_MS     10000 /* ... or one so old, and live data do not wait for it */
#define LIVE_FRAMES   32    /* so far behind LANE_LIVE goes on from the head again ... */
#define LIVE_SPANS    8     /* ... unless that would leave too many pieces */

enum send_outcome {
	SEND_NOTHING = 1, /* there is nothing to send */
	SEND_FULL,        /* it cannot leave now */
};

bool forward_publish(struct forward *forward, const void *bytes, size_t size)
{
	int r;

	if (forward->uplink)
		r = uplink_publish(forward->uplink, bytes, size);
	else
		r = forward->hooks.publish(forward->hooks.context, forward->topic, bytes, size);
	if (r)
		return false;
	if (!forward->is_owed)
		forward->owed_ms = forward->mono_ms;
	forward->is_owed = true;
	return true;
}

/* ---- one frame ---- */

struct parcel {
	struct slice bytes;
	struct span span;
	size_t raw; /* bytes of its items */
};

/* Puts items of span into the writer, until it is full or nothing more is on the disk. */
static void fill(struct forward *forward, struct stream *stream, struct outbox_reader *reader,
		 size_t limit, struct parcel *parcel)
{
	struct span *span = &parcel->span;
	uint64_t number = span->from;
	struct frame_item item;
	struct mark mark;
	int r = 0;

	outbox_reader_seek(reader, number);
	for (; number < span->to; number++) {
		r = outbox_reader_peek(reader, &item, &mark);
		if (r)
			break;
		if (number == span->from)
			frame_begin(forward->writer, stream->class, outbox_epoch(stream->outbox),
				    mark, limit);
		if (frame_add(forward->writer, &item))
			break;
		parcel->raw += item.about.size + item.body.size;
		outbox_reader_pass(reader);
	}
	if (r < 0)
		outbox_set_fault(stream->outbox, r);
	span->to = number;
}

static struct parcel pack(struct forward *forward, struct stream *stream,
			  struct outbox_reader *reader, struct span span, size_t limit)
{
	struct parcel parcel = { .span = span };

	fill(forward, stream, reader, limit, &parcel);
	if (parcel.span.from < parcel.span.to)
		parcel.bytes = frame_end(forward->writer, outbox_reader_mark(reader).position,
					 forward->compress);
	return parcel;
}

/* Sends the first items of span that make a frame.  0 or an outcome. */
static int send_frame(struct forward *forward, struct stream *stream, enum lane lane,
		      struct span span)
{
	size_t limit = forward->compress || forward->batch_bytes < FRAME_SURE_MAX
			       ? forward->batch_bytes
			       : FRAME_SURE_MAX;
	struct parcel parcel;
	struct flight flight;

	if (span.from >= span.to)
		return SEND_NOTHING;

	parcel = pack(forward, stream, stream->readers[lane], span, limit);
	if (parcel.span.from == parcel.span.to)
		return SEND_NOTHING;
	if (parcel.bytes.size == 0) /* it is hard to compress */
		parcel = pack(forward, stream, stream->readers[lane], span, FRAME_SURE_MAX);
	if (!forward_publish(forward, parcel.bytes.bytes, parcel.bytes.size))
		return SEND_FULL;

	flight = (struct flight){ .class = stream->class,
				  .lane = lane,
				  .span = parcel.span,
				  .sent_ms = forward->mono_ms };
	flights_add(&forward->flights, &flight);
	forward->n_frames++;
	forward->n_bytes += parcel.bytes.size;
	forward->n_raw += parcel.raw;
	if (lane == LANE_LIVE)
		stream->live = parcel.span.to;
	return 0;
}

/* ---- lanes ---- */

/* Bytes of records, about, from the item of a number to what is on the disk. */
static uint64_t bytes_behind(const struct stream *stream, uint64_t number)
{
	uint64_t end = journal_synced(outbox_journal(stream->outbox));
	const struct placed *mark = marks_before(outbox_marks(stream->outbox), number);

	return mark && mark->mark.position < end ? end - mark->mark.position : 0;
}

/* Whether what LANE_LIVE has is enough for a frame, or has waited for long enough. */
static bool is_ripe(struct forward *forward, struct stream *stream)
{
	struct mark mark = outbox_reader_mark(stream->readers[LANE_LIVE]);
	uint64_t end = journal_synced(outbox_journal(stream->outbox));
	bool is_there = mark.number == stream->live ? mark.position < end
						    : bytes_behind(stream, stream->live) > 0;

	if (!is_there) {
		stream->waiting_ms = 0;
		return false;
	}
	if (stream->class != FRAME_EVENT || end - mark.position >= forward->batch_bytes)
		return true;
	if (stream->waiting_ms == 0)
		stream->waiting_ms = forward->mono_ms;
	return forward->mono_ms - stream->waiting_ms >= forward->batch_ms;
}

static int send_live(struct forward *forward, struct stream *stream)
{
	struct span span = { stream->live, UINT64_MAX };
	int r;

	if (forward->flights.of_lane[LANE_LIVE] >= FORWARD_LIVE_MAX || !is_ripe(forward, stream))
		return SEND_NOTHING;
	r = send_frame(forward, stream, LANE_LIVE, span);
	if (r != SEND_FULL)
		stream->waiting_ms = 0;
	return r;
}

/* The first items within span that are missing above and do not fly. */
static struct span find_missing(const struct forward *forward, const struct stream *stream,
				struct span span)
{
	struct span missing = { span.from, span.from };

	while (span.from < span.to && missing.from == missing.to) {
		missing = known_lacking(&stream->known, span);
		if (missing.from == missing.to)
			break;
		span.from = missing.to;
		missing = flights_free_span(&forward->flights, stream->class, missing);
	}
	return missing;
}

static int send_fill(struct forward *forward, struct stream *stream)
{
	struct span span = stream_held(stream);

	if (forward->flights.of_lane[LANE_FILL] >= forward->fill_window)
		return SEND_NOTHING;
	if (span.to > stream->live)
		span.to = stream->live > span.from ? stream->live : span.from;
	return send_frame(forward, stream, LANE_FILL, find_missing(forward, stream, span));
}

static int send_alerts(struct forward *forward, struct stream *stream)
{
	struct span span = { stream->floor.number, UINT64_MAX };

	if (forward->flights.of_lane[LANE_ORDER] > 0)
		return SEND_NOTHING;
	span = known_lacking(&stream->known, span);
	return send_frame(forward, stream, LANE_ORDER, span);
}

/* The next frame of all. */
static int send_next(struct forward *forward)
{
	struct stream *streams = forward->streams;
	int r;

	r = send_alerts(forward, &streams[FRAME_ALERT]);
	for (int class = FRAME_ROLLUP; r == SEND_NOTHING && class < N_FRAME_CLASSES; class ++)
		r = send_live(forward, &streams[class]);
	for (int class = FRAME_ROLLUP; r == SEND_NOTHING && class < N_FRAME_CLASSES; class ++)
		r = send_fill(forward, &streams[class]);
	return r;
}

/* A slot is kept for alerts. */
static bool has_room(const struct forward *forward)
{
	uint32_t others = forward->flights.n - forward->flights.of_lane[LANE_ORDER];

	return others < FLIGHTS_MAX - 1 && forward->flights.n < FLIGHTS_MAX;
}

/* Where LANE_LIVE is far behind, what is new goes first, and LANE_FILL takes over the rest. */
static void keep_live(struct forward *forward, struct stream *stream)
{
	uint64_t head = outbox_safe_head(stream->outbox).number;

	if (stream->known.n < LIVE_SPANS && head > stream->live &&
	    bytes_behind(stream, stream->live) > LIVE_FRAMES * (uint64_t)forward->batch_bytes)
		stream->live = head;
}

void forward_pump(struct forward *forward)
{
	if (!forward->is_up || !forward->is_answered)
		return;

	keep_live(forward, &forward->streams[FRAME_ROLLUP]);
	keep_live(forward, &forward->streams[FRAME_EVENT]);
	while (has_room(forward) && send_next(forward) == 0)
		continue;
}

/* ---- where the lanes begin ---- */

static bool is_behind(struct forward *forward, struct stream *stream, struct span lacking)
{
	int64_t oldest_ms = stream_oldest_ms(stream);

	return bytes_behind(stream, lacking.from) >
		       BEHIND_FRAMES * (uint64_t)forward->batch_bytes ||
	       (oldest_ms > 0 && forward->real_ms - oldest_ms > BEHIND_MS);
}

static void aim(struct forward *forward, struct stream *stream)
{
	struct span held = stream_held(stream);
	struct span lacking = known_lacking(&stream->known, held);

	stream->waiting_ms = 0;
	if (is_behind(forward, stream, lacking))
		stream->live = held.to;
	else if (stream->known.have > held.from)
		stream->live = stream->known.have;
	else
		stream->live = held.from;
}

void forward_aim(struct forward *forward)
{
	aim(forward, &forward->streams[FRAME_ROLLUP]);
	aim(forward, &forward->streams[FRAME_EVENT]);
}
