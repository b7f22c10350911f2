/* SPDX-License-Identifier: Apache-2.0 */
/* One of each part, made in order and undone from the end. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "iocd/forecast.h"
#include "iocd/frame.h"
#include "iocd/own.h"
#include "iocd/unit.h"
#include "parts.h"
#include "subscriptions.h"

#define LOCK_WAIT_MS 2000 /* for a killed predecessor that is still going */

static void on_mqtt_change(void *context)
{
	struct app *app = context;
	struct mqtt_status status;

	mqtt_get_status(intake_mqtt(app->intake), &status);
	if (status.state != MQTT_UP)
		return;
	app->was_connected = true;
	delivery_connected(app->delivery);
}

static void on_mqtt_done(void *context, uint64_t token, int reason)
{
	delivery_done(((struct app *)context)->delivery, token, reason);
}

static bool read_event(void *context, uint64_t position, struct text *json)
{
	struct app *app = context;
	CLEANUP(journal_cursor_free) struct journal_cursor *cursor = NULL;
	struct record record;

	cursor = journal_cursor_new(app->journal, position);
	if (journal_next(cursor, &record) || record.position != position ||
	    record.kind != RECORD_MESSAGE)
		return false;

	text_add(json, "\"topic\":");
	text_add_json(json, record.topic, record.topic_size);
	text_add(json, ",\"payload\":");
	if (frame_is_one(record.payload, record.payload_size))
		text_add(json, "\"(a frame of %zu bytes)\"", record.payload_size);
	else
		text_add_json(json, record.payload, record.payload_size);
	return true;
}

static int submit(void *context, const char *json, size_t size, const char *key)
{
	(void)key; /* the command has it */
	return own_append(context, OWN_TOPIC_COMMAND, json, size);
}

static bool find_command(void *context, const char *key, enum command_outcome *ret, uint32_t *ret_n)
{
	return flow_find_command(((struct app *)context)->flow, key, ret, ret_n);
}

static int diff(void *context, const char *directory, struct text *json)
{
	const struct app *app = context;
	const struct config_overrides overrides = { .pairs = app->args->set,
						    .n_pairs = app->args->n_set };
	const struct trial_now now = {
		.flow = app->flow,
		.config = app->configs[0],
		.overrides = &overrides,
	};

	return trial_diff(json, &now, directory);
}

static int open_journal(struct app *app)
{
	const struct settings *settings = config_settings(app_config(app));
	const struct journal_options options = {
		.directory = settings->journal.directory,
		.segment_bytes = (uint64_t)settings->journal.segment_bytes,
		.mode = strcmp(settings->journal.sync, "each") == 0 ? JOURNAL_EACH
								    : JOURNAL_INTERVAL,
		.lock_wait_ms = LOCK_WAIT_MS,
	};
	struct journal_recovery recovery;
	int r;

	r = journal_open(&app->journal, &options, &recovery);
	if (r == JOURNAL_HELD)
		log_error("journal.held", "directory=%s another iocd runs with this journal",
			  options.directory);
	else if (r == JOURNAL_CORRUPT)
		log_error("journal.corrupt", "%s; %s", recovery.where, REPAIR_ADVICE);
	else if (r < 0)
		log_error("journal.open", "directory=%s error=%s at=%s", options.directory,
			  strerror(-r), err_trace());
	if (r)
		return r < 0 ? err_pass(r) : err_raise(-EBUSY);

	if (recovery.cut_bytes > 0)
		log_warning("journal.torn", "cut=%llu bytes of an unfinished last record",
			    (unsigned long long)recovery.cut_bytes);
	app->clock_ms = recovery.last_arrival_ms;
	r = up_open(app);
	if (!r)
		r = state_open(app, &recovery);
	if (!r)
		up_offer(app);
	return err_pass(r);
}

struct alert_context app_context(const struct app *app)
{
	return (struct alert_context){
		.units = config_units(app_config(app)),
		.offset_minutes = config_settings(app_config(app))->offset_minutes,
		.book = flow_book(app->flow),
		.schema = config_schema(app_config(app)),
	};
}

