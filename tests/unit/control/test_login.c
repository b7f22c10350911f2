/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "iocd/base/clock.h"
#include "iocd/password.h"
#include "world.h"

#define HEADERS                                                                                    \
	"Host: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nX-Iocd: 1\r\n"                             \
	"Content-Type: application/json\r\n"
#define SESSION "/api/v1/session"

static int set_up(void **state)
{
	struct world *world;

	if (world_set_up(state))
		return 1;
	world = *state;
	world->turn = WORLD_RESTS;
	world_add_user(world, "lan", "operator", "ward");
	world_add_user(world, "minh", "admin", NULL);
	world_add_user(world, "off", "admin", NULL);
	return 0;
}

/* Nobody has guessed yet. */
static int set_up_one(void **state)
{
	struct world *world = *state;

	sessions_free(world->sessions);
	world->sessions = sessions_new(
		&(struct sessions_options){ .idle_ms = 30 * 60000, .longest_ms = 12 * 3600000 });
	world_replace_access(world, N_ROLES);
	return 0;
}

static int log_in(struct world *world, const char *user, const char *password, const char *code)
{
	char body[512];

	snprintf(body, sizeof(body), "{\"user\":\"%s\",\"password\":\"%s\",\"code\":\"%s\"}", user,
		 password, code);
	return world_tcp(world, "POST", SESSION, HEADERS, body);
}

/* Copies the cookie of the answer as a header line. */
static void take_cookie(struct world *world, char ret[160])
{
	const char *at = strstr(text_get(&world->raw), "Set-Cookie: __Host-iocd=");

	assert_non_null(at);
	at += strlen("Set-Cookie: ");
	snprintf(ret, 160, "Host: 127.0.0.1\r\nCookie: %.*s\r\n", (int)strcspn(at, ";"), at);
}

static void assert_code(struct world *world, const char *code)
{
	json_t *json = world_answer(world);

	assert_string_equal(world_string(json, "error.code"), code);
	json_decref(json);
}

/* Replaces the user by what change makes of him. */
static void alter(struct world *world, const char *name, void (*change)(struct access_user *user))
{
	struct access_user user = *users_find(world->users, name);

	change(&user);
	users_replace(world->users, &user);
	control_replace_users(world->control, world->users);
}

static void disable(struct access_user *user)
{
	user->is_disabled = true;
}

static void enable(struct access_user *user)
{
	user->is_disabled = false;
}

