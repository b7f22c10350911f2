/* SPDX-License-Identifier: Apache-2.0 */
/*
 * member: the members of a JSON object, written one after the other, each with its name; the caller
 * opens and closes the object.  Names are ours and need no escape.
 */
#ifndef IOCD_ALERT_MEMBER_H
#define IOCD_ALERT_MEMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/text.h"

/* Appends the name; the value is the caller's to append. */
void member_begin(struct text *text, const char *name);

/* Append a member: a string (NULL: null), a number, a flag, null; a time as RFC 3339 (0: null);
 * {"vi","en"}. */
void member_string(struct text *text, const char *name, const char *value);
void member_integer(struct text *text, const char *name, uint64_t value);
void member_flag(struct text *text, const char *name, bool value);
void member_null(struct text *text, const char *name);
void member_time(struct text *text, const char *name, int64_t time_ms, int offset_minutes);
void member_languages(struct text *text, const char *name, const char *vi, const char *en);

#endif
