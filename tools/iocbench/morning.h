/* SPDX-License-Identifier: Apache-2.0 */
/*
 * morning: as many open records as the configuration lets be, and a Wednesday morning on which a
 * tenth of them come due soon at 07:30, through the whole fold.
 */
#ifndef IOCBENCH_MORNING_H
#define IOCBENCH_MORNING_H

#include "bench.h"

/* What a round comes to.  Times of turns are of the longest one. */
enum morning_figure {
	RESIDENT, /* bytes a record, by the kernel's account, */
	OWN,      /* and by that of the trackers */
	OPEN_US,  /* processor time of an event */
	CHANGE_US,
	TURN_MS,     /* processor time of a turn, */
	WALL_MS,     /* and by the clock on the wall */
	WAVE_CPU_MS, /* processor time of the whole wave */
	WAVE_S,      /* until all of it was told */
	RAISED,
	DROPPED,
	FORK_MS, /* how long we stood for a snapshot, of processor time */
	FORK_WALL_MS,
	SAVE_MS,
	SAVED_MB,
	LOAD_MS,
	N_FIGURES,
};

/* Plays it once and fills in figures, N_FIGURES zeros.  0 or a fault. */
int morning_play(const struct bench *bench, double *figures) MUST_USE;

#endif
