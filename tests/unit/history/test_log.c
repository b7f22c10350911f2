/* SPDX-License-Identifier: Apache-2.0 */
/* What happened to alerts, in the file: across restarts, kills, and files of before. */
#include "past.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "iocd/alertbook.h"
#include "iocd/history_log.h"
#include "iocd/mirror.h"

enum { LEVEL, GATE, MIRRORED, N_RULES };

static const bool everywhere[N_LIVE] = { true, true, true, true, true, true, true };

static const struct indicator figure = {
	.id = "level",
	.title_vi = "Mực nước",
	.title_en = "Level",
	.measure_vi = "m",
	.measure_en = "m",
};

/* clang-format off */
static const struct rule list[N_RULES] = {
	[LEVEL] = { .id = "level", .title_vi = "Mực nước", .title_en = "Level", .version = "0a1b2c3d",
		    .kind = RULE_EACH, .number = LEVEL, .applies = everywhere,
		    .figure = &figure, .each = "station" },
	[GATE] = { .id = "gate", .title_vi = "Cổng", .title_en = "Gate", .kind = RULE_EACH,
		   .number = GATE, .applies = everywhere, .figure = &figure, .each = "gate" },
	[MIRRORED] = { .id = "m", .title_vi = "Bên dưới", .title_en = "Below", .kind = RULE_OWN,
		       .own = OWN_MIRRORED, .number = MIRRORED, .applies = everywhere,
		       .severity = SEVERITY_CRITICAL },
};
static const struct receiver receivers[] = {
	{ .id = "duty", .is_at_once = true, .least = SEVERITY_WARNING },
	{ .id = "chief", .is_at_once = true, .least = SEVERITY_WARNING },
};
/* clang-format on */

struct life {
	struct past *past;
	struct rules *rules;
	struct alertbook *book;
	struct alert_context context;

	/* Of the last answer. */
	struct text answer; /* a line for each transition */
	size_t n, n_generations;
	bool is_cut;
	int64_t first_ms;
	char generation[32], by[32];
	char reason[256];
	int n_answers;
};

/* A book that begins at number 1, like that of a replay. */
static void begin_book(struct life *life)
{
	alertbook_free(life->book);
	life->book = alertbook_new(life->rules);
	life->context.book = life->book;
}

static int set_up(void **state)
{
	struct life *life = xcalloc(1, sizeof(*life));
	void *past;

	past_set_up(&past);
	life->past = past;
	life->rules = rules_new(&(struct rules_options){
		.list = list,
		.n_list = N_RULES,
		.n_units = N_LIVE,
		.n_indicators = 1,
		.n_types = 1,
		.units = life->past->units,
		.receivers = receivers,
		.n_receivers = COUNT(receivers),
	});
	life->context =
		(struct alert_context){ .units = life->past->units, .offset_minutes = OFFSET };
	begin_book(life);
	*state = life;
	return 0;
}

static int tear_down(void **state)
{
	struct life *life = *state;
	void *past = life->past;

	past_tear_down(&past);
	alertbook_free(life->book);
	rules_free(life->rules);
	text_fini(&life->answer);
	free(life);
	return 0;
}

static void judge(struct life *life, uint32_t rule, uint32_t unit, const char *subject,
		  enum judgement judgement, int64_t now_ms)
{
	const struct verdict verdict = {
		.rule = rule,
		.unit = unit,
		.judgement = judgement,
		.subject = { .bytes = subject, .size = strlen(subject) },
		.position = (uint64_t)now_ms,
	};

	alertbook_judge(life->book, &verdict, now_ms, (uint64_t)(now_ms - START));
}

/* n alerts that rise and are over, from START + from minutes on, one in a minute. */
static void live(struct life *life, int from, int n)
{
	for (int i = from; i < from + n; i++) {
		judge(life, LEVEL, A, "", JUDGE_WARNING, START + i * MINUTE);
		judge(life, LEVEL, A, "", JUDGE_CLEAR, START + i * MINUTE + 1000);
	}
}

static void put(struct life *life)
{
	history_put_transitions(life->past->history, life->book, &life->context);
}

static void settle(struct life *life)
{
	PAST_UNTIL(life->past, past_status(life->past).log_waiting +
					       past_status(life->past).generations_waiting ==
				       0);
}

static void open(struct life *life)
{
	assert_int_equal(past_open(life->past), 0);
}

