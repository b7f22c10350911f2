/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reckon: the working time of one open record: when it comes due, what a pause changes, how long it
 * took.  Looks at nothing but the record, its track and its calendar, and tells no news.
 */
#ifndef IOCD_TRACKER_RECKON_H
#define IOCD_TRACKER_RECKON_H

#include "inside.h"

/* Lends the calendar that the clock of slot runs by: that of its kind, else of its unit, else of
 * its track. */
const struct calendar *reckon_calendar(const struct trackers *trackers, uint32_t slot);

/* The number + 1 under which trackers knows calendar; 0: it does not, and there is no room. */
uint8_t reckon_calendar_number(struct trackers *trackers, const struct calendar *calendar);

/* Makes given, or what the track allows from the opening on, the deadline of slot. */
void reckon_set_due(struct trackers *trackers, uint32_t slot, const struct value *given);

/* Puts slot where it next comes due, or takes it out. */
void reckon_schedule(struct trackers *trackers, uint32_t slot);

/* Takes back what is not true by at_ms any more: that slot is due soon, that it is overdue. */
void reckon_judge(struct trackers *trackers, uint32_t slot, int64_t at_ms);

/* Lets the clock of slot stand from one instant to another. */
void reckon_pause(struct trackers *trackers, uint32_t slot, int64_t from_ms, int64_t to_ms);

/* The deadline of slot if it were resumed at at_ms (0: none), and the working time it has taken by
 * then, with what it took in earlier openings. */
int64_t reckon_due(const struct trackers *trackers, uint32_t slot, int64_t at_ms);
int64_t reckon_elapsed(const struct trackers *trackers, uint32_t slot, int64_t at_ms);

#endif
