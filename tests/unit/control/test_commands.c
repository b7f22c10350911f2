/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "world.h"

#define COMMANDS "/api/v1/commands"
#define ALLOWED  "X-Iocd: 1\r\n"
#define LATE     "\"by\":\"An\",\"rule\":\"late\",\"unit\":\"ward\"}"
#define UNTIL    "\"until\":\"2030-01-01T00:00:00Z\","

static int set_up(void **state)
{
	struct world *world = *state;

	world->turn = WORLD_CARRIES;
	world->forced = -1;
	world->submit_result = 0;
	memset(world->orders, 0, sizeof(world->orders));
	world->n_orders = world->n_carried = 0;
	return 0;
}

static int give(struct world *world, const char *body)
{
	return world_post(world, COMMANDS, ALLOWED, body);
}

static void assert_answer(struct world *world, const char *outcome, int n, bool is_repeated)
{
	json_t *json = world_answer(world);

	assert_string_equal(world_string(json, "outcome"), outcome);
	assert_int_equal(world_number(json, "alerts"), n);
	assert_int_equal(json_is_true(world_at(json, "repeated")), is_repeated);
	json_decref(json);
}

static void assert_error(struct world *world, const char *code)
{
	json_t *json = world_answer(world);

	assert_string_equal(world_string(json, "error.code"), code);
	assert_true(strlen(world_string(json, "error.message")) > 0);
	json_decref(json);
}

static void a_command_is_answered_when_it_was_carried_out(void **state)
{
	struct world *world = *state;
	json_t *json;

	assert_int_equal(
		give(world, "{\"verb\":\"acknowledge\",\"key\":\"a\",\"note\":\"xem\"," LATE), 200);
	assert_answer(world, "done", 1, false);
	assert_int_equal(world->n_orders, 1);
	assert_string_equal(world->orders[0].by, "An");
	assert_string_equal(world->orders[0].note, "xem");
	json = world_get(world, "/api/v1/alerts?handling=acknowledged", 200);
	assert_int_equal(world_number(json, "counts.matching"), 1);
	assert_int_equal(world_number(json, "counts.acknowledged"), 1);
	assert_string_equal(world_string(json, "alerts.0.unit.id"), "ward");
	json_decref(json);
	json = world_get(world, "/api/v1/alerts?handling=unacknowledged", 200);
	assert_int_equal(world_number(json, "counts.matching"), 2);
	assert_int_equal(world_number(json, "counts.acknowledged"), 0);
	json_decref(json);
	assert_int_equal(give(world, "{\"verb\":\"unacknowledge\"," LATE), 200);
}

static void what_is_so_already_is_no_error(void **state)
{
	assert_int_equal(give(*state, "{\"verb\":\"unacknowledge\"," LATE), 200);
	assert_answer(*state, "needless", 0, false);
}

static void nothing_is_journaled_of_what_is_no_command(void **state)
{
	struct world *world = *state;

	assert_int_equal(world_post(world, COMMANDS, "", "{\"verb\":\"reset\"," LATE), 403);
	assert_int_equal(give(world, "{\"verb\":\"reset\"}"), 400);
	assert_error(world, "bad_command");
	assert_int_equal(give(world, ""), 400);
	assert_int_equal(give(world, "{\"verb\":\"reset\",\"rule\":\"late\",\"unit\":\"ward\"}"),
			 400);
	assert_non_null(strstr(world->body, "'by' is missing"));
	assert_int_equal(world_post(world, COMMANDS, ALLOWED "Idempotency-Key: x\r\n",
				    "{\"key\":\"y\",\"verb\":\"reset\"," LATE),
			 400);
	assert_int_equal(world_post(world, COMMANDS, ALLOWED "Idempotency-Key: a b\r\n",
				    "{\"verb\":\"reset\"," LATE),
			 400);
	assert_int_equal(world_ask(world, "GET", COMMANDS, ALLOWED), 405);
	assert_int_equal(world->n_orders, 0);
}

static void each_outcome_has_its_status(void **state)
{
	static const struct {
		enum command_outcome outcome;
		int status;
	} rows[] = {
		{ OUTCOME_DONE, 200 },          { OUTCOME_NEEDLESS, 200 },
		{ OUTCOME_NO_SUCH_ALERT, 404 }, { OUTCOME_NO_SUCH_RULE, 404 },
		{ OUTCOME_NO_SUCH_UNIT, 404 },  { OUTCOME_TOO_LATE, 422 },
		{ OUTCOME_FULL, 507 },
	};
	struct world *world = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		world->forced = (int)rows[i].outcome;
		assert_int_equal(give(world, "{\"verb\":\"comment\",\"note\":\"x\"," LATE),
				 rows[i].status);
		assert_non_null(strstr(world->body, command_outcome_name(rows[i].outcome)));
		if (rows[i].status >= 400)
			assert_error(world, command_outcome_name(rows[i].outcome));
	}
}

