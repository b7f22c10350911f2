/* SPDX-License-Identifier: Apache-2.0 */
/*
 * iocctl publish: a sender without iocd.  What is given goes into an outbox on the disk, and from
 * there, by room forward, to the iocd above, until that one's receipt.
 */
#include "publish_run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"

#define TURN_MS     20
#define DISK_MS     2    /* between two looks whether the disk has it */
#define FAREWELL_MS 2000 /* that receipts have, when a signal ends a watch */

/* ---- what is given ---- */

static int complain(const char *what, int fault)
{
	fprintf(stderr, "iocctl: %s: %s\n", what, strerror(-fault));
	return STATUS_UNREACHABLE;
}

static int open_input(struct publish *publish)
{
	const struct call *call = publish->call;
	const char *path = publish->options.path;
	int r = 0;

	switch (publish->options.source) {
	case PUBLISH_ARGUMENTS:
		publish_input_arguments(&publish->input, call->arguments, call->n_arguments);
		break;
	case PUBLISH_FILE:
		r = publish_input_file(&publish->input, path);
		break;
	case PUBLISH_STDIN:
		publish_input_descriptor(&publish->input, STDIN_FILENO, "stdin");
		break;
	case PUBLISH_FOLDER:
		r = publish_folder_open(&publish->folder, path);
		break;
	case PUBLISH_NOTHING:
		publish->is_over = true;
		break;
	}
	return r ? complain(path, r) : STATUS_GOOD;
}

static bool is_ready(struct publish *publish)
{
	if (publish->folder)
		return publish_watch_step(publish);
	switch (publish_take_some(publish)) {
	case TAKE_MORE:
		return true;
	case TAKE_LATER:
		return false;
	case TAKE_OVER:
	case TAKE_FAILED:
		publish->is_over = true;
		return true;
	}
	return false;
}

/* ---- turns ---- */

/* Whether something has changed lately; until then there is hope. */
static bool is_waiting(struct publish *publish, int64_t mono_ms)
{
	int64_t wait_ms = publish->options.wait_ms;
	uint64_t backlog = publish_post_backlog(publish->post);

	if (!publish->is_over || backlog != publish->backlog)
		publish->news_ms = mono_ms;
	publish->backlog = backlog;
	if (publish->is_stopped && wait_ms > FAREWELL_MS)
		wait_ms = FAREWELL_MS;
	return mono_ms - publish->news_ms < wait_ms;
}

static bool is_finished(struct publish *publish)
{
	struct forward_status status;
	bool is_hopeful = is_waiting(publish, clock_mono_ms());

	publish_post_status(publish->post, &status);
	if (status.fault && !publish->fault)
		publish->fault = status.fault;
	if (publish->fault)
		return true;
	if (!publish->is_over)
		return false;
	if (publish->options.queue)
		return publish_post_is_settled(publish->post);
	return publish_post_is_empty(publish->post) || !is_hopeful;
}

static int64_t pause_ms(const struct publish *publish)
{
	return publish->phase == PHASE_SETTLING ? DISK_MS : TURN_MS;
}

static void on_turn(void *context)
{
	struct publish *publish = context;
	bool is_quick = !publish->is_over && is_ready(publish);

	publish_post_tick(publish->post);
	publish_tell_progress(&publish->tell, publish_post_put(publish->post), publish->backlog,
			      clock_mono_ms());
	if (is_finished(publish))
		loop_stop(publish->loop);
	else
		timer_start(publish->timer, is_quick ? 0 : pause_ms(publish), 0);
}

static void on_signal(void *context)
{
	struct publish *publish = context;

	publish->is_cut |= !publish->is_over;
	publish->is_stopped = publish->is_over = true;
}

static int start(struct publish *publish)
{
	int r = loop_on_signal(publish->loop, SIGTERM, on_signal, publish);

	if (r == 0)
		r = loop_on_signal(publish->loop, SIGINT, on_signal, publish);
	if (r)
		return complain("signals", r);
	(void)signal(SIGPIPE, SIG_IGN); /* the way up may break while it is written to */
	publish->timer = timer_new(publish->loop, on_turn, publish);
	publish->news_ms = clock_mono_ms();
	timer_start(publish->timer, 0, 0);
	return STATUS_GOOD;
}

