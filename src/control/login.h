/* SPDX-License-Identifier: Apache-2.0 */
/*
 * login: attempts to log in: their passwords are hashed in a thread, LOGINS_RUNNING at once; some
 * more wait, and beyond them everybody is told to come back.
 *
 * An attempt says the same, after the same time, of a user that does not exist as of a wrong
 * password.  Loop thread.
 */
#ifndef IOCD_CONTROL_LOGIN_H
#define IOCD_CONTROL_LOGIN_H

#include "views.h"

#define LOGINS_RUNNING 2
#define LOGINS_WAITING 16

struct logins;

/* Makes it, for views that are lent for life.  Frees it when http is closed, and returns NULL:
 * hashes that are under way end by themselves. */
struct logins *logins_new(const struct views *views) MUST_USE;
struct logins *logins_free(struct logins *logins);

#endif
