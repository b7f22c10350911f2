/* SPDX-License-Identifier: Apache-2.0 */
#include "streaming.h"

#include <stdlib.h>
#include <string.h>

#include "gate.h"
#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "iocd/unit.h"
#include "redact.h"

/* A tag says what an event is, of which unit and how grave, and to whom it may go. */
enum kind { KIND_NOTHING, KIND_ALERT, KIND_BEAT, KIND_STATUS };
enum audience { FOR_ALL, FOR_WHOLE, FOR_SCOPED };

struct subscription {
	struct subscription *next;
	struct caller *caller; /* held */
	uint32_t unit;         /* UNIT_NONE: all that it sees */
	enum severity least;
	bool has_status;
};

struct streaming {
	struct subscription *first; /* in no order */
	uint64_t posted;            /* number of the last transition that was sent */
};

struct streaming *streaming_new(void)
{
	return xcalloc(1, sizeof(struct streaming));
}

struct streaming *streaming_free(struct streaming *streaming)
{
	if (!streaming)
		return NULL;

	while (streaming->first) {
		struct subscription *subscription = streaming->first;

		streaming->first = subscription->next;
		caller_free(subscription->caller);
		free(subscription);
	}
	free(streaming);
	return NULL;
}

static uint64_t tag_of(enum kind kind, enum audience audience, enum severity severity,
		       uint32_t unit)
{
	return (uint64_t)kind << 56 | (uint64_t)audience << 48 | (uint64_t)severity << 40 | unit;
}

/* ---- readers ---- */

static bool wants_alert(const struct views *views, const struct subscription *subscription,
			uint64_t tag)
{
	uint32_t unit = (uint32_t)tag;

	return (enum severity)(tag >> 40 & 0xff) >= subscription->least &&
	       scope_has(subscription->caller->scope, unit) &&
	       views_is_within(views, unit, subscription->unit);
}

bool streaming_wants(void *views, void *context, uint64_t tag)
{
	const struct subscription *subscription = context;
	enum audience audience = (enum audience)(tag >> 48 & 0xff);
	bool is_whole = subscription->caller->scope->is_whole;

	if (audience == (is_whole ? FOR_SCOPED : FOR_WHOLE))
		return false;
	switch ((enum kind)(tag >> 56)) {
	case KIND_ALERT:
		return wants_alert(views, subscription, tag);
	case KIND_BEAT:
		return true;
	case KIND_STATUS:
		return is_whole && subscription->has_status;
	case KIND_NOTHING:
		break;
	}
	return false;
}

void streaming_unsubscribe(void *views, void *context)
{
	struct subscription **at = &((struct views *)views)->streaming->first;
	struct subscription *subscription = context;

	while (*at != subscription)
		at = &(*at)->next;
	*at = subscription->next;
	caller_free(subscription->caller);
	free(subscription);
}

static bool is_over(void *context, void *subscription)
{
	return !gate_holds(context, ((struct subscription *)subscription)->caller, clock_real_ms());
}

void streaming_review(const struct views *views)
{
	http_cut_streams(views->http, is_over);
}

static bool is_same(const struct caller *a, const struct caller *b)
{
	if (a->session || b->session)
		return a->session == b->session;
	return a->has_token && b->has_token && memcmp(a->digest, b->digest, ACCESS_DIGEST) == 0;
}

static bool has_room(const struct views *views)
{
	unsigned n = 0;

	if (views->caller->is_local)
		return true;
	for (const struct subscription *one = views->streaming->first; one; one = one->next)
		n += is_same(one->caller, views->caller);
	return n < STREAMS_EACH;
}

static bool read_severity(const struct http_request *request, struct http_response *response,
			  enum severity *ret)
{
	const char *word = http_query(request, "severity");

	*ret = SEVERITY_NONE;
	for (int i = SEVERITY_WARNING; word && i <= SEVERITY_CRITICAL; i++)
		if (strcmp(word, severity_name((enum severity)i)) == 0)
			*ret = (enum severity)i;
	if (!word || *ret != SEVERITY_NONE)
		return true;
	views_error(response, 400, "bad_argument", "'severity' is warning or critical, not '%s'",
		    word);
	return false;
}

static bool read_status(const struct views *views, const struct http_request *request,
			struct http_response *response, bool *ret)
{
	const char *word = http_query(request, "status");

	*ret = word && strcmp(word, "1") == 0;
	if (word && !*ret)
		views_error(response, 400, "bad_argument", "'status' is 1, not '%s'", word);
	else if (*ret && !views_sees_all(views))
		views_error(response, 403, "forbidden", "status is of all units");
	else
		return true;
	return false;
}

void view_stream(const struct views *views, const struct http_request *request,
		 struct http_response *response)
{
	struct streaming *streaming = views->streaming;
	struct subscription wanted = { .next = streaming->first };
	struct subscription *subscription;

	if (!views_read_unit(views, request, response, &wanted.unit) ||
	    !read_severity(request, response, &wanted.least) ||
	    !read_status(views, request, response, &wanted.has_status))
		return;
	if (!has_room(views)) {
		views_error(response, 429, "busy", "there are %d streams of this session already",
			    STREAMS_EACH);
		return;
	}
	subscription = xcalloc(1, sizeof(*subscription));
	*subscription = wanted;
	subscription->caller = caller_hold(views->caller);
	streaming->first = subscription;
	response->stream = 1;
	response->subscription = subscription;
}

