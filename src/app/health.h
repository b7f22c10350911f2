/* SPDX-License-Identifier: Apache-2.0 */
/*
 * health: the light of every part of iocd, and why it is not green; and what becomes of that in the
 * journal.
 *
 * Loop thread.
 */
#ifndef IOCD_APP_HEALTH_H
#define IOCD_APP_HEALTH_H

#include <stddef.h>

#include "iocd/base/defs.h"
#include "iocd/control.h"

struct app;

/* health.c: once a second; and what control asks. */
void health_start(struct app *app);
void health_tick(struct app *app);
void health_fill(void *app, struct control_health *ret);

/* Puts what has changed in the parts into the journal, before the second is over. */
void health_say(struct app *app);

/* own.c: appends a record of our own to the journal, as journal_append(); and, once a second, what
 * has changed in the parts of iocd. */
int own_append(struct app *app, const char *topic, const char *payload, size_t size) MUST_USE;
void own_tick(struct app *app, const struct control_health *health);

#endif
