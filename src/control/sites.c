/* SPDX-License-Identifier: Apache-2.0 */
/* Who forwards to us: whether it lives, how far it is, and what is missing of it. */
#include "sites.h"

#include <string.h>

#include "iocd/unit.h"

#define SENDER_IOCD "iocd"

const char *sites_state_name(const struct site_view *view)
{
	if (view->is_lost)
		return "lost";
	if (view->heard_ms == 0)
		return "never";
	if (view->is_lagging)
		return "lagging";
	if (view->is_old)
		return "old";
	return view->is_expected ? "live" : "occasional";
}

const char *sites_subject(const struct site_view *view)
{
	return strcmp(view->sender, SENDER_IOCD) == 0 ? "" : view->sender;
}

bool sites_look_up(const struct views *views, uint32_t unit, const char *subject,
		   struct site_view *ret)
{
	const struct sites *sites = views->source.sites;
	uint32_t site;

	if (!sites)
		return false;
	site = sites_find(sites, unit, *subject ? subject : SENDER_IOCD);
	if (site != UINT32_MAX) {
		sites_view(sites, site, ret);
		return true;
	}
	for (uint32_t i = 0; !*subject && i < sites_count(sites); i++) {
		sites_view(sites, i, ret);
		if (ret->unit == unit && ret->is_expected)
			return true;
	}
	return false;
}

void sites_add_up(struct sites_sum *sum, const struct site_view *view)
{
	for (int i = 0; i < N_FRAME_CLASSES; i++) {
		const struct heartbeat_stream *beat = &view->beat.streams[i];
		const struct site_stream *stream = &view->streams[i];

		sum->backlog += beat->backlog;
		if (beat->oldest_ms && (!sum->oldest_ms || beat->oldest_ms < sum->oldest_ms))
			sum->oldest_ms = beat->oldest_ms;
		sum->missing += stream->missing;
		sum->given_up += stream->given_up;
		sum->repeats += stream->repeats;
	}
}

/* ---- one site ---- */

void sites_put_name(struct text *text, const struct views *views, const struct site_view *view)
{
	const struct unit *unit = units_at(views->source.context.units, view->unit);
	CLEANUP_TEXT struct text id = { 0 };

	text_add(&id, "%s/%s", unit->id, view->sender);
	put_string(text, "id", text_get(&id));
	put_object(text, "unit");
	views_put_unit(text, unit);
	put_object_end(text);
	put_string(text, "sender", view->sender);
}

/* Since when the alert about that part of site has held; 0: there is none. */
static int64_t alert_since_ms(const struct views *views, enum own_part part,
			      const struct site_view *view)
{
	const struct rules *rules = views->source.rules;

	for (uint32_t i = 0; i < rules_count(rules); i++) {
		const struct rule *rule = rules_at(rules, i);
		const struct alert *alert;

		if (rule->kind != RULE_OWN || rule->own != part)
			continue;
		alert = alertbook_find(views->source.book, i, view->unit, sites_subject(view));
		if (alert)
			return alert->first_ms;
	}
	return 0;
}

static void begin_trouble(struct text *text, const struct views *views, const char *name,
			  int64_t since_ms)
{
	put_object(text, name);
	put_time(text, "since", since_ms, views->source.context.offset_minutes);
}

/* Null where there is none. */
static void put_troubles(struct text *text, const struct views *views, const struct site_view *view)
{
	if (view->is_lost) {
		begin_trouble(text, views, "lost", view->lost_ms);
		put_object_end(text);
	} else {
		put_null(text, "lost");
	}
	if (view->is_lagging) {
		begin_trouble(text, views, "lagging",
			      alert_since_ms(views, OWN_SITE_LAGGING, view));
		put_object_end(text);
	} else {
		put_null(text, "lagging");
	}
	if (view->is_old) {
		begin_trouble(text, views, "old", alert_since_ms(views, OWN_SITE_OLD, view));
		put_string(text, "what",
			   strcmp(view->beat.version, IOCD_VERSION) != 0 ? "version" : "config");
		put_object_end(text);
	} else {
		put_null(text, "old");
	}
}

void sites_put_state(struct text *text, const struct views *views, const struct site_view *view)
{
	int offset_minutes = views->source.context.offset_minutes;

	put_string(text, "state", sites_state_name(view));
	put_troubles(text, views, view);
	put_string(text, "presence", presence_name(view->presence));
	put_time(text, "heard", view->heard_ms, offset_minutes);
	put_time(text, "beat", view->beat_ms, offset_minutes);
}

static const char *word_or_null(const char *word)
{
	return *word ? word : NULL;
}

/* What it said of itself last. */
static void put_beat(struct text *text, const struct views *views, const struct site_view *view)
{
	const struct heartbeat *beat = &view->beat;

	put_string(text, "instance", word_or_null(beat->instance));
	put_string(text, "version", word_or_null(beat->version));
	put_string(text, "hash", word_or_null(beat->hash));
	put_time(text, "started", beat->started_ms, views->source.context.offset_minutes);
	put_number(text, "every_s", (double)beat->every_ms / 1000);
	if (view->beat_ms)
		put_signed(text, "skew_ms", view->skew_ms);
	else
		put_null(text, "skew_ms");
	put_string(text, "trouble", word_or_null(beat->trouble));
	put_object(text, "alerts");
	put_integer(text, "critical", beat->alerts_critical);
	put_integer(text, "warning", beat->alerts_warning);
	put_object_end(text);
}

