/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is saved of accepted events, damaged and read back.  An input says what happens before it is
 * saved, and how the bytes are damaged:
 *
 *   1 byte   number of steps (low 6 bits); bit 6: read back with less room and feeds that moved;
 *            with bit 7, the rest of the input is what was saved
 *   2 bytes  per step: who sends (low 4 bits: unit and source; bit 4: feed; bit 5: by number;
 *            bits 6 and 7: so many hours pass), and by how much the number rises (low 6 bits; bit
 *            6: the sender's clock is a day ahead; bit 7: it happened 40 days ago)
 *   4 bytes  per damage: offset (3, from the low end), bits to turn
 *
 * Undamaged and with the same room it is read back to the same bytes.  Damaged, it is refused, or
 * goes on admitting, and is itself saved and read back.
 */
#include <assert.h>
#include <string.h>

#include "../../saved.h"
#include "iocd/dedup.h"

#define N_FEEDS  2
#define START_MS INT64_C(1795310110000)
#define HOUR_MS  INT64_C(3600000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *at;
	const uint8_t *end;
};

static const uint32_t same[N_FEEDS] = { 0, 1 };
static const uint32_t moved[N_FEEDS] = { RENUMBER_GONE, 0 };

static struct dedup *make(bool small)
{
	const struct feed feeds[N_FEEDS] = { { .id = "a" }, { .id = "b" } };
	CLEANUP(schema_free) struct schema *schema = schema_new();
	const struct dedup_options options = {
		.schema = schema,
		.memory = { .ms = 2 * HOUR_MS, .ids = 1024, .window = small ? 64 : 100 },
		.sources = small ? 3 : 6,
	};
	struct dedup *dedup;
	uint32_t number;
	int r = 0;

	for (size_t i = 0; i < COUNT(feeds); i++)
		r |= schema_add_feed(schema, &feeds[i], &number);
	if (!r)
		r = dedup_new(&dedup, &options);
	assert(r == 0);
	return dedup;
}

static uint8_t take(struct input *input)
{
	return input->at < input->end ? *input->at++ : 0;
}

static void admit(struct dedup *dedup, uint8_t who, uint64_t number, int64_t at_ms, uint8_t odd)
{
	const struct event event = {
		.feed = who >> 4 & 1,
		.time_ms = at_ms + (odd & 1 ? 24 * HOUR_MS : 0) - (odd & 2 ? 40 * 24 * HOUR_MS : 0),
		.historical = odd & 2,
		.arrival_ms = at_ms,
		.key = { number * 0x9e3779b97f4a7c15u, who },
		.has_sequence = who >> 5 & 1,
		.sequence = number,
		.stream = { who & 15, (uint64_t)(who & 3) << 56 },
		.digest = number,
	};
	enum reason reason = dedup_admit(dedup, &event);

	/* Whatever was just admitted is known, wherever it was put. */
	if (reason == REASON_NONE)
		assert(dedup_admit(dedup, &event) == REASON_duplicate);
}

static struct saved save(const struct dedup *dedup)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	dedup_save(dedup, &writer);
	saved_end(&writer);
	return saved;
}

/* Gives what saved says with that room, or NULL. */
static struct dedup *load(const struct saved *saved, bool small, const uint32_t *to)
{
	const struct renumber feeds = { .to = to, .n = N_FEEDS };
	struct dedup *dedup = make(small);
	struct bytes_reader reader;

	bytes_reader_init(&reader, saved->bytes, saved->n);
	dedup_load(dedup, &reader, &feeds);
	return reader.is_bad ? dedup_free(dedup) : dedup;
}

/* What dedup saves is read back to the same bytes. */
static void check_round(const struct dedup *dedup, bool small)
{
	struct saved first = save(dedup);
	struct dedup *again = load(&first, small, same);
	struct saved second;

	assert(again);
	second = save(again);
	assert(first.n == second.n && memcmp(first.bytes, second.bytes, first.n) == 0);
	dedup_free(again);
	saved_fini(&first);
	saved_fini(&second);
}

static void play(struct dedup *dedup, struct input *input, int n_steps)
{
	uint64_t numbers[256] = { 0 };
	int64_t at_ms = START_MS;

	for (int i = 0; i < n_steps; i++) {
		uint8_t who = take(input);
		uint8_t rise;

		at_ms += (who >> 6) * HOUR_MS + 1;
		rise = take(input);
		numbers[who & 63] += rise & 63;
		admit(dedup, who & 63, numbers[who & 63], at_ms, rise >> 6);
	}
}

/* Gives the rest of input as if it had been saved. */
static struct saved read_raw(struct input *input)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	bytes_put(&writer, input->at, (size_t)(input->end - input->at));
	saved_end(&writer);
	return saved;
}

static void damage(struct saved *saved, struct input *input)
{
	while (saved->n > 0 && input->end - input->at >= 4) {
		size_t offset =
			input->at[0] | (size_t)input->at[1] << 8 | (size_t)input->at[2] << 16;

		saved->bytes[offset % saved->n] ^= (char)input->at[3];
		input->at += 4;
	}
}

/* Lets events of everybody arrive, near what may be remembered and far from it. */
static void go_on(struct dedup *dedup)
{
	static const uint64_t numbers[] = { 0, 1, 63, 64, 65, 500, 1000, UINT64_MAX / 2 };

	for (int hour = 0; hour < 4; hour++)
		for (uint8_t who = 0; who < 64; who++)
			for (size_t i = 0; i < COUNT(numbers); i++)
				admit(dedup, who, numbers[i], START_MS + hour * HOUR_MS,
				      (uint8_t)(i + who) & 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, data + size };
	uint8_t head = take(&input);
	bool small = head >> 6 & 1;
	struct saved saved;
	struct dedup *dedup;

	if (head >> 7) {
		saved = read_raw(&input);
	} else {
		dedup = make(false);
		play(dedup, &input, head & 63);
		check_round(dedup, false);
		saved = save(dedup);
		dedup_free(dedup);
		damage(&saved, &input);
	}
	dedup = load(&saved, small, small ? moved : same);
	if (dedup) {
		go_on(dedup);
		check_round(dedup, small);
		dedup_free(dedup);
	}
	saved_fini(&saved);
	return 0;
}
