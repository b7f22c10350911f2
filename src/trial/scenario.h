/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario: a test while it is played.  scenario.c lets time pass and sends; check.c looks.
 *
 * One thread at a time.
 */
#ifndef IOCD_TRIAL_SCENARIO_H
#define IOCD_TRIAL_SCENARIO_H

#include "iocd/trial.h"

#define N_NEWS (NEWS_FORGOTTEN + 1)

struct scenario {
	const struct config *config; /* borrowed */
	const struct rule_test *test;
	const struct test_step *step; /* the present one */
	struct flow *flow;            /* owned */
	uint32_t n_rules;
	uint32_t *told; /* owned; by rule and news: how many times */
	uint64_t n_told;
	uint64_t position;
	int64_t now_ms; /* arrival of the last record; 0: none */
	unsigned n_commands;
	bool vietnamese;
	struct trial_played *played; /* borrowed */
};

/* Looks whether all that the present step expects is so. */
void scenario_check(struct scenario *scenario);

/* Begins a failure at place, to whose text the caller appends what is wrong. */
struct text *scenario_fail(struct scenario *scenario, struct place place);

/* One of two texts; a macro, so that both are checked as formats. */
#define SAYS(vietnamese, vi, en) ((vietnamese) ? (vi) : (en))

#endif
