/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lists: for each of n keys the numbers that belong to it, rising, each once, in one array.
 *
 * Pairs are added in any order, then sealed; from then on it is only read.
 */
#ifndef IOCD_INDICATOR_LISTS_H
#define IOCD_INDICATOR_LISTS_H

#include <stddef.h>
#include <stdint.h>

struct pair {
	uint32_t key;
	uint32_t number;
};

struct lists {
	uint32_t *starts;   /* owned; by key, and one behind the last */
	uint32_t *numbers;  /* owned */
	struct pair *pairs; /* owned; until sealed */
	size_t n_pairs;
	uint32_t n_keys;
};

/* Makes empty lists of n_keys; frees what they hold. */
void lists_init(struct lists *lists, uint32_t n_keys);
void lists_fini(struct lists *lists);

/* Adds number to the list of key; ends adding. */
void lists_add(struct lists *lists, uint32_t key, uint32_t number);
void lists_seal(struct lists *lists);

/* Lends the list of key for the life of lists; its length in *ret_n. */
static inline const uint32_t *lists_of(const struct lists *lists, uint32_t key, uint32_t *ret_n)
{
	*ret_n = lists->starts[key + 1] - lists->starts[key];
	return lists->numbers + lists->starts[key];
}

#endif