static int64_t rows(const struct life *life)
{
	return past_number(life->past, "SELECT count(*) FROM transition");
}

/* Numbers that are there once each, without a gap from 1. */
static void expect_numbers(const struct life *life, int64_t n)
{
	assert_int_equal(rows(life), n);
	assert_int_equal(past_number(life->past, "SELECT count(DISTINCT number) FROM transition"),
			 n);
	assert_int_equal(past_number(life->past, "SELECT coalesce(max(number), 0) FROM transition"),
			 n);
}

static void on_log(void *context, const struct history_log *log, const char *reason)
{
	struct life *life = context;

	text_clear(&life->answer);
	snprintf(life->reason, sizeof(life->reason), "%s", reason ? reason : "");
	life->n_answers++;
	life->n = log ? log->n : 0;
	if (!log)
		return;
	life->n_generations = log->n_generations;
	life->is_cut = log->is_cut;
	life->first_ms = log->first_ms;
	if (log->n_generations > 0) {
		const struct history_generation *last = &log->generations[log->n_generations - 1];

		snprintf(life->generation, sizeof(life->generation), "%s", last->generation);
		snprintf(life->by, sizeof(life->by), "%s", last->by);
	}
	for (size_t i = 0; i < log->n; i++) {
		const struct history_transition *row = &log->rows[i];

		text_add(&life->answer, "%d %s %s %s%s%s\n", (int)row->number, row->texts[LOG_NEWS],
			 row->texts[LOG_RULE], row->texts[LOG_UNIT],
			 row->texts[LOG_SUBJECT][0] ? " " : "", row->texts[LOG_SUBJECT]);
	}
}

static void ask(struct life *life, const struct history_log_query *query)
{
	int n = life->n_answers;

	history_ask_log(life->past->history, query, on_log, life);
	PAST_UNTIL(life->past, life->n_answers > n);
}

static const struct history_log_query all = { .until_ms = INT64_MAX, .limit = HISTORY_LOG_MAX };

/* ---- writing ---- */

static void a_transition_is_written_with_all_that_is_known_of_it(void **state)
{
	struct life *life = *state;
	const struct command shelve = { .verb = COMMAND_SHELVE,
					.key = "k",
					.by = "an",
					.note = "because",
					.rule = "level",
					.until_ms = START + HOUR };
	uint32_t n;

	open(life);
	judge(life, LEVEL, A, "s 1", JUDGE_CRITICAL, START);
	(void)alertbook_command(life->book, &shelve, START + 1, 77, &n);
	put(life);
	settle(life);
	assert_int_equal(past_status(life->past).log_committed, 2);
	past_close(life->past);
	assert_int_equal(
		past_number(
			life->past,
			"SELECT count(*) FROM transition WHERE time = 1795309200000 AND number = 1 "
			"AND"
			" news = 'raised' AND rule = 'level' AND version = '0a1b2c3d' AND unit = "
			"'a' AND"
			" subject = 's 1' AND key = 'level/s%201' AND severity = 'critical' AND"
			" handling = 'unacknowledged' AND suppressed = '' AND \"by\" = '' AND"
			" tells = 'duty chief' AND title_vi = 'Mực nước' AND title_en = 'Level' AND"
			" reason_vi <> '' AND reason_en <> '' AND raised = 1 AND value IS NULL AND"
			" journal = 'first'"),
		1);
	assert_int_equal(past_number(life->past, "SELECT count(*) FROM transition WHERE number = 2 "
						 "AND news = 'suppressed' AND"
						 " suppressed = 'shelved' AND \"by\" = 'an' AND "
						 "note = 'because' AND tells = '' AND"
						 " position = 77"),
			 1);
}

static void what_an_iocd_below_says_has_the_title_that_it_has_there(void **state)
{
	static const char json[] =
		"{\"number\":1,\"news\":\"raised\",\"rule\":{\"id\":\"flood\",\"title\":"
		"{\"vi\":\"Ngập\",\"en\":\"Flood\"}},\"unit\":{\"id\":\"a\"},\"subject\":\"\","
		"\"state\":\"raised\",\"severity\":\"warning\",\"uncertain\":false,"
		"\"drill\":false,\"closed\":false,\"latched\":false,"
		"\"handling\":\"unacknowledged\",\"suppressed\":[],\"reason\":{}}";
	const struct mirror_site site = { .unit = A, .sender = "iocd" };
	struct life *life = *state;

	open(life);
	assert_int_equal(alertbook_mirror(life->book, life->past->units, &site, json, strlen(json),
					  START, 1),
			 0);
	put(life);
	settle(life);
	past_close(life->past);
	assert_int_equal(past_number(life->past,
				     "SELECT count(*) FROM transition WHERE rule = 'm' AND"
				     " subject = 'flood' AND title_vi = 'Ngập' AND title_en = "
				     "'Flood'"),
			 1);
}

