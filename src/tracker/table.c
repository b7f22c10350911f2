/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The index is open addressing with linear probing over places of 8 bytes: half of the hash and the
 * slot.  The home of a place follows from the half hash alone, so that a search reads records only
 * where the halves agree, and removal, which shifts back, reads none.
 */
#include "table.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "iocd/base/err.h"

struct place_of {
	uint32_t half;
	uint32_t slot; /* SLOT_NONE: the place is free */
};

static_assert(sizeof(struct card) == 16, "cards lie close together");
static_assert(sizeof(struct record) == 80, "a record is part of the 200 bytes");
static_assert(ID_HERE + 2 * ID_PIECE >= RECORD_ID_MAX, "an id has room");

/* Puts an array of size bytes behind those before it, on a page of its own. */
static size_t lay(size_t *end, size_t size)
{
	size_t start = *end;

	*end = (start + size + 4095) / 4096 * 4096;
	return start;
}

int table_init(struct table *table, uint32_t n)
{
	size_t slots = (size_t)n + 1, places = (size_t)n + n / 2 + 8, end = 0;
	size_t cards = lay(&end, slots * sizeof(struct card));
	size_t records = lay(&end, slots * sizeof(struct record));
	size_t pieces = lay(&end, slots * 2 * ID_PIECE);
	size_t index = lay(&end, places * sizeof(struct place_of));
	size_t heap = lay(&end, slots * sizeof(struct deadline));
	char *base;

	if (n > UINT32_MAX / 4)
		return err_raise(-ENOMEM);
	base = mmap(NULL, end, PROT_READ | PROT_WRITE, MAP_NORESERVE | MAP_PRIVATE | MAP_ANONYMOUS,
		    -1, 0);
	if (base == MAP_FAILED)
		return err_raise(-errno);

	*table = (struct table){
		.base = base,
		.size = end,
		.cards = (struct card *)(base + cards),
		.records = (struct record *)(base + records),
		.pieces = (char(*)[ID_PIECE])(base + pieces),
		.index = (struct place_of *)(base + index),
		.heap = (struct deadline *)(base + heap),
		.capacity = (uint32_t)slots,
		.index_size = (uint32_t)places,
		.n_slots = 1,
		.n_pieces = 1,
	};
	/* Places are visited at random: large pages save most of the misses. */
	(void)madvise(base + index, places * sizeof(struct place_of), MADV_HUGEPAGE);
	return 0;
}

void table_fini(struct table *table)
{
	if (table->base)
		(void)munmap(table->base, table->size);
	*table = (struct table){ 0 };
}

/* Notes lie apart from the records of the same key. */
static uint32_t half_of(uint64_t hash, uint8_t track, bool is_note)
{
	uint64_t salt = (uint64_t)track * 2 + is_note + 1;

	return (uint32_t)(((hash ^ salt * 0x9e3779b97f4a7c15u) * 0xd6e8feb86659fd93u) >> 32);
}

static uint32_t home_of(const struct table *table, uint32_t half)
{
	return (uint32_t)((uint64_t)half * table->index_size >> 32);
}

static uint32_t place_after(const struct table *table, uint32_t at)
{
	return at + 1 == table->index_size ? 0 : at + 1;
}

static bool has_key(const struct table *table, uint32_t slot, const struct record_key *key,
		    bool is_note)
{
	const struct card *card = &table->cards[slot];
	const struct record *record = &table->records[slot];
	char id[RECORD_ID_MAX];

	if (record->hash != key->hash || record->id_size != key->size ||
	    card->track != key->track || (slot_state(card) == SLOT_NOTE) != is_note)
		return false;

	(void)table_id(table, slot, id);
	return memcmp(id, key->id, key->size) == 0;
}

uint32_t table_find(const struct table *table, const struct record_key *key, bool is_note)
{
	uint32_t half = half_of(key->hash, key->track, is_note);
	uint32_t at = home_of(table, half);

	while (table->index[at].slot != SLOT_NONE) {
		if (table->index[at].half == half &&
		    has_key(table, table->index[at].slot, key, is_note))
			return table->index[at].slot;
		at = place_after(table, at);
	}
	return SLOT_NONE;
}

static void index_add(struct table *table, uint32_t half, uint32_t slot)
{
	uint32_t at = home_of(table, half);

	while (table->index[at].slot != SLOT_NONE)
		at = place_after(table, at);
	table->index[at] = (struct place_of){ .half = half, .slot = slot };
}

/* Shifts back what would not be found any more over the gap. */
static void index_remove(struct table *table, uint32_t half, uint32_t slot)
{
	uint32_t gap = home_of(table, half), at, home;

	while (table->index[gap].slot != slot)
		gap = place_after(table, gap);
	for (at = place_after(table, gap); table->index[at].slot != SLOT_NONE;
	     at = place_after(table, at)) {
		home = home_of(table, table->index[at].half);
		/* Does home lie in (gap, at], around the end? */
		if (gap < at ? (home > gap && home <= at) : (home > gap || home <= at))
			continue;
		table->index[gap] = table->index[at];
		gap = at;
	}
	table->index[gap].slot = SLOT_NONE;
}

