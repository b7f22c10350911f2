/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one shift hands over to the next: what stands and who has it, what keeps alerts from being
 * told, what happened, who is silent, what is wrong with iocd, and who changed the rules.
 */
#include <stdlib.h>
#include <string.h>

#include "alert_log.h"
#include "iocd/base/err.h"
#include "iocd/unit.h"

#define USUAL_MS  (8 * INT64_C(3600000)) /* a shift */
#define SHEET_MAX 500                    /* alerts of a kind that are named; all are counted */
#define SPAN_MS   (WORKLOAD_SPAN_MIN * INT64_C(60000))

struct asking {
	const struct views *views;
	struct caller *caller; /* held */
	uint64_t token;
	uint32_t unit;
	int64_t since_ms, until_ms;
	bool is_past; /* of a shift that is over: nothing is told of what is so now */
};

/* ---- what stands ---- */

struct listing {
	const struct asking *asking;
	struct text *text;
	uint64_t n;
};

static void put_alert(void *context, const struct alert *alert)
{
	struct listing *listing = context;
	const struct views *views = listing->asking->views;

	if (!views_shows(views, alert->unit, listing->asking->unit) ||
	    (alert->rule->kind == RULE_OWN && alert->rule->own == OWN_WATCHDOG))
		return;
	if (listing->n++ >= SHEET_MAX)
		return;
	put_name(listing->text, NULL);
	views_put_alert(listing->text, views, alert);
}

static void put_alerts(struct text *text, const struct asking *asking)
{
	const struct alertbook *book = asking->views->source.book;
	struct listing standing = { .asking = asking, .text = text };
	struct listing over = standing;

	put_array(text, "standing");
	alertbook_each_raised(book, put_alert, &standing);
	put_array_end(text);
	put_integer(text, "n_standing", standing.n);
	put_array(text, "over");
	alertbook_each_over(book, put_alert, &over);
	put_array_end(text);
	put_integer(text, "n_over", over.n);
}

/* ---- what happened ---- */

static bool is_alarm(const struct history_transition *row)
{
	if (strcmp(row->texts[LOG_NEWS], alert_news_name(NEWS_RAISED)) == 0)
		return !*row->texts[LOG_SUPPRESSED];
	return strcmp(row->texts[LOG_NEWS], alert_news_name(NEWS_ANNOUNCED)) == 0;
}

static void put_counts(struct text *text, const struct history_log *log)
{
	uint64_t counts[NEWS_FORGOTTEN + 1] = { 0 };

	for (size_t i = 0; i < log->n; i++)
		for (enum alert_news news = NEWS_RAISED; news <= NEWS_FORGOTTEN; news++)
			counts[news] +=
				strcmp(log->rows[i].texts[LOG_NEWS], alert_news_name(news)) == 0;
	put_object(text, "counts");
	for (enum alert_news news = NEWS_RAISED; news <= NEWS_FORGOTTEN; news++)
		put_integer(text, alert_news_name(news), counts[news]);
	put_object_end(text);
}

struct flood {
	int64_t from_ms, to_ms; /* to_ms 0: it goes on */
	uint64_t alarms;
};

static void put_flood(struct text *text, const struct flood *flood, int offset_minutes)
{
	put_object(text, NULL);
	put_time(text, "from", flood->from_ms, offset_minutes);
	put_time(text, "to", flood->to_ms, offset_minutes);
	put_integer(text, "alarms", flood->alarms);
	put_object_end(text);
}

/* When, of n alarms, so few came within ten minutes that a flood is over, if no more come. */
static int64_t calm_ms(const int64_t *times, size_t n, unsigned operators)
{
	return times[n - WORKLOAD_CALM * operators] + SPAN_MS;
}

