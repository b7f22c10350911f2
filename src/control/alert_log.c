/* SPDX-License-Identifier: Apache-2.0 */
/* What happened to alerts, out of history. */
#include "alert_log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/unit.h"

#define USUAL_MS    (8 * INT64_C(3600000)) /* how far back without "since": a shift */
#define USUAL_LIMIT 1000

/* A request that waits for history. */
struct asking {
	const struct views *views;
	struct caller *caller; /* held */
	uint64_t token;
	int64_t since_ms, until_ms;
};

/* ---- writing ---- */

static void put_unit(struct text *text, const struct views *views, const char *id)
{
	const struct units *units = views->source.context.units;
	uint32_t number = units_find(units, id, strlen(id));

	put_object(text, "unit");
	if (number != UNIT_NONE) {
		views_put_unit(text, units_at(units, number));
	} else { /* it is no more */
		put_string(text, "id", id);
		put_null(text, "level");
		put_languages(text, "name", id, id);
	}
	put_object_end(text);
}

/* A list with blanks between its words. */
static void put_words(struct text *text, const char *name, const char *words)
{
	put_array(text, name);
	while (*words) {
		size_t size = strcspn(words, " ");

		put_bytes(text, NULL, words, size);
		words += size + (words[size] == ' ');
	}
	put_array_end(text);
}

static bool sees_receiver(const struct views *views, const char *id, size_t size)
{
	const struct rules_options *about = rules_about(views->source.rules);

	if (views_sees_all(views) || (size == 4 && memcmp(id, "unit", 4) == 0))
		return true;
	for (uint32_t i = 0; i < about->n_receivers; i++)
		if (strlen(about->receivers[i].id) == size &&
		    memcmp(about->receivers[i].id, id, size) == 0)
			return views_sees_receiver(views, &about->receivers[i]);
	return false;
}

static void put_receivers(struct text *text, const struct views *views, const char *words)
{
	put_array(text, "tells");
	while (*words) {
		size_t size = strcspn(words, " ");

		if (sees_receiver(views, words, size))
			put_bytes(text, NULL, words, size);
		words += size + (words[size] == ' ');
	}
	put_array_end(text);
}

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

static void put_row(struct text *text, const struct views *views,
		    const struct history_transition *row)
{
	const char *const *texts = row->texts;
	CLEANUP_TEXT struct text id = { 0 };

	text_add(&id, "%s/%s/%" PRIu64, texts[LOG_UNIT], texts[LOG_KEY], row->raised_number);
	put_object(text, NULL);
	put_integer(text, "number", row->number);
	put_time(text, "time", row->time_ms, views->source.context.offset_minutes);
	put_string(text, "news", texts[LOG_NEWS]);
	put_string(text, "id", text_get(&id));
	put_object(text, "rule");
	put_string(text, "id", texts[LOG_RULE]);
	put_languages(text, "title", *texts[LOG_TITLE_VI] ? texts[LOG_TITLE_VI] : texts[LOG_RULE],
		      *texts[LOG_TITLE_EN] ? texts[LOG_TITLE_EN] : texts[LOG_RULE]);
	put_string(text, "version", or_null(texts[LOG_VERSION]));
	put_object_end(text);
	put_unit(text, views, texts[LOG_UNIT]);
	put_string(text, "subject", texts[LOG_SUBJECT]);
	put_string(text, "severity", texts[LOG_SEVERITY]);
	put_string(text, "handling", texts[LOG_HANDLING]);
	put_words(text, "suppressed", texts[LOG_SUPPRESSED]);
	put_number(text, "value", row->value);
	put_string(text, "threshold", or_null(texts[LOG_THRESHOLD]));
	put_string(text, "owner", or_null(texts[LOG_OWNER]));
	put_string(text, "by",
		   views_sees_name(views, texts[LOG_BY]) ? or_null(texts[LOG_BY]) : NULL);
	put_string(text, "note", or_null(texts[LOG_NOTE]));
	put_receivers(text, views, texts[LOG_TELLS]);
	put_flag(text, "drill", row->is_drill);
	put_languages(text, "reason", texts[LOG_REASON_VI], texts[LOG_REASON_EN]);
	put_integer(text, "position", row->position);
	put_object_end(text);
}