/* ---- transitions ---- */

/* All who see an alert see its unit and those below: nothing else may be named to all of them. */
static bool is_below(const void *context, uint32_t unit)
{
	const struct views *views = ((const void *const *)context)[0];
	const struct alert *alert = ((const void *const *)context)[1];

	return views_is_within(views, unit, alert->unit);
}

static void send_transition(const struct views *views, const struct transition *transition)
{
	const void *context[] = { views, &transition->alert };
	const struct redaction redaction = { views->source.context.units, is_below, context };
	const struct alert *alert = &transition->alert;
	bool has_two = redact_is_needed_by(&redaction, transition);
	CLEANUP_TEXT struct text json = { 0 };
	struct http_event event = {
		.id = transition->number,
		.tag = tag_of(KIND_ALERT, has_two ? FOR_WHOLE : FOR_ALL, alert->machine.severity,
			      alert->unit),
		.event = "alert",
	};

	transition_json(&json, &views->source.context, transition);
	event.data = text_get(&json);
	event.n = json.size;
	http_stream_send(views->http, &event);
	if (!has_two)
		return;
	redact_alert(&redaction, &json, 0);
	event.tag = tag_of(KIND_ALERT, FOR_SCOPED, alert->machine.severity, alert->unit);
	event.data = text_get(&json);
	event.n = json.size;
	http_stream_send(views->http, &event);
}

/* The number of a transition that is not kept is sent to nobody: whoever has seen it in the list
 * may go on from it. */
static void send_number(const struct views *views, uint64_t number)
{
	http_stream_send(views->http,
			 &(struct http_event){ .id = number,
					       .tag = tag_of(KIND_NOTHING, FOR_ALL, 0, 0),
					       .event = "alert",
					       .data = "{}",
					       .n = 2 });
}

/* Whoever reads has missed what the book has forgotten meanwhile: he comes back for a reset. */
static void skip_forgotten(const struct views *views)
{
	struct streaming *streaming = views->streaming;
	uint64_t forgotten = alertbook_forgotten(views->source.book);

	if (streaming->posted >= forgotten)
		return;
	http_stream_begin(views->http, forgotten);
	streaming->posted = forgotten;
}

void streaming_post(const struct views *views)
{
	struct streaming *streaming = views->streaming;
	uint64_t last = alertbook_last(views->source.book);
	const struct transition *transition;

	skip_forgotten(views);
	while (streaming->posted < last) {
		transition = alertbook_transition(views->source.book, ++streaming->posted);
		if (transition)
			send_transition(views, transition);
		else
			send_number(views, streaming->posted);
	}
}

/* ---- how iocd is ---- */

static enum light worst_light(const struct views *views, const struct control_health *health)
{
	enum light worst = health->ready ? LIGHT_GREEN : LIGHT_AMBER;

	for (size_t i = 0; i < health->n_parts; i++)
		if (health->parts[i].light > worst)
			worst = health->parts[i].light;
	return views_unaccounted(views) == 0 ? worst : LIGHT_RED;
}

static void put_beat(struct text *text, const struct views *views,
		     const struct control_health *health)
{
	int64_t now_ms = clock_real_ms();

	put_object(text, NULL);
	put_time(text, "time", now_ms, views->source.context.offset_minutes);
	put_signed(text, "time_ms", now_ms);
	put_string(text, "light", views_light(worst_light(views, health)));
	views_put_parts(text, views, health, LIGHT_AMBER);
	put_signed(text, "unaccounted", views_unaccounted(views));
	put_flag(text, "ready", health->ready);
	put_string(text, "config", config_fingerprint(views->source.config));
	put_string(text, "instance", config_settings(views->source.config)->instance);
	put_object_end(text);
}

static void tell(const struct views *views, const char *name, enum kind kind,
		 enum audience audience, const struct text *json)
{
	http_stream_tell(views->http, &(struct http_event){ .tag = tag_of(kind, audience, 0, 0),
							    .event = name,
							    .data = text_get(json),
							    .n = json->size });
}

static void beat(const struct views *views, struct caller *caller, enum audience audience)
{
	const struct views own = views_as(views, caller);
	CLEANUP_TEXT struct text json = { 0 };
	struct control_health health = { .n_parts = 0 };

	views->hooks.health(views->hooks.context, &health);
	put_beat(&json, &own, &health);
	tell(views, "beat", KIND_BEAT, audience, &json);
}

static void tell_status(const struct views *views, struct caller *caller)
{
	const struct views own = views_as(views, caller);
	CLEANUP_TEXT struct text json = { 0 };

	views_status(&own, &json);
	tell(views, "status", KIND_STATUS, FOR_WHOLE, &json);
}

void streaming_beat(const struct views *views)
{
	bool has_whole = false, has_scoped = false, has_status = false;
	CLEANUP(caller_free) struct caller *local = caller_new_local();

	for (const struct subscription *one = views->streaming->first; one; one = one->next) {
		has_whole |= one->caller->scope->is_whole;
		has_scoped |= !one->caller->scope->is_whole;
		has_status |= one->has_status;
	}
	if (has_whole)
		beat(views, local, FOR_WHOLE);
	if (has_scoped)
		beat(views, views->caller, FOR_SCOPED);
	if (has_status)
		tell_status(views, local);
}
