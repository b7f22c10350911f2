/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold: the whole fold of a configuration, which remembers all that it told, and what its state was
 * at ticks that it was asked to remember.
 *
 * Two folds that came to the same point by different ways, all at once or from a saved state, must
 * have told the same and be the same, to the byte.
 */
#ifndef TEST_STORY_FOLD_H
#define TEST_STORY_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../saved.h"
#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/config.h"
#include "iocd/flow.h"

#define FOLD_KEPT_MAX 16

/* The state at a tick. */
struct dump {
	int64_t tick_ms;
	struct saved saved; /* owned; without bytes: the tick has not come */
};

struct fold {
	const struct config *config; /* borrowed */
	struct flow *flow;           /* owned */
	struct dump kept[FOLD_KEPT_MAX];
	size_t n_kept;
	char **log; /* owned, as are they: transition n in JSON at n - 1; NULL: told before */
	uint64_t n_log;
};

/* Makes an empty fold that reads journal from its beginning, or with NULL is handed its records. It
 * must not be copied.  0 or a fault. */
int fold_init(struct fold *fold, const struct config *config, struct journal *journal) MUST_USE;
void fold_fini(struct fold *fold);

/* The same that remembers nothing: fn is told its ticks. */
int fold_init_watched(struct fold *fold, const struct config *config, flow_tick_fn *fn,
		      void *context) MUST_USE;

/* Remembers the state at that tick, which is still to come, as the next of kept. */
void fold_keep(struct fold *fold, int64_t tick_ms);

/* Takes a state over, into a fold fresh from fold_init().  NULL, or what is wrong with it. */
const char *fold_load(struct fold *fold, const struct dump *dump) MUST_USE;

/* Carries all that the journal has.  0, FLOW_CORRUPT or a fault. */
int fold_carry(struct fold *fold) MUST_USE;

/* Whether both were the same at the last tick that they remember, and told the same as far as both
 * know; else appends what differs to report. */
bool fold_is_same(const struct fold *fold, const struct fold *other, struct text *report);

/* Stores in *ret up to max ticks on which records of journal arrived, spread over them evenly, but
 * before end_ms and after the first; returns how many.  -1: it cannot be read. */
int fold_pick_ticks(struct journal *journal, int64_t end_ms, int64_t *ret, int max);

#endif