/* By the limits of the workload, to the second instead of the minute. */
static void put_floods_of(struct text *text, const int64_t *times, size_t n, int64_t until_ms,
			  unsigned operators, int offset_minutes)
{
	struct flood flood = { .from_ms = 0 };
	size_t first = 0;

	for (size_t k = 0; k <= n; k++) {
		int64_t now_ms = k < n ? times[k] : until_ms;

		if (flood.from_ms && calm_ms(times, k, operators) <= now_ms) {
			flood.to_ms = calm_ms(times, k, operators);
			put_flood(text, &flood, offset_minutes);
			flood = (struct flood){ .from_ms = 0 };
		}
		if (k == n)
			break;
		while (times[first] <= now_ms - SPAN_MS)
			first++;
		flood.alarms += flood.from_ms != 0;
		if (!flood.from_ms && k + 1 - first > WORKLOAD_FLOOD * operators)
			flood = (struct flood){ .from_ms = now_ms, .alarms = k + 1 - first };
	}
	if (flood.from_ms)
		put_flood(text, &flood, offset_minutes);
}

static void put_floods(struct text *text, const struct asking *asking,
		       const struct history_log *log)
{
	int64_t *times = xcalloc(log->n + 1, sizeof(*times));
	struct workload_view view = { .operators = 1 };
	size_t n = 0;

	for (size_t i = 0; i < log->n; i++)
		if (is_alarm(&log->rows[i]))
			times[n++] = log->rows[i].time_ms;
	if (asking->views->source.workload)
		workload_get(asking->views->source.workload, &view);
	put_array(text, "floods");
	put_floods_of(text, times, n, asking->until_ms, (unsigned)view.operators,
		      asking->views->source.context.offset_minutes);
	put_array_end(text);
	free(times);
}

/* ---- who is silent, and iocd itself ---- */

static void put_silent_unit(struct text *text, const struct asking *asking, const struct feed *feed,
			    uint32_t unit)
{
	const struct views *views = asking->views;
	struct contract_view view = contracts_view(views->source.contracts, feed->number, unit);

	if (view.state != CONTRACT_MISSING || !views_shows(views, unit, asking->unit))
		return;
	put_object(text, NULL);
	put_object(text, "feed");
	put_string(text, "id", feed->id);
	put_languages(text, "title", feed->title_vi, feed->title_en);
	put_object_end(text);
	put_object(text, "unit");
	views_put_unit(text, units_at(views->source.context.units, unit));
	put_object_end(text);
	put_string(text, "presence", presence_name(view.presence));
	put_time(text, "since", view.since_ms, views->source.context.offset_minutes);
	put_time(text, "heard", view.heard_ms, views->source.context.offset_minutes);
	put_object_end(text);
}

static void put_silent(struct text *text, const struct asking *asking)
{
	const struct schema *schema = config_schema(asking->views->source.config);
	uint32_t n_units = units_count(asking->views->source.context.units);

	put_array(text, "silent");
	for (uint32_t f = 0; asking->views->source.contracts && f < schema_n_feeds(schema); f++)
		for (uint32_t unit = 0; unit < n_units; unit++)
			put_silent_unit(text, asking, schema_feed(schema, f), unit);
	put_array_end(text);
}

static void put_troubles(struct text *text, const struct views *views)
{
	struct control_health health = { .n_parts = 0 };

	views->hooks.health(views->hooks.context, &health);
	put_object(text, "iocd");
	views_put_parts(text, views, &health, LIGHT_AMBER);
	put_flag(text, "ready", health.ready);
	put_signed(text, "unaccounted", views_unaccounted(views));
	put_object_end(text);
}

/* ---- the sheet ---- */

/* The highest that the caller sees. */
static uint32_t first_root(const struct views *views)
{
	for (uint32_t i = 0; i < units_count(views->source.context.units); i++)
		if (views_is_root(views, i))
			return i;
	return UNIT_NONE;
}

static void put_unit(struct text *text, const struct asking *asking)
{
	const struct views *views = asking->views;
	uint32_t unit = asking->unit == UNIT_NONE ? first_root(views) : asking->unit;

	if (unit == UNIT_NONE) {
		put_null(text, "unit");
		return;
	}
	put_object(text, "unit");
	views_put_unit(text, units_at(views->source.context.units, unit));
	put_object_end(text);
}

/* What is so now; how it was at some time in the past is not known. */
static void put_present(struct text *text, const struct asking *asking)
{
	static const char *const names[] = { "load",   "standing",     "n_standing", "over",
					     "n_over", "suppressions", "silent",     "iocd" };
	const struct views *views = asking->views;

	for (size_t i = 0; asking->is_past && i < COUNT(names); i++)
		put_null(text, names[i]);
	if (asking->is_past)
		return;
	if (views_sees_all(views))
		views_put_load(text, views);
	else
		put_null(text, "load");
	put_alerts(text, asking);
	(void)views_put_suppressions(text, views, asking->unit);
	put_silent(text, asking);
	put_troubles(text, views);
}

