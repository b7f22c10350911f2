/* SPDX-License-Identifier: Apache-2.0 */
/*
 * levels: iocds below each other, each with its own indicators, that know of one another by
 * roll-ups as bytes alone; and one that counts every event itself.
 */
#ifndef TEST_INDICATOR_LEVELS_H
#define TEST_INDICATOR_LEVELS_H

#include "counting.h"
#include "iocd/cell.h"
#include "iocd/rollup.h"

#define SITES_MAX N_UNITS
#define WAY_MAX   4096 /* batches on the way from one site */

/* A batch as it travels. */
struct parcel {
	struct saved bytes;
	int64_t due_ms; /* when it arrives */
};

/* An iocd, for a unit and all below it but what other sites have. */
struct site {
	struct world world; /* units and schema are those of the whole */
	uint32_t unit;
	uint32_t above; /* a lower site, or UINT32_MAX: this is the highest */
	uint64_t last_batch;
	struct parcel way[WAY_MAX];
	uint32_t n_way;
	struct text sent; /* all that ever left, as one run */
};

struct levels {
	struct world direct;
	struct site sites[SITES_MAX];
	uint32_t n_sites;
	uint32_t site_of[N_UNITS];
};

static const bool levels_rolled[] = { true, true };

/* A tree out of random: units of depth 0, 1 and 2 have sites of their own. */
static inline struct units *random_tree(struct random_stream *random)
{
	static const char *const ids[N_UNITS] = { "p",  "d1", "d2", "c1", "c2",
						  "c3", "c4", "c5", "c6" };
	struct units *units = units_new();
	uint32_t number;

	for (uint32_t i = 0; i < N_UNITS; i++) {
		struct unit unit = { .id = ids[i], .parent = UNIT_NONE };

		if (i > 0)
			unit.parent = (uint32_t)random_below(random, i);
		assert_int_equal(units_add(units, &unit, &number), 0);
	}
	return units;
}

static inline uint32_t level_kind(struct world *world, enum indicator_kind kind, uint32_t by_field)
{
	uint32_t number = world_indicator(world, kind, FIELD_AMOUNT);

	world->list[number].id = kind == INDICATOR_GAUGE ? "gauge" : "stock";
	world->list[number].by_field = by_field;
	return number;
}

/* Adds stocks and a gauge; returns the number of the gauge. */
static inline uint32_t list_levels(struct world *world)
{
	uint32_t gauge = level_kind(world, INDICATOR_GAUGE, TYPE_NONE);
	uint32_t stock = level_kind(world, INDICATOR_STOCK, FIELD_CHANNEL);

	level_kind(world, INDICATOR_STOCK, TYPE_NONE);
	level_kind(world, INDICATOR_STOCK, TYPE_NONE); /* the same once more */
	world_ratio(world, stock, gauge);
	return gauge;
}

static inline void levels_open(struct levels *levels, struct world *world, const bool *rolled)
{
	struct indicators_options options;

	world->units = levels->direct.units;
	world->schema = levels->direct.schema;
	world->rolled = rolled;
	list_counted_kinds(world);
	list_levels(world);
	options = options_of(world);
	assert_int_equal(indicators_new(&world->indicators, &options), 0);
	world_time(world, START);
}

static inline void levels_begin(struct levels *levels, struct random_stream *random)
{
	levels->direct.units = random_tree(random);
	levels->direct.schema = fixture_schema(0);
	levels_open(levels, &levels->direct, NULL);
	for (uint32_t unit = 0; unit < N_UNITS; unit++) {
		uint32_t parent = units_parent(levels->direct.units, unit);

		levels->site_of[unit] = levels->n_sites;
		if (units_at(levels->direct.units, unit)->depth > 2) {
			levels->site_of[unit] = levels->site_of[parent];
			continue;
		}
		levels->sites[levels->n_sites].unit = unit;
		levels->sites[levels->n_sites].above =
			parent == UNIT_NONE ? UINT32_MAX : levels->site_of[parent];
		levels_open(levels, &levels->sites[levels->n_sites].world,
			    parent == UNIT_NONE ? NULL : levels_rolled);
		levels->n_sites++;
	}
}

