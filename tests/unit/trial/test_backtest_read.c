/* SPDX-License-Identifier: Apache-2.0 */
/* The records of a journal's files for two takers: all, in order, or until somebody says stop. */
#include "iocd/backtest_read.h"

#include "ground.h"
#include "iocd/base/counter.h"

#define N_RECORDS 5000

struct taker {
	uint64_t n[N_SIDES];
	uint64_t last[N_SIDES];
	uint64_t counts; /* counter_get() in a taker's thread */
	int n_tellings;
	int stop_after; /* tellings; 0: never */
	uint64_t done, total;
};

struct shelf {
	struct ground *ground;
	char journal[96];
	struct journal_survey *survey;
};

static void append_some(const struct shelf *shelf, int n)
{
	const struct journal_options options = { .directory = shelf->journal,
						 .segment_bytes = 1 << 20 };
	const struct record record = { .kind = RECORD_MESSAGE,
				       .topic = "t",
				       .topic_size = 1,
				       .payload = "0123456789",
				       .payload_size = 10 };
	struct journal_recovery recovery;
	struct journal *journal;

	assert_int_equal(journal_open(&journal, &options, &recovery), 0);
	for (int i = 0; i < n; i++)
		assert_int_equal(journal_append(journal, &record, BEGIN_MS + i), 0);
	journal_free(journal);
}

static int set_up(void **state)
{
	struct shelf *shelf = xcalloc(1, sizeof(*shelf));

	shelf->ground = xcalloc(1, sizeof(*shelf->ground));
	(void)snprintf(shelf->ground->directory, sizeof(shelf->ground->directory),
		       "/tmp/iocd-read-XXXXXX");
	assert_non_null(mkdtemp(shelf->ground->directory));
	(void)snprintf(shelf->journal, sizeof(shelf->journal), "%s/j", shelf->ground->directory);
	append_some(shelf, N_RECORDS);
	assert_int_equal(journal_survey_new(&shelf->survey, shelf->journal), 0);
	*state = shelf;
	return 0;
}

static int remove_one(const char *path, const struct stat *status, int flag, struct FTW *place)
{
	(void)status;
	(void)flag;
	(void)place;
	return remove(path);
}

static int tear_down(void **state)
{
	struct shelf *shelf = *state;

	journal_survey_free(shelf->survey);
	(void)nftw(shelf->ground->directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(shelf->ground);
	free(shelf);
	return 0;
}

static void take(void *context, enum backtest_side side, const struct record *record)
{
	struct taker *taker = context;

	assert_true(record->position >= taker->last[side]);
	taker->last[side] = record->next;
	taker->n[side] += record->kind == RECORD_MESSAGE;
	counter_add(COUNTER_events_seen, 1);
}

static bool tell(void *context, uint64_t done, uint64_t total)
{
	struct taker *taker = context;

	assert_true(done >= taker->done && done <= total);
	taker->done = done;
	taker->total = total;
	return ++taker->n_tellings != taker->stop_after;
}

static struct backtest_reading reading_of(const struct shelf *shelf, struct taker *taker)
{
	return (struct backtest_reading){
		.survey = shelf->survey, .fn = take, .context = taker, .tell = tell, .teller = taker
	};
}

static void both_sides_meet_all_records_and_count_none(void **state)
{
	struct taker taker = { .n = { 0 } };
	const struct backtest_reading reading = reading_of(*state, &taker);
	uint64_t seen = counter_get(COUNTER_events_seen), damaged;

	assert_int_equal(backtest_read_sides(&reading, &damaged), 0);
	assert_int_equal(taker.n[SIDE_BEFORE], N_RECORDS);
	assert_int_equal(taker.n[SIDE_AFTER], N_RECORDS);
	assert_int_equal(taker.last[SIDE_BEFORE], taker.last[SIDE_AFTER]);
	assert_int_equal(damaged, 0);
	assert_true(taker.n_tellings > 0);
	assert_true(taker.total > N_RECORDS * 10);
	assert_int_equal(counter_get(COUNTER_events_seen), seen);
	counter_add(COUNTER_events_seen, 1);
	assert_int_equal(counter_get(COUNTER_events_seen), seen + 1);
}

static void one_side_is_read_from_where_it_is_wanted(void **state)
{
	const struct shelf *shelf = *state;
	struct taker taker = { .n = { 0 } };
	struct backtest_reading reading = reading_of(shelf, &taker);
	uint64_t damaged;

	reading.tell = NULL;
	assert_int_equal(backtest_read_side(&reading, SIDE_AFTER, &damaged), 0);
	assert_int_equal(taker.n[SIDE_BEFORE], 0);
	assert_int_equal(taker.n[SIDE_AFTER], N_RECORDS);
	reading.from = taker.last[SIDE_AFTER];
	taker = (struct taker){ .n = { 0 } };
	append_some(shelf, 3);
	assert_int_equal(backtest_read_side(&reading, SIDE_AFTER, &damaged), 0);
	assert_int_equal(taker.n[SIDE_AFTER], 3);
}

static void who_is_told_may_stop_it(void **state)
{
	struct taker taker = { .stop_after = 1 };
	const struct backtest_reading reading = reading_of(*state, &taker);
	uint64_t damaged;

	assert_int_equal(backtest_read_sides(&reading, &damaged), BACKTEST_STOPPED);
	assert_true(taker.n[SIDE_BEFORE] < N_RECORDS);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(both_sides_meet_all_records_and_count_none),
		TEST(one_side_is_read_from_where_it_is_wanted),
		TEST(who_is_told_may_stop_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
