/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The records of a journal, for one taker or for two.  Two takers read them each in a thread of its
 * own, because what they do with a record takes twenty times as long as reading it.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "backtest.h"
#include "iocd/base/civil.h"
#include "iocd/base/clock.h"
#include "progress.h"

#define PROGRESS_RECORDS 1024 /* between two looks at the clock */
#define PROGRESS_NS      100000000

/* One taker, and how far it is. */
struct taking {
	const struct journal_survey *survey;
	backtest_record_fn *fn;
	void *context;
	enum backtest_side side;
	_Atomic uint64_t position; /* behind the last record that was taken */
	uint64_t damaged;
	int r;                   /* why it ended: JOURNAL_END, or a fault */
	struct telling *telling; /* NULL: it tells nobody how far it is */
};

/* What is told of all takers: how far the slowest is. */
struct telling {
	struct progress progress;
	struct taking *list;
	int n;
	uint64_t first, done, total; /* bytes: position of the first record; of earlier passes */
};

static void tell(struct telling *telling)
{
	uint64_t least = UINT64_MAX, done;

	for (int i = 0; i < telling->n; i++) {
		uint64_t position =
			atomic_load_explicit(&telling->list[i].position, memory_order_relaxed);

		least = position < least ? position : least;
	}
	done = telling->done + least - telling->first;
	progress_show(&telling->progress, done < telling->total ? done : telling->total,
		      telling->total);
}

/* Takes all records from where it stands on, of which none lies at until or behind. */
static void follow(struct taking *taking, uint64_t until)
{
	CLEANUP(journal_reader_free) struct journal_reader *reader = NULL;
	struct record record;
	uint64_t n = 0;
	int r;

	reader = journal_reader_new(taking->survey, atomic_load(&taking->position));
	while ((r = journal_reader_next(reader, &record)) == 0 || r == JOURNAL_CORRUPT) {
		if (r == JOURNAL_CORRUPT) {
			taking->damaged++;
			continue;
		}
		if (record.position >= until)
			break;
		taking->fn(taking->context, taking->side, &record);
		atomic_store_explicit(&taking->position, record.next, memory_order_relaxed);
		if (taking->telling && ++n % PROGRESS_RECORDS == 0)
			tell(taking->telling);
	}
	taking->r = r ? r : JOURNAL_END;
}

static void *run(void *context)
{
	follow(context, UINT64_MAX);
	return NULL;
}

/* While iocd writes, one may have met the end before the other. */
static void make_even(struct taking takings[N_SIDES])
{
	uint64_t before = takings[SIDE_BEFORE].position, after = takings[SIDE_AFTER].position;

	if (takings[SIDE_BEFORE].r != JOURNAL_END || takings[SIDE_AFTER].r != JOURNAL_END)
		return;
	if (before < after)
		follow(&takings[SIDE_BEFORE], after);
	else if (after < before)
		follow(&takings[SIDE_AFTER], before);
}

static void wait_for(pthread_t thread, struct telling *telling)
{
	struct timespec until;
	int r;

	do {
		int64_t ns = clock_mono_ns() + PROGRESS_NS;

		until = (struct timespec){ .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };
		r = pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, &until);
		tell(telling);
	} while (r == ETIMEDOUT);
}

/* Without a second thread, one after the other. */
static void run_both(struct taking takings[N_SIDES], struct telling *telling)
{
	pthread_t thread;
	bool has_thread = pthread_create(&thread, NULL, run, &takings[SIDE_AFTER]) == 0;

	follow(&takings[SIDE_BEFORE], UINT64_MAX);
	if (has_thread)
		wait_for(thread, telling);
	else
		follow(&takings[SIDE_AFTER], UINT64_MAX);
	make_even(takings);
}

static int finish(struct backtesting *testing, const struct telling *telling)
{
	testing->seconds += progress_seconds(&telling->progress);
	testing->damaged = telling->list[0].damaged;
	for (int i = 0; i < telling->n; i++)
		if (telling->list[i].r != JOURNAL_END)
			return journal_complain(testing->call, testing->place.directory,
						telling->list[i].r);
	return STATUS_GOOD;
}

