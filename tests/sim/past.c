/* SPDX-License-Identifier: Apache-2.0 */
#include "past.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

static void free_batch(struct past_batch *batch)
{
	for (size_t i = 0; i < batch->n; i++)
		own_free((void *)batch->cells[i].body);
	own_free(batch->cells);
}

static void cut(struct past *past, size_t n)
{
	while (past->n > n)
		free_batch(&past->list[--past->n]);
	if (past->n_written > n)
		past->n_written = n;
}

void past_fini(struct past *past)
{
	cut(past, 0);
	own_free(past->list);
	*past = (struct past){ 0 };
}

void past_open(struct past *past)
{
	past->n_synced = past->n_written;
}

/* ---- what comes ---- */

static void wrong(struct past *past, const char *what, uint64_t number)
{
	if (!*past->why)
		(void)snprintf(past->why, sizeof(past->why),
			       "history: batch %" PRIu64 " %s; it has %zu", number, what, past->n);
}

static bool is_same(const struct past_batch *known, const struct cell_batch *batch)
{
	if (known->n != batch->n)
		return false;
	for (size_t i = 0; i < batch->n; i++) {
		const struct cell *a = &known->cells[i], *b = &batch->cells[i];

		if (a->series != b->series || a->unit != b->unit || a->hour != b->hour ||
		    a->n != b->n || a->size != b->size || memcmp(a->body, b->body, a->size) != 0)
			return false;
	}
	return true;
}

static void add(struct past *past, const struct cell_batch *batch)
{
	struct past_batch *added;

	past->list = own_grow(past->list, past->n + 1, sizeof(*past->list));
	added = &past->list[past->n++];
	*added = (struct past_batch){ .number = batch->number, .n = batch->n };
	added->cells = own_alloc(batch->n, sizeof(*added->cells));
	for (size_t i = 0; i < batch->n; i++) {
		added->cells[i] = batch->cells[i];
		added->cells[i].body = own_copy(batch->cells[i].body, batch->cells[i].size);
	}
}

void past_put(struct past *past, const struct cell_batch *batches, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t number = batches[i].number;

		if (number == past->n + 1)
			add(past, &batches[i]);
		else if (number > past->n || number == 0)
			wrong(past, "comes, and those before it never did", number);
		else if (!is_same(&past->list[number - 1], &batches[i]))
			wrong(past, "comes again as another", number);
	}
}

bool past_step(struct past *past)
{
	if (past->n_synced < past->n_written)
		past->n_synced = past->n_written;
	else if (past->n_written < past->n)
		past->n_written++;
	else
		return false;
	return true;
}

uint64_t past_committed(const struct past *past)
{
	return past->n_synced;
}

void past_process_died(struct past *past)
{
	cut(past, past->n_written);
}

void past_cut_power(struct past *past, struct random_stream *random)
{
	if (random_below(random, 2) == 0)
		cut(past, past->n_synced);
}

/* ---- sums ---- */

static struct past_sum *find(struct past_sums *sums, const struct cell *cell)
{
	struct past_sum *sum;

	for (size_t i = 0; i < sums->n; i++) {
		sum = &sums->list[i];
		if (sum->series == cell->series && sum->unit == cell->unit &&
		    sum->hour == cell->hour)
			return sum;
	}
	sums->list = own_grow(sums->list, sums->n + 1, sizeof(*sums->list));
	sum = &sums->list[sums->n++];
	*sum = (struct past_sum){ .series = cell->series, .unit = cell->unit, .hour = cell->hour };
	return sum;
}

void past_sums_add(void *context, const struct cell *cell)
{
	struct past_sum *sum = find(context, cell);
	int r;

	memory_is_own(true);
	r = cell_merge(&sum->sum, cell->body, cell->size, cell->n, CELL_OVER_TIME);
	memory_is_own(false);
	if (r)
		abort();
}

void past_sums_add_all(struct past_sums *sums, const struct past *past)
{
	for (size_t i = 0; i < past->n; i++)
		for (size_t k = 0; k < past->list[i].n; k++)
			past_sums_add(sums, &past->list[i].cells[k]);
}

void past_sums_fini(struct past_sums *sums)
{
	memory_is_own(true);
	for (size_t i = 0; i < sums->n; i++)
		text_fini(&sums->list[i].sum.body);
	memory_is_own(false);
	own_free(sums->list);
	*sums = (struct past_sums){ 0 };
}

static int compare(const void *a, const void *b)
{
	const struct past_sum *x = a, *y = b;

	if (x->series != y->series)
		return x->series < y->series ? -1 : 1;
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return x->hour < y->hour ? -1 : x->hour > y->hour;
}

static void sort(struct past_sums *sums)
{
	if (sums->n > 1)
		qsort(sums->list, sums->n, sizeof(*sums->list), compare);
}

bool past_sums_agree(struct past_sums *a, struct past_sums *b)
{
	sort(a);
	sort(b);
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		const struct past_sum *x = &a->list[i], *y = &b->list[i];

		if (compare(x, y) != 0 || x->sum.n != y->sum.n ||
		    x->sum.body.size != y->sum.body.size ||
		    (x->sum.body.size > 0 &&
		     memcmp(x->sum.body.bytes, y->sum.body.bytes, x->sum.body.size) != 0))
			return false;
	}
	return true;
}

uint64_t past_sums_count(const struct past_sums *sums, uint64_t series, uint32_t unit)
{
	uint64_t n = 0;

	for (size_t i = 0; i < sums->n; i++)
		if (sums->list[i].series == series && sums->list[i].unit == unit)
			n += sums->list[i].sum.n;
	return n;
}
