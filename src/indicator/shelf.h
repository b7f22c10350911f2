/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shelf: the series of all streams and slots, one behind the other in the order of first use.
 *
 * Address space for all that could ever be is reserved at once; the kernel gives pages as the shelf
 * fills, so a series that never counted an event costs four bytes of address space, if that.
 * No heap after shelf_init(), no lock.
 */
#ifndef IOCD_INDICATOR_SHELF_H
#define IOCD_INDICATOR_SHELF_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "plan.h"
#include "series.h"

struct shelf {
	char *base;  /* the mapping */
	size_t size; /* of the mapping, bytes */
	uint32_t *
		numbers; /* owned; [slot * n_streams + stream]: in units of SERIES_ALIGN; 0: none */
	uint32_t n_streams;
	uint32_t n;    /* series that are there */
	uint32_t used; /* in units of SERIES_ALIGN; the first stays empty */
};

/* Reserves room for a series of every stream of plan for each of n_slots.  0 or a fault. */
int shelf_init(struct shelf *shelf, const struct plan *plan, uint32_t n_slots) MUST_USE;
void shelf_fini(struct shelf *shelf);

/* Lends the series of stream number in a slot, for the life of the shelf; NULL: it is not there. */
static inline struct series *shelf_find(const struct shelf *shelf, uint32_t stream, uint32_t slot)
{
	uint32_t number = shelf->numbers[(size_t)slot * shelf->n_streams + stream];

	return number ? (struct series *)(shelf->base + (size_t)number * SERIES_ALIGN) : NULL;
}

/* Asks for the head of that series before it is needed. */
static inline void shelf_expect(const struct shelf *shelf, uint32_t stream, uint32_t slot)
{
	uint32_t number = shelf->numbers[(size_t)slot * shelf->n_streams + stream];
	const char *series = shelf->base + (size_t)number * SERIES_ALIGN;

	__builtin_prefetch(series, 1);
	__builtin_prefetch(series + SERIES_ALIGN, 1);
}

/* Makes that series, of bytes (a multiple of SERIES_ALIGN), which is not there yet; lends it. */
struct series *shelf_add(struct shelf *shelf, uint32_t stream, uint32_t slot, uint32_t bytes);

#endif
