/* SPDX-License-Identifier: Apache-2.0 */
#include "stream.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/log.h"

/* ---- opening ---- */

/* The oldest item in the journal; its head: there is none. */
static struct mark find_first(struct stream *stream)
{
	struct frame_item item;
	struct mark mark;

	outbox_reader_seek(stream->peeker, 0);
	if (outbox_reader_peek(stream->peeker, &item, &mark))
		return outbox_head(stream->outbox);
	outbox_reader_seek(stream->peeker, outbox_reader_found(stream->peeker));
	if (outbox_reader_peek(stream->peeker, &item, &mark))
		return outbox_head(stream->outbox);
	return mark;
}

/* Without a note nothing was ever let go, or nobody knows: the floor is what is there. */
static void begin(struct stream *stream)
{
	struct slice note = outbox_first_note(stream->outbox);
	struct mark first = find_first(stream);

	stream->wants_standing = stream->class == FRAME_ALERT;
	if (note.size > 0)
		stream_recall(stream, note);
	if (stream->known.have > outbox_head(stream->outbox).number)
		stream->is_known = false;
	if (!stream->is_known)
		stream->known = (struct known){ 0 };
	if (stream->floor.number < first.number)
		stream->floor = first;
	if (stream->floor.number > outbox_head(stream->outbox).number)
		stream->floor = outbox_head(stream->outbox);
	stream->noted = stream->floor;
	stream->live = stream->floor.number;
}

int stream_open(struct stream *stream, const struct outbox_options *options)
{
	int r;

	r = outbox_open(&stream->outbox, options);
	if (r)
		return err_pass(r);

	for (int i = 0; i < N_LANES; i++)
		stream->readers[i] = outbox_reader_new(stream->outbox);
	stream->peeker = outbox_reader_new(stream->outbox);
	begin(stream);
	return 0;
}

void stream_close(struct stream *stream)
{
	for (int i = 0; i < N_LANES; i++)
		stream->readers[i] = outbox_reader_free(stream->readers[i]);
	stream->peeker = outbox_reader_free(stream->peeker);
	stream->outbox = outbox_free(stream->outbox);
}

/* ---- what is here, and what of it is not above ---- */

struct span stream_held(const struct stream *stream)
{
	uint64_t head = outbox_safe_head(stream->outbox).number;
	uint64_t from = stream->floor.number;

	return (struct span){ from, head > from ? head : from };
}

uint64_t stream_backlog(const struct stream *stream)
{
	return known_count(&stream->known, stream_held(stream));
}

static int64_t read_recorded_ms(struct stream *stream, uint64_t number)
{
	struct frame_item item;
	struct mark mark;

	outbox_reader_seek(stream->peeker, number);
	return outbox_reader_peek(stream->peeker, &item, &mark) ? 0 : item.recorded_ms;
}

int64_t stream_recorded_ms(struct stream *stream, uint64_t number)
{
	if (stream->peeked.number != number || stream->peeked_ms == 0) {
		stream->peeked.number = number;
		stream->peeked_ms = read_recorded_ms(stream, number);
	}
	return stream->peeked_ms;
}

int64_t stream_oldest_ms(struct stream *stream)
{
	struct span lacking = known_lacking(&stream->known, stream_held(stream));

	return lacking.from < lacking.to ? stream_recorded_ms(stream, lacking.from) : 0;
}

/* ---- giving up ---- */

static void add_loss(struct loss *loss, const struct loss *more)
{
	if (more->n == 0)
		return;
	if (loss->n == 0 || (more->from_ms > 0 && more->from_ms < loss->from_ms))
		loss->from_ms = more->from_ms;
	if (more->to_ms > loss->to_ms)
		loss->to_ms = more->to_ms;
	loss->n += more->n;
}

struct loss stream_loss(const struct stream *stream)
{
	struct loss loss = stream->given_up;

	if (stream->doubt.n > 0)
		add_loss(&loss, &stream->doubt.loss);
	return loss;
}

/* All that was in doubt has not arrived, but what the last receipt says has. */
static void make_sure(struct stream *stream)
{
	struct doubt *doubt = &stream->doubt;

	doubt->loss.n = 0;
	for (uint32_t i = 0; i < doubt->n; i++)
		doubt->loss.n += known_count(&stream->known, doubt->list[i]);
	add_loss(&stream->given_up, &doubt->loss);
	*doubt = (struct doubt){ 0 };
}

static void add_doubt(struct doubt *doubt, struct span span)
{
	struct span *last = doubt->n > 0 ? &doubt->list[doubt->n - 1] : NULL;

	if (last && last->to == span.from)
		last->to = span.to;
	else
		doubt->list[doubt->n++] = span;
}

