/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What alerts ask of the people on watch, against figures that the trade calls bearable (ISA-18.2
 * and EEMUA 191, by way of secondary sources), and which rules are the worst.
 */
#include "iocd/workload.h"

#include <math.h>
#include <string.h>

#include "views.h"

#define HOUR_SPANS 6  /* spans of ten minutes in an hour */
#define MIX_MIN    20 /* alarms of a week below which their mix says nothing */

struct load {
	struct workload_view view;
	struct workload_standing standing;
};

/* What is measured: green up to target, amber up to limit. */
struct target {
	const char *name;
	const char *vi, *en;
	double target, limit;
	bool is_share;
	double (*actual)(const struct load *load); /* NAN: nothing can be said */
};

static double alarms_in_10_min(const struct load *load)
{
	return (double)load->view.last_hour / HOUR_SPANS / load->view.operators;
}

static double alarms_today(const struct load *load)
{
	return (double)load->view.today / load->view.operators;
}

static double floods(const struct load *load)
{
	return load->view.floods;
}

static double stale(const struct load *load)
{
	return load->standing.stale;
}

static double chattering(const struct load *load)
{
	return load->standing.chattering;
}

static double critical_share(const struct load *load)
{
	const struct workload_view *view = &load->view;

	if (view->week < MIX_MIN)
		return (double)NAN;
	return (double)view->severities[SEVERITY_CRITICAL] / view->week;
}

/* clang-format off */
static const struct target targets[] = {
	{ "alarms_10m", "cảnh báo mỗi người trong 10 phút (bình quân một giờ)",
	  "alarms per operator in 10 minutes (over the last hour)", 1, 2, false, alarms_in_10_min },
	{ "alarms_day", "cảnh báo mỗi người hôm nay", "alarms per operator today",
	  150, 300, false, alarms_today },
	{ "floods", "lần dồn dập tuần này", "floods this week", 0, 1, false, floods },
	{ "stale", "cảnh báo kéo dài quá 24 giờ", "alerts that have stood for over 24 hours",
	  0, 5, false, stale },
	{ "chattering", "cảnh báo chập chờn", "chattering alerts", 0, 5, false, chattering },
	{ "critical_share", "tỷ lệ cảnh báo nghiêm trọng tuần này",
	  "share of critical alarms this week", 0.05, 0.1, true, critical_share },
};
/* clang-format on */

static enum light judge(const struct target *target, double actual)
{
	if (isnan(actual) || actual <= target->target)
		return LIGHT_GREEN;
	return actual <= target->limit ? LIGHT_AMBER : LIGHT_RED;
}

static bool get_load(const struct views *views, struct load *ret)
{
	int64_t now_ms = indicators_now_ms(views->source.indicators);

	if (!views->source.workload)
		return false;
	workload_get(views->source.workload, &ret->view);
	workload_count_standing(views->source.book, now_ms, &ret->standing);
	return true;
}

static void put_view(struct text *text, const struct workload_view *view, int offset_minutes)
{
	put_integer(text, "operators", (uint64_t)view->operators);
	put_integer(text, "last_10_min", view->last_10_min);
	put_integer(text, "last_hour", view->last_hour);
	put_integer(text, "today", view->today);
	put_integer(text, "week", view->week);
	put_flag(text, "flood", view->is_flood);
	put_time(text, "flood_since", view->flood_since_ms, offset_minutes);
	put_integer(text, "flood_alarms", view->flood_alarms);
	put_integer(text, "floods", view->floods);
	put_integer(text, "acknowledged", view->acknowledged);
	put_signed(text, "acknowledged_p50_s", view->acknowledged_p50_ms / 1000);
	put_signed(text, "acknowledged_p95_s", view->acknowledged_p95_ms / 1000);
}

