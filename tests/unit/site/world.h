/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world: for tests of the ledger: a province with three districts, and short ways to say what came
 * from them.  Item n of a stream was recorded at RECORDED(n), by the sender's clock, and its mark
 * has position POSITION(n).  Asserts by itself, so that fuzzers use it too.
 */
#ifndef TEST_SITE_WORLD_H
#define TEST_SITE_WORLD_H

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "../../saved.h"
#include "iocd/site.h"

#define MINUTE      INT64_C(60000)
#define MORNING     INT64_C(1772384400000)
#define EVERY       INT64_C(15000)
#define RECORDED(n) (MORNING - 3600 * 1000 + (int64_t)(n)*1000)
#define POSITION(n) ((n)*100 + 7)
#define ORDERS      UINT64_C(77)

enum { PROVINCE, DISTRICT_A, DISTRICT_B, DISTRICT_C, N_UNITS };

static const char *const unit_ids[N_UNITS] = { "p", "a", "b", "c" };

struct world {
	struct units *units;
	uint8_t wanted[N_UNITS]; /* change it before world_renew() */
	struct sites_options options;
	struct sites *sites;
	int64_t now;
	uint64_t n_new; /* items of the last frame that were */
};

static inline void world_renew(struct world *world)
{
	sites_free(world->sites);
	world->sites = sites_new(&world->options);
}

static inline void world_init(struct world *world)
{
	*world = (struct world){ .units = units_new(), .now = MORNING };
	for (uint32_t i = 0; i < N_UNITS; i++) {
		struct unit unit = {
			.id = unit_ids[i],
			.level = "",
			.name_vi = unit_ids[i],
			.name_en = unit_ids[i],
			.parent = i == PROVINCE ? UNIT_NONE : PROVINCE,
			.from_day = INT32_MIN,
			.until_day = INT32_MAX,
		};
		uint32_t number;
		int r = units_add(world->units, &unit, &number);

		assert(r == 0 && number == i);
	}
	world->options = (struct sites_options){
		.units = world->units,
		.wanted = world->wanted,
		.version = "0.10.0",
		.hash = "cafe",
		.orders = ORDERS,
	};
	world_renew(world);
}

static inline void world_fini(struct world *world)
{
	sites_free(world->sites);
	units_free(world->units);
}

static inline struct slice slice_of(const char *text)
{
	return (struct slice){ text, strlen(text) };
}

static inline struct mark mark_of(uint64_t number)
{
	return (struct mark){ number, POSITION(number) };
}

/* A frame of items from from to before to. */
struct send {
	uint32_t unit;
	const char *sender; /* NULL: "iocd" */
	enum frame_class class;
	const char *epoch; /* NULL: "e1" */
	uint64_t from, to;
};

static inline enum reason send_frame(struct world *world, struct send send)
{
	const char *sender = send.sender ? send.sender : "iocd";
	struct frame frame = {
		.class = send.class,
		.range = { mark_of(send.from), mark_of(send.to) },
		.n = (uint32_t)(send.to - send.from),
	};
	enum reason reason;
	uint32_t site;

	(void)snprintf(frame.epoch, sizeof(frame.epoch), "%s", send.epoch ? send.epoch : "e1");
	world->n_new = 0;
	reason = sites_begin(world->sites, send.unit, slice_of(sender), &frame, world->now, &site);
	if (reason)
		return reason;
	for (uint64_t n = send.from; n < send.to; n++) {
		sites_note_recorded(world->sites, site, n, RECORDED(n));
		world->n_new += sites_is_new(world->sites, site, n);
	}
	sites_end(world->sites, site, &frame, world->now);
	return reason;
}

/* A heartbeat about one stream.  What is left out is nothing, but for version and hash, which are
 * ours. */
struct beat {
	uint32_t unit;
	const char *sender; /* NULL: "iocd" */
	enum frame_class class;
	const char *epoch; /* NULL: "e1" */
	uint64_t first, head, backlog, given_up;
	int64_t oldest, given_up_from, given_up_to, skew;
	bool comes_and_goes;
	const char *version, *hash;
	uint64_t orders_done, orders;
};