void stream_give_up(struct stream *stream, struct mark to)
{
	struct span span = { stream->floor.number, to.number };
	struct doubt *doubt = &stream->doubt;
	struct loss loss = { 0 };

	if (doubt->n + FRAME_MISSING_MAX + 1 > DOUBTS_MAX)
		make_sure(stream);
	if (doubt->n == 0)
		doubt->told = stream->floor;
	while (span.from < span.to) {
		struct span lacking = known_lacking(&stream->known, span);

		if (lacking.from == lacking.to)
			break;
		if (loss.n == 0)
			loss.from_ms = stream_recorded_ms(stream, lacking.from);
		loss.to_ms = stream_recorded_ms(stream, lacking.to - 1);
		loss.n += lacking.to - lacking.from;
		add_doubt(doubt, lacking);
		span.from = lacking.to;
	}
	add_loss(&doubt->loss, &loss);
	doubt->since_ms = 0;
	stream->floor = to;
	stream->wants_standing |= stream->class == FRAME_ALERT && loss.n > 0;
	if (loss.n > 0)
		log_warning("outbox.given_up", "stream=%s items=%llu",
			    frame_class_name(stream->class), (unsigned long long)loss.n);
	stream_remember(stream, true);
}

/* A receipt came: what is in doubt is sure when nothing of it has changed for a while. */
static void look_at_doubt(struct stream *stream, int64_t mono_ms)
{
	struct doubt *doubt = &stream->doubt;
	uint64_t lacking = 0;

	if (doubt->n == 0)
		return;
	for (uint32_t i = 0; i < doubt->n; i++)
		lacking += known_count(&stream->known, doubt->list[i]);
	if (doubt->since_ms == 0 || lacking != doubt->lacking) {
		doubt->lacking = lacking;
		doubt->since_ms = mono_ms;
	} else if (mono_ms - doubt->since_ms >= DOUBT_SURE_MS) {
		make_sure(stream);
		stream_remember(stream, true);
	}
}

/* ---- receipts ---- */

/* What a receipt means that says nothing of our epoch: nothing is there. */
static int read_receipt(const struct stream *stream, const struct receipt_stream *receipt,
			bool is_first, struct known *ret)
{
	bool is_ours = strcmp(receipt->epoch, outbox_epoch(stream->outbox)) == 0;

	if (receipt->is_known && is_ours)
		return known_read(ret, receipt, outbox_head(stream->outbox).number);
	if (receipt->is_known && !is_first)
		return KNOWN_BAD; /* of another epoch, in the midst of ours */
	*ret = (struct known){ 0 };
	return 0;
}

int stream_take(struct stream *stream, const struct receipt_stream *receipt,
		const struct hearing *hearing, bool *ret_is_new)
{
	uint64_t before = stream_backlog(stream);
	struct known known;

	if (read_receipt(stream, receipt, hearing->is_first, &known))
		return KNOWN_BAD;

	if (hearing->is_first || hearing->is_flying)
		stream->doubt.since_ms = 0;
	stream->known = known;
	stream->is_known = receipt->is_known;
	*ret_is_new = stream_backlog(stream) < before;
	if (!hearing->is_flying)
		look_at_doubt(stream, hearing->mono_ms);
	return 0;
}

void stream_let_go(struct stream *stream)
{
	struct span held = stream_held(stream);
	struct span lacking = known_lacking(&stream->known, held);
	const struct placed *mark = marks_before(outbox_marks(stream->outbox), lacking.from);

	if (held.from == held.to)
		return;
	if (mark && mark->mark.number > stream->floor.number)
		stream->floor = mark->mark;
}

/* ---- telling ---- */

void stream_describe(struct stream *stream, struct heartbeat_stream *ret)
{
	const struct doubt *doubt = &stream->doubt;

	*ret = (struct heartbeat_stream){
		.is_kept = true,
		.first = doubt->n > 0 ? doubt->told : stream->floor,
		.head = outbox_safe_head(stream->outbox),
		.backlog = stream_backlog(stream),
		.oldest_ms = stream_oldest_ms(stream),
		.given_up = stream->given_up.n,
		.given_up_from_ms = stream->given_up.from_ms,
		.given_up_to_ms = stream->given_up.to_ms,
	};
	(void)snprintf(ret->epoch, sizeof(ret->epoch), "%s", outbox_epoch(stream->outbox));
	if (ret->head.number < ret->first.number)
		ret->head = ret->first;
}
