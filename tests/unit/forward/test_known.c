/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "iocd/base/text.h"
#include "known.h"

#define HEAD 1000

static struct receipt_stream receipt_of(uint64_t have, const struct span *missing, uint32_t n)
{
	struct receipt_stream receipt = { .is_known = true, .have = { have, 0 }, .n_missing = n };

	for (uint32_t i = 0; i < n; i++)
		receipt.missing[i] =
			(struct frame_range){ { missing[i].from, 0 }, { missing[i].to, 0 } };
	return receipt;
}

static const struct span gaps[] = { { 10, 20 }, { 30, 31 } };

static struct known example(void)
{
	const struct receipt_stream receipt = receipt_of(100, gaps, 2);
	struct known known;

	assert_int_equal(known_read(&known, &receipt, HEAD), 0);
	return known;
}

static void what_is_lacking_is_what_is_missing_and_all_from_have_on(void **state)
{
	const struct known known = example();
	struct span lacking;

	(void)state;
	lacking = known_lacking(&known, (struct span){ 0, HEAD });
	assert_true(lacking.from == 10 && lacking.to == 20);
	lacking = known_lacking(&known, (struct span){ 15, 18 });
	assert_true(lacking.from == 15 && lacking.to == 18);
	lacking = known_lacking(&known, (struct span){ 20, HEAD });
	assert_true(lacking.from == 30 && lacking.to == 31);
	lacking = known_lacking(&known, (struct span){ 31, HEAD });
	assert_true(lacking.from == 100 && lacking.to == HEAD);
	lacking = known_lacking(&known, (struct span){ 31, 100 });
	assert_true(lacking.from == 100 && lacking.to == 100);
	assert_int_equal(known_count(&known, (struct span){ 0, HEAD }), 10 + 1 + 900);
	assert_int_equal(known_count(&known, (struct span){ 19, 101 }), 1 + 1 + 1);
	assert_int_equal(known_count(&known, (struct span){ 40, 90 }), 0);
}

static void a_receipt_that_makes_no_sense_changes_nothing(void **state)
{
	static const struct span overlap[] = { { 10, 20 }, { 19, 30 } };
	static const struct span disorder[] = { { 30, 31 }, { 10, 20 } };
	static const struct span empty[] = { { 10, 10 } };
	static const struct span turned[] = { { 20, 10 } };
	const struct receipt_stream bad[] = {
		receipt_of(HEAD + 1, NULL, 0), /* more than there is */
		receipt_of(25, overlap, 2),
		receipt_of(100, overlap, 2),
		receipt_of(100, disorder, 2),
		receipt_of(100, empty, 1),
		receipt_of(100, turned, 1),
		receipt_of(30, gaps, 2), /* missing beyond what it has */
	};
	struct receipt_stream long_one = receipt_of(100, NULL, 0);
	struct known known = example();
	const struct known before = known;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(known_read(&known, &bad[i], HEAD), KNOWN_BAD);
	long_one.n_missing = FRAME_MISSING_MAX + 1;
	assert_int_equal(known_read(&known, &long_one, HEAD), KNOWN_BAD);
	assert_memory_equal(&known, &before, sizeof(known));
}

static struct text saved(const struct known *known)
{
	struct text text = { 0 };
	struct bytes_writer writer;
	char buffer[64];

	bytes_writer_init(&writer, bytes_into_text, &text, buffer, sizeof(buffer));
	known_save(known, &writer);
	assert_int_equal(bytes_flush(&writer), 0);
	return text;
}

static void it_is_remembered_and_rubbish_is_not_believed(void **state)
{
	const struct known known = example();
	CLEANUP_TEXT struct text text = saved(&known);
	struct bytes_reader reader;
	struct known again = { 0 };

	(void)state;
	bytes_reader_init(&reader, text.bytes, text.size);
	known_load(&again, &reader);
	assert_false(reader.is_bad);
	assert_int_equal(known_count(&again, (struct span){ 0, HEAD }), 911);

	text.bytes[text.size - 16] = 5; /* the second range begins before the first ends */
	bytes_reader_init(&reader, text.bytes, text.size);
	known_load(&again, &reader);
	assert_true(reader.is_bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_lacking_is_what_is_missing_and_all_from_have_on),
		cmocka_unit_test(a_receipt_that_makes_no_sense_changes_nothing),
		cmocka_unit_test(it_is_remembered_and_rubbish_is_not_believed),
	};

	return cmocka_run_group_tests_name("forward/known", tests, NULL, NULL);
}
