/* SPDX-License-Identifier: Apache-2.0 */
/* Who did what, in the file: across restarts, kills, and files of before. */
#include "past.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "iocd/history_audit.h"

struct desk {
	struct past *past;

	/* Of the last answer. */
	struct text answer; /* a line for each entry */
	size_t n;
	bool is_cut;
	char reason[256];
	int n_answers;
};

static int set_up(void **state)
{
	struct desk *desk = xcalloc(1, sizeof(*desk));
	void *past;

	past_set_up(&past);
	desk->past = past;
	*state = desk;
	return 0;
}

static int tear_down(void **state)
{
	struct desk *desk = *state;
	void *past = desk->past;

	past_tear_down(&past);
	text_fini(&desk->answer);
	free(desk);
	return 0;
}

static void put(struct desk *desk, int64_t time_ms, const char *who, const char *what,
		const char *unit)
{
	history_put_audit(desk->past->history, &(struct history_audit){
						       .time_ms = time_ms,
						       .who = who,
						       .role = "operator",
						       .from = "192.0.2.7",
						       .what = what,
						       .unit = unit,
						       .about = "",
						       .outcome = "done",
						       .detail = "",
						       .key = "",
					       });
}

static void on_answer(void *context, const struct history_audit *entries, size_t n, bool is_cut,
		      const char *reason)
{
	struct desk *desk = context;

	text_clear(&desk->answer);
	for (size_t i = 0; i < n; i++)
		text_add(&desk->answer, "%d %s %s %s\n", (int)entries[i].number, entries[i].who,
			 entries[i].what, entries[i].unit);
	assert_true((entries == NULL) == (reason != NULL));
	snprintf(desk->reason, sizeof(desk->reason), "%s", reason ? reason : "");
	desk->n = n;
	desk->is_cut = is_cut;
	desk->n_answers++;
}

static void ask(struct desk *desk, struct history_audit_query query)
{
	int n = desk->n_answers;

	query.until_ms = query.until_ms ? query.until_ms : INT64_MAX;
	query.limit = query.limit ? query.limit : HISTORY_AUDIT_MAX;
	history_ask_audit(desk->past->history, &query, on_answer, desk);
	PAST_UNTIL(desk->past, desk->n_answers > n);
}

static void expect(const struct desk *desk, const char *lines)
{
	assert_string_equal(text_get(&desk->answer), lines);
}

static void run(const struct desk *desk, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(desk->past->path, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 5000);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static int64_t entries(const struct desk *desk)
{
	return past_number(desk->past, "SELECT count(*) FROM audit");
}

/* ---- what is kept ---- */

static void what_was_done_is_there_after_a_restart(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(past_open(desk->past), 0);
	put(desk, START, "an", "login", "");
	put(desk, START + 1, "an", "acknowledge", "a");
	past_close(desk->past);
	assert_int_equal(entries(desk), 2);

	assert_int_equal(past_open(desk->past), 0);
	put(desk, START + 2, "an", "logout", "");
	ask(desk, (struct history_audit_query){ .since_ms = 0 });
	assert_int_equal(desk->n, 3);
	assert_false(desk->is_cut);
	past_close(desk->past);
	assert_int_equal(past_open(desk->past), 0);
	ask(desk, (struct history_audit_query){ .since_ms = 0 });
	expect(desk, "1 an login \n2 an acknowledge a\n3 an logout \n");
}

static struct history_audit seen; /* of the last answer, until the next */
static char seen_texts[9][128];

static void on_one(void *context, const struct history_audit *list, size_t n, bool is_cut,
		   const char *reason)
{
	struct desk *desk = context;
	const char *texts[9];

	assert_null(reason);
	assert_false(is_cut);
	assert_int_equal(n, 1);
	seen = list[0];
	texts[0] = seen.who, texts[1] = seen.role, texts[2] = seen.from, texts[3] = seen.what;
	texts[4] = seen.unit, texts[5] = seen.about, texts[6] = seen.outcome;
	texts[7] = seen.detail, texts[8] = seen.key;
	for (int i = 0; i < 9; i++)
		snprintf(seen_texts[i], sizeof(seen_texts[i]), "%s", texts[i]);
	desk->n_answers++;
}

static void hostile_texts_come_back_as_they_were(void **state)
{
	static const char *const hostile[9] = {
		"'); DROP TABLE audit; --",
		"\xff\xfe\x80",
		"<script>alert(1)</script>",
		"what",
		"a\"b\\c",
		"\x01\x1f\x7f",
		"%s%n",
		"Đã kiểm tra \xf0\x9f\x9a\xa8\n\t",
		"?1",
	};
	struct desk *desk = *state;

	assert_int_equal(past_open(desk->past), 0);
	history_put_audit(desk->past->history, &(struct history_audit){
						       .time_ms = START,
						       .who = hostile[0],
						       .role = hostile[1],
						       .from = hostile[2],
						       .what = hostile[3],
						       .unit = hostile[4],
						       .about = hostile[5],
						       .outcome = hostile[6],
						       .detail = hostile[7],
						       .key = hostile[8],
					       });
	past_close(desk->past);
	assert_int_equal(past_open(desk->past), 0);
	history_ask_audit(desk->past->history,
			  &(struct history_audit_query){ .until_ms = INT64_MAX, .limit = 1 },
			  on_one, desk);
	PAST_UNTIL(desk->past, desk->n_answers > 0);
	for (int i = 0; i < 9; i++)
		assert_string_equal(seen_texts[i], hostile[i]);
	assert_int_equal(seen.time_ms, START);
	assert_int_equal(seen.number, 1);
}

/* ---- kills ---- */

static void work_until_killed(struct desk *desk)
{
	if (past_open(desk->past) < 0)
		_exit(1);
	for (int64_t i = 0;; i++) {
		put(desk, START + i, "an", "note", "a");
		usleep(50);
	}
}

static void killed_it_has_all_up_to_some_entry_and_goes_on(void **state)
{
	struct desk *desk = *state;
	int64_t n = 0;

	for (int round = 1; round <= 4; round++) {
		pid_t child = fork();
		int status;

		assert_true(child >= 0);
		if (child == 0)
			work_until_killed(desk);
		while (access(desk->past->path, F_OK) != 0)
			usleep(100);
		usleep((useconds_t)round * 8000);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));

		assert_int_equal(past_open(desk->past), 0);
		put(desk, START + DAY * round, "an", "acknowledge", "a");
		past_close(desk->past);
		assert_true(entries(desk) > n);
		n = entries(desk);
		assert_int_equal(past_number(desk->past, "SELECT max(number) FROM audit"), n);
		/* What one life wrote is what it did first, without a hole. */
		assert_int_equal(past_number(desk->past,
					     "SELECT count(*) FROM audit a WHERE what = 'note' AND"
					     " time > (SELECT min(time) FROM audit) AND NOT EXISTS"
					     " (SELECT 1 FROM audit b WHERE b.time = a.time - 1)"),
				 0);
	}
}

