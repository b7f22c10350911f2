/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/dedup.h"

#include <assert.h>
#include <stdlib.h>

#include "iocd/base/err.h"

#include "days.h"
#include "ids.h"
#include "streams.h"

#define FORM       2                                          /* version of what is saved */
#define FEED_BYTES (2 * (12 + 2 * 24) + 8 + 20 * CROWDS + 40) /* of one that remembers nothing */

struct feed_memory {
	struct ids ids;
	struct streams streams;
	struct ids past; /* historical events from before what the others can tell */
	struct days days;
	bool is_loaded; /* from what was saved */
};

struct dedup {
	uint32_t n_feeds;
	struct feed_memory *feeds; /* owned; by feed */
};

static int feed_memory_init(struct feed_memory *feed, const struct memory *wanted,
			    const struct dedup_options *options)
{
	const struct memory *standard = &options->memory;
	const struct memory memory = {
		.ms = wanted->ms ? wanted->ms : standard->ms,
		.ids = wanted->ids ? wanted->ids : standard->ids,
		.window = wanted->window ? wanted->window : standard->window,
	};
	int r;

	assert(memory.ms > 0 && memory.ids > 0);

	r = ids_init(&feed->ids, &memory);
	if (!r)
		r = streams_init(&feed->streams, &memory, options->sources);
	if (!r)
		r = ids_init(&feed->past, &(struct memory){ .ms = INT64_MAX, .ids = memory.ids });
	return err_pass(r);
}

int dedup_new(struct dedup **ret, const struct dedup_options *options)
{
	CLEANUP(dedup_free) struct dedup *dedup = xcalloc(1, sizeof(*dedup));
	int r;

	dedup->n_feeds = schema_n_feeds(options->schema);
	dedup->feeds = xcalloc(dedup->n_feeds, sizeof(*dedup->feeds));
	for (uint32_t i = 0; i < dedup->n_feeds; i++) {
		r = feed_memory_init(&dedup->feeds[i], &schema_feed(options->schema, i)->memory,
				     options);
		if (r)
			return err_pass(r);
	}
	*ret = dedup;
	dedup = NULL;
	return 0;
}

struct dedup *dedup_free(struct dedup *dedup)
{
	if (!dedup)
		return NULL;

	for (uint32_t i = 0; i < dedup->n_feeds; i++) {
		ids_fini(&dedup->feeds[i].past);
		streams_fini(&dedup->feeds[i].streams);
		ids_fini(&dedup->feeds[i].ids);
	}
	free(dedup->feeds);
	free(dedup);
	return NULL;
}

/* Admits a historical event that is too old for the rest: one of a day of which its unit has sent
 * nothing that could be forgotten by now. */
static enum reason admit_past(struct feed_memory *feed, const struct event *event)
{
	if (days_has(&feed->days, event))
		return REASON_ts_old;
	return ids_admit(&feed->past, event);
}

enum reason dedup_admit(struct dedup *dedup, const struct event *event)
{
	struct feed_memory *feed;
	enum reason reason;

	assert(event->feed < dedup->n_feeds);

	feed = &dedup->feeds[event->feed];
	reason = event->has_sequence ? streams_admit(&feed->streams, event)
				     : ids_admit(&feed->ids, event);
	if (reason == REASON_NONE)
		days_note(&feed->days, event);
	else if (reason == REASON_ts_old && event->historical)
		reason = admit_past(feed, event);
	return reason;
}

int64_t dedup_horizon_ms(const struct dedup *dedup, uint32_t feed)
{
	assert(feed < dedup->n_feeds);

	return dedup->feeds[feed].ids.horizon_ms;
}

uint64_t dedup_count(const struct dedup *dedup)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < dedup->n_feeds; i++)
		n += ids_count(&dedup->feeds[i].ids) + ids_count(&dedup->feeds[i].past) +
		     dedup->feeds[i].streams.n;
	return n;
}

uint64_t dedup_missing(const struct dedup *dedup, uint32_t feed)
{
	assert(feed < dedup->n_feeds);

	return dedup->feeds[feed].streams.missing;
}

void dedup_save(const struct dedup *dedup, struct bytes_writer *writer)
{
	bytes_put_part(writer, "dedup", FORM);
	bytes_put_u32(writer, dedup->n_feeds);
	for (uint32_t i = 0; i < dedup->n_feeds; i++) {
		ids_save(&dedup->feeds[i].ids, writer);
		streams_save(&dedup->feeds[i].streams, writer);
		ids_save(&dedup->feeds[i].past, writer);
		days_save(&dedup->feeds[i].days, writer);
	}
}

/* Lends the feed that was number old, if nothing was loaded into it yet; NULL if it is gone. */
static struct feed_memory *find_fresh(struct dedup *dedup, struct bytes_reader *reader,
				      const struct renumber *feeds, uint32_t old)
{
	uint32_t number = renumber(feeds, old);
	struct feed_memory *feed;

	if (number >= dedup->n_feeds)
		return NULL;

	feed = &dedup->feeds[number];
	if (feed->is_loaded)
		bytes_reject(reader, "two feeds of it are one now");
	feed->is_loaded = true;
	return feed;
}

void dedup_load(struct dedup *dedup, struct bytes_reader *reader, const struct renumber *feeds)
{
	uint32_t n;

	bytes_get_part(reader, "dedup", FORM);
	n = bytes_get_count(reader, FEED_BYTES);
	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		struct feed_memory *feed = find_fresh(dedup, reader, feeds, i);

		if (reader->is_bad)
			return;
		ids_load(feed ? &feed->ids : NULL, reader);
		streams_load(feed ? &feed->streams : NULL, reader);
		ids_load(feed ? &feed->past : NULL, reader);
		days_load(feed ? &feed->days : NULL, reader);
	}
}
