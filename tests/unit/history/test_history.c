/* SPDX-License-Identifier: Apache-2.0 */
/* What is written, and what a kill, a full disk and a damaged file do to it. */
#include "past.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define TODAY ((int32_t)((START + OFFSET * MINUTE) / DAY))

/* ---- rows ---- */

static void a_cell_makes_a_row_of_its_hour_and_of_its_local_day(void **state)
{
	struct past *past = *state;

	assert_int_equal(past_open(past), 0);
	past_count(past, 1, START + HOUR + 2 * MINUTE, A, START_HOUR, 3);
	past_count(past, 2, START + 2 * HOUR + 2 * MINUTE, A, START_HOUR + 1, 4);
	past_count(past, 3, START + 17 * HOUR, A, START_HOUR + 16, 5); /* the next day */
	past_settle(past);
	assert_int_equal(past_status(past).committed, 3);
	assert_true(past_status(past).bytes > 4096);
	past_close(past);

	past_expect(past, "hour", "a", START_HOUR, "n=3 r1");
	past_expect(past, "hour", "a", START_HOUR + 1, "n=4 r1");
	past_expect(past, "day", "a", TODAY, "n=7 r1");
	past_expect(past, "day", "a", TODAY + 1, "n=5 r1");
	assert_int_equal(past_number(past, "SELECT count(*) FROM hour"), 3);
}

static void a_batch_that_comes_again_is_passed_over(void **state)
{
	struct past *past = *state;

	assert_int_equal(past_open(past), 0);
	past_count(past, 1, START + HOUR, A, START_HOUR, 3);
	past_count(past, 2, START + HOUR, A, START_HOUR, 4);
	past_count(past, 1, START + HOUR, A, START_HOUR, 3);
	past_settle(past);
	past_close(past);
	assert_int_equal(past_open(past), 0);
	assert_int_equal(past_status(past).committed, 2);
	past_count(past, 2, START + HOUR, A, START_HOUR, 4);
	past_count(past, 3, START + HOUR, A, START_HOUR, 5);
	past_settle(past);
	assert_int_equal(past_status(past).missing, 0);
	past_close(past);
	past_expect(past, "hour", "a", START_HOUR, "n=12 r1");
}

static void another_journal_has_other_batches(void **state)
{
	struct past *past = *state;

	assert_int_equal(past_open(past), 0);
	past_count(past, 1, START + HOUR, A, START_HOUR, 3);
	past_settle(past);
	past_close(past);
	past->options.journal_id = "second";
	assert_int_equal(past_open(past), 0);
	assert_int_equal(past_status(past).committed, 0);
	past_count(past, 1, START + HOUR, A, START_HOUR, 4);
	past_settle(past);
	past_close(past);
	past_expect(past, "hour", "a", START_HOUR, "n=7 r1");
	past->options.journal_id = "first";
	assert_int_equal(past_open(past), 0);
	assert_int_equal(past_status(past).committed, 1);
}

static void numbers_left_out_are_counted(void **state)
{
	struct past *past = *state;

	assert_int_equal(past_open(past), 0);
	past_count(past, 4, START + HOUR, A, START_HOUR, 3);
	past_count(past, 7, START + 2 * HOUR, A, START_HOUR, 4);
	past_settle(past);
	assert_int_equal(past_status(past).missing, 5);
	assert_int_equal(past_status(past).committed, 7);
	past_close(past);
	past_expect(past, "hour", "a", START_HOUR, "n=7 r1");
}

/* The state was lost, and the fold numbers anew from the rest of the journal. */
static void a_new_tick_with_an_old_number_is_not_passed_over(void **state)
{
	struct past *past = *state;

	assert_int_equal(past_open(past), 0);
	for (uint64_t i = 1; i <= 5; i++)
		past_count(past, i, START + (int64_t)i * HOUR, A, START_HOUR + (int32_t)i, 1);
	past_count(past, 1, START + 5 * HOUR, A, START_HOUR + 5, 1); /* again */
	past_count(past, 2, START + 6 * HOUR, A, START_HOUR + 6, 1); /* new */
	past_count(past, 3, START + 7 * HOUR, A, START_HOUR + 7, 1);
	past_settle(past);
	assert_int_equal(past_status(past).committed, 3);
	assert_int_equal(past_status(past).missing, 0);
	past_close(past);
	past_expect(past, "day", "a", TODAY, "n=7 r1");
}

