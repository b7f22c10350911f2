/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/password.h"
#include "iocd/unit.h"
#include "world.h"

static char whole[160], scoped[160]; /* cookies */
static uint64_t scoped_session;

static uint64_t begin(struct world *world, const char *user, char ret[160])
{
	char token[TOKEN_MAX];
	const struct session *session;
	uint64_t ended;

	session = session_begin(world->sessions, users_find(world->users, user), "127.0.0.1",
				clock_real_ms(), token, &ended);
	snprintf(ret, 160, "Cookie: __Host-iocd=%s\r\n", token);
	return session->number;
}

static int set_up(void **state)
{
	struct world *world;

	if (world_set_up(state))
		return 1;
	world = *state;
	world_add_user(world, "all", "operator", NULL);
	world_add_user(world, "ward", "operator", "ward");
	world->is_tcp = true;
	return 0;
}

static int set_up_one(void **state)
{
	struct world *world = *state;

	(void)begin(world, "all", whole);
	scoped_session = begin(world, "ward", scoped);
	world->turn = WORLD_TICKS;
	return 0;
}

static const char *raw(const struct world *world)
{
	return text_get(&((struct world *)world)->raw);
}

/* Alarms at dock, then at ward, of gates that nobody had before; the numbers of both. */
static void alarm_both(struct world *world, const char *gate, char dock[32], char ward[32])
{
	world_alarm_at(world, "dock", gate);
	snprintf(dock, 32, "id: %" PRIu64 "\n", alertbook_last(world->book));
	world_alarm_at(world, "ward", gate);
	snprintf(ward, 32, "id: %" PRIu64 "\n", alertbook_last(world->book));
	control_post(world->control);
}

static void a_reader_gets_what_it_may_see(void **state)
{
	struct world *world = *state;
	char dock[32], ward[32];

	world_stream_of(world, "/api/v1/stream", scoped, "event: beat");
	alarm_both(world, "s/1", dock, ward);
	world_follow(world, "event: beat");
	assert_non_null(strstr(raw(world), ward));
	assert_null(strstr(raw(world), dock));
	assert_null(strstr(raw(world), "dock"));
	assert_null(strstr(raw(world), "event: status"));
	world_hang_up(world);

	world_stream_of(world, "/api/v1/stream", whole, "event: beat");
	alarm_both(world, "s/2", dock, ward);
	world_follow(world, "event: beat");
	assert_non_null(strstr(raw(world), ward));
	assert_non_null(strstr(raw(world), dock));
	world_hang_up(world);
}

static void give(struct world *world, const char *command)
{
	int fd = world->fd; /* of the stream */

	world->is_tcp = false;
	world->turn = WORLD_CARRIES;
	assert_int_equal(world_post(world, "/api/v1/commands", "X-Iocd: 1\r\n", command), 200);
	world->turn = WORLD_TICKS;
	world->is_tcp = true;
	world->fd = fd;
}

/* As an alert says of one that it follows from. */
static void shelve_by_dock(struct world *world)
{
	give(world, "{\"verb\":\"shelve\",\"by\":\"dock/gate\",\"rule\":\"gate\",\"unit\":\"ward\","
		    "\"subject\":\"g/1\",\"note\":\"x\",\"until\":\"2099-01-01T00:00:00Z\"}");
}

static void a_reader_is_not_told_of_causes_that_it_does_not_see(void **state)
{
	struct world *world = *state;
	uint64_t last = alertbook_last(world->book);
	char target[96], id[32];

	shelve_by_dock(world);
	assert_int_equal(alertbook_last(world->book), last + 1);
	control_post(world->control);
	snprintf(target, sizeof(target), "/api/v1/stream?last-event-id=%" PRIu64, last);
	snprintf(id, sizeof(id), "id: %" PRIu64 "\nevent: alert", last + 1);
	world_stream_of(world, target, scoped, "event: beat");
	assert_non_null(strstr(raw(world), id));
	assert_null(strstr(strstr(raw(world), id) + 1, id)); /* once */
	assert_non_null(strstr(raw(world), "{\"kind\":\"shelved\",\"by\":null"));
	assert_null(strstr(raw(world), "dock"));
	world_hang_up(world);
	world_stream_of(world, target, whole, "event: beat");
	assert_non_null(strstr(raw(world), id));
	assert_null(strstr(strstr(raw(world), id) + 1, id));
	assert_non_null(strstr(raw(world), "{\"kind\":\"shelved\",\"by\":\"dock/gate\""));
	world_hang_up(world);
}

