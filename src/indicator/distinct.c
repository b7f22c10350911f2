/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table is open-addressed and as long as its block allows, at most four fifths full.  A hash is
 * spread over a length that is no power of two by the upper half of a product.
 *
 * The registers lie rank by rank, so that the high ranks, which few values reach, are memory that
 * was never touched.
 */
#include "distinct.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "iocd/indicator.h"

#define TABLE_BYTES_MIN 256u
#define TABLE_BYTES_MAX 16384u
#define TABLE_HASH_SIZE (sizeof(uint64_t) + sizeof(uint32_t))

#define REGISTER_BITS 11
#define REGISTERS     DISTINCT_REGISTERS
#define RANKS         DISTINCT_RANKS /* the last one stands for all above it, too */

static_assert(REGISTERS == 1u << REGISTER_BITS, "a register is chosen by the first bits");

/* A block of either form. */
struct sketch {
	uint32_t bytes; /* of a table; 0: these are registers */
	uint32_t n;     /* values in a table; the highest rank in registers */
};

struct table {
	struct sketch head;
	uint64_t hashes[]; /* 0: free; as many minutes (uint32_t) stand behind them */
};

struct registers {
	struct sketch head;
	uint32_t minutes[RANKS][REGISTERS]; /* 0: never */
};

static uint32_t length_of(size_t bytes)
{
	return (uint32_t)((bytes - sizeof(struct table)) / TABLE_HASH_SIZE);
}

static uint32_t limit_of(size_t bytes)
{
	uint32_t limit = length_of(bytes) / 5 * 4;

	return limit < DISTINCT_EXACT_MAX ? limit : DISTINCT_EXACT_MAX;
}

static uint32_t *minutes_of(const struct table *table)
{
	return (uint32_t *)(table->hashes + length_of(table->head.bytes));
}

/* The place of hash in the table, or the free one where it belongs. */
static uint32_t find_place(const struct table *table, uint64_t hash)
{
	uint32_t length = length_of(table->head.bytes);
	uint32_t at = (uint32_t)((hash >> 32) * length >> 32);

	while (table->hashes[at] != 0 && table->hashes[at] != hash)
		at = at + 1 < length ? at + 1 : 0;
	return at;
}

static int note_in_table(struct table *table, uint64_t hash, uint32_t minute)
{
	uint32_t at = find_place(table, hash);
	uint32_t *latest = &minutes_of(table)[at];

	table->head.n += table->hashes[at] == 0;
	table->hashes[at] = hash;
	if (*latest >= minute)
		return 0;
	*latest = minute;
	return DISTINCT_NEW;
}

static uint32_t register_of(uint64_t hash)
{
	return (uint32_t)(hash >> (64 - REGISTER_BITS));
}

static uint32_t rank_of(uint64_t hash)
{
	uint64_t rest = hash << REGISTER_BITS;
	uint32_t rank = rest == 0 ? RANKS : (uint32_t)__builtin_clzll(rest) + 1;

	return rank < RANKS ? rank : RANKS;
}

static int note_rank(struct registers *registers, uint32_t rank, uint32_t number, uint32_t minute)
{
	uint32_t *latest;

	if (registers->head.n < rank)
		registers->head.n = rank;

	latest = &registers->minutes[rank - 1][number];
	if (*latest >= minute)
		return 0;
	*latest = minute;
	return DISTINCT_NEW;
}

static int note(struct sketch *sketch, uint64_t hash, uint32_t minute)
{
	if (sketch->bytes == 0)
		return note_rank((struct registers *)sketch, rank_of(hash), register_of(hash),
				 minute);
	return note_in_table((struct table *)sketch, hash, minute);
}

static uint32_t count_since(const struct table *table, uint32_t first)
{
	const uint32_t *minutes = minutes_of(table);
	uint32_t length = length_of(table->head.bytes);
	uint32_t n = 0;

	for (uint32_t i = 0; i < length; i++)
		n += table->hashes[i] != 0 && minutes[i] >= first;
	return n;
}

/* Bytes of a table in which n values leave room for more; 0: so many need registers. */
static uint32_t bytes_for(uint32_t n)
{
	uint32_t bytes = TABLE_BYTES_MIN;

	if (n >= DISTINCT_EXACT_MAX)
		return 0;
	while (bytes < TABLE_BYTES_MAX && limit_of(bytes) <= n + n / 4)
		bytes *= 2;
	return bytes;
}

