/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <string.h>

/* Where a writer's bytes go. */
struct sink {
	char bytes[4096];
	size_t n;
	int n_calls;
	int fail_call; /* from 1; 0: none */
};

static char memory[64];

static int take(void *context, const void *bytes, size_t n)
{
	struct sink *sink = context;

	assert_true(n > 0);
	if (++sink->n_calls >= sink->fail_call && sink->fail_call > 0)
		return sink->n_calls == sink->fail_call ? -ENOSPC : -EIO;
	assert_true(sink->n + n <= sizeof(sink->bytes));
	memcpy(sink->bytes + sink->n, bytes, n);
	sink->n += n;
	return 0;
}

static struct bytes_writer begin(struct sink *sink)
{
	struct bytes_writer writer;

	memset(sink, 0, sizeof(*sink));
	bytes_writer_init(&writer, take, sink, memory, sizeof(memory));
	return writer;
}

static struct bytes_reader read_back(struct sink *sink, struct bytes_writer *writer)
{
	struct bytes_reader reader;

	assert_int_equal(bytes_flush(writer), 0);
	assert_int_equal(writer->written, sink->n);
	bytes_reader_init(&reader, sink->bytes, sink->n);
	return reader;
}

static void assert_text(struct bytes_reader *reader, const char *text)
{
	size_t n;
	const char *found = bytes_get_text(reader, &n);

	assert_int_equal(n, strlen(text));
	assert_memory_equal(found, text, n);
}

static void what_is_put_comes_back(void **state)
{
	struct sink sink;
	struct bytes_writer writer = begin(&sink);
	struct bytes_reader reader;

	(void)state;
	bytes_put_part(&writer, "part", 3);
	bytes_put_u8(&writer, 0xab);
	bytes_put_u32(&writer, UINT32_MAX - 1);
	bytes_put_u64(&writer, UINT64_MAX - 2);
	bytes_put_i64(&writer, INT64_MIN);
	bytes_put_f64(&writer, -0.1);
	bytes_put_text(&writer, "tỉnh");
	bytes_put_text(&writer, NULL);
	bytes_put(&writer, "raw", 3);

	reader = read_back(&sink, &writer);
	bytes_get_part(&reader, "part", 3);
	assert_int_equal(bytes_get_u8(&reader), 0xab);
	assert_int_equal(bytes_get_u32(&reader), UINT32_MAX - 1);
	assert_true(bytes_get_u64(&reader) == UINT64_MAX - 2);
	assert_true(bytes_get_i64(&reader) == INT64_MIN);
	assert_true(bytes_get_f64(&reader) == -0.1);
	assert_text(&reader, "tỉnh");
	assert_text(&reader, "");
	assert_memory_equal(bytes_get(&reader, 3), "raw", 3);
	assert_false(reader.is_bad);
	assert_ptr_equal(reader.at, reader.end);
	assert_string_equal(reader.why, "");
}

static void the_form_is_the_same_on_every_machine(void **state)
{
	static const char expected[] = "seven\0\0\0\2\0\0\0"
				       "\7"
				       "\4\3\2\1"
				       "\x08\7\6\5\4\3\2\1"
				       "\xff\xff\xff\xff\xff\xff\xff\xff"
				       "\0\0\0\0\0\0\xf0\x3f"
				       "\2\0\0\0ab";
	struct sink sink;
	struct bytes_writer writer = begin(&sink);

	(void)state;
	bytes_put_part(&writer, "seven", 2);
	bytes_put_u8(&writer, 7);
	bytes_put_u32(&writer, 0x01020304);
	bytes_put_u64(&writer, 0x0102030405060708);
	bytes_put_i64(&writer, -1);
	bytes_put_f64(&writer, 1);
	bytes_put_text(&writer, "ab");
	assert_int_equal(bytes_flush(&writer), 0);
	assert_int_equal(sink.n, sizeof(expected) - 1);
	assert_memory_equal(sink.bytes, expected, sink.n);
}

static void every_double_keeps_its_bits(void **state)
{
	const double numbers[] = { 0.0, -0.0, INFINITY, -INFINITY, NAN, 5e-324, 1.7e308 };
	struct sink sink;
	struct bytes_writer writer = begin(&sink);
	struct bytes_reader reader;

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		bytes_put_f64(&writer, numbers[i]);
	reader = read_back(&sink, &writer);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		double found = bytes_get_f64(&reader);

		assert_memory_equal(&found, &numbers[i], sizeof(found));
	}
}

