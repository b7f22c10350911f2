/* SPDX-License-Identifier: Apache-2.0 */
#include "health.h"

#include <stdio.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "notify.h"
#include "parts.h"

#define REWRITE_MS      5000
#define SESSION_LOST_MS 3600000 /* how long that is worth a light */
#define SYNC_SLOW_MS    750     /* a disk that takes longer to make safe what it was given */
#define SYNC_STALLED_MS 5000
#define UNTOLD_MS       300000 /* a receiver that hears nothing for so long */

#define CERTIFICATE_EVERY_MS 3600000

static const char *civil(const struct app *app, char text[CIVIL_TEXT_MAX], int64_t ms)
{
	return civil_format(text, ms, config_settings(app_config(app))->offset_minutes);
}

static struct part_health mqtt_part(struct app *app, char *detail, size_t size)
{
	struct mqtt_status *status = &app->health.mqtt;
	char since[CIVIL_TEXT_MAX];

	mqtt_get_status(intake_mqtt(app->intake), status);
	*detail = '\0';
	if (status->state != MQTT_UP)
		(void)snprintf(detail, size, "not receiving since %.19s: %s",
			       civil(app, since, status->since_ms), status->reason);
	else if (status->sessions_lost > 0 && clock_real_ms() - status->since_ms < SESSION_LOST_MS)
		(void)snprintf(
			detail, size,
			"session lost: events of before %.19s may be missing unless their senders "
			"repeat them",
			civil(app, since, status->since_ms));
	return (struct part_health){
		.name = "mqtt",
		.light = status->state != MQTT_UP ? LIGHT_RED
			 : *detail                ? LIGHT_AMBER
						  : LIGHT_GREEN,
		.state = mqtt_state_name(status->state),
		.detail = detail,
		.since_ms = status->since_ms,
	};
}

/* A rewrite takes a moment and is no reason for alarm; one that does not end is. */
static enum light redis_light(const struct store_status *status)
{
	if (status->state == STORE_LIVE)
		return LIGHT_GREEN;
	if (status->state == STORE_REWRITING && clock_real_ms() - status->stale_ms < REWRITE_MS)
		return LIGHT_AMBER;
	return LIGHT_RED;
}

static struct part_health redis_part(struct app *app, char *detail, size_t size)
{
	struct store_status *status = &app->health.store;
	char since[CIVIL_TEXT_MAX];

	store_get_status(app->store, status);
	*detail = '\0';
	if (status->state != STORE_LIVE)
		(void)snprintf(detail, size, "indicators in Redis are stale since %.19s: %s",
			       civil(app, since, status->stale_ms), status->reason);
	return (struct part_health){
		.name = "redis",
		.light = redis_light(status),
		.state = store_state_name(status->state),
		.detail = detail,
		.since_ms = status->since_ms,
	};
}

/* For how long at least the disk has not made safe what it was given: seen from one look to the
 * next. */
static int64_t unsynced_ms(struct app *app)
{
	struct health *health = &app->health;
	int64_t now_ms = clock_mono_ms();

	if (journal_synced(app->journal) < health->unsynced_end)
		return now_ms - health->unsynced_ms;
	health->unsynced_end = journal_end(app->journal);
	health->unsynced_ms = now_ms;
	return 0;
}

static struct part_health journal_part(struct app *app, char *detail, size_t size)
{
	int64_t ms = unsynced_ms(app);
	struct part_health part = {
		.name = "journal", .light = LIGHT_GREEN, .state = "writing", .detail = detail
	};

	*detail = '\0';
	if (journal_fault(app->journal)) {
		part.light = LIGHT_RED;
		part.state = "failed";
		(void)snprintf(
			detail, size,
			"the disk refused to sync: iocd ends and recovers at its next start");
	} else if (ms >= SYNC_SLOW_MS) {
		part.light = ms >= SYNC_STALLED_MS ? LIGHT_RED : LIGHT_AMBER;
		part.state = ms >= SYNC_STALLED_MS ? "stalled" : "slow";
		part.since_ms = clock_real_ms() - ms;
		(void)snprintf(detail, size,
			       "not acknowledging: the disk has taken %lld s to sync so far; what "
			       "comes is neither counted nor lost",
			       (long long)((ms + 999) / 1000));
	}
	return part;
}

static struct part_health config_part(struct app *app, char *detail, size_t size)
{
	const struct health *health = &app->health;
	char of[CIVIL_TEXT_MAX];
	int64_t since_ms;

