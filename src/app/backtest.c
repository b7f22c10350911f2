/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread has everything of its own: it reads the files of configuration and journal anew, and
 * hands over one result when it ends.  The daemon's first configuration is only read.
 */
#include "backtest.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "iocd/backtest_read.h"
#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"

#define DAY_MS   INT64_C(86400000)
#define NICENESS 19
#define STOPPED  "it was stopped"

/* One back-test. */
struct run {
	const struct backtests_options *options;
	struct wake *wake; /* lent */
	pthread_t thread;
	char by[64];
	uint32_t days;
	int64_t started_ms;
	_Atomic uint64_t done, total; /* bytes */
	atomic_bool is_stopped;

	/* Of the thread until it has ended. */
	char why[256]; /* "": it was done */
	char generation[24];
	struct control_backtest_result result; /* its rows and their names are owned */
};

struct backtests {
	struct backtests_options options;
	struct wake *wake;
	struct run *run;  /* NULL: none is running */
	struct run *last; /* the last that has ended, NULL: none */
	struct run *good; /* the last that was done: last, or one before; NULL: none */
};

static struct run *run_free(struct run *run)
{
	struct control_backtest_row *rows;

	if (!run)
		return NULL;

	rows = (struct control_backtest_row *)run->result.rows;
	for (size_t i = 0; i < run->result.n_rows; i++)
		free((void *)rows[i].rule);
	free(rows);
	free(run);
	return NULL;
}

/* ---- the thread ---- */

static int fail(struct run *run, const char *words, const char *about)
{
	(void)snprintf(run->why, sizeof(run->why), "%s%.*s", words, (int)strcspn(about, "\n"),
		       about);
	return 1;
}

static bool tell(void *context, uint64_t done, uint64_t total)
{
	struct run *run = context;

	atomic_store_explicit(&run->total, total, memory_order_relaxed);
	atomic_store_explicit(&run->done, done, memory_order_relaxed);
	return !atomic_load_explicit(&run->is_stopped, memory_order_relaxed);
}

static void on_record(void *context, enum backtest_side side, const struct record *record)
{
	backtest_carry(context, side, record);
}

static struct control_backtest_load load_of(const struct backtest_load *load)
{
	return (struct control_backtest_load){
		.alerts = load->told,
		.mean = load->mean,
		.most = load->most,
		.most_ms = load->told ? load->most_ms : 0,
		.floods = load->n_floods,
	};
}

static void take_rows(struct run *run, const struct backtest *backtest)
{
	uint32_t n;
	const struct backtest_row *rows = backtest_rows(backtest, &n);
	struct control_backtest_row *list = xcalloc((size_t)n + 1, sizeof(*list));

	for (uint32_t i = 0; i < n; i++) {
		const struct backtest_row *row = &rows[i];
		const struct rule *rule =
			row->rules[SIDE_AFTER] ? row->rules[SIDE_AFTER] : row->rules[SIDE_BEFORE];

		list[i] = (struct control_backtest_row){
			.rule = xstrdup(rule->id),
			.raised_before = row->raised[SIDE_BEFORE],
			.raised_after = row->raised[SIDE_AFTER],
			.critical_before = row->critical[SIDE_BEFORE],
			.critical_after = row->critical[SIDE_AFTER],
			.missed = row->missed,
			.added = row->added,
		};
	}
	run->result.rows = list;
	run->result.n_rows = n;
}

static void take_result(struct run *run, struct backtest *backtest, uint64_t damaged)
{
	int64_t since_ms = backtest_end_ms(backtest) - run->days * DAY_MS;
	struct backtest_sum sum;

	backtest_finish(backtest, since_ms, INT64_MAX, &sum);
	run->result = (struct control_backtest_result){
		.started_ms = run->started_ms,
		.by = run->by,
		.generation = run->generation,
		.begin_ms = sum.begin_ms,
		.end_ms = sum.end_ms,
		.since_ms = sum.since_ms,
		.until_ms = sum.until_ms,
		.records = sum.records,
		.events = sum.events,
		.damaged = damaged,
		.rulebooks = sum.n_rulebooks,
		.before = load_of(&sum.loads[SIDE_BEFORE]),
		.after = load_of(&sum.loads[SIDE_AFTER]),
		.missed = sum.missed,
		.added = sum.added,
	};
	take_rows(run, backtest);
}

static int read_journal(struct run *run, struct backtest *backtest, uint64_t *ret_damaged)
{
	CLEANUP(journal_survey_free) struct journal_survey *survey = NULL;
	struct backtest_reading reading = {
		.fn = on_record,
		.context = backtest,
		.tell = tell,
		.teller = run,
	};
	int r = journal_survey_new(&survey, run->options->journal);

	if (r)
		return fail(run,
			    "the journal cannot be read: ", r < 0 ? strerror(-r) : "there is none");
	reading.survey = survey;
	r = backtest_read_sides(&reading, ret_damaged);
	if (r == BACKTEST_STOPPED)
		return fail(run, STOPPED, "");
	return r ? fail(run, "the journal cannot be read: ", strerror(-r)) : 0;
}

