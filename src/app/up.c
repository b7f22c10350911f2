/* SPDX-License-Identifier: Apache-2.0 */
#include "up.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "iocd/own.h"
#include "parts.h"

#define TICK_MS     100
#define SILENT_MS   300000  /* the one above has not answered for so long: red */
#define GIVEN_UP_MS 3600000 /* how long it is worth a light that something was given up */

static const struct settings *settings_of(const struct app *app)
{
	return config_settings(app_config(app));
}

/* An order from above survives like anything else; what it brings about comes with its record. */
static void on_order(void *context, const struct order_message *order)
{
	CLEANUP_TEXT struct text json = { 0 };
	int r;

	order_write(&json, order);
	r = own_append(context, OWN_TOPIC_ABOVE, text_get(&json), json.size);
	if (r) /* it comes again */
		log_warning("order.journal", "error=%s", r < 0 ? strerror(-r) : "it is too big");
}

static const char *worst_part(const struct control_health *health)
{
	const struct part_health *worst = NULL;

	for (size_t i = 0; i < health->n_parts; i++)
		if (health->parts[i].light != LIGHT_GREEN &&
		    (!worst || health->parts[i].light > worst->light))
			worst = &health->parts[i];
	return worst ? worst->name : "";
}

static void on_standing(void *context, struct forward_standing *ret)
{
	struct app *app = context;
	const struct alertbook *book = flow_book(app->flow);
	struct control_health health;

	health_fill(app, &health);
	ret->orders_done = flow_above(app->flow, &ret->orders);
	ret->alerts_warning = (uint32_t)alertbook_count(book, SEVERITY_WARNING);
	ret->alerts_critical = (uint32_t)alertbook_count(book, SEVERITY_CRITICAL);
	ret->trouble = worst_part(&health);
}

static void tick(void *context)
{
	struct app *app = context;
	int64_t now_ms = clock_mono_ms();

	if (app->up.forward) {
		if (forward_wants_standing(app->up.forward))
			forward_standing_alerts(app->up.forward, flow_book(app->flow),
						config_units(app_config(app)));
		forward_tick(app->up.forward, now_ms, clock_real_ms());
	}
	up_post(app);
}

static int open_forward(struct app *app)
{
	const struct forward_hooks hooks = { .context = app,
					     .order = on_order,
					     .standing = on_standing };
	struct forward_options options;
	struct mqtt_options mqtt;
	char *password;
	int r;

	r = forward_options_from(&options, &mqtt, app_config(app), &password);
	if (r)
		return err_pass(r);
	options.journal_id = journal_id(app->journal);
	options.version = IOCD_VERSION;
	r = forward_new(&app->up.forward, app->loop, &options, &hooks);
	free(password);
	if (r)
		log_error("forward.open", "directory=%s error=%s at=%s",
			  settings_of(app)->forward.directory, strerror(-r), err_trace());
	return r ? err_pass(r) : 0;
}

int up_open(struct app *app)
{
	int r = 0;

	app->up.timer = timer_new(app->loop, tick, app);
	app->up.downlink =
		downlink_new(settings_of(app)->mqtt.prefix, config_units(app_config(app)));
	if (*settings_of(app)->forward.host)
		r = open_forward(app);
	return err_pass(r);
}

void up_offer(struct app *app)
{
	app->up.offered = alertbook_forgotten(flow_book(app->flow));
}

void up_start(struct app *app)
{
	if (app->up.forward)
		forward_start(app->up.forward);
	timer_start(app->up.timer, TICK_MS, TICK_MS);
}

void up_put_event(void *context, const struct event *event)
{
	struct app *app = context;

	if (app->up.forward)
		forward_event(app->up.forward, event, config_schema(app->configs[0]),
			      config_units(app->configs[0]));
}

static void put_alerts(struct app *app)
{
	const struct alertbook *book = flow_book(app->flow);
	const struct alert_context context = app_context(app);

	for (; app->up.offered < alertbook_last(book); app->up.offered++) {
		const struct transition *transition =
			alertbook_transition(book, app->up.offered + 1);

		if (transition)
			forward_alert(app->up.forward, transition, &context);
	}
}

void up_put(struct app *app, const struct flow_tick *tick)
{
	if (!app->up.forward)
		return;
	for (size_t i = 0; i < tick->n_rollups; i++)
		forward_rollups(app->up.forward, &tick->rollups[i], config_units(app_config(app)));
	put_alerts(app);
}

void up_post(struct app *app)
{
	if (!app->ready || !app->intake)
		return;
	if (app->up.forward)
		put_alerts(app);
	(void)downlink_post(app->up.downlink, flow_sites_due(app->flow), intake_mqtt(app->intake),
			    clock_mono_ms());
}

bool up_can_save(const struct app *app)
{
	return !app->up.forward || forward_can_save(app->up.forward);
}

void up_save(const struct app *app, struct bytes_writer *writer)
{
	bytes_put_u8(writer, app->up.forward != NULL);
	if (app->up.forward)
		forward_save(app->up.forward, writer);
}

void up_load(const struct app *app, struct bytes_reader *reader)
{
	bool was_there = bytes_get_u8(reader);

	if (was_there && !forward_reaches(app->up.forward, reader))
		bytes_reject(reader, "the outbox has lost what was put there before");
}

bool up_is_there(const struct app *app)
{
	return app->up.forward;
}

bool up_get_status(void *context, struct forward_status *ret)
{
	const struct app *app = context;

	if (app->up.forward)
		forward_get_status(app->up.forward, ret);
	return app->up.forward;
}

