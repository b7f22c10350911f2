/* SPDX-License-Identifier: Apache-2.0 */
#include "cargo.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "mqtt_wire.h"
#include "province.h"

/* Events of one unit and feed that wait for their message to be full. */
struct pile {
	struct text json;
	int n;
};

struct loading {
	struct cargo *cargo;
	const struct world *world;
	struct pile *piles; /* n_units rows of n_feeds */
	uint32_t n_feeds;
	int batch;
};

void cargo_add(struct cargo *cargo, const char *topic, const struct text *payload, int n_events)
{
	const struct wire_publish message = {
		.topic = { topic, strlen(topic) },
		.payload = { payload->bytes, payload->size },
		.qos = 1,
	};
	struct packet packet = { .start = cargo->bytes.size };

	packet.id_at = wire_add_publish(&cargo->bytes, &message) - packet.start;
	packet.size = cargo->bytes.size - packet.start;
	if ((cargo->n_packets & (cargo->n_packets - 1)) == 0) /* grows at powers of two */
		cargo->packets =
			xrealloc(cargo->packets, cargo->n_packets ? cargo->n_packets * 2 : 1,
				 sizeof(*cargo->packets));
	cargo->packets[cargo->n_packets++] = packet;
	cargo->n_events += (uint64_t)n_events;
}

static void ship(struct loading *loading, uint32_t unit, uint32_t feed, const char *event)
{
	const struct world *world = loading->world;
	struct pile *pile = &loading->piles[(size_t)unit * loading->n_feeds + feed];
	CLEANUP_TEXT struct text topic = { 0 };

	if (pile->n == 0)
		return;
	if (loading->batch > 1)
		text_add(&pile->json, "]");
	text_add(&topic, "%s/%s/%s/evt/%s", world->settings->mqtt.prefix,
		 units_at(world->units, unit)->id, schema_feed(world->schema, feed)->id, event);
	cargo_add(loading->cargo, text_get(&topic), &pile->json, pile->n);
	text_clear(&pile->json);
	pile->n = 0;
}

static void load_fact(struct loading *loading, const struct fact *fact)
{
	const struct event_type *type = schema_type(loading->world->schema, fact->type);
	struct pile *pile = &loading->piles[(size_t)fact->unit * loading->n_feeds + type->feed];
	size_t before;

	if (loading->batch > 1)
		text_add(&pile->json, pile->n ? "," : "[");
	before = pile->json.size;
	fact_json(&pile->json, loading->world, fact, &no_twist);
	loading->cargo->event_bytes += pile->json.size - before;
	if (++pile->n == loading->batch)
		ship(loading, fact->unit, type->feed, loading->batch > 1 ? "batch" : type->name);
}

static void load_all(struct loading *loading, struct province *province, uint64_t n_events)
{
	uint32_t n_units = units_count(loading->world->units);
	struct fact fact;

	for (uint64_t i = 0; i < n_events; i++) {
		province_next(province, clock_real_ms(), 0, &fact);
		load_fact(loading, &fact);
	}
	for (uint32_t unit = 0; unit < n_units; unit++)
		for (uint32_t feed = 0; feed < loading->n_feeds; feed++)
			ship(loading, unit, feed, "batch");
}

void cargo_init(struct cargo *cargo, const struct world *world, uint64_t n_events, int batch)
{
	const struct province_options options = { .world = world };
	size_t n_piles = (size_t)units_count(world->units) * schema_n_feeds(world->schema);
	CLEANUP(province_free) struct province *province = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	struct loading loading = {
		.cargo = cargo,
		.world = world,
		.piles = xcalloc(n_piles, sizeof(struct pile)),
		.n_feeds = schema_n_feeds(world->schema),
		.batch = batch,
	};
	int r;

	*cargo = (struct cargo){ 0 };
	r = province_new(&province, &options, &report);
	assert(!r); /* main.c has tried it */
	(void)r;
	load_all(&loading, province, n_events);
	for (size_t i = 0; i < n_piles; i++)
		text_fini(&loading.piles[i].json);
	free(loading.piles);
}

void cargo_fini(struct cargo *cargo)
{
	text_fini(&cargo->bytes);
	free(cargo->packets);
	*cargo = (struct cargo){ 0 };
}
