/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "iocd/base/err.h"
#include "morning.h"
#include "process.h"

#define RECORD_SIZE  200.0 /* bytes, at most */
#define TURN_MOST    20.0  /* ms */
#define FIGURES_SIZE (N_FIGURES * sizeof(double))

struct round {
	const struct bench *bench;
	double *figures; /* N_FIGURES, shared with the process that plays */
};

/* Appends a format of one number for the median, and then the range. */
static void add_figure(struct text *out, const char *before, const struct samples *samples,
		       int places, const char *after)
{
	text_add(out, "%s%.*f%s (%.*f to %.*f)", before, places, samples_median(samples), after,
		 places, samples_min(samples), places, samples_max(samples));
}

static void add_costs(const struct bench *bench, const struct samples *all)
{
	CLEANUP_TEXT struct text size = { 0 };

	add_figure(&size, "resident ", &all[RESIDENT], 0, " bytes");
	add_figure(&size, ", of the trackers ", &all[OWN], 0, "");
	add_figure(&size, "; processor time of an event, decoding included: to open one ",
		   &all[OPEN_US], 2, " us");
	add_figure(&size, ", to close or open one among them ", &all[CHANGE_US], 2, " us");
	table_row(bench->table, "records: as many open as fit, in the whole fold, bytes each",
		  "at most 200 bytes", text_get(&size),
		  at_most(samples_median(&all[RESIDENT]), RECORD_SIZE));
}

static void add_wave(const struct bench *bench, const struct samples *all)
{
	CLEANUP_TEXT struct text wave = { 0 };

	add_figure(&wave, "", &all[TURN_MS], 1, " ms of processor time");
	add_figure(&wave, ", by the wall clock ", &all[WALL_MS], 1, " ms");
	add_figure(&wave, "; the wave is told in ", &all[WAVE_S], 1, " s");
	add_figure(&wave, " and ", &all[WAVE_CPU_MS], 0, " ms of processor time");
	add_figure(&wave, "; alerts raised ", &all[RAISED], 0, "");
	add_figure(&wave, ", not opened ", &all[DROPPED], 0, "");
	table_row(bench->table,
		  "records: a tenth of them due soon at 07:30, in the whole fold, longest turn",
		  "at most 20 ms", text_get(&wave), at_most(samples_max(&all[TURN_MS]), TURN_MOST));
}

static void add_saving(const struct bench *bench, const struct samples *all)
{
	CLEANUP_TEXT struct text saving = { 0 };

	add_figure(&saving, "", &all[FORK_MS], 1, " ms of processor time");
	add_figure(&saving, ", by the wall clock ", &all[FORK_WALL_MS], 1, " ms");
	add_figure(&saving, "; beside it ", &all[SAVE_MS], 0, " ms of processor time");
	add_figure(&saving, " for ", &all[SAVED_MB], 0, " MB");
	add_figure(&saving, "; a start reads them in ", &all[LOAD_MS], 0, " ms");
	table_row(bench->table, "records: a snapshot of that state, pause", "at most 20 ms",
		  text_get(&saving), at_most(samples_max(&all[FORK_MS]), TURN_MOST));
}

/* A round has a process of its own, so that its memory is as on the first day. */
static int play(void *context)
{
	const struct round *round = context;
	int r = morning_play(round->bench, round->figures);

	if (r)
		fprintf(stderr, "iocbench: the morning could not be played: %s at %s\n",
			strerror(-r), err_trace());
	return r ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int play_round(struct round *round, struct samples *all)
{
	int r;

	memset(round->figures, 0, FIGURES_SIZE);
	r = process_fork(play, round);
	if (r < 0)
		return err_pass(r);
	if (process_wait(r) != EXIT_SUCCESS)
		return err_raise(-EIO);
	for (size_t i = 0; i < N_FIGURES; i++)
		samples_add(&all[i], round->figures[i]);
	return 0;
}

int bench_wave(const struct bench *bench)
{
	struct samples all[N_FIGURES] = { 0 };
	struct round round = { .bench = bench };
	int r = 0;

	round.figures =
		mmap(NULL, FIGURES_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (round.figures == MAP_FAILED)
		return err_raise(-errno);
	for (int i = 0; !r && i < bench->rounds; i++) {
		r = play_round(&round, all);
		fprintf(stderr, "  round %d: %.2f us to open, turn %.1f ms\n", i + 1,
			round.figures[OPEN_US], round.figures[TURN_MS]);
	}
	(void)munmap(round.figures, FIGURES_SIZE);
	if (r)
		return err_pass(r);

	add_costs(bench, all);
	add_wave(bench, all);
	add_saving(bench, all);
	return 0;
}
