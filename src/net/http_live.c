/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stream's connection is suspended while it has nothing new to read.  Sending notes those that
 * something is due to; they are resumed in the next turns, so that all events of one turn leave in
 * one write, and so many at a time that nobody else waits for hundreds of writes.
 */
#include <stdlib.h>
#include <utlist.h>

#include "http_inside.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"

#define BLOCK_BYTES                                                                                \
	1024 /* of a stream to a client of HTTP/1.0; others have the connection's own              \
	      */

#define RESUMED_A_TURN 64

/* An open stream. */
struct live {
	struct live *prev; /* in http.due */
	struct live *next;
	struct stream_reader reader;
	struct http *http;
	struct MHD_Connection *connection;
	bool is_suspended;
	bool is_due; /* only if it is suspended */
};

/* ---- waking ---- */

void http_live_is_due(void *owner)
{
	struct live *live = owner;

	if (!live->is_suspended || live->is_due)
		return;

	live->is_due = true;
	DL_APPEND(live->http->due, live);
}

static void forget_due(struct live *live)
{
	if (!live->is_due)
		return;

	live->is_due = false;
	DL_DELETE(live->http->due, live);
}

/* Resuming a connection that is not suspended is undefined in libmicrohttpd. */
static void resume(struct live *live)
{
	if (!live->is_suspended)
		return;

	forget_due(live);
	live->is_suspended = false;
	live->http->has_resumed = true;
	MHD_resume_connection(live->connection);
}

void http_live_resume_some(struct http *http)
{
	for (int i = 0; i < RESUMED_A_TURN && http->due; i++)
		resume(http->due);
}

void http_live_resume_all(struct http *http)
{
	struct stream_reader *reader;

	for (reader = stream_first(http->stream); reader; reader = reader->next)
		resume(reader->owner);
}

/* libmicrohttpd cannot be asked to close a connection, but it notices when the socket is shut. */
static void shut(struct live *live)
{
	peer_shut(http_peer(live->connection));
	resume(live); /* while it is suspended nothing is noticed */
}

void http_live_cut_slow(struct http *http)
{
	struct stream_reader *reader;

	while ((reader = stream_cut_slow(http->stream))) {
		struct live *live = reader->owner;

		log_debug("http.stream_cut", "address=%s", http_peer(live->connection)->address);
		shut(live);
	}
}

void http_cut_streams(struct http *http, http_cut_fn *fn)
{
	struct stream_reader *reader;

	for (reader = stream_first(http->stream); reader; reader = reader->next) {
		if (reader->is_cut || !fn(http->context, reader->subscription))
			continue;
		stream_cut(reader);
		shut(reader->owner);
	}
	http_wake(http);
}

/* ---- a stream ---- */

static ssize_t read_stream(struct live *live, char *buffer, size_t max)
{
	size_t size;

	if (live->http->is_closing)
		return MHD_CONTENT_READER_END_OF_STREAM;

	switch (stream_read(&live->reader, buffer, max, &size)) {
	case 0:
		return (ssize_t)size;
	case STREAM_IDLE: /* 0 without suspending would be asked again at once, for ever */
		live->is_suspended = true;
		MHD_suspend_connection(live->connection);
		return 0;
	default:
		return MHD_CONTENT_READER_END_WITH_ERROR;
	}
}

static ssize_t on_read(void *context, uint64_t position, char *buffer, size_t max)
{
	(void)position;
	return read_stream(context, buffer, max);
}

void http_live_unsubscribe(struct http *http, void *subscription)
{
	if (subscription && http->unsubscribe)
		http->unsubscribe(http->context, subscription);
}

static void on_end(void *context)
{
	struct live *live = context;

	forget_due(live);
	stream_leave(&live->reader);
	http_live_unsubscribe(live->http, live->reader.subscription);
	free(live);
}

static const char *last_event_id(struct MHD_Connection *connection)
{
	const char *id = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Last-Event-ID");

	return id ? id
		  : MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "last-event-id");
}

static enum MHD_Result refuse(struct http *http, struct MHD_Connection *connection,
			      struct http_response *response)
{
	http_live_unsubscribe(http, response->subscription);
	answer_drop(response);
	return answer_fault(connection, http->headers, ANSWER_NO_STREAMS);
}

enum MHD_Result http_live_start(struct http *http, struct MHD_Connection *connection,
				struct http_response *response)
{
	struct live *live;

	if (stream_n_readers(http->stream) >= HTTP_STREAMS_MAX)
		return refuse(http, connection, response);

	live = xcalloc(1, sizeof(*live));
	live->http = http;
	live->connection = connection;
	stream_join(http->stream, &live->reader, last_event_id(connection), response->subscription,
		    live);
	peer_stays(http_peer(connection));
	response->content_type = "text/event-stream";
	http_add_header(response, "X-Accel-Buffering", "no"); /* nginx would collect */
	return answer_send(connection, http->headers, response,
			   MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES, on_read,
							     live, on_end));
}
