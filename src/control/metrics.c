/* SPDX-License-Identifier: Apache-2.0 */
/* Figures about iocd in Prometheus' text format 0.0.4. */
#include <inttypes.h>
#include <stdio.h>

#include "iocd/base/counter.h"
#include "metrics.h"

#define N_HANDLINGS (HANDLING_CLEARED_UNACKNOWLEDGED + 1)

void metrics_escape(struct text *text, const char *value, bool in_quotes)
{
	for (const char *at = value; *at; at++) {
		if (*at == '\\')
			text_add(text, "\\\\");
		else if (*at == '\n')
			text_add(text, "\\n");
		else if (*at == '"' && in_quotes)
			text_add(text, "\\\"");
		else
			text_add_bytes(text, at, 1);
	}
}

void metrics_head(struct text *text, const char *name, const char *type, const char *help)
{
	text_add(text, "# HELP iocd_%s ", name);
	metrics_escape(text, help, false);
	text_add(text, "\n# TYPE iocd_%s %s\n", name, type);
}

static void add_sample(struct text *text, const char *name, const char *label, const char *value)
{
	text_add(text, "iocd_%s{%s=\"", name, label);
	metrics_escape(text, value, true);
	text_add(text, "\"} ");
}

static void add_gauge(struct text *text, const char *name, const char *help, double value)
{
	metrics_head(text, name, "gauge", help);
	text_add(text, "iocd_%s ", name);
	text_add_number(text, value);
	text_add(text, "\n");
}

static void add_counters(struct text *text)
{
	char name[80];

	for (int i = 0; i < N_COUNTERS; i++) {
		(void)snprintf(name, sizeof(name), "%s_total", counter_name((enum counter)i));
		metrics_head(text, name, "counter", counter_text((enum counter)i));
		text_add(text, "iocd_%s %" PRIu64 "\n", name, counter_get((enum counter)i));
	}
}

static void add_refusals(struct text *text, const struct views *views)
{
	const struct account *all = ledger_all(views->source.ledger);

	metrics_head(text, "refused_total", "counter",
		     "events turned away, by reason, over the whole journal");
	for (int i = REASON_NONE + 1; i < N_REASONS; i++) {
		add_sample(text, "refused_total", "reason", reason_name((enum reason)i));
		text_add(text, "%" PRIu64 "\n", all->refused[i]);
	}
}

static void add_missing(struct text *text, const struct views *views)
{
	const struct schema *schema = config_schema(views->source.config);

	metrics_head(text, "feed_missing", "gauge",
		     "events that their senders have numbered and that never came, by feed");
	for (uint32_t i = 0; i < schema_n_feeds(schema); i++) {
		add_sample(text, "feed_missing", "feed", schema_feed(schema, i)->id);
		text_add(text, "%" PRIu64 "\n", dedup_missing(views->source.dedup, i));
	}
}

struct tally {
	uint64_t alerts[2][SEVERITY_CRITICAL + 1][N_HANDLINGS]; /* those over: the second half */
	uint64_t suppressed[N_SUPPRESSIONS];
};

static void count_alert(void *context, const struct alert *alert)
{
	const struct alert_machine *machine = &alert->machine;
	struct tally *tally = context;

	tally->alerts[!alert_machine_stands(machine)][machine->severity][machine->handling]++;
	for (unsigned i = 0; i < N_SUPPRESSIONS; i++)
		tally->suppressed[i] += machine->suppressed >> i & 1;
}

static void add_tally(struct text *text, const struct tally *tally)
{
	static const char *const states[] = { "standing", "over" };

	metrics_head(
		text, "alerts", "gauge",
		"alerts that stand, or are over and not acknowledged; by severity and handling");
	for (size_t i = 0; i < COUNT(states); i++)
		for (int severity = SEVERITY_WARNING; severity <= SEVERITY_CRITICAL; severity++)
			for (int k = 0; k < N_HANDLINGS; k++)
				text_add(
					text,
					"iocd_alerts{state=\"%s\",severity=\"%s\",handling=\"%s\"} "
					"%" PRIu64 "\n",
					states[i], severity_name((enum severity)severity),
					handling_name((enum handling)k),
					tally->alerts[i][severity][k]);
	metrics_head(text, "alerts_suppressed", "gauge",
		     "alerts that something keeps from being told, by what; one may count twice");
	for (unsigned i = 0; i < N_SUPPRESSIONS; i++) {
		add_sample(text, "alerts_suppressed", "by", suppression_name((enum suppression)i));
		text_add(text, "%" PRIu64 "\n", tally->suppressed[i]);
	}
}

