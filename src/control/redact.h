/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redact: alerts without the names of units that their reader may not see.
 *
 * Loop thread.
 */
#ifndef IOCD_CONTROL_REDACT_H
#define IOCD_CONTROL_REDACT_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/alert_json.h"
#include "iocd/base/text.h"

struct redaction {
	const struct units *units;
	bool (*sees)(const void *context, uint32_t unit);
	const void *context;
};

/* Whether the alert, or the transition, may name what its reader does not see; whether by, who
 * suppresses it, may be read. */
bool redact_is_needed(const struct redaction *redaction, const struct alert *alert);
bool redact_is_needed_by(const struct redaction *redaction, const struct transition *transition);
bool redact_keeps(const struct redaction *redaction, const char *by);

/* Takes such names out of the alert, or transition, that text has from that byte on. */
void redact_alert(const struct redaction *redaction, struct text *text, size_t from);

#endif
