/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/base/counter.h"
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
