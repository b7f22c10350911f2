/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A snapshot gets its name when its bytes are on the disk, and the older ones go when that name is:
 * so whenever the power fails, those that can be seen are whole, and one of them was there before.
 *
 * All that the child needs stands in the plan, made before it is born: it may not ask the heap.
 */
#include "iocd/snapshot.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "generations.h"
#include "image.h"
#include "iocd/base/clock.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"

#define TEMPORARY    ".snap.tmp"
#define BUFFER_BYTES (256u << 10)

/* What is to be written, and what goes once it is there. */
struct plan {
	struct image image;
	const char *directory;      /* borrowed */
	struct text temporary;      /* path */
	struct text path;           /* final */
	struct text surplus;        /* paths, each with its zero */
	struct image_buffer buffer; /* memory: owned */
	snapshot_save_fn *save;
	void *context; /* of save; borrowed */
};

struct snapshots {
	struct generations generations;
	struct plan plan;
	pid_t child;      /* 0: none is at work */
	int start_fault;  /* the child could not be had: to be told by snapshots_poll() */
	int64_t begun_ns; /* the one at work */
	struct snapshot_status status; /* the members that the generations do not tell */
};

struct sweep {
	const char *directory;
	int fault; /* the first */
};

static void sweep_one(void *context, const char *name)
{
	CLEANUP_TEXT struct text path = { 0 };
	struct sweep *sweep = context;
	int r;

	text_add(&path, "%s/%s", sweep->directory, name);
	r = disk_remove(text_get(&path));
	if (r != -ENOENT && sweep->fault == 0) /* a writer that is being killed may remove it too */
		sweep->fault = r;
}

static int sweep(const char *directory)
{
	struct sweep sweep = { .directory = directory };
	int r = disk_list(directory, TEMPORARY, sweep_one, &sweep);

	return err_pass(r ? r : sweep.fault);
}

int snapshots_new(struct snapshots **ret, const char *directory, const char *journal_id)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = xcalloc(1, sizeof(*snapshots));
	int r;

	generations_init(&snapshots->generations, directory, journal_id);
	snapshots->plan.directory = snapshots->generations.directory;
	image_buffer_init(&snapshots->plan.buffer, BUFFER_BYTES);
	r = sweep(directory);
	if (r == 0)
		r = generations_scan(&snapshots->generations);
	if (r)
		return err_pass(r);

	*ret = snapshots;
	snapshots = NULL;
	return 0;
}

/* Ends the writer, if one is at work. */
static void give_up(struct snapshots *snapshots)
{
	if (snapshots->child > 0) {
		child_kill(snapshots->child);
		image_discard(text_get(&snapshots->plan.temporary));
	}
	snapshots->child = 0;
	snapshots->start_fault = 0;
}

struct snapshots *snapshots_free(struct snapshots *snapshots)
{
	if (!snapshots)
		return NULL;

	give_up(snapshots);
	text_fini(&snapshots->plan.temporary);
	text_fini(&snapshots->plan.path);
	text_fini(&snapshots->plan.surplus);
	image_buffer_fini(&snapshots->plan.buffer);
	generations_fini(&snapshots->generations);
	free(snapshots);
	return NULL;
}

static void plan_surplus(const struct generations *generations, uint64_t position,
			 struct text *surplus)
{
	text_clear(surplus);
	for (size_t i = 0; i < generations->n_items; i++) {
		if (!generations_is_surplus(generations, position, i))
			continue;
		generations_add_path(generations, generations->items[i].position, surplus);
		text_add_bytes(surplus, "", 1);
	}
}

/* Our id is in the temporary name: what a killed predecessor's writer may still be at is another
 * file. */
static void make_plan(struct snapshots *snapshots, uint64_t position, snapshot_save_fn *save,
		      void *context)
{
	struct plan *plan = &snapshots->plan;

	image_init(&plan->image, snapshots->generations.journal_id, position);
	text_clear(&plan->temporary);
	text_add(&plan->temporary, "%s/%016" PRIx64 ".%ld" TEMPORARY, plan->directory, position,
		 (long)getpid());
	text_clear(&plan->path);
	generations_add_path(&snapshots->generations, position, &plan->path);
	plan_surplus(&snapshots->generations, position, &plan->surplus);
	plan->save = save;
	plan->context = context;
}

static void remove_all(const struct text *paths)
{
	for (size_t at = 0; at < paths->size; at += strlen(paths->bytes + at) + 1)
		image_discard(paths->bytes + at);
}

/* In the child, or here. */
static int carry_out(void *context)
{
	const struct plan *plan = context;
	int r;

	r = image_write(&plan->image, text_get(&plan->temporary), &plan->buffer, plan->save,
			plan->context);
	if (r)
		return err_pass(r);

	r = disk_rename(text_get(&plan->temporary), text_get(&plan->path));
	if (r) {
		image_discard(text_get(&plan->temporary));
		return err_pass(r);
	}
	r = disk_sync_directory(plan->directory);
	if (r)
		return err_pass(r);

	remove_all(&plan->surplus);
	return 0;
}

