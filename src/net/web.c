/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcurl's multi interface, which names the descriptors it waits for and one moment at which it
 * wants to be called: each is a watch, and the moment a timer.
 */
#include "iocd/net/web.h"

#include <assert.h>
#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>

#include "iocd/base/err.h"

#define ANSWER_MAX      (64u << 10) /* bytes of an answer's body that are waited for */
#define CONNECTIONS_MAX 64L         /* kept open for later */

struct post {
	struct post *next; /* in web.posts */
	struct web *web;
	CURL *easy;                 /* owned */
	struct curl_slist *headers; /* owned */
	web_done_fn *fn;
	void *context;
	uint64_t token;
	size_t n_answered; /* bytes of the answer's body */
	char why[CURL_ERROR_SIZE];
};

/* A descriptor that libcurl waits for. */
struct socket_watch {
	struct web *web;
	struct watch *watch; /* owned */
	curl_socket_t socket;
};

struct web {
	struct loop *loop;
	CURLM *multi;        /* owned */
	struct timer *timer; /* owned */
	char *ca_file;       /* owned; NULL: the system's */
	struct post *posts;  /* owned; under way */
	uint64_t last_token;
};

/* ---- posts ---- */

static void end_transfer(struct post *post)
{
	if (post->easy) {
		curl_multi_remove_handle(post->web->multi, post->easy);
		curl_easy_cleanup(post->easy);
	}
	post->easy = NULL;
}

static void free_post(struct post *post)
{
	end_transfer(post);
	curl_slist_free_all(post->headers);
	free(post);
}

static void unlink_post(struct post *post)
{
	struct post **link = &post->web->posts;

	while (*link != post)
		link = &(*link)->next;
	*link = post->next;
}

/* Tells what became of post, which is taken. */
static void finish(struct post *post, CURLcode result)
{
	bool was_cut = result == CURLE_WRITE_ERROR && post->n_answered > ANSWER_MAX;
	const char *why = post->why[0] ? post->why : curl_easy_strerror(result);
	long status = 0;

	if (result == CURLE_OK || was_cut)
		curl_easy_getinfo(post->easy, CURLINFO_RESPONSE_CODE, &status);
	end_transfer(post);
	unlink_post(post);
	post->fn(post->context, post->token, (int)status, status ? "" : why);
	free_post(post);
}

static void finish_what_is_over(struct web *web)
{
	const CURLMsg *message;
	int n_left;

	while ((message = curl_multi_info_read(web->multi, &n_left))) {
		CURLcode result = message->data.result;
		char *post;

		assert(message->msg == CURLMSG_DONE);
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &post);
		finish((struct post *)(void *)post, result);
	}
}

static void act(struct web *web, curl_socket_t socket, int events)
{
	int n_running;
	CURLMcode r = curl_multi_socket_action(web->multi, socket, events, &n_running);

	assert(r == CURLM_OK);
	finish_what_is_over(web);
}

/* ---- what libcurl waits for ---- */

static void on_ready(void *context, bool readable, bool writable)
{
	const struct socket_watch *watch = context;

	act(watch->web, watch->socket,
	    (readable ? CURL_CSELECT_IN : 0) | (writable ? CURL_CSELECT_OUT : 0));
}

static void on_timer(void *context)
{
	act(context, CURL_SOCKET_TIMEOUT, 0);
}

static struct socket_watch *start_watching(struct web *web, curl_socket_t socket)
{
	struct socket_watch *watch = xcalloc(1, sizeof(*watch));
	int r = watch_new(&watch->watch, web->loop, socket, on_ready, watch);

	assert(r == 0); /* it has just been made, and is watched by nobody */
	watch->web = web;
	watch->socket = socket;
	curl_multi_assign(web->multi, socket, watch);
	return watch;
}

static void end_watching(struct socket_watch *watch)
{
	if (!watch)
		return;

	curl_multi_assign(watch->web->multi, watch->socket, NULL);
	watch_close(watch->watch);
	free(watch);
}

static int on_interest(CURL *easy, curl_socket_t socket, int what, void *context,
		       void *socket_context)
{
	struct socket_watch *watch = socket_context;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		end_watching(watch);
		return 0;
	}
	if (!watch)
		watch = start_watching(context, socket);
	watch_set(watch->watch, what & CURL_POLL_IN, what & CURL_POLL_OUT);
	return 0;
}

