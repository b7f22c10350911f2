/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Room on the disk.  When it gets short, iocd leaves the broker while the journal still takes
 * records for a while: the broker keeps what comes, time goes on, and nothing is lost.  When there
 * is room again, it comes back by itself.
 */
#include <string.h>

#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/base/disk.h"
#include "iocd/base/log.h"
#include "parts.h"

/* Below this share more than the limit, receiving does not begin again: else it would flap. */
#define EASE_NUMERATOR   5
#define EASE_DENOMINATOR 4

#define MIB (1u << 20)

static bool is_short(const struct app *app, uint64_t free_bytes)
{
	uint64_t least = (uint64_t)config_settings(app_config(app))->journal.stop_below_bytes;

	if (journal_is_tight(app->journal))
		return true;
	if (app->space.is_short)
		least = least / EASE_DENOMINATOR * EASE_NUMERATOR;
	return free_bytes < least;
}

static void begin(struct app *app)
{
	app->space.since_ms = clock_real_ms();
	counter_add(COUNTER_disk_short, 1);
	log_error("disk.short",
		  "directory=%s free_mib=%llu meaning=\"not receiving; the broker keeps what comes "
		  "until there is room\"",
		  config_settings(app_config(app))->journal.directory,
		  (unsigned long long)(app->space.free_bytes / MIB));
	intake_pause(app->intake, "the disk of the journal is nearly full");
}

static void end(struct app *app)
{
	log_info("disk.room", "free_mib=%llu seconds=%lld receiving again",
		 (unsigned long long)(app->space.free_bytes / MIB),
		 (long long)((clock_real_ms() - app->space.since_ms) / 1000));
	app->space.since_ms = 0;
	intake_resume(app->intake);
}

void space_tick(struct app *app)
{
	struct space *space = &app->space;
	bool was_short = space->is_short;
	int r;

	r = disk_free_bytes(config_settings(app_config(app))->journal.directory,
			    &space->free_bytes);
	if (r)
		return; /* the journal will meet it, and say so */

	space->is_short = is_short(app, space->free_bytes);
	if (space->is_short && !was_short)
		begin(app);
	else if (!space->is_short && was_short)
		end(app);
}

struct part_health space_part(const struct app *app)
{
	const struct space *space = &app->space;

	return (struct part_health){
		.name = "disk",
		.light = space->is_short ? LIGHT_RED : LIGHT_GREEN,
		.state = space->is_short ? "nearly full" : "has room",
		.detail = space->is_short
				  ? "not receiving: the broker keeps what comes; make room on the "
				    "disk of journal.directory, and it goes on by itself"
				  : "",
		.since_ms = space->since_ms,
	};
}