/* ---- files of before ---- */

static void a_file_of_before_keeps_what_it_has_and_gets_an_audit(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(past_open(desk->past), 0);
	past_count(desk->past, 1, START + HOUR, A, START_HOUR, 3);
	past_settle(desk->past);
	past_close(desk->past);
	run(desk, "INSERT INTO generation VALUES(5, 'first', 'g', 'an');"
		  "DROP TABLE audit; PRAGMA user_version=2");

	assert_int_equal(past_open(desk->past), 0);
	assert_int_equal(past_status(desk->past).committed, 1);
	put(desk, START, "an", "login", "");
	past_close(desk->past);
	past_expect(desk->past, "hour", "a", START_HOUR, "n=3 r1");
	assert_int_equal(past_number(desk->past, "SELECT count(*) FROM generation"), 1);
	assert_int_equal(entries(desk), 1);
	assert_int_equal(past_number(desk->past, "PRAGMA user_version"), 3);
}

static void what_is_older_than_the_days_to_keep_is_forgotten(void **state)
{
	struct desk *desk = *state;

	desk->past->options.days_kept = 2;
	assert_int_equal(past_open(desk->past), 0);
	put(desk, START, "an", "login", "");
	put(desk, START + 2 * DAY, "an", "logout", "");
	past_count(desk->past, 1, START + 2 * DAY + 1, A, START_HOUR, 3);
	past_settle(desk->past);
	PAST_UNTIL(desk->past, entries(desk) == 1);
	put(desk, START + 2 * DAY, "an", "login", "");
	past_close(desk->past);
	assert_int_equal(past_number(desk->past, "SELECT min(number) FROM audit"), 2);
	assert_int_equal(past_number(desk->past, "SELECT max(number) FROM audit"), 3);
}

/* ---- answers ---- */

static void put_some(struct desk *desk)
{
	put(desk, START, "an", "login", "");
	put(desk, START + 1, "an", "acknowledge", "a");
	put(desk, START + 2, "binh", "login.failed", "");
	put(desk, START + 3, "binh", "acknowledge", "c");
	put(desk, START + 4, "binh", "reload", "");
	put(desk, START + 5, "binh", "loginish", "");
}

static void an_answer_is_narrowed_by_time_person_and_kind(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(past_open(desk->past), 0);
	put_some(desk);
	past_close(desk->past);
	assert_int_equal(past_open(desk->past), 0);
	ask(desk, (struct history_audit_query){ .since_ms = START + 1, .until_ms = START + 3 });
	expect(desk, "2 an acknowledge a\n3 binh login.failed \n");
	ask(desk, (struct history_audit_query){ .who = "an" });
	expect(desk, "1 an login \n2 an acknowledge a\n");
	ask(desk, (struct history_audit_query){ .what = "login" });
	expect(desk, "1 an login \n3 binh login.failed \n");
	ask(desk, (struct history_audit_query){ .limit = 2 });
	expect(desk, "5 binh reload \n6 binh loginish \n");
	assert_true(desk->is_cut);
	ask(desk, (struct history_audit_query){ .limit = 6 });
	assert_int_equal(desk->n, 6);
	assert_false(desk->is_cut);
	ask(desk, (struct history_audit_query){ .who = "nobody" });
	expect(desk, "");
}