static void what_does_not_stand_is_not_found(void **state)
{
	struct world *world = *state;

	assert_int_equal(give(world, "{\"verb\":\"acknowledge\",\"by\":\"An\",\"rule\":\"busy\","
				     "\"unit\":\"ward\"}"),
			 404);
	assert_error(world, "no_such_alert");
	assert_int_equal(give(world, "{\"verb\":\"acknowledge\",\"by\":\"An\",\"rule\":\"none\","
				     "\"unit\":\"ward\"}"),
			 404);
	assert_error(world, "no_such_rule");
}

static void a_repeated_key_gets_the_first_outcome(void **state)
{
	static const char body[] = "{\"verb\":\"comment\",\"note\":\"x\"," LATE;
	struct world *world = *state;

	assert_int_equal(world_post(world, COMMANDS, ALLOWED "Idempotency-Key: k-7\r\n", body),
			 200);
	assert_answer(world, "done", 1, false);
	assert_int_equal(world_post(world, COMMANDS, ALLOWED "Idempotency-Key: k-7\r\n", body),
			 200);
	assert_answer(world, "done", 1, true);
	assert_int_equal(world->n_orders, 1);
}

static void a_key_that_waits_is_not_journaled_again(void **state)
{
	static const char body[] = "{\"verb\":\"comment\",\"key\":\"w\",\"note\":\"x\"," LATE;
	struct world *world = *state;
	int fd = world_begin(world, body);

	assert_int_equal(give(world, body), 200);
	assert_answer(world, "done", 1, true);
	assert_int_equal(world_finish(world, fd), 200);
	assert_answer(world, "done", 1, false);
	assert_int_equal(world->n_orders, 1);
}

static void without_a_key_each_command_is_another(void **state)
{
	static const char body[] = "{\"verb\":\"comment\",\"note\":\"x\"," LATE;
	struct world *world = *state;

	assert_int_equal(give(world, body), 200);
	assert_int_equal(give(world, body), 200);
	assert_int_equal(world->n_orders, 2);
	assert_int_equal(strlen(world->orders[0].key), 32);
	assert_string_not_equal(world->orders[0].key, world->orders[1].key);
}

static void who_waits_for_too_long_is_told_that_it_will_be(void **state)
{
	static const char body[] = "{\"verb\":\"comment\",\"key\":\"s\",\"note\":\"x\"," LATE;
	struct world *world = *state;
	json_t *json;

	world->turn = WORLD_TICKS;
	assert_int_equal(give(world, body), 504);
	json = world_answer(world);
	assert_string_equal(world_string(json, "error.code"), "not_yet");
	assert_string_equal(world_string(json, "key"), "s");
	json_decref(json);
	world_carry(world); /* nobody waits any more */
	world->turn = WORLD_CARRIES;
	assert_int_equal(give(world, body), 200);
	assert_answer(world, "done", 1, true);
	assert_int_equal(world->n_orders, 1);
}

static void patience_is_counted_in_turns(void **state)
{
	struct world *world = *state;
	int fd = world_begin(world, "{\"verb\":\"comment\",\"note\":\"x\"," LATE);

	for (int i = 1; i < CONTROL_PATIENCE; i++)
		control_tick(world->control);
	world_carry(world);
	assert_int_equal(world_finish(world, fd), 200);
}

static void a_journal_that_takes_nothing_is_told(void **state)
{
	struct world *world = *state;

	world->submit_result = -28;
	assert_int_equal(give(world, "{\"verb\":\"comment\",\"note\":\"x\"," LATE), 503);
	assert_error(world, "not_journaled");
}

static void no_more_than_so_many_wait(void **state)
{
	struct world *world = *state;
	int fds[CONTROL_WAITING_MAX];

	for (size_t i = 0; i < COUNT(fds); i++)
		fds[i] = world_begin(world, "{\"verb\":\"comment\",\"note\":\"x\"," LATE);
	world->turn = WORLD_RESTS;
	assert_int_equal(
		world_post(world, COMMANDS, ALLOWED, "{\"verb\":\"comment\",\"note\":\"x\"," LATE),
		503);
	assert_error(world, "busy");
	assert_int_equal(world->n_orders, CONTROL_WAITING_MAX);
	world_carry(world);
	for (size_t i = 0; i < COUNT(fds); i++)
		assert_int_equal(world_finish(world, fds[i]), 200);
	(void)set_up(state);
	assert_int_equal(give(world, "{\"verb\":\"comment\",\"note\":\"x\"," LATE), 200);
}

