/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receipts: the ledger of what the broker has acknowledged: the id of each event, one to a line.
 *
 * An event that is sent twice stands there twice.  Writes to one file, in large pieces; one thread.
 */
#ifndef IOCSIM_RECEIPTS_H
#define IOCSIM_RECEIPTS_H

#include "iocd/base/defs.h"
#include "iocd/event.h"

struct receipts;

/* Makes the file at path anew.  0 or a fault. */
int receipts_new(struct receipts **ret, const char *path) MUST_USE;
struct receipts *receipts_free(struct receipts *receipts);
DEFINE_CLEANUP(struct receipts, receipts_free)

/* Enters the events of an acknowledged message: an mqtt_load_taken_fn, context is the receipts. */
void receipts_take(void *context, struct slice packet);

/* Writes what is left.  0 or a fault, also of an earlier write. */
int receipts_finish(struct receipts *receipts) MUST_USE;

#endif
