/* SPDX-License-Identifier: Apache-2.0 */
#include "cases.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/map.h"
#include "iocd/base/scratch.h"
#include "iocd/tracker.h"

enum case_state { CASE_OPEN, CASE_PAUSED, CASE_ON_TIME, CASE_LATE, CASE_WITHDRAWN };

struct one_case {
	uint32_t track;
	uint32_t unit; /* that is charged */
	enum case_state state;
	const struct calendar *calendar; /* of its kind of file; NULL: as the unit has it */
	int64_t due_ms;                  /* 0: none */
	int64_t paused_ms;               /* CASE_PAUSED: since when */
};

struct cases {
	const struct world *world;
	struct one_case *list; /* owned */
	uint32_t n;
	struct map *numbers;   /* owned; "track/key/key" to its place in list */
	struct scratch *texts; /* owned; keys of the map */
};

struct cases *cases_new(const struct world *world)
{
	struct cases *cases = xcalloc(1, sizeof(*cases));

	cases->world = world;
	cases->numbers = map_new();
	cases->texts = scratch_new(65536);
	return cases;
}

struct cases *cases_free(struct cases *cases)
{
	if (!cases)
		return NULL;

	scratch_free(cases->texts);
	map_free(cases->numbers);
	free(cases->list);
	free(cases);
	return NULL;
}

static void add_key(struct text *key, const struct cases *cases, uint32_t track,
		    const struct track_step *step, const struct fact *fact)
{
	const struct event_type *type = schema_type(cases->world->schema, fact->type);

	text_add(key, "%u", track);
	for (uint32_t i = 0; i < cases->world->tracks[track].n_key; i++) {
		const struct fact_value *value = &fact->values[step->key_fields[i]];

		if (type->fields[step->key_fields[i]].kind == FIELD_CHOICE)
			text_add(key, "/%u", value->choice);
		else
			text_add(key, "/%s", value->text);
	}
}

static struct one_case *find(struct cases *cases, const struct text *key)
{
	uint32_t i = map_find(cases->numbers, text_get(key), key->size);

	return i == MAP_NONE ? NULL : &cases->list[i];
}

static uint32_t named_unit(const struct cases *cases, uint32_t field, const struct fact *fact)
{
	const char *id;

	if (field == TYPE_NONE || !fact->values[field].present)
		return UNIT_NONE;
	id = fact->values[field].text;
	return units_find(cases->world->units, id, strlen(id));
}

static const struct calendar *calendar_of(const struct cases *cases, const struct one_case *one)
{
	const struct track *track = &cases->world->tracks[one->track];

	if (one->calendar)
		return one->calendar;
	if (track->by_unit && track->by_unit[one->unit])
		return track->by_unit[one->unit];
	return track->calendar;
}

static const struct calendar *
calendar_of_kind(const struct track *track, const struct track_step *step, const struct fact *fact)
{
	const char *kind;
	uint32_t i;

	if (!track->kinds || step->kind_field == TYPE_NONE ||
	    !fact->values[step->kind_field].present)
		return NULL;
	kind = fact->values[step->kind_field].text;
	i = map_find(track->kinds, kind, strlen(kind));
	return i == MAP_NONE ? NULL : track->by_kind[i];
}

static void open_case(struct cases *cases, const struct text *key, uint32_t number,
		      const struct track_step *step, const struct fact *fact)
{
	const struct track *track = &cases->world->tracks[number];
	uint32_t asked = named_unit(cases, step->unit_field, fact);
	struct one_case *one = find(cases, key);

	if (!one) {
		cases->list = xrealloc(cases->list, cases->n + 1, sizeof(*cases->list));
		one = &cases->list[cases->n];
		if (map_add(cases->numbers, scratch_copy(cases->texts, text_get(key), key->size),
			    key->size, cases->n) == 0)
			cases->n++;
	}
	*one = (struct one_case){ .track = number,
				  .unit = asked == UNIT_NONE ? fact->unit : asked,
				  .calendar = calendar_of_kind(track, step, fact) };
	if (step->due_field != TYPE_NONE && fact->values[step->due_field].present)
		one->due_ms = fact->values[step->due_field].time_ms;
	else if (track->allow_days)
		one->due_ms = calendar_after_days(calendar_of(cases, one), fact->time_ms,
						  track->allow_days);
}

/* Moves the deadline by the working time that the clock stood. */
static void go_on(const struct cases *cases, struct one_case *one, int64_t time_ms)
{
	const struct calendar *calendar = calendar_of(cases, one);

	if (one->due_ms)
		one->due_ms =
			calendar_after_ms(calendar, one->due_ms,
					  calendar_elapsed_ms(calendar, one->paused_ms, time_ms));
	one->state = CASE_OPEN;
}

