/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk.h"
#include "iocd/base/err.h"
#include "keep_step.h"

#define UNIT   "d1"
#define SENDER "iocd"
#define ABOUT  ((struct slice){ "d1/desk/closed", 14 })

/* ---- the one above ---- */

static void count(struct world *world, enum frame_class class, const struct frame_item *item)
{
	char text[32] = "";
	uint64_t n;

	memcpy(text, item->body.bytes, item->body.size < 31 ? item->body.size : 31);
	assert_int_equal(sscanf(text, "item %" SCNu64 " ", &n), 1);
	assert_true(n < WORLD_ITEMS_MAX);
	assert_true(item->recorded_ms >= WORLD_START_MS);
	assert_int_equal(item->about.size, class == FRAME_EVENT ? ABOUT.size : 0);
	if (class == FRAME_ALERT && world->n_counted[class] > 0 && n < world->last[class])
		world->n_early++;
	world->counts[class][n]++;
	world->n_counted[class]++;
	world->last[class] = n;
}

static void take_frame(struct world *world, const struct packet *packet)
{
	const struct slice sender = { SENDER, strlen(SENDER) };
	struct frame_item item;
	struct frame frame;
	uint64_t number;
	const char *why;
	uint32_t site;

	assert_int_equal(frame_open(world->reader, packet->bytes, packet->size, &frame, &why), 0);
	world->n_frames++;
	if (sites_begin(world->sites, 0, sender, &frame, world->real_ms, &site)) {
		world->n_refused++;
		return;
	}
	for (number = frame.range.from.number; frame_next(world->reader, &item); number++) {
		if (sites_is_new(world->sites, site, number))
			count(world, frame.class, &item);
		else
			world->n_repeats++;
		sites_note_recorded(world->sites, site, number, item.recorded_ms);
	}
	sites_end(world->sites, site, &frame, world->real_ms);
}

static void take_beat(struct world *world, const struct packet *packet)
{
	const struct slice sender = { SENDER, strlen(SENDER) };
	const char *why;
	uint32_t site;

	assert_int_equal(heartbeat_read(packet->bytes, packet->size, &world->beat, &why), 0);
	world->n_beats++;
	assert_int_equal(sites_hear(world->sites, 0, sender, &world->beat, world->real_ms, &site),
			 0);
}

/* ---- the way ---- */

static int publish(void *context, const char *topic, const void *bytes, size_t size)
{
	struct world *world = context;

	assert_string_equal(topic, "ioc/v1/" UNIT "/iocd/fwd/" SENDER);
	assert_true(size > 0 && size <= FRAME_SIZE_MAX);
	if (world->is_full)
		return 1;
	world->n_published++;
	if (world->is_cut)
		return 0;
	assert_true(world->n_way < WORLD_WAY_MAX);
	world->way[world->n_way] = (struct packet){ xcalloc(1, size), size };
	memcpy(world->way[world->n_way++].bytes, bytes, size);
	return 0;
}

void world_receipt(struct world *world)
{
	CLEANUP_TEXT struct text json = { 0 };
	uint32_t site = sites_find(world->sites, 0, SENDER);
	struct receipt receipt;

	if (site == UINT32_MAX || !world->forward || world->is_deaf || world->is_cut)
		return;
	sites_receipt(world->sites, site, &receipt);
	receipt_write(&json, &receipt);
	forward_receive(world->forward, json.bytes, json.size);
}

/* Takes the n oldest packets off the way. */
static void shift_way(struct world *world, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		free(world->way[i].bytes);
	world->n_way -= n;
	memmove(world->way, world->way + n, world->n_way * sizeof(world->way[0]));
}

void world_lose(struct world *world, uint32_t n)
{
	shift_way(world, n < world->n_way ? n : world->n_way);
}

void world_deliver(struct world *world, uint32_t n)
{
	const uint32_t *due;

	if (n > world->n_way)
		n = world->n_way;
	for (uint32_t i = 0; i < n; i++) {
		if (frame_is_one(world->way[i].bytes, world->way[i].size))
			take_frame(world, &world->way[i]);
		else
			take_beat(world, &world->way[i]);
	}
	shift_way(world, n);
	if (sites_take_due(world->sites, &due) > 0)
		world_receipt(world);
}

/* ---- the sender ---- */

static void on_receipted(void *context)
{
	((struct world *)context)->n_receipted++;
}

static void on_order(void *context, const struct order_message *order)
{
	struct world *world = context;

	world->n_orders++;
	world->standing.orders = order->orders;
	world->standing.orders_done = order->number;
}

static void on_standing(void *context, struct forward_standing *ret)
{
	*ret = ((struct world *)context)->standing;
}

struct world *world_new(const char *directory)
{
	const struct unit unit = { .id = UNIT,
				   .level = "district",
				   .name_vi = UNIT,
				   .name_en = UNIT,
				   .parent = UNIT_NONE };
	struct world *world = xcalloc(1, sizeof(*world));
	struct sites_options options = { .version = "1", .hash = "h", .orders = 77 };
	uint32_t number;

