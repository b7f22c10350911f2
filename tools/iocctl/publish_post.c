/* SPDX-License-Identifier: Apache-2.0 */
#include "publish_post.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "iocd/base/clock.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "publish_known.h"

#define OWNER       "owner" /* file in the outbox: of which unit and sender it is */
#define OWNER_MAX   4096
#define JOURNAL     "publish"             /* keys are those of the outbox itself */
#define KEEP_MS     INT64_C(315360000000) /* ten years: nothing is given up here */
#define SEGMENT     (4u << 20)
#define BATCH_BYTES (64u << 10)
#define LOCK_MS     10000
#define LOCK_NAP_US 50000
#define LEAVE_MS    500 /* for what was said last to leave */
#define CALM_TURNS  3   /* after which the status knows that all is on the disk */

struct publish_post {
	struct forward *forward;
	struct publish_known *known;
	struct publish_event waiting[PUBLISH_KNOWN_BATCH];
	uint32_t n_waiting;
	uint64_t head; /* items in the outbox, without those that wait */
	uint64_t n_put;
	uint32_t calm; /* ticks since all was on the disk */
	bool is_queue; /* nothing is sent */
	bool is_started;
};

/* ---- opening ---- */

/* Nothing leaves: it is as if there never were room. */
static int refuse_publication(void *context, const char *topic, const void *bytes, size_t size)
{
	(void)context;
	(void)topic;
	(void)bytes;
	(void)size;
	return 1;
}

static int open_forward(struct publish_post *post, struct loop *loop,
			const struct publish_options *options)
{
	const struct forward_hooks hooks = { .publish =
						     options->queue ? refuse_publication : NULL };
	const struct forward_options forward = {
		.directory = text_get(&options->outbox),
		.prefix = options->prefix,
		.unit = options->form.unit,
		.sender = options->sender,
		.journal_id = JOURNAL,
		.instance = options->sender,
		.version = IOCD_VERSION,
		.hash = options->config ? config_contract_hash(options->config) : "",
		.events = (const bool[]){ true },
		.n_feeds = 1,
		.compress = true,
		.batch_bytes = BATCH_BYTES,
		.keep_bytes = 2 * PUBLISH_OUTBOX_BYTES, /* we stop before */
		.keep_ms = KEEP_MS,
		.segment_bytes = SEGMENT,
		.mqtt = options->queue ? NULL : &options->mqtt,
	};
	int64_t patience_ms = options->wait_ms < LOCK_MS ? options->wait_ms : LOCK_MS;
	int64_t until_ms = clock_mono_ms() + patience_ms;
	int r;

	while ((r = forward_new(&post->forward, loop, &forward, &hooks)) == -EBUSY &&
	       clock_mono_ms() < until_ms)
		(void)usleep(LOCK_NAP_US);
	return err_pass(r);
}

static int write_owner(const char *directory, const char *path, const struct text *owner)
{
	CLEANUP_TEXT struct text new_path = { 0 };
	int file, r;

	text_add(&new_path, "%s.new", path);
	r = disk_remove(text_get(&new_path));
	if (r == 0 || r == -ENOENT)
		r = disk_create(&file, text_get(&new_path));
	if (r)
		return err_pass(r);
	r = disk_write(file, text_get(owner), owner->size, 0);
	if (r == 0)
		r = disk_sync(file);
	disk_close(file);
	if (r == 0)
		r = disk_rename(text_get(&new_path), path);
	return r ? err_pass(r) : err_pass(disk_sync_directory(directory));
}

/* What stands in an outbox would be refused of another unit, and not be known of another sender. */
static int check_owner(const struct publish_options *options)
{
	const char *directory = text_get(&options->outbox);
	CLEANUP_TEXT struct text path = { 0 };
	CLEANUP_TEXT struct text owner = { 0 };
	char *bytes;
	size_t size;
	bool is_ours;
	int r;

	text_add(&path, "%s/" OWNER, directory);
	text_add(&owner, "%s %s\n", options->form.unit, options->sender);
	r = disk_read_file(text_get(&path), OWNER_MAX, &bytes, &size);
	if (r == -ENOENT)
		return err_pass(write_owner(directory, text_get(&path), &owner));
	if (r)
		return err_pass(r);
	is_ours = size == owner.size && memcmp(bytes, owner.bytes, size) == 0;
	free(bytes);
	return is_ours ? 0 : PUBLISH_OTHERS;
}

