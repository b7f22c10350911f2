/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain: all that is known of one alert, or of why there is none, as JSON.
 *
 * What is written suffices to judge again, from the events that were accepted and nothing else:
 * tests/story does.  Loop thread.
 */
#ifndef IOCD_CONTROL_EXPLAIN_H
#define IOCD_CONTROL_EXPLAIN_H

#include "views.h"

#define EXPLAIN_MISSING 20 /* senders that are named */

/* Whether rule is one of those in force: the numbers in any other mean something else. */
bool explain_is_in_force(const struct views *views, const struct rule *rule);

/* Writes the whole explanation of alert, as an object. */
void explain_put(struct text *text, const struct views *views, const struct alert *alert);

/* Append the members of an explanation to the open object. */

/* explain_figure.c: "limits" and "threshold"; "now": the figure, how it is counted and what it
 * reads, likewise of what it is made of. */
void explain_put_limits(struct text *text, const struct views *views, const struct alert *alert);
void explain_put_now(struct text *text, const struct views *views, const struct alert *alert);

/* Writes the member "definition": the same of an indicator without an alert. */
void explain_put_definition(struct text *text, const struct views *views, uint32_t indicator,
			    uint32_t unit, const struct window *window);

/* explain_contract.c: "calendar" of the rule; "contract" of a silent sender; "missing": who does
 * not report, of those that the rule looks at, at and below unit. */
void explain_put_calendar(struct text *text, const struct views *views, const struct rule *rule);
void explain_put_contract(struct text *text, const struct views *views, const struct rule *rule,
			  uint32_t unit);
void explain_put_missing(struct text *text, const struct views *views, const struct rule *rule,
			 uint32_t unit);

/* explain_past.c: "record"; "events"; "timeline". */
void explain_put_record(struct text *text, const struct views *views, const struct alert *alert);
void explain_put_events(struct text *text, const struct views *views, const struct alert *alert);
void explain_put_timeline(struct text *text, const struct views *views, const struct alert *alert);

/* Looks for that record among the open ones of unit that rule follows: true, and *ret without its
 * id, if it is there; *ret_n is how many there are. */
bool explain_find_record(const struct views *views, const struct rule *rule, uint32_t unit,
			 const char *subject, struct track_record *ret, uint64_t *ret_n);

/* Whether both are of one rule, unit and subject. */
bool explain_is_same(const struct alert *a, const struct alert *b);

/* explain_told.c: "receivers": each, and when it was told, or why not. */
void explain_put_receivers(struct text *text, const struct views *views, const struct alert *alert);

#endif
