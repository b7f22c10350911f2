/* SPDX-License-Identifier: Apache-2.0 */
#include "app.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/clock.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "iocd/flow_options.h"
#include "iocd/history_audit.h"
#include "notify.h"
#include "parts.h"

#define TURN_NS           4000000 /* how long one turn of the loop may carry records */
#define TURN_RECORDS      64      /* between two looks at the clock, if no tick comes before */
#define LEAVE_WITHIN_MS   2000    /* for the last publications at the end */
#define PROGRESS_EVERY_NS 1000000000

const struct config *app_config(const struct app *app)
{
	return app->configs[app->in_force];
}

int64_t app_now_ms(struct app *app)
{
	int64_t now = clock_real_ms();

	if (now > app->clock_ms)
		app->clock_ms = now;
	return app->clock_ms;
}

/* Hands on what the fold has brought about. */
static void post(struct app *app)
{
	uint64_t last = alertbook_last(flow_book(app->flow));

	rules_follow(app);
	control_note_carried(app->control, flow_position(app->flow), flow_generation(app->flow));
	up_post(app);
	if (last == app->posted)
		return;

	app->posted = last;
	delivery_post(app->delivery);
	control_post(app->control);
}

static void end(struct app *app, int status)
{
	app->status = status;
	loop_stop(app->loop);
}

static void fail(struct app *app, const char *what, int fault)
{
	log_error("iocd.failed", "part=%s error=%s at=%s", what, strerror(-fault), err_trace());
	end(app, EXIT_FAILURE);
}

static void fail_corrupt(struct app *app)
{
	log_error("journal.corrupt", "%s; %s", flow_where(app->flow), REPAIR_ADVICE);
	end(app, EXIT_FAILURE);
}

void app_await_time(struct app *app)
{
	int64_t due_ms = flow_due_ms(app->flow);
	int64_t now = app_now_ms(app);
	int64_t delay_ms = FLOW_IDLE_MS;

	if (due_ms < now + delay_ms)
		delay_ms = due_ms > now ? due_ms - now : 0;
	timer_start(app->idle, delay_ms, 0);
}

/* While nothing arrives, time passes by records that say only that.  They are synced before anybody
 * sees what they brought about, like all others; then carry() awaits the next. */
static void pass_idle_time(void *context)
{
	const struct record record = { .kind = RECORD_TIME };
	struct app *app = context;
	int64_t now = app_now_ms(app);
	int r;

	timer_start(app->idle, FLOW_IDLE_MS, 0);
	if (journal_end(app->journal) > flow_position(app->flow))
		return;
	if (now < flow_due_ms(app->flow)) {
		app_await_time(app);
		return;
	}

	r = journal_append(app->journal, &record, now);
	if (r < 0 && !app->is_timeless)
		log_warning("journal.time", "error=%s meaning=\"time stands still\"", strerror(-r));
	app->is_timeless = r < 0;
}

/* Carries a few records; a tick may be as long as all of them, so it is the last. */
static int carry_some(struct app *app)
{
	int64_t tick_ms = flow_tick_ms(app->flow);
	int r = 0;

	for (int i = 0; r == 0 && i < TURN_RECORDS && flow_tick_ms(app->flow) == tick_ms; i++)
		r = flow_step(app->flow);
	return r;
}

/* Carries what is synced, but gives the loop its turn when there is much. */
static void carry(void *context)
{
	struct app *app = context;
	int64_t until_ns = clock_mono_ns() + TURN_NS;
	int r;

	if (journal_fault(app->journal)) {
		fail(app, "journal", journal_fault(app->journal));
		return;
	}

	do
		r = carry_some(app);
	while (r == 0 && clock_mono_ns() < until_ns);

	if (r == FLOW_CORRUPT) {
		fail_corrupt(app);
		return;
	}
	if (r < 0) {
		fail(app, "fold", r);
		return;
	}
	post(app);
	if (journal_is_tight(app->journal) && !app->space.is_short)
		space_tick(app); /* a second may be too long for what room there is */
	if (r == 0)
		wake_send(app->synced);
	else
		app_await_time(app);
}

/* Before control looks at who may see what. */
static void tick_people(struct app *app)
{
	if (!people_tick(app->people, clock_mono_ms()))
		return;

	control_replace_users(app->control, people_users(app->people));
	if (app->history && *people_changes(app->people))
		history_put_audit(app->history, &(struct history_audit){
							.time_ms = clock_real_ms(),
							.who = "",
							.role = "",
							.from = "",
							.what = "users.changed",
							.unit = "",
							.about = "",
							.outcome = "done",
							.detail = people_changes(app->people),
							.key = "",
						});
}

static void every_second(void *context)
{
	struct app *app = context;

	space_tick(app);
	state_tick(app);
	reports_tick(app);
	worst_tick(app);
	health_tick(app);
	delivery_post(app->delivery);
	if (app->was_connected) /* before that nothing could come back */
		canary_tick(app->canary, intake_mqtt(app->intake), clock_mono_ms(),
			    clock_real_ms());
	tick_people(app);
	control_tick(app->control);
	notify_alive();
}

/* A canary is round when the fold has carried it. */
static void canary_follow(struct app *app)
{
	uint64_t n_canaries, n;
	const char *payload = flow_canary(app->flow, &n_canaries);

	if (n_canaries == app->n_canaries)
		return;
	app->n_canaries = n_canaries;
	if (canary_read(payload, strlen(payload), &n) == 0)
		canary_returned(app->canary, n, clock_mono_ms());
}

