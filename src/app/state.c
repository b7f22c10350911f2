/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state on the disk: a start takes the newest snapshot and what the journal has behind it;
 * while running, snapshots are begun at the end of a tick, and what of the journal nobody needs any
 * more goes.
 */
#include <inttypes.h>
#include <string.h>

#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "parts.h"

#define COUNTS_VERSION 2
#define GROWTH_LEAST   (1u << 20) /* bytes of journal that are worth a snapshot ... */
#define REST_MS        60000      /* ... or so much time, if there is anything at all */
#define BYTES_PER_MS   4096       /* that snapshots may write on average: they wear the disk */

/* What the fold counts; so that counts go on where they were. */
static const enum counter fold_counters[] = {
	COUNTER_events_seen,    COUNTER_events_accepted,    COUNTER_events_refused,
	COUNTER_events_late,    COUNTER_events_scanned,     COUNTER_events_unknown_keys,
	COUNTER_alerts_raised,  COUNTER_alerts_changed,     COUNTER_alerts_cleared,
	COUNTER_alerts_dropped, COUNTER_deadletter_dropped, COUNTER_sketch_refused,
	COUNTER_journal_holes,
};

static void save(void *context, struct bytes_writer *writer)
{
	const struct app *app = context;

	bytes_put_part(writer, "counts", COUNTS_VERSION);
	bytes_put_u32(writer, COUNT(fold_counters));
	for (size_t i = 0; i < COUNT(fold_counters); i++) {
		bytes_put_text(writer, counter_name(fold_counters[i]));
		bytes_put_u64(writer, counter_get(fold_counters[i]));
	}
	up_save(app, writer);
	flow_save(app->flow, writer);
}

static void keep_count(uint64_t counts[N_COUNTERS], const char *name, size_t n, uint64_t count)
{
	for (size_t i = 0; i < COUNT(fold_counters); i++) {
		const char *known = counter_name(fold_counters[i]);

		if (strlen(known) == n && memcmp(known, name, n) == 0)
			counts[fold_counters[i]] = count;
	}
}

static void load_counts(struct bytes_reader *reader, uint64_t counts[N_COUNTERS])
{
	uint32_t n;

	bytes_get_part(reader, "counts", COUNTS_VERSION);
	n = bytes_get_count(reader, sizeof(uint32_t) + sizeof(uint64_t));
	for (uint32_t i = 0; i < n; i++) {
		size_t size;
		const char *name = bytes_get_text(reader, &size);

		keep_count(counts, name, size, bytes_get_u64(reader));
	}
}

/* Indicators have changed.  The whole journal gives true figures; without its beginning, what was
 * kept of the others is worth more. */
static void judge_dropped(const struct app *app, uint64_t n_dropped, struct bytes_reader *reader)
{
	if (app->state.first == 0)
		bytes_reject(reader, "indicators have changed: the whole journal is read instead");
	else if (!reader->is_bad)
		log_warning("snapshot.dropped",
			    "series=%" PRIu64
			    " meaning=\"indicators have changed; these figures begin anew\"",
			    n_dropped);
}

/* Loading may itself count (an alert whose rule is gone is cleared): that stays on top. */
static void load(void *context, struct bytes_reader *reader)
{
	struct app *app = context;
	uint64_t counts[N_COUNTERS] = { 0 };
	uint64_t n_dropped;

	if (state_new_flow(app)) {
		bytes_reject(reader, "there is no memory for it");
		return;
	}
	load_counts(reader, counts);
	up_load(app, reader);
	n_dropped = flow_load(app->flow, reader);
	if (n_dropped > 0)
		judge_dropped(app, n_dropped, reader);
	if (!reader->is_bad && reader->at != reader->end)
		bytes_reject(reader, "it holds more than this version reads");
	for (size_t i = 0; !reader->is_bad && i < N_COUNTERS; i++)
		counter_add((enum counter)i, counts[i]);
}

static void log_report(const struct text *report)
{
	const char *line = text_get(report);

	while (*line) {
		size_t n = strcspn(line, "\n");

		log_warning("snapshot.passed_over", "%.*s", (int)n, line);
		line += n + (line[n] == '\n');
	}
}

/* What a start without a snapshot has to do without, if the journal does not begin at its
 * beginning. */
static void log_cold_start(const struct journal_recovery *recovery)
{
	if (recovery->first > 0)
		log_error("snapshot.none",
			  "journal_first=%" PRIu64
			  " meaning=\"figures and alerts begin with the oldest message kept\"",
			  recovery->first);
	else if (recovery->end > 0)
		log_info("snapshot.none", "the journal is read from its beginning");
}

