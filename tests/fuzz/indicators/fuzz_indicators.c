/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading a save of indicators that anybody may have written.
 *
 *   1 byte   bits 0 and 1: which units are gone; 2: the tree has changed, and then 3: the second
 *            unit became the first; 4: the second unit stands below the first
 *   the rest is the save, without a checksum
 *
 * If it is taken, everything can be read, more can be counted, and time passes; and what is then
 * saved is taken again and saved alike.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../saved.h"
#include "iocd/cell.h"
#include "iocd/indicator_save.h"
#include "iocd/rollup.h"

#define N_UNITS      3u
#define N_LIST       8u
#define SKETCH_BYTES ((size_t)1 << 20)
#define NOW_MS       INT64_C(1795309200000)
#define MINUTE       INT64_C(60000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	FIRST_GONE = 1,
	SECOND_GONE = 2,
	TREE_CHANGED = 4,
	MERGED = 8,
	BELOW = 16,
	ROLLED = 32,
};

enum { FIELD_AMOUNT, FIELD_WHO, FIELD_CHANNEL };

struct world {
	struct units *units;
	struct schema *schema;
	struct indicator list[N_LIST];
	bool rolled[1];
};

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void make_schema(struct world *world)
{
	static const char *const channels[] = { "online", "counter" };
	struct feed feed = { .id = "main", .silent_after_ms = 20 * MINUTE };
	struct event_type type = {
		.name = "done",
		.fields = {
			[FIELD_AMOUNT] = { .name = "amount", .kind = FIELD_NUMBER },
			[FIELD_WHO] = { .name = "who", .kind = FIELD_TEXT },
			[FIELD_CHANNEL] = { .name = "channel", .kind = FIELD_CHOICE,
					    .choices = channels, .n_choices = 2 },
		},
		.n_fields = 3,
	};
	uint32_t number;

	world->schema = schema_new();
	must(schema_add_feed(world->schema, &feed, &number) == 0);
	must(schema_add_type(world->schema, &type, &number) == 0);
}

static void add_indicator(struct world *world, uint32_t number, enum indicator_kind kind,
			  uint32_t field)
{
	world->list[number] = (struct indicator){
		.id = "indicator",
		.kind = kind,
		.field = field,
		.target = NAN,
		.quantile = 0.9,
		.windows = { { WINDOW_MINUTES, 60, "1h" },
			     { WINDOW_TODAY, 0, "today" },
			     { WINDOW_MONTH, 0, "month" } },
		.n_windows = 3,
	};
}

/* n_list and the order of fields stand for the configuration under which the corpus was saved. */
static void world_init(struct world *world, uint8_t how)
{
	const struct unit tree[N_UNITS] = {
		{ .id = "p", .parent = UNIT_NONE },
		{ .id = "a", .parent = 0 },
		{ .id = "b", .parent = how & BELOW ? 1 : 0 },
	};
	uint32_t number;

	world->units = units_new();
	for (uint32_t i = 0; i < N_UNITS; i++)
		must(units_add(world->units, &tree[i], &number) == 0);
	make_schema(world);
	world->rolled[0] = how & ROLLED;
	add_indicator(world, 0, INDICATOR_COUNT, 0);
	add_indicator(world, 1, INDICATOR_SUM, FIELD_AMOUNT);
	add_indicator(world, 2, INDICATOR_LAST, FIELD_AMOUNT);
	add_indicator(world, 3, INDICATOR_DISTINCT, FIELD_WHO);
	add_indicator(world, 4, INDICATOR_QUANTILE, FIELD_AMOUNT);
	add_indicator(world, 5, INDICATOR_QUANTILE, FIELD_AMOUNT);
	world->list[5].where.n_conditions = 1;
	world->list[5].where.conditions[0] =
		(struct condition){ .field = FIELD_CHANNEL, .choices = 1 };
	add_indicator(world, 6, INDICATOR_GAUGE, 0);
	add_indicator(world, 7, INDICATOR_STOCK, FIELD_AMOUNT);
	world->list[7].by_field = TYPE_NONE;
}

static void world_fini(struct world *world)
{
	schema_free(world->schema);
	units_free(world->units);
}

static struct indicators *make(const struct world *world)
{
	const struct indicators_options options = {
		.units = world->units,
		.schema = world->schema,
		.list = world->list,
		.n_list = N_LIST,
		.offset_minutes = 420,
		.sketch_bytes = SKETCH_BYTES,
		.rolled = world->rolled,
	};
	struct indicators *indicators;

	must(indicators_new(&indicators, &options) == 0);
	return indicators;
}

