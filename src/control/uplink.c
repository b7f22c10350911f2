/* SPDX-License-Identifier: Apache-2.0 */
/* The way to the iocd above, and what waits for it. */
#include <string.h>

#include "views.h"

static void put_stream(struct text *text, const struct forward_stream_status *stream,
		       enum frame_class class, int offset_minutes)
{
	put_object(text, NULL);
	put_string(text, "stream", frame_class_name(class));
	put_integer(text, "head", stream->head);
	put_integer(text, "receipted", stream->receipted);
	put_integer(text, "backlog", stream->backlog);
	put_time(text, "oldest", stream->oldest_ms, offset_minutes);
	put_integer(text, "bytes", stream->bytes);
	put_integer(text, "given_up", stream->given_up);
	put_time(text, "given_up_from", stream->given_up_from_ms, offset_minutes);
	put_time(text, "given_up_to", stream->given_up_to_ms, offset_minutes);
	put_object_end(text);
}

static void put_streams(struct text *text, const struct forward_status *status, int offset_minutes)
{
	uint64_t backlog = 0, given_up = 0;
	int64_t oldest_ms = 0;

	put_array(text, "streams");
	for (int i = 0; i < N_FRAME_CLASSES; i++) {
		const struct forward_stream_status *stream = &status->streams[i];

		if (!stream->is_kept)
			continue;
		put_stream(text, stream, (enum frame_class)i, offset_minutes);
		backlog += stream->backlog;
		given_up += stream->given_up;
		if (stream->oldest_ms && (!oldest_ms || stream->oldest_ms < oldest_ms))
			oldest_ms = stream->oldest_ms;
	}
	put_array_end(text);
	put_integer(text, "backlog", backlog);
	put_time(text, "oldest", oldest_ms, offset_minutes);
	put_integer(text, "given_up", given_up);
}

static void put_way(struct text *text, const struct settings *settings,
		    const struct forward_status *status, int offset_minutes)
{
	put_string(text, "host", settings->forward.host);
	put_signed(text, "port", settings->forward.port);
	put_string(text, "sender", settings->forward.sender);
	put_string(text, "state", mqtt_state_name(status->state));
	put_time(text, "since", status->since_ms, offset_minutes);
	put_string(text, "reason", *status->reason ? status->reason : NULL);
	put_flag(text, "answered", status->is_answered);
	put_time(text, "answered_at", status->answered_ms, offset_minutes);
	put_string(text, "fault", status->fault ? strerror(-status->fault) : NULL);
	put_integer(text, "frames", status->frames);
	put_integer(text, "bytes", status->bytes);
	put_integer(text, "raw_bytes", status->raw_bytes);
	put_integer(text, "refused", status->refused);
}

bool views_get_uplink(const struct views *views, struct forward_status *ret)
{
	memset(ret, 0, sizeof(*ret));
	return views->hooks.uplink && views->hooks.uplink(views->hooks.context, ret);
}

void views_put_uplink(struct text *text, const struct views *views)
{
	const struct settings *settings = config_settings(views->source.config);
	int offset_minutes = views->source.context.offset_minutes;
	struct forward_status status;

	if (!views_get_uplink(views, &status)) {
		put_null(text, "uplink");
		return;
	}
	put_object(text, "uplink");
	put_way(text, settings, &status, offset_minutes);
	put_streams(text, &status, offset_minutes);
	put_object_end(text);
}
