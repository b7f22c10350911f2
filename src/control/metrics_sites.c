/* SPDX-License-Identifier: Apache-2.0 */
/* Those who forward to us, and the way up, for Prometheus. */
#include <inttypes.h>
#include <math.h>

#include "iocd/unit.h"
#include "metrics.h"
#include "sites.h"

/* ---- sites ---- */

static double is_up(const struct site_view *view)
{
	return !view->is_lost && view->heard_ms > 0;
}

static double is_lagging(const struct site_view *view)
{
	return view->is_lagging;
}

static double is_old(const struct site_view *view)
{
	return view->is_old;
}

static double heard_s(const struct site_view *view)
{
	return (double)view->heard_ms / 1000;
}

static double skew_s(const struct site_view *view)
{
	return view->beat_ms ? (double)view->skew_ms / 1000 : (double)NAN;
}

static double orders(const struct site_view *view)
{
	return (double)view->orders;
}

static double backlog(const struct site_view *view, int class)
{
	return (double)view->beat.streams[class].backlog;
}

static double oldest_s(const struct site_view *view, int class)
{
	return (double)view->beat.streams[class].oldest_ms / 1000;
}

static double missing(const struct site_view *view, int class)
{
	return (double)view->streams[class].missing;
}

static double items(const struct site_view *view, int class)
{
	return (double)view->streams[class].taken;
}

static double repeats(const struct site_view *view, int class)
{
	return (double)view->streams[class].repeats;
}

static double resets(const struct site_view *view, int class)
{
	return (double)view->streams[class].resets;
}

static double given_up(const struct site_view *view, int class)
{
	return (double)view->streams[class].given_up;
}

/* Of a site as a whole, or of each of its streams. */
struct site_metric {
	const char *name, *type, *help;
	double (*of_site)(const struct site_view *view);
	double (*of_stream)(const struct site_view *view, int class);
};

static const struct site_metric site_metrics[] = {
	{ "site_up", "gauge", "1 if the site is heard, 0 if it is lost, or never was", is_up,
	  NULL },
	{ "site_lagging", "gauge", "1 if what the site keeps for us waits for long", is_lagging,
	  NULL },
	{ "site_out_of_date", "gauge", "1 if its version or what it counts is not as ours", is_old,
	  NULL },
	{ "site_heard_timestamp_seconds", "gauge", "when it was heard last, since 1970; 0: never",
	  heard_s, NULL },
	{ "site_skew_seconds", "gauge", "its clock less ours, at its last heartbeat", skew_s,
	  NULL },
	{ "site_orders", "gauge", "orders of people here that wait for the site", orders, NULL },
	{ "site_backlog", "gauge", "items that it keeps for us without a receipt, as it said last",
	  NULL, backlog },
	{ "site_oldest_timestamp_seconds", "gauge",
	  "when the oldest of them was recorded, since 1970; 0: none", NULL, oldest_s },
	{ "site_missing", "gauge", "items of the site that are missing while later ones are here",
	  NULL, missing },
	{ "site_items_total", "counter", "items that came from the site, repeats not counted", NULL,
	  items },
	{ "site_repeats_total", "counter", "items that came once more, and did not count", NULL,
	  repeats },
	{ "site_resets_total", "counter", "times that its outbox began anew", NULL, resets },
	{ "site_given_up_total", "counter", "items that will never come", NULL, given_up },
};

static void add_site_sample(struct text *text, const struct views *views,
			    const struct site_metric *metric, const struct site_view *view,
			    int class)
{
	double value = metric->of_site ? metric->of_site(view) : metric->of_stream(view, class);

	if (!isfinite(value))
		return;
	text_add(text, "iocd_%s{unit=\"", metric->name);
	metrics_escape(text, units_at(views->source.context.units, view->unit)->id, true);
	text_add(text, "\",sender=\"");
	metrics_escape(text, view->sender, true);
	if (metric->of_stream)
		text_add(text, "\",stream=\"%s", frame_class_name((enum frame_class) class));
	text_add(text, "\"} ");
	text_add_number(text, value);
	text_add(text, "\n");
}