static void only_what_is_new_is_handed_over(void **state)
{
	struct life *life = *state;

	open(life);
	live(life, 0, 3);
	put(life);
	put(life);
	live(life, 3, 2);
	put(life);
	settle(life);
	expect_numbers(life, 10);
	assert_int_equal(past_status(life->past).log_missing, 0);
}

static void a_replay_after_a_restart_writes_nothing_twice(void **state)
{
	struct life *life = *state;

	open(life);
	live(life, 0, 3);
	put(life);
	settle(life);
	past_close(life->past);
	open(life);
	assert_int_equal(past_status(life->past).log_committed, 6);
	begin_book(life);
	live(life, 0, 2); /* behind the file at first */
	put(life);
	live(life, 2, 3);
	put(life);
	settle(life);
	expect_numbers(life, 10);
	assert_int_equal(past_status(life->past).log_missing, 0);
}

static void another_journal_has_its_own_numbers(void **state)
{
	struct life *life = *state;

	open(life);
	live(life, 0, 2);
	put(life);
	settle(life);
	past_close(life->past);
	life->past->options.journal_id = "second";
	open(life);
	assert_int_equal(past_status(life->past).log_committed, 0);
	begin_book(life);
	live(life, 0, 1);
	put(life);
	settle(life);
	assert_int_equal(rows(life), 6);
}

/* The state was lost, and the book numbers anew from the rest of the journal. */
static void new_times_with_old_numbers_are_written(void **state)
{
	struct life *life = *state;

	open(life);
	live(life, 0, 5);
	put(life);
	settle(life);
	past_close(life->past);
	open(life);
	begin_book(life);
	live(life, 4, 2); /* the last of before, and one that is new */
	put(life);
	settle(life);
	assert_int_equal(rows(life), 12);
	assert_int_equal(past_status(life->past).log_committed, 4);
	assert_int_equal(past_status(life->past).log_missing, 0);
}

static void what_the_book_forgot_is_counted_as_missing(void **state)
{
	struct life *life = *state;

	open(life);
	live(life, 0, 1);
	put(life);
	settle(life);
	live(life, 1, ALERTBOOK_LOG / 2 + 5);
	put(life);
	settle(life);
	assert_int_equal(past_status(life->past).log_missing, 10);
	assert_int_equal(rows(life), 2 + ALERTBOOK_LOG);
}

/* A file in which nothing of the journal is yet: of before, or begun anew. */
static void a_log_may_begin_anywhere(void **state)
{
	struct life *life = *state;

	live(life, 0, ALERTBOOK_LOG / 2 + 5);
	open(life);
	put(life);
	settle(life);
	assert_int_equal(past_status(life->past).log_missing, 0);
	assert_int_equal(rows(life), ALERTBOOK_LOG);
}

static void a_state_waits_only_for_what_the_book_does_not_have(void **state)
{
	struct life *life = *state;
	struct history_status status = { .log_committed = 4, .log_waiting = 2 };

	live(life, 0, 3);
	assert_true(history_has_log(&status, life->book)); /* 5 and 6 are in its log */
	live(life, 3, ALERTBOOK_LOG / 2 - 1);
	assert_true(history_has_log(&status, life->book));
	live(life, ALERTBOOK_LOG / 2 + 2, 1);
	assert_false(history_has_log(&status, life->book));
	status.log_waiting = 0; /* all that there was is safe, or was never to be had */
	assert_true(history_has_log(&status, life->book));
	status.generations_waiting = 1;
	assert_false(history_has_log(&status, life->book));
}

/* ---- kills ---- */

/* Lives on until it is killed. */
static void live_until_killed(struct life *life, int n_done)
{
	open(life);
	live(life, 0, n_done);
	for (int i = n_done;; i++) {
		live(life, i, 1);
		put(life);
	}
}

