/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is given up.  A stream's journal frees a file at a time, on its own thread: so what was let
 * go is waited for before more is.
 */
#include "forward_private.h"

#define WAIT_MS 2000 /* for a file to go */

static uint64_t bytes_of(const struct stream *stream)
{
	return journal_bytes(outbox_journal(stream->outbox));
}

/* Whether a file that may go has not gone yet. */
static bool is_waiting(const struct forward *forward, const struct stream *stream)
{
	return stream->asked_ms != 0 && forward->mono_ms - stream->asked_ms < WAIT_MS &&
	       journal_first(outbox_journal(stream->outbox)) == stream->asked_first;
}

/* The mark up to which all must go so that the oldest file goes; false: there is only one, or it is
 * not known where it ends. */
static bool find_end_of_file(const struct stream *stream, struct mark *ret)
{
	uint64_t segment = outbox_segment_bytes(stream->outbox);
	uint64_t end = journal_first(outbox_journal(stream->outbox)) + segment;
	const struct placed *mark = marks_at(outbox_marks(stream->outbox), end);
	struct mark head = outbox_safe_head(stream->outbox);

	if (bytes_of(stream) <= segment || head.position < end)
		return false;
	*ret = mark && mark->mark.number < head.number ? mark->mark : head;
	return true;
}

static void give_up_file(struct forward *forward, struct stream *stream, struct mark to)
{
	stream->asked_first = journal_first(outbox_journal(stream->outbox));
	stream->asked_ms = forward->mono_ms;
	if (to.number > stream->floor.number)
		stream_give_up(stream, to);
	else
		stream_remember(stream, true);
}

/* Oldest events first, then roll-ups, then alerts. */
static void keep_size(struct forward *forward)
{
	struct stream *streams = forward->streams;
	uint64_t bytes = 0;
	struct mark to;

	for (int class = 0; class < N_FRAME_CLASSES; class ++)
		bytes += bytes_of(&streams[class]);
	if (bytes <= forward->keep_bytes)
		return;

	for (int class = N_FRAME_CLASSES; class -- > 0;) {
		if (is_waiting(forward, &streams[class]))
			return;
		if (find_end_of_file(&streams[class], &to)) {
			give_up_file(forward, &streams[class], to);
			return;
		}
	}
}

/* When the item before a mark was recorded; 0: that cannot be read. */
static int64_t find_last_ms(struct stream *stream, const struct placed *mark)
{
	if (stream->aged != mark->mark.number || stream->aged_ms == 0) {
		stream->aged = mark->mark.number;
		stream->aged_ms = stream_recorded_ms(stream, mark->mark.number - 1);
	}
	return stream->aged_ms;
}

/* The place before which all is older than that.  After a pause the mark behind it may be young
 * although nothing before that is. */
static struct mark find_age(struct stream *stream, int64_t before_ms)
{
	const struct marks *marks = outbox_marks(stream->outbox);
	const struct placed *mark = marks_older(marks, before_ms), *next;
	struct mark head = outbox_safe_head(stream->outbox);
	int64_t last_ms = outbox_last_ms(stream->outbox);

	if (head.number == outbox_head(stream->outbox).number && last_ms > 0 && last_ms < before_ms)
		return head;
	if (!mark || mark->mark.number >= head.number)
		return stream->floor;
	next = marks_at(marks, mark->mark.position + 1);
	if (!next || next->mark.number <= stream->floor.number || next->mark.number >= head.number)
		return mark->mark;
	last_ms = find_last_ms(stream, next);
	return last_ms > 0 && last_ms < before_ms ? next->mark : mark->mark;
}

static void keep_age(struct forward *forward, struct stream *stream)
{
	struct mark to = find_age(stream, forward->real_ms - forward->keep_ms);

	if (to.number > stream->floor.number)
		stream_give_up(stream, to);
}

void forward_keep(struct forward *forward)
{
	for (int class = 0; class < N_FRAME_CLASSES; class ++) {
		struct stream *stream = &forward->streams[class];

		outbox_tick(stream->outbox);
		stream_let_go(stream);
		stream_remember(stream, false);
		keep_age(forward, stream);
	}
	keep_size(forward);
}
