/* SPDX-License-Identifier: Apache-2.0 */
/*
 * History on the disk: closed hours leave the fold in batches, and no snapshot of the state is
 * taken before they are safe.  So whatever is killed, a batch is either in the file or comes again.
 * What happened to alerts comes again from the book's log in the snapshot, or from the journal
 * behind it.
 *
 * Without a file iocd goes on: what is live matters more.  Snapshots then do not wait, and what
 * leaves meanwhile is missing from history, which says so.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "iocd/history_log.h"
#include "parts.h"

#define DAY_MS 86400000

int past_open(struct app *app)
{
	const struct settings *settings = config_settings(app_config(app));
	const struct history_options options = {
		.file = settings->history.file,
		.journal_id = journal_id(app->journal),
		.offset_minutes = settings->offset_minutes,
		.hours_kept_days = (int)(settings->history.hours_ms / DAY_MS),
		.days_kept = (int)(settings->history.days_ms / DAY_MS),
		.units = config_units(app_config(app)),
	};
	int r = history_new(&app->history, app->loop, &options);

	if (r < 0)
		log_error("history.open",
			  "file=%s error=%s at=%s meaning=\"figures of the past are not kept\"",
			  options.file, strerror(-r), err_trace());
	else if (r == HISTORY_BROKEN)
		log_error("history.damaged",
			  "file=%s meaning=\"it was put aside and a new one begun\"", options.file);
	return 0;
}

/* Who brought the rules into force is in the journal: so a restart tells the same again. */
static void put_log(struct app *app)
{
	const struct config *config = app_config(app);
	const struct alert_context context = {
		.units = config_units(config),
		.offset_minutes = config_settings(config)->offset_minutes,
		.book = flow_book(app->flow),
		.schema = config_schema(config),
	};
	int64_t rules_ms;
	const char *by = flow_rules_by(app->flow, &rules_ms);

	history_put_transitions(app->history, flow_book(app->flow), &context);
	if (!*by || rules_ms == app->generation_ms)
		return;
	app->generation_ms = rules_ms;
	history_put_generation(app->history, flow_generation(app->flow), by, rules_ms);
}

void past_put(struct app *app, const struct flow_tick *tick)
{
	if (!app->history)
		return;
	put_log(app);
	if (tick->n_batches == 0)
		return;
	history_put(app->history, flow_indicators(app->flow), tick->batches, tick->n_batches);
	reports_note(app, tick);
}

bool past_is_settled(const struct app *app)
{
	struct history_status status;

	if (!app->history)
		return true;
	history_get_status(app->history, &status);
	return history_has_all(&status, flow_indicators(app->flow)) &&
	       history_has_log(&status, flow_book(app->flow));
}

struct part_health past_part(const struct app *app, char *detail, size_t size)
{
	struct history_status status = { .committed = 0 };
	struct part_health part = { .name = "history", .light = LIGHT_GREEN, .state = "writing" };

	part.detail = detail;
	*detail = '\0';
	if (!app->history) {
		part.light = LIGHT_RED;
		part.state = "off";
		(void)snprintf(detail, size, "history.file could not be opened; the log says why");
		return part;
	}

	history_get_status(app->history, &status);
	if (status.fault) {
		part.light = LIGHT_RED;
		part.state = "failed";
		(void)snprintf(detail, size, "%s; %" PRIu64 " batches wait", status.reason,
			       status.waiting);
	} else if (status.put_aside > 0) {
		part.light = LIGHT_AMBER;
		part.state = "begun anew";
		(void)snprintf(detail, size,
			       "the file was damaged; it stands aside as %s.damaged-*",
			       config_settings(app_config(app))->history.file);
	} else if (status.log_missing > 0) {
		part.light = LIGHT_AMBER;
		part.state = "incomplete";
		(void)snprintf(detail, size,
			       "%" PRIu64 " transitions of alerts are missing from the log",
			       status.log_missing);
	} else if (status.missing > 0) {
		part.light = LIGHT_AMBER;
		part.state = "incomplete";
		(void)snprintf(detail, size, "%" PRIu64 " batches of hours are missing",
			       status.missing);
	}
	return part;
}
