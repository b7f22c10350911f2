/* SPDX-License-Identifier: Apache-2.0 */
#include "backlog.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "iocd/flow_options.h"

#define FEED     "one-stop"
#define RECEIVED "record.received"
#define RESOLVED "record.resolved"

static void pass_over(void *context, const struct flow_tick *tick)
{
	(void)context, (void)tick;
}

static int find_types(struct backlog *backlog)
{
	static const char *const names[] = { RECEIVED, RESOLVED };
	const struct schema *schema = backlog->world.schema;

	backlog->feed = schema_find_feed(schema, FEED, strlen(FEED));
	for (size_t i = 0; backlog->feed != TYPE_NONE && i < COUNT(names); i++)
		backlog->types[i] =
			schema_find_type(schema, backlog->feed, names[i], strlen(names[i]));
	if (backlog->feed != TYPE_NONE && backlog->types[0] != TYPE_NONE &&
	    backlog->types[1] != TYPE_NONE)
		return 0;

	fprintf(stderr, "iocbench: the configuration has no feed '%s' with '%s' and '%s'\n", FEED,
		RECEIVED, RESOLVED);
	return err_raise(-ENOENT);
}

int backlog_init(struct backlog *backlog, const struct bench *bench, int64_t now_ms)
{
	struct flow_options options;
	int r;

	*backlog = (struct backlog){ .world = bench->world, .now_ms = now_ms };
	backlog->world.run = now_ms;
	r = find_types(backlog);
	if (r)
		return err_pass(r);

	flow_options_from(&options, bench->config);
	return err_pass(flow_new(&backlog->flow, &options, pass_over, NULL));
}

void backlog_fini(struct backlog *backlog)
{
	flow_free(backlog->flow);
	text_fini(&backlog->topic);
	text_fini(&backlog->payload);
}

void backlog_say(struct backlog *backlog, uint32_t unit, uint32_t number, int64_t due_ms)
{
	const struct world *world = &backlog->world;
	struct random_stream random;
	struct fact fact;

	random_seed(&random, number);
	fact_init(&fact, unit, backlog->types[due_ms == 0], backlog->now_ms);
	fact.serial = ++backlog->serial;
	fact_text(&fact, world, "record", "H09.23.05-%08" PRIu32, number);
	if (due_ms != 0)
		fact_time(&fact, world, "due", due_ms);
	fact_complete(&fact, world, &random);
	text_add(&backlog->payload, backlog->n_waiting++ == 0 ? "[" : ",");
	fact_json(&backlog->payload, world, &fact, &no_twist);
}

static double cpu_us(void)
{
	return (double)clock() * 1e6 / CLOCKS_PER_SEC;
}

static double larger(double a, double b)
{
	return a > b ? a : b;
}

/* Other processes take their share of the wall clock, so both clocks are told. */
static void carry(struct backlog *backlog, struct record *record, struct effort *effort)
{
	int64_t start_ns = clock_mono_ns();
	double start_us = cpu_us(), us;

	record->arrival_ms = backlog->now_ms;
	record->position = backlog->position;
	backlog->position += 64 + record->topic_size + record->payload_size;
	record->next = backlog->position;
	flow_carry(backlog->flow, record);

	us = cpu_us() - start_us;
	effort->cpu_us += us;
	effort->longest_ms = larger(effort->longest_ms, us / 1e3);
	effort->longest_wall_ms =
		larger(effort->longest_wall_ms, (double)(clock_mono_ns() - start_ns) / 1e6);
}

void backlog_send(struct backlog *backlog, uint32_t unit, struct effort *effort)
{
	const struct world *world = &backlog->world;
	struct record record = { .kind = RECORD_MESSAGE };

	if (backlog->n_waiting == 0)
		return;
	text_add(&backlog->payload, "]");
	text_clear(&backlog->topic);
	text_add(&backlog->topic, "%s/%s/%s/evt/batch", world->settings->mqtt.prefix,
		 units_at(world->units, unit)->id, FEED);
	record.topic = text_get(&backlog->topic);
	record.topic_size = backlog->topic.size;
	record.payload = text_get(&backlog->payload);
	record.payload_size = backlog->payload.size;
	carry(backlog, &record, effort);

	effort->n_events += (uint64_t)backlog->n_waiting;
	text_clear(&backlog->payload);
	backlog->n_waiting = 0;
}

void backlog_wait(struct backlog *backlog, int64_t until_ms, struct effort *effort)
{
	int64_t due_ms;

	while ((due_ms = flow_due_ms(backlog->flow)) <= until_ms) {
		struct record record = { .kind = RECORD_TIME, .topic = "", .payload = "" };

		if (due_ms > backlog->now_ms)
			backlog->now_ms = due_ms;
		carry(backlog, &record, effort);
	}
	backlog->now_ms = until_ms;
}

/* ---- saving ---- */

static int keep(void *context, const void *bytes, size_t n)
{
	struct saved_backlog *saved = context;

	if (saved->bytes) {
		if (n > saved->room - saved->n)
			return err_raise(-ENOSPC);
		memcpy(saved->bytes + saved->n, bytes, n);
	}
	saved->n += n;
	return 0;
}

int backlog_save(const struct backlog *backlog, struct saved_backlog *saved)
{
	struct bytes_writer writer;
	char room[1 << 14];
	double start_us;

	if (saved->room > 0)
		saved->bytes = xcalloc(1, saved->room);
	bytes_writer_init(&writer, keep, saved, room, sizeof(room));
	start_us = cpu_us();
	flow_save(backlog->flow, &writer);
	saved->save_ms = (cpu_us() - start_us) / 1e3;
	return err_pass(bytes_flush(&writer));
}

int backlog_load(const struct backlog *backlog, const struct bench *bench,
		 struct saved_backlog *saved)
{
	struct backlog other;
	struct bytes_reader reader;
	double start_us;
	int r = backlog_init(&other, bench, backlog->now_ms);

	if (!r) {
		bytes_reader_init(&reader, saved->bytes, saved->n);
		start_us = cpu_us();
		flow_load(other.flow, &reader);
		saved->load_ms = (cpu_us() - start_us) / 1e3;
		if (reader.is_bad)
			r = err_raise(-EBADMSG);
	}
	backlog_fini(&other);
	return err_pass(r);
}
