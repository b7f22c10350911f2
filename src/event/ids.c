/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A generation is a log, filled in order, and a hash table of 4-byte slots that point into it: what
 * an id touches at random is a sixth of what it would be with ids in the table, so that it mostly
 * stays within reach of the caches, and the kernel has few pages to find for it.
 *
 * A slot is 0 if free; else the number of an id in the log, from 1, under a tag: as many bits of
 * its key as are left, which spare most looks into the log.
 */
#include "ids.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "iocd/base/err.h"

#include "remembered.h"

#define ID_BYTES   24 /* of one in a saved log */
#define LOAD_AHEAD 16 /* ids whose slots are on their way from memory while one is filed */

static uint64_t room_for(uint64_t n_ids)
{
	uint64_t room = IDS_LEAST;

	while (room < n_ids && room < IDS_MOST)
		room *= 2;
	return room;
}

static size_t bytes_of(const struct ids_generation *generation)
{
	return generation->n_slots / 2 * sizeof(struct id) +
	       generation->n_slots * sizeof(*generation->slots);
}

static int map(struct ids_generation *generation, uint64_t max_ids)
{
	struct ids_generation wanted = { .n_slots = (size_t)max_ids * 2 };
	void *bytes = mmap(NULL, bytes_of(&wanted), PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (bytes == MAP_FAILED)
		return err_raise(-errno);

	wanted.log = bytes;
	wanted.slots = (uint32_t *)(wanted.log + max_ids);
	*generation = wanted;
	return 0;
}

static void unmap(struct ids_generation *generation)
{
	if (generation->log)
		(void)munmap(generation->log, bytes_of(generation));
	*generation = (struct ids_generation){ 0 };
}

static void forget(struct ids_generation *generation)
{
	/* The kernel refuses where memory is locked.  The log needs no clearing. */
	if (generation->n_ids > 0 && madvise(generation->log, bytes_of(generation), MADV_DONTNEED))
		memset(generation->slots, 0, generation->n_slots * sizeof(*generation->slots));
	generation->n_ids = 0;
	generation->start_ms = 0;
	generation->latest_ms = 0;
	generation->has_ahead = false;
	memset(generation->ahead_ms, 0, sizeof(generation->ahead_ms));
}

/* What the slot of an id holds besides its number. */
static uint32_t tag_of(const struct ids_generation *generation, const uint64_t key[2])
{
	return (uint32_t)key[1] & ~(uint32_t)(generation->n_slots - 1);
}

/* Lends the id that a taken slot points to. */
static const struct id *id_at(const struct ids_generation *generation, uint32_t slot)
{
	return &generation->log[(slot & (generation->n_slots - 1)) - 1];
}

static bool is_same(const struct id *id, const uint64_t key[2])
{
	return id->key[0] == key[0] && id->key[1] == key[1];
}

/* The slot of the id of that key, or the free one where it belongs. */
static uint32_t *find_slot(const struct ids_generation *generation, const uint64_t key[2])
{
	size_t mask = generation->n_slots - 1;
	size_t i = key[0] & mask;
	uint32_t tag = tag_of(generation, key);

	for (;; i = (i + 1) & mask) {
		uint32_t *slot = &generation->slots[i];

		if (*slot == 0 ||
		    ((*slot & ~(uint32_t)mask) == tag && is_same(id_at(generation, *slot), key)))
			return slot;
	}
}

static void move_ahead_horizons(struct ids *ids, const struct ids_generation *forgotten)
{
	for (uint32_t i = 0; forgotten->has_ahead && i < CROWDS; i++)
		if (forgotten->ahead_ms[i] > 0 &&
		    ids->ahead_horizon_ms[i] <= forgotten->ahead_ms[i])
			ids->ahead_horizon_ms[i] = forgotten->ahead_ms[i] + 1;
}

/* Forgets the former generation and starts a new one.  What was forgotten can have arrived until
 * the present one began (where that means something: not if what arrives is from long ago), and can
 * bear times up to its latest, by a clock that was a little ahead. */
static void rotate(struct ids *ids)
{
	struct ids_generation empty = ids->former;

	if (empty.n_ids > 0) {
		if (ids->memory_ms < INT64_MAX && ids->horizon_ms < ids->present.start_ms)
			ids->horizon_ms = ids->present.start_ms;
		if (ids->horizon_ms <= empty.latest_ms)
			ids->horizon_ms = empty.latest_ms + 1;
		move_ahead_horizons(ids, &empty);
	}
	forget(&empty);
	ids->former = ids->present;
	ids->present = empty;
}

static bool present_is_over(const struct ids *ids, int64_t arrival_ms)
{
	const struct ids_generation *present = &ids->present;

	if (present->n_ids == 0)
		return false;
	return present->n_ids >= ids->max_ids || arrival_ms - present->start_ms >= ids->memory_ms;
}

static void note_time(struct ids_generation *generation, const struct event *event)
{
	int64_t *latest = &generation->latest_ms;

	if (crowd_is_ahead(event)) {
		latest = &generation->ahead_ms[crowd_of_stream(event->stream[1])];
		generation->has_ahead = true;
	}
	if (*latest < event->time_ms)
		*latest = event->time_ms;
}

static void remember(struct ids *ids, const struct event *event)
{
	struct ids_generation *present = &ids->present;
	uint32_t *slot;

	if (present_is_over(ids, event->arrival_ms))
		rotate(ids);

	slot = find_slot(present, event->key);
	if (present->n_ids == 0) {
		present->start_ms = event->arrival_ms;
		present->latest_ms = 0;
	}
	note_time(present, event);
	present->log[present->n_ids++] = (struct id){
		.key = { event->key[0], event->key[1] },
		.digest = event->digest,
	};
	*slot = tag_of(present, event->key) | (uint32_t)present->n_ids;
}

static enum reason look_up(const struct ids_generation *generation, const struct event *event)
{
	uint32_t slot;

	if (generation->n_ids == 0) /* not to touch its pages for nothing */
		return REASON_NONE;

	slot = *find_slot(generation, event->key);
	if (slot == 0)
		return REASON_NONE;
	if (id_at(generation, slot)->digest == event->digest)
		return REASON_duplicate;
	return REASON_id_conflict;
}

/* The times of crowds that have one. */
static void crowds_save(const int64_t times_ms[CROWDS], struct bytes_writer *writer)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < CROWDS; i++)
		n += times_ms[i] != 0;
	bytes_put_u32(writer, n);
	for (uint32_t i = 0; i < CROWDS; i++) {
		if (times_ms[i] == 0)
			continue;
		bytes_put_u8(writer, (uint8_t)i);
		bytes_put_i64(writer, times_ms[i]);
	}
}