static void add_site(struct text *text, const struct views *views, const struct site_metric *metric,
		     const struct site_view *view)
{
	if (metric->of_site) {
		add_site_sample(text, views, metric, view, 0);
		return;
	}
	for (int i = 0; i < N_FRAME_CLASSES; i++)
		if (view->streams[i].is_known || view->beat.streams[i].is_kept)
			add_site_sample(text, views, metric, view, i);
}

void metrics_add_sites(struct text *text, const struct views *views)
{
	const struct sites *sites = views->source.sites;

	if (!sites || sites_count(sites) == 0)
		return;
	for (size_t k = 0; k < COUNT(site_metrics); k++) {
		metrics_head(text, site_metrics[k].name, site_metrics[k].type,
			     site_metrics[k].help);
		for (uint32_t i = 0; i < sites_count(sites); i++) {
			struct site_view view;

			sites_view(sites, i, &view);
			add_site(text, views, &site_metrics[k], &view);
		}
	}
}

/* ---- the way up ---- */

static double waiting(const struct forward_stream_status *stream)
{
	return (double)stream->backlog;
}

static double waiting_since_s(const struct forward_stream_status *stream)
{
	return (double)stream->oldest_ms / 1000;
}

static double outbox_bytes(const struct forward_stream_status *stream)
{
	return (double)stream->bytes;
}

static double put(const struct forward_stream_status *stream)
{
	return (double)stream->head;
}

static double dropped(const struct forward_stream_status *stream)
{
	return (double)stream->given_up;
}

static const struct {
	const char *name, *type, *help;
	double (*value)(const struct forward_stream_status *stream);
} forward_metrics[] = {
	{ "forward_backlog", "gauge", "items for the iocd above without its receipt", waiting },
	{ "forward_oldest_timestamp_seconds", "gauge",
	  "when the oldest of them was recorded, since 1970; 0: none", waiting_since_s },
	{ "forward_outbox_bytes", "gauge", "bytes of the outbox on the disk", outbox_bytes },
	{ "forward_items_total", "counter", "items ever put into the outbox", put },
	{ "forward_given_up_total", "counter", "items that were dropped without a receipt",
	  dropped },
};

static void add_plain(struct text *text, const char *name, const char *type, const char *help,
		      double value)
{
	metrics_head(text, name, type, help);
	text_add(text, "iocd_%s ", name);
	text_add_number(text, value);
	text_add(text, "\n");
}

void metrics_add_uplink(struct text *text, const struct views *views)
{
	struct forward_status status;

	if (!views_get_uplink(views, &status))
		return;
	add_plain(text, "forward_up", "gauge", "1 if the iocd above answers", status.is_answered);
	add_plain(text, "forward_frames_total", "counter", "frames sent to the iocd above",
		  (double)status.frames);
	add_plain(text, "forward_sent_bytes_total", "counter", "bytes of them",
		  (double)status.bytes);
	add_plain(text, "forward_raw_bytes_total", "counter", "the same before compression",
		  (double)status.raw_bytes);
	add_plain(text, "forward_refused_total", "counter", "publications that its broker refused",
		  (double)status.refused);
	for (size_t k = 0; k < COUNT(forward_metrics); k++) {
		metrics_head(text, forward_metrics[k].name, forward_metrics[k].type,
			     forward_metrics[k].help);
		for (int i = 0; i < N_FRAME_CLASSES; i++) {
			if (!status.streams[i].is_kept)
				continue;
			text_add(text, "iocd_%s{stream=\"%s\"} ", forward_metrics[k].name,
				 frame_class_name((enum frame_class)i));
			text_add_number(text, forward_metrics[k].value(&status.streams[i]));
			text_add(text, "\n");
		}
	}
}
