/* SPDX-License-Identifier: Apache-2.0 */
#include "subscriptions.h"

#include <stdlib.h>

#include "iocd/base/err.h"
#include "iocd/base/text.h"
#include "iocd/map_feed.h"
#include "iocd/own.h"
#include "iocd/unit.h"

static void add(struct subscriptions *subscriptions, struct text *filter, bool retained)
{
	subscriptions->list =
		xrealloc(subscriptions->list, subscriptions->n + 1, sizeof(*subscriptions->list));
	subscriptions->list[subscriptions->n++] = (struct mqtt_filter){
		.filter = xstrdup(text_get(filter)),
		.retained = retained,
	};
	text_clear(filter);
}

/* The rest of a topic, below those units that are ours: all by one filter, unless this iocd serves
 * a part of the tree and perhaps shares the broker with others. */
static void add_units(struct subscriptions *subscriptions, const struct config *config,
		      const char *rest, bool retained)
{
	const struct settings *settings = config_settings(config);
	const struct units *units = config_units(config);
	CLEANUP_TEXT struct text filter = { 0 };

	if (!*settings->site) {
		text_add(&filter, "%s/+/%s", settings->mqtt.prefix, rest);
		add(subscriptions, &filter, retained);
		return;
	}
	for (uint32_t i = 0; i < units_n_names(units); i++) {
		text_add(&filter, "%s/%s/%s", settings->mqtt.prefix, units_name(units, i), rest);
		add(subscriptions, &filter, retained);
	}
}

void subscriptions_init(struct subscriptions *subscriptions, const struct config *config)
{
	const struct schema *schema = config_schema(config);
	const char *prefix = config_settings(config)->mqtt.prefix;
	CLEANUP_TEXT struct text filter = { 0 };

	*subscriptions = (struct subscriptions){ 0 };
	if (config_settings(config)->mqtt.events)
		add_units(subscriptions, config, "+/evt/+", false);
	add_units(subscriptions, config, "+/state", true); /* births of before our time */
	add_units(subscriptions, config, "iocd/fwd/+", false);
	text_add(&filter, "%s/%s/iocd/canary", prefix, units_at(config_units(config), 0)->id);
	add(subscriptions, &filter, false);
	text_add(&filter, "%s", OWN_DROPPED_TOPIC);
	add(subscriptions, &filter, true);
	for (uint32_t i = 0; i < schema_n_maps(schema); i++) {
		map_add_filter(schema_map(schema, i), &filter);
		add(subscriptions, &filter, false);
	}
}

void subscriptions_fini(struct subscriptions *subscriptions)
{
	for (size_t i = 0; i < subscriptions->n; i++)
		free((char *)subscriptions->list[i].filter);
	free(subscriptions->list);
}
