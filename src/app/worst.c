/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The review list of each week: the rules that gave the most alarms, as
 * <reports.directory>/worst-ten/<week>.csv, when the week is over.
 */
#include <stdio.h>
#include <string.h>

#include "iocd/base/counter.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "parts.h"

#define DIRECTORY "worst-ten"

/* RFC 4180. */
static void add_field(struct text *text, const char *field)
{
	text_add(text, ",\"");
	for (; *field; field++)
		text_add_bytes(text, *field == '"' ? "\"\"" : field, *field == '"' ? 2 : 1);
	text_add(text, "\"");
}

static void add_rule(struct text *text, const struct app *app, const char *week, uint32_t place,
		     const struct workload_rule *worst)
{
	const struct rules *rules = flow_rules(app->flow);
	uint32_t number = rules_find(rules, worst->id, strlen(worst->id));
	const struct rule *rule = number == UINT32_MAX ? NULL : rules_at(rules, number);

	text_add(text, "%s,%u", week, place);
	add_field(text, worst->id);
	add_field(text, rule ? rule->title_vi : "");
	add_field(text, rule ? rule->title_en : "");
	text_add(text, ",%u,%u,%u,%u\r\n", worst->alarms, worst->critical, worst->chatters,
		 worst->unseen);
}

static int write_week(struct app *app, const char *directory, const char *path, const char *week)
{
	struct workload_rule worst[WORKLOAD_WORST];
	uint32_t n = workload_worst(flow_workload(app->flow), 1, worst, WORKLOAD_WORST);
	CLEANUP_TEXT struct text text = { 0 };
	int r;

	if (n == 0)
		return 0;
	text_add(&text, "week,place,rule,title_vi,title_en,alarms,critical,chatters,unseen\r\n");
	for (uint32_t i = 0; i < n; i++)
		add_rule(&text, app, week, i + 1, &worst[i]);
	r = disk_make_directory(directory);
	if (!r)
		r = reports_write_file(path, &text, true);
	if (r)
		return err_pass(r);
	counter_add(COUNTER_reports_made, 1);
	log_info("report.made", "report=" DIRECTORY " period=%s", week);
	return 0;
}

static bool is_there(const char *path)
{
	int file;

	if (disk_open_read(&file, path))
		return false;
	disk_close(file);
	return true;
}

void worst_tick(struct app *app)
{
	const struct settings *settings = config_settings(app_config(app));
	int64_t tick_ms = flow_tick_ms(app->flow);
	CLEANUP_TEXT struct text directory = { 0 };
	CLEANUP_TEXT struct text path = { 0 };
	struct report_period week;
	int r;

	if (!app->ready || tick_ms == 0)
		return;
	report_last_period(&week, REPORT_WEEK, tick_ms, settings->offset_minutes);
	if (strcmp(week.name, app->reporting.worst_week) == 0)
		return;

	(void)snprintf(app->reporting.worst_week, sizeof(week.name), "%s", week.name);
	text_add(&directory, "%s/" DIRECTORY, settings->reports.directory);
	text_add(&path, "%s/%s.csv", text_get(&directory), week.name);
	if (is_there(text_get(&path)))
		return;
	r = write_week(app, text_get(&directory), text_get(&path), week.name);
	if (r)
		log_warning("report.failed", "report=" DIRECTORY " period=%s error=%s", week.name,
			    strerror(-r));
}
