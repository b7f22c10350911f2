/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gaps: iocctl feeds gaps: what is, or was, missing of what others forward.
 */
#ifndef IOCCTL_GAPS_H
#define IOCCTL_GAPS_H

#include "call.h"

/* Runs `feeds gaps`; the exit status. */
int run_feeds_gaps(const struct call *call);

#endif
