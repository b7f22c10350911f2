/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream: server-sent events for many readers, out of one ring.
 *
 * Nothing is queued per reader: each has a place in the ring and is read from as fast as its socket
 * takes it.  The ring holds the last 4096 events, of at most 8 MiB; the oldest go first.  A reader
 * that is more than 256 KiB of new events behind, or whose place has left the ring, is cut.
 * COUNTER_http_streams_cut counts them.  Beside the ring stands what is so now: one text for each
 * name and tag, of which a reader reads the newest when it comes to it.
 *
 * Each event has a tag, and each reader a subscription, by which a hook says what is for whom: a
 * reader for which nothing is due is not bothered, and what is not for it is no debt.
 *
 * Pure text: no socket, no clock, no log.  Loop thread.
 */
#ifndef IOCD_NET_STREAM_H
#define IOCD_NET_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/net/http.h"

#define STREAM_EVENTS_MAX 4096
#define STREAM_BYTES_MAX  (8u << 20)
#define STREAM_BEHIND_MAX (256u << 10)

enum stream_outcome {
	STREAM_IDLE = 1, /* nothing new for this reader */
	STREAM_CUT,      /* this reader was cut */
};

struct stream;
struct stream_blob;

/* The reader of that owner has something to read. */
typedef void stream_due_fn(void *owner);

struct stream_hooks {
	http_wants_fn *wants; /* NULL: everything is for everybody */
	void *context;        /* of wants */
	stream_due_fn *due;   /* NULL: nobody needs to know */
};

/* A reader, in its owner's memory.  Written by stream.c only. */
struct stream_reader {
	struct stream *stream;
	struct stream_reader *prev; /* in stream.readers */
	struct stream_reader *next;
	void *owner;                   /* the caller's */
	void *subscription;            /* the caller's */
	uint64_t place;                /* number of the event to read after blob */
	uint64_t joined;               /* number of the first event that came when it was here */
	uint64_t known_id;             /* the newest id that it has read, or is reading */
	uint64_t owed;                 /* bytes of the events for it since it joined, unread */
	struct stream_blob *blob;      /* being read; owned with others; NULL: none */
	size_t part;                   /* bytes of it that were read */
	size_t blob_owed;              /* bytes of it that are in owed */
	uint64_t told[HTTP_TELLS_MAX]; /* versions that it has read, or is reading */
	bool owes_comment;             /* to be read when there is nothing else */
	bool is_cut;
};

/* Makes an empty stream; hooks are copied. */
struct stream *stream_new(const struct stream_hooks *hooks) MUST_USE;

/* Frees a stream that has no readers. */
struct stream *stream_free(struct stream *stream);
DEFINE_CLEANUP(struct stream, stream_free)

/* As http_stream_begin(), but that cutting those who read is the caller's. */
void stream_begin(struct stream *stream, uint64_t last_id);

/* Adds reader (any content) at the end of the stream, or after the event last_id (a decimal number)
 * if that is not NULL or empty.  If not all events after that one are here, or it is still to come,
 * the reader first reads an "event: reset" and then goes on from the end. */
void stream_join(struct stream *stream, struct stream_reader *reader, const char *last_id,
		 void *subscription, void *owner);
void stream_leave(struct stream_reader *reader);

/* As http_stream_send() and http_stream_tell(): copies. */
void stream_send(struct stream *stream, const struct http_event *event);
void stream_tell(struct stream *stream, const struct http_event *event);

/* Makes every reader read a comment, so that what lies between notices a dead peer; or the id of
 * the newest event, if that was not for it, so that it can resume from there. */
void stream_comment(struct stream *stream);

/* Copies the next bytes for reader, at most max, at least 1.  0, STREAM_IDLE or STREAM_CUT. */
int stream_read(struct stream_reader *reader, char *buffer, size_t max, size_t *ret) MUST_USE;

/* Cuts a reader that is too far behind and lends it; NULL when there is none (left).  To be called
 * when every reader had its chance to read. */
struct stream_reader *stream_cut_slow(struct stream *stream);

/* Cuts a reader, for another reason: it is not counted. */
void stream_cut(struct stream_reader *reader);

/* Lends the first reader (the others follow by next), NULL if there is none; and how many there
 * are. */
struct stream_reader *stream_first(const struct stream *stream);
size_t stream_n_readers(const struct stream *stream);

#endif