/* Takes note of how the plan went; what it came to in the end. */
static int conclude(struct snapshots *snapshots, int r)
{
	struct snapshot_status *status = &snapshots->status;
	uint64_t position = snapshots->plan.image.position;

	if (r == 0 && !generations_take(&snapshots->generations, position))
		r = err_raise(-EIO);
	status->fault = r;
	if (r) {
		status->failed++;
		generations_doubt(&snapshots->generations, position);
		return err_pass(r);
	}

	status->written++;
	status->took_ms = (clock_mono_ns() - snapshots->begun_ns) / 1000000;
	generations_strike_surplus(&snapshots->generations, position);
	return 0;
}

int snapshots_begin(struct snapshots *snapshots, uint64_t position, snapshot_save_fn *save,
		    void *context)
{
	if (snapshots->child > 0 || snapshots->start_fault)
		return SNAPSHOT_BUSY;

	snapshots->begun_ns = clock_mono_ns();
	make_plan(snapshots, position, save, context);
	snapshots->start_fault = child_start(&snapshots->child, carry_out, &snapshots->plan);
	snapshots->status.pause_us = (clock_mono_ns() - snapshots->begun_ns) / 1000;
	return 0;
}

int snapshots_poll(struct snapshots *snapshots)
{
	int result = snapshots->start_fault;

	if (snapshots->child == 0 && result == 0)
		return SNAPSHOT_NONE;
	if (snapshots->child > 0 && !child_has_ended(snapshots->child, &result))
		return SNAPSHOT_BUSY;

	if (result) /* it may have been killed in the middle */
		image_discard(text_get(&snapshots->plan.temporary));
	snapshots->child = 0;
	snapshots->start_fault = 0;
	return conclude(snapshots, result) ? SNAPSHOT_FAILED : SNAPSHOT_WRITTEN;
}

int snapshots_write(struct snapshots *snapshots, uint64_t position, snapshot_save_fn *save,
		    void *context)
{
	int r;

	give_up(snapshots);
	snapshots->begun_ns = clock_mono_ns();
	make_plan(snapshots, position, save, context);
	r = conclude(snapshots, carry_out(&snapshots->plan));
	snapshots->status.pause_us = (clock_mono_ns() - snapshots->begun_ns) / 1000;
	return err_pass(r);
}

/* Gives it another name: once the journal has grown past its position, it would be taken for a
 * state of the records that then stand there. */
static int set_aside(struct snapshots *snapshots, const char *path)
{
	CLEANUP_TEXT struct text aside = { 0 };
	int r;

	text_add(&aside, "%s.ahead", path);
	r = disk_rename(path, text_get(&aside));
	if (r == 0)
		r = disk_sync_directory(snapshots->plan.directory);
	return err_pass(r);
}

/* Whom to offer, and up to where. */
struct offer {
	uint64_t limit;
	snapshot_load_fn *load;
	void *context;
};

static const char ahead[] = "it is ahead of the journal: renamed to *.ahead";

/* NULL if it was taken, or why not. */
static const char *make_offer(const struct offer *offer, struct image *image, const char *path)
{
	struct bytes_reader reader;
	char *state = NULL;
	const char *why;

	if (image->position > offer->limit) {
		why = image_look(image, path);
		return why ? why : ahead;
	}
	why = image_read(image, path, &state);
	if (why)
		return why;

	bytes_reader_init(&reader, state, image->bytes);
	offer->load(offer->context, &reader);
	if (!reader.is_bad && reader.at != reader.end)
		bytes_reject(&reader, "it holds more than this version reads");
	free(state);
	return reader.is_bad ? reader.why : NULL;
}

/* Tries the one at position.  0, SNAPSHOT_NONE (then report says why) or a fault. */
static int try_one(struct snapshots *snapshots, uint64_t position, const struct offer *offer,
		   struct text *report)
{
	struct generations *generations = &snapshots->generations;
	CLEANUP_TEXT struct text path = { 0 };
	struct image image;
	const char *why;
	int r;

	generations_add_path(generations, position, &path);
	image_init(&image, generations->journal_id, position);
	why = make_offer(offer, &image, text_get(&path));
	if (!why)
		return 0;

	text_add(report, "%s: %s\n", text_get(&path), why);
	generations_distrust(generations, position);
	r = why == ahead ? set_aside(snapshots, text_get(&path)) : 0;
	return r ? err_pass(r) : SNAPSHOT_NONE;
}

int snapshots_load(struct snapshots *snapshots, uint64_t limit, snapshot_load_fn *load,
		   void *context, uint64_t *ret, struct text *report)
{
	const struct offer offer = { .limit = limit, .load = load, .context = context };
	struct generations *generations = &snapshots->generations;
	int r;

	r = generations_scan(generations);
	if (r)
		return err_pass(r);

	for (size_t i = generations->n_items; i-- > 0;) {
		uint64_t position = generations->items[i].position;

		r = try_one(snapshots, position, &offer, report);
		if (r == 0)
			*ret = position;
		if (r <= 0)
			return err_pass(r);
	}
	return SNAPSHOT_NONE;
}

void snapshots_get_status(const struct snapshots *snapshots, struct snapshot_status *ret)
{
	const struct generations *generations = &snapshots->generations;
	const struct generation *newest = generations_newest(generations);

	*ret = snapshots->status;
	if (!newest)
		return;

	ret->newest = newest->position;
	ret->bytes = newest->bytes;
	if (generations_n_good(generations) >= SNAPSHOT_KEPT)
		ret->oldest = generations_oldest(generations)->position;
}
