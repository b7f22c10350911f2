/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A record is checked in two steps.  The first word behind its checksum holds a magic that depends
 * on the journal and on the position, so that neither an older copy of a record nor a payload made
 * to look like one passes, and a search over rubbish seldom has to compute a checksum.
 */
#include "segment.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "iocd/base/err.h"

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "files are little-endian");

#define SCAN_PAGE 4096u

static const char header_magic[8] = { 'I', 'O', 'C', 'D', 'S', 'E', 'G', '\n' };

/* The header as it stands in the file. */
struct header_bytes {
	char magic[8];
	uint32_t version;
	uint32_t start; /* SEGMENT_START */
	uint8_t id[SEGMENT_ID_BYTES];
	uint64_t first;
	uint64_t previous;
	int64_t last_arrival_ms;
	uint64_t checksum; /* of all before it */
};

/* The head of a record as it stands in the file. */
struct head_bytes {
	uint64_t checksum; /* of everything behind it, the padding included */
	uint32_t magic;
	uint16_t kind;
	uint16_t flags;
	uint32_t topic_size;
	uint32_t payload_size;
	int64_t arrival_ms;
};

static_assert(sizeof(struct head_bytes) == RECORD_HEAD, "no padding");
static_assert(sizeof(struct header_bytes) == 64, "no padding");

static bool is_blank(const char *bytes, size_t n)
{
	return bytes[0] == 0 && memcmp(bytes, bytes + 1, n - 1) == 0;
}

void segment_header_write(const struct segment_header *header, char *bytes)
{
	struct header_bytes h = {
		.version = SEGMENT_VERSION,
		.start = SEGMENT_START,
		.first = header->first,
		.previous = header->previous,
		.last_arrival_ms = header->last_arrival_ms,
	};

	memcpy(h.magic, header_magic, sizeof(h.magic));
	memcpy(h.id, header->id, sizeof(h.id));
	h.checksum = XXH3_64bits(&h, offsetof(struct header_bytes, checksum));
	memset(bytes, 0, SEGMENT_MARK);
	memcpy(bytes, &h, sizeof(h));
}

int segment_header_read(struct segment_header *ret, const char *bytes)
{
	struct header_bytes h;

	if (is_blank(bytes, SEGMENT_MARK))
		return SEGMENT_BLANK;

	memcpy(&h, bytes, sizeof(h));
	if (memcmp(h.magic, header_magic, sizeof(h.magic)) != 0 || h.version != SEGMENT_VERSION ||
	    h.start != SEGMENT_START ||
	    h.checksum != XXH3_64bits(&h, offsetof(struct header_bytes, checksum)))
		return SEGMENT_BAD;

	memcpy(ret->id, h.id, sizeof(ret->id));
	ret->first = h.first;
	ret->previous = h.previous;
	ret->last_arrival_ms = h.last_arrival_ms;
	return 0;
}

void segment_mark_write(uint64_t seed, uint64_t synced, char *bytes)
{
	uint64_t words[2] = { synced, XXH3_64bits_withSeed(&synced, sizeof(synced), seed) };

	memcpy(bytes, words, sizeof(words));
}

int segment_mark_read(uint64_t *ret_synced, uint64_t seed, const char *bytes)
{
	uint64_t words[2];

	if (is_blank(bytes, SEGMENT_MARK_BYTES))
		return SEGMENT_BLANK;

	memcpy(words, bytes, sizeof(words));
	if (words[1] != XXH3_64bits_withSeed(&words[0], sizeof(words[0]), seed))
		return SEGMENT_BAD;

	*ret_synced = words[0];
	return 0;
}

uint64_t segment_seed(const uint8_t *id)
{
	return XXH3_64bits(id, SEGMENT_ID_BYTES);
}

/* Never 0, so that zeroes are never a record. */
static uint32_t magic_at(uint64_t seed, uint64_t position)
{
	return (uint32_t)(((seed ^ position) * 0x9e3779b97f4a7c15u) >> 32) | 1u;
}

static uint64_t checksum_at(uint64_t seed, uint64_t position, const char *bytes, size_t size)
{
	return XXH3_64bits_withSeed(bytes + sizeof(uint64_t), size - sizeof(uint64_t),
				    seed ^ position);
}

