/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "world.h"

#define EAST 420
#define OFFICE                                                                                     \
	{                                                                                          \
		.spans = { { 450, 690 }, { 810, 1020 } }, .n = 2                                   \
	}

static const struct calendar_week weeks[] = {
	{ .weekdays = { OFFICE, OFFICE, OFFICE, OFFICE, OFFICE }, .cut_off = 1440 },
};

/* 2026-02-16 to 2026-02-20. */
static const struct calendar_day tet[] = {
	{ .day = 20500 }, { .day = 20501 }, { .day = 20502 }, { .day = 20503 }, { .day = 20504 },
};

int64_t at(const char *text)
{
	char full[32];
	int64_t ms;

	snprintf(full, sizeof(full), "%.10sT%.5s:00+07:00", text, text + 11);
	assert_int_equal(civil_parse(full, strlen(full), &ms), 0);
	return ms;
}

static void add_unit(struct world *world, const char *id, const char *level, uint32_t parent)
{
	uint32_t number;

	assert_int_equal(units_add(world->units,
				   &(struct unit){ .id = id,
						   .level = level,
						   .name_vi = id,
						   .name_en = id,
						   .parent = parent },
				   &number),
			 0);
}

static void add_units(struct world *world)
{
	static char names[N_WORLD][8];

	world->units = units_new();
	add_unit(world, "p", "province", UNIT_NONE);
	for (uint32_t i = 1; i < N_WORLD; i++) {
		snprintf(names[i], sizeof(names[i]), "%c%u", i <= N_DISTRICTS ? 'd' : 'c', i);
		add_unit(world, names[i], i <= N_DISTRICTS ? "district" : "commune",
			 i <= N_DISTRICTS ? PROVINCE : 1 + (i - COMMUNE(0)) % N_DISTRICTS);
	}
}

static uint32_t add_feed(struct world *world, const char *id)
{
	uint32_t number;

	assert_int_equal(schema_add_feed(world->schema,
					 &(struct feed){ .id = id, .title_vi = id, .title_en = id },
					 &number),
			 0);
	return number;
}

void world_init(struct world *world)
{
	memset(world, 0, sizeof(*world));
	assert_int_equal(civil_day(at("2026-02-16 00:00"), EAST), tet[0].day);
	add_units(world);
	world->schema = schema_new();
	world->desk = add_feed(world, "desk");
	world->beds = add_feed(world, "beds");
	(void)add_feed(world, "free"); /* nothing is expected there */
	world->office = calendar_new(&(struct calendar_options){ .id = "office",
								 .offset_minutes = EAST,
								 .weeks = weeks,
								 .n_weeks = COUNT(weeks),
								 .days = tet,
								 .n_days = COUNT(tet) });
	for (int i = 0; i < N_COMMUNES; i++)
		world->expected[0][COMMUNE(i)] = world->expected[1][COMMUNE(i)] = true;
	world->list[0] = (struct contract){ .feed = world->desk,
					    .expected = world->expected[0],
					    .calendar = world->office,
					    .every_ms = 30 * MINUTE,
					    .by_minute = -1 };
	world->list[1] = (struct contract){ .feed = world->beds,
					    .expected = world->expected[1],
					    .calendar = world->office,
					    .by_minute = 9 * 60 };
	world_renew(world);
}

void world_fini(struct world *world)
{
	contracts_free(world->contracts);
	calendar_free(world->office);
	schema_free(world->schema);
	units_free(world->units);
}

static struct contracts *make(const struct world *world)
{
	return contracts_new(&(struct contracts_options){ .units = world->units,
							  .schema = world->schema,
							  .list = world->list,
							  .n_list = COUNT(world->list) });
}

void world_renew(struct world *world)
{
	world->contracts = contracts_free(world->contracts);
	world->contracts = make(world);
}

struct saved world_save(const struct contracts *contracts)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	contracts_save(contracts, &writer);
	saved_end(&writer);
	return saved;
}

struct contracts *world_load(const struct world *world, const struct saved *saved)
{
	uint32_t same[N_WORLD];
	struct contracts *contracts = make(world);
	struct bytes_reader reader;

	for (uint32_t i = 0; i < N_WORLD; i++)
		same[i] = i;
	bytes_reader_init(&reader, saved->bytes, saved->n);
	contracts_load(contracts, &reader, &(struct renumber){ .to = same, .n = N_WORLD },
		       &(struct renumber){ .to = same, .n = 3 });
	assert_false(reader.is_bad);
	assert_ptr_equal(reader.at, reader.end);
	return contracts;
}
