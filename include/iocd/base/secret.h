/* SPDX-License-Identifier: Apache-2.0 */
/*
 * secret: passwords and keys that stand in files of their own.
 *
 * Such a file is named by a path, or by "credential:NAME": a credential that systemd hands to the
 * service (systemd.exec(5), LoadCredential=).  A file that others than its owner may read or write
 * is no secret and is refused; only its group may read it too if root owns it, which is how root
 * gives a file to a service.  What is in it goes to no log and no message.
 *
 * Blocks on files.  Any thread.
 */
#ifndef IOCD_BASE_SECRET_H
#define IOCD_BASE_SECRET_H

#include "iocd/base/defs.h"

#define SECRET_MAX     4096 /* bytes of a password file */
#define SECRET_WHY_MAX 512

/* Gives the path that name means in *ret (free() it), once the file there is found to be a secret.
 * 0; or a fault (-EACCES: others may get at it), with what is wrong and how to mend it in why. */
int secret_find(char **ret, const char *name, char why[SECRET_WHY_MAX]) MUST_USE;

/* Gives the first line of that file (free() it).  As secret_find(). */
int secret_read(char **ret, const char *name, char why[SECRET_WHY_MAX]) MUST_USE;

#endif