int publish_post_open(struct publish_post **ret, struct loop *loop,
		      const struct publish_options *options)
{
	CLEANUP(publish_post_close) struct publish_post *post = xcalloc(1, sizeof(*post));
	struct forward_status status;
	int r;

	post->is_queue = options->queue;
	r = open_forward(post, loop, options);
	if (r == 0)
		r = check_owner(options);
	if (r)
		return r > 0 ? r : err_pass(r);

	forward_get_status(post->forward, &status);
	post->head = status.streams[FRAME_EVENT].head;
	r = publish_known_open(&post->known, text_get(&options->outbox), post->head,
			       PUBLISH_KNOWN_KEEP);
	if (r)
		return err_pass(r);

	*ret = post;
	post = NULL;
	return 0;
}

struct publish_post *publish_post_close(struct publish_post *post)
{
	if (!post)
		return NULL;

	forward_close(post->forward, LEAVE_MS);
	publish_known_close(post->known);
	for (uint32_t i = 0; i < PUBLISH_KNOWN_BATCH; i++)
		publish_event_fini(&post->waiting[i]);
	free(post);
	return NULL;
}

/* ---- putting ---- */

static bool is_full(struct publish_post *post)
{
	struct forward_status status;

	forward_get_status(post->forward, &status);
	return status.streams[FRAME_EVENT].bytes > PUBLISH_OUTBOX_BYTES;
}

/* What waits was not put, and will not be. */
static int drop_waiting(struct publish_post *post, int r)
{
	int cut = publish_known_cut(post->known, post->head);

	post->n_waiting = 0;
	if (cut)
		return err_pass(cut);
	return r == -ENOSPC || r == -EDQUOT ? PUBLISH_FULL : err_pass(r);
}

int publish_post_flush(struct publish_post *post)
{
	uint32_t n = post->n_waiting;
	int r;

	if (n == 0)
		return 0;
	if (is_full(post))
		return drop_waiting(post, err_raise(-ENOSPC));
	r = publish_known_sync(post->known);
	post->calm = 0;
	for (uint32_t i = 0; r == 0 && i < n; i++) {
		const struct publish_event *event = &post->waiting[i];

		r = forward_put(post->forward, text_get(&event->about), text_get(&event->json),
				event->json.size, 0);
		if (r == 0) {
			post->head++;
			post->n_put++;
		}
	}
	if (r)
		return drop_waiting(post, r);
	post->n_waiting = 0;
	return 0;
}

int publish_post_take(struct publish_post *post, struct publish_event *event)
{
	struct publish_event *place;
	int r = 0;

	if (publish_known_has(post->known, event->key))
		return PUBLISH_KNOWN;
	if (post->n_waiting == PUBLISH_KNOWN_BATCH)
		r = publish_post_flush(post);
	if (r)
		return r > 0 ? r : err_pass(r);

	place = &post->waiting[post->n_waiting];
	publish_event_fini(place);
	*place = *event;
	*event = (struct publish_event){ .about = { 0 } };
	publish_known_note(post->known, place->key, post->head + post->n_waiting);
	post->n_waiting++;
	return 0;
}

/* ---- sending ---- */

void publish_post_tick(struct publish_post *post)
{
	if (!post->is_started && (post->n_put > 0 || publish_post_backlog(post) > 0)) {
		post->is_started = true;
		forward_start(post->forward);
	}
	if (!post->is_started)
		return;
	forward_tick(post->forward, clock_mono_ms(), clock_real_ms());
	post->calm = forward_is_settled(post->forward) ? post->calm + 1 : 0;
}

bool publish_post_is_synced(const struct publish_post *post)
{
	return post->n_waiting == 0 &&
	       (post->n_put == 0 || (post->is_started && forward_is_settled(post->forward)));
}

bool publish_post_is_settled(const struct publish_post *post)
{
	return publish_post_is_synced(post) && (post->n_put == 0 || post->calm >= CALM_TURNS);
}

bool publish_post_is_empty(struct publish_post *post)
{
	return publish_post_is_settled(post) && publish_post_backlog(post) == 0;
}

uint64_t publish_post_put(const struct publish_post *post)
{
	return post->n_put;
}

uint64_t publish_post_backlog(struct publish_post *post)
{
	struct forward_status status;

	forward_get_status(post->forward, &status);
	return status.streams[FRAME_EVENT].backlog + post->n_waiting;
}

void publish_post_status(struct publish_post *post, struct forward_status *ret)
{
	forward_get_status(post->forward, ret);
}
