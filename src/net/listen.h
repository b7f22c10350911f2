/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listen: listening sockets, made by us because the HTTP library cannot set a mode or tell a stale
 * socket from a living one.  All are non-blocking and closed on exec.
 */
#ifndef IOCD_NET_LISTEN_H
#define IOCD_NET_LISTEN_H

#include <sys/types.h>

#include "iocd/base/defs.h"

/* Which file a UNIX socket is, so that only ours is removed. */
struct listen_mark {
	dev_t device;
	ino_t inode;
};

/* Listens on a UNIX socket with mode 0660.  A socket that nobody answers on is removed first; any
 * other file in its place is left.  Gives a descriptor; 0 or a fault (-EADDRINUSE: somebody
 * answers, -EEXIST: no socket, -ENAMETOOLONG). */
int listen_unix(int *ret, struct listen_mark *ret_mark, const char *path) MUST_USE;

/* Listens on a numeric address.  Gives a descriptor; 0 or a fault. */
int listen_tcp(int *ret, const char *address, int port) MUST_USE;

/* Removes path if it is still the socket of mark. */
void listen_remove(const char *path, const struct listen_mark *mark);

#endif
