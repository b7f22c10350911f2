/* SPDX-License-Identifier: Apache-2.0 */
#include "orders.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/flow.h"

#define ORDERS_VERSION 1
#define N_OUTCOMES     (OUTCOME_FULL + 1)

struct order {
	char key[COMMAND_KEY_MAX];
	enum command_outcome outcome;
	uint32_t n;
};

struct orders {
	struct order ring[FLOW_COMMANDS];
	uint64_t noted; /* so far; the last stands at (noted - 1) % FLOW_COMMANDS */
};

struct orders *orders_new(void)
{
	return xcalloc(1, sizeof(struct orders));
}

struct orders *orders_free(struct orders *orders)
{
	free(orders);
	return NULL;
}

static uint64_t first_of(const struct orders *orders)
{
	return orders->noted > FLOW_COMMANDS ? orders->noted - FLOW_COMMANDS : 0;
}

static void put(struct orders *orders, const char *key, size_t size, enum command_outcome outcome,
		uint32_t n)
{
	struct order *order = &orders->ring[orders->noted++ % FLOW_COMMANDS];

	*order = (struct order){ .outcome = outcome, .n = n };
	memcpy(order->key, key, size < sizeof(order->key) ? size : sizeof(order->key) - 1);
}

void orders_note(struct orders *orders, const char *key, enum command_outcome outcome, uint32_t n)
{
	put(orders, key, strlen(key), outcome, n);
}

bool orders_find(const struct orders *orders, const char *key, enum command_outcome *ret,
		 uint32_t *ret_n)
{
	for (uint64_t i = orders->noted; i > first_of(orders); i--) {
		const struct order *order = &orders->ring[(i - 1) % FLOW_COMMANDS];

		if (strcmp(order->key, key) != 0)
			continue;
		*ret = order->outcome;
		*ret_n = order->n;
		return true;
	}
	return false;
}

void orders_save(const struct orders *orders, struct bytes_writer *writer)
{
	uint64_t first = first_of(orders);

	bytes_put_part(writer, "orders", ORDERS_VERSION);
	bytes_put_u32(writer, (uint32_t)(orders->noted - first));
	for (uint64_t i = first; i < orders->noted; i++) {
		const struct order *order = &orders->ring[i % FLOW_COMMANDS];

		bytes_put_text(writer, order->key);
		bytes_put_u8(writer, (uint8_t)order->outcome);
		bytes_put_u32(writer, order->n);
	}
}

void orders_load(struct orders *orders, struct bytes_reader *reader)
{
	uint32_t n;

	bytes_get_part(reader, "orders", ORDERS_VERSION);
	n = bytes_get_count(reader, 2 * sizeof(uint32_t) + 1);
	if (n > FLOW_COMMANDS)
		bytes_reject(reader, "more commands than are remembered");
	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		size_t size;
		const char *key = bytes_get_text(reader, &size);
		uint8_t outcome = bytes_get_u8(reader);
		uint32_t concerned = bytes_get_u32(reader);

		if (size == 0 || size >= COMMAND_KEY_MAX || memchr(key, '\0', size) ||
		    outcome >= N_OUTCOMES)
			bytes_reject(reader, "a command that cannot be");
		else
			put(orders, key, size, outcome, concerned);
	}
}
