/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOW     INT64_C(1760000000000)
#define MINUTE  INT64_C(60000)
#define IDLE    (30 * MINUTE)
#define LONGEST (12 * 60 * MINUTE)

struct world {
	struct sessions *sessions;
	struct users *users;
	struct access_user lan;
	char token[TOKEN_MAX]; /* of the last session that began */
	uint64_t number, ended;
};

static int set_up(void **state)
{
	static struct world world;
	const struct sessions_options options = { .idle_ms = IDLE, .longest_ms = LONGEST };

	world = (struct world){
		.lan = { .name = "lan", .role = ROLE_OPERATOR, .n_units = 1, .password = "$one" }
	};
	(void)snprintf(world.lan.units[0], sizeof(world.lan.units[0]), "left");
	world.sessions = sessions_new(&options);
	world.users = users_new();
	assert_int_equal(users_add(world.users, &world.lan), 0);
	*state = &world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	world->sessions = sessions_free(world->sessions);
	world->users = users_free(world->users);
	return 0;
}

static void begin(struct world *world, const char *name, int64_t now_ms)
{
	struct access_user user = { .name = "" };

	(void)snprintf(user.name, sizeof(user.name), "%s", name);
	if (strcmp(name, "lan") == 0)
		user = world->lan;
	world->number = session_begin(world->sessions, &user, "10.0.0.1", now_ms, world->token,
				      &world->ended)
				->number;
}

static bool is_found(struct world *world, int64_t now_ms)
{
	const struct access_user *user = NULL;
	const struct session *session =
		session_find(world->sessions, world->users, world->token, now_ms, &user);

	assert_int_equal(session != NULL, user != NULL);
	return session != NULL;
}

static void a_session_is_found_by_its_token_with_its_user(void **state)
{
	struct world *world = *state;
	const struct access_user *user = NULL;
	const struct session *session;
	uint8_t digest[ACCESS_DIGEST];

	begin(world, "lan", NOW);
	session = session_find(world->sessions, world->users, world->token, NOW + 1, &user);
	assert_non_null(session);
	assert_ptr_equal(user, users_find(world->users, "lan"));
	assert_int_equal(session->number, 1);
	assert_int_equal(session->begun_ms, NOW);
	assert_int_equal(session->used_ms, NOW + 1);
	assert_string_equal(session->address, "10.0.0.1");
	token_digest(digest, world->token);
	assert_memory_equal(session->digest, digest, ACCESS_DIGEST);
	world->token[10] ^= 1;
	assert_false(is_found(world, NOW));
	world->token[0] = '\0';
	assert_false(is_found(world, NOW));
}

static void an_idle_session_ends_and_a_used_one_does_not(void **state)
{
	struct world *world = *state;

	begin(world, "lan", NOW);
	assert_true(is_found(world, NOW + IDLE - 1));
	assert_true(is_found(world, NOW + 2 * IDLE - 2));
	assert_false(is_found(world, NOW + 3 * IDLE - 2));
	assert_int_equal(sessions_count(world->sessions), 0);
}

static void the_longest_session_ends_however_much_it_is_used(void **state)
{
	struct world *world = *state;
	int64_t now_ms;

	begin(world, "lan", NOW);
	for (now_ms = NOW; now_ms < NOW + LONGEST; now_ms += 20 * MINUTE)
		assert_true(is_found(world, now_ms));
	assert_false(is_found(world, NOW + LONGEST));
}

static void watching_does_not_count_as_use(void **state)
{
	struct world *world = *state;

	begin(world, "lan", NOW);
	assert_true(session_holds(world->sessions, world->users, world->number, NOW + IDLE - 1));
	assert_false(session_holds(world->sessions, world->users, world->number, NOW + IDLE));
	assert_false(session_holds(world->sessions, world->users, world->number + 1, NOW));
}

static void a_clock_set_back_ends_what_it_cannot_date(void **state)
{
	struct world *world = *state;

	begin(world, "lan", NOW);
	assert_true(is_found(world, NOW - MINUTE));
	assert_false(is_found(world, NOW - MINUTE - 1));
}

typedef void change_fn(struct access_user *user);

static void change_role(struct access_user *user)
{
	user->role = ROLE_VIEWER;
}

static void change_units(struct access_user *user)
{
	(void)snprintf(user->units[user->n_units++], sizeof(user->units[0]), "right");
}

static void lose_units(struct access_user *user)
{
	user->n_units = 0;
}

