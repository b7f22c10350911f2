/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sources that are off stand in places, linked in the order in which they were heard; a place
 * also hangs in the chain of its sender, which is its unit and feed by hash, the last heard first.
 * So one look at the head of a chain tells that a sender has nothing to do with any of this.
 *
 * Order and chains follow from who was heard when: saving follows the order, and loading it again
 * makes the same.
 */
#include "iocd/clocks.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "iocd/base/err.h"
#include "remembered.h"

#define FORM        1
#define CLOCK_BYTES (3 * 4 + 8 * 8 + 4) /* of one saved, at least */
#define CHAINS      8192                /* a power of two */
#define NOBODY      UINT32_MAX

#define AGREE_MS   (2 * 60 * 1000)
#define CONFIRM    3                                /* events that agree make an estimate */
#define SLOWER_MS  (60 * 1000)                      /* a smaller one takes so long to believe */
#define RIGHT_MS   (2 * 60 * 1000)                  /* an event so near to now was stamped right */
#define SETTLED_MS (10 * 60 * 1000)                 /* so long right: it is off no more */
#define AHEAD_MAX  (INT64_C(62) * 24 * 3600 * 1000) /* no limits.ahead lets more through */
#define FORGET_MS  (INT64_C(31) * 24 * 3600 * 1000) /* silent for so long: nobody cares any more */

struct source {
	uint32_t unit, feed;
	uint64_t hash;              /* of the whole name */
	int64_t ahead_ms;           /* the estimate; 0: none yet */
	int64_t candidate_ms;       /* what the last events say that disagree with it */
	int64_t candidate_since_ms; /* arrival of the first of them */
	uint32_t n_candidate;       /* how many they are; 0: none */
	int64_t right_ms;           /* arrival of the first right one since it was ahead; 0: none */
	int64_t first_ms, last_ms;  /* arrivals of events that were ahead */
	uint64_t corrected;         /* events */
	char name[CLOCK_SOURCE_MAX + 1]; /* cut */

	uint32_t older, newer; /* neighbours in the order of hearing */
	uint32_t next;         /* in its chain; or the next free place */
};

struct clocks {
	int64_t future_ms;
	uint32_t n;
	uint32_t n_used; /* places that were ever taken */
	uint32_t free;   /* the first that is free again */
	uint32_t oldest, newest;
	uint32_t chains[CHAINS];
	struct source sources[CLOCKS_MAX];
};

struct clocks *clocks_new(int64_t future_ms)
{
	struct clocks *clocks = xcalloc(1, sizeof(*clocks));

	clocks->future_ms = future_ms;
	clocks->free = clocks->oldest = clocks->newest = NOBODY;
	memset(clocks->chains, 0xff, sizeof(clocks->chains));
	return clocks;
}

struct clocks *clocks_free(struct clocks *clocks)
{
	free(clocks);
	return NULL;
}

uint32_t clocks_count(const struct clocks *clocks)
{
	return clocks->n;
}

static uint32_t chain_of(uint32_t unit, uint32_t feed)
{
	return (unit * 0x9e3779b1u + feed * 0x85ebca6bu) >> 19 & (CHAINS - 1);
}

static void unlink_source(struct clocks *clocks, const struct source *source)
{
	uint32_t place = (uint32_t)(source - clocks->sources);
	uint32_t *at = &clocks->chains[chain_of(source->unit, source->feed)];

	while (*at != place)
		at = &clocks->sources[*at].next;
	*at = source->next;

	if (source->older == NOBODY)
		clocks->oldest = source->newer;
	else
		clocks->sources[source->older].newer = source->newer;
	if (source->newer == NOBODY)
		clocks->newest = source->older;
	else
		clocks->sources[source->newer].older = source->older;
}

