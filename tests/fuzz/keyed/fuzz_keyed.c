/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of fields through any events, and what is saved of them damaged and read back.  An input
 * says what happens before it is saved, and how the bytes are damaged:
 *
 *   1 byte   number of steps (low 6 bits); bit 6: read back under lower caps, other windows and
 *            units that became one or are gone; with bit 7, the rest of the input is what was saved
 *   4 bytes  per step: type (low 2 bits) and unit (3 bits), flags (3 bits: up, no lag, failed);
 * link (low 4 bits) and group; tens of seconds that its time lies behind now, or before it; how far
 * a tick goes that follows, in tens of seconds (0: there is none) 4 bytes  per damage: offset (3,
 * from the low end), bits to turn
 *
 * What is read equals a slow count.  Undamaged it is read back to the same bytes; damaged it is
 * refused, or goes on.
 */
#include "../../unit/keyed/reference.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *at;
	const uint8_t *end;
};

static uint8_t take(struct input *input)
{
	return input->at < input->end ? *input->at++ : 0;
}

/* A link by number: some are empty, absent, the name of all others, or longer than what is kept. */
static const char *link_of(uint8_t number)
{
	static const char *const links[] = {
		"a",
		"b",
		"c",
		"d",
		"e",
		"f",
		"g",
		"h",
		"i",
		"",
		NULL,
		"*",
		"0123456789012345678901234567890123456789012345678901234567890123456789",
		"0123456789012345678901234567890123456789012345678901234567890123",
		"\xc3\xa2",
		"**",
	};

	return links[number % COUNT(links)];
}

static void step(struct world *world, struct reference *ref, struct input *input, int64_t *now)
{
	uint8_t what = take(input), which = take(input), when = take(input), until = take(input);
	struct say say = { .type = (what & 3u) % 3,
			   .unit = (what >> 2 & 7u) % N_UNITS,
			   .at = *now - (int8_t)when * 10000,
			   .arrival = *now,
			   .link = link_of(which & 15),
			   .group = which >> 4 & 1,
			   .up = what >> 5 & 1,
			   .lag = what >> 6 & 1 ? (double)NAN : (which >> 5) + until,
			   .status = what >> 7 & 1 ? 500 : 200 };
	char cut[KEYED_KEY_MAX + 1];

	if (say.link) /* the slow count knows nothing of cutting */
		(void)snprintf(cut, sizeof(cut), "%s", say.link);
	happen(world, say);
	say.link = say.link ? cut : NULL;
	ref_add(ref, world, &say);
	if (until > 0) {
		*now += until * 10000;
		ref_tick(ref, world, *now);
		tick(world, *now);
	}
	(void)ref_check(ref, world);
}

static void check_round(struct world *world)
{
	struct saved first = save_world(world), second;
	const char *why = load_world(world, &first, NULL);

	assert(!why);
	second = save_world(world);
	assert(first.n == second.n && memcmp(first.bytes, second.bytes, first.n) == 0);
	saved_fini(&first);
	saved_fini(&second);
}

static void play(struct world *world, struct input *input, int n)
{
	struct reference *ref = calloc(1, sizeof(*ref));
	int64_t now = START;

	assert(ref);
	ref_tick(ref, world, now);
	tick(world, now);
	for (int i = 0; i < n; i++)
		step(world, ref, input, &now);
	free(ref);
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

static const char *read_back(struct world *world, const struct saved *saved, bool is_other)
{
	static const uint32_t to[N_UNITS] = { 0, 1, RENUMBER_GONE, 1, 3 };
	static const uint32_t above[N_UNITS] = { RENUMBER_GONE, 0, 0, 1, 1 };
	const struct renumber units = { .to = to, .n = N_UNITS, .above = above };

	for (uint32_t i = 0; is_other && i < N_PLANS; i++) {
		world->plans[i].cap = 2;
		world->plans[i].window_ms = (1 + i % 3 * 9) * MINUTE;
		world->plans[i].applies = i % 2 ? lower_units : all_units;
	}
	return load_world(world, saved, is_other ? &units : NULL);
}

/* Whatever was believed goes on: all hear of events, and time passes. */
static void go_on(struct world *world)
{
	int64_t now = keyed_now_ms(world->keyed);

	if (now > START + 100000 * MINUTE)
		now = START;
	for (int i = 0; i < 12; i++) {
		for (uint32_t unit = 0; unit < N_UNITS; unit++)
			HAPPEN(world, now, link_of((uint8_t)(i + (int)unit)), .unit = unit,
			       .type = (uint32_t)i % 2, .lag = i);
		now += MINUTE;
		tick(world, now);
	}
	check_round(world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, data + size };
	uint8_t head = take(&input);
	struct saved saved = { 0 };
	struct bytes_writer writer;
	struct world world;

	world_init(&world);
	world.plans[PLAN_COUNT].cap = 3;
	world.plans[PLAN_RATIO].cap = 1;
	world.plans[PLAN_MAX].window_ms = 12 * MINUTE;
	world.plans[PLAN_SUM].applies = lower_units;
	renew(&world);
	if (head >> 7) {
		saved_begin(&saved, &writer);
		bytes_put(&writer, input.at, (size_t)(input.end - input.at));
		saved_end(&writer);
	} else {
		play(&world, &input, head & 63);
		check_round(&world);
		saved = save_world(&world);
		damage(&saved, &input);
	}
	if (!read_back(&world, &saved, head & 64))
		go_on(&world);
	saved_fini(&saved);
	world_fini(&world);
	return 0;
}
