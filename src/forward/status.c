/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "forward_private.h"

#define FORWARD_VERSION 1

static void fill_stream(struct stream *stream, struct forward_stream_status *ret)
{
	struct loss loss = stream_loss(stream);
	struct span held = stream_held(stream);

	*ret = (struct forward_stream_status){
		.is_kept = stream->is_wanted || outbox_head(stream->outbox).position > 0,
		.head = outbox_head(stream->outbox).number,
		.backlog = stream_backlog(stream),
		.bytes = journal_bytes(outbox_journal(stream->outbox)),
		.oldest_ms = stream_oldest_ms(stream),
		.given_up = loss.n,
		.given_up_from_ms = loss.from_ms,
		.given_up_to_ms = loss.to_ms,
	};
	ret->receipted = known_count(&(struct known){ 0 }, (struct span){ 0, held.to }) -
			 known_count(&stream->known, (struct span){ 0, held.to });
}

static void fill_link(const struct forward *forward, struct forward_status *ret)
{
	struct mqtt_status status;

	if (!forward->uplink) {
		ret->state = forward->is_up ? MQTT_UP : MQTT_OFF;
		ret->since_ms = forward->started_ms;
		return;
	}
	uplink_get_status(forward->uplink, &status);
	ret->state = status.state;
	ret->since_ms = status.since_ms;
	(void)snprintf(ret->reason, sizeof(ret->reason), "%s", status.reason);
}

static int fault_of(const struct forward *forward)
{
	for (int class = 0; class < N_FRAME_CLASSES; class ++) {
		int fault = outbox_fault(forward->streams[class].outbox);

		if (fault)
			return fault;
	}
	return 0;
}

void forward_get_status(struct forward *forward, struct forward_status *ret)
{
	*ret = (struct forward_status){
		.is_answered = forward->is_answered,
		.answered_ms = forward->answered_ms,
		.frames = forward->n_frames,
		.bytes = forward->n_bytes,
		.raw_bytes = forward->n_raw,
		.refused = forward->n_refused,
		.fault = fault_of(forward),
	};
	fill_link(forward, ret);
	for (int class = 0; class < N_FRAME_CLASSES; class ++)
		fill_stream(&forward->streams[class], &ret->streams[class]);
}

bool forward_is_settled(const struct forward *forward)
{
	for (int class = 0; class < N_FRAME_CLASSES; class ++)
		if (!outbox_is_settled(forward->streams[class].outbox))
			return false;
	return true;
}

bool forward_can_save(const struct forward *forward)
{
	for (int class = 0; class < N_FRAME_CLASSES; class ++)
		if (!outbox_is_whole(forward->streams[class].outbox))
			return false;
	return true;
}

void forward_save(const struct forward *forward, struct bytes_writer *writer)
{
	bytes_put_part(writer, "outbox", FORWARD_VERSION);
	for (int class = 0; class < N_FRAME_CLASSES; class ++) {
		const struct outbox *outbox = forward->streams[class].outbox;

		bytes_put_text(writer, outbox_epoch(outbox));
		bytes_put_u64(writer, outbox_head(outbox).number);
	}
}

bool forward_reaches(const struct forward *forward, struct bytes_reader *reader)
{
	bool reaches = true;

	bytes_get_part(reader, "outbox", FORWARD_VERSION);
	for (int class = 0; class < N_FRAME_CLASSES; class ++) {
		const struct outbox *outbox = forward ? forward->streams[class].outbox : NULL;
		size_t size;
		const char *epoch = bytes_get_text(reader, &size);
		uint64_t number = bytes_get_u64(reader);

		if (outbox && size == strlen(outbox_epoch(outbox)) &&
		    memcmp(epoch, outbox_epoch(outbox), size) == 0)
			reaches = reaches && outbox_head(outbox).number >= number;
	}
	return reaches;
}
