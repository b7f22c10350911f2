/* SPDX-License-Identifier: Apache-2.0 */
#include "contracts.h"

#include "calendars.h"
#include "date.h"
#include "scope.h"

#define EVERY_MIN_MS 1000
#define EVERY_MAX_MS (31 * 24 * 3600000LL) /* of grace too */

struct nodes {
	const struct node *from, *every, *by, *within, *grace;
};

static const struct slot slots[] = {
	{ "from", offsetof(struct nodes, from) },   { "every", offsetof(struct nodes, every) },
	{ "by", offsetof(struct nodes, by) },       { "within", offsetof(struct nodes, within) },
	{ "grace", offsetof(struct nodes, grace) },
};

static void read_rhythm(struct load *load, const struct node *expect, const struct nodes *nodes,
			struct contract *contract)
{
	uint32_t minute;

	contract->by_minute = -1;
	if (!nodes->every == !nodes->by)
		report_error(load->report, nodes->by ? nodes->by->key_place : expect->key_place,
			     nodes->by ? "'by' beside 'every': it is one of them"
				       : "neither 'every' nor 'by' says how often");
	else if (nodes->every)
		(void)read_duration(load, nodes->every, EVERY_MIN_MS, EVERY_MAX_MS,
				    &contract->every_ms);
	else if (date_read_minute(load, nodes->by, &minute))
		contract->by_minute = (int32_t)minute;
}

void contract_read(struct load *load, const struct node *expect, uint32_t feed)
{
	struct contract contract = { .feed = feed, .place = expect->key_place };
	uint32_t errors = report_errors(load->report);
	struct nodes nodes = { 0 };
	bool good = true;

	(void)read_slots(load, expect, slots, COUNT(slots), &nodes);
	load->broken_contracts[feed] = true;
	if (expect->kind != NODE_MAP)
		return;
	if (read_present(load, expect, nodes.from, "from"))
		contract.expected =
			scope_read(load, expect, nodes.from, "nobody is expected to report");
	read_rhythm(load, expect, &nodes, &contract);
	if (nodes.within)
		good = calendar_read(load, nodes.within, &contract.calendar);
	else if (nodes.by)
		contract.calendar = calendar_always(load); /* which day it is, it must know */
	if (nodes.grace)
		(void)read_duration(load, nodes.grace, 0, EVERY_MAX_MS, &contract.grace_ms);
	if (!good || !contract.expected || report_errors(load->report) != errors)
		return;
	load->broken_contracts[feed] = false;
	load->config->contracts[load->config->n_contracts++] = contract;
}

const struct contract *contract_of(const struct load *load, uint32_t feed)
{
	const struct config *config = load->config;

	for (uint32_t i = 0; i < config->n_contracts; i++)
		if (config->contracts[i].feed == feed)
			return &config->contracts[i];
	return NULL;
}
