/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger says which items of a frame are new; each of these is carried once.  Where an event is
 * judged by when it arrived, that is its arrival at the site, by the site's clock; it is news only
 * if it came from there at once.
 */
#include "below.h"

#include <string.h>

#include "iocd/base/counter.h"
#include "iocd/message.h"
#include "iocd/mirror.h"
#include "iocd/rollup.h"
#include "state.h"

/* A frame on its way through the fold. */
struct carriage {
	struct flow *flow;
	const struct decode_input *input; /* the message */
	const struct frame *frame;
	uint32_t site;      /* in the ledger */
	uint32_t unit;      /* that speaks: for itself and those below it */
	const char *sender; /* lent by the ledger */
	int64_t skew_ms;    /* of its clock */
	uint32_t nth;       /* of the item, in the frame */
};

void below_init(struct below *below)
{
	*below = (struct below){ .reader = frame_reader_new() };
	memset(below->may_hold, true, sizeof(below->may_hold)); /* in what is loaded now */
}

void below_fini(struct below *below)
{
	frame_reader_free(below->reader);
	text_fini(&below->topic);
}

/* A message, or an item of one, that is no event and cannot be used. */
static void refuse(struct flow *flow, const struct decode_input *input, uint32_t unit, uint32_t nth,
		   enum reason reason)
{
	counter_add(COUNTER_events_seen, 1);
	flow_refuse(flow, input, unit, nth, reason);
}

static bool is_at_or_below(const struct flow *flow, uint32_t unit, uint32_t site)
{
	while (unit != UNIT_NONE && unit != site)
		unit = units_parent(flow->units, unit);
	return unit == site;
}

/* Whether what was recorded then waited there for too long. */
static bool is_old(const struct carriage *carriage, int64_t recorded_ms)
{
	int64_t sent_ms = recorded_ms - carriage->skew_ms;

	return carriage->input->arrival_ms - sent_ms > BELOW_NEWS_MS;
}

/* ---- events ---- */

/* <unit>/<feed>/<type> as the topic that it came on: false if it is not of that form. */
static bool write_topic(struct flow *flow, struct slice about)
{
	const char *end = about.bytes + about.size;
	const char *type = memrchr(about.bytes, '/', about.size);
	struct text *topic = &flow->below.topic;

	if (!type)
		return false;
	text_clear(topic);
	text_add(topic, "%s/", flow->prefix);
	text_add_bytes(topic, about.bytes, (size_t)(type - about.bytes));
	text_add(topic, "/evt");
	text_add_bytes(topic, type, (size_t)(end - type));
	return true;
}

static void carry_decoded(const struct carriage *carriage, const struct decode_input *input,
			  const struct decoded *decoded)
{
	struct flow *flow = carriage->flow;
	struct event event = decoded->event;

	if (decoded->reason) {
		refuse(flow, input, event.unit, carriage->nth, decoded->reason);
		return;
	}
	if (!is_at_or_below(flow, event.unit, carriage->unit)) {
		refuse(flow, carriage->input, carriage->unit, carriage->nth, REASON_unit_mismatch);
		return;
	}

	counter_add(COUNTER_events_seen, 1);
	event.forwarded = true;
	event.arrival_ms = carriage->input->arrival_ms;
	event.nth = carriage->nth;
	event.historical |= is_old(carriage, input->arrival_ms);
	flow_accept(flow, &event);
}

static void carry_event(const struct carriage *carriage, const struct frame_item *item)
{
	struct flow *flow = carriage->flow;
	struct decode_input input = *carriage->input;
	const struct decoded *decoded;
	size_t n;

	if (!write_topic(flow, item->about)) {
		refuse(flow, carriage->input, carriage->unit, carriage->nth, REASON_bad_frame);
		return;
	}
	input.topic = text_get(&flow->below.topic);
	input.topic_size = flow->below.topic.size;
	input.payload = item->body.bytes;
	input.payload_size = item->body.size;
	input.arrival_ms = item->recorded_ms;
	n = decode(flow->decoder, &input, &decoded);
	for (size_t i = 0; i < n; i++)
		carry_decoded(carriage, &input, &decoded[i]);
}

/* ---- roll-ups and alerts ---- */

