/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "notify.h"
#include "parts.h"

#define REWRITE_MS 5000

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
		(void)snprintf(detail, size, "not receiving since %s: %s",
			       civil(app, since, status->since_ms), status->reason);
	else if (status->sessions_lost > 0)
		(void)snprintf(
			detail, size,
			"the broker lost our session %llu time(s): events of that time may be "
			"missing unless their senders repeat them",
			(unsigned long long)status->sessions_lost);
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
		(void)snprintf(detail, size, "indicators in Redis are stale since %s: %s",
			       civil(app, since, status->stale_ms), status->reason);
	return (struct part_health){
		.name = "redis",
		.light = redis_light(status),
		.state = store_state_name(status->state),
		.detail = detail,
		.since_ms = status->since_ms,
	};
}

static struct part_health journal_part(struct app *app)
{
	int fault = journal_fault(app->journal);

	return (struct part_health){
		.name = "journal",
		.light = fault ? LIGHT_RED : LIGHT_GREEN,
		.state = fault ? "failed" : "writing",
		.detail =
			fault ? "the disk refused to sync: iocd ends and recovers at its next start"
			      : "",
	};
}

static struct part_health config_part(struct app *app, char *detail, size_t size)
{
	const struct health *health = &app->health;
	char at[CIVIL_TEXT_MAX];

	*detail = '\0';
	if (health->refused_ms)
		(void)snprintf(detail, size, "running the old configuration; refused at %s: %s",
			       civil(app, at, health->refused_ms), health->refused_why);
	return (struct part_health){
		.name = "config",
		.light = health->refused_ms ? LIGHT_RED : LIGHT_GREEN,
		.state = health->refused_ms ? "refused" : "applied",
		.detail = detail,
		.since_ms = health->refused_ms,
	};
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
	ret->parts[ret->n_parts++] = journal_part(app);
	ret->parts[ret->n_parts++] = space_part(app);
	ret->parts[ret->n_parts++] =
		config_part(app, health->details[2], sizeof(health->details[2]));
	ret->parts[ret->n_parts++] = past_part(app, health->details[3], sizeof(health->details[3]));
	ret->parts[ret->n_parts++] = reports_part(app);
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

void health_tick(struct app *app)
{
	struct health *health = &app->health;
	struct control_health now;

	health->seen[health->n_seconds++ % HEALTH_RATE_SECONDS] = counter_get(COUNTER_events_seen);
	health->stall_us = loop_take_stall_us(app->loop);

	health_fill(app, &now);
	post_health(app, &now);
	notify_status("mqtt %s, redis %s, %.0f events/s, %zu alerts open, %zu critical",
		      now.parts[0].state, now.parts[1].state, now.events_per_s,
		      alertbook_count(flow_book(app->flow), SEVERITY_NONE),
		      alertbook_count(flow_book(app->flow), SEVERITY_CRITICAL));
}
