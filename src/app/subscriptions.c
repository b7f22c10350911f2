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

void subscriptions_init(struct subscriptions *subscriptions, const struct config *config)
{
	const struct schema *schema = config_schema(config);
	const char *prefix = config_settings(config)->mqtt.prefix;
	CLEANUP_TEXT struct text filter = { 0 };

	*subscriptions = (struct subscriptions){ 0 };
	text_add(&filter, "%s/+/+/evt/+", prefix);
	add(subscriptions, &filter, false);
	text_add(&filter, "%s/+/+/state", prefix);
	add(subscriptions, &filter, true); /* births of before our time */
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
