/* SPDX-License-Identifier: Apache-2.0 */
#include "live.h"

#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "sse.h"

#define BEHIND_EVERY_MS 5000 /* between two whole lists because something was missed */

struct live {
	const struct call *call;
	struct board *board;
	CURLM *multi;
	CURL *stream; /* NULL: to be opened at retry_ms */
	struct sse sse;
	bool is_open;     /* the stream's headers came */
	bool is_complete; /* the board was filled since */
	bool has_changed;
	int64_t heard_ms; /* when anything came, monotonic */
	int64_t retry_ms; /* monotonic */
	int64_t asked_ms; /* when the whole list was asked for last, monotonic */
	int64_t lost_ms;  /* civil; 0: there is live data */
	struct text why;
};

static void lose(struct live *live, const char *why)
{
	int64_t silent_ms = clock_mono_ms() - live->heard_ms;

	if (live->stream) {
		curl_multi_remove_handle(live->multi, live->stream);
		curl_easy_cleanup(live->stream);
		live->stream = NULL;
	}
	live->is_open = false;
	live->is_complete = false;
	live->retry_ms = clock_mono_ms() + LIVE_RETRY_MS;
	live->has_changed = true;
	text_clear(&live->why);
	text_add(&live->why, "%s", why);
	if (!live->lost_ms)
		live->lost_ms = clock_real_ms() - silent_ms;
}

static void on_event(void *context, const char *event, const char *data, size_t n)
{
	struct live *live = context;
	json_t *json = json_loadb(data, n, JSON_ALLOW_NUL, NULL);

	if (strcmp(event, "alert") == 0)
		board_apply(live->board, json);
	else if (strcmp(event, "status") == 0)
		board_set_status(live->board, json);
	else if (strcmp(event, "reset") == 0)
		live->is_complete = false;
	json_decref(json);
	live->has_changed = true;
}

static size_t on_bytes(char *bytes, size_t size, size_t n, void *context)
{
	struct live *live = context;

	live->is_open = true;
	live->heard_ms = clock_mono_ms();
	sse_feed(&live->sse, bytes, size * n);
	return size * n;
}

/* An empty line ends the headers; the first event may take another second. */
static size_t on_header(char *bytes, size_t size, size_t n, void *context)
{
	struct live *live = context;

	live->heard_ms = clock_mono_ms();
	if (size * n <= 2)
		live->is_open = true;
	(void)bytes;
	return size * n;
}

static void open_stream(struct live *live)
{
	const struct argument with_status[] = { { "status", "1" } };
	CLEANUP_TEXT struct text url = { 0 };

	live->retry_ms = clock_mono_ms() + LIVE_RETRY_MS;
	live->heard_ms = clock_mono_ms(); /* so much patience has the attempt */
	live->stream = api_handle(live->call);
	if (!live->stream)
		return;

	sse_fini(&live->sse);
	sse_init(&live->sse, on_event, live);
	api_add_url(&url, live->call, "stream", with_status, COUNT(with_status));
	curl_easy_setopt(live->stream, CURLOPT_URL, text_get(&url));
	curl_easy_setopt(live->stream, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(live->stream, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(live->stream, CURLOPT_WRITEDATA, live);
	curl_easy_setopt(live->stream, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(live->stream, CURLOPT_HEADERDATA, live);
	curl_multi_add_handle(live->multi, live->stream);
}

struct live *live_new(const struct call *call, struct board *board)
{
	struct live *live = xcalloc(1, sizeof(*live));

	live->call = call;
	live->board = board;
	live->multi = curl_multi_init();
	if (!live->multi) {
		free(live);
		return NULL;
	}
	live->heard_ms = clock_mono_ms();
	live->lost_ms = clock_real_ms();
	open_stream(live);
	return live;
}

struct live *live_free(struct live *live)
{
	if (!live)
		return NULL;

	if (live->stream) {
		curl_multi_remove_handle(live->multi, live->stream);
		curl_easy_cleanup(live->stream);
	}
	curl_multi_cleanup(live->multi);
	sse_fini(&live->sse);
	text_fini(&live->why);
	free(live);
	return NULL;
}

/* Asks for everything, after the stream is open: what happens meanwhile comes again by the stream,
 * and applying it twice does no harm. */
static void fill(struct live *live)
{
	const struct argument all[] = { { "limit", ALERTS_LIMIT } };
	CLEANUP_TEXT struct text why = { 0 };
	json_t *status = NULL;
	json_t *alerts = NULL;

	live->asked_ms = clock_mono_ms();
	if (api_ask(live->call, "status", NULL, 0, &status, &why) != STATUS_GOOD ||
	    api_ask(live->call, "alerts", all, COUNT(all), &alerts, &why) != STATUS_GOOD) {
		lose(live, text_get(&why));
	} else {
		board_set_status(live->board, status);
		board_set_alerts(live->board, alerts);
		live->is_complete = true;
		live->lost_ms = 0;
		live->heard_ms = clock_mono_ms();
		live->has_changed = true;
	}
	json_decref(status);
	json_decref(alerts);
}

static void look_for_end(struct live *live)
{
	CURLMsg *message;
	int n;

	while ((message = curl_multi_info_read(live->multi, &n)))
		if (message->msg == CURLMSG_DONE && message->easy_handle == live->stream) {
			lose(live, message->data.result == CURLE_OK
					   ? ""
					   : curl_easy_strerror(message->data.result));
			return;
		}
}

static void carry(struct live *live)
{
	int64_t now_ms = clock_mono_ms();
	int n;

	curl_multi_perform(live->multi, &n);
	look_for_end(live);
	if (live->stream && now_ms - live->heard_ms > LIVE_SILENCE_MS) {
		lose(live, "");
		return; /* to be seen before another attempt, which may take a while */
	}

	if (!live->stream && now_ms >= live->retry_ms)
		open_stream(live);
	else if (live->is_open && !live->is_complete)
		fill(live);
	else if (live->is_complete && board_is_behind(live->board) &&
		 now_ms - live->asked_ms > BEHIND_EVERY_MS)
		fill(live);
}

bool live_wait(struct live *live, int fd, int timeout_ms)
{
	struct curl_waitfd input = { .fd = fd, .events = CURL_WAIT_POLLIN };

	live->has_changed = false;
	curl_multi_poll(live->multi, &input, 1, timeout_ms, NULL);
	carry(live);
	return live->has_changed;
}

int64_t live_lost_ms(const struct live *live)
{
	return live->lost_ms;
}

const char *live_why(const struct live *live)
{
	return text_get(&live->why);
}