static void pieces_of_any_size_pass_the_buffer_in_order(void **state)
{
	char piece[200];

	(void)state;
	for (size_t each = 0; each <= sizeof(piece); each++) {
		struct sink sink;
		struct bytes_writer writer = begin(&sink);

		for (char i = 0; i < 10; i++) {
			memset(piece, 'a' + i, sizeof(piece));
			bytes_put(&writer, piece, each);
			bytes_put_u8(&writer, (uint8_t)i);
		}
		assert_int_equal(bytes_flush(&writer), 0);
		assert_int_equal(writer.written, 10 * (each + 1));
		assert_int_equal(sink.n, 10 * (each + 1));
		for (size_t at = 0; at < sink.n; at++)
			assert_int_equal(sink.bytes[at],
					 at / (each + 1) + (at % (each + 1) < each ? 'a' : 0));
	}
}

static void small_pieces_go_out_together(void **state)
{
	struct sink sink;
	struct bytes_writer writer = begin(&sink);

	(void)state;
	for (int i = 0; i < 64; i++)
		bytes_put_u8(&writer, 1);
	assert_int_equal(sink.n_calls, 0);
	bytes_put_u8(&writer, 1);
	assert_int_equal(sink.n_calls, 1);
	assert_int_equal(bytes_flush(&writer), 0);
	assert_int_equal(sink.n_calls, 2);
	assert_int_equal(bytes_flush(&writer), 0);
	assert_int_equal(sink.n_calls, 2);
}

static void nothing_is_given_after_the_first_fault(void **state)
{
	struct sink sink;
	struct bytes_writer writer = begin(&sink);

	(void)state;
	sink.fail_call = 2;
	for (int i = 0; i < 1000; i++)
		bytes_put_u64(&writer, 1);
	bytes_put(&writer, sink.bytes, 100); /* larger than the buffer */
	assert_int_equal(bytes_flush(&writer), -ENOSPC);
	assert_int_equal(bytes_flush(&writer), -ENOSPC);
	assert_int_equal(sink.n_calls, 2);
	assert_int_equal(sink.n, 64);
}

static void expect_nothing_more(struct bytes_reader *reader)
{
	size_t n = 1;

	assert_null(bytes_get(reader, 1));
	assert_int_equal(bytes_get_u8(reader), 0);
	assert_int_equal(bytes_get_u32(reader), 0);
	assert_true(bytes_get_u64(reader) == 0);
	assert_true(bytes_get_i64(reader) == 0);
	assert_true(bytes_get_f64(reader) == 0);
	assert_non_null(bytes_get_text(reader, &n));
	assert_int_equal(n, 0);
	assert_int_equal(bytes_get_count(reader, 0), 0);
}

static void a_reader_that_is_bad_stays_so(void **state)
{
	static const char bytes[100] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	struct bytes_reader reader;

	(void)state;
	bytes_reader_init(&reader, bytes, sizeof(bytes));
	bytes_reject(&reader, "it is not to our taste");
	assert_true(reader.is_bad);
	expect_nothing_more(&reader);
	bytes_reject(&reader, "it is something else");
	assert_string_equal(reader.why, "it is not to our taste");
}

/* Reads one of everything from n bytes of bytes; whether all was there. */
static bool read_all(const char *bytes, size_t n)
{
	struct bytes_reader reader;
	size_t text_n;

	bytes_reader_init(&reader, bytes, n);
	bytes_get_part(&reader, "part", 3);
	(void)bytes_get_u8(&reader);
	(void)bytes_get_u32(&reader);
	(void)bytes_get_u64(&reader);
	(void)bytes_get_f64(&reader);
	(void)bytes_get_text(&reader, &text_n);
	(void)bytes_get_count(&reader, 2);
	(void)bytes_get(&reader, 2);
	if (reader.is_bad) {
		assert_true(strlen(reader.why) > 0);
		expect_nothing_more(&reader);
	}
	return !reader.is_bad;
}

static void bytes_that_end_too_early_are_bad(void **state)
{
	struct sink sink;
	struct bytes_writer writer = begin(&sink);

	(void)state;
	bytes_put_part(&writer, "part", 3);
	bytes_put_u8(&writer, 1);
	bytes_put_u32(&writer, 1);
	bytes_put_u64(&writer, 1);
	bytes_put_f64(&writer, 1);
	bytes_put_text(&writer, "abc");
	bytes_put_u32(&writer, 1);
	bytes_put(&writer, "xy", 2);
	assert_int_equal(bytes_flush(&writer), 0);
	for (size_t n = 0; n < sink.n; n++)
		assert_false(read_all(sink.bytes, n));
	assert_true(read_all(sink.bytes, sink.n));
	assert_false(read_all(NULL, 0));
}

