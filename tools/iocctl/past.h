/* SPDX-License-Identifier: Apache-2.0 */
/*
 * past: iocctl indicators with a time: figures out of history as a table, as CSV or as JSON.
 */
#ifndef IOCCTL_PAST_H
#define IOCCTL_PAST_H

#include <stdbool.h>

#include "call.h"

/* Whether options were given that ask for the past. */
bool past_is_wanted(const struct call *call);

/* Asks and prints.  Returns an exit status. */
int past_show(const struct call *call);

#endif
