/* SPDX-License-Identifier: Apache-2.0 */
/*
 * segment: the bytes of one journal file, and the scan that finds what of them is good.
 *
 * Pure: it reads through a function that it is given, and takes no lock, no clock, no disk.
 *
 * A file is a header page, a page with the mark, and records.  Numbers are little-endian.  The
 * record at a position stands at SEGMENT_START + (position - first position of the segment).
 */
#ifndef IOCD_JOURNAL_SEGMENT_H
#define IOCD_JOURNAL_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/journal.h"

#define SEGMENT_ID_BYTES 16u
#define SEGMENT_MARK     4096u /* offset of the mark; a page of its own, it is rewritten */
#define SEGMENT_START    8192u /* offset of the first record */
#define SEGMENT_VERSION  1u
#define RECORD_HEAD      32u /* bytes before a record's topic */
#define RECORD_SIZE_MAX  (RECORD_HEAD + JOURNAL_RECORD_MAX + 8u)

enum segment_outcome {
	SEGMENT_BLANK = 1, /* nothing was ever written here */
	SEGMENT_BAD,       /* something stands here that was not written so */
	SEGMENT_END,       /* more was asked for than stands before the limit */
};

/* Identity of a segment, written once, before its first record. */
struct segment_header {
	uint8_t id[SEGMENT_ID_BYTES]; /* of the journal */
	uint64_t first;               /* position of its first record */
	uint64_t previous;            /* first position of the segment before it; its own if none */
	int64_t last_arrival_ms;      /* of the last record before first; 0 if there was none */
};

/* Write header to, or read it from, the first SEGMENT_MARK bytes of a file.  Reading: 0,
 * SEGMENT_BLANK or SEGMENT_BAD. */
void segment_header_write(const struct segment_header *header, char *bytes);
int segment_header_read(struct segment_header *ret, const char *bytes) MUST_USE;

/* The mark says that every record before synced was on the disk once.  Write it to, or read it
 * from, SEGMENT_MARK_BYTES bytes.  Reading: 0, SEGMENT_BLANK or SEGMENT_BAD. */
#define SEGMENT_MARK_BYTES 16u
void segment_mark_write(uint64_t seed, uint64_t synced, char *bytes);
int segment_mark_read(uint64_t *ret_synced, uint64_t seed, const char *bytes) MUST_USE;

/* The number that binds marks and records to a journal. */
uint64_t segment_seed(const uint8_t *id);

/* Bytes of a record on the disk, a multiple of 8. */
size_t segment_record_size(size_t topic_size, size_t payload_size);

/* Writes record to bytes, which have room for its size, as it stands at position. */
void segment_record_write(uint64_t seed, uint64_t position, const struct record *record,
			  int64_t arrival_ms, char *bytes);

/* The size that the RECORD_HEAD bytes at head claim for a record at position; 0 if they are no
 * such head.  The record holds if its checksum agrees. */
size_t segment_record_claim(uint64_t seed, uint64_t position, const char *head);
bool segment_record_holds(uint64_t seed, uint64_t position, const char *bytes, size_t size);

/* Reads a record that holds; topic and payload point into bytes. */
void segment_record_read(uint64_t position, const char *bytes, struct record *ret);

/* Reads n bytes at offset of the file that context stands for; 0, > 0 if it is shorter, < 0. */
typedef int segment_read_fn(void *context, void *bytes, size_t n, uint64_t offset);

/* A piece of a file in memory, moved along it. */
struct window {
	segment_read_fn *read;
	void *context;   /* borrowed */
	char *bytes;     /* owned; grows for a record that is larger */
	size_t capacity; /* of bytes */
	uint64_t offset; /* of the first byte held */
	size_t size;     /* bytes held */
};

/* Makes an empty window of capacity bytes over a file; window_empty() forgets what it holds. */
void window_init(struct window *window, size_t capacity, segment_read_fn *read, void *context);
void window_fini(struct window *window);
void window_empty(struct window *window);

/* Lends n bytes at offset, until the next call; reads nothing at or behind limit.  0, SEGMENT_END
 * or a fault. */
int window_get(struct window *window, uint64_t offset, size_t n, uint64_t limit,
	       const char **ret) MUST_USE;

/* Lends the record at position, of *ret_size bytes, in a segment that starts at first.  0,
 * SEGMENT_BAD (no record that holds stands there and ends before limit) or a fault. */
int segment_record_get(struct window *window, uint64_t seed, uint64_t first, uint64_t position,
		       uint64_t limit, const char **ret, size_t *ret_size) MUST_USE;

/* What a scan found.  All positions. */
struct segment_scan {
	uint64_t records;        /* that hold, one behind the other, from the start */
	uint64_t end;            /* behind the last of them */
	uint64_t used;           /* behind the last byte that is not zero; at least end */
	uint64_t stray;          /* of the first record that holds behind end; 0 if none does */
	int64_t last_arrival_ms; /* of the last of records; 0 if there is none */
};

/* Looks through the segment that starts at first, up to offset limit.  0 or a fault. */
int segment_scan(struct segment_scan *ret, struct window *window, uint64_t seed, uint64_t first,
		 uint64_t limit) MUST_USE;

#endif
