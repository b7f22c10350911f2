/* SPDX-License-Identifier: Apache-2.0 */
/* iocctl test: the unit tests of rules in tests.d; iocd need not run. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api.h"
#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "iocd/trial.h"
#include "junit.h"
#include "screen.h"
#include "show.h"

#define DIRECTORY "/etc/iocd"

struct testing {
	const struct call *call;
	struct config *config;       /* owned */
	struct rule_tests *tests;    /* owned */
	struct trial_played *played; /* owned; by test */
	struct junit_case *cases;    /* owned; by test; they lend from the two above */
	uint32_t n, n_failed;
};

static bool is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int complain(const struct call *call, const char *report, const char *directory)
{
	json_t *json;

	if (!call->json) {
		fputs(report, stderr);
		return STATUS_FINDING;
	}
	json = json_pack("{s:b, s:s, s:s, s:s}", "good", 0, "directory", directory, "report",
			 report, "error", "refused");
	api_print(json);
	json_decref(json);
	return STATUS_FINDING;
}

/* What load() could not read is told. */
static int load(struct testing *testing)
{
	const struct call *call = testing->call;
	bool named = call->n_arguments > 0 && is_directory(call->arguments[0]);
	const char *directory = named ? call->arguments[0] : DIRECTORY;
	CLEANUP_TEXT struct text report = { 0 };

	if (config_load(&testing->config, directory, NULL, &report) ||
	    rule_tests_load(&testing->tests, testing->config,
			    (const char *const *)call->arguments + named,
			    (size_t)(call->n_arguments - named), &report))
		return complain(call, text_get(&report), directory);
	return STATUS_GOOD;
}

static void print_case(const struct testing *testing, const struct junit_case *one,
		       const struct trial_played *played)
{
	const struct call *call = testing->call;
	CLEANUP_TEXT struct text text = { 0 };
	bool failed = played->n_failures > 0;

	text_add(&text, "%s%s%s  %s  (", tint_begin(failed ? TINT_RED : TINT_DIM, call->colour),
		 failed ? SAY(call, "SAI ", "FAILED") : SAY(call, "đúng", "passed"),
		 tint_end(failed ? TINT_RED : TINT_DIM, call->colour), one->name);
	text_add(&text, SAY(call, "%llu sự kiện, ", "%llu events, "),
		 (unsigned long long)played->n_events);
	text_add_duration(&text, played->span_ms);
	text_add(&text, ")\n%s", text_get(&played->why));
	show_print(&text);
}

/* What is being played, on one line of the terminal that goes when it is done. */
static void show_present(const struct testing *testing, const struct rule_test *test, uint32_t i)
{
	CLEANUP_TEXT struct text text = { 0 };

	if (!isatty(STDERR_FILENO))
		return;
	text_add(&text, "\r[%u/%u] ", i + 1, testing->n);
	screen_clean(&text, test->name);
	fprintf(stderr, "%s\033[K", text_get(&text));
	fflush(stderr);
}

