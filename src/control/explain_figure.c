/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The limits that hold for an alert, and the figure they are held against: how it is counted, over
 * which stretch of time, what it reads now, and the same of the figures that it is made of.
 */
#include <math.h>
#include <string.h>

#include "explain.h"
#include "iocd/base/civil.h"
#include "iocd/unit.h"
#include "rules.h"

#define MINUTE_MS   60000
#define DAY_MS      86400000
#define DEEPEST     3   /* figures made of figures made of figures */
#define UNITS_SHOWN 200 /* of those that are counted */

/* ---- limits ---- */

static const struct threshold *limit_in(const struct limits *limits, size_t which)
{
	return (const struct threshold *)((const char *)limits + which);
}

/* Where else it was written: what the override stands above. */
static void put_origin(struct text *text, const struct unit *unit, const struct threshold *limit,
		       const struct threshold *stated)
{
	put_flag(text, "override", limit->origin != LIMIT_OF_RULE);
	rules_put_origin(text, unit, limit);
	if (limit->origin == LIMIT_OF_RULE)
		put_null(text, "instead_of");
	else
		rules_put_threshold(text, "instead_of", stated);
}

static void put_limit(struct text *text, const char *name, const struct views *views,
		      const struct alert *alert, const struct threshold *limit, size_t which)
{
	rules_put_threshold(text, name, limit);
	if (limit->comparison == COMPARE_NONE)
		return;
	text->size--; /* open the object again */
	put_origin(text, units_at(views->source.context.units, alert->unit), limit,
		   limit_in(&alert->rule->stated, which));
	put_object_end(text);
}

static bool has_limits(const struct alert *alert)
{
	const struct rule *rule = alert->rule;

	return (rule->kind == RULE_THRESHOLD || rule->kind == RULE_EACH) && rule->limits &&
	       rule->applies[alert->unit];
}

void explain_put_limits(struct text *text, const struct views *views, const struct alert *alert)
{
	static const struct {
		const char *name;
		size_t which;
	} kinds[] = { { "warning", offsetof(struct limits, warning) },
		      { "critical", offsetof(struct limits, critical) },
		      { "clear", offsetof(struct limits, clear) } };
	const struct limits *limits;
	size_t effective = COUNT(kinds);

	if (!has_limits(alert)) {
		put_null(text, "limits");
		put_null(text, "threshold");
		return;
	}
	limits = &alert->rule->limits[alert->unit];
	put_object(text, "limits");
	for (size_t i = 0; i < COUNT(kinds); i++) {
		const struct threshold *limit = limit_in(limits, kinds[i].which);

		put_limit(text, kinds[i].name, views, alert, limit, kinds[i].which);
		if (limit == alert->threshold)
			effective = i;
	}
	put_object_end(text);
	put_string(text, "threshold", effective < COUNT(kinds) ? kinds[effective].name : NULL);
}

/* ---- time ---- */

/* When a window that ends now has begun: the first instant of its first minute or day. */
static int64_t begin_of(const struct window *window, int64_t now_ms, int offset_minutes)
{
	int64_t at_ms = now_ms - now_ms % MINUTE_MS;
	int32_t (*number)(int64_t time_ms, int offset_minutes) = civil_day;

	if (window->kind == WINDOW_MINUTES)
		return at_ms - (int64_t)(window->minutes - 1) * MINUTE_MS;
	if (window->kind == WINDOW_WEEK)
		number = civil_week;
	else if (window->kind == WINDOW_MONTH)
		number = civil_month;
	else if (window->kind == WINDOW_YEAR)
		number = civil_year;
	at_ms = (int64_t)civil_day(now_ms, offset_minutes) * DAY_MS -
		(int64_t)offset_minutes * MINUTE_MS;
	while (number(at_ms - 1, offset_minutes) == number(now_ms, offset_minutes))
		at_ms -= DAY_MS;
	return at_ms;
}

/* ---- figures ---- */

/* A figure of one unit over one window. */
struct figure {
	const struct views *views;
	uint32_t number; /* of the indicator */
	uint32_t unit;
	const struct window *window;
	int depth;
};

static const char *kind_name(enum indicator_kind kind)
{
	static const char *const names[] = {
		[INDICATOR_COUNT] = "count",       [INDICATOR_SUM] = "sum",
		[INDICATOR_MEAN] = "mean",         [INDICATOR_MIN] = "min",
		[INDICATOR_MAX] = "max",           [INDICATOR_LAST] = "last",
		[INDICATOR_RATE] = "rate",         [INDICATOR_DISTINCT] = "distinct",
		[INDICATOR_QUANTILE] = "quantile", [INDICATOR_STOCK] = "stock",
		[INDICATOR_GAUGE] = "gauge",       [INDICATOR_RATIO] = "ratio",
		[INDICATOR_SCORE] = "score",       [INDICATOR_PROGRESS] = "progress",
		[INDICATOR_BEHIND] = "behind",     [INDICATOR_CHANGE] = "change",
		[INDICATOR_BASELINE] = "baseline", [INDICATOR_UNITS] = "units",
	};

	return names[kind];
}

