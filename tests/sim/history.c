/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A history is a row of lives of the process, each ended by a fault or in good order, and a quiet
 * end in which everything must come out right.  A fault in the midst of a call jumps out of it to
 * live(), as death does; what the dead process had in memory is then freed as a whole.
 */
#include "history_inside.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "clock_model.h"
#include "disk_model.h"
#include "iocd/base/clock.h"
#include "iocd/base/log.h"
#include "loop_model.h"
#include "memory.h"
#include "mqtt_model.h"
#include "redis_model.h"

#define LIVES_MAX   40
#define QUIET_MS    8000 /* longer than any hold, fade or silence */
#define MINUTE_MS   60000
#define ROUND_MS    1000 /* silence is looked for when a minute is over, for so long at most */
#define STRIDE_MS   1500 /* less than the store waits for an answer */
#define QUIET_TURNS 20000
#define LEAD_MS     12000  /* before figures leave for history: about a life */
#define OFF_MS      200000 /* a machine without power */
#define FAILED_MAX  2      /* faults wait for one process only */

struct history history;

void __wrap_log_line(enum log_level level, const char *name, const char *format, ...) PRINTF(3, 4);

/* ---- telling ---- */

static void say_args(const char *format, va_list args) PRINTF(1, 0);

static void say_args(const char *format, va_list args)
{
	char *line = history.lines[history.n_lines++ % LINES_KEPT];
	int n = snprintf(line, LINE_BYTES, "%7.3f ", (double)clock_mono_ms() / 1000);

	(void)vsnprintf(line + n, LINE_BYTES - (size_t)n, format, args);
	if (history.is_verbose)
		fprintf(stderr, "%s\n", line);
}

void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_args(format, args);
	va_end(args);
}

void __wrap_log_line(enum log_level level, const char *name, const char *format, ...)
{
	char text[LINE_BYTES];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	say("  log %d %s %s", (int)level, name, text);
}

void history_report(void)
{
	unsigned n = history.n_lines < LINES_KEPT ? history.n_lines : LINES_KEPT;

	if (!history.is_verbose)
		for (unsigned i = history.n_lines - n; i != history.n_lines; i++)
			fprintf(stderr, "%s\n", history.lines[i % LINES_KEPT]);
	fprintf(stderr, "seed %" PRIu64 ": %s\n", history.seed,
		*history.why ? history.why : "the program was aborted");
}

void give_up(const char *why)
{
	(void)snprintf(history.why, sizeof(history.why), "%s", why);
	longjmp(history.way_out, WRONG);
}

void demand(bool holds)
{
	if (!holds)
		give_up(history.oracle.why);
}

/* ---- chance ---- */

uint64_t below(uint64_t n)
{
	return random_below(&history.random, n);
}

bool one_in(uint64_t n)
{
	return below(n) == 0;
}

/* ---- death ---- */

static void die_in_call(void)
{
	say("killed in disk call %" PRIu64, disk_model_calls());
	longjmp(history.way_out, DIED);
}

void die_by_itself(const char *why)
{
	say("the process ends itself: %s", why);
	longjmp(history.way_out, DIED);
}

static void on_sleep(void)
{
	if (one_in(3)) {
		say("somebody makes room");
		disk_model_limit(UINT64_MAX);
		history.options.stop_below = 0;
	}
	if (one_in(12)) {
		say("killed while it waits");
		longjmp(history.way_out, DIED);
	}
}

/* Nobody is there to switch it on again. */
static void stay_off(void)
{
	int64_t ms = (int64_t)below(OFF_MS);

	say("off for %" PRId64 " ms", ms);
	clock_model_pass(ms);
}

static void bury(void)
{
	bool cut = one_in(3);

	if (history.has_process && history.process.journal &&
	    journal_synced(history.process.journal) > history.durable)
		history.durable = journal_synced(history.process.journal);
	history.has_process = false;
	oracle_process_died(&history.oracle);
	redis_model_client_died();
	mqtt_model_client_died();
	loop_model_forget();
	memory_die();
	past_process_died(&history.past);
	disk_model_process_died();
	disk_model_limit(UINT64_MAX);
	senders_process_died(&history.senders);
	history.result->n_deaths++;
	if (!cut)
		return;

	say("power cut; on the disk up to %" PRIu64, history.durable);
	history.result->n_power_cuts++;
	senders_excuse(&history.senders, history.durable);
	disk_model_cut_power();
	past_cut_power(&history.past, &history.random);
	if (one_in(4))
		stay_off();
}

