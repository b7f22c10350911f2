/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Stderr goes to a pipe while a line is written. */
struct capture {
	int pipe[2];
	int stderr_before;
	char text[8192];
};

static void capture_start(struct capture *capture)
{
	assert_int_equal(pipe(capture->pipe), 0);
	capture->stderr_before = dup(STDERR_FILENO);
	assert_int_equal(dup2(capture->pipe[1], STDERR_FILENO), STDERR_FILENO);
	close(capture->pipe[1]);
}

static const char *capture_end(struct capture *capture)
{
	size_t size = 0;
	ssize_t n;

	dup2(capture->stderr_before, STDERR_FILENO);
	close(capture->stderr_before);
	while ((n = read(capture->pipe[0], capture->text + size,
			 sizeof(capture->text) - 1 - size)) > 0)
		size += (size_t)n;
	close(capture->pipe[0]);
	capture->text[size] = '\0';
	return capture->text;
}

/* Says that the stderr of now is, or is not, the journal. */
static void set_journal_stream(int is_journal)
{
	struct stat status;
	char stream[64];

	assert_int_equal(fstat(STDERR_FILENO, &status), 0);
	(void)snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)status.st_dev,
		       (uintmax_t)status.st_ino + !is_journal);
	assert_int_equal(setenv("JOURNAL_STREAM", stream, 1), 0);
}

static int matches(const char *text, const char *pattern)
{
	regex_t regex;
	int r;

	assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
	r = regexec(&regex, text, 0, NULL, 0);
	regfree(&regex);
	return r == 0;
}

static void a_line_has_time_level_name_and_fields(void **state)
{
	struct capture capture;

	(void)state;
	unsetenv("JOURNAL_STREAM");
	capture_start(&capture);
	log_warning("mqtt.lost", "host=%s port=%d", "h", 1883);
	assert_true(matches(capture_end(&capture),
			    "^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]"
			    "\\.[0-9]{3}Z warning mqtt\\.lost host=h port=1883\n$"));
}

static void the_journal_gets_its_level_instead_of_the_time(void **state)
{
	struct capture capture;

	(void)state;
	capture_start(&capture);
	set_journal_stream(1);
	log_error("a.b", "x=%d", 1);
	log_info("c.d", "y=%d", 2);
	assert_string_equal(capture_end(&capture), "<3>a.b x=1\n<6>c.d y=2\n");
	unsetenv("JOURNAL_STREAM");
}

static void an_inherited_name_of_another_stream_is_not_believed(void **state)
{
	struct capture capture;

	(void)state;
	capture_start(&capture);
	set_journal_stream(0);
	log_error("a.b", "x=%d", 1);
	assert_true(matches(capture_end(&capture), "^[0-9-]+T.*Z error a\\.b x=1\n$"));
	unsetenv("JOURNAL_STREAM");
}

static void a_level_above_the_set_one_is_not_written(void **state)
{
	struct capture capture;

	(void)state;
	capture_start(&capture);
	set_journal_stream(1);
	log_debug("not.by.default", "x=%d", 1);
	log_set_level(LOG_LEVEL_DEBUG);
	log_debug("now", "x=%d", 2);
	log_set_level(LOG_LEVEL_ERROR);
	log_warning("not.now", "x=%d", 3);
	log_error("always", "x=%d", 4);
	log_set_level(LOG_LEVEL_INFO);
	assert_string_equal(capture_end(&capture), "<7>now x=2\n<3>always x=4\n");
	unsetenv("JOURNAL_STREAM");
}

static void control_characters_cannot_make_a_second_line(void **state)
{
	struct capture capture;

	(void)state;
	capture_start(&capture);
	set_journal_stream(1);
	log_info("a", "v=%s", "one\n<0>two\r\t\x1b[2J\x7f");
	log_info("b", "v=%s", "một \xc2\x9b \xff \xe1\xbb");
	assert_string_equal(capture_end(&capture), "<6>a v=one\\x0a<0>two\\x0d\\x09\\x1b[2J\\x7f\n"
						   "<6>b v=một \\xc2\\x9b \\xff \\xe1\\xbb\n");
	unsetenv("JOURNAL_STREAM");
}

static void a_line_is_cut_at_two_kibibytes(void **state)
{
	struct capture capture;
	char longest[4000];
	const char *text;

	(void)state;
	memset(longest, '\n', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	capture_start(&capture);
	set_journal_stream(1);
	log_info("a", "%s", longest);
	text = capture_end(&capture);
	assert_true(strlen(text) <= 2048 && strlen(text) > 2040);
	assert_string_equal(text + strlen(text) - 8, "\\x0a...\n");

	memset(longest, 'x', sizeof(longest) - 1);
	capture_start(&capture);
	set_journal_stream(1);
	log_info("a", "%s", longest);
	text = capture_end(&capture);
	assert_int_equal(strlen(text), 2048);
	assert_string_equal(text + 2048 - 5, "x...\n");
	unsetenv("JOURNAL_STREAM");
}

static void a_patient_call_site_writes_once_per_period(void **state)
{
	struct log_limit limit = { .next_ms = 0 };
	uint64_t dropped = 77;

	(void)state;
	assert_true(log_may(&limit, 500, 1000, &dropped));
	assert_int_equal(dropped, 0);
	assert_false(log_may(&limit, 501, 1000, &dropped));
	assert_false(log_may(&limit, 1499, 1000, &dropped));
	assert_true(log_may(&limit, 1500, 1000, &dropped));
	assert_int_equal(dropped, 2);
	assert_true(log_may(&limit, 9000, 1000, &dropped));
	assert_int_equal(dropped, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_time_level_name_and_fields),
		cmocka_unit_test(the_journal_gets_its_level_instead_of_the_time),
		cmocka_unit_test(an_inherited_name_of_another_stream_is_not_believed),
		cmocka_unit_test(a_level_above_the_set_one_is_not_written),
		cmocka_unit_test(control_characters_cannot_make_a_second_line),
		cmocka_unit_test(a_line_is_cut_at_two_kibibytes),
		cmocka_unit_test(a_patient_call_site_writes_once_per_period),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