static int try(struct run *run, const struct config *after)
{
	const struct backtest_options options = { .configs = { run->options->now, after } };
	CLEANUP(backtest_free) struct backtest *backtest = NULL;
	uint64_t damaged;
	struct rulebook book;

	config_rulebook(after, &book);
	(void)snprintf(run->generation, sizeof(run->generation), "%s", book.generation);
	if (backtest_new(&backtest, &options))
		return fail(run, "it cannot be begun: ", err_trace());
	if (read_journal(run, backtest, &damaged))
		return 1;
	take_result(run, backtest, damaged);
	return 0;
}

static void *work(void *context)
{
	struct run *run = context;
	CLEANUP(config_free) struct config *after = NULL;
	CLEANUP_TEXT struct text report = { 0 };

	(void)setpriority(PRIO_PROCESS, 0, NICENESS); /* of this thread, and those that it makes */
	(void)counter_mute(true);
	if (config_load(&after, run->options->directory, run->options->overrides, &report))
		(void)fail(run, "the configuration is refused: ", text_get(&report));
	else
		(void)try(run, after);
	wake_send(run->wake);
	return NULL;
}

/* ---- the loop ---- */

static void keep(struct backtests *backtests, struct run *run)
{
	if (backtests->last != backtests->good)
		run_free(backtests->last);
	backtests->last = run;
	if (*run->why)
		return;
	run_free(backtests->good);
	backtests->good = run;
}

static void on_wake(void *context)
{
	struct backtests *backtests = context;
	struct run *run = backtests->run;

	if (!run)
		return;
	(void)pthread_join(run->thread, NULL); /* it is at its end */
	backtests->run = NULL;
	run->result.finished_ms = clock_real_ms();
	if (atomic_load(&run->is_stopped)) /* perhaps only after it was done */
		(void)fail(run, STOPPED, "");
	if (*run->why)
		log_warning("backtest.failed", "by=%s why=\"%s\"", run->by, run->why);
	else
		log_info("backtest.done",
			 "by=%s generation=%s records=%" PRIu64 " missed=%" PRIu64
			 " added=%" PRIu64,
			 run->by, run->generation, run->result.records, run->result.missed,
			 run->result.added);
	keep(backtests, run);
}

struct backtests *backtests_new(struct loop *loop, const struct backtests_options *options)
{
	struct backtests *backtests = xcalloc(1, sizeof(*backtests));

	backtests->options = *options;
	backtests->wake = wake_new(loop, on_wake, backtests);
	return backtests;
}

struct backtests *backtests_free(struct backtests *backtests)
{
	if (!backtests)
		return NULL;

	if (backtests->run) {
		atomic_store(&backtests->run->is_stopped, true);
		(void)pthread_join(backtests->run->thread, NULL);
		run_free(backtests->run);
	}
	if (backtests->last != backtests->good)
		run_free(backtests->last);
	run_free(backtests->good);
	wake_close(backtests->wake);
	free(backtests);
	return NULL;
}

int backtests_start(struct backtests *backtests, const char *by, uint32_t days)
{
	struct run *run;
	int r;

	if (backtests->run)
		return CONTROL_BACKTEST_BUSY;

	run = xcalloc(1, sizeof(*run));
	run->options = &backtests->options;
	run->wake = backtests->wake;
	(void)snprintf(run->by, sizeof(run->by), "%s", by);
	run->days = days;
	run->started_ms = clock_real_ms();
	r = pthread_create(&run->thread, NULL, work, run);
	if (r) {
		run_free(run);
		return err_raise(-r);
	}
	backtests->run = run;
	log_info("backtest.begun", "by=%s days=%" PRIu32, by, days);
	return 0;
}

bool backtests_stop(struct backtests *backtests)
{
	if (!backtests->run)
		return false;
	atomic_store(&backtests->run->is_stopped, true);
	return true;
}

static double progress_of(struct run *run)
{
	uint64_t total = atomic_load_explicit(&run->total, memory_order_relaxed);

	return total ? (double)atomic_load_explicit(&run->done, memory_order_relaxed) /
			       (double)total
		     : 0;
}

void backtests_get(const struct backtests *backtests, struct control_backtest *ret)
{
	struct run *run = backtests->run ? backtests->run : backtests->last;

	*ret = (struct control_backtest){ .state = CONTROL_BACKTEST_NONE, .by = "", .why = "" };
	if (backtests->good)
		ret->result = backtests->good->result;
	if (!run)
		return;
	ret->state = backtests->run ? CONTROL_BACKTEST_RUNNING
		     : *run->why    ? CONTROL_BACKTEST_FAILED
				    : CONTROL_BACKTEST_DONE;
	ret->progress = ret->state == CONTROL_BACKTEST_DONE ? 1 : progress_of(run);
	ret->started_ms = run->started_ms;
	ret->by = run->by;
	ret->days = run->days;
	ret->why = backtests->run ? "" : run->why;
}
