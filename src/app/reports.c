/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports on schedule: <reports.directory>/<report>/<period>.{json,csv,vi.html,en.html}.
 *
 * Whether a period's report is there is seen from its JSON alone, so a report that was missed while
 * iocd was away is made as soon as it is back.  Reports of periods that something came late for are
 * worked out again when it has left for history: other figures make a revision.  So are, once an
 * hour, those of the last two, whatever happened.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "parts.h"

#define REPORT_BYTES_MAX (16u << 20)
#define LOOK_EVERY_MS    60000
#define AGAIN_EVERY_MS   3600000
#define SETTLED_MS       1000 /* without a change: hours leave in several ticks */
#define REVISED_MAX      31   /* periods of a report that are made again at once */
#define WAITING_MAX      (HISTORY_QUESTIONS_MAX / 2 - REVISED_MAX) /* before another report */
#define MINUTE_MS        60000

/* One report on its way. */
struct making {
	struct app *app;
	const struct report_plan *plan;
	struct report_period period;
	int64_t *look_ms; /* when to look at it next */
};

static void path_of(struct text *path, const struct app *app, const struct report_plan *plan,
		    const struct report_period *period, const char *form)
{
	text_add(path, "%s/%s/%s.%s", config_settings(app_config(app))->reports.directory, plan->id,
		 period->name, form);
}

bool reports_read_before(void *context, const struct report_plan *plan,
			 const struct report_period *period, struct text *ret)
{
	CLEANUP_TEXT struct text path = { 0 };
	char *bytes;
	size_t size;

	path_of(&path, context, plan, period, "json");
	if (disk_read_file(text_get(&path), REPORT_BYTES_MAX, &bytes, &size))
		return false;
	text_add_bytes(ret, bytes, size);
	free(bytes);
	return true;
}

/* A file is whole or not there under its name.  Only the JSON waits for the disk: it is what says
 * that a report was made, and the others can be made again. */
int reports_write_file(const char *path, const struct text *text, bool synced)
{
	CLEANUP_TEXT struct text draft = { 0 };
	int file;
	int r;

	text_add(&draft, "%s.new", path);
	r = disk_remove(text_get(&draft)); /* of a process that was killed */
	if (!r || r == -ENOENT)
		r = disk_create(&file, text_get(&draft));
	if (r)
		return err_pass(r);
	r = disk_write(file, text_get(text), text->size, 0);
	if (!r && synced)
		r = disk_sync(file);
	disk_close(file);
	if (!r)
		r = disk_rename(text_get(&draft), path);
	return r ? err_pass(r) : 0;
}

static int write_form(const struct making *making, const struct report_table *table,
		      const char *form)
{
	CLEANUP_TEXT struct text path = { 0 };
	CLEANUP_TEXT struct text text = { 0 };

	if (strcmp(form, "csv") == 0)
		report_csv(&text, table, UNIT_NONE);
	else if (strcmp(form, "json") == 0)
		report_json(&text, table, UNIT_NONE);
	else
		report_html(&text, table, UNIT_NONE, strcmp(form, "vi.html") == 0);
	path_of(&path, making->app, making->plan, &making->period, form);
	return reports_write_file(text_get(&path), &text, strcmp(form, "json") == 0);
}

/* The JSON comes last: it says that the others are there. */
static int write_all(const struct making *making, const struct report_table *table)
{
	static const char *const forms[] = { "csv", "vi.html", "en.html", "json" };
	CLEANUP_TEXT struct text directory = { 0 };
	int r;

	text_add(&directory, "%s/%s", config_settings(app_config(making->app))->reports.directory,
		 making->plan->id);
	r = disk_make_directory(text_get(&directory));
	for (size_t i = 0; i < COUNT(forms) && !r; i++)
		r = write_form(making, table, forms[i]);
	return r ? err_pass(r) : 0;
}

static void tell(const struct making *making, const char *reason)
{
	struct reporting *reporting = &making->app->reporting;

	if (strcmp(reporting->reason, reason) != 0)
		log_warning("report.failed", "report=%s period=%s error=%s", making->plan->id,
			    making->period.name, reason);
	(void)snprintf(reporting->reason, sizeof(reporting->reason), "%s", reason);
}

static void put_down(const struct making *making, struct report_table *table)
{
	CLEANUP_TEXT struct text before = { 0 };
	struct app *app = making->app;
	bool was_made = reports_read_before(app, making->plan, &making->period, &before);
	int r;

	if (!report_table_finish(table, was_made ? text_get(&before) : NULL, before.size,
				 clock_real_ms())) {
		app->reporting.reason[0] = '\0';
		return;
	}
	if (!was_made && table->n_silent == table->n_rows) { /* nothing was watched then */
		*making->look_ms = clock_mono_ms() + AGAIN_EVERY_MS;
		return;
	}

	r = write_all(making, table);
	if (r) {
		tell(making, strerror(-r));
		return;
	}
	log_info("report.made", "report=%s period=%s revision=%u silent=%u", making->plan->id,
		 making->period.name, table->revision, table->n_silent);
	counter_add(COUNTER_reports_made, 1);
	app->reporting.reason[0] = '\0';
}

