/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index: rules grouped by what they look at, in the order they were written.
 *
 * Groups lie one behind the other in one array, so that judging walks memory forward and meets no
 * rule that looks at something else.  Made once, then only read.
 */
#ifndef IOCD_RULE_INDEX_H
#define IOCD_RULE_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/rule.h"

/* What rules are grouped by. */
enum index_of {
	INDEX_FIGURES,  /* by indicator: threshold rules, and deadline rules by unit, which stand in
			   the groups of both their gauges */
	INDEX_EVENTS,   /* by event type */
	INDEX_SILENCES, /* by feed */
	INDEX_SEQUENCES, /* by sequence */
	INDEX_RECORDS,   /* by track: deadline rules by record */
	INDEX_OWN,       /* by own part */
};

#define SLOT_NONE     UINT32_MAX       /* its window is read for itself */
#define SLOT_DEADLINE (UINT32_MAX - 1) /* a deadline rule: its gauges are */

/* What judging must know of a rule before it looks at the rule itself. */
struct index_entry {
	const bool *applies; /* the rule's: by unit index */
	uint32_t rule;
	uint32_t slot; /* number of its window among the different ones of its group, below
			  INDICATOR_WINDOWS_MAX, or one of the above */
};

struct index {
	uint32_t *starts;            /* owned; by group, and one behind the last */
	struct index_entry *entries; /* owned */
	uint32_t n_groups;
	uint32_t widest; /* entries of the largest group */
};

/* Fills index with the rules of options' list that are looked for by that. */
void index_init(struct index *index, const struct rules_options *options, enum index_of of);
void index_fini(struct index *index);

/* Lends the entries of a group until index_fini(); stores their number in *ret_n. */
const struct index_entry *index_group(const struct index *index, uint32_t group, uint32_t *ret_n);

#endif
