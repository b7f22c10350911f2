/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reload: the configuration read again while everything runs, and what became of that.
 *
 * Loop thread.
 */
#ifndef IOCD_APP_RELOAD_H
#define IOCD_APP_RELOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app.h"
#include "iocd/base/text.h"
#include "iocd/control_hooks.h"
#include "iocd/rulebook.h"

/* What became of the last reload. */
struct reloaded {
	int64_t time_ms; /* 0: there was none */
	char by[64];
	char generation[24]; /* journaled by it, "" if none was */
	bool is_refused;
	struct text report;
};

/* Reads the configuration again on behalf of by, as control_hooks.reload. */
int app_reload(void *app, const char *by, struct text *report, struct control_reload *ret);

/* Tells of the rules in force and of the last reload, as control_hooks.rules_state. */
void rules_tell(void *app, struct control_rules_state *ret);

/* Makes the rulebook that the journal has as source: flow_rules_fn. */
int rules_read(void *app, const char *source, size_t size, struct rulebook *ret);

/* After the fold may have taken other rules over: shows them to everybody. */
void rules_follow(struct app *app);

/* Appends the rules that were read at the start, unless the journal has them. */
void rules_record(struct app *app);

#endif