static void on_table(void *context, struct report_table *table, const char *reason)
{
	struct making *making = context;

	making->app->reporting.n_waiting--;
	if (table)
		put_down(making, table);
	else
		tell(making, reason);
	free(making);
}

static void make(struct app *app, const struct report_plan *plan,
		 const struct report_period *period, int64_t *look_ms)
{
	struct making *making = xcalloc(1, sizeof(*making));
	struct history_report wanted = {
		.plan = plan,
		.units = config_units(app_config(app)),
		.indicators = flow_indicators(app->flow),
		.period = *period,
		.offset_minutes = config_settings(app_config(app))->offset_minutes,
	};
	uint32_t n;

	wanted.list = config_indicators(app_config(app), &n);
	*making = (struct making){ app, plan, *period, look_ms };
	app->reporting.n_waiting++;
	history_ask_report(app->history, &wanted, on_table, making);
}

static bool is_made(const struct app *app, const struct report_plan *plan,
		    const struct report_period *period)
{
	CLEANUP_TEXT struct text path = { 0 };
	int file;

	path_of(&path, app, plan, period, "json");
	if (disk_open_read(&file, text_get(&path)))
		return false;
	disk_close(file);
	return true;
}

/* Makes the reports that were made before of period and of those in front of it, back to since_ms.
 */
static void make_again(struct app *app, const struct report_plan *plan, struct report_period period,
		       int64_t since_ms, int64_t *look_ms)
{
	int offset_minutes = config_settings(app_config(app))->offset_minutes;

	for (int i = 0; i < REVISED_MAX && period.to_ms > since_ms; i++) {
		if (is_made(app, plan, &period))
			make(app, plan, &period, look_ms);
		report_last_period(&period, plan->every, period.from_ms, offset_minutes);
	}
}

static void look_at(struct app *app, uint32_t i, const struct report_plan *plan)
{
	struct reporting *reporting = &app->reporting;
	int offset_minutes = config_settings(app_config(app))->offset_minutes;
	int64_t due_ms = clock_real_ms() - (int64_t)plan->at_minute * MINUTE_MS;
	int64_t since_ms = reporting->since_ms[i] ? reporting->since_ms[i] : INT64_MAX;
	int64_t now_ms = clock_mono_ms();
	struct report_period last;

	report_last_period(&last, plan->every, due_ms, offset_minutes);
	if (now_ms >= reporting->again_ms[i]) {
		reporting->again_ms[i] = now_ms + AGAIN_EVERY_MS;
		if (since_ms >= last.from_ms)
			since_ms = last.from_ms - 1; /* the one before as well */
	}
	reporting->since_ms[i] = 0;
	reporting->look_ms[i] = now_ms + LOOK_EVERY_MS;
	if (!is_made(app, plan, &last))
		make(app, plan, &last, &reporting->look_ms[i]);
	make_again(app, plan, last, since_ms, &reporting->look_ms[i]);
}

void reports_note(struct app *app, const struct flow_tick *tick)
{
	struct reporting *reporting = &app->reporting;
	int32_t first = INT32_MAX;

	for (size_t i = 0; i < tick->n_batches; i++)
		for (size_t k = 0; k < tick->batches[i].n; k++)
			if (tick->batches[i].cells[k].hour < first)
				first = tick->batches[i].cells[k].hour;

	for (uint32_t i = 0; i < REPORT_PLANS_MAX; i++)
		if (!reporting->since_ms[i] || first * (int64_t)HOUR_MS < reporting->since_ms[i])
			reporting->since_ms[i] = first * (int64_t)HOUR_MS;
	reporting->changed_ms = clock_mono_ms();
}

/* Hours that are not over for the report change nothing that was made: looking is cheap. */
void reports_tick(struct app *app)
{
	struct reporting *reporting = &app->reporting;
	int64_t now_ms = clock_mono_ms();
	bool is_settled = now_ms - reporting->changed_ms >= SETTLED_MS;
	const struct report_plan *plans;
	uint32_t n;

	plans = config_reports(app_config(app), &n);
	if (!app->history)
		return;

	for (uint32_t i = 0; i < n && reporting->n_waiting <= WAITING_MAX; i++)
		if (now_ms >= reporting->again_ms[i] || now_ms >= reporting->look_ms[i] ||
		    (reporting->since_ms[i] && is_settled))
			look_at(app, i, &plans[i]);
}

struct part_health reports_part(const struct app *app)
{
	const struct reporting *reporting = &app->reporting;
	bool failed = reporting->reason[0];

	return (struct part_health){
		.name = "reports",
		.light = failed ? LIGHT_RED : LIGHT_GREEN,
		.state = failed ? "failed" : "made",
		.detail = reporting->reason,
	};
}
