/* SPDX-License-Identifier: Apache-2.0 */
/*
 * days: the single days of a calendar that are not as their week says.
 *
 * A day that has no shift over midnight where its week has one, or the other way round, changes the
 * day after it too: that becomes a single day of its own, without a name.
 */
#ifndef IOCD_CONFIG_DAYS_H
#define IOCD_CONFIG_DAYS_H

#include "shifts.h"

#define N_WEEKDAYS 7

/* Weekly hours as they were written. */
struct week {
	int32_t from_day;
	struct shifts weekdays[N_WEEKDAYS];
	const struct node *nodes[N_WEEKDAYS]; /* lent; NULL: not named, a day of rest */
	uint32_t cut_off;
	struct place place;
};

struct weeks {
	struct week *list; /* by from_day; lent for the load */
	uint32_t n;        /* 0: none could be read */
};

/* A day within the years that a calendar can have. */
bool calendar_day_read(struct load *load, const struct node *node, int32_t *ret_day);

/* Reads the map of single days.  Lends them by day, for the life of the configuration, and their
 * number; nothing of worth if mistakes were reported. */
const struct calendar_day *calendar_days_read(struct load *load, const struct node *map,
					      const struct weeks *weeks, uint32_t *ret_n);

#endif