/* Makes source the last heard. */
static void link_source(struct clocks *clocks, struct source *source)
{
	uint32_t place = (uint32_t)(source - clocks->sources);
	uint32_t *chain = &clocks->chains[chain_of(source->unit, source->feed)];

	source->next = *chain;
	*chain = place;
	source->older = clocks->newest;
	source->newer = NOBODY;
	if (clocks->newest == NOBODY)
		clocks->oldest = place;
	else
		clocks->sources[clocks->newest].newer = place;
	clocks->newest = place;
}

static void forget(struct clocks *clocks, struct source *source)
{
	unlink_source(clocks, source);
	source->next = clocks->free;
	clocks->free = (uint32_t)(source - clocks->sources);
	clocks->n--;
}

/* Lends a source of the sender, or NULL. */
static struct source *find(struct clocks *clocks, uint32_t unit, uint32_t feed, uint64_t hash)
{
	uint32_t place = clocks->chains[chain_of(unit, feed)];

	for (; place != NOBODY; place = clocks->sources[place].next) {
		struct source *source = &clocks->sources[place];

		if (source->unit == unit && source->feed == feed && source->hash == hash)
			return source;
	}
	return NULL;
}

/* Where a sender has all the sources it may have, the one that was heard longest ago goes. */
static void make_room_for(struct clocks *clocks, uint32_t unit, uint32_t feed)
{
	uint32_t place = clocks->chains[chain_of(unit, feed)];
	struct source *last = NULL;
	uint32_t n = 0;

	for (; place != NOBODY; place = clocks->sources[place].next) {
		struct source *source = &clocks->sources[place];

		if (source->unit != unit || source->feed != feed)
			continue;
		last = source;
		n++;
	}
	if (n >= CLOCKS_OF_SENDER)
		forget(clocks, last);
	else if (clocks->n == CLOCKS_MAX)
		forget(clocks, &clocks->sources[clocks->oldest]);
}

/* A new source: in its chain and in order, otherwise empty. */
static struct source *add(struct clocks *clocks, uint32_t unit, uint32_t feed, uint64_t hash)
{
	struct source *source;

	make_room_for(clocks, unit, feed);
	if (clocks->free != NOBODY) {
		source = &clocks->sources[clocks->free];
		clocks->free = source->next;
	} else {
		source = &clocks->sources[clocks->n_used++];
	}
	*source = (struct source){ .unit = unit, .feed = feed, .hash = hash };
	link_source(clocks, source);
	clocks->n++;
	return source;
}

static struct source *add_sender_of(struct clocks *clocks, const struct event *event, uint64_t hash)
{
	struct source *source = add(clocks, event->unit, event->feed, hash);
	size_t n = event->source.size;

	if (n > CLOCK_SOURCE_MAX) /* not in the middle of a character */
		for (n = CLOCK_SOURCE_MAX; n > 0 && (event->source.bytes[n] & 0xc0) == 0x80; n--)
			;
	memcpy(source->name, event->source.bytes, n);
	source->first_ms = event->arrival_ms;
	return source;
}

static int64_t ahead_of(const struct event *event)
{
	return event->time_ms - event->arrival_ms;
}

bool clocks_concern(const struct clocks *clocks, const struct event *event)
{
	if (ahead_of(event) > clocks->future_ms)
		return true;
	return clocks->n > 0 && clocks->chains[chain_of(event->unit, event->feed)] != NOBODY;
}

/* Counts one more event that disagrees with the estimate. */
static void doubt(struct source *source, int64_t ahead_ms, int64_t arrival_ms)
{
	int64_t apart_ms = ahead_ms - source->candidate_ms;

	if (source->n_candidate == 0 || apart_ms > AGREE_MS || apart_ms < -AGREE_MS) {
		source->candidate_ms = ahead_ms;
		source->candidate_since_ms = arrival_ms;
		source->n_candidate = 1;
		return;
	}
	if (source->n_candidate < CONFIRM)
		source->n_candidate++;
	if (source->candidate_ms < ahead_ms)
		source->candidate_ms = ahead_ms;
}

