/* SPDX-License-Identifier: Apache-2.0 */
#include "province.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "places.h"

#define LOGINS_MAX  60   /* failed logins that may come at once, */
#define LOGIN_MS    4000 /* and how long it takes until there may be one more */
#define ATTEMPTS    50   /* to find something that can happen */
#define PHASES      25
#define MINUTE_MS   60000
#define SHARE_SCALE 1000 /* weights are whole numbers; a share of one may be small */
#define SHARE_LEAST 0.005

struct province {
	const struct world *world;
	struct random_stream random;
	struct office *offices; /* owned; by unit */
	bool *is_chosen;        /* owned; by unit */
	bool *is_apart;         /* owned; by unit */
	struct places *places;  /* owned */
	struct questions questions;
	uint32_t types[N_KINDS]; /* TYPE_NONE: not declared */
	bool rhythm;
	int64_t weighed_ms;        /* the minute that weights are for */
	unsigned weights[N_KINDS]; /* now */
	unsigned all_weights;      /* sum of them */
	unsigned full_weights;     /* sum of what is declared, if nobody rests */
	struct incident incidents[INCIDENTS_MAX];
	size_t n_incidents;
	uint64_t serial;      /* of the event made last */
	int64_t allowance_ms; /* when the allowance of logins grew last */
	uint32_t logins_left; /* of it */
};

static uint32_t chance(struct province *province, uint32_t n)
{
	return (uint32_t)random_below(&province->random, n);
}

static const struct place_list *units_of(const struct province *province, enum kind_number kind)
{
	const struct world *world = province->world;

	return places_of_kind(province->places, &kinds[kind],
			      schema_type(world->schema, province->types[kind])->feed);
}

static uint32_t find_type(const struct world *world, const struct kind *kind)
{
	uint32_t feed = schema_find_feed(world->schema, kind->feed, strlen(kind->feed));

	if (feed == TYPE_NONE)
		return TYPE_NONE;
	return schema_find_type(world->schema, feed, kind->event, strlen(kind->event));
}

static bool has_feed(const struct world *world, const char *feed)
{
	return schema_find_feed(world->schema, feed, strlen(feed)) != TYPE_NONE;
}

/* Packs differ in what a feed carries; a whole feed that is missing is told. */
static int find_kinds(struct province *province, struct text *report)
{
	for (size_t i = 0; i < N_KINDS; i++) {
		province->types[i] = find_type(province->world, &kinds[i]);
		if (province->types[i] != TYPE_NONE)
			province->full_weights += kinds[i].weight * SHARE_SCALE;
		else if (!has_feed(province->world, kinds[i].feed))
			text_add(report, "the configuration has no %s/%s: left out\n",
				 kinds[i].feed, kinds[i].event);
	}
	if (province->full_weights > 0)
		return 0;
	text_add(report, "nothing that can be simulated is in the configuration\n");
	return PROVINCE_UNKNOWN;
}

static enum kind_number kind_of_incident(enum incident_kind kind)
{
	switch (kind) {
	case INCIDENT_OVERDUE:
		return KIND_RESOLVED;
	case INCIDENT_LINK_DOWN:
		return KIND_LINK;
	case INCIDENT_INTRUSION:
		break;
	}
	return KIND_INCIDENT;
}

/* Any unit where that can happen; where files are late, one with units below it if there is any. */
static uint32_t pick_unit(struct province *province, enum incident_kind kind)
{
	const struct place_list *list = units_of(province, kind_of_incident(kind));
	uint32_t unit = list->units[chance(province, list->n)];

	for (int i = 0; i < ATTEMPTS; i++) {
		uint32_t other = list->units[chance(province, list->n)];
		uint32_t depth = units_at(province->world->units, other)->depth;

		if (depth > 0 &&
		    places_has_children(province->places, other) == (kind == INCIDENT_OVERDUE))
			return other;
	}
	return unit;
}

static int add_incident(struct province *province, const struct incident_wish *wish,
			struct text *report)
{
	struct incident *incident = &province->incidents[province->n_incidents++];
	const struct units *units = province->world->units;

	if (province->types[kind_of_incident(wish->kind)] == TYPE_NONE) {
		text_add(report, "the configuration has no events for the incident '%s'\n",
			 incident_name(wish->kind));
		return PROVINCE_UNKNOWN;
	}
	*incident = (struct incident){ .wish = *wish };
	incident->unit = wish->unit[0] ? units_find(units, wish->unit, strlen(wish->unit))
				       : pick_unit(province, wish->kind);
	if (incident->unit == UNIT_NONE) {
		text_add(report, "there is no unit '%s'\n", wish->unit);
		return PROVINCE_UNKNOWN;
	}
	text_add(report, "incident %s at %s after ", incident_name(wish->kind),
		 units_at(units, incident->unit)->id);
	text_add_duration(report, wish->start_ms);
	text_add(report, " for ");
	text_add_duration(report, wish->length_ms);
	text_add(report, "\n");
	return 0;
}