/* ---- lives ---- */

static void on_tick(void *context, const struct flow *flow, uint64_t position)
{
	(void)context, (void)position;
	demand(oracle_tick(&history.oracle, flow));
}

static uint64_t choose_doom(void)
{
	switch (below(4)) {
	case 0:
		return 1 + below(30); /* while it starts */
	case 1:
		return 1 + below(400);
	default:
		return 0;
	}
}

static void start(uint64_t doom)
{
	struct process *process = &history.process;

	disk_model_doom(doom, die_in_call);
	history.has_process = true;
	if (process_start(process, &history.options)) {
		if (process->is_refused || ++history.n_failed_starts > FAILED_MAX)
			give_up(process->why);
		die_by_itself(process->why);
	}
	disk_model_doom(0, NULL);
	history.n_failed_starts = 0;
	history.durable = journal_end(process->journal);
	say("started: first %" PRIu64 ", end %" PRIu64 ", cut %" PRIu64 ", snapshot at %" PRId64,
	    process->first, history.durable, process->cut_bytes, (int64_t)process->loaded);
	history.result->n_loaded += process->loaded != NEVER;
	history.result->n_removed += process->first > 0;
}

/* Holds what came of a start against what must be; time passes for that. */
static void check(void)
{
	demand(oracle_check(&history.oracle, &history.process));
	history.durable = journal_end(history.process.journal);
}

static void serve(void)
{
	while (history.steps_left > 0) {
		history.steps_left--;
		history.result->n_steps++;
		step();
	}
}

static void stop(void)
{
	say("stops in good order");
	oracle_process_stops(&history.oracle);
	process_stop(&history.process);
	history.has_process = false;
}

/* ---- the quiet end ---- */

static bool all_acknowledged(void)
{
	for (size_t i = 0; i < history.senders.n_messages; i++)
		if (!history.senders.messages[i].is_acked)
			return false;
	return true;
}

static bool is_at_rest(void)
{
	struct store_status status;

	store_get_status(history.process.store, &status);
	return past_committed(&history.past) == history.past.n && status.state == STORE_LIVE &&
	       status.dirty == 0 && redis_model_under_way() == 0 &&
	       journal_synced(history.process.journal) == journal_end(history.process.journal) &&
	       flow_position(history.process.flow) == journal_end(history.process.journal);
}

static void work_on(int64_t ms)
{
	deliver(false);
	(void)past_step(&history.past);
	while (journal_synced(history.process.journal) < journal_end(history.process.journal))
		keep();
	carry(SIZE_MAX);
	pass(ms);
	(void)redis_model_serve(SIZE_MAX);
	(void)redis_model_deliver(SIZE_MAX);
}

static void settle(int64_t until_ms)
{
	for (int i = 0; i < QUIET_TURNS; i++) {
		if (clock_mono_ms() >= until_ms && is_at_rest() && all_acknowledged())
			return;
		work_on(clock_mono_ms() < until_ms ? STRIDE_MS : 50);
	}
	give_up("it does not come to rest");
}

/* When everything has come to rest that time alone moves. */
static int64_t rest_ms(void)
{
	int64_t real_ms = clock_real_ms() + QUIET_MS;

	if (real_ms < history.process.clock_ms + QUIET_MS) /* the clock was set back */
		real_ms = history.process.clock_ms + QUIET_MS;
	real_ms += MINUTE_MS - real_ms % MINUTE_MS + ROUND_MS;
	return clock_mono_ms() + (real_ms - clock_real_ms());
}

/* With time standing still in the fold, Redis must come to show what it shows. */
static void show(struct text *view)
{
	timer_stop(history.process.idle);
	settle(clock_mono_ms() + 1000);
	demand(oracle_check_alertlog(&history.oracle, true));
	text_clear(view);
	memory_is_own(true);
	oracle_dump_view(&history.oracle, view);
	memory_is_own(false);
}

