/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roll-ups that any site may have sent.
 *
 *   1 byte   how many minutes pass before they come (0 to 255)
 *   the rest is roll-ups, one behind the other
 *
 * What is refused changes nothing.  What is taken can be read, is saved and loaded alike, and
 * leaves for the iocd above, which takes it too unless that is more than there can be.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../saved.h"
#include "body.h"
#include "iocd/cell.h"
#include "iocd/indicator_save.h"
#include "rolling.h"

#define N_UNITS      3u
#define N_LIST       9u
#define SKETCH_BYTES ((size_t)1 << 20)
#define NOW_MS       INT64_C(1795309200000)
#define MINUTE       INT64_C(60000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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
	struct feed feed = { .id = "main", .silent_after_ms = 20 * MINUTE };
	struct event_type type = {
		.name = "done",
		.fields = { { .name = "amount", .kind = FIELD_NUMBER },
			    { .name = "who", .kind = FIELD_TEXT } },
		.n_fields = 2,
	};
	uint32_t number;

	world->schema = schema_new();
	must(schema_add_feed(world->schema, &feed, &number) == 0);
	must(schema_add_type(world->schema, &type, &number) == 0);
}

static void world_init(struct world *world)
{
	static const enum indicator_kind kinds[N_LIST] = {
		INDICATOR_COUNT,    INDICATOR_SUM,   INDICATOR_MIN,
		INDICATOR_MAX,      INDICATOR_LAST,  INDICATOR_DISTINCT,
		INDICATOR_QUANTILE, INDICATOR_GAUGE, INDICATOR_STOCK,
	};
	static const struct unit tree[N_UNITS] = { { .id = "p", .parent = UNIT_NONE },
						   { .id = "a", .parent = 0 },
						   { .id = "b", .parent = 1 } };
	uint32_t number;

	world->units = units_new();
	for (uint32_t i = 0; i < N_UNITS; i++)
		must(units_add(world->units, &tree[i], &number) == 0);
	make_schema(world);
	world->rolled[0] = true;
	for (uint32_t i = 0; i < N_LIST; i++)
		world->list[i] = (struct indicator){
			.id = "level",
			.kind = kinds[i],
			.field = kinds[i] == INDICATOR_DISTINCT,
			.by_field = TYPE_NONE,
			.target = NAN,
			.quantile = 0.9,
			.windows = { { WINDOW_MINUTES, 60, "1h" }, { WINDOW_YEAR, 0, "year" } },
			.n_windows = 2,
		};
}

static void world_fini(struct world *world)
{
	schema_free(world->schema);
	units_free(world->units);
}

static struct indicators *make(const struct world *world, int64_t now_ms)
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
	if (now_ms > 0)
		indicators_tick(indicators, now_ms);
	return indicators;
}

static struct saved save(struct indicators *indicators)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;
	const struct change *changes;

	indicators_settle(indicators);
	(void)indicators_take_changes(indicators, &changes);
	saved_begin(&saved, &writer);
	indicators_save(indicators, &writer);
	saved_end(&writer);
	return saved;
}

static void check_same(struct saved *one, struct saved *two)
{
	must(one->n == two->n && memcmp(one->bytes, two->bytes, one->n) == 0);
	saved_fini(one);
	saved_fini(two);
}

static void add(struct indicators *indicators, const struct rollup *rollup, int64_t now_ms)
{
	struct saved before = save(indicators), after;

	if (indicators_add_rollup(indicators, rollup, now_ms, 1) == 0) {
		saved_fini(&before);
		return;
	}
	after = save(indicators);
	check_same(&before, &after);
}

/* Whether many roll-ups together were more than one may be. */
static bool is_beyond(const struct rollup *rollup)
{
	struct parts parts;

	must(parts_read(&parts, rollup->body, rollup->size));
	if (rollup->n > ROLLUP_EVENTS_MAX)
		return true;
	for (uint32_t i = 0; i < parts.n; i++) {
		const struct part *part = &parts.list[i];
		struct bucket_walk walk;

		if (part->kind == MEASURE_SUM && !isfinite(part_number(part)))
			return true;
		if (part->kind != MEASURE_QUANTILE)
			continue;
		for (part_walk(part, &walk); part_next_bucket(&walk);)
			if (walk.count > ROLLUP_EVENTS_MAX)
				return true;
	}
	return false;
}

static void carry_up(struct indicators *from, struct indicators *to, int64_t now_ms)
{
	const struct rollup_batch *batches;
	size_t n = indicators_take_rollups(from, &batches);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < batches[i].n; k++) {
			const struct rollup *rollup = &batches[i].list[k];
			int r = indicators_add_rollup(to, rollup, now_ms, 1);

			must(rollup->size <= ROLLUP_BODY_MAX);
			must(r == 0 || (r == ROLLUP_BAD && is_beyond(rollup)));
		}
	indicators_settle(to);
}

static void read_all(const struct world *world, const struct indicators *indicators)
{
	for (uint32_t i = 0; i < N_LIST; i++)
		for (uint32_t u = 0; u < N_UNITS; u++)
			for (uint32_t w = 0; w < 2; w++)
				(void)indicators_read(indicators, i, u, &world->list[i].windows[w]);
}

/* What is saved now is taken, and saved alike. */
static void check_again(const struct world *world, struct indicators *indicators)
{
	static const uint32_t to[N_UNITS] = { 0, 1, 2 };
	const struct renumber units = { .to = to, .n = N_UNITS }, feeds = { .to = to, .n = 1 };
	struct indicators *fresh = make(world, 0);
	struct saved one = save(indicators), two;
	struct bytes_reader reader;

	bytes_reader_init(&reader, one.bytes, one.n);
	(void)indicators_load(fresh, &reader, &units, &feeds, false);
	must(!reader.is_bad && reader.at == reader.end);
	two = save(fresh);
	check_same(&one, &two);
	indicators_free(fresh);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world world = { 0 };
	struct indicators *indicators, *above;
	struct bytes_reader reader;
	struct rollup rollup;
	int64_t now_ms;

	if (size == 0)
		return 0;
	now_ms = NOW_MS + data[0] * MINUTE;
	world_init(&world);
	indicators = make(&world, now_ms);
	above = make(&world, now_ms);
	bytes_reader_init(&reader, data + 1, size - 1);
	while (rollup_read(&reader, world.units, &rollup))
		add(indicators, &rollup, now_ms);
	read_all(&world, indicators);
	check_again(&world, indicators);
	indicators_tick(indicators, now_ms + MINUTE);
	carry_up(indicators, above, now_ms + MINUTE);
	read_all(&world, above);
	indicators_free(indicators);
	indicators_free(above);
	world_fini(&world);
	return 0;
}
