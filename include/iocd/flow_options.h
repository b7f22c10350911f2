/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_options: what a configuration means for the fold: of the daemon, a replay, a test.
 *
 * A library of its own, so that the fold itself knows nothing of files.  Pure.  Any thread.
 */
#ifndef IOCD_FLOW_OPTIONS_H
#define IOCD_FLOW_OPTIONS_H

#include "iocd/config.h"
#include "iocd/flow.h"

/* Fills *ret with all that config says; the journal and the position in it stay empty.  Everything
 * is lent by config. */
void flow_options_from(struct flow_options *ret, const struct config *config);

#endif
