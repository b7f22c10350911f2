/* SPDX-License-Identifier: Apache-2.0 */
#include "rule_feeds.h"

#include "explain.h"

static void add_feed(struct rule_feeds *feeds, uint32_t feed)
{
	for (uint32_t i = 0; i < feeds->n; i++)
		if (feeds->list[i] == feed)
			return;
	if (feeds->n < RULE_FEEDS_MAX)
		feeds->list[feeds->n++] = feed;
}

static void add_feeds(struct rule_feeds *feeds, const struct views *views,
		      const struct indicator *indicator)
{
	const struct indicators *all = views->source.indicators;

	switch (indicator->kind) {
	case INDICATOR_RATIO:
		add_feeds(feeds, views, indicators_at(all, indicator->parts[1]));
		__attribute__((fallthrough));
	case INDICATOR_PROGRESS:
	case INDICATOR_BEHIND:
	case INDICATOR_CHANGE:
	case INDICATOR_BASELINE:
	case INDICATOR_UNITS:
		add_feeds(feeds, views, indicators_at(all, indicator->parts[0]));
		return;
	case INDICATOR_SCORE:
		for (uint32_t i = 0; i < indicator->n_terms; i++)
			add_feeds(feeds, views, indicators_at(all, indicator->terms[i].indicator));
		return;
	case INDICATOR_COUNT:
	case INDICATOR_SUM:
	case INDICATOR_MEAN:
	case INDICATOR_MIN:
	case INDICATOR_MAX:
	case INDICATOR_LAST:
	case INDICATOR_RATE:
	case INDICATOR_DISTINCT:
	case INDICATOR_QUANTILE:
	case INDICATOR_STOCK:
	case INDICATOR_GAUGE:
		break;
	}
	if (indicator->type != TYPE_NONE)
		add_feed(feeds,
			 schema_type(config_schema(views->source.config), indicator->type)->feed);
}

void rule_feeds_find(struct rule_feeds *feeds, const struct views *views, const struct rule *rule)
{
	const struct schema *schema = config_schema(views->source.config);

	if (!explain_is_in_force(views, rule))
		return;

	switch (rule->kind) {
	case RULE_THRESHOLD:
	case RULE_EACH:
		add_feeds(feeds, views, rule->figure);
		return;
	case RULE_EVENT:
		add_feed(feeds, rule->event_type->feed);
		return;
	case RULE_SILENCE:
		add_feed(feeds, rule->feed);
		return;
	case RULE_SEQUENCE:
	case RULE_DEADLINE:
		for (uint32_t i = 0; i < rule->record->n_steps; i++)
			add_feed(feeds, schema_type(schema, rule->record->steps[i].type)->feed);
		return;
	case RULE_OWN:
		return;
	}
}

void rule_feeds_put(struct text *text, const struct views *views, const struct rule *rule)
{
	struct rule_feeds feeds = { .n = 0 };

	rule_feeds_find(&feeds, views, rule);
	put_string(text, "feed",
		   feeds.n == 1
			   ? schema_feed(config_schema(views->source.config), feeds.list[0])->id
			   : NULL);
}
