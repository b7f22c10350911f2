/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names: the numbers that units and series have in the file, which outlive those of a
 * configuration.
 *
 * Belongs to the thread of the file.
 */
#ifndef IOCD_HISTORY_NAMES_H
#define IOCD_HISTORY_NAMES_H

#include <stdint.h>

#include "file.h"
#include "iocd/unit.h"

struct named_series {
	uint64_t key;
	int64_t number;
};

struct names {
	const struct units *units;   /* borrowed for life */
	int64_t *number_of;          /* by registered unit: its number in the file; 0: none yet */
	uint32_t *unit_of;           /* by number in the file: registered unit, or UNIT_NONE */
	uint32_t n_numbers;          /* numbers are below it */
	struct named_series *series; /* by key */
	uint32_t n_series;
};

/* Reads what the file has; before, names is as zero-initialised or still filled.  0, FILE_DAMAGED
 * or a fault. */
int names_load(struct names *names, struct file *file, const struct units *units) MUST_USE;
void names_fini(struct names *names);

/* The number of a registered unit, or of a series, which is given one if it has none.  0,
 * FILE_DAMAGED or a fault.  After a rolled back transaction names_load() is due. */
int names_unit(struct names *names, struct file *file, uint32_t unit, int64_t *ret) MUST_USE;
int names_series(struct names *names, struct file *file, uint64_t key, int64_t *ret) MUST_USE;

/* The number of a series, 0: none; the registered unit with a number in the file, or UNIT_NONE. */
int64_t names_find_series(const struct names *names, uint64_t key);
uint32_t names_find_unit(const struct names *names, int64_t number);

#endif
