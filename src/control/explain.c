/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that is known of one alert: its rule, the limits that hold for its unit and where they
 * were written, what the figure is now and what it is made of, the events that led to it, and what
 * happened to it before.
 *
 * An alert that is over is explained as long as the book remembers its last transition.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "iocd/unit.h"
#include "rules.h"
#include "views.h"

/* What the caller is looking for. */
struct search {
	const struct views *views;
	const char *reference;
	uint64_t number; /* place in the list of alerts; 0: not asked for so */
	uint64_t at;
	const struct alert *found;
};

/* Whether reference is "<unit>/<key>", or that and "/<raised number>". */
static bool is_called(const struct search *search, const struct alert *alert)
{
	const struct unit *unit = units_at(search->views->source.context.units, alert->unit);
	CLEANUP_TEXT struct text name = { 0 };
	char key[ALERT_KEY_MAX];

	text_add(&name, "%s/%s", unit->id, alert_key(key, alert));
	if (strcmp(search->reference, text_get(&name)) == 0)
		return true;
	text_add(&name, "/%" PRIu64, alert->raised_number);
	return strcmp(search->reference, text_get(&name)) == 0;
}

static void look_at(void *context, const struct alert *alert)
{
	struct search *search = context;

	search->at++;
	if (search->found)
		return;
	if (search->number ? search->number == search->at : is_called(search, alert))
		search->found = alert;
}

/* Of a condition that holds but was not told yet, named "<unit>/<rule>". */
static const struct alert *find_pending(const struct search *search)
{
	const struct control_source *source = &search->views->source;
	const char *slash = strchr(search->reference, '/');
	uint32_t unit, rule;

	if (!slash)
		return NULL;

	unit = units_find(source->context.units, search->reference,
			  (size_t)(slash - search->reference));
	rule = rules_find(source->rules, slash + 1, strlen(slash + 1));
	if (unit == UNIT_NONE || rule == UINT32_MAX)
		return NULL;
	return alertbook_find(source->book, rule, unit, "");
}

static const struct alert *find_in_log(const struct search *search)
{
	const struct alertbook *book = search->views->source.book;
	const struct transition *transition;

	for (uint64_t n = alertbook_last(book); n > alertbook_forgotten(book); n--) {
		transition = alertbook_transition(book, n);
		if (transition && is_called(search, &transition->alert))
			return &transition->alert;
	}
	return NULL;
}

static const struct alert *find(const struct views *views, const char *reference)
{
	struct search search = { .views = views, .reference = reference };
	int64_t number;

	if (text_read_integer(reference, strlen(reference), &number) == 0 && number > 0)
		search.number = (uint64_t)number;
	alertbook_each_raised(views->source.book, look_at, &search);
	if (!search.found && !search.number)
		search.found = find_pending(&search);
	if (!search.found && !search.number)
		search.found = find_in_log(&search);
	return search.found;
}

/* ---- the answer ---- */

/* An override stands behind the limit that it goes above: so the earliest place among the units is
 * the rule's own word. */
static bool is_override(const struct rule *rule, const struct threshold *limit, size_t which,
			uint32_t n_units)
{
	for (uint32_t i = 0; i < n_units; i++) {
		const struct threshold *other =
			(const struct threshold *)((const char *)&rule->limits[i] + which);

		if (!rule->applies[i] || other->comparison == COMPARE_NONE)
			continue;
		if (other->place.line < limit->place.line ||
		    (other->place.line == limit->place.line &&
		     other->place.column < limit->place.column))
			return true;
	}
	return false;
}

static void put_limit(struct text *text, const char *name, const struct rule *rule, size_t which,
		      uint32_t unit, uint32_t n_units)
{
	const struct threshold *limit =
		(const struct threshold *)((const char *)&rule->limits[unit] + which);

	rules_put_threshold(text, name, limit);
	if (limit->comparison == COMPARE_NONE)
		return;
	text->size--; /* open the object again */
	put_flag(text, "override", is_override(rule, limit, which, n_units));
	put_object_end(text);
}

static void put_limits(struct text *text, const struct views *views, const struct alert *alert)
{
	uint32_t n_units = units_count(views->source.context.units);

	if (alert->rule->kind != RULE_THRESHOLD || !alert->rule->applies[alert->unit]) {
		put_null(text, "limits");
		return;
	}
	put_object(text, "limits");
	put_limit(text, "warning", alert->rule, offsetof(struct limits, warning), alert->unit,
		  n_units);
	put_limit(text, "critical", alert->rule, offsetof(struct limits, critical), alert->unit,
		  n_units);
	put_limit(text, "clear", alert->rule, offsetof(struct limits, clear), alert->unit, n_units);
	put_object_end(text);
}

static void put_reading(struct text *text, const struct views *views, uint32_t indicator,
			uint32_t unit, const struct window *window)
{
	struct reading reading = indicators_read(views->source.indicators, indicator, unit, window);

	put_string(text, "window", window->text);
	put_number(text, "value", reading.value);
	put_string(text, "quality", quality_name(reading.quality));
	put_integer(text, "samples", reading.samples);
	put_time(text, "last", reading.last_ms, views->source.context.offset_minutes);
}

