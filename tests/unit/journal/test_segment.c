/* SPDX-License-Identifier: Apache-2.0 */
#include "segment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

#define SEED  0x123456789abcdefu
#define FIRST 4096u

/* A file in memory. */
struct image {
	char *bytes;
	size_t size;
	int n_reads;
	int fault;
};

static int read_image(void *context, void *bytes, size_t n, uint64_t offset)
{
	struct image *image = context;

	image->n_reads++;
	if (image->fault)
		return image->fault;
	if (offset + n > image->size)
		return SEGMENT_END;
	memcpy(bytes, image->bytes + offset, n);
	return 0;
}

static const char text[] = "0123456789abcdefghijklmnopqrstuvwxyz";

/* n records with payloads of 0, 1, 2 ... bytes; returns the position behind them. */
static uint64_t fill(struct image *image, size_t n)
{
	uint64_t position = FIRST;

	for (size_t i = 0; i < n; i++) {
		struct record record = {
			.kind = RECORD_MESSAGE,
			.topic = "a/b",
			.topic_size = 3,
			.payload = i > 0 ? text : NULL,
			.payload_size = i % sizeof(text),
		};

		segment_record_write(SEED, position, &record, 1000 + (int64_t)i,
				     image->bytes + SEGMENT_START + (position - FIRST));
		position += segment_record_size(3, i % sizeof(text));
	}
	return position;
}

static struct segment_scan scan(struct image *image, uint64_t limit)
{
	struct segment_scan result = { 0 };
	struct window window;

	window_init(&window, 512, read_image, image);
	assert_int_equal(segment_scan(&result, &window, SEED, FIRST, limit), 0);
	window_fini(&window);
	return result;
}

static int make_image(void **state)
{
	struct image *image = xcalloc(1, sizeof(*image));

	image->size = SEGMENT_START + 16384;
	image->bytes = xcalloc(1, image->size);
	*state = image;
	return 0;
}

static int free_image(void **state)
{
	struct image *image = *state;

	free(image->bytes);
	free(image);
	return 0;
}

static void a_header_reads_back(void **state)
{
	struct segment_header in = { .first = 77, .previous = 5, .last_arrival_ms = -3 };
	struct segment_header out;
	char bytes[SEGMENT_MARK];

	(void)state;
	memset(in.id, 0xab, sizeof(in.id));
	segment_header_write(&in, bytes);
	assert_int_equal(segment_header_read(&out, bytes), 0);
	assert_memory_equal(&in, &out, sizeof(in));
}

static void a_header_with_any_bit_flipped_is_bad_and_zeroes_are_blank(void **state)
{
	struct segment_header header = { .first = 77 };
	char bytes[SEGMENT_MARK];

	(void)state;
	segment_header_write(&header, bytes);
	for (size_t bit = 0; bit < 64 * 8; bit++) {
		bytes[bit / 8] ^= (char)(1 << bit % 8);
		assert_int_equal(segment_header_read(&header, bytes), SEGMENT_BAD);
		bytes[bit / 8] ^= (char)(1 << bit % 8);
	}
	for (size_t bit = 64 * 8; bit < SEGMENT_MARK * 8; bit++) { /* unused */
		bytes[bit / 8] ^= (char)(1 << bit % 8);
		assert_int_equal(segment_header_read(&header, bytes), 0);
		assert_int_equal(header.first, 77);
		bytes[bit / 8] ^= (char)(1 << bit % 8);
	}
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(segment_header_read(&header, bytes), SEGMENT_BLANK);
}

static void a_mark_holds_for_its_journal_only(void **state)
{
	char bytes[SEGMENT_MARK_BYTES] = { 0 };
	uint64_t synced;

	(void)state;
	assert_int_equal(segment_mark_read(&synced, SEED, bytes), SEGMENT_BLANK);
	segment_mark_write(SEED, 4711, bytes);
	assert_int_equal(segment_mark_read(&synced, SEED, bytes), 0);
	assert_int_equal(synced, 4711);
	assert_int_equal(segment_mark_read(&synced, SEED + 1, bytes), SEGMENT_BAD);
}

static void a_scan_finds_every_record_and_nothing_behind(void **state)
{
	struct image *image = *state;
	uint64_t end = fill(image, 100);
	struct segment_scan result = scan(image, image->size);

	assert_int_equal(result.records, 100);
	assert_int_equal(result.end, end);
	assert_int_equal(result.used, end);
	assert_int_equal(result.stray, 0);
	assert_int_equal(result.last_arrival_ms, 1099);
}

