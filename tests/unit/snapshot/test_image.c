/* SPDX-License-Identifier: Apache-2.0 */
#include "image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "test_disk.h"

#define ID       "0123456789abcdef0123456789abcdef"
#define POSITION 0x1234567u

static struct image_buffer buffer;

/* Made in the first test that wants it. */
static struct image_buffer *room(void)
{
	if (!buffer.memory)
		image_buffer_init(&buffer, 64);
	return &buffer;
}

struct letters {
	size_t n;
	size_t each;
};

static void save_letters(void *context, struct bytes_writer *writer)
{
	const struct letters *letters = context;
	char piece[256];

	for (size_t i = 0; i < letters->n; i++) {
		memset(piece, 'a' + (int)(i % 26), sizeof(piece));
		bytes_put(writer, piece, letters->each);
	}
}

static void a_state_of_any_size_comes_back(void **state)
{
	CLEANUP_TEXT struct text path = { 0 };

	text_add(&path, "%s/x", (const char *)*state);
	for (size_t n = 0; n < 20; n++) {
		for (size_t each = 1; each < 200; each += 63) {
			struct letters letters = { n, each };
			struct image image;
			char *bytes = NULL;

			image_init(&image, ID, POSITION);
			assert_int_equal(image_write(&image, text_get(&path), room(), save_letters,
						     &letters),
					 0);
			assert_null(image_read(&image, text_get(&path), &bytes));
			assert_int_equal(image.bytes, n * each);
			for (size_t i = 0; i < n * each; i++)
				assert_int_equal(bytes[i], 'a' + i / each % 26);
			free(bytes);
		}
	}
}

static void the_same_state_makes_the_same_file(void **state)
{
	char *one = path_of(*state, "one"), *other = path_of(*state, "other");
	char *one_bytes, *other_bytes;
	size_t one_size, other_size;
	struct letters letters = { 9, 100 };
	struct image image;

	image_init(&image, ID, POSITION);
	assert_int_equal(image_write(&image, one, room(), save_letters, &letters), 0);
	assert_int_equal(image_write(&image, other, room(), save_letters, &letters), 0);
	one_bytes = read_bytes(one, &one_size);
	other_bytes = read_bytes(other, &other_size);
	assert_int_equal(one_size, IMAGE_START + 900);
	assert_int_equal(other_size, one_size);
	assert_memory_equal(one_bytes, other_bytes, one_size);
	free(one_bytes);
	free(other_bytes);
	free(one);
	free(other);
}

static void a_head_is_only_taken_for_what_it_is(void **state)
{
	char head[IMAGE_START], changed[IMAGE_START];
	struct image image, again;

	(void)state;
	image_init(&image, ID, POSITION);
	image.bytes = 77;
	image.checksum = 0xfeed;
	image_put_head(&image, head);

	image_init(&again, ID, POSITION);
	assert_null(image_get_head(&again, head, IMAGE_START + 77));
	assert_int_equal(again.bytes, 77);
	assert_int_equal(again.checksum, 0xfeed);

	assert_string_equal(image_get_head(&again, head, IMAGE_START + 76),
			    "its length is not the one that was written");
	assert_string_equal(image_get_head(&again, head, IMAGE_START + 78),
			    "its length is not the one that was written");
	assert_string_equal(image_get_head(&again, head, 77),
			    "its length is not the one that was written");
	image_init(&again, ID, POSITION + 1);
	assert_string_equal(image_get_head(&again, head, IMAGE_START + 77),
			    "it stands at another position than its name says");
	image_init(&again, "0123456789abcdef0123456789abcdee", POSITION);
	assert_string_equal(image_get_head(&again, head, IMAGE_START + 77),
			    "it belongs to another journal");
	image_init(&again, ID, POSITION);
	memcpy(changed, head, sizeof(head));
	changed[8]++;
	assert_string_equal(image_get_head(&again, changed, IMAGE_START + 77),
			    "its format is not the one of this version");
	memset(changed, 0, sizeof(changed));
	assert_string_equal(image_get_head(&again, changed, IMAGE_START + 77),
			    "it is not a snapshot");
}

static void a_file_has_no_head_before_its_state_is_whole(void **state)
{
	char *path = path_of(*state, "x");
	struct letters letters = { 3, 40 };
	struct image image;

	image_init(&image, ID, POSITION);
	assert_int_equal(image_write(&image, path, room(), save_letters, &letters), 0);
	assert_string_equal(disk_hooks->calls, "CWWWWS"); /* a create, three pieces, the head */

	hooks_clear();
	disk_hooks->fail_call = DISK_WRITE;
	disk_hooks->fail_nth = 2;
	disk_hooks->fault = -ENOSPC;
	assert_int_equal(image_write(&image, path, room(), save_letters, &letters), -ENOSPC);
	assert_string_equal(disk_hooks->calls, "CXCWWX"); /* the old one went, and so did this */
	assert_string_equal(names_in(*state), "");
	free(path);
}

static void what_cannot_be_read_is_said(void **state)
{
	char *path = path_of(*state, "x");
	struct letters letters = { 1, 40 };
	struct image image;
	char *bytes = NULL;

	image_init(&image, ID, POSITION);
	assert_string_equal(image_read(&image, path, &bytes), "it cannot be opened");
	assert_string_equal(image_look(&image, path), "it cannot be opened");
	write_bytes(path, "short", 5);
	assert_string_equal(image_look(&image, path), "it is too short");
	assert_int_equal(image_write(&image, path, room(), save_letters, &letters), 0);
	for (int nth = 1; nth <= 2; nth++) { /* the head, the state */
		disk_hooks->fail_call = DISK_READ;
		disk_hooks->fail_nth = nth;
		disk_hooks->fault = -EIO;
		assert_string_equal(image_read(&image, path, &bytes), "it cannot be read");
		assert_null(bytes);
	}
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_state_of_any_size_comes_back, test_begin,
						test_end),
		cmocka_unit_test_setup_teardown(the_same_state_makes_the_same_file, test_begin,
						test_end),
		cmocka_unit_test(a_head_is_only_taken_for_what_it_is),
		cmocka_unit_test_setup_teardown(a_file_has_no_head_before_its_state_is_whole,
						test_begin, test_end),
		cmocka_unit_test_setup_teardown(what_cannot_be_read_is_said, test_begin, test_end),
	};
	int r;

	r = cmocka_run_group_tests_name("image", tests, NULL, NULL);
	image_buffer_fini(&buffer);
	return r;
}
