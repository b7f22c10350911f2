/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suggest: which limit of a rule would have told how many alerts a week, over the records of a
 * journal.
 *
 * Two passes: the first learns what values the rule saw, the second lets so many limits judge the
 * same values side by side, each with the rule's own hold, fade, hours and min-samples.  Limits
 * that were overridden for a unit stay as they are.
 *
 * Reads no clock, no file.  Allocates freely.  One thread at a time.
 */
#ifndef IOCD_SUGGEST_H
#define IOCD_SUGGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/config.h"
#include "iocd/flow.h"

#define SUGGEST_MAX 16 /* limits that are tried, the present one among them */

enum suggest_outcome {
	SUGGEST_WRONG_KIND = 1, /* the rule has no limit that could be another */
	SUGGEST_NO_VALUES,      /* it saw none that it could judge */
};

/* One limit that was tried. */
struct suggestion {
	char text[32]; /* as it would be written: "> 5%" */
	double limit;
	bool is_present;
	uint64_t raised;
	double per_week;
};

struct suggested {
	const char *key; /* "warning" or "critical" */
	const struct threshold *present;
	struct suggestion
		list[SUGGEST_MAX]; /* from the one that tells most to that which tells least */
	uint32_t n;
	uint32_t best; /* index: nearest to what was wanted, of two the quieter */
	const struct threshold
		*clear;        /* the rule's, which moves in proportion; NULL: it has none */
	char clear_text[32];   /* as it would be written beside the best */
	uint32_t n_overridden; /* units that have a limit of their own */
	uint64_t n_values;     /* judged in the first pass */
	double least, most;    /* of them */
	int64_t since_ms, until_ms;
};

struct suggest;

/* Makes the fold for the first pass under config's rules, of which rule is looked at.  0,
 * SUGGEST_WRONG_KIND or a fault. */
int suggest_new(struct suggest **ret, const struct config *config, uint32_t rule) MUST_USE;
struct suggest *suggest_free(struct suggest *suggest);
DEFINE_CLEANUP(struct suggest, suggest_free)

/* Carries the next record, in either pass. */
void suggest_carry(struct suggest *suggest, const struct record *record);

/* Ends the first pass: what is raised from since_ms on and before until_ms will count in the
 * second, which begins anew.  0, SUGGEST_NO_VALUES or a fault.  Arrivals of the first and last
 * record of the pass. */
int64_t suggest_begin_ms(const struct suggest *suggest);
int64_t suggest_end_ms(const struct suggest *suggest);
int suggest_again(struct suggest *suggest, int64_t since_ms, int64_t until_ms) MUST_USE;

/* Ends the second pass. */
void suggest_finish(struct suggest *suggest, double per_week, struct suggested *ret);

#endif