/* A state is only ever saved of records that are on the disk. */
static void log_missing_end(const struct app *app, const struct journal_recovery *recovery)
{
	struct snapshot_status status;

	snapshots_get_status(app->state.snapshots, &status);
	if (status.newest > recovery->end)
		log_error(
			"journal.end_missing",
			"journal_end=%" PRIu64 " state=%" PRIu64
			" meaning=\"records that were safe are gone from the disk; what they said "
			"is lost unless it is sent again\"",
			recovery->end, status.newest);
}

int state_open(struct app *app, const struct journal_recovery *recovery)
{
	const struct settings *settings = config_settings(app_config(app));
	CLEANUP_TEXT struct text report = { 0 };
	int64_t started_ns = clock_mono_ns();
	uint64_t position;
	int r;

	app->state.first = recovery->first;
	r = snapshots_new(&app->state.snapshots, settings->journal.directory,
			  journal_id(app->journal));
	if (r)
		return err_pass(r);

	log_missing_end(app, recovery);
	r = snapshots_load(app->state.snapshots, recovery->end, load, app, &position, &report);
	log_report(&report);
	if (r < 0)
		return err_pass(r);
	if (r == SNAPSHOT_NONE) {
		log_cold_start(recovery);
		return err_pass(state_new_flow(app));
	}

	app->state.begun = position;
	app->state.next_ms = clock_mono_ms() + settings->journal.snapshot_ms;
	log_info("snapshot.loaded", "position=%" PRIu64 " seconds=%.3f", position,
		 (double)(clock_mono_ns() - started_ns) / 1e9);
	return 0;
}

/* A snapshot every now and then; the bigger it is the seldomer, and none while nothing happens. */
static bool is_due(const struct app *app, uint64_t position, int64_t now_ms)
{
	const struct state *state = &app->state;
	uint64_t growth = position - state->begun;

	if (state->is_wanted)
		return true;
	if (growth == 0 || now_ms < state->next_ms)
		return false;
	return growth >= GROWTH_LEAST || now_ms >= state->next_ms + REST_MS;
}

void state_consider(struct app *app, uint64_t position)
{
	const struct settings *settings = config_settings(app_config(app));
	struct state *state = &app->state;
	int64_t now_ms = clock_mono_ms();
	int64_t pause_ms = settings->journal.snapshot_ms;
	struct snapshot_status status;
	int r;

	if (!app->ready || !is_due(app, position, now_ms) || !past_is_settled(app) ||
	    !up_can_save(app))
		return;
	r = snapshots_begin(state->snapshots, position, save, app);
	if (r == SNAPSHOT_BUSY)
		return;
	if (r < 0)
		log_warning("snapshot.fork", "error=%s at=%s", strerror(-r), err_trace());

	snapshots_get_status(state->snapshots, &status);
	if (pause_ms < (int64_t)(status.bytes / BYTES_PER_MS))
		pause_ms = (int64_t)(status.bytes / BYTES_PER_MS);
	state->next_ms = now_ms + pause_ms;
	state->begun = position;
	state->is_wanted = false;
}

void state_want_snapshot(struct app *app)
{
	app->state.is_wanted = true;
}

static void look_after_writer(struct app *app)
{
	struct state *state = &app->state;
	struct snapshot_status status;
	int r = snapshots_poll(state->snapshots);

	if (r != SNAPSHOT_WRITTEN && r != SNAPSHOT_FAILED)
		return;

	snapshots_get_status(state->snapshots, &status);
	if (r == SNAPSHOT_WRITTEN) {
		counter_add(COUNTER_snapshots_written, 1);
		log_debug("snapshot.written",
			  "position=%" PRIu64 " bytes=%" PRIu64 " pause_us=%lld took_ms=%lld",
			  status.newest, status.bytes, (long long)status.pause_us,
			  (long long)status.took_ms);
	} else {
		counter_add(COUNTER_snapshots_failed, 1);
		if (!state->has_failed)
			log_warning(
				"snapshot.failed",
				"error=%s meaning=\"the next start takes longer; the one before "
				"stands\"",
				status.fault ? strerror(-status.fault) : "the writer was killed");
	}
	state->has_failed = r == SNAPSHOT_FAILED;
}

void state_tick(struct app *app)
{
	const struct settings *settings = config_settings(app_config(app));
	struct snapshot_status status;

	look_after_writer(app);
	snapshots_get_status(app->state.snapshots, &status);
	journal_retain(app->journal, status.oldest, (uint64_t)settings->journal.keep_bytes,
		       clock_real_ms() - settings->journal.keep_ms);
}