static void killed_in_between_and_replayed_it_has_each_once(void **state)
{
	struct life *life = *state;

	for (int round = 1; round <= 8; round++) {
		pid_t child = fork();
		int status;

		assert_true(child >= 0);
		if (child == 0)
			live_until_killed(life, 0);
		while (access(life->past->path, F_OK) != 0)
			usleep(100);
		usleep((useconds_t)round * 3000);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		if (past_number(life->past, "SELECT count(*) FROM sqlite_master") > 0)
			expect_numbers(life, rows(life));
	}

	open(life); /* the journal behind it */
	live(life, 0, ALERTBOOK_LOG / 2);
	put(life);
	settle(life);
	assert_int_equal(past_status(life->past).log_missing, 0);
	past_close(life->past);
	assert_true(rows(life) >= ALERTBOOK_LOG);
	expect_numbers(life, rows(life));
}

/* ---- files of before ---- */

static void run(const struct life *life, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(life->past->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void a_file_of_before_keeps_its_figures_and_gets_a_log(void **state)
{
	struct life *life = *state;

	open(life);
	past_count(life->past, 1, START + HOUR, A, START_HOUR, 3);
	past_settle(life->past);
	past_close(life->past);
	run(life, "DROP TABLE transition; DROP TABLE generation; DROP TABLE log_journal;"
		  "DROP TABLE audit; PRAGMA user_version=1");

	open(life);
	assert_int_equal(past_status(life->past).committed, 1);
	live(life, 0, 1);
	put(life);
	settle(life);
	past_close(life->past);
	past_expect(life->past, "hour", "a", START_HOUR, "n=3 r1");
	assert_int_equal(rows(life), 2);
	assert_int_equal(past_number(life->past, "PRAGMA user_version"), 3);
}

static void a_newer_file_is_left_alone(void **state)
{
	struct life *life = *state;

	open(life);
	past_close(life->past);
	run(life, "PRAGMA user_version=4");
	assert_int_equal(past_open(life->past), -EPROTO);
	life->past->history = NULL;
	assert_int_equal(past_number(life->past, "PRAGMA user_version"), 4);
}

static void what_is_older_than_the_days_to_keep_is_forgotten(void **state)
{
	struct life *life = *state;

	life->past->options.days_kept = 2;
	open(life);
	live(life, 0, 2);
	judge(life, GATE, A, "", JUDGE_WARNING, START + DAY + MINUTE);
	judge(life, GATE, A, "", JUDGE_CLEAR, START + 3 * DAY + 30000); /* a bit after two days */
	put(life);
	settle(life);
	PAST_UNTIL(life->past, rows(life) == 2);
	past_close(life->past);
	assert_int_equal(past_number(life->past, "SELECT min(number) FROM transition"), 5);
}

/* ---- answers ---- */

static void the_newest_are_answered_in_the_order_of_time(void **state)
{
	struct life *life = *state;

	open(life);
	live(life, 0, 2);
	put(life);
	ask(life, &all);
	assert_string_equal(text_get(&life->answer), "1 raised level a\n2 cleared level a\n"
						     "3 raised level a\n4 cleared level a\n");
	assert_false(life->is_cut);
	assert_int_equal(life->first_ms, START);
	ask(life, &(struct history_log_query){ .until_ms = INT64_MAX, .limit = 3 });
	assert_string_equal(text_get(&life->answer),
			    "2 cleared level a\n3 raised level a\n4 cleared level a\n");
	assert_true(life->is_cut);
	ask(life, &(struct history_log_query){ .until_ms = INT64_MAX, .limit = 4 });
	assert_false(life->is_cut);
}

static void an_answer_is_narrowed_by_time_unit_and_rule(void **state)
{
	struct life *life = *state;
	const bool only_b[N_LIVE] = { [B] = true };

	open(life);
	judge(life, LEVEL, A, "", JUDGE_WARNING, START);
	judge(life, LEVEL, B, "", JUDGE_WARNING, START + 1);
	judge(life, GATE, B, "g", JUDGE_WARNING, START + 2);
	put(life);
	ask(life, &(struct history_log_query){
			  .since_ms = START + 1, .until_ms = START + 2, .limit = 9 });
	assert_string_equal(text_get(&life->answer), "2 raised level b\n");
	ask(life,
	    &(struct history_log_query){ .until_ms = INT64_MAX, .of_units = only_b, .limit = 9 });
	assert_string_equal(text_get(&life->answer), "2 raised level b\n3 raised gate b g\n");
	ask(life,
	    &(struct history_log_query){ .until_ms = INT64_MAX, .rule = "level", .limit = 9 });
	assert_string_equal(text_get(&life->answer), "1 raised level a\n2 raised level b\n");
	ask(life, &(struct history_log_query){
			  .until_ms = INT64_MAX, .of_units = only_b, .rule = "gate", .limit = 1 });
	assert_string_equal(text_get(&life->answer), "3 raised gate b g\n");
	assert_false(life->is_cut);
}

static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* What waits is answered from memory, and nothing twice. */
static void what_cannot_be_written_yet_is_answered_too(void **state)
{
	struct life *life = *state;

	signal(SIGXFSZ, SIG_IGN);
	open(life);
	live(life, 0, 1);
	put(life);
	settle(life);
	limit_files(512);
	judge(life, GATE, B, "", JUDGE_WARNING, START + HOUR);
	put(life);
	history_put_generation(life->past->history, "0123456789abcdef", "an", START + HOUR);
	ask(life, &all);
	assert_string_equal(text_get(&life->answer),
			    "1 raised level a\n2 cleared level a\n3 raised gate b\n");
	assert_int_equal(life->n_generations, 1);
	assert_string_equal(life->by, "an");
	assert_int_equal(past_status(life->past).log_waiting, 1);
	assert_int_equal(past_status(life->past).generations_waiting, 1);
	limit_files(RLIM_INFINITY);
	settle(life);
	ask(life, &all);
	assert_int_equal(life->n, 3);
	assert_int_equal(life->n_generations, 1);
}

static void who_asks_at_the_end_gets_a_reason(void **state)
{
	struct life *life = *state;

	open(life);
	history_ask_log(life->past->history, &all, on_log, life);
	past_close(life->past);
	assert_int_equal(life->n_answers, 1);
	assert_string_equal(life->reason, "iocd ends");
}

/* ---- generations ---- */

static void generations_are_kept_with_who_and_when(void **state)
{
	struct life *life = *state;

	open(life);
	history_put_generation(life->past->history, "aaaa", "start", START);
	history_put_generation(life->past->history, "bbbb", "an", START + HOUR);
	history_put_generation(life->past->history, "bbbb", "an", START + HOUR);
	settle(life);
	past_close(life->past);
	open(life);
	/* A replay of before tells them again. */
	history_put_generation(life->past->history, "aaaa", "start", START);
	history_put_generation(life->past->history, "bbbb", "an", START + HOUR);
	history_put_generation(life->past->history, "bbbb", "binh", START + 2 * HOUR);
	history_put_generation(life->past->history, "aaaa", "binh", START + 3 * HOUR);
	ask(life, &all);
	assert_int_equal(life->n_generations, 3);
	assert_string_equal(life->generation, "aaaa");
	assert_string_equal(life->by, "binh");
	ask(life, &(struct history_log_query){
			  .since_ms = START + HOUR, .until_ms = START + 2 * HOUR, .limit = 1 });
	assert_int_equal(life->n_generations, 1);
	assert_string_equal(life->generation, "bbbb");
	assert_int_equal(life->n, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_transition_is_written_with_all_that_is_known_of_it),
		TEST(what_an_iocd_below_says_has_the_title_that_it_has_there),
		TEST(only_what_is_new_is_handed_over),
		TEST(a_replay_after_a_restart_writes_nothing_twice),
		TEST(another_journal_has_its_own_numbers),
		TEST(new_times_with_old_numbers_are_written),
		TEST(what_the_book_forgot_is_counted_as_missing),
		TEST(a_log_may_begin_anywhere),
		TEST(a_state_waits_only_for_what_the_book_does_not_have),
		TEST(killed_in_between_and_replayed_it_has_each_once),
		TEST(a_file_of_before_keeps_its_figures_and_gets_a_log),
		TEST(a_newer_file_is_left_alone),
		TEST(what_is_older_than_the_days_to_keep_is_forgotten),
		TEST(the_newest_are_answered_in_the_order_of_time),
		TEST(an_answer_is_narrowed_by_time_unit_and_rule),
		TEST(what_cannot_be_written_yet_is_answered_too),
		TEST(who_asks_at_the_end_gets_a_reason),
		TEST(generations_are_kept_with_who_and_when),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