static void a_record_does_not_hold_at_another_position(void **state)
{
	struct image *image = *state;
	size_t size = segment_record_size(3, 0);

	(void)fill(image, 1);
	memcpy(image->bytes + SEGMENT_START + size, image->bytes + SEGMENT_START, size);
	assert_int_equal(scan(image, image->size).records, 1);
	assert_int_equal(scan(image, image->size).stray, 0);
	assert_int_equal(segment_record_claim(SEED, FIRST + 8, image->bytes + SEGMENT_START), 0);
	assert_false(segment_record_holds(SEED, FIRST + 8, image->bytes + SEGMENT_START, size));
}

static void a_record_that_crosses_the_limit_is_none(void **state)
{
	struct image *image = *state;
	uint64_t end = fill(image, 3);

	assert_int_equal(scan(image, SEGMENT_START + (end - FIRST)).records, 3);
	assert_int_equal(scan(image, SEGMENT_START + (end - FIRST) - 1).records, 2);
	assert_int_equal(scan(image, SEGMENT_START - 1).records, 0);
}

static void a_record_behind_a_bad_one_is_a_stray(void **state)
{
	struct image *image = *state;
	struct segment_scan result;
	uint64_t end = fill(image, 3);
	size_t size = segment_record_size(3, 0);

	image->bytes[SEGMENT_START + 20] ^= 1;
	result = scan(image, image->size);
	assert_int_equal(result.records, 0);
	assert_int_equal(result.end, FIRST);
	assert_int_equal(result.stray, FIRST + size);
	assert_true(result.used > end - 8 && result.used <= end);
}

static void rubbish_in_the_last_odd_bytes_is_seen(void **state)
{
	struct image *image = *state;

	image->bytes[SEGMENT_START + 8194] = 1;
	assert_int_equal(scan(image, SEGMENT_START + 8195).used, FIRST + 8200);
	assert_int_equal(scan(image, SEGMENT_START + 8194).used, FIRST);
}

static void sizes_beyond_the_maximum_are_never_believed(void **state)
{
	struct image *image = *state;
	char *head = image->bytes + SEGMENT_START;
	uint32_t sizes[2] = { JOURNAL_RECORD_MAX, 0 };

	(void)fill(image, 1);
	memcpy(head + 16, sizes, sizeof(sizes));
	assert_int_equal(segment_record_claim(SEED, FIRST, head),
			 segment_record_size(JOURNAL_RECORD_MAX, 0));
	sizes[1] = 1;
	memcpy(head + 16, sizes, sizeof(sizes));
	assert_int_equal(segment_record_claim(SEED, FIRST, head), 0);
	sizes[0] = UINT32_MAX;
	memcpy(head + 16, sizes, sizeof(sizes));
	assert_int_equal(segment_record_claim(SEED, FIRST, head), 0);
}

static void a_window_reads_once_what_it_holds(void **state)
{
	struct image *image = *state;
	struct window window;
	const char *bytes;

	image->bytes[100] = 'x';
	window_init(&window, 512, read_image, image);
	for (size_t i = 0; i < 512; i += 8)
		assert_int_equal(window_get(&window, i, 8, image->size, &bytes), 0);
	assert_int_equal(image->n_reads, 1);
	assert_int_equal(window_get(&window, 100, 1000, image->size, &bytes), 0);
	assert_int_equal(bytes[0], 'x');
	assert_int_equal(image->n_reads, 2);
	assert_int_equal(window_get(&window, 99, 1, 99, &bytes), SEGMENT_END);
	assert_int_equal(window_get(&window, 99, 1, 100, &bytes), 0);
	assert_int_equal(image->n_reads, 3);
	window_fini(&window);
}

static void a_fault_of_the_reader_is_passed_up(void **state)
{
	struct image *image = *state;
	struct segment_scan result;
	struct window window;

	image->fault = -EIO;
	window_init(&window, 512, read_image, image);
	assert_int_equal(segment_scan(&result, &window, SEED, FIRST, image->size), -EIO);
	window_fini(&window);
}

int main(void)
{
#define IMAGE_TEST(f) cmocka_unit_test_setup_teardown(f, make_image, free_image)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_header_reads_back),
		cmocka_unit_test(a_header_with_any_bit_flipped_is_bad_and_zeroes_are_blank),
		cmocka_unit_test(a_mark_holds_for_its_journal_only),
		IMAGE_TEST(a_window_reads_once_what_it_holds),
		IMAGE_TEST(a_fault_of_the_reader_is_passed_up),
		IMAGE_TEST(a_scan_finds_every_record_and_nothing_behind),
		IMAGE_TEST(a_record_does_not_hold_at_another_position),
		IMAGE_TEST(a_record_that_crosses_the_limit_is_none),
		IMAGE_TEST(a_record_behind_a_bad_one_is_a_stray),
		IMAGE_TEST(rubbish_in_the_last_odd_bytes_is_seen),
		IMAGE_TEST(sizes_beyond_the_maximum_are_never_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
