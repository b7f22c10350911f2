/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shift: the reports that history's log and the workload give at any time, beside those of
 * reports.d.
 */
#ifndef IOCCTL_SHIFT_H
#define IOCCTL_SHIFT_H

#include "call.h"

/* iocctl report handover; iocctl report worst.  Return an exit status. */
int shift_handover(const struct call *call);
int shift_worst(const struct call *call);

#endif