size_t segment_record_size(size_t topic_size, size_t payload_size)
{
	return (RECORD_HEAD + topic_size + payload_size + 7u) & ~(size_t)7u;
}

static void copy(char *to, const char *from, size_t n)
{
	if (n > 0) /* from may be NULL then */
		memcpy(to, from, n);
}

void segment_record_write(uint64_t seed, uint64_t position, const struct record *record,
			  int64_t arrival_ms, char *bytes)
{
	size_t size = segment_record_size(record->topic_size, record->payload_size);
	struct head_bytes head = {
		.magic = magic_at(seed, position),
		.kind = (uint16_t)record->kind,
		.flags = (uint16_t)record->flags,
		.topic_size = (uint32_t)record->topic_size,
		.payload_size = (uint32_t)record->payload_size,
		.arrival_ms = arrival_ms,
	};

	memset(bytes + size - 8, 0, 8);
	memcpy(bytes, &head, sizeof(head));
	copy(bytes + RECORD_HEAD, record->topic, record->topic_size);
	copy(bytes + RECORD_HEAD + record->topic_size, record->payload, record->payload_size);
	head.checksum = checksum_at(seed, position, bytes, size);
	memcpy(bytes, &head.checksum, sizeof(head.checksum));
}

size_t segment_record_claim(uint64_t seed, uint64_t position, const char *head)
{
	struct head_bytes h;

	memcpy(&h, head, sizeof(h));
	if (h.magic != magic_at(seed, position))
		return 0;
	if (h.topic_size > JOURNAL_RECORD_MAX || h.payload_size > JOURNAL_RECORD_MAX - h.topic_size)
		return 0;
	return segment_record_size(h.topic_size, h.payload_size);
}

bool segment_record_holds(uint64_t seed, uint64_t position, const char *bytes, size_t size)
{
	uint64_t checksum;

	memcpy(&checksum, bytes, sizeof(checksum));
	return checksum == checksum_at(seed, position, bytes, size);
}

void segment_record_read(uint64_t position, const char *bytes, struct record *ret)
{
	struct head_bytes h;

	memcpy(&h, bytes, sizeof(h));
	*ret = (struct record){
		.kind = (enum record_kind)h.kind,
		.flags = h.flags,
		.arrival_ms = h.arrival_ms,
		.position = position,
		.next = position + segment_record_size(h.topic_size, h.payload_size),
		.topic = bytes + RECORD_HEAD,
		.topic_size = h.topic_size,
		.payload = bytes + RECORD_HEAD + h.topic_size,
		.payload_size = h.payload_size,
	};
}

void window_init(struct window *window, size_t capacity, segment_read_fn *read, void *context)
{
	*window = (struct window){
		.read = read,
		.context = context,
		.bytes = xrealloc(NULL, 1, capacity),
		.capacity = capacity,
	};
}

void window_fini(struct window *window)
{
	free(window->bytes);
	*window = (struct window){ 0 };
}

void window_empty(struct window *window)
{
	window->size = 0;
}

static int window_fill(struct window *window, uint64_t offset, size_t n, uint64_t limit)
{
	size_t size;
	int r;

	window->size = 0;
	if (n > window->capacity) {
		window->bytes = xrealloc(window->bytes, 1, n);
		window->capacity = n;
	}
	size = limit - offset < window->capacity ? (size_t)(limit - offset) : window->capacity;
	r = window->read(window->context, window->bytes, size, offset);
	if (r < 0)
		return err_pass(r);
	if (r > 0)
		return SEGMENT_END;

	window->offset = offset;
	window->size = size;
	return 0;
}

int window_get(struct window *window, uint64_t offset, size_t n, uint64_t limit, const char **ret)
{
	int r;

	if (offset > limit || n > limit - offset)
		return SEGMENT_END;

	if (offset < window->offset || offset - window->offset > window->size ||
	    n > window->size - (offset - window->offset)) {
		r = window_fill(window, offset, n, limit);
		if (r != 0)
			return r;
	}
	*ret = window->bytes + (offset - window->offset);
	return 0;
}

