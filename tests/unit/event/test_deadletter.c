/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../saved.h"
#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "iocd/deadletter.h"
#include "iocd/unit.h"

#define N_UNITS 2u
#define NOW     INT64_C(1795309200000) /* a whole second */

static struct decode_input message(const char *topic, const char *payload, int64_t arrival_ms)
{
	return (struct decode_input){
		.topic = topic,
		.topic_size = strlen(topic),
		.payload = payload,
		.payload_size = strlen(payload),
		.arrival_ms = arrival_ms,
		.position = 4711,
	};
}

/* Offers n messages of unit; returns how many were kept. */
static uint64_t offer(struct deadletter *deadletter, uint32_t unit, enum reason reason,
		      int64_t arrival_ms, int n)
{
	const struct decode_input input = message("t", "p", arrival_ms);
	uint64_t before = deadletter_last(deadletter);

	for (int i = 0; i < n; i++)
		deadletter_offer(deadletter, &input, unit, reason, 0);
	return deadletter_last(deadletter) - before;
}

static void a_sample_says_what_was_refused_and_why(void **state)
{
	struct deadletter *deadletter = deadletter_new(N_UNITS);
	char topic[] = "ioc/v1/d1/desk/evt/closed", payload[] = "{\"id\":";
	const struct decode_input input = message(topic, payload, NOW + 12);
	const struct sample *sample;

	(void)state;
	assert_int_equal(deadletter_last(deadletter), 0);
	deadletter_offer(deadletter, &input, 1, REASON_json_syntax, 3);
	memset(topic, 'x', sizeof(topic)); /* it has copied what it keeps */
	memset(payload, 'x', sizeof(payload));

	assert_int_equal(deadletter_last(deadletter), 1);
	sample = deadletter_at(deadletter, 1);
	assert_non_null(sample);
	assert_int_equal(sample->number, 1);
	assert_int_equal(sample->arrival_ms, NOW + 12);
	assert_int_equal(sample->unit, 1);
	assert_int_equal(sample->reason, REASON_json_syntax);
	assert_int_equal(sample->nth, 3);
	assert_int_equal(sample->position, 4711);
	assert_int_equal(sample->payload_size, 6);
	assert_int_equal(sample->payload_kept, 6);
	assert_memory_equal(sample->payload, "{\"id\":", 6);
	assert_int_equal(sample->topic_kept, 25);
	assert_memory_equal(sample->topic, "ioc/v1/d1/desk/evt/closed", 25);
	deadletter_free(deadletter);
}

static void of_a_long_message_the_beginning_is_kept_and_the_size_told(void **state)
{
	struct deadletter *deadletter = deadletter_new(N_UNITS);
	size_t size = 3 * DEADLETTER_PAYLOAD;
	char *payload = calloc(size + 1, 1), *topic = calloc(size + 1, 1);
	const struct sample *sample;
	struct decode_input input;

	(void)state;
	assert_non_null(payload);
	assert_non_null(topic);
	memset(payload, 'p', size);
	memset(topic, 't', size);
	input = message(topic, payload, NOW);
	deadletter_offer(deadletter, &input, 0, REASON_too_big, 0);

	sample = deadletter_at(deadletter, 1);
	assert_int_equal(sample->payload_size, size);
	assert_int_equal(sample->payload_kept, DEADLETTER_PAYLOAD);
	assert_memory_equal(sample->payload, payload, DEADLETTER_PAYLOAD);
	assert_int_equal(sample->topic_kept, sizeof(sample->topic));
	assert_memory_equal(sample->topic, topic, sizeof(sample->topic));
	free(topic);
	free(payload);
	deadletter_free(deadletter);
}

static void an_empty_payload_is_a_sample_too(void **state)
{
	struct deadletter *deadletter = deadletter_new(N_UNITS);
	struct decode_input input = message("t", "", NOW);

	(void)state;
	input.payload = NULL;
	deadletter_offer(deadletter, &input, 0, REASON_json_syntax, 0);
	assert_int_equal(deadletter_at(deadletter, 1)->payload_kept, 0);
	deadletter_free(deadletter);
}

