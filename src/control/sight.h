/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sight: what the caller of a view sees: which units, and what may be named to it.
 *
 * Loop thread.
 */
#ifndef IOCD_CONTROL_SIGHT_H
#define IOCD_CONTROL_SIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/alert_json.h"
#include "iocd/base/text.h"
#include "iocd/rulebook.h"

struct views;

/* Whether the caller may see unit; UNIT_NONE: only who sees everything.  The same, and it is top or
 * below it: what lists ask. */
bool views_sees(const struct views *views, uint32_t unit);
bool views_shows(const struct views *views, uint32_t unit, uint32_t top);
bool views_sees_all(const struct views *views);

/* Whether unit is the highest that the caller sees there: a root of its part of the tree. */
bool views_is_root(const struct views *views, uint32_t unit);

/* Finds a unit by its id or a former one among those that the caller may see, else UNIT_NONE. */
uint32_t views_find_unit(const struct views *views, const char *id, size_t size);

/* Whether the caller may read by, who or what brought something about: a name, or an alert
 * "<unit>/<key>" of a unit that it sees. */
bool views_sees_name(const struct views *views, const char *by);

/* Whether the caller may know that receiver: it hears of a unit that the caller sees. */
bool views_sees_receiver(const struct views *views, const struct receiver *receiver);

/* Appends an alert as alert_json() does, without what names units that the caller does not see. */
void views_put_alert(struct text *text, const struct views *views, const struct alert *alert);

#endif