static void give_factor(struct access_user *user)
{
	snprintf(user->totp, sizeof(user->totp), "%s", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

static void take_factor(struct access_user *user)
{
	user->totp[0] = '\0';
}

static void whoever_knows_the_password_is_let_in(void **state)
{
	struct world *world = *state;
	char cookie[160];
	json_t *json;

	assert_int_equal(log_in(world, "lan", "pass-lan", ""), 200);
	json = world_answer(world);
	assert_string_equal(world_string(json, "user"), "lan");
	assert_string_equal(world_string(json, "role"), "operator");
	assert_true(json_is_false(world_at(json, "whole")));
	assert_int_equal(json_array_size(world_at(json, "units")), 1);
	assert_string_equal(world_string(json, "units.0"), "ward");
	assert_int_equal(world_number(json, "idle_ms"), 30 * 60000);
	assert_true(json_is_false(world_at(json, "second_factor")));
	assert_string_equal(world_string(json, "version"), IOCD_VERSION);
	json_decref(json);
	assert_non_null(
		strstr(text_get(&world->raw), "; Path=/; Secure; HttpOnly; SameSite=Strict\r\n"));
	take_cookie(world, cookie);
	assert_int_equal(world_tcp(world, "GET", SESSION, cookie, ""), 200);
	assert_int_equal(world_tcp(world, "GET", "/api/v1/alerts?unit=ward", cookie, ""), 200);
	assert_int_equal(sessions_count(world->sessions), 1);
}

static void a_wrong_password_says_the_same_as_an_unknown_user(void **state)
{
	static const char *const users[] = { "lan", "nobody", "off" };
	struct world *world = *state;
	CLEANUP_TEXT struct text first = { 0 };

	alter(world, "off", disable);
	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
		assert_int_equal(log_in(world, users[i], i == 2 ? "pass-off" : "pass-x", ""), 401);
		assert_code(world, "wrong_login");
		assert_null(strstr(text_get(&world->raw), "Set-Cookie"));
		if (i == 0)
			text_add(&first, "%s", world->body);
		assert_string_equal(world->body, text_get(&first));
	}
	assert_int_equal(sessions_count(world->sessions), 0);
	alter(world, "off", enable);
	assert_int_equal(log_in(world, "off", "pass-off", ""), 200);
}

static void what_is_no_login_is_refused_before_anything_is_hashed(void **state)
{
	static const char *const bodies[] = {
		"",
		"[]",
		"{}",
		"{\"user\":\"lan\"}",
		"{\"user\":\"lan\",\"password\":\"\"}",
		"{\"user\":1,\"password\":\"x\"}",
		"{\"user\":\"lan\",\"password\":\"x\",\"user\":\"minh\"}",
		"{\"user\":\"lan\",\"password\":\"x\\u0000\"}",
		"{\"user\":\"lan\",\"password\":\"x\",\"code\":123456}",
		"{\"user\":\"a-name-that-is-longer-than-any-name-may-be\",\"password\":\"x\"}",
	};
	struct world *world = *state;

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		if (world_tcp(world, "POST", SESSION, HEADERS, bodies[i]) != 400)
			fail_msg("%s: %d", bodies[i], world->status);
	assert_int_equal(world_post(world, SESSION, "X-Iocd: 1\r\n",
				    "{\"user\":\"lan\",\"password\":\"pass-lan\"}"),
			 400);
}

static void a_login_comes_from_the_page_too(void **state)
{
	static const char body[] = "{\"user\":\"lan\",\"password\":\"pass-lan\"}";
	struct world *world = *state;

	assert_int_equal(world_tcp(world, "POST", SESSION,
				   "Host: 127.0.0.1\r\nContent-Type: application/json\r\n", body),
			 403);
	assert_int_equal(
		world_tcp(world, "POST", SESSION, "Host: 127.0.0.1\r\nX-Iocd: 1\r\n", body), 415);
	assert_int_equal(world_tcp(world, "POST", SESSION,
				   "Host: 127.0.0.1\r\nX-Iocd: 1\r\nOrigin: http://evil\r\n"
				   "Content-Type: application/json\r\n",
				   body),
			 403);
	assert_int_equal(sessions_count(world->sessions), 0);
}

/* Of the secret that give_factor() gives, which is "12345678901234567890" (RFC 6238). */
static void code_of(int64_t now_ms, char ret[8])
{
	uint64_t step = (uint64_t)now_ms / 1000 / TOTP_STEP_S;
	unsigned char message[8], mac[20];
	uint32_t number = 0;

	for (int i = 0; i < 8; i++)
		message[i] = (unsigned char)(step >> (56 - 8 * i));
	assert_non_null(HMAC(EVP_sha1(), "12345678901234567890", 20, message, 8, mac, NULL));
	for (int i = 0; i < 4; i++)
		number = number << 8 | mac[(mac[19] & 15) + i];
	snprintf(ret, 8, "%06u", (number & 0x7fffffff) % 1000000);
}

static void a_second_factor_is_asked_for_and_counts_once(void **state)
{
	struct world *world = *state;
	char code[8];

	alter(world, "lan", give_factor);
	assert_int_equal(log_in(world, "lan", "pass-lan", ""), 401);
	assert_code(world, "code_needed");
	assert_int_equal(log_in(world, "lan", "pass-x", ""), 401);
	assert_code(world, "wrong_login");
	assert_int_equal(log_in(world, "lan", "pass-lan", "00000x"), 401);
	assert_code(world, "wrong_login");
	code_of(clock_real_ms(), code);
	assert_int_equal(log_in(world, "lan", "pass-lan", code), 200);
	assert_non_null(strstr(world->body, "\"second_factor\":true"));
	assert_int_equal(log_in(world, "lan", "pass-lan", code), 401);
	assert_code(world, "wrong_login");
	alter(world, "lan", take_factor);
}

static void a_role_may_have_to_have_a_second_factor(void **state)
{
	struct world *world = *state;

	world_replace_access(world, ROLE_ADMIN);
	assert_int_equal(log_in(world, "lan", "pass-lan", ""), 200);
	assert_int_equal(log_in(world, "minh", "pass-x", ""), 401);
	assert_code(world, "wrong_login");
	assert_int_equal(log_in(world, "minh", "pass-minh", ""), 401);
	assert_code(world, "factor_missing");
	world_replace_access(world, N_ROLES);
	assert_int_equal(log_in(world, "minh", "pass-minh", ""), 200);
}

static void guessing_waits_longer_and_longer(void **state)
{
	struct world *world = *state;
	json_t *json;
	int n = 0;

	while (log_in(world, "lan", "pass-x", "") == 401)
		n++;
	assert_int_equal(world->status, 429);
	assert_in_range(n, LOGIN_FREE, LOGIN_RATE - 1);
	assert_non_null(strstr(text_get(&world->raw), "Retry-After: "));
	json = world_answer(world);
	assert_string_equal(world_string(json, "error.code"), "wait");
	assert_true(world_number(json, "wait_ms") > 0);
	json_decref(json);
	/* Each wrong one was noted: with one more it is two seconds. */
	login_failed(world->sessions, "lan", "127.0.0.1", clock_real_ms());
	assert_true(login_wait_ms(world->sessions, "lan", "127.0.0.1", clock_real_ms() + 1100) > 0);
	/* The right one waits as well: else guessing would go on by its answers. */
	assert_int_equal(log_in(world, "lan", "pass-lan", ""), 429);
}

/* Sends a login and does not wait for its answer. */
static int begin(struct world *world, const char *user)
{
	char request[512], body[128];
	const struct sockaddr_in in = { .sin_family = AF_INET,
					.sin_port = htons((uint16_t)world->port),
					.sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int n;

	snprintf(body, sizeof(body), "{\"user\":\"%s\",\"password\":\"pass-x\"}", user);
	n = snprintf(request, sizeof(request),
		     "POST " SESSION " HTTP/1.1\r\n" HEADERS "Connection: close\r\n"
		     "Content-Length: %zu\r\n\r\n%s",
		     strlen(body), body);
	assert_int_equal(connect(fd, (const struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(write(fd, request, (size_t)n), n);
	return fd;
}

static void of_many_attempts_at_once_each_is_answered(void **state)
{
	struct world *world = *state;
	int fds[40], refused = 0;

	for (size_t i = 0; i < COUNT(fds); i++)
		fds[i] = begin(world, i % 2 ? "nobody" : "lan");
	for (size_t i = 0; i < COUNT(fds); i++) {
		int status = world_finish(world, fds[i]);

		assert_true(status == 401 || status == 429);
		if (status != 429)
			continue;
		assert_code(world, "wait");
		refused++;
	}
	assert_true(refused >= (int)COUNT(fds) - LOGIN_RATE);
}

static void control_may_end_while_a_password_is_hashed(void **state)
{
	struct world *world = *state;
	int fds[6];

	for (size_t i = 0; i < COUNT(fds); i++)
		fds[i] = begin(world, "nobody");
	assert_int_equal(world_tcp(world, "GET", "/live", "Host: 127.0.0.1\r\n", ""), 200);
	world_replace_access(world, N_ROLES);
	for (size_t i = 0; i < COUNT(fds); i++)
		close(fds[i]);
	assert_int_equal(log_in(world, "lan", "pass-lan", ""), 200);
}

static void whoever_logs_out_is_out(void **state)
{
	struct world *world = *state;
	char cookie[160], post[512];

	assert_int_equal(log_in(world, "lan", "pass-lan", ""), 200);
	take_cookie(world, cookie);
	assert_int_equal(world_tcp(world, "POST", SESSION "/end", cookie, "{}"), 403);
	assert_int_equal(world_tcp(world, "GET", SESSION, cookie, ""), 200);
	snprintf(post, sizeof(post),
		 "%sOrigin: http://127.0.0.1\r\nX-Iocd: 1\r\nContent-Type: application/json\r\n",
		 cookie);
	assert_int_equal(world_tcp(world, "POST", SESSION "/end", post, "{}"), 200);
	assert_non_null(strstr(text_get(&world->raw), "Set-Cookie: __Host-iocd=; "));
	assert_non_null(strstr(text_get(&world->raw), "Max-Age=0"));
	assert_int_equal(world_tcp(world, "GET", SESSION, cookie, ""), 401);
	assert_int_equal(world_tcp(world, "GET", "/api/v1/status", cookie, ""), 401);
	assert_int_equal(world_tcp(world, "POST", SESSION "/end", post, "{}"), 401);
	assert_int_equal(sessions_count(world->sessions), 0);
}

static void a_session_ends_when_the_browser_logs_in_anew(void **state)
{
	struct world *world = *state;
	char cookie[160], post[512];

	assert_int_equal(log_in(world, "lan", "pass-lan", ""), 200);
	take_cookie(world, cookie);
	snprintf(post, sizeof(post),
		 "%sOrigin: http://127.0.0.1\r\nX-Iocd: 1\r\nContent-Type: application/json\r\n",
		 cookie);
	assert_int_equal(world_tcp(world, "POST", SESSION, post,
				   "{\"user\":\"minh\",\"password\":\"pass-minh\"}"),
			 200);
	assert_non_null(strstr(world->body, "\"user\":\"minh\""));
	assert_int_equal(world_tcp(world, "GET", SESSION, cookie, ""), 401);
}

static void a_session_does_not_outlive_a_change_of_its_user(void **state)
{
	struct world *world = *state;
	char cookie[160];

	assert_int_equal(log_in(world, "lan", "pass-lan", ""), 200);
	take_cookie(world, cookie);
	alter(world, "lan", disable);
	assert_int_equal(world_tcp(world, "GET", SESSION, cookie, ""), 401);
	alter(world, "lan", enable);
	assert_int_equal(world_tcp(world, "GET", SESSION, cookie, ""), 401);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(whoever_knows_the_password_is_let_in, set_up_one),
		cmocka_unit_test_setup(a_wrong_password_says_the_same_as_an_unknown_user,
				       set_up_one),
		cmocka_unit_test_setup(what_is_no_login_is_refused_before_anything_is_hashed,
				       set_up_one),
		cmocka_unit_test_setup(a_login_comes_from_the_page_too, set_up_one),
		cmocka_unit_test_setup(a_second_factor_is_asked_for_and_counts_once, set_up_one),
		cmocka_unit_test_setup(a_role_may_have_to_have_a_second_factor, set_up_one),
		cmocka_unit_test_setup(guessing_waits_longer_and_longer, set_up_one),
		cmocka_unit_test_setup(of_many_attempts_at_once_each_is_answered, set_up_one),
		cmocka_unit_test_setup(control_may_end_while_a_password_is_hashed, set_up_one),
		cmocka_unit_test_setup(whoever_logs_out_is_out, set_up_one),
		cmocka_unit_test_setup(a_session_ends_when_the_browser_logs_in_anew, set_up_one),
		cmocka_unit_test_setup(a_session_does_not_outlive_a_change_of_its_user, set_up_one),
	};

	return cmocka_run_group_tests(tests, set_up, world_tear_down);
}