static void begin(struct telling *telling, const struct backtesting *testing, int pass, int passes)
{
	uint64_t first = journal_survey_first(testing->survey);
	uint64_t bytes = journal_survey_likely_end(testing->survey) - first;

	*telling = (struct telling){
		.first = first,
		.done = (uint64_t)pass * bytes,
		.total = (uint64_t)passes * bytes,
	};
	progress_begin(&telling->progress, testing->call->vietnamese);
}

int backtest_read(struct backtesting *testing, int pass, int passes, enum backtest_side side,
		  backtest_record_fn *fn, void *context)
{
	struct telling telling;
	struct taking taking = {
		.survey = testing->survey,
		.fn = fn,
		.context = context,
		.side = side,
		.telling = &telling,
	};

	begin(&telling, testing, pass, passes);
	telling.list = &taking;
	telling.n = 1;
	taking.position = telling.first;
	follow(&taking, UINT64_MAX);
	progress_end(&telling.progress);
	return finish(testing, &telling);
}

int backtest_read_both(struct backtesting *testing, backtest_record_fn *fn, void *context)
{
	struct telling telling;
	struct taking takings[N_SIDES];

	begin(&telling, testing, 0, 1);
	for (int i = 0; i < N_SIDES; i++)
		takings[i] = (struct taking){
			.survey = testing->survey,
			.fn = fn,
			.context = context,
			.side = (enum backtest_side)i,
			.position = telling.first,
		};
	takings[SIDE_BEFORE].telling = &telling;
	telling.list = takings;
	telling.n = N_SIDES;
	run_both(takings, &telling);
	progress_end(&telling.progress);
	return finish(testing, &telling);
}

/* ---- the span ---- */

static void note_arrival(void *context, enum backtest_side side, const struct record *record)
{
	(void)side;
	*(int64_t *)context = record->arrival_ms;
}

int64_t backtest_last_ms(const struct backtesting *testing)
{
	const struct journal_file *files;
	size_t n = journal_survey_files(testing->survey, &files);
	int64_t last_ms = 0;

	while (n-- > 0 && last_ms == 0) {
		struct taking taking = {
			.survey = testing->survey,
			.fn = note_arrival,
			.context = &last_ms,
			.position = files[n].first,
		};

		follow(&taking, UINT64_MAX);
	}
	return last_ms;
}

static bool read_moment(const char *text, int64_t end_ms, int offset_minutes, int64_t *ret_ms)
{
	char day[CIVIL_TEXT_MAX];
	int64_t ms;

	if (civil_parse(text, strlen(text), ret_ms) == 0)
		return true;
	if (text_read_duration(text, strlen(text), &ms) == 0) {
		*ret_ms = end_ms - ms;
		return true;
	}
	(void)snprintf(day, sizeof(day), "%.10sT00:00:00Z", text);
	if (strlen(text) != 10 || civil_parse(day, strlen(day), &ms))
		return false;
	*ret_ms = ms - (int64_t)offset_minutes * 60000;
	return true;
}

int backtest_span(const struct call *call, int64_t end_ms, int offset_minutes,
		  int64_t *ret_since_ms, int64_t *ret_until_ms)
{
	const char *texts[] = { call->given[OPTION_SINCE], call->given[OPTION_UNTIL] };
	int64_t *moments[] = { ret_since_ms, ret_until_ms };

	*ret_since_ms = 0;
	*ret_until_ms = INT64_MAX;
	for (size_t i = 0; i < COUNT(texts); i++) {
		if (!texts[i] || read_moment(texts[i], end_ms, offset_minutes, moments[i]))
			continue;
		fprintf(stderr,
			SAY(call,
			    "iocctl: '%s' không phải thời điểm; viết 7d, 2026-10-01 hoặc giờ RFC "
			    "3339\n",
			    "iocctl: '%s' is no time; write 7d, 2026-10-01 or a time as in RFC "
			    "3339\n"),
			texts[i]);
		return STATUS_USAGE;
	}
	return STATUS_GOOD;
}
