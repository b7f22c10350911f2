/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uses: which indicators are worked out of which, directly or by way of others, and so whose value
 * or quality may change with whose.
 *
 * A BASELINE takes its part at the full hour, and UNITS change when a unit crosses the limit: what
 * their part does is no change of theirs.  Made once, then only read.
 */
#ifndef IOCD_INDICATOR_USES_H
#define IOCD_INDICATOR_USES_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/indicator.h"
#include "lists.h"

struct uses {
	struct lists users;   /* by indicator: all whose value follows it; itself too */
	struct lists hearers; /* by feed: all whose quality hangs on it */
	struct lists
		reads; /* by indicator: all that is read with it, over its windows; itself too */
	struct lists watchers; /* by indicator: the UNITS of it */
	struct lists timed; /* by 0: what time alone moves although there is no stream behind it */
};

/* Finds all uses in a list without circles; frees what they hold. */
void uses_init(struct uses *uses, const struct indicators_options *options);
void uses_fini(struct uses *uses);

/* Whether indicator is counted from events into a stream. */
bool indicator_is_counted(const struct indicator *indicator);

#endif
