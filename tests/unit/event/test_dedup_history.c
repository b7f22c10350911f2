/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random histories beside a model that forgets nothing: whatever is admitted was never admitted
 * before, whatever is refused is refused for a reason that holds, and a restart at any point
 * changes neither verdicts nor what is saved.
 */
#include "memory.h"

#include <inttypes.h>
#include <stdio.h>

#include "iocd/base/random.h"

#define SEEDS   40
#define STEPS   4000
#define EVENTS  STEPS
#define SOURCES 12 /* more than are remembered */
#define PLACES  5

static const struct memory small = { .ms = 20000, .ids = 1024, .window = 64 };

/* Everything that was ever made up; the numbers of a source rise in the order of making. */
struct history {
	struct random_stream random;
	int64_t now_ms;
	struct event events[EVENTS];
	bool admitted[EVENTS];
	size_t n;
	uint64_t next[SOURCES]; /* number */
	uint64_t session[SOURCES];
	size_t n_admitted;
	size_t refused[N_REASONS];
};

static uint64_t draw(struct history *history, uint64_t n)
{
	return random_below(&history->random, n);
}

/* A new event: a number higher by one, or by more; or just an id.  Its clock is a little off. */
static size_t make_up(struct history *history)
{
	size_t which = history->n++;
	uint64_t source = draw(history, SOURCES);
	struct event *event = &history->events[which];

	if (draw(history, 50) == 0) { /* counts anew */
		history->session[source]++;
		history->next[source] = draw(history, 3);
	}
	if (draw(history, 30) == 0)
		history->next[source] += draw(history, 100);
	*event = memory_numbered(source % 3, history->session[source] * SOURCES + source + 1,
				 history->next[source]++, history->now_ms);
	event->has_sequence = draw(history, 4) != 0;
	event->key[0] = random_next(&history->random);
	event->key[1] = which;
	event->digest = random_next(&history->random);
	event->time_ms += (int64_t)draw(history, 2000) - 1500;
	event->feed = (uint32_t)(source % N_FEEDS);
	return which;
}

/* New ones mostly, else again one of the last, or one of any time. */
static size_t choose(struct history *history)
{
	uint64_t luck = draw(history, 10);

	if (luck < 6 || history->n == 0)
		return make_up(history);
	if (luck < 9)
		return history->n - 1 - draw(history, history->n < 50 ? history->n : 50);
	return draw(history, history->n);
}

/* Was another event admitted that this one is, or gives itself out for? */
static bool is_known(const struct history *history, size_t which, const struct event *event,
		     enum reason *ret)
{
	if (!history->admitted[which])
		return false;

	*ret = event->digest == history->events[which].digest ? REASON_duplicate
	       : event->has_sequence                          ? REASON_seq_conflict
							      : REASON_id_conflict;
	return true;
}

/* Was a number admitted that the window of event's stream must have left event's below it for? */
static bool is_below_the_window(const struct history *history, const struct event *event)
{
	for (size_t i = 0; i < history->n; i++) {
		const struct event *other = &history->events[i];

		if (history->admitted[i] && other->has_sequence && other->feed == event->feed &&
		    memcmp(other->stream, event->stream, sizeof(event->stream)) == 0 &&
		    other->sequence >= event->sequence + small.window)
			return true;
	}
	return false;
}

/* Can an event of the same unit as event's have been forgotten that happened no earlier? */
static bool is_before_a_horizon(const struct history *history, const struct event *event)
{
	for (size_t i = 0; i < history->n; i++) {
		const struct event *other = &history->events[i];

		if (history->admitted[i] && other->has_sequence && other->feed == event->feed &&
		    other->stream[1] >> 56 == event->stream[1] >> 56 &&
		    other->time_ms >= event->time_ms)
			return true;
	}
	return false;
}

static void judge(struct history *history, const struct dedup *dedup, size_t which,
		  const struct event *event, enum reason reason)
{
	enum reason known = REASON_NONE;
	bool was_admitted = is_known(history, which, event, &known);

	history->refused[reason]++;
	if (reason == REASON_NONE) {
		assert_false(was_admitted); /* or it would count twice */
		history->admitted[which] = true;
		history->events[which] = *event;
		history->n_admitted++;
	} else if (reason == REASON_seq_old) {
		assert_true(event->has_sequence && is_below_the_window(history, event));
	} else if (reason == REASON_ts_old) {
		assert_true(event->has_sequence
				    ? is_before_a_horizon(history, event)
				    : event->time_ms < dedup_horizon_ms(dedup, event->feed));
	} else {
		assert_true(was_admitted);
		assert_int_equal(reason, known);
	}
}

static void step(struct history *history, struct dedup *dedup)
{
	size_t which = choose(history);
	struct event event = history->events[which];

	event.arrival_ms = history->now_ms;
	if (draw(history, 40) == 0)
		event.digest++;
	history->now_ms += (int64_t)draw(history, 30);
	if (draw(history, 1000) == 0)
		history->now_ms += 30000; /* nobody sends for a while */
	judge(history, dedup, which, &event, dedup_admit(dedup, &event));
}

/* Runs a history, with a restart before every step that the mask hits; gives what is saved at the
 * end. */
static struct saved run(struct history *history, uint64_t seed, uint64_t every)
{
	struct dedup *dedup = memory_new(small, PLACES);
	struct saved saved;

	memset(history, 0, sizeof(*history));
	random_seed(&history->random, seed);
	history->now_ms = START_MS;
	for (uint64_t i = 0; i < STEPS; i++) {
		if (every && (i * 0x9e3779b97f4a7c15u + seed) % every == 0)
			memory_restart(&dedup, small, PLACES);
		step(history, dedup);
	}
	saved = memory_save(dedup);
	dedup_free(dedup);
	return saved;
}

static void nothing_is_admitted_twice_and_restarts_change_nothing(void **state)
{
	struct history *live = xcalloc(1, sizeof(*live));
	struct history *restarted = xcalloc(1, sizeof(*restarted));
	size_t refused[N_REASONS] = { 0 };
	size_t n_admitted = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct saved a, b;

		print_message("seed %" PRIu64 "\n", seed);
		a = run(live, seed, 0);
		b = run(restarted, seed, 200);
		assert_memory_equal(live->refused, restarted->refused, sizeof(live->refused));
		assert_memory_equal(live->admitted, restarted->admitted, sizeof(live->admitted));
		assert_int_equal(a.n, b.n);
		assert_memory_equal(a.bytes, b.bytes, a.n);
		for (int i = 0; i < N_REASONS; i++)
			refused[i] += live->refused[i];
		n_admitted += live->n_admitted;
		saved_fini(&a);
		saved_fini(&b);
	}

	/* The histories had everything in them. */
	assert_true(n_admitted > SEEDS * STEPS / 4);
	assert_true(refused[REASON_duplicate] > SEEDS * STEPS / 20);
	assert_true(refused[REASON_id_conflict] > SEEDS);
	assert_true(refused[REASON_seq_conflict] > SEEDS);
	assert_true(refused[REASON_seq_old] > SEEDS);
	assert_true(refused[REASON_ts_old] > SEEDS);
	free(live);
	free(restarted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_admitted_twice_and_restarts_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