static void queue_add(struct table *table, uint32_t slot, enum slot_state state)
{
	struct queue *queue = &table->queues[state];
	struct record *record = &table->records[slot];

	record->previous = queue->last;
	record->next = SLOT_NONE;
	if (queue->last != SLOT_NONE)
		table->records[queue->last].next = slot;
	else
		queue->first = slot;
	queue->last = slot;
	queue->n++;
	table->cards[slot].flags = (uint8_t)state;
}

static void queue_remove(struct table *table, uint32_t slot)
{
	struct queue *queue = &table->queues[slot_state(&table->cards[slot])];
	const struct record *record = &table->records[slot];

	if (record->previous != SLOT_NONE)
		table->records[record->previous].next = record->next;
	else
		queue->first = record->next;
	if (record->next != SLOT_NONE)
		table->records[record->next].previous = record->previous;
	else
		queue->last = record->previous;
	queue->n--;
}

/* There are two pieces for every slot: they cannot run out.  A free one begins with the next. */
static uint32_t piece_take(struct table *table, const char *text, size_t n)
{
	uint32_t piece = table->free_piece;

	if (piece)
		memcpy(&table->free_piece, table->pieces[piece], sizeof(piece));
	else
		piece = table->n_pieces++;
	assert(piece < 2 * table->capacity);
	memcpy(table->pieces[piece], text, n);
	return piece;
}

static void piece_give_back(struct table *table, uint32_t piece)
{
	if (!piece)
		return;
	memcpy(table->pieces[piece], &table->free_piece, sizeof(piece));
	table->free_piece = piece;
}

static size_t id_part(size_t size, size_t from, size_t most)
{
	return size <= from ? 0 : size - from < most ? size - from : most;
}

static void put_id(struct table *table, struct record *record, const struct record_key *key)
{
	size_t from = ID_HERE, n;

	record->id_size = key->size;
	memcpy(record->id, key->id, id_part(key->size, 0, ID_HERE));
	for (size_t i = 0; i < COUNT(record->pieces); i++, from += ID_PIECE) {
		n = id_part(key->size, from, ID_PIECE);
		record->pieces[i] = n ? piece_take(table, key->id + from, n) : 0;
	}
}

uint32_t table_take(struct table *table, const struct record_key *key, enum slot_state state)
{
	uint32_t slot = table->free_slot;

	if (slot != SLOT_NONE)
		table->free_slot = table->records[slot].next;
	else if (table->n_slots < table->capacity)
		slot = table->n_slots++;
	else
		return SLOT_NONE;

	table->cards[slot] = (struct card){ .track = key->track };
	table->records[slot] = (struct record){ .hash = key->hash };
	put_id(table, &table->records[slot], key);
	queue_add(table, slot, state);
	index_add(table, half_of(key->hash, key->track, state == SLOT_NOTE), slot);
	return slot;
}

void table_give_back(struct table *table, uint32_t slot)
{
	struct record *record = &table->records[slot];
	struct card *card = &table->cards[slot];

	assert(card->heap_at == 0);
	index_remove(table, half_of(record->hash, card->track, slot_state(card) == SLOT_NOTE),
		     slot);
	queue_remove(table, slot);
	for (size_t i = 0; i < COUNT(record->pieces); i++)
		piece_give_back(table, record->pieces[i]);
	card->flags = SLOT_FREE;
	record->next = table->free_slot;
	table->free_slot = slot;
}

void table_move(struct table *table, uint32_t slot, enum slot_state state)
{
	queue_remove(table, slot);
	queue_add(table, slot, state);
}

uint8_t table_id(const struct table *table, uint32_t slot, char *id)
{
	const struct record *record = &table->records[slot];
	size_t from = ID_HERE, size = record->id_size;

	memcpy(id, record->id, id_part(size, 0, ID_HERE));
	for (size_t i = 0; i < COUNT(record->pieces) && size > from; i++, from += ID_PIECE)
		memcpy(id + from, table->pieces[record->pieces[i]], id_part(size, from, ID_PIECE));
	return record->id_size;
}

struct record_key table_key(const struct table *table, uint32_t slot)
{
	struct record_key key = { .hash = table->records[slot].hash,
				  .track = table->cards[slot].track };

	key.size = table_id(table, slot, key.id);
	return key;
}

size_t table_bytes(const struct table *table)
{
	return table->n_slots * (sizeof(struct card) + sizeof(struct record)) +
	       table->n_pieces * (size_t)ID_PIECE + table->peak_heap * sizeof(struct deadline) +
	       table->index_size * sizeof(struct place_of);
}
