/* SPDX-License-Identifier: Apache-2.0 */
/*
 * show: members of iocd's answers as people read them.
 *
 * Words are in Vietnamese or English; times are the local time of the iocd that was asked.  A
 * missing member reads as "" or 0: an older iocd may not have it.
 */
#ifndef IOCCTL_SHOW_H
#define IOCCTL_SHOW_H

#include <jansson.h>

#include "call.h"
#include "iocd/base/text.h"
#include "table.h"

/* Lend a string member ("" if it is none), and the language's half of a {vi, en} member. */
const char *show_string(const json_t *object, const char *name);
const char *show_words(const json_t *object, const char *name, bool vietnamese);

/* Numbers, 0 if there is none; show_real(): NaN. */
int64_t show_integer(const json_t *object, const char *name);
double show_real(const json_t *object, const char *name);

/* The time in an RFC 3339 member, in milliseconds; 0 if there is none. */
int64_t show_time_ms(const json_t *object, const char *name);

/* Appends the time of day of an RFC 3339 string, after its date unless that is the day of now_ms;
 * "-" for "". */
void show_clock(struct text *text, const char *time, int64_t now_ms);

/* The same for a time in milliseconds, so many minutes east of UTC. */
void show_clock_ms(struct text *text, int64_t time_ms, int64_t now_ms, int offset_minutes);

/* Minutes east of UTC in an RFC 3339 member; if there is none, those of this machine. */
int show_offset(const json_t *object, const char *name);

/* Appends the age of an RFC 3339 member at now_ms; "-" if there is none. */
void show_age(struct text *text, const json_t *object, const char *name, int64_t now_ms);

/* Appends a value for people: three digits or whole numbers, percentages with a sign, then the
 * measure; "-" if it is not a number. */
void show_value(struct text *text, double value, bool percent, const char *measure,
		bool vietnamese);

/* Appends an integer with its thousands apart. */
void show_count(struct text *text, int64_t count, bool vietnamese);

/* Appends bytes in B, KiB, MiB or GiB. */
void show_bytes(struct text *text, int64_t bytes, bool vietnamese);

/* Lend a severity with its symbol, and its colour. */
const char *show_severity(const char *severity, bool vietnamese);
enum tint show_severity_tint(const char *severity);

/* Lend a light's symbol and word, and its colour. */
const char *show_light(const char *light, bool vietnamese);
enum tint show_light_tint(const char *light);

/* Lends what suppresses an alert, in words; and how people handle one. */
const char *show_suppression(const char *kind, bool vietnamese);
const char *show_handling(const json_t *alert, bool vietnamese);

/* Lends what happened to an alert, in words. */
const char *show_news(const char *news, bool vietnamese);

/* Lends the unit at whose iocd a mirrored alert arose; "" if it is one of this iocd's own. */
const char *show_origin(const json_t *alert, bool vietnamese);

/* Appends what is special about an alert, each as "[DRILL] ". */
void show_flags(struct text *text, const json_t *alert, bool vietnamese);

/* Writes text to stdout and clears it. */
void show_print(struct text *text);

/* Prints a table, fitted to the terminal, and its footing (may be NULL). */
void show_table(const struct call *call, const struct table *table, const char *footing);

#endif
