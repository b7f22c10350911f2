/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alert_log: asking history what happened to alerts, and writing it.
 *
 * Loop thread.
 */
#ifndef IOCD_CONTROL_ALERT_LOG_H
#define IOCD_CONTROL_ALERT_LOG_H

#include "iocd/history_log.h"
#include "views.h"

/* Asks for what happened at and below unit (UNIT_NONE: anywhere) where the caller may see it;
 * query.of_units is filled here. */
void alert_log_ask(const struct views *views, struct history_log_query query, uint32_t unit,
		   history_log_fn *fn, void *context);

/* Writes the array of transitions, and that of generations. */
void alert_log_put(struct text *text, const struct views *views, const struct history_log *log);
void alert_log_put_generations(struct text *text, const struct views *views,
			       const struct history_log *log);

#endif