static void put_names(struct text *text, const struct indicator *indicator)
{
	put_string(text, "id", indicator->id);
	put_languages(text, "title", indicator->title_vi, indicator->title_en);
	put_languages(text, "measure", indicator->measure_vi, indicator->measure_en);
	put_flag(text, "percent", indicator->percent);
	put_place(text, &indicator->place);
	put_string(text, "kind", kind_name(indicator->kind));
}

static void put_field(struct text *text, const char *name, const struct event_type *type,
		      uint32_t field)
{
	put_string(text, name, field == TYPE_NONE ? NULL : type->fields[field].name);
}

/* Of a kind that is counted from events. */
static void put_counted(struct text *text, const struct views *views,
			const struct indicator *indicator)
{
	const struct schema *schema = config_schema(views->source.config);
	const struct event_type *type = schema_type(schema, indicator->type);
	bool has_field = indicator->kind != INDICATOR_COUNT && indicator->kind != INDICATOR_RATE;
	CLEANUP_TEXT struct text name = { 0 };

	text_add(&name, "%s/%s", schema_feed(schema, type->feed)->id, type->name);
	put_string(text, "event", text_get(&name));
	put_field(text, "field", type, has_field ? indicator->field : TYPE_NONE);
	put_field(text, "by", type,
		  indicator->kind == INDICATOR_STOCK ? indicator->by_field : TYPE_NONE);
	rules_put_where(text, type, &indicator->where);
	if (indicator->kind == INDICATOR_QUANTILE)
		put_number(text, "quantile", indicator->quantile);
	if (indicator->kind == INDICATOR_RATE)
		put_number(text, "per_s", (double)indicator->per_ms / 1000);
}

/* Of a kind that is worked out of others. */
static void put_derived(struct text *text, const struct views *views,
			const struct indicator *indicator)
{
	static const char *const tests[] = { ">", ">=", "<", "<=" };
	int offset_minutes = views->source.context.offset_minutes;

	if (indicator->kind == INDICATOR_PROGRESS)
		put_number(text, "goal", indicator->target_value);
	if (indicator->kind == INDICATOR_BEHIND) {
		put_time(text, "begin", indicator->from_ms, offset_minutes);
		put_time(text, "end", indicator->by_ms, offset_minutes);
	}
	if (indicator->kind == INDICATOR_CHANGE)
		put_flag(text, "relative", indicator->is_relative);
	if (indicator->kind == INDICATOR_BASELINE)
		put_integer(text, "weeks", indicator->weeks);
	if (indicator->kind == INDICATOR_UNITS) {
		put_string(text, "is", tests[indicator->is]);
		put_number(text, "limit", indicator->limit);
	}
}

static bool is_counted(const struct indicator *indicator)
{
	return indicator->kind <= INDICATOR_STOCK;
}

/* Figures that indicator is made of. */
static uint32_t n_parts(const struct indicator *indicator)
{
	if (indicator->kind < INDICATOR_RATIO)
		return 0;
	if (indicator->kind == INDICATOR_SCORE)
		return indicator->n_terms;
	return indicator->kind == INDICATOR_RATIO ? 2 : 1;
}

static void put_definition(struct text *text, const struct views *views,
			   const struct indicator *indicator)
{
	put_names(text, indicator);
	if (is_counted(indicator))
		put_counted(text, views, indicator);
	else
		put_derived(text, views, indicator);
}

static void put_reading(struct text *text, const struct views *views, const struct window *window,
			const struct reading *reading)
{
	int64_t now_ms = indicators_now_ms(views->source.indicators);
	int offset_minutes = views->source.context.offset_minutes;

	put_string(text, "window", window->text);
	put_time(text, "from", begin_of(window, now_ms, offset_minutes), offset_minutes);
	put_number(text, "value", reading->value);
	put_string(text, "quality", quality_name(reading->quality));
	put_flag(text, "provisional", reading->is_provisional);
	put_integer(text, "samples", reading->samples);
	put_integer(text, "reporting", reading->reporting);
	put_integer(text, "expected", reading->expected);
	put_time(text, "last", reading->last_ms, offset_minutes);
}

/* Units of which one counts those that have a figure so. */
static void put_members(struct text *text, const struct figure *figure,
			const struct indicator *indicator)
{
	const struct units *units = figure->views->source.context.units;
	uint32_t n = 0;

	put_array(text, "members");
	for (uint32_t i = 0; i < units_count(units) && n < UNITS_SHOWN; i++) {
		struct reading reading;

		if (!indicator->among[i] || !views_is_within(figure->views, i, figure->unit))
			continue;
		reading = indicators_read(figure->views->source.indicators, indicator->parts[0], i,
					  figure->window);
		put_object(text, NULL);
		put_string(text, "unit", units_at(units, i)->id);
		put_number(text, "value", reading.value);
		put_string(text, "quality", quality_name(reading.quality));
		put_object_end(text);
		n++;
	}
	put_array_end(text);
}

