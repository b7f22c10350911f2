/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/forward.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "forward_private.h"
#include "iocd/base/clock.h"
#include "iocd/base/err.h"

#define SEGMENT_LEAST (1u << 20)
#define SEGMENT_SMALL (4u << 20) /* of streams that have little to say */
#define SEGMENT_SHARE 16         /* a segment is at most such a part of all that is kept */
#define AGE_MARKS     64         /* age is known as fine as such a part of keep_ms */
#define NONSENSE_MS   60000      /* between two lines of log about receipts that make no sense */

/* ---- opening ---- */

static void copy_options(struct forward *forward, const struct forward_options *options)
{
	CLEANUP_TEXT struct text topic = { 0 };

	text_add(&topic, "%s/%s/iocd/fwd/%s", options->prefix, options->unit, options->sender);
	forward->topic = xstrdup(text_get(&topic));
	forward->unit = xstrdup(options->unit);
	forward->instance = xstrdup(options->instance);
	forward->version = xstrdup(options->version);
	forward->hash = xstrdup(options->hash);
	if (options->events) {
		forward->n_feeds = options->n_feeds;
		forward->events = xcalloc(options->n_feeds + 1, sizeof(bool));
		memcpy(forward->events, options->events, options->n_feeds * sizeof(bool));
	}
	forward->alerts = options->alerts;
	forward->rollups = options->rollups;
	forward->compress = options->compress;
	forward->heartbeat_ms = options->heartbeat_ms;
	forward->batch_ms = options->batch_ms;
	forward->batch_bytes =
		options->batch_bytes < FRAME_RAW_MAX ? options->batch_bytes : FRAME_RAW_MAX;
	forward->keep_bytes = options->keep_bytes;
	forward->keep_ms = options->keep_ms;
	forward->patience_ms = FORWARD_PATIENCE_MS;
	forward->flight_ms = FORWARD_PATIENCE_MS;
}

static uint64_t segment_of(const struct forward_options *options, enum frame_class class)
{
	uint64_t bytes = options->segment_bytes;

	if (class != FRAME_EVENT && bytes > SEGMENT_SMALL)
		bytes = SEGMENT_SMALL;
	if (bytes > options->keep_bytes / SEGMENT_SHARE)
		bytes = options->keep_bytes / SEGMENT_SHARE;
	return bytes > SEGMENT_LEAST ? bytes : SEGMENT_LEAST;
}

static bool is_wanted(const struct forward *forward, enum frame_class class)
{
	if (class == FRAME_ALERT)
		return forward->alerts != SEVERITY_NONE;
	if (class == FRAME_ROLLUP)
		return forward->rollups;
	for (uint32_t i = 0; i < forward->n_feeds; i++)
		if (forward->events[i])
			return true;
	return false;
}

static int open_stream(struct forward *forward, const struct forward_options *options,
		       enum frame_class class)
{
	struct stream *stream = &forward->streams[class];
	CLEANUP_TEXT struct text path = { 0 };
	const struct outbox_options outbox = {
		.directory = (text_add(&path, "%s/%s", options->directory, frame_class_name(class)),
			      text_get(&path)),
		.segment_bytes = segment_of(options, class),
		.journal_id = options->journal_id,
		.mark_ms = options->keep_ms / AGE_MARKS + 1,
	};

	stream->class = class;
	stream->is_wanted = is_wanted(forward, class);
	return err_pass(stream_open(stream, &outbox));
}

static void on_message(void *context, const char *json, size_t size)
{
	struct forward *forward = context;

	forward->mono_ms = clock_mono_ms();
	forward_receive(forward, json, size);
}

static void on_turn(void *context)
{
	struct forward *forward = context;

	if (forward->is_started)
		forward_tick(forward, clock_mono_ms(), clock_real_ms());
}

static void on_change(void *context, bool is_up)
{
	struct forward *forward = context;

	forward->mono_ms = clock_mono_ms();
	forward_note_up(forward, is_up);
	on_turn(forward);
}

static void on_refused(void *context, int reason)
{
	forward_note_refused(context, reason);
}

static int open_uplink(struct forward *forward, struct loop *loop,
		       const struct forward_options *options)
{
	const struct uplink_options uplink = {
		.mqtt = options->mqtt,
		.prefix = options->prefix,
		.unit = options->unit,
		.sender = options->sender,
		.session = (uint64_t)forward->started_ms,
		.is_mute = forward->heartbeat_ms == 0,
	};
	const struct uplink_hooks hooks = { .context = forward,
					    .message = on_message,
					    .quiet = on_turn,
					    .change = on_change,
					    .refused = on_refused };

	return err_pass(uplink_new(&forward->uplink, loop, &uplink, &hooks));
}

static struct forward *forward_free(struct forward *forward)
{
	if (!forward)
		return NULL;

	for (int class = 0; class < N_FRAME_CLASSES; class ++)
		stream_close(&forward->streams[class]);
	if (forward->wake)
		wake_close(forward->wake);
	frame_writer_free(forward->writer);
	text_fini(&forward->body);
	text_fini(&forward->about);
	free(forward->topic);
	free(forward->unit);
	free(forward->instance);
	free(forward->version);
	free(forward->hash);
	free(forward->events);
	free(forward);
	return NULL;
}
DEFINE_CLEANUP(struct forward, forward_free)