static void put_sum(struct text *text, const struct views *views, const struct sites_sum *sum)
{
	put_integer(text, "backlog", sum->backlog);
	put_time(text, "oldest", sum->oldest_ms, views->source.context.offset_minutes);
	put_integer(text, "missing", sum->missing);
	put_integer(text, "given_up", sum->given_up);
	put_integer(text, "repeats", sum->repeats);
}

static void put_stream(struct text *text, const struct views *views, const struct site_view *view,
		       enum frame_class class)
{
	const struct heartbeat_stream *beat = &view->beat.streams[class];
	const struct site_stream *stream = &view->streams[class];
	int offset_minutes = views->source.context.offset_minutes;

	put_object(text, NULL);
	put_string(text, "stream", frame_class_name(class));
	put_string(text, "epoch", stream->is_known ? stream->epoch : NULL);
	put_integer(text, "first", stream->first);
	put_integer(text, "have", stream->have);
	put_integer(text, "head", stream->head);
	put_integer(text, "missing", stream->missing);
	put_integer(text, "ranges", stream->n_ranges);
	put_integer(text, "taken", stream->taken);
	put_integer(text, "repeats", stream->repeats);
	put_integer(text, "resets", stream->resets);
	put_integer(text, "given_up", stream->given_up);
	put_integer(text, "put_off", stream->put_off);
	put_time(text, "newest", stream->recorded_ms, offset_minutes);
	put_integer(text, "backlog", beat->backlog);
	put_time(text, "oldest", beat->oldest_ms, offset_minutes);
	put_object_end(text);
}

static void put_streams(struct text *text, const struct views *views, const struct site_view *view)
{
	put_array(text, "streams");
	for (int i = 0; i < N_FRAME_CLASSES; i++)
		if (view->streams[i].is_known || view->beat.streams[i].is_kept)
			put_stream(text, views, view, (enum frame_class)i);
	put_array_end(text);
}

static void put_site(struct text *text, const struct views *views, const struct site_view *view)
{
	struct sites_sum sum = { 0 };

	sites_add_up(&sum, view);
	put_object(text, NULL);
	sites_put_name(text, views, view);
	put_flag(text, "expected", view->is_expected);
	sites_put_state(text, views, view);
	put_time(text, "first", view->first_ms, views->source.context.offset_minutes);
	put_beat(text, views, view);
	put_sum(text, views, &sum);
	put_integer(text, "orders", view->orders);
	put_streams(text, views, view);
	put_object_end(text);
}

/* ---- all of them ---- */

struct tally {
	struct sites_sum sum;
	uint64_t sites, lost, lagging, old, incomplete;
};

static void count(struct tally *tally, const struct views *views, const struct site_view *view)
{
	tally->sites++;
	tally->lost += view->is_lost;
	tally->lagging += view->is_lagging;
	tally->old += view->is_old;
	tally->incomplete += !sites_is_complete(views->source.sites, view->unit);
	sites_add_up(&tally->sum, view);
}

static void put_tally(struct text *text, const struct views *views, const char *name,
		      const struct tally *tally)
{
	put_object(text, name);
	put_integer(text, "sites", tally->sites);
	put_integer(text, "lost", tally->lost);
	put_integer(text, "lagging", tally->lagging);
	put_integer(text, "old", tally->old);
	put_integer(text, "incomplete", tally->incomplete);
	put_sum(text, views, &tally->sum);
	put_object_end(text);
}

void views_put_sites(struct text *text, const struct views *views)
{
	const struct sites *sites = views->source.sites;
	struct tally tally = { .sites = 0 };

	for (uint32_t i = 0; sites && i < sites_count(sites); i++) {
		struct site_view view;

		sites_view(sites, i, &view);
		if (views_sees(views, view.unit))
			count(&tally, views, &view);
	}
	if (tally.sites > 0)
		put_tally(text, views, "sites", &tally);
	else
		put_null(text, "sites");
}

void view_sites(const struct views *views, const struct http_request *request,
		struct http_response *response)
{
	const struct sites *sites = views->source.sites;
	struct text *text = &response->body;
	struct tally tally = { .sites = 0 };
	uint32_t unit;

	if (!views_read_unit(views, request, response, &unit))
		return;

	put_object(text, NULL);
	put_time(text, "time", indicators_now_ms(views->source.indicators),
		 views->source.context.offset_minutes);
	put_array(text, "sites");
	for (uint32_t i = 0; sites && i < sites_count(sites); i++) {
		struct site_view view;

		sites_view(sites, i, &view);
		if (!views_shows(views, view.unit, unit))
			continue;
		put_site(text, views, &view);
		count(&tally, views, &view);
	}
	put_array_end(text);
	put_tally(text, views, "counts", &tally);
	put_object_end(text);
}
