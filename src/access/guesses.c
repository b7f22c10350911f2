/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Four tables of places, hashed by key and linked by age.
 *
 * An attempt waits for three reasons: wrong passwords for that account from that address; wrong
 * ones for that account from anywhere, unless its user is known at that address; and how many are
 * tried in this second.  For the last, those who are known at their address are counted apart, and
 * one address has at most half of what strangers have: so that no flood keeps out the right user.
 */
#include "guesses.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/session.h"

#define BUCKETS       4096u /* a power of two */
#define LONGEST_MS    60000
#define SHIFT_MOST    6
#define ADDRESS_SHARE (LOGIN_RATE / 2)
#define TIME_MOST     (INT64_C(1) << 52)

/* Index of a place; 0: none. */
typedef uint32_t place_index;

struct guess {
	uint8_t key[GUESS_KEY];
	int64_t first_ms, last_ms;
	uint32_t n;
	place_index next;         /* in the bucket */
	place_index older, newer; /* in the order of age */
};

struct table {
	struct guess *list; /* owned; LOGIN_PLACES + 1: the first is none */
	place_index buckets[BUCKETS];
	place_index oldest, newest;
	uint32_t n;
};

/* How many attempts of one kind there were in one second. */
struct rate {
	int64_t second;
	uint32_t n;
};

struct guesses {
	struct table pairs; /* account and address */
	struct table accounts;
	struct table addresses; /* n: attempts in the second of last_ms */
	struct table known;     /* account and address; n does not count */
	struct rate strangers, friends;
};

/* ---- tables ---- */

static void table_init(struct table *table)
{
	table->list = xcalloc(LOGIN_PLACES + 1, sizeof(table->list[0]));
}

static place_index *bucket_of(struct table *table, const uint8_t key[GUESS_KEY])
{
	return &table->buckets[(key[0] | (uint32_t)key[1] << 8) % BUCKETS];
}

static place_index find(const struct table *table, const uint8_t key[GUESS_KEY])
{
	place_index at = table->buckets[(key[0] | (uint32_t)key[1] << 8) % BUCKETS];

	while (at && memcmp(table->list[at].key, key, GUESS_KEY) != 0)
		at = table->list[at].next;
	return at;
}

static void unlink_age(struct table *table, const struct guess *guess)
{
	*(guess->older ? &table->list[guess->older].newer : &table->oldest) = guess->newer;
	*(guess->newer ? &table->list[guess->newer].older : &table->newest) = guess->older;
}

static void link_newest(struct table *table, place_index at)
{
	struct guess *guess = &table->list[at];

	guess->older = table->newest;
	guess->newer = 0;
	*(table->newest ? &table->list[table->newest].newer : &table->oldest) = at;
	table->newest = at;
}

/* An empty place: a fresh one, or the oldest's. */
static place_index vacate(struct table *table)
{
	place_index at = table->oldest;
	place_index *link;

	if (table->n < LOGIN_PLACES)
		return ++table->n;
	unlink_age(table, &table->list[at]);
	for (link = bucket_of(table, table->list[at].key); *link != at;)
		link = &table->list[*link].next;
	*link = table->list[at].next;
	return at;
}

/* The place of key, as the newest; made if there is none. */
static struct guess *touch(struct table *table, const uint8_t key[GUESS_KEY], int64_t now_ms)
{
	place_index at = find(table, key);
	place_index *bucket;

	if (at) {
		unlink_age(table, &table->list[at]);
	} else {
		at = vacate(table);
		bucket = bucket_of(table, key);
		table->list[at] = (struct guess){ .first_ms = now_ms, .next = *bucket };
		memcpy(table->list[at].key, key, GUESS_KEY);
		*bucket = at;
	}
	link_newest(table, at);
	table->list[at].last_ms = now_ms;
	return &table->list[at];
}

struct guesses *guesses_new(void)
{
	struct guesses *guesses = xcalloc(1, sizeof(*guesses));

	if (sodium_init() < 0)
		abort();
	table_init(&guesses->pairs);
	table_init(&guesses->accounts);
	table_init(&guesses->addresses);
	table_init(&guesses->known);
	return guesses;
}

struct guesses *guesses_free(struct guesses *guesses)
{
	if (!guesses)
		return NULL;

	free(guesses->known.list);
	free(guesses->addresses.list);
	free(guesses->accounts.list);
	free(guesses->pairs.list);
	free(guesses);
	return NULL;
}

/* ---- keys ---- */

struct keys {
	uint8_t pair[GUESS_KEY], account[GUESS_KEY], address[GUESS_KEY];
};

/* What counts of an address: IPv4, as it is or within IPv6; the network part of IPv6; or text. */
static void key_of_address(uint8_t ret[GUESS_KEY], const char *address)
{
	struct in6_addr six;
	struct in_addr four;
	const void *bytes = address;
	size_t n = strlen(address);

	if (inet_pton(AF_INET, address, &four) == 1) {
		bytes = &four;
		n = sizeof(four);
	} else if (inet_pton(AF_INET6, address, &six) == 1) {
		bytes = IN6_IS_ADDR_V4MAPPED(&six) ? &six.s6_addr[12] : &six.s6_addr[0];
		n = IN6_IS_ADDR_V4MAPPED(&six) ? 4 : 8;
	}
	(void)crypto_generichash(ret, GUESS_KEY, bytes, n, NULL, 0);
}

