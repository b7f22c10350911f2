/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of the folder is gone through twice: it is refused as a whole if anything in it is; else
 * it is put, and moved away once that is on the disk.  Killed before, it is gone through again, and
 * what was put is known.
 */
#include "publish_run.h"

#include <string.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"

#define SCAN_MS 1000
#define EMPTY   "there is nothing in it"

static void tell_fault(struct publish *publish, const char *name, int fault)
{
	publish_tell_note(&publish->tell, name, strerror(-fault));
}

static void drop_file(struct publish *publish)
{
	publish_input_fini(&publish->input);
	publish_file_fini(&publish->moving);
	publish->phase = PHASE_NONE;
}

/* Moves the file in hand away; why NULL: to what was sent. */
static void move(struct publish *publish, const struct text *why)
{
	int r = publish_folder_move(publish->folder, &publish->moving, why);

	if (r)
		tell_fault(publish, publish->moving.name, r);
	else
		publish_tell_note(&publish->tell, publish->moving.name,
				  why ? SAY(publish->call, "bị từ chối cả tệp, xem refused/",
					    "refused as a whole, see refused/")
				      : SAY(publish->call, "đã nhận vào", "taken"));
	drop_file(publish);
}

/* Begins on a file again from its start. */
static void rewind_input(struct publish *publish)
{
	struct publish_file file = publish->input.file;

	publish->input.file = (struct publish_file){ .name = NULL };
	publish_input_fini(&publish->input);
	publish_input_read(&publish->input, &file, publish_folder_path(publish->folder));
}

static void begin(struct publish *publish, struct publish_file *file)
{
	CLEANUP_TEXT struct text why = { 0 };
	uint64_t n;

	publish->moving = (struct publish_file){ .name = xstrdup(file->name) };
	publish_input_read(&publish->input, file, publish_folder_path(publish->folder));
	publish_take_check(publish, &why, &n);
	if (n == 0) {
		const struct publish_refusal refusal = { .reason = REASON_json_syntax,
							 .why = EMPTY };

		publish_tell_add(&why, publish->call, publish->moving.name, &refusal);
		publish_tell_refused(&publish->tell, publish->moving.name, &refusal);
	}
	if (why.size > 0) {
		move(publish, &why);
		return;
	}
	rewind_input(publish);
	publish->phase = PHASE_PUTTING;
}

static bool look(struct publish *publish)
{
	int64_t mono_ms = clock_mono_ms();
	struct publish_file file = { .name = NULL };
	int r;

	if (publish->scanned_ms == 0 || mono_ms - publish->scanned_ms >= SCAN_MS) {
		publish->scanned_ms = mono_ms;
		r = publish_folder_scan(publish->folder, mono_ms, clock_real_ms());
		if (r) {
			publish->fault = r;
			return false;
		}
	}
	r = publish_folder_next(publish->folder, &file);
	if (r == 0)
		begin(publish, &file);
	else if (r < 0)
		tell_fault(publish, file.name, r);
	publish_file_fini(&file);
	return r != PUBLISH_NO_FILE;
}

/* Nothing goes in for now: the file stays, and is tried again with the next scan. */
static bool wait_for_room(struct publish *publish)
{
	if (publish->fault)
		return false;
	if (!publish->is_told_full)
		publish_tell_note(&publish->tell, publish->moving.name,
				  SAY(publish->call, "hàng đợi hoặc đĩa đã đầy; tệp phải chờ",
				      "the outbox or the disk is full; the file waits"));
	publish->is_told_full = true;
	publish->is_full = false;
	drop_file(publish);
	return false;
}

static bool put(struct publish *publish)
{
	switch (publish_take_some(publish)) {
	case TAKE_MORE:
	case TAKE_LATER:
		return true;
	case TAKE_OVER:
		publish->is_told_full = false;
		publish->phase = PHASE_SETTLING;
		return true;
	case TAKE_FAILED:
		return wait_for_room(publish);
	}
	return false;
}

bool publish_watch_step(struct publish *publish)
{
	switch (publish->phase) {
	case PHASE_NONE:
		return look(publish);
	case PHASE_PUTTING:
		return put(publish);
	case PHASE_SETTLING:
		if (!publish_post_is_synced(publish->post))
			return false;
		move(publish, NULL);
		return true;
	}
	return false;
}
