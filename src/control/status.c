/* SPDX-License-Identifier: Apache-2.0 */
/* How iocd itself is: for people, for probes, and for the live stream. */
#include <string.h>

#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/unit.h"
#include "views.h"

const char *views_light(enum light light)
{
	static const char *const names[] = {
		[LIGHT_GREEN] = "green",
		[LIGHT_AMBER] = "amber",
		[LIGHT_RED] = "red",
	};

	return names[light];
}

void views_put_parts(struct text *text, const struct views *views,
		     const struct control_health *health, enum light least)
{
	bool has_detail = views_sees_all(views);

	put_array(text, "parts");
	for (size_t i = 0; i < health->n_parts; i++) {
		const struct part_health *part = &health->parts[i];

		if (part->light < least)
			continue;
		put_object(text, NULL);
		put_string(text, "name", part->name);
		put_string(text, "light", views_light(part->light));
		put_string(text, "state", part->state);
		put_string(text, "detail", has_detail ? part->detail : "");
		put_time(text, "since", part->since_ms ? part->since_ms : health->started_ms,
			 views->source.context.offset_minutes);
		put_object_end(text);
	}
	put_array_end(text);
}

/* Of some units: what they sent, and nothing of what is not known by unit. */
static void put_own_events(struct text *text, const struct views *views)
{
	struct account sum = { 0 };

	for (uint32_t i = 0; i < units_count(views->source.context.units); i++) {
		const struct account *account = ledger_unit(views->source.ledger, i);

		if (!views_sees(views, i))
			continue;
		sum.accepted += account->accepted;
		for (int k = 0; k < N_REASONS; k++)
			sum.refused[k] += account->refused[k];
	}
	put_object(text, "events");
	put_integer(text, "seen", sum.accepted + views_refused(&sum));
	put_integer(text, "accepted", sum.accepted);
	views_put_refused(text, &sum);
	put_object_end(text);
}

static void put_events(struct text *text, const struct views *views,
		       const struct control_health *health)
{
	const struct account *all = ledger_all(views->source.ledger);

	put_object(text, "events");
	put_integer(text, "seen", all->accepted + views_refused(all));
	put_integer(text, "accepted", all->accepted);
	views_put_refused(text, all);
	put_integer(text, "late", counter_get(COUNTER_events_late));
	put_integer(text, "missing", views_missing(views));
	put_number(text, "per_s", health->events_per_s);
	put_signed(text, "unaccounted", views_unaccounted(views));
	put_object_end(text);
}

static void put_journal(struct text *text, const struct control_health *health)
{
	put_object(text, "journal");
	put_integer(text, "end", health->journal_end);
	put_integer(text, "synced", health->journal_synced);
	put_integer(text, "folded", health->folded);
	put_integer(text, "stored", health->stored);
	put_integer(text, "behind", health->journal_end - health->folded);
	put_integer(text, "bytes", health->journal_bytes);
	put_integer(text, "snapshot", health->snapshot);
	put_integer(text, "snapshot_bytes", health->snapshot_bytes);
	put_signed(text, "snapshot_pause_us", health->snapshot_pause_us);
	put_object_end(text);
}

struct tally {
	const struct views *views;
	uint64_t all;
	uint64_t severities[SEVERITY_CRITICAL + 1];
};

static void count_alert(void *context, const struct alert *alert)
{
	struct tally *tally = context;

	if (!views_sees(tally->views, alert->unit))
		return;
	tally->all++;
	tally->severities[alert->machine.severity]++;
}

static void put_own_alerts(struct text *text, const struct views *views)
{
	struct tally tally = { .views = views };

	alertbook_each_raised(views->source.book, count_alert, &tally);
	put_object(text, "alerts");
	put_integer(text, "open", tally.all);
	put_integer(text, "critical", tally.severities[SEVERITY_CRITICAL]);
	put_integer(text, "warning", tally.severities[SEVERITY_WARNING]);
	put_object_end(text);
}

