/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publish_run: one run of iocctl publish, as its files share it: publish.c (turns, the end),
 * publish_take.c (input becomes events in the outbox), publish_watch.c (a folder's files).
 */
#ifndef IOCCTL_PUBLISH_RUN_H
#define IOCCTL_PUBLISH_RUN_H

#include "iocd/net/loop.h"
#include "publish_check.h"
#include "publish_folder.h"
#include "publish_input.h"
#include "publish_options.h"
#include "publish_post.h"
#include "publish_tell.h"

/* What the file that was taken from the folder is in for. */
enum publish_phase {
	PHASE_NONE, /* there is none */
	PHASE_PUTTING,
	PHASE_SETTLING, /* it is put, but perhaps not on the disk */
};

struct publish {
	const struct call *call;
	struct publish_options options;
	struct publish_tell tell;
	struct publish_check *check; /* NULL: without a configuration */
	struct publish_post *post;
	struct loop *loop;
	struct timer *timer;

	struct publish_input input;
	struct publish_event event; /* while it is made */

	struct publish_folder *folder; /* NULL: none is watched */
	struct publish_file moving;    /* the name of the file in hand */
	enum publish_phase phase;
	int64_t scanned_ms; /* monotonic; 0: never */
	bool is_told_full;

	bool is_over;     /* there is no further input */
	bool is_stopped;  /* by a signal ... */
	bool is_cut;      /* ... before the end of the input */
	bool is_full;     /* and so not all was taken */
	int fault;        /* that ended it */
	uint64_t before;  /* in the outbox, when it was opened */
	uint64_t backlog; /* as of the last turn */
	int64_t news_ms;  /* monotonic: when that changed last */
};

enum take {
	TAKE_MORE,   /* there is more */
	TAKE_LATER,  /* perhaps, but not now */
	TAKE_OVER,   /* that was all */
	TAKE_FAILED, /* is_full or fault says why; what was not put will not be */
};

/* Takes the next pieces of the input; what can be put is put. */
enum take publish_take_some(struct publish *publish);

/* Goes through all of the input and appends why it cannot be put, a line for each piece, to why;
 * counts pieces in *ret_n. */
void publish_take_check(struct publish *publish, struct text *why, uint64_t *ret_n);

/* Goes on with the folder; true: there is more to do at once. */
bool publish_watch_step(struct publish *publish);

#endif
