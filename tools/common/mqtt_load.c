/* SPDX-License-Identifier: Apache-2.0 */
#include "mqtt_load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

/* A message that waits for its acknowledgement; its identifier is its place in slots, from 1. */
struct slot {
	struct text packet; /* kept to be sent again; its memory serves the next one */
	uint64_t order;     /* number of the message; 0: the slot is free */
};

struct mqtt_load {
	struct mqtt_line *line; /* owned */
	struct slot slots[MQTT_LOAD_WINDOW_MAX];
	uint16_t free_ids[MQTT_LOAD_WINDOW_MAX]; /* a stack */
	uint32_t n_free;
	uint32_t window; /* how many may be under way */
	struct mqtt_load_counts counts;
	mqtt_load_taken_fn *taken; /* NULL: nobody wants to know */
	void *taken_context;
};

static int on_packet(void *context, const struct wire_packet *packet)
{
	struct mqtt_load *load = context;
	struct slot *slot;
	unsigned char reason;
	uint16_t id;
	int r;

	if (packet->type != WIRE_PUBACK)
		return 0;
	r = wire_read_ack(packet, &id, &reason);
	if (r)
		return err_pass(r);
	if (id == 0 || id > MQTT_LOAD_WINDOW_MAX || !load->slots[id - 1].order)
		return err_raise(-EPROTO);

	slot = &load->slots[id - 1];
	if (load->taken && reason < WIRE_REASON_FAILED)
		load->taken(load->taken_context,
			    (struct slice){ slot->packet.bytes, slot->packet.size });
	slot->order = 0;
	text_clear(&slot->packet);
	load->free_ids[load->n_free++] = id;
	load->counts.ok += reason < WIRE_REASON_FAILED;
	load->counts.nobody += reason == WIRE_REASON_NOBODY;
	load->counts.refused += reason >= WIRE_REASON_FAILED;
	return 0;
}

static int compare_orders(const void *a, const void *b)
{
	const struct slot *const *left = a, *const *right = b;

	return ((*left)->order > (*right)->order) - ((*left)->order < (*right)->order);
}

static void send_again(struct mqtt_load *load)
{
	struct slot *waiting[MQTT_LOAD_WINDOW_MAX];
	size_t n = 0;

	for (size_t i = 0; i < COUNT(load->slots); i++)
		if (load->slots[i].order)
			waiting[n++] = &load->slots[i];
	qsort(waiting, n, sizeof(waiting[0]), compare_orders);
	for (size_t i = 0; i < n; i++)
		text_add_bytes(mqtt_line_out(load->line), waiting[i]->packet.bytes,
			       waiting[i]->packet.size);
	load->counts.resent += n;
}

int mqtt_load_reconnect(struct mqtt_load *load)
{
	struct wire_connack welcome;
	int r;

	r = mqtt_line_connect(load->line, &welcome);
	if (r)
		return err_pass(r);

	load->window = welcome.receive_max < MQTT_LOAD_WINDOW_MAX ? welcome.receive_max
								  : MQTT_LOAD_WINDOW_MAX;
	send_again(load);
	return 0;
}

int mqtt_load_new(struct mqtt_load **ret, const struct mqtt_line_options *options)
{
	CLEANUP(mqtt_load_free) struct mqtt_load *load = xcalloc(1, sizeof(*load));
	int r;

	load->line = mqtt_line_new(options, on_packet, load);
	for (uint16_t id = MQTT_LOAD_WINDOW_MAX; id > 0; id--)
		load->free_ids[load->n_free++] = id;
	r = mqtt_load_reconnect(load);
	if (r)
		return err_pass(r);

	*ret = load;
	load = NULL;
	return 0;
}

struct mqtt_load *mqtt_load_free(struct mqtt_load *load)
{
	if (!load)
		return NULL;

	mqtt_line_free(load->line);
	for (size_t i = 0; i < COUNT(load->slots); i++)
		text_fini(&load->slots[i].packet);
	free(load);
	return NULL;
}

void mqtt_load_tell(struct mqtt_load *load, mqtt_load_taken_fn *taken, void *context)
{
	load->taken = taken;
	load->taken_context = context;
}

/* Takes an identifier, and copies the packet to be sent again if need be. */
static uint16_t keep(struct mqtt_load *load, const char *packet, size_t size, size_t id_at)
{
	uint16_t id = load->free_ids[--load->n_free];
	struct slot *slot = &load->slots[id - 1];

	slot->order = load->counts.sent;
	text_add_bytes(&slot->packet, packet, size);
	wire_put_id(slot->packet.bytes + id_at, id);
	return id;
}

int mqtt_load_packet(struct mqtt_load *load, const char *packet, size_t size, size_t id_at)
{
	struct text *out = mqtt_line_out(load->line);
	size_t start = out->size;

	if (id_at && mqtt_load_under_way(load) >= load->window)
		return MQTT_LOAD_FULL;
	if (mqtt_line_waiting(load->line) >= MQTT_LINE_OUT_MAX)
		return MQTT_LOAD_FULL;

	load->counts.sent++;
	text_add_bytes(out, packet, size);
	if (id_at)
		wire_put_id(out->bytes + start + id_at, keep(load, packet, size, id_at));
	return 0;
}

int mqtt_load_publish(struct mqtt_load *load, const struct wire_publish *publish)
{
	CLEANUP_TEXT struct text packet = { 0 };
	size_t id_at = wire_add_publish(&packet, publish);

	return mqtt_load_packet(load, packet.bytes, packet.size, id_at);
}

int mqtt_load_turn(struct mqtt_load *load, int wait_ms)
{
	return err_pass(mqtt_line_turn(load->line, wait_ms));
}

uint32_t mqtt_load_under_way(const struct mqtt_load *load)
{
	return MQTT_LOAD_WINDOW_MAX - load->n_free;
}

bool mqtt_load_is_idle(const struct mqtt_load *load)
{
	return mqtt_load_under_way(load) == 0 && mqtt_line_waiting(load->line) == 0;
}

const struct mqtt_load_counts *mqtt_load_counts(const struct mqtt_load *load)
{
	return &load->counts;
}