static int make_intake(struct app *app)
{
	const struct settings *settings = config_settings(app_config(app));
	const struct mqtt_hooks hooks = { .context = app,
					  .change = on_mqtt_change,
					  .done = on_mqtt_done };
	struct subscriptions subscriptions;
	struct mqtt_options options;
	char *password = NULL;
	int r;

	r = mqtt_options_from(&options, settings, &password);
	options.had_session = journal_end(app->journal) > 0;
	subscriptions_init(&subscriptions, app_config(app));
	options.filters = subscriptions.list;
	options.n_filters = subscriptions.n;
	if (!r)
		r = intake_new(&app->intake, app->loop, &options, app->journal, &hooks);
	subscriptions_fini(&subscriptions);
	free(password);
	return err_pass(r);
}

static int make_store(struct app *app)
{
	const struct store_source source = {
		.context = app_context(app),
		.indicators = flow_indicators(app->flow),
		.book = flow_book(app->flow),
		.deadletter = flow_deadletter(app->flow),
	};
	struct store_options options;
	char *password;
	int r;

	r = store_options_from(&options, config_settings(app_config(app)), &password);
	if (r)
		return err_pass(r);

	options.journal_id = journal_id(app->journal);
	r = store_new(&app->store, app->loop, &options, &source);
	free(password);
	return err_pass(r);
}

static void make_delivery(struct app *app)
{
	const struct settings *settings = config_settings(app_config(app));
	CLEANUP_TEXT struct text file = { 0 };
	CLEANUP_TEXT struct text receivers = { 0 };
	const struct delivery_source source = { .context = app_context(app),
						.book = flow_book(app->flow) };

	text_add(&file, "%s/told", settings->journal.directory);
	text_add(&receivers, "%s/receivers", settings->journal.directory);
	app->delivery = delivery_new(
		&(struct delivery_options){
			.prefix = settings->mqtt.prefix,
			.file = text_get(&file),
			.journal_id = journal_id(app->journal),
			.receivers_file = text_get(&receivers),
			.instance = settings->instance,
			.timeout_ms = settings->delivery.timeout_ms,
			.loop = app->loop,
			.web = app->web,
		},
		&source);
	app->canary = canary_new(&(struct canary_options){
		.prefix = settings->mqtt.prefix,
		.unit = units_at(config_units(app_config(app)), 0)->id,
		.first = (uint64_t)clock_real_ms(),
		.every_ms = settings->canary.every_ms,
	});
}

static int start_backtest(void *context, const char *by, uint32_t days)
{
	return backtests_start(((struct app *)context)->backtests, by, days);
}

static bool stop_backtest(void *context)
{
	return backtests_stop(((struct app *)context)->backtests);
}

static void get_backtest(void *context, struct control_backtest *ret)
{
	backtests_get(((struct app *)context)->backtests, ret);
}

static int make_backtests(struct app *app)
{
	app->backtests = backtests_new(
		app->loop, &(struct backtests_options){
				   .directory = app->args->directory,
				   .journal = config_settings(app_config(app))->journal.directory,
				   .overrides = &app->overrides,
				   .now = app->configs[0],
			   });
	return 0;
}

static int make_people(struct app *app)
{
	app->people = people_new(app->loop, app_config(app));
	return 0;
}

static struct control_access access_of(const struct app *app)
{
	const struct settings *settings = config_settings(app_config(app));

	return (struct control_access){
		.users = people_users(app->people),
		.sessions = people_sessions(app->people),
		.options = { .idle_ms = settings->console.idle_ms,
			     .longest_ms = settings->console.longest_ms },
		.origin = settings->console.origin,
		.second_factor = access_find_role(settings->console.second_factor),
	};
}

