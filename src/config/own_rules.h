/* SPDX-License-Identifier: Apache-2.0 */
/*
 * own_rules: rules on iocd itself and on what it thinks of senders.
 *
 * Each part has one: what an administrator wrote, or else a hidden one with the same defaults.
 */
#ifndef IOCD_CONFIG_OWN_RULES_H
#define IOCD_CONFIG_OWN_RULES_H

#include "rules.h"

/* Declares the hidden rules of the parts that no rule names, behind all others. */
void own_rules_declare(struct load *load);

/* Reads one that was written; hold, fade, repeat and title are its part's where none is given. */
void own_rule_read(struct load *load, const struct rule_nodes *nodes, struct rule *rule);

/* Makes hidden rules of numbers first to load->rules.n - 1. */
void own_rules_make(struct load *load, uint32_t first);

#endif
