/* SPDX-License-Identifier: Apache-2.0 */
#include "followup.h"

#include <string.h>

#include "iocd/base/err.h"
#include "judge.h"
#include "state.h"

#define HOUR_MS_F 3600000.0

static struct followup_fields find_fields(const struct schema *schema, uint32_t type)
{
	const struct event_type *about;

	if (type == TYPE_NONE)
		return (struct followup_fields){ TYPE_NONE, TYPE_NONE, TYPE_NONE,
						 TYPE_NONE, TYPE_NONE, TYPE_NONE };
	about = schema_type(schema, type);
	return (struct followup_fields){
		.record = event_type_find_field(about, "record", strlen("record")),
		.how = event_type_find_field(about, "how", strlen("how")),
		.on_time = event_type_find_field(about, "on_time", strlen("on_time")),
		.hours = event_type_find_field(about, "hours", strlen("hours")),
		.due = event_type_find_field(about, "due", strlen("due")),
		.opened = event_type_find_field(about, "opened", strlen("opened")),
	};
}

/* The choices of "how" are the names of the events that close. */
static uint32_t find_how(const struct schema *schema, const struct track *track, uint32_t field,
			 uint32_t step)
{
	const struct field *how = &schema_type(schema, track->closed_type)->fields[field];
	const char *name = schema_type(schema, track->steps[step].type)->name;

	for (uint32_t i = 0; i < how->n_choices; i++)
		if (strcmp(how->choices[i], name) == 0)
			return i;
	return 0;
}

struct followup *followups_new(const struct schema *schema, const struct track *tracks, uint32_t n)
{
	struct followup *followups = xcalloc((size_t)n + 1, sizeof(*followups));

	for (uint32_t i = 0; i < n; i++) {
		struct followup *followup = &followups[i];

		followup->closed = find_fields(schema, tracks[i].closed_type);
		followup->due_soon = find_fields(schema, tracks[i].due_soon_type);
		followup->overdue = find_fields(schema, tracks[i].overdue_type);
		for (uint32_t s = 0; s < tracks[i].n_steps; s++)
			if (tracks[i].steps[s].role == TRACK_CLOSE &&
			    followup->closed.how != TYPE_NONE)
				followup->how[s] =
					find_how(schema, &tracks[i], followup->closed.how, s);
	}
	return followups;
}

static void put_time(struct event *event, uint32_t field, int64_t time_ms)
{
	if (field != TYPE_NONE && time_ms != 0)
		event->values[field] = (struct value){ .present = true, .time_ms = time_ms };
}

static void put_number(struct event *event, uint32_t field, double number)
{
	if (field != TYPE_NONE)
		event->values[field] = (struct value){ .present = true, .number = number };
}

static void put_closing(struct event *event, const struct followup *followup,
			const struct track_news *news)
{
	const struct followup_fields *fields = &followup->closed;

	if (fields->how != TYPE_NONE && news->step < TRACK_STEPS_MAX)
		event->values[fields->how] =
			(struct value){ .present = true, .choice = followup->how[news->step] };
	if (news->kind == TRACK_CLOSED)
		put_number(event, fields->on_time, news->is_on_time);
	put_number(event, fields->hours, (double)news->elapsed_ms / HOUR_MS_F);
}

/* The type of the event that news become, or TYPE_NONE; and where its fields are. */
static uint32_t type_of(const struct track *track, const struct followup *followup,
			const struct track_news *news, const struct followup_fields **ret)
{
	switch (news->kind) {
	case TRACK_CLOSED:
	case TRACK_WITHDRAWN:
		*ret = &followup->closed;
		return track->closed_type;
	case TRACK_DUE_SOON:
		*ret = &followup->due_soon;
		return track->due_soon_type;
	case TRACK_OVERDUE:
		*ret = &followup->overdue;
		return track->overdue_type;
	case TRACK_OPENED:
	case TRACK_REOPENED:
	case TRACK_PAUSED:
	case TRACK_RESUMED:
	case TRACK_MOVED:
		break;
	}
	return TYPE_NONE;
}

/* Nobody was heard by it: that is what an arrival of 0 says. */
static void carry_event(struct flow *flow, const struct track_news *news, const struct event *cause)
{
	const struct followup *followup = &flow->followups[news->track];
	const struct track *track = &flow->tracks[news->track];
	const struct followup_fields *fields;
	struct event event = { .unit = news->unit, .time_ms = news->time_ms };

	event.type = type_of(track, followup, news, &fields);
	if (event.type == TYPE_NONE)
		return;

	event.feed = schema_type(flow->schema, event.type)->feed;
	event.position = flow->position;
	event.historical = cause && cause->historical;
	event.drill = cause && cause->drill;
	event.subject = news->id;
	if (fields->record != TYPE_NONE)
		event.values[fields->record] = (struct value){ .present = true, .text = news->id };
	put_time(&event, fields->due, news->due_ms);
	put_time(&event, fields->opened, news->opened_ms);
	if (fields == &followup->closed)
		put_closing(&event, followup, news);

	indicators_add(flow->indicators, &event);
	if (keyed_want(flow->keyed, event.type))
		keyed_add(flow->keyed, &event);
	judge_news(flow, &event, cause ? cause->arrival_ms : flow->tick_ms);
}

static void move(struct flow *flow, uint32_t gauge, const struct track_news *news, int8_t delta)
{
	if (gauge != INDICATOR_NONE && delta != 0)
		indicators_move(flow->indicators, gauge, news->unit, delta, news->time_ms,
				flow->position);
}

void followups_carry(struct flow *flow, const struct track_news *news, size_t n,
		     const struct event *cause)
{
	for (size_t i = 0; i < n; i++) {
		const struct track *track = &flow->tracks[news[i].track];

		move(flow, track->open_gauge, &news[i], news[i].open);
		move(flow, track->due_soon_gauge, &news[i], news[i].due_soon);
		move(flow, track->overdue_gauge, &news[i], news[i].overdue);
		move(flow, track->paused_gauge, &news[i], news[i].paused);
		carry_event(flow, &news[i], cause);
		judge_record(flow, false, &news[i], cause);
	}
}