/* ---- all of it ---- */

static int complain_others(const struct publish *publish)
{
	const struct publish_options *options = &publish->options;

	fprintf(stderr,
		SAY(publish->call,
		    "iocctl: hàng đợi '%s' là của đơn vị hoặc tên khác, không phải '%s' '%s'; "
		    "chọn --outbox khác\n",
		    "iocctl: outbox '%s' is of another unit or sender than '%s' '%s'; name another "
		    "--outbox\n"),
		text_get(&options->outbox), options->form.unit, options->sender);
	return STATUS_USAGE;
}

static int complain_busy(const struct publish *publish)
{
	fprintf(stderr,
		SAY(publish->call,
		    "iocctl: một 'publish' khác đang dùng hàng đợi '%s'; chưa nhận gì, hãy chạy "
		    "lại sau, hoặc chọn --outbox và --sender khác\n",
		    "iocctl: another 'publish' has the outbox '%s'; nothing was taken: run it "
		    "again later, or name another --outbox and --sender\n"),
		text_get(&publish->options.outbox));
	return STATUS_UNREACHABLE;
}

static int open_post(struct publish *publish)
{
	int r = publish_post_open(&publish->post, publish->loop, &publish->options);

	if (r == PUBLISH_OTHERS)
		return complain_others(publish);
	if (r == -EBUSY)
		return complain_busy(publish);
	if (r)
		return complain(text_get(&publish->options.outbox), r < 0 ? r : err_fold(r));
	publish->before = publish->backlog = publish_post_backlog(publish->post);
	return STATUS_GOOD;
}

static int open_all(struct publish *publish)
{
	int status = publish_options_read(&publish->options, publish->call);
	int r;

	publish_tell_init(&publish->tell, publish->call, &publish->options);
	if (status)
		return status;
	log_set_level(publish->options.source == PUBLISH_FOLDER && !publish->options.quiet
			      ? LOG_LEVEL_WARNING
			      : LOG_LEVEL_ERROR);
	if (publish->options.config)
		publish->check = publish_check_new(publish->options.config);
	status = open_input(publish);
	if (status)
		return status;
	r = loop_new(&publish->loop);
	if (r)
		return complain("loop", r);
	status = open_post(publish);
	return status ? status : start(publish);
}

static int tell(struct publish *publish)
{
	const struct publish_options *options = &publish->options;
	bool is_again = options->source == PUBLISH_FILE || options->source == PUBLISH_ARGUMENTS;
	uint64_t put = publish_post_put(publish->post);
	uint64_t kept = publish_post_backlog(publish->post);
	struct publish_result result = {
		.put = put,
		.kept = kept,
		.sent = publish->before + put > kept ? publish->before + put - kept : 0,
		.is_stopped = publish->is_stopped,
		.is_cut_short = publish->is_full || publish->fault || (publish->is_cut && is_again),
		.fault = publish->fault,
		.is_full = publish->is_full,
	};

	publish_post_status(publish->post, &result.way);
	return publish_tell_end(&publish->tell, &result);
}

static void close_all(struct publish *publish)
{
	publish_post_close(publish->post);
	timer_close(publish->timer);
	loop_free(publish->loop);
	publish_check_free(publish->check);
	publish_folder_close(publish->folder);
	publish_input_fini(&publish->input);
	publish_file_fini(&publish->moving);
	publish_event_fini(&publish->event);
	publish_tell_fini(&publish->tell);
	publish_options_fini(&publish->options);
}

int run_publish(const struct call *call)
{
	struct publish publish = { .call = call, .input = { .descriptor = -1 } };
	int status = open_all(&publish);

	if (status == STATUS_GOOD) {
		loop_run(publish.loop);
		status = tell(&publish);
	}
	close_all(&publish);
	return status;
}
