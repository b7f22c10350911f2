/* SPDX-License-Identifier: Apache-2.0 */
#include "people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "iocd/base/clock.h"
#include "iocd/base/log.h"
#include "iocd/password.h"

#define HASH                                                                                       \
	"$argon2id$v=19$m=32768,t=3,p=1$bm9ib2R5LWxvZ3MtaW4tYQ$"                                   \
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define SECOND 1000

struct world {
	char folder[64];
	struct config *config;
	struct loop *loop;
	struct people *people;
	int64_t now_ms; /* monotonic */
};

static void write_file(const struct world *world, const char *name, const char *content)
{
	CLEANUP_TEXT struct text path = { 0 };
	CLEANUP_TEXT struct text draft = { 0 };
	FILE *file;

	text_add(&path, "%s/%s", world->folder, name);
	text_add(&draft, "%s.draft", text_get(&path));
	file = fopen(text_get(&draft), "w");
	assert_non_null(file);
	assert_true(fputs(content, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(text_get(&draft), 0600), 0);
	assert_int_equal(rename(text_get(&draft), text_get(&path)), 0);
}

static void remove_file(const struct world *world, const char *name)
{
	CLEANUP_TEXT struct text path = { 0 };

	text_add(&path, "%s/%s", world->folder, name);
	(void)unlink(text_get(&path));
}

static void start(struct world *world)
{
	assert_int_equal(loop_new(&world->loop), 0);
	world->people = people_new(world->loop, world->config);
	world->now_ms = clock_mono_ms();
}

static void stop(struct world *world)
{
	world->loop = loop_free(world->loop);
	world->people = people_free(world->people);
}

static int set_up(void **state)
{
	static struct world world;
	CLEANUP_TEXT struct text settings = { 0 };
	CLEANUP_TEXT struct text report = { 0 };

	log_set_level(LOG_LEVEL_ERROR);
	world = (struct world){ .folder = "/tmp/iocd-people-XXXXXX" };
	assert_non_null(mkdtemp(world.folder));
	text_add(&settings, "console: {sessions: %s/sessions}\n", world.folder);
	write_file(&world, "iocd.yml", text_get(&settings));
	write_file(&world, "units.yml", "units:\n  home: {level: province}\n");
	assert_int_equal(config_load(&world.config, world.folder, NULL, &report), 0);
	start(&world);
	*state = &world;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = { "iocd.yml", "units.yml", "users.yml", "sessions" };
	struct world *world = *state;

	stop(world);
	world->config = config_free(world->config);
	for (size_t i = 0; i < COUNT(names); i++)
		remove_file(world, names[i]);
	(void)rmdir(world->folder);
	return 0;
}

static bool tick(struct world *world)
{
	world->now_ms += SECOND;
	return people_tick(world->people, world->now_ms);
}

static void who_may_log_in_is_read_when_the_file_changes(void **state)
{
	struct world *world = *state;

	assert_false(tick(world));
	assert_string_equal(people_part(world->people).state, "nobody");
	assert_int_equal(people_part(world->people).light, LIGHT_GREEN);
	assert_non_null(strstr(people_part(world->people).detail, "iocctl user add NAME"));
	write_file(world, "users.yml", "users: {lan: {role: viewer}, binh: {role: admin}}\n");
	assert_true(tick(world));
	assert_int_equal(users_count(people_users(world->people)), 2);
	assert_string_equal(people_changes(world->people), "binh added, lan added");
	assert_string_equal(people_part(world->people).state, "known");
	assert_string_equal(people_part(world->people).detail, "");
	assert_false(tick(world));
	write_file(world, "users.yml",
		   "users: {lan: {role: operator}, an: {role: viewer, disabled: yes}}\n");
	assert_true(tick(world));
	assert_string_equal(people_changes(world->people), "an added, lan changed, binh removed");
	write_file(world, "users.yml", "users: {lan: {role: operator}, an: {role: viewer}}\n");
	assert_true(tick(world));
	assert_string_equal(people_changes(world->people), "an enabled");
}

static void a_mistake_leaves_those_of_before_and_says_where_it_is(void **state)
{
	struct world *world = *state;
	struct part_health part;

	write_file(world, "users.yml", "users: {lan: {role: viewer}}\n");
	assert_true(tick(world));
	write_file(world, "users.yml", "users: {lan: {role: viewer, units: [hom]}}\n");
	assert_false(tick(world));
	part = people_part(world->people);
	assert_int_equal(part.light, LIGHT_AMBER);
	assert_string_equal(part.state, "refused");
	assert_non_null(strstr(part.detail, "users.yml:1:37: error: unknown unit 'hom'; did you "
					    "mean 'home'?; those of before are kept"));
	assert_non_null(users_find(people_users(world->people), "lan"));
	assert_false(tick(world)); /* it is read once */
	write_file(world, "users.yml", "users: {lan: {role: viewer, units: [home]}}\n");
	assert_true(tick(world));
	assert_int_equal(people_part(world->people).light, LIGHT_GREEN);
}

static void a_file_that_is_gone_for_a_moment_changes_nothing(void **state)
{
	struct world *world = *state;

	write_file(world, "users.yml", "users: {lan: {role: viewer}}\n");
	assert_true(tick(world));
	remove_file(world, "users.yml");
	assert_false(tick(world));
	assert_false(tick(world));
	write_file(world, "users.yml", "users: {lan: {role: viewer}}\n");
	assert_true(tick(world));
	assert_string_equal(people_changes(world->people), "");
	remove_file(world, "users.yml");
	assert_false(tick(world));
	assert_false(tick(world));
	assert_false(tick(world));
	assert_true(tick(world));
	assert_int_equal(users_count(people_users(world->people)), 0);
	assert_string_equal(people_changes(world->people), "lan removed");
	assert_false(tick(world));
}

static void begin(struct world *world, char token[TOKEN_MAX])
{
	uint64_t ended;

	(void)session_begin(people_sessions(world->people),
			    users_find(people_users(world->people), "lan"), "10.0.0.1",
			    clock_real_ms(), token, &ended);
}

static bool holds(struct world *world, const char *token)
{
	const struct access_user *user;

	return session_find(people_sessions(world->people), people_users(world->people), token,
			    clock_real_ms(), &user);
}

static void who_is_logged_in_stays_so_over_a_restart(void **state)
{
	struct world *world = *state;
	CLEANUP_TEXT struct text path = { 0 };
	struct stat status;
	char token[TOKEN_MAX];

	write_file(world, "users.yml", "users: {lan: {role: viewer, password: \"" HASH "\"}}\n");
	assert_true(tick(world));
	begin(world, token);
	stop(world);
	text_add(&path, "%s/sessions", world->folder);
	assert_int_equal(stat(text_get(&path), &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	start(world);
	assert_true(holds(world, token));
	write_file(world, "users.yml", "users: {lan: {role: admin, password: \"" HASH "\"}}\n");
	assert_true(tick(world));
	assert_false(holds(world, token)); /* a change ends it */
}

static void sessions_are_saved_while_it_runs_but_not_each_second(void **state)
{
	struct world *world = *state;
	CLEANUP_TEXT struct text path = { 0 };
	char token[TOKEN_MAX];
	struct stat status;

	text_add(&path, "%s/sessions", world->folder);
	write_file(world, "users.yml", "users: {lan: {role: viewer}}\n");
	assert_true(tick(world));
	begin(world, token);
	assert_false(tick(world));
	loop_run(world->loop); /* until it is written */
	assert_int_equal(stat(text_get(&path), &status), 0);
	remove_file(world, "sessions");
	begin(world, token);
	assert_false(tick(world));
	loop_run(world->loop);
	assert_int_not_equal(stat(text_get(&path), &status), 0); /* too soon */
	world->now_ms += PEOPLE_SAVE_MS;
	assert_false(tick(world));
	loop_run(world->loop);
	assert_int_equal(stat(text_get(&path), &status), 0);
	remove_file(world, "sessions");
	world->now_ms += PEOPLE_SAVE_MS;
	assert_false(tick(world));
	loop_run(world->loop);
	assert_int_not_equal(stat(text_get(&path), &status), 0); /* nothing new */
}

static void damaged_sessions_are_left_behind(void **state)
{
	struct world *world = *state;
	char token[TOKEN_MAX];

	write_file(world, "users.yml", "users: {lan: {role: viewer}}\n");
	assert_true(tick(world));
	begin(world, token);
	stop(world);
	write_file(world, "sessions", "sessions of somebody else");
	log_set_level(LOG_LEVEL_ERROR);
	start(world);
	assert_int_equal(sessions_count(people_sessions(world->people)), 0);
	assert_false(holds(world, token));
}

static void sessions_that_cannot_be_saved_are_told(void **state)
{
	struct world *world = *state;
	CLEANUP_TEXT struct text path = { 0 };
	char token[TOKEN_MAX];

	text_add(&path, "%s/sessions", world->folder);
	write_file(world, "users.yml", "users: {lan: {role: viewer}}\n");
	assert_true(tick(world));
	assert_int_equal(mkdir(text_get(&path), 0700), 0);
	begin(world, token);
	assert_false(tick(world));
	loop_run(world->loop);
	assert_false(tick(world));
	assert_int_equal(people_part(world->people).light, LIGHT_AMBER);
	assert_string_equal(people_part(world->people).state, "not saved");
	assert_int_equal(rmdir(text_get(&path)), 0);
	world->now_ms += PEOPLE_SAVE_MS;
	assert_false(tick(world));
	loop_run(world->loop);
	assert_false(tick(world));
	assert_int_equal(people_part(world->people).light, LIGHT_GREEN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_may_log_in_is_read_when_the_file_changes),
		TEST(a_mistake_leaves_those_of_before_and_says_where_it_is),
		TEST(a_file_that_is_gone_for_a_moment_changes_nothing),
		TEST(who_is_logged_in_stays_so_over_a_restart),
		TEST(sessions_are_saved_while_it_runs_but_not_each_second),
		TEST(damaged_sessions_are_left_behind),
		TEST(sessions_that_cannot_be_saved_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
