/* SPDX-License-Identifier: Apache-2.0 */
/* One figure of one unit over the last hour, minute by minute, and the limits that hold for it. */
#include "curve.h"

#include "explain.h"
#include "rules.h"

#include <stddef.h>
#include <string.h>

#include "iocd/unit.h"
#include "views.h"

#define MINUTE_MS INT64_C(60000)
#define MINUTES   60

/* What is asked for. */
struct asked {
	const struct alert *alert; /* NULL: by name */
	uint32_t indicator, unit;
	const struct window *window; /* the alert's rule's own; NULL: the indicator's first */
};

/* ---- reading the question ---- */

static bool read_alert(const struct views *views, const char *reference,
		       struct http_response *response, struct asked *ret)
{
	const struct alert *alert = views_find_alert(views, reference);

	if (!alert || !views_sees(views, alert->unit)) {
		views_error(response, 404, "unknown_alert", "there is no alert '%s'", reference);
		return false;
	}
	if (alert->rule->kind != RULE_THRESHOLD && alert->rule->kind != RULE_EACH) {
		views_error(response, 404, "no_curve", "rule '%s' looks at no figure",
			    alert->rule->id);
		return false;
	}
	*ret = (struct asked){ .alert = alert,
			       .indicator = alert->rule->indicator, /* reloads leave these alone */
			       .unit = alert->unit,
			       .window = &alert->rule->window };
	return true;
}

static bool read_names(const struct views *views, const struct http_request *request,
		       struct http_response *response, struct asked *ret)
{
	const char *id = http_query(request, "indicator");

	*ret = (struct asked){ .indicator = INDICATOR_NONE };
	if (!views_read_unit(views, request, response, &ret->unit))
		return false;
	if (!id || ret->unit == UNIT_NONE) {
		views_error(response, 400, "bad_argument",
			    "'indicator' and 'unit', or 'alert', say what is asked for");
		return false;
	}
	ret->indicator = indicators_find(views->source.indicators, id, strlen(id));
	if (ret->indicator != INDICATOR_NONE)
		return true;
	views_error(response, 404, "unknown_indicator", "there is no indicator '%s'", id);
	return false;
}

static bool read_asked(const struct views *views, const struct http_request *request,
		       struct http_response *response, struct asked *ret)
{
	const char *reference = http_query(request, "alert");

	return reference ? read_alert(views, reference, response, ret)
			 : read_names(views, request, response, ret);
}

/* ---- limits ---- */

static const char *direction_of(enum comparison comparison)
{
	return comparison == COMPARE_GT || comparison == COMPARE_GE ? "above" : "below";
}

static void put_threshold(struct text *text, const struct views *views, const struct rule *rule,
			  uint32_t unit, const char *severity, const struct threshold *limit)
{
	if (limit->comparison == COMPARE_NONE)
		return;

	put_object(text, NULL);
	put_string(text, "rule", rule->id);
	put_languages(text, "title", rule->title_vi, rule->title_en);
	put_string(text, "severity", severity);
	put_string(text, "text", limit->text);
	put_number(text, "value", limit->value);
	put_string(text, "direction", direction_of(limit->comparison));
	put_string(text, "window", rule->window.text);
	put_string(text, "each", rule->kind == RULE_EACH ? rule->each : NULL);
	rules_put_origin(text, units_at(views->source.context.units, unit), limit);
	put_place(text, &limit->place);
	put_object_end(text);
}

static void put_thresholds(struct text *text, const struct views *views, uint32_t indicator,
			   uint32_t unit)
{
	const struct rules *rules = views->source.rules;

	put_array(text, "thresholds");
	for (uint32_t i = 0; i < rules_count(rules); i++) {
		const struct rule *rule = rules_at(rules, i);
		const struct limits *limits = rule->limits;

		if ((rule->kind != RULE_THRESHOLD && rule->kind != RULE_EACH) ||
		    rule->indicator != indicator || !rule->applies[unit])
			continue;
		put_threshold(text, views, rule, unit, "warning", &limits[unit].warning);
		put_threshold(text, views, rule, unit, "critical", &limits[unit].critical);
	}
	put_array_end(text);
}

/* ---- figures ---- */

static void put_window(struct text *text, const struct views *views, const struct asked *asked,
		       const struct window *window)
{
	const struct indicators *indicators = views->source.indicators;
	struct reading reading = indicators_read(indicators, asked->indicator, asked->unit, window);

	put_object(text, NULL);
	put_string(text, "window", window->text);
	views_put_reading(text, indicators_at(indicators, asked->indicator), &reading);
	put_object_end(text);
}

