/* SPDX-License-Identifier: Apache-2.0 */
#include "marks.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

void marks_init(struct marks *marks, int64_t stride_ms)
{
	*marks = (struct marks){
		.list = xcalloc(MARKS_MAX, sizeof(*marks->list)),
		.stride = MARKS_STRIDE,
		.stride_ms = stride_ms,
	};
}

void marks_fini(struct marks *marks)
{
	free(marks->list);
	*marks = (struct marks){ .list = NULL };
}

static void thin(struct marks *marks)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < marks->n; i += 2)
		marks->list[n++] = marks->list[i];
	marks->n = n;
	marks->stride *= 2;
	marks->stride_ms *= 2;
}

void marks_note(struct marks *marks, const struct placed *item)
{
	const struct placed *last = marks->n > 0 ? &marks->list[marks->n - 1] : NULL;

	if (last && item->mark.position - last->mark.position < marks->stride &&
	    item->recorded_ms - last->recorded_ms < marks->stride_ms)
		return;
	if (marks->n == MARKS_MAX)
		thin(marks);
	marks->list[marks->n++] = *item;
}

/* How many marks, from the first on, are before number and position. */
static uint32_t count_before(const struct marks *marks, uint64_t number, uint64_t position)
{
	uint32_t low = 0, high = marks->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct mark *mark = &marks->list[middle].mark;

		if (mark->number < number && mark->position < position)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void marks_drop(struct marks *marks, uint64_t position)
{
	uint32_t n = count_before(marks, UINT64_MAX, position);

	if (n == 0)
		return;
	marks->n -= n;
	memmove(marks->list, marks->list + n, marks->n * sizeof(*marks->list));
}

const struct placed *marks_before(const struct marks *marks, uint64_t number)
{
	uint32_t n = number < UINT64_MAX ? count_before(marks, number + 1, UINT64_MAX) : marks->n;

	return n > 0 ? &marks->list[n - 1] : NULL;
}

const struct placed *marks_at(const struct marks *marks, uint64_t position)
{
	uint32_t n = count_before(marks, UINT64_MAX, position);

	return n < marks->n ? &marks->list[n] : NULL;
}

const struct placed *marks_older(const struct marks *marks, int64_t time_ms)
{
	uint32_t low = 0, high = marks->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (marks->list[middle].recorded_ms < time_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &marks->list[low - 1] : NULL;
}