/* ---- revisions ---- */

static void only_what_comes_after_the_closing_round_is_a_revision(void **state)
{
	struct past *past = *state;
	int64_t closing = START + HOUR + 2 * MINUTE;

	assert_int_equal(past_open(past), 0);
	past_count(past, 1, START + 30 * MINUTE, A, START_HOUR, 1); /* early: memory was short */
	past_count(past, 2, closing, A, START_HOUR, 1);
	past_count(past, 3, closing, A, START_HOUR, 1);
	past_count(past, 4, closing + 5000, A, START_HOUR, 1); /* a later slice of the round */
	past_settle(past);
	past_expect(past, "hour", "a", START_HOUR, "n=4 r1");

	past_count(past, 5, closing + 8 * MINUTE, A, START_HOUR, 1); /* late */
	past_count(past, 6, closing + 9 * MINUTE, A, START_HOUR, 1); /* in the same round */
	past_count(past, 7, closing + 9 * MINUTE, B, START_HOUR, 1); /* nobody saw it before */
	past_settle(past);
	past_expect(past, "hour", "a", START_HOUR, "n=6 r2");
	past_expect(past, "hour", "b", START_HOUR, "n=1 r1");

	past_close(past);
	assert_int_equal(past_open(past), 0); /* which does not make it forget the round */
	past_count(past, 8, closing + 10 * MINUTE, A, START_HOUR, 1);
	past_count(past, 9, closing + 19 * MINUTE, A, START_HOUR, 1);
	past_settle(past);
	past_expect(past, "hour", "a", START_HOUR, "n=8 r3");
	past_expect(past, "day", "a", TODAY, "n=8 r1"); /* the day is open */
}

static void a_day_is_closed_two_minutes_after_its_end(void **state)
{
	struct past *past = *state;
	int64_t midnight = START + 16 * HOUR;

	assert_int_equal(past_open(past), 0);
	past_count(past, 1, midnight - 8 * MINUTE, A, START_HOUR + 14, 1);
	past_count(past, 2, midnight + MINUTE, A, START_HOUR + 15, 1);
	past_count(past, 3, midnight + 2 * MINUTE, A, START_HOUR + 15, 1);
	past_count(past, 4, midnight + 3 * MINUTE, A, START_HOUR + 15, 1);
	past_settle(past);
	past_expect(past, "day", "a", TODAY, "n=4 r1");
	past_count(past, 5, midnight + 10 * MINUTE, A, START_HOUR + 3, 1);
	past_settle(past);
	past_expect(past, "day", "a", TODAY, "n=5 r2");
	past_expect(past, "hour", "a", START_HOUR + 3, "n=1 r1");
}

/* ---- retention ---- */

static void what_is_old_is_forgotten_hours_before_days(void **state)
{
	struct past *past = *state;
	uint64_t number = 0;

	past->options.hours_kept_days = 2;
	past->options.days_kept = 5;
	assert_int_equal(past_open(past), 0);
	for (int32_t hour = 0; hour < 10 * 24; hour++)
		past_count(past, ++number, START + (hour + 1) * HOUR + 2 * MINUTE, A,
			   START_HOUR + hour, 1);
	past_settle(past);
	PAST_UNTIL(past, past_number(past, "SELECT count(*) FROM day") <= 6);
	PAST_UNTIL(past, past_number(past, "SELECT count(*) FROM hour") <= 48);
	past_close(past);
	assert_int_equal(past_number(past, "SELECT max(at) - min(at) + 1 FROM hour"), 48);
	assert_int_equal(past_number(past, "SELECT max(at) FROM hour"), START_HOUR + 239);
	assert_int_equal(past_number(past, "SELECT min(at) FROM day"), TODAY + 5);
}

