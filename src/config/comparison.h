/* SPDX-License-Identifier: Apache-2.0 */
/*
 * comparison: "> 5%" as it is written in limits and filters.
 *
 * Pure; reports nothing.
 */
#ifndef IOCD_CONFIG_COMPARISON_H
#define IOCD_CONFIG_COMPARISON_H

#include <stdbool.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"

enum operator{ OP_GT, OP_GE, OP_LT, OP_LE, OP_EQ, OP_NE };

struct comparison_text {
	enum operator operator;
	double value; /* of a percentage: the share, 0.05 */
	bool percent;
};

/* Reads an operator, blanks and a number or percentage.  0, TEXT_SYNTAX or TEXT_RANGE. */
int comparison_read(const char *text, struct comparison_text *ret) MUST_USE;

#endif
