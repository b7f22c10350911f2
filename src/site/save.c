/* SPDX-License-Identifier: Apache-2.0 */
#include "inside.h"
#include "saved.h"

static void put_mark(const struct mark *mark, struct bytes_writer *writer)
{
	bytes_put_u64(writer, mark->number);
	bytes_put_u64(writer, mark->position);
}

static void put_beat_stream(const struct heartbeat_stream *stream, struct bytes_writer *writer)
{
	bytes_put_u8(writer, stream->is_kept);
	bytes_put_text(writer, stream->epoch);
	put_mark(&stream->first, writer);
	put_mark(&stream->head, writer);
	bytes_put_u64(writer, stream->backlog);
	bytes_put_i64(writer, stream->oldest_ms);
	bytes_put_u64(writer, stream->given_up);
	bytes_put_i64(writer, stream->given_up_from_ms);
	bytes_put_i64(writer, stream->given_up_to_ms);
}

static void put_beat(const struct heartbeat *beat, struct bytes_writer *writer)
{
	bytes_put_text(writer, beat->instance);
	bytes_put_text(writer, beat->version);
	bytes_put_text(writer, beat->hash);
	bytes_put_text(writer, beat->trouble);
	bytes_put_i64(writer, beat->time_ms);
	bytes_put_i64(writer, beat->every_ms);
	bytes_put_i64(writer, beat->started_ms);
	bytes_put_u64(writer, beat->orders_done);
	bytes_put_u64(writer, beat->epoch_orders);
	bytes_put_u32(writer, beat->alerts_warning);
	bytes_put_u32(writer, beat->alerts_critical);
	for (int c = 0; c < N_FRAME_CLASSES; c++)
		put_beat_stream(&beat->streams[c], writer);
}

static void put_stream(const struct stream *stream, struct bytes_writer *writer)
{
	bytes_put_text(writer, stream->epoch);
	for (int i = 0; i < SITE_EPOCHS; i++)
		bytes_put_text(writer, stream->former[i]);
	put_mark(&stream->first, writer);
	put_mark(&stream->have, writer);
	bytes_put_u32(writer, stream->n_ranges);
	for (uint32_t i = 0; i < stream->n_ranges; i++) {
		put_mark(&stream->ranges[i].from, writer);
		put_mark(&stream->ranges[i].to, writer);
	}
	bytes_put_u8(writer, stream->is_beaten);
	bytes_put_u64(writer, stream->head);
	bytes_put_u64(writer, stream->said);
	bytes_put_u64(writer, stream->owed);
	bytes_put_i64(writer, stream->first_ms);
	bytes_put_i64(writer, stream->recorded_ms);
	bytes_put_u64(writer, stream->taken);
	bytes_put_u64(writer, stream->repeats);
	bytes_put_u64(writer, stream->resets);
	bytes_put_u64(writer, stream->given_up);
	bytes_put_u64(writer, stream->put_off);
	bytes_put_u64(writer, stream->loss.n);
	bytes_put_i64(writer, stream->loss.from_ms);
	bytes_put_i64(writer, stream->loss.to_ms);
	bytes_put_i64(writer, stream->loss.at_ms);
}

/* What is missing of an open one follows from the streams. */
static void put_gap(const struct site_gap *gap, struct bytes_writer *writer)
{
	bytes_put_u8(writer, (uint8_t)gap->class);
	bytes_put_u64(writer, gap->from);
	bytes_put_u64(writer, gap->to);
	bytes_put_u64(writer, gap->given_up);
	bytes_put_i64(writer, gap->from_ms);
	bytes_put_i64(writer, gap->to_ms);
	bytes_put_i64(writer, gap->seen_ms);
	bytes_put_i64(writer, gap->closed_ms);
}

static void put_lists(const struct site *site, struct bytes_writer *writer)
{
	bytes_put_u32(writer, site->n_gaps);
	for (uint32_t i = 0; i < site->n_gaps; i++)
		put_gap(&site->gaps[i], writer);
	bytes_put_u64(writer, site->last_order);
	bytes_put_u32(writer, site->n_orders);
	for (uint32_t i = 0; i < site->n_orders; i++) {
		bytes_put_u64(writer, site->orders[i].number);
		bytes_put_text(writer, site->orders[i].json);
	}
	for (int i = 0; i < SITE_FACTS; i++) {
		bytes_put_u8(writer, site->facts[i].judgement);
		bytes_put_u64(writer, site->facts[i].digest);
		bytes_put_i64(writer, site->facts[i].said_ms);
	}
}

static void put_site(const struct site *site, struct bytes_writer *writer)
{
	bytes_put_u32(writer, site->unit);
	bytes_put_text(writer, site->sender);
	put_beat(&site->beat, writer);
	bytes_put_i64(writer, site->heard_ms);
	bytes_put_i64(writer, site->beat_ms);
	bytes_put_i64(writer, site->first_ms);
	bytes_put_i64(writer, site->base_ms);
	bytes_put_i64(writer, site->lost_ms);
	bytes_put_i64(writer, site->skew_ms);
	bytes_put_u8(writer, site->is_lost);
	bytes_put_u8(writer, site->is_lagging);
	bytes_put_u8(writer, site->is_back);
	for (int c = 0; c < N_FRAME_CLASSES; c++)
		put_stream(&site->streams[c], writer);
	put_lists(site, writer);
}

static void put_presences(const struct sites *sites, struct bytes_writer *writer)
{
	uint32_t n = 0;

	for (uint32_t u = 0; u < sites->n_units; u++)
		n += sites->presences[u] != PRESENCE_UNKNOWN;
	bytes_put_u32(writer, n);
	for (uint32_t u = 0; u < sites->n_units; u++) {
		if (sites->presences[u] == PRESENCE_UNKNOWN)
			continue;
		bytes_put_u32(writer, u);
		bytes_put_u8(writer, sites->presences[u]);
	}
}

/* Who wants a receipt is no state: whoever still does will ask again. */
void sites_save(const struct sites *sites, struct bytes_writer *writer)
{
	bytes_put_part(writer, SITES_PART, SITES_VERSION);
	bytes_put_u64(writer, sites->options.orders);
	bytes_put_u32(writer, sites->n);
	for (uint32_t i = 0; i < sites->n; i++)
		put_site(sites->list[i], writer);
	put_presences(sites, writer);
	bytes_put_u32(writer, sites->n_moved);
	for (uint32_t i = 0; i < sites->n_moved; i++)
		bytes_put_u32(writer, sites->moved[i]);
	bytes_put_u32(writer, sites->n_turned);
	for (uint32_t i = 0; i < sites->n_turned; i++)
		bytes_put_u32(writer, sites->turned[i]);
}
