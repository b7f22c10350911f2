/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backtest: the rules that lie in the directory tried against the journal, by a nice thread beside
 * the daemon's own; one at a time.
 *
 * Loop thread.
 */
#ifndef IOCD_APP_BACKTEST_H
#define IOCD_APP_BACKTEST_H

#include "iocd/config.h"
#include "iocd/control_backtest.h"
#include "iocd/net/loop.h"

struct backtests_options {
	const char
		*directory;  /* of the configuration to be tried; borrowed for life, as all below */
	const char *journal; /* directory */
	const struct config_overrides *overrides; /* or NULL */
	const struct config *now;                 /* what the daemon was started with */
};

struct backtests;

/* Makes it; ends the back-test that may be running, and frees all (NULL is fine). */
struct backtests *backtests_new(struct loop *loop,
				const struct backtests_options *options) MUST_USE;
struct backtests *backtests_free(struct backtests *backtests);

/* As the hooks of control_hooks.h. */
int backtests_start(struct backtests *backtests, const char *by, uint32_t days) MUST_USE;
bool backtests_stop(struct backtests *backtests);
void backtests_get(const struct backtests *backtests, struct control_backtest *ret);

#endif