void alert_log_put(struct text *text, const struct views *views, const struct history_log *log)
{
	put_array(text, "log");
	for (size_t i = 0; i < log->n; i++)
		put_row(text, views, &log->rows[i]);
	put_array_end(text);
}

void alert_log_put_generations(struct text *text, const struct views *views,
			       const struct history_log *log)
{
	put_array(text, "generations");
	for (size_t i = 0; i < log->n_generations; i++) {
		const struct history_generation *generation = &log->generations[i];

		put_object(text, NULL);
		put_time(text, "time", generation->time_ms, views->source.context.offset_minutes);
		put_string(text, "generation", generation->generation);
		put_string(text, "by", generation->by);
		put_object_end(text);
	}
	put_array_end(text);
}

/* ---- asking ---- */

static bool *choose_units(const struct views *views, uint32_t top)
{
	const struct units *units = views->source.context.units;
	uint32_t n = units_registered(units);
	bool *of_units = xcalloc((size_t)n + 1, sizeof(*of_units));

	for (uint32_t i = 0; i < n; i++)
		of_units[i] = views_shows(views, units_successor(units, i), top);
	return of_units;
}

void alert_log_ask(const struct views *views, struct history_log_query query, uint32_t unit,
		   history_log_fn *fn, void *context)
{
	bool is_all = unit == UNIT_NONE && views_sees_all(views);
	bool *of_units = is_all ? NULL : choose_units(views, unit);

	query.of_units = of_units;
	history_ask_log(views->source.history, &query, fn, context);
	free(of_units);
}

static void on_log(void *context, const struct history_log *log, const char *reason)
{
	struct asking *asking = context;
	const struct views views = views_as(asking->views, asking->caller);
	int offset_minutes = views.source.context.offset_minutes;
	struct http_response response = { .status = 200, .content_type = "application/json" };
	struct text *text = &response.body;

	if (!log) {
		views_error(&response, 503, "no_answer", "%s", reason);
	} else {
		put_object(text, NULL);
		put_time(text, "since", asking->since_ms, offset_minutes);
		put_time(text, "until", asking->until_ms, offset_minutes);
		put_time(text, "oldest", log->first_ms, offset_minutes);
		put_flag(text, "cut", log->is_cut);
		alert_log_put(text, &views, log);
		alert_log_put_generations(text, &views, log);
		put_object_end(text);
	}
	text_add_bytes(text, "\n", 1);
	http_answer(views.http, asking->token, response.status, response.content_type, text, NULL);
	text_fini(text);
	caller_free(asking->caller);
	free(asking);
}

static bool read_query(const struct views *views, const struct http_request *request,
		       struct http_response *response, struct history_log_query *ret,
		       uint32_t *unit)
{
	int64_t limit = USUAL_LIMIT;

	ret->until_ms = indicators_now_ms(views->source.indicators) + 1;
	if (!views_read_time(views, request, response, "until", &ret->until_ms))
		return false;
	ret->since_ms = ret->until_ms - USUAL_MS;
	ret->rule = http_query(request, "rule");
	if (!views_read_time(views, request, response, "since", &ret->since_ms) ||
	    !views_read_unit(views, request, response, unit) ||
	    !views_read_count(request, response, "limit", HISTORY_LOG_MAX, &limit))
		return false;
	ret->limit = (uint32_t)limit;
	if (ret->since_ms < ret->until_ms)
		return true;
	views_error(response, 400, "bad_argument", "'since' must be before 'until'");
	return false;
}

void view_alert_log(const struct views *views, const struct http_request *request,
		    struct http_response *response)
{
	struct history_log_query query = { 0 };
	struct asking *asking;
	uint32_t unit;

	if (!views->source.history) {
		views_error(response, 503, "no_history", "history.file could not be opened");
		return;
	}
	if (!read_query(views, request, response, &query, &unit))
		return;

	asking = xcalloc(1, sizeof(*asking));
	*asking = (struct asking){ .views = views,
				   .caller = caller_hold(views->caller),
				   .token = response->token,
				   .since_ms = query.since_ms,
				   .until_ms = query.until_ms };
	response->later = 1;
	alert_log_ask(views, query, unit, on_log, asking);
}
