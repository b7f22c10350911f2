/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_snapshot: any bytes as a snapshot's file.
 *
 * The first byte says whether the head is taken as it is, or made to fit, so that reading goes on.
 * What is behind the head is then read as a state, by calls that the state itself chooses.  A head
 * that was taken must come out of its parts again, and a reader must stay within its bytes, move
 * only forward, and stay bad.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "image.h"

#define ID       "0123456789abcdef0123456789abcdef"
#define POSITION 4096u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Also where asserts are compiled out. */
static void must(bool holds)
{
	if (!holds)
		abort();
}

static void read_one(struct bytes_reader *reader, uint8_t kind)
{
	size_t room = (size_t)(reader->end - reader->at);
	const char *text;
	size_t n;

	switch (kind & 7u) {
	case 0:
		bytes_get_part(reader, "part", kind >> 3);
		break;
	case 1:
		(void)bytes_get_u8(reader);
		break;
	case 2:
		(void)bytes_get_u32(reader);
		break;
	case 3:
		(void)bytes_get_i64(reader);
		break;
	case 4:
		(void)bytes_get_f64(reader);
		break;
	case 5:
		text = bytes_get_text(reader, &n);
		must(text != NULL && n <= room);
		must(n == 0 || (text + n <= reader->end && text[n - 1] == text[n - 1]));
		break;
	case 6:
		n = bytes_get_count(reader, kind >> 3);
		must(n * (size_t)(kind >> 3) <= room);
		break;
	default:
		text = bytes_get(reader, kind >> 3);
		must(!text || (size_t)(kind >> 3) <= room);
		break;
	}
}

static void read_state(const char *state, size_t n)
{
	struct bytes_reader reader;
	const char *before;
	uint8_t kind;

	bytes_reader_init(&reader, state, n);
	while (!reader.is_bad && reader.at < reader.end) {
		before = reader.at;
		kind = bytes_get_u8(&reader);
		read_one(&reader, kind);
		must(reader.at > before && reader.at <= reader.end);
	}
	bytes_reject(&reader, "it has ended");
	read_one(&reader, 2);
	must(reader.is_bad && strlen(reader.why) > 0);
}

static void make_fit(char *file, size_t n)
{
	struct image image;

	image_init(&image, ID, POSITION);
	image.bytes = n - IMAGE_START;
	image.checksum = XXH3_64bits(file + IMAGE_START, n - IMAGE_START);
	image_put_head(&image, file);
}

static void check(char *file, size_t n, bool is_made)
{
	struct image image;
	char again[IMAGE_START];
	const char *why;

	image_init(&image, ID, POSITION);
	why = image_get_head(&image, file, n);
	must(!is_made || why == NULL);
	if (why)
		return;

	must(image.bytes == n - IMAGE_START);
	image_put_head(&image, again);
	must(memcmp(again, file, IMAGE_START) == 0);
	if (image_holds(&image, file + IMAGE_START))
		read_state(file + IMAGE_START, image.bytes);
	else
		must(!is_made);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool is_made = size > 0 && (data[0] & 1u);
	char *file;
	size_t n;

	if (size < 1 + IMAGE_START)
		return 0;

	n = size - 1;
	file = malloc(n);
	must(file != NULL);
	memcpy(file, data + 1, n);
	if (is_made)
		make_fit(file, n);
	check(file, n, is_made);
	free(file);
	return 0;
}
