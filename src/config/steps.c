/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The steps of a track: which event does what to a record, and in which of its fields stands what.
 */
#include <string.h>

#include "reference.h"
#include "tracks.h"

/* The field of type that node names, if it is of that kind; else TYPE_NONE: reported. */
static uint32_t find_field(struct track_load *track, const struct node *node, uint32_t type,
			   enum field_kind kind)
{
	struct load *load = track->load;
	const struct event_type *event = schema_type(load->config->schema, type);
	const char *name;
	uint32_t field;

	if (!node || !read_text(load, node, &name) ||
	    !reference_find_field(load, type, name, node->place, &field))
		return TYPE_NONE;
	if (load->broken_types[type] || event->fields[field].kind == kind)
		return field;
	report_error(load->report, node->place, "field '%s' of event '%s' is %s; here stands %s",
		     name, event->name, field_kind_name(event->fields[field].kind),
		     field_kind_name(kind));
	return TYPE_NONE;
}

/* The fields that identify a record, in an event of type. */
static void find_key(struct track_load *track, uint32_t type, struct track_step *step)
{
	struct load *load = track->load;
	const struct event_type *event = schema_type(load->config->schema, type);

	for (uint32_t i = 0; i < track->track->n_key; i++) {
		const struct node *node = track->key_nodes[i];
		const struct field *field;

		if (!reference_find_field(load, type, track->keys[i], node->place,
					  &step->key_fields[i]) ||
		    load->broken_types[type])
			continue;
		field = &event->fields[step->key_fields[i]];
		if (field->kind != FIELD_TEXT && field->kind != FIELD_CHOICE)
			report_error(load->report, node->place,
				     "field '%s' of event '%s' is %s; a record is identified by a "
				     "text or a choice",
				     field->name, event->name, field_kind_name(field->kind));
	}
}

/* Whether an event of type can be a step: it is sent, and does nothing else to a record. */
static bool is_free(struct track_load *track, const struct node *item, uint32_t type)
{
	const struct track *made = track->track;

	if (schema_type(track->load->config->schema, type)->is_internal) {
		report_error(
			track->load->report, item->place,
			"'%s' is made by a track; records are followed by events that are sent",
			item->text);
		return false;
	}
	for (uint32_t i = 0; i < made->n_steps; i++) {
		if (made->steps[i].type != type)
			continue;
		report_error(track->load->report, item->place,
			     "'%s' is given already: an event does one thing to a record",
			     item->text);
		return false;
	}
	if (made->n_steps == TRACK_STEPS_MAX)
		report_error(track->load->report, item->place, "a track has at most %d events",
			     TRACK_STEPS_MAX);
	return made->n_steps < TRACK_STEPS_MAX;
}

static void add_step(struct track_load *track, const struct node *item, enum track_role role,
		     bool is_void)
{
	const struct track_nodes *nodes = &track->nodes->track;
	struct track_step step = { .role = role,
				   .key_fields = { TYPE_NONE, TYPE_NONE },
				   .unit_field = TYPE_NONE,
				   .due_field = TYPE_NONE,
				   .kind_field = TYPE_NONE,
				   .is_void = is_void };
	const struct node *calendars = nodes->calendars;

	if (!reference_read_type(track->load, item, &step.type) ||
	    !is_free(track, item, step.type)) {
		track->broken_steps = true;
		return;
	}
	find_key(track, step.type, &step);
	if (role == TRACK_TRANSFER)
		step.unit_field = find_field(track, nodes->to, step.type, FIELD_TEXT);
	if (role == TRACK_OPEN) {
		step.unit_field = find_field(track, nodes->unit, step.type, FIELD_TEXT);
		step.due_field = find_field(track, nodes->due, step.type, FIELD_TIME);
		if (calendars && calendars->kind == NODE_MAP)
			step.kind_field = find_field(track, node_find(calendars, "by"), step.type,
						     FIELD_TEXT);
	}
	track->track->steps[track->track->n_steps++] = step;
}

static void add_steps(struct track_load *track, const struct node *list, enum track_role role,
		      bool is_void)
{
	if (!list)
		return;
	if (list->kind == NODE_MAP || (list->kind == NODE_LIST && list->n == 0)) {
		report_error(track->load->report, list->place,
			     "'%s' must be an event or a list of events", list->key);
		track->broken_steps = true;
		return;
	}
	for (const struct node *item = node_first_item(list); item;
	     item = node_next_item(list, item))
		add_step(track, item, role, is_void);
}

static void read_key(struct track_load *track, const struct node *list)
{
	struct load *load = track->load;
	uint32_t *n = &track->track->n_key;

	if (list->kind == NODE_MAP ||
	    (list->kind == NODE_LIST && (list->n == 0 || list->n > TRACK_KEY_MAX))) {
		report_error(load->report, list->place,
			     "'%s' must be the field that identifies a record, or a list of at "
			     "most %d",
			     list->key, TRACK_KEY_MAX);
		return;
	}
	for (const struct node *item = node_first_item(list); item;
	     item = node_next_item(list, item)) {
		if (!read_text(load, item, &track->keys[*n]))
			continue;
		if (*n > 0 && strcmp(track->keys[0], track->keys[*n]) == 0)
			report_error(load->report, item->place, "'%s' is given twice",
				     track->keys[0]);
		track->key_nodes[(*n)++] = item;
	}
}

/* A key that only has a meaning beside another one, and needed there or not. */
static void check_beside(struct track_load *track, const struct node *node, const char *name,
			 const struct node *other, const char *other_name)
{
	if (node && !other)
		report_error(track->load->report, node->key_place,
			     "'%s' has no meaning without '%s'", name, other_name);
}

void track_read_steps(struct track_load *track)
{
	const struct track_nodes *nodes = &track->nodes->track;

	read_key(track, track->nodes->kinds[INDICATOR_GAUGE]);
	(void)read_present(track->load, track->nodes->entry, nodes->open, "open");
	(void)read_present(track->load, track->nodes->entry, nodes->close, "close");
	check_beside(track, nodes->to, "to", nodes->transfer, "transfer");
	check_beside(track, nodes->transfer, "transfer", nodes->to, "to");
	check_beside(track, nodes->pause, "pause", nodes->resume, "resume");
	check_beside(track, nodes->resume, "resume", nodes->pause, "pause");
	add_steps(track, nodes->open, TRACK_OPEN, false);
	add_steps(track, nodes->close, TRACK_CLOSE, false);
	add_steps(track, nodes->withdraw, TRACK_CLOSE, true);
	add_steps(track, nodes->pause, TRACK_PAUSE, false);
	add_steps(track, nodes->resume, TRACK_RESUME, false);
	add_steps(track, nodes->transfer, TRACK_TRANSFER, false);
}
