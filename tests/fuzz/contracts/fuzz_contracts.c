/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is saved of contracts, damaged and read back; and what senders say of their connections.
 *
 * An input whose first byte is 'p' is a topic, ended by a line feed, and a payload.  Any other says
 * what happens before contracts are saved, and how the bytes are damaged:
 *
 *   1 byte   number of steps (low 6 bits); bit 6: read back under
 *            another configuration, where units became one; bit 7: the rest of the input is what
 * was saved 2 bytes  per step: what (low 2 bits: hear, meet, pass minutes, pass hours; bit 2:
 * excuse; bits 3 and 4: feed; bits 5 to 7: unit), and how much or with which presence and session
 *   4 bytes  per damage: offset (3, from the low end), bits to turn
 *
 * Undamaged it is read back to the same bytes and shows the same.  Damaged, it is refused, or goes
 * on, and is itself saved and read back; and always the shares are the sums of what stands below.
 */
#include <assert.h>
#include <string.h>

#include "../../saved.h"
#include "iocd/contract.h"
#include "iocd/presence.h"
#include "iocd/reason.h"

#define N_FEEDS  3
#define N_UNITS  8
#define START_MS INT64_C(1795310110000)
#define MINUTE   INT64_C(60000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *at;
	const uint8_t *end;
};

/* Everything that contracts stand on; made once. */
struct ground {
	struct units *units;
	struct schema *schema;
	struct calendar *office;
	struct contract lists[2][2]; /* by configuration */
};

static const char *const ids[N_UNITS] = { "p", "d", "e", "c1", "c2", "c3", "c4", "c5" };
static const uint32_t parents[N_UNITS] = { UNIT_NONE, 0, 0, 1, 1, 1, 2, 2 };
static const bool expected[2][N_UNITS] = { { [3] = true, true, true, true, true },
					   { [1] = true, [4] = true, true } };
static const uint32_t same[N_UNITS] = { 0, 1, 2, 3, 4, 5, 6, 7 };
static const uint32_t moved[N_UNITS] = { 0, 1, 1, 4, 4, RENUMBER_GONE, 5, 4 };

#define OFFICE                                                                                     \
	{                                                                                          \
		.spans = { { 450, 690 }, { 810, 1020 } }, .n = 2                                   \
	}

static const struct calendar_week week = { .weekdays = { OFFICE, OFFICE, OFFICE, OFFICE, OFFICE },
					   .cut_off = 1440 };

static void fill(struct ground *ground)
{
	static const char *const feeds[N_FEEDS] = { "desk", "beds", "free" };
	uint32_t number;
	int r = 0;

	ground->units = units_new();
	ground->schema = schema_new();
	for (uint32_t i = 0; i < N_UNITS; i++)
		r |= units_add(ground->units, &(struct unit){ .id = ids[i], .parent = parents[i] },
			       &number);
	for (uint32_t i = 0; i < N_FEEDS; i++)
		r |= schema_add_feed(ground->schema, &(struct feed){ .id = feeds[i] }, &number);
	assert(r == 0);
	ground->office = calendar_new(&(struct calendar_options){
		.id = "office", .offset_minutes = 420, .weeks = &week, .n_weeks = 1 });
	for (int i = 0; i < 2; i++) {
		ground->lists[i][0] = (struct contract){ .feed = 0,
							 .expected = expected[i],
							 .calendar = i ? NULL : ground->office,
							 .every_ms = 30 * MINUTE,
							 .by_minute = -1 };
		ground->lists[i][1] = (struct contract){ .feed = 1,
							 .expected = expected[1 - i],
							 .calendar = ground->office,
							 .by_minute = 540,
							 .grace_ms = i * MINUTE };
	}
}

static const struct ground *ground(void)
{
	static struct ground made;

	if (!made.units)
		fill(&made);
	return &made;
}

static struct contracts *make(bool other)
{
	return contracts_new(&(struct contracts_options){ .units = ground()->units,
							  .schema = ground()->schema,
							  .list = ground()->lists[other],
							  .n_list = 2 });
}

static uint8_t take(struct input *input)
{
	return input->at < input->end ? *input->at++ : 0;
}

static void step(struct contracts *contracts, uint8_t what, uint8_t how, int64_t *now_ms)
{
	uint32_t feed = what >> 3 & 3, unit = what >> 5;

	switch (what & 3) {
	case 0:
		contracts_hear(contracts, unit, feed % N_FEEDS, *now_ms);
		return;
	case 1:
		contracts_meet(contracts, unit, feed < N_FEEDS ? feed : TYPE_NONE,
			       (enum presence)(how & 3), how >> 2, *now_ms);
		return;
	default:
		*now_ms += (what & 1 ? 60 : 1) * how * MINUTE;
	}
	if (what & 4)
		contracts_excuse(contracts, *now_ms);
	contracts_tick(contracts, *now_ms);
}

static bool is_within(uint32_t unit, uint32_t top)
{
	while (unit != UNIT_NONE && unit != top)
		unit = parents[unit];
	return unit == top;
}

