/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encode_handling: how people handle an alert, what keeps it from being told, and who was told, as
 * members of its JSON object.
 */
#ifndef IOCD_ALERT_ENCODE_HANDLING_H
#define IOCD_ALERT_ENCODE_HANDLING_H

#include "iocd/alert_json.h"

/* Appends them: handling, acknowledged, owner, suppressed, latched, announced, told, escalations,
 * raises. */
void handling_members(struct text *text, const struct alert_context *context,
		      const struct alert *alert);

/* Appends the ids of receivers, which are bits by number, as a list: "unit" is the unit's own. */
void receivers_member(struct text *text, const char *name, const struct alert_context *context,
		      uint32_t receivers);

#endif