static void one_unit_and_reason_gets_a_few_samples_a_second(void **state)
{
	struct deadletter *deadletter = deadletter_new(N_UNITS);
	uint64_t dropped = counter_get(COUNTER_deadletter_dropped);

	(void)state;
	assert_int_equal(offer(deadletter, 0, REASON_duplicate, NOW, 25), DEADLETTER_RATE);
	assert_int_equal(offer(deadletter, 0, REASON_duplicate, NOW + 999, 5), 0);
	assert_int_equal(counter_get(COUNTER_deadletter_dropped) - dropped, 30 - DEADLETTER_RATE);
	assert_int_equal(offer(deadletter, 0, REASON_duplicate, NOW + 1000, 25), DEADLETTER_RATE);
	deadletter_free(deadletter);
}

static void a_flood_does_not_hide_another_unit_or_reason(void **state)
{
	struct deadletter *deadletter = deadletter_new(N_UNITS);

	(void)state;
	assert_int_equal(offer(deadletter, 0, REASON_duplicate, NOW, 100), DEADLETTER_RATE);
	assert_int_equal(offer(deadletter, 0, REASON_no_id, NOW, 1), 1);
	assert_int_equal(offer(deadletter, 1, REASON_duplicate, NOW, 1), 1);
	assert_int_equal(offer(deadletter, UNIT_NONE, REASON_duplicate, NOW, 100), DEADLETTER_RATE);
	assert_int_equal(offer(deadletter, UNIT_NONE, REASON_internal, NOW, 1), 1);
	assert_int_equal(deadletter_at(deadletter, deadletter_last(deadletter))->unit, UNIT_NONE);
	deadletter_free(deadletter);
}

static void the_last_samples_are_kept_and_the_oldest_go(void **state)
{
	struct deadletter *deadletter = deadletter_new(N_UNITS);
	const uint64_t n = DEADLETTER_MAX + 300;

	(void)state;
	for (uint64_t i = 1; i <= n; i++)
		assert_int_equal(offer(deadletter, 0, REASON_no_id, NOW + (int64_t)i * 1000, 1), 1);

	assert_int_equal(deadletter_last(deadletter), n);
	for (uint64_t i = n - DEADLETTER_MAX + 1; i <= n; i++) {
		assert_non_null(deadletter_at(deadletter, i));
		assert_int_equal(deadletter_at(deadletter, i)->number, i);
		assert_int_equal(deadletter_at(deadletter, i)->arrival_ms, NOW + (int64_t)i * 1000);
	}
	assert_null(deadletter_at(deadletter, n - DEADLETTER_MAX));
	assert_null(deadletter_at(deadletter, n + 1));
	deadletter_free(deadletter);
}

static void there_is_no_sample_before_the_first(void **state)
{
	struct deadletter *deadletter = deadletter_new(N_UNITS);

	(void)state;
	assert_null(deadletter_at(deadletter, 0));
	assert_null(deadletter_at(deadletter, 1));
	assert_null(deadletter_at(deadletter, DEADLETTER_MAX));
	deadletter_free(deadletter);
}

static struct saved save(const struct deadletter *deadletter)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	deadletter_save(deadletter, &writer);
	saved_end(&writer);
	return saved;
}

/* What the first n bytes of saved make, or NULL. */
static struct deadletter *load(const struct saved *saved, size_t n, const struct renumber *units)
{
	struct deadletter *deadletter = deadletter_new(N_UNITS);
	char *copy = xcalloc(n + 1, 1); /* so that the sanitizer sees who reads too far */
	struct bytes_reader reader;

	memcpy(copy, saved->bytes, n);
	bytes_reader_init(&reader, copy, n);
	deadletter_load(deadletter, &reader, units);
	free(copy);
	return reader.is_bad ? deadletter_free(deadletter) : deadletter;
}

static const uint32_t same[N_UNITS] = { 0, 1 };
static const struct renumber same_units = { .to = same, .n = N_UNITS };

