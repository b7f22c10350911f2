/* SPDX-License-Identifier: Apache-2.0 */
/*
 * before: what a report said when it was made the last time.
 *
 * Pure; allocates while it reads.
 */
#ifndef IOCD_REPORT_BEFORE_H
#define IOCD_REPORT_BEFORE_H

#include "iocd/report.h"

enum before_outcome {
	BEFORE_NONE,  /* there was none, or it cannot be read: this is the first */
	BEFORE_SAME,  /* it said the same; the table takes over its revision and time */
	BEFORE_OTHER, /* figures differ: they are marked, and this is the next revision */
};

/* Compares table with the JSON of size bytes (NULL: none) that report_json() wrote of it before. */
enum before_outcome before_compare(struct report_table *table, const char *json, size_t size);

#endif
