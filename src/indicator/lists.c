/* SPDX-License-Identifier: Apache-2.0 */
#include "lists.h"

#include <assert.h>
#include <stdlib.h>

#include "iocd/base/err.h"

void lists_init(struct lists *lists, uint32_t n_keys)
{
	*lists = (struct lists){ .n_keys = n_keys };
}

void lists_fini(struct lists *lists)
{
	free(lists->pairs);
	free(lists->numbers);
	free(lists->starts);
	*lists = (struct lists){ 0 };
}

void lists_add(struct lists *lists, uint32_t key, uint32_t number)
{
	assert(key < lists->n_keys);

	if ((lists->n_pairs & (lists->n_pairs - 1)) == 0) /* doubles at powers of two */
		lists->pairs = xrealloc(lists->pairs, lists->n_pairs ? 2 * lists->n_pairs : 1,
					sizeof(*lists->pairs));
	lists->pairs[lists->n_pairs++] = (struct pair){ key, number };
}

static int compare_pairs(const void *a, const void *b)
{
	const struct pair *left = a, *right = b;

	if (left->key != right->key)
		return left->key < right->key ? -1 : 1;
	return (left->number > right->number) - (left->number < right->number);
}

void lists_seal(struct lists *lists)
{
	uint32_t n = 0;

	if (lists->n_pairs > 0)
		qsort(lists->pairs, lists->n_pairs, sizeof(*lists->pairs), compare_pairs);
	lists->starts = xcalloc((size_t)lists->n_keys + 1, sizeof(*lists->starts));
	lists->numbers = xcalloc(lists->n_pairs + 1, sizeof(*lists->numbers));

	for (size_t i = 0; i < lists->n_pairs; i++) {
		const struct pair *pair = &lists->pairs[i];

		if (i > 0 && compare_pairs(pair, pair - 1) == 0)
			continue;
		lists->numbers[n++] = pair->number;
		lists->starts[pair->key + 1] = n;
	}
	for (uint32_t key = 0; key < lists->n_keys; key++) /* those of empty keys */
		if (lists->starts[key + 1] < lists->starts[key])
			lists->starts[key + 1] = lists->starts[key];

	free(lists->pairs);
	lists->pairs = NULL;
	lists->n_pairs = 0;
}
