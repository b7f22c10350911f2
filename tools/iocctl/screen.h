/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen: text as a terminal shows it: columns, cutting, cleaning, and ages.
 *
 * Needs a UTF-8 locale (setlocale) to know how wide a character is.  Reads no clock.
 */
#ifndef IOCCTL_SCREEN_H
#define IOCCTL_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/text.h"

/* Appends a string from outside so that it cannot steer the terminal: control characters, marks
 * that turn the direction of writing, and bytes that are not UTF-8 become one visible mark each. */
void screen_clean(struct text *text, const char *string);

/* Columns that a clean string takes. */
int screen_width(const char *string);

/* Bytes of string that fit into so many columns, never parting a character from its accents; stores
 * in *ret_width the columns that they take. */
size_t screen_fit(const char *string, int columns, int *ret_width);

/* Appends string cut to columns, with "…" if it was cut; then blanks up to columns. */
void screen_pad(struct text *text, const char *string, int columns);

/* The same with the blanks first. */
void screen_pad_left(struct text *text, const char *string, int columns);

/* Appends string cut to columns, without blanks. */
void screen_cut(struct text *text, const char *string, int columns);

/* Bytes of string that make its first line when it is broken at blanks into lines of at most so
 * many columns (at least one character). */
size_t screen_line(const char *string, int columns);

/* Appends an age in one or two characters and a unit: "12s", "3m", "5h", "8d"; "now" below a
 * second and for what lies ahead. */
void screen_age(struct text *text, int64_t ms);

/* Whether string contains words, whatever the case of letters and with or without the marks of
 * Vietnamese. */
bool screen_contains(const char *string, const char *words);

#endif
