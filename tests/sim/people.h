/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people: what a fold must remember of those who give commands and of those who are told, kept
 * apart from it.
 *
 * A command is carried out once, and what became of it stays known.  Whoever was told that an alert
 * stands is told of its end, and nobody else is; whoever is to hear of it by the rulebook in force
 * does, unless something keeps it from being told.
 */
#ifndef SIM_PEOPLE_H
#define SIM_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "world.h"

#define PEOPLE_KEYS 200 /* of commands: "k0" and so on */

/* Who knows that an alert stands. */
struct known_alert {
	char rule[16];
	uint32_t unit;
	char subject[ALERT_SUBJECT_MAX];
	unsigned who; /* bits by person */
};

struct carried_command {
	bool is_carried;
	enum command_outcome outcome;
	uint32_t n;
};

struct people {
	struct carried_command commands[PEOPLE_KEYS];
	struct known_alert *list; /* owned: alerts that were raised and not cleared */
	size_t n;
	uint64_t n_heard; /* transitions that were looked at */
	uint64_t rules_changes;
	char why[256]; /* what is wrong */
};

void people_fini(struct people *people);

/* Flow has just carried record, and all before it were followed likewise.  False if it did with it
 * what it must not. */
bool people_follow(struct people *people, const struct flow *flow, const struct record *record);

/* Whether flow, which carried the same records, knows what became of every command. */
bool people_are_answered(struct people *people, const struct flow *flow);

#endif
