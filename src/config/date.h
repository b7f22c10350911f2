/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date: days and times of day as they are written: 2026-02-16, 07:30.
 *
 * Each reader reports a mistake at its place and returns false; then *ret is untouched.
 */
#ifndef IOCD_CONFIG_DATE_H
#define IOCD_CONFIG_DATE_H

#include "read.h"

#define DAY_MINUTES 1440

/* A day, as civil_day(). */
bool date_read(struct load *load, const struct node *node, int32_t *ret_day);

/* The same of n bytes; reports nothing. */
bool date_parse(const char *text, size_t n, int32_t *ret_day);

/* When a day of local time begins, ms. */
int64_t date_begin_ms(const struct load *load, int32_t day);

/* A time of day, from 00:00 to 24:00, in minutes. */
bool date_read_minute(struct load *load, const struct node *node, uint32_t *ret_minute);

/* The same of n bytes; reports nothing. */
bool date_parse_minute(const char *text, size_t n, uint32_t *ret_minute);

#endif