static bool load(struct indicators *indicators, const void *bytes, size_t n, uint8_t how)
{
	bool has_changed = how & TREE_CHANGED;
	const uint32_t to[N_UNITS] = {
		0,
		how & FIRST_GONE ? RENUMBER_GONE : 1,
		how & SECOND_GONE             ? RENUMBER_GONE
		: has_changed && how & MERGED ? 1
					      : 2,
	};
	const struct renumber units = { .to = to, .n = N_UNITS };
	const struct renumber feeds = { .to = to, .n = 1 };
	struct bytes_reader reader;

	bytes_reader_init(&reader, bytes, n);
	(void)indicators_load(indicators, &reader, &units, &feeds, has_changed);
	return !reader.is_bad;
}

/* Whatever was loaded, what leaves is sound. */
static void check_cell(void *context, const struct cell *cell)
{
	struct cell_sum sum = { 0 };

	(void)context;
	must(cell->size <= CELL_BODY_MAX && cell->unit < N_UNITS);
	must(cell_merge(&sum, cell->body, cell->size, cell->n, CELL_OVER_TIME) == 0);
	text_fini(&sum.body);
}

static void take_batches(struct indicators *indicators)
{
	const struct cell_batch *batches;
	size_t n = indicators_take_batches(indicators, &batches);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < batches[i].n; k++)
			check_cell(NULL, &batches[i].cells[k]);
}

static void take_rollups(struct indicators *indicators)
{
	const struct rollup_batch *batches;
	size_t n = indicators_take_rollups(indicators, &batches);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < batches[i].n; k++) {
			const struct rollup *rollup = &batches[i].list[k];
			struct cell_sum sum = { 0 };

			must(rollup->size <= ROLLUP_BODY_MAX && rollup->unit < N_UNITS);
			must(cell_merge(&sum, rollup->body, rollup->size, rollup->n,
					CELL_OVER_TIME) == 0);
			text_fini(&sum.body);
		}
}

static void read_all(const struct world *world, const struct indicators *indicators)
{
	for (uint32_t i = 0; i < N_LIST; i++)
		for (uint32_t u = 0; u < N_UNITS; u++) {
			const struct indicator *indicator = &world->list[i];

			for (uint32_t w = 0; w < indicator->n_windows; w++)
				(void)indicators_read(indicators, i, u, &indicator->windows[w]);
			for (uint32_t ago = 0; ago < 60; ago++)
				(void)indicators_read_minute(indicators, i, u, ago);
		}
}

static void pass_time(struct indicators *indicators, int64_t now_ms)
{
	const struct change *changes;

	indicators_move(indicators, 6, 1, 1, now_ms, 1);
	indicators_settle(indicators);
	indicators_tick(indicators, now_ms);
	(void)indicators_take_changes(indicators, &changes);
	take_batches(indicators);
	take_rollups(indicators);
}

/* Events in turn from all units, of values that make sketches grow. */
static void count_on(struct indicators *indicators, int64_t now_ms, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct event event = {
			.unit = i % 3,
			.time_ms = now_ms - (i % 5) * MINUTE,
			.arrival_ms = now_ms,
			.position = i,
		};
		char who[16];

		event.values[FIELD_AMOUNT].number = i * 1.5;
		event.values[FIELD_WHO].text = (struct slice){
			who,
			(size_t)snprintf(who, sizeof(who), "w%u", i),
		};
		event.values[FIELD_CHANNEL].choice = i % 3 == 0;
		indicators_add(indicators, &event);
	}
	pass_time(indicators, now_ms + MINUTE);
}

static struct saved save(const struct indicators *indicators)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	indicators_save(indicators, &writer);
	saved_end(&writer);
	return saved;
}

/* What is saved now is taken, and saved alike. */
static void check_again(const struct world *world, const struct indicators *indicators)
{
	struct saved one = save(indicators), two;
	struct indicators *fresh = make(world);

	must(load(fresh, one.bytes, one.n, 0));
	two = save(fresh);
	must(one.n == two.n && memcmp(one.bytes, two.bytes, one.n) == 0);
	indicators_free(fresh);
	saved_fini(&one);
	saved_fini(&two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world world = { 0 };
	struct indicators *indicators;

	if (size == 0)
		return 0;
	world_init(&world, data[0]);
	indicators = make(&world);
	if (load(indicators, data + 1, size - 1, data[0])) {
		int64_t now_ms = indicators_now_ms(indicators);

		check_again(&world, indicators);
		read_all(&world, indicators);
		indicators_each_pending(indicators, check_cell, NULL);
		count_on(indicators, now_ms > NOW_MS ? NOW_MS : now_ms, 40);
		count_on(indicators, now_ms < NOW_MS ? NOW_MS : now_ms, 40);
		pass_time(indicators, now_ms + 3 * 60 * MINUTE);
		read_all(&world, indicators);
	}
	indicators_free(indicators);
	world_fini(&world);
	return 0;
}