/* ---- kills ---- */

#define N_BATCHES 60
#define N_CELLS   40

struct random_batches {
	struct cell cells[N_BATCHES][N_CELLS];
	struct cell_batch list[N_BATCHES];
};

static void make_batches(struct random_batches *batches, unsigned seed)
{
	srandom(seed);
	for (int i = 0; i < N_BATCHES; i++) {
		for (int k = 0; k < N_CELLS; k++)
			batches->cells[i][k] = (struct cell){
				.series = UINT64_C(0xfedcba9800000000) + (uint64_t)random() % 5,
				.unit = (uint32_t)(random() % N_LIVE),
				.hour = START_HOUR + i / 2 - (int32_t)(random() % 4),
				.n = (uint64_t)random() % 9 + 1,
				.body = "",
			};
		batches->list[i] = (struct cell_batch){
			.number = (uint64_t)i + 1,
			.tick_ms = START + (i / 2 + 1) * HOUR + (i % 2) * 10 * MINUTE + 2 * MINUTE,
			.cells = batches->cells[i],
			.n = N_CELLS,
		};
	}
}

/* In a child that dies as soon as some have been written, in the middle of another. */
static void put_and_die(struct past *past, const struct random_batches *batches, uint64_t after)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		if (past_open(past) != 0)
			_exit(1);
		history_put(past->history, NULL, batches->list, N_BATCHES);
		while (past_status(past).committed < after)
			continue;
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* What the rows must be, worked out one cell at a time. */
static uint64_t sum_of(const struct random_batches *batches, uint64_t series, uint32_t unit,
		       int32_t hour)
{
	uint64_t n = 0;

	for (int i = 0; i < N_BATCHES; i++)
		for (int k = 0; k < N_CELLS; k++) {
			const struct cell *cell = &batches->cells[i][k];

			if (cell->series == series && cell->unit == unit && cell->hour == hour)
				n += cell->n;
		}
	return n;
}

static void check_sums(const struct past *past, const struct random_batches *batches)
{
	struct text dump = past_dump(past, "hour");
	int n_lines = 0, n_sums = 0;

	for (const char *at = text_get(&dump); *at; at++)
		n_lines += *at == '\n';
	for (uint64_t s = 0; s < 5; s++)
		for (uint32_t unit = 0; unit < N_LIVE; unit++)
			for (int32_t hour = -4; hour < N_BATCHES / 2; hour++) {
				uint64_t series = UINT64_C(0xfedcba9800000000) + s;
				uint64_t n = sum_of(batches, series, unit, START_HOUR + hour);
				char line[96];

				snprintf(line, sizeof(line), "%d %lld %s n=%llu r",
					 START_HOUR + hour, (long long)series,
					 units_at(past->units, unit)->id, (unsigned long long)n);
				if (n > 0 && !strstr(text_get(&dump), line))
					fail_msg("no '%s' in\n%s", line, text_get(&dump));
				n_sums += n > 0;
			}
	assert_int_equal(n_lines, n_sums);
	text_fini(&dump);
}

static void kills_at_any_point_lose_nothing_and_count_nothing_twice(void **state)
{
	struct past *past = *state;
	static struct random_batches batches;
	struct text hours, days, again;
	char aside[128];

	make_batches(&batches, 4);
	assert_int_equal(past_open(past), 0);
	history_put(past->history, NULL, batches.list, N_BATCHES);
	past_settle(past);
	past_close(past);
	check_sums(past, &batches);
	hours = past_dump(past, "hour");
	days = past_dump(past, "day");
	snprintf(aside, sizeof(aside), "%s.whole", past->path);
	assert_int_equal(rename(past->path, aside), 0);

	for (uint64_t after = 0; after < N_BATCHES; after += 1 + (uint64_t)random() % 6)
		put_and_die(past, &batches, after);
	assert_int_equal(past_open(past), 0);
	history_put(past->history, NULL, batches.list, N_BATCHES);
	past_settle(past);
	assert_int_equal(past_status(past).missing, 0);
	past_close(past);

	again = past_dump(past, "hour");
	assert_string_equal(text_get(&again), text_get(&hours));
	text_fini(&again);
	again = past_dump(past, "day");
	assert_string_equal(text_get(&again), text_get(&days));
	text_fini(&again);
	text_fini(&hours);
	text_fini(&days);
}

