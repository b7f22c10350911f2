/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Orders that wait until a site says that it has journaled them.
 */
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "inside.h"

bool sites_order(struct sites *sites, uint32_t site, const struct command *command)
{
	struct site *at = sites->list[site];
	struct text json = { 0 };

	if (at->n_orders == SITE_ORDERS_MAX)
		return false;

	command_write(&json, command);
	if (json.size >= ORDER_COMMAND_MAX) {
		text_fini(&json);
		return false;
	}
	at->orders[at->n_orders++] = (struct order){
		.number = ++at->last_order, .json = json.bytes, /* handed over */
	};
	site_note_due(sites, site);
	return true;
}

void orders_trim(struct site *site, uint64_t number)
{
	uint32_t n = 0;

	while (n < site->n_orders && site->orders[n].number <= number)
		free(site->orders[n++].json);
	site->n_orders -= n;
	memmove(site->orders, site->orders + n, site->n_orders * sizeof(*site->orders));
}

bool sites_next_order(const struct sites *sites, uint32_t site, uint64_t number,
		      struct order_message *ret)
{
	const struct site *at = sites->list[site];

	for (uint32_t i = 0; i < at->n_orders; i++) {
		const struct order *order = &at->orders[i];

		if (order->number < number)
			continue;
		*ret = (struct order_message){
			.orders = sites->options.orders,
			.number = order->number,
			.command = { order->json, strlen(order->json) },
		};
		return true;
	}
	return false;
}
