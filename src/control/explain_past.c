/* SPDX-License-Identifier: Apache-2.0 */
/* What led to an alert, and what happened to it since. */
#include <math.h>
#include <string.h>

#include "explain.h"
#include "rules.h"

/* ---- its record ---- */

/* A record that is looked for among those of one unit. */
struct record_search {
	const char *subject;
	struct track_record found;
	bool is_found;
};

static void look_at_record(void *context, const struct track_record *record)
{
	struct record_search *search = context;
	size_t kept = strlen(search->subject);

	if (search->is_found || kept == 0 || record->id.size < kept ||
	    memcmp(record->id.bytes, search->subject, kept) != 0 ||
	    (record->id.size > kept && kept < ALERT_SUBJECT_MAX - 1))
		return;
	search->found = *record;
	search->found.id = (struct slice){ .bytes = NULL };
	search->is_found = true;
}

static bool is_of_records(const struct rule *rule)
{
	return rule->kind == RULE_SEQUENCE || (rule->kind == RULE_DEADLINE && rule->is_each_record);
}

bool explain_find_record(const struct views *views, const struct rule *rule, uint32_t unit,
			 const char *subject, struct track_record *ret, uint64_t *ret_n)
{
	const struct trackers *trackers =
		rule->kind == RULE_SEQUENCE ? views->source.sequences : views->source.trackers;
	uint32_t n_units = units_count(views->source.context.units);
	struct record_search search = { .subject = subject };
	struct trackers_query query = { .track = rule->track, .limit = RECORDS_SHOWN };
	CLEANUP_TEXT struct text wanted = { 0 };

	*ret_n = 0;
	if (!is_of_records(rule) || !explain_is_in_force(views, rule) || !trackers)
		return false;
	for (uint32_t i = 0; i < n_units; i++)
		text_add_bytes(&wanted, i == unit ? "\1" : "\0", 1);
	query.wanted = (const bool *)wanted.bytes;
	*ret_n = trackers_each(trackers, &query, look_at_record, &search);
	*ret = search.found;
	return search.is_found;
}

static void put_steps(struct text *text, const struct views *views, const struct track *track)
{
	static const char *const roles[] = { [TRACK_OPEN] = "open",
					     [TRACK_CLOSE] = "close",
					     [TRACK_PAUSE] = "pause",
					     [TRACK_RESUME] = "resume",
					     [TRACK_TRANSFER] = "transfer" };
	const struct schema *schema = config_schema(views->source.config);

	put_array(text, "steps");
	for (uint32_t i = 0; i < track->n_steps; i++) {
		const struct event_type *type = schema_type(schema, track->steps[i].type);
		CLEANUP_TEXT struct text name = { 0 };

		text_add(&name, "%s/%s", schema_feed(schema, type->feed)->id, type->name);
		put_object(text, NULL);
		put_string(text, "role", roles[track->steps[i].role]);
		put_string(text, "event", text_get(&name));
		put_array(text, "by");
		for (uint32_t k = 0; k < track->n_key; k++)
			put_string(text, NULL, type->fields[track->steps[i].key_fields[k]].name);
		put_array_end(text);
		put_string(text, "due",
			   track->steps[i].role == TRACK_OPEN &&
					   track->steps[i].due_field != TYPE_NONE
				   ? type->fields[track->steps[i].due_field].name
				   : NULL);
		put_object_end(text);
	}
	put_array_end(text);
}

void explain_put_record(struct text *text, const struct views *views, const struct alert *alert)
{
	const struct rule *rule = alert->rule;
	int offset_minutes = views->source.context.offset_minutes;
	struct track_record record = { .track = 0 };
	uint64_t n_open;
	bool is_open;

	if (!is_of_records(rule)) {
		put_null(text, "record");
		return;
	}
	is_open = explain_find_record(views, rule, alert->unit, alert->subject, &record, &n_open);
	put_object(text, "record");
	put_string(text, "id", alert->subject);
	put_string(text, "track", rule->record->id);
	put_flag(text, "open", is_open);
	put_flag(text, "paused", record.is_paused);
	put_flag(text, "due_soon", record.is_due_soon);
	put_flag(text, "overdue", record.is_overdue);
	put_time(text, "opened", record.opened_ms, offset_minutes);
	put_time(text, "due", is_open ? record.due_ms : alert->reading.last_ms, offset_minutes);
	put_string(text, "calendar",
		   rule->record->calendar ? calendar_about(rule->record->calendar)->id : NULL);
	put_steps(text, views, rule->record);
	put_object_end(text);
}