static bool is_same(const struct window *a, const struct window *b)
{
	return a->kind == b->kind && a->minutes == b->minutes;
}

/* All of the indicator, and that of the alert's rule. */
static void put_windows(struct text *text, const struct views *views, const struct asked *asked)
{
	const struct indicator *indicator =
		indicators_at(views->source.indicators, asked->indicator);
	bool is_among = !asked->window;

	put_array(text, "windows");
	for (uint32_t i = 0; i < indicator->n_windows; i++) {
		put_window(text, views, asked, &indicator->windows[i]);
		is_among |= asked->window && is_same(asked->window, &indicator->windows[i]);
	}
	if (!is_among)
		put_window(text, views, asked, asked->window);
	put_array_end(text);
}

static bool score_has_past(const struct indicators *indicators, const struct indicator *score)
{
	for (uint32_t i = 0; i < score->n_terms; i++)
		if (!curve_has_past(indicators, score->terms[i].indicator))
			return false;
	return true;
}

bool curve_has_past(const struct indicators *indicators, uint32_t number)
{
	const struct indicator *indicator = indicators_at(indicators, number);

	switch (indicator->kind) {
	case INDICATOR_STOCK:
	case INDICATOR_GAUGE:
	case INDICATOR_BASELINE:
		return false;
	case INDICATOR_RATIO:
		return curve_has_past(indicators, indicator->parts[0]) &&
		       curve_has_past(indicators, indicator->parts[1]);
	case INDICATOR_SCORE:
		return score_has_past(indicators, indicator);
	case INDICATOR_PROGRESS:
	case INDICATOR_BEHIND:
	case INDICATOR_CHANGE:
	case INDICATOR_UNITS:
		return curve_has_past(indicators, indicator->parts[0]);
	case INDICATOR_COUNT:
	case INDICATOR_SUM:
	case INDICATOR_MEAN:
	case INDICATOR_MIN:
	case INDICATOR_MAX:
	case INDICATOR_LAST:
	case INDICATOR_RATE:
	case INDICATOR_DISTINCT:
	case INDICATOR_QUANTILE:
		break;
	}
	return true;
}

/* The oldest minute first; the last one is not over. */
static void put_points(struct text *text, const struct views *views, const struct asked *asked)
{
	const struct indicators *indicators = views->source.indicators;
	int64_t now_ms = indicators_now_ms(indicators);
	int offset_minutes = views->source.context.offset_minutes;
	uint32_t n = curve_has_past(indicators, asked->indicator) ? MINUTES : 1;

	put_array(text, "points");
	for (uint32_t ago = n; ago-- > 0;) {
		struct reading reading =
			indicators_read_minute(indicators, asked->indicator, asked->unit, ago);

		put_object(text, NULL);
		put_time(text, "time", now_ms - now_ms % MINUTE_MS - ago * MINUTE_MS,
			 offset_minutes);
		put_number(text, "value", reading.value);
		put_integer(text, "samples", reading.samples);
		put_string(text, "quality", quality_name(reading.quality));
		put_object_end(text);
	}
	put_array_end(text);
}

static void put_indicator(struct text *text, const struct indicator *indicator)
{
	put_object(text, "indicator");
	put_string(text, "id", indicator->id);
	put_languages(text, "title", indicator->title_vi, indicator->title_en);
	put_languages(text, "measure", indicator->measure_vi, indicator->measure_en);
	put_flag(text, "percent", indicator->percent);
	put_object_end(text);
}

void view_curve(const struct views *views, const struct http_request *request,
		struct http_response *response)
{
	const struct indicators *indicators = views->source.indicators;
	const struct indicator *indicator;
	struct text *text = &response->body;
	struct asked asked;

	if (!read_asked(views, request, response, &asked))
		return;

	indicator = indicators_at(indicators, asked.indicator);
	put_object(text, NULL);
	put_time(text, "time", indicators_now_ms(indicators), views->source.context.offset_minutes);
	put_indicator(text, indicator);
	put_object(text, "unit");
	views_put_unit(text, units_at(views->source.context.units, asked.unit));
	put_object_end(text);
	put_string(text, "rule", asked.alert ? asked.alert->rule->id : NULL);
	put_string(text, "subject", asked.alert ? asked.alert->subject : NULL);
	put_string(text, "window", asked.window ? asked.window->text : indicator->windows[0].text);
	put_number(text, "target", indicator->target);
	put_windows(text, views, &asked);
	put_thresholds(text, views, asked.indicator, asked.unit);
	put_points(text, views, &asked);
	explain_put_definition(text, views, asked.indicator, asked.unit,
			       asked.window ? asked.window : &indicator->windows[0]);
	put_object_end(text);
}