/* Units whose figures come as roll-ups report by them. */
static void hear(struct flow *flow, const struct rollup *rollup, int64_t arrival_ms)
{
	uint32_t feed = indicators_feed_of(flow->indicators, rollup->series);

	if (feed != TYPE_NONE && arrival_ms - rollup->last_ms < BELOW_NEWS_MS)
		contracts_hear(flow->contracts, rollup->unit, feed, arrival_ms);
}

static void carry_rollups(const struct carriage *carriage, const struct frame_item *item)
{
	struct flow *flow = carriage->flow;
	struct bytes_reader reader;
	struct rollup rollup;
	int r;

	bytes_reader_init(&reader, item->body.bytes, item->body.size);
	while (rollup_read(&reader, flow->units, &rollup)) {
		if (!is_at_or_below(flow, rollup.unit, carriage->unit)) {
			refuse(flow, carriage->input, carriage->unit, carriage->nth,
			       rollup.unit == UNIT_NONE ? REASON_unknown_unit
							: REASON_unit_mismatch);
			continue;
		}
		r = indicators_add_rollup(flow->indicators, &rollup, carriage->input->arrival_ms,
					  carriage->input->position);
		if (r == ROLLUP_BAD) {
			refuse(flow, carriage->input, rollup.unit, carriage->nth, REASON_bad_frame);
			continue;
		}
		counter_add(r == 0 ? COUNTER_rollups_added : COUNTER_rollups_unknown, 1);
		if (r == 0 && rollup.n > 0) /* levels are told again every hour, whoever reports */
			hear(flow, &rollup, carriage->input->arrival_ms);
	}
	if (reader.is_bad)
		refuse(flow, carriage->input, carriage->unit, carriage->nth, REASON_bad_frame);
}

static void carry_alert(const struct carriage *carriage, const struct frame_item *item)
{
	const struct mirror_site site = { .unit = carriage->unit,
					  .sender = carriage->sender,
					  .is_old = is_old(carriage, item->recorded_ms),
					  .record = carriage->input->position };
	struct flow *flow = carriage->flow;
	int r = alertbook_mirror(flow->book, flow->units, &site, item->body.bytes, item->body.size,
				 carriage->input->arrival_ms, flow->position);

	flow->below.may_hold[carriage->site] |= site.is_old;
	counter_add(COUNTER_alerts_mirrored, r == 0);
	if (r == MIRROR_BAD || r == MIRROR_ELSEWHERE)
		refuse(flow, carriage->input, carriage->unit, carriage->nth,
		       r == MIRROR_BAD ? REASON_bad_frame : REASON_unit_mismatch);
}

static void carry_item(const struct carriage *carriage, const struct frame_item *item)
{
	switch (carriage->frame->class) {
	case FRAME_EVENT:
		carry_event(carriage, item);
		break;
	case FRAME_ROLLUP:
		carry_rollups(carriage, item);
		break;
	case FRAME_ALERT:
		carry_alert(carriage, item);
		break;
	case N_FRAME_CLASSES:
		break;
	}
}

/* Whether all alerts are here that a site is known to have put into its outbox.  Its figures and
 * events may take days longer; people do not wait for those. */
static bool has_caught_up(const struct site_view *view)
{
	const struct site_stream *alerts = &view->streams[FRAME_ALERT];

	return !view->is_lost && alerts->missing == 0 && alerts->have == alerts->head;
}

static void tell_if_caught_up(struct flow *flow, uint32_t number, int64_t now_ms)
{
	struct mirror_site site;
	struct site_view view;

	if (!flow->below.may_hold[number])
		return;
	sites_view(flow->sites, number, &view);
	if (!has_caught_up(&view))
		return;
	site = (struct mirror_site){ .unit = view.unit, .sender = view.sender };
	alertbook_mirror_caught_up(flow->book, &site, now_ms, flow->position);
	flow->below.may_hold[number] = false;
}

/* ---- frames and heartbeats ---- */

static void carry_frame(struct flow *flow, const struct decode_input *input, uint32_t unit,
			struct slice sender)
{
	struct carriage carriage = { .flow = flow, .input = input, .unit = unit };
	struct frame_item item;
	struct site_view view;
	struct frame frame;
	enum reason reason;
	const char *why;

	if (frame_open(flow->below.reader, input->payload, input->payload_size, &frame, &why)) {
		refuse(flow, input, unit, 0, REASON_bad_frame);
		return;
	}
	reason = sites_begin(flow->sites, unit, sender, &frame, input->arrival_ms, &carriage.site);
	if (reason) {
		refuse(flow, input, unit, 0, reason);
		return;
	}

