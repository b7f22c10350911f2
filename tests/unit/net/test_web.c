/* SPDX-License-Identifier: Apache-2.0 */
/* Against raw servers in the same loop, and openssl(1) where TLS matters. */
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "iocd/net/web.h"
#include "web_server.h"

#define PATIENCE_MS 20000
#define FINE        "HTTP/1.1 204 No Content\r\n\r\n"

struct tls {
	char directory[32];
	char certificate[64];
	int port;
	pid_t server;
	int input; /* of the server: what it answers to whoever comes */
};

struct fixture {
	struct loop *loop;
	struct timer *guard;
	bool is_out_of_patience;
	struct web_server server;
	struct web *web;
	char url[64];
	int n_done;
	uint64_t token;
	int status;
	char why[256];
	uint64_t next; /* posted from within a done function */
	struct tls tls;
};

/* ---- names: a resolver that does not come back before it is let go ---- */

static pthread_mutex_t resolver = PTHREAD_MUTEX_INITIALIZER;

/* Stands before libc's, for libcurl's threads. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
		struct addrinfo **ret)
{
	int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
	void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");

	memcpy(&real, &symbol, sizeof(real));
	if (name && strcmp(name, "slow.invalid") == 0) {
		pthread_mutex_lock(&resolver);
		pthread_mutex_unlock(&resolver);
		return EAI_AGAIN;
	}
	return real(name, service, hints, ret);
}

/* ---- scene ---- */

static void on_guard(void *context)
{
	struct fixture *f = context;

	f->is_out_of_patience = true;
	loop_stop(f->loop);
}

#define RUN_UNTIL(f, condition)                                                                    \
	do {                                                                                       \
		timer_start((f)->guard, PATIENCE_MS, 0);                                           \
		while (!(condition)) {                                                             \
			loop_run((f)->loop);                                                       \
			assert_false((f)->is_out_of_patience);                                     \
		}                                                                                  \
		timer_stop((f)->guard);                                                            \
	} while (0)

static void on_done(void *context, uint64_t token, int status, const char *why)
{
	struct fixture *f = context;

	f->n_done++;
	f->token = token;
	f->status = status;
	snprintf(f->why, sizeof(f->why), "%s", why);
	loop_stop(f->loop);
}

static int make(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	assert_int_equal(loop_new(&f->loop), 0);
	f->guard = timer_new(f->loop, on_guard, f);
	web_server_init(&f->server, f->loop);
	f->server.answer = FINE;
	snprintf(f->url, sizeof(f->url), "http://127.0.0.1:%d/hook", f->server.port);
	assert_int_equal(web_new(&f->web, f->loop, NULL), 0);
	*state = f;
	return 0;
}

static int unmake(void **state)
{
	struct fixture *f = *state;

	web_close(f->web);
	web_server_fini(&f->server);
	timer_close(f->guard);
	loop_free(f->loop);
	free(f);
	return 0;
}

static uint64_t post_to(struct fixture *f, const char *url, int64_t timeout_ms)
{
	const char *const headers[] = { "Content-Type: application/json", "X-Mark: 7" };
	const struct web_request request = {
		.url = url,
		.headers = headers,
		.n_headers = 2,
		.body = "{\"a\":1}",
		.body_size = 7,
		.timeout_ms = timeout_ms,
	};
	uint64_t token = web_post(f->web, &request, on_done, f);

	assert_true(token != 0);
	return token;
}

static uint64_t post(struct fixture *f)
{
	return post_to(f, f->url, PATIENCE_MS);
}

/* ---- tests ---- */

