/* SPDX-License-Identifier: Apache-2.0 */
/* Who sends, who has fallen silent, and what was turned away. */
#include <string.h>

#include "iocd/unit.h"
#include "views.h"

static const char *state_of(const struct feed *feed, const struct feed_account *account,
			    int64_t now_ms)
{
	if (account->last_arrival_ms == 0)
		return "never";
	if (feed->silent_after_ms > 0 && now_ms - account->last_arrival_ms > feed->silent_after_ms)
		return "silent";
	return "live";
}

static void put_sender(struct text *text, const struct views *views, const struct feed *feed,
		       uint32_t unit)
{
	const struct feed_account *account = ledger_feed(views->source.ledger, unit, feed->number);
	int offset_minutes = views->source.context.offset_minutes;

	put_object(text, NULL);
	views_put_unit(text, units_at(views->source.context.units, unit));
	put_string(text, "state",
		   state_of(feed, account, indicators_now_ms(views->source.indicators)));
	put_integer(text, "accepted", account->accepted);
	put_time(text, "last", account->last_time_ms, offset_minutes);
	put_time(text, "last_arrival", account->last_arrival_ms, offset_minutes);
	put_object_end(text);
}

static void put_feed(struct text *text, const struct views *views, const struct feed *feed,
		     uint32_t unit)
{
	put_object(text, NULL);
	put_string(text, "id", feed->id);
	put_languages(text, "title", feed->title_vi, feed->title_en);
	put_signed(text, "silent_after_s", feed->silent_after_ms / 1000);
	put_integer(text, "missing", dedup_missing(views->source.dedup, feed->number));
	put_array(text, "units");
	for (uint32_t i = 0; i < units_count(views->source.context.units); i++)
		if (views_is_within(views, i, unit))
			put_sender(text, views, feed, i);
	put_array_end(text);
	put_object_end(text);
}

static void put_refusals(struct text *text, const struct views *views, uint32_t unit)
{
	const struct account *account = ledger_unit(views->source.ledger, unit);
	uint64_t n = views_refused(account);

	if (n == 0)
		return;

	put_object(text, NULL);
	if (unit == UNIT_NONE)
		put_null(text, "id");
	else
		views_put_unit(text, units_at(views->source.context.units, unit));
	put_integer(text, "total", n);
	views_put_refused(text, account);
	put_object_end(text);
}

void view_feeds(const struct views *views, const struct http_request *request,
		struct http_response *response)
{
	const struct schema *schema = config_schema(views->source.config);
	struct text *text = &response->body;
	uint32_t unit;

	if (!views_read_unit(views, request, response, &unit))
		return;

	put_object(text, NULL);
	put_array(text, "feeds");
	for (uint32_t i = 0; i < schema_n_feeds(schema); i++)
		put_feed(text, views, schema_feed(schema, i), unit);
	put_array_end(text);
	put_array(text, "refused");
	for (uint32_t i = 0; i < units_count(views->source.context.units); i++)
		if (views_is_within(views, i, unit))
			put_refusals(text, views, i);
	if (unit == UNIT_NONE)
		put_refusals(text, views, UNIT_NONE);
	put_array_end(text);
	put_object_end(text);
}

static bool read_reason(const struct http_request *request, struct http_response *response,
			enum reason *ret)
{
	const char *name = http_query(request, "reason");

	*ret = REASON_NONE;
	if (!name)
		return true;

	for (int i = REASON_NONE + 1; i < N_REASONS; i++) {
		if (strcmp(name, reason_name((enum reason)i)) == 0) {
			*ret = (enum reason)i;
			return true;
		}
	}
	views_error(response, 404, "unknown_reason", "there is no reason '%s'", name);
	return false;
}

static void put_sample(struct text *text, const struct views *views, const struct sample *sample)
{
	put_object(text, NULL);
	put_integer(text, "number", sample->number);
	put_time(text, "arrival", sample->arrival_ms, views->source.context.offset_minutes);
	put_string(text, "unit",
		   sample->unit == UNIT_NONE
			   ? NULL
			   : units_at(views->source.context.units, sample->unit)->id);
	put_string(text, "reason", reason_name(sample->reason));
	put_string(text, "text", reason_text(sample->reason));
	put_integer(text, "position", sample->position);
	put_integer(text, "nth", sample->nth);
	put_bytes(text, "topic", sample->topic, sample->topic_kept);
	put_bytes(text, "payload", sample->payload, sample->payload_kept);
	put_integer(text, "payload_size", sample->payload_size);
	put_object_end(text);
}

/* The newest first. */
void view_deadletter(const struct views *views, const struct http_request *request,
		     struct http_response *response)
{
	const struct deadletter *deadletter = views->source.deadletter;
	struct text *text = &response->body;
	uint64_t last = deadletter_last(deadletter);
	uint64_t forgotten = last > DEADLETTER_MAX ? last - DEADLETTER_MAX : 0;
	const struct sample *sample;
	int64_t limit = 50;
	enum reason reason;
	uint32_t unit;

	if (!views_read_unit(views, request, response, &unit) ||
	    !read_reason(request, response, &reason) ||
	    !views_read_count(request, response, "limit", DEADLETTER_MAX, &limit))
		return;

	put_object(text, NULL);
	put_integer(text, "last", last);
	put_array(text, "samples");
	for (uint64_t n = last; n > forgotten && limit > 0; n--) {
		sample = deadletter_at(deadletter, n);
		if (!sample || (reason != REASON_NONE && sample->reason != reason) ||
		    !views_is_within(views, sample->unit, unit))
			continue;
		put_sample(text, views, sample);
		limit--;
	}
	put_array_end(text);
	put_object_end(text);
}
