/* SPDX-License-Identifier: Apache-2.0 */
/*
 * days: of which days events were accepted, by the crowd of their unit (crowd.h).
 *
 * One bit for each crowd and day, of the last DAYS_KEPT days; of all days before them one bit for
 * each crowd.  It answers for the long past, when ids are forgotten: of a day without its bit
 * nothing can come twice.
 *
 * Pure; no heap.  One thread at a time.
 */
#ifndef IOCD_EVENT_DAYS_H
#define IOCD_EVENT_DAYS_H

#include "iocd/base/bytes.h"

#include "crowd.h"

#define DAYS_KEPT 1024 /* a power of two */

struct days {
	uint32_t last;                        /* the newest day that was noted; 0: none yet */
	uint8_t noted[CROWDS][DAYS_KEPT / 8]; /* by day % DAYS_KEPT, of the days up to last */
	uint8_t before[CROWDS / 8];           /* some day before those was noted */
};

/* Notes that an event was accepted; and whether one of the same crowd and day was. */
void days_note(struct days *days, const struct event *event);
bool days_has(const struct days *days, const struct event *event);

/* Put them into writer; read them back into fresh ones, or past them where days is NULL. */
void days_save(const struct days *days, struct bytes_writer *writer);
void days_load(struct days *days, struct bytes_reader *reader);

#endif