static inline struct heartbeat heartbeat_of(const struct world *world, const struct beat *beat)
{
	struct heartbeat ret = {
		.time_ms = world->now + beat->skew,
		.every_ms = beat->comes_and_goes ? 0 : EVERY,
		.orders_done = beat->orders_done,
		.epoch_orders = beat->orders,
	};
	struct heartbeat_stream *stream = &ret.streams[beat->class];

	(void)snprintf(ret.instance, sizeof(ret.instance), "iocd-%u", beat->unit);
	(void)snprintf(ret.version, sizeof(ret.version), "%s",
		       beat->version ? beat->version : "0.10.0");
	(void)snprintf(ret.hash, sizeof(ret.hash), "%s", beat->hash ? beat->hash : "cafe");
	stream->is_kept = true;
	(void)snprintf(stream->epoch, sizeof(stream->epoch), "%s",
		       beat->epoch ? beat->epoch : "e1");
	stream->first = mark_of(beat->first);
	stream->head = mark_of(beat->head);
	stream->backlog = beat->backlog;
	stream->oldest_ms = beat->oldest;
	stream->given_up = beat->given_up;
	stream->given_up_from_ms = beat->given_up_from;
	stream->given_up_to_ms = beat->given_up_to;
	return ret;
}

static inline enum reason send_beat(struct world *world, struct beat beat)
{
	struct heartbeat heartbeat = heartbeat_of(world, &beat);
	uint32_t site;

	return sites_hear(world->sites, beat.unit, slice_of(beat.sender ? beat.sender : "iocd"),
			  &heartbeat, world->now, &site);
}

/* What is known of a sender ("iocd") of unit, who must be known. */
static inline struct site_view view_of(const struct world *world, uint32_t unit)
{
	struct site_view view;

	sites_view(world->sites, sites_find(world->sites, unit, "iocd"), &view);
	return view;
}

static inline struct receipt receipt_of(const struct world *world, uint32_t unit)
{
	struct receipt receipt;

	sites_receipt(world->sites, sites_find(world->sites, unit, "iocd"), &receipt);
	return receipt;
}

/* All gaps of a unit's iocd. */
struct gaps {
	struct site_gap list[SITE_GAPS_MAX];
	uint32_t n;
};

static inline void collect_gap(void *context, const struct site_gap *gap)
{
	struct gaps *gaps = context;

	assert(gaps->n < SITE_GAPS_MAX);
	gaps->list[gaps->n++] = *gap;
}

static inline struct gaps gaps_of(const struct world *world, uint32_t unit)
{
	struct gaps gaps = { .n = 0 };

	sites_each_gap(world->sites, sites_find(world->sites, unit, "iocd"), 0, INT64_MAX,
		       collect_gap, &gaps);
	return gaps;
}

/* What a look said. */
struct said {
	struct {
		enum own_part part;
		uint32_t unit;
		char subject[FRAME_SENDER_MAX];
		char detail[512];
		enum judgement judgement;
	} list[64];
	uint32_t n;
};

static inline void collect_said(void *context, const struct own_state *state)
{
	struct said *said = context;

	if (said->n == COUNT(said->list))
		return;
	said->list[said->n].part = state->part;
	said->list[said->n].unit = state->unit;
	(void)snprintf(said->list[said->n].subject, sizeof(said->list[0].subject), "%.*s",
		       (int)state->subject.size, state->subject.bytes);
	(void)snprintf(said->list[said->n].detail, sizeof(said->list[0].detail), "%.*s",
		       (int)state->detail.size, state->detail.bytes);
	said->list[said->n++].judgement = state->judgement;
}

static inline struct said look(struct world *world)
{
	struct said said = { .n = 0 };

	sites_look(world->sites, world->now, collect_said, &said);
	return said;
}

/* How a part of unit was judged in what was said; JUDGE_UNKNOWN: nothing was said of it. */
static inline enum judgement judged(const struct said *said, enum own_part part, uint32_t unit,
				    const char **ret_detail)
{
	for (uint32_t i = 0; i < said->n; i++) {
		if (said->list[i].part != part || said->list[i].unit != unit)
			continue;
		if (ret_detail)
			*ret_detail = said->list[i].detail;
		return said->list[i].judgement;
	}
	return JUDGE_UNKNOWN;
}

static inline struct saved world_save(const struct world *world)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	sites_save(world->sites, &writer);
	saved_end(&writer);
	return saved;
}

/* Reads saved into a fresh ledger; units NULL: they are the same.  Lends the complaint. */
static inline const char *world_load(struct world *world, const struct saved *saved,
				     const uint32_t *units)
{
	static const uint32_t same[N_UNITS] = { 0, 1, 2, 3 };
	struct bytes_reader reader;

	world_renew(world);
	bytes_reader_init(&reader, saved->bytes, saved->n);
	sites_load(world->sites, &reader,
		   &(struct renumber){ .to = units ? units : same, .n = N_UNITS });
	return reader.is_bad ? reader.why : NULL;
}

#endif
