/* SPDX-License-Identifier: Apache-2.0 */
/*
 * put: JSON written member by member, with the commas where they belong.
 *
 * Names are ours and need no escape; a name of NULL writes an element of an array.  What is open is
 * closed by the caller.  Pure; no lock.
 */
#ifndef IOCD_CONTROL_PUT_H
#define IOCD_CONTROL_PUT_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/place.h"
#include "iocd/base/text.h"

/* Open an object or array, and close it; for the outermost one name is NULL. */
void put_object(struct text *text, const char *name);
void put_object_end(struct text *text);
void put_array(struct text *text, const char *name);
void put_array_end(struct text *text);

/* Write only the comma and the name: a value must follow at once. */
void put_name(struct text *text, const char *name);

/* Write one value; a string of NULL, a time of 0 and a number that is not finite are null. */
void put_string(struct text *text, const char *name, const char *value);
void put_bytes(struct text *text, const char *name, const char *bytes, size_t n);
void put_integer(struct text *text, const char *name, uint64_t value);
void put_signed(struct text *text, const char *name, int64_t value);
void put_number(struct text *text, const char *name, double value);
void put_flag(struct text *text, const char *name, bool value);
void put_null(struct text *text, const char *name);
void put_time(struct text *text, const char *name, int64_t time_ms, int offset_minutes);

/* Writes {"vi": ..., "en": ...}. */
void put_languages(struct text *text, const char *name, const char *vi, const char *en);

/* Writes the members file, line and column into the open object. */
void put_place(struct text *text, const struct place *place);

#endif
