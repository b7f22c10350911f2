/* SPDX-License-Identifier: Apache-2.0 */
/* Samples of what was turned away. */
#include <string.h>

#include "iocd/unit.h"
#include "views.h"

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
	uint64_t newest = views_sees_all(views) ? last : 0;
	const struct sample *sample;
	int64_t limit = 50;
	enum reason reason;
	uint32_t unit;

	if (!views_read_unit(views, request, response, &unit) ||
	    !read_reason(request, response, &reason) ||
	    !views_read_count(request, response, "limit", DEADLETTER_MAX, &limit))
		return;

	put_object(text, NULL);
	put_array(text, "samples");
	for (uint64_t n = last; n > forgotten && limit > 0; n--) {
		sample = deadletter_at(deadletter, n);
		if (!sample || !views_sees(views, sample->unit))
			continue;
		if (newest == 0)
			newest = n;
		if ((reason != REASON_NONE && sample->reason != reason) ||
		    !views_is_within(views, sample->unit, unit))
			continue;
		put_sample(text, views, sample);
		limit--;
	}
	put_array_end(text);
	put_integer(text, "last", newest);
	put_object_end(text);
}
