/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY 65534

/* Every test has an empty directory and works in it. */
static int enter_empty_directory(void **state)
{
	char *path = strdup("/tmp/iocd-secret-XXXXXX");

	*state = path;
	unsetenv("CREDENTIALS_DIRECTORY");
	return mkdtemp(path) ? chdir(path) : -1;
}

static int leave_directory(void **state)
{
	char command[80];
	int r;

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", (char *)*state);
	r = chdir("/") || system(command);
	free(*state);
	return r;
}

static void write_secret(const char *path, const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void expect_secret(const char *name, const char *expected)
{
	char why[SECRET_WHY_MAX];
	char *secret = NULL;
	int r;

	r = secret_read(&secret, name, why);
	if (r)
		print_error("%s\n", why);
	assert_int_equal(r, 0);
	assert_string_equal(secret, expected);
	free(secret);
}

/* Both functions refuse in the same words, and give nothing. */
static void expect_refused(const char *name, int fault, const char *expected)
{
	char why[SECRET_WHY_MAX];
	char *secret = NULL;

	assert_int_equal(secret_find(&secret, name, why), fault);
	assert_string_equal(why, expected);
	why[0] = '\0';
	assert_int_equal(secret_read(&secret, name, why), fault);
	assert_string_equal(why, expected);
	assert_null(secret);
}

static void a_secret_is_the_first_line_of_a_file_of_its_owner(void **state)
{
	(void)state;
	write_secret("a", "s3cret\r\nnot this\n", 0600);
	expect_secret("a", "s3cret");
	write_secret("b", "", 0400);
	expect_secret("b", "");
}

static void what_others_may_read_or_change_is_no_secret(void **state)
{
	static const mode_t modes[] = { 0604, 0602, 0601, 0620, 0610, 0660 };

	(void)state;
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		char expected[SECRET_WHY_MAX];
		const char *remedy = modes[i] == 0660 && geteuid() == 0 ? "640" : "600";

		write_secret("a", "s3cret", modes[i]);
		(void)snprintf(expected, sizeof(expected),
			       "a has mode %04o: others can read or change it; run: chmod %s 'a'",
			       (unsigned)modes[i], remedy);
		expect_refused("a", -EACCES, expected);
	}
}

/* Root gives a file to a service by its group; whoever runs the tests may not be root. */
static void a_group_may_read_what_root_owns_and_nothing_else(void **state)
{
	(void)state;
	write_secret("a", "s3cret", 0640);
	if (geteuid() == 0)
		expect_secret("a", "s3cret");
	if (geteuid() == 0)
		assert_int_equal(chown("a", NOBODY, NOBODY), 0);
	if (geteuid() == 0)
		expect_refused("a", -EACCES,
			       "a belongs to user 65534, who is neither root nor the one that this "
			       "runs as; run: chown 0 'a'");
	else
		expect_refused("a", -EACCES,
			       "a has mode 0640: others can read or change it; run: chmod 600 'a'");
}

static void a_credential_is_found_where_systemd_puts_it(void **state)
{
	char *path = NULL;
	char why[SECRET_WHY_MAX];

	(void)state;
	assert_int_equal(mkdir("c", 0700), 0);
	write_secret("c/up", "s3cret\n", 0400);
	expect_refused("credential:up", -ENOENT,
		       "credential 'up' is not there: CREDENTIALS_DIRECTORY is not set; write "
		       "LoadCredential=up:FILE into the service");
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", "c", 1), 0);
	expect_secret("credential:up", "s3cret");
	assert_int_equal(secret_find(&path, "credential:up", why), 0);
	assert_string_equal(path, "c/up");
	free(path);
	expect_refused("credential:down", -ENOENT, "c/down: No such file or directory");
	expect_refused("credential:../a", -EINVAL, "'../a' is no name of a credential");
	expect_refused("credential:", -EINVAL, "'' is no name of a credential");
}

static void what_is_missing_or_too_large_is_told_by_name(void **state)
{
	char why[SECRET_WHY_MAX];
	char *secret = NULL;
	char large[SECRET_MAX + 2];

	(void)state;
	expect_refused("none", -ENOENT, "none: No such file or directory");
	memset(large, 'x', SECRET_MAX + 1);
	large[SECRET_MAX + 1] = '\0';
	write_secret("a", large, 0600);
	assert_int_equal(secret_read(&secret, "a", why), -EFBIG);
	assert_string_equal(why, "a: File too large");
	assert_null(secret);
}

int main(void)
{
#define TEST(function)                                                                             \
	cmocka_unit_test_setup_teardown(function, enter_empty_directory, leave_directory)
	const struct CMUnitTest tests[] = {
		TEST(a_secret_is_the_first_line_of_a_file_of_its_owner),
		TEST(what_others_may_read_or_change_is_no_secret),
		TEST(a_group_may_read_what_root_owns_and_nothing_else),
		TEST(a_credential_is_found_where_systemd_puts_it),
		TEST(what_is_missing_or_too_large_is_told_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