static void wipe_present(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

static int play_one(struct testing *testing, const struct rule_test *test, uint32_t i)
{
	struct trial_played *played = &testing->played[i];
	int64_t begin_ns = clock_mono_ns();
	int r;

	show_present(testing, test, i);
	r = trial_play(testing->config, test, testing->call->vietnamese, played);
	wipe_present();
	if (r) {
		fprintf(stderr, "iocctl: %s\n", err_trace());
		return STATUS_UNREACHABLE;
	}
	testing->cases[i] = (struct junit_case){
		.file = test->place.file,
		.line = test->place.line,
		.name = test->name,
		.seconds = (double)(clock_mono_ns() - begin_ns) / 1e9,
		.n_failures = played->n_failures,
		.failures = text_get(&played->why),
	};
	testing->n_failed += played->n_failures > 0;
	if (!testing->call->json)
		print_case(testing, &testing->cases[i], played);
	return STATUS_GOOD;
}

static int play_all(struct testing *testing)
{
	const struct rule_test *list = rule_tests_list(testing->tests, &testing->n);

	testing->played = xcalloc((size_t)testing->n + 1, sizeof(*testing->played));
	testing->cases = xcalloc((size_t)testing->n + 1, sizeof(*testing->cases));
	for (uint32_t i = 0; i < testing->n; i++) {
		int status = play_one(testing, &list[i], i);

		if (status)
			return status;
	}
	return STATUS_GOOD;
}

static void print_json(const struct testing *testing)
{
	json_t *list = json_array();
	json_t *json;

	for (uint32_t i = 0; i < testing->n; i++) {
		const struct junit_case *one = &testing->cases[i];
		const struct trial_played *played = &testing->played[i];

		json_array_append_new(
			list, json_pack("{s:s, s:s, s:I, s:b, s:I, s:I, s:I, s:f, s:f, s:s}",
					"name", one->name, "file", one->file, "line",
					(json_int_t)one->line, "passed", one->n_failures == 0,
					"failures", (json_int_t)one->n_failures, "checks",
					(json_int_t)played->n_checks, "events",
					(json_int_t)played->n_events, "span_s",
					(double)played->span_ms / 1000, "seconds", one->seconds,
					"why", one->failures));
	}
	json = json_pack("{s:b, s:I, s:I, s:I, s:o}", "good", testing->n_failed == 0, "passed",
			 (json_int_t)(testing->n - testing->n_failed), "failed",
			 (json_int_t)testing->n_failed, "skipped",
			 (json_int_t)rule_tests_skipped(testing->tests), "tests", list);
	api_print(json);
	json_decref(json);
}

static int write_junit(const struct testing *testing)
{
	const char *path = testing->call->given[OPTION_JUNIT];
	CLEANUP_TEXT struct text xml = { 0 };
	FILE *file;
	bool good;

	if (!path)
		return STATUS_GOOD;
	junit_write(&xml, testing->cases, testing->n);
	file = fopen(path, "we");
	good = file && fwrite(xml.bytes, 1, xml.size, file) == xml.size;
	if (file && fclose(file))
		good = false;
	if (good)
		return STATUS_GOOD;
	fprintf(stderr,
		SAY(testing->call, "iocctl: không ghi được '%s': %s\n",
		    "iocctl: cannot write '%s': %s\n"),
		path, strerror(errno));
	return STATUS_UNREACHABLE;
}

static void print_sum(const struct testing *testing)
{
	const struct call *call = testing->call;
	uint32_t n_skipped = rule_tests_skipped(testing->tests);

	if (testing->n == 0 && n_skipped == 0) {
		printf(SAY(call, "không có bài kiểm tra nào trong %s/tests.d\n",
			   "there are no tests in %s/tests.d\n"),
		       config_directory(testing->config));
		return;
	}
	printf(SAY(call, "%u đúng, %u sai", "%u passed, %u failed"), testing->n - testing->n_failed,
	       testing->n_failed);
	if (n_skipped > 0)
		printf(SAY(call, ", bỏ qua %u của đơn vị nơi khác",
			   ", %u of units elsewhere skipped"),
		       n_skipped);
	printf("\n");
}

static int tell(const struct testing *testing)
{
	int status = write_junit(testing);

	if (testing->call->json)
		print_json(testing);
	else
		print_sum(testing);
	if (status)
		return status;
	return testing->n_failed > 0 ? STATUS_FINDING : STATUS_GOOD;
}

int run_test(const struct call *call)
{
	struct testing testing = { .call = call };
	int status = load(&testing);

	if (status == STATUS_GOOD)
		status = play_all(&testing);
	if (status == STATUS_GOOD)
		status = tell(&testing);
	for (uint32_t i = 0; testing.played && i < testing.n; i++)
		trial_played_fini(&testing.played[i]);
	free(testing.played);
	free(testing.cases);
	rule_tests_free(testing.tests);
	config_free(testing.config);
	return status;
}
