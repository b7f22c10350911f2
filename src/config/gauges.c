/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a track declares of its own.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "tracks.h"

static const struct {
	const char *suffix, *vi, *en;
	size_t offset; /* of the gauge's number in struct track */
} gauges[] = {
	{ ".due-soon", " - sắp đến hạn", " - due soon", offsetof(struct track, due_soon_gauge) },
	{ ".overdue", " - quá hạn", " - overdue", offsetof(struct track, overdue_gauge) },
	{ ".paused", " - tạm dừng", " - paused", offsetof(struct track, paused_gauge) },
};

/* Lends a text of two parts, for the life of the configuration. */
static const char *join(const struct load *load, const char *one, const char *other)
{
	CLEANUP_TEXT struct text text = { 0 };

	text_add(&text, "%s%s", one, other);
	return scratch_copy(load->config->memory, text_get(&text), text.size);
}

void track_declare_gauges(struct track_load *track)
{
	struct load *load = track->load;

	for (size_t i = 0; i < COUNT(gauges); i++) {
		const char *id = join(load, track->track->id, gauges[i].suffix);
		uint32_t number = load->indicators.n;

		if (!names_add(load, &load->indicators, track->nodes->entry, id, &indicator_naming))
			number = INDICATOR_NONE;
		memcpy((char *)track->track + gauges[i].offset, &number, sizeof(number));
	}
}

static void make_gauge(struct load *load, const struct indicator *open, uint32_t number, size_t i)
{
	struct indicator *gauge = &load->config->indicators[number];
	const char *id = gauge->id;

	*gauge = *open;
	gauge->id = id;
	gauge->kind = INDICATOR_GAUGE;
	gauge->title_vi = join(load, open->title_vi, gauges[i].vi);
	gauge->title_en = join(load, open->title_en, gauges[i].en);
	/* These are about the open ones alone. */
	gauge->target = NAN;
	gauge->bands = NULL;
	gauge->n_bands = 0;
	gauge->ranking = (struct ranking){ .units = NULL };
}

/* Whose feed it is that says how complete the gauges are. */
static uint32_t opening_type(const struct track *track)
{
	for (uint32_t i = 0; i < track->n_steps; i++)
		if (track->steps[i].role == TRACK_OPEN)
			return track->steps[i].type;
	return TYPE_NONE;
}

void tracks_make_gauges(struct load *load)
{
	for (uint32_t t = 0; t < load->config->n_tracks; t++) {
		const struct track *track = &load->config->tracks[t];

		load->config->indicators[track->open_gauge].type = opening_type(track);
		for (size_t i = 0; i < COUNT(gauges); i++) {
			uint32_t number;

			memcpy(&number, (const char *)track + gauges[i].offset, sizeof(number));
			if (number != INDICATOR_NONE)
				make_gauge(load, &load->config->indicators[track->open_gauge],
					   number, i);
		}
	}
}

static void add_field(struct event_type *type, struct field field)
{
	field.measure_vi = field.measure_vi ? field.measure_vi : "";
	field.measure_en = field.measure_en ? field.measure_en : "";
	field.min = -INFINITY;
	field.max = INFINITY;
	type->fields[type->n_fields++] = field;
}

static void add_record(struct event_type *type)
{
	add_field(type, (struct field){ .name = "record",
					.title_vi = "Hồ sơ",
					.title_en = "Record",
					.kind = FIELD_TEXT });
}

static void add_times(struct event_type *type)
{
	add_field(type, (struct field){ .name = "due",
					.title_vi = "Hạn trả",
					.title_en = "Due",
					.kind = FIELD_TIME,
					.optional = true });
	add_field(type, (struct field){ .name = "opened",
					.title_vi = "Mở lúc",
					.title_en = "Opened",
					.kind = FIELD_TIME });
}

static bool is_listed(const char *const *words, uint32_t n, const char *word)
{
	for (uint32_t i = 0; i < n; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

/* Which event closed the record: a choice of their names. */
static struct field make_how(const struct track_load *track)
{
	const struct config *config = track->load->config;
	const char **choices =
		scratch_take(config->memory, (TRACK_STEPS_MAX + 1) * sizeof(*choices));
	struct field how = { .name = "how",
			     .title_vi = "Kết thúc bằng",
			     .title_en = "Closed by",
			     .kind = FIELD_CHOICE,
			     .choices = choices };

	for (uint32_t i = 0; i < track->track->n_steps; i++) {
		const struct track_step *step = &track->track->steps[i];
		const char *name = schema_type(config->schema, step->type)->name;

		if (step->role == TRACK_CLOSE && !is_listed(choices, how.n_choices, name))
			choices[how.n_choices++] = name;
	}
	return how;
}

static void add_closing(struct event_type *type, const struct track_load *track)
{
	add_field(type, make_how(track));
	add_field(type, (struct field){ .name = "on_time",
					.title_vi = "Đúng hạn",
					.title_en = "On time",
					.kind = FIELD_FLAG,
					.optional = true });
	add_field(type, (struct field){ .name = "hours",
					.title_vi = "Thời gian xử lý",
					.title_en = "Processing time",
					.measure_vi = "giờ làm việc",
					.measure_en = "working hours",
					.kind = FIELD_NUMBER });
}

/* Declares one event; its number, or TYPE_NONE: reported. */
static uint32_t declare(struct track_load *track, struct event_type *type, const char *prefix,
			const char *suffix)
{
	struct load *load = track->load;
	struct place place = track->nodes->entry->key_place;
	uint32_t number;
	int r;

	type->name = join(load, prefix, suffix);
	type->place = place;
	type->is_internal = true;
	r = schema_add_type(load->config->schema, type, &number);
	if (r == SCHEMA_EXISTS)
		report_error(load->report, place,
			     "this makes event '%s' in feed '%s', which declares it already",
			     type->name, schema_feed(load->config->schema, type->feed)->id);
	else if (r)
		report_error(load->report, place, "more than %d events in all feeds", TYPES_MAX);
	if (r)
		return TYPE_NONE;
	load->broken_types[number] = track->broken_steps;
	return number;
}

/* "open" of "one-stop.open". */
static const char *short_name(const char *id)
{
	const char *dot = strchr(id, '.');

	return dot && dot[1] ? dot + 1 : id;
}

void track_declare_events(struct track_load *track)
{
	struct load *load = track->load;
	struct track *made = track->track;
	const char *prefix = short_name(made->id);
	struct event_type *types;

	made->closed_type = made->due_soon_type = made->overdue_type = TYPE_NONE;
	if (made->n_steps == 0 || made->steps[0].role != TRACK_OPEN) {
		load->lost_types[load->n_lost_types++] = prefix;
		return;
	}
	types = xcalloc(2, sizeof(*types)); /* large */
	types[0].feed = types[1].feed =
		schema_type(load->config->schema, made->steps[0].type)->feed;
	add_record(&types[0]);
	add_record(&types[1]);
	add_closing(&types[0], track);
	add_times(&types[0]);
	add_times(&types[1]);
	made->closed_type = declare(track, &types[0], prefix, ".closed");
	made->due_soon_type = declare(track, &types[1], prefix, ".due-soon");
	made->overdue_type = declare(track, &types[1], prefix, ".overdue");
	free(types);
}