static void check_same(const struct sample *a, const struct sample *b)
{
	assert_int_equal(a->number, b->number);
	assert_int_equal(a->arrival_ms, b->arrival_ms);
	assert_int_equal(a->unit, b->unit);
	assert_int_equal(a->reason, b->reason);
	assert_int_equal(a->nth, b->nth);
	assert_int_equal(a->position, b->position);
	assert_int_equal(a->payload_size, b->payload_size);
	assert_int_equal(a->topic_kept, b->topic_kept);
	assert_memory_equal(a->topic, b->topic, a->topic_kept);
	assert_int_equal(a->payload_kept, b->payload_kept);
	assert_memory_equal(a->payload, b->payload, a->payload_kept);
}

static struct deadletter *make_used(void)
{
	struct deadletter *deadletter = deadletter_new(N_UNITS);
	const struct decode_input input = message("ioc/v1/d1/desk/evt/a", "{\"id\":", NOW);

	deadletter_offer(deadletter, &input, 1, REASON_json_syntax, 3);
	(void)offer(deadletter, 0, REASON_duplicate, NOW + 1, 4);
	(void)offer(deadletter, UNIT_NONE, REASON_unknown_unit, NOW + 2, 20);
	return deadletter;
}

static void samples_and_rates_are_read_back_as_they_were_saved(void **state)
{
	struct deadletter *before = make_used(), *after;
	struct saved first = save(before), second;

	(void)state;
	after = load(&first, first.n, &same_units);
	assert_non_null(after);
	assert_int_equal(deadletter_last(after), deadletter_last(before));
	for (uint64_t n = 1; n <= deadletter_last(before); n++)
		check_same(deadletter_at(before, n), deadletter_at(after, n));
	second = save(after);
	assert_int_equal(first.n, second.n);
	assert_memory_equal(first.bytes, second.bytes, first.n);

	assert_int_equal(offer(after, 0, REASON_duplicate, NOW + 3, 100), DEADLETTER_RATE - 4);
	assert_int_equal(offer(after, UNIT_NONE, REASON_unknown_unit, NOW + 4, 1), 0);
	saved_fini(&second);
	saved_fini(&first);
	deadletter_free(after);
	deadletter_free(before);
}

static void the_last_samples_are_still_the_last_when_read_back(void **state)
{
	struct deadletter *before = deadletter_new(N_UNITS), *after;
	const uint64_t last = DEADLETTER_MAX + 7;
	struct saved saved;

	(void)state;
	for (uint64_t i = 1; i <= last; i++)
		(void)offer(before, 0, REASON_no_id, NOW + (int64_t)i * 1000, 1);
	saved = save(before);
	after = load(&saved, saved.n, &same_units);
	assert_non_null(after);
	assert_null(deadletter_at(after, 7));
	for (uint64_t n = 8; n <= last; n++)
		check_same(deadletter_at(before, n), deadletter_at(after, n));
	(void)offer(after, 0, REASON_no_id, NOW, 1);
	assert_int_equal(deadletter_at(after, last + 1)->number, last + 1);
	saved_fini(&saved);
	deadletter_free(after);
	deadletter_free(before);
}

static void samples_of_units_that_are_gone_have_none(void **state)
{
	static const uint32_t to[N_UNITS] = { RENUMBER_GONE, 0 };
	const struct renumber units = { .to = to, .n = N_UNITS };
	struct deadletter *before = make_used(), *after;
	struct saved saved = save(before);

	(void)state;
	after = load(&saved, saved.n, &units);
	assert_non_null(after);
	assert_int_equal(deadletter_last(after), deadletter_last(before));
	assert_int_equal(deadletter_at(after, 1)->unit, 0);
	assert_int_equal(deadletter_at(after, 2)->unit, UNIT_NONE);
	/* What the gone unit used up is charged to nobody. */
	assert_int_equal(offer(after, UNIT_NONE, REASON_duplicate, NOW + 3, 100), DEADLETTER_RATE);
	assert_int_equal(offer(after, 0, REASON_json_syntax, NOW + 3, 100), DEADLETTER_RATE - 1);
	saved_fini(&saved);
	deadletter_free(after);
	deadletter_free(before);
}

