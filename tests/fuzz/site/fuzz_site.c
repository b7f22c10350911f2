/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any frames and heartbeats to the ledger, and what is saved of it damaged and read back.  An input
 * says what happens before it is saved, and how the bytes are damaged:
 *
 *   1 byte   number of steps (low 6 bits); bit 6: read back where units became one and one is gone;
 *            with bit 7, the rest of the input is what was saved
 *   4 bytes  per step: what (low 2 bits: frame, heartbeat, presence, time), unit (2 bits), stream
 *            (2 bits), epoch (2 bits); from or first; items, or from there to the head; low 7 bits:
 *            seconds that pass before it, bit 7: the sender is a script
 *   4 bytes  per damage: offset (3, from the low end), bits to turn
 *
 * Undamaged it is read back to the same bytes; damaged it is refused, or goes on.  A receipt never
 * says that something is here which did not come.
 */
#include "../../unit/site/world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *at;
	const uint8_t *end;
};

static const uint32_t merged[N_UNITS] = { 0, 1, 1, RENUMBER_GONE };

static uint8_t take(struct input *input)
{
	return input->at < input->end ? *input->at++ : 0;
}

static void ignore(void *context, const struct site_gap *gap)
{
	(void)context;
	assert(gap->from < gap->to && gap->missing + gap->given_up <= gap->to - gap->from);
	assert((gap->closed_ms == 0) == (gap->missing > 0));
}

/* What may be asked of any state. */
static void ask(const struct world *world)
{
	for (uint32_t i = 0; i < sites_count(world->sites); i++) {
		struct order_message order;
		struct receipt receipt;
		struct site_view view;

		sites_view(world->sites, i, &view);
		sites_receipt(world->sites, i, &receipt);
		sites_each_gap(world->sites, i, 0, INT64_MAX, ignore, NULL);
		(void)sites_next_order(world->sites, i, 0, &order);
		for (int c = 0; c < N_FRAME_CLASSES; c++) {
			assert(view.streams[c].head >= view.streams[c].have);
			assert(view.streams[c].have >= view.streams[c].first);
			assert(receipt.streams[c].n_missing <= FRAME_MISSING_MAX);
		}
	}
	(void)sites_due_ms(world->sites);
}

static void step(struct world *world, struct input *input)
{
	static const char *const epochs[] = { "e0", "e1", "e2", "e3" };
	uint8_t what = take(input), from = take(input), n = take(input), when = take(input);
	uint32_t unit = what >> 2 & 3;
	enum frame_class class = (enum frame_class)((what >> 4 & 3) % N_FRAME_CLASSES);
	const char *epoch = epochs[what >> 6], *sender = when & 128 ? "desk" : "iocd";
	uint64_t first = from, to = first + n % 64 + 1;

	world->now += (when & 127) * INT64_C(1000);
	switch (what & 3) {
	case 0:
		(void)send_frame(world, (struct send){ unit, sender, class, epoch, first, to });
		break;
	case 1:
		(void)send_beat(world, (struct beat){ .unit = unit,
						      .sender = sender,
						      .class = class,
						      .epoch = epoch,
						      .first = first,
						      .head = first + n,
						      .backlog = n,
						      .oldest = world->now - n * MINUTE,
						      .given_up = from & 15,
						      .comes_and_goes = when & 128 });
		break;
	case 2:
		sites_meet(world->sites, unit, (enum presence)(n & 3), world->now);
		break;
	default:
		if (n & 1)
			sites_excuse(world->sites, world->now);
		if (n & 2)
			sites_review(world->sites);
		look(world);
		break;
	}
	ask(world);
}

static void take_changes(struct world *world)
{
	const uint32_t *list;

	for (size_t n = sites_take_moved(world->sites, &list); n > 0; n--)
		assert(list[n - 1] < sites_count(world->sites));
	for (size_t n = sites_take_units(world->sites, &list); n > 0; n--)
		assert(list[n - 1] < N_UNITS);
	for (size_t n = sites_take_due(world->sites, &list); n > 0; n--)
		assert(list[n - 1] < sites_count(world->sites));
}

static void check_round(struct world *world)
{
	struct saved first = world_save(world), second;
	const char *why = world_load(world, &first, NULL);

	assert(!why);
	second = world_save(world);
	assert(first.n == second.n && memcmp(first.bytes, second.bytes, first.n) == 0);
	saved_fini(&first);
	saved_fini(&second);
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

/* Whatever was believed goes on: each is heard, is silent, and is heard with another outbox. */
static void go_on(struct world *world)
{
	static const char *const epochs[] = { "e3", "e4" };

	ask(world);
	take_changes(world);
	look(world);
	world->now = MORNING + 1000 * MINUTE;
	for (uint32_t i = 0; i < 2 * N_UNITS; i++) {
		uint32_t unit = i % N_UNITS;
		const char *epoch = epochs[i / N_UNITS];

		for (uint64_t n = 0; n < 200; n += 20)
			(void)send_frame(world, (struct send){ .unit = unit,
							       .class = FRAME_EVENT,
							       .epoch = epoch,
							       .from = n,
							       .to = n + 15 });
		(void)send_beat(world, (struct beat){ .unit = unit,
						      .class = FRAME_EVENT,
						      .epoch = epoch,
						      .first = 30,
						      .head = 250 });
		world->now += 10 * MINUTE;
		look(world);
		ask(world);
	}
	take_changes(world);
	world->wanted[DISTRICT_B] = SITE_MAY; /* or loading drops what is over */
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
	world.wanted[DISTRICT_C] = SITE_MUST;
	world_renew(&world);
	if (head >> 7) {
		saved_begin(&saved, &writer);
		bytes_put(&writer, input.at, (size_t)(input.end - input.at));
		saved_end(&writer);
	} else {
		for (int i = 0; i < (head & 63); i++)
			step(&world, &input);
		check_round(&world);
		saved = world_save(&world);
		damage(&saved, &input);
	}
	world.wanted[DISTRICT_B] = SITE_NOT;
	if (!world_load(&world, &saved, head & 64 ? merged : NULL))
		go_on(&world);
	saved_fini(&saved);
	world_fini(&world);
	return 0;
}
