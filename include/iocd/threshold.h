/* SPDX-License-Identifier: Apache-2.0 */
/*
 * threshold: limits as they were written, where that was, and who says them.
 *
 * Only types; strings are borrowed for the life of the configuration.
 */
#ifndef IOCD_THRESHOLD_H
#define IOCD_THRESHOLD_H

#include "iocd/base/place.h"

enum severity {
	SEVERITY_NONE,
	SEVERITY_WARNING,
	SEVERITY_CRITICAL,
};

enum comparison { COMPARE_NONE, COMPARE_GT, COMPARE_GE, COMPARE_LT, COMPARE_LE };

/* Who says a limit: the rule, or its override for a level of units or for one unit. */
enum limit_origin { LIMIT_OF_RULE, LIMIT_OF_LEVEL, LIMIT_OF_UNIT };

/* "> 5%" as it was written, and where. */
struct threshold {
	enum comparison comparison; /* COMPARE_NONE: there is none */
	double value;
	const char *text; /* borrowed for life */
	struct place place;
	enum limit_origin origin;
};

/* The limits that hold for one unit after all overrides. */
struct limits {
	struct threshold warning;
	struct threshold critical;
	struct threshold clear; /* raised alerts fade only when this holds; COMPARE_NONE: when
				   neither of the others does */
};

#endif
