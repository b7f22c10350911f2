/* SPDX-License-Identifier: Apache-2.0 */
/*
 * app: one of each part, wired together, from the start of the process to its end.
 *
 * Owns the order in which parts start and stop, the timers that drive them, reloading and the
 * account of their health.  Everything but the receiving and syncing threads runs on its loop.
 */
#ifndef IOCD_APP_APP_H
#define IOCD_APP_APP_H

#include "args.h"
#include "iocd/base/defs.h"
#include "iocd/config.h"

struct app;

/* Opens the journal and makes every part under config, which is taken also on failure; args is
 * borrowed for life.  0 or a fault, which has been logged. */
int app_new(struct app **ret, struct config *config, const struct args *args) MUST_USE;

/* Catches up with the journal, serves until a signal ends it, and stops every part.  Returns the
 * exit status of the process, which must end then. */
int app_run(struct app *app);

/* Frees an app that was never run, or has run.  Accepts NULL; returns NULL. */
struct app *app_free(struct app *app);
DEFINE_CLEANUP(struct app, app_free)

#endif