static void change_password(struct access_user *user)
{
	(void)snprintf(user->password, sizeof(user->password), "$two");
}

static void change_factor(struct access_user *user)
{
	(void)snprintf(user->totp, sizeof(user->totp), "JBSWY3DPEHPK3PXP");
}

static void disable(struct access_user *user)
{
	user->is_disabled = true;
}

static void a_session_ends_when_its_user_changes(void **state)
{
	static change_fn *const changes[] = { change_role,     change_units,  lose_units,
					      change_password, change_factor, disable };
	struct world *world = *state;

	for (size_t i = 0; i < COUNT(changes); i++) {
		struct access_user user = world->lan;

		users_replace(world->users, &user);
		begin(world, "lan", NOW);
		assert_true(is_found(world, NOW));
		changes[i](&user);
		users_replace(world->users, &user);
		assert_false(session_holds(world->sessions, world->users, world->number, NOW));
		assert_false(is_found(world, NOW));
		users_replace(world->users, &world->lan);
		assert_false(is_found(world, NOW)); /* it does not come back */
	}
}

static void a_session_ends_when_its_user_is_gone(void **state)
{
	struct world *world = *state;

	begin(world, "lan", NOW);
	assert_true(users_remove(world->users, "lan"));
	assert_false(session_holds(world->sessions, world->users, world->number, NOW));
	assert_false(is_found(world, NOW));
}

static void a_new_title_or_token_ends_nothing(void **state)
{
	struct world *world = *state;
	struct access_user user = world->lan;

	begin(world, "lan", NOW);
	(void)snprintf(user.title, sizeof(user.title), "Lan");
	user.n_tokens = 1;
	users_replace(world->users, &user);
	assert_true(is_found(world, NOW));
}

static void a_user_has_so_many_and_the_oldest_ends_for_a_new_one(void **state)
{
	struct world *world = *state;
	char first[TOKEN_MAX];

	begin(world, "lan", NOW);
	memcpy(first, world->token, sizeof(first));
	for (int i = 1; i < SESSIONS_EACH; i++) {
		begin(world, "lan", NOW + i);
		assert_int_equal(world->ended, 0);
	}
	memcpy(world->token, first, sizeof(first));
	assert_true(is_found(world, NOW + MINUTE)); /* though it was used last */
	begin(world, "lan", NOW + MINUTE);
	assert_int_equal(world->ended, 1);
	assert_int_equal(sessions_count(world->sessions), SESSIONS_EACH);
	assert_true(is_found(world, NOW + MINUTE));
	memcpy(world->token, first, sizeof(first));
	assert_false(is_found(world, NOW + MINUTE));
}

static void those_of_all_are_bounded_and_the_idlest_goes(void **state)
{
	struct world *world = *state;
	char name[ACCESS_NAME_MAX];

	begin(world, "lan", NOW);
	for (int i = 1; i < SESSIONS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "u%d", i / SESSIONS_EACH);
		begin(world, name, NOW + 1);
	}
	assert_int_equal(sessions_count(world->sessions), SESSIONS_MAX);
	begin(world, "another", NOW + 2);
	assert_int_equal(world->ended, 1);
	assert_int_equal(sessions_count(world->sessions), SESSIONS_MAX);
	begin(world, "another", NOW + IDLE + 2); /* all others are over by now */
	assert_int_equal(world->ended, 0);
	assert_int_equal(sessions_count(world->sessions), 1);
}

static void sessions_end_one_by_one_or_all_of_a_user(void **state)
{
	struct world *world = *state;
	uint64_t first;

	begin(world, "lan", NOW);
	first = world->number;
	begin(world, "binh", NOW);
	begin(world, "lan", NOW);
	assert_int_equal(session_end(world->sessions, first), 1);
	assert_int_equal(session_end(world->sessions, first), 0);
	assert_true(is_found(world, NOW));
	assert_int_equal(sessions_end_user(world->sessions, "lan"), 1);
	assert_false(is_found(world, NOW));
	assert_int_equal(sessions_count(world->sessions), 1);
	begin(world, "lan", NOW);
	assert_int_equal(world->number, 4); /* numbers are not used again */
}

static void what_is_over_goes_by_itself_while_others_are_used(void **state)
{
	struct world *world = *state;

	begin(world, "binh", NOW);
	begin(world, "lan", NOW + IDLE - 1);
	assert_int_equal(sessions_count(world->sessions), 2);
	assert_true(is_found(world, NOW + IDLE + MINUTE));
	assert_int_equal(sessions_count(world->sessions), 1);
}