int segment_record_get(struct window *window, uint64_t seed, uint64_t first, uint64_t position,
		       uint64_t limit, const char **ret, size_t *ret_size)
{
	uint64_t offset = SEGMENT_START + (position - first);
	size_t size;
	int r;

	r = window_get(window, offset, RECORD_HEAD, limit, ret);
	if (r != 0)
		return r < 0 ? err_pass(r) : SEGMENT_BAD;
	size = segment_record_claim(seed, position, *ret);
	if (size == 0)
		return SEGMENT_BAD;

	r = window_get(window, offset, size, limit, ret);
	if (r != 0)
		return r < 0 ? err_pass(r) : SEGMENT_BAD;
	if (!segment_record_holds(seed, position, *ret, size))
		return SEGMENT_BAD;

	*ret_size = size;
	return 0;
}

/* Follows the records that hold from ret->end on.  0 at the first that does not, or a fault. */
static int scan_records(struct segment_scan *ret, struct window *window, uint64_t seed,
			uint64_t first, uint64_t limit)
{
	struct record record;
	const char *bytes;
	size_t size;
	int r;

	for (;;) {
		r = segment_record_get(window, seed, first, ret->end, limit, &bytes, &size);
		if (r != 0)
			return r < 0 ? err_pass(r) : 0;
		segment_record_read(ret->end, bytes, &record);
		ret->last_arrival_ms = record.arrival_ms;
		ret->end += size;
		ret->records++;
	}
}

/* One step behind the records: an 8-byte word at position that is not zero. */
static int scan_word(struct segment_scan *ret, struct window *window, uint64_t seed, uint64_t first,
		     uint64_t position, uint64_t limit, uint64_t word)
{
	const char *bytes;
	size_t size;
	int r;

	ret->used = position + 8;
	/* The word with the magic is a record's second; the bad record itself is no stray. */
	if (ret->stray != 0 || position < ret->end + 16 ||
	    (uint32_t)word != magic_at(seed, position - 8))
		return 0;

	r = segment_record_get(window, seed, first, position - 8, limit, &bytes, &size);
	if (r == 0)
		ret->stray = position - 8;
	return r < 0 ? err_pass(r) : 0;
}

/* Looks at n bytes at offset, word by word. */
static int scan_words(struct segment_scan *ret, struct window *window, uint64_t seed,
		      uint64_t first, uint64_t offset, size_t n, uint64_t limit)
{
	const char *bytes;
	uint64_t word;
	size_t size;
	int r;

	for (size_t i = 0; i < n; i += size) {
		size = n - i < sizeof(word) ? n - i : sizeof(word);
		r = window_get(window, offset + i, size, limit, &bytes);
		if (r != 0)
			return r < 0 ? err_pass(r) : err_fold(r);
		word = 0;
		memcpy(&word, bytes, size);
		if (word == 0)
			continue;
		r = scan_word(ret, window, seed, first, first + (offset + i - SEGMENT_START), limit,
			      word);
		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

/* Mostly there is nothing there, so that a page is first looked at as a whole. */
static int scan_rest(struct segment_scan *ret, struct window *window, uint64_t seed, uint64_t first,
		     uint64_t limit)
{
	uint64_t offset = SEGMENT_START + (ret->end - first);
	const char *bytes;
	size_t n;
	int r;

	for (; offset < limit; offset += n) {
		n = limit - offset < SCAN_PAGE ? (size_t)(limit - offset) : SCAN_PAGE;
		r = window_get(window, offset, n, limit, &bytes);
		if (r != 0)
			return r < 0 ? err_pass(r) : err_raise(-EIO);
		if (is_blank(bytes, n))
			continue;
		r = scan_words(ret, window, seed, first, offset, n, limit);
		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

int segment_scan(struct segment_scan *ret, struct window *window, uint64_t seed, uint64_t first,
		 uint64_t limit)
{
	struct segment_scan scan = { .end = first, .used = first };
	int r;

	r = scan_records(&scan, window, seed, first, limit);
	if (r < 0)
		return err_pass(r);

	scan.used = scan.end;
	r = scan_rest(&scan, window, seed, first, limit);
	if (r < 0)
		return err_pass(r);

	*ret = scan;
	return 0;
}
