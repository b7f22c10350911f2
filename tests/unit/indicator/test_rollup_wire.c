/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/rollup.h"
#include "saving.h"

#define FORMER N_UNITS /* in the register: was merged into unit 4 */

static struct units *make_units(void)
{
	const struct unit gone = { .id = "old", .parent = 1, .from_day = INT32_MIN };
	struct units *units = fixture_units();
	uint32_t number;

	assert_int_equal(units_add_former(units, &gone, 4, &number), 0);
	assert_int_equal(number, FORMER);
	return units;
}

static struct saved write(const struct units *units, const struct rollup *list, size_t n)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	for (size_t i = 0; i < n; i++)
		rollup_write(&writer, units, &list[i]);
	saved_end(&writer);
	return saved;
}

static const struct rollup samples[] = {
	{ .series = 0x1122334455667788,
	  .unit = 3,
	  .minute = 7,
	  .n = 5,
	  .last_ms = 420001,
	  .body = "body",
	  .size = 4 },
	{ .series = 1, .unit = 4, .former = FORMER, .minute = 8, .last_ms = 480000, .body = "" },
};

static void what_is_written_is_read_back(void **state)
{
	struct units *units = make_units();
	struct saved saved = write(units, samples, 2), again;
	struct bytes_reader reader;
	struct rollup read[2], none;

	(void)state;
	bytes_reader_init(&reader, saved.bytes, saved.n);
	for (int i = 0; i < 2; i++) {
		assert_true(rollup_read(&reader, units, &read[i]));
		assert_int_equal(read[i].series, samples[i].series);
		assert_int_equal(read[i].unit, samples[i].unit);
		assert_int_equal(read[i].former, samples[i].former);
		assert_int_equal(read[i].minute, samples[i].minute);
		assert_int_equal(read[i].n, samples[i].n);
		assert_int_equal(read[i].last_ms, samples[i].last_ms);
		assert_int_equal(read[i].size, samples[i].size);
		assert_memory_equal(read[i].body, samples[i].body, samples[i].size);
	}
	assert_false(rollup_read(&reader, units, &none));
	assert_false(reader.is_bad);
	again = write(units, read, 2);
	assert_same_bytes(&saved, &again);
	saved_fini(&saved);
	saved_fini(&again);
	units_free(units);
}

static void a_unit_that_is_not_there_is_none(void **state)
{
	struct units *units = make_units(), *other = units_new();
	struct saved saved = write(units, samples, 1);
	struct bytes_reader reader;
	struct rollup rollup;

	(void)state;
	bytes_reader_init(&reader, saved.bytes, saved.n);
	assert_true(rollup_read(&reader, other, &rollup));
	assert_int_equal(rollup.unit, UNIT_NONE);
	assert_int_equal(rollup.former, 0);
	saved_fini(&saved);
	units_free(units);
	units_free(other);
}

static void what_ends_too_early_is_bad(void **state)
{
	struct units *units = make_units();
	struct saved saved = write(units, samples, 1);

	(void)state;
	for (size_t n = 1; n < saved.n; n++) {
		struct bytes_reader reader;
		struct rollup rollup;

		bytes_reader_init(&reader, saved.bytes, n);
		assert_false(rollup_read(&reader, units, &rollup));
		assert_true(reader.is_bad);
		assert_false(rollup_read(&reader, units, &rollup));
	}
	saved_fini(&saved);
	units_free(units);
}

static void a_body_that_is_too_long_is_bad(void **state)
{
	static const char body[ROLLUP_BODY_MAX + 1];
	struct units *units = make_units();

	(void)state;
	for (size_t size = ROLLUP_BODY_MAX; size <= ROLLUP_BODY_MAX + 1; size++) {
		struct rollup rollup = samples[0], read;
		struct bytes_reader reader;
		struct saved saved;

		rollup.body = body;
		rollup.size = size;
		saved = write(units, &rollup, 1);
		bytes_reader_init(&reader, saved.bytes, saved.n);
		assert_int_equal(rollup_read(&reader, units, &read), size == ROLLUP_BODY_MAX);
		saved_fini(&saved);
	}
	units_free(units);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(a_unit_that_is_not_there_is_none),
		cmocka_unit_test(what_ends_too_early_is_bad),
		cmocka_unit_test(a_body_that_is_too_long_is_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