static void a_reader_gets_what_it_asks_for(void **state)
{
	struct world *world = *state;
	char dock[32], ward[32];

	world_stream_of(world, "/api/v1/stream?unit=ward", whole, "event: beat");
	alarm_both(world, "s/3", dock, ward);
	world_follow(world, "event: beat");
	assert_non_null(strstr(raw(world), ward));
	assert_null(strstr(raw(world), dock));
	world_hang_up(world);

	world_stream_of(world, "/api/v1/stream?unit=city&severity=critical", whole, "event: beat");
	alarm_both(world, "s/4", dock, ward);
	give(world, "{\"verb\":\"comment\",\"by\":\"An\",\"rule\":\"late\",\"unit\":\"city\","
		    "\"note\":\"of a warning\"}");
	control_post(world->control);
	alarm_both(world, "s/5", dock, ward);
	world_follow(world, dock);
	assert_null(strstr(raw(world), "of a warning"));
	world_hang_up(world);
}

static void a_beat_tells_how_iocd_is_and_names_nobody(void **state)
{
	struct world *world = *state;
	const char *data;
	json_t *json;

	world->health.parts[1].detail = "dock is silent";
	world_stream_of(world, "/api/v1/stream", scoped, "\"instance\":\"test\"}");
	data = strstr(raw(world), "event: beat\ndata: ");
	assert_non_null(data);
	assert_null(strstr(data, "dock"));
	json = json_loads(data + strlen("event: beat\ndata: "), JSON_DISABLE_EOF_CHECK, NULL);
	assert_string_equal(world_string(json, "light"), "amber");
	assert_string_equal(world_string(json, "parts.0.name"), "redis");
	assert_int_equal(json_array_size(world_at(json, "parts")), 1);
	assert_true(json_is_true(world_at(json, "ready")));
	assert_true(llabs((int64_t)world_number(json, "time_ms") - clock_real_ms()) < 60000);
	json_decref(json);
	world_hang_up(world);

	world_stream_of(world, "/api/v1/stream", whole, "\"instance\":\"test\"}");
	assert_non_null(strstr(raw(world), "dock is silent"));
	world_hang_up(world);
}

static void a_beat_is_never_greener_than_the_worst(void **state)
{
	struct world *world = *state;
	struct control_health good = world->health;

	world->health.parts[1].light = LIGHT_GREEN;
	world_stream_of(world, "/api/v1/stream", whole, "\"light\":\"green\",\"parts\":[],");
	world->health.ready = false;
	world_follow(world, "\"light\":\"amber\"");
	world->health.parts[0].light = LIGHT_RED;
	world_follow(world, "\"light\":\"red\"");
	world->health = good;
	world->health.parts[1].light = LIGHT_GREEN;
	world_follow(world, "\"light\":\"green\"");
	ledger_refuse(world->ledger, UNIT_NONE, REASON_unknown_unit); /* one that nobody has seen */
	world_follow(world, "\"light\":\"red\"");
	counter_add(COUNTER_events_seen, 1);
	world->health = good;
	world_hang_up(world);
}

static void a_reader_goes_on_where_it_was_even_in_another_life(void **state)
{
	struct world *world = *state;
	char target[96], dock[32], ward[32];

	alarm_both(world, "s/6", dock, ward);
	snprintf(target, sizeof(target), "/api/v1/stream?last-event-id=%" PRIu64,
		 alertbook_last(world->book) - 2);
	for (int life = 0; life < 2; life++) {
		world_stream_of(world, target, whole, "event: beat");
		assert_non_null(strstr(raw(world), dock));
		assert_non_null(strstr(raw(world), ward));
		assert_null(strstr(raw(world), "event: reset"));
		world_hang_up(world);
		world_replace_access(world, N_ROLES);
	}
	world_stream_of(world, "/api/v1/stream?last-event-id=999999", whole, "event: beat");
	assert_non_null(strstr(raw(world), "event: reset"));
	world_hang_up(world);
}

static void the_list_says_from_where_the_stream_goes_on(void **state)
{
	struct world *world = *state;
	char target[96];
	json_t *json;

	world->is_tcp = false;
	json = world_get(world, "/api/v1/alerts", 200);
	world->is_tcp = true;
	assert_int_equal(world_number(json, "last"), alertbook_last(world->book));
	snprintf(target, sizeof(target), "/api/v1/stream?last-event-id=%.0f",
		 world_number(json, "last"));
	json_decref(json);
	world_stream_of(world, target, scoped, "event: beat");
	assert_null(strstr(raw(world), "event: reset"));
	assert_null(strstr(raw(world), "event: alert"));
	world_hang_up(world);
}

