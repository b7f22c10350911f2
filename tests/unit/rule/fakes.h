/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fakes: what rules ask others about besides readings, as a test says: the time, whether a calendar
 * is open, and how contracts stand.
 */
#ifndef TEST_RULE_FAKES_H
#define TEST_RULE_FAKES_H

#include "iocd/rule.h"

#define FAKE_UNITS 5

struct calendar {
	int64_t from_ms, to_ms; /* open in [from, to) */
};

struct contracts {
	struct contract_view views[2][FAKE_UNITS]; /* by feed and unit */
};

extern int64_t fake_now_ms;

#endif