static void learn(struct source *source, int64_t ahead_ms, int64_t arrival_ms)
{
	int64_t more_ms = ahead_ms - source->ahead_ms;
	bool slower = source->ahead_ms > 0 && more_ms < 0;

	if (source->ahead_ms > 0 && more_ms <= AGREE_MS && more_ms >= -AGREE_MS) {
		if (more_ms > 0)
			source->ahead_ms = ahead_ms;
		source->n_candidate = 0;
		return;
	}
	doubt(source, ahead_ms, arrival_ms);
	if (source->n_candidate < CONFIRM ||
	    (slower && arrival_ms - source->candidate_since_ms < SLOWER_MS))
		return;
	source->ahead_ms = source->candidate_ms;
	source->n_candidate = 0;
}

static void take_off(struct source *source, struct event *event, int64_t ms)
{
	event->time_ms -= ms;
	event->ahead_ms = ms;
	source->corrected++;
}

static void correct_ahead(struct source *source, struct event *event)
{
	int64_t ahead_ms = ahead_of(event);

	learn(source, ahead_ms, event->arrival_ms);
	source->last_ms = event->arrival_ms;
	source->right_ms = 0;
	take_off(source, event, ahead_ms < source->ahead_ms ? source->ahead_ms : ahead_ms);
}

/* An event of a known source that is not ahead. */
static void correct_other(struct clocks *clocks, struct source *source, struct event *event)
{
	if (ahead_of(event) < -RIGHT_MS) {
		if (source->ahead_ms > 0 && source->right_ms == 0)
			take_off(source, event, source->ahead_ms);
		return;
	}
	if (source->right_ms == 0)
		source->right_ms = event->arrival_ms;
	source->n_candidate = 0;
	if (event->arrival_ms - source->right_ms >= SETTLED_MS)
		forget(clocks, source);
}

/* One at a time is enough: no event brings more than one. */
static void forget_silent(struct clocks *clocks, int64_t now_ms)
{
	if (clocks->oldest != NOBODY &&
	    now_ms - clocks->sources[clocks->oldest].last_ms >= FORGET_MS)
		forget(clocks, &clocks->sources[clocks->oldest]);
}

void clocks_correct(struct clocks *clocks, struct event *event)
{
	bool is_ahead = ahead_of(event) > clocks->future_ms;
	struct source *source;
	uint64_t hash;

	if (!clocks_concern(clocks, event))
		return;

	hash = XXH3_64bits(event->source.bytes, event->source.size);
	source = find(clocks, event->unit, event->feed, hash);
	if (!is_ahead) {
		if (source)
			correct_other(clocks, source, event);
		return;
	}
	if (!source)
		source = add_sender_of(clocks, event, hash);
	correct_ahead(source, event);
	unlink_source(clocks, source);
	link_source(clocks, source);
	forget_silent(clocks, event->arrival_ms);
}

static int compare(const void *a, const void *b)
{
	const struct source *x = *(const struct source *const *)a;
	const struct source *y = *(const struct source *const *)b;

	if (x->ahead_ms != y->ahead_ms)
		return x->ahead_ms > y->ahead_ms ? -1 : 1;
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	if (x->feed != y->feed)
		return x->feed < y->feed ? -1 : 1;
	return strcmp(x->name, y->name);
}

void clocks_each(const struct clocks *clocks, clock_each_fn *each, void *context)
{
	const struct source **list = xcalloc(clocks->n + 1, sizeof(*list));
	uint32_t n = 0;

	for (uint32_t i = clocks->oldest; i != NOBODY; i = clocks->sources[i].newer)
		list[n++] = &clocks->sources[i];
	qsort(list, n, sizeof(*list), compare);
	for (uint32_t i = 0; i < n; i++)
		each(context, &(struct clock_view){
				      .unit = list[i]->unit,
				      .feed = list[i]->feed,
				      .source = list[i]->name,
				      .ahead_ms = list[i]->ahead_ms,
				      .first_ms = list[i]->first_ms,
				      .last_ms = list[i]->last_ms,
				      .corrected = list[i]->corrected,
			      });
	free(list);
}

