/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What iocd has to say of itself goes into its own journal, as soon as a part's light changes: so
 * that it becomes an alert like any other, also in a replay.
 */
#include <stdio.h>
#include <string.h>

#include "iocd/base/clock.h"
#include "iocd/base/log.h"
#include "iocd/base/text.h"
#include "iocd/own.h"
#include "parts.h"

#define WORDS_EVERY_MS 30000 /* the same light with other words */

/* clang-format off */
static const struct {
	const char *part; /* of health */
	enum own_part own;
} parts[] = {
	{ "mqtt",     OWN_BROKER },
	{ "redis",    OWN_REDIS },
	{ "disk",     OWN_DISK },
	{ "journal",  OWN_DISK },
	{ "config",   OWN_CONFIG },
	{ "history",  OWN_HISTORY },
	{ "delivery", OWN_DELIVERY },
	{ "canary",   OWN_CANARY },
	{ "certificate", OWN_CERTIFICATE },
	{ "uplink",   OWN_UPLINK },
	{ "outbox",   OWN_OUTBOX },
};
/* clang-format on */

static const char *light_word(enum light light)
{
	static const char *const words[] = {
		[LIGHT_GREEN] = "green",
		[LIGHT_AMBER] = "amber",
		[LIGHT_RED] = "red",
	};

	return words[light];
}

int own_append(struct app *app, const char *topic, const char *payload, size_t size)
{
	const struct record record = {
		.kind = RECORD_OWN,
		.topic = topic,
		.topic_size = strlen(topic),
		.payload = payload,
		.payload_size = size,
	};

	return journal_append(app->journal, &record, app_now_ms(app));
}

static bool is_new(const struct own_said *said, const struct part_health *part, int64_t now_ms)
{
	if (!said->is_said || said->light != part->light)
		return true;
	return part->light != LIGHT_GREEN && now_ms - said->at_ms >= WORDS_EVERY_MS &&
	       strncmp(said->detail, part->detail, sizeof(said->detail) - 1) != 0;
}

static void say(struct app *app, enum own_part own, const struct part_health *part)
{
	struct own_said *said = &app->said[own];
	int64_t now_ms = clock_mono_ms();
	CLEANUP_TEXT struct text payload = { 0 };
	int r;

	if (!is_new(said, part, now_ms))
		return;
	text_add(&payload, "%s %s %s", own_part_name(own), light_word(part->light), part->detail);
	r = own_append(app, OWN_TOPIC_STATE, text_get(&payload), payload.size);
	if (r) /* said again in a second */
		return;

	said->is_said = true;
	said->light = part->light;
	said->at_ms = now_ms;
	(void)snprintf(said->detail, sizeof(said->detail), "%s", part->detail);
}

/* Whether a part has nothing to say: nothing is known of it yet, so that what was known before the
 * start holds (else a fault that outlives a restart would end and begin anew); or we have left the
 * broker ourselves, of which the disk says why. */
static bool is_mum(const struct part_health *part)
{
	return strcmp(part->state, PART_BEGINNING) == 0 ||
	       strcmp(part->state, mqtt_state_name(MQTT_PAUSED)) == 0;
}

/* The part of that name; NULL: there is none that says something. */
static const struct part_health *find(const struct control_health *health, const char *name)
{
	for (size_t i = 0; i < health->n_parts; i++)
		if (strcmp(health->parts[i].name, name) == 0)
			return is_mum(&health->parts[i]) ? NULL : &health->parts[i];
	return NULL;
}

/* A disk that is only slow to sync is for the status alone: its alert would come when it is over.
 */
static bool is_worse(const struct part_health *part, const struct part_health *than)
{
	bool is_slow = strcmp(part->name, "journal") == 0 && part->light != LIGHT_RED;

	return !than || (part->light > than->light && !is_slow);
}

void own_tick(struct app *app, const struct control_health *health)
{
	const struct part_health *worst[N_OWN_PARTS] = { NULL };

	for (size_t i = 0; i < COUNT(parts); i++) {
		const struct part_health *part = find(health, parts[i].part);

		if (part && is_worse(part, worst[parts[i].own]))
			worst[parts[i].own] = part;
	}
	for (int own = 0; own < N_OWN_PARTS; own++)
		if (worst[own])
			say(app, (enum own_part)own, worst[own]);
}