/* Who is missing is what the shares lack. */
static void check_shares(const struct contracts *contracts)
{
	for (uint32_t feed = 0; feed < N_FEEDS; feed++) {
		for (uint32_t top = 0; top < N_UNITS; top++) {
			struct contract_share share = contracts_share(contracts, feed, top);
			uint32_t list[N_UNITS], n = 0;

			for (uint32_t i = 0; i < N_UNITS; i++)
				n += is_within(i, top) &&
				     contracts_view(contracts, feed, i).state == CONTRACT_MISSING;
			assert(share.expected - share.kept == n);
			assert(contracts_missing(contracts, feed, top, list, N_UNITS) == n);
			for (uint32_t i = 0; i < n; i++)
				assert(is_within(list[i], top));
		}
	}
}

static struct saved save(const struct contracts *contracts)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	contracts_save(contracts, &writer);
	saved_end(&writer);
	return saved;
}

/* Gives what saved says under that configuration, or NULL. */
static struct contracts *load(const struct saved *saved, bool other, bool renumbered)
{
	const struct renumber units = { .to = renumbered ? moved : same, .n = N_UNITS };
	const struct renumber feeds = { .to = same, .n = N_FEEDS };
	struct contracts *contracts = make(other);
	struct bytes_reader reader;

	bytes_reader_init(&reader, saved->bytes, saved->n);
	contracts_load(contracts, &reader, &units, &feeds);
	return reader.is_bad ? contracts_free(contracts) : contracts;
}

/* What contracts save is read back to the same bytes, and shows the same. */
static void check_round(const struct contracts *contracts, bool other)
{
	struct saved first = save(contracts);
	struct contracts *again = load(&first, other, false);
	struct saved second;

	assert(again);
	second = save(again);
	assert(first.n == second.n && memcmp(first.bytes, second.bytes, first.n) == 0);
	for (uint32_t feed = 0; feed < N_FEEDS; feed++) {
		for (uint32_t i = 0; i < N_UNITS; i++) {
			struct contract_view a = contracts_view(contracts, feed, i);
			struct contract_view b = contracts_view(again, feed, i);

			assert(a.state == b.state && a.presence == b.presence);
			assert(a.heard_ms == b.heard_ms && a.since_ms == b.since_ms);
			assert(a.due_ms == b.due_ms);
		}
	}
	contracts_free(again);
	saved_fini(&first);
	saved_fini(&second);
}

static void play(struct contracts *contracts, struct input *input, int n_steps)
{
	int64_t now_ms = START_MS;

	for (int i = 0; i < n_steps; i++) {
		uint8_t what = take(input);

		step(contracts, what, take(input), &now_ms);
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

/* Two days, in which everybody sends now and then. */
static void go_on(struct contracts *contracts)
{
	int64_t now_ms = START_MS;

	for (uint8_t i = 0; i < 192; i++) {
		step(contracts, (uint8_t)(i * 37), i, &now_ms);
		step(contracts, 2, 15, &now_ms);
	}
	check_shares(contracts);
}

static void try_state(struct input *input, uint8_t head)
{
	bool other = head >> 6 & 1;
	struct contracts *contracts;
	struct saved saved;

	if (head >> 7) {
		saved = read_raw(input);
	} else {
		contracts = make(false);
		play(contracts, input, head & 63);
		check_shares(contracts);
		check_round(contracts, false);
		saved = save(contracts);
		contracts_free(contracts);
		damage(&saved, input);
	}
	contracts = load(&saved, other, other);
	if (contracts) {
		check_shares(contracts);
		check_round(contracts, other);
		go_on(contracts);
		check_round(contracts, other);
		contracts_free(contracts);
	}
	saved_fini(&saved);
}

static void try_presence(const struct input *input)
{
	size_t n = (size_t)(input->end - input->at);
	const uint8_t *line = n > 0 ? memchr(input->at, '\n', n) : NULL;
	size_t n_topic = line ? (size_t)(line - input->at) : n;
	const struct decode_input message = {
		.topic = (const char *)input->at,
		.topic_size = n_topic,
		.payload = line ? (const char *)line + 1 : NULL,
		.payload_size = line ? n - n_topic - 1 : 0,
	};
	struct presence_message ret;
	int r;

	if (n == 0)
		return;
	r = presence_read(&message, "ioc/v1", ground()->units, ground()->schema, &ret);
	assert(r >= 0 && r < N_REASONS);
	assert((r == REASON_bad_topic) ==
	       !presence_is_topic("ioc/v1", message.topic, message.topic_size));
	if (r == 0) {
		assert(ret.unit < N_UNITS && (ret.feed < N_FEEDS || ret.feed == TYPE_NONE));
		assert(ret.presence > PRESENCE_UNKNOWN && ret.presence <= PRESENCE_STOPPED);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, data + size };
	uint8_t head = take(&input);

	if (head == 'p')
		try_presence(&input);
	else
		try_state(&input, head);
	return 0;
}