static const char *civil(const struct app *app, char text[CIVIL_TEXT_MAX], int64_t ms)
{
	return civil_format(text, ms, settings_of(app)->offset_minutes);
}

static uint64_t backlog_of(const struct forward_status *status)
{
	uint64_t n = 0;

	for (int class = 0; class < N_FRAME_CLASSES; class ++)
		n += status->streams[class].backlog;
	return n;
}

static int64_t oldest_of(const struct forward_status *status)
{
	int64_t oldest_ms = 0;

	for (int class = 0; class < N_FRAME_CLASSES; class ++) {
		int64_t ms = status->streams[class].oldest_ms;

		if (ms > 0 && (oldest_ms == 0 || ms < oldest_ms))
			oldest_ms = ms;
	}
	return oldest_ms;
}

struct part_health up_link_part(struct app *app)
{
	char *detail = app->up.details[0];
	struct part_health part = { .name = "uplink", .state = "answering", .detail = detail };
	int64_t now_ms = clock_real_ms(), since_ms, oldest_ms;
	struct forward_status status;
	char since[CIVIL_TEXT_MAX];

	forward_get_status(app->up.forward, &status);
	oldest_ms = oldest_of(&status);
	*detail = '\0';
	if (!status.is_answered) {
		since_ms = status.answered_ms ? status.answered_ms : app->health.started_ms;
		part.state = status.state == MQTT_UP ? "no answer" : mqtt_state_name(status.state);
		part.light = now_ms - since_ms < SILENT_MS ? LIGHT_AMBER : LIGHT_RED;
		part.since_ms = since_ms;
		(void)snprintf(detail, sizeof(app->up.details[0]),
			       "the iocd above has not answered since %.19s, %llu wait%s%s",
			       civil(app, since, since_ms), (unsigned long long)backlog_of(&status),
			       *status.reason ? ": " : "", status.reason);
		if (now_ms - app->health.started_ms < 5000)
			part.state = PART_BEGINNING;
	} else if (oldest_ms > 0 && now_ms - oldest_ms > SITE_LAG_MS) {
		part.state = "catching up";
		part.light = LIGHT_AMBER;
		part.since_ms = oldest_ms;
		(void)snprintf(detail, sizeof(app->up.details[0]), "%llu wait, the oldest of %.19s",
			       (unsigned long long)backlog_of(&status),
			       civil(app, since, oldest_ms));
	}
	return part;
}

/* Items given up by all streams, and the span that they are of. */
struct loss {
	uint64_t n;
	int64_t from_ms, to_ms;
};

static struct loss loss_of(const struct forward_status *status)
{
	struct loss loss = { 0 };

	for (int class = 0; class < N_FRAME_CLASSES; class ++) {
		const struct forward_stream_status *stream = &status->streams[class];

		if (stream->given_up == 0)
			continue;
		loss.n += stream->given_up;
		if (loss.from_ms == 0 || stream->given_up_from_ms < loss.from_ms)
			loss.from_ms = stream->given_up_from_ms;
		if (stream->given_up_to_ms > loss.to_ms)
			loss.to_ms = stream->given_up_to_ms;
	}
	return loss;
}

static void note_loss(struct up *up, const struct loss *loss)
{
	if (loss->n > up->given_up)
		up->given_up_ms = clock_real_ms();
	up->given_up = loss->n;
}

struct part_health up_outbox_part(struct app *app)
{
	char *detail = app->up.details[1];
	struct part_health part = { .name = "outbox", .state = "keeping", .detail = detail };
	uint64_t keep = (uint64_t)settings_of(app)->forward.keep_bytes, bytes = 0;
	char from[CIVIL_TEXT_MAX], to[CIVIL_TEXT_MAX];
	struct forward_status status;
	struct loss loss;

	forward_get_status(app->up.forward, &status);
	for (int class = 0; class < N_FRAME_CLASSES; class ++)
		bytes += status.streams[class].bytes;
	loss = loss_of(&status);
	note_loss(&app->up, &loss);
	*detail = '\0';
	if (status.fault) {
		part.light = LIGHT_RED;
		part.state = "failed";
		(void)snprintf(detail, sizeof(app->up.details[1]), "nothing can be kept: %s",
			       strerror(-status.fault));
	} else if (loss.n > 0 && clock_real_ms() - app->up.given_up_ms < GIVEN_UP_MS) {
		part.light = LIGHT_RED;
		part.state = "gave up";
		part.since_ms = app->up.given_up_ms;
		(void)snprintf(detail, sizeof(app->up.details[1]),
			       "given up: %llu of %.19s to %.19s, because forward.keep-bytes or "
			       "keep-for was reached",
			       (unsigned long long)loss.n, civil(app, from, loss.from_ms),
			       civil(app, to, loss.to_ms));
	} else if (bytes > keep / 2 && backlog_of(&status) > 0) {
		part.light = bytes > keep / 5 * 4 ? LIGHT_RED : LIGHT_AMBER;
		part.state = "filling";
		(void)snprintf(detail, sizeof(app->up.details[1]),
			       "%llu MiB of %llu MiB are used; at the limit the oldest events are "
			       "given up",
			       (unsigned long long)(bytes >> 20), (unsigned long long)(keep >> 20));
	}
	return part;
}

void up_close(struct app *app, int64_t wait_ms)
{
	timer_stop(app->up.timer);
	app->up.forward = forward_close(app->up.forward, wait_ms);
}
