/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Merging bodies of cells that anybody may have written, and working figures out of them.
 *
 *   1 byte   bit 0: over units, else over time
 *   then bodies: 2 bytes of length, lowest first, and so many bytes, as far as there are
 *
 * A body that is refused changes nothing; what was merged is sound, and stays what it is when it is
 * merged into nothing.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/cell.h"

#define N_LIST 9u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static struct schema *make_schema(void)
{
	struct feed feed = { .id = "main" };
	struct event_type type = {
		.name = "done",
		.fields = { { .name = "amount", .kind = FIELD_NUMBER },
			    { .name = "who", .kind = FIELD_TEXT } },
		.n_fields = 2,
	};
	struct schema *schema = schema_new();
	uint32_t number;

	must(schema_add_feed(schema, &feed, &number) == 0);
	must(schema_add_type(schema, &type, &number) == 0);
	return schema;
}

static void make_list(struct indicator list[N_LIST])
{
	static const enum indicator_kind kinds[N_LIST] = {
		INDICATOR_COUNT,    INDICATOR_SUM,   INDICATOR_MIN,
		INDICATOR_MAX,      INDICATOR_LAST,  INDICATOR_DISTINCT,
		INDICATOR_QUANTILE, INDICATOR_GAUGE, INDICATOR_RATIO,
	};

	for (uint32_t i = 0; i < N_LIST; i++)
		list[i] = (struct indicator){
			.id = "indicator",
			.kind = kinds[i],
			.field = kinds[i] == INDICATOR_DISTINCT,
			.type = i < 7 ? 0 : TYPE_NONE,
			.by_field = TYPE_NONE,
			.quantile = 0.9,
			.per_ms = 1000,
			.parts = { 7, 0 },
			.windows = { { WINDOW_MINUTES, 60, "1h" } },
			.n_windows = 1,
		};
}

static void work_out_all(const struct indicators *indicators, const struct cell_sum *sum)
{
	for (uint32_t i = 0; i < N_LIST; i++) {
		uint64_t series[4];
		struct cell_sum sums[4];
		uint32_t n = indicators_series(indicators, i, series, 4);
		struct reading reading;

		for (uint32_t k = 0; k < n; k++)
			sums[k] = *sum;
		reading = indicators_work_out(indicators, i, series, sums, n, HOUR_MS, HOUR_MS);
		must(isnan(reading.value) == (reading.quality == QUALITY_UNKNOWN));
	}
}

static void check_sum(const struct cell_sum *sum)
{
	struct cell_sum again = { 0 };

	must(cell_merge(&again, sum->body.bytes, sum->body.size, sum->n, CELL_OVER_TIME) == 0);
	must(again.n == sum->n && again.body.size == sum->body.size);
	must(again.body.size == 0 ||
	     memcmp(again.body.bytes, sum->body.bytes, again.body.size) == 0);
	text_fini(&again.body);
}

static void merge_all(struct cell_sum *sum, const uint8_t *data, size_t size, enum cell_axis axis)
{
	while (size >= 2) {
		size_t n = data[0] | (size_t)data[1] << 8;
		size_t before = sum->body.size;
		uint64_t n_before = sum->n;
		void *body; /* of its own, so that reading beyond shows */

		data += 2;
		size -= 2;
		n = n < size ? n : size;
		body = malloc(n + 1);
		must(body != NULL);
		memcpy(body, data, n);
		if (cell_merge(sum, body, n, 1, axis) != 0)
			must(sum->n == n_before && sum->body.size == before);
		free(body);
		data += n;
		size -= n;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct units *units = units_new();
	struct schema *schema = make_schema();
	struct indicator list[N_LIST];
	const struct unit root = { .id = "p", .parent = UNIT_NONE };
	const struct indicators_options options = {
		.units = units,
		.schema = schema,
		.list = list,
		.n_list = N_LIST,
		.offset_minutes = 420,
		.sketch_bytes = 1 << 20,
	};
	struct indicators *indicators;
	struct cell_sum sum = { 0 };
	uint32_t number;

	make_list(list);
	must(units_add(units, &root, &number) == 0);
	must(indicators_new(&indicators, &options) == 0);
	if (size > 0)
		merge_all(&sum, data + 1, size - 1, data[0] & 1 ? CELL_OVER_UNITS : CELL_OVER_TIME);
	check_sum(&sum);
	work_out_all(indicators, &sum);

	text_fini(&sum.body);
	indicators_free(indicators);
	schema_free(schema);
	units_free(units);
	return 0;
}
