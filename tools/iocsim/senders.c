/* SPDX-License-Identifier: Apache-2.0 */
#include "senders.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

/* An event that waits for its unit to be back. */
struct parked {
	struct fact fact;
	char *json; /* owned */
	size_t size;
};

struct senders {
	const struct options *options;
	const struct world *world;
	struct feeder *feeder;
	int64_t *ahead_ms; /* owned; by unit */
	int64_t *back_ms; /* owned; by unit: time of the run until which it is offline; 0: it is not
			   */
	struct parked *parked; /* owned; in order */
	size_t n_parked;
};

static int read_quirks(struct senders *senders, const struct unit_wish *wishes, size_t n,
		       int64_t *values, struct text *report)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t unit =
			units_find(senders->world->units, wishes[i].unit, strlen(wishes[i].unit));

		if (unit == UNIT_NONE) {
			text_add(report, "there is no unit '%s'\n", wishes[i].unit);
			return SENDERS_UNKNOWN;
		}
		values[unit] = wishes[i].ms;
	}
	return 0;
}

int senders_new(struct senders **ret, const struct options *options, const struct world *world,
		struct feeder *feeder, struct text *report)
{
	CLEANUP(senders_free) struct senders *senders = xcalloc(1, sizeof(*senders));
	uint32_t n_units = units_count(world->units);
	int r;

	senders->options = options;
	senders->world = world;
	senders->feeder = feeder;
	senders->ahead_ms = xcalloc(n_units, sizeof(*senders->ahead_ms));
	senders->back_ms = xcalloc(n_units, sizeof(*senders->back_ms));
	r = read_quirks(senders, options->clocks, options->n_clocks, senders->ahead_ms, report);
	if (!r)
		r = read_quirks(senders, options->offline, options->n_offline, senders->back_ms,
				report);
	if (r)
		return r;

	*ret = senders;
	senders = NULL;
	return 0;
}

struct senders *senders_free(struct senders *senders)
{
	if (!senders)
		return NULL;

	for (size_t i = 0; i < senders->n_parked; i++)
		free(senders->parked[i].json);
	free(senders->parked);
	free(senders->back_ms);
	free(senders->ahead_ms);
	free(senders);
	return NULL;
}

int64_t senders_ahead_ms(const struct senders *senders, uint32_t unit)
{
	return senders->ahead_ms[unit];
}

/* Retained, as a client does at its birth and as its will does: a unit speaks for all its feeds. */
static int say(struct senders *senders, uint32_t unit, const char *state)
{
	CLEANUP_TEXT struct text topic = { 0 };
	CLEANUP_TEXT struct text payload = { 0 };

	text_add(&topic, "%s/%s/iocd/state", senders->world->settings->mqtt.prefix,
		 units_at(senders->world->units, unit)->id);
	text_add(&payload, "{\"state\":\"%s\",\"session\":%" PRId64 "}", state,
		 senders->world->run);
	return err_pass(feeder_say(senders->feeder, &topic, &payload));
}

static int say_all(struct senders *senders, const char *state, const char *offline_state)
{
	for (uint32_t u = 0; u < units_count(senders->world->units); u++) {
		int r;

		if (!senders->options->presence)
			return 0;
		r = say(senders, u, senders->back_ms[u] ? offline_state : state);
		if (r)
			return err_pass(r);
	}
	return 0;
}

int senders_begin(struct senders *senders)
{
	return err_pass(say_all(senders, "online", "lost"));
}

static void park(struct senders *senders, const struct fact *fact, const struct text *json)
{
	struct parked *parked;

	senders->parked = xrealloc(senders->parked, senders->n_parked + 1, sizeof(*parked));
	parked = &senders->parked[senders->n_parked++];
	*parked = (struct parked){ .fact = *fact, .json = xcalloc(1, json->size + 1) };
	parked->size = json->size;
	memcpy(parked->json, json->bytes, json->size);
}

int senders_give(struct senders *senders, const struct fact *fact, const struct text *json,
		 int64_t run_ms)
{
	if (run_ms < senders->back_ms[fact->unit]) {
		park(senders, fact, json);
		return 0;
	}
	return err_pass(feeder_give(senders->feeder, fact, json, fact->prompt));
}

/* Sends what unit has kept, and leaves the rest. */
static int release(struct senders *senders, uint32_t unit)
{
	size_t n = 0;
	int r = 0;

	for (size_t i = 0; i < senders->n_parked; i++) {
		struct parked *parked = &senders->parked[i];
		CLEANUP_TEXT struct text json = { 0 };

		if (r || parked->fact.unit != unit) {
			senders->parked[n++] = *parked;
			continue;
		}
		text_add_bytes(&json, parked->json, parked->size);
		r = feeder_give(senders->feeder, &parked->fact, &json, false);
		free(parked->json);
	}
	senders->n_parked = n;
	return err_pass(r);
}

int senders_turn(struct senders *senders, int64_t run_ms)
{
	int r = 0;

	for (size_t i = 0; !r && i < senders->options->n_offline; i++) {
		const char *id = senders->options->offline[i].unit;
		uint32_t unit = units_find(senders->world->units, id, strlen(id));

		if (senders->back_ms[unit] == 0 || run_ms < senders->back_ms[unit])
			continue;
		senders->back_ms[unit] = 0;
		if (senders->options->presence)
			r = say(senders, unit, "online");
		if (!r)
			r = release(senders, unit);
	}
	return err_pass(r);
}

int senders_finish(struct senders *senders)
{
	int r;

	r = senders_turn(senders, INT64_MAX);
	if (!r)
		r = say_all(senders, "stopped", "stopped");
	return err_pass(r);
}
