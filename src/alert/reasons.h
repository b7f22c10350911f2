/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reasons: why an alert stands, in a sentence, by the kind of its rule; sentence.c chooses and has
 * the simpler ones itself.
 */
#ifndef IOCD_ALERT_REASONS_H
#define IOCD_ALERT_REASONS_H

#include <stdbool.h>

#include "iocd/alert_json.h"

/* Append it, for RULE_THRESHOLD and RULE_EACH, RULE_SEQUENCE, RULE_DEADLINE, RULE_OWN. */
void figure_reason(struct text *text, const struct alert *alert, bool vietnamese);
void sequence_reason(struct text *text, const struct alert_context *context,
		     const struct alert *alert, bool vietnamese);
void deadline_reason(struct text *text, const struct alert *alert, int offset_minutes,
		     bool vietnamese);
void own_reason(struct text *text, const struct alert *alert, int offset_minutes, bool vietnamese);

/* Appends it for the parts of RULE_OWN that are about sites, whose details site.h describes.
 * False: the detail is not of that form, and nothing was appended. */
bool site_reason(struct text *text, const struct alert *alert, int offset_minutes, bool vietnamese);

#endif
