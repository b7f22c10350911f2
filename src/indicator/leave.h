/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leave: when cells leave, and in which order.
 *
 * Two minutes after each full hour, and from then at every full ten minutes, a round over all units
 * begins in which cells of hours that are over leave; a bounded number with each tick.  Stocks and
 * gauges leave at the full hour, as they are then.  If memory for cells runs short, all leave.
 */
#ifndef IOCD_INDICATOR_LEAVE_H
#define IOCD_INDICATOR_LEAVE_H

#include "state.h"

/* Lets leave what has become due by the present time, a tick that has just begun. */
void leave_due(struct indicators *indicators);

#endif
