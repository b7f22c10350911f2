/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metrics: the parts of GET /metrics, in Prometheus' text format 0.0.4.
 *
 * Names are without "iocd_"; all samples of a name stand together, behind its head.  Loop thread.
 */
#ifndef IOCD_CONTROL_METRICS_H
#define IOCD_CONTROL_METRICS_H

#include "views.h"

/* Appends the lines HELP and TYPE of a name. */
void metrics_head(struct text *text, const char *name, const char *type, const char *help);

/* Appends value as it may stand in a help text, or between quotes. */
void metrics_escape(struct text *text, const char *value, bool in_quotes);

/* Append what is known of those who forward to us, and of the way up; nothing where there is none.
 */
void metrics_add_sites(struct text *text, const struct views *views);
void metrics_add_uplink(struct text *text, const struct views *views);

#endif