static void so_many_commands_in_ten_minutes_and_no_more(void **state)
{
	struct world *world = *state;

	begin(world, "lan", NOW);
	for (int i = 0; i < COMMANDS_MAX; i++)
		assert_true(session_count_command(world->sessions, world->number, NOW + i));
	assert_false(session_count_command(world->sessions, world->number, NOW + 500));
	assert_false(
		session_count_command(world->sessions, world->number, NOW + COMMANDS_SPAN_MS - 1));
	assert_true(session_count_command(world->sessions, world->number, NOW + COMMANDS_SPAN_MS));
	assert_false(session_count_command(world->sessions, world->number + 1, NOW));
}

static void a_step_of_a_second_factor_is_noted_for_its_user(void **state)
{
	struct world *world = *state;
	char name[ACCESS_NAME_MAX];

	assert_int_equal(session_totp_step(world->sessions, "lan"), 0);
	session_note_totp(world->sessions, "lan", 7);
	session_note_totp(world->sessions, "binh", 1000);
	session_note_totp(world->sessions, "lan", 8);
	assert_int_equal(session_totp_step(world->sessions, "lan"), 8);
	assert_int_equal(session_totp_step(world->sessions, "binh"), 1000);
	for (int i = 0; i < ACCESS_USERS_MAX - 1; i++) { /* one more than there is room for */
		(void)snprintf(name, sizeof(name), "u%d", i);
		session_note_totp(world->sessions, name, 500);
	}
	assert_int_equal(session_totp_step(world->sessions, "lan"), 0);
	assert_int_equal(session_totp_step(world->sessions, "binh"), 1000);
}

static void the_changes_tell_what_is_worth_saving(void **state)
{
	struct world *world = *state;
	uint64_t before = sessions_changes(world->sessions);

	begin(world, "lan", NOW);
	assert_true(sessions_changes(world->sessions) > before);
	before = sessions_changes(world->sessions);
	assert_true(is_found(world, NOW + 1));
	assert_true(session_holds(world->sessions, world->users, world->number, NOW + 1));
	assert_int_equal(login_wait_ms(world->sessions, "lan", "10.0.0.1", NOW), 0);
	assert_int_equal(sessions_changes(world->sessions), before);
	assert_true(is_found(world, NOW + MINUTE));
	assert_true(sessions_changes(world->sessions) > before);
	before = sessions_changes(world->sessions);
	session_note_totp(world->sessions, "lan", 1);
	assert_true(sessions_changes(world->sessions) > before);
	before = sessions_changes(world->sessions);
	(void)session_end(world->sessions, world->number);
	assert_true(sessions_changes(world->sessions) > before);
}

static void whoever_logged_in_somewhere_is_known_there(void **state)
{
	struct world *world = *state;
	char address[SESSION_ADDRESS];

	begin(world, "lan", NOW); /* from 10.0.0.1 */
	for (int i = 0; i < LOGIN_ACCOUNT; i++) {
		(void)snprintf(address, sizeof(address), "10.1.0.%d", i);
		login_failed(world->sessions, "lan", address, NOW);
	}
	assert_int_equal(login_wait_ms(world->sessions, "lan", "10.0.0.1", NOW), 0);
	assert_int_equal(login_wait_ms(world->sessions, "lan", "10.0.0.2", NOW), 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_session_is_found_by_its_token_with_its_user),
		TEST(an_idle_session_ends_and_a_used_one_does_not),
		TEST(the_longest_session_ends_however_much_it_is_used),
		TEST(watching_does_not_count_as_use),
		TEST(a_clock_set_back_ends_what_it_cannot_date),
		TEST(a_session_ends_when_its_user_changes),
		TEST(a_session_ends_when_its_user_is_gone),
		TEST(a_new_title_or_token_ends_nothing),
		TEST(a_user_has_so_many_and_the_oldest_ends_for_a_new_one),
		TEST(those_of_all_are_bounded_and_the_idlest_goes),
		TEST(sessions_end_one_by_one_or_all_of_a_user),
		TEST(what_is_over_goes_by_itself_while_others_are_used),
		TEST(so_many_commands_in_ten_minutes_and_no_more),
		TEST(a_step_of_a_second_factor_is_noted_for_its_user),
		TEST(the_changes_tell_what_is_worth_saving),
		TEST(whoever_logged_in_somewhere_is_known_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
