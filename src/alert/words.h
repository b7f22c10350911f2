/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words: figures, times and names as people read them, in Vietnamese or English; of them sentences
 * are made.
 */
#ifndef IOCD_ALERT_WORDS_H
#define IOCD_ALERT_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/alertbook.h"
#include "iocd/base/text.h"

/* Append a string from outside, with blanks for what would break a line. */
void words_plain(struct text *text, const char *bytes);
void words_slice(struct text *text, struct slice slice);

/* Appends value, a reading of figure or the difference of two, rounded, with percent sign or unit
 * of measure. */
void words_value(struct text *text, const struct indicator *figure, double value, bool vietnamese);

/* Appends a number without a unit, rounded alike. */
void words_number(struct text *text, double number, bool vietnamese);

/* Appends "3 samples": n of what is called so; vietnamese NULL: in English. */
void words_plural(struct text *text, uint64_t n, const char *english, const char *vietnamese);

/* Appends "2026-11-22 08:15:00", or "08:15:00 22/11/2026" as it is written in Vietnamese. */
void words_time(struct text *text, int64_t time_ms, int offset_minutes, bool vietnamese);

/* Appends "30 minutes": whole seconds or more. */
void words_duration(struct text *text, int64_t ms, bool vietnamese);

/* Lends what is known of a silent sender's connection, for ever.  Connected but mute is another
 * trouble than disconnected: the cure is with somebody else. */
const char *presence_words(enum presence presence, bool vietnamese);

/* Lends "critical", for ever. */
const char *severity_words(enum severity severity, bool vietnamese);

#endif
