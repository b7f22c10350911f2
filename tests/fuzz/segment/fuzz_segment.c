/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scan of a damaged segment.  An input says which records are written and then how the bytes
 * are damaged, so that checksums are right where nothing was touched:
 *
 *   1 byte   number of records (low 6 bits); with bit 7, the rest of the input is the raw file
 *   3 bytes  per record: size of topic (low 5 bits), of payload (low 4 bits are the high byte)
 *   4 bytes  per damage: offset (2), what (1), argument (1)
 *
 * Found must be a prefix of what was written, byte for byte, and once the rest is cut, a second
 * scan must find the same and nothing else.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "segment.h"

#define SEED   0x5eed5eed5eed5eedu
#define FIRST  0x1000u
#define AREA   32768u /* bytes for records */
#define SIZE   (SEGMENT_START + AREA)
#define N_MAX  64u
#define WINDOW 512u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct image {
	char bytes[SIZE];
	char written[SIZE];            /* before the damage */
	uint64_t positions[N_MAX + 1]; /* of the records, and of the end */
	uint64_t n;
	uint64_t limit; /* offset at which the file ends */
};

struct input {
	const uint8_t *data;
	size_t size;
};

static uint8_t take(struct input *input)
{
	if (input->size == 0)
		return 0;
	input->size--;
	return *input->data++;
}

static void must(bool holds)
{
	if (!holds)
		abort();
}

static int read_image(void *context, void *bytes, size_t n, uint64_t offset)
{
	const struct image *image = context;

	must(offset <= image->limit && n <= image->limit - offset);
	memcpy(bytes, image->bytes + offset, n);
	return 0;
}

static void write_records(struct image *image, struct input *input, uint64_t n)
{
	static const char filler[4096];
	uint64_t position = FIRST;

	image->positions[0] = FIRST;
	while (image->n < n) {
		struct record record = { .kind = RECORD_MESSAGE,
					 .topic = filler,
					 .payload = filler };
		size_t record_size;

		record.topic_size = take(input) & 31u;
		record.payload_size = (take(input) & 15u) << 8;
		record.payload_size |= take(input);
		record_size = segment_record_size(record.topic_size, record.payload_size);
		if (position - FIRST + record_size > AREA)
			return;
		segment_record_write(SEED, position, &record, (int64_t)image->n,
				     image->bytes + SEGMENT_START + (position - FIRST));
		position += record_size;
		image->positions[++image->n] = position;
	}
}

static void damage(struct image *image, struct input *input)
{
	size_t offset = take(input);
	uint8_t what, argument;
	size_t n;

	offset = SEGMENT_START + (offset << 8 | take(input)) % AREA;
	what = take(input);
	argument = take(input);
	n = SIZE - offset < (argument + 1u) * 16u ? SIZE - offset : (argument + 1u) * 16u;
	switch (what & 3u) {
	case 0: /* one byte changes */
		image->bytes[offset] ^= (char)argument;
		break;
	case 1: /* a piece never reached the disk */
		memset(image->bytes + offset, 0, n);
		break;
	case 2: /* an older copy of a piece stands there */
		memmove(image->bytes + offset, image->bytes + SEGMENT_START, n);
		break;
	default: /* the file is shorter */
		image->limit = offset;
		break;
	}
}

static struct segment_scan scan(struct image *image)
{
	struct segment_scan result;
	struct window window;

	window_init(&window, WINDOW, read_image, image);
	must(segment_scan(&result, &window, SEED, FIRST, image->limit) == 0);
	window_fini(&window);
	return result;
}

static void check_prefix(const struct image *image, const struct segment_scan *found)
{
	must(found->records <= image->n);
	must(found->end == image->positions[found->records]);
	must(memcmp(image->bytes + SEGMENT_START, image->written + SEGMENT_START,
		    found->end - FIRST) == 0);
	must(found->records == 0 || found->last_arrival_ms == (int64_t)found->records - 1);
}

/* A stray is one of the records that were written, untouched, behind a bad one. */
static void check_stray(const struct image *image, const struct segment_scan *found)
{
	uint64_t i = 0;

	if (found->stray == 0)
		return;
	while (i < image->n && image->positions[i] != found->stray)
		i++;
	must(i < image->n && found->stray > found->end);
	must(memcmp(image->bytes + SEGMENT_START + (found->stray - FIRST),
		    image->written + SEGMENT_START + (found->stray - FIRST),
		    image->positions[i + 1] - found->stray) == 0);
}

static void check_again(struct image *image, const struct segment_scan *found)
{
	uint64_t offset = SEGMENT_START + (found->end - FIRST);
	struct segment_scan again;

	must(found->used >= found->end);
	for (uint64_t i = SEGMENT_START + (found->used - FIRST); i < image->limit; i++)
		must(image->bytes[i] == 0);
	if (offset < SIZE)
		memset(image->bytes + offset, 0, SIZE - offset);
	again = scan(image);
	must(again.records == found->records && again.end == found->end);
	must(again.last_arrival_ms == found->last_arrival_ms);
	must(again.used == again.end && again.stray == 0);
}

static void fill_raw(struct image *image, struct input *input)
{
	size_t n = input->size < SIZE ? input->size : SIZE;
	struct segment_header header;
	uint64_t mark;

	memcpy(image->bytes, input->data, n);
	input->size = 0;
	if (segment_header_read(&header, image->bytes) != 0)
		image->limit = n;
	if (segment_mark_read(&mark, SEED, image->bytes + SEGMENT_MARK) == 0)
		image->limit = SIZE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { .data = data, .size = size };
	struct image *image = calloc(1, sizeof(*image));
	struct segment_scan found;
	uint8_t first = take(&input);

	must(image != NULL);
	image->limit = SIZE;
	if (first & 128u)
		fill_raw(image, &input);
	else
		write_records(image, &input, first % N_MAX);
	memcpy(image->written, image->bytes, SIZE);
	while (input.size >= 4)
		damage(image, &input);

	found = scan(image);
	if (!(first & 128u)) {
		check_prefix(image, &found);
		check_stray(image, &found);
	}
	check_again(image, &found);
	free(image);
	return 0;
}