static int make_control(struct app *app)
{
	const struct settings *settings = config_settings(app_config(app));
	const struct http_options options = {
		.socket = settings->http.socket,
		.address = *settings->http.address ? settings->http.address : NULL,
		.port = settings->http.port,
	};
	const struct control_source source = {
		.access = access_of(app),
		.context = app_context(app),
		.indicators = flow_indicators(app->flow),
		.rules = flow_rules(app->flow),
		.book = flow_book(app->flow),
		.ledger = flow_ledger(app->flow),
		.deadletter = flow_deadletter(app->flow),
		.dedup = flow_dedup(app->flow),
		.clocks = flow_clocks(app->flow),
		.contracts = flow_contracts(app->flow),
		.trackers = flow_trackers(app->flow),
		.keyed = flow_keyed(app->flow),
		.sequences = flow_sequences(app->flow),
		.findings = flow_findings(app->flow),
		.workload = flow_workload(app->flow),
		.sites = flow_sites(app->flow),
		.history = app->history,
		.config = app_config(app),
	};
	const struct control_hooks hooks = {
		.context = app,
		.health = health_fill,
		.reload = app_reload,
		.submit = submit,
		.find_command = find_command,
		.diff = diff,
		.read_event = read_event,
		.read_report = reports_read_before,
		.uplink = up_get_status,
		.rules_state = rules_tell,
		.start_backtest = start_backtest,
		.stop_backtest = stop_backtest,
		.backtest = get_backtest,
	};
	int r;

	r = control_new(&app->control, app->loop, &options, &source, &hooks);
	if (r)
		log_error("control.listen", "socket=%s error=%s", options.socket, strerror(-r));
	return err_pass(r);
}

static int loop_part(struct app *app)
{
	return loop_new(&app->loop);
}

static int delivery_part(struct app *app)
{
	int r = web_new(&app->web, app->loop, NULL);

	if (r) {
		log_warning("web.new", "error=%s meaning=\"receivers are not told\"", strerror(-r));
		app->web = NULL;
	}
	make_delivery(app);
	return 0;
}

int app_new(struct app **ret, struct config *config, const struct args *args)
{
	/* In this order they are made; app_free() undoes it from the end. */
	static const struct {
		const char *name;
		int (*make)(struct app *app);
	} parts[] = {
		{ "loop", loop_part },         { "journal", open_journal },
		{ "history", past_open },      { "handles", app_make_handles },
		{ "intake", make_intake },     { "store", make_store },
		{ "delivery", delivery_part }, { "backtests", make_backtests },
		{ "people", make_people },     { "control", make_control },
	};
	CLEANUP(app_free) struct app *app = xcalloc(1, sizeof(*app));
	int r;

	app->args = args;
	app->overrides = (struct config_overrides){ .pairs = args->set, .n_pairs = args->n_set };
	app->configs = xcalloc(1, sizeof(struct config *));
	app->configs[app->n_configs++] = config;
	health_start(app);

	for (size_t i = 0; i < COUNT(parts); i++) {
		r = parts[i].make(app);
		if (r) {
			log_error("iocd.cannot_start", "part=%s error=%s at=%s", parts[i].name,
				  strerror(-r), err_trace());
			return r;
		}
	}

	*ret = app;
	app = NULL;
	return 0;
}

struct app *app_free(struct app *app)
{
	if (!app)
		return NULL;

	snapshots_free(app->state.snapshots);
	history_close(app->history); /* first: it still answers what control asked */
	control_close(app->control);
	backtests_free(app->backtests);
	delivery_free(app->delivery);
	forward_close(app->up.forward, 0);
	downlink_free(app->up.downlink);
	timer_close(app->up.timer);
	canary_free(app->canary);
	web_close(app->web);
	store_close(app->store);
	intake_close(app->intake, 0);
	timer_close(app->second);
	timer_close(app->idle);
	wake_close(app->synced);
	journal_free(app->journal);
	flow_free(app->flow);
	loop_free(app->loop);
	people_free(app->people);
	while (app->n_configs > 0)
		config_free(app->configs[--app->n_configs]);
	free(app->configs);
	text_fini(&app->reloaded.report);
	free(app);
	return NULL;
}
