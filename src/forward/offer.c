/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fold offers, as items with keys that a replay makes again.
 */
#include <errno.h>
#include <string.h>

#include "forward_private.h"
#include "iocd/base/bytes.h"
#include "iocd/base/err.h"
#include "iocd/decode.h"
#include "iocd/mirror.h"

#define ROLLUP_ITEM (16u << 10) /* bytes of roll-ups that make an item */
#define NO_ABOUT    ((struct slice){ "", 0 })

/* What is too big for any frame goes without its body: the one above refuses and names it. */
static struct slice body_of(const struct forward *forward, enum frame_class class)
{
	if (forward->body.size <= FRAME_ITEM_MAX)
		return (struct slice){ text_get(&forward->body), forward->body.size };

	log_error("forward.too_big", "stream=%s bytes=%zu", frame_class_name(class),
		  forward->body.size);
	return (struct slice){ "", 0 };
}

/* A fault is the outbox's: forward_is_settled() says so. */
static void put(struct forward *forward, enum frame_class class, struct key key, struct slice about,
		int64_t time_ms)
{
	int r = outbox_put(forward->streams[class].outbox, key, about, body_of(forward, class),
			   time_ms);

	(void)r;
}

/* ---- events ---- */

static void write_about(struct forward *forward, const struct event *event,
			const struct schema *schema, const struct units *units)
{
	uint32_t unit = event->former ? event->former : event->unit;

	text_clear(&forward->about);
	text_add(&forward->about, "%s/%s/%s", units_at(units, unit)->id,
		 schema_feed(schema, event->feed)->id, schema_type(schema, event->type)->name);
}

void forward_event(struct forward *forward, const struct event *event, const struct schema *schema,
		   const struct units *units)
{
	const struct key key = { event->position, event->nth };

	if (event->feed >= forward->n_feeds || !forward->events[event->feed] ||
	    schema_type(schema, event->type)->is_internal ||
	    outbox_has(forward->streams[FRAME_EVENT].outbox, key))
		return;

	write_about(forward, event, schema, units);
	text_clear(&forward->body);
	event_write(&forward->body, event, schema, units);
	put(forward, FRAME_EVENT, key,
	    (struct slice){ text_get(&forward->about), forward->about.size }, event->arrival_ms);
}

int forward_put(struct forward *forward, const char *about, const char *json, size_t size,
		uint64_t key)
{
	struct outbox *outbox = forward->streams[FRAME_EVENT].outbox;
	struct slice title = { about, strlen(about) };
	struct key next = { key, 0 };
	int r;

	if (title.size == 0 || title.size > 255 || size > FRAME_ITEM_MAX)
		return err_raise(-EMSGSIZE);
	if (key == 0 && outbox_last_key(outbox, &next))
		next.second++;

	r = outbox_put_now(outbox, next, title, (struct slice){ json, size }, forward->real_ms);
	if (r == OUTBOX_TIGHT)
		return err_raise(-ENOSPC);
	return r > 0 ? 0 : err_pass(r);
}

/* ---- roll-ups ---- */

static void put_rollups(struct forward *forward, const struct rollup_batch *batch, uint64_t *index)
{
	const struct key key = { batch->number, *index };

	put(forward, FRAME_ROLLUP, key, NO_ABOUT, forward->real_ms);
	text_clear(&forward->body);
	(*index)++;
}

static void add_rollup(struct forward *forward, const struct rollup *rollup,
		       const struct units *units)
{
	struct bytes_writer writer;
	char buffer[1024];
	int r;

	bytes_writer_init(&writer, bytes_into_text, &forward->body, buffer, sizeof(buffer));
	rollup_write(&writer, units, rollup);
	r = bytes_flush(&writer);
	(void)r; /* that sink takes all */
}

void forward_rollups(struct forward *forward, const struct rollup_batch *batch,
		     const struct units *units)
{
	uint64_t index = 0;

	if (!forward->rollups)
		return;

	text_clear(&forward->body);
	for (size_t i = 0; i < batch->n; i++) {
		add_rollup(forward, &batch->list[i], units);
		if (forward->body.size >= ROLLUP_ITEM)
			put_rollups(forward, batch, &index);
	}
	if (forward->body.size > 0)
		put_rollups(forward, batch, &index);
}

/* ---- alerts ---- */

void forward_alert(struct forward *forward, const struct transition *transition,
		   const struct alert_context *context)
{
	const struct key key = { transition->number, 0 };

	if (forward->alerts == SEVERITY_NONE || !alertbook_goes_up(transition, forward->alerts) ||
	    outbox_has(forward->streams[FRAME_ALERT].outbox, key))
		return;

	text_clear(&forward->body);
	transition_json(&forward->body, context, transition);
	put(forward, FRAME_ALERT, key, NO_ABOUT, transition->time_ms);
}

bool forward_wants_standing(const struct forward *forward)
{
	return forward->alerts != SEVERITY_NONE && forward->streams[FRAME_ALERT].wants_standing;
}

/* The list, and behind it each alert, all with keys behind that of the last transition. */
struct standing_list {
	struct forward *forward;
	const struct alert_context *context;
	struct key key;
};

static void put_standing(void *context, const struct transition *transition)
{
	struct standing_list *list = context;
	struct forward *forward = list->forward;

	text_clear(&forward->body);
	transition_json(&forward->body, list->context, transition);
	list->key.second++;
	put(forward, FRAME_ALERT, list->key, NO_ABOUT, transition->time_ms);
}

void forward_standing_alerts(struct forward *forward, const struct alertbook *book,
			     const struct units *units)
{
	struct stream *stream = &forward->streams[FRAME_ALERT];
	const struct alert_context context = { .units = units, .book = book };
	struct standing_list list = { forward, &context, { alertbook_last(book), 1 } };
	struct key last;

	if (!forward_wants_standing(forward))
		return;
	if (outbox_last_key(stream->outbox, &last) && last.first >= list.key.first) {
		if (last.first > list.key.first)
			return; /* the book is not where it was yet */
		list.key.second = last.second + 1;
	}
	text_clear(&forward->body);
	alertbook_write_standing(book, units, forward->alerts, &forward->body);
	put(forward, FRAME_ALERT, list.key, NO_ABOUT, forward->real_ms);
	alertbook_each_standing(book, forward->alerts, put_standing, &list);
	stream->wants_standing = false;
	stream_remember(stream, true);
}
