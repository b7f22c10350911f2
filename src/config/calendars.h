/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calendars: calendar.yml, and names of calendars elsewhere.
 *
 * One that could not be read has been told, and is not told again by those that refer to it.
 */
#ifndef IOCD_CONFIG_CALENDARS_H
#define IOCD_CONFIG_CALENDARS_H

#include "read.h"

/* Lends the calendar that node names, for the life of the configuration.  False: a mistake was
 * reported, or that calendar is broken. */
bool calendar_read(struct load *load, const struct node *node, const struct calendar **ret);

/* Lends the one that is built in, in which all time is working time. */
const struct calendar *calendar_always(const struct load *load);

#endif