	*detail = '\0';
	if (health->refused_ms) {
		(void)flow_rules_by(app->flow, &since_ms);
		if (since_ms == 0)
			since_ms = health->started_ms;
		(void)snprintf(detail, size, "%s; running the old one of %.16s",
			       health->refused_why, civil(app, of, since_ms));
	}
	return (struct part_health){
		.name = "config",
		.light = health->refused_ms ? LIGHT_RED : LIGHT_GREEN,
		.state = health->refused_ms ? "refused" : "applied",
		.detail = detail,
		.since_ms = health->refused_ms,
	};
}

/* Receivers that cannot be reached, by name: nobody else may be able to tell them. */
static struct part_health delivery_part(struct app *app, char *detail, size_t size)
{
	struct part_health part = {
		.name = "delivery", .light = LIGHT_GREEN, .state = "telling", .detail = detail
	};
	size_t n = delivery_n_receivers(app->delivery), used = 0;

	*detail = '\0';
	for (size_t i = 0; i < n; i++) {
		struct delivery_receiver receiver;

		delivery_get_receiver(app->delivery, i, &receiver);
		if (receiver.failing_since_ms == 0)
			continue;
		part.state = "failing";
		if (part.light == LIGHT_GREEN || receiver.failing_since_ms < part.since_ms)
			part.since_ms = receiver.failing_since_ms;
		part.light = clock_real_ms() - part.since_ms < UNTOLD_MS ? LIGHT_AMBER : LIGHT_RED;
		if (used < size)
			used += (size_t)snprintf(detail + used, size - used, "%s%s: %s, %llu wait",
						 used > 0 ? "; " : "", receiver.id, receiver.error,
						 (unsigned long long)receiver.waiting);
	}
	return part;
}

static struct part_health canary_part(struct app *app, char *detail, size_t size)
{
	static const enum light lights[] = {
		[CANARY_WELL] = LIGHT_GREEN,
		[CANARY_SLOW] = LIGHT_AMBER,
		[CANARY_CUT] = LIGHT_RED,
	};
	int64_t now_ms = clock_mono_ms();
	enum canary_state state = canary_state(app->canary, now_ms);
	struct part_health part = { .name = "canary", .light = lights[state], .detail = detail };

	part.state = state == CANARY_SLOW               ? "slow"
		     : state == CANARY_CUT              ? "cut"
		     : canary_round_ms(app->canary) < 0 ? PART_BEGINNING
							: "in time";
	*detail = '\0';
	if (state != CANARY_WELL)
		(void)snprintf(detail, size, "alert path slow: %lld s",
			       (long long)(canary_late_ms(app->canary, now_ms) / 1000));
	return part;
}

/* Looked at now and then: it can be replaced while we run, for the next connection. */
static void look_at_certificate(struct certificate *certificate, const char *path)
{
	int64_t now_ms = clock_real_ms();

	if (now_ms >= certificate->read_ms && now_ms - certificate->read_ms < CERTIFICATE_EVERY_MS)
		return;
	certificate->read_ms = now_ms;
	certificate->fault = certificate_read(path, &certificate->end_ms);
}

static bool is_sooner(const struct certificate *certificate, const struct certificate *than)
{
	if (certificate->fault || than->fault)
		return certificate->fault && !than->fault;
	return certificate->end_ms < than->end_ms;
}

/* Of the certificates that we have, the one that is worse off. */
static struct part_health certificate_part(struct app *app, char *detail, size_t size)
{
	const struct settings *settings = config_settings(app_config(app));
	const char *const paths[] = { settings->mqtt.cert_file, settings->forward.cert_file };
	struct part_health part = { .name = "certificate", .state = "valid", .detail = detail };
	const struct certificate *worst = NULL;
	const char *path = "";
	char end[CIVIL_TEXT_MAX];

	for (size_t i = 0; i < COUNT(paths); i++) {
		struct certificate *certificate = &app->health.certificates[i];

		if (!*paths[i])
			continue;
		look_at_certificate(certificate, paths[i]);
		if (!worst || is_sooner(certificate, worst)) {
			worst = certificate;
			path = paths[i];
		}
	}
	*detail = '\0';
	if (!worst)
		return part;
	if (worst->fault) {
		part.light = LIGHT_RED;
		part.state = "unreadable";
		(void)snprintf(detail, size, "%s: %s", path, strerror(-worst->fault));
		return part;
	}
	part.light = certificate_light(worst->end_ms, clock_real_ms());
	if (part.light != LIGHT_GREEN) {
		part.state = worst->end_ms < clock_real_ms() ? "expired" : "expires";
		(void)snprintf(detail, size, "%s ends at %.19s; put a new one in its place", path,
			       civil(app, end, worst->end_ms));
	}
	return part;
}