static int choose_units(struct province *province, const struct province_options *options,
			struct text *report)
{
	uint32_t n_units = units_count(province->world->units);
	bool *is_silent = xcalloc(n_units, sizeof(*is_silent));
	int r = 0;

	province->is_chosen = xcalloc(n_units, sizeof(bool));
	province->is_apart = xcalloc(n_units, sizeof(bool));
	if (options->only_units)
		r = places_read(province->world, options->only_units, province->is_chosen, report);
	else
		memset(province->is_chosen, true, n_units * sizeof(bool));
	if (!r && options->silent_units)
		r = places_read(province->world, options->silent_units, is_silent, report);
	if (!r && options->apart_units)
		r = places_read(province->world, options->apart_units, province->is_apart, report);
	for (uint32_t u = 0; u < n_units; u++)
		if (is_silent[u])
			province->is_chosen[u] = false;
	free(is_silent);
	return r ? PROVINCE_UNKNOWN : 0;
}

static int prepare(struct province *province, const struct province_options *options,
		   struct text *report)
{
	uint32_t n_units = units_count(options->world->units);
	int r;

	province->offices = xcalloc(n_units, sizeof(*province->offices));
	for (uint32_t u = 0; u < n_units; u++)
		province->offices[u].phase = chance(province, PHASES);

	r = choose_units(province, options, report);
	if (!r)
		r = find_kinds(province, report);
	if (r)
		return r;
	province->places = places_new(province->world, province->is_chosen);
	if (places_of(province->places, ANYWHERE)->n == 0) {
		text_add(report, "no unit is left to send anything\n");
		return PROVINCE_UNKNOWN;
	}
	for (size_t i = 0; !r && i < options->n_wishes; i++)
		r = add_incident(province, &options->wishes[i], report);
	return r;
}

int province_new(struct province **ret, const struct province_options *options, struct text *report)
{
	CLEANUP(province_free) struct province *province = xcalloc(1, sizeof(*province));
	int r;

	assert(options->n_wishes <= INCIDENTS_MAX);
	province->world = options->world;
	province->rhythm = options->rhythm;
	province->weighed_ms = INT64_MIN;
	province->logins_left = LOGINS_MAX;
	random_seed(&province->random, options->world->seed);
	r = prepare(province, options, report);
	if (r)
		return r;

	*ret = province;
	province = NULL;
	return 0;
}

struct province *province_free(struct province *province)
{
	if (!province)
		return NULL;

	places_free(province->places);
	free(province->is_apart);
	free(province->is_chosen);
	free(province->offices);
	free(province);
	return NULL;
}

static unsigned weight_of(const struct province *province, size_t kind, int64_t now_ms)
{
	double share = 1;

	if (province->types[kind] == TYPE_NONE)
		return 0;
	if (province->rhythm)
		share = rhythm_share(kinds[kind].rhythm, now_ms,
				     province->world->settings->offset_minutes);
	return (unsigned)(kinds[kind].weight * SHARE_SCALE * share);
}

/* At an hour when all rest, what happens is as by day. */
static void weigh(struct province *province, int64_t now_ms)
{
	int64_t minute_ms = now_ms - now_ms % MINUTE_MS;

	if (province->weighed_ms == minute_ms)
		return;
	province->weighed_ms = minute_ms;
	province->all_weights = 0;
	for (size_t i = 0; i < N_KINDS; i++)
		province->all_weights += province->weights[i] = weight_of(province, i, now_ms);
	for (size_t i = 0; province->all_weights == 0 && i < N_KINDS; i++)
		if (province->types[i] != TYPE_NONE)
			province->all_weights += province->weights[i] = kinds[i].weight;
}

static enum kind_number draw_kind(struct province *province)
{
	uint32_t at = chance(province, province->all_weights);

	for (int i = 0; i < N_KINDS; i++) {
		if (at < province->weights[i])
			return (enum kind_number)i;
		at -= province->weights[i];
	}
	assert(false);
	return KIND_RECEIVED;
}

static bool link_is_held(const struct province *province, uint32_t unit, int64_t run_ms)
{
	for (size_t i = 0; i < province->n_incidents; i++)
		if (incident_holds_link(&province->incidents[i], unit, run_ms))
			return true;
	return false;
}

/* Logins fail now and then in a whole province, however fast the run is. */
static void grow_allowance(struct province *province, int64_t run_ms)
{
	for (; province->allowance_ms + LOGIN_MS <= run_ms; province->allowance_ms += LOGIN_MS)
		province->logins_left += province->logins_left < LOGINS_MAX;
}