static void on_synced(void *context)
{
	wake_send(((struct app *)context)->synced);
}

static void on_tick(void *context, const struct flow_tick *tick)
{
	struct app *app = context;

	if (app->store)
		store_post(app->store, tick->changes, tick->n_changes, tick->position);
	past_put(app, tick);
	up_put(app, tick);
	canary_follow(app);
	state_consider(app, tick->position);
}

/* Names our numbering of orders to sites: by the journal, with which it begins anew. */
static uint64_t orders_of(const struct journal *journal)
{
	char digits[16 + 1];

	(void)snprintf(digits, sizeof(digits), "%.16s", journal_id(journal));
	return strtoull(digits, NULL, 16);
}

int state_new_flow(struct app *app)
{
	struct flow_options options;

	app->flow = flow_free(app->flow);
	flow_options_from(&options, app->configs[0]);
	options.read_rules = rules_read;
	options.rules_context = app;
	options.journal = app->journal;
	options.position = app->state.first;
	options.sites.orders = orders_of(app->journal);
	options.event_fn = up_put_event;
	options.event_context = app;
	return err_pass(flow_new(&app->flow, &options, on_tick, app));
}

static void on_end_signal(void *context)
{
	end(context, EXIT_SUCCESS);
}

static void on_reload_signal(void *context)
{
	CLEANUP_TEXT struct text report = { 0 };
	struct control_reload ignored;

	(void)app_reload(context, "SIGHUP", &report, &ignored);
	fputs(text_get(&report), stderr);
}

int app_make_handles(struct app *app)
{
	int r;

	app->synced = wake_new(app->loop, carry, app);
	app->idle = timer_new(app->loop, pass_idle_time, app);
	app->second = timer_new(app->loop, every_second, app);

	r = loop_on_signal(app->loop, SIGTERM, on_end_signal, app);
	if (!r)
		r = loop_on_signal(app->loop, SIGINT, on_end_signal, app);
	if (!r)
		r = loop_on_signal(app->loop, SIGHUP, on_reload_signal, app);
	return err_pass(r);
}

/* Carries everything that is in the journal, before anything new comes in.  Says how far it is. */
static int catch_up(struct app *app)
{
	uint64_t first = flow_position(app->flow);
	uint64_t end = journal_end(app->journal);
	int64_t started_ns = clock_mono_ns(), told_ns = started_ns, now_ns = started_ns;
	uint64_t n = 0;
	int r;

	while ((r = flow_step(app->flow)) == 0) {
		if (++n % 1024)
			continue;

		now_ns = clock_mono_ns();
		if (now_ns - told_ns >= PROGRESS_EVERY_NS) {
			double done =
				(double)(flow_position(app->flow) - first) / (double)(end - first);
			double left_s = (double)(now_ns - started_ns) / 1e9 * (1 - done) / done;

			told_ns = now_ns;
			log_info("journal.catching_up", "done=%.0f%% left=%.0fs", done * 100,
				 left_s);
			notify_status("catching up with the journal: %.0f %%, %.0f s left",
				      done * 100, left_s);
			notify_alive();
		}
	}
	if (r == FLOW_CORRUPT) {
		log_error("journal.corrupt", "%s; %s", flow_where(app->flow), REPAIR_ADVICE);
		return err_raise(-EBADMSG);
	}
	if (r < 0) {
		log_error("journal.catch_up", "error=%s at=%s", strerror(-r), err_trace());
		return r;
	}

	log_info("journal.caught_up", "records=%llu seconds=%.2f", (unsigned long long)n,
		 (double)(clock_mono_ns() - started_ns) / 1e9);
	return 0;
}

static int start(struct app *app)
{
	int r;

	r = catch_up(app);
	if (!r)
		r = journal_start(app->journal, on_synced, app);
	if (r)
		return err_pass(r);

	rules_follow(app);
	rules_record(app);
	app->posted = alertbook_last(flow_book(app->flow));
	control_post(app->control); /* or who has seen those already would have to begin anew */
	delivery_replace_rules(app->delivery, flow_rules(app->flow));
	delivery_start(app->delivery, intake_mqtt(app->intake));
	store_post(app->store, NULL, 0, flow_position(app->flow));
	store_start(app->store);
	intake_start(app->intake);
	up_start(app);
	app_await_time(app);
	timer_start(app->second, 0, 1000);
	app->ready = true;
	notify_ready();
	log_info("iocd.ready", "version=%s config=%s socket=%s", IOCD_VERSION, app->args->directory,
		 config_settings(app_config(app))->http.socket);
	return 0;
}

/* What came in before the connection was closed is in the journal; what of it is synced by then is
 * still carried, the rest at the next start. */
static void stop(struct app *app)
{
	notify_stopping();
	log_info("iocd.stopping", "status=%d", app->status);
	timer_stop(app->idle);
	timer_stop(app->second);
	app->state.snapshots = snapshots_free(app->state.snapshots);
	up_close(app, LEAVE_WITHIN_MS);
	intake_close(app->intake, LEAVE_WITHIN_MS);
	app->intake = NULL;
}

int app_run(struct app *app)
{
	int r;

	r = start(app);
	if (r) {
		log_error("iocd.cannot_start", "error=%s at=%s", strerror(-r), err_trace());
		return EXIT_FAILURE;
	}

	loop_run(app->loop);
	stop(app);
	return app->status;
}
