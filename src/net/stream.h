/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream: server-sent events for many readers, out of one ring.
 *
 * Nothing is queued per reader: each has a place in the ring and is read from as fast as its socket
 * takes it.  The ring holds the last 1024 events, of at most 8 MiB; the oldest go first.  A reader
 * that is more than 256 KiB of new events behind, or whose place has left the ring, is cut.
 * COUNTER_http_streams_cut counts them.
 *
 * Pure text: no socket, no clock, no log.  Loop thread.
 */
#ifndef IOCD_NET_STREAM_H
#define IOCD_NET_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"

#define STREAM_EVENTS_MAX 1024
#define STREAM_BYTES_MAX  (8u << 20)
#define STREAM_BEHIND_MAX (256u << 10)

enum stream_outcome {
	STREAM_IDLE = 1, /* nothing new for this reader */
	STREAM_CUT,      /* this reader was cut */
};

struct stream;

/* A reader, in its owner's memory.  Written by stream.c only. */
struct stream_reader {
	struct stream *stream;
	struct stream_reader *prev; /* in stream.readers */
	struct stream_reader *next;
	void *owner;         /* the caller's */
	uint64_t next_id;    /* the event to read, wholly or from part on */
	size_t part;         /* bytes of it that were read */
	uint64_t joined_at;  /* bytes ever sent to the stream when it joined; what was before is no
				debt */
	struct text preface; /* read before any event */
	size_t preface_read;
	bool owes_comment; /* a comment is to be read when it is between two events */
	bool is_cut;
};

/* Makes an empty stream whose first event gets first_id.  Ids of an earlier life of the process
 * must be smaller: a reader that comes back with one is told to start over. */
struct stream *stream_new(uint64_t first_id) MUST_USE;

/* Frees a stream that has no readers. */
struct stream *stream_free(struct stream *stream);
DEFINE_CLEANUP(struct stream, stream_free)

/* Adds reader (any content) at the end of the stream, or after the event last_id (a decimal number)
 * if that is not NULL or empty.  If the events after that one are no longer all here, the reader
 * first reads an "event: reset" and then goes on from the end. */
void stream_join(struct stream *stream, struct stream_reader *reader, const char *last_id,
		 void *owner);
void stream_leave(struct stream_reader *reader);

/* Adds an event; event and data without line ends; copied. */
void stream_send(struct stream *stream, const char *event, const char *data, size_t n);

/* Makes every reader read a comment, so that what lies between notices a dead peer. */
void stream_comment(struct stream *stream);

/* Copies the next bytes for reader, at most max, at least 1.  0, STREAM_IDLE or STREAM_CUT. */
int stream_read(struct stream_reader *reader, char *buffer, size_t max, size_t *ret) MUST_USE;

/* Cuts a reader that is too far behind and lends it; NULL when there is none (left).  To be called
 * when every reader had its chance to read. */
struct stream_reader *stream_cut_slow(struct stream *stream);

/* Lends the first reader (the others follow by next), NULL if there is none; and how many there
 * are. */
struct stream_reader *stream_first(const struct stream *stream);
size_t stream_n_readers(const struct stream *stream);

#endif