/* ---- events ---- */

void explain_put_events(struct text *text, const struct views *views, const struct alert *alert)
{
	CLEANUP_TEXT struct text event = { 0 };

	put_array(text, "events");
	for (uint32_t i = 0; i < alert->n_samples; i++) {
		put_object(text, NULL);
		put_integer(text, "position", alert->samples[i]);
		text_clear(&event);
		if (views->hooks.read_event(views->hooks.context, alert->samples[i], &event)) {
			text_add(text, ",%s", text_get(&event));
		} else {
			put_null(text, "topic");
			put_null(text, "payload");
		}
		put_object_end(text);
	}
	put_array_end(text);
}

/* ---- what happened ---- */

bool explain_is_same(const struct alert *a, const struct alert *b)
{
	return a->unit == b->unit && strcmp(a->rule->id, b->rule->id) == 0 &&
	       strcmp(a->subject, b->subject) == 0;
}

static void put_tells(struct text *text, const struct views *views, uint32_t bits)
{
	const struct rules_options *about = rules_about(views->source.rules);

	put_array(text, "tells");
	for (uint32_t i = 0; i < about->n_receivers; i++)
		if (bits >> i & 1 && views_sees_receiver(views, &about->receivers[i]))
			put_string(text, NULL, about->receivers[i].id);
	if (bits >> RECEIVER_UNIT & 1)
		put_string(text, NULL, "unit");
	put_array_end(text);
}

static void put_suppressed(struct text *text, unsigned bits)
{
	put_array(text, "suppressed");
	for (int i = 0; i < N_SUPPRESSIONS; i++)
		if (bits & SUPPRESSION_BIT(i))
			put_string(text, NULL, suppression_name((enum suppression)i));
	put_array_end(text);
}

static bool has_value(const struct rule *rule)
{
	return rule->kind == RULE_THRESHOLD || rule->kind == RULE_EACH ||
	       (rule->kind == RULE_DEADLINE && !rule->is_each_record);
}

static void put_transition(struct text *text, const struct views *views,
			   const struct transition *transition)
{
	const struct alert *alert = &transition->alert;
	const struct alert_machine *machine = &alert->machine;

	put_object(text, NULL);
	put_integer(text, "number", transition->number);
	put_time(text, "time", transition->time_ms, views->source.context.offset_minutes);
	put_string(text, "news", alert_news_name(transition->news));
	put_string(text, "by",
		   transition->by[0] && views_sees_name(views, transition->by) ? transition->by
									       : NULL);
	put_string(text, "note", transition->note[0] ? transition->note : NULL);
	put_tells(text, views, transition->tells);
	put_string(text, "condition", alert_condition_name(machine));
	put_string(text, "handling", handling_name(machine->handling));
	put_suppressed(text, machine->suppressed);
	put_string(text, "severity", severity_name(machine->severity));
	put_number(text, "value", has_value(alert->rule) ? alert->reading.value : (double)NAN);
	put_flag(text, "closed", alert->closed);
	put_flag(text, "drill", alert->drill);
	put_integer(text, "position", transition->position);
	put_object_end(text);
}

/* The newest first. */
void explain_put_timeline(struct text *text, const struct views *views, const struct alert *alert)
{
	const struct alertbook *book = views->source.book;
	const struct transition *transition;
	size_t n = 0;

	put_time(text, "pending", alert->first_ms, views->source.context.offset_minutes);
	put_array(text, "timeline");
	for (uint64_t i = alertbook_last(book); i > alertbook_forgotten(book) && n < VIEWS_TIMELINE;
	     i--) {
		transition = alertbook_transition(book, i);
		if (!transition || !explain_is_same(&transition->alert, alert))
			continue;
		put_transition(text, views, transition);
		n++;
	}
	put_array_end(text);
}
