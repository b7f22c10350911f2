/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keep_step: the work of a journal's thread, done here; in a file of its own because the journal's
 * inside and the indicators both have a struct window.
 */
#ifndef IOCD_TESTS_FORWARD_KEEP_STEP_H
#define IOCD_TESTS_FORWARD_KEEP_STEP_H

#include "iocd/journal.h"

void keep_all(struct journal *journal);

#endif
