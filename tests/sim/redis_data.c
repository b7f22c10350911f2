/* SPDX-License-Identifier: Apache-2.0 */
#include "redis_data.h"

#include <stdbool.h>
#include <string.h>

#include "memory.h"

struct blob *blob_new(const char *bytes, size_t size)
{
	struct blob *blob = own_alloc(1, sizeof(*blob) + size + 1);

	blob->n_uses = 1;
	blob->size = size;
	if (size > 0)
		memcpy(blob->bytes, bytes, size);
	return blob;
}

struct blob *blob_use(struct blob *blob)
{
	if (blob)
		blob->n_uses++;
	return blob;
}

void blob_drop(struct blob *blob)
{
	if (blob && --blob->n_uses == 0)
		own_free(blob);
}

static int compare(const char *a, size_t n_a, const char *b, size_t n_b)
{
	int order = memcmp(a, b, n_a < n_b ? n_a : n_b);

	return order ? order : (n_a > n_b) - (n_a < n_b);
}

int blob_compare(const struct blob *a, const struct blob *b)
{
	return compare(a->bytes, a->size, b->bytes, b->size);
}

static size_t lower_bound(const struct data *data, const char *name, size_t size)
{
	size_t low = 0, high = data->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct blob *there = data->keys[middle].name;

		if (compare(there->bytes, there->size, name, size) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct key *data_key(struct data *data, const char *name, size_t size)
{
	size_t i = lower_bound(data, name, size);
	struct key *key;

	if (i < data->n && data->keys[i].name->size == size &&
	    memcmp(data->keys[i].name->bytes, name, size) == 0)
		return &data->keys[i];

	if (data->n == data->capacity) {
		data->capacity = data->capacity ? 2 * data->capacity : 16;
		data->keys = own_grow(data->keys, data->capacity, sizeof(*data->keys));
	}
	key = &data->keys[i];
	memmove(key + 1, key, (data->n - i) * sizeof(*key));
	data->n++;
	*key = (struct key){ .name = blob_new(name, size) };
	return key;
}

static void item_drop(struct item *item)
{
	blob_drop(item->name);
	blob_drop(item->value);
	for (size_t i = 0; i < item->n_pairs; i++)
		blob_drop(item->pairs[i]);
	own_free(item->pairs);
}

void key_clear(struct key *key)
{
	for (size_t i = 0; i < key->n; i++)
		item_drop(&key->items[i]);
	own_free(key->items);
	*key = (struct key){ .name = key->name, .version = key->version };
}

struct item *key_find(struct key *key, const char *name, size_t size)
{
	for (size_t i = 0; i < key->n; i++)
		if (key->items[i].name->size == size &&
		    memcmp(key->items[i].name->bytes, name, size) == 0)
			return &key->items[i];
	return NULL;
}

struct item *key_add(struct key *key)
{
	if (key->n == key->capacity) {
		key->capacity = key->capacity ? 2 * key->capacity : 8;
		key->items = own_grow(key->items, key->capacity, sizeof(*key->items));
	}
	key->items[key->n] = (struct item){ 0 };
	return &key->items[key->n++];
}

void key_remove(struct key *key, struct item *item)
{
	item_drop(item);
	*item = key->items[--key->n];
}

void data_clear(struct data *data)
{
	for (size_t i = 0; i < data->n; i++) {
		key_clear(&data->keys[i]);
		blob_drop(data->keys[i].name);
	}
	own_free(data->keys);
	*data = (struct data){ .version = data->version };
}

static void key_copy(struct key *to, const struct key *from)
{
	*to = *from;
	to->name = blob_use(from->name);
	to->items = own_copy(from->items, from->n * sizeof(*from->items));
	to->capacity = from->n;
	for (size_t i = 0; i < from->n; i++) {
		struct item *item = &to->items[i];

		(void)blob_use(item->name);
		(void)blob_use(item->value);
		item->pairs = own_copy(item->pairs, item->n_pairs * sizeof(*item->pairs));
		for (size_t j = 0; j < item->n_pairs; j++)
			(void)blob_use(item->pairs[j]);
	}
}

void data_copy(struct data *to, const struct data *from)
{
	data_clear(to);
	to->keys = own_alloc(from->n, sizeof(*to->keys));
	to->n = to->capacity = from->n;
	for (size_t i = 0; i < from->n; i++)
		key_copy(&to->keys[i], &from->keys[i]);
	if (to->version < from->version)
		to->version = from->version;
}
