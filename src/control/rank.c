/* SPDX-License-Identifier: Apache-2.0 */
/* Rankings. */
#include "iocd/rank.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "views.h"

static bool read_ranked(const struct views *views, const struct http_request *request,
			struct http_response *response, uint32_t *ret)
{
	const struct indicators *indicators = views->source.indicators;
	const char *id = http_query(request, "indicator");

	if (!id) {
		views_error(response, 400, "bad_argument", "'indicator' is missing");
		return false;
	}
	*ret = indicators_find(indicators, id, strlen(id));
	if (*ret == INDICATOR_NONE) {
		views_error(response, 404, "unknown_indicator", "there is no indicator '%s'", id);
		return false;
	}
	if (indicator_is_ranked(indicators_at(indicators, *ret)))
		return true;
	views_error(response, 404, "no_ranking", "'%s' ranks no units: it has no 'rank'", id);
	return false;
}

static bool read_top(const struct views *views, const struct http_request *request,
		     struct http_response *response, uint32_t *ret)
{
	const char *id = http_query(request, "under");

	*ret = UNIT_NONE;
	if (!id)
		return true;
	*ret = views_find_unit(views, id, strlen(id));
	if (*ret != UNIT_NONE)
		return true;
	views_refuse_unit(views, response, id);
	return false;
}

static void put_row(struct text *text, const struct views *views, const struct indicator *indicator,
		    const struct rank_row *row)
{
	put_object(text, NULL);
	if (row->place > 0)
		put_integer(text, "place", row->place);
	else
		put_null(text, "place");
	put_string(text, "state", rank_state_name(row->state));
	put_object(text, "unit");
	views_put_unit(text, units_at(views->source.context.units, row->unit));
	put_object_end(text);
	views_put_reading(text, indicator, &row->reading);
	put_object_end(text);
}

static void put_ranking(struct text *text, const struct views *views,
			const struct indicator *indicator, const struct rank_row *rows, uint32_t n)
{
	put_object(text, NULL);
	put_string(text, "id", indicator->id);
	put_languages(text, "title", indicator->title_vi, indicator->title_en);
	put_languages(text, "measure", indicator->measure_vi, indicator->measure_en);
	put_flag(text, "percent", indicator->percent);
	put_string(text, "window", indicator->ranking.window.text);
	put_string(text, "order", indicator->ranking.lowest_first ? "low" : "high");
	put_integer(text, "min_samples", indicator->ranking.min_samples);
	put_integer(text, "placed", rank_count_placed(rows, n));
	put_integer(text, "among", n);
	put_array(text, "rows");
	for (uint32_t i = 0; i < n; i++)
		put_row(text, views, indicator, &rows[i]);
	put_array_end(text);
	put_object_end(text);
}

/* Leaves the rows that the caller may see, with places among themselves.  Returns how many. */
static uint32_t choose(const struct views *views, struct rank_row *rows, uint32_t n)
{
	uint32_t kept = 0, last = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t place = rows[i].place;

		if (!views_sees(views, rows[i].unit))
			continue;
		rows[kept] = rows[i];
		if (place > 0)
			rows[kept].place =
				kept > 0 && place == last ? rows[kept - 1].place : kept + 1;
		last = place;
		kept++;
	}
	return kept;
}

void view_rank(const struct views *views, const struct http_request *request,
	       struct http_response *response)
{
	uint32_t n_units = units_count(views->source.context.units);
	struct rank_row *rows;
	uint32_t indicator, top, n;

	if (!read_ranked(views, request, response, &indicator) ||
	    !read_top(views, request, response, &top))
		return;

	rows = xcalloc(n_units, sizeof(*rows));
	n = indicators_rank(views->source.indicators, indicator, top, rows, n_units);
	n = choose(views, rows, n);
	put_ranking(&response->body, views, indicators_at(views->source.indicators, indicator),
		    rows, n);
	free(rows);
}
