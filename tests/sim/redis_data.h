/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redis_data: the keys of a simulated Redis and what stands at them.
 *
 * Strings are shared between copies of the data and counted, so that a copy is cheap.
 */
#ifndef SIM_REDIS_DATA_H
#define SIM_REDIS_DATA_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that never change, zero-terminated for convenience. */
struct blob {
	unsigned n_uses;
	size_t size;
	char bytes[];
};

struct blob *blob_new(const char *bytes, size_t size);
struct blob *blob_use(struct blob *blob);
void blob_drop(struct blob *blob);
int blob_compare(const struct blob *a, const struct blob *b);

enum value_kind { VALUE_NONE, VALUE_HASH, VALUE_SET, VALUE_ZSET, VALUE_STREAM };

/* One pair of a hash, member of a set, or entry of a stream. */
struct item {
	struct blob *name;   /* of a field or member; NULL in a stream */
	struct blob *value;  /* VALUE_HASH */
	double score;        /* VALUE_ZSET */
	uint64_t ms, seq;    /* VALUE_STREAM: the id */
	struct blob **pairs; /* VALUE_STREAM: owned */
	size_t n_pairs;      /* names and values */
};

struct key {
	struct blob *name;
	enum value_kind kind; /* VALUE_NONE: there is no such key */
	struct item *items;   /* owned */
	size_t n;
	size_t capacity;
	uint64_t last_ms, last_seq; /* VALUE_STREAM */
	int64_t expires_ms;         /* 0: never */
	uint64_t version;           /* changes whenever the key does */
};

struct data {
	struct key *keys; /* owned; sorted by name */
	size_t n;
	size_t capacity;
	uint64_t version;
};

/* Lends the key of that name, made with VALUE_NONE if it is not there; until the next call. */
struct key *data_key(struct data *data, const char *name, size_t size);

/* Empties key. */
void key_clear(struct key *key);

/* Lends the item of that name, or NULL; adds one at the end; removes one. */
struct item *key_find(struct key *key, const char *name, size_t size);
struct item *key_add(struct key *key);
void key_remove(struct key *key, struct item *item);

/* Forgets everything; copies everything. */
void data_clear(struct data *data);
void data_copy(struct data *to, const struct data *from);

#endif
