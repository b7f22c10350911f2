/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/downlink.h"

#include <stdbool.h>
#include <stdlib.h>

#include "iocd/base/err.h"
#include "iocd/base/text.h"
#include "iocd/unit.h"

#define ORDER_AGAIN_MS 1000 /* an order that was published is not sent again sooner */
#define NO_TOKEN       0

/* What is known of telling one site; by its number in the ledger. */
struct post {
	bool is_due;       /* something is to be told */
	bool was_told;     /* since: */
	int64_t told_ms;   /* of the last receipt, monotonic */
	uint64_t orders;   /* number of the last order that was sent ... */
	int64_t orders_ms; /* ... and when one was, monotonic */
};

struct downlink {
	char *prefix;
	const struct units *units;
	struct post posts[SITES_MAX];
	uint32_t due[SITES_MAX]; /* numbers of those that are due */
	uint32_t n_due;
	struct text topic; /* kept warm, as the next */
	struct text json;
};

struct downlink *downlink_new(const char *prefix, const struct units *units)
{
	struct downlink *downlink = xcalloc(1, sizeof(*downlink));

	downlink->prefix = xstrdup(prefix);
	downlink->units = units;
	return downlink;
}

struct downlink *downlink_free(struct downlink *downlink)
{
	if (!downlink)
		return NULL;

	text_fini(&downlink->topic);
	text_fini(&downlink->json);
	free(downlink->prefix);
	free(downlink);
	return NULL;
}

static void note_due(struct downlink *downlink, uint32_t site)
{
	if (site >= SITES_MAX || downlink->posts[site].is_due)
		return;
	downlink->posts[site].is_due = true;
	downlink->due[downlink->n_due++] = site;
}

static void take_due(struct downlink *downlink, struct sites *sites)
{
	const uint32_t *list;
	size_t n = sites_take_due(sites, &list);

	for (size_t i = 0; i < n; i++)
		note_due(downlink, list[i]);
}

static int publish(struct downlink *downlink, struct mqtt *mqtt, int qos)
{
	return mqtt_publish(mqtt, NO_TOKEN, text_get(&downlink->topic), downlink->json.bytes,
			    downlink->json.size, qos, false);
}

static int tell_receipt(struct downlink *downlink, const struct sites *sites, uint32_t site,
			struct mqtt *mqtt)
{
	struct receipt receipt;

	sites_receipt(sites, site, &receipt);
	text_clear(&downlink->json);
	receipt_write(&downlink->json, &receipt);
	return publish(downlink, mqtt, 0);
}

/* Those that were not sent yet; or all again, because the site has been heard and they still wait:
 * then it has not journaled them. */
static int tell_orders(struct downlink *downlink, const struct sites *sites, uint32_t site,
		       struct mqtt *mqtt, int64_t mono_ms)
{
	struct post *post = &downlink->posts[site];
	bool is_again = mono_ms - post->orders_ms >= ORDER_AGAIN_MS;
	struct order_message order = { .number = is_again ? 0 : post->orders };

	while (sites_next_order(sites, site, order.number + 1, &order)) {
		text_clear(&downlink->json);
		order_write(&downlink->json, &order);
		if (publish(downlink, mqtt, 1))
			return MQTT_FULL;
		post->orders = order.number;
		post->orders_ms = mono_ms;
	}
	return 0;
}

static int tell(struct downlink *downlink, const struct sites *sites, uint32_t site,
		struct mqtt *mqtt, int64_t mono_ms)
{
	struct post *post = &downlink->posts[site];
	struct site_view view;

	sites_view(sites, site, &view);
	text_clear(&downlink->topic);
	text_add(&downlink->topic, "%s/%s/iocd/ack/%s", downlink->prefix,
		 units_at(downlink->units, view.unit)->id, view.sender);
	if (tell_receipt(downlink, sites, site, mqtt))
		return MQTT_FULL;
	post->was_told = true;
	post->told_ms = mono_ms;
	return tell_orders(downlink, sites, site, mqtt, mono_ms);
}

/* In how many ms the site may be told something; 0: now. */
static int64_t wait_of(const struct post *post, int64_t mono_ms)
{
	int64_t passed_ms = mono_ms - post->told_ms;

	return !post->was_told || passed_ms >= DOWNLINK_EVERY_MS ? 0
								 : DOWNLINK_EVERY_MS - passed_ms;
}

int64_t downlink_post(struct downlink *downlink, struct sites *sites, struct mqtt *mqtt,
		      int64_t mono_ms)
{
	uint32_t n = 0, n_sites;
	int64_t next_ms = -1;

	take_due(downlink, sites);
	n_sites = sites_count(sites);
	for (uint32_t i = 0; i < downlink->n_due; i++) {
		uint32_t site = downlink->due[i];
		struct post *post = &downlink->posts[site];
		int64_t wait_ms = site < n_sites ? wait_of(post, mono_ms) : 0;

		if (wait_ms == 0 && site < n_sites &&
		    tell(downlink, sites, site, mqtt, mono_ms) == MQTT_FULL)
			wait_ms = DOWNLINK_EVERY_MS;
		post->is_due = wait_ms > 0;
		if (wait_ms == 0)
			continue;
		downlink->due[n++] = site;
		if (next_ms < 0 || wait_ms < next_ms)
			next_ms = wait_ms;
	}
	downlink->n_due = n;
	return next_ms;
}
