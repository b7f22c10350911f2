/* SPDX-License-Identifier: Apache-2.0 */
/* What keeps alerts from being told now: who wanted it, why, and until when. */
#include <string.h>

#include "iocd/unit.h"
#include "views.h"

struct listing {
	const struct views *views;
	struct text *text;
	uint32_t unit;
	uint64_t n;
};

static void put_rule(struct text *text, const struct views *views, const char *id)
{
	uint32_t number = *id ? rules_find(views->source.rules, id, strlen(id)) : UINT32_MAX;
	const struct rule *rule;

	if (!*id) {
		put_null(text, "rule");
		return;
	}
	put_object(text, "rule");
	put_string(text, "id", id);
	if (number == UINT32_MAX) { /* it was taken away since */
		put_languages(text, "title", id, id);
	} else {
		rule = rules_at(views->source.rules, number);
		put_languages(text, "title", rule->title_vi, rule->title_en);
	}
	put_object_end(text);
}

/* Whether a maintenance of the configuration is of a unit that the caller sees. */
static bool is_planned_here(const struct views *views, const char *id)
{
	const struct rules_options *about = rules_about(views->source.rules);

	for (uint32_t i = 0; i < about->n_maintenances; i++) {
		const struct maintenance *maintenance = &about->maintenances[i];

		if (strcmp(maintenance->id, id) != 0)
			continue;
		for (uint32_t k = 0; k < units_count(views->source.context.units); k++)
			if ((!maintenance->units || maintenance->units[k]) && views_sees(views, k))
				return true;
	}
	return false;
}

/* What holds for all units holds for those of each caller too. */
static bool is_of_caller(const struct views *views, const struct hindrance *hindrance)
{
	if (views_sees_all(views) || views_sees(views, hindrance->unit))
		return true;
	if (hindrance->maintenance[0])
		return is_planned_here(views, hindrance->maintenance);
	return hindrance->unit == UNIT_NONE;
}

static void put_hindrance(void *context, const struct hindrance *hindrance)
{
	struct listing *listing = context;
	const struct views *views = listing->views;
	int offset_minutes = views->source.context.offset_minutes;
	struct text *text = listing->text;

	bool has_words = views_sees(views, hindrance->unit); /* they may name others */

	if (!is_of_caller(views, hindrance))
		return;
	/* What holds for all units holds for this one too. */
	if (hindrance->unit != UNIT_NONE && !views_is_within(views, hindrance->unit, listing->unit))
		return;

	listing->n++;
	put_object(text, NULL);
	put_string(text, "kind", suppression_name(hindrance->kind));
	put_rule(text, views, hindrance->rule);
	if (hindrance->unit == UNIT_NONE) {
		put_null(text, "unit");
	} else {
		put_object(text, "unit");
		views_put_unit(text, units_at(views->source.context.units, hindrance->unit));
		put_object_end(text);
	}
	put_flag(text, "below", hindrance->is_below);
	put_string(text, "subject", hindrance->has_subject ? hindrance->subject : NULL);
	put_string(text, "by",
		   has_words && views_sees_name(views, hindrance->by) ? hindrance->by : NULL);
	put_string(text, "note", has_words ? hindrance->note : "");
	put_time(text, "from", hindrance->from_ms, offset_minutes);
	put_time(text, "until", hindrance->until_ms, offset_minutes);
	put_object_end(text);
}

uint64_t views_put_suppressions(struct text *text, const struct views *views, uint32_t unit)
{
	struct listing listing = { .views = views, .text = text, .unit = unit };

	put_array(text, "suppressions");
	alertbook_each_hindrance(views->source.book, put_hindrance, &listing);
	put_array_end(text);
	return listing.n;
}

void view_suppressions(const struct views *views, const struct http_request *request,
		       struct http_response *response)
{
	uint32_t unit;
	uint64_t n;

	if (!views_read_unit(views, request, response, &unit))
		return;

	put_object(&response->body, NULL);
	n = views_put_suppressions(&response->body, views, unit);
	put_integer(&response->body, "matching", n);
	put_object_end(&response->body);
}
