/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/base/counter.h"
#include "iocd/base/random.h"

#include "world.h"

#define RECEIVED "d1/one-stop/evt/record.received"
#define BATCH    "d1/one-stop/evt/batch"
#define HEAD                                                                                       \
	"\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"time\":\"2026-11-22T01:15:00Z\""
#define DATA "\"data\":{\"record\":\"r\",\"channel\":\"post\",\"due\":\"2026-11-29T00:00:00Z\"}"
#define TYPE "\"type\":\"record.received\""

#define N_MUTANTS  25000
#define MUTANT_MAX 4096

static struct world *world;

static int set_up(void **state)
{
	(void)state;
	world = world_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	world = world_free(world);
	return 0;
}

/* How many of the n valid events in payload were read without building a document. */
static uint64_t count_scanned(const char *tail, const char *payload, size_t n)
{
	uint64_t before = counter_get(COUNTER_events_scanned);
	const struct decoded *decoded;

	assert_int_equal(world_read(world, tail, payload, strlen(payload), &decoded), n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(decoded[i].reason, REASON_NONE);
	return counter_get(COUNTER_events_scanned) - before;
}

static void ordinary_shapes_are_scanned(void **state)
{
	static const char *const payloads[] = {
		"{" HEAD "," TYPE "," DATA "}",
		"{" DATA "," TYPE "," HEAD "}",
		"{" TYPE "," DATA "," HEAD "}",
		" \n{ " HEAD " ,\t" TYPE " , " DATA " }\r\n ",
		"[{" HEAD "," TYPE "," DATA "}]",
		"[{" HEAD "," TYPE "," DATA ",\"x\":{\"y\":[1,{\"y\":null}]},\"z\":-1.5e3}]",
		"{" HEAD "," TYPE "," DATA ",\"subject\":\"\\u0110\\ud83d\\ude00\"}",
		"{" HEAD ",\"\\u0074ype\":\"record.received\"," DATA "}",
		"{" HEAD ",\"type\":\"record.\\u0072eceived\"," DATA ",\"\":\"\"}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(payloads); i++) {
		assert_int_equal(count_scanned(RECEIVED, payloads[i], 1), 1);
		assert_int_equal(count_scanned(BATCH, payloads[i], 1), 1);
	}
}

static void a_batch_is_scanned_whatever_the_order_of_its_keys(void **state)
{
	(void)state;
	assert_int_equal(
		count_scanned(BATCH,
			      "[{" DATA "," HEAD "," TYPE "},"
			      "{" HEAD ",\"type\":\"ping\",\"data\":{}},"
			      "{" DATA "," TYPE "," HEAD "},"
			      "{\"data\":{\"record\":\"r\"},\"type\":\"record.resolved\"," HEAD
			      "}]",
			      4),
		4);
}

static void fields_of_the_event_before_are_not_taken_over(void **state)
{
	static const char payload[] = "[{" HEAD "," TYPE ",\"data\":{\"record\":\"r\","
				      "\"channel\":\"post\",\"due\":\"2026-11-29T00:00:00Z\","
				      "\"note\":\"n\",\"digitized\":true}},"
				      "{" HEAD "," TYPE "," DATA "},{" HEAD "," TYPE "}]";
	const struct decoded *decoded;

	(void)state;
	assert_int_equal(world_read(world, BATCH, payload, strlen(payload), &decoded), 3);
	assert_true(decoded[0].event.values[4].present);
	assert_int_equal(decoded[1].reason, REASON_NONE);
	assert_false(decoded[1].event.values[3].present);
	assert_false(decoded[1].event.values[4].present);
	assert_int_equal(decoded[2].reason, REASON_no_field);
}

static void a_fault_found_late_leaves_nothing_of_what_was_read(void **state)
{
	static const char payload[] = "[{" HEAD "," TYPE ",\"data\":{\"record\":\"r\","
				      "\"channel\":\"post\",\"due\":\"2026-11-29T00:00:00Z\","
				      "\"other\":1}},{" HEAD "," TYPE "," DATA "}";
	uint64_t scanned = counter_get(COUNTER_events_scanned);
	uint64_t unknown = counter_get(COUNTER_events_unknown_keys);
	const struct decoded *decoded;

	(void)state;
	assert_int_equal(world_read(world, BATCH, payload, strlen(payload), &decoded), 1);
	assert_int_equal(decoded->reason, REASON_json_syntax);
	assert_int_equal(counter_get(COUNTER_events_scanned), scanned);
	assert_int_equal(counter_get(COUNTER_events_unknown_keys), unknown);
}

static void keys_are_counted_whether_declared_or_not(void **state)
{
	char payload[2048];
	const struct decoded *decoded;

	(void)state;
	for (int n = 61; n <= 62; n++) { /* and three that are declared */
		char *at = stpcpy(payload, "{" HEAD "," TYPE "," DATA);

		at--; /* into data */
		for (int i = 0; i < n; i++)
			at += sprintf(at, ",\"k%d\":1", i);
		strcpy(at, "}}");
		world_read(world, RECEIVED, payload, strlen(payload), &decoded);
		assert_int_equal(decoded->reason, n == 61 ? REASON_NONE : REASON_too_many);
	}
}

/* A text that is being spoilt. */
struct mutant {
	char bytes[MUTANT_MAX];
	size_t size;
};

static const char *const tokens[] = {
	"\"",
	"\\",
	"\\u0000",
	"\\ud83d",
	"\\ude00",
	"\\u0041",
	"{",
	"}",
	"[",
	"]",
	":",
	",",
	"null",
	"true",
	"1e999",
	"-0",
	"0.1",
	"1E+2",
	"\xc3\xa9",
	"\xff",
	"\xe2\x80\xae",
	"\"id\":",
	"\"type\":",
	"\"data\":",
	"{\"a\":1}",
	"\"subject\":",
	"\"note\":",
	"\"unit\":\"d2\",",
	"one-stop.",
	".v1",
	"\n",
	"\t",
	"\x7f",
	"\x01",
	"99999999999999999999",
	"[[[[[[[[",
	"{\"x\":",
	"historical",
	"\"x\":[],",
	"\"drill\":\"true\",",
	"\"sequence\":\"7\",",
	"\"session\":\"a\",",
	"Z",
	"record.resolved",
};

/* Replaces n_out bytes at place at by n_in others, if there is room. */
static void splice(struct mutant *mutant, size_t at, size_t n_out, const char *in, size_t n_in)
{
	if (mutant->size - n_out + n_in > MUTANT_MAX)
		return;

	memmove(mutant->bytes + at + n_in, mutant->bytes + at + n_out, mutant->size - at - n_out);
	memcpy(mutant->bytes + at, in, n_in);
	mutant->size += n_in - n_out;
}

static void mutate(struct mutant *mutant, struct random_stream *stream)
{
	size_t at = random_below(stream, mutant->size + 1);
	size_t left = mutant->size - at;
	size_t n = random_below(stream, (left < 12 ? left : 12) + 1);
	const char *token = tokens[random_below(stream, COUNT(tokens))];
	char copy[16];

	switch (random_below(stream, 5)) {
	case 0:
		splice(mutant, at, n, "", 0);
		break;
	case 1:
		splice(mutant, at, 0, token, strlen(token));
		break;
	case 2:
		splice(mutant, at, n, token, strlen(token));
		break;
	case 3:
		memcpy(copy, mutant->bytes + at, n);
		splice(mutant, random_below(stream, mutant->size + 1), 0, copy, n);
		break;
	default:
		if (left > 0)
			mutant->bytes[at] = (char)random_next(stream);
		break;
	}
}

static void grow(struct mutant *mutant, struct random_stream *stream)
{
	static const char *const seeds[] = {
		"{" HEAD "," TYPE "," DATA "}",
		"{" HEAD "," TYPE ",\"sequence\":42,\"session\":\"s\"," DATA "}",
		"[{" DATA "," HEAD "," TYPE "},{" HEAD ",\"type\":\"ping\"}]",
		"{" HEAD
		",\"type\":\"level\",\"data\":{\"level\":1.25,\"count\":-3,\"x\":{\"y\":[0]}}}",
		"[{\"specversion\":\"1.0\",\"id\":\"\\u0061\",\"source\":\"/unit/d1/x\","
		"\"type\":\"a.one-stop.record.resolved.v1\",\"time\":\"2026-11-22T08:15:00.5+07:"
		"00\","
		"\"subject\":\"\xc4\x91\\n\",\"drill\":true,\"data\":{\"record\":\"\\\"\"}}]",
	};
	const char *seed = seeds[random_below(stream, COUNT(seeds))];
	uint64_t n = random_below(stream, 4);

	mutant->size = strlen(seed);
	memcpy(mutant->bytes, seed, mutant->size);
	for (uint64_t i = 0; i < n; i++)
		mutate(mutant, stream);
}

static void both_readers_agree_on_spoilt_events(void **state)
{
	static const char *const tails[] = { RECEIVED, BATCH, "d1/hydro/evt/level",
					     "d1/hydro/evt/batch" };
	size_t n_by_reason[N_REASONS] = { 0 };
	struct random_stream stream;
	const struct decoded *decoded;
	struct mutant mutant;

	(void)state;
	random_seed(&stream, 20261122);
	for (int i = 0; i < N_MUTANTS; i++) {
		grow(&mutant, &stream);
		world_read(world, tails[random_below(&stream, COUNT(tails))], mutant.bytes,
			   mutant.size, &decoded);
		n_by_reason[decoded->reason]++;
	}
	/* the mutants must neither all live nor all die, or the comparison says little */
	assert_true(n_by_reason[REASON_NONE] > N_MUTANTS / 20);
	assert_true(n_by_reason[REASON_json_syntax] > N_MUTANTS / 20);
	assert_true(n_by_reason[REASON_dup_key] > 0);
	assert_true(n_by_reason[REASON_json_encoding] > 0);
	assert_true(n_by_reason[REASON_no_field] > 0);
	assert_true(n_by_reason[REASON_unknown_type] > 0);
	assert_true(n_by_reason[REASON_bad_number] > 0);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(ordinary_shapes_are_scanned),
		IN_A_WORLD(a_batch_is_scanned_whatever_the_order_of_its_keys),
		IN_A_WORLD(fields_of_the_event_before_are_not_taken_over),
		IN_A_WORLD(a_fault_found_late_leaves_nothing_of_what_was_read),
		IN_A_WORLD(keys_are_counted_whether_declared_or_not),
		IN_A_WORLD(both_readers_agree_on_spoilt_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
