/* SPDX-License-Identifier: Apache-2.0 */
#include "changes.h"

#include <stdlib.h>

#include "iocd/base/err.h"

void changes_init(struct changes *changes, uint32_t n_indicators, uint32_t n_units)
{
	size_t n = (size_t)n_indicators * n_units;

	*changes = (struct changes){
		.bits = xcalloc(n / 64 + 1, sizeof(*changes->bits)),
		.list = xcalloc(n + 1, sizeof(*changes->list)),
		.n_indicators = n_indicators,
	};
}

void changes_fini(struct changes *changes)
{
	free(changes->list);
	free(changes->bits);
	*changes = (struct changes){ 0 };
}

size_t changes_take(struct changes *changes, const struct change **ret)
{
	size_t n = changes->n;

	for (size_t i = 0; i < n; i++) {
		const struct change *change = &changes->list[i];
		size_t number = (size_t)change->unit * changes->n_indicators + change->indicator;

		changes->bits[number >> 6] = 0; /* its other pairs are in the list, too */
	}
	changes->n = 0;
	*ret = changes->list;
	return n;
}
