/* SPDX-License-Identifier: Apache-2.0 */
/* The answer to GET explain-not: what holds an alert back now. */
#include <math.h>
#include <string.h>

#include "explain.h"
#include "iocd/unit.h"
#include "rules.h"
#include "why_not.h"

#define REFUSED_SHOWN 5

static const char *judgement_name(enum judgement judgement)
{
	switch (judgement) {
	case JUDGE_UNKNOWN:
		return "unknown";
	case JUDGE_CLEAR:
		return "clear";
	case JUDGE_BETWEEN:
		return "between";
	case JUDGE_WARNING:
		return "warning";
	case JUDGE_CRITICAL:
		return "critical";
	}
	return "unknown";
}

/* ---- events that might have raised it ---- */

/* Whether the topic is of that feed, and of that type or a batch. */
static bool is_of_type(const struct views *views, const struct rule *rule,
		       const struct sample *sample)
{
	const struct schema *schema = config_schema(views->source.config);
	CLEANUP_TEXT struct text topic = { 0 };
	CLEANUP_TEXT struct text one = { 0 };
	CLEANUP_TEXT struct text many = { 0 };

	text_add_bytes(&topic, sample->topic, sample->topic_kept);
	text_add(&many, "/%s/evt/", schema_feed(schema, rule->event_type->feed)->id);
	text_add(&one, "%s%s", text_get(&many), rule->event_type->name);
	text_add(&many, "batch");
	return strstr(text_get(&topic), text_get(&one)) ||
	       strstr(text_get(&topic), text_get(&many));
}

static void put_refused(struct text *text, const struct views *views, const struct why_about *about)
{
	const struct rule *rule = rules_at(views->source.rules, about->rule);
	const struct deadletter *deadletter = views->source.deadletter;
	int n = 0;

	put_array(text, "refused");
	for (uint64_t i = deadletter_last(deadletter); i > 0 && n < REFUSED_SHOWN; i--) {
		const struct sample *sample = deadletter_at(deadletter, i);

		if (!sample)
			break;
		if (sample->unit != about->unit || !is_of_type(views, rule, sample))
			continue;
		put_object(text, NULL);
		put_time(text, "arrival", sample->arrival_ms, views->source.context.offset_minutes);
		put_string(text, "reason", reason_name(sample->reason));
		put_languages(text, "text", reason_text_vi(sample->reason),
			      reason_text(sample->reason));
		put_integer(text, "position", sample->position);
		put_object_end(text);
		n++;
	}
	put_array_end(text);
}

static void put_heard(struct text *text, const struct views *views, const struct why_about *about)
{
	const struct rule *rule = rules_at(views->source.rules, about->rule);
	const struct feed_account *account =
		ledger_feed(views->source.ledger, about->unit, rule->event_type->feed);

	put_integer(text, "accepted", account->accepted);
	put_time(text, "last", account->last_time_ms, views->source.context.offset_minutes);
	put_refused(text, views, about);
}

/* ---- one reason ---- */

static void put_record(struct text *text, const struct held *held, int offset_minutes)
{
	put_integer(text, "open", held->n_open);
	if (held->code != HELD_NOT_DUE)
		return;
	put_time(text, "opened", held->record.opened_ms, offset_minutes);
	put_flag(text, "paused", held->record.is_paused);
}

static void put_limit(struct text *text, const struct held *held)
{
	rules_put_threshold(text, "threshold", held->why.threshold);
	put_number(text, "value", held->reading->value);
	put_number(text, "distance", held->why.distance);
}

static void put_suppressor(struct text *text, const struct held *held, int offset_minutes)
{
	put_string(text, "by", held->by[0] ? held->by : NULL);
	put_string(text, "note", held->note[0] ? held->note : NULL);
	put_time(text, "since", held->since_ms, offset_minutes);
}

static void put_site(struct text *text, const struct held *held, int offset_minutes)
{
	if (!held->has_site)
		return;
	put_time(text, "heard", held->heard_ms, offset_minutes);
	put_integer(text, "backlog", held->backlog);
	put_time(text, "oldest", held->oldest_ms, offset_minutes);
}

static void put_details(struct text *text, const struct views *views, const struct why_about *about,
			const struct held *held)
{
	int offset_minutes = views->source.context.offset_minutes;

	put_time(text, "until", held->until_ms, offset_minutes);
	switch (held->code) {
	case HOLD_BACK_UNKNOWN:
	case HOLD_BACK_STALE:
	case HOLD_BACK_FEW:
		put_integer(text, "have", held->why.have);
		put_integer(text, "need", held->why.need);
		return;
	case HOLD_BACK_WITHIN:
	case HOLD_BACK_BETWEEN:
		put_limit(text, held);
		return;
	case HOLD_BACK_NO_EVENT:
		put_heard(text, views, about);
		return;
	case HOLD_BACK_NO_RECORD:
	case HELD_NOT_DUE:
		put_record(text, held, offset_minutes);
		return;
	case HELD_HOLD:
		put_time(text, "since", held->since_ms, offset_minutes);
		return;
	case HOLD_BACK_NO_TROUBLE:
		put_site(text, held, offset_minutes);
		return;
	case HELD_SUPPRESSED:
		put_suppressor(text, held, offset_minutes);
		return;
	default:
		return;
	}
}

static void put_words(struct text *text, const struct held *held, int offset_minutes)
{
	CLEANUP_TEXT struct text vi = { 0 };
	CLEANUP_TEXT struct text en = { 0 };

	held_say(&vi, held, offset_minutes, true);
	held_say(&en, held, offset_minutes, false);
	put_languages(text, "text", text_get(&vi), text_get(&en));
}