/* ---- damage ---- */

static void write_at(const char *path, long offset, const char *bytes, size_t n)
{
	int file = open(path, O_RDWR | O_CREAT, 0600);

	assert_true(file >= 0);
	assert_int_equal(pwrite(file, bytes, n, offset), n);
	close(file);
}

static bool is_there(const struct past *past, const char *suffix)
{
	char path[128];

	snprintf(path, sizeof(path), "%s%s", past->path, suffix);
	return access(path, F_OK) == 0;
}

static void a_file_that_is_no_history_is_put_aside(void **state)
{
	struct past *past = *state;
	char noise[8192];

	memset(noise, 'x', sizeof(noise));
	write_at(past->path, 0, noise, sizeof(noise));
	assert_int_equal(past_open(past), HISTORY_BROKEN);
	assert_int_equal(past_status(past).put_aside, 1);
	past_count(past, 1, START + HOUR, A, START_HOUR, 3);
	past_settle(past);
	past_close(past);
	assert_true(is_there(past, ".damaged-1"));
	past_expect(past, "hour", "a", START_HOUR, "n=3 r1");

	write_at(past->path, 0, noise, sizeof(noise));
	assert_int_equal(past_open(past), HISTORY_BROKEN);
	assert_true(is_there(past, ".damaged-2"));
}

static void fill(struct past *past)
{
	static struct random_batches batches;

	make_batches(&batches, 5);
	history_put(past->history, NULL, batches.list, N_BATCHES);
	past_settle(past);
}

/* As after a power cut of a disk that lied. */
static void a_file_that_was_not_closed_is_looked_at_and_put_aside_if_damaged(void **state)
{
	struct past *past = *state;
	static struct random_batches batches;
	char noise[4096];

	make_batches(&batches, 5);
	put_and_die(past, &batches, N_BATCHES);
	assert_int_equal(past_open(past), 0); /* its log is taken over */
	PAST_UNTIL(past, past_number(past, "SELECT value FROM meta WHERE name = 'open'") == 1);
	past_close(past);
	assert_int_equal(past_number(past, "SELECT value FROM meta WHERE name = 'open'"), 0);
	assert_false(is_there(past, ".damaged-1"));

	put_and_die(past, &batches, 0);
	memset(noise, 0xff, sizeof(noise));
	assert_int_equal(past_number(past, "PRAGMA wal_checkpoint(TRUNCATE)"), 0);
	/* Behind the pages that a start needs. */
	write_at(past->path,
		 (past_number(past, "SELECT rootpage FROM sqlite_master WHERE name = "
				    "'day'") -
		  1) * 4096,
		 noise, sizeof(noise));
	assert_int_equal(past_open(past), 0);
	PAST_UNTIL(past, past_status(past).put_aside == 1);
	past_count(past, 1, START + HOUR, A, START_HOUR, 3);
	past_settle(past);
	assert_int_equal(past_status(past).fault, 0);
	past_close(past);
	assert_true(is_there(past, ".damaged-1"));
	past_expect(past, "hour", "a", START_HOUR, "n=3 r1");
}

