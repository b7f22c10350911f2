/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forecast: what would change if the rules of a directory came into force now: which rules and
 * limits, and which alerts would rise, clear or change their severity.
 *
 * The forecast is no estimate: a copy of the alert book is put under the new rules as a reload
 * does, judges the present figures, and time passes in it until every hold and fade is over.  It
 * is what happens after a reload if nothing else does.
 *
 * Reads files, no clock; touches nothing of what it looks at.  Allocates freely; takes some
 * milliseconds for each thousand open alerts.  On the thread of the flow, between its calls.
 */
#ifndef IOCD_FORECAST_H
#define IOCD_FORECAST_H

#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/config.h"
#include "iocd/flow.h"

/* What runs; borrowed. */
struct trial_now {
	const struct flow *flow;
	const struct config *config; /* what the flow was made of; its rules may be others by now */
	const struct config_overrides *overrides; /* NULL: none */
};

/* Compares the rulebook in force with that of directory.  Appends a JSON object: good (true),
 * directory, config and running (generations of the new rules and of those in force), restart
 * (null, or the file that differs and needs one), rules [{rule, title, change: added, removed or
 * changed, file, line, attributes: [{name, from, to}], limits: [{limit, from, to: {text, file,
 * line} or null, units}], units_added, units_removed}], receivers and maintenances [{id, change}],
 * alerts, by unit [{unit, name: of the unit, rule, title, subject, change: rises, clears or
 * severity, from, to: a severity or null, after_s, anyway: it would happen without new rules too}].
 * 0; or CONFIG_REFUSED: the directory cannot be read, or its rules do not fit what runs; then the
 * object is good (false), directory, and report: what is wrong. */
int trial_diff(struct text *json, const struct trial_now *now, const char *directory) MUST_USE;

#endif