static double events_per_s(const struct health *health)
{
	unsigned n = health->n_seconds;
	unsigned span = n <= HEALTH_RATE_SECONDS ? n : HEALTH_RATE_SECONDS;
	uint64_t newest, oldest;

	if (span < 2)
		return 0;

	newest = health->seen[(n - 1) % HEALTH_RATE_SECONDS];
	oldest = health->seen[(n - span) % HEALTH_RATE_SECONDS];
	return (double)(newest - oldest) / (span - 1);
}

void health_fill(void *context, struct control_health *ret)
{
	struct app *app = context;
	struct health *health = &app->health;
	struct delivery_status told;
	struct snapshot_status snapshot;

	delivery_get_status(app->delivery, &told);
	snapshots_get_status(app->state.snapshots, &snapshot);
	*ret = (struct control_health){
		.started_ms = health->started_ms,
		.ready = app->ready,
		.journal_end = journal_end(app->journal),
		.journal_synced = journal_synced(app->journal),
		.folded = flow_position(app->flow),
		.journal_bytes = journal_bytes(app->journal),
		.told = told.told,
		.snapshot = snapshot.newest,
		.snapshot_bytes = snapshot.bytes,
		.snapshot_pause_us = snapshot.pause_us,
		.stall_us = health->stall_us,
		.events_per_s = events_per_s(health),
	};
	ret->parts[ret->n_parts++] = mqtt_part(app, health->details[0], sizeof(health->details[0]));
	ret->parts[ret->n_parts++] =
		redis_part(app, health->details[1], sizeof(health->details[1]));
	ret->parts[ret->n_parts++] =
		journal_part(app, health->details[6], sizeof(health->details[6]));
	ret->parts[ret->n_parts++] = space_part(app);
	ret->parts[ret->n_parts++] =
		config_part(app, health->details[2], sizeof(health->details[2]));
	ret->parts[ret->n_parts++] = past_part(app, health->details[3], sizeof(health->details[3]));
	ret->parts[ret->n_parts++] = reports_part(app);
	ret->parts[ret->n_parts++] =
		delivery_part(app, health->details[4], sizeof(health->details[4]));
	ret->parts[ret->n_parts++] =
		canary_part(app, health->details[5], sizeof(health->details[5]));
	if (*config_settings(app_config(app))->mqtt.cert_file ||
	    *config_settings(app_config(app))->forward.cert_file)
		ret->parts[ret->n_parts++] =
			certificate_part(app, health->details[7], sizeof(health->details[7]));
	if (*config_settings(app_config(app))->http.address)
		ret->parts[ret->n_parts++] = people_part(app->people);
	if (up_is_there(app)) {
		ret->parts[ret->n_parts++] = up_link_part(app);
		ret->parts[ret->n_parts++] = up_outbox_part(app);
	}
	ret->stored = health->store.position;
}

static void put_number(struct store *store, const char *name, uint64_t number)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
	store_put_health(store, name, text);
}

/* What other programs may read in Redis about iocd itself. */
static void post_health(struct app *app, const struct control_health *health)
{
	char now[CIVIL_TEXT_MAX];

	store_put_health(app->store, "time", civil(app, now, clock_real_ms()));
	store_put_health(app->store, "version", IOCD_VERSION);
	store_put_health(app->store, "config", config_fingerprint(app_config(app)));
	for (size_t i = 0; i < health->n_parts; i++)
		store_put_health(app->store, health->parts[i].name, health->parts[i].state);
	put_number(app->store, "events_accepted", ledger_all(flow_ledger(app->flow))->accepted);
	put_number(app->store, "alerts_open", alertbook_count(flow_book(app->flow), SEVERITY_NONE));
	put_number(app->store, "journal_behind", health->journal_end - health->folded);
}

void health_start(struct app *app)
{
	app->health.started_ms = clock_real_ms();
}

void health_say(struct app *app)
{
	struct control_health now;

	health_fill(app, &now);
	own_tick(app, &now);
}

void health_tick(struct app *app)
{
	struct health *health = &app->health;
	struct control_health now;

	health->seen[health->n_seconds++ % HEALTH_RATE_SECONDS] = counter_get(COUNTER_events_seen);
	health->stall_us = loop_take_stall_us(app->loop);

	health_fill(app, &now);
	post_health(app, &now);
	own_tick(app, &now);
	notify_status("mqtt %s, redis %s, %.0f events/s, %zu alerts open, %zu critical",
		      now.parts[0].state, now.parts[1].state, now.events_per_s,
		      alertbook_count(flow_book(app->flow), SEVERITY_NONE),
		      alertbook_count(flow_book(app->flow), SEVERITY_CRITICAL));
}