static void move_values(const struct table *from, struct sketch *to, uint32_t first)
{
	const uint32_t *minutes = minutes_of(from);
	uint32_t length = length_of(from->head.bytes);

	for (uint32_t i = 0; i < length; i++)
		if (from->hashes[i] != 0 && minutes[i] >= first)
			(void)note(to, from->hashes[i], minutes[i]);
}

/* Moves what was seen since minute first to a block with room for one value more; NULL: the pool
 * is used up. */
static struct sketch *make_room(struct pool *pool, uint32_t *sketch, uint32_t first)
{
	struct table *old = *sketch == POOL_NONE ? NULL : pool_at(pool, *sketch);
	uint32_t bytes = bytes_for(old ? count_since(old, first) : 0);
	uint32_t handle = pool_take(pool, bytes ? bytes : sizeof(struct registers));
	struct sketch *larger;

	if (handle == POOL_NONE)
		return NULL;

	larger = pool_at(pool, handle);
	larger->bytes = bytes;
	if (old) {
		move_values(old, larger, first);
		pool_give_back(pool, *sketch, old->head.bytes);
	}
	*sketch = handle;
	return larger;
}

static bool has_room(const struct sketch *sketch, uint64_t hash)
{
	const struct table *table = (const struct table *)sketch;

	return sketch->bytes == 0 || sketch->n < limit_of(sketch->bytes) ||
	       table->hashes[find_place(table, hash)] == hash;
}

/* Ertl's sigma: x + sum of 2^(k-1) * x^(2^k), the share of registers that were never hit. */
static double sigma(double x)
{
	double power = 1, sum = x, before;

	if (x == 1)
		return INFINITY;
	do {
		before = sum;
		x *= x;
		sum += x * power;
		power += power;
	} while (sum != before);
	return sum;
}

/* Ertl's tau, for the share of registers below the last rank. */
static double tau(double x)
{
	double power = 1, sum = 1 - x, before;

	if (x == 0 || x == 1)
		return 0;
	do {
		before = sum;
		x = sqrt(x);
		power /= 2;
		sum -= (1 - x) * (1 - x) * power;
	} while (sum != before);
	return sum / 3;
}

static double estimate(const uint32_t histogram[RANKS + 1])
{
	const double m = REGISTERS;
	double z = m * tau(1 - histogram[RANKS] / m);

	for (uint32_t rank = RANKS - 1; rank >= 1; rank--)
		z = (z + histogram[rank]) / 2;
	z += m * sigma(histogram[0] / m);
	return m * m / (2 * M_LN2 * z);
}

void distinct_rank(const uint64_t *hashes, uint32_t n, uint8_t ranks[DISTINCT_REGISTERS])
{
	for (uint32_t i = 0; i < n; i++) {
		uint8_t *rank = &ranks[register_of(hashes[i])];
		uint32_t other = rank_of(hashes[i]);

		*rank = other > *rank ? (uint8_t)other : *rank;
	}
}

double distinct_estimate(const uint8_t ranks[DISTINCT_REGISTERS])
{
	uint32_t histogram[RANKS + 1] = { 0 };

	for (uint32_t i = 0; i < REGISTERS; i++)
		histogram[ranks[i]]++;
	return estimate(histogram);
}

static double estimate_since(const struct registers *registers, uint32_t first)
{
	uint8_t ranks[REGISTERS] = { 0 };

	for (uint32_t rank = 1; rank <= registers->head.n; rank++)
		for (uint32_t i = 0; i < REGISTERS; i++)
			if (registers->minutes[rank - 1][i] >= first)
				ranks[i] = (uint8_t)rank;
	return distinct_estimate(ranks);
}

static bool is_table_size(uint32_t bytes)
{
	return bytes >= TABLE_BYTES_MIN && bytes <= TABLE_BYTES_MAX && (bytes & (bytes - 1)) == 0;
}

/* A search in a table without a free place would not end. */
static bool is_sound(const struct table *table)
{
	uint32_t length = length_of(table->head.bytes);
	uint32_t n = 0;

	for (uint32_t i = 0; i < length; i++)
		n += table->hashes[i] != 0;
	return n == table->head.n && n <= limit_of(table->head.bytes);
}