static void who_has_some_units_sees_those_and_himself(void **state)
{
	const bool south[N_LIVE] = { [SOUTH] = true, [C] = true, [D] = true };
	struct desk *desk = *state;

	assert_int_equal(past_open(desk->past), 0);
	put_some(desk);
	put(desk, START + 6, "chi", "note", "no-such-unit");
	ask(desk, (struct history_audit_query){ .of_units = south, .is_private = true });
	assert_int_equal(desk->n, 1);
	assert_non_null(strstr(text_get(&desk->answer), "binh acknowledge c"));
	ask(desk,
	    (struct history_audit_query){ .of_units = south, .is_private = true, .self = "an" });
	assert_int_equal(desk->n, 3);
	ask(desk, (struct history_audit_query){
			  .of_units = south, .is_private = true, .self = "an", .who = "an" });
	assert_int_equal(desk->n, 2);
}

static void only_what_was_done_to_some_units_is_told_if_that_is_asked_for(void **state)
{
	const bool south[N_LIVE] = { [SOUTH] = true, [C] = true, [D] = true };
	const bool north[N_LIVE] = { [A] = true };
	struct desk *desk = *state;

	assert_int_equal(past_open(desk->past), 0);
	put_some(desk);
	ask(desk, (struct history_audit_query){ .about = south });
	expect(desk, "4 binh acknowledge c\n");
	ask(desk, (struct history_audit_query){ .about = south, .self = "an" });
	expect(desk, "4 binh acknowledge c\n");
	ask(desk, (struct history_audit_query){ .about = north, .of_units = south });
	expect(desk, "");
	ask(desk, (struct history_audit_query){ .about = north, .of_units = south, .self = "an" });
	expect(desk, "2 an acknowledge a\n");
}

static void logins_of_others_are_not_for_everybody(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(past_open(desk->past), 0);
	put_some(desk);
	put(desk, START + 6, "chi", "denied", "a");
	put(desk, START + 7, "chi", "users.changed", "");
	past_close(desk->past);
	assert_int_equal(past_open(desk->past), 0);
	ask(desk, (struct history_audit_query){ .is_private = true, .self = "an" });
	expect(desk, "1 an login \n2 an acknowledge a\n4 binh acknowledge c\n5 binh reload \n"
		     "6 binh loginish \n");
	ask(desk, (struct history_audit_query){ .is_private = false, .self = "an" });
	assert_int_equal(desk->n, 8);
}

static void who_asks_at_the_end_gets_a_reason(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(past_open(desk->past), 0);
	for (int i = 0; i < HISTORY_QUESTIONS_MAX; i++)
		history_ask_audit(
			desk->past->history,
			&(struct history_audit_query){ .until_ms = INT64_MAX, .limit = 1 },
			on_answer, desk);
	past_close(desk->past);
	assert_int_equal(desk->n_answers, HISTORY_QUESTIONS_MAX);
	assert_string_equal(desk->reason, "iocd ends");
}

/* ---- when it cannot be written ---- */

static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void what_waits_is_bounded_answered_and_the_rest_counted(void **state)
{
	struct desk *desk = *state;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(past_open(desk->past), 0);
	past_settle(desk->past);
	limit_files(512);
	for (int i = 0; i < HISTORY_AUDIT_WAITING + 7; i++)
		put(desk, START + i, "an", "note", "a");
	assert_int_equal(history_audit_lost(desk->past->history), 7);
	ask(desk, (struct history_audit_query){ .limit = 2 });
	expect(desk, "0 an note a\n0 an note a\n");
	assert_true(desk->is_cut);
	limit_files(RLIM_INFINITY);
	PAST_UNTIL(desk->past, entries(desk) == HISTORY_AUDIT_WAITING);
	past_close(desk->past);
	assert_int_equal(entries(desk), HISTORY_AUDIT_WAITING);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_was_done_is_there_after_a_restart),
		TEST(hostile_texts_come_back_as_they_were),
		TEST(killed_it_has_all_up_to_some_entry_and_goes_on),
		TEST(a_file_of_before_keeps_what_it_has_and_gets_an_audit),
		TEST(what_is_older_than_the_days_to_keep_is_forgotten),
		TEST(an_answer_is_narrowed_by_time_person_and_kind),
		TEST(who_has_some_units_sees_those_and_himself),
		TEST(only_what_was_done_to_some_units_is_told_if_that_is_asked_for),
		TEST(logins_of_others_are_not_for_everybody),
		TEST(who_asks_at_the_end_gets_a_reason),
		TEST(what_waits_is_bounded_answered_and_the_rest_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
