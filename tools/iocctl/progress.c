/* SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#include "iocd/base/clock.h"
#include "screen.h"

#define BAR     30        /* characters */
#define EACH_NS 100000000 /* between two lines */
#define SOON_S  0.5       /* before, nothing is known of the time left */

void progress_begin(struct progress *progress, bool vietnamese)
{
	*progress = (struct progress){
		.vietnamese = vietnamese,
		.is_shown = isatty(STDERR_FILENO),
		.started_ns = clock_mono_ns(),
	};
	progress->told_ns = progress->started_ns;
}

double progress_seconds(const struct progress *progress)
{
	int64_t ns = clock_mono_ns() - progress->started_ns;

	return (double)(ns > 0 ? ns : 1) / 1e9;
}

void progress_line(struct text *text, uint64_t done, uint64_t total, double seconds,
		   bool vietnamese)
{
	double part = total > 0 ? (double)done / (double)total : 1;
	int full = (int)(part * BAR);

	text_add(text, "[");
	for (int i = 0; i < BAR; i++)
		text_add(text, i < full ? "#" : ".");
	text_add(text, "] %3.0f %%  %.0f MB/s  ", part * 100, (double)done / 1e6 / seconds);
	if (seconds < SOON_S || done == 0) {
		text_add(text, "...");
		return;
	}
	text_add(text, vietnamese ? "còn " : "");
	text_add_duration(text, 1000 * (int64_t)(seconds * (1 - part) / part + 0.5));
	text_add(text, vietnamese ? "" : " left");
}

void progress_show(void *context, uint64_t done, uint64_t total)
{
	struct progress *progress = context;
	CLEANUP_TEXT struct text text = { 0 };
	int64_t now_ns;

	if (!progress->is_shown)
		return;
	now_ns = clock_mono_ns();
	if (now_ns - progress->told_ns < EACH_NS)
		return;

	progress->told_ns = now_ns;
	progress->has_line = true;
	progress_line(&text, done, total, progress_seconds(progress), progress->vietnamese);
	fprintf(stderr, "\r%s\033[K", text_get(&text));
	fflush(stderr);
}

void progress_end(struct progress *progress)
{
	if (progress->has_line)
		fputs("\r\033[K", stderr);
	progress->has_line = false;
}