static void close_case(const struct cases *cases, struct one_case *one,
		       const struct track_step *step, int64_t time_ms)
{
	if (one->state == CASE_PAUSED)
		go_on(cases, one, time_ms);
	if (step->is_void)
		one->state = CASE_WITHDRAWN;
	else
		one->state = !one->due_ms || time_ms <= one->due_ms ? CASE_ON_TIME : CASE_LATE;
}

/* What a step does to a record that is open. */
static bool carry(const struct cases *cases, struct one_case *one, const struct track_step *step,
		  const struct fact *fact)
{
	uint32_t to;

	switch (step->role) {
	case TRACK_OPEN:
		break;
	case TRACK_CLOSE:
		close_case(cases, one, step, fact->time_ms);
		return true;
	case TRACK_PAUSE:
		if (one->state == CASE_OPEN)
			one->paused_ms = fact->time_ms;
		one->state = CASE_PAUSED;
		break;
	case TRACK_RESUME:
		if (one->state == CASE_PAUSED)
			go_on(cases, one, fact->time_ms);
		break;
	case TRACK_TRANSFER:
		to = named_unit(cases, step->unit_field, fact);
		if (to != UNIT_NONE)
			one->unit = to;
		break;
	}
	return false;
}

bool cases_add(struct cases *cases, uint32_t track, const struct fact *fact, struct closing *ret)
{
	const struct track *about = &cases->world->tracks[track];

	for (uint32_t i = 0; i < about->n_steps; i++) {
		const struct track_step *step = &about->steps[i];
		CLEANUP_TEXT struct text key = { 0 };
		struct one_case *one;

		if (step->type != fact->type)
			continue;
		add_key(&key, cases, track, step, fact);
		if (step->role == TRACK_OPEN) {
			open_case(cases, &key, track, step, fact);
			continue;
		}
		one = find(cases, &key);
		if (!one || one->state > CASE_PAUSED || !carry(cases, one, step, fact))
			continue;
		*ret = (struct closing){ .track = track,
					 .step = i,
					 .unit = one->unit,
					 .is_void = step->is_void,
					 .is_on_time = one->state == CASE_ON_TIME };
		return true;
	}
	return false;
}

/* ---- the book as JSON ---- */

struct sums {
	uint32_t open, paused, overdue, on_time, late, withdrawn;
};

static void count(struct sums *sums, const struct one_case *one, int64_t now_ms)
{
	bool is_open = one->state <= CASE_PAUSED;
	int64_t stands_ms = one->state == CASE_PAUSED ? one->paused_ms : now_ms;

	sums->open += is_open;
	sums->paused += one->state == CASE_PAUSED;
	sums->overdue += is_open && one->due_ms && stands_ms > one->due_ms;
	sums->on_time += one->state == CASE_ON_TIME;
	sums->late += one->state == CASE_LATE;
	sums->withdrawn += one->state == CASE_WITHDRAWN;
}

static void add_track(struct text *out, const struct cases *cases, uint32_t track,
		      struct sums *sums, int64_t now_ms)
{
	const struct units *units = cases->world->units;
	const char *separator = "";

	memset(sums, 0, units_count(units) * sizeof(*sums));
	for (uint32_t i = 0; i < cases->n; i++) {
		if (cases->list[i].track != track)
			continue;
		for (uint32_t u = cases->list[i].unit; u != UNIT_NONE; u = units_parent(units, u))
			count(&sums[u], &cases->list[i], now_ms);
	}
	for (uint32_t u = 0; u < units_count(units); u++) {
		const struct sums *sum = &sums[u];

		if (sum->open + sum->on_time + sum->late + sum->withdrawn == 0)
			continue;
		text_add(out,
			 "%s\n\"%s\":{\"open\":%u,\"paused\":%u,\"overdue\":%u,\"on_time\":%u,"
			 "\"late\":%u,\"withdrawn\":%u}",
			 separator, units_at(units, u)->id, sum->open, sum->paused, sum->overdue,
			 sum->on_time, sum->late, sum->withdrawn);
		separator = ",";
	}
}

void cases_json(struct text *out, const struct cases *cases, int64_t now_ms)
{
	const struct world *world = cases->world;
	struct sums *sums = xcalloc(units_count(world->units), sizeof(*sums));

	text_add(out, "{");
	for (uint32_t i = 0; i < world->n_tracks; i++) {
		text_add(out, "%s\n\"%s\":{", i ? "," : "", world->tracks[i].id);
		add_track(out, cases, i, sums, now_ms);
		text_add(out, "}");
	}
	text_add(out, "}");
	free(sums);
}