static void put_reasons(struct text *text, const struct views *views, const struct why_about *about,
			const struct why_list *list)
{
	put_array(text, "reasons");
	for (size_t i = 0; i < list->n; i++) {
		put_object(text, NULL);
		put_string(text, "code", held_code(&list->list[i]));
		put_words(text, &list->list[i], views->source.context.offset_minutes);
		put_object(text, "data");
		put_details(text, views, about, &list->list[i]);
		put_object_end(text);
		put_object_end(text);
	}
	put_array_end(text);
}

/* ---- the answer ---- */

static void put_alert(struct text *text, const struct views *views, const struct alert *alert)
{
	CLEANUP_TEXT struct text name = { 0 };
	char key[ALERT_KEY_MAX];

	if (!alert) {
		put_null(text, "alert");
		return;
	}
	text_add(&name, "%s/%s", units_at(views->source.context.units, alert->unit)->id,
		 alert_key(key, alert));
	put_object(text, "alert");
	put_string(text, "id", text_get(&name));
	put_string(text, "condition", alert_condition_name(&alert->machine));
	put_string(text, "severity", severity_name(alert->machine.severity));
	put_object_end(text);
}

static bool stands(const struct alert *alert)
{
	return alert && alert_machine_stands(&alert->machine);
}

/* Of records that an open one shows to be due, and of events, the rules themselves keep nothing. */
static const char *judgement_of(const struct why_list *list)
{
	if (list->alert &&
	    (list->alert->rule->kind == RULE_SEQUENCE || list->alert->rule->kind == RULE_OWN ||
	     list->alert->rule->kind == RULE_EVENT ||
	     (list->alert->rule->kind == RULE_DEADLINE && list->alert->rule->is_each_record)))
		return judgement_name(list->alert->machine.judgement);
	return judgement_name(list->rule.verdict.judgement);
}

static void put_reading(struct text *text, const struct rule *rule, const struct reading *reading)
{
	bool has_figure = rule->kind == RULE_THRESHOLD || rule->kind == RULE_EACH;
	bool has_value = has_figure || (rule->kind == RULE_DEADLINE && !rule->is_each_record);

	put_string(text, "indicator", has_figure ? rule->figure->id : NULL);
	put_string(text, "window", has_figure ? rule->window.text : NULL);
	put_flag(text, "percent", has_figure && rule->figure->percent);
	put_number(text, "value", has_value ? reading->value : (double)NAN);
	put_string(text, "quality", has_value ? quality_name(reading->quality) : NULL);
	put_flag(text, "provisional", has_value && reading->is_provisional);
	put_integer(text, "samples", reading->samples);
	put_integer(text, "reporting", reading->reporting);
	put_integer(text, "expected", reading->expected);
}

void why_not_put(struct text *text, const struct views *views, const struct why_about *about)
{
	const struct rule *rule = rules_at(views->source.rules, about->rule);
	struct why_list list;

	why_not_find(views, about, &list);
	put_string(text, "judgement", judgement_of(&list));
	put_flag(text, "stands", stands(list.alert));
	put_alert(text, views, list.alert);
	put_reading(text, rule, &list.rule.verdict.reading);
	put_reasons(text, views, about, &list);
}

static bool read_rule(const struct views *views, const struct http_request *request,
		      struct http_response *response, uint32_t *ret)
{
	const char *id = http_query(request, "rule");

	if (!id || !*id) {
		views_error(response, 400, "bad_argument", "'rule' must be the id of a rule");
		return false;
	}
	*ret = rules_find(views->source.rules, id, strlen(id));
	if (*ret != UINT32_MAX)
		return true;
	views_error(response, 404, "unknown_rule", "there is no rule '%s'", id);
	return false;
}

static bool read_about(const struct views *views, const struct http_request *request,
		       struct http_response *response, struct why_about *ret)
{
	const char *subject = http_query(request, "subject");
	const struct rule *rule;

	if (!read_rule(views, request, response, &ret->rule) ||
	    !views_read_unit(views, request, response, &ret->unit))
		return false;

	rule = rules_at(views->source.rules, ret->rule);
	ret->has_subject = subject && *subject;
	ret->subject = ret->has_subject ? subject : "";
	if (ret->unit == UNIT_NONE)
		views_error(response, 400, "bad_argument", "'unit' must be the id of a unit");
	else if (strlen(ret->subject) >= ALERT_SUBJECT_MAX)
		views_error(response, 400, "bad_argument", "'subject' is too long");
	else if (rule->kind == RULE_EACH && !ret->has_subject)
		views_error(response, 400, "bad_argument",
			    "'subject' must be the %s: the rule looks at each by itself",
			    rule->each);
	else
		return true;
	return false;
}

void view_explain_not(const struct views *views, const struct http_request *request,
		      struct http_response *response)
{
	struct text *text = &response->body;
	struct why_about about;
	const struct rule *rule;

	if (!read_about(views, request, response, &about))
		return;

	rule = rules_at(views->source.rules, about.rule);
	put_object(text, NULL);
	put_time(text, "at", indicators_now_ms(views->source.indicators),
		 views->source.context.offset_minutes);
	put_object(text, "rule");
	rules_put(text, views, rule);
	put_object_end(text);
	put_object(text, "unit");
	views_put_unit(text, units_at(views->source.context.units, about.unit));
	put_object_end(text);
	put_string(text, "subject", about.subject);
	why_not_put(text, views, &about);
	explain_put_contract(text, views, rule, about.unit);
	explain_put_calendar(text, views, rule);
	explain_put_missing(text, views, rule, about.unit);
	put_object_end(text);
}
