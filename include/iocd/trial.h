/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trial: rules tried before they are trusted: unit tests, back-tests over a journal, and what would
 * change if other rules were taken over now.
 *
 * All of it runs the fold itself, on records from memory or of a journal, so that a trial cannot
 * judge otherwise than the daemon would.  Reads no clock, writes no file.  One thread at a time.
 */
#ifndef IOCD_TRIAL_H
#define IOCD_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/config.h"
#include "iocd/flow.h"
#include "iocd/rule_test.h"

/* ---- unit tests ---- */

/* What an expectation is looked at after its time: so long the fold may take to judge what has just
 * come. */
#define TRIAL_SETTLE_MS 300

struct trial_played {
	uint32_t n_checks;   /* expectations that were looked at */
	uint32_t n_failures; /* of them, and of what was sent and refused */
	uint64_t n_events;   /* sent */
	int64_t span_ms;     /* time that the test plays over */
	struct text why;     /* of each failure: "file:line:column: when: what", a line end, and
				lines that begin with blanks: why */
};

/* Plays a test of config's rules, which begins from nothing.  Words are in Vietnamese or English.
 * Fills *ret, which trial_played_fini() empties.  0 or a fault. */
int trial_play(const struct config *config, const struct rule_test *test, bool vietnamese,
	       struct trial_played *ret) MUST_USE;
void trial_played_fini(struct trial_played *played);

/* What an explanation needs; borrowed. */
struct trial_why {
	const struct flow *flow;
	const struct config *config;
	const char *indent;
	bool vietnamese;
};

/* Appends one line or more, each behind indent: what a rule looks at in a unit now, and why an
 * alert of it is not there. */
void trial_say_why_not(struct text *text, const struct trial_why *why, uint32_t rule,
		       uint32_t unit);

#endif