static void source_save(const struct source *source, struct bytes_writer *writer)
{
	bytes_put_u32(writer, source->unit);
	bytes_put_u32(writer, source->feed);
	bytes_put_u64(writer, source->hash);
	bytes_put_text(writer, source->name);
	bytes_put_i64(writer, source->ahead_ms);
	bytes_put_i64(writer, source->candidate_ms);
	bytes_put_i64(writer, source->candidate_since_ms);
	bytes_put_u32(writer, source->n_candidate);
	bytes_put_i64(writer, source->right_ms);
	bytes_put_i64(writer, source->first_ms);
	bytes_put_i64(writer, source->last_ms);
	bytes_put_u64(writer, source->corrected);
}

void clocks_save(const struct clocks *clocks, struct bytes_writer *writer)
{
	bytes_put_part(writer, "clocks", FORM);
	bytes_put_u32(writer, clocks->n);
	for (uint32_t i = clocks->oldest; i != NOBODY; i = clocks->sources[i].newer)
		source_save(&clocks->sources[i], writer);
}

static void source_read(struct source *ret, struct bytes_reader *reader)
{
	const char *name;
	size_t n;

	*ret = (struct source){ .unit = bytes_get_u32(reader) };
	ret->feed = bytes_get_u32(reader);
	ret->hash = bytes_get_u64(reader);
	name = bytes_get_text(reader, &n);
	ret->ahead_ms = remembered_get_time(reader);
	ret->candidate_ms = remembered_get_time(reader);
	ret->candidate_since_ms = remembered_get_time(reader);
	ret->n_candidate = bytes_get_u32(reader);
	ret->right_ms = remembered_get_time(reader);
	ret->first_ms = remembered_get_time(reader);
	ret->last_ms = remembered_get_time(reader);
	ret->corrected = bytes_get_u64(reader);
	if (n > CLOCK_SOURCE_MAX || memchr(name, 0, n) || ret->ahead_ms < 0 ||
	    ret->ahead_ms > AHEAD_MAX || ret->candidate_ms < 0 || ret->candidate_ms > AHEAD_MAX ||
	    ret->n_candidate > CONFIRM) {
		bytes_reject(reader, "it holds a clock that cannot be");
		return;
	}
	memcpy(ret->name, name, n);
}

/* Puts what was saved in the place of source, which is the same one, or new. */
static void take(struct source *source, const struct source *saved)
{
	struct source now = *source;
	bool is_first = now.first_ms == 0 || saved->first_ms < now.first_ms;

	if (now.last_ms <= saved->last_ms) {
		*source = *saved;
		source->older = now.older;
		source->newer = now.newer;
		source->next = now.next;
	}
	source->unit = now.unit;
	source->feed = now.feed;
	source->corrected = now.corrected + saved->corrected;
	source->first_ms = is_first ? saved->first_ms : now.first_ms;
}

void clocks_load(struct clocks *clocks, struct bytes_reader *reader, const struct renumber *units,
		 const struct renumber *feeds)
{
	uint32_t n;

	bytes_get_part(reader, "clocks", FORM);
	n = bytes_get_count(reader, CLOCK_BYTES);
	for (uint32_t i = 0; i < n; i++) {
		struct source saved;
		struct source *source;
		uint32_t unit, feed;

		source_read(&saved, reader);
		if (reader->is_bad)
			return;
		unit = renumber(units, saved.unit);
		feed = renumber(feeds, saved.feed);
		if (unit == RENUMBER_GONE || feed == RENUMBER_GONE)
			continue;
		source = find(clocks, unit, feed, saved.hash);
		if (!source)
			source = add(clocks, unit, feed, saved.hash);
		take(source, &saved);
		unlink_source(clocks, source);
		link_source(clocks, source);
	}
}