static void put_figure(struct text *text, const struct figure *figure);

static void put_part(struct text *text, const struct figure *figure,
		     const struct indicator *indicator, uint32_t i)
{
	bool is_term = indicator->kind == INDICATOR_SCORE;
	struct figure part = *figure;

	part.number = is_term ? indicator->terms[i].indicator : indicator->parts[i];
	part.depth++;
	put_object(text, NULL);
	put_figure(text, &part);
	if (is_term) {
		put_number(text, "weight", indicator->terms[i].weight);
		put_number(text, "max", indicator->terms[i].max);
	}
	put_object_end(text);
}

/* Members of a figure, into the open object. */
static void put_figure(struct text *text, const struct figure *figure)
{
	const struct indicators *all = figure->views->source.indicators;
	const struct indicator *indicator = indicators_at(all, figure->number);
	struct reading reading = indicators_read(all, figure->number, figure->unit, figure->window);

	put_definition(text, figure->views, indicator);
	put_reading(text, figure->views, figure->window, &reading);
	if (indicator->kind == INDICATOR_UNITS)
		put_members(text, figure, indicator);
	put_array(text, "parts");
	for (uint32_t i = 0; figure->depth < DEEPEST && i < n_parts(indicator); i++)
		put_part(text, figure, indicator, i);
	put_array_end(text);
}

void explain_put_definition(struct text *text, const struct views *views, uint32_t indicator,
			    uint32_t unit, const struct window *window)
{
	put_object(text, "definition");
	put_figure(text, &(struct figure){ views, indicator, unit, window, 0 });
	put_object_end(text);
}

/* ---- of one value of a field ---- */

/* A ratio of one value is known by what it counts below the line. */
static void put_share(struct text *text, const struct views *views,
		      const struct indicator *indicator, const struct reading *reading)
{
	put_array(text, "parts");
	for (uint32_t i = 0; indicator->kind == INDICATOR_RATIO && i < 2; i++) {
		double below = (double)reading->samples;

		put_object(text, NULL);
		put_definition(text, views,
			       indicators_at(views->source.indicators, indicator->parts[i]));
		put_number(text, "value", i == 1 ? below : reading->value * below);
		put_object_end(text);
	}
	put_array_end(text);
}

static void put_each(struct text *text, const struct views *views, const struct alert *alert)
{
	const struct rule *rule = alert->rule;
	const struct slice key = { .bytes = alert->subject, .size = strlen(alert->subject) };
	struct verdict verdict;

	if (!views->source.keyed) {
		put_null(text, "now");
		return;
	}
	verdict = rules_judge_each_one(views->source.rules, views->source.keyed, rule->number,
				       alert->unit, key);
	put_object(text, "now");
	put_definition(text, views, rule->figure);
	put_reading(text, views, &rule->window, &verdict.reading);
	put_share(text, views, rule->figure, &verdict.reading);
	put_object_end(text);
}

/* ---- of open records ---- */

/* Gauges are the same over every window. */
static const struct window any_window = { WINDOW_MINUTES, 1, "1m" };

static void put_gauge(struct text *text, const struct views *views, const struct alert *alert,
		      enum severity severity, uint32_t gauge)
{
	if (severity == SEVERITY_NONE || gauge == INDICATOR_NONE)
		return;
	put_object(text, NULL);
	put_figure(text, &(struct figure){ views, gauge, alert->unit, &any_window, 0 });
	put_string(text, "severity", severity_name(severity));
	put_object_end(text);
}

static void put_deadline(struct text *text, const struct views *views, const struct alert *alert)
{
	const struct rule *rule = alert->rule;
	struct verdict verdict = rules_judge_one(views->source.rules, views->source.indicators,
						 rule->number, alert->unit);

	put_object(text, "now");
	put_string(text, "id", rule->record->id);
	put_string(text, "kind", "records");
	put_reading(text, views, &any_window, &verdict.reading);
	put_array(text, "parts");
	put_gauge(text, views, alert, rule->overdue, rule->record->overdue_gauge);
	put_gauge(text, views, alert, rule->due_soon, rule->record->due_soon_gauge);
	put_array_end(text);
	put_object_end(text);
}

void explain_put_now(struct text *text, const struct views *views, const struct alert *alert)
{
	const struct rule *rule = alert->rule;
	bool is_known = explain_is_in_force(views, rule) && rule->applies[alert->unit];

	if (is_known && rule->kind == RULE_THRESHOLD) {
		put_object(text, "now");
		put_figure(text, &(struct figure){ views, rule->indicator, alert->unit,
						   &rule->window, 0 });
		put_object_end(text);
	} else if (is_known && rule->kind == RULE_EACH) {
		put_each(text, views, alert);
	} else if (is_known && rule->kind == RULE_DEADLINE && !rule->is_each_record) {
		put_deadline(text, views, alert);
	} else {
		put_null(text, "now");
	}
}