static void compare_views(const struct text *a, const struct text *b)
{
	const char *left = text_get(a), *right = text_get(b);
	size_t at = 0, line = 0;

	if (strcmp(left, right) == 0)
		return;
	for (; left[at] && left[at] == right[at]; at++)
		if (left[at] == '\n')
			line = at + 1;
	(void)snprintf(history.why, sizeof(history.why),
		       "the view in Redis is not what it must be:\nshown: %.*s\nanew:  %.*s",
		       (int)strcspn(left + line, "\n"), left + line,
		       (int)strcspn(right + line, "\n"), right + line);
	longjmp(history.way_out, WRONG);
}

/* What was shown step by step is what a Redis that was empty is shown at once. */
static void end_quietly(struct text *shown, struct text *anew)
{
	calm();
	start(0);
	check();
	settle(clock_mono_ms()); /* everything comes in, */
	settle(rest_ms());       /* and then nothing more */
	timer_stop(history.process.idle);
	demand(oracle_check(&history.oracle, &history.process));
	demand(oracle_check_all_counted(&history.oracle));
	show(shown);
	stop();

	redis_server_wipe(history.server);
	start(0);
	timer_stop(history.process.idle);
	show(anew);
	check();
	stop();
}

/* ---- all of it ---- */

/* Shortly before figures leave for history: at the hour, two minutes later, every ten. */
static int64_t choose_start(void)
{
	static const int64_t minutes[] = { 60, 62, 70, 60 };

	return WORLD_START + minutes[below(COUNT(minutes))] * MINUTE_MS - (int64_t)below(LEAD_MS);
}

static void begin(uint64_t seed, const struct world *world, bool verbose,
		  struct history_result *ret)
{
	history = (struct history){ .seed = seed, .world = world, .is_verbose = verbose };
	*ret = (struct history_result){ .is_good = true };
	history.result = ret;
	random_seed(&history.random, seed);
	history.start_ms = choose_start();
	clock_model_begin(history.start_ms, &history.random);
	clock_model_on_exit(die_by_itself);
	clock_model_on_sleep(on_sleep);
	disk_model_begin(&history.random);
	history.server = redis_server_new();
	redis_model_begin(history.server, &history.random);
	senders_init(&history.senders, &history.random);
	oracle_init(&history.oracle, &history.senders, world, history.server, &history.past);
	history.acks_at_once = one_in(2);
	history.steps_left = 60 + (unsigned)below(160);
	history.options = (struct process_options){
		.world = world,
		.past = &history.past,
		.keep_bytes = one_in(2) ? UINT64_MAX : 1u << 20,
		.stop_below = one_in(2) ? 0 : 1u << 20,
		.tick = on_tick,
	};
}

static void finish(void)
{
	struct history_result *result = history.result;

	redis_model_client_died();
	mqtt_model_client_died();
	loop_model_forget();
	memory_die();
	result->n_batches = (unsigned)history.oracle.truth.n;
	result->n_transitions = (unsigned)alertbook_last(flow_book(history.oracle.shadow));
	result->n_events = (unsigned)history.senders.n_events;
	result->digest =
		disk_model_digest() ^ (uint64_t)clock_mono_ns() ^ random_next(&history.random);
	redis_model_begin(NULL, NULL);
	oracle_fini(&history.oracle);
	past_fini(&history.past);
	senders_fini(&history.senders);
	redis_server_free(history.server);
	disk_model_end();
}

/* One life, or the quiet end.  False when there is nothing more to live. */
static bool live(bool is_last, struct text *shown, struct text *anew)
{
	switch (setjmp(history.way_out)) {
	case ALIVE:
		break;
	case DIED:
		bury();
		return true;
	default:
		history.result->is_good = false;
		return false;
	}

	if (is_last) {
		end_quietly(shown, anew);
		return false;
	}
	start(choose_doom());
	check();
	disk_model_doom(choose_doom(), die_in_call);
	serve();
	if (one_in(2))
		die_by_itself("kill -9 at last");
	stop();
	return true;
}

void history_run(uint64_t seed, const struct world *world, bool verbose, struct history_result *ret)
{
	struct text shown = { 0 }, anew = { 0 };

	begin(seed, world, verbose, ret);
	for (int i = 0; live(history.steps_left == 0 || i >= LIVES_MAX, &shown, &anew); i++)
		continue;
	if (ret->is_good && setjmp(history.way_out) == ALIVE)
		compare_views(&shown, &anew);
	else
		ret->is_good = false;
	finish();
	memory_is_own(true);
	text_fini(&shown);
	text_fini(&anew);
	memory_is_own(false);
}
