/* SPDX-License-Identifier: Apache-2.0 */
#include "api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen.h"

#define CONNECT_MS 3000
#define TOTAL_MS   15000

const char *api_where(const struct call *call)
{
	return call->url ? call->url : call->socket;
}

void api_print(const json_t *json)
{
	/* 15 digits read back as what was written here; 17 would show 0.1 as 0.10000000000000001.
	 */
	(void)json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
	putchar('\n');
}

void api_add_url(struct text *text, const struct call *call, const char *path,
		 const struct argument *arguments, size_t n)
{
	const char *base = call->url ? call->url : "http://localhost";
	size_t size = strlen(base);
	char separator = '?';

	while (size > 0 && base[size - 1] == '/')
		size--;
	text_add(text, "%.*s/api/v1/%s", (int)size, base, path);
	for (size_t i = 0; i < n; i++) {
		char *value;

		if (!arguments[i].value)
			continue;
		value = curl_easy_escape(NULL, arguments[i].value, 0);
		text_add(text, "%c%s=%s", separator, arguments[i].name, value ? value : "");
		curl_free(value);
		separator = '&';
	}
}

CURL *api_handle(const struct call *call)
{
	CURL *curl = curl_easy_init();

	if (!curl)
		return NULL;
	if (!call->url)
		curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, call->socket);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	if (call->token) {
		curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
		curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, call->token);
	}
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	return curl;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *context)
{
	text_add_bytes(context, bytes, size * n);
	return size * n;
}

/* Stores what came in body and the HTTP status in *ret_status; false: nothing came. */
static bool perform(CURL *curl, int timeout_ms, const char *url, struct text *body,
		    long *ret_status, struct text *why)
{
	CURLcode r;

	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
	r = curl_easy_perform(curl);
	if (r != CURLE_OK) {
		text_add(why, "%s", curl_easy_strerror(r));
		return false;
	}
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, ret_status);
	return true;
}

static void explain_unreachable(const struct call *call, struct text *why)
{
	CLEANUP_TEXT struct text reason = { 0 };

	text_add(&reason, "%s", text_get(why));
	text_clear(why);
	text_add(why,
		 SAY(call, "không kết nối được iocd tại '%s': %s; iocd có đang chạy không?",
		     "cannot reach iocd at '%s': %s; is it running?"),
		 api_where(call), text_get(&reason));
}

/* What commands are refused for, in words of ours; NULL: iocd's own have to do. */
static const char *words_of(const struct call *call, const json_t *error)
{
	/* clang-format off */
	static const struct { const char *code, *vi, *en; } words[] = {
		{ "no_such_alert", "không có cảnh báo như vậy (có thể vừa hết)",
		  "no such alert stands (it may just be over)" },
		{ "no_such_rule", "không có quy tắc này", "there is no such rule" },
		{ "no_such_unit", "không có đơn vị này", "there is no such unit" },
		{ "too_late", "thời hạn đã qua", "the end lies in the past" },
		{ "full", "đã gác hoặc ngừng quá nhiều: hãy bỏ bớt (iocctl suppressions)",
		  "too much is shelved or out of service: end some (iocctl suppressions)" },
		{ "not_logged_in", "cần --token-file với mã còn hiệu lực (iocctl user token)",
		  "it needs --token-file with a token that holds (iocctl user token)" },
		{ "busy", "iocd đang bận: chưa làm gì, hãy thử lại",
		  "iocd is busy: nothing was done, try again" },
		{ "not_journaled", "nhật ký của iocd không ghi được: chưa làm gì",
		  "iocd's journal does not take it: nothing was done" },
		{ "not_yet", "đã vào nhật ký và sẽ được làm, nhưng iocd chưa kịp",
		  "it is in the journal and will be done, but iocd has not come to it yet" },
	};
	/* clang-format on */
	const char *code = json_string_value(json_object_get(error, "code"));

	for (size_t i = 0; code && i < COUNT(words); i++)
		if (strcmp(words[i].code, code) == 0)
			return SAY(call, words[i].vi, words[i].en);

	return NULL;
}

static int judge(const struct call *call, const struct text *body, long status, json_t **ret,
		 struct text *why)
{
	json_t *json = json_loadb(text_get(body), body->size, JSON_ALLOW_NUL, NULL);
	const json_t *error = json_object_get(json, "error");
	const char *message = json_string_value(json_object_get(error, "message"));
	const char *words = words_of(call, error);

