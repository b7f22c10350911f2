/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hint: a small file beside a stream's journal that says where things stand in it, so that opening
 * does not read all of it.  Nothing depends on it: without it, or with a wrong one, it only takes
 * longer.
 *
 * Blocks.
 */
#ifndef IOCD_FORWARD_HINT_H
#define IOCD_FORWARD_HINT_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "marks.h"

#define HINT_NO_NOTE UINT64_MAX

struct hint {
	const char *epoch; /* of the journal; lent by the caller */
	uint64_t note;     /* position of the last note, or HINT_NO_NOTE */
};

enum hint_outcome {
	HINT_NONE = 1, /* there is none, or none of this journal that holds */
};

/* Reads the hint in directory about the journal hint->epoch: fills hint->note, and marks, which are
 * empty.  0 or HINT_NONE. */
int hint_read(struct hint *hint, struct marks *marks, const char *directory) MUST_USE;

/* Replaces it, with the marks before position.  What becomes of it is nobody's worry. */
void hint_write(const struct hint *hint, const struct marks *marks, uint64_t position,
		const char *directory);

#endif