static void what_is_put_aside_is_listed_with_who_and_why(void **state)
{
	struct world *world = *state;
	json_t *json;

	assert_int_equal(
		give(world, "{\"verb\":\"shelve\",\"note\":\"sửa\",\"below\":true," UNTIL LATE),
		200);
	json = world_get(world, "/api/v1/suppressions", 200);
	assert_int_equal(world_number(json, "matching"), 1);
	assert_string_equal(world_string(json, "suppressions.0.kind"), "shelved");
	assert_string_equal(world_string(json, "suppressions.0.rule.title.en"), "Too late");
	assert_string_equal(world_string(json, "suppressions.0.unit.id"), "ward");
	assert_true(json_is_true(world_at(json, "suppressions.0.below")));
	assert_string_equal(world_string(json, "suppressions.0.by"), "An");
	assert_string_equal(world_string(json, "suppressions.0.note"), "sửa");
	assert_string_equal(world_string(json, "suppressions.0.until"),
			    "2030-01-01T07:00:00+07:00");
	json_decref(json);
	json = world_get(world, "/api/v1/suppressions?unit=dock", 200);
	assert_int_equal(world_number(json, "matching"), 0);
	json_decref(json);

	json = world_get(world, "/api/v1/alerts?suppressed=shelved", 200);
	assert_int_equal(world_number(json, "counts.matching"), 1);
	assert_int_equal(world_number(json, "counts.suppressed"), 1);
	json_decref(json);
	json = world_get(world, "/api/v1/alerts?suppressed=maintenance", 200);
	assert_int_equal(world_number(json, "counts.matching"), 0);
	json_decref(json);
	json = world_get(world, "/api/v1/alerts?suppressed=no", 200);
	assert_int_equal(world_number(json, "counts.matching"), 2);
	json_decref(json);
	assert_int_equal(give(world, "{\"verb\":\"unshelve\",\"below\":true," LATE), 200);
	json = world_get(world, "/api/v1/suppressions", 200);
	assert_int_equal(world_number(json, "matching"), 0);
	json_decref(json);
}

static void alerts_are_found_by_owner(void **state)
{
	struct world *world = *state;
	json_t *json;

	assert_int_equal(give(world, "{\"verb\":\"assign\",\"owner\":\"Bình\"," LATE), 200);
	json = world_get(world, "/api/v1/alerts?owner=B%C3%ACnh", 200);
	assert_int_equal(world_number(json, "counts.matching"), 1);
	json_decref(json);
	json = world_get(world, "/api/v1/alerts?owner=", 200);
	assert_int_equal(world_number(json, "counts.matching"), 2);
	json_decref(json);
}

static void post_reload(struct world *world, int status, const char *body)
{
	assert_int_equal(world_post(world, "/api/v1/reload", ALLOWED, body), status);
}

static void a_reload_is_answered_when_its_rules_are_in_force(void **state)
{
	struct world *world = *state;

	world->reload_result = CONTROL_JOURNALED;
	world->generation = "new";
	post_reload(world, 200, "{\"by\":\"An\"}");
	assert_non_null(strstr(world->body, "\"applied\":true"));
	assert_string_equal(world->reloader, "An");
	post_reload(world, 200, "");
	assert_string_equal(world->reloader, "http");
	post_reload(world, 400, "{\"by\":7}");
	world->reload_result = 0;
}

static void a_reload_that_others_overtook_is_told_so(void **state)
{
	struct world *world = *state;

	world->reload_result = CONTROL_JOURNALED;
	world->generation = "newer";
	post_reload(world, 409, "");
	assert_error(world, "refused");
	world->turn = WORLD_TICKS;
	post_reload(world, 504, "");
	assert_error(world, "not_yet");
	world->reload_result = 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(a_command_is_answered_when_it_was_carried_out),
		TEST(what_is_so_already_is_no_error),
		TEST(nothing_is_journaled_of_what_is_no_command),
		TEST(each_outcome_has_its_status),
		TEST(what_does_not_stand_is_not_found),
		TEST(a_repeated_key_gets_the_first_outcome),
		TEST(a_key_that_waits_is_not_journaled_again),
		TEST(without_a_key_each_command_is_another),
		TEST(who_waits_for_too_long_is_told_that_it_will_be),
		TEST(patience_is_counted_in_turns),
		TEST(a_journal_that_takes_nothing_is_told),
		TEST(no_more_than_so_many_wait),
		TEST(what_is_put_aside_is_listed_with_who_and_why),
		TEST(alerts_are_found_by_owner),
		TEST(a_reload_is_answered_when_its_rules_are_in_force),
		TEST(a_reload_that_others_overtook_is_told_so),
	};

	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