static struct making begin(struct province *province, uint32_t unit, enum kind_number kind,
			   int64_t now_ms, int64_t run_ms, struct fact *fact)
{
	fact_init(fact, unit, province->types[kind], now_ms);
	return (struct making){
		.world = province->world,
		.random = &province->random,
		.offices = province->offices,
		.office = &province->offices[unit],
		.questions = &province->questions,
		.fact = fact,
		.other_unit = UNIT_NONE,
		.run_ms = run_ms,
		.is_branch = units_at(province->world->units, unit)->depth == 1 &&
			     places_has_children(province->places, unit),
	};
}

/* An ordinary event, if what chance proposes can happen. */
static bool try_ordinary(struct province *province, int64_t now_ms, int64_t run_ms,
			 struct fact *fact)
{
	enum kind_number kind = draw_kind(province);
	const struct place_list *list = units_of(province, kind);
	const struct place_list *offices = places_of(province->places, AT_OFFICES);
	uint32_t unit = list->units[chance(province, list->n)];
	uint32_t other = offices->units[chance(province, offices->n)];
	struct making making = begin(province, unit, kind, now_ms, run_ms, fact);

	if (!province->is_apart[unit] && !province->is_apart[other])
		making.other_unit = other;
	making.link_is_held = link_is_held(province, unit, run_ms);
	making.may_login = province->logins_left > 0;
	if (!kinds[kind].make(&making))
		return false;
	if (kind == KIND_LOGIN)
		province->logins_left--;
	return true;
}

static void tell(struct making *making, enum incident_act act, enum kind_number kind)
{
	if (act == ACT_RESOLVE_LATE || act == ACT_RESOLVE_ON_TIME)
		make_told_file(making, act == ACT_RESOLVE_LATE, kind);
	else if (act == ACT_LINK_DOWN || act == ACT_LINK_UP)
		make_told_link(making, act == ACT_LINK_UP);
	else if (act == ACT_CRITICAL)
		make_told_critical(making);
	else
		make_told_login(making);
}

/* What an incident tells, if it does. */
static bool try_incident(struct province *province, struct incident *incident, int64_t now_ms,
			 int64_t run_ms, struct fact *fact)
{
	enum incident_act act = incident_next(incident, run_ms, &province->random);
	enum kind_number kind =
		act == ACT_LOGIN ? KIND_LOGIN : kind_of_incident(incident->wish.kind);
	struct making making;

	if (act == ACT_NOTHING || province->types[kind] == TYPE_NONE)
		return false;

	making = begin(province, incident->unit, kind, now_ms, run_ms, fact);
	if (kind == KIND_RESOLVED)
		kind = told_file_kind(&making, act == ACT_RESOLVE_LATE);
	if (province->types[kind] == TYPE_NONE)
		return false;
	fact->type = province->types[kind];
	fact->prompt = true;
	tell(&making, act, kind);
	return true;
}

static void make_any(struct province *province, int64_t now_ms, int64_t run_ms, struct fact *fact)
{
	for (size_t i = 0; i < province->n_incidents; i++)
		if (try_incident(province, &province->incidents[i], now_ms, run_ms, fact))
			return;
	grow_allowance(province, run_ms);
	weigh(province, now_ms);
	for (int i = 0; i < ATTEMPTS; i++)
		if (try_ordinary(province, now_ms, run_ms, fact))
			return;
	/* Nothing can happen: what was begun last happens with values of no meaning. */
}

void province_next(struct province *province, int64_t now_ms, int64_t run_ms, struct fact *ret)
{
	make_any(province, now_ms, run_ms, ret);
	ret->serial = ++province->serial;
	fact_complete(ret, province->world, &province->random);
}

double province_share(const struct province *province, int64_t now_ms)
{
	double share = 0;

	for (size_t i = 0; i < N_KINDS; i++)
		share += weight_of(province, i, now_ms);
	share /= province->full_weights;
	return share > SHARE_LEAST ? share : SHARE_LEAST;
}

double province_rhythm(int64_t now_ms, int offset_minutes)
{
	/* by hour; people rest at noon, links and sensors never */
	static const double shares[24] = { 0.1, 0.1,  0.1,  0.1,  0.1,  0.15, 0.3,  0.8,
					   1.0, 1.0,  0.95, 0.7,  0.35, 0.7,  1.0,  0.95,
					   0.8, 0.45, 0.3,  0.25, 0.25, 0.2,  0.15, 0.1 };
	int64_t local_ms = now_ms + offset_minutes * INT64_C(60000);
	int32_t weekday = (civil_day(now_ms, offset_minutes) + 4) % 7; /* 0: Sunday */
	double share = shares[local_ms / 3600000 % 24];

	return weekday == 0 || weekday == 6 ? share * 0.3 : share;
}
