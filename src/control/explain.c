/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that is known of one alert: its rule, the limits that hold for its unit and where they
 * were written, what the figure is now and what it is made of, who is missing, the events that led
 * to it, what happened to it before, who was told, and what it waits for.
 *
 * An alert that is over is explained as long as the book remembers its last transition.
 */
#include "explain.h"

#include <string.h>

#include "alerts.h"
#include "iocd/unit.h"
#include "rules.h"
#include "sites.h"
#include "why_not.h"

bool explain_is_in_force(const struct views *views, const struct rule *rule)
{
	return rule->number < rules_count(views->source.rules) &&
	       rules_at(views->source.rules, rule->number) == rule;
}

static void put_judged(struct text *text, const struct views *views, const struct alert *alert)
{
	const struct reading *reading = &alert->reading;

	put_object(text, "judged");
	put_number(text, "value", reading->value);
	put_integer(text, "samples", reading->samples);
	put_string(text, "quality", quality_name(reading->quality));
	put_flag(text, "provisional", reading->is_provisional);
	put_integer(text, "reporting", reading->reporting);
	put_integer(text, "expected", reading->expected);
	put_time(text, "last", reading->last_ms, views->source.context.offset_minutes);
	put_integer(text, "position", reading->position);
	put_object_end(text);
}

/* ---- what it waits for ---- */

static void put_wait(struct text *text, const char *code, int64_t until_ms, int offset_minutes,
		     const char *vi, const char *en)
{
	put_object(text, NULL);
	put_string(text, "code", code);
	put_time(text, "until", until_ms, offset_minutes);
	put_languages(text, "text", vi, en);
	put_object_end(text);
}

static struct alert_policy policy_of(const struct alert *alert)
{
	return (struct alert_policy){
		.hold_ms = alert->rule->kind == RULE_EVENT ? 0 : alert->rule->hold_ms,
		.fade_ms = alert->rule->fade_ms,
		.is_latched = alert->rule->is_latched,
	};
}

static int64_t deadline_of(const struct alert *alert)
{
	struct alert_policy policy = policy_of(alert);
	int64_t deadline_ms = alert_machine_deadline_ms(&alert->machine, &policy);

	return deadline_ms == ALERT_NO_DEADLINE ? 0 : deadline_ms;
}

static void put_condition_wait(struct text *text, const struct alert *alert, int offset_minutes)
{
	int64_t deadline_ms = deadline_of(alert);

	if (alert->machine.uncertain && alerts_is_mirrored(alert))
		put_wait(text, "site", 0, offset_minutes,
			 "mất liên lạc với nơi phát cảnh báo: chờ nghe lại",
			 "where it arises is not heard: waits until it is");
	else if (alert->machine.uncertain)
		put_wait(text, "known", 0, offset_minutes, "đang thiếu số liệu: chờ biết lại",
			 "there are no figures: waits until there are");
	if (alert->machine.state == ALERT_PENDING)
		put_wait(text, "hold", deadline_ms, offset_minutes,
			 "điều kiện phải kéo dài đến lúc đó",
			 "the condition has to last until then");
	if (alert->machine.state == ALERT_FADING)
		put_wait(text, "fade", deadline_ms, offset_minutes,
			 "hết nếu đến lúc đó điều kiện không trở lại",
			 "over, unless the condition returns by then");
	if (alert->machine.latched)
		put_wait(text, "reset", 0, offset_minutes, "có chốt: chờ người đặt lại",
			 "latched: waits for somebody to reset it");
}

static void put_handling_wait(struct text *text, const struct alert *alert, int offset_minutes)
{
	const struct rule *rule = alert->rule;

	if (alert->machine.handling == HANDLING_UNACKNOWLEDGED ||
	    alert->machine.handling == HANDLING_CLEARED_UNACKNOWLEDGED)
		put_wait(text, "acknowledgement", 0, offset_minutes, "chờ có người nhận",
			 "waits for somebody to acknowledge it");
	if (alert->machine.handling == HANDLING_UNACKNOWLEDGED && alert->told_ms != 0 &&
	    alert->steps < rule->n_steps)
		put_wait(text, "escalation", alert->told_ms + rule->steps[alert->steps].after_ms,
			 offset_minutes, "không ai nhận đến lúc đó thì báo thêm người khác",
			 "if nobody acknowledges it by then, others are told");
	if (alert->machine.handling == HANDLING_ACKNOWLEDGED && alert->acknowledged_until_ms != 0)
		put_wait(text, "expiry", alert->acknowledged_until_ms, offset_minutes,
			 "việc nhận hết hiệu lực lúc đó", "the acknowledgement expires then");
}

