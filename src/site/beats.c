/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who lives: heartbeats, presence, and silence.
 */
#include <string.h>

#include "inside.h"
#include "streams.h"

#define EVERY_MAX_MS 86400000

static bool must_be_heard(const struct sites *sites, const struct site *site)
{
	return sites->options.wanted && sites->options.wanted[site->unit] == SITE_MUST &&
	       strcmp(site->sender, SITE_IOCD) == 0;
}

int64_t site_patience_ms(const struct sites *sites, const struct site *site)
{
	int64_t every_ms = site->beat.every_ms;

	if (site_is_refused(sites, site->unit))
		return 0;
	if (every_ms <= 0)
		every_ms = must_be_heard(sites, site) ? SITE_EVERY_MS : 0;
	return SITE_MISSES * (every_ms < EVERY_MAX_MS ? every_ms : EVERY_MAX_MS);
}

/* Takes the number before the next dot off the text: "0.2.1" is 0, then 2, then 1. */
static uint64_t take_number(const char **at)
{
	uint64_t number = 0;

	while (**at >= '0' && **at <= '9' && number < UINT32_MAX)
		number = number * 10 + (uint64_t)(*(*at)++ - '0');
	while (**at && **at != '.')
		(*at)++;
	*at += **at == '.';
	return number;
}

static bool is_older(const char *version, const char *than)
{
	while (*version || *than) {
		uint64_t a = take_number(&version), b = take_number(&than);

		if (a != b)
			return a < b;
	}
	return false;
}

bool site_is_old(const struct sites *sites, const struct site *site, bool *ret_version)
{
	const char *version = sites->options.version, *hash = sites->options.hash;
	const struct heartbeat *beat = &site->beat;

	*ret_version =
		version && version[0] && beat->version[0] && is_older(beat->version, version);
	return *ret_version || (hash && hash[0] && beat->hash[0] && strcmp(beat->hash, hash) != 0);
}

void site_revive(struct sites *sites, uint32_t number, int64_t now_ms)
{
	struct site *site = sites->list[number];

	if (site->first_ms == 0)
		site->first_ms = now_ms;
	if (now_ms > site->base_ms)
		site->base_ms = now_ms;
	if (!site->is_lost)
		return;
	site->is_lost = false;
	site->lost_ms = 0;
	site_note_moved(sites, number);
}

static void lose(struct sites *sites, uint32_t number, int64_t now_ms)
{
	struct site *site = sites->list[number];

	if (site->is_lost)
		return;
	site->is_lost = site->is_back = true;
	site->is_lagging = false;
	site->lost_ms = site->heard_ms ? site->heard_ms : site->first_ms;
	if (site->lost_ms == 0)
		site->lost_ms = now_ms;
	site_note_moved(sites, number);
	site_settle(sites, number);
}

void site_pass(struct sites *sites, uint32_t number, int64_t now_ms)
{
	struct site *site = sites->list[number];
	int64_t patience_ms = site_patience_ms(sites, site);

	if (site->first_ms == 0)
		site->first_ms = site->base_ms = now_ms;
	if (patience_ms > 0 && now_ms - site->base_ms > patience_ms)
		lose(sites, number, now_ms);
}

static bool has_presence(const struct site *site)
{
	return strcmp(site->sender, SITE_IOCD) == 0 || site->beat.every_ms > 0;
}

enum presence site_presence(const struct sites *sites, const struct site *site)
{
	return has_presence(site) ? (enum presence)sites->presences[site->unit] : PRESENCE_UNKNOWN;
}

void sites_meet(struct sites *sites, uint32_t unit, enum presence presence, int64_t now_ms)
{
	sites->presences[unit] = (uint8_t)presence;
	for (uint32_t i = 0; i < sites->n; i++) {
		const struct site *site = sites->list[i];

		if (site->unit != unit || site_is_refused(sites, unit) || !has_presence(site))
			continue;
		if (presence == PRESENCE_LOST)
			lose(sites, i, now_ms);
		if (presence == PRESENCE_ONLINE)
			site_revive(sites, i, now_ms);
		site_settle(sites, i);
	}
}

void sites_excuse(struct sites *sites, int64_t now_ms)
{
	for (uint32_t i = 0; i < sites->n; i++) {
		struct site *site = sites->list[i];

		if (site->first_ms == 0)
			site->first_ms = now_ms;
		if (now_ms > site->base_ms)
			site->base_ms = now_ms;
	}
}

/* ---- heartbeats ---- */

static void bound(int64_t *ms)
{
	if (*ms < 0)
		*ms = 0;
	if (*ms > SITE_TIME_MAX)
		*ms = SITE_TIME_MAX;
}

/* Its times come from a wire, and are reckoned with. */
static struct heartbeat bounded(const struct heartbeat *beat)
{
	struct heartbeat ret = *beat;

	bound(&ret.time_ms);
	bound(&ret.every_ms);
	bound(&ret.started_ms);
	for (int c = 0; c < N_FRAME_CLASSES; c++) {
		bound(&ret.streams[c].oldest_ms);
		bound(&ret.streams[c].given_up_from_ms);
		bound(&ret.streams[c].given_up_to_ms);
	}
	return ret;
}

static bool is_lagging(const struct heartbeat *beat)
{
	for (int c = 0; c < N_FRAME_CLASSES; c++) {
		const struct heartbeat_stream *stream = &beat->streams[c];

		if (stream->is_kept && stream->backlog > 0 && stream->oldest_ms > 0 &&
		    beat->time_ms - stream->oldest_ms > SITE_LAG_MS)
			return true;
	}
	return false;
}

static bool is_of_old_epoch(const struct site *site, const struct heartbeat *beat)
{
	for (int c = 0; c < N_FRAME_CLASSES; c++)
		if (beat->streams[c].is_kept &&
		    stream_was(&site->streams[c], beat->streams[c].epoch))
			return true;
	return false;
}

enum reason sites_hear(struct sites *sites, uint32_t unit, struct slice sender,
		       const struct heartbeat *heartbeat, int64_t now_ms, uint32_t *ret)
{
	struct heartbeat beat = bounded(heartbeat);
	enum reason reason;
	struct site *site;
	uint32_t number;

	reason = sites_admit(sites, unit, sender, beat.every_ms > 0, &number);
	if (reason)
		return reason;
	site = sites->list[number];
	if (is_of_old_epoch(site, &beat))
		return REASON_epoch_old;

	site_revive(sites, number, now_ms);
	for (int c = 0; c < N_FRAME_CLASSES; c++)
		stream_hear(site, (enum frame_class)c, &beat, now_ms);
	site->beat = beat;
	site->heard_ms = site->beat_ms = now_ms;
	site->skew_ms = beat.time_ms - now_ms;
	site->is_lagging = is_lagging(&beat);
	site->is_back = false;
	if (beat.epoch_orders == sites->options.orders)
		orders_trim(site, beat.orders_done);
	site_note_due(sites, number);
	site_settle(sites, number);
	*ret = number;
	return REASON_NONE;
}

int64_t sites_due_ms(const struct sites *sites)
{
	int64_t due_ms = INT64_MAX;

	for (uint32_t i = 0; i < sites->n; i++) {
		const struct site *site = sites->list[i];
		int64_t patience_ms = site_patience_ms(sites, site);
		int64_t at_ms = facts_due_ms(site);

		if (site->first_ms == 0)
			return 0; /* the next look says when it began */
		if (at_ms < due_ms)
			due_ms = at_ms;
		at_ms = site->base_ms + patience_ms + 1;
		if (!site->is_lost && patience_ms > 0 && at_ms < due_ms)
			due_ms = at_ms;
	}
	return due_ms;
}
