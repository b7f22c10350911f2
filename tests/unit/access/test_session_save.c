/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/session.h"
#include "saved.h"

#define NOW INT64_C(1760000000000)

static const struct sessions_options options = { .idle_ms = 1800000, .longest_ms = 43200000 };

struct world {
	struct users *users;
	struct saved saved;
	char tokens[3][TOKEN_MAX];
};

static int set_up(void **state)
{
	static struct world world;
	static const char *const names[] = { "an", "binh", "lan" };
	struct sessions *sessions = sessions_new(&options);
	struct bytes_writer writer;
	uint64_t ended;

	world = (struct world){ .users = users_new() };
	for (size_t i = 0; i < COUNT(names); i++) {
		struct access_user user = { .role = ROLE_OPERATOR };

		(void)snprintf(user.name, sizeof(user.name), "%s", names[i]);
		assert_int_equal(users_add(world.users, &user), 0);
		(void)session_begin(sessions, &user, "10.0.0.1", NOW, world.tokens[i], &ended);
	}
	assert_int_equal(session_end(sessions, 2), 1);
	session_note_totp(sessions, "lan", 42);
	for (int i = 0; i < COMMANDS_MAX; i++)
		assert_true(session_count_command(sessions, 3, NOW));
	saved_begin(&world.saved, &writer);
	sessions_save(sessions, &writer);
	saved_end(&writer);
	sessions_free(sessions);
	*state = &world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	free(world->saved.bytes);
	world->users = users_free(world->users);
	return 0;
}

static bool load(struct sessions *sessions, const char *bytes, size_t n)
{
	struct bytes_reader reader;

	bytes_reader_init(&reader, bytes, n);
	sessions_load(sessions, &reader);
	return !reader.is_bad;
}

static void sessions_survive_a_restart(void **state)
{
	struct world *world = *state;
	CLEANUP(sessions_free) struct sessions *sessions = sessions_new(&options);
	const struct access_user *user = NULL;
	struct access_user lan = *users_find(world->users, "lan");
	char token[TOKEN_MAX];
	uint64_t ended;

	assert_true(load(sessions, world->saved.bytes, world->saved.n));
	assert_int_equal(sessions_count(sessions), 2);
	assert_int_equal(sessions_changes(sessions), 0);
	assert_int_equal(session_find(sessions, world->users, world->tokens[0], NOW, &user)->number,
			 1);
	assert_string_equal(user->name, "an");
	assert_null(session_find(sessions, world->users, world->tokens[1], NOW, &user));
	assert_int_equal(session_find(sessions, world->users, world->tokens[2], NOW, &user)->number,
			 3);
	assert_int_equal(session_totp_step(sessions, "lan"), 42);
	assert_false(session_count_command(sessions, 3, NOW + 1));
	assert_true(session_count_command(sessions, 1, NOW + 1));
	assert_int_equal(session_begin(sessions, &lan, "::1", NOW, token, &ended)->number, 4);
}

static void a_restart_does_not_make_a_session_any_longer(void **state)
{
	struct world *world = *state;
	CLEANUP(sessions_free) struct sessions *sessions = sessions_new(&options);
	const struct access_user *user = NULL;

	assert_true(load(sessions, world->saved.bytes, world->saved.n));
	assert_null(session_find(sessions, world->users, world->tokens[0], NOW + options.idle_ms,
				 &user));
}

static void what_is_cut_off_anywhere_gives_no_session(void **state)
{
	struct world *world = *state;
	CLEANUP(sessions_free) struct sessions *sessions = sessions_new(&options);

	for (size_t n = 0; n < world->saved.n; n++) {
		assert_false(load(sessions, world->saved.bytes, n));
		assert_int_equal(sessions_count(sessions), 0);
		assert_int_equal(session_totp_step(sessions, "lan"), 0);
	}
	assert_true(load(sessions, world->saved.bytes, world->saved.n));
}

static void any_byte_may_be_damaged(void **state)
{
	struct world *world = *state;
	CLEANUP(sessions_free) struct sessions *sessions = sessions_new(&options);
	const struct access_user *user;

	for (size_t i = 0; i < world->saved.n; i++) {
		char was = world->saved.bytes[i];

		world->saved.bytes[i] = (char)(was ^ 0xff);
		if (!load(sessions, world->saved.bytes, world->saved.n))
			assert_int_equal(sessions_count(sessions), 0);
		for (int k = 0; k < 3; k++)
			(void)session_find(sessions, world->users, world->tokens[k], NOW, &user);
		(void)sessions_end_user(sessions, "an");
		(void)sessions_end_user(sessions, "lan");
		world->saved.bytes[i] = was;
		sessions_free(sessions);
		sessions = sessions_new(&options);
	}
}

static void a_session_that_is_there_twice_is_refused(void **state)
{
	struct world *world = *state;
	CLEANUP(sessions_free) struct sessions *sessions = sessions_new(&options);
	size_t first = 12 + 8 + 4; /* behind the part, the next number and how many */

	world->saved.bytes[first] = 3; /* of number 1 */
	assert_false(load(sessions, world->saved.bytes, world->saved.n));
	assert_int_equal(sessions_count(sessions), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sessions_survive_a_restart),
		TEST(a_restart_does_not_make_a_session_any_longer),
		TEST(what_is_cut_off_anywhere_gives_no_session),
		TEST(any_byte_may_be_damaged),
		TEST(a_session_that_is_there_twice_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