/* Reads them back into times_ms, of which all are 0; true if there is any. */
static bool crowds_load(int64_t times_ms[CROWDS], struct bytes_reader *reader)
{
	uint32_t n = bytes_get_count(reader, 9);

	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		uint8_t crowd = bytes_get_u8(reader);

		times_ms[crowd] = remembered_get_time(reader);
	}
	return n > 0;
}

static void generation_save(const struct ids_generation *generation, struct bytes_writer *writer)
{
	bytes_put_i64(writer, generation->start_ms);
	bytes_put_i64(writer, generation->latest_ms);
	crowds_save(generation->ahead_ms, writer);
	bytes_put_u32(writer, (uint32_t)generation->n_ids);
	for (uint64_t i = 0; i < generation->n_ids; i++) {
		const struct id *id = &generation->log[i];
		const uint64_t words[] = { htole64(id->key[0]), htole64(id->key[1]),
					   htole64(id->digest) };

		_Static_assert(sizeof(words) == ID_BYTES, "that many bytes are read back");
		bytes_put(writer, words, sizeof(words));
	}
}

/* Makes room for n ids in a fresh generation. */
static void make_room(struct ids_generation *generation, uint64_t n, struct bytes_reader *reader)
{
	struct ids_generation wider;

	if (n <= generation->n_slots / 2)
		return;
	if (n > IDS_MOST || map(&wider, room_for(n))) {
		bytes_reject(reader, "there is no room for its ids");
		return;
	}
	unmap(generation);
	*generation = wider;
}

/* Has the kernel find the pages of a generation that n ids will touch all over, in one go. */
static void bring_pages(const struct ids_generation *generation, uint64_t n)
{
	if (n < generation->n_slots / 64)
		return;
	/* It is only sooner: the pages also come when they are touched. */
	(void)madvise(generation->log, n * sizeof(struct id), MADV_POPULATE_WRITE);
	(void)madvise(generation->slots, generation->n_slots * sizeof(*generation->slots),
		      MADV_POPULATE_WRITE);
}

