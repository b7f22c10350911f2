/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/site.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "inside.h"
#include "streams.h"

struct sites *sites_new(const struct sites_options *options)
{
	struct sites *sites = xcalloc(1, sizeof(*sites));

	sites->options = *options;
	sites->n_units = units_count(options->units);
	sites->presences = xcalloc((size_t)sites->n_units + 1, sizeof(*sites->presences));
	sites->incomplete = xcalloc((size_t)sites->n_units + 1, sizeof(*sites->incomplete));
	sites->is_turned = xcalloc((size_t)sites->n_units + 1, sizeof(*sites->is_turned));
	sites->turned = xcalloc((size_t)sites->n_units + 1, sizeof(*sites->turned));
	sites_expect(sites);
	return sites;
}

struct site *site_free(struct site *site)
{
	if (!site)
		return NULL;

	orders_trim(site, UINT64_MAX);
	free(site);
	return NULL;
}

struct sites *sites_free(struct sites *sites)
{
	if (!sites)
		return NULL;

	for (uint32_t i = 0; i < sites->n; i++)
		site_free(sites->list[i]);
	free(sites->turned);
	free(sites->is_turned);
	free(sites->incomplete);
	free(sites->presences);
	free(sites);
	return NULL;
}

/* ---- the list ---- */

bool site_is_refused(const struct sites *sites, uint32_t unit)
{
	return sites->options.wanted && sites->options.wanted[unit] == SITE_NOT;
}

struct site *sites_add(struct sites *sites, uint32_t unit, struct slice sender)
{
	struct site *site;

	if (sites->n == SITES_MAX)
		return NULL;

	site = xcalloc(1, sizeof(*site));
	site->unit = unit;
	memcpy(site->sender, sender.bytes, sender.size);
	for (int i = 0; i < SITE_FACTS; i++)
		site->facts[i].judgement = JUDGE_CLEAR;
	sites->list[sites->n++] = site;
	return site;
}

/* Whether somebody of unit is expected, by configuration or by what he said. */
static bool has_expected(const struct sites *sites, uint32_t unit)
{
	for (uint32_t i = 0; i < sites->n; i++)
		if (sites->list[i]->unit == unit && site_patience_ms(sites, sites->list[i]) > 0)
			return true;
	return false;
}

void sites_expect(struct sites *sites)
{
	if (!sites->options.wanted)
		return;
	for (uint32_t u = 0; u < sites->n_units; u++)
		if (sites->options.wanted[u] == SITE_MUST && !has_expected(sites, u))
			(void)sites_add(sites, u, (struct slice){ SITE_IOCD, strlen(SITE_IOCD) });
}

