/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Heartbeats, and whether somebody answers.  When nothing is answered for a while nothing is known
 * of what was sent: then only heartbeats ask, and the first receipt says from where to go on.
 */
#include <stdio.h>

#include "forward_private.h"
#include "iocd/base/log.h"

#define ORDER_BEAT_MS 200 /* at most so often, to say that an order was journaled */
#define DOUBT_BEAT_MS 500 /* while it is not sure what has arrived */

static void describe(struct forward *forward, struct heartbeat *ret)
{
	struct forward_standing standing = { .trouble = "" };

	if (forward->hooks.standing)
		forward->hooks.standing(forward->hooks.context, &standing);
	*ret = (struct heartbeat){
		.time_ms = forward->real_ms,
		.every_ms = forward->heartbeat_ms,
		.started_ms = forward->started_ms,
		.orders_done = standing.orders_done,
		.epoch_orders = standing.orders,
		.alerts_warning = standing.alerts_warning,
		.alerts_critical = standing.alerts_critical,
	};
	(void)snprintf(ret->instance, sizeof(ret->instance), "%s", forward->instance);
	(void)snprintf(ret->version, sizeof(ret->version), "%s", forward->version);
	(void)snprintf(ret->hash, sizeof(ret->hash), "%s", forward->hash);
	(void)snprintf(ret->trouble, sizeof(ret->trouble), "%s",
		       standing.trouble ? standing.trouble : "");
	for (int class = 0; class < N_FRAME_CLASSES; class ++)
		if (forward->streams[class].is_wanted ||
		    outbox_head(forward->streams[class].outbox).position > 0)
			stream_describe(&forward->streams[class], &ret->streams[class]);
	forward->orders_told = standing.orders_done;
}

static void beat(struct forward *forward)
{
	CLEANUP_TEXT struct text json = { 0 };
	struct heartbeat heartbeat;

	describe(forward, &heartbeat);
	heartbeat_write(&json, &heartbeat);
	if (!forward_publish(forward, json.bytes, json.size))
		return;
	forward->beat_ms = forward->mono_ms;
	forward->wants_beat = false;
}

/* Nothing is known of what was sent. */
static void doubt_all(struct forward *forward)
{
	forward->is_answered = false;
	forward->flights = (struct flights){ 0 };
}

void forward_note_up(struct forward *forward, bool is_up)
{
	forward->is_up = is_up;
	forward->is_owed = false;
	forward->patience_ms = FORWARD_PATIENCE_MS;
	doubt_all(forward);
	forward->wants_beat = is_up;
}

void forward_note_heard(struct forward *forward)
{
	forward->answered_ms = forward->real_ms;
	forward->patience_ms = FORWARD_PATIENCE_MS;
	forward->is_owed = forward->flights.n > 0;
	forward->owed_ms = forward->mono_ms;
	if (forward->is_answered)
		return;
	forward->is_answered = true;
	forward->flight_ms = FORWARD_PATIENCE_MS;
	forward->fill_window = FORWARD_FILL_MAX / 3;
	forward_aim(forward);
}

static int64_t longer(int64_t patience_ms)
{
	return patience_ms * 2 < FORWARD_PATIENCE_LAST_MS ? patience_ms * 2
							  : FORWARD_PATIENCE_LAST_MS;
}

void forward_note_refused(struct forward *forward, int reason)
{
	if (forward->is_answered)
		log_warning("forward.refused",
			    "reason=0x%02x meaning=\"nobody above listens, or "
			    "we may not publish\"",
			    (unsigned)reason);
	forward->n_refused++;
	doubt_all(forward);
	forward->is_owed = true;
	forward->owed_ms = forward->mono_ms;
}

static void pass_silence(struct forward *forward)
{
	forward->patience_ms = longer(forward->patience_ms);
	forward->owed_ms = forward->mono_ms;
	doubt_all(forward);
	forward->wants_beat = true;
}

/* One frame may be refused, or lost, while others are answered. */
static void expire_flights(struct forward *forward)
{
	if (flights_expire(&forward->flights, forward->mono_ms - forward->flight_ms) > 0)
		forward->flight_ms = longer(forward->flight_ms);
}

static bool has_doubt(const struct forward *forward)
{
	for (int class = 0; class < N_FRAME_CLASSES; class ++)
		if (forward->streams[class].doubt.n > 0)
			return true;
	return false;
}

static bool is_order_untold(const struct forward *forward)
{
	struct forward_standing standing = { .trouble = "" };

	if (!forward->hooks.standing || forward->mono_ms - forward->beat_ms < ORDER_BEAT_MS)
		return false;
	forward->hooks.standing(forward->hooks.context, &standing);
	return standing.orders_done != forward->orders_told;
}

static bool is_due(const struct forward *forward)
{
	int64_t passed_ms = forward->mono_ms - forward->beat_ms;
	int64_t every_ms = forward->heartbeat_ms;

	if (!forward->is_answered)
		return every_ms > 0 && passed_ms >= 2 * every_ms;
	if (every_ms > 0 && passed_ms >= every_ms)
		return true;
	if (has_doubt(forward) && passed_ms >= DOUBT_BEAT_MS)
		return true;
	return is_order_untold(forward);
}

void forward_beat(struct forward *forward)
{
	if (!forward->is_up)
		return;
	if (forward->is_owed && forward->mono_ms - forward->owed_ms >= forward->patience_ms)
		pass_silence(forward);
	expire_flights(forward);
	if (forward->wants_beat || is_due(forward))
		beat(forward);
}
