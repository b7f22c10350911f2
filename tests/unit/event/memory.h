/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory: what the tests of dedup share: two feeds to remember, events to ask about, and what was
 * saved as bytes to compare.
 *
 * For tests only.
 */
#ifndef TEST_EVENT_MEMORY_H
#define TEST_EVENT_MEMORY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "../../saved.h"
#include "iocd/dedup.h"

#define HOUR_MS  INT64_C(3600000)
#define START_MS (INT64_C(1000) * HOUR_MS)

enum { FEED_A, FEED_B, N_FEEDS };

/* What is remembered where a test does not say. */
static const struct memory memory_usual = { .ms = HOUR_MS, .ids = 1024, .window = 64 };

/* Two feeds; FEED_A says how it wants to be remembered, the usual is for FEED_B. */
static inline struct dedup *memory_new(struct memory of_a, uint32_t sources)
{
	const struct feed feeds[N_FEEDS] = { { .id = "a", .memory = of_a }, { .id = "b" } };
	CLEANUP(schema_free) struct schema *schema = schema_new();
	struct dedup_options options = { .schema = schema,
					 .memory = memory_usual,
					 .sources = sources };
	struct dedup *dedup;
	uint32_t number;

	for (size_t i = 0; i < COUNT(feeds); i++)
		assert_int_equal(schema_add_feed(schema, &feeds[i], &number), 0);
	assert_int_equal(dedup_new(&dedup, &options), 0);
	return dedup;
}

/* An event of FEED_A with that id, that happened when it arrived. */
static inline struct event memory_event(uint64_t id, int64_t at_ms)
{
	return (struct event){ .key = { id * 0x9e3779b97f4a7c15u, id },
			       .digest = 5,
			       .time_ms = at_ms,
			       .arrival_ms = at_ms };
}

/* The same of a source of that name in a unit, with a number. */
static inline struct event memory_numbered(uint64_t unit, uint64_t source, uint64_t number,
					   int64_t at_ms)
{
	struct event event = memory_event(number, at_ms);

	event.has_sequence = true;
	event.sequence = number;
	event.stream[0] = source * 0x9e3779b97f4a7c15u;
	event.stream[1] = (source & ~EVENT_STREAM_UNIT) | unit << 56;
	return event;
}

static inline struct saved memory_save(const struct dedup *dedup)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	dedup_save(dedup, &writer);
	saved_end(&writer);
	return saved;
}

/* Reads all of saved into dedup, where feed i is now number to[i]; false if that failed. */
static inline bool memory_load(struct dedup *dedup, const struct saved *saved, const uint32_t *to)
{
	const struct renumber feeds = { .to = to, .n = N_FEEDS };
	struct bytes_reader reader;

	bytes_reader_init(&reader, saved->bytes, saved->n);
	dedup_load(dedup, &reader, &feeds);
	return !reader.is_bad && reader.at == reader.end;
}

static const uint32_t memory_same_feeds[N_FEEDS] = { FEED_A, FEED_B };

/* Puts in place of *dedup, made as memory_new() is told, what one with the same memory reads back,
 * and asserts that it saves the same. */
static inline void memory_restart(struct dedup **dedup, struct memory of_a, uint32_t sources)
{
	struct saved before = memory_save(*dedup);
	struct saved after;

	dedup_free(*dedup);
	*dedup = memory_new(of_a, sources);
	assert_true(memory_load(*dedup, &before, memory_same_feeds));
	after = memory_save(*dedup);
	assert_int_equal(before.n, after.n);
	assert_memory_equal(before.bytes, after.bytes, before.n);
	saved_fini(&before);
	saved_fini(&after);
}

#endif