static void add_alerts(struct text *text, const struct views *views)
{
	struct tally tally = { .suppressed = { 0 } };

	metrics_head(text, "alerts_open", "gauge", "alerts that are raised and not cleared");
	for (int i = SEVERITY_WARNING; i <= SEVERITY_CRITICAL; i++) {
		add_sample(text, "alerts_open", "severity", severity_name((enum severity)i));
		text_add(text, "%zu\n", alertbook_count(views->source.book, (enum severity)i));
	}
	alertbook_each_raised(views->source.book, count_alert, &tally);
	alertbook_each_over(views->source.book, count_alert, &tally);
	add_tally(text, &tally);
}

static void add_load(struct text *text, const struct views *views)
{
	struct workload_view view;
	struct workload_standing standing;

	if (!views->source.workload)
		return;
	workload_get(views->source.workload, &view);
	workload_count_standing(views->source.book, indicators_now_ms(views->source.indicators),
				&standing);
	add_gauge(text, "operators", "people on watch", view.operators);
	add_gauge(text, "alarms_10m", "alarms of the last ten minutes", view.last_10_min);
	add_gauge(text, "alarms_1h", "alarms of the last hour", view.last_hour);
	add_gauge(text, "alarms_today", "alarms of this local day", view.today);
	add_gauge(text, "alarm_flood", "1 while more come than people can follow", view.is_flood);
	add_gauge(text, "alerts_stale", "alerts that have stood for over a day", standing.stale);
	add_gauge(text, "alerts_chattering", "alerts that come and go all the time",
		  standing.chattering);
	add_gauge(text, "acknowledge_p50_seconds",
		  "from telling to acknowledging, this week, median",
		  (double)view.acknowledged_p50_ms / 1000);
	add_gauge(text, "acknowledge_p95_seconds", "the same for 95 of 100",
		  (double)view.acknowledged_p95_ms / 1000);
}

static void add_parts(struct text *text, const struct control_health *health)
{
	metrics_head(text, "part_light", "gauge", "0 green, 1 amber, 2 red");
	for (size_t i = 0; i < health->n_parts; i++) {
		add_sample(text, "part_light", "part", health->parts[i].name);
		text_add(text, "%d\n", (int)health->parts[i].light);
	}
}

static void add_health(struct text *text, const struct views *views)
{
	struct control_health health = { .n_parts = 0 };

	views->hooks.health(views->hooks.context, &health);
	add_parts(text, &health);
	add_gauge(text, "ready", "1 once the journal has been caught up with", health.ready);
	add_gauge(text, "start_time_seconds", "when the process started, since 1970",
		  (double)health.started_ms / 1000);
	add_gauge(text, "journal_bytes", "bytes of the journal on the disk",
		  (double)health.journal_bytes);
	add_gauge(text, "journal_unsynced_bytes", "bytes received but not yet safe on the disk",
		  (double)(health.journal_end - health.journal_synced));
	add_gauge(text, "journal_behind_bytes", "bytes received but not yet counted",
		  (double)(health.journal_end - health.folded));
	add_gauge(text, "snapshot_bytes", "size of the newest state on the disk",
		  (double)health.snapshot_bytes);
	add_gauge(text, "snapshot_pause_seconds", "how long the loop stood still for it",
		  (double)health.snapshot_pause_us / 1e6);
	add_gauge(text, "loop_stall_seconds", "longest turn of the loop within the last second",
		  (double)health.stall_us / 1e6);
	add_gauge(text, "events_per_second", "events seen, over the last ten seconds",
		  health.events_per_s);
}

void view_metrics(const struct views *views, const struct http_request *request,
		  struct http_response *response)
{
	struct text *text = &response->body;

	(void)request;
	response->content_type = "text/plain; version=0.0.4; charset=utf-8";
	metrics_head(text, "build_info", "gauge", "1, with the version as a label");
	add_sample(text, "build_info", "version", IOCD_VERSION);
	text_add(text, "1\n");
	add_counters(text);
	add_refusals(text, views);
	add_missing(text, views);
	add_alerts(text, views);
	add_load(text, views);
	add_health(text, views);
	metrics_add_sites(text, views);
	metrics_add_uplink(text, views);
	add_gauge(text, "indicators_live", "figures of a unit that have counted an event",
		  (double)indicators_live(views->source.indicators));
	add_gauge(text, "events_unaccounted",
		  "seen - accepted - refused: 0 unless one went missing",
		  (double)views_unaccounted(views));
}