static void samples_of_reasons_that_are_gone_are_not_kept(void **state)
{
	struct deadletter *before = make_used(), *after, *again;
	struct saved saved = save(before);
	char *name = memmem(saved.bytes, saved.n, "duplicate", 9);

	(void)state;
	assert_non_null(name);
	name[0] = 'x';
	after = load(&saved, saved.n, &same_units);
	assert_non_null(after);
	assert_non_null(deadletter_at(after, 1));
	assert_null(deadletter_at(after, 2));
	assert_int_equal(deadletter_at(after, 6)->reason, REASON_unknown_unit);
	saved_fini(&saved);

	saved = save(after); /* with its gaps */
	again = load(&saved, saved.n, &same_units);
	assert_non_null(again);
	assert_null(deadletter_at(again, 5));
	check_same(deadletter_at(again, 6), deadletter_at(after, 6));
	saved_fini(&saved);
	deadletter_free(again);
	deadletter_free(after);
	deadletter_free(before);
}

static void damaged_samples_are_refused_or_harmless(void **state)
{
	struct deadletter *before = make_used(), *after;
	struct saved saved = save(before);

	(void)state;
	for (size_t n = 0; n < saved.n; n++)
		assert_null(load(&saved, n, &same_units));
	for (size_t i = 0; i < saved.n; i++) {
		char mark = (char)(1u << i % 8);

		saved.bytes[i] ^= mark;
		after = load(&saved, saved.n, &same_units);
		for (uint64_t n = 1; after && n <= DEADLETTER_MAX; n++) {
			const struct sample *sample = deadletter_at(after, n);

			assert_true(!sample ||
				    (sample->reason > REASON_NONE && sample->reason < N_REASONS &&
				     (sample->unit < N_UNITS || sample->unit == UNIT_NONE)));
		}
		if (after)
			(void)offer(after, 0, REASON_no_id, NOW, 1);
		deadletter_free(after);
		saved.bytes[i] ^= mark;
	}
	saved_fini(&saved);
	deadletter_free(before);
}

static void a_sample_larger_than_can_be_is_refused(void **state)
{
	struct deadletter *before = deadletter_new(N_UNITS), *after;
	char topic[256] = { 0 }, payload[DEADLETTER_PAYLOAD + 1] = { 0 };
	struct decode_input input;
	struct saved saved;
	char *size;

	(void)state;
	memset(topic, 't', sizeof(topic) - 1);
	memset(payload, 'p', sizeof(payload) - 1);
	input = message(topic, payload, NOW);
	deadletter_offer(before, &input, 0, REASON_no_id, 0);
	saved = save(before);
	after = load(&saved, saved.n, &same_units);
	assert_non_null(after);
	deadletter_free(after);

	/* One byte of the payload becomes the topic's. */
	size = memmem(saved.bytes, saved.n, "\x80\0\0\0tt", 6);
	assert_non_null(size);
	size[0]++;
	assert_null(load(&saved, saved.n, &same_units));
	saved_fini(&saved);
	deadletter_free(before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_is_no_sample_before_the_first),
		cmocka_unit_test(a_sample_says_what_was_refused_and_why),
		cmocka_unit_test(of_a_long_message_the_beginning_is_kept_and_the_size_told),
		cmocka_unit_test(an_empty_payload_is_a_sample_too),
		cmocka_unit_test(one_unit_and_reason_gets_a_few_samples_a_second),
		cmocka_unit_test(a_flood_does_not_hide_another_unit_or_reason),
		cmocka_unit_test(the_last_samples_are_kept_and_the_oldest_go),
		cmocka_unit_test(samples_and_rates_are_read_back_as_they_were_saved),
		cmocka_unit_test(the_last_samples_are_still_the_last_when_read_back),
		cmocka_unit_test(samples_of_units_that_are_gone_have_none),
		cmocka_unit_test(samples_of_reasons_that_are_gone_are_not_kept),
		cmocka_unit_test(damaged_samples_are_refused_or_harmless),
		cmocka_unit_test(a_sample_larger_than_can_be_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