static bool is_sender(struct slice sender)
{
	if (sender.size == 0 || sender.size >= FRAME_SENDER_MAX || sender.bytes[0] == '-')
		return false;
	for (size_t i = 0; i < sender.size; i++) {
		char c = sender.bytes[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
			return false;
	}
	return true;
}

static uint32_t find(const struct sites *sites, uint32_t unit, struct slice sender)
{
	for (uint32_t i = 0; i < sites->n; i++) {
		const struct site *site = sites->list[i];

		if (site->unit == unit && strlen(site->sender) == sender.size &&
		    memcmp(site->sender, sender.bytes, sender.size) == 0)
			return i;
	}
	return SITE_NONE;
}

uint32_t sites_find(const struct sites *sites, uint32_t unit, const char *sender)
{
	return find(sites, unit, (struct slice){ sender, strlen(sender) });
}

/* The one of this unit that must be heard, and never was, turns out to bear another name. */
static uint32_t adopt(struct sites *sites, uint32_t unit, struct slice sender)
{
	uint32_t number = sites_find(sites, unit, SITE_IOCD);

	if (number == SITE_NONE || sites->list[number]->heard_ms > 0)
		return SITE_NONE;
	memset(sites->list[number]->sender, 0, FRAME_SENDER_MAX);
	memcpy(sites->list[number]->sender, sender.bytes, sender.size);
	return number;
}

enum reason sites_admit(struct sites *sites, uint32_t unit, struct slice sender, bool is_regular,
			uint32_t *ret)
{
	uint32_t number;

	assert(unit < sites->n_units);
	if (!is_sender(sender))
		return REASON_bad_topic;
	if (site_is_refused(sites, unit))
		return REASON_not_authorized;

	number = find(sites, unit, sender);
	if (number == SITE_NONE && is_regular)
		number = adopt(sites, unit, sender);
	if (number == SITE_NONE) {
		if (!sites_add(sites, unit, sender))
			return REASON_site_limit;
		number = sites->n - 1;
	}
	*ret = number;
	return REASON_NONE;
}

/* ---- frames ---- */

enum reason sites_begin(struct sites *sites, uint32_t unit, struct slice sender,
			const struct frame *frame, int64_t now_ms, uint32_t *ret)
{
	struct stream *stream;
	enum reason reason;
	struct site *site;
	uint32_t number;

	if (!frame->epoch[0] || frame->range.from.number >= frame->range.to.number)
		return REASON_bad_frame;
	reason = sites_admit(sites, unit, sender, false, &number);
	if (reason)
		return reason;
	site = sites->list[number];
	stream = &site->streams[frame->class];
	if (stream_was(stream, frame->epoch))
		return REASON_epoch_old;

	if (strcmp(stream->epoch, frame->epoch) != 0)
		stream_enter(site, frame->class, frame->epoch, frame->range.from, now_ms);
	site_revive(sites, number, now_ms);
	site->heard_ms = now_ms;
	site_settle(sites, number);
	if (!stream_has_room(site, frame)) {
		stream->put_off++;
		site_note_due(sites, number);
		return REASON_site_limit;
	}
	sites->frame_class = frame->class;
	sites->frame_first_ms = sites->frame_last_ms = 0;
	*ret = number;
	return REASON_NONE;
}

bool sites_is_new(const struct sites *sites, uint32_t site, uint64_t number)
{
	return ranges_lack(&sites->list[site]->streams[sites->frame_class], number);
}

void sites_note_recorded(struct sites *sites, uint32_t site, uint64_t number, int64_t recorded_ms)
{
	(void)site;
	(void)number;
	if (recorded_ms <= 0 || recorded_ms > SITE_TIME_MAX)
		return;
	if (sites->frame_first_ms == 0)
		sites->frame_first_ms = recorded_ms;
	sites->frame_last_ms = recorded_ms;
}

void sites_end(struct sites *sites, uint32_t site, const struct frame *frame, int64_t now_ms)
{
	stream_fill(sites->list[site], frame, sites->frame_first_ms, sites->frame_last_ms, now_ms);
	site_note_due(sites, site);
	site_settle(sites, site);
}

/* ---- what has changed ---- */

void site_note_due(struct sites *sites, uint32_t number)
{
	if (sites->list[number]->is_due)
		return;
	sites->list[number]->is_due = true;
	sites->due[sites->n_due++] = number;
}

void site_note_moved(struct sites *sites, uint32_t number)
{
	if (sites->list[number]->is_moved)
		return;
	sites->list[number]->is_moved = true;
	sites->moved[sites->n_moved++] = number;
}

void sites_note_turned(struct sites *sites, uint32_t unit)
{
	if (sites->is_turned[unit])
		return;
	sites->is_turned[unit] = true;
	sites->turned[sites->n_turned++] = unit;
}

bool site_is_incomplete(const struct sites *sites, const struct site *site)
{
	if (site_is_refused(sites, site->unit))
		return false;
	if (site->is_lost)
		return true;
	for (int c = 0; c < N_FRAME_CLASSES; c++)
		if (stream_is_incomplete(&site->streams[c]))
			return true;
	return false;
}

void site_settle(struct sites *sites, uint32_t number)
{
	struct site *site = sites->list[number];
	uint32_t *n = &sites->incomplete[site->unit];
	bool is_now = site_is_incomplete(sites, site);
	uint32_t before = *n;

	if (is_now == site->is_incomplete)
		return;
	site->is_incomplete = is_now;
	*n = is_now ? *n + 1 : *n - 1;
	if (before == 0 || *n == 0)
		sites_note_turned(sites, site->unit);
}

size_t sites_take_due(struct sites *sites, const uint32_t **ret)
{
	size_t n = sites->n_due;

	for (size_t i = 0; i < n; i++)
		sites->list[sites->due[i]]->is_due = false;
	sites->n_due = 0;
	*ret = sites->due;
	return n;
}

size_t sites_take_moved(struct sites *sites, const uint32_t **ret)
{
	size_t n = sites->n_moved;

	for (size_t i = 0; i < n; i++)
		sites->list[sites->moved[i]]->is_moved = false;
	sites->n_moved = 0;
	*ret = sites->moved;
	return n;
}

size_t sites_take_units(struct sites *sites, const uint32_t **ret)
{
	size_t n = sites->n_turned;

	for (size_t i = 0; i < n; i++)
		sites->is_turned[sites->turned[i]] = false;
	sites->n_turned = 0;
	*ret = sites->turned;
	return n;
}

bool sites_is_complete(const struct sites *sites, uint32_t unit)
{
	return sites->incomplete[unit] == 0;
}

/* ---- what is known ---- */

/* Before a heartbeat has said where the epoch begins at the sender, `have` would say that what lies
 * before the first frame is here. */
static bool may_be_receipted(const struct stream *stream)
{
	return stream->epoch[0] && (stream->is_beaten || stream->first.number == 0) &&
	       stream->have.number > stream->first.number;
}

void sites_receipt(const struct sites *sites, uint32_t site, struct receipt *ret)
{
	*ret = (struct receipt){ .orders = sites->options.orders };
	for (int c = 0; c < N_FRAME_CLASSES; c++) {
		const struct stream *stream = &sites->list[site]->streams[c];
		struct receipt_stream *told = &ret->streams[c];

		if (!may_be_receipted(stream))
			continue;
		told->is_known = true;
		memcpy(told->epoch, stream->epoch, sizeof(told->epoch));
		told->have = stream->have;
		told->n_missing = stream->n_ranges;
		memcpy(told->missing, stream->ranges, stream->n_ranges * sizeof(*stream->ranges));
	}
}

uint32_t sites_count(const struct sites *sites)
{
	return sites->n;
}

static void view_stream(const struct stream *stream, struct site_stream *ret)
{
	*ret = (struct site_stream){
		.is_known = stream->epoch[0] != '\0',
		.epoch = stream->epoch,
		.first = stream->first.number,
		.have = stream->have.number,
		.head = stream->head,
		.missing = ranges_missing(stream),
		.n_ranges = stream->n_ranges,
		.taken = stream->taken,
		.repeats = stream->repeats,
		.resets = stream->resets,
		.given_up = stream->given_up,
		.put_off = stream->put_off,
		.recorded_ms = stream->recorded_ms,
	};
}

void sites_view(const struct sites *sites, uint32_t site, struct site_view *ret)
{
	const struct site *at = sites->list[site];
	bool is_version;

	*ret = (struct site_view){
		.unit = at->unit,
		.sender = at->sender,
		.beat = at->beat,
		.heard_ms = at->heard_ms,
		.beat_ms = at->beat_ms,
		.first_ms = at->first_ms,
		.presence = site_presence(sites, at),
		.is_expected = site_patience_ms(sites, at) > 0,
		.is_lost = at->is_lost,
		.is_lagging = at->is_lagging,
		.is_old = site_is_old(sites, at, &is_version),
		.lost_ms = at->lost_ms,
		.skew_ms = at->skew_ms,
		.orders = at->n_orders,
	};
	for (int c = 0; c < N_FRAME_CLASSES; c++)
		view_stream(&at->streams[c], &ret->streams[c]);
}