static void make_keys(struct keys *ret, const char *user, const char *address)
{
	uint8_t both[2 * GUESS_KEY];

	(void)crypto_generichash(ret->account, GUESS_KEY, (const unsigned char *)user, strlen(user),
				 NULL, 0);
	key_of_address(ret->address, address);
	memcpy(both, ret->account, GUESS_KEY);
	memcpy(both + GUESS_KEY, ret->address, GUESS_KEY);
	(void)crypto_generichash(ret->pair, GUESS_KEY, both, sizeof(both), NULL, 0);
}

/* ---- waiting ---- */

/* Whether what began at first_ms is forgotten by now; so is what a clock that was wrong wrote. */
static bool is_past(const struct guess *guess, int64_t now_ms)
{
	return now_ms < guess->first_ms || now_ms - guess->first_ms >= LOGIN_SPAN_MS;
}

/* What is left of the wait after guess->n wrong ones, of which so many are free. */
static int64_t wait_of(const struct table *table, const uint8_t key[GUESS_KEY], uint32_t n_free,
		       int64_t now_ms)
{
	const struct guess *guess = &table->list[find(table, key)];
	int64_t wait_ms, gone_ms;

	if (guess->n < n_free || is_past(guess, now_ms))
		return 0;
	wait_ms =
		guess->n - n_free > SHIFT_MOST ? LONGEST_MS : INT64_C(1000) << (guess->n - n_free);
	if (wait_ms > LONGEST_MS)
		wait_ms = LONGEST_MS;
	gone_ms = now_ms > guess->last_ms ? now_ms - guess->last_ms : 0;
	return wait_ms > gone_ms ? wait_ms - gone_ms : 0;
}

/* How many there were in this second. */
static uint32_t in_second(const struct rate *rate, int64_t now_ms)
{
	return rate->second == now_ms / 1000 ? rate->n : 0;
}

static void count(struct rate *rate, int64_t now_ms)
{
	*rate = (struct rate){ .second = now_ms / 1000, .n = in_second(rate, now_ms) + 1 };
}

/* Takes part in this second's attempts; false: there are too many. */
static bool take_turn(struct guesses *guesses, const struct keys *keys, bool is_known,
		      int64_t now_ms)
{
	const struct guess *before =
		&guesses->addresses.list[find(&guesses->addresses, keys->address)];
	struct rate *rate = is_known ? &guesses->friends : &guesses->strangers;
	struct rate own = { .second = before->last_ms / 1000, .n = before->n };

	if (in_second(rate, now_ms) >= LOGIN_RATE)
		return false;
	if (!is_known && in_second(&own, now_ms) >= ADDRESS_SHARE)
		return false;
	count(rate, now_ms);
	count(&own, now_ms);
	if (!is_known)
		touch(&guesses->addresses, keys->address, now_ms)->n = own.n;
	return true;
}

int64_t guesses_wait_ms(struct guesses *guesses, const char *user, const char *address,
			int64_t now_ms)
{
	struct keys keys;
	bool is_known;
	int64_t wait_ms, account_ms;

	make_keys(&keys, user, address);
	is_known = find(&guesses->known, keys.pair) != 0;
	wait_ms = wait_of(&guesses->pairs, keys.pair, LOGIN_FREE, now_ms);
	account_ms =
		is_known ? 0 : wait_of(&guesses->accounts, keys.account, LOGIN_ACCOUNT, now_ms);
	if (account_ms > wait_ms)
		wait_ms = account_ms;
	if (wait_ms > 0)
		return wait_ms;
	return take_turn(guesses, &keys, is_known, now_ms) ? 0 : 1000 - now_ms % 1000;
}

static void count_wrong(struct table *table, const uint8_t key[GUESS_KEY], int64_t now_ms)
{
	struct guess *guess = touch(table, key, now_ms);

	if (is_past(guess, now_ms)) {
		guess->first_ms = now_ms;
		guess->n = 0;
	}
	if (guess->n < UINT32_MAX)
		guess->n++;
}

void guesses_note_wrong(struct guesses *guesses, const char *user, const char *address,
			int64_t now_ms)
{
	struct keys keys;

	make_keys(&keys, user, address);
	count_wrong(&guesses->pairs, keys.pair, now_ms);
	count_wrong(&guesses->accounts, keys.account, now_ms);
}

void guesses_note_right(struct guesses *guesses, const char *user, const char *address,
			int64_t now_ms)
{
	struct keys keys;
	place_index pair;

	make_keys(&keys, user, address);
	pair = find(&guesses->pairs, keys.pair);
	if (pair)
		guesses->pairs.list[pair].n = 0;
	(void)touch(&guesses->known, keys.pair, now_ms);
}

/* ---- saving ---- */

void guesses_save(const struct guesses *guesses, struct bytes_writer *writer)
{
	const struct table *known = &guesses->known;

	bytes_put_part(writer, "known", 1);
	bytes_put_u32(writer, known->n);
	for (place_index at = known->oldest; at; at = known->list[at].newer) {
		bytes_put(writer, known->list[at].key, GUESS_KEY);
		bytes_put_i64(writer, known->list[at].last_ms);
	}
}

void guesses_load(struct guesses *guesses, struct bytes_reader *reader)
{
	uint32_t n;

	bytes_get_part(reader, "known", 1);
	n = bytes_get_count(reader, GUESS_KEY + sizeof(int64_t));
	if (n > LOGIN_PLACES)
		bytes_reject(reader, "more places than there may be");
	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		const uint8_t *key = bytes_get(reader, GUESS_KEY);
		int64_t at_ms = bytes_get_i64(reader);

		if (!key || at_ms < 0 || at_ms > TIME_MOST)
			bytes_reject(reader, "a place of no time");
		else
			(void)touch(&guesses->known, key, at_ms);
	}
}