static void a_post_arrives_whole(void **state)
{
	struct fixture *f = *state;
	uint64_t token = post(f);
	const char *last;

	assert_int_equal(f->n_done, 0);
	RUN_UNTIL(f, f->n_done == 1);
	assert_int_equal(f->token, token);
	assert_int_equal(f->status, 204);
	last = text_get(&f->server.last);
	assert_memory_equal(last, "POST /hook HTTP/1.1\r\n", 21);
	assert_non_null(strstr(last, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(last, "\r\nX-Mark: 7\r\n"));
	assert_string_equal(strstr(last, "\r\n\r\n"), "\r\n\r\n{\"a\":1}");
}

static void a_large_body_is_not_asked_about_first(void **state)
{
	struct fixture *f = *state;
	const size_t size = 2 << 20;
	char *body = malloc(size);
	const struct web_request request = {
		.url = f->url, .body = body, .body_size = size, .timeout_ms = PATIENCE_MS
	};
	const char *got;

	assert_non_null(body);
	memset(body, 'b', size);
	assert_true(web_post(f->web, &request, on_done, f) != 0);
	RUN_UNTIL(f, f->n_done == 1);
	assert_int_equal(f->status, 204);
	assert_null(strstr(text_get(&f->server.last), "Expect"));
	got = strstr(text_get(&f->server.last), "\r\n\r\n") + 4;
	assert_memory_equal(got, body, size);
	free(body);
}

static void every_status_is_told_and_no_redirection_followed(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nno",
		"HTTP/1.1 302 There\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 429 Slowly\r\nContent-Length: 0\r\n\r\n",
	};
	static const int statuses[] = { 500, 302, 429 };
	struct fixture *f = *state;

	for (int i = 0; i < 3; i++) {
		f->server.answer = answers[i];
		post(f);
		RUN_UNTIL(f, f->n_done == i + 1);
		assert_int_equal(f->status, statuses[i]);
		assert_string_equal(f->why, "");
		assert_int_equal(f->server.n_requests, i + 1);
	}
	assert_int_equal(f->server.n_peers, 1); /* one connection served them all */
}

static void an_answer_without_end_is_cut_off(void **state)
{
	struct fixture *f = *state;
	char answer[200000];

	memset(answer, 'x', sizeof(answer));
	memcpy(answer, "HTTP/1.1 200 Fine\r\nContent-Length: 999999999\r\n\r\n", 48);
	answer[sizeof(answer) - 1] = '\0';
	f->server.answer = answer;
	post(f);
	RUN_UNTIL(f, f->n_done == 1);
	assert_int_equal(f->status, 200);
}

static void what_is_no_answer_has_a_reason(void **state)
{
	struct fixture *f = *state;

	f->server.answer = "HTTP/1.1 200 Fine\r\nContent-Length: 10\r\n\r\nhalf";
	post_to(f, f->url, 50);
	RUN_UNTIL(f, f->n_done == 1);
	assert_int_equal(f->status, 0);
	assert_string_not_equal(f->why, "");

	post_to(f, "ftp://127.0.0.1/", PATIENCE_MS);
	RUN_UNTIL(f, f->n_done == 2);
	assert_int_equal(f->status, 0);
	assert_non_null(strstr(f->why, "rotocol"));

	post_to(f, "file:///etc/passwd", PATIENCE_MS);
	RUN_UNTIL(f, f->n_done == 3);
	assert_int_equal(f->status, 0);
	assert_non_null(strstr(f->why, "rotocol"));

	post_to(f, "http://", PATIENCE_MS);
	RUN_UNTIL(f, f->n_done == 4);
	assert_int_equal(f->status, 0);

	post_to(f, "http://127.0.0.1:1/", PATIENCE_MS); /* where nobody listens */
	RUN_UNTIL(f, f->n_done == 5);
	assert_int_equal(f->status, 0);
	assert_non_null(strstr(f->why, "onnect"));
}

static void a_silent_server_delays_nobody_but_its_own_post(void **state)
{
	struct fixture *f = *state;
	struct web_server silent;
	char url[64];
	uint64_t token;

	web_server_init(&silent, f->loop);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", silent.port);
	token = post_to(f, url, 100);
	RUN_UNTIL(f, silent.n_requests == 1);
	for (int i = 0; i < 3; i++) {
		uint64_t other = post(f);

		RUN_UNTIL(f, f->token == other);
		assert_int_equal(f->status, 204);
	}
	RUN_UNTIL(f, f->token == token);
	assert_int_equal(f->status, 0);
	assert_non_null(strstr(f->why, "timed out"));
	assert_int_equal(f->n_done, 4);
	web_server_fini(&silent);
}

