/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_report: a report's table filled from history.
 *
 * Loop thread, callbacks too.
 */
#ifndef IOCD_HISTORY_REPORT_H
#define IOCD_HISTORY_REPORT_H

#include "iocd/history.h"
#include "iocd/report.h"

/* Takes nothing: table is lent during the call, filled but not finished; NULL and a reason if
 * history could not answer. */
typedef void history_report_fn(void *context, struct report_table *table, const char *reason);

struct history_report {
	const struct report_plan *plan; /* borrowed until fn was called, as are the next two */
	const struct units *units;
	const struct indicators *indicators;
	const struct indicator *list; /* of the configuration */
	struct report_period period;
	int offset_minutes;
};

/* Asks for all figures of wanted (copied); fn is called once, as history_ask() says. */
void history_ask_report(struct history *history, const struct history_report *wanted,
			history_report_fn *fn, void *context);

#endif