static void put_machine(struct text *text, const struct views *views, const struct alert *alert)
{
	struct alert_policy policy = policy_of(alert);
	int offset_minutes = views->source.context.offset_minutes;

	put_time(text, "since", alert->machine.since_ms, offset_minutes);
	put_time(text, "next", deadline_of(alert), offset_minutes);
	put_number(text, "hold_s", (double)policy.hold_ms / 1000);
	put_number(text, "fade_s", (double)policy.fade_ms / 1000);
	put_array(text, "waits");
	put_condition_wait(text, alert, offset_minutes);
	put_handling_wait(text, alert, offset_minutes);
	put_array_end(text);
}

/* ---- the answer ---- */

/* Of a rule on each value of a field. */
static void put_key(struct text *text, const struct alert *alert)
{
	if (alert->rule->kind != RULE_EACH) {
		put_null(text, "key");
		return;
	}
	put_object(text, "key");
	put_string(text, "field", alert->rule->each);
	put_string(text, "value", alert->subject);
	put_flag(text, "others", strcmp(alert->subject, KEYED_OTHERS) == 0);
	put_object_end(text);
}

/* Of a mirrored alert: where it arises, and whether that is heard. */
static void put_site(struct text *text, const struct views *views, const struct alert *alert)
{
	struct site_view view;

	if (!alerts_is_mirrored(alert) || !views_sees(views, alert->origin) ||
	    !sites_look_up(views, alert->origin, "", &view)) {
		put_null(text, "site");
		return;
	}
	put_object(text, "site");
	sites_put_name(text, views, &view);
	sites_put_state(text, views, &view);
	put_object_end(text);
}

/* Whether it would be raised now, and what stands in the way. */
static void put_present(struct text *text, const struct views *views, const struct alert *alert)
{
	if (!explain_is_in_force(views, alert->rule)) {
		put_null(text, "present");
		return;
	}
	put_object(text, "present");
	why_not_put(text, views,
		    &(struct why_about){ alert->rule->number, alert->unit, alert->subject, true });
	put_object_end(text);
}

void explain_put(struct text *text, const struct views *views, const struct alert *alert)
{
	put_object(text, NULL);
	put_time(text, "at", indicators_now_ms(views->source.indicators),
		 views->source.context.offset_minutes);
	put_name(text, "alert");
	views_put_alert(text, views, alert);
	put_object(text, "rule");
	rules_put(text, views, alert->rule);
	put_object_end(text);
	put_machine(text, views, alert);
	explain_put_limits(text, views, alert);
	put_judged(text, views, alert);
	explain_put_now(text, views, alert);
	put_key(text, alert);
	put_site(text, views, alert);
	explain_put_record(text, views, alert);
	explain_put_contract(text, views, alert->rule, alert->unit);
	explain_put_calendar(text, views, alert->rule);
	explain_put_missing(text, views, alert->rule, alert->unit);
	put_present(text, views, alert);
	explain_put_receivers(text, views, alert);
	explain_put_events(text, views, alert);
	explain_put_timeline(text, views, alert);
	put_object_end(text);
}

void view_explain(const struct views *views, const struct http_request *request,
		  struct http_response *response)
{
	const char *reference = http_query(request, "alert");
	const struct alert *alert;

	if (!reference || !*reference) {
		views_error(response, 400, "bad_argument",
			    "'alert' must be an id, <unit>/<key>, or a number of the list");
		return;
	}
	alert = views_find_alert(views, reference);
	if (!alert) {
		views_error(response, 404, "unknown_alert", "there is no alert '%s'", reference);
		return;
	}
	explain_put(&response->body, views, alert);
}