static void a_name_that_nobody_resolves_holds_up_neither_loop_nor_end(void **state)
{
	struct fixture *f = *state;
	uint64_t slow, other;

	pthread_mutex_lock(&resolver);
	slow = post_to(f, "http://slow.invalid/", 50);
	other = post(f);
	RUN_UNTIL(f, f->token == other);
	assert_int_equal(f->status, 204);
	RUN_UNTIL(f, f->token == slow); /* although its thread still waits */
	assert_int_equal(f->status, 0);

	slow = post_to(f, "http://slow.invalid/", PATIENCE_MS);
	other = post(f);
	RUN_UNTIL(f, f->token == other);
	web_cancel(f->web, slow);
	other = post(f);
	RUN_UNTIL(f, f->token == other);
	assert_int_equal(f->n_done, 4);
	pthread_mutex_unlock(&resolver);

	snprintf(f->url, sizeof(f->url), "http://localhost:%d/", f->server.port);
	post(f);
	RUN_UNTIL(f, f->n_done == 5);
	assert_int_equal(f->status, 204);
}

static void what_was_cancelled_is_not_told(void **state)
{
	struct fixture *f = *state;
	uint64_t token, other;

	f->server.answer = NULL;
	token = post(f);
	RUN_UNTIL(f, f->server.n_requests == 1);
	web_cancel(f->web, token);
	web_cancel(f->web, token);
	web_cancel(f->web, 12345);
	f->server.answer = FINE;
	other = post(f);
	RUN_UNTIL(f, f->n_done == 1);
	assert_int_equal(f->token, other);
	assert_int_equal(f->server.n_requests, 2);
}

static void on_first(void *context, uint64_t token, int status, const char *why)
{
	struct fixture *f = context;

	on_done(f, token, status, why);
	web_cancel(f->web, f->next);
	f->next = post(f);
}

static void a_done_function_may_post_and_cancel(void **state)
{
	struct fixture *f = *state;
	const struct web_request request = { .url = f->url, .body = "", .timeout_ms = PATIENCE_MS };
	struct web_server silent;
	char url[64];

	web_server_init(&silent, f->loop);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", silent.port);
	f->next = post_to(f, url, PATIENCE_MS);
	RUN_UNTIL(f, silent.n_requests == 1);
	assert_true(web_post(f->web, &request, on_first, f) != 0);
	RUN_UNTIL(f, f->n_done == 2);
	assert_int_equal(f->token, f->next);
	assert_int_equal(f->status, 204);
	web_server_fini(&silent);
}

static void what_is_under_way_when_it_closes_is_dropped(void **state)
{
	struct fixture *f = *state;

	f->server.answer = NULL;
	post(f);
	post(f);
	RUN_UNTIL(f, f->server.n_requests == 2);
	post(f); /* not even begun */
	web_close(f->web);
	f->web = NULL;
	assert_int_equal(f->n_done, 0);
}

/* ---- TLS ---- */

/* An HTTPS server that has one answer for whoever comes first, and a certificate for alt that only
 * it vouches for. */