static void put_standing(struct text *text, const struct workload_standing *standing,
			 int offset_minutes)
{
	put_object(text, "standing");
	put_integer(text, "all", standing->standing);
	put_integer(text, "critical", standing->critical);
	put_integer(text, "unacknowledged", standing->unacknowledged);
	put_integer(text, "acknowledged", standing->acknowledged);
	put_integer(text, "owned", standing->owned);
	put_integer(text, "over", standing->over);
	put_integer(text, "stale", standing->stale);
	put_integer(text, "chattering", standing->chattering);
	put_integer(text, "suppressed", standing->any_suppressed);
	for (unsigned s = 0; s < N_SUPPRESSIONS; s++)
		put_integer(text, suppression_name((enum suppression)s), standing->suppressed[s]);
	put_integer(text, "uncertain", standing->uncertain);
	put_integer(text, "drill", standing->drill);
	put_time(text, "oldest", standing->oldest_ms, offset_minutes);
	put_object_end(text);
}

static enum light put_targets(struct text *text, const struct load *load)
{
	enum light worst = LIGHT_GREEN;

	put_array(text, "targets");
	for (size_t i = 0; i < COUNT(targets); i++) {
		double actual = targets[i].actual(load);
		enum light light = judge(&targets[i], actual);

		put_object(text, NULL);
		put_string(text, "name", targets[i].name);
		put_languages(text, "title", targets[i].vi, targets[i].en);
		put_number(text, "target", targets[i].target);
		put_number(text, "limit", targets[i].limit);
		put_number(text, "actual", actual);
		put_flag(text, "percent", targets[i].is_share);
		put_string(text, "light", views_light(light));
		put_object_end(text);
		worst = light > worst ? light : worst;
	}
	put_array_end(text);
	return load->view.is_flood ? LIGHT_RED : worst;
}

static void put_members(struct text *text, const struct views *views, const struct load *load)
{
	int offset_minutes = views->source.context.offset_minutes;
	enum light light;

	put_view(text, &load->view, offset_minutes);
	put_standing(text, &load->standing, offset_minutes);
	light = put_targets(text, load);
	put_string(text, "light", views_light(light));
}

void views_put_load(struct text *text, const struct views *views)
{
	struct load load;

	if (!get_load(views, &load)) {
		put_null(text, "load");
		return;
	}
	put_object(text, "load");
	put_members(text, views, &load);
	put_object_end(text);
}

/* A rule may be gone since: then it has no other name than its id. */
static void put_rule(struct text *text, const struct views *views,
		     const struct workload_rule *worst)
{
	uint32_t number = rules_find(views->source.rules, worst->id, strlen(worst->id));
	const struct rule *rule =
		number == UINT32_MAX ? NULL : rules_at(views->source.rules, number);

	put_object(text, NULL);
	put_string(text, "rule", worst->id);
	put_languages(text, "title", rule ? rule->title_vi : worst->id,
		      rule ? rule->title_en : worst->id);
	put_integer(text, "alarms", worst->alarms);
	put_integer(text, "critical", worst->critical);
	put_integer(text, "chatters", worst->chatters);
	put_integer(text, "unseen", worst->unseen);
	put_object_end(text);
}

static void put_worst(struct text *text, const struct views *views, const char *name, int weeks_ago)
{
	struct workload_rule worst[WORKLOAD_WORST];
	uint32_t n = workload_worst(views->source.workload, weeks_ago, worst, WORKLOAD_WORST);

	put_array(text, name);
	for (uint32_t i = 0; i < n; i++)
		put_rule(text, views, &worst[i]);
	put_array_end(text);
}

void view_workload(const struct views *views, const struct http_request *request,
		   struct http_response *response)
{
	struct text *text = &response->body;
	struct load load;

	(void)request;
	if (!get_load(views, &load)) {
		views_error(response, 503, "no_workload", "it is not counted here");
		return;
	}
	put_object(text, NULL);
	put_string(text, "instance", config_settings(views->source.config)->instance);
	put_time(text, "time", indicators_now_ms(views->source.indicators),
		 views->source.context.offset_minutes);
	put_members(text, views, &load);
	put_object(text, "worst");
	put_worst(text, views, "this", 0);
	put_worst(text, views, "last", 1);
	put_object_end(text);
	put_object_end(text);
}
