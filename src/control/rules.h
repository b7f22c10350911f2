/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules: a rule as JSON, the same in the list of rules and in an explanation.
 *
 * Reads nothing but the rule.  Loop thread.
 */
#ifndef IOCD_CONTROL_RULES_H
#define IOCD_CONTROL_RULES_H

#include "iocd/rule.h"
#include "put.h"

/* Writes the rule's members into the open object: id, title, kind, file, line, column, what it
 * watches, hold_s and fade_s. */
void rules_put(struct text *text, const struct rule *rule);

/* Writes what was said of a limit as an object, null if there is none. */
void rules_put_threshold(struct text *text, const char *name, const struct threshold *threshold);

#endif