static void start_tls(struct fixture *f, const char *alt)
{
	char command[1024];
	int ends[2];

	strcpy(f->tls.directory, "/tmp/iocd-web-XXXXXX");
	assert_non_null(mkdtemp(f->tls.directory));
	snprintf(f->tls.certificate, sizeof(f->tls.certificate), "%s/c", f->tls.directory);
	snprintf(command, sizeof(command),
		 "cd %s && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 "
		 "-nodes -days 2 -subj /CN=x -addext subjectAltName=%s -keyout k -out c "
		 ">/dev/null 2>&1",
		 f->tls.directory, alt);
	assert_int_equal(system(command), 0);

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], FINE, strlen(FINE)), strlen(FINE));
	snprintf(command, sizeof(command),
		 "cd %s && exec openssl s_server -quiet -accept 127.0.0.1:%d -cert c -key k "
		 ">/dev/null 2>&1",
		 f->tls.directory, f->tls.port);
	f->tls.server = fork();
	assert_true(f->tls.server >= 0);
	if (f->tls.server == 0) {
		dup2(ends[0], 0);
		close(ends[0]);
		close(ends[1]);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(ends[0]);
	f->tls.input = ends[1];
}

static void end_tls(struct fixture *f)
{
	char command[64];

	close(f->tls.input);
	kill(f->tls.server, SIGKILL);
	waitpid(f->tls.server, NULL, 0);
	snprintf(command, sizeof(command), "rm -r %s", f->tls.directory);
	assert_int_equal(system(command), 0);
}

static int port_free_a_moment_ago(struct fixture *f)
{
	struct web_server server;

	web_server_init(&server, f->loop);
	web_server_fini(&server);
	return server.port;
}

/* Posts to an HTTPS server with a certificate for alt, trusting it itself or only the system's
 * authorities. */
static void post_by_tls(struct fixture *f, const char *alt, bool is_trusted)
{
	f->tls.port = port_free_a_moment_ago(f);
	snprintf(f->url, sizeof(f->url), "https://127.0.0.1:%d/", f->tls.port);
	start_tls(f, alt);
	web_close(f->web);
	assert_int_equal(web_new(&f->web, f->loop, is_trusted ? f->tls.certificate : NULL), 0);
	do { /* until it listens */
		int n_done = f->n_done;

		post(f);
		RUN_UNTIL(f, f->n_done > n_done);
	} while (strstr(f->why, "Failed to connect"));
	end_tls(f);
}

static void a_server_that_is_vouched_for_is_told(void **state)
{
	struct fixture *f = *state;

	post_by_tls(f, "IP:127.0.0.1", true);
	assert_string_equal(f->why, "");
	assert_int_equal(f->status, 204);
}

static void a_server_that_nobody_vouches_for_is_not(void **state)
{
	struct fixture *f = *state;

	post_by_tls(f, "IP:127.0.0.1", false);
	assert_int_equal(f->status, 0);
	assert_non_null(strstr(f->why, "certificate"));
}

static void a_server_of_another_name_is_not(void **state)
{
	struct fixture *f = *state;

	post_by_tls(f, "DNS:other.example", true);
	assert_int_equal(f->status, 0);
	assert_non_null(strstr(f->why, "127.0.0.1"));
}

#define WEB_TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)

int main(void)
{
	static const char *const proxies[] = { "http_proxy", "https_proxy", "HTTPS_PROXY",
					       "all_proxy", "ALL_PROXY" };
	const struct CMUnitTest tests[] = {
		WEB_TEST(a_post_arrives_whole),
		WEB_TEST(a_large_body_is_not_asked_about_first),
		WEB_TEST(every_status_is_told_and_no_redirection_followed),
		WEB_TEST(an_answer_without_end_is_cut_off),
		WEB_TEST(what_is_no_answer_has_a_reason),
		WEB_TEST(a_silent_server_delays_nobody_but_its_own_post),
		WEB_TEST(a_name_that_nobody_resolves_holds_up_neither_loop_nor_end),
		WEB_TEST(what_was_cancelled_is_not_told),
		WEB_TEST(a_done_function_may_post_and_cancel),
		WEB_TEST(what_is_under_way_when_it_closes_is_dropped),
		WEB_TEST(a_server_that_is_vouched_for_is_told),
		WEB_TEST(a_server_that_nobody_vouches_for_is_not),
		WEB_TEST(a_server_of_another_name_is_not),
	};

	for (size_t i = 0; i < COUNT(proxies); i++)
		unsetenv(proxies[i]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
