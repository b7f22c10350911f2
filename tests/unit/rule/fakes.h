/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fakes: what rules ask others about besides readings of units, as a test says: the time, whether a
 * calendar is open, how contracts stand, and what values of fields read.
 */
#ifndef TEST_RULE_FAKES_H
#define TEST_RULE_FAKES_H

#include <string.h>

#include "iocd/rule.h"

#define FAKE_UNITS 5

struct calendar {
	int64_t from_ms, to_ms; /* open in [from, to) */
};

struct contracts {
	struct contract_view views[2][FAKE_UNITS]; /* by feed and unit */
};

#define FAKE_SLOTS 4

struct keyed {
	int64_t now_ms;
	const char *keys[FAKE_SLOTS]; /* by slot, of plan 1 in unit 1; or NULL */
	struct reading readings[FAKE_SLOTS];
	struct reading nothing; /* of a value without a slot */
};

extern int64_t fake_now_ms;

static inline struct slice slice_of(const char *text)
{
	return (struct slice){ .bytes = text, .size = strlen(text) };
}

#endif