static void put_names(struct text *text, const struct indicator *indicator)
{
	put_string(text, "id", indicator->id);
	put_languages(text, "title", indicator->title_vi, indicator->title_en);
	put_languages(text, "measure", indicator->measure_vi, indicator->measure_en);
	put_flag(text, "percent", indicator->percent);
	put_place(text, &indicator->place);
}

/* The figure as it is now, over the rule's window, and the two figures that a ratio is made of. */
static void put_now(struct text *text, const struct views *views, const struct alert *alert)
{
	const struct indicator *figure = alert->rule->figure;

	if (alert->rule->kind != RULE_THRESHOLD) {
		put_null(text, "now");
		return;
	}
	put_object(text, "now");
	put_names(text, figure);
	put_reading(text, views, alert->rule->indicator, alert->unit, &alert->rule->window);
	put_array(text, "parts");
	for (size_t i = 0; figure->kind == INDICATOR_RATIO && i < COUNT(figure->parts); i++) {
		put_object(text, NULL);
		put_names(text, indicators_at(views->source.indicators, figure->parts[i]));
		put_reading(text, views, figure->parts[i], alert->unit, &alert->rule->window);
		put_object_end(text);
	}
	put_array_end(text);
	put_object_end(text);
}

static void put_events(struct text *text, const struct views *views, const struct alert *alert)
{
	CLEANUP_TEXT struct text event = { 0 };

	put_array(text, "events");
	for (uint32_t i = 0; i < alert->n_samples; i++) {
		put_object(text, NULL);
		put_integer(text, "position", alert->samples[i]);
		text_clear(&event);
		if (views->hooks.read_event(views->hooks.context, alert->samples[i], &event)) {
			text_add(text, ",%s", text_get(&event));
		} else {
			put_null(text, "topic");
			put_null(text, "payload");
		}
		put_object_end(text);
	}
	put_array_end(text);
}

static bool is_of(const struct transition *transition, const struct alert *alert)
{
	return transition->alert.unit == alert->unit &&
	       strcmp(transition->alert.rule->id, alert->rule->id) == 0 &&
	       strcmp(transition->alert.subject, alert->subject) == 0;
}

static void put_transition(struct text *text, const struct views *views,
			   const struct transition *transition)
{
	const struct alert *alert = &transition->alert;

	put_object(text, NULL);
	put_integer(text, "number", transition->number);
	put_time(text, "time", transition->time_ms, views->source.context.offset_minutes);
	put_string(text, "news", alert_news_name(transition->news));
	put_string(text, "severity", severity_name(alert->machine.severity));
	put_number(text, "value",
		   alert->rule->kind == RULE_THRESHOLD ? alert->reading.value : (double)NAN);
	put_flag(text, "closed", alert->closed);
	put_flag(text, "drill", alert->drill);
	put_integer(text, "position", transition->position);
	put_object_end(text);
}

/* The newest first. */
static void put_timeline(struct text *text, const struct views *views, const struct alert *alert)
{
	const struct alertbook *book = views->source.book;
	const struct transition *transition;
	size_t n = 0;

	put_array(text, "timeline");
	for (uint64_t i = alertbook_last(book); i > alertbook_forgotten(book) && n < VIEWS_TIMELINE;
	     i--) {
		transition = alertbook_transition(book, i);
		if (!transition || !is_of(transition, alert))
			continue;
		put_transition(text, views, transition);
		n++;
	}
	put_array_end(text);
}

static void put_machine(struct text *text, const struct views *views, const struct alert *alert)
{
	const struct alert_policy policy = { .hold_ms = alert->rule->hold_ms,
					     .fade_ms = alert->rule->fade_ms };
	int64_t deadline_ms = alert_machine_deadline_ms(&alert->machine, &policy);
	int offset_minutes = views->source.context.offset_minutes;

	put_time(text, "since", alert->machine.since_ms, offset_minutes);
	put_time(text, "next", deadline_ms == ALERT_NO_DEADLINE ? 0 : deadline_ms, offset_minutes);
	put_number(text, "hold_s", (double)policy.hold_ms / 1000);
	put_number(text, "fade_s", (double)policy.fade_ms / 1000);
}

void view_explain(const struct views *views, const struct http_request *request,
		  struct http_response *response)
{
	const char *reference = http_query(request, "alert");
	struct text *text = &response->body;
	const struct alert *alert;

	if (!reference || !*reference) {
		views_error(response, 400, "bad_argument",
			    "'alert' must be an id, <unit>/<key>, or a number of the list");
		return;
	}
	alert = find(views, reference);
	if (!alert) {
		views_error(response, 404, "unknown_alert", "there is no alert '%s'", reference);
		return;
	}

	put_object(text, NULL);
	put_name(text, "alert");
	alert_json(text, &views->source.context, alert);
	put_object(text, "rule");
	rules_put(text, alert->rule);
	put_object_end(text);
	put_machine(text, views, alert);
	put_limits(text, views, alert);
	put_now(text, views, alert);
	put_events(text, views, alert);
	put_timeline(text, views, alert);
	put_object_end(text);
}
