/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/backtest_read.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/base/err.h"

#define TELL_RECORDS 1024 /* between two tellings */
#define TELL_NS      100000000

struct crew;

/* One taker, and how far it is. */
struct taking {
	struct crew *crew;
	enum backtest_side side;
	_Atomic uint64_t position; /* behind the last record that was taken */
	uint64_t damaged;
	int r; /* why it ended: JOURNAL_END, or a fault */
};

/* All takers. */
struct crew {
	const struct backtest_reading *reading;
	struct taking list[N_SIDES];
	int n;
	uint64_t first, total; /* bytes: position of the first record; of all */
	pthread_t caller;
	atomic_bool is_stopped;
};

static void tell(struct crew *crew)
{
	const struct backtest_reading *reading = crew->reading;
	uint64_t least = UINT64_MAX, done;

	if (!reading->tell)
		return;
	for (int i = 0; i < crew->n; i++) {
		uint64_t position =
			atomic_load_explicit(&crew->list[i].position, memory_order_relaxed);

		least = position < least ? position : least;
	}
	done = least - crew->first;
	if (!reading->tell(reading->teller, done < crew->total ? done : crew->total, crew->total))
		atomic_store_explicit(&crew->is_stopped, true, memory_order_relaxed);
}

static bool is_stopped(struct taking *taking, uint64_t n)
{
	if (n % TELL_RECORDS != 0)
		return false;
	if (pthread_equal(pthread_self(), taking->crew->caller))
		tell(taking->crew);
	return atomic_load_explicit(&taking->crew->is_stopped, memory_order_relaxed);
}

/* Takes all records from where it stands on, of which none lies at until or behind. */
static void follow(struct taking *taking, uint64_t until)
{
	const struct backtest_reading *reading = taking->crew->reading;
	CLEANUP(journal_reader_free) struct journal_reader *reader = NULL;
	struct record record;
	uint64_t n = 0;
	int r;

	reader = journal_reader_new(reading->survey, atomic_load(&taking->position));
	while ((r = journal_reader_next(reader, &record)) == 0 || r == JOURNAL_CORRUPT) {
		if (r == JOURNAL_CORRUPT) {
			taking->damaged++;
			continue;
		}
		if (record.position >= until || is_stopped(taking, ++n))
			break;
		reading->fn(reading->context, taking->side, &record);
		atomic_store_explicit(&taking->position, record.next, memory_order_relaxed);
	}
	taking->r = r ? r : JOURNAL_END;
}

static void *run(void *context)
{
	(void)counter_mute(true);
	follow(context, UINT64_MAX);
	return NULL;
}

/* While iocd writes, one may have met the end before the other. */
static void make_even(struct crew *crew)
{
	struct taking *takings = crew->list;
	uint64_t before = takings[SIDE_BEFORE].position, after = takings[SIDE_AFTER].position;

	if (takings[SIDE_BEFORE].r != JOURNAL_END || takings[SIDE_AFTER].r != JOURNAL_END ||
	    crew->is_stopped)
		return;
	if (before < after)
		follow(&takings[SIDE_BEFORE], after);
	else if (after < before)
		follow(&takings[SIDE_AFTER], before);
}

static void wait_for(pthread_t thread, struct crew *crew)
{
	struct timespec until;
	int r;

	do {
		int64_t ns = clock_mono_ns() + TELL_NS;

		until = (struct timespec){ .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };
		r = pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, &until);
		tell(crew);
	} while (r == ETIMEDOUT);
}

/* Without a second thread, one after the other. */
static void run_both(struct crew *crew)
{
	pthread_t thread;
	bool has_thread = pthread_create(&thread, NULL, run, &crew->list[SIDE_AFTER]) == 0;

	follow(&crew->list[SIDE_BEFORE], UINT64_MAX);
	if (has_thread)
		wait_for(thread, crew);
	else
		follow(&crew->list[SIDE_AFTER], UINT64_MAX);
	make_even(crew);
}

static void begin(struct crew *crew, const struct backtest_reading *reading, int n,
		  enum backtest_side first_side)
{
	uint64_t first = reading->from ? reading->from : journal_survey_first(reading->survey);

	*crew = (struct crew){
		.reading = reading,
		.n = n,
		.first = first,
		.total = journal_survey_likely_end(reading->survey) - first,
		.caller = pthread_self(),
	};
	for (int i = 0; i < n; i++)
		crew->list[i] = (struct taking){
			.crew = crew,
			.side = (enum backtest_side)(first_side + (unsigned)i),
			.position = first,
		};
}

static int finish(const struct crew *crew, uint64_t *ret_damaged)
{
	*ret_damaged = crew->list[0].damaged;
	for (int i = 0; i < crew->n; i++)
		if (crew->list[i].r != JOURNAL_END)
			return err_pass(crew->list[i].r);
	return crew->is_stopped ? BACKTEST_STOPPED : 0;
}

int backtest_read_side(const struct backtest_reading *reading, enum backtest_side side,
		       uint64_t *ret_damaged)
{
	bool was_muted = counter_mute(true);
	struct crew crew;

	begin(&crew, reading, 1, side);
	follow(&crew.list[0], UINT64_MAX);
	(void)counter_mute(was_muted);
	return finish(&crew, ret_damaged);
}

int backtest_read_sides(const struct backtest_reading *reading, uint64_t *ret_damaged)
{
	bool was_muted = counter_mute(true);
	struct crew crew;

	begin(&crew, reading, N_SIDES, SIDE_BEFORE);
	run_both(&crew);
	(void)counter_mute(was_muted);
	return finish(&crew, ret_damaged);
}
