/* SPDX-License-Identifier: Apache-2.0 */
/*
 * told: the small file that remembers how far the broker has acknowledged our news.
 *
 * One record of fixed size, written in place and not synced: it is to survive the death of the
 * process, not that of the machine, after which a repetition does no harm.  A torn record or one of
 * another journal is not believed.  Every call may block for a write into the page cache.
 */
#ifndef IOCD_DELIVERY_TOLD_H
#define IOCD_DELIVERY_TOLD_H

#include <stdint.h>

#include "iocd/base/defs.h"

enum told_outcome {
	TOLD_NOTHING = 1, /* there is no record of this journal */
};

struct told {
	int file; /* -1: none */
	char journal_id[32];
};

/* Opens the file at path, making it if need be.  Stores what it says in *ret.  0, TOLD_NOTHING, or
 * a fault: then there is no file, and told_write() does nothing. */
int told_open(struct told *told, const char *path, const char *journal_id, uint64_t *ret) MUST_USE;

/* Writes number.  0 or a fault. */
int told_write(struct told *told, uint64_t number) MUST_USE;

/* Closes the file, if there is one. */
void told_close(struct told *told);

#endif
