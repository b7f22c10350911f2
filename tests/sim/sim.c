/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim: histories of crashes, each made from a seed.
 *
 *   sim [--seed N] [--histories N] [--verbose] [--twice]
 *
 * Without a seed the clock gives one.  The first history that goes wrong ends the run with status
 * 1, its last events and the command that repeats it.  --twice lives through each history twice and
 * demands that both are the same.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "history.h"
#include "memory.h"

#define PROGRESS_EVERY 1000

struct arguments {
	uint64_t seed;
	uint64_t n_histories;
	bool is_verbose;
	bool runs_twice;
};

static uint64_t present_seed;

/* The address sanitizer's defaults are for programs that take memory once: here a process' whole
 * memory comes and goes a thousand times.  ASAN_OPTIONS still has the last word. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=8:thread_local_quarantine_size_kb=256:malloc_context_size=2:"
	       "max_malloc_fill_size=256:"
	       "allocator_release_to_os_interval_ms=-1";
}

static void tell_how_to_repeat(void)
{
	fprintf(stderr, "repeat with: sim --seed %" PRIu64 " --histories 1 --verbose\n",
		present_seed);
}

static void on_abort(int number)
{
	history_report();
	tell_how_to_repeat();
	signal(number, SIG_DFL);
	raise(number);
}

static uint64_t number_of(const char *text)
{
	char *end;
	uint64_t number = text ? strtoull(text, &end, 10) : 0;

	if (!text || !*text || *end) {
		fprintf(stderr, "sim: a number is missing\n");
		exit(2);
	}
	return number;
}

static void read_arguments(struct arguments *ret, char **argv)
{
	*ret = (struct arguments){ .seed = (uint64_t)time(NULL) * 1000000, .n_histories = 1000 };
	for (char **arg = argv + 1; *arg; arg++) {
		if (strcmp(*arg, "--seed") == 0)
			ret->seed = number_of(*++arg);
		else if (strcmp(*arg, "--histories") == 0)
			ret->n_histories = number_of(*++arg);
		else if (strcmp(*arg, "--verbose") == 0)
			ret->is_verbose = true;
		else if (strcmp(*arg, "--twice") == 0)
			ret->runs_twice = true;
		else {
			fprintf(stderr, "usage: sim [--seed N] [--histories N] [--verbose] "
					"[--twice]\n");
			exit(2);
		}
	}
}

static void add(struct history_result *sum, const struct history_result *one)
{
	sum->n_steps += one->n_steps;
	sum->n_deaths += one->n_deaths;
	sum->n_power_cuts += one->n_power_cuts;
	sum->n_loaded += one->n_loaded;
	sum->n_redis += one->n_redis;
	sum->n_removed += one->n_removed;
	sum->n_batches += one->n_batches;
	sum->n_transitions += one->n_transitions;
	sum->n_events += one->n_events;
}

static void print_sum(uint64_t n, const struct history_result *sum)
{
	printf("%" PRIu64
	       " histories: %u steps, %u events, %u transitions, %u deaths (%u by power), "
	       "%u starts from a snapshot, %u with segments removed, %u faults of Redis, "
	       "%u batches for history\n",
	       n, sum->n_steps, sum->n_events, sum->n_transitions, sum->n_deaths, sum->n_power_cuts,
	       sum->n_loaded, sum->n_removed, sum->n_redis, sum->n_batches);
	fflush(stdout);
}

static bool run_one(const struct arguments *arguments, const struct world *world, uint64_t seed,
		    struct history_result *ret)
{
	struct history_result again;

	present_seed = seed;
	history_run(seed, world, arguments->is_verbose, ret);
	if (!ret->is_good)
		return false;
	if (!arguments->runs_twice)
		return true;
	history_run(seed, world, arguments->is_verbose, &again);
	if (again.digest != ret->digest)
		fprintf(stderr, "seed %" PRIu64 ": two runs differ\n", seed);
	return again.is_good && again.digest == ret->digest;
}

static int run_all(const struct arguments *arguments, const struct world *world)
{
	struct history_result sum = { 0 };

	printf("seed %" PRIu64 "\n", arguments->seed);
	for (uint64_t i = 0; i < arguments->n_histories; i++) {
		struct history_result one;

		if (!run_one(arguments, world, arguments->seed + i, &one)) {
			history_report();
			tell_how_to_repeat();
			return 1;
		}
		add(&sum, &one);
		if ((i + 1) % PROGRESS_EVERY == 0 && i + 1 < arguments->n_histories)
			print_sum(i + 1, &sum);
	}
	print_sum(arguments->n_histories, &sum);
	return 0;
}

int main(int argc, char **argv)
{
	struct arguments arguments;
	struct world world;
	int status;

	(void)argc;
	read_arguments(&arguments, argv);
	signal(SIGABRT, on_abort);
	memory_is_own(true);
	world_init(&world);
	memory_is_own(false);
	status = run_all(&arguments, &world);
	memory_is_own(true);
	world_fini(&world);
	memory_end();
	return status;
}
