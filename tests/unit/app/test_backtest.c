/* SPDX-License-Identifier: Apache-2.0 */
/* Back-tests beside a loop: begun, ended, failed, and what stays of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "backtest.h"
#include "iocd/base/civil.h"
#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "iocd/journal.h"

#define PATIENCE_MS 60000
#define BEGIN_MS    INT64_C(1795309200000)
#define N_EVENTS    500

struct bench {
	char directory[64], pack[80], journal[80];
	struct config *config;
	struct loop *loop;
	struct timer *look, *guard;
	struct backtests *tests;
};

static void write_file(const struct bench *bench, const char *name, const char *text)
{
	char path[160];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", bench->pack, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void make_folder(const char *parent, const char *name)
{
	char path[160];

	(void)snprintf(path, sizeof(path), "%s/%s", parent, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void write_pack(const struct bench *bench)
{
	make_folder(bench->directory, "pack");
	make_folder(bench->pack, "feeds.d");
	make_folder(bench->pack, "rules.d");
	write_file(bench, "iocd.yml", "instance: test\n");
	write_file(bench, "units.yml", "units: {home: {level: top}}\n");
	write_file(bench, "feeds.d/desk.yml", "desk: {events: {alarm: {gate: text}}}\n");
	write_file(bench, "rules.d/desk.yml",
		   "gate: {event: desk/alarm, severity: critical, subject: gate, fade: 10m}\n");
}

static void append_alarm(struct journal *journal, int i)
{
	static const char topic[] = "ioc/v1/home/desk/evt/alarm";
	char payload[256], time[CIVIL_TEXT_MAX];
	struct record record = { .kind = RECORD_MESSAGE,
				 .topic = topic,
				 .topic_size = strlen(topic),
				 .payload = payload };

	(void)civil_format(time, BEGIN_MS + i * 1000, 420);
	record.payload_size =
		(size_t)snprintf(payload, sizeof(payload),
				 "{\"specversion\":\"1.0\",\"id\":\"%d\",\"source\":\"/x\","
				 "\"type\":\"alarm\",\"time\":\"%s\",\"data\":{\"gate\":\"g%d\"}}",
				 i, time, i);
	assert_int_equal(journal_append(journal, &record, BEGIN_MS + i * 1000), 0);
}

static void write_journal(const struct bench *bench)
{
	const struct journal_options options = { .directory = bench->journal,
						 .segment_bytes = 1 << 20 };
	struct journal_recovery recovery;
	struct journal *journal;

	assert_int_equal(journal_open(&journal, &options, &recovery), 0);
	for (int i = 0; i < N_EVENTS; i++)
		append_alarm(journal, i);
	journal_free(journal);
}

static void on_look(void *context)
{
	loop_stop(((struct bench *)context)->loop);
}

static void on_guard(void *context)
{
	(void)context;
	fprintf(stderr, "waited in vain\n");
	abort();
}

static int set_up(void **state)
{
	struct bench *bench = xcalloc(1, sizeof(*bench));
	CLEANUP_TEXT struct text report = { 0 };

	(void)snprintf(bench->directory, sizeof(bench->directory), "/tmp/iocd-backtest-XXXXXX");
	assert_non_null(mkdtemp(bench->directory));
	(void)snprintf(bench->pack, sizeof(bench->pack), "%s/pack", bench->directory);
	(void)snprintf(bench->journal, sizeof(bench->journal), "%s/journal", bench->directory);
	write_pack(bench);
	write_journal(bench);
	if (config_load(&bench->config, bench->pack, NULL, &report))
		fail_msg("%s", text_get(&report));
	assert_int_equal(loop_new(&bench->loop), 0);
	bench->look = timer_new(bench->loop, on_look, bench);
	bench->guard = timer_new(bench->loop, on_guard, bench);
	bench->tests =
		backtests_new(bench->loop, &(struct backtests_options){ .directory = bench->pack,
									.journal = bench->journal,
									.now = bench->config });
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;
	char command[128];

	backtests_free(bench->tests);
	timer_close(bench->look);
	timer_close(bench->guard);
	loop_free(bench->loop);
	config_free(bench->config);
	(void)snprintf(command, sizeof(command), "rm -r %s", bench->directory);
	assert_int_equal(system(command), 0);
	free(bench);
	return 0;
}

static struct control_backtest look_at(const struct bench *bench)
{
	struct control_backtest test;

	backtests_get(bench->tests, &test);
	return test;
}

static struct control_backtest wait_for_the_end(struct bench *bench)
{
	timer_start(bench->guard, PATIENCE_MS, 0);
	timer_start(bench->look, 1, 1);
	while (look_at(bench).state == CONTROL_BACKTEST_RUNNING)
		loop_run(bench->loop);
	timer_stop(bench->look);
	timer_stop(bench->guard);
	return look_at(bench);
}

static void the_same_rules_come_to_the_same_and_count_nothing(void **state)
{
	struct bench *bench = *state;
	uint64_t seen = counter_get(COUNTER_events_seen);
	struct control_backtest test = look_at(bench);

	assert_int_equal(test.state, CONTROL_BACKTEST_NONE);
	assert_int_equal(test.result.finished_ms, 0);
	assert_int_equal(backtests_start(bench->tests, "an", 7), 0);
	assert_int_equal(backtests_start(bench->tests, "binh", 7), CONTROL_BACKTEST_BUSY);
	test = wait_for_the_end(bench);
	assert_int_equal(test.state, CONTROL_BACKTEST_DONE);
	assert_string_equal(test.by, "an");
	assert_string_equal(test.result.by, "an");
	assert_int_equal(test.days, 7);
	assert_true(test.progress == 1);
	assert_int_equal(test.result.records, N_EVENTS);
	assert_int_equal(test.result.events, N_EVENTS);
	assert_int_equal(test.result.before.alerts, N_EVENTS);
	assert_int_equal(test.result.after.alerts, N_EVENTS);
	assert_int_equal(test.result.missed + test.result.added, 0);
	assert_int_equal(test.result.begin_ms, BEGIN_MS);
	assert_int_equal(counter_get(COUNTER_events_seen), seen);
}

static void other_rules_are_tried_as_they_lie_in_the_directory(void **state)
{
	struct bench *bench = *state;
	struct control_backtest test;

	write_file(bench, "rules.d/desk.yml",
		   "other: {event: desk/alarm, severity: warning, subject: gate, fade: 10m}\n");
	assert_int_equal(backtests_start(bench->tests, "an", 7), 0);
	test = wait_for_the_end(bench);
	assert_int_equal(test.state, CONTROL_BACKTEST_DONE);
	assert_int_equal(test.result.missed, N_EVENTS);
	assert_int_equal(test.result.added, N_EVENTS);
	assert_string_equal(test.result.rows[0].rule, "other");
	assert_int_equal(test.result.rows[0].raised_before, 0);
	assert_int_equal(test.result.rows[0].raised_after, N_EVENTS);
	assert_int_equal(test.result.rows[0].critical_after, 0);
}

static void what_is_refused_says_why_and_the_result_before_stays(void **state)
{
	struct bench *bench = *state;
	struct control_backtest test;

	assert_int_equal(backtests_start(bench->tests, "an", 7), 0);
	(void)wait_for_the_end(bench);
	write_file(bench, "rules.d/desk.yml", "gate: {evnt: desk/alarm}\n");
	assert_int_equal(backtests_start(bench->tests, "binh", 1), 0);
	test = wait_for_the_end(bench);
	assert_int_equal(test.state, CONTROL_BACKTEST_FAILED);
	assert_string_equal(test.by, "binh");
	assert_non_null(strstr(test.why, "rules.d/desk.yml:1:"));
	assert_string_equal(test.result.by, "an");
	assert_int_equal(test.result.records, N_EVENTS);
	(void)wait_for_the_end(bench);
	assert_int_equal(backtests_start(bench->tests, "chi", 1), 0);
	test = wait_for_the_end(bench);
	assert_string_equal(test.by, "chi");
	assert_string_equal(test.result.by, "an");
}

static void one_that_is_stopped_has_no_result(void **state)
{
	struct bench *bench = *state;
	struct control_backtest test;

	assert_false(backtests_stop(bench->tests));
	assert_int_equal(backtests_start(bench->tests, "an", 7), 0);
	assert_true(backtests_stop(bench->tests));
	test = wait_for_the_end(bench);
	assert_int_equal(test.state, CONTROL_BACKTEST_FAILED);
	assert_string_equal(test.why, "it was stopped");
	assert_int_equal(test.result.finished_ms, 0);
	assert_int_equal(backtests_start(bench->tests, "an", 7), 0); /* tear_down() ends it */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_same_rules_come_to_the_same_and_count_nothing),
		TEST(other_rules_are_tried_as_they_lie_in_the_directory),
		TEST(what_is_refused_says_why_and_the_result_before_stays),
		TEST(one_that_is_stopped_has_no_result),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