uint64_t distinct_hash(enum field_kind kind, const struct value *value)
{
	double number;

	switch (kind) {
	case FIELD_TEXT:
		return XXH3_64bits(value->text.bytes, value->text.size);
	case FIELD_TIME:
		return XXH3_64bits(&value->time_ms, sizeof(value->time_ms));
	case FIELD_CHOICE:
		return XXH3_64bits(&value->choice, sizeof(value->choice));
	case FIELD_NUMBER:
	case FIELD_INTEGER:
	case FIELD_FLAG:
		break;
	}
	number = value->number + 0.0; /* makes -0 a 0 */
	return XXH3_64bits(&number, sizeof(number));
}

int distinct_add(struct pool *pool, uint32_t *sketch, uint64_t hash, uint32_t minute,
		 uint32_t keep_minutes)
{
	struct sketch *at = *sketch == POOL_NONE ? NULL : pool_at(pool, *sketch);

	hash += hash == 0; /* 0 marks a free place */
	if (!at || !has_room(at, hash))
		at = make_room(pool, sketch, minute > keep_minutes ? minute - keep_minutes : 0);
	return at ? note(at, hash, minute) : DISTINCT_REFUSED;
}

double distinct_read(const struct pool *pool, uint32_t sketch, uint32_t first)
{
	const struct sketch *at;

	if (sketch == POOL_NONE)
		return 0;

	at = pool_at(pool, sketch);
	if (at->bytes != 0)
		return count_since((const struct table *)at, first);

	return estimate_since((const struct registers *)at, first > 0 ? first : 1);
}

void distinct_clear(struct pool *pool, uint32_t *sketch)
{
	const struct sketch *at;

	if (*sketch == POOL_NONE)
		return;

	at = pool_at(pool, *sketch);
	pool_give_back(pool, *sketch, at->bytes ? at->bytes : sizeof(struct registers));
	*sketch = POOL_NONE;
}

static uint32_t merge_table(struct pool *pool, uint32_t *to, const struct table *from,
			    uint32_t keep_minutes)
{
	const uint32_t *minutes = minutes_of(from);
	uint32_t length = length_of(from->head.bytes);
	uint32_t lost = 0;

	for (uint32_t i = 0; i < length; i++)
		if (from->hashes[i] != 0 && minutes[i] != 0)
			lost += distinct_add(pool, to, from->hashes[i], minutes[i], keep_minutes) ==
				DISTINCT_REFUSED;
	return lost;
}

/* Makes registers of *to, if they are not yet; NULL: the pool is used up. */
static struct registers *widen(struct pool *pool, uint32_t *to)
{
	struct table *old = *to == POOL_NONE ? NULL : pool_at(pool, *to);
	uint32_t handle;

	if (old && old->head.bytes == 0)
		return (struct registers *)old;
	handle = pool_take(pool, sizeof(struct registers));
	if (handle == POOL_NONE)
		return NULL;

	if (old) {
		move_values(old, pool_at(pool, handle), 0);
		distinct_clear(pool, to);
	}
	*to = handle;
	return pool_at(pool, handle);
}

static uint32_t merge_registers(struct pool *pool, uint32_t *to, const struct registers *from)
{
	struct registers *registers = widen(pool, to);

	if (!registers)
		return 1;
	for (uint32_t rank = 1; rank <= from->head.n; rank++)
		for (uint32_t i = 0; i < REGISTERS; i++)
			if (from->minutes[rank - 1][i] > 0)
				(void)note_rank(registers, rank, i, from->minutes[rank - 1][i]);
	return 0;
}

uint32_t distinct_merge(struct pool *pool, uint32_t *to, uint32_t from, uint32_t keep_minutes)
{
	const struct sketch *at;

	if (from == POOL_NONE)
		return 0;
	at = pool_at(pool, from);
	if (at->bytes == 0)
		return merge_registers(pool, to, (const struct registers *)at);
	return merge_table(pool, to, (const struct table *)at, keep_minutes);
}

bool distinct_claim(struct pool *pool, uint32_t sketch)
{
	const struct sketch *at;

	if (sketch == POOL_NONE)
		return true;
	if (!pool_has(pool, sketch))
		return false;

	at = pool_at(pool, sketch);
	if (at->bytes == 0)
		return at->n <= RANKS && pool_claim(pool, sketch, sizeof(struct registers));
	return is_table_size(at->bytes) && pool_claim(pool, sketch, at->bytes) &&
	       is_sound((const struct table *)at);
}
