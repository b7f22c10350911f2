/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rhythm: when in a day, a week and a month things of a kind happen.
 *
 * Pure; time is handed in.
 */
#ifndef IOCSIM_RHYTHM_H
#define IOCSIM_RHYTHM_H

#include <stdint.h>

enum rhythm {
	EVENLY,     /* machines: day and night alike */
	IN_OFFICE,  /* two peaks of a working day, noon off */
	AT_HOME,    /* what people do by themselves: most in the evening */
	ON_ROADS,   /* two rush hours */
	IN_MORNING, /* schools: first thing on a working day */
	MONTHLY,    /* offices in the first days of a month */
	N_RHYTHMS
};

/* The share of its full activity (0 to 1) at that civil time. */
double rhythm_share(enum rhythm rhythm, int64_t now_ms, int offset_minutes);

#endif