	*ret = json;
	if (json && status < 400)
		return STATUS_GOOD;
	if (!json || !message) {
		json_decref(json);
		*ret = NULL;
		text_add(why,
			 SAY(call, "'%s' trả lời không phải iocd (HTTP %ld)",
			     "'%s' does not answer like iocd (HTTP %ld)"),
			 api_where(call), status);
		return STATUS_UNREACHABLE;
	}
	screen_clean(why, words ? words : message);
	return status == 400 ? STATUS_USAGE : STATUS_FINDING;
}

/* Does one request with the handle curl, which it takes. */
static int request(const struct call *call, CURL *curl, const char *url, json_t **ret,
		   struct text *why)
{
	CLEANUP_TEXT struct text body = { 0 };
	long status = 0;
	bool came = curl && perform(curl, call->timeout_ms ? call->timeout_ms : TOTAL_MS, url,
				    &body, &status, why);

	curl_easy_cleanup(curl);
	*ret = NULL;
	if (!came) {
		explain_unreachable(call, why);
		return STATUS_UNREACHABLE;
	}
	return judge(call, &body, status, ret, why);
}

int api_ask(const struct call *call, const char *path, const struct argument *arguments, size_t n,
	    json_t **ret, struct text *why)
{
	CLEANUP_TEXT struct text url = { 0 };
	int status;

	api_add_url(&url, call, path, arguments, n);
	status = request(call, api_handle(call), text_get(&url), ret, why);
	if (status != STATUS_GOOD) {
		json_decref(*ret);
		*ret = NULL;
	}
	return status;
}

int api_get(const struct call *call, const char *path, const struct argument *arguments, size_t n,
	    json_t **ret)
{
	CLEANUP_TEXT struct text why = { 0 };
	int status = api_ask(call, path, arguments, n, ret, &why);

	if (status != STATUS_GOOD)
		fprintf(stderr, "iocctl: %s\n", text_get(&why));
	return status;
}

int api_fetch(const struct call *call, const char *path, const struct argument *arguments, size_t n,
	      struct text *body)
{
	CLEANUP_TEXT struct text url = { 0 };
	CLEANUP_TEXT struct text why = { 0 };
	CURL *curl = api_handle(call);
	int result = STATUS_GOOD;
	long status = 0;

	api_add_url(&url, call, path, arguments, n);
	if (!curl || !perform(curl, TOTAL_MS, text_get(&url), body, &status, &why)) {
		explain_unreachable(call, &why);
		result = STATUS_UNREACHABLE;
	} else if (status >= 400) {
		json_t *refusal;

		result = judge(call, body, status, &refusal, &why);
		json_decref(refusal);
		text_clear(body);
	}
	curl_easy_cleanup(curl);
	if (result != STATUS_GOOD)
		fprintf(stderr, "iocctl: %s\n", text_get(&why));
	return result;
}

int api_send(const struct call *call, const char *path, const char *body, const char *key,
	     json_t **ret, struct text *why)
{
	struct curl_slist *headers = curl_slist_append(NULL, "X-Iocd: 1");
	CLEANUP_TEXT struct text url = { 0 };
	CLEANUP_TEXT struct text header = { 0 };
	CURL *curl = api_handle(call);
	int status;

	headers = curl_slist_append(headers, "Content-Type: application/json");
	if (key) {
		text_add(&header, "Idempotency-Key: %s", key);
		headers = curl_slist_append(headers, text_get(&header));
	}
	api_add_url(&url, call, path, NULL, 0);
	if (curl) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
		curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	}
	status = request(call, curl, text_get(&url), ret, why);
	curl_slist_free_all(headers);
	return status;
}

int api_post(const struct call *call, const char *path, json_t **ret)
{
	json_t *who = json_pack("{s:s}", "by", call->by);
	char *body = who && *call->by ? json_dumps(who, JSON_COMPACT) : NULL;
	CLEANUP_TEXT struct text why = { 0 };
	int status = api_send(call, path, body ? body : "", NULL, ret, &why);

	if (status != STATUS_GOOD)
		fprintf(stderr, "iocctl: %s\n", text_get(&why));
	free(body);
	json_decref(who);
	return status;
}
