/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load: how much the people on watch have to do, as it is told by GET workload and, in part, by the
 * member "load" of status and of the hand-over.
 *
 * Reads no clock.
 */
#ifndef IOCCTL_LOAD_H
#define IOCCTL_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "sheet.h"

/* Appends one line: alarms of the last ten minutes, hour and day; what stands; and since when it is
 * a flood. */
void load_line(struct text *text, const json_t *load, bool vietnamese, int64_t now_ms);

/* Appends "FLOOD since 08:02 (230 alerts)"; nothing if it is none. */
void load_flood(struct text *text, const json_t *load, bool vietnamese, int64_t now_ms);

/* Write the whole answer: figures against targets, then the worst rules of this week; only those of
 * a week, "this" or "last". */
void load_write(struct sheet *sheet, const json_t *answer);
void load_write_worst(struct sheet *sheet, const json_t *answer, const char *week);

#endif