static void nothing_may_be_asked_of_nothing(void **state)
{
	struct bytes_reader reader;

	(void)state;
	bytes_reader_init(&reader, NULL, 0);
	assert_null(bytes_get(&reader, 0));
	assert_false(reader.is_bad);
	assert_ptr_equal(reader.at, reader.end);
	expect_nothing_more(&reader);
	assert_true(reader.is_bad);
}

static uint32_t count_of(uint32_t n, size_t behind, size_t bytes_each, bool *ret_is_bad)
{
	struct sink sink;
	struct bytes_writer writer = begin(&sink);
	struct bytes_reader reader;
	uint32_t count;

	bytes_put_u32(&writer, n);
	for (size_t i = 0; i < behind; i++)
		bytes_put_u8(&writer, 1);
	reader = read_back(&sink, &writer);
	count = bytes_get_count(&reader, bytes_each);
	*ret_is_bad = reader.is_bad;
	return count;
}

static void a_count_that_cannot_be_true_is_bad(void **state)
{
	bool is_bad;

	(void)state;
	assert_int_equal(count_of(5, 40, 8, &is_bad), 5);
	assert_false(is_bad);
	assert_int_equal(count_of(5, 39, 8, &is_bad), 0);
	assert_true(is_bad);
	assert_int_equal(count_of(6, 40, 8, &is_bad), 0);
	assert_true(is_bad);
	assert_int_equal(count_of(0, 0, 8, &is_bad), 0);
	assert_false(is_bad);
	assert_int_equal(count_of(UINT32_MAX, 40, SIZE_MAX / 4, &is_bad), 0);
	assert_true(is_bad);
	assert_int_equal(count_of(7, 0, 0, &is_bad), 7);
	assert_false(is_bad);
}

static bool part_is(const char *name, uint32_t version)
{
	struct sink sink;
	struct bytes_writer writer = begin(&sink);
	struct bytes_reader reader;

	bytes_put_part(&writer, "ledger", 4);
	reader = read_back(&sink, &writer);
	bytes_get_part(&reader, name, version);
	return !reader.is_bad;
}

static void a_part_is_known_by_all_of_its_name_and_its_version(void **state)
{
	char bytes[12] = "ab\0x\0\0\0\0\1";
	struct bytes_reader reader;

	(void)state;
	assert_true(part_is("ledger", 4));
	assert_false(part_is("ledger", 5));
	assert_false(part_is("ledge", 4));
	assert_false(part_is("ledgers", 4));
	assert_false(part_is("", 4));
	bytes_reader_init(&reader, bytes, sizeof(bytes));
	bytes_get_part(&reader, "ab", 1);
	assert_true(reader.is_bad); /* there is something behind the name */
	assert_string_equal(reader.why, "its parts are not the ones this version writes");
}

static void a_name_may_fill_its_place(void **state)
{
	struct sink sink;
	struct bytes_writer writer = begin(&sink);
	struct bytes_reader reader;

	(void)state;
	bytes_put_part(&writer, "eightltr", 1);
	reader = read_back(&sink, &writer);
	bytes_get_part(&reader, "eightltr", 1);
	assert_false(reader.is_bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_comes_back),
		cmocka_unit_test(the_form_is_the_same_on_every_machine),
		cmocka_unit_test(every_double_keeps_its_bits),
		cmocka_unit_test(pieces_of_any_size_pass_the_buffer_in_order),
		cmocka_unit_test(small_pieces_go_out_together),
		cmocka_unit_test(nothing_is_given_after_the_first_fault),
		cmocka_unit_test(a_reader_that_is_bad_stays_so),
		cmocka_unit_test(bytes_that_end_too_early_are_bad),
		cmocka_unit_test(nothing_may_be_asked_of_nothing),
		cmocka_unit_test(a_count_that_cannot_be_true_is_bad),
		cmocka_unit_test(a_part_is_known_by_all_of_its_name_and_its_version),
		cmocka_unit_test(a_name_may_fill_its_place),
	};

	return cmocka_run_group_tests_name("bytes", tests, NULL, NULL);
}