static void put_sheet(struct text *text, const struct asking *asking, const struct history_log *log)
{
	const struct views *views = asking->views;
	int offset_minutes = views->source.context.offset_minutes;

	put_object(text, NULL);
	put_string(text, "instance", config_settings(views->source.config)->instance);
	put_unit(text, asking);
	put_time(text, "since", asking->since_ms, offset_minutes);
	put_time(text, "until", asking->until_ms, offset_minutes);
	put_time(text, "oldest", log->first_ms, offset_minutes);
	put_flag(text, "cut", log->is_cut);
	put_present(text, asking);
	put_counts(text, log);
	put_floods(text, asking, log);
	alert_log_put(text, views, log);
	alert_log_put_generations(text, views, log);
	put_object_end(text);
}

/* The watchdog always stands, and is repeated: nobody's work. */
static bool is_work(const struct views *views, const struct history_transition *row)
{
	const char *id = row->texts[LOG_RULE];
	uint32_t number = rules_find(views->source.rules, id, strlen(id));
	const struct rule *rule;

	if (number == UINT32_MAX)
		return true;
	rule = rules_at(views->source.rules, number);
	return rule->kind != RULE_OWN || rule->own != OWN_WATCHDOG;
}

static void put_work(struct text *text, const struct asking *asking, const struct history_log *log)
{
	struct history_transition *rows = xcalloc(log->n + 1, sizeof(*rows));
	struct history_log work = *log;

	work.rows = rows;
	work.n = 0;
	for (size_t i = 0; i < log->n; i++)
		if (is_work(asking->views, &log->rows[i]))
			rows[work.n++] = log->rows[i];
	put_sheet(text, asking, &work);
	free(rows);
}

static void on_log(void *context, const struct history_log *log, const char *reason)
{
	struct asking *asking = context;
	const struct views views = views_as(asking->views, asking->caller);
	struct http_response response = { .status = 200, .content_type = "application/json" };

	asking->views = &views;
	if (log)
		put_work(&response.body, asking, log);
	else
		views_error(&response, 503, "no_answer", "%s", reason);
	text_add_bytes(&response.body, "\n", 1);
	http_answer(views.http, asking->token, response.status, response.content_type,
		    &response.body, NULL);
	text_fini(&response.body);
	caller_free(asking->caller);
	free(asking);
}

static bool read_span(const struct views *views, const struct http_request *request,
		      struct http_response *response, struct asking *ret)
{
	int64_t now_ms = indicators_now_ms(views->source.indicators) + 1;

	ret->until_ms = now_ms;
	if (!views_read_time(views, request, response, "until", &ret->until_ms))
		return false;
	ret->is_past = ret->until_ms < now_ms;
	if (!ret->is_past)
		ret->until_ms = now_ms;
	ret->since_ms = ret->until_ms - USUAL_MS;
	if (!views_read_time(views, request, response, "since", &ret->since_ms))
		return false;
	if (ret->since_ms < ret->until_ms)
		return true;
	views_error(response, 400, "bad_argument", "'since' must be before 'until'");
	return false;
}

void view_handover(const struct views *views, const struct http_request *request,
		   struct http_response *response)
{
	struct asking wanted = { .views = views, .token = response->token };
	struct asking *asking;

	if (!views->source.history) {
		views_error(response, 503, "no_history", "history.file could not be opened");
		return;
	}
	if (!read_span(views, request, response, &wanted) ||
	    !views_read_unit(views, request, response, &wanted.unit))
		return;

	asking = xcalloc(1, sizeof(*asking));
	*asking = wanted;
	asking->caller = caller_hold(views->caller);
	response->later = 1;
	alert_log_ask(views,
		      (struct history_log_query){ .since_ms = wanted.since_ms,
						  .until_ms = wanted.until_ms,
						  .limit = HISTORY_LOG_MAX },
		      wanted.unit, on_log, asking);
}
