/* SPDX-License-Identifier: Apache-2.0 */
#include "publish_tell.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api.h"

#define LISTED_MAX 1000 /* refusals in the result; all are counted and said */
#define SHOWN_MS   200  /* between two lines of progress */

void publish_tell_init(struct publish_tell *tell, const struct call *call,
		       const struct publish_options *options)
{
	*tell = (struct publish_tell){
		.call = call,
		.options = options,
		.refused = json_array(),
		.is_shown = isatty(STDERR_FILENO) && !options->quiet && !call->json,
	};
}

void publish_tell_fini(struct publish_tell *tell)
{
	json_decref(tell->refused);
}

/* ---- on the way ---- */

static void wipe(struct publish_tell *tell)
{
	if (tell->has_line)
		fputs("\r\033[K", stderr);
	tell->has_line = false;
}

void publish_tell_add(struct text *text, const struct call *call, const char *place,
		      const struct publish_refusal *refusal)
{
	text_add(text, SAY(call, "%s: BỊ TỪ CHỐI %s: %s", "%s: REFUSED %s: %s"), place,
		 reason_name(refusal->reason),
		 call->vietnamese ? reason_text_vi(refusal->reason) : reason_text(refusal->reason));
	if (refusal->what)
		text_add(text, " ('%s')", refusal->what);
	if (*refusal->why)
		text_add(text, " (%s)", refusal->why);
	text_add(text, "\n");
}

void publish_tell_refused(struct publish_tell *tell, const char *place,
			  const struct publish_refusal *refusal)
{
	CLEANUP_TEXT struct text line = { 0 };

	tell->n_refused++;
	if (json_array_size(tell->refused) < LISTED_MAX)
		json_array_append_new(tell->refused,
				      json_pack("{s:s, s:s, s:s*, s:s*}", "place", place, "reason",
						reason_name(refusal->reason), "about",
						refusal->what, "why",
						*refusal->why ? refusal->why : NULL));
	if (tell->call->json)
		return;
	wipe(tell);
	publish_tell_add(&line, tell->call, place, refusal);
	fprintf(stderr, "iocctl: %s", text_get(&line));
}

void publish_tell_note(struct publish_tell *tell, const char *name, const char *words)
{
	if (tell->options->quiet)
		return;
	wipe(tell);
	fprintf(stderr, "iocctl: %s: %s\n", name, words);
}

void publish_tell_progress(struct publish_tell *tell, uint64_t put, uint64_t backlog,
			   int64_t mono_ms)
{
	if (!tell->is_shown || mono_ms - tell->shown_ms < SHOWN_MS)
		return;
	if (tell->shown_ms != 0) { /* what is quick says nothing */
		fprintf(stderr,
			SAY(tell->call, "\r%llu sự kiện đã nhận vào, %llu chờ xác nhận\033[K",
			    "\r%llu events taken, %llu wait for a receipt\033[K"),
			(unsigned long long)put, (unsigned long long)backlog);
		tell->has_line = true;
	}
	tell->shown_ms = mono_ms;
}

/* ---- the end ---- */

static void add_reason(struct text *text, const struct call *call,
		       const struct publish_options *options, const struct publish_result *result)
{
	const struct forward_status *way = &result->way;

	if (result->fault)
		text_add(text, "%s", strerror(-result->fault));
	else if (result->is_stopped)
		text_add(text, "%s", SAY(call, "bị dừng giữa chừng", "it was stopped"));
	else if (way->state != MQTT_UP)
		text_add(text,
			 SAY(call, "không kết nối được %s:%d (%s)", "no connection to %s:%d (%s)"),
			 options->host, options->mqtt.port,
			 *way->reason ? way->reason : mqtt_state_name(way->state));
	else if (way->refused > 0 && !way->is_answered)
		text_add(text,
			 SAY(call,
			     "máy chủ MQTT không chuyển đi: không có iocd nào nghe ở đó, hoặc "
			     "không được gửi với tên '%s' của đơn vị '%s'",
			     "the broker passes nothing on: no iocd listens there, or '%s' may not "
			     "speak for unit '%s'"),
			 options->sender, options->form.unit);
	else
		text_add(text, "%s",
			 SAY(call, "đã kết nối nhưng iocd ở đó chưa xác nhận",
			     "connected, but no iocd there gives a receipt"));
}

