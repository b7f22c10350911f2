/* SPDX-License-Identifier: Apache-2.0 */
/*
 * where: a filter over the declared fields of one event type, as indicators and event rules use it.
 *
 * Compiled from configuration to field indexes and bit sets, so that testing an event compares
 * numbers and, for text fields only, bytes.  An absent optional field never matches.  Pure.
 */
#ifndef IOCD_WHERE_H
#define IOCD_WHERE_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/event.h"

#define WHERE_MAX 4 /* conditions of one filter; all must hold */

enum where_test {
	WHERE_CHOICE, /* the choice's bit is set in choices */
	WHERE_FLAG,   /* equals number (0 or 1) */
	WHERE_TEXT,   /* equals text */
	WHERE_EQ,     /* the number compares so with number */
	WHERE_NE,
	WHERE_LT,
	WHERE_LE,
	WHERE_GT,
	WHERE_GE,
};

struct condition {
	uint32_t field; /* index in the type's fields */
	enum where_test test;
	uint64_t choices; /* WHERE_CHOICE: bit i for choice i */
	double number;
	struct slice text; /* borrowed for the life of the filter */
};

struct where {
	struct condition conditions[WHERE_MAX];
	uint32_t n_conditions; /* 0: every event of the type matches */
};

/* Whether event, of the type that where was compiled for, matches. */
bool where_holds(const struct where *where, const struct event *event);

#endif
