/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules: a rule as JSON, the same in the list of rules and in an explanation.
 *
 * Reads nothing but rules; names no receiver that the caller may not know.  Loop thread.
 */
#ifndef IOCD_CONTROL_RULES_H
#define IOCD_CONTROL_RULES_H

#include "iocd/rule.h"
#include "iocd/unit.h"
#include "views.h"

/* Writes the rule's members into the open object: id, title, kind, version, file, line, column,
 * what it watches, and how its alerts live; and of a rule that is in force, who hears
 * of them and what they inhibit. */
void rules_put(struct text *text, const struct views *views, const struct rule *rule);

/* Writes what was said of a limit as an object, null if there is none. */
void rules_put_threshold(struct text *text, const char *name, const struct threshold *threshold);

/* Writes the members "from" ("rule", "level", "unit") and "of" (which level or unit; null): who
 * says a limit that holds for unit. */
void rules_put_origin(struct text *text, const struct unit *unit, const struct threshold *limit);

/* Writes the member "where": which events of type are meant. */
void rules_put_where(struct text *text, const struct event_type *type, const struct where *where);

#endif
