/* SPDX-License-Identifier: Apache-2.0 */
/* Figures of units. */
#include <string.h>

#include "iocd/rank.h"
#include "iocd/unit.h"
#include "views.h"

static void put_band(struct text *text, const struct indicator *indicator, double value)
{
	const struct score_band *band = indicator_band(indicator, value);

	if (band)
		put_languages(text, "band", band->title_vi, band->title_en);
	else
		put_null(text, "band");
}

void views_put_reading(struct text *text, const struct indicator *indicator,
		       const struct reading *reading)
{
	put_number(text, "value", reading->value);
	put_band(text, indicator, reading->value);
	put_string(text, "quality", quality_name(reading->quality));
	put_flag(text, "provisional", reading->is_provisional);
	put_integer(text, "reporting", reading->reporting);
	put_integer(text, "expected", reading->expected);
	put_integer(text, "samples", reading->samples);
}

static void put_windows(struct text *text, const struct views *views,
			const struct indicator *indicator, uint32_t number, uint32_t unit)
{
	int64_t last_ms = 0;

	put_array(text, "windows");
	for (uint32_t i = 0; i < indicator->n_windows; i++) {
		struct reading reading = indicators_read(views->source.indicators, number, unit,
							 &indicator->windows[i]);

		put_object(text, NULL);
		put_string(text, "window", indicator->windows[i].text);
		views_put_reading(text, indicator, &reading);
		put_object_end(text);
		last_ms = reading.last_ms;
	}
	put_array_end(text);
	put_time(text, "last", last_ms, views->source.context.offset_minutes);
}

static void put_indicator(struct text *text, const struct views *views, uint32_t number,
			  uint32_t unit)
{
	const struct indicator *indicator = indicators_at(views->source.indicators, number);

	put_object(text, NULL);
	put_string(text, "id", indicator->id);
	put_languages(text, "title", indicator->title_vi, indicator->title_en);
	put_languages(text, "measure", indicator->measure_vi, indicator->measure_en);
	put_flag(text, "percent", indicator->percent);
	put_number(text, "target", indicator->target);
	put_flag(text, "ranked", indicator_is_ranked(indicator));
	if (unit != UNIT_NONE)
		put_windows(text, views, indicator, number, unit);
	put_object_end(text);
}

static bool read_indicator(const struct views *views, const struct http_request *request,
			   struct http_response *response, uint32_t *ret)
{
	const char *id = http_query(request, "indicator");

	*ret = INDICATOR_NONE;
	if (!id)
		return true;

	*ret = indicators_find(views->source.indicators, id, strlen(id));
	if (*ret != INDICATOR_NONE)
		return true;
	views_error(response, 404, "unknown_indicator", "there is no indicator '%s'", id);
	return false;
}

/* Without a unit: what indicators there are. */
void view_indicators(const struct views *views, const struct http_request *request,
		     struct http_response *response)
{
	struct text *text = &response->body;
	uint32_t unit, only;

	if (!views_read_unit(views, request, response, &unit) ||
	    !read_indicator(views, request, response, &only))
		return;

	put_object(text, NULL);
	if (unit != UNIT_NONE) {
		put_object(text, "unit");
		views_put_unit(text, units_at(views->source.context.units, unit));
		put_object_end(text);
	} else {
		put_null(text, "unit");
	}
	put_array(text, "indicators");
	for (uint32_t i = 0; i < indicators_count(views->source.indicators); i++)
		if (only == INDICATOR_NONE || only == i)
			put_indicator(text, views, i, unit);
	put_array_end(text);
	put_object_end(text);
}
