/* SPDX-License-Identifier: Apache-2.0 */
/*
 * people: who may use the console: the list of users, read anew when its file changes, and those
 * who are logged in, kept over a restart.
 *
 * A file that cannot be read, or has a mistake, leaves the list of before.  One that is gone leaves
 * it for PEOPLE_GONE_MS: editors put another file in its place, and nobody should have to log in
 * again for that.
 *
 * Loop thread; sessions are written by a thread of the loop's pool.
 */
#ifndef IOCD_APP_PEOPLE_H
#define IOCD_APP_PEOPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/access.h"
#include "iocd/base/defs.h"
#include "iocd/config.h"
#include "iocd/control_hooks.h"
#include "iocd/net/loop.h"
#include "iocd/session.h"

#define PEOPLE_GONE_MS 3000
#define PEOPLE_SAVE_MS 10000 /* sessions are written at most so often */

struct people;

/* Reads users and sessions as config says, which is borrowed for life, as is loop.  Gives it; never
 * NULL: what cannot be read is told by people_part(). */
struct people *people_new(struct loop *loop, const struct config *config) MUST_USE;

/* Takes people, once the loop is freed: what was not saved of sessions is now.  NULL is fine. */
struct people *people_free(struct people *people);

/* Once a second, by monotonic time: looks after the files.  True: people_users() is another list;
 * whoever has the old one takes it before the next call, until which the old one lives. */
bool people_tick(struct people *people, int64_t now_ms) MUST_USE;

/* Lend the users, until as said; what became of whom at the last change ("lan added, binh
 * changed"), until the next; and the sessions, for life. */
const struct users *people_users(const struct people *people);
const char *people_changes(const struct people *people);
struct sessions *people_sessions(struct people *people);

/* What is to be said of them: part "users"; words are lent until the next tick. */
struct part_health people_part(const struct people *people);

#endif