static int on_moment(CURLM *multi, long delay_ms, void *context)
{
	struct web *web = context;

	(void)multi;
	if (delay_ms < 0)
		timer_stop(web->timer);
	else
		timer_start(web->timer, delay_ms, 0);
	return 0;
}

/* ---- door ---- */

int web_new(struct web **ret, struct loop *loop, const char *ca_file)
{
	struct web *web;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_raise(-ENOMEM);
	if (!(curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_ASYNCHDNS)) {
		curl_global_cleanup();
		return err_raise(-ENOTSUP);
	}

	web = xcalloc(1, sizeof(*web));
	web->loop = loop;
	web->multi = curl_multi_init();
	assert(web->multi);
	web->timer = timer_new(loop, on_timer, web);
	web->ca_file = ca_file ? xstrdup(ca_file) : NULL;
	curl_multi_setopt(web->multi, CURLMOPT_SOCKETFUNCTION, on_interest);
	curl_multi_setopt(web->multi, CURLMOPT_SOCKETDATA, web);
	curl_multi_setopt(web->multi, CURLMOPT_TIMERFUNCTION, on_moment);
	curl_multi_setopt(web->multi, CURLMOPT_TIMERDATA, web);
	curl_multi_setopt(web->multi, CURLMOPT_MAXCONNECTS, CONNECTIONS_MAX);
	*ret = web;
	return 0;
}

static size_t on_answer(char *bytes, size_t size, size_t n, void *context)
{
	struct post *post = context;

	(void)bytes;
	post->n_answered += size * n;
	return post->n_answered > ANSWER_MAX ? 0 : size * n;
}

static void add_header(struct post *post, const char *header)
{
	struct curl_slist *headers = curl_slist_append(post->headers, header);

	assert(headers);
	post->headers = headers;
}

static void set_safety(CURL *easy, const char *ca_file)
{
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (ca_file) {
		curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	}
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	/* Else the end of a post whose server is still being looked up waits for that thread. */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
}

static void set_request(struct post *post, const struct web_request *request)
{
	CURL *easy = post->easy;
	CURLcode r;

	curl_easy_setopt(easy, CURLOPT_URL, request->url);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)request->timeout_ms);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)request->body_size);
	r = curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, request->body);
	assert(r == CURLE_OK);
	for (size_t i = 0; i < request->n_headers; i++)
		add_header(post, request->headers[i]);
	add_header(post, "Expect:"); /* asking first would double the time that a post takes */
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, post->headers);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "iocd/" IOCD_VERSION);
}

uint64_t web_post(struct web *web, const struct web_request *request, web_done_fn *fn,
		  void *context)
{
	struct post *post = xcalloc(1, sizeof(*post));
	CURLMcode r;

	assert(request->timeout_ms > 0);

	post->web = web;
	post->fn = fn;
	post->context = context;
	post->token = ++web->last_token;
	post->easy = curl_easy_init();
	assert(post->easy);
	set_safety(post->easy, web->ca_file);
	set_request(post, request);
	curl_easy_setopt(post->easy, CURLOPT_ERRORBUFFER, post->why);
	curl_easy_setopt(post->easy, CURLOPT_WRITEFUNCTION, on_answer);
	curl_easy_setopt(post->easy, CURLOPT_WRITEDATA, post);
	curl_easy_setopt(post->easy, CURLOPT_PRIVATE, post);
	post->next = web->posts;
	web->posts = post;
	r = curl_multi_add_handle(web->multi, post->easy);
	assert(r == CURLM_OK);
	return post->token;
}

void web_cancel(struct web *web, uint64_t token)
{
	struct post *post = web->posts;

	while (post && post->token != token)
		post = post->next;
	if (!post)
		return;

	unlink_post(post);
	free_post(post);
}

void web_close(struct web *web)
{
	if (!web)
		return;

	while (web->posts) {
		struct post *post = web->posts;

		web->posts = post->next;
		free_post(post);
	}
	curl_multi_cleanup(web->multi);
	timer_close(web->timer);
	curl_global_cleanup();
	free(web->ca_file);
	free(web);
}