static void add_kept(struct text *text, const struct call *call,
		     const struct publish_options *options, const struct publish_result *result)
{
	text_add(text,
		 SAY(call, "%llu sự kiện được giữ ở '%s', lần chạy sau sẽ gửi",
		     result->kept == 1 ? "%llu event is kept in '%s' and goes with the next run"
				       : "%llu events are kept in '%s' and go with the next run"),
		 (unsigned long long)result->kept, text_get(&options->outbox));
	if (options->queue)
		return;
	text_add(text, ": ");
	add_reason(text, call, options, result);
}

static void add_sent(struct text *text, const struct publish_tell *tell,
		     const struct publish_result *result)
{
	const struct call *call = tell->call;

	if (!tell->options->queue)
		text_add(text,
			 SAY(call, "Đã gửi và được xác nhận: %llu sự kiện",
			     result->sent == 1 ? "%llu event sent, with a receipt"
					       : "%llu events sent, with a receipt"),
			 (unsigned long long)result->sent);
	else
		text_add(text, SAY(call, "Đã nhận vào: %llu sự kiện", "%llu events taken"),
			 (unsigned long long)result->put);
	if (tell->n_known > 0)
		text_add(text, SAY(call, "; %llu đã có từ trước", "; %llu had been given before"),
			 (unsigned long long)tell->n_known);
	if (tell->n_refused > 0)
		text_add(text, SAY(call, "; %llu bị từ chối", "; %llu refused"),
			 (unsigned long long)tell->n_refused);
}

static void print_words(const struct publish_tell *tell, const struct publish_result *result)
{
	CLEANUP_TEXT struct text sent = { 0 };
	CLEANUP_TEXT struct text kept = { 0 };
	CLEANUP_TEXT struct text reason = { 0 };

	add_sent(&sent, tell, result);
	if (!tell->options->quiet && (result->sent > 0 || result->kept == 0))
		printf("%s\n", text_get(&sent));
	if (result->is_cut_short) {
		add_reason(&reason, tell->call, tell->options, result);
		fprintf(stderr,
			SAY(tell->call, "iocctl: chưa đọc hết dữ liệu vào; hãy chạy lại: %s\n",
			    "iocctl: not all input was read; run it again: %s\n"),
			result->is_full ? SAY(tell->call, "hàng đợi hoặc đĩa đã đầy",
					      "the outbox or the disk is full")
					: text_get(&reason));
	}
	if (result->kept == 0)
		return;
	add_kept(&kept, tell->call, tell->options, result);
	if (!tell->options->queue || !tell->options->quiet)
		fprintf(stderr, "iocctl: %s\n", text_get(&kept));
}

static void print_json(const struct publish_tell *tell, const struct publish_result *result)
{
	CLEANUP_TEXT struct text reason = { 0 };
	bool is_bad = result->is_cut_short || (result->kept > 0 && !tell->options->queue);
	json_t *json;

	if (is_bad)
		add_reason(&reason, tell->call, tell->options, result);
	json = json_pack("{s:I, s:I, s:I, s:I, s:I, s:O, s:b, s:s, s:s, s:s}", "put",
			 (json_int_t)result->put, "sent", (json_int_t)result->sent, "known",
			 (json_int_t)tell->n_known, "kept", (json_int_t)result->kept, "n_refused",
			 (json_int_t)tell->n_refused, "refused", tell->refused, "cut_short",
			 result->is_cut_short, "outbox", text_get(&tell->options->outbox), "sender",
			 tell->options->sender, "why", text_get(&reason));
	api_print(json);
	json_decref(json);
}

int publish_tell_end(struct publish_tell *tell, const struct publish_result *result)
{
	wipe(tell);
	if (tell->call->json)
		print_json(tell, result);
	else
		print_words(tell, result);
	if (result->is_cut_short)
		return STATUS_UNREACHABLE;
	if (tell->n_refused > 0)
		return STATUS_FINDING;
	return result->fault || (result->kept > 0 && !tell->options->queue) ? STATUS_UNREACHABLE
									    : STATUS_GOOD;
}
