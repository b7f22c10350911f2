/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Open records through any events, and what is saved of them damaged and read back.  An input says
 * what happens before it is saved, and how the bytes are damaged:
 *
 *   1 byte   number of steps (low 6 bits); bit 6: read back with less room, units that became one
 *            and one that is gone; with bit 7, the rest of the input is what was saved
 *   4 bytes  per step: type (15: only time passes) and unit it is sent by; record (low 3 bits) and
 *            unit it names; hours that its time lies behind now, or before it; hours until it is
 * due (low 5 bits), and whether a tick follows 4 bytes  per damage: offset (3, from the low end),
 * bits to turn
 *
 * The gauges that move by the news are never below zero, and equal what the listing counts.
 * Undamaged it is read back to the same bytes; damaged it is refused, or goes on.
 */
#include "../../unit/tracker/world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *at;
	const uint8_t *end;
};

static const uint32_t merged[N_UNITS] = { 0, 2, 2, RENUMBER_GONE };

static uint8_t take(struct input *input)
{
	return input->at < input->end ? *input->at++ : 0;
}

static void count(void *context, const struct track_record *record)
{
	int(*gauges)[N_UNITS][GAUGES] = context;
	int *gauge = gauges[record->track][record->unit];

	assert(record->id.size > 0 && record->id.size <= RECORD_ID_MAX);
	gauge[0]++;
	gauge[1] += record->is_due_soon;
	gauge[2] += record->is_overdue;
	gauge[3] += record->is_paused;
}

/* Makes gauges what the listing says. */
static void recount(const struct world *world, int gauges[N_TRACKS][N_UNITS][GAUGES])
{
	const struct trackers_query query = { .track = UINT32_MAX, .limit = RECORDS_SHOWN };
	uint64_t n;

	memset(gauges, 0, sizeof(world->gauges));
	n = trackers_each(world->trackers, &query, count, gauges);
	assert(n == counts_of(world).open);
}

static void check_gauges(const struct world *world)
{
	int gauges[N_TRACKS][N_UNITS][GAUGES];

	recount(world, gauges);
	assert(memcmp(gauges, world->gauges, sizeof(gauges)) == 0);
}

/* Ids of several lengths; one is longer than what is kept. */
static void make_id(char id[static 128], uint8_t record)
{
	(void)snprintf(id, 128, "%0*u", 1 + record % 8 * 17, record % 8u);
}

static void step(struct world *world, struct input *input, int64_t *now)
{
	static const char *const procedures[] = { NULL, "urgent", "ordinary", NULL };
	uint8_t what = take(input), which = take(input), when = take(input), until = take(input);
	struct say say = { .type = what & 15, .unit = what >> 4 & 3, .arrival = *now };
	char id[128];

	make_id(id, which);
	say.id = id;
	say.at = *now - (int8_t)when * HOUR;
	say.group = what >> 6 & 1;
	say.procedure = procedures[which >> 6];
	if (which & 8)
		say.to = which & 16 ? "nobody" : unit_ids[which >> 5 & 3];
	if (until & 31)
		say.due = say.at + ((until & 31) - 8) * HOUR;
	if (say.type < N_TYPES)
		happen(world, say);
	if (until & 32) {
		*now += (until >> 6) * 13 * HOUR;
		tick(world, *now);
	}
	check_gauges(world);
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
	int64_t now = MONDAY;

	tick(world, now);
	for (int i = 0; i < n; i++)
		step(world, input, &now);
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

/* Whatever was believed goes on: every record hears of every event, and time passes. */
static void go_on(struct world *world)
{
	char id[128];
	int64_t now = MONDAY + 30 * DAY;

	recount(world, world->gauges);
	for (uint32_t type = 0; type < N_TYPES; type++)
		for (uint8_t record = 0; record < 8; record++) {
			make_id(id, record);
			happen(world, (struct say){ .type = type,
						    .unit = record & 3,
						    .at = now + type * HOUR,
						    .id = id,
						    .to = unit_ids[record & 3] });
		}
	for (int day = 0; day < 20; day++)
		tick(world, now += DAY);
	check_gauges(world);
	check_round(world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, data + size };
	uint8_t head = take(&input);
	struct saved saved = { 0 };
	struct bytes_writer writer;
	struct world world;

	world_init(&world, 20);
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
	world.records = head & 64 ? 4 : 20;
	if (!load_world(&world, &saved, head & 64 ? merged : NULL))
		go_on(&world);
	saved_fini(&saved);
	world_fini(&world);
	return 0;
}
