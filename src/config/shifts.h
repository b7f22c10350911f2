/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shifts: the work of a day as it is written, "07:30-11:30 13:30-17:00", and the hours of local
 * days that come of it.
 *
 * A shift belongs to the day on which it begins: one over midnight, "22:00-06:00", goes on into the
 * day after, whatever that day itself is.
 */
#ifndef IOCD_CONFIG_SHIFTS_H
#define IOCD_CONFIG_SHIFTS_H

#include "date.h"

/* One day's shifts, in order and apart. */
struct shifts {
	struct {
		uint32_t from, to; /* minutes of the day; to is above DAY_MINUTES beyond midnight */
	} list[CALENDAR_SPANS_MAX];
	uint32_t n; /* 0: a day of rest */
};

/* Reads the shifts of a day; false: a mistake was reported. */
bool shifts_read(struct load *load, const struct node *node, struct shifts *ret);

/* How many minutes of the next day the shifts still take. */
uint32_t shifts_tail(const struct shifts *shifts);

/* The hours of a day with shifts of its own, of which tail minutes belong to the day before; false:
 * they overlap, or are too many, and *ret_why lends what is wrong. */
bool shifts_lay(const struct shifts *own, uint32_t tail, struct calendar_hours *ret,
		const char **ret_why);

#endif
