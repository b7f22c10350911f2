/* SPDX-License-Identifier: Apache-2.0 */
/* What is missing, against a plain set of numbers. */
#include "fixture.h"
#include "streams.h"

#define N 96u

static uint32_t dice(uint32_t *seed, uint32_t sides)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed % sides;
}

struct plain {
	bool lacks[N];
	uint32_t first, have;
};

static uint32_t count_runs(const struct plain *plain)
{
	uint32_t n = 0;

	for (uint32_t i = plain->first; i < plain->have; i++)
		n += plain->lacks[i] && (i == plain->first || !plain->lacks[i - 1]);
	return n;
}

static void check(const struct stream *stream, const struct plain *plain)
{
	uint64_t n = 0;

	assert_int_equal(stream->have.number, plain->have);
	assert_int_equal(stream->have.position, POSITION(plain->have));
	assert_int_equal(stream->n_ranges, count_runs(plain));
	for (uint32_t i = plain->first; i < N; i++) {
		assert_int_equal(ranges_lack(stream, i), i >= plain->have || plain->lacks[i]);
		n += i < plain->have && plain->lacks[i];
	}
	assert_int_equal(ranges_missing(stream), n);
	for (uint32_t i = 0; i < stream->n_ranges; i++) {
		const struct frame_range *range = &stream->ranges[i];

		assert_int_equal(range->from.position, POSITION(range->from.number));
		assert_int_equal(range->to.position, POSITION(range->to.number));
		assert_true(i == 0 || range->from.number > stream->ranges[i - 1].to.number);
	}
}

static void take(struct stream *stream, struct plain *plain, uint32_t from, uint32_t to)
{
	struct frame_range range = { mark_of(from), mark_of(to) };
	uint32_t after = ranges_after(stream, &range);
	uint64_t before = ranges_missing_in(stream, from, to);
	uint32_t n = 0;

	if (after > SITE_RANGES)
		return;
	ranges_take(stream, &range);
	assert_int_equal(stream->n_ranges, after);
	for (uint32_t i = plain->have; i < from; i++)
		plain->lacks[i] = true;
	for (uint32_t i = from; i < to; i++) {
		n += i >= plain->have || plain->lacks[i];
		plain->lacks[i] = false;
	}
	assert_int_equal(before, n);
	plain->have = to > plain->have ? to : plain->have;
}

static void drop(struct stream *stream, struct plain *plain, uint32_t before)
{
	ranges_drop(stream, mark_of(before));
	for (uint32_t i = 0; i < before; i++)
		plain->lacks[i] = false;
	plain->have = before > plain->have ? before : plain->have;
}

static void lower(struct stream *stream, struct plain *plain, uint32_t to)
{
	if (to >= plain->first || !ranges_lower(stream, mark_of(to)))
		return;
	if (plain->have == plain->first)
		plain->have = to;
	for (uint32_t i = to; i < plain->first && plain->have > to; i++)
		plain->lacks[i] = true;
	plain->first = to;
}

static void ranges_are_what_a_set_of_numbers_says(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 60; seed++) {
		uint32_t rolls = seed * 2654435761u;
		struct stream stream = { .first = mark_of(20), .have = mark_of(20) };
		struct plain plain = { .first = 20, .have = 20 };

		for (int i = 0; i < 60; i++) {
			uint32_t from = plain.first + dice(&rolls, N - plain.first - 8);
			uint32_t what = dice(&rolls, 24);

			if (what == 0)
				drop(&stream, &plain, plain.first + dice(&rolls, 30));
			else if (what == 1)
				lower(&stream, &plain, dice(&rolls, 20));
			else
				take(&stream, &plain, from, from + 1 + dice(&rolls, 4));
			check(&stream, &plain);
		}
	}
}

static void there_are_never_more_ranges_than_one_receipt_names(void **state)
{
	struct stream stream = { .have = mark_of(0) };
	struct frame_range range;

	(void)state;
	for (uint64_t i = 0; i < FRAME_MISSING_MAX; i++)
		ranges_take(&stream,
			    &(struct frame_range){ mark_of(2 * i + 1), mark_of(2 * i + 2) });
	assert_int_equal(stream.n_ranges, FRAME_MISSING_MAX);
	range = (struct frame_range){ mark_of(1000), mark_of(1001) };
	assert_true(ranges_after(&stream, &range) > SITE_RANGES);
	assert_false(ranges_lower(&(struct stream){ .first = mark_of(5),
						    .have = mark_of(9),
						    .n_ranges = SITE_RANGES,
						    .ranges = { { mark_of(6), mark_of(7) } } },
				  mark_of(1)));
}

static void a_range_that_reaches_the_end_of_numbers_is_counted(void **state)
{
	struct stream stream = { .have = mark_of(10) };

	(void)state;
	ranges_take(&stream, &(struct frame_range){ { UINT64_MAX - 1, 0 }, { UINT64_MAX, 0 } });
	assert_true(ranges_missing(&stream) == UINT64_MAX - 11);
	assert_true(ranges_missing_in(&stream, 0, UINT64_MAX) == UINT64_MAX - 11);
	assert_false(ranges_lack(&stream, UINT64_MAX - 1));
	assert_true(ranges_lack(&stream, UINT64_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ranges_are_what_a_set_of_numbers_says),
		TEST(there_are_never_more_ranges_than_one_receipt_names),
		TEST(a_range_that_reaches_the_end_of_numbers_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