int forward_new(struct forward **ret, struct loop *loop, const struct forward_options *options,
		const struct forward_hooks *hooks)
{
	CLEANUP(forward_free) struct forward *forward = xcalloc(1, sizeof(*forward));
	int r = 0;

	assert(options->mqtt || hooks->publish);

	forward->hooks = *hooks;
	forward->started_ms = forward->real_ms = clock_real_ms();
	copy_options(forward, options);
	forward->writer = frame_writer_new();
	for (int class = 0; r == 0 && class < N_FRAME_CLASSES; class ++)
		r = open_stream(forward, options, (enum frame_class) class);
	if (r == 0 && loop)
		forward->wake = wake_new(loop, on_turn, forward);
	if (r == 0 && options->mqtt)
		r = open_uplink(forward, loop, options);
	if (r)
		return err_pass(r);

	*ret = forward;
	forward = NULL;
	return 0;
}

static void on_synced(void *context)
{
	struct forward *forward = context;

	wake_send(forward->wake);
}

/* Without a loop nobody waits for the disk: the caller's ticks see to it. */
static void start_journals(struct forward *forward)
{
	for (int class = 0; forward->wake && class < N_FRAME_CLASSES; class ++) {
		struct outbox *outbox = forward->streams[class].outbox;
		int r = outbox_start(outbox, on_synced, forward);

		if (r)
			outbox_set_fault(outbox, r);
	}
}

void forward_start(struct forward *forward)
{
	forward->is_started = true;
	start_journals(forward);
	if (forward->uplink)
		uplink_start(forward->uplink);
	else
		forward_note_up(forward, true);
}

struct forward *forward_close(struct forward *forward, int64_t wait_ms)
{
	if (!forward)
		return NULL;

	forward->is_started = false;
	uplink_close(forward->uplink, wait_ms);
	for (int class = 0; class < N_FRAME_CLASSES; class ++)
		stream_remember(&forward->streams[class], forward->streams[class].is_known);
	return forward_free(forward);
}

/* ---- what comes from above ---- */

static bool has_flight_before(const struct forward *forward, const struct stream *stream)
{
	for (uint32_t i = 0; i < forward->flights.n; i++)
		if (forward->flights.list[i].class == stream->class &&
		    forward->flights.list[i].span.from < stream->floor.number)
			return true;
	return false;
}

/* How long backfill takes tells how full the way is. */
static void pace(struct forward *forward, const struct landing *landing)
{
	if (landing->n > 0)
		forward->flight_ms = FORWARD_PATIENCE_MS;
	if (landing->fill_ms < 0)
		return;
	if (landing->fill_ms > FORWARD_SLOW_MS && forward->fill_window > 1)
		forward->fill_window /= 2;
	else if (landing->fill_ms <= FORWARD_SLOW_MS / 2 && forward->fill_window < FORWARD_FILL_MAX)
		forward->fill_window++;
}

static void take_stream(struct forward *forward, struct stream *stream,
			const struct receipt_stream *receipt, bool *is_new)
{
	const struct hearing hearing = {
		.is_first = !forward->is_answered,
		.is_flying = has_flight_before(forward, stream),
		.mono_ms = forward->mono_ms,
	};
	bool was_doubtful = stream->doubt.n > 0;
	struct landing landing;
	uint64_t dropped;
	bool gained = false;

	if (stream_take(stream, receipt, &hearing, &gained)) {
		if (log_may(&forward->nonsense_limit, forward->mono_ms, NONSENSE_MS, &dropped))
			log_warning("forward.nonsense", "stream=%s receipt_of=\"%s\" dropped=%llu",
				    frame_class_name(stream->class), receipt->epoch,
				    (unsigned long long)dropped);
		return;
	}
	landing = flights_land(&forward->flights, stream->class, &stream->known, forward->mono_ms);
	pace(forward, &landing);
	stream_let_go(stream);
	forward->wants_beat |= was_doubtful && stream->doubt.n == 0;
	*is_new |= gained;
}

static void take_receipt(struct forward *forward, const char *json, size_t size)
{
	struct receipt receipt;
	bool is_new = false;
	const char *why;

	if (!forward->is_up || receipt_read(json, size, &receipt, &why))
		return;

	for (int class = 0; class < N_FRAME_CLASSES; class ++)
		take_stream(forward, &forward->streams[class], &receipt.streams[class], &is_new);
	forward_note_heard(forward);
	if (is_new && forward->hooks.receipted)
		forward->hooks.receipted(forward->hooks.context);
}

static void take_order(struct forward *forward, const char *json, size_t size)
{
	struct order_message order;
	char buffer[ORDER_COMMAND_MAX];
	const char *why;

	if (forward->hooks.order && order_read(json, size, &order, buffer, &why) == 0)
		forward->hooks.order(forward->hooks.context, &order);
}

void forward_receive(struct forward *forward, const char *json, size_t size)
{
	int kind = message_kind_of(json, size);

	if (kind == MESSAGE_RECEIPT)
		take_receipt(forward, json, size);
	else if (kind == MESSAGE_ORDER)
		take_order(forward, json, size);
}

void forward_tick(struct forward *forward, int64_t mono_ms, int64_t real_ms)
{
	forward->mono_ms = mono_ms;
	forward->real_ms = real_ms;
	forward_keep(forward);
	forward_beat(forward);
	forward_pump(forward);
}