static void a_session_has_so_many_streams(void **state)
{
	struct world *world = *state;
	int fds[8];

	for (int i = 0; i < 8; i++) {
		world_stream_of(world, "/api/v1/stream", scoped, "event: beat");
		fds[i] = world->fd;
		timer_stop(world->ticks);
	}
	world_stream_of(world, "/api/v1/stream", scoped, "}}");
	assert_non_null(strstr(raw(world), "429"));
	assert_non_null(strstr(raw(world), "\"busy\""));
	world_hang_up(world);
	world_stream_of(world, "/api/v1/stream", whole, "event: beat");
	world_hang_up(world);
	for (int i = 0; i < 8; i++) {
		world->fd = fds[i];
		world_hang_up(world);
	}
}

static void a_stream_ends_with_its_session(void **state)
{
	struct world *world = *state;

	world_stream_of(world, "/api/v1/stream", scoped, "event: beat");
	assert_int_equal(session_end(world->sessions, scoped_session), 1);
	world_follow(world, NULL); /* to the end */
	world_hang_up(world);
}

static void a_stream_ends_when_its_user_loses_rights(void **state)
{
	struct world *world = *state;
	struct access_user user;

	world_stream_of(world, "/api/v1/stream", scoped, "event: beat");
	world->turn = WORLD_RESTS; /* at once, not with the next tick */
	user = *users_find(world->users, "ward");
	snprintf(user.units[0], sizeof(user.units[0]), "dock");
	users_replace(world->users, &user);
	control_replace_users(world->control, world->users);
	world_follow(world, NULL);
	world_hang_up(world);
	snprintf(user.units[0], sizeof(user.units[0]), "ward");
	users_replace(world->users, &user);
}

static void a_stream_of_a_token_ends_with_it(void **state)
{
	struct world *world = *state;
	struct access_user user = *users_find(world->users, "ward");
	char token[TOKEN_MAX], header[128];

	user.n_tokens = 1;
	user.tokens[0] = (struct access_token){ .name = "wall", .role = ROLE_VIEWER };
	token_draw(token, user.tokens[0].digest);
	users_replace(world->users, &user);
	control_replace_users(world->control, world->users);
	snprintf(header, sizeof(header), "Authorization: Bearer %s\r\n", token);
	world_stream_of(world, "/api/v1/stream", header, "event: beat");
	user.n_tokens = 0;
	users_replace(world->users, &user);
	control_replace_users(world->control, world->users);
	world_follow(world, NULL);
	world_hang_up(world);
}

static void status_is_for_who_sees_everything(void **state)
{
	struct world *world = *state;

	world_stream_of(world, "/api/v1/stream?status=1", whole, "event: status\ndata: {");
	world_hang_up(world);
	world_stream_of(world, "/api/v1/stream?status=1", scoped, "}}");
	assert_non_null(strstr(raw(world), "403"));
	world_hang_up(world);
	world_stream_of(world, "/api/v1/stream?severity=grave", whole, "}}");
	assert_non_null(strstr(raw(world), "400"));
	world_hang_up(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_reader_gets_what_it_may_see, set_up_one),
		cmocka_unit_test_setup(a_reader_gets_what_it_asks_for, set_up_one),
		cmocka_unit_test_setup(a_reader_is_not_told_of_causes_that_it_does_not_see,
				       set_up_one),
		cmocka_unit_test_setup(a_beat_tells_how_iocd_is_and_names_nobody, set_up_one),
		cmocka_unit_test_setup(a_beat_is_never_greener_than_the_worst, set_up_one),
		cmocka_unit_test_setup(a_reader_goes_on_where_it_was_even_in_another_life,
				       set_up_one),
		cmocka_unit_test_setup(the_list_says_from_where_the_stream_goes_on, set_up_one),
		cmocka_unit_test_setup(a_session_has_so_many_streams, set_up_one),
		cmocka_unit_test_setup(a_stream_ends_with_its_session, set_up_one),
		cmocka_unit_test_setup(a_stream_ends_when_its_user_loses_rights, set_up_one),
		cmocka_unit_test_setup(a_stream_of_a_token_ends_with_it, set_up_one),
		cmocka_unit_test_setup(status_is_for_who_sees_everything, set_up_one),
	};

	return cmocka_run_group_tests(tests, set_up, world_tear_down);
}