static inline void levels_end(struct levels *levels)
{
	for (uint32_t i = 0; i < levels->n_sites; i++) {
		struct site *site = &levels->sites[i];

		indicators_free(site->world.indicators);
		text_fini(&site->sent);
		assert_int_equal(site->n_way, 0);
	}
	world_end(&levels->direct);
	free(levels);
}

/* Takes what has left, puts it on its way until due_ms. */
static inline void levels_send(struct site *site, int64_t due_ms)
{
	const struct rollup_batch *batches;
	size_t n = indicators_take_rollups(site->world.indicators, &batches);

	for (size_t i = 0; i < n; i++) {
		struct parcel *parcel = &site->way[site->n_way++];
		struct bytes_writer writer;

		assert_true(site->n_way < WAY_MAX);
		assert_int_equal(batches[i].number, ++site->last_batch);
		assert_in_range(batches[i].n, 1, 4096);
		*parcel = (struct parcel){ .due_ms = due_ms };
		saved_begin(&parcel->bytes, &writer);
		for (size_t k = 0; k < batches[i].n; k++) {
			assert_in_range(batches[i].list[k].size, 1, ROLLUP_BODY_MAX);
			rollup_write(&writer, site->world.units, &batches[i].list[k]);
		}
		saved_end(&writer);
		text_add(&site->sent, "%lu:%zu:", (unsigned long)batches[i].number, batches[i].n);
		text_add_bytes(&site->sent, parcel->bytes.bytes, parcel->bytes.n);
	}
	assert_int_equal(site->last_batch, indicators_last_rollup(site->world.indicators));
}

static inline bool is_at_or_below(const struct units *units, uint32_t unit, uint32_t top)
{
	while (unit != top && unit != UNIT_NONE)
		unit = units_parent(units, unit);
	return unit == top;
}

/* A site has no say of units that are not its own. */
static inline void levels_unpack(struct world *to, const struct saved *bytes, uint32_t top)
{
	struct bytes_reader reader;
	struct rollup rollup;

	bytes_reader_init(&reader, bytes->bytes, bytes->n);
	while (rollup_read(&reader, to->units, &rollup))
		if (is_at_or_below(to->units, rollup.unit, top))
			assert_int_equal(indicators_add_rollup(to->indicators, &rollup, to->now_ms,
							       ++to->position),
					 0);
	assert_false(reader.is_bad);
}

/* Gives what is due to the sites above. */
static inline void levels_deliver(struct levels *levels)
{
	for (uint32_t i = 0; i < levels->n_sites; i++) {
		struct site *site = &levels->sites[i];
		uint32_t n = 0;

		for (uint32_t k = 0; k < site->n_way; k++) {
			struct parcel *parcel = &site->way[k];

			if (parcel->due_ms > site->world.now_ms) {
				site->way[n++] = *parcel;
				continue;
			}
			levels_unpack(&levels->sites[site->above].world, &parcel->bytes,
				      site->unit);
			saved_fini(&parcel->bytes);
		}
		site->n_way = n;
	}
}

static inline void assert_same_reading(const struct reading *one, const struct reading *two)
{
	assert_memory_equal(&one->value, &two->value, sizeof(one->value));
	assert_int_equal(one->samples, two->samples);
	assert_int_equal(one->quality, two->quality);
}

/* All readings at and below unit are the same to two of them. */
static inline void assert_same_figures(const struct world *direct, const struct world *world,
				       uint32_t top)
{
	for (uint32_t i = 0; i < world->n_list; i++)
		for (uint32_t u = 0; u < N_UNITS; u++) {
			const struct indicator *indicator = &world->list[i];
			bool is_theirs = is_at_or_below(world->units, u, top);

			for (uint32_t w = 0; is_theirs && w < indicator->n_windows; w++) {
				const struct window *window = &indicator->windows[w];
				struct reading one =
					indicators_read(direct->indicators, i, u, window);
				struct reading two =
					indicators_read(world->indicators, i, u, window);

				assert_same_reading(&one, &two);
				if (indicator_is_counted(indicator))
					assert_int_equal(one.last_ms, two.last_ms);
			}
		}
}

#endif
