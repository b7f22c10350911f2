/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feeds_try: iocctl feeds try: what iocd would make of a message.
 */
#ifndef IOCCTL_FEEDS_TRY_H
#define IOCCTL_FEEDS_TRY_H

#include "call.h"

/* Runs `feeds` with arguments; the exit status. */
int run_feeds_try(const struct call *call);

#endif