static void put_alerts(struct text *text, const struct alertbook *book)
{
	put_object(text, "alerts");
	put_integer(text, "open", alertbook_count(book, SEVERITY_NONE));
	put_integer(text, "critical", alertbook_count(book, SEVERITY_CRITICAL));
	put_integer(text, "warning", alertbook_count(book, SEVERITY_WARNING));
	put_integer(text, "raised", counter_get(COUNTER_alerts_raised));
	put_integer(text, "changed", counter_get(COUNTER_alerts_changed));
	put_integer(text, "cleared", counter_get(COUNTER_alerts_cleared));
	put_object_end(text);
}

static void fill(const struct views *views, struct control_health *ret)
{
	memset(ret, 0, sizeof(*ret));
	views->hooks.health(views->hooks.context, ret);
}

static void put_whole(struct text *text, const struct views *views,
		      const struct control_health *health)
{
	put_events(text, views, health);
	put_journal(text, health);
	put_integer(text, "indicators_live", indicators_live(views->source.indicators));
	put_alerts(text, views->source.book);
	views_put_load(text, views);
	views_put_sites(text, views);
	views_put_uplink(text, views);
	put_integer(text, "told", health->told);
	put_signed(text, "stall_us", health->stall_us);
}

void views_status(const struct views *views, struct text *text)
{
	int offset_minutes = views->source.context.offset_minutes;
	struct control_health health;
	int64_t now_ms = clock_real_ms();

	fill(views, &health);
	put_object(text, NULL);
	put_string(text, "instance", config_settings(views->source.config)->instance);
	put_string(text, "version", IOCD_VERSION);
	put_time(text, "time", now_ms, offset_minutes);
	put_time(text, "started", health.started_ms, offset_minutes);
	put_signed(text, "uptime_s", (now_ms - health.started_ms) / 1000);
	put_flag(text, "ready", health.ready);
	views_put_parts(text, views, &health, LIGHT_GREEN);
	if (views_sees_all(views)) {
		put_whole(text, views, &health);
	} else {
		put_own_events(text, views);
		put_own_alerts(text, views);
		views_put_sites(text, views);
	}
	put_string(text, "config", config_fingerprint(views->source.config));
	put_object_end(text);
}

bool views_is_healthy(const struct views *views, const struct control_health *health)
{
	for (size_t i = 0; i < health->n_parts; i++)
		if (health->parts[i].light == LIGHT_RED)
			return false;

	return views_unaccounted(views) == 0;
}

void view_status(const struct views *views, const struct http_request *request,
		 struct http_response *response)
{
	(void)request;
	views_status(views, &response->body);
}

void view_live(const struct views *views, const struct http_request *request,
	       struct http_response *response)
{
	(void)views;
	(void)request;
	put_object(&response->body, NULL);
	put_flag(&response->body, "live", true);
	put_object_end(&response->body);
}

void view_ready(const struct views *views, const struct http_request *request,
		struct http_response *response)
{
	struct control_health health;

	(void)request;
	fill(views, &health);
	response->status = health.ready ? 200 : 503;
	put_object(&response->body, NULL);
	put_flag(&response->body, "ready", health.ready);
	put_integer(&response->body, "behind", health.journal_end - health.folded);
	put_object_end(&response->body);
}

void view_health(const struct views *views, const struct http_request *request,
		 struct http_response *response)
{
	struct control_health health;
	bool healthy;

	(void)request;
	fill(views, &health);
	healthy = views_is_healthy(views, &health);
	response->status = healthy ? 200 : 503;
	put_object(&response->body, NULL);
	put_flag(&response->body, "healthy", healthy);
	put_signed(&response->body, "unaccounted", views_unaccounted(views));
	views_put_parts(&response->body, views, &health, LIGHT_GREEN);
	put_object_end(&response->body);
}

void view_counters(const struct views *views, const struct http_request *request,
		   struct http_response *response)
{
	struct text *text = &response->body;

	(void)views;
	(void)request;
	put_object(text, NULL);
	put_array(text, "counters");
	for (int i = 0; i < N_COUNTERS; i++) {
		put_object(text, NULL);
		put_string(text, "name", counter_name((enum counter)i));
		put_integer(text, "value", counter_get((enum counter)i));
		put_string(text, "text", counter_text((enum counter)i));
		put_object_end(text);
	}
	put_array_end(text);
	put_object_end(text);
}
