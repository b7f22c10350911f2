/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token: who iocctl is at an iocd on the other side of a network.
 *
 * A token stands in a file for its owner only, never among arguments or in the environment, where
 * others see it.  It is sent by HTTPS, or to this machine.
 */
#ifndef IOCCTL_TOKEN_H
#define IOCCTL_TOKEN_H

#include "call.h"

/* Reads the token of call->token_file, if there is one, into call->token (token_forget() frees).
 * Who has one acts as its user, so call->by is "" unless --as says more.  STATUS_GOOD, or
 * STATUS_USAGE: it was told what is wrong. */
int token_read(struct call *call);
void token_forget(struct call *call);

#endif