static void damage_found_while_writing_puts_the_file_aside(void **state)
{
	struct past *past = *state;
	char noise[4096];

	assert_int_equal(past_open(past), 0);
	fill(past);
	past_close(past);
	memset(noise, 0xff, sizeof(noise));
	write_at(past->path,
		 (past_number(past, "SELECT rootpage FROM sqlite_master WHERE name = "
				    "'hour'") -
		  1) * 4096,
		 noise, sizeof(noise));
	assert_int_equal(past_open(past), 0); /* it was closed in order: nobody looks */
	past_count(past, N_BATCHES + 1, START + 100 * HOUR, A, START_HOUR, 3);
	past_settle(past);
	assert_int_equal(past_status(past).put_aside, 1);
	assert_int_equal(past_status(past).missing, N_BATCHES);
	past_close(past);
	past_expect(past, "hour", "a", START_HOUR, "n=3 r1");
}

static void a_file_of_a_newer_iocd_is_left_alone(void **state)
{
	struct past *past = *state;
	sqlite3 *db;

	assert_int_equal(past_open(past), 0);
	past_close(past);
	assert_int_equal(sqlite3_open(past->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA user_version=99", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(past_open(past), -EPROTO);
	assert_false(is_there(past, ".damaged-1"));
}

static void nobody_else_may_read_the_file(void **state)
{
	struct past *past = *state;
	struct stat status;

	assert_int_equal(past_open(past), 0);
	assert_int_equal(stat(past->path, &status), 0);
	assert_int_equal(status.st_mode & 07, 0);
}

/* ---- a full disk ---- */

static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_batch_waits_until_it_can_be_written(void **state)
{
	struct past *past = *state;
	static struct random_batches batches;

	signal(SIGXFSZ, SIG_IGN);
	make_batches(&batches, 6);
	assert_int_equal(past_open(past), 0);
	history_put(past->history, NULL, batches.list, 10);
	past_settle(past);

	limit_files((rlim_t)past_status(past).bytes / 4);
	history_put(past->history, NULL, batches.list + 10, 20);
	PAST_UNTIL(past, past_status(past).fault != 0);
	assert_true(past_status(past).fault < 0);
	assert_non_null(strstr(past_status(past).reason, past->path));
	assert_true(past_status(past).waiting > 0);
	assert_true(past_status(past).committed < 30);

	limit_files(RLIM_INFINITY);
	history_put(past->history, NULL, batches.list + 30, N_BATCHES - 30); /* tries at once */
	past_settle(past);
	assert_int_equal(past_status(past).fault, 0);
	assert_string_equal(past_status(past).reason, "");
	assert_int_equal(past_status(past).missing, 0);
	assert_int_equal(past_status(past).committed, N_BATCHES);
	past_close(past);
	check_sums(past, &batches);
}

static void closing_writes_what_waits(void **state)
{
	struct past *past = *state;
	static struct random_batches batches;

	make_batches(&batches, 7);
	assert_int_equal(past_open(past), 0);
	history_put(past->history, NULL, batches.list, N_BATCHES);
	past_close(past);
	check_sums(past, &batches);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, past_set_up, past_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_cell_makes_a_row_of_its_hour_and_of_its_local_day),
		TEST(a_batch_that_comes_again_is_passed_over),
		TEST(another_journal_has_other_batches),
		TEST(numbers_left_out_are_counted),
		TEST(a_new_tick_with_an_old_number_is_not_passed_over),
		TEST(only_what_comes_after_the_closing_round_is_a_revision),
		TEST(a_day_is_closed_two_minutes_after_its_end),
		TEST(what_is_old_is_forgotten_hours_before_days),
		TEST(kills_at_any_point_lose_nothing_and_count_nothing_twice),
		TEST(a_file_that_is_no_history_is_put_aside),
		TEST(a_file_that_was_not_closed_is_looked_at_and_put_aside_if_damaged),
		TEST(damage_found_while_writing_puts_the_file_aside),
		TEST(a_file_of_a_newer_iocd_is_left_alone),
		TEST(nobody_else_may_read_the_file),
		TEST(a_batch_waits_until_it_can_be_written),
		TEST(closing_writes_what_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