	sites_view(flow->sites, carriage.site, &view);
	carriage.frame = &frame;
	carriage.sender = view.sender;
	carriage.skew_ms = view.skew_ms;
	for (; frame_next(flow->below.reader, &item); carriage.nth++) {
		uint64_t number = frame.range.from.number + carriage.nth;

		sites_note_recorded(flow->sites, carriage.site, number, item.recorded_ms);
		if (sites_is_new(flow->sites, carriage.site, number))
			carry_item(&carriage, &item);
	}
	sites_end(flow->sites, carriage.site, &frame, input->arrival_ms);
	tell_if_caught_up(flow, carriage.site, input->arrival_ms);
	counter_add(COUNTER_frames_carried, 1);
}

static void carry_heartbeat(struct flow *flow, const struct decode_input *input, uint32_t unit,
			    struct slice sender)
{
	int64_t now_ms = input->arrival_ms;
	enum reason reason = REASON_bad_frame;
	struct heartbeat heartbeat;
	const char *why;
	uint32_t site;

	if (heartbeat_read(input->payload, input->payload_size, &heartbeat, &why) == 0)
		reason = sites_hear(flow->sites, unit, sender, &heartbeat, now_ms, &site);
	if (reason) {
		refuse(flow, input, unit, 0, reason);
		return;
	}

	tell_if_caught_up(flow, site, now_ms); /* what is missing may never come */
	counter_add(COUNTER_heartbeats_carried, 1);
}

/* What we forward ourselves, heard again on a broker that we share with the one above. */
static bool is_echo(const struct flow *flow, uint32_t unit, struct slice sender)
{
	return unit == 0 && flow->sender && strlen(flow->sender) == sender.size &&
	       memcmp(flow->sender, sender.bytes, sender.size) == 0;
}

bool below_carry(struct flow *flow, const struct decode_input *input)
{
	struct slice name, sender;
	uint32_t unit;

	if (frame_topic_split(flow->prefix, "fwd", input->topic, input->topic_size, &name, &sender))
		return false;
	unit = units_find(flow->units, name.bytes, name.size);
	if (is_echo(flow, unit, sender))
		return true;
	if (unit == UNIT_NONE || input->retained)
		refuse(flow, input, unit, 0,
		       unit == UNIT_NONE ? REASON_unknown_unit : REASON_retained);
	else if (frame_is_one(input->payload, input->payload_size))
		carry_frame(flow, input, unit, sender);
	else
		carry_heartbeat(flow, input, unit, sender);
	return true;
}

/* ---- orders, and what has become of sites ---- */

bool below_translate(const struct flow *flow, const struct command *command,
		     struct below_order *ret)
{
	struct mirror_site site;

	if (!alertbook_order_below(flow->book, command, flow->instance, &site, &ret->command))
		return false;
	ret->site = sites_find(flow->sites, site.unit, site.sender);
	return true;
}

bool below_has_room(const struct flow *flow, const struct below_order *order)
{
	struct site_view view;

	if (order->site == UINT32_MAX)
		return false;
	sites_view(flow->sites, order->site, &view);
	return view.orders < SITE_ORDERS_MAX;
}

void below_send(struct flow *flow, const struct below_order *order)
{
	if (!sites_order(flow->sites, order->site, &order->command))
		counter_add(COUNTER_orders_refused, 1); /* it is too long */
}

void below_tick(struct flow *flow)
{
	const uint32_t *list;
	size_t n = sites_take_moved(flow->sites, &list);

	for (size_t i = 0; i < n; i++) {
		struct mirror_site site;
		struct site_view view;

		sites_view(flow->sites, list[i], &view);
		site = (struct mirror_site){ .unit = view.unit, .sender = view.sender };
		alertbook_mirror_moved(flow->book, &site, view.is_lost, flow->tick_ms,
				       flow->position);
	}
	n = sites_take_units(flow->sites, &list);
	for (size_t i = 0; i < n; i++)
		indicators_note_complete(flow->indicators, list[i],
					 sites_is_complete(flow->sites, list[i]));
}

void below_look(struct flow *flow)
{
	sites_look(flow->sites, flow->tick_ms, own_judge, flow);
}
