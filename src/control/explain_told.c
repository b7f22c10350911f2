/* SPDX-License-Identifier: Apache-2.0 */
/* Which receivers were told of an alert, and why the others were not. */
#include <inttypes.h>
#include <string.h>

#include "explain.h"

#define BIT(number) (UINT32_C(1) << (number))

/* One receiver and one alert. */
struct hearing {
	const struct views *views;
	const struct alert *alert;
	const struct receiver *receiver;
	uint32_t number; /* RECEIVER_UNIT: the unit's own */
};

/* When receivers were told that it stands, since it was raised last; 0: that is not kept. */
static int64_t told_at_ms(const struct hearing *hearing)
{
	const struct alertbook *book = hearing->views->source.book;
	int64_t at_ms = 0;

	for (uint64_t i = alertbook_last(book); i > alertbook_forgotten(book); i--) {
		const struct transition *transition = alertbook_transition(book, i);

		if (i < hearing->alert->raised_number)
			break;
		if (transition && transition->tells & BIT(hearing->number) &&
		    transition->news != NEWS_CLEARED &&
		    explain_is_same(&transition->alert, hearing->alert))
			at_ms = transition->time_ms;
	}
	return at_ms;
}

/* Whether it hears of such an alert as soon as it is told at all. */
static const char *why_not_at_once(const struct hearing *hearing)
{
	const struct receiver *receiver = hearing->receiver;
	const struct alert *alert = hearing->alert;

	if (alert->rule->tell & BIT(hearing->number))
		return NULL;
	if (hearing->number == RECEIVER_UNIT)
		return "not_named";
	if (!receiver->is_at_once)
		return "not_at_once";
	if (alert->machine.severity < receiver->least)
		return "severity";
	if (receiver->rules && !receiver->rules[alert->rule->number])
		return "rule";
	if (receiver->units && !receiver->units[alert->unit])
		return "unit";
	return NULL;
}

/* The step of escalation by which it is told; NULL: none. */
static const struct escalation *step_of(const struct hearing *hearing)
{
	const struct rule *rule = hearing->alert->rule;

	for (uint32_t i = 0; i < rule->n_steps; i++)
		if (rule->steps[i].receivers & BIT(hearing->number))
			return &rule->steps[i];
	return NULL;
}

static const char *why_not(const struct hearing *hearing)
{
	const struct alert *alert = hearing->alert;
	const char *why = why_not_at_once(hearing);

	if (why && step_of(hearing))
		why = alert->machine.handling == HANDLING_ACKNOWLEDGED ? "acknowledged"
								       : "escalation";
	if (why)
		return why;
	if (!alert_machine_stands(&alert->machine))
		return alert->machine.state == ALERT_PENDING ? "pending" : "over";
	if (alert->machine.suppressed)
		return "suppressed";
	return "since"; /* it was told before this receiver would have heard of it */
}

static void say(struct text *text, const struct hearing *hearing, const char *why, bool vi)
{
	static const struct {
		const char *why, *vi, *en;
	} words[] = {
		{ "not_named", "quy tắc không báo cho đơn vị", "the rule does not tell the unit" },
		{ "not_at_once", "không nghe cảnh báo nào, trừ khi quy tắc chỉ định",
		  "hears no alert unless a rule names it" },
		{ "severity", "chỉ nghe cảnh báo nghiêm trọng", "hears critical alerts only" },
		{ "rule", "không nghe quy tắc này", "does not hear of this rule" },
		{ "unit", "không nghe đơn vị này", "does not hear of this unit" },
		{ "acknowledged", "chỉ báo khi không ai nhận, và đã có người nhận",
		  "told only if nobody acknowledges it, and somebody has" },
		{ "escalation", "chỉ báo khi không ai nhận trong ",
		  "told only if nobody acknowledges it within " },
		{ "pending", "chưa thành cảnh báo", "it is pending: not raised yet" },
		{ "over", "không được báo trước khi hết", "it was over before anybody was told" },
		{ "suppressed", "đang bị giữ lại: ", "suppressed: " },
		{ "since", "cảnh báo đã được báo trước khi đến lượt",
		  "it was told before it would hear of it" },
	};

	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(words[i].why, why) == 0)
			text_add(text, "%s", vi ? words[i].vi : words[i].en);
	if (strcmp(why, "escalation") == 0)
		text_add_duration(text, step_of(hearing)->after_ms);
	if (strcmp(why, "suppressed") != 0)
		return;
	for (int i = 0, n = 0; i < N_SUPPRESSIONS; i++)
		if (hearing->alert->machine.suppressed & SUPPRESSION_BIT(i))
			text_add(text, "%s%s", n++ > 0 ? ", " : "",
				 suppression_name((enum suppression)i));
}

static void put_why_not(struct text *text, const struct hearing *hearing)
{
	const char *why = why_not(hearing);
	CLEANUP_TEXT struct text vi = { 0 };
	CLEANUP_TEXT struct text en = { 0 };

	say(&vi, hearing, why, true);
	say(&en, hearing, why, false);
	put_string(text, "why", why);
	put_languages(text, "text", text_get(&vi), text_get(&en));
}

static void put_receiver(struct text *text, const struct hearing *hearing)
{
	bool is_told = hearing->alert->told & BIT(hearing->number);

	put_object(text, NULL);
	put_string(text, "id", hearing->receiver->id);
	put_flag(text, "unit", hearing->number == RECEIVER_UNIT);
	put_languages(text, "title", hearing->receiver->title_vi, hearing->receiver->title_en);
	put_flag(text, "told", is_told);
	put_time(text, "at", is_told ? told_at_ms(hearing) : 0,
		 hearing->views->source.context.offset_minutes);
	if (is_told) {
		put_null(text, "why");
		put_null(text, "text");
	} else {
		put_why_not(text, hearing);
	}
	put_object_end(text);
}

/* Nobody but those who watch is told of what is gone with its rule. */
void explain_put_receivers(struct text *text, const struct views *views, const struct alert *alert)
{
	const struct rules_options *about = rules_about(views->source.rules);
	const struct receiver *own = NULL;

	put_array(text, "receivers");
	for (uint32_t i = 0; explain_is_in_force(views, alert->rule) && i < about->n_receivers; i++)
		if (views_sees_receiver(views, &about->receivers[i]))
			put_receiver(text,
				     &(struct hearing){ views, alert, &about->receivers[i], i });
	if (explain_is_in_force(views, alert->rule) && about->unit_receivers)
		own = about->unit_receivers[alert->unit];
	if (own)
		put_receiver(text, &(struct hearing){ views, alert, own, RECEIVER_UNIT });
	put_array_end(text);
}