/* Puts id n of the log into its slot; false if it is there already. */
static bool file(struct ids_generation *generation, uint64_t n)
{
	const uint64_t *key = generation->log[n].key;
	uint32_t *slot = find_slot(generation, key);

	if (*slot != 0)
		return false;
	*slot = tag_of(generation, key) | (uint32_t)(n + 1);
	return true;
}

/* Copies n saved ids into the log, asks for their slots, and files each some steps later, when its
 * slot has come. */
static bool fill(struct ids_generation *generation, const char *bytes, uint64_t n)
{
	for (uint64_t i = 0; i < n + LOAD_AHEAD; i++) {
		if (i < n) {
			struct id *id = &generation->log[i];
			uint64_t words[3];

			memcpy(words, bytes + i * ID_BYTES, ID_BYTES);
			*id = (struct id){ { le64toh(words[0]), le64toh(words[1]) },
					   le64toh(words[2]) };
			__builtin_prefetch(
				&generation->slots[id->key[0] & (generation->n_slots - 1)], 1);
		}
		if (i >= LOAD_AHEAD && !file(generation, i - LOAD_AHEAD))
			return false;
	}
	return true;
}

/* Reads into a fresh generation, or past it if that is NULL. */
static void generation_load(struct ids_generation *generation, struct bytes_reader *reader)
{
	int64_t start_ms = remembered_get_time(reader);
	int64_t latest_ms = remembered_get_time(reader);
	int64_t ahead_ms[CROWDS] = { 0 };
	bool has_ahead = crowds_load(ahead_ms, reader);
	uint32_t n = bytes_get_count(reader, ID_BYTES);
	const char *bytes = bytes_get(reader, (size_t)n * ID_BYTES);

	if (!bytes || !generation)
		return;
	make_room(generation, n, reader);
	if (reader->is_bad)
		return;
	bring_pages(generation, n);
	generation->n_ids = n; /* also where filling fails, so that all is forgotten in the end */
	generation->start_ms = start_ms;
	generation->latest_ms = latest_ms;
	generation->has_ahead = has_ahead;
	memcpy(generation->ahead_ms, ahead_ms, sizeof(ahead_ms));
	if (!fill(generation, bytes, n))
		bytes_reject(reader, "it remembers an id twice");
}

int ids_init(struct ids *ids, const struct memory *memory)
{
	int r;

	*ids = (struct ids){
		.max_ids = room_for(memory->ids),
		.memory_ms = memory->ms,
		.horizon_ms = INT64_MIN,
	};
	r = map(&ids->present, ids->max_ids);
	if (!r)
		r = map(&ids->former, ids->max_ids);
	return err_pass(r);
}

void ids_fini(struct ids *ids)
{
	unmap(&ids->former);
	unmap(&ids->present);
}

enum reason ids_admit(struct ids *ids, const struct event *event)
{
	enum reason reason = look_up(&ids->present, event);

	if (reason == REASON_NONE)
		reason = look_up(&ids->former, event);
	if (reason != REASON_NONE)
		return reason;
	if (event->time_ms < ids->horizon_ms ||
	    (crowd_is_ahead(event) &&
	     event->time_ms < ids->ahead_horizon_ms[crowd_of_stream(event->stream[1])]))
		return REASON_ts_old;

	remember(ids, event);
	return REASON_NONE;
}

uint64_t ids_count(const struct ids *ids)
{
	return ids->present.n_ids + ids->former.n_ids;
}

void ids_save(const struct ids *ids, struct bytes_writer *writer)
{
	bytes_put_i64(writer, ids->horizon_ms);
	crowds_save(ids->ahead_horizon_ms, writer);
	generation_save(&ids->former, writer);
	generation_save(&ids->present, writer);
}

void ids_load(struct ids *ids, struct bytes_reader *reader)
{
	int64_t horizon_ms = remembered_get_horizon(reader);
	int64_t ahead_ms[CROWDS] = { 0 };

	(void)crowds_load(ahead_ms, reader);
	if (ids) {
		ids->horizon_ms = horizon_ms;
		memcpy(ids->ahead_horizon_ms, ahead_ms, sizeof(ahead_ms));
	}
	generation_load(ids ? &ids->former : NULL, reader);
	generation_load(ids ? &ids->present : NULL, reader);
}