	world->units = units_new();
	assert_int_equal(units_add(world->units, &unit, &number), 0);
	options.units = world->units;
	world->sites = sites_new(&options);
	world->reader = frame_reader_new();
	for (int class = 0; class < N_FRAME_CLASSES; class ++)
		world->counts[class] = xcalloc(WORLD_ITEMS_MAX, 1);
	(void)snprintf(world->directory, sizeof(world->directory), "%s/out", directory);
	world->mono_ms = 1000;
	world->real_ms = WORLD_START_MS;
	world->standing.trouble = "";
	world->options = (struct forward_options){
		.directory = world->directory,
		.prefix = "ioc/v1",
		.unit = UNIT,
		.sender = SENDER,
		.journal_id = "aaaaaaaa",
		.instance = "test",
		.version = "1",
		.hash = "h",
		.alerts = SEVERITY_WARNING,
		.rollups = true,
		.compress = true,
		.heartbeat_ms = 1000,
		.batch_ms = 200,
		.batch_bytes = 4096,
		.keep_bytes = 1u << 30,
		.keep_ms = 14 * 86400000LL,
		.segment_bytes = 1 << 20,
	};
	return world;
}

void world_free(struct world *world)
{
	world_stop(world);
	world_lose(world, WORLD_WAY_MAX);
	sites_free(world->sites);
	units_free(world->units);
	frame_reader_free(world->reader);
	for (int class = 0; class < N_FRAME_CLASSES; class ++)
		free(world->counts[class]);
	free(world);
}

void world_start(struct world *world)
{
	const struct forward_hooks hooks = { .context = world,
					     .order = on_order,
					     .standing = on_standing,
					     .receipted = on_receipted,
					     .publish = publish };

	assert_int_equal(forward_new(&world->forward, NULL, &world->options, &hooks), 0);
	forward_start(world->forward);
}

void world_stop(struct world *world)
{
	world->forward = forward_close(world->forward, 0);
}

void world_kill(struct world *world, bool is_power)
{
	uint64_t synced[N_FRAME_CLASSES];
	char path[192];

	if (!world->forward)
		return;
	for (int class = 0; class < N_FRAME_CLASSES; class ++)
		synced[class] =
			journal_synced(outbox_journal(world->forward->streams[class].outbox));
	disk.is_dead = true;
	world_stop(world);
	disk.is_dead = false;
	for (int class = 0; is_power && class < N_FRAME_CLASSES; class ++) {
		(void)snprintf(path, sizeof(path), "%s/%s", world->directory,
			       frame_class_name((enum frame_class) class));
		disk_lose(path, synced[class]);
	}
}

void world_offer(struct world *world, enum frame_class class, uint64_t from, uint64_t to,
		 size_t size)
{
	struct outbox *outbox = world->forward->streams[class].outbox;
	char *body = xcalloc(1, size + 64);
	int r;

	for (uint64_t n = from; n < to; n++) {
		int used = snprintf(body, 64, "item %llu ", (unsigned long long)n);

		/* What is hard to compress, so that frames are as large as they look. */
		for (size_t i = 0; i < size; i++)
			body[(size_t)used + i] =
				(char)('0' + ((n + 1) * 2654435761u * (i + 7) >> 13) % 64);
		r = outbox_put(outbox, (struct key){ n + 1, 0 },
			       class == FRAME_EVENT ? ABOUT : (struct slice){ "", 0 },
			       (struct slice){ body, (size_t)used + size }, world->real_ms);
		assert_true(r == 0 || r == OUTBOX_KNOWN);
	}
	free(body);
}

void world_sync(struct world *world)
{
	for (int class = 0; class < N_FRAME_CLASSES; class ++)
		keep_all(outbox_journal(world->forward->streams[class].outbox));
}

void world_tick(struct world *world, int64_t ms)
{
	world->mono_ms += ms;
	world->real_ms += ms;
	forward_tick(world->forward, world->mono_ms, world->real_ms);
}

void world_run(struct world *world, int n)
{
	while (n-- > 0) {
		world_sync(world);
		world_tick(world, 100);
		world_deliver(world, WORLD_WAY_MAX);
	}
}

static bool is_drained(struct world *world)
{
	for (int class = 0; class < N_FRAME_CLASSES; class ++) {
		struct stream *stream = &world->forward->streams[class];
		struct span all = { stream->floor.number, outbox_head(stream->outbox).number };

		if (!outbox_is_settled(stream->outbox) || known_count(&stream->known, all) > 0 ||
		    stream->doubt.n > 0)
			return false;
	}
	return true;
}

int world_drain(struct world *world)
{
	int rounds = 0;

	for (; !is_drained(world); rounds++) {
		assert_true(rounds < 5000);
		world_run(world, 1);
	}
	world_run(world, 3);
	return rounds;
}

struct forward_stream_status world_status(struct world *world, enum frame_class class)
{
	struct forward_status status;

	forward_get_status(world->forward, &status);
	return status.streams[class];
}

void world_assert_counted(const struct world *world, enum frame_class class, uint64_t from,
			  uint64_t to)
{
	for (uint64_t n = from; n < to; n++)
		if (world->counts[class][n] != 1)
			fail_msg("item %llu of %s was counted %d times", (unsigned long long)n,
				 frame_class_name(class), world->counts[class][n]);
}

int world_begin(void **state)
{
	void *directory;

	assert_int_equal(disk_begin(&directory), 0);
	*state = world_new(directory);
	free(directory);
	return 0;
}

int world_end(void **state)
{
	struct world *world = *state;
	char *directory = xstrdup(world->directory);

	*strrchr(directory, '/') = '\0';
	world_free(world);
	*state = directory;
	return disk_end(state);
}
