/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keep: the work of the journal's thread, step by step; in a file of its own because the journal's
 * inside and the indicators both have a struct window.
 */
#ifndef SIM_KEEP_H
#define SIM_KEEP_H

#include "iocd/journal.h"

/* Does one piece of it.  A fault is journal_fault() from then on. */
void keep_step(struct journal *journal);

#endif
